//! From a query of OpenSLO to events counted over a span.
//!
//! A counter must be increased series by series and added up after that. The increase of a sum takes
//! the restart of one pod for a restart of the whole and counts what the others had counted before
//! once more: with 5 % of failures in two pods it came to 0.14 %.

use super::promql::{Edit, Expr, Place, Selector, edited, parse, without_comments};
use std::collections::BTreeSet;

/// Where the span is put in, see [`crate::config::Indicator`].
pub const WINDOW: &str = "$window";

/// The span a query of an instant looks back where its document leaves that open.
const INSTANT: &str = "5m";

/// A query of a document, read.
#[derive(Clone, Debug)]
pub struct Query {
    text: String,
    tree: Expr,
}

/// Events and valid events, each as PromQL over any span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    events: Form,
    valid: Form,
    /// what had to be assumed
    pub assumed: Vec<String>,
}

/// How a query's numbers become a count.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    /// text and edits that put `$window` into each selector
    Increase { text: String, edits: Vec<Edit>, is_single: bool },
    /// numbers that go up and down, added up minute by minute
    Gauge(String),
}

impl Counted {
    /// The two queries over a span, for instance `$window` or `5m`.
    pub fn over(&self, span: &str) -> (String, String) {
        (self.events.over(span), self.valid.over(span))
    }
}

impl Form {
    fn over(&self, span: &str) -> String {
        match self {
            Self::Gauge(query) => format!("sum(sum_over_time(({query})[{span}:1m]))"),
            Self::Increase { text, edits, is_single } => {
                let filled: Vec<Edit> = edits
                    .iter()
                    .map(|e| Edit { at: e.at.clone(), text: e.text.replace(WINDOW, span) })
                    .collect();
                let query = edited(text, &filled);
                if *is_single { query } else { format!("sum({query})") }
            }
        }
    }
}

/// What a leaf's numbers are. Only those of one kind can be compared without care.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    /// a counter as it is
    Total,
    /// a count over a range of its own
    Over(String),
    /// a count a second
    Rate,
}

/// What its name says of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Likely {
    Counter,
    /// recorded as a rate or a ratio
    Recorded,
    Either,
}

fn likely(name: &str) -> Likely {
    let recorded = [":rate", ":irate", ":increase", ":ratio", "_ratio", "_rate"];
    if recorded.iter().any(|part| name.contains(part)) {
        return Likely::Recorded;
    }
    let ends = ["_total", "_count", "_sum", "_bucket"];
    if ends.iter().any(|end| name.ends_with(end)) { Likely::Counter } else { Likely::Either }
}

impl Query {
    /// Reads a query, or says why it is no PromQL.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = without_comments(text);
        let tree = parse(&text)?;
        Ok(Self { text, tree })
    }

    /// Whether a range in it is left open: `[{{ .window }}]`.
    pub fn has_placeholder(&self) -> bool {
        let mut found = false;
        self.tree.selectors(&mut |s| found |= s.range.as_ref().is_some_and(|r| r.duration.is_none()));
        found
    }

    /// The query with `span` in each range that was left open.
    pub fn filled(&self, span: &str) -> String {
        let mut edits = Vec::new();
        fill(&self.tree, span, &mut edits);
        edited(&self.text, &edits)
    }

    /// The query at an instant.
    pub fn at_an_instant(&self) -> String {
        self.filled(INSTANT)
    }

    /// A share as one number: several series are averaged.
    pub fn averaged(&self, share: String) -> String {
        if self.tree.is_single() { share } else { format!("avg({share})") }
    }

    /// The names of the metrics whose values are taken as they are, not as their change over a range.
    fn taken_as_they_are(&self) -> Vec<&str> {
        let mut all = Vec::new();
        as_they_are(&self.tree, &mut all);
        all
    }
}

