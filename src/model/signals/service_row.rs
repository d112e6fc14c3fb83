//! One line of the services table.

use crate::config::{Config, Level, Service};
use crate::domain::format::{Unit, human_or_dash};
use crate::domain::series::Frame;
use crate::domain::signal::Signal;
use crate::domain::time::{DAY, MINUTE, Millis};
use crate::poll::{Pace, Question, Span};

/// The signals in the table's columns.
pub const SHOWN: [Signal; 6] =
    [Signal::Up, Signal::LatencyP95, Signal::ErrorRatio, Signal::Cpu, Signal::Memory, Signal::Disk];

/// The question that answers a signal for all services of a set at once.
pub fn row_question(config: &Config, set: &str, signal: Signal) -> Option<Question> {
    let set = config.set(set)?;
    let measure = set.measure(signal, Level::Service, MINUTE, DAY)?;
    Some(Question::Instant { source: set.source.clone(), measure, pace: Pace::Refresh })
}

/// Points that the sparks of all services together may have.
const SPARK_POINTS: Millis = 12_000;

/// The traffic of a day for a chart of eighty pixels: a quarter of an hour a point, each the rate over the whole of
/// it. A rate over a shorter window would leave out most requests, and where samples are further apart than the window,
/// every one. One answer has the sparks of all services, so those of a large fleet have fewer points.
pub fn spark_question(config: &Config, service: &Service) -> Option<Question> {
    let n = Millis::try_from(config.services.len()).unwrap_or(Millis::MAX);
    let fits = |step: &Millis| n.saturating_mul(DAY / step) <= SPARK_POINTS;
    let step = [DAY / 96, DAY / 48, DAY / 24].into_iter().find(fits).unwrap_or(DAY / 12);
    let (set, _) = config.service_set(service, Signal::Traffic)?;
    let measure = set.measure(Signal::Traffic, Level::Service, step, DAY)?;
    let (source, span) = (set.source.clone(), Span::Last(DAY));
    Some(Question::Range { source, measure, span, step, pace: Pace::Slow })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    Down,
    Degraded,
    Unknown,
    /// it looks well, but data may be missing
    Partial,
    Up,
}

