//! Draws a chart with plotters on any backend: the browser's canvas, or SVG in native tests.
//!
//! plotters counts in whole pixels, which makes visible stairs; so everything is drawn on a grid of
//! [`SUB`] units a CSS pixel, and the backend scales it down.

use super::decimate::{Run, runs};
use super::layout::{LABEL_SIZE, Layout};
use super::model::{Chart, Ink, Style, Trace};
use crate::domain::series::Series;
use crate::domain::time::Millis;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Polygon, Text};
use plotters::prelude::{DrawingBackend, IntoDrawingArea, RGBColor};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, RGBAColor, ShapeStyle};

/// Grid units a CSS pixel.
pub const SUB: i32 = 8;

/// The colours of a theme, read from the stylesheet's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    pub series: [RGBColor; 3],
    pub ok: RGBColor,
    pub warn: RGBColor,
    pub bad: RGBColor,
    pub grid: RGBColor,
    pub text: RGBColor,
    pub baseline: RGBColor,
}

impl Theme {
    fn ink(&self, ink: Ink) -> RGBColor {
        let [first, second, third] = self.series;
        match ink {
            Ink::Series1 => first,
            Ink::Series2 => second,
            Ink::Series3 => third,
            Ink::Ok => self.ok,
            Ink::Warn => self.warn,
            Ink::Bad => self.bad,
        }
    }
}

type Area<DB> = DrawingArea<DB, Shift>;
type Outcome<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// A place in CSS pixels on the fine grid.
fn px(place: f64) -> i32 {
    (place * f64::from(SUB)).round() as i32
}

/// As [`px`], in the middle of a whole pixel, so that one-pixel lines are sharp.
fn crisp(place: f64) -> i32 {
    px(place.floor() + 0.5)
}

fn stroke(color: RGBAColor, width: f64) -> ShapeStyle {
    ShapeStyle { color, filled: false, stroke_width: px(width).unsigned_abs() }
}

/// Draws a whole chart of `width` x `height` CSS pixels.
pub fn chart<DB: DrawingBackend>(backend: DB, chart: &Chart, layout: &Layout, theme: &Theme) -> Outcome<DB> {
    let area = backend.into_drawing_area();
    axes(&area, layout, theme)?;
    let traces = chart.stacked();
    // Stacked areas from the top down, so that each covers the foot of the one above it.
    for trace in traces.iter().rev() {
        fill(&area, trace, chart, layout, theme)?;
    }
    for trace in &traces {
        line(&area, trace, chart, layout, theme)?;
    }
    // Marks over an empty plot would say something about data that is not there.
    if !chart.is_empty() {
        marks(&area, chart, layout, theme)?;
    }
    area.present()
}

fn axes<DB: DrawingBackend>(area: &Area<DB>, layout: &Layout, theme: &Theme) -> Outcome<DB> {
    let grid = stroke(theme.grid.to_rgba(), 1.0);
    for (place, label) in &layout.y_ticks {
        let y = crisp(*place);
        area.draw(&PathElement::new(vec![(px(layout.x.low), y), (px(layout.x.high), y)], grid))?;
        text(area, label, (px(layout.x.low - 6.0), px(*place)), HPos::Right, VPos::Center, theme.text)?;
    }
    for (place, label) in &layout.x_ticks {
        let x = crisp(*place);
        let foot = layout.y.low;
        area.draw(&PathElement::new(vec![(x, px(foot)), (x, px(foot + 4.0))], grid))?;
        text(area, label, (px(*place), px(foot + 7.0)), HPos::Center, VPos::Top, theme.text)?;
    }
    Ok(())
}

fn text<DB: DrawingBackend>(
    area: &Area<DB>,
    words: &str,
    at: (i32, i32),
    h: HPos,
    v: VPos,
    color: RGBColor,
) -> Outcome<DB> {
    let font = ("sans-serif", LABEL_SIZE * f64::from(SUB)).into_font().color(&color);
    area.draw(&Text::new(words, at, font.pos(Pos::new(h, v))))
}

fn points(run: &Run, layout: &Layout) -> Vec<(i32, i32)> {
    run.iter().map(|(t, v)| (px(layout.x.place(*t as f64)), px(layout.y.place(*v)))).collect()
}

fn runs_of(trace: &Trace, chart: &Chart, layout: &Layout) -> Vec<Run> {
    let columns = (layout.x.high - layout.x.low).ceil() as usize;
    runs(&trace.series, chart.start, chart.end, columns, chart.max_gap)
}

