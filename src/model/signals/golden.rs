//! The four golden signals as charts, and the reading beside each title.

use crate::chart::model::{Chart, Ink, Mark, Rows, Shade, Style, Trace};
use crate::config::{Config, Level, Measure, Reach, Service, Source};
use crate::domain::alert_rule::{AlertRule, Baseline, Evaluation, Firing, Grid, State};
use crate::domain::format::{Unit, human};
use crate::domain::number::parse_number;
use crate::domain::order::{Gather as _, Order as _};
use crate::domain::series::{Frame, Series};
use crate::domain::signal::Signal;
use crate::domain::single::{Several, single};
use crate::domain::step::step_for;
use crate::domain::time::{DAY, Millis};
use crate::model::rule_text;
use crate::poll::{Pace, Question, Span};
use crate::sources::system;
use std::collections::BTreeSet;

/// A range question for a signal of the whole fleet; `None` when nothing measures it.
pub fn fleet_question(config: &Config, signal: Signal, span: Span) -> Option<Question> {
    let set = config.fleet_set(signal)?;
    let step = step_of(span);
    let measure = set.measure(signal, Level::Fleet, step, DAY)?;
    Some(Question::Range { source: set.source.clone(), measure, span, step, pace: Pace::Refresh })
}

/// The same question for all services at once, and the label and value that pick one out.
pub fn service_question(
    config: &Config,
    service: &Service,
    signal: Signal,
    span: Span,
) -> Option<(Question, String, String)> {
    let (set, value) = config.service_set(service, signal)?;
    let step = step_of(span);
    let measure = set.measure(signal, Level::Service, step, DAY)?;
    let question = Question::Range { source: set.source.clone(), measure, span, step, pace: Pace::Refresh };
    Some((question, set.by.clone(), value.to_string()))
}

/// What is measured, in the language of its source.
pub fn query_text(source: &Source, measure: &Measure) -> Option<String> {
    Some(system(source.kind)?.metrics?.text(measure))
}

/// A page of a source's own system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLink {
    pub url: String,
    /// `Open in Prometheus`
    pub text: String,
}

/// The page of the source's own system that shows a measure over a span; none for the demo.
pub fn graph_link(source: &Source, measure: &Measure, span: Span) -> Option<SourceLink> {
    let metrics = system(source.kind).filter(|_| source.reach != Reach::Demo)?.metrics?;
    let (length, end) = match span {
        Span::Last(length) => (length, None),
        Span::Between(from, to) => (to - from, Some(to)),
    };
    let url = metrics.page_of(&source.url, measure, length, end)?;
    Some(SourceLink { url, text: format!("Open in {}", source.kind.title()) })
}

fn step_of(span: Span) -> Millis {
    match span {
        Span::Last(length) => step_for(length),
        Span::Between(from, to) => step_for(to - from),
    }
}

/// The value now, its status in a word, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub value: String,
    /// `ok`, `warn`, `bad` or `unknown`
    pub tone: &'static str,
    pub word: &'static str,
    pub detail: String,
    /// the sample itself, for whoever wants more digits
    pub sample: Option<(Millis, f64)>,
}

/// The series of a subject in an answer: all of it for the fleet, those of a label's value for a service.
pub(super) fn own<'a>(frame: &'a Frame, of: Option<(&'a str, &'a str)>) -> impl Iterator<Item = &'a Series> {
    frame.series.iter().filter(move |s| of.is_none_or(|(label, value)| s.labels.get(label) == Some(value)))
}

/// The one series of a subject.
pub fn subject_series(frame: &Frame, of: Option<(&str, &str)>) -> Result<Option<Series>, Several> {
    single(own(frame, of))
}

/// What a signal's answer has too much of: several series where its panel shows one.
pub fn too_many(frame: &Frame, signal: Signal, of: Option<(&str, &str)>) -> Option<Several> {
    let part = match signal {
        Signal::TrafficByClass => "class",
        Signal::LatencyBuckets => "le",
        _ => return subject_series(frame, of).err(),
    };
    let parts: BTreeSet<Option<&str>> = own(frame, of).map(|s| s.labels.get(part)).into_set();
    parts.into_iter().find_map(|value| single(own(frame, of).filter(|s| s.labels.get(part) == value)).err())
}

