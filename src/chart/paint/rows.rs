//! Charts whose traces lie one above the other: a distribution over time, and states over time.

use super::super::layout::Layout;
use super::super::model::{Chart, Ink, Rows, Trace};
use super::{Area, Outcome, Theme, px};
use crate::domain::time::Millis;
use plotters::element::Rectangle;
use plotters::prelude::DrawingBackend;
use plotters::style::{Color, RGBAColor};

pub fn rows<DB: DrawingBackend>(
    area: &Area<DB>,
    chart: &Chart,
    rows: &Rows,
    drawn: &[Trace],
    layout: &Layout,
    theme: &Theme,
) -> Outcome<DB> {
    let view = View { layout, start: chart.start, end: chart.end };
    match rows {
        Rows::Heat { step, .. } => {
            let most = drawn.iter().filter_map(|t| t.series.extent_in(chart.start, chart.end));
            let most = most.map(|(_, high)| high).fold(0.0, f64::max);
            for (i, trace) in drawn.iter().enumerate().filter(|_| most > 0.0) {
                heat(area, i, trace, most, *step, &view, theme)?;
            }
        }
        Rows::States { .. } => {
            for (i, trace) in drawn.iter().enumerate() {
                states(area, i, trace, chart.max_gap, &view, theme)?;
            }
        }
    }
    Ok(())
}

struct View<'a> {
    layout: &'a Layout,
    start: Millis,
    end: Millis,
}

impl View<'_> {
    /// A part of a row: `[from, to]` in time, its lower and upper edge in shares of the row.
    fn block<DB: DrawingBackend>(
        &self,
        area: &Area<DB>,
        row: usize,
        (from, to): (f64, f64),
        (foot, top): (f64, f64),
        color: RGBAColor,
    ) -> Outcome<DB> {
        let x = |t: f64| self.layout.x.place(t).clamp(self.layout.x.low, self.layout.x.high);
        let y = |share: f64| px(self.layout.y.place(row as f64 + share));
        // At least a pixel, so that what was short is seen.
        let (left, right) = (x(from), x(to).max(x(from) + 1.0));
        area.draw(&Rectangle::new([(px(left), y(top)), (px(right), y(foot))], color.filled()))
    }
}

/// Darker where more fell. Neighbouring cells of one tone are one block, at most one a pixel column.
fn heat<DB: DrawingBackend>(
    area: &Area<DB>,
    row: usize,
    trace: &Trace,
    most: f64,
    step: Millis,
    view: &View<'_>,
    theme: &Theme,
) -> Outcome<DB> {
    const TONES: f64 = 24.0;
    let [color, ..] = theme.series;
    let pixel = (view.end - view.start) / view.layout.n_columns.max(1) as i64;
    let mut open: Option<(Millis, Millis, u32)> = None;
    let draw = |block: Option<(Millis, Millis, u32)>| -> Outcome<DB> {
        let Some((from, to, tone)) = block.filter(|(_, _, tone)| *tone > 0) else { return Ok(()) };
        let color = color.mix(f64::from(tone) / TONES);
        view.block(area, row, (from as f64, to as f64), (0.0, 1.0), color)
    };
    for (t, v) in trace.series.samples_in(view.start, view.end) {
        let share = if v.is_finite() { (v / most).clamp(0.0, 1.0) } else { 0.0 };
        // The eye tells light tones apart better than dark ones.
        let tone = (share.sqrt() * TONES).ceil() as u32;
        open = match open {
            Some((from, to, before)) if t - to <= step && (before == tone || t - from < pixel) => {
                Some((from, t, before.max(tone)))
            }
            other => {
                draw(other)?;
                Some((t - step, t, tone))
            }
        };
    }
    draw(open)
}

/// What is good is low and what is bad is high, so that it can be told without colour.
fn states<DB: DrawingBackend>(
    area: &Area<DB>,
    row: usize,
    trace: &Trace,
    max_gap: Millis,
    view: &View<'_>,
    theme: &Theme,
) -> Outcome<DB> {
    for (from, to, up) in stretches(trace, view.start, view.end, max_gap) {
        let (ink, top) = if up { (Ink::Ok, 0.45) } else { (Ink::Bad, 0.85) };
        view.block(area, row, (from as f64, to as f64), (0.15, top), theme.ink(ink).to_rgba())?;
    }
    Ok(())
}

/// Stretches in one state; a gap belongs to none.
pub fn stretches(trace: &Trace, start: Millis, end: Millis, max_gap: Millis) -> Vec<(Millis, Millis, bool)> {
    let mut all: Vec<(Millis, Millis, bool)> = Vec::new();
    let mut broken = true;
    for (t, v) in trace.series.samples_in(start, end) {
        if !v.is_finite() {
            broken = true;
            continue;
        }
        let up = v >= 0.5;
        match all.last_mut() {
            Some((_, to, state)) if !broken && t - *to <= max_gap => {
                let same = *state == up;
                *to = t;
                if !same {
                    all.push((t, t, up));
                }
            }
            _ => all.push((t, t, up)),
        }
        broken = false;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::model::Style;
    use crate::chart::model::tests::trace;

    #[test]
    fn states_last_until_the_next_and_gaps_belong_to_none() {
        let up = trace("a", Style::Line, &[1.0, 1.0, 0.0, 0.0, 1.0, f64::NAN, 1.0]);
        let found = stretches(&up, 0, 10_000, 1_500);
        assert_eq!(
            found,
            [(0, 2_000, true), (2_000, 4_000, false), (4_000, 4_000, true), (6_000, 6_000, true)]
        );
    }
}
