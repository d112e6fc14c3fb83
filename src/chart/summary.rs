//! A chart in one sentence, for those who do not see it.

use super::model::{Chart, Trace};
use crate::domain::format::{human, human_or_dash};
use crate::domain::time::human_duration;

/// What it shows, the level now, its change, its extremes, and whether it is over the threshold.
pub fn summary(chart: &Chart) -> String {
    let length = human_duration(chart.end - chart.start);
    let measured = || chart.traces.iter().filter(|t| t.is_measured());
    let Some(main) = measured().find(|t| t.series.last().is_some()) else {
        return format!("{}: no data over {length}.", chart.title);
    };
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