/// The reading where several series would have to be one.
pub fn no_reading(several: &Several) -> Reading {
    Reading {
        value: "–".into(),
        tone: "unknown",
        word: "several series",
        detail: several.to_string(),
        sample: None,
    }
}

impl Reading {
    /// The same made from a partial answer: it cannot say that all is well.
    pub fn doubted(mut self, partial: bool) -> Self {
        if partial && self.tone == "ok" {
            (self.tone, self.word) = ("unknown", "partial data");
        }
        self
    }
}

/// Judges the newest value of a series by the rule that watches its signal.
pub fn reading(
    series: Option<&Series>,
    unit: Unit,
    rule: Option<&AlertRule>,
    baseline: Option<f64>,
) -> Reading {
    let Some((series, sample)) = series.and_then(|s| Some((s, s.last()?))) else {
        return Reading {
            value: "–".into(),
            tone: "unknown",
            word: "no data",
            detail: String::new(),
            sample: None,
        };
    };
    let (value, sample) = (human(unit, sample.1), Some(sample));
    let Some(rule) = rule else {
        return Reading { value, tone: "ok", word: "", detail: String::new(), sample };
    };
    let (tone, word) = match judged(rule, series, baseline).state {
        State::Inactive => ("ok", "ok"),
        State::Pending(_) => ("warn", "pending"),
        State::Firing => ("bad", "firing"),
    };
    let detail = format!("{}: {}", rule.name, rule_text(rule));
    Reading { value, tone, word, detail, sample }
}

/// The newest instant that all of these have, so that a headline and the legend below it are of the same
/// moment. What ended before takes no part.
pub fn common_instant<'a>(all: impl IntoIterator<Item = &'a Series>, step: Millis) -> Option<Millis> {
    let ends: Vec<Millis> = all.into_iter().filter_map(|s| s.last()).map(|(at, _)| at).collect();
    let newest = ends.iter().max().copied()?;
    ends.into_iter().filter(|end| newest - end <= 3 * step).min()
}

/// A series as it was at an instant.
pub fn until(series: &Series, at: Option<Millis>) -> Series {
    let mut series = series.clone();
    if let Some(at) = at {
        series.truncate(at + 1);
    }
    series
}

/// Puts the values at an instant into the legend; a trace that has none there shows none.
pub fn at_rest(
    chart: &mut Chart,
    at: Option<Millis>,
    step: Millis,
    series_of: impl Fn(&str) -> Option<Series>,
) {
    let Some(at) = at else { return };
    for trace in &mut chart.traces {
        let series = series_of(&trace.name);
        let last = series.as_ref().and_then(|s| s.samples_in(at - 3 * step, at).last());
        trace.at_rest = Some(last.map(|(_, v)| v).filter(|v| v.is_finite()));
    }
}

/// A rule over the samples of a chart, at their own step.
fn judged(rule: &AlertRule, series: &Series, baseline: Option<f64>) -> Evaluation {
    let mut newest = series.samples().rev().map(|(t, _)| t);
    let (last, before) = (newest.next().unwrap_or(0), newest.next());
    let step = before.map_or(1, |before| (last - before).max(1));
    let first = series.first_instant().unwrap_or(last);
    // Back from the last sample, so that it is the one that decides.
    let grid = Grid { start: last - (last - first) / step * step, end: last, step };
    rule.over(grid, Some(series), baseline.map_or(Baseline::None, Baseline::Level))
}

/// What all charts of a page share.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldenInputs {
    pub start: Millis,
    pub end: Millis,
    pub step: Millis,
}

impl GoldenInputs {
    pub fn new(span: Span, now: Millis) -> Self {
        let (start, end) = span.ends(now);
        Self { start, end, step: step_of(span) }
    }

    pub(super) fn chart(&self, title: &str, unit: Unit, traces: Vec<Trace>) -> Chart {
        Chart { traces, max_gap: self.step * 5 / 2, ..Chart::new(title, unit, self.start, self.end) }
    }
}

pub(super) fn trace(name: &str, ink: Ink, style: Style, series: Option<&Series>) -> Option<Trace> {
    Some(Trace::new(name, ink, style, series?.clone()))
}

