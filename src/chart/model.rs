//! What a chart shows. Pure data: no pixels, no colours.

use crate::domain::format::Unit;
use crate::domain::series::Series;
use crate::domain::time::Millis;

/// The role a mark plays; the theme gives each a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    Series1,
    Series2,
    Series3,
    Ok,
    Warn,
    Bad,
    Info,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Line,
    /// a line that stays until the next sample
    Step,
    /// a line with the area below it filled
    Area,
    /// areas on top of each other, in the order given
    Stacked,
    /// a dashed line, for what is projected
    Dashed,
    /// the space between `base` and the series, for quantiles and forecasts
    Band,
    /// a bar from zero for each sample
    Bars,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    pub name: String,
    pub ink: Ink,
    pub style: Style,
    pub series: Series,
    /// the lower edge of a band
    pub base: Option<Series>,
    /// what a legend shows at rest, where that is not the newest sample: the value at the instant of the
    /// headline, or none there
    pub at_rest: Option<Option<f64>>,
}

impl Trace {
    pub fn new(name: impl Into<String>, ink: Ink, style: Style, series: Series) -> Self {
        Self { name: name.into(), ink, style, series, base: None, at_rest: None }
    }

    /// Whether its last value is a reading of now, which the end of a projection is not.
    pub fn is_measured(&self) -> bool {
        !matches!(self.style, Style::Dashed | Style::Band)
    }
}

/// A horizontal line with a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub value: f64,
    pub label: String,
}

/// A stretch of time that is shaded: an alert fired.
#[derive(Clone, Debug, PartialEq)]
pub struct Shade {
    pub start: Millis,
    pub end: Millis,
    pub label: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    Deploy,
    Incident,
}

impl EventKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Deploy => "Deploy",
            Self::Incident => "Incident",
        }
    }
}

/// Something that happened at an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub at: Millis,
    pub kind: EventKind,
    pub text: String,
}

/// How values become heights.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ValueAxis {
    /// powers of ten at equal distances; values that are not above zero cannot be shown
    pub log: bool,
    /// from the smallest value instead of from zero
    pub fitted: bool,
    /// these limits instead of those of the data
    pub limits: Option<(f64, f64)>,
}

/// Traces that lie one above the other, from the lowest up, instead of sharing an axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Rows {
    /// a histogram over time: each row's upper bound in `unit`; a sample counts what fell into it in
    /// the `step` before
    Heat { bounds: Vec<f64>, unit: Unit, step: Millis },
    /// a state over time: 1 is good, 0 is bad
    States { names: Vec<String> },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    pub title: String,
    pub unit: Unit,
    /// first and last instant of the axis
    pub start: Millis,
    pub end: Millis,
    pub axis: ValueAxis,
    pub traces: Vec<Trace>,
    pub rows: Option<Rows>,
    /// dashed red: where it becomes bad
    pub threshold: Option<Mark>,
    /// dotted: what is usual
    pub baseline: Option<Mark>,
    pub shades: Vec<Shade>,
    pub events: Vec<Event>,
    /// a vertical line where the future begins
    pub now: Option<Millis>,
    /// samples further apart than this are not joined
    pub max_gap: Millis,
}

impl Chart {
    /// An empty chart; what it shows is set afterwards.
    pub fn new(title: impl Into<String>, unit: Unit, start: Millis, end: Millis) -> Self {
        Self {
            title: title.into(),
            unit,
            start,
            end: end.max(start.saturating_add(1)),
            axis: ValueAxis::default(),
            traces: Vec::new(),
            rows: None,
            threshold: None,
            baseline: None,
            shades: Vec::new(),
            events: Vec::new(),
            now: None,
            max_gap: Millis::MAX / 4,
        }
    }

    /// Whether there is a sample to draw.
    pub fn is_empty(&self) -> bool {
        self.traces.iter().all(|t| t.series.last().is_none())
    }

    /// Without the traces of these names.
    pub fn without(&self, hidden: &[String]) -> Self {
        let mut chart = self.clone();
        chart.traces.retain(|t| !hidden.contains(&t.name));
        chart
    }

    /// The traces as drawn: stacked ones are summed up from below.
    pub fn stacked(&self) -> Vec<Trace> {
        let mut below: Option<Series> = None;
        let mut all = Vec::with_capacity(self.traces.len());
        for trace in &self.traces {
            let mut trace = trace.clone();
            if trace.style == Style::Stacked {
                if let Some(below) = &below {
                    trace.series = sum(&trace.series, below);
                }
                below = Some(trace.series.clone());
            }
            all.push(trace);
        }
        all
    }

