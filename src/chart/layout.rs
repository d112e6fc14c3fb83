//! Where the parts of a chart go, in CSS pixels.

use super::model::Chart;
use super::scale::{Scale, round_ticks};
use super::ticks::time_ticks;
use crate::domain::format::{Unit, human};
use crate::domain::zone::Offsets;

/// Size of axis labels, CSS pixels.
pub const LABEL_SIZE: f64 = 11.0;
const LABEL_WIDTH: f64 = 6.1;

/// The geometry of one chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    pub width: f64,
    pub height: f64,
    pub x: Scale,
    pub y: Scale,
    /// places and labels of the time axis
    pub x_ticks: Vec<(f64, String)>,
    /// places and labels of the value axis
    pub y_ticks: Vec<(f64, String)>,
}

impl Layout {
    pub fn of(chart: &Chart, width: f64, height: f64, zone: &Offsets) -> Self {
        let (low, high) = chart.extent();
        let n_ticks = if height < 140.0 { 3 } else { 4 };
        let values = ticks_of(chart.unit, low, high, n_ticks);
        let labels: Vec<String> = values.iter().map(|v| axis_label(chart.unit, *v)).collect();
        let widest = labels.iter().map(|l| l.chars().count()).max().unwrap_or(0) as f64 * LABEL_WIDTH;
        let (left, right, top, bottom) = (widest + 12.0, 10.0, 8.0, 22.0);
        let x = Scale {
            from: chart.start as f64,
            to: chart.end as f64,
            low: left,
            high: (width - right).max(left + 1.0),
        };
        let y = Scale {
            from: values.first().copied().unwrap_or(low),
            to: values.last().copied().unwrap_or(high),
            low: (height - bottom).max(top + 1.0),
            high: top,
        };
        let most = ((x.high - x.low) / 76.0).floor().clamp(2.0, 12.0) as usize;
        let x_ticks = time_ticks(chart.start, chart.end, most, zone)
            .into_iter()
            .map(|(t, label)| (x.place(t as f64), label))
            // A label at the edge would be cut.
            .filter(|(place, label)| {
                let half = label.chars().count() as f64 * LABEL_WIDTH / 2.0;
                place - half >= 0.0 && place + half <= width
            })
            .collect();
        let y_ticks = values.iter().map(|v| y.place(*v)).zip(labels).collect();
        Self { width, height, x, y, x_ticks, y_ticks }
    }
}

/// Percentages and shares never go over 100 % unless the data does.
fn ticks_of(unit: Unit, low: f64, high: f64, n: usize) -> Vec<f64> {
    let mut ticks = round_ticks(low, high, n);
    if unit == Unit::Ratio && high <= 1.0 {
        ticks.retain(|t| *t <= 1.0 + 1e-9);
    }
    ticks
}

/// Axis labels leave out a unit that the title has, except where it scales.
fn axis_label(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Rps => human(Unit::Count, value),
        Unit::Seconds | Unit::Bytes if value == 0.0 => "0".into(),
        _ => human(unit, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::model::{Ink, Style, Trace};
    use crate::domain::labels::Labels;
    use crate::domain::series::Series;
    use crate::domain::time::DAY;

    fn chart(unit: Unit, value: f64) -> Chart {
        Chart {
            title: "T".into(),
            unit,
            start: 0,
            end: DAY,
            traces: vec![Trace {
                name: "a".into(),
                ink: Ink::Series1,
                style: Style::Line,
                series: Series::from_samples(Labels::default(), vec![(0, value), (DAY, value)]),
            }],
            threshold: None,
            baseline: None,
            now: None,
            max_gap: DAY,
        }
    }

    #[test]
    fn labels_fit_and_carry_units() {
        let layout = Layout::of(&chart(Unit::Seconds, 0.18), 600.0, 220.0, &Offsets::utc());
        let labels: Vec<&str> = layout.y_ticks.iter().map(|(_, l)| l.as_str()).collect();
        assert_eq!(labels, ["0", "50 ms", "100 ms", "150 ms", "200 ms"]);
        assert!(layout.x.low >= 6.0 * LABEL_WIDTH);
        assert!(layout.x_ticks.len() >= 4);
    }

    #[test]
    fn shares_end_at_100_percent() {
        let layout = Layout::of(&chart(Unit::Ratio, 0.97), 600.0, 220.0, &Offsets::utc());
        assert_eq!(layout.y_ticks.last().unwrap().1, "100 %");
    }

    #[test]
    fn the_smallest_canvas_has_a_layout() {
        let layout = Layout::of(&chart(Unit::Count, 5.0), 1.0, 1.0, &Offsets::utc());
        assert!(layout.x.high > layout.x.low && layout.y.low > layout.y.high);
    }
}
