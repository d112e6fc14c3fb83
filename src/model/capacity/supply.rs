//! What there is of a resource and how much of it is used: the questions, and which limit belongs to which
//! series. What has no limit, or no use, is named with the reason: nothing is left out in silence.

use crate::config::{Limit, Measure, Number, Resource, ResourceKind, Term};
use crate::domain::format::{Unit, human};
use crate::domain::knee::{Knee, NoKnee, knee};
use crate::domain::labels::Labels;
use crate::domain::series::{Frame, Series};
use crate::domain::single::differing;
use crate::domain::term::{Fold, TermSpan, several, term_series};
use crate::domain::time::{DAY, HOUR, MINUTE, Millis};
use crate::poll::{Pace, Question, Span};
use std::collections::BTreeMap;

/// History behind a forecast, as far as the source keeps it.
pub(super) const HISTORY: Millis = 90 * DAY;

/// The time between two values of the history: storage four times a day, traffic as daily peaks.
pub(super) fn step_of(kind: ResourceKind) -> Millis {
    match kind {
        ResourceKind::Storage => 6 * HOUR,
        ResourceKind::Traffic => DAY,
    }
}

/// Asks for the history: the highest value of each step, so that a peak between two of them is seen.
pub fn history_question(resource: &Resource) -> Question {
    let measure = Measure::Peak {
        of: resource.used.clone(),
        kind: resource.kind,
        step: step_of(resource.kind),
        quantile: Number(resource.peak),
    };
    Question::Range {
        source: resource.source.clone(),
        measure,
        span: Span::Last(HISTORY),
        step: step_of(resource.kind),
        pace: Pace::Slow,
    }
}

/// Asks for the limit, where it is a query.
pub fn limit_question(resource: &Resource) -> Option<Question> {
    match &resource.limit {
        Limit::Number(_) => None,
        Limit::Query(query) => Some(Question::Instant {
            source: resource.source.clone(),
            measure: Measure::Typed(query.clone()),
            pace: Pace::Slow,
        }),
        Limit::Knee(latency) => {
            let term = |key: &str, expression: &str| Term {
                key: key.into(),
                measure: expression.into(),
                span: TermSpan::Trailing(DAY),
                // Many series of one load have no limit in common.
                fold: Fold::Single,
            };
            Some(Question::Range {
                source: resource.source.clone(),
                measure: Measure::Terms(vec![term("load", &resource.used), term("latency", latency)]),
                span: Span::Last(14 * DAY),
                step: 10 * MINUTE,
                pace: Pace::Slow,
            })
        }
    }
}

/// The history of one resource, and what there is of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Supply {
    /// what tells it from the others of its query, `host-1` or `host-1, mountpoint /data`; empty where
    /// there is one
    pub label: String,
    pub history: Series,
    pub limit: f64,
    /// what the limit was read from, where it was
    pub knee: Option<Knee>,
    /// its last sample, where it has ended while others go on
    pub gone: Option<Millis>,
}

/// A resource of which nothing can be said, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    pub name: String,
    pub why: String,
}

/// What the answers hold of a resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Supplies {
    pub found: Vec<Supply>,
    pub missing: Vec<Missing>,
}

/// What the answer about load and latency says; none where the limit is given, or nothing is answered yet.
fn knee_of(resource: &Resource, answer: Option<&Frame>) -> Option<Result<Knee, NoKnee>> {
    if !matches!(resource.limit, Limit::Knee(_)) {
        return None;
    }
    let answer = answer?;
    let series = |key: &str| term_series(answer, key).ok().flatten();
    let (Some(load), Some(latency)) = (series("load"), series("latency")) else {
        return Some(Err(NoKnee::TooFew(0)));
    };
    let mut latencies = latency.samples().peekable();
    let pair = |(t, load): (Millis, f64)| {
        while latencies.next_if(|(at, _)| *at < t).is_some() {}
        latencies.next_if(|(at, _)| *at == t).map(|(_, latency)| (load, latency))
    };
    Some(knee(&load.samples().filter_map(pair).collect::<Vec<_>>()))
}

