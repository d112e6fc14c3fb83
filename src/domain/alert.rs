//! Alerts that other systems evaluated, and how long each lasted.

use super::labels::Labels;
use super::series::{Frame, Series};
use super::severity::Severity;
use super::time::Millis;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Firing,
    Pending,
    Silenced,
    Inhibited,
    Resolved,
}

impl State {
    pub const ALL: [Self; 5] = [Self::Firing, Self::Pending, Self::Silenced, Self::Inhibited, Self::Resolved];

    pub fn name(self) -> &'static str {
        match self {
            Self::Firing => "firing",
            Self::Pending => "pending",
            Self::Silenced => "silenced",
            Self::Inhibited => "inhibited",
            Self::Resolved => "resolved",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Firing => "Firing",
            Self::Pending => "Pending",
            Self::Silenced => "Silenced",
            Self::Inhibited => "Inhibited",
            Self::Resolved => "Resolved",
        }
    }
}

/// One alert, active or over.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    pub name: String,
    pub state: State,
    pub severity: Option<Severity>,
    /// Labels without `alertname` and `alertstate`.
    pub labels: Labels,
    pub summary: Option<String>,
    pub runbook_url: Option<String>,
    pub started: Option<Millis>,
    pub ended: Option<Millis>,
    /// The configured name of the system that reported it.
    pub source: String,
    /// Who silenced it and why, where that is known.
    pub silence: Option<String>,
    /// Why it ended, where that is known.
    pub ended_because: Option<String>,
}

impl Alert {
    /// How long it lasted, or has lasted so far.
    pub fn duration(&self, now: Millis) -> Option<Millis> {
        Some(self.ended.unwrap_or(now).saturating_sub(self.started?).max(0))
    }

    pub fn is_active(&self) -> bool {
        self.state != State::Resolved
    }

    /// What the alert is about: the first of the labels that usually name it.
    pub fn subject(&self) -> Option<&str> {
        ["service", "server", "job", "instance", "host"].into_iter().find_map(|l| self.labels.get(l))
    }

    fn identity(&self) -> (&str, &Labels) {
        (&self.name, &self.labels)
    }
}

/// One silence of an Alertmanager.
#[derive(Clone, Debug, PartialEq)]
pub struct Silence {
    pub id: String,
    /// `service="api"`, `instance=~"db.*"`
    pub matchers: Vec<String>,
    pub starts: Option<Millis>,
    pub ends: Option<Millis>,
    pub created_by: String,
    pub comment: String,
    /// `active`, `pending` or `expired`
    pub state: String,
}

/// Reads firing intervals from the history of Prometheus's `ALERTS{alertstate="firing"}` series.
///
/// A series has a sample at each step while the alert fires; a hole of more than `step` ends it. An
/// interval that reaches the last step before `now` is still running and is left out here, for the
/// active list has it.
pub fn resolved_from_history(history: &Frame, source: &str, step: Millis, now: Millis) -> Vec<Alert> {
    let mut resolved = Vec::new();
    for series in &history.series {
        for (start, end) in runs(series, step) {
            if end + 2 * step > now {
                continue;
            }
            let labels = &series.labels;
            resolved.push(Alert {
                name: labels.get("alertname").unwrap_or("unnamed").into(),
                state: State::Resolved,
                severity: labels.get("severity").and_then(Severity::parse),
                labels: without_meta(labels),
                summary: None,
                runbook_url: None,
                started: Some(start),
                ended: Some(end + step),
                source: source.into(),
                silence: None,
                ended_because: None,
            });
        }
    }
    resolved.sort_by(|a, b| b.ended.cmp(&a.ended).then_with(|| a.name.cmp(&b.name)));
    resolved
}

/// Puts what several systems said of the same alert together: the most telling state wins
/// (silenced and inhibited, known to Alertmanager only, over firing), the earliest start, and the
/// first summary.
pub fn combine(alerts: Vec<Alert>) -> Vec<Alert> {
    let mut all: Vec<Alert> = Vec::new();
    for alert in alerts {
        let known =
            all.iter_mut().find(|a| a.is_active() && alert.is_active() && a.identity() == alert.identity());
        match known {
            Some(known) => {
                if matches!(alert.state, State::Silenced | State::Inhibited) {
                    known.state = alert.state;
                }
                known.started = match (known.started, alert.started) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
                known.summary = known.summary.take().or(alert.summary);
                known.runbook_url = known.runbook_url.take().or(alert.runbook_url);
                known.silence = known.silence.take().or(alert.silence);
            }
            None => all.push(alert),
        }
    }
    all
}

/// Labels as shown: without those that say what is already in another column.
pub fn without_meta(labels: &Labels) -> Labels {
    labels.iter().filter(|(n, _)| !matches!(*n, "alertname" | "alertstate" | "__name__")).collect()
}

/// `(first, last)` instants of each run of samples that are no more than `step` apart.
fn runs(series: &Series, step: Millis) -> Vec<(Millis, Millis)> {
    let mut runs: Vec<(Millis, Millis)> = Vec::new();
    for (t, v) in series.samples() {
        if v <= 0.0 || v.is_nan() {
            continue;
        }
        match runs.last_mut() {
            Some((_, last)) if t - *last <= step => *last = t,
            _ => runs.push((t, t)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::MINUTE;

    fn firing(t: &[Millis]) -> Frame {
        let labels = [("alertname", "HighLatency"), ("alertstate", "firing"), ("severity", "sev2")];
        let samples = t.iter().map(|m| (m * MINUTE, 1.0)).collect();
        Frame { series: vec![Series::from_samples(labels.into_iter().collect(), samples)] }
    }

    #[test]
    fn history_gives_each_interval_with_its_duration() {
        let found = resolved_from_history(&firing(&[1, 2, 3, 10, 11]), "prom", MINUTE, 60 * MINUTE);
        let spans: Vec<_> =
            found.iter().map(|a| (a.started.unwrap() / MINUTE, a.ended.unwrap() / MINUTE)).collect();
        assert_eq!(spans, [(10, 12), (1, 4)]);
        assert_eq!(found[0].duration(0), Some(2 * MINUTE));
        assert_eq!(found[0].severity, Some(Severity::Sev2));
        assert!(found[0].labels.get("alertname").is_none());
    }

    #[test]
    fn an_interval_that_still_runs_is_not_resolved() {
        assert!(resolved_from_history(&firing(&[8, 9, 10]), "prom", MINUTE, 11 * MINUTE).is_empty());
    }

    #[test]
    fn two_systems_on_one_alert_make_one_and_silenced_wins() {
        let alert = |state, started, summary: Option<&str>| Alert {
            name: "A".into(),
            state,
            severity: None,
            labels: Labels::default(),
            summary: summary.map(Into::into),
            runbook_url: None,
            started,
            ended: None,
            source: "x".into(),
            silence: None,
            ended_because: None,
        };
        let all = combine(vec![
            alert(State::Firing, Some(5), None),
            alert(State::Silenced, Some(3), Some("s")),
            alert(State::Resolved, Some(1), None),
        ]);
        assert_eq!(all.len(), 2);
        assert_eq!(
            (all[0].state, all[0].started, all[0].summary.as_deref()),
            (State::Silenced, Some(3), Some("s"))
        );
    }
}
