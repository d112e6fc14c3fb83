//! The console's own alert rules: what they ask, and what they find in the answers.

use crate::config::{Config, Level, Measure, NumberOrQuery, SignalSet, Term};
use crate::domain::alert::{Alert, Origin, State as AlertState, without_meta};
use crate::domain::alert_merge::letters;
use crate::domain::alert_rule::{
    AlertRule, Baseline, Condition, Ended, Evaluation, Firing, Grid, State, Watch,
};
use crate::domain::breaches::{Breaches, Form};
use crate::domain::format::{Unit, human};
use crate::domain::labels::Labels;
use crate::domain::order::Order as _;
use crate::domain::series::{Frame, Series};
use crate::domain::term::{Fold, TermSpan, figure};
use crate::domain::time::{DAY, Millis, human_duration};
use crate::poll::{Pace, Question, Span};
use crate::sources::{Breach, Metrics, system};
use std::sync::Arc;

/// What alerts of the console's own rules name as their source.
pub const OWN: &str = "Fourlights";

/// Most evaluations asked for at once, under the limit of a range query.
const MOST_STEPS: Millis = 10_000;

/// The questions of one rule over one signal set, or over its own query.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleAsk {
    /// where the condition holds, or the watched values themselves
    pub value: Question,
    /// what is usual, where that is a query and the values are compared here
    pub baseline: Option<Question>,
}

/// What a rule is evaluated over.
#[derive(Clone, Copy, Debug)]
pub enum Evidence<'a> {
    /// The source compared: the samples at which the condition holds, and no others.
    Breaches(&'a Breaches),
    /// The source can only give its samples, which are compared here. They grow with the fleet.
    Samples { values: &'a Frame, usual: Option<&'a Frame> },
}

/// Whether a source compares values itself.
fn compares(config: &Config, source: &str) -> bool {
    let system = config.source(source).and_then(|source| system(source.kind));
    system.and_then(|system| system.metrics).is_some_and(Metrics::compares)
}

/// What a rule looks at: the value, and what is usual. Also what a system gets that evaluates it itself.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleExpression {
    pub source: String,
    pub value: Measure,
    pub baseline: Option<NumberOrQuery>,
}

/// A rule of a signal is evaluated for each service; one that compares with the file's baseline, which
/// is the fleet's, for the fleet.
pub fn expressions(config: &Config, rule: &AlertRule) -> Vec<RuleExpression> {
    let compares =
        matches!(rule.condition, Condition::DropBelowBaseline(_) | Condition::RiseAboveBaseline(_));
    match &rule.watch {
        Watch::Query { source, query, baseline } => vec![RuleExpression {
            source: source.clone(),
            value: Measure::Typed(query.clone()),
            baseline: baseline
                .clone()
                .map(NumberOrQuery::Query)
                .or_else(|| config.baseline.clone())
                .filter(|_| compares),
        }],
        Watch::Signal(signal) if compares => {
            let set = config.fleet_set(*signal);
            let value = set.and_then(|s| s.measure(*signal, Level::Fleet, 0, DAY));
            set.zip(value)
                .map(|(set, value)| RuleExpression {
                    source: set.source.clone(),
                    value,
                    baseline: config.baseline.clone(),
                })
                .into_iter()
                .collect()
        }
        Watch::Signal(signal) => {
            let used =
                |set: &&Arc<SignalSet>| config.services.iter().any(|s| s.signals.contains_key(&set.name));
            let of = |set: &Arc<SignalSet>| {
                let value = set.measure(*signal, Level::Service, 0, DAY)?;
                Some(RuleExpression { source: set.source.clone(), value, baseline: None })
            };
            config.signal_sets.iter().filter(used).filter_map(of).collect()
        }
    }
}

/// The span over which a rule is evaluated: a day, or as many steps as one answer may have.
pub fn span_of(rule: &AlertRule) -> Millis {
    DAY.min(rule.every * MOST_STEPS)
}