impl Health {
    pub fn word(self) -> &'static str {
        match self {
            Self::Down => "Down",
            Self::Degraded => "Degraded",
            Self::Unknown => "No data",
            Self::Partial => "Partial data",
            Self::Up => "Up",
        }
    }

    /// Whether somebody should look.
    pub fn is_problem(self) -> bool {
        matches!(self, Self::Down | Self::Degraded | Self::Unknown)
    }

    pub fn tone(self) -> &'static str {
        match self {
            Self::Down => "bad",
            Self::Degraded => "warn",
            Self::Unknown | Self::Partial => "unknown",
            Self::Up => "ok",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct ServiceRow {
    pub id: String,
    pub name: String,
    pub health: Health,
    pub latency: String,
    pub errors: String,
    pub cpu: String,
    pub memory: String,
    /// latency in seconds, errors, CPU and memory as shares: what the texts are made of
    pub values: [Option<f64>; 4],
    /// why something is not known although there are samples
    pub why: Option<String>,
}

impl ServiceRow {
    /// The same made from partial answers: what is seen to be wrong is wrong, but nothing is seen to be
    /// right.
    pub fn doubted(mut self) -> Self {
        if self.health == Health::Up {
            self.health = Health::Partial;
        }
        self
    }
}

/// The row of a service; `frame_of` gives the answer to a set's signal where there is one.
pub fn service_row<'a>(
    config: &Config,
    service: &Service,
    frame_of: impl Fn(&str, Signal) -> Option<&'a Frame>,
) -> ServiceRow {
    let found = |signal: Signal| {
        let (set, value) = config.service_set(service, signal)?;
        Some(frame_of(&set.name, signal)?.value(&set.by, value))
    };
    let value = |signal: Signal| found(signal)?.ok().flatten();
    let several = |signal: Signal| found(signal)?.err();
    let breaches = |signal: Signal| {
        let limit = config.rule(signal).and_then(|r| r.threshold(None));
        matches!((value(signal), limit), (Some(v), Some(l)) if v > l)
    };
    // What its users feel makes a service degraded; a busy CPU alone does not.
    let felt = [Signal::LatencyP95, Signal::ErrorRatio];
    let watched = [Signal::LatencyP95, Signal::ErrorRatio, Signal::Cpu, Signal::Memory, Signal::Disk];
    let health = match value(Signal::Up) {
        Some(up) if up < 0.5 => Health::Down,
        _ if felt.into_iter().any(breaches) => Health::Degraded,
        // What several series say of one service is not known, and so it is not up.
        _ if felt.into_iter().chain([Signal::Up]).any(|s| several(s).is_some()) => Health::Unknown,
        Some(_) => Health::Up,
        // Without a probe, an answer with requests or resources is what there is to go by.
        None if watched.into_iter().any(|s| value(s).is_some()) => Health::Up,
        None => Health::Unknown,
    };
    let show = |unit: Unit, signal: Signal| human_or_dash(unit, value(signal));
    ServiceRow {
        id: service.id.clone(),
        name: service.name.clone(),
        health,
        latency: show(Unit::Seconds, Signal::LatencyP95),
        errors: show(Unit::Ratio, Signal::ErrorRatio),
        cpu: show(Unit::Ratio, Signal::Cpu),
        memory: show(Unit::Ratio, Signal::Memory),
        values: [Signal::LatencyP95, Signal::ErrorRatio, Signal::Cpu, Signal::Memory].map(value),
        why: watched
            .into_iter()
            .chain([Signal::Up])
            .find_map(|s| Some(format!("{}: {}", s.title(), several(s)?))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::series::Series;
    use std::collections::BTreeMap;

    fn row(frames: &[(Signal, &[(&str, f64)])]) -> ServiceRow {
        let text = r#"{"title": "T", "sources": {"p": {"kind": "prometheus", "url": "http://h"}},
            "signals": {"web": {"source": "p", "by": "s", "queries": {"up": "u", "error_ratio": "e", "cpu": "c"}}},
            "services": [{"id": "a", "name": "A", "signals": {"web": "a"}}]}"#;
        let config = crate::sources::read_config(text).expect("valid");
        let frame = |series: &[(&str, f64)]| Frame {
            series: series
                .iter()
                .map(|(replica, v)| {
                    let labels = [("s", "a"), ("replica", replica)].into_iter().collect();
                    Series::from_samples(labels, vec![(0, *v)])
                })
                .collect(),
        };
        let frames: BTreeMap<Signal, Frame> = frames.iter().map(|(s, all)| (*s, frame(all))).collect();
        service_row(&config, &config.services[0], |_, signal| frames.get(&signal))
    }

    #[test]
    fn each_point_of_a_spark_is_a_rate_over_all_of_its_time() {
        // However short the window of the set is: samples may be further apart.
        let text = r#"{"title": "T", "sources": {"p": {"kind": "prometheus", "url": "http://h"}},
            "signals": {"web": {"source": "p", "preset": "caddy", "by": "server", "window": "30s"}},
            "services": [{"id": "a", "name": "A", "signals": {"web": "a"}}]}"#;
        let config = crate::sources::read_config(text).expect("valid");
        let Some(Question::Range { measure, span, step, .. }) = spark_question(&config, &config.services[0])
        else {
            panic!("no question")
        };
        assert_eq!((span, step), (Span::Last(DAY), 15 * MINUTE));
        assert_eq!(
            crate::sources::prometheus::text(&measure),
            "sum by (server) (rate(caddy_http_request_duration_seconds_count[15m]))"
        );
    }

    #[test]
    fn the_sparks_of_a_large_fleet_have_fewer_points() {
        let step = |n: usize| {
            let services: Vec<String> = (0..n)
                .map(|i| format!(r#"{{"id": "s{i}", "name": "S", "signals": {{"web": "s{i}"}}}}"#))
                .collect();
            let text = format!(
                r#"{{"title": "T", "sources": {{"p": {{"kind": "prometheus", "url": "http://h"}}}},
                    "signals": {{"web": {{"source": "p", "by": "s", "queries": {{"traffic": "t"}}}}}},
                    "services": [{}]}}"#,
                services.join(",")
            );
            let config = crate::sources::read_config(&text).expect("valid");
            let Some(Question::Range { step, .. }) = spark_question(&config, &config.services[0]) else {
                panic!()
            };
            DAY / step
        };
        assert_eq!([1, 125, 126, 500, 501, 5_000].map(step), [96, 96, 48, 24, 12, 12]);
    }

    #[test]
    fn several_series_of_a_service_are_not_known_and_never_up() {
        let up: (Signal, &[(&str, f64)]) = (Signal::Up, &[("a", 1.0)]);
        assert_eq!(row(&[up, (Signal::ErrorRatio, &[("a", 0.0)])]).health, Health::Up);
        let two = row(&[up, (Signal::ErrorRatio, &[("a", 0.0), ("b", 0.9)])]);
        assert_eq!((two.health, two.errors.as_str()), (Health::Unknown, "–"));
        assert!(two.why.unwrap().starts_with("Errors: 2 series"));
        let probes = row(&[(Signal::Up, &[("a", 1.0), ("b", 0.0)]), (Signal::ErrorRatio, &[("a", 0.0)])]);
        assert_eq!(probes.health, Health::Unknown);
        // A gauge beside it takes nothing from what its users feel.
        let busy = row(&[up, (Signal::Cpu, &[("a", 0.1), ("b", 0.2)])]);
        assert_eq!((busy.health, busy.cpu.as_str()), (Health::Up, "–"));
    }
}
