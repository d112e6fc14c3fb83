//! Alert rules of the console, typed or the default ones.

use crate::config::fault::FaultKind;
use crate::config::kind::Capability;
use crate::config::raw::RawAlertRule;
use crate::config::resolver::Resolver;
use crate::config::shape::Path;
use crate::domain::alert_rule::{AlertRule, Condition, Watch};
use crate::domain::runbook::link::refers_to;
use crate::domain::severity::Severity;
use crate::domain::signal::Signal;
use crate::domain::time::{DAY, HOUR, MINUTE, Millis, SECOND};

/// The time between two evaluations where nothing else is said.
const EVERY: Millis = 30 * SECOND;

impl Resolver<'_> {
    pub(super) fn rules(
        &mut self,
        raw: Option<&[RawAlertRule]>,
        has_baseline: bool,
        path: &Path,
    ) -> Vec<AlertRule> {
        let Some(raw) = raw else { return default_rules() };
        let mut rules: Vec<AlertRule> = Vec::new();
        for (i, typed) in raw.iter().enumerate() {
            let path = path.index(i);
            if raw.iter().take(i).any(|r| r.name == typed.name) {
                let found = format!("{:?} a second time", typed.name);
                self.fault(
                    FaultKind::BadValue,
                    &path.key("name"),
                    &found,
                    "a unique name",
                    "\"High latency\"",
                );
            }
            rules.extend(self.rule(typed, has_baseline, &path));
        }
        rules
    }

    fn rule(&mut self, raw: &RawAlertRule, has_baseline: bool, path: &Path) -> Option<AlertRule> {
        self.not_empty(&raw.name, &path.key("name"));
        let severities: Vec<(&str, Severity)> = Severity::ALL.iter().map(|s| (s.name(), *s)).collect();
        let severity = self.word(&raw.severity, &severities, "a severity", &path.key("severity"));
        let for_ = self.length(raw.for_.as_deref(), 0, &path.key("for"));
        let keep_firing_for = self.length(raw.keep_firing_for.as_deref(), 0, &path.key("keep_firing_for"));
        let every = self.duration(raw.every.as_deref(), EVERY, SECOND..=HOUR, &path.key("every"));
        let condition = self.condition(raw, path);
        let watch = self.watch(raw, path);
        let by_baseline =
            matches!(condition, Some(Condition::DropBelowBaseline(_) | Condition::RiseAboveBaseline(_)));
        if by_baseline && !has_baseline && raw.baseline.is_none() {
            let expected = "a baseline to compare with, in this rule or in the file";
            self.fault(
                FaultKind::MissingKey,
                path,
                "drop or rise without baseline",
                expected,
                r#""baseline": 5000"#,
            );
        }
        if condition == Some(Condition::Absent) && raw.query.is_none() {
            let expected = "a query whose series should always be there";
            let example = self.example(raw.source.as_deref(), |e| e.absent);
            self.fault(FaultKind::MissingKey, &path.key("query"), "absent without query", expected, example);
        }
        self.hysteresis(raw, path);
        let runbook_url = raw.runbook.as_ref().and_then(|url| {
            if refers_to(url, self.runbooks).is_some() {
                return Some(url.clone());
            }
            self.link(url, "https://wiki.example.com/runbooks/high-latency", &path.key("runbook"))
        });
        Some(AlertRule {
            name: raw.name.clone(),
            watch: watch?,
            condition: condition?,
            resolve_at: raw.resolve,
            for_,
            keep_firing_for,
            every,
            severity: severity?,
            runbook_url,
        })
    }

    fn length(&mut self, typed: Option<&str>, default: Millis, path: &Path) -> Millis {
        match typed {
            None | Some("0" | "0s") => default,
            typed => self.duration(typed, 5 * MINUTE, SECOND..=7 * DAY, path),
        }
    }

    fn watch(&mut self, raw: &RawAlertRule, path: &Path) -> Option<Watch> {
        match (&raw.signal, &raw.query) {
            (Some(signal), None) => {
                let signals: Vec<(&str, Signal)> = Signal::ALL.iter().map(|s| (s.name(), *s)).collect();
                self.word(signal, &signals, "a signal", &path.key("signal")).map(Watch::Signal)
            }
            (None, Some(query)) => {
                let asked = raw.source.as_deref();
                self.query(query, asked, &[], &path.key("query"));
                if let Some(baseline) = &raw.baseline {
                    self.query(baseline, asked, &[], &path.key("baseline"));
                }
                let at = path.key("source");
                let source = match &raw.source {
                    Some(name) => self.source_for(name, Capability::Metrics, &at).then(|| name.clone()),
                    None => self.default_source(Capability::Metrics, &at),
                };
                Some(Watch::Query { source: source?, query: query.clone(), baseline: raw.baseline.clone() })
            }
            _ => {
                let found =
                    if raw.signal.is_some() { "signal and query" } else { "neither signal nor query" };
                let example = r#""signal": "latency_p95""#;
                self.fault(FaultKind::MissingKey, path, found, "one of signal and query", example);
                None
            }
        }
    }

    fn condition(&mut self, raw: &RawAlertRule, path: &Path) -> Option<Condition> {
        let given: Vec<Condition> = [
            raw.above.map(Condition::Above),
            raw.below.map(Condition::Below),
            raw.drop.map(Condition::DropBelowBaseline),
            raw.rise.map(Condition::RiseAboveBaseline),
            raw.absent.filter(|yes| *yes).map(|_| Condition::Absent),
        ]
        .into_iter()
        .flatten()
        .collect();
        match given.as_slice() {
            [Condition::DropBelowBaseline(share)] if !(*share > 0.0 && *share < 1.0) => {
                let (path, found) = (path.key("drop"), format!("{share}"));
                self.fault(FaultKind::BadValue, &path, &found, "a share between 0 and 1", "0.5");
                None
            }
            [Condition::RiseAboveBaseline(share)] if *share <= 0.0 => {
                let (path, found) = (path.key("rise"), format!("{share}"));
                self.fault(FaultKind::BadValue, &path, &found, "a share above 0", "1");
                None
            }
            [one] => Some(*one),
            _ => {
                let expected = "exactly one of above, below, drop, rise and absent";
                let example = r#""above": 0.5"#;
                self.fault(FaultKind::MissingKey, path, "none of them, or more than one", expected, example);
                None
            }
        }
    }

    /// A rule that resolves on the bad side would never begin to be quiet.
    fn hysteresis(&mut self, raw: &RawAlertRule, path: &Path) {
        let Some(resolve) = raw.resolve else { return };
        let wrong = match (raw.above, raw.below) {
            (Some(above), None) => resolve > above,
            (None, Some(below)) => resolve < below,
            _ => true,
        };
        if wrong {
            let expected = "a value on the good side of above or below";
            self.fault(FaultKind::BadValue, &path.key("resolve"), &format!("{resolve}"), expected, "0.4");
        }
    }
}

/// The rules of the seed: latency, traffic, errors, saturation.
fn default_rules() -> Vec<AlertRule> {
    let rule = |name: &str, signal, condition, for_, severity| AlertRule {
        name: name.into(),
        watch: Watch::Signal(signal),
        condition,
        resolve_at: None,
        for_,
        keep_firing_for: 0,
        every: EVERY,
        severity,
        runbook_url: None,
    };
    let saturation = |name, signal| rule(name, signal, Condition::Above(0.8), 10 * MINUTE, Severity::Sev3);
    vec![
        rule("High latency", Signal::LatencyP95, Condition::Above(0.5), 5 * MINUTE, Severity::Sev2),
        rule("Traffic drop", Signal::Traffic, Condition::DropBelowBaseline(0.5), 0, Severity::Sev2),
        rule("High error rate", Signal::ErrorRatio, Condition::Above(0.01), 2 * MINUTE, Severity::Sev2),
        saturation("CPU saturated", Signal::Cpu),
        saturation("Memory saturated", Signal::Memory),
        saturation("Disk filling", Signal::Disk),
    ]
}
