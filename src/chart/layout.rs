//! Where the parts of a chart go, in CSS pixels.

use super::decimate::Grid;
use super::model::{Chart, Rows, Trace};
use super::scale::{Scale, binary_ticks, log_ticks, round_ticks};
use super::ticks::time_ticks;
use crate::domain::format::{Unit, human};
use crate::domain::time::Millis;
use crate::domain::zone::Offsets;

/// Size of axis labels, CSS pixels.
pub const LABEL_SIZE: f64 = 11.0;
/// Of a character, on average; to make room before anything is drawn.
pub const LABEL_WIDTH: f64 = 6.1;
/// Room for the labels of the value axis: `1,000 ms`, `2.5k rps`.
const GUTTER: f64 = 62.0;
/// Height of the line above the plot in which thresholds and baselines are named.
pub const MARK_LANE: f64 = 14.0;

/// The canvas a chart is laid out for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// CSS pixels
    pub width: f64,
    pub height: f64,
    /// device pixels a CSS pixel
    pub dpr: f64,
}

/// The geometry of one chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    pub size: Size,
    pub x: Scale,
    pub y: Scale,
    /// places and labels of the time axis
    pub x_ticks: Vec<(f64, String)>,
    /// places and labels of the value axis
    pub y_ticks: Vec<(f64, String)>,
    /// device pixel columns of the plot
    pub n_columns: usize,
}

impl Layout {
    /// `drawn` are the chart's traces, stacked.
    pub fn of(chart: &Chart, drawn: &[Trace], size: Size, zone: &Offsets) -> Self {
        let Size { width, height, dpr } = size;
        let (low, high) = chart.extent(drawn);
        let n_ticks = if height < 140.0 { 3 } else { 4 };
        let (values, labels): (Vec<f64>, Vec<String>) = match &chart.rows {
            Some(rows) => row_labels(rows, drawn.len(), height).into_iter().unzip(),
            None => {
                let values = value_ticks(chart, low, high, n_ticks);
                let mut labels: Vec<String> = values.iter().map(|v| axis_label(chart.unit, *v)).collect();
                // Once is enough.
                if let (Some(label), Some(value)) = (labels.last_mut(), values.last()) {
                    *label = human(chart.unit, *value);
                }
                (values, labels)
            }
        };
        let widest = labels.iter().map(|l| l.chars().count()).max().unwrap_or(0) as f64 * LABEL_WIDTH;
        let has_marks = chart.threshold.is_some() || chart.baseline.is_some();
        let (right, top, bottom) = (10.0, if has_marks { 8.0 + MARK_LANE } else { 8.0 }, 22.0);
        // On whole device pixels, so that pixel columns are columns of the plot.
        let crisp = |css: f64| (css * dpr).round() / dpr;
        // The charts of a column begin at one place, so that the crosshair they share is one line. A small one has no room.
        let gutter = if width < 300.0 { 0.0 } else { GUTTER };
        let left = crisp((widest + 12.0).max(gutter));
        let to = crisp(width - right).max(left + 1.0 / dpr);
        let n_columns = ((to - left) * dpr).round().max(1.0) as usize;
        let (start, end) = snapped(chart.start, chart.end, n_columns);
        let x = Scale::linear(start, end, left, to);
        let limited = chart.axis.limits.is_some() || chart.rows.is_some();
        let y = Scale {
            from: if limited { low } else { values.first().copied().unwrap_or(low) },
            to: if limited { high } else { values.last().copied().unwrap_or(high) },
            low: (height - bottom).max(top + 1.0),
            high: top,
            log: chart.axis.log && low > 0.0 && chart.rows.is_none(),
        };
        let most = ((x.high - x.low) / 60.0).floor().clamp(2.0, 12.0) as usize;
        let x_ticks = time_ticks(chart.start, chart.end, most, zone)
            .into_iter()
            .map(|(t, label)| (x.place(t as f64), label))
            // A label at the edge would be cut.
            .filter(|(place, label)| {
                let half = label.chars().count() as f64 * LABEL_WIDTH / 2.0;
                place - half >= 0.0 && place + half <= width
            })
            .collect();
        let y_ticks = values
            .iter()
            .map(|v| y.place(*v))
            .zip(labels)
            .filter(|(place, _)| (y.high - 0.5..=y.low + 0.5).contains(place))
            .collect();
        Self { size, x, y, x_ticks, y_ticks, n_columns }
    }

    /// A plot that fills its canvas, without axes.
    pub fn bare(chart: &Chart, drawn: &[Trace], size: Size) -> Self {
        let Size { width, height, dpr } = size;
        let fitted = Chart { axis: super::model::ValueAxis { fitted: true, ..chart.axis }, ..chart.clone() };
        let (low, high) = fitted.extent(drawn);
        // A level line lies in the middle instead of at an edge.
        let (from, to) =
            if high - low > 0.0 && low < high && !is_level(drawn) { (low, high) } else { (low - 1.0, high) };
        let right = (width - 1.0).max(2.0);
        let n_columns = ((right - 1.0) * dpr).round().max(1.0) as usize;
        let (start, end) = snapped(chart.start, chart.end, n_columns);
        let x = Scale::linear(start, end, 1.0, right);
        let y = Scale::linear(from, to, (height - 2.0).max(3.0), 2.0);
        Self { size, x, y, x_ticks: Vec::new(), y_ticks: Vec::new(), n_columns }
    }

    /// The device pixel columns of the plot.
    pub fn grid(&self) -> Grid {
        Grid { start: self.x.from, end: self.x.to, n: self.n_columns }
    }

