//! The little of PromQL that the demo's own queries use: selectors, functions over time of one or of such
//! a function (a subquery), sums, counts, the joined terms of objectives, conditions of rules, and the changes of
//! the record of alerts.

use super::fleet::Demo;
use super::prometheus_series::{Simulated, catalogue};
use crate::domain::number::parse_number;
use crate::domain::term::TERM_LABEL;
use crate::domain::time::{MINUTE, Millis, parse_duration};
use std::rc::Rc;

/// A query the demo can answer.
#[derive(Debug, PartialEq)]
pub struct Query(Vec<Part>);

/// One operand of `or`.
#[derive(Debug, PartialEq)]
struct Part {
    /// from `label_replace(.., "label", "value", "", "")`
    label: Option<(String, String)>,
    /// by `sum`, which drops labels
    summed: bool,
    /// by `count`
    counted: bool,
    condition: Option<Condition>,
    change: Option<Change>,
    /// the innermost first
    functions: Vec<Over>,
    metric: String,
    /// name, operator, value
    matchers: Vec<(String, String, String)>,
}

/// Samples beyond a number.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Condition {
    Above(f64),
    Below(f64),
}

/// Where a series begins, and where it has ended.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Change {
    /// `(x unless x offset d) * 1`
    Begins(Millis),
    /// `(x offset d unless x) * 0`
    Ends(Millis),
    /// `(x and on() (vector(time()) <= t)) * 1`
    UpTo(Millis),
}

/// A function over the time before an instant, or before a fixed one.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Over {
    function: Function,
    range: Millis,
    /// of a subquery
    step: Option<Millis>,
    at: Option<Millis>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Function {
    Average,
    Max,
    Count,
    /// of a metric that is a rate: what came together over the range
    Increase,
}

const FUNCTIONS: [(&str, Function); 4] = [
    ("avg_over_time", Function::Average),
    ("max_over_time", Function::Max),
    ("count_over_time", Function::Count),
    ("increase", Function::Increase),
];

/// Reads a query, or says in Prometheus's manner what it cannot read.
pub fn parse(text: &str) -> Result<Query, String> {
    text.split("\nor\n").map(|part| part_of(part.trim())).collect::<Result<_, _>>().map(Query)
}

fn part_of(text: &str) -> Result<Part, String> {
    if let Some(inner) = called(text, "label_replace") {
        let (inner, rest) = inner
            .split_once(&format!(", {TERM_LABEL:?}, \""))
            .ok_or("parse error: no label the demo knows")?;
        let value = rest.split('"').next().unwrap_or_default();
        return Ok(Part { label: Some((TERM_LABEL.into(), value.into())), ..part_of(inner.trim())? });
    }
    if let Some((change, selector)) = change_of(text) {
        return Ok(Part { change: Some(change?), ..part_of(selector)? });
    }
    if let Some((condition, inner)) = condition_of(text) {
        return Ok(Part { condition: Some(condition), ..part_of(inner.trim())? });
    }
    if let Some(inner) = called(text, "sum") {
        return Ok(Part { summed: true, ..part_of(inner.trim())? });
    }
    if let Some(inner) = called(text, "count") {
        return Ok(Part { counted: true, ..part_of(inner.trim())? });
    }
    for (name, function) in FUNCTIONS {
        if let Some(inner) = called(text, name) {
            let (inner, at) = match inner.rsplit_once(" @ ") {
                Some((inner, at)) => (
                    inner,
                    Some((parse_number(at.trim()).ok_or("parse error: bad time")? * 1000.0) as Millis),
                ),
                None => (inner, None),
            };
            let (inner, range) = inner.rsplit_once('[').ok_or("parse error: no range")?;
            let range = range.trim_end().strip_suffix(']').ok_or("parse error: no range")?;
            let (range, step) = range.split_once(':').map_or((range, None), |(r, s)| (r, Some(s)));
            let duration = |text: &str| parse_duration(text).ok_or("parse error: bad duration");
            let (range, step) = (duration(range)?, step.map(duration).transpose()?);
            let mut part = part_of(inner.trim())?;
            part.functions.push(Over { function, range, step, at });
            return Ok(part);
        }
    }
    if let Some(inner) = called(text, "") {
        return part_of(inner.trim());
    }
    let (metric, matchers) = selector_of(text)?;
    Ok(Part {
        label: None,
        summed: false,
        counted: false,
        condition: None,
        change: None,
        functions: Vec::new(),
        metric,
        matchers,
    })
}