/// What to ask for a rule: of a source that can, where its condition holds; of others, their samples.
pub fn rule_asks(config: &Config, rule: &AlertRule) -> Vec<RuleAsk> {
    let samples = |source: &str, measure: Measure| Question::Range {
        source: source.into(),
        measure,
        span: Span::Last(span_of(rule)),
        step: rule.every,
        pace: Pace::Refresh,
    };
    let ask = |e: RuleExpression| {
        if !compares(config, &e.source) {
            let baseline = match &e.baseline {
                Some(NumberOrQuery::Query(query)) => Some(samples(&e.source, query.as_str().into())),
                _ => None,
            };
            return Some(RuleAsk { value: samples(&e.source, e.value), baseline });
        }
        let condition = Breach::new(rule.condition, rule.resolve_at, e.value, e.baseline)?;
        let (length, step, pace) = (span_of(rule), rule.every, Pace::Refresh);
        let form = Form::Samples;
        let value = Question::Breaches { source: e.source, condition, form, length, step, pace };
        Some(RuleAsk { value, baseline: None })
    };
    expressions(config, rule).into_iter().filter_map(ask).collect()
}

/// How many series each rule watches now at a source. A rule that watches none cannot fire, which is not the same
/// as being quiet, and where only breaches are asked for nothing else tells the two apart.
pub fn watched_question(config: &Config, source: &str) -> Option<Question> {
    let counted = config.rules.iter().filter(|rule| rule.condition != Condition::Absent);
    let terms: Vec<Term> = counted
        .flat_map(|rule| {
            let own = expressions(config, rule).into_iter().enumerate();
            own.filter(|(_, e)| e.source == source).map(|(i, e)| Term {
                key: watched_key(rule, i),
                measure: Measure::Count(Box::new(e.value)),
                span: TermSpan::Trailing(0),
                fold: Fold::Single,
            })
        })
        .collect();
    (!terms.is_empty()).then(|| Question::Terms { source: source.into(), terms, pace: Pace::Slow })
}

fn watched_key(rule: &AlertRule, i: usize) -> String {
    format!("{}|{i}", rule.name)
}

/// The number of series that a rule watches, by the answers of all sources; `None` while some of it is not known.
pub fn n_watched<'a>(
    config: &Config,
    rule: &AlertRule,
    answer: impl Fn(&str) -> Option<&'a Frame>,
) -> Option<usize> {
    if rule.condition == Condition::Absent {
        return None;
    }
    // A count of nothing has no sample.
    let of = |(i, e): (usize, RuleExpression)| {
        Some(figure(answer(&e.source)?, &watched_key(rule, i)).unwrap_or(0.0) as usize)
    };
    expressions(config, rule).into_iter().enumerate().map(of).sum()
}

/// A rule over one of its series.
#[derive(Clone, Debug, PartialEq)]
pub struct Watched {
    pub labels: Labels,
    pub evaluation: Evaluation,
}

/// A rule as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleView {
    pub rule: AlertRule,
    /// the span that was evaluated
    pub grid: Grid,
    /// the series of which something is known: where only breaches were asked for, those that breached
    pub watched: Vec<Watched>,
    /// how many series it watches now, where that is known
    pub n_watched: Option<usize>,
    /// rules of the same name that other systems evaluate: `HighErrorRate of prometheus (group web)`. What
    /// they find is compared alert by alert; a name alone says nothing.
    pub namesakes: Vec<String>,
    /// data may be missing from what it was evaluated over
    pub partial: bool,
}

/// Evaluates a rule over one answer. `as_of` is when it was asked: the future has no evaluations.
pub fn evaluate(
    rule: &AlertRule,
    config: &Config,
    evidence: Evidence<'_>,
    as_of: Millis,
) -> (Grid, Vec<Watched>) {
    let grid = Grid::aligned(as_of - span_of(rule), as_of, rule.every);
    let watched = match evidence {
        Evidence::Breaches(breaches) => match breaches.samples() {
            Some(samples) => {
                let one = |series: &Series| Watched {
                    labels: bare(&series.labels),
                    evaluation: rule.over_breaches(grid, series),
                };
                samples.series.iter().map(one).collect()
            }
            None => {
                let one = |(labels, runs): (&Labels, Vec<(Millis, Millis)>)| Watched {
                    labels: bare(labels),
                    evaluation: rule.over_runs(grid, &runs),
                };
                breaches.runs().into_iter().map(one).collect()
            }
        },
        Evidence::Samples { values, usual } => over_samples(rule, config, values, usual, grid),
    };
    (grid, watched)
}

