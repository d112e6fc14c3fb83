//! PromQL: what is asked for, put into Prometheus's language. No other place writes it.

use super::preset::Preset;
use super::promql::{label, matchers, open_placeholder, text as quoted, with_by};
use crate::config::{
    Events, Examples, Indicator, Language, Level, Measure, Number, ResourceKind, SignalSet, Term,
};
use crate::domain::signal::Signal;
use crate::domain::term::{Fold, TERM_LABEL, TermSpan};
use crate::domain::time::{Millis, duration_text};
use crate::sources::Part;

/// What is asked for as a query, with `$window` where its span belongs.
///
/// ```text
/// Signal { latency_p95, Service } -> histogram_quantile(0.95, sum by (le, job) (rate(...[2m])))
/// Uptime { of: "api" }            -> avg by (job) (avg_over_time(probe_success{job="api"}[$window]))
/// Over(that, 30 d)                -> avg by (job) (avg_over_time(probe_success{job="api"}[30d]))
/// ```
pub fn text(measure: &Measure) -> String {
    match measure {
        Measure::Typed(query) => query.clone(),
        Measure::Signal { set, signal, level, window, range } => {
            signal_text(set, *signal, *level, *window, *range)
        }
        Measure::Uptime { set, of } => uptime(set, of.as_deref()),
        Measure::Events { set, of, bound, which } => events(set, of, *bound, *which),
        Measure::Bounds { set, of } => {
            preset_of(set).and_then(|preset| preset.bounds(&matcher(set, of))).unwrap_or_default()
        }
        Measure::Throughput { served, asked, at_least } => {
            let needed = match asked {
                Some(asked) => format!("clamp_max({asked}, {})", at_least.0),
                None => format!("{}", at_least.0),
            };
            format!("avg_over_time((({served}) >= bool {needed})[$window:1m])")
        }
        Measure::Peak { of, kind, step, quantile } => peak(of, *kind, *step, *quantile),
        Measure::BadShare(indicator) => match indicator.as_ref() {
            Indicator::Bad { bad, valid } => format!("({}) / ({})", text(bad), text(valid)),
            Indicator::Good { good, valid } => format!("1 - ({}) / ({})", text(good), text(valid)),
            Indicator::Share(good) => format!("1 - ({})", text(good)),
        },
        Measure::RecordedShare { slo, window } => format!("{}{{slo={slo:?}}}", recording(*window)),
        Measure::Recorded => "slo:objective:ratio".into(),
        Measure::Count(of) => format!("count({})", text(of)),
        Measure::Sum(of) => format!("sum({})", text(of)),
        Measure::Slots { of, slot, reach } => {
            format!(
                "count_over_time(({})[$window:{}])",
                filled(&text(of), *reach, None),
                duration_text(*slot)
            )
        }
        Measure::Over(of, length) => filled(&text(of), *length, None),
        // At each instant of a range the spans are trailing ones, so that no time of asking matters.
        Measure::Terms(terms) => joined(terms, 0),
    }
}

/// The recorded share of bad events over a window.
pub(super) fn recording(window: Millis) -> String {
    format!("slo:error_ratio:rate{}", duration_text(window))
}

fn preset_of(set: &SignalSet) -> Option<Preset> {
    set.preset.as_deref().and_then(Preset::parse)
}

fn signal_text(set: &SignalSet, signal: Signal, level: Level, window: Millis, range: Millis) -> String {
    let (by, level_name) = match level {
        Level::Service => (set.by.as_str(), "service"),
        Level::Fleet => ("", "fleet"),
    };
    let fill = |template: &str| {
        let filled = template
            .replace("$selector", &set.selector)
            .replace("$window", &duration_text(window.max(set.window)))
            .replace("$range", &duration_text(range))
            .replace("$level", level_name);
        with_by(&filled, by)
    };
    match set.queries.get(&signal) {
        // What the team wrote is sent as they wrote it.
        Some(own) => fill(own),
        None => template(set, signal).map(|template| tidy(&fill(&template))).unwrap_or_default(),
    }
}

