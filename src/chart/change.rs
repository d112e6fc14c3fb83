//! What of a drawn chart must be drawn again: most often the last few pixel columns.

use super::layout::Layout;
use super::model::{Chart, Trace};
use super::paint::Theme;

/// A chart as it stands on the canvas.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub chart: Chart,
    /// the traces, stacked
    pub traces: Vec<Trace>,
    pub layout: Layout,
    pub theme: Theme,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Nothing,
    /// The picture moves left by so many device pixels; what lies from this column on is drawn.
    Part {
        shift: i64,
        from: i64,
    },
    Whole,
}

/// Columns before the first change that lines and their width may reach into.
const MARGIN: i64 = 3;

/// Compares the data layer of two states of one chart.
pub fn change(before: &Drawn, now: &Drawn) -> Change {
    let (old, new) = (&before.layout, &now.layout);
    let same_frame = old.size == new.size
        && old.y == new.y
        && old.y_ticks == new.y_ticks
        && (old.x.low, old.x.high) == (new.x.low, new.x.high)
        && before.theme == now.theme
        && before.chart.max_gap == now.chart.max_gap
        && before.chart.rows.is_none()
        && now.chart.rows.is_none()
        && before.traces.len() == now.traces.len()
        && before.traces.iter().zip(&now.traces).all(|(a, b)| {
            (&a.name, a.ink, a.style) == (&b.name, b.ink, b.style) && a.base.is_none() && b.base.is_none()
        });
    let n = new.n_columns as i64;
    let pixel = (new.x.to - new.x.from) / n.max(1) as f64;
    let moved = (new.x.from - old.x.from) / pixel;
    let shift = moved.round();
    let same_scale = ((old.x.to - old.x.from) - (new.x.to - new.x.from)).abs() < pixel * 1e-3;
    if !same_frame || !same_scale || (moved - shift).abs() > 1e-2 || shift < 0.0 || shift > n as f64 / 2.0 {
        return Change::Whole;
    }
    let shift = shift as i64;
    let differs = before.traces.iter().zip(&now.traces);
    let first = differs.filter_map(|(old, new)| new.series.differs_from(&old.series)).min();
    // What moved in from the right was not seen before.
    let revealed = (shift > 0).then_some(n - shift);
    let changed = first.map(|t| {
        // The line to the first changed sample begins at the sample before it.
        let before = now.traces.iter().filter_map(|trace| before_instant(trace, t)).min().unwrap_or(t);
        ((before as f64 - new.x.from) / pixel).floor().clamp(-1e9, 1e9) as i64
    });
    match (changed, revealed) {
        (None, None) => Change::Nothing,
        (changed, revealed) => {
            let from = changed.into_iter().chain(revealed).min().unwrap_or(0) - MARGIN;
            if from <= n / 4 { Change::Whole } else { Change::Part { shift, from } }
        }
    }
}

/// The last sample before an instant.
fn before_instant(trace: &Trace, t: i64) -> Option<i64> {
    let pieces = trace.series.pieces_around(t, t);
    pieces.iter().flat_map(|p| p.t().iter().copied()).filter(|at| *at < t).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::layout::Size;
    use crate::chart::model::{Ink, Style};
    use crate::domain::format::Unit;
    use crate::domain::labels::Labels;
    use crate::domain::series::Series;
    use crate::domain::time::{DAY, MINUTE, Millis, SECOND};
    use crate::domain::zone::Offsets;
    use plotters::prelude::RGBColor;

    const BLACK: RGBColor = RGBColor(0, 0, 0);

    fn drawn(series: &Series, end: Millis, height: f64) -> Drawn {
        let chart = Chart {
            traces: vec![Trace::new("a", Ink::Series1, Style::Line, series.clone())],
            ..Chart::new("T", Unit::Count, end - DAY, end)
        };
        let traces = chart.stacked();
        let size = Size { width: 600.0, height, dpr: 1.0 };
        let layout = Layout::of(&chart, &traces, size, &Offsets::utc());
        let theme = Theme {
            series: [BLACK; 3],
            ok: BLACK,
            warn: BLACK,
            bad: BLACK,
            info: BLACK,
            grid: BLACK,
            text: BLACK,
            baseline: BLACK,
            surface: BLACK,
        };
        Drawn { chart, traces, layout, theme }
    }

    fn day(end: Millis) -> Series {
        let samples = (0..=2_880).map(|i| (end - DAY + i * 30 * SECOND, (i % 10) as f64));
        Series::from_samples(Labels::default(), samples.collect())
    }

    #[test]
    fn a_refresh_draws_the_last_columns_and_nothing_new_draws_nothing() {
        let end = 20_000 * DAY;
        let mut series = day(end);
        let before = drawn(&series, end, 200.0);
        assert_eq!(change(&before, &drawn(&series, end, 200.0)), Change::Nothing);
        // One late sample that corrects the last: the picture stays where it is.
        series.merge(&Series::from_samples(Labels::default(), vec![(end, 3.0)]), end - DAY);
        let n = before.layout.n_columns as i64;
        match change(&before, &drawn(&series, end, 200.0)) {
            Change::Part { shift: 0, from } => assert!(from > n - 8, "{from}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn appended_samples_move_the_picture() {
        let end = 20_000 * DAY;
        let mut series = day(end);
        let before = drawn(&series, end, 200.0);
        let fresh = (1..=20).map(|i| (end + i * 30 * SECOND, 5.0)).collect();
        let later = end + 10 * MINUTE;
        series.merge(&Series::from_samples(Labels::default(), fresh), later - DAY);
        let n = before.layout.n_columns as i64;
        match change(&before, &drawn(&series, later, 200.0)) {
            Change::Part { shift, from } => {
                assert!((3..=5).contains(&shift) && from >= n - 12, "{shift} {from}")
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn another_size_or_scale_draws_all() {
        let end = 20_000 * DAY;
        let before = drawn(&day(end), end, 200.0);
        assert_eq!(change(&before, &drawn(&day(end), end, 240.0)), Change::Whole);
        let mut higher = day(end);
        higher.merge(&Series::from_samples(Labels::default(), vec![(end, 500.0)]), 0);
        assert_eq!(change(&before, &drawn(&higher, end, 200.0)), Change::Whole);
        assert_eq!(change(&before, &drawn(&day(end - DAY), end - DAY, 200.0)), Change::Whole);
    }
}