/// The stretches over which a rule fired, for shading; one that still fires goes on to the edge.
pub(super) fn firings(
    inputs: &GoldenInputs,
    rule: Option<&AlertRule>,
    series: Option<&Series>,
    baseline: Option<f64>,
) -> Vec<Shade> {
    let (Some(rule), Some(series)) = (rule, series) else { return Vec::new() };
    let shade = |f: Firing| Shade {
        start: f.start,
        end: f.end.map_or(inputs.end, |(at, _)| at),
        label: rule.name.clone(),
    };
    judged(rule, series, baseline).firings.into_iter().map(shade).collect()
}

pub(super) fn threshold(rule: Option<&AlertRule>, baseline: Option<f64>, unit: Unit) -> Option<Mark> {
    let value = rule?.threshold(baseline)?;
    Some(Mark { value, label: format!("alert {}", human(unit, value)) })
}

/// p50, p95 and p99 as lines; the threshold is that of p95.
pub fn latency_chart(
    inputs: &GoldenInputs,
    quantiles: [Option<&Series>; 3],
    rule: Option<&AlertRule>,
) -> Chart {
    let [p50, p95, p99] = quantiles;
    let traces = [
        trace("p95", Ink::Series1, Style::Line, p95),
        trace("p50", Ink::Series2, Style::Line, p50),
        trace("p99", Ink::Series3, Style::Line, p99),
    ];
    let mut chart = inputs.chart("Latency", Unit::Seconds, traces.into_iter().flatten().collect());
    chart.threshold = threshold(rule, None, Unit::Seconds);
    chart.shades = firings(inputs, rule, p95, None);
    chart
}

/// Requests a second as an area, with the baseline dotted.
pub fn traffic_chart(
    inputs: &GoldenInputs,
    series: Option<&Series>,
    rule: Option<&AlertRule>,
    baseline: Option<f64>,
) -> Chart {
    let traces = trace("requests", Ink::Series1, Style::Area, series);
    let mut chart = inputs.chart("Traffic", Unit::Rps, traces.into_iter().collect());
    chart.baseline =
        baseline.map(|value| Mark { value, label: format!("baseline {}", human(Unit::Rps, value)) });
    chart.threshold = threshold(rule, baseline, Unit::Rps);
    chart.shades = firings(inputs, rule, series, baseline);
    chart
}

/// How response times were distributed: a row a bucket. From cumulative buckets, one series for each
/// `le`, in any order; a bucket never holds fewer than nothing, however rates were rounded. One bound in
/// two spellings (`1` and `1.0`, from Prometheus 2 and 3) is one bucket.
pub fn heat_chart(inputs: &GoldenInputs, buckets: &Frame, of: (&str, &str)) -> Option<Chart> {
    let bound = |s: &Series| parse_number(s.labels.get("le")?).filter(|bound| !bound.is_nan());
    let mut all: Vec<(f64, Series)> = Vec::new();
    for series in own(buckets, Some(of)) {
        let Some(bound) = bound(series) else { continue };
        match all.iter_mut().find(|(b, _)| *b == bound) {
            Some((_, known)) => *known = plus(known, series),
            None => all.push((bound, series.clone())),
        }
    }
    all.order_by(|a, b| a.0.total_cmp(&b.0));
    let mut traces = Vec::with_capacity(all.len());
    let mut below: Option<&Series> = None;
    for (bound, series) in &all {
        let own = match below {
            None => series.clone(),
            Some(below) => minus(series, below),
        };
        let name =
            if bound.is_finite() { format!("up to {}", human(Unit::Seconds, *bound)) } else { "more".into() };
        traces.push(Trace::new(name, Ink::Series1, Style::Line, own));
        below = Some(series);
    }
    if traces.is_empty() {
        return None;
    }
    let mut chart = inputs.chart("Latency distribution", Unit::Rps, traces);
    let bounds = all.iter().map(|(b, _)| *b).collect();
    chart.rows = Some(Rows::Heat { bounds, unit: Unit::Seconds, step: inputs.step });
    Some(chart)
}

