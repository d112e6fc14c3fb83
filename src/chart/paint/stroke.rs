//! Lines of a run of points: whole, in steps, or broken.

use super::super::decimate::Run;
use super::super::layout::Layout;
use super::super::model::Style;
use super::{Area, Outcome, SUB, px};
use plotters::element::PathElement;
use plotters::prelude::DrawingBackend;
use plotters::style::ShapeStyle;

/// The points of a run on the fine grid; with corners where values stay until the next sample.
#[inline(never)]
pub fn points(run: &Run, style: Style, layout: &Layout) -> Vec<(i32, i32)> {
    let place = |t: i64, v: f64| (px(layout.x.place(t as f64)), px(layout.y.place(v)));
    let mut all: Vec<(i32, i32)> = Vec::with_capacity(run.len());
    for &(t, v) in run {
        let point = place(t, v);
        if style == Style::Step
            && let Some(&(_, y)) = all.last()
        {
            all.push((point.0, y));
        }
        all.push(point);
    }
    all
}

/// What of a path lies between two heights: where the axis has limits of its own, lines leave it.
#[inline(never)]
pub fn within(points: &[(i32, i32)], top: i32, foot: i32) -> Vec<Vec<(i32, i32)>> {
    let inside = |p: &(i32, i32)| (top..=foot).contains(&p.1);
    if points.iter().all(inside) {
        return vec![points.to_vec()];
    }
    let mut all: Vec<Vec<(i32, i32)>> = Vec::new();
    let mut piece: Vec<(i32, i32)> = Vec::new();
    for pair in points.windows(2) {
        let [a, b] = pair else { continue };
        let Some((from, to)) = cut(*a, *b, top, foot) else {
            all.push(std::mem::take(&mut piece));
            continue;
        };
        if piece.last() != Some(&from) {
            all.push(std::mem::take(&mut piece));
            piece.push(from);
        }
        piece.push(to);
    }
    all.push(piece);
    all.retain(|p| p.len() > 1);
    all
}

/// The part of one line between two heights.
fn cut(a: (i32, i32), b: (i32, i32), top: i32, foot: i32) -> Option<((i32, i32), (i32, i32))> {
    if a.1.max(b.1) < top || a.1.min(b.1) > foot {
        return None;
    }
    let at = |y: i32| {
        let share = f64::from(y - a.1) / f64::from(b.1 - a.1);
        ((f64::from(a.0) + f64::from(b.0 - a.0) * share).round() as i32, y)
    };
    let end = |p: (i32, i32)| match p.1 {
        y if y < top => at(top),
        y if y > foot => at(foot),
        _ => p,
    };
    Some((end(a), end(b)))
}

/// A broken line: plotters has none for a plain path.
#[inline(never)]
pub fn dashed<DB: DrawingBackend>(
    area: &Area<DB>,
    points: &[(i32, i32)],
    on: f64,
    off: f64,
    style: ShapeStyle,
) -> Outcome<DB> {
    for dash in dashes(points, on * f64::from(SUB), off * f64::from(SUB)) {
        area.draw(&PathElement::new(dash, style))?;
    }
    Ok(())
}

/// Cuts a path into pieces of length `on`, each `off` apart; a path too long to be seen is cut short.
fn dashes(points: &[(i32, i32)], on: f64, off: f64) -> Vec<Vec<(i32, i32)>> {
    const MOST: usize = 4_000;
    let mut all = Vec::new();
    let mut dash: Vec<(i32, i32)> = Vec::new();
    let (mut drawing, mut left) = (true, on);
    for pair in points.windows(2) {
        let [a, b] = pair else { continue };
        let (mut x, mut y) = (f64::from(a.0), f64::from(a.1));
        let (dx, dy) = (f64::from(b.0) - x, f64::from(b.1) - y);
        let mut length = dx.hypot(dy);
        if length == 0.0 {
            continue;
        }
        let (ux, uy) = (dx / length, dy / length);
        if drawing && dash.is_empty() {
            dash.push(*a);
        }
        while length >= left && all.len() < MOST {
            (x, y) = (x + ux * left, y + uy * left);
            length -= left;
            let place = (x.round() as i32, y.round() as i32);
            dash.push(place);
            if drawing {
                all.push(std::mem::take(&mut dash));
            } else {
                dash = vec![place];
            }
            drawing = !drawing;
            left = if drawing { on } else { off };
        }
        left -= length;
        if drawing {
            dash.push(*b);
        }
    }
    if drawing && dash.first() != dash.last() {
        all.push(dash);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_plot_is_cut_off_where_it_does() {
        let path = [(0, 50), (10, 150), (20, 150), (30, 50), (40, -50)];
        assert_eq!(within(&path, 0, 100), [vec![(0, 50), (5, 100)], vec![(25, 100), (30, 50), (35, 0)]]);
        assert_eq!(within(&path, -100, 200), [path.to_vec()]);
        assert!(within(&[(0, 500), (9, 500)], 0, 100).is_empty());
        assert_eq!(within(&[(0, 500), (9, -500)], 0, 100), [vec![(4, 100), (5, 0)]]);
    }

    #[test]
    fn dashes_have_the_lengths_asked_for() {
        let pieces = dashes(&[(0, 0), (100, 0)], 30.0, 20.0);
        assert_eq!(pieces, [vec![(0, 0), (30, 0)], vec![(50, 0), (80, 0)]]);
        assert!(dashes(&[(0, 0), (100_000_000, 0)], 1.0, 1.0).len() <= 4_000);
    }
}
