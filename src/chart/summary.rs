//! A chart in one sentence, for those who do not see it.

use super::model::{Chart, Rows, Trace};
use super::paint::stretches;
use crate::domain::format::{human, human_or_dash};
use crate::domain::time::human_duration;

/// What it shows, the level now, its change, its extremes, and whether it is over the threshold.
pub fn summary(chart: &Chart) -> String {
    let length = human_duration(chart.end - chart.start);
    let measured = || chart.traces.iter().filter(|t| t.is_measured());
    let Some(main) = measured().find(|t| t.series.last().is_some()) else {
        return format!("{}: no data over {length}.", chart.title);
    };
    match &chart.rows {
        Some(Rows::Heat { .. }) => return distribution(chart, &length),
        Some(Rows::States { .. }) => return states(chart, &length),
        None => {}
    }
    let now: Vec<String> = measured()
        .map(|t| format!("{} {}", t.name, human_or_dash(chart.unit, t.series.last().map(|(_, v)| v))))
        .collect();
    let mut parts = vec![format!("{} over {length}: now {}", chart.title, now.join(", "))];
    parts.extend(change(main));
    let (low, high) = main.series.extent().unwrap_or((0.0, 0.0));
    parts.push(format!("{} between {} and {}", main.name, human(chart.unit, low), human(chart.unit, high)));
    if let Some(mark) = &chart.threshold {
        let over = main.series.last().is_some_and(|(_, v)| v > mark.value);
        let ever = high > mark.value;
        let words = match (over, ever) {
            (true, _) => "now over the threshold of",
            (false, true) => "was over the threshold of",
            (false, false) => "never over the threshold of",
        };
        parts.push(format!("{words} {}", human(chart.unit, mark.value)));
    }
    match chart.shades.len() {
        0 => {}
        1 => parts.push("one alert fired".into()),
        n => parts.push(format!("alerts fired {n} times")),
    }
    match chart.events.len() {
        0 => {}
        1 => parts.push("one event".into()),
        n => parts.push(format!("{n} events")),
    }
    format!("{}.", parts.join("; "))
}

/// Where most fell, now and over the whole range.
fn distribution(chart: &Chart, length: &str) -> String {
    let fullest = |count: fn(&Trace) -> f64| {
        let most = chart.traces.iter().max_by(|a, b| count(a).total_cmp(&count(b)));
        most.map_or("none", |t| t.name.as_str()).to_string()
    };
    let now = fullest(|t| t.series.last().map_or(0.0, |(_, v)| v));
    let ever = fullest(|t| t.series.samples().map(|(_, v)| v).filter(|v| v.is_finite()).sum());
    format!("{} over {length}: most now {now}, over the whole range {ever}.", chart.title)
}

/// How each is now, and how often it was not good.
fn states(chart: &Chart, length: &str) -> String {
    let one = |t: &Trace| {
        let bad: Vec<_> = stretches(t, chart.start, chart.end, chart.max_gap)
            .into_iter()
            .filter(|(_, _, up)| !up)
            .collect();
        let now = match t.series.last() {
            Some((_, v)) if v >= 0.5 => "up",
            Some(_) => "down",
            None => "unknown",
        };
        let total = human_duration(bad.iter().map(|(from, to, _)| to - from).sum());
        match bad.len() {
            0 => format!("{} {now}, never down", t.name),
            1 => format!("{} {now}, once down, for {total}", t.name),
            n => format!("{} {now}, {n} times down, for {total} together", t.name),
        }
    };
    let all: Vec<String> = chart.traces.iter().map(one).collect();
    format!("{} over {length}: {}.", chart.title, all.join("; "))
}

/// From the first to the last value of the range.
fn change(trace: &Trace) -> Option<String> {
    let ((_, first), (_, last)) = (trace.series.first()?, trace.series.last()?);
    let share = (last - first) / first.abs();
    if !share.is_finite() {
        return None;
    }
    Some(match share {
        s if s.abs() < 0.05 => "much as at the start".into(),
        s if s > 0.0 => format!("up {:.0} % since the start", s * 100.0),
        s => format!("down {:.0} % since the start", -s * 100.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::model::tests::{chart, trace};
    use crate::chart::model::{Shade, Style};

    #[test]
    fn rows_have_sentences_of_their_own() {
        let mut c = chart(
            vec![trace("up to 1 s", Style::Line, &[9.0, 1.0]), trace("more", Style::Line, &[0.0, 3.0])],
            None,
        );
        c.rows = Some(Rows::Heat {
            bounds: vec![1.0, f64::INFINITY],
            unit: crate::domain::format::Unit::Seconds,
            step: 1,
        });
        assert_eq!(summary(&c), "Latency over 1 h: most now more, over the whole range up to 1 s.");
        c.rows = Some(Rows::States { names: vec![] });
        c.traces = vec![trace("probe", Style::Line, &[1.0, 0.0, 0.0, 1.0])];
        assert_eq!(summary(&c), "Latency over 1 h: probe up, once down, for 2 s.");
    }

    #[test]
    fn the_summary_is_one_sentence() {
        let mut c = chart(vec![trace("p95", Style::Line, &[0.1, 0.3, 0.18])], Some(0.5));
        assert_eq!(
            summary(&c),
            "Latency over 1 h: now p95 180 ms; up 80 % since the start; p95 between 100 ms and 300 ms; \
             never over the threshold of 500 ms."
        );
        c.shades.push(Shade { start: 0, end: 1, label: "x".into() });
        c.threshold.as_mut().unwrap().value = 0.2;
        assert!(summary(&c).ends_with("was over the threshold of 200 ms; one alert fired."));
        assert_eq!(summary(&chart(vec![], None)), "Latency: no data over 1 h.");
    }
}