fn fill<DB: DrawingBackend>(
    area: &Area<DB>,
    trace: &Trace,
    chart: &Chart,
    layout: &Layout,
    theme: &Theme,
) -> Outcome<DB> {
    let opacity = match trace.style {
        Style::Area => 0.10,
        Style::Stacked => 0.32,
        Style::Line | Style::Dashed => return Ok(()),
    };
    let foot = px(layout.y.place(layout.y.from.max(0.0)));
    for run in runs_of(trace, chart, layout) {
        let mut outline = points(&run, layout);
        let (Some(first), Some(last)) = (outline.first().copied(), outline.last().copied()) else { continue };
        outline.extend([(last.0, foot), (first.0, foot)]);
        area.draw(&Polygon::new(outline, theme.ink(trace.ink).mix(opacity).filled()))?;
    }
    Ok(())
}

fn line<DB: DrawingBackend>(
    area: &Area<DB>,
    trace: &Trace,
    chart: &Chart,
    layout: &Layout,
    theme: &Theme,
) -> Outcome<DB> {
    let color = theme.ink(trace.ink);
    for run in runs_of(trace, chart, layout) {
        let points = points(&run, layout);
        if let [alone] = points.as_slice() {
            area.draw(&Circle::new(*alone, px(1.5), color.filled()))?;
        } else if trace.style == Style::Dashed {
            dashed(area, &points, 6.0, 4.0, stroke(color.to_rgba(), 1.5))?;
        } else {
            area.draw(&PathElement::new(points, stroke(color.to_rgba(), 1.5)))?;
        }
    }
    Ok(())
}

fn marks<DB: DrawingBackend>(area: &Area<DB>, chart: &Chart, layout: &Layout, theme: &Theme) -> Outcome<DB> {
    let (left, right) = (px(layout.x.low), px(layout.x.high));
    let lines = [
        (&chart.baseline, theme.baseline, 1.5, 4.0, HPos::Left),
        (&chart.threshold, theme.bad, 6.0, 4.0, HPos::Right),
    ];
    for (mark, color, on, off, side) in lines {
        let Some(mark) = mark.as_ref().filter(|m| m.value <= layout.y.to * 1.0001) else { continue };
        let place = layout.y.place(mark.value);
        let y = crisp(place);
        dashed(area, &[(left, y), (right, y)], on, off, stroke(color.to_rgba(), 1.25))?;
        // Above the line, or below it where it lies at the top.
        let (v, gap) = if place - 16.0 < layout.y.high { (VPos::Top, 3.0) } else { (VPos::Bottom, -3.0) };
        let x = if matches!(side, HPos::Right) { right } else { left + px(4.0) };
        text(area, &mark.label, (x, px(place + gap)), side, v, color)?;
    }
    if let Some(now) = chart.now {
        let x = crisp(layout.x.place(now as f64));
        let from_top = vec![(x, px(layout.y.high)), (x, px(layout.y.low))];
        area.draw(&PathElement::new(from_top, stroke(theme.text.mix(0.6), 1.0)))?;
        text(area, "now", (x + px(4.0), px(layout.y.high)), HPos::Left, VPos::Top, theme.text)?;
    }
    Ok(())
}

