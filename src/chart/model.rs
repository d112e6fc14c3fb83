//! What a chart shows. Pure data: no pixels, no colours.

use crate::domain::format::{Unit, human};
use crate::domain::series::Series;
use crate::domain::time::{Millis, human_duration};

/// The role a mark plays; the theme gives each a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    Series1,
    Series2,
    Series3,
    Ok,
    Warn,
    Bad,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Line,
    /// a line with the area below it filled
    Area,
    /// areas on top of each other, in the order given
    Stacked,
    /// a dashed line, for what is projected
    Dashed,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    pub name: String,
    pub ink: Ink,
    pub style: Style,
    pub series: Series,
}

/// A horizontal line with a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub value: f64,
    pub label: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    pub title: String,
    pub unit: Unit,
    /// first and last instant of the axis
    pub start: Millis,
    pub end: Millis,
    pub traces: Vec<Trace>,
    /// dashed red: where it becomes bad
    pub threshold: Option<Mark>,
    /// dotted: what is usual
    pub baseline: Option<Mark>,
    /// a vertical line where the future begins
    pub now: Option<Millis>,
    /// samples further apart than this are not joined
    pub max_gap: Millis,
}

impl Chart {
    /// Whether there is a sample to draw.
    pub fn is_empty(&self) -> bool {
        self.traces.iter().all(|t| t.series.last().is_none())
    }

    /// The traces as drawn: stacked ones are summed up from below.
    pub fn stacked(&self) -> Vec<Trace> {
        let mut below: Option<Series> = None;
        let mut all = Vec::with_capacity(self.traces.len());
        for trace in &self.traces {
            let mut trace = trace.clone();
            if trace.style == Style::Stacked {
                if let Some(below) = &below {
                    add(&mut trace.series, below);
                }
                below = Some(trace.series.clone());
            }
            all.push(trace);
        }
        all
    }

    /// Smallest and largest value on the axis, with the marks in view when they are near.
    pub fn extent(&self) -> (f64, f64) {
        let mut high = f64::NEG_INFINITY;
        let mut low = 0.0_f64;
        for trace in self.stacked() {
            if let Some((from, to)) = trace.series.extent() {
                low = low.min(from);
                high = high.max(to);
            }
        }
        if !high.is_finite() {
            high = 1.0;
        }
        for mark in self.threshold.iter().chain(&self.baseline) {
            // A threshold ten times as high would press the data flat; then only its label matters.
            if mark.value.is_finite() && mark.value <= high * 4.0 {
                high = high.max(mark.value * 1.08);
            }
        }
        if high <= low { (low, low + 1.0) } else { (low, high) }
    }

    /// One sentence: what it shows, the level now, its extremes, and whether it is over the threshold.
    pub fn summary(&self) -> String {
        let length = human_duration(self.end - self.start);
        let Some(main) = self.traces.iter().find(|t| t.series.last().is_some()) else {
            return format!("{}: no data over {length}.", self.title);
        };
        let mut parts: Vec<String> = Vec::new();
        for trace in &self.traces {
            if let Some((_, value)) = trace.series.last() {
                parts.push(format!("{} {}", trace.name, human(self.unit, value)));
            }
        }
        let (low, high) = main.series.extent().unwrap_or((0.0, 0.0));
        let mut text = format!(
            "{} over {length}: now {}; {} between {} and {}",
            self.title,
            parts.join(", "),
            main.name,
            human(self.unit, low),
            human(self.unit, high)
        );
        if let Some(mark) = &self.threshold {
            text.push_str(&format!("; threshold {}", human(self.unit, mark.value)));
        }
        text.push('.');
        text
    }
}

/// Adds the value of `below` at the same instants, or at the last before.
fn add(series: &mut Series, below: &Series) {
    for (t, v) in series.t.iter().zip(series.v.iter_mut()) {
        let at = below.t.partition_point(|b| b <= t);
        if let Some(base) = at.checked_sub(1).and_then(|i| below.v.get(i)).filter(|b| b.is_finite()) {
            *v += base;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::labels::Labels;

    fn trace(name: &str, style: Style, values: &[f64]) -> Trace {
        let samples = values.iter().enumerate().map(|(i, v)| (i as Millis * 1000, *v)).collect();
        let series = Series::from_samples(Labels::default(), samples);
        Trace { name: name.into(), ink: Ink::Series1, style, series }
    }

    fn chart(traces: Vec<Trace>, threshold: Option<f64>) -> Chart {
        Chart {
            title: "Latency".into(),
            unit: Unit::Seconds,
            start: 0,
            end: 3_600_000,
            traces,
            threshold: threshold.map(|value| Mark { value, label: "limit".into() }),
            baseline: None,
            now: None,
            max_gap: 2000,
        }
    }

    #[test]
    fn stacks_are_summed_from_below() {
        let c =
            chart(vec![trace("a", Style::Stacked, &[1., 2.]), trace("b", Style::Stacked, &[10., 20.])], None);
        assert_eq!(c.stacked()[1].series.v, [11., 22.]);
        assert_eq!(c.extent(), (0., 22.));
    }

    #[test]
    fn near_thresholds_are_in_view_and_far_ones_are_not() {
        assert_eq!(chart(vec![trace("a", Style::Line, &[0.2])], Some(0.5)).extent(), (0., 0.54));
        assert_eq!(chart(vec![trace("a", Style::Line, &[0.01])], Some(0.5)).extent(), (0., 0.01));
        assert_eq!(chart(vec![], None).extent(), (0., 1.));
        assert_eq!(chart(vec![trace("a", Style::Line, &[0.0, f64::NAN])], None).extent(), (0., 1.));
    }

    #[test]
    fn the_summary_is_one_sentence() {
        let c = chart(vec![trace("p95", Style::Line, &[0.1, 0.3, 0.18])], Some(0.5));
        assert_eq!(
            c.summary(),
            "Latency over 1 h: now p95 180 ms; p95 between 100 ms and 300 ms; threshold 500 ms."
        );
        assert_eq!(chart(vec![], None).summary(), "Latency: no data over 1 h.");
    }
}