fn as_they_are<'e>(tree: &'e Expr, all: &mut Vec<&'e str>) {
    const CHANGE: [&str; 9] =
        ["rate", "irate", "increase", "delta", "idelta", "deriv", "changes", "resets", "count_over_time"];
    match tree {
        Expr::Number(_) | Expr::Text => {}
        Expr::Selector(Selector { name, range, .. }) => {
            if range.is_none() || likely(name) == Likely::Counter {
                all.push(name);
            }
        }
        Expr::Call { name, .. } if CHANGE.contains(&name.as_str()) => {}
        Expr::Call { arguments, .. } | Expr::Aggregation { arguments, .. } => {
            arguments.iter().for_each(|a| as_they_are(a, all));
        }
        Expr::Subquery(inner) | Expr::Unary(inner) | Expr::Paren(inner) => as_they_are(inner, all),
        // What is on the right of these only chooses.
        Expr::Binary { operator, left, .. } if matches!(operator.as_str(), "and" | "unless") => {
            as_they_are(left, all);
        }
        Expr::Binary { left, right, .. } => {
            as_they_are(left, all);
            as_they_are(right, all);
        }
    }
}

fn fill(tree: &Expr, span: &str, edits: &mut Vec<Edit>) {
    tree.selectors(&mut |selector| {
        if let Some(range) = selector.range.as_ref().filter(|r| r.duration.is_none()) {
            edits.push(Edit { at: range.at.clone(), text: span.into() });
        }
    });
}

/// Events and valid events of a ratio. `counter` is what the document says of both.
pub fn count(events: &Query, valid: &Query, counter: Option<bool>) -> Result<Counted, String> {
    let names: Vec<&str> = [events.taken_as_they_are(), valid.taken_as_they_are()].concat();
    let any = |kind: Likely| names.iter().find(|name| likely(name) == kind);
    let mut assumed = Vec::new();
    let as_counters = match counter {
        _ if names.is_empty() => true,
        Some(true) => {
            if let Some(name) = any(Likely::Recorded) {
                return Err(format!("{name} is recorded as a rate or ratio, which is no counter"));
            }
            true
        }
        Some(false) => {
            if let Some(name) = any(Likely::Counter) {
                return Err(format!(
                    "counter is false, but {name} is named like a counter, and the sum of a counter's values \
                     counts nothing"
                ));
            }
            false
        }
        None => match any(Likely::Counter) {
            Some(name) => {
                assumed.push(format!("counter is missing: {name} is taken for a counter, as its name says"));
                true
            }
            None => {
                if let Some(name) = any(Likely::Either) {
                    assumed.push(format!(
                        "counter is missing: {name} is taken for a number that goes up and down; if it is a \
                         counter, the figures are wrong until the document says counter: true"
                    ));
                }
                false
            }
        },
    };
    match (as_counters, increase(events, valid)) {
        (true, Ok((counted, more))) => {
            assumed.extend(more);
            Ok(Counted { assumed, ..counted })
        }
        // Ranges alone, of functions that do not count: gauges of the past minutes.
        (true, Err(why)) if !names.is_empty() || counter == Some(true) => Err(why),
        _ => {
            if events.has_placeholder() || valid.has_placeholder() {
                assumed.push(format!("the range that was left open is {INSTANT}"));
            }
            let gauge = |query: &Query| Form::Gauge(query.at_an_instant());
            Ok(Counted { events: gauge(events), valid: gauge(valid), assumed })
        }
    }
}

/// Both queries with each counter increased, and what was assumed.
fn increase(events: &Query, valid: &Query) -> Result<(Counted, Option<String>), String> {
    let mut units = BTreeSet::new();
    let mut scaled = false;
    let mut form = |query: &Query| {
        let mut walk = Walk { edits: Vec::new(), units: BTreeSet::new(), scaled: false };
        if walk.visit(&query.tree)? == Degree::Constant {
            return Err("it counts no series".to_string());
        }
        units.extend(walk.units);
        scaled |= walk.scaled;
        Ok(Form::Increase { text: query.text.clone(), edits: walk.edits, is_single: query.tree.is_single() })
    };
    let (events, valid) = (form(events)?, form(valid)?);
    let mixed = units.len() > 1;
    if mixed && scaled {
        return Err(
            "counters, rates or counts over different ranges are mixed with factors, so that one span \
                    for all would change what they come to"
                .into(),
        );
    }
    let assumed = mixed.then(|| {
        "counters, rates or counts over different ranges are all counted over the \
                                 objective's own span"
            .to_string()
    });
    Ok((Counted { events, valid, assumed: Vec::new() }, assumed))
}

