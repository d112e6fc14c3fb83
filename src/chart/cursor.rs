//! Reading a chart at an instant: the values there, and how a keyboard walks from one to the next.

use super::layout::Layout;
use super::model::{Chart, Ink, Rows, Style, Trace};
use crate::domain::format::human;
use crate::domain::order::Order as _;
use crate::domain::time::{DAY, Millis};
use crate::domain::zone::Offsets;

/// One trace at an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub name: String,
    pub ink: Ink,
    pub style: Style,
    pub value: Option<f64>,
}

/// The traces' values at an instant, highest first, those without a value last.
pub fn readings(chart: &Chart, at: Millis) -> Vec<Reading> {
    let mut all: Vec<Reading> = chart
        .traces
        .iter()
        .map(|t| Reading { name: t.name.clone(), ink: t.ink, style: t.style, value: value_at(chart, t, at) })
        .collect();
    if chart.rows.is_some() {
        // As they lie, from the top down.
        all.reverse();
        return all;
    }
    let rank = |r: &Reading| r.value.unwrap_or(f64::NEG_INFINITY);
    all.order_by(|a, b| rank(b).total_cmp(&rank(a)));
    all
}

/// The nearest sample's value, if it is near; on a projection what lies between its ends.
fn value_at(chart: &Chart, trace: &Trace, at: Millis) -> Option<f64> {
    if !trace.is_measured() {
        return between(trace, at);
    }
    let (t, v) = trace.series.nearest(at)?;
    // Where samples are joined whatever their distance, a thirtieth of the axis is near.
    let near = chart.max_gap.min((chart.end - chart.start) / 30).max(1);
    ((t - at).abs() <= near && v.is_finite()).then_some(v)
}

fn between(trace: &Trace, at: Millis) -> Option<f64> {
    let (mut before, mut after) = (None, None);
    for (t, v) in trace.series.pieces_around(at, at).iter().flat_map(|p| p.t().iter().zip(p.v())) {
        if *t <= at {
            before = Some((*t, *v));
        } else if after.is_none() {
            after = Some((*t, *v));
        }
    }
    match (before, after) {
        (Some((a, x)), Some((b, y))) => Some(x + (y - x) * (at - a) as f64 / (b - a) as f64),
        (Some((a, x)), None) if a == at => Some(x),
        _ => None,
    }
}

/// The trace whose value at an instant lies nearest to a height, for highlighting.
pub fn nearest_trace(readings: &[Reading], layout: &Layout, y: f64) -> Option<usize> {
    let distance = |r: &Reading| r.value.map(|v| (layout.y.place(v) - y).abs());
    let all = readings.iter().enumerate().filter_map(|(i, r)| Some((i, distance(r)?)));
    all.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(i, _)| i)
}

/// How far a key moves the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Sample(i32),
    /// to the next mark of the time axis
    Tick(i32),
    First,
    Last,
}

/// Where the cursor goes; from nowhere it begins at the newest sample. `None` without samples.
pub fn moved(chart: &Chart, ticks: &[Millis], from: Option<Millis>, by: Move) -> Option<Millis> {
    let (first, last) = ends(chart)?;
    let Some(at) = from.map(|at| at.clamp(first, last)) else {
        return Some(if by == Move::First { first } else { last });
    };
    let next = match by {
        Move::First => Some(first),
        Move::Last => Some(last),
        Move::Sample(n) if n < 0 => neighbour(chart, at, false),
        Move::Sample(_) => neighbour(chart, at, true),
        Move::Tick(n) if n < 0 => ticks.iter().copied().filter(|t| *t < at).max().or(Some(first)),
        Move::Tick(_) => ticks.iter().copied().filter(|t| *t > at).min().or(Some(last)),
    };
    Some(next.unwrap_or(at).clamp(first, last))
}

/// First and last sample in view.
fn ends(chart: &Chart) -> Option<(Millis, Millis)> {
    let mut found: Option<(Millis, Millis)> = None;
    for trace in &chart.traces {
        let pieces = trace.series.pieces_around(chart.start, chart.end);
        let mut inside = pieces
            .iter()
            .flat_map(|p| p.t().iter().copied())
            .filter(|t| (chart.start..=chart.end).contains(t));
        if let Some(first) = inside.next() {
            let last = inside.next_back().unwrap_or(first);
            found = Some(found.map_or((first, last), |(a, b)| (a.min(first), b.max(last))));
        }
    }
    found
}

fn neighbour(chart: &Chart, at: Millis, later: bool) -> Option<Millis> {
    let instants = |trace: &'_ Trace| -> Option<Millis> {
        let pieces = trace.series.pieces_around(at, at);
        let all = pieces.iter().flat_map(|p| p.t().iter().copied());
        if later { all.filter(|t| *t > at).min() } else { all.filter(|t| *t < at).max() }
    };
    let all = chart.traces.iter().filter_map(instants);
    if later { all.min() } else { all.max() }
}