/// The sum at each instant at which either has a sample.
pub(super) fn plus(series: &Series, more: &Series) -> Series {
    let mut all: Vec<(Millis, f64)> = Vec::with_capacity(series.len() + more.len());
    let (mut left, mut right) = (series.samples().peekable(), more.samples().peekable());
    while let Some(next) = [left.peek(), right.peek()].into_iter().flatten().map(|(t, _)| *t).min() {
        let own = [left.next_if(|(t, _)| *t == next), right.next_if(|(t, _)| *t == next)];
        all.push((next, own.into_iter().flatten().map(|(_, v)| v).sum()));
    }
    Series::from_samples(series.labels.clone(), all)
}

/// The difference at each instant, where the other has a sample there too.
fn minus(series: &Series, below: &Series) -> Series {
    let mut under = below.samples().peekable();
    series.map(|t, v| {
        while under.next_if(|(at, _)| *at < t).is_some() {}
        let base = under.peek().filter(|(at, _)| *at == t).map_or(0.0, |(_, b)| *b);
        (v - base).max(0.0)
    })
}

/// Whether a service answered, over time.
pub fn state_chart(inputs: &GoldenInputs, name: &str, series: Option<&Series>) -> Option<Chart> {
    let trace = trace(name, Ink::Ok, Style::Step, series)?;
    let mut chart = inputs.chart("State", Unit::State, vec![trace]);
    chart.rows = Some(Rows::States { names: vec!["probe".into()] });
    Some(chart)
}

/// What can be full, as lines; the bound where the rules of all of them have the same.
pub fn saturation_chart(
    inputs: &GoldenInputs,
    lines: &[(Signal, Option<&Series>)],
    config: &Config,
) -> Chart {
    let inks = [Ink::Series1, Ink::Series2, Ink::Series3];
    let traces = lines
        .iter()
        .zip(inks)
        .filter_map(|((signal, series), ink)| trace(signal.title(), ink, Style::Line, *series));
    let mut chart = inputs.chart("Saturation", Unit::Ratio, traces.collect());
    let mut bounds =
        lines.iter().filter_map(|(signal, _)| threshold(config.rule(*signal), None, Unit::Ratio));
    chart.threshold = bounds.next().filter(|first| bounds.all(|bound| bound == *first));
    chart
}