/// What becomes of an expression when every counter in it is twice as high.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Degree {
    /// it stays
    Constant,
    /// it is twice as high, too: what can be increased first and added up after
    Count,
}

struct Walk {
    edits: Vec<Edit>,
    units: BTreeSet<Unit>,
    /// multiplied or divided by a number
    scaled: bool,
}

impl Walk {
    fn visit(&mut self, tree: &Expr) -> Result<Degree, String> {
        match tree {
            Expr::Number(_) | Expr::Text => Ok(Degree::Constant),
            Expr::Selector(selector) => self.counter(selector),
            Expr::Subquery(_) => Err("a subquery cannot be counted over another span".into()),
            Expr::Unary(inner) | Expr::Paren(inner) => self.visit(inner),
            Expr::Call { name, at, arguments } => self.call(name, at.clone(), arguments),
            Expr::Aggregation { name, arguments, .. } => match (name.as_str(), arguments.as_slice()) {
                ("sum" | "avg" | "min" | "max", [inner]) => self.visit(inner),
                _ => Err(format!("{name}() of counters is no count")),
            },
            Expr::Binary { operator, left, right } => self.binary(operator, left, right),
        }
    }

    fn counter(&mut self, selector: &Selector) -> Result<Degree, String> {
        if selector.is_fixed {
            return Err(format!("{} is fixed to a moment by @", selector.name));
        }
        if selector.range.is_some() {
            return Err(format!("{} has a range that no function counts", selector.name));
        }
        self.units.insert(Unit::Total);
        self.edit(selector.at.start..selector.at.start, "increase(");
        self.edit(selector.at.end..selector.at.end, "[$window]");
        self.edit(selector.end..selector.end, ")");
        Ok(Degree::Count)
    }

    fn edit(&mut self, at: Place, text: &str) {
        self.edits.push(Edit { at, text: text.into() });
    }

    fn call(&mut self, name: &str, at: Place, arguments: &[Expr]) -> Result<Degree, String> {
        let unit = match name {
            "rate" | "irate" => Some(Unit::Rate),
            "increase" | "delta" | "sum_over_time" | "count_over_time" => Some(Unit::Over(String::new())),
            _ => None,
        };
        match (unit, arguments) {
            (Some(unit), [inner]) => match inner.bare() {
                Expr::Selector(Selector { name: metric, range: Some(range), is_fixed: false, .. }) => {
                    if name == "sum_over_time" && likely(metric) == Likely::Counter {
                        return Err(format!("the values of the counter {metric} added up count nothing"));
                    }
                    if unit == Unit::Rate {
                        self.edit(at, "increase");
                        self.units.insert(unit);
                    } else {
                        let length = range.duration.clone().unwrap_or_else(|| WINDOW.into());
                        self.units.insert(Unit::Over(length));
                    }
                    self.edit(range.at.clone(), WINDOW);
                    Ok(Degree::Count)
                }
                _ => Err(format!("{name}() of what is no plain range cannot be counted over another span")),
            },
            _ => match (name, arguments) {
                (
                    "label_replace" | "label_join" | "sort" | "sort_desc" | "abs" | "ceil" | "floor"
                    | "round",
                    _,
                )
                | ("scalar" | "vector", [_]) => {
                    arguments.first().map_or(Ok(Degree::Constant), |inner| self.visit(inner))
                }
                ("clamp_min", [inner, Expr::Number(0.0)]) => self.visit(inner),
                ("time" | "pi", []) => Ok(Degree::Constant),
                _ => Err(format!("{name}() of counters is no count")),
            },
        }
    }