fn why_no_knee(why: NoKnee, answer: &Frame) -> String {
    match (several(answer, ""), why) {
        (Some(several), _) => format!("The limit cannot be read from latency: {several}."),
        (None, NoKnee::TooFew(n)) => format!(
            "The limit cannot be read yet: {n} instants with load and latency, at least 100 are needed."
        ),
        (None, NoKnee::NotReached(load)) => format!(
            "Latency stayed in its normal range up to {}: no limit can be read from it. Give a limit to plan by.",
            human(Unit::Rps, load)
        ),
    }
}

/// The resources that the answers hold, each with its limit. `newest` is the newest sample of any series of
/// the source: what ended well before it is gone, while a source that is late has only late series.
pub fn supplies(
    resource: &Resource,
    history: &Frame,
    limit: Option<&Frame>,
    newest: Option<Millis>,
) -> Supplies {
    let mut all = Supplies::default();
    let names = names(resource, &history.series);
    let newest = newest.max(history.last_instant());
    let lone = resource.by.is_none() && history.series.len() == 1;
    let knee = knee_of(resource, limit);
    let mut taken = vec![false; limit.map_or(0, |l| l.series.len())];
    for (series, label) in history.series.iter().zip(names) {
        let found = match (&resource.limit, &knee) {
            (Limit::Number(number), _) => Ok(*number),
            (Limit::Query(_), _) => limit_of(series, limit.unwrap_or(&Frame::default()), lone, &mut taken),
            (Limit::Knee(_), Some(Ok(_))) if history.series.len() > 1 => {
                let labels: Vec<&Labels> = history.series.iter().map(|s| &s.labels).collect();
                let labels = differing(&labels).join(" and ");
                Err(format!(
                    "A limit read from latency is of one load, and these differ in {labels}: aggregate over it in used."
                ))
            }
            (Limit::Knee(_), Some(Ok(knee))) => Ok(knee.load),
            (Limit::Knee(_), Some(Err(why))) => Err(why_no_knee(*why, limit.unwrap_or(&Frame::default()))),
            (Limit::Knee(_), None) => Err("The limit is not answered yet.".into()),
        };
        let found = match found {
            Ok(_) if series.last().is_none() => Err("Its samples are no numbers.".into()),
            Ok(limit) if limit > 0.0 && limit.is_finite() => Ok(limit),
            Ok(limit) => Err(format!("The limit is {limit}, expected a number above 0.")),
            Err(why) => Err(why),
        };
        match found {
            Ok(limit) => {
                let last = series.last_instant();
                let ended = last
                    .filter(|last| newest.is_some_and(|newest| newest - last > 2 * step_of(resource.kind)));
                let knee = knee.clone().and_then(Result::ok);
                all.found.push(Supply { label, history: series.clone(), limit, knee, gone: ended });
            }
            Err(why) => all.missing.push(Missing { name: name(resource, &label), why }),
        }
    }
    if history.series.is_empty() {
        let why = match (&knee, limit) {
            (Some(Err(why)), Some(limit)) => why_no_knee(*why, limit),
            _ => "The query of its use found no samples.".into(),
        };
        all.missing.push(Missing { name: resource.name.clone(), why });
    } else if matches!(resource.limit, Limit::Query(_)) {
        let unused = limit.into_iter().flat_map(|l| &l.series).zip(&taken).filter(|(_, taken)| !**taken);
        let unused: Vec<Series> = unused.map(|(s, _)| s.clone()).collect();
        for (series, label) in unused.iter().zip(self::names(resource, &unused)) {
            let label = if label.is_empty() { text_of(&series.labels) } else { label };
            let why = "There is a limit, and no series of use with its labels.".into();
            all.missing.push(Missing { name: name(resource, &label), why });
        }
    }
    all
}

/// `Disk, host-1`
pub(super) fn name(resource: &Resource, label: &str) -> String {
    if label.is_empty() { resource.name.clone() } else { format!("{}, {label}", resource.name) }
}

/// What tells series of one query apart: the value of the label `by`, and what else they differ in where that
/// is not enough.
fn names(resource: &Resource, all: &[Series]) -> Vec<String> {
    let value =
        |s: &Series| resource.by.as_ref().and_then(|by| s.labels.get(by)).unwrap_or_default().to_string();
    let mut alike: BTreeMap<String, Vec<&Labels>> = BTreeMap::new();
    for series in all {
        alike.entry(value(series)).or_default().push(&series.labels);
    }
    let name = |series: &Series| {
        let own = value(series);
        let others = alike.get(&own).map(Vec::as_slice).unwrap_or_default();
        let more = differing(others);
        let more = more.iter().map(|n| format!("{n} {}", series.labels.get(n).unwrap_or("without")));
        Some(own.clone()).filter(|own| !own.is_empty()).into_iter().chain(more).collect::<Vec<_>>().join(", ")
    };
    all.iter().map(name).collect()
}

