//! Deploys found in series: a version appears, or a start time changes.

use crate::chart::model::{Event, EventKind};
use crate::domain::order::Order as _;
use crate::domain::series::{Frame, Series};
use crate::domain::time::Millis;

/// A mark wherever the value of a series changes, and where a series begins after the others did.
/// `text` may name labels in braces: `{service} {version}`.
pub fn deploys(frame: &Frame, text: &str) -> Vec<Event> {
    let begin = frame.series.iter().filter_map(Series::first_instant).min().unwrap_or(Millis::MAX);
    let mut all: Vec<Event> = Vec::new();
    for series in &frame.series {
        let mut before: Option<f64> = None;
        for (at, value) in series.samples().filter(|(_, v)| v.is_finite()) {
            let new = match before {
                None => at > begin,
                Some(before) => before != value,
            };
            if new {
                all.push(Event { at, kind: EventKind::Deploy, text: filled(text, series) });
            }
            before = Some(value);
        }
    }
    all.order_by_key(|e| e.at);
    all
}

fn filled(text: &str, series: &Series) -> String {
    let mut out = text.to_string();
    for (name, value) in series.labels.iter() {
        out = out.replace(&format!("{{{name}}}"), value);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_version_and_a_changed_start_are_deploys() {
        let series = |version: &str, samples: &[(Millis, f64)]| {
            Series::from_samples(
                [("service", "api"), ("version", version)].into_iter().collect(),
                samples.to_vec(),
            )
        };
        let frame = Frame {
            series: vec![
                series("v1", &[(0, 1.0), (10, 1.0), (20, 5.0)]),
                series("v2", &[(30, 1.0), (40, 1.0)]),
            ],
        };
        let found: Vec<(Millis, String)> =
            deploys(&frame, "{service} {version}").into_iter().map(|e| (e.at, e.text)).collect();
        assert_eq!(found, [(20, "api v1".into()), (30, "api v2".into())]);
        assert!(deploys(&Frame::default(), "x").is_empty());
    }
}