/// What is said when the cursor rests: time, values, and what happened there.
pub fn spoken(chart: &Chart, at: Millis, zone: &Offsets) -> String {
    let mut parts = vec![clock(chart, at, zone)];
    for reading in readings(chart, at) {
        match reading.value {
            // Empty buckets say nothing.
            Some(v) if v == 0.0 && matches!(chart.rows, Some(Rows::Heat { .. })) => {}
            Some(v) => parts.push(format!("{} {}", reading.name, human(chart.unit, v))),
            None if reading.style == Style::Dashed || reading.style == Style::Band => {}
            None => parts.push(format!("{} no data", reading.name)),
        }
    }
    for shade in chart.shades.iter().filter(|s| (s.start..=s.end).contains(&at)) {
        parts.push(format!("{} firing", shade.label));
    }
    let near = (chart.end - chart.start) / 100;
    for event in chart.events.iter().filter(|e| (e.at - at).abs() <= near) {
        parts.push(format!("{}: {}", event.kind.word(), event.text));
    }
    parts.join(", ")
}

/// The time at the cursor: with its date where the range is longer than a day, with seconds where
/// it is short.
pub fn clock(chart: &Chart, at: Millis, zone: &Offsets) -> String {
    let civil = zone.civil(at);
    match chart.end - chart.start {
        span if span > 40 * DAY => civil.full_date(),
        span if span > 2 * DAY => format!("{} {}", civil.date(), civil.clock()),
        // Samples of a day are half a minute apart.
        span if span > DAY / 2 => format!("{} {}:{:02}", civil.date(), civil.clock(), civil.second),
        _ => format!("{}:{:02}", civil.clock(), civil.second),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::model::tests::{chart, series, trace};
    use crate::chart::model::{Event, EventKind, Shade};

    fn two() -> Chart {
        let mut c = chart(
            vec![
                trace("p50", Style::Line, &[0.1, 0.1, 0.1]),
                trace("p95", Style::Line, &[0.2, f64::NAN, 0.4]),
            ],
            None,
        );
        c.end = 60_000;
        c
    }

    #[test]
    fn values_come_highest_first_and_gaps_have_none() {
        let at = |t| readings(&two(), t).into_iter().map(|r| (r.name, r.value)).collect::<Vec<_>>();
        assert_eq!(at(2_100), [("p95".into(), Some(0.4)), ("p50".into(), Some(0.1))]);
        assert_eq!(at(1_000), [("p50".into(), Some(0.1)), ("p95".into(), None)]);
        assert_eq!(at(30_000)[0].1, None);
    }

    #[test]
    fn a_projection_is_read_between_its_ends() {
        let mut c = two();
        c.traces = vec![Trace::new("projected", Ink::Series1, Style::Dashed, series(&[0.0, 10.0]))];
        assert_eq!(readings(&c, 250)[0].value, Some(2.5));
        assert_eq!(readings(&c, 5_000)[0].value, None);
    }

    #[test]
    fn keys_walk_samples_ticks_and_ends() {
        let c = two();
        let ticks = [500, 1_500];
        let go = |from, by| moved(&c, &ticks, from, by);
        assert_eq!(go(None, Move::Sample(-1)), Some(2_000));
        assert_eq!(go(None, Move::First), Some(0));
        assert_eq!(go(Some(2_000), Move::Sample(-1)), Some(1_000));
        assert_eq!(go(Some(0), Move::Sample(-1)), Some(0));
        assert_eq!(go(Some(0), Move::Sample(1)), Some(1_000));
        assert_eq!(go(Some(0), Move::Tick(1)), Some(500));
        assert_eq!(go(Some(1_600), Move::Tick(1)), Some(2_000));
        assert_eq!(go(Some(2_000), Move::Tick(-1)), Some(1_500));
        assert_eq!(go(Some(77), Move::Last), Some(2_000));
        assert_eq!(moved(&chart(vec![], None), &[], None, Move::Last), None);
    }

    #[test]
    fn what_rests_under_the_cursor_is_said_whole() {
        let mut c = two();
        c.shades.push(Shade { start: 1_500, end: 2_500, label: "High latency".into() });
        c.events.push(Event { at: 2_100, kind: EventKind::Deploy, text: "api v2".into() });
        assert_eq!(
            spoken(&c, 2_000, &Offsets::utc()),
            "00:00:02, p95 400 ms, p50 100 ms, High latency firing, Deploy: api v2"
        );
    }
}