fn over_samples(
    rule: &AlertRule,
    config: &Config,
    values: &Frame,
    usual: Option<&Frame>,
    grid: Grid,
) -> Vec<Watched> {
    if rule.condition == Condition::Absent {
        let evaluation = rule.over(grid, Some(&anything(values)), Baseline::None);
        return vec![Watched { labels: Labels::default(), evaluation }];
    }
    let usual = |series: &Series| match (usual, &config.baseline) {
        (Some(frame), _) => frame
            .series
            .iter()
            .find(|b| bare(&b.labels) == bare(&series.labels))
            .map_or(Baseline::None, Baseline::Series),
        (None, Some(NumberOrQuery::Number(level))) => Baseline::Level(*level),
        _ => Baseline::None,
    };
    let one = |series: &Series| Watched {
        labels: bare(&series.labels),
        evaluation: rule.over(grid, Some(series), usual(series)),
    };
    values.series.iter().map(one).collect()
}

fn bare(labels: &Labels) -> Labels {
    labels.iter().filter(|(name, _)| *name != "__name__").collect()
}

/// A series with a sample wherever any of a frame's series has one.
fn anything(frame: &Frame) -> Series {
    let mut instants: Vec<(Millis, f64)> =
        frame.series.iter().flat_map(|s| s.samples().map(|(t, _)| (t, 1.0))).collect();
    instants.sort_unstable_by_key(|(t, _)| *t);
    instants.dedup_by_key(|(t, _)| *t);
    Series::from_samples(Labels::default(), instants)
}

impl RuleView {
    /// The worst of its series.
    pub fn state(&self) -> State {
        let rank = |s: &State| match s {
            State::Firing => 0,
            State::Pending(_) => 1,
            State::Inactive => 2,
        };
        self.watched.iter().map(|w| w.evaluation.state).min_by_key(rank).unwrap_or(State::Inactive)
    }

    /// Every stretch in which it fired, the newest first.
    pub fn firings(&self) -> Vec<(&Labels, Firing)> {
        let mut all: Vec<(&Labels, Firing)> =
            self.watched.iter().flat_map(|w| w.evaluation.firings.iter().map(|f| (&w.labels, *f))).collect();
        all.order_by_key(|(_, f)| std::cmp::Reverse(f.start));
        all
    }

    /// Its firings and pendings as alerts, for the list of all. Each is also known by the id of its service,
    /// for rules of other systems rarely use the label of the signal set.
    pub fn alerts(&self, config: &Config) -> Vec<Alert> {
        let unit = unit_of(&self.rule);
        let alert = |labels: &Labels, state, started, ended: Option<(Millis, Ended)>, peak: f64| Alert {
            name: self.rule.name.clone(),
            state,
            severity: Some(self.rule.severity),
            labels: without_meta(labels),
            also: by_service(config, &self.rule, labels),
            origin: Origin::Own,
            summary: Some({
                let worst =
                    if peak.is_finite() { format!(", worst {}", human(unit, peak)) } else { String::new() };
                let partial = if self.partial { ", from partial data" } else { "" };
                format!("{}{worst}{partial}", rule_text(&self.rule))
            }),
            runbook_url: self.rule.runbook_url.clone(),
            started: Some(started),
            ended: ended.map(|(at, _)| at),
            source: OWN.into(),
            ended_because: ended.map(|(_, why)| why.reason().to_string()),
            ..Alert::default()
        };
        let mut all = Vec::new();
        for watched in &self.watched {
            if let State::Pending(since) = watched.evaluation.state {
                all.push(alert(&watched.labels, AlertState::Pending, since, None, f64::NAN));
            }
            for f in watched.evaluation.firings.iter().rev() {
                let state = if f.end.is_some() { AlertState::Resolved } else { AlertState::Firing };
                all.push(alert(&watched.labels, state, f.start, f.end, f.peak));
            }
        }
        all
    }
}