    /// Smallest and largest value on the axis, with the marks in view when they are near.
    pub fn extent(&self, drawn: &[Trace]) -> (f64, f64) {
        if self.rows.is_some() {
            return (0.0, drawn.len().max(1) as f64);
        }
        if let Some((low, high)) = self.axis.limits.filter(|(l, h)| l.is_finite() && h.is_finite() && l < h) {
            return (low, high);
        }
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for trace in drawn {
            for series in [Some(&trace.series), trace.base.as_ref()].into_iter().flatten() {
                if let Some((from, to)) = series.extent_in(self.start, self.end) {
                    low = low.min(from);
                    high = high.max(to);
                }
            }
        }
        if self.axis.log {
            return log_extent(drawn, low, high, (self.start, self.end));
        }
        let fitted = self.axis.fitted && high > low;
        if !fitted {
            low = low.min(0.0);
        }
        if !high.is_finite() {
            high = 1.0;
        }
        if low < 0.0 && !fitted {
            high = high.max(0.0);
        }
        for mark in self.threshold.iter().chain(&self.baseline) {
            // A threshold ten times as high would press the data flat; then only its label matters.
            if mark.value.is_finite() && mark.value > 0.0 && mark.value <= high * 4.0 {
                high = high.max(mark.value * 1.08);
                low = low.min(mark.value);
            }
        }
        if high <= low { (low, low + 1.0) } else { (low, high) }
    }
}

/// On a logarithmic axis what is not above zero has no place.
fn log_extent(drawn: &[Trace], low: f64, high: f64, (start, end): (Millis, Millis)) -> (f64, f64) {
    if !(high > 0.0 && high.is_finite()) {
        return (1.0, 10.0);
    }
    if low > 0.0 {
        return if low < high { (low, high) } else { (low / 10.0, high * 10.0) };
    }
    let positive = drawn
        .iter()
        .flat_map(|t| t.series.samples_in(start, end))
        .map(|(_, v)| v)
        .filter(|v| *v > 0.0 && v.is_finite());
    let low = positive.fold(high, f64::min);
    if low < high { (low, high) } else { (high / 10.0, high) }
}

/// Adds the value of `below` at the same instants, or at the last before.
fn sum(series: &Series, below: &Series) -> Series {
    let mut under = below.samples().peekable();
    let mut base = 0.0;
    series.map(|t, v| {
        while let Some((_, b)) = under.next_if(|(at, _)| *at <= t) {
            base = if b.is_finite() { b } else { 0.0 };
        }
        v + base
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::domain::labels::Labels;

    pub fn series(values: &[f64]) -> Series {
        let samples = values.iter().enumerate().map(|(i, v)| (i as Millis * 1000, *v)).collect();
        Series::from_samples(Labels::default(), samples)
    }

    pub fn trace(name: &str, style: Style, values: &[f64]) -> Trace {
        Trace::new(name, Ink::Series1, style, series(values))
    }

    pub fn chart(traces: Vec<Trace>, threshold: Option<f64>) -> Chart {
        Chart {
            traces,
            threshold: threshold.map(|value| Mark { value, label: "limit".into() }),
            max_gap: 2000,
            ..Chart::new("Latency", Unit::Seconds, 0, 3_600_000)
        }
    }

    #[track_caller]
    fn spans(chart: &Chart, expected: (f64, f64)) {
        assert_eq!(chart.extent(&chart.stacked()), expected);
    }

    #[test]
    fn stacks_are_summed_from_below() {
        let c =
            chart(vec![trace("a", Style::Stacked, &[1., 2.]), trace("b", Style::Stacked, &[10., 20.])], None);
        assert_eq!(c.stacked()[1].series.samples().map(|s| s.1).collect::<Vec<_>>(), [11., 22.]);
        spans(&c, (0., 22.));
    }

    #[test]
    fn near_thresholds_are_in_view_and_far_ones_are_not() {
        spans(&chart(vec![trace("a", Style::Line, &[0.2])], Some(0.5)), (0., 0.54));
        spans(&chart(vec![trace("a", Style::Line, &[0.01])], Some(0.5)), (0., 0.01));
        spans(&chart(vec![], None), (0., 1.));
        spans(&chart(vec![trace("a", Style::Line, &[0.0, f64::NAN])], None), (0., 1.));
        spans(&chart(vec![trace("a", Style::Line, &[-2.0, -1.0])], None), (-2., 0.));
    }

    #[test]
    fn the_axis_may_be_fitted_limited_or_logarithmic() {
        let mut c = chart(vec![trace("a", Style::Line, &[10.0, 12.0])], None);
        c.axis.fitted = true;
        spans(&c, (10., 12.));
        c.axis.limits = Some((5.0, 20.0));
        spans(&c, (5., 20.));
        c.axis = ValueAxis { log: true, ..ValueAxis::default() };
        spans(&c, (10., 12.));
        c.traces = vec![trace("a", Style::Line, &[0.0, 0.01, 100.0])];
        spans(&c, (0.01, 100.));
        c.traces = vec![trace("a", Style::Line, &[-1.0])];
        spans(&c, (1., 10.));
    }

    #[test]
    fn hidden_traces_do_not_count() {
        let c = chart(vec![trace("a", Style::Line, &[1.0]), trace("b", Style::Line, &[9.0])], None);
        spans(&c.without(&["b".into()]), (0., 1.));
    }
}