/// `x > 0.5`, `(x) > 0.5`: the comparison, and what is compared.
fn condition_of(text: &str) -> Option<(Condition, &str)> {
    let above = text.rsplit_once(" > ").map(|(inner, number)| (inner, number, true));
    let (inner, number, is_above) =
        above.or_else(|| text.rsplit_once(" < ").map(|(inner, number)| (inner, number, false)))?;
    let number = parse_number(number.trim())?;
    let condition = if is_above { Condition::Above(number) } else { Condition::Below(number) };
    Some((condition, called(inner, "").unwrap_or(inner)))
}

/// The change a text asks for, and the selector whose it is.
fn change_of(text: &str) -> Option<(Result<Change, String>, &str)> {
    let length = |text: &str| parse_duration(text.trim()).ok_or("parse error: bad duration".to_string());
    if let Some(inner) = text.strip_suffix(" * 0").and_then(|t| called(t, "")) {
        let (before, selector) = inner.split_once(" unless ")?;
        let (_, offset) = before.split_once(" offset ")?;
        return Some((length(offset).map(Change::Ends), selector.trim()));
    }
    let inner = text.strip_suffix(" * 1").and_then(|t| called(t, ""))?;
    if let Some((selector, until)) = inner.split_once(" and on() (vector(time()) <= ") {
        let seconds = parse_number(until.trim_end_matches(')')).ok_or("parse error: bad time".to_string());
        return Some((seconds.map(|s| Change::UpTo((s * 1000.0) as Millis)), selector.trim()));
    }
    let (selector, before) = inner.split_once(" unless ")?;
    let (_, offset) = before.split_once(" offset ")?;
    Some((length(offset).map(Change::Begins), selector.trim()))
}

/// What stands in the brackets of a call.
fn called<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.strip_prefix(name)?.trim_start().strip_prefix('(')?.strip_suffix(')')
}

type Selector = (String, Vec<(String, String, String)>);

fn selector_of(text: &str) -> Result<Selector, String> {
    let (metric, rest) = text.split_at(text.find('{').unwrap_or(text.len()));
    let metric = metric.trim();
    if metric.is_empty() || !metric.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':') {
        return Err(format!("the demo answers selectors and *_over_time of them, not {text:?}"));
    }
    let mut matchers = Vec::new();
    let inside = rest.trim().trim_start_matches('{').trim_end_matches('}');
    for part in inside.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        let operator =
            ["=~", "!=", "="].into_iter().find(|o| part.contains(o)).ok_or("parse error: bad matcher")?;
        let (name, value) = part.split_once(operator).ok_or("parse error: bad matcher")?;
        matchers.push((name.trim().into(), operator.into(), value.trim().trim_matches('"').into()));
    }
    Ok((metric.into(), matchers))
}

/// One series of an answer.
pub struct Answered {
    pub labels: Vec<(String, String)>,
    value: Box<dyn Fn(Millis) -> Option<f64>>,
}

impl Answered {
    pub fn value(&self, at: Millis) -> Option<f64> {
        (self.value)(at)
    }
}

impl Query {
    /// The series that match.
    pub fn series(&self, demo: &Demo) -> Vec<Answered> {
        self.0.iter().flat_map(|part| part.series(demo)).collect()
    }
}