/// The labels with `service` and the service's id in the place of the label that a signal set tells services
/// apart by: `server="api-1"` is `service="api"`.
fn by_service(config: &Config, rule: &AlertRule, labels: &Labels) -> Vec<Labels> {
    let Some(signal) = rule.signal() else { return Vec::new() };
    let of_set = |set: &Arc<SignalSet>| {
        let value = labels.get(&set.by)?;
        let is_it = |s: &&crate::config::Service| s.signals.get(&set.name).is_some_and(|v| v == value);
        let service = config.services.iter().find(is_it)?;
        Some(labels.only(|name| name != set.by).with("service", &service.id))
    };
    let sets = config.signal_sets.iter().filter(|set| set.has(signal)).filter_map(of_set);
    sets.filter(|known| known != labels).collect()
}

/// The unit of what a rule watches.
pub fn unit_of(rule: &AlertRule) -> Unit {
    rule.signal().map_or(Unit::Count, |s| s.unit())
}

/// `over 500 ms for 5 min`
pub fn rule_text(rule: &AlertRule) -> String {
    let unit = unit_of(rule);
    let mut text = match rule.condition {
        Condition::Above(limit) => format!("over {}", human(unit, limit)),
        Condition::Below(limit) => format!("under {}", human(unit, limit)),
        Condition::DropBelowBaseline(share) => format!("{} below baseline", human(Unit::Ratio, share)),
        Condition::RiseAboveBaseline(share) => format!("{} above baseline", human(Unit::Ratio, share)),
        Condition::Absent => "no sample".into(),
    };
    if rule.for_ > 0 {
        text.push_str(&format!(" for {}", human_duration(rule.for_)));
    }
    if let Some(resolve) = rule.resolve_at {
        text.push_str(&format!(", until {}", human(unit, resolve)));
    }
    if rule.keep_firing_for > 0 {
        text.push_str(&format!(", kept {}", human_duration(rule.keep_firing_for)));
    }
    text
}