fn template(set: &SignalSet, signal: Signal) -> Option<String> {
    preset_of(set)?.template(signal)
}

/// The uptime of one service, or of all services of the set.
fn uptime(set: &SignalSet, of: Option<&str>) -> String {
    let matcher = of.map_or_else(|| set.selector.clone(), |value| matcher(set, value));
    match (set.queries.get(&Signal::Uptime), of) {
        (Some(own), None) => uptime_filled(set, own, &matcher),
        (Some(own), Some(_)) if own.contains("$selector") => uptime_filled(set, own, &matcher),
        // Nothing to put a matcher into: the one series is picked out of the answer.
        (Some(own), Some(value)) => format!(
            "({}) and on ({}) label_replace(vector(1), {}, {}, \"\", \"\")",
            uptime_filled(set, own, &set.selector),
            label(&set.by),
            quoted(&set.by),
            // `$1` in a replacement would be a group of the pattern.
            quoted(&value.replace('$', "$$"))
        ),
        (None, _) => template(set, Signal::Uptime)
            .map(|template| tidy(&uptime_filled(set, &template, &matcher)))
            .unwrap_or_default(),
    }
}

fn uptime_filled(set: &SignalSet, template: &str, selector: &str) -> String {
    let filled =
        template.replace("$selector", selector).replace("$range", "$window").replace("$level", "service");
    with_by(&filled, &set.by)
}

fn events(set: &SignalSet, of: &str, bound: Option<Number>, which: Events) -> String {
    let counted = preset_of(set).and_then(|preset| preset.events(&matcher(set, of), bound.map(|b| b.0)));
    let text = counted.and_then(|counted| match which {
        Events::Bad => counted.bad,
        Events::Good => counted.good,
        Events::Valid => Some(counted.valid),
    });
    text.unwrap_or_default()
}

/// The set's matchers with one for a value of its label.
fn matcher(set: &SignalSet, value: &str) -> String {
    let own = format!("{}={}", label(&set.by), quoted(value));
    if set.selector.is_empty() { own } else { format!("{}, {own}", set.selector) }
}

/// Takes out what empty placeholders leave behind in a preset: `{}`, `(le, )`, `{a="b", }`.
fn tidy(query: &str) -> String {
    query.replace(", )", ")").replace(", }", "}").replace(" by ()", "").replace("{}", "")
}

/// The highest value of each step, so that a peak between two of them is seen.
fn peak(used: &str, kind: ResourceKind, step: Millis, quantile: Number) -> String {
    let step = duration_text(step);
    match kind {
        ResourceKind::Storage if is_selector(used) => format!("max_over_time({used}[{step}])"),
        ResourceKind::Storage => format!("max_over_time(({used})[{step}:5m])"),
        ResourceKind::Traffic if quantile.0 < 1.0 => {
            format!("quantile_over_time({}, ({used})[{step}:5m])", quantile.0)
        }
        ResourceKind::Traffic => format!("max_over_time(({used})[{step}:5m])"),
    }
}

/// Whether an expression is a selector, so that a range can follow it: `disk_used{job="node"}`.
fn is_selector(expression: &str) -> bool {
    let text = expression.trim();
    let rest = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':');
    let name = text.strip_suffix(rest).unwrap_or_default();
    let rest = rest.trim_start();
    if name.starts_with(|c: char| c.is_ascii_digit()) || (name.is_empty() && rest.is_empty()) {
        return false;
    }
    let Some(inside) = rest.strip_prefix('{') else { return rest.is_empty() };
    // The first brace outside of quotes has to be the end.
    let (mut quote, mut escaped) = (None, false);
    for (i, c) in inside.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some('"' | '\''), '\\') => escaped = true,
            (Some(q), c) if c == q => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '}') => return inside.len() == i + 1,
            _ => {}
        }
    }
    false
}

