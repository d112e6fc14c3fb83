//! Columns as ink: for each pixel column the stretch that a pen drawing the line would cover.
//!
//! A stroke through thousands of points costs a rasteriser many times what its ink is worth, since
//! points within one column lie on top of each other. The stretch that they cover together is all
//! that is seen.

use super::decimate::Column;
use super::scale::Scale;

/// A vertical stretch of one pixel column, in device pixels from the top.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    pub column: i64,
    pub top: f64,
    pub foot: f64,
}

/// The stretches covered by a round pen of `width` device pixels along the columns' line.
/// `y` gives device pixels. `step`: a value stays until the next sample.
pub fn spans(columns: &[Column], y: &Scale, width: f64, step: bool) -> Vec<Span> {
    thicken(&line(columns, y, step), width / 2.0)
}

/// The stretches of an infinitely thin pen.
#[inline(never)]
fn line(columns: &[Column], y: &Scale, step: bool) -> Vec<Span> {
    let mut all: Vec<Span> = Vec::with_capacity(columns.len());
    let mut before: Option<&Column> = None;
    for column in columns {
        let (a, b) = (y.place(column.low), y.place(column.high));
        let mut span = Span { column: column.index, top: a.min(b), foot: a.max(b) };
        if let Some(from) = before.filter(|_| column.joined) {
            let (start, end) = (y.place(from.last), y.place(column.first));
            // Half of the way between two columns belongs to either.
            let distance = (column.index - from.index).max(1) as f64;
            let height = |k: f64| if step { start } else { start + (end - start) * (k / distance) };
            if let Some(last) = all.last_mut() {
                include(last, height(0.5));
            }
            for k in 1..(column.index - from.index) {
                let k = k as f64;
                let (a, b) = (height(k - 0.5), height(k + 0.5));
                all.push(Span { column: from.index + k as i64, top: a.min(b), foot: a.max(b) });
            }
            include(&mut span, height(distance - 0.5));
        }
        all.push(span);
        before = Some(column);
    }
    all
}

fn include(span: &mut Span, y: f64) {
    span.top = span.top.min(y);
    span.foot = span.foot.max(y);
}

/// As if drawn by a disc of this radius.
#[inline(never)]
fn thicken(thin: &[Span], radius: f64) -> Vec<Span> {
    let reach = (radius - 1e-9).floor().max(0.0) as i64;
    let mut all: Vec<Span> =
        thin.iter().map(|s| Span { top: s.top - radius, foot: s.foot + radius, ..*s }).collect();
    for (i, span) in thin.iter().enumerate() {
        for distance in 1..=reach {
            // The disc is lower away from its middle.
            let half = (radius * radius - (distance * distance) as f64).sqrt();
            let (near, far) = (i.checked_sub(distance as usize), i + distance as usize);
            for at in [near, Some(far)].into_iter().flatten() {
                if let Some(other) = all.get_mut(at).filter(|o| (o.column - span.column).abs() == distance) {
                    include(other, span.top - half);
                    include(other, span.foot + half);
                }
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const Y: Scale = Scale { from: 0.0, to: 100.0, low: 100.0, high: 0.0, log: false };

    fn column(index: i64, first: f64, low: f64, high: f64, last: f64, joined: bool) -> Column {
        Column { index, first, last, low, high, joined }
    }

    #[test]
    fn columns_meet_half_way() {
        let found =
            line(&[column(0, 10., 10., 20., 20., false), column(1, 40., 40., 50., 50., true)], &Y, false);
        assert_eq!((found[0].top, found[0].foot), (70.0, 90.0));
        assert_eq!((found[1].top, found[1].foot), (50.0, 70.0));
    }

    #[test]
    fn empty_columns_between_joined_ones_are_filled_and_gaps_are_not() {
        let joined = [column(0, 0., 0., 0., 0., false), column(4, 40., 40., 40., 40., true)];
        let found = line(&joined, &Y, false);
        assert_eq!(found.iter().map(|s| s.column).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        assert_eq!((found[2].top, found[2].foot), (75.0, 85.0));
        let stepped = line(&joined, &Y, true);
        assert_eq!((stepped[2].top, stepped[2].foot), (100.0, 100.0));
        assert_eq!((stepped[4].top, stepped[4].foot), (60.0, 100.0));
        let apart = [joined[0], Column { joined: false, ..joined[1] }];
        assert_eq!(line(&apart, &Y, false).len(), 2);
    }

    #[test]
    fn a_wide_pen_reaches_the_neighbours() {
        let flat: Vec<Column> = (0..5)
            .map(|i| {
                if i == 2 {
                    column(i, 50., 0., 100., 50., true)
                } else {
                    column(i, 50., 50., 50., 50., i > 0)
                }
            })
            .collect();
        let thin = spans(&flat, &Y, 1.5, false);
        assert_eq!((thin[1].top, thin[1].foot), (49.25, 50.75));
        let wide = spans(&flat, &Y, 3.0, false);
        assert!(wide[1].top < 0.0 && wide[1].foot > 100.0 && wide[0].top == 48.5);
    }
}