/// Whether two names are of one rule: `HighLatency`, `High latency` and `high_latency` are.
pub fn same_name(a: &str, b: &str) -> bool {
    letters(a) == letters(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::severity::Severity;

    const CONFIG: &str = r#"{"title": "T", "sources": {"p": {"kind": "prometheus", "url": "http://h"}},
        "signals": {"web": {"source": "p", "preset": "caddy", "by": "server", "window": "30s"}},
        "services": [{"id": "front", "name": "API", "signals": {"web": "api"}}], "baseline": "usual",
        "alerts": [
            {"name": "Slow", "signal": "latency_p95", "above": 0.5, "for": "1m", "severity": "sev2"},
            {"name": "Drop", "signal": "traffic", "drop": 0.5, "severity": "sev2", "every": "5s"},
            {"name": "Gone", "query": "up", "absent": true, "severity": "sev1"}]}"#;

    fn config() -> Config {
        crate::sources::read_config(CONFIG).expect("valid")
    }

    fn frame(label: &str, samples: &[(Millis, f64)]) -> Frame {
        Frame {
            series: vec![Series::from_samples([("server", label)].into_iter().collect(), samples.to_vec())],
        }
    }

    #[test]
    fn services_are_asked_about_in_one_query_and_the_baseline_on_the_same_grid() {
        let config = config();
        let asks: Vec<Vec<RuleAsk>> = config.rules.iter().map(|r| rule_asks(&config, r)).collect();
        assert_eq!(asks.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1]);
        let Question::Breaches { condition, length, step, .. } = &asks[1][0].value else { panic!() };
        assert_eq!(condition.usual, Some(NumberOrQuery::Query("usual".into())));
        let fetch =
            asks[1][0].value.fetch(&crate::sources::prometheus::SYSTEM, None, DAY).expect("a request");
        let query = fetch.request.parameter("query").unwrap_or_default();
        assert!(query.contains("[30s]") && !query.contains("server"), "{query}");
        assert!(query.ends_with(" < 0.5 * (usual)"), "{query}");
        // A day of steps of 5 s would be more points than one answer may have.
        assert_eq!((*length, *step), (50_000_000, 5_000));
        assert!(asks[1][0].baseline.is_none());
    }

    #[test]
    fn firings_become_alerts_that_are_also_known_by_their_service() {
        let config = config();
        let rule = &config.rules[0];
        let samples: Vec<_> =
            (0..8).map(|i| (i * 30_000, if (2..6).contains(&i) { 0.9 } else { 0.1 })).collect();
        let breaching: Vec<_> = samples.iter().copied().filter(|(_, v)| *v > 0.5).collect();
        let values = frame("api", &samples);
        let (_, over_samples) =
            evaluate(rule, &config, Evidence::Samples { values: &values, usual: None }, 7 * 30_000);
        assert_eq!(over_samples[0].evaluation.firings[0].end, Some((180_000, Ended::Recovered)));
        let breaches = Breaches::new(frame("api", &breaching), Form::Samples, 30_000, 7 * 30_000);
        let (grid, watched) = evaluate(rule, &config, Evidence::Breaches(&breaches), 7 * 30_000);
        let (rule, namesakes) = (rule.clone(), Vec::new());
        let view = RuleView { rule, grid, watched, n_watched: None, namesakes, partial: false };
        let alerts = view.alerts(&config);
        assert_eq!(alerts.len(), 1);
        assert_eq!((alerts[0].started, alerts[0].ended), (Some(120_000), Some(180_000)));
        assert_eq!(alerts[0].summary.as_deref(), Some("over 500 ms for 1 min, worst 900 ms"));
        assert_eq!(alerts[0].severity, Some(Severity::Sev2));
        assert_eq!((alerts[0].also.len(), alerts[0].origin), (1, Origin::Own));
        assert_eq!(alerts[0].also[0].get("service"), Some("front"));
        let said = RuleView { partial: true, ..view }.alerts(&config).remove(0).summary;
        assert_eq!(said.as_deref(), Some("over 500 ms for 1 min, worst 900 ms, from partial data"));
    }

    #[test]
    fn an_absence_looks_at_all_series_together() {
        let config = config();
        let rule = &config.rules[2];
        let mut frame = frame("a", &[(0, 1.0), (30_000, 1.0)]);
        frame.series.extend(self::frame("b", &[(60_000, 1.0)]).series);
        let evidence = Evidence::Samples { values: &frame, usual: None };
        let (_, watched) = evaluate(rule, &config, evidence, 120_000);
        let found: Vec<_> = watched[0].evaluation.firings.iter().map(|f| (f.start, f.end)).collect();
        assert_eq!(found.last(), Some(&(90_000, None)));
        assert_eq!(watched[0].evaluation.state, State::Firing);
    }

    #[test]
    fn a_rule_that_watches_nothing_is_told_from_one_that_is_quiet() {
        let config = config();
        let Some(Question::Terms { terms, .. }) = watched_question(&config, "p") else { panic!() };
        // What must be absent has no count.
        assert_eq!(terms.iter().map(|t| t.key.as_str()).collect::<Vec<_>>(), ["Slow|0", "Drop|0"]);
        assert!(matches!(terms[0].measure, Measure::Count(_)) && watched_question(&config, "q").is_none());
        let counted = |key: &str, n: f64| {
            let labels = [("fourlights_term", key)].into_iter().collect();
            Frame { series: vec![Series::from_samples(labels, vec![(0, n)])] }
        };
        let answer = counted("Slow|0", 500.0);
        let of = |i: usize, answer: Option<&Frame>| n_watched(&config, &config.rules[i], |_| answer);
        assert_eq!((of(0, Some(&answer)), of(1, Some(&answer))), (Some(500), Some(0)));
        assert_eq!((of(0, None), of(2, Some(&answer))), (None, None));
    }

    #[test]
    fn names_are_compared_by_their_letters() {
        assert!(same_name("High latency", "HighLatency"));
        assert!(!same_name("High latency", "Low latency"));
    }
}