/// A broken line: plotters has none for a plain path.
fn dashed<DB: DrawingBackend>(
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

/// Cuts a path into pieces of length `on`, each `off` apart.
fn dashes(points: &[(i32, i32)], on: f64, off: f64) -> Vec<Vec<(i32, i32)>> {
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
        while length >= left {
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

/// A small line without axes.
pub fn sparkline<DB: DrawingBackend>(
    backend: DB,
    series: &Series,
    (start, end): (Millis, Millis),
    (width, height): (f64, f64),
    color: RGBColor,
) -> Outcome<DB> {
    let area = backend.into_drawing_area();
    let (low, high) = series.extent().unwrap_or((0.0, 1.0));
    // A level line lies in the middle instead of at an edge.
    let (low, high) = if high - low < 1e-12 { (low - 1.0, high + 1.0) } else { (low, high) };
    let x = super::scale::Scale { from: start as f64, to: end as f64, low: 1.0, high: width - 1.0 };
    let y = super::scale::Scale { from: low, to: high, low: height - 2.0, high: 2.0 };
    for run in runs(series, start, end, width as usize, (end - start) / 10) {
        let points: Vec<(i32, i32)> =
            run.iter().map(|(t, v)| (px(x.place(*t as f64)), px(y.place(*v)))).collect();
        area.draw(&PathElement::new(points, stroke(color.to_rgba(), 1.25)))?;
    }
    area.present()
}

/// A half-round gauge of a share 0..1, with a notch at the threshold.
pub fn gauge<DB: DrawingBackend>(
    backend: DB,
    share: Option<f64>,
    threshold: Option<f64>,
    (width, height): (f64, f64),
    color: RGBColor,
    theme: &Theme,
) -> Outcome<DB> {
    let area = backend.into_drawing_area();
    let radius = (width / 2.0 - 6.0).min(height - 10.0).max(4.0);
    let middle = (width / 2.0, height - 4.0);
    area.draw(&PathElement::new(arc(middle, radius, 0.0, 1.0), stroke(theme.grid.to_rgba(), 8.0)))?;
    if let Some(share) = share.filter(|s| s.is_finite()) {
        let end = share.clamp(0.004, 1.0);
        area.draw(&PathElement::new(arc(middle, radius, 0.0, end), stroke(color.to_rgba(), 8.0)))?;
    }
    if let Some(at) = threshold.filter(|t| (0.0..=1.0).contains(t)) {
        let notch = vec![on_arc(middle, radius - 6.0, at), on_arc(middle, radius + 6.0, at)];
        area.draw(&PathElement::new(notch, stroke(theme.bad.to_rgba(), 2.0)))?;
    }
    area.present()
}

fn arc(middle: (f64, f64), radius: f64, from: f64, to: f64) -> Vec<(i32, i32)> {
    const PARTS: u32 = 64;
    let share = |i: u32| from + (to - from) * f64::from(i) / f64::from(PARTS);
    (0..=PARTS).map(|i| on_arc(middle, radius, share(i))).collect()
}

/// The point at a share of the half circle, from left over the top to right.
fn on_arc((x, y): (f64, f64), radius: f64, share: f64) -> (i32, i32) {
    let angle = std::f64::consts::PI * (1.0 - share);
    (px(x + radius * angle.cos()), px(y - radius * angle.sin()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::model::Mark;
    use crate::domain::format::Unit;
    use crate::domain::labels::Labels;
    use crate::domain::zone::Offsets;
    use plotters::prelude::SVGBackend;

    const THEME: Theme = Theme {
        series: [RGBColor(1, 0, 0), RGBColor(2, 0, 0), RGBColor(3, 0, 0)],
        ok: RGBColor(0, 1, 0),
        warn: RGBColor(0, 2, 0),
        bad: RGBColor(0, 3, 0),
        grid: RGBColor(0, 0, 1),
        text: RGBColor(0, 0, 2),
        baseline: RGBColor(0, 0, 3),
    };

    fn svg(chart: &Chart) -> String {
        let mut out = String::new();
        let size = (px(600.0).unsigned_abs(), px(200.0).unsigned_abs());
        let layout = Layout::of(chart, 600.0, 200.0, &Offsets::utc());
        super::chart(SVGBackend::with_string(&mut out, size), chart, &layout, &THEME).unwrap();
        out
    }

    fn sample(values: &[f64]) -> Chart {
        let samples = values.iter().enumerate().map(|(i, v)| (i as Millis * 60_000, *v)).collect();
        Chart {
            title: "T".into(),
            unit: Unit::Seconds,
            start: 0,
            end: 3_600_000,
            traces: vec![Trace {
                name: "a".into(),
                ink: Ink::Series1,
                style: Style::Area,
                series: Series::from_samples(Labels::default(), samples),
            }],
            threshold: Some(Mark { value: 0.5, label: "500 ms".into() }),
            baseline: None,
            now: None,
            max_gap: 120_000,
        }
    }

    #[test]
    fn a_chart_has_line_fill_threshold_and_labels() {
        let picture = svg(&sample(&[0.1, 0.2, 0.4, 0.3]));
        for part in ["#010000", "polygon", "#000300", "500 ms", "00:10", "200 ms"] {
            assert!(picture.contains(part), "{part}");
        }
    }

    #[test]
    fn a_gap_makes_two_lines_and_a_lone_point_a_dot() {
        let lines = |chart: &Chart| {
            svg(chart).matches("<polyline fill=\"none\" opacity=\"1\" stroke=\"#010000\"").count()
        };
        assert_eq!(lines(&sample(&[0.1, 0.2, 0.3])), 1);
        assert_eq!(lines(&sample(&[0.1, 0.2, f64::NAN, 0.3, 0.3])), 2);
        let picture = svg(&sample(&[0.1, 0.2, f64::NAN, 0.3]));
        assert!(picture.contains("<circle"));
    }

    #[test]
    fn no_data_and_odd_data_draw_axes_and_do_not_fail() {
        for values in [&[][..], &[f64::NAN], &[f64::INFINITY], &[-1.0, -2.0], &[1e300, 2e300], &[0.0]] {
            assert!(svg(&sample(values)).contains("<text"));
        }
    }

    #[test]
    fn dashes_have_the_lengths_asked_for() {
        let pieces = dashes(&[(0, 0), (100, 0)], 30.0, 20.0);
        assert_eq!(pieces, [vec![(0, 0), (30, 0)], vec![(50, 0), (80, 0)]]);
    }
}