/// One line of any signal.
pub fn single_chart(
    inputs: &GoldenInputs,
    signal: Signal,
    series: Option<&Series>,
    rule: Option<&AlertRule>,
) -> Chart {
    let unit = signal.unit();
    let traces = trace(signal.title(), Ink::Series1, Style::Area, series);
    let mut chart = inputs.chart(signal.title(), unit, traces.into_iter().collect());
    chart.threshold = threshold(rule, None, unit);
    chart.shades = firings(inputs, rule, series, None);
    chart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alert_rule::{Condition, Watch};
    use crate::domain::labels::Labels;
    use crate::domain::severity::Severity;
    use crate::domain::time::MINUTE;

    fn series(values: &[f64]) -> Series {
        let samples = values.iter().enumerate().map(|(i, v)| (i as Millis * MINUTE, *v)).collect();
        Series::from_samples(Labels::default(), samples)
    }

    fn rule() -> AlertRule {
        AlertRule {
            name: "High latency".into(),
            watch: Watch::Signal(Signal::LatencyP95),
            condition: Condition::Above(0.5),
            resolve_at: None,
            for_: 2 * MINUTE,
            keep_firing_for: 0,
            every: MINUTE,
            severity: Severity::Sev2,
            runbook_url: None,
        }
    }

    #[test]
    fn readings_tell_value_status_and_why() {
        let of = |values: &[f64]| reading(Some(&series(values)), Unit::Seconds, Some(&rule()), None);
        assert_eq!((of(&[0.18]).value.as_str(), of(&[0.18]).word), ("180 ms", "ok"));
        assert_eq!(of(&[0.6]).word, "pending");
        assert_eq!(of(&[0.6, 0.6, 0.6]).tone, "bad");
        assert_eq!(of(&[]).word, "no data");
        assert_eq!(of(&[0.1]).detail, "High latency: over 500 ms for 2 min");
    }

    #[test]
    fn cumulative_buckets_become_what_fell_into_each() {
        let with = |le: &str, values: &[f64]| {
            let labels = [("service", "api"), ("le", le)].into_iter().collect();
            let samples = values.iter().enumerate().map(|(i, v)| (i as Millis * MINUTE, *v)).collect();
            Series::from_samples(labels, samples)
        };
        let frame =
            Frame { series: vec![with("+Inf", &[10., 9.]), with("0.1", &[4., 9.]), with("0.5", &[7., 8.])] };
        let inputs = GoldenInputs { start: 0, end: MINUTE, step: MINUTE };
        let chart = heat_chart(&inputs, &frame, ("service", "api")).unwrap();
        let rows: Vec<(String, Vec<f64>)> = chart
            .traces
            .iter()
            .map(|t| (t.name.clone(), t.series.samples().map(|s| s.1).collect()))
            .collect();
        assert_eq!(
            rows,
            [
                ("up to 100 ms".into(), vec![4., 9.]),
                ("up to 500 ms".into(), vec![3., 0.]),
                ("more".into(), vec![3., 1.])
            ]
        );
        assert!(heat_chart(&inputs, &frame, ("service", "web")).is_none());
    }

    #[test]
    fn a_bound_in_two_spellings_is_one_bucket() {
        let with = |le: &str, samples: &[(Millis, f64)]| {
            Series::from_samples([("service", "api"), ("le", le)].into_iter().collect(), samples.to_vec())
        };
        let frame = Frame {
            series: vec![
                with("1", &[(0, 4.), (MINUTE, 3.)]),
                with("+Inf", &[(0, 5.), (MINUTE, 5.), (2 * MINUTE, 5.)]),
                with("1.0", &[(MINUTE, 2.), (2 * MINUTE, 5.)]),
                with("1e+06", &[(0, 5.)]),
                with("1000000.0", &[(MINUTE, 5.)]),
                with("NaN", &[(0, 1.)]),
            ],
        };
        let inputs = GoldenInputs { start: 0, end: 2 * MINUTE, step: MINUTE };
        let chart = heat_chart(&inputs, &frame, ("service", "api")).unwrap();
        let rows: Vec<Vec<f64>> =
            chart.traces.iter().map(|t| t.series.samples().map(|s| s.1).collect()).collect();
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0], [4., 5., 5.]);
    }

    #[test]
    fn a_query_can_be_opened_where_it_came_from() {
        let of = |url: &str, span| {
            let text =
                format!(r#"{{"title": "t", "sources": {{"p": {{"kind": "prometheus", "url": "{url}"}}}}}}"#);
            let config = crate::sources::read_config(&text).expect("valid");
            graph_link(&config.sources[0], &"up > 0".into(), span).map(|link| link.url)
        };
        let last = Span::Last(DAY);
        assert_eq!(
            of("https://prom.example", last).as_deref(),
            Some("https://prom.example/graph?g0.expr=up+%3E+0&g0.tab=0&g0.range_input=86400s")
        );
        let fixed = of("/prom", Span::Between(0, 60_000)).unwrap();
        assert!(fixed.contains("g0.range_input=60s&g0.end_input=1970-01-01T00%3A01%3A00Z"), "{fixed}");
        assert_eq!(of("demo:", last), None);
        assert_eq!(
            of("https://h/p?tenant=a", last).as_deref(),
            Some("https://h/p/graph?tenant=a&g0.expr=up+%3E+0&g0.tab=0&g0.range_input=86400s")
        );
    }

    #[test]
    fn several_series_are_no_reading_of_one() {
        let of =
            |labels: &[(&str, &str)]| Series::from_samples(labels.iter().copied().collect(), vec![(0, 1.0)]);
        let frame = Frame {
            series: vec![
                of(&[("s", "a"), ("class", "5xx"), ("pod", "x")]),
                of(&[("s", "a"), ("class", "5xx"), ("pod", "y")]),
                of(&[("s", "b"), ("class", "5xx"), ("pod", "x")]),
            ],
        };
        let labels = |signal, of| too_many(&frame, signal, of).map(|s| s.labels);
        assert_eq!(labels(Signal::TrafficByClass, Some(("s", "a"))), Some(vec!["pod".to_string()]));
        assert_eq!(labels(Signal::TrafficByClass, Some(("s", "b"))), None);
        assert_eq!(labels(Signal::ErrorRatio, None), Some(vec!["pod".to_string(), "s".to_string()]));
        let found = subject_series(&frame, Some(("s", "a"))).unwrap_err();
        assert_eq!((no_reading(&found).tone, no_reading(&found).sample), ("unknown", None));
    }
}