/// The queries of terms at `now`, which [`Exchange`](crate::sources::Exchange) joins to as few as pass.
pub(super) fn parts(terms: &[Term], now: Millis) -> Vec<Part> {
    let one = |term: &Term| {
        let own = text(&term.measure);
        let expression = match term.span {
            TermSpan::Trailing(length) => filled(&own, length, None),
            TermSpan::Since(start) => filled(&own, now - start, None),
            TermSpan::Until { trailing, end } => filled(&own, end - (now - trailing), Some(end)),
            TermSpan::Fixed(start, end) => filled(&own, end - start, Some(end)),
        };
        let folded = match term.fold {
            Fold::Sum => format!("sum({expression})"),
            // With its labels, so that several series are seen and can be told apart.
            Fold::Single => expression,
        };
        let query = format!("label_replace({folded}, {TERM_LABEL:?}, {:?}, \"\", \"\")", term.key);
        Part { key: term.key.clone(), query }
    };
    terms.iter().map(one).collect()
}

/// One query that answers a few terms at `now`.
pub fn joined(terms: &[Term], now: Millis) -> String {
    parts(terms, now).into_iter().map(|part| part.query).collect::<Vec<_>>().join("\nor\n")
}

/// An expression with its span put in, counted back from the time of the query or from a fixed `end`.
pub fn filled(expression: &str, length: Millis, end: Option<Millis>) -> String {
    let length = duration_text(length.max(1_000));
    let Some(end) = end else { return expression.replace("$window", &length) };
    let end = format!(" @ {}.{:03}", end.div_euclid(1000), end.rem_euclid(1000));
    let mut out = String::new();
    let mut rest = expression;
    while let Some((before, after)) = rest.split_once("$window") {
        out.push_str(before);
        out.push_str(&length);
        // `[$window]`, or `[$window:1m]` of a subquery: the end stands behind the bracket.
        let (inside, behind) = after.split_once(']').unwrap_or((after, ""));
        out.push_str(inside);
        if after.contains(']') {
            out.push(']');
            out.push_str(&end);
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// What may be the matter with a query that finds nothing.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn hint(query: &str) -> &'static str {
    let is_whole = |bound: &str| bound.parse::<f64>().is_ok_and(|bound| bound.fract() == 0.0);
    if query.split("le=\"").skip(1).any(|rest| rest.split('"').next().is_some_and(is_whole)) {
        "; Prometheus 3 stores le=\"1.0\" where Prometheus 2 stored le=\"1\", le=~\"1(\\\\.0)?\" matches both"
    } else {
        ""
    }
}

/// What the configuration checks of the language.
#[derive(Debug)]
pub struct PromQl;

impl Language for PromQl {
    fn name(&self) -> &'static str {
        "PromQL"
    }

    fn presets(&self) -> &'static [&'static str] {
        &Preset::NAMES
    }

    fn gives(&self, preset: &str, signal: Signal) -> bool {
        Preset::parse(preset).is_some_and(|preset| preset.gives(signal))
    }

    fn counts(&self, preset: &str, latency: bool) -> Option<Events> {
        Preset::parse(preset)?.counts(latency)
    }

    fn has_bounds(&self, preset: &str) -> bool {
        Preset::parse(preset) == Some(Preset::Caddy)
    }

    fn matchers(&self, typed: &str) -> Result<String, String> {
        matchers(typed)
    }

    fn open_placeholder<'q>(&self, query: &'q str, filled: &[&str]) -> Option<&'q str> {
        open_placeholder(query, filled)
    }

    fn examples(&self) -> &'static Examples {
        &EXAMPLES
    }
}