    fn binary(&mut self, operator: &str, left: &Expr, right: &Expr) -> Result<Degree, String> {
        use Degree::{Constant, Count};
        match operator {
            // What is on the right only chooses among the series on the left.
            "and" | "unless" => {
                fill(right, WINDOW, &mut self.edits);
                return self.visit(left);
            }
            "*" if is_info(right) => return self.visit(left),
            "*" if is_info(left) => return self.visit(right),
            _ => {}
        }
        let degrees = (self.visit(left)?, self.visit(right)?);
        match (operator, degrees) {
            (_, (Constant, Constant)) => Ok(Constant),
            ("or", _) | ("+" | "-", (Count, Count)) => Ok(Count),
            ("*", (Count, Constant)) => Ok(self.scale(right)),
            ("*", (Constant, Count)) => Ok(self.scale(left)),
            ("/", (Count, Constant)) => Ok(self.scale(right)),
            _ => Err(format!("{operator:?} between counters is no count")),
        }
    }

    fn scale(&mut self, factor: &Expr) -> Degree {
        // `or 0 * total` is the usual word for "none".
        self.scaled |= *factor.bare() != Expr::Number(0.0);
        Degree::Count
    }
}

/// `kube_pod_info`: always 1, there for its labels.
fn is_info(tree: &Expr) -> bool {
    match tree.bare() {
        Expr::Selector(selector) => selector.name.ends_with("_info"),
        Expr::Aggregation { arguments, .. } => arguments.last().is_some_and(is_info),
        Expr::Call { name, arguments, .. } if name == "label_replace" => {
            arguments.first().is_some_and(is_info)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(query: &str, counter: Option<bool>) -> Result<Counted, String> {
        let query = Query::read(query)?;
        count(&query, &query, counter)
    }

    #[test]
    fn counters_are_increased_series_by_series() {
        for (query, expected) in [
            ("x", "sum(increase(x[$window]))"),
            ("sum(x)", "sum(increase(x[$window]))"),
            ("sum(x{a=\"b\"})", "sum(increase(x{a=\"b\"}[$window]))"),
            ("sum by (job) (x)", "sum(sum by (job) (increase(x[$window])))"),
            ("sum without(pod)(x)", "sum(sum without(pod)(increase(x[$window])))"),
            ("sum(x) by (job)", "sum(sum(increase(x[$window])) by (job))"),
            ("sum(x) - sum(y)", "sum(increase(x[$window])) - sum(increase(y[$window]))"),
            ("((sum((x))))", "((sum((increase(x[$window])))))"),
            ("sum(x offset 5m)", "sum(increase(x[$window] offset 5m))"),
            ("sum(rate(x[5m]))", "sum(increase(x[$window]))"),
            ("sum(irate(x[5m] offset 1h))", "sum(increase(x[$window] offset 1h))"),
            ("sum(increase(x[{{ .window }}]))", "sum(increase(x[$window]))"),
            ("sum(rate(x[$__rate_interval]))", "sum(increase(x[$window]))"),
            ("sum(x) or vector(0)", "sum(increase(x[$window])) or vector(0)"),
            ("sum(x) or 0 * sum(y)", "sum(increase(x[$window])) or 0 * sum(increase(y[$window]))"),
            ("60 * sum(rate(x[1m]))", "60 * sum(increase(x[$window]))"),
            ("sum(x and on (pod) up)", "sum(increase(x[$window]) and on (pod) up)"),
            (
                "sum(x * on (pod) group_left (team) kube_pod_info)",
                "sum(increase(x[$window]) * on (pod) group_left (team) kube_pod_info)",
            ),
            (
                "label_replace(x, \"a\", \"$1\", \"b\", \"(.*)\")",
                "sum(label_replace(increase(x[$window]), \"a\", \"$1\", \"b\", \"(.*)\"))",
            ),
            ("sum({\"my.total\", a=\"b\"})", "sum(increase({\"my.total\", a=\"b\"}[$window]))"),
            ("sum(x) # all\n", "sum(increase(x[$window]))"),
            ("max(x) + min by () (y)", "max(increase(x[$window])) + min by () (increase(y[$window]))"),
            ("sum(count_over_time(x[5m]))", "sum(count_over_time(x[$window]))"),
        ] {
            let found = counted(query, Some(true)).map(|c| c.over(WINDOW).0);
            assert_eq!(found.as_deref(), Ok(expected), "{query}");
        }
        assert_eq!(counted("sum(x)", Some(true)).unwrap().over("5m").0, "sum(increase(x[5m]))");
    }

    #[test]
    fn what_cannot_be_increased_is_refused() {
        for query in [
            "sum(x) / sum(y)",
            "count(x)",
            "topk(3, x)",
            "x > 0",
            "x @ 100",
            "max_over_time(x[5m])",
            "increase(x[5m:1m])",
            "histogram_quantile(0.9, rate(x_bucket[5m]))",
            "x * y",
            "sum(x) + 1",
            "x ^ 2",
            "vector(1)",
            "x[5m]",
            "job:errors:ratio_rate5m",
            "sum(job:requests:rate5m)",
            "sum(x) * (sum(y) > 1)",
        ] {
            assert!(counted(query, Some(true)).is_err(), "{query}: {:?}", counted(query, Some(true)));
        }
    }

    #[test]
    fn without_a_word_on_counter_the_names_decide_and_that_is_told() {
        let of = |query: &str, counter| counted(query, counter).map(|c| (c.over(WINDOW).0, c.assumed.len()));
        assert_eq!(of("req_total", None), Ok(("sum(increase(req_total[$window]))".into(), 1)));
        assert_eq!(of("sum(x_count) - sum(x_bucket{le=\"1\"})", None).map(|c| c.1), Ok(1));
        assert_eq!(of("req", None), Ok(("sum(sum_over_time((req)[$window:1m]))".into(), 1)));
        assert_eq!(of("sum(up)", Some(false)), Ok(("sum(sum_over_time((sum(up))[$window:1m]))".into(), 0)));
        assert_eq!(of("sum(a:requests:rate5m)", None).map(|c| c.1), Ok(0));
        // Ranges say by themselves that they count.
        assert_eq!(of("sum(rate(req_total[5m]))", None), Ok(("sum(increase(req_total[$window]))".into(), 0)));
        assert_eq!(of("sum(rate(req_total[5m]))", Some(false)).map(|c| c.1), Ok(0));
        assert!(of("sum(req_total)", Some(false)).unwrap_err().contains("named like a counter"));
        for query in ["count(req_total > 1)", "last_over_time(req_total[5m])", "sum_over_time(req_total[5m])"]
        {
            assert!(of(query, None).is_err() && of(query, Some(false)).is_err(), "{query}");
        }
        assert_eq!(of("sum(max_over_time(up[5m]))", None).map(|c| c.1), Ok(0));
    }

    #[test]
    fn queries_of_different_kinds_are_told_or_refused() {
        let pair = |a: &str, b: &str| {
            let (a, b) = (Query::read(a).unwrap(), Query::read(b).unwrap());
            count(&a, &b, Some(true)).map(|c| c.assumed.len())
        };
        assert_eq!(pair("sum(x)", "sum(y)"), Ok(0));
        assert_eq!(pair("sum(rate(x[5m]))", "sum(rate(y[1m]))"), Ok(0));
        assert_eq!(pair("sum(x)", "sum(rate(y[5m]))"), Ok(1));
        assert_eq!(pair("sum(increase(x[5m]))", "sum(increase(y[1h]))"), Ok(1));
        assert!(pair("sum(rate(x[5m])) * 300", "sum(increase(y[5m]))").is_err());
    }
}