fn bare(labels: &Labels) -> Vec<(&str, &str)> {
    labels.iter().filter(|(name, _)| *name != "__name__").collect()
}

fn text_of(labels: &Labels) -> String {
    bare(labels).iter().map(|(n, v)| format!("{n} {v}")).collect::<Vec<_>>().join(", ")
}

/// Whether the labels of a limit fit a series.
type Fits<'f> = &'f dyn Fn(&[(&str, &str)]) -> bool;

/// The limit of a series: the one with the same labels, else the one whose labels it has all, else the one
/// that has all of its labels. One use and one limit without `by` belong together whatever their labels.
fn limit_of(series: &Series, limits: &Frame, lone: bool, taken: &mut [bool]) -> Result<f64, String> {
    let own = bare(&series.labels);
    let within = |few: &[(&str, &str)], many: &[(&str, &str)]| few.iter().all(|pair| many.contains(pair));
    let fitting = |fits: Fits<'_>| -> Vec<usize> {
        limits.series.iter().enumerate().filter(|(_, l)| fits(&bare(&l.labels))).map(|(i, _)| i).collect()
    };
    let ways: [Vec<usize>; 3] = [
        fitting(&|labels| labels == own),
        fitting(&|labels| within(labels, &own)),
        fitting(&|labels| within(&own, labels)),
    ];
    let mut fit = ways.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
    if fit.is_empty() && lone && limits.series.len() == 1 {
        fit = vec![0];
    }
    for i in &fit {
        if let Some(taken) = taken.get_mut(*i) {
            *taken = true;
        }
    }
    let found: Vec<&Series> = fit.iter().filter_map(|i| limits.series.get(*i)).collect();
    match found.as_slice() {
        [one] => match (one.last(), one.samples().last()) {
            (Some((_, limit)), _) | (None, Some((_, limit))) => Ok(limit),
            (None, None) => Err("The limit has no sample.".into()),
        },
        [] if limits.series.is_empty() => Err("The query of its limit found no series.".into()),
        [] => {
            let labels: Vec<&Labels> = limits.series.iter().chain([series]).map(|s| &s.labels).collect();
            let names = differing(&labels).join(" and ");
            Err(format!(
                "No limit has its labels; use and limits differ in {names}. Aggregate over what does not tell them apart."
            ))
        }
        several => {
            let labels: Vec<&Labels> = several.iter().map(|s| &s.labels).collect();
            let names = differing(&labels).join(" and ");
            Err(format!(
                "{} limits fit, which differ in {names}: name it in a matcher, or aggregate over it.",
                several.len()
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(by: Option<&str>, limit: &str) -> Resource {
        Resource {
            id: "r".into(),
            name: "Disk".into(),
            source: "p".into(),
            kind: ResourceKind::Storage,
            used: "x".into(),
            limit: limit.parse().map_or_else(|_| Limit::Query(limit.into()), Limit::Number),
            cost: None,
            peak: 1.0,
            by: by.map(Into::into),
            act_at: 0.7,
            action: "Order disks".into(),
        }
    }

    /// `i=a m=/ 50`
    fn frame(lines: &[&str]) -> Frame {
        let one = |line: &&str| {
            let mut parts: Vec<&str> = line.split(' ').collect();
            let value: f64 = parts.pop().unwrap().parse().unwrap();
            let labels = parts.iter().filter_map(|p| p.split_once('=')).collect();
            Series::from_samples(labels, vec![(0, value)])
        };
        Frame { series: lines.iter().map(one).collect() }
    }

    /// `a 100; b: why`
    fn told(by: Option<&str>, limit: &str, used: &[&str], limits: &[&str]) -> String {
        let all = supplies(&resource(by, limit), &frame(used), Some(&frame(limits)), None);
        let found = all.found.iter().map(|s| format!("{} {}", s.label, s.limit));
        let missing = all.missing.iter().map(|m| format!("{}: {}", m.name, m.why));
        found.chain(missing).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn each_series_is_a_resource_and_has_the_limit_of_its_labels() {
        for (what, used, limits, right) in [
            ("by one label", &["i=a 50", "i=b 60"][..], &["i=b 200", "i=a 100"][..], "a 100; b 200"),
            (
                "two mounts of a host",
                &["i=a m=/ 50", "i=a m=/data 60"],
                &["i=a m=/data 900", "i=a m=/ 100"],
                "a, m / 100; a, m /data 900",
            ),
            (
                "one limit for all mounts",
                &["i=a m=/ 50", "i=a m=/data 60"],
                &["i=a 100"],
                "a, m / 100; a, m /data 100",
            ),
            ("one limit for all", &["i=a 50", "i=b 60"], &["100"], "a 100; b 100"),
            ("a limit with a label more", &["i=a 50"], &["i=a device=sda 100"], "a 100"),
        ] {
            assert_eq!(told(Some("i"), "size", used, limits), right, "{what}");
        }
        assert_eq!(told(None, "1000", &["i=a 50", "i=b 60"], &[]), "i a 1000; i b 1000");
        assert_eq!(told(None, "size", &["i=a 50"], &["job=cloud 100"]), " 100");
    }

    #[test]
    fn nothing_is_left_out_in_silence() {
        for (what, used, limits, right) in [
            ("no limit", &["i=a 50"][..], &[][..], "Disk, a: The query of its limit found no series."),
            (
                "another's limit",
                &["i=a m=/ 5"],
                &["i=a m=/data 9"],
                "Disk, a: No limit has its labels; use and limits differ in m.",
            ),
            (
                "no use",
                &["i=a 50"],
                &["i=a 100", "i=b 200"],
                "a 100; Disk, b: There is a limit, and no series of use",
            ),
            (
                "not a number",
                &["i=a 50"],
                &["i=a NaN"],
                "Disk, a: The limit is NaN, expected a number above 0.",
            ),
            ("nothing", &["i=a 50"], &["i=a 0"], "Disk, a: The limit is 0, expected"),
            ("less than nothing", &["i=a 50"], &["i=a -1"], "Disk, a: The limit is -1, expected"),
            (
                "two limits",
                &["i=a 50"],
                &["i=a d=x 1", "i=a d=y 2"],
                "Disk, a: 2 limits fit, which differ in d:",
            ),
            ("use that is no number", &["i=a NaN"], &["i=a 100"], "Disk, a: Its samples are no numbers."),
            ("nothing at all", &[], &["i=a 100"], "Disk: The query of its use found no samples."),
        ] {
            let told = told(Some("i"), "size", used, limits);
            assert!(told.starts_with(right), "{what}: {told}");
        }
    }

    #[test]
    fn what_ended_is_gone_and_what_is_late_is_not() {
        let of = |ends: &[Millis], newest: Option<Millis>| {
            let one = |(i, end): (usize, &Millis)| {
                let labels = [("i", i.to_string())].into_iter().collect();
                Series::from_samples(labels, vec![(end - DAY, 1.0), (*end, 1.0)])
            };
            let history = Frame { series: ends.iter().enumerate().map(one).collect() };
            let all = supplies(&resource(Some("i"), "100"), &history, None, newest);
            all.found.iter().map(|s| s.gone).collect::<Vec<_>>()
        };
        assert_eq!(of(&[20 * DAY, 40 * DAY], None), [Some(20 * DAY), None]);
        assert_eq!(of(&[40 * DAY - 12 * HOUR, 40 * DAY], None), [None, None]);
        // The whole source is late, or this is all of it.
        assert_eq!(of(&[20 * DAY, 20 * DAY], None), [None, None]);
        // Another resource of the source goes on.
        assert_eq!(of(&[20 * DAY], Some(40 * DAY)), [Some(20 * DAY)]);
    }

    #[test]
    fn a_peak_is_the_highest_of_the_day_or_a_stated_quantile() {
        let query = |peak: f64| {
            let Question::Range { measure, .. } =
                history_question(&Resource { peak, kind: ResourceKind::Traffic, ..resource(None, "1") })
            else {
                panic!()
            };
            crate::sources::prometheus::text(&measure)
        };
        assert_eq!(query(1.0), "max_over_time((x)[1d:5m])");
        assert_eq!(query(0.99), "quantile_over_time(0.99, (x)[1d:5m])");
    }
}