static EXAMPLES: Examples = Examples {
    query: "\"sum(rate(requests_total[5m]))\"",
    windowed: "\"sum(rate(requests_total[$window]))\"",
    events: r#""sum(increase(requests_total[$window]))""#,
    bad_and_valid: r#""bad": "sum(increase(errors_total[$window]))", "valid": "sum(increase(requests_total[$window]))""#,
    good: r#""good": "1 - job:errors:ratio_rate$window""#,
    throughput: r#""served": "sum(rate(requests_total{code!~\"5..\"}[1m]))", "at_least": 500"#,
    absent: r#""query": "up{job=\"api\"}""#,
    matcher: r#""job=\"web\"""#,
    preset: r#""preset": "caddy""#,
    uptime_preset: r#""preset": "blackbox""#,
    counting: "caddy (requests, latency) or blackbox (probes)",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storage_is_asked_for_by_its_peaks() {
        let query = |used: &str| peak(used, ResourceKind::Storage, 21_600_000, Number(1.0));
        for (used, right) in [
            ("disk_used", "max_over_time(disk_used[6h])"),
            ("a:b:c{x=\"}\", y=~`z`}", "max_over_time(a:b:c{x=\"}\", y=~`z`}[6h])"),
            ("{__name__=\"x\"}", "max_over_time({__name__=\"x\"}[6h])"),
            ("a - b", "max_over_time((a - b)[6h:5m])"),
            ("sum(a)", "max_over_time((sum(a))[6h:5m])"),
            ("a{x=\"1\"} + b{y=\"2\"}", "max_over_time((a{x=\"1\"} + b{y=\"2\"})[6h:5m])"),
            ("a offset 1h", "max_over_time((a offset 1h)[6h:5m])"),
            ("100", "max_over_time((100)[6h:5m])"),
        ] {
            assert_eq!(query(used), right);
        }
    }

    #[test]
    fn what_a_preset_is_said_to_give_is_what_it_has_queries_for() {
        for preset in Preset::ALL {
            for signal in Signal::ALL {
                assert_eq!(preset.gives(signal), preset.template(signal).is_some(), "{preset:?} {signal:?}");
            }
            for bound in [None, Some(0.5)] {
                let counted = preset.events("a=\"b\"", bound);
                let which = counted.map(|c| if c.bad.is_some() { Events::Bad } else { Events::Good });
                assert_eq!(preset.counts(bound.is_some()), which, "{preset:?} {bound:?}");
            }
            assert_eq!(PromQl.has_bounds(preset.name()), preset.bounds("").is_some());
        }
    }

    #[test]
    fn spans_are_put_where_they_belong() {
        let query = "sum(increase(errors[$window])) / avg_over_time(x[$window:1m])";
        assert_eq!(filled(query, 300_000, None), "sum(increase(errors[5m])) / avg_over_time(x[5m:1m])");
        assert_eq!(
            filled(query, 300_000, Some(1_500)),
            "sum(increase(errors[5m] @ 1.500)) / avg_over_time(x[5m:1m] @ 1.500)"
        );
        assert_eq!(filled("x[$window", 1_000, Some(0)), "x[1s");
        assert_eq!(filled("x[$window]", 0, None), "x[1s]");
    }

    #[test]
    fn terms_are_joined_and_told_apart() {
        let term = |key: &str, span, fold| Term { key: key.into(), measure: "x[$window]".into(), span, fold };
        let query = joined(
            &[
                term("a", TermSpan::Trailing(60_000), Fold::Sum),
                term("b", TermSpan::Since(1_000), Fold::Single),
            ],
            31_000,
        );
        let until = TermSpan::Until { trailing: 60_000, end: 15_000 };
        let leaving = joined(&[term("c", until, Fold::Sum)], 65_000);
        assert!(leaving.contains("x[10s] @ 15.000"), "{leaving}");
        assert_eq!(
            query,
            "label_replace(sum(x[1m]), \"fourlights_term\", \"a\", \"\", \"\")\nor\n\
             label_replace(x[30s], \"fourlights_term\", \"b\", \"\", \"\")"
        );
    }

    #[test]
    fn whole_bounds_in_one_spelling_are_hinted_at() {
        for (query, expected) in [
            ("x_bucket{le=\"1\"}", true),
            ("x_bucket{a=\"b\",le=\"5.0\"}", true),
            ("x_bucket{le=\"0.5\"}", false),
            ("x_bucket{le=\"+Inf\"}", false),
            ("x_bucket{le=~\"1(\\\\.0)?\"}", false),
        ] {
            assert_eq!(!hint(query).is_empty(), expected, "{query}");
        }
    }
}
