//! The console's own alert rules: what they ask, and what they find in the answers.

use crate::config::{Config, Level, NumberOrQuery, SignalSet};
use crate::domain::alert::{Alert, Origin, State as AlertState, without_meta};
use crate::domain::alert_merge::letters;
use crate::domain::alert_rule::{
    AlertRule, Baseline, Condition, Ended, Evaluation, Firing, Grid, State, Watch,
};
use crate::domain::format::{Unit, human};
use crate::domain::labels::Labels;
use crate::domain::series::{Frame, Series};
use crate::domain::time::{DAY, Millis, human_duration};
use crate::poll::{Pace, Question, Span};

/// What alerts of the console's own rules name as their source.
pub const OWN: &str = "Fourlights";

/// Most evaluations asked for at once, under the limit of a range query.
const MOST_STEPS: Millis = 10_000;

/// The questions of one rule over one signal set, or over its own query.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleAsk {
    pub value: Question,
    /// what is usual, where that is a query
    pub baseline: Option<Question>,
}

/// The expressions of a rule: of the value and of what is usual. Also what is written for Prometheus.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleExpression {
    pub source: String,
    pub value: String,
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
            value: query.clone(),
            baseline: baseline
                .clone()
                .map(NumberOrQuery::Query)
                .or_else(|| config.baseline.clone())
                .filter(|_| compares),
        }],
        Watch::Signal(signal) if compares => {
            let set = config.fleet_set(*signal);
            let value = set.and_then(|s| s.query(*signal, Level::Fleet, 0, DAY));
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
            let used = |set: &&SignalSet| config.services.iter().any(|s| s.signals.contains_key(&set.name));
            let of = |set: &SignalSet| {
                let value = set.query(*signal, Level::Service, 0, DAY)?;
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

pub fn rule_asks(config: &Config, rule: &AlertRule) -> Vec<RuleAsk> {
    let ask = |source: &str, query: &str| Question::Range {
        source: source.into(),
        query: query.into(),
        span: Span::Last(span_of(rule)),
        step: rule.every,
        pace: Pace::Refresh,
    };
    expressions(config, rule)
        .into_iter()
        .map(|e| RuleAsk {
            value: ask(&e.source, &e.value),
            baseline: match &e.baseline {
                Some(NumberOrQuery::Query(query)) => Some(ask(&e.source, query)),
                _ => None,
            },
        })
        .collect()
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
    pub watched: Vec<Watched>,
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
    frame: &Frame,
    baseline: Option<&Frame>,
    as_of: Millis,
) -> (Grid, Vec<Watched>) {
    let grid = Grid::aligned(as_of - span_of(rule), as_of, rule.every);
    if rule.condition == Condition::Absent {
        let present = anything(frame);
        let evaluation = rule.over(grid, Some(&present), Baseline::None);
        return (grid, vec![Watched { labels: Labels::default(), evaluation }]);
    }
    let usual = |series: &Series| match (baseline, &config.baseline) {
        (Some(frame), _) => frame
            .series
            .iter()
            .find(|b| bare(&b.labels) == bare(&series.labels))
            .map_or(Baseline::None, Baseline::Series),
        (None, Some(NumberOrQuery::Number(level))) => Baseline::Level(*level),
        _ => Baseline::None,
    };
    let watched = frame
        .series
        .iter()
        .map(|series| Watched {
            labels: bare(&series.labels),
            evaluation: rule.over(grid, Some(series), usual(series)),
        })
        .collect();
    (grid, watched)
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
        all.sort_by_key(|(_, f)| std::cmp::Reverse(f.start));
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
    let of_set = |set: &SignalSet| {
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
        let Question::Range { query, span, step, .. } = &asks[1][0].value else { panic!() };
        assert!(query.contains("[30s]") && !query.contains("server"), "{query}");
        // A day of steps of 5 s would be more points than one answer may have.
        assert_eq!((*span, *step), (Span::Last(50_000_000), 5_000));
        assert!(matches!(&asks[1][0].baseline, Some(Question::Range { query, .. }) if query == "usual"));
    }

    #[test]
    fn firings_become_alerts_that_are_also_known_by_their_service() {
        let config = config();
        let rule = &config.rules[0];
        let samples: Vec<_> =
            (0..8).map(|i| (i * 30_000, if (2..6).contains(&i) { 0.9 } else { 0.1 })).collect();
        let (grid, watched) = evaluate(rule, &config, &frame("api", &samples), None, 7 * 30_000);
        let view = RuleView { rule: rule.clone(), grid, watched, namesakes: Vec::new(), partial: false };
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
        let (_, watched) = evaluate(rule, &config, &frame, None, 120_000);
        let found: Vec<_> = watched[0].evaluation.firings.iter().map(|f| (f.start, f.end)).collect();
        assert_eq!(found.last(), Some(&(90_000, None)));
        assert_eq!(watched[0].evaluation.state, State::Firing);
    }

    #[test]
    fn names_are_compared_by_their_letters() {
        assert!(same_name("High latency", "HighLatency"));
        assert!(!same_name("High latency", "Low latency"));
    }
}