    /// The instant at a place, kept within the plot.
    pub fn instant(&self, x: f64) -> Millis {
        self.x.value(x.clamp(self.x.low, self.x.high)) as Millis
    }
}

/// Where rows are named: histogram buckets at their upper bound, as many as have room, states in
/// their middle.
fn row_labels(rows: &Rows, n: usize, height: f64) -> Vec<(f64, String)> {
    match rows {
        Rows::Heat { bounds, unit, .. } => {
            let every = (n as f64 * 18.0 / height.max(1.0)).ceil().max(1.0) as usize;
            let label = |bound: f64| if bound.is_finite() { human(*unit, bound) } else { "more".into() };
            let all = bounds.iter().enumerate().map(|(i, b)| ((i + 1) as f64, label(*b)));
            all.rev().step_by(every).collect()
        }
        Rows::States { names } => {
            names.iter().enumerate().map(|(i, name)| (i as f64 + 0.5, name.clone())).collect()
        }
    }
}

/// Whether all values are the same.
fn is_level(drawn: &[Trace]) -> bool {
    drawn.iter().filter_map(|t| t.series.extent()).all(|(low, high)| low == high)
}

/// The ends moved by less than a pixel to where pixels begin, so that a chart that moves on with time
/// moves by whole pixels and what is drawn already stays right.
fn snapped(start: Millis, end: Millis, n_columns: usize) -> (f64, f64) {
    let pixel = (end as f64 - start as f64) / n_columns as f64;
    let end = (end as f64 / pixel).ceil() * pixel;
    (end - pixel * n_columns as f64, end)
}

/// Percentages and shares never go over 100 % unless the data does.
fn value_ticks(chart: &Chart, low: f64, high: f64, n: usize) -> Vec<f64> {
    let mut ticks = match chart.unit {
        _ if chart.axis.log => log_ticks(low, high, n),
        Unit::BinaryBytes => binary_ticks(low, high, n),
        _ => round_ticks(low, high, n),
    };
    if chart.unit == Unit::Ratio && high <= 1.0 {
        ticks.retain(|t| *t <= 1.0 + 1e-9);
    }
    ticks
}

/// Axis labels below the topmost leave out a unit that is the same for all of them.
fn axis_label(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Rps => human(Unit::Count, value),
        Unit::Seconds | Unit::Bytes | Unit::BinaryBytes if value == 0.0 => "0".into(),
        _ => human(unit, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::model::{Ink, Style};
    use crate::domain::labels::Labels;
    use crate::domain::series::Series;
    use crate::domain::time::DAY;

    fn layout(unit: Unit, value: f64, size: (f64, f64)) -> Layout {
        let series = Series::from_samples(Labels::default(), vec![(0, value), (DAY, value)]);
        let chart = Chart {
            traces: vec![Trace::new("a", Ink::Series1, Style::Line, series)],
            ..Chart::new("T", unit, 0, DAY)
        };
        let size = Size { width: size.0, height: size.1, dpr: 1.5 };
        Layout::of(&chart, &chart.traces, size, &Offsets::utc())
    }

    #[test]
    fn labels_fit_and_carry_units() {
        let layout = layout(Unit::Seconds, 0.18, (600.0, 220.0));
        let labels: Vec<&str> = layout.y_ticks.iter().map(|(_, l)| l.as_str()).collect();
        assert_eq!(labels, ["0", "50 ms", "100 ms", "150 ms", "200 ms"]);
        assert!(layout.x.low >= 6.0 * LABEL_WIDTH);
        assert!(layout.x_ticks.len() >= 4);
    }

    #[test]
    fn charts_below_each_other_begin_at_one_place() {
        let begins = |unit, value| layout(unit, value, (600.0, 220.0)).x.low;
        assert_eq!(begins(Unit::Seconds, 0.18), begins(Unit::Ratio, 0.01));
        assert_eq!(begins(Unit::Rps, 8_000.0), begins(Unit::Ratio, 0.5));
    }

    #[test]
    fn shares_end_at_100_percent() {
        assert_eq!(layout(Unit::Ratio, 0.97, (600.0, 220.0)).y_ticks.last().unwrap().1, "100 %");
    }

    #[test]
    fn bytes_in_binary_have_round_binary_ticks() {
        let labels: Vec<String> =
            layout(Unit::BinaryBytes, 3e9, (600.0, 220.0)).y_ticks.into_iter().map(|t| t.1).collect();
        assert_eq!(labels, ["0", "1 GiB", "2 GiB", "3 GiB"]);
    }

    #[test]
    fn the_smallest_and_the_largest_canvas_have_a_layout() {
        for size in [(0.0, 0.0), (1.0, 1.0), (4_000.0, 4_000.0)] {
            let layout = layout(Unit::Count, 5.0, size);
            assert!(layout.x.high > layout.x.low && layout.y.low > layout.y.high && layout.n_columns > 0);
        }
    }

    #[test]
    fn the_plot_moves_on_by_whole_pixels() {
        let (start, end) = snapped(1_000_003, 1_086_403, 700);
        let pixel = 86_400.0 / 700.0;
        assert!(end >= 1_086_403.0 && end - 1_086_403.0 < pixel);
        let (later, _) = snapped(1_000_003 + 30_000, 1_086_403 + 30_000, 700);
        let moved = (later - start) / pixel;
        assert!((moved - moved.round()).abs() < 1e-6, "{moved}");
    }
}