impl Part {
    fn series(&self, demo: &Demo) -> Vec<Answered> {
        let fits = |s: &Simulated| {
            self.matchers.iter().all(|(name, operator, value)| {
                let known = s.labels.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
                match operator.as_str() {
                    "=" => known == value,
                    "!=" => known != value,
                    _ => value.split('|').any(|v| v == known),
                }
            })
        };
        let found = catalogue(*demo, &self.metric).into_iter().filter(fits);
        if self.counted {
            let all: Vec<Simulated> = found.collect();
            let count = move |at| {
                let n = all.iter().filter(|series| series.value(at).is_some()).count();
                (n > 0).then_some(n as f64)
            };
            return vec![Answered { labels: self.label.iter().cloned().collect(), value: Box::new(count) }];
        }
        let answered = |series: Simulated| {
            let mut labels: Vec<(String, String)> = match self.summed {
                true => Vec::new(),
                false => series.labels.iter().map(|(n, v)| (n.to_string(), v.clone())).collect(),
            };
            labels.extend(self.label.clone());
            let (functions, change, series) = (self.functions.clone(), self.change, Rc::new(series));
            let condition = self.condition;
            let holds = move |value: &f64| match condition {
                None => true,
                Some(Condition::Above(limit)) => *value > limit,
                Some(Condition::Below(limit)) => *value < limit,
            };
            let at = move |at| value(&functions, &series, at).filter(holds);
            Answered {
                labels,
                value: Box::new(move |t| change.map_or_else(|| at(t), |change| changed(change, &at, t))),
            }
        };
        found.map(answered).collect()
    }
}

fn changed(change: Change, at: &impl Fn(Millis) -> Option<f64>, t: Millis) -> Option<f64> {
    match change {
        Change::Begins(before) => at(t).filter(|_| at(t - before).is_none()).map(|_| 1.0),
        Change::Ends(before) => at(t - before).filter(|_| at(t).is_none()).map(|_| 0.0),
        Change::UpTo(until) => at(t).filter(|_| t <= until).map(|_| 1.0),
    }
}

/// The value of a series, or of functions over it, at an instant.
fn value(functions: &[Over], series: &Simulated, at: Millis) -> Option<f64> {
    let Some((outer, inner)) = functions.split_last() else { return series.value(at) };
    let Over { function, range, step, at: fixed } = *outer;
    let at = fixed.unwrap_or(at);
    if let (Function::Average, true, Some(exact)) =
        (function, inner.is_empty(), series.average(at - range, at))
    {
        return Some(exact);
    }
    let step = match function {
        Function::Increase => (range / 24).max(MINUTE),
        _ => step.unwrap_or((range / 288).max(MINUTE)),
    };
    // At whole multiples of the step, as subqueries are evaluated.
    let last = at.div_euclid(step);
    let instants = ((at - range).div_euclid(step) + 1)..=last.max((at - range).div_euclid(step) + 1);
    let values: Vec<f64> = instants.filter_map(|i| value(inner, series, i * step)).collect();
    if values.is_empty() {
        return None;
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    Some(match function {
        Function::Max => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Function::Average => mean,
        Function::Count => values.len() as f64,
        Function::Increase => mean * range as f64 / 1000.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{DAY, HOUR};

    #[test]
    fn subqueries_are_evaluated_at_each_step() {
        let demo = Demo::new(4, 1_795_000_000_000);
        let count = |text: &str, at: Millis| {
            parse(text).unwrap().series(&demo).first().and_then(|series| series.value(at))
        };
        let up = "service:up:ratio{service=\"worker\"}";
        let now = 1_795_000_000_000;
        let query =
            format!("sum(count_over_time((avg_over_time({up}[1h]))[2d:1h] @ {}))", now / 1000 - 86_400);
        assert_eq!(count(&query, now), Some(48.0));
        assert_eq!(count(&format!("count_over_time(({up})[1d:6h])"), now), Some((DAY / HOUR / 6) as f64));
        assert!(parse("rate(x[5m])").is_err() && parse("count_over_time(x)").is_err());
    }

    #[test]
    fn conditions_leave_what_holds_and_counts_say_how_many_there_are() {
        let (demo, now) = (Demo::new(4, 1_795_000_000_000), 1_795_000_000_000);
        let values = |text: &str| -> Vec<f64> {
            parse(text).unwrap().series(&demo).iter().filter_map(|series| series.value(now)).collect()
        };
        let all = values("service:cpu:ratio");
        let above = values("(service:cpu:ratio) > 0.5");
        assert_eq!(above, all.iter().copied().filter(|v| *v > 0.5).collect::<Vec<_>>());
        assert!(above.len() < all.len());
        assert_eq!(above.len() + values("(service:cpu:ratio) < 0.5").len(), all.len());
        assert_eq!(values("count(service:cpu:ratio)"), [all.len() as f64]);
        assert!(values("count(nothing)").is_empty());
    }
}
