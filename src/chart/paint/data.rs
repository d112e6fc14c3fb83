//! The layer that moves with time: grid, fills, lines.

use super::super::decimate::{Column, Grid, Run, columns, count, runs};
use super::super::layout::Layout;
use super::super::model::{Chart, Style, Trace};
use super::super::spans::{Span, spans};
use super::rows::rows;
use super::stroke::{dashed, points, within};
use super::{Area, LINE, Outcome, Surface, Theme, crisp, pen, px};
use crate::domain::series::Series;
use crate::domain::time::Millis;
use plotters::element::{Circle, Drawable, PathElement, Polygon, Rectangle};
use plotters::style::{Color, RGBColor};
use plotters_backend::{BackendColor, BackendCoord, DrawingErrorKind};

/// Draws the columns from `part` on, or all of them.
#[inline(never)]
pub fn data<DB: Surface>(
    area: &Area<DB>,
    dpr: Option<f64>,
    chart: &Chart,
    drawn: &[Trace],
    layout: &Layout,
    theme: &Theme,
    part: Option<i64>,
) -> Outcome<DB> {
    if let Some(kind) = &chart.rows {
        return rows(area, chart, kind, drawn, layout, theme);
    }
    let view = View::new(dpr, chart, layout, part);
    let grid = pen(theme.grid.to_rgba(), 1.0);
    for (place, _) in &layout.y_ticks {
        let y = crisp(*place);
        area.draw(&PathElement::new(vec![(px(view.left), y), (px(layout.x.high), y)], grid))?;
    }
    // Stacked areas from the top down, so that each covers the foot of the one above it.
    for trace in drawn.iter().rev() {
        fill(area, trace, &view, theme)?;
    }
    for trace in drawn {
        line(area, trace, &view, theme)?;
    }
    Ok(())
}

/// What of a chart is drawn, and how finely.
struct View<'a> {
    chart: &'a Chart,
    layout: &'a Layout,
    dpr: Option<f64>,
    start: Millis,
    end: Millis,
    grid: Grid,
    /// the first column, where the rest stays as it is
    first: i64,
    /// left end of the drawn part, CSS pixels
    left: f64,
}

impl<'a> View<'a> {
    fn new(dpr: Option<f64>, chart: &'a Chart, layout: &'a Layout, part: Option<i64>) -> Self {
        let grid = layout.grid();
        let first = part.unwrap_or(0);
        let share = first as f64 / layout.n_columns.max(1) as f64;
        Self {
            chart,
            layout,
            dpr,
            start: (grid.start + share * (grid.end - grid.start)) as Millis,
            end: grid.end.ceil() as Millis,
            grid,
            first,
            left: layout.x.low + share * (layout.x.high - layout.x.low),
        }
    }

    /// Whether there are more samples than pixel columns, so that columns are what is seen.
    fn is_dense(&self, series: &Series) -> bool {
        let whole = self.grid.end - self.grid.start;
        let share = ((self.end - self.start) as f64 / whole).max(1e-9);
        let n = count(series, self.start, self.end) as f64;
        n >= self.grid.n as f64 * share && n > 8.0
    }

    /// Cut off where the plot ends: the axis labels lie beyond.
    #[inline(never)]
    fn runs(&self, series: &Series, style: Style) -> Vec<Run> {
        let mut all = runs(series, self.start, self.end, self.chart.max_gap);
        let (start, end) = (self.grid.start as Millis, self.grid.end.ceil() as Millis);
        for run in &mut all {
            if let [a, b, ..] = run.as_mut_slice()
                && a.0 < start
            {
                *a = (start, if style == Style::Step { a.1 } else { between(*a, *b, start) });
            }
            if let [.., a, b] = run.as_mut_slice()
                && b.0 > end
            {
                *b = (end, if style == Style::Step { a.1 } else { between(*a, *b, end) });
            }
        }
        all
    }

    /// Top and foot of the plot on the fine grid.
    fn heights(&self) -> (i32, i32) {
        (px(self.layout.y.high), px(self.layout.y.low))
    }

    /// A height kept within the plot, for the edges of fills.
    fn kept(&self, points: Vec<(i32, i32)>) -> Vec<(i32, i32)> {
        let (top, foot) = self.heights();
        points.into_iter().map(|(x, y)| (x, y.clamp(top, foot))).collect()
    }

    /// Columns of the drawn part, with some before it for the lines that lead in.
    #[inline(never)]
    fn columns(&self, series: &Series) -> Vec<Column> {
        let n = self.grid.n.max(1);
        let begin = (self.first - 4).max(0) as f64;
        let pixel = (self.grid.end - self.grid.start) / n as f64;
        let part = Grid {
            start: self.grid.start + begin * pixel,
            end: self.grid.end,
            n: n - (begin as usize).min(n - 1),
        };
        let mut found = columns(series, part, self.chart.max_gap);
        found.iter_mut().for_each(|c| c.index += begin as i64);
        // The samples beyond the ends have led in and out.
        found.retain(|c| (0..n as i64).contains(&c.index));
        found
    }

    /// The middle of a column, CSS pixels.
    fn middle(&self, column: i64) -> f64 {
        let pixel = (self.layout.x.high - self.layout.x.low) / self.grid.n.max(1) as f64;
        self.layout.x.low + (column as f64 + 0.5) * pixel
    }
}

/// The height at an instant on the way from one sample to the next.
fn between(a: (Millis, f64), b: (Millis, f64), t: Millis) -> f64 {
    let share = (t - a.0) as f64 / (b.0 - a.0).max(1) as f64;
    a.1 * (1.0 - share) + b.1 * share
}

#[inline(never)]
fn fill<DB: Surface>(area: &Area<DB>, trace: &Trace, view: &View<'_>, theme: &Theme) -> Outcome<DB> {
    let opacity = match trace.style {
        Style::Area => 0.10,
        Style::Stacked => 0.32,
        Style::Band => 0.18,
        Style::Line | Style::Step | Style::Dashed | Style::Bars => return Ok(()),
    };
    let color = theme.ink(trace.ink).mix(opacity).filled();
    if let Some(base) = &trace.base {
        let (mut outline, lower) = (edge(&trace.series, view).concat(), edge(base, view).concat());
        outline.extend(lower.into_iter().rev());
        return if outline.len() > 2 { area.draw(&Polygon::new(outline, color)) } else { Ok(()) };
    }
    let foot = px(view.layout.y.place(view.layout.y.from.max(0.0)));
    for mut outline in edge(&trace.series, view) {
        let (Some(first), Some(last)) = (outline.first().copied(), outline.last().copied()) else { continue };
        outline.extend([(last.0, foot), (first.0, foot)]);
        area.draw(&Polygon::new(outline, color))?;
    }
    Ok(())
}

/// The upper edges of a fill, one for each run between gaps.
#[inline(never)]
fn edge(series: &Series, view: &View<'_>) -> Vec<Vec<(i32, i32)>> {
    if !view.is_dense(series) {
        let runs = view.runs(series, Style::Line);
        return runs.iter().map(|run| view.kept(points(run, Style::Line, view.layout))).collect();
    }
    let mut all: Vec<Vec<(i32, i32)>> = Vec::new();
    for column in view.columns(series) {
        let x = px(view.middle(column.index));
        let ends = [column.first, column.last].map(|v| (x, px(view.layout.y.place(v))));
        match all.last_mut().filter(|_| column.joined) {
            Some(edge) => edge.extend(ends),
            None => all.push(ends.to_vec()),
        }
    }
    all.into_iter().map(|edge| view.kept(edge)).collect()
}

#[inline(never)]
fn line<DB: Surface>(area: &Area<DB>, trace: &Trace, view: &View<'_>, theme: &Theme) -> Outcome<DB> {
    let color = theme.ink(trace.ink);
    match trace.style {
        Style::Band => Ok(()),
        Style::Bars => bars(area, &trace.series, view, color),
        style if view.is_dense(&trace.series) => {
            let columns = view.columns(&trace.series);
            match view.dpr.filter(|_| style != Style::Dashed) {
                Some(dpr) => dense(area, &columns, style, dpr, view, color),
                None => {
                    for run in thinned(&columns, view) {
                        stroke(area, &run, style, color, view)?;
                    }
                    Ok(())
                }
            }
        }
        style => {
            for run in view.runs(&trace.series, style) {
                stroke(area, &points(&run, style, view.layout), style, color, view)?;
            }
            Ok(())
        }
    }
}

#[inline(never)]
fn stroke<DB: Surface>(
    area: &Area<DB>,
    points: &[(i32, i32)],
    style: Style,
    color: RGBColor,
    view: &View<'_>,
) -> Outcome<DB> {
    let (top, foot) = view.heights();
    if let [alone] = points {
        let seen = (top..=foot).contains(&alone.1);
        return if seen { area.draw(&Circle::new(*alone, px(1.5), color.filled())) } else { Ok(()) };
    }
    for piece in within(points, top, foot) {
        match style {
            Style::Dashed => dashed(area, &piece, 6.0, 4.0, pen(color.to_rgba(), LINE))?,
            _ => area.draw(&PathElement::new(piece, pen(color.to_rgba(), LINE)))?,
        }
    }
    Ok(())
}

/// First, min, max and last of each column, as lines.
#[inline(never)]
fn thinned(columns: &[Column], view: &View<'_>) -> Vec<Vec<(i32, i32)>> {
    let mut all: Vec<Vec<(i32, i32)>> = Vec::new();
    for column in columns {
        let x = px(view.middle(column.index));
        let y = |v: f64| (x, px(view.layout.y.place(v)));
        let mut four = [column.first, column.low, column.high, column.last].map(y).to_vec();
        four.dedup();
        match all.last_mut().filter(|_| column.joined) {
            Some(line) => line.append(&mut four),
            None => all.push(four),
        }
    }
    all
}

#[inline(never)]
fn dense<DB: Surface>(
    area: &Area<DB>,
    columns: &[Column],
    style: Style,
    dpr: f64,
    view: &View<'_>,
    color: RGBColor,
) -> Outcome<DB> {
    let y = view.layout.y.scaled(dpr);
    let mut spans = spans(columns, &y, LINE * dpr, style == Style::Step);
    // The pen's own width may stand over the edge, what lies beyond may not.
    let (top, foot) = (y.high - LINE * dpr, y.low + LINE * dpr);
    spans.retain(|s| s.foot >= top && s.top <= foot);
    for span in &mut spans {
        (span.top, span.foot) = (span.top.max(top), span.foot.min(foot));
    }
    let ink = Spans { left: (view.layout.x.low * dpr).round() as i64, spans, color };
    area.draw(&ink)?;
    for (i, column) in columns.iter().enumerate() {
        let alone = !column.joined && columns.get(i + 1).is_none_or(|next| !next.joined);
        if alone && column.low == column.high {
            let place = (px(view.middle(column.index)), px(view.layout.y.place(column.first)));
            area.draw(&Circle::new(place, px(1.5), color.filled()))?;
        }
    }
    Ok(())
}

/// plotters' elements may draw with all that their backend can do; this one fills pixel columns.
struct Spans {
    left: i64,
    spans: Vec<Span>,
    color: RGBColor,
}

impl<'a> plotters::element::PointCollection<'a, (i32, i32)> for &'a Spans {
    type Point = (i32, i32);
    type IntoIter = [(i32, i32); 1];

    fn point_iter(self) -> Self::IntoIter {
        [(0, 0)]
    }
}

impl<DB: Surface> Drawable<DB> for Spans {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        _points: I,
        backend: &mut DB,
        _parent: (u32, u32),
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        let RGBColor(r, g, b) = self.color;
        backend.draw_spans(self.left, &self.spans, BackendColor { rgb: (r, g, b), alpha: 1.0 })
    }
}

/// Bars from zero, four fifths as wide as their samples are apart.
#[inline(never)]
fn bars<DB: Surface>(area: &Area<DB>, series: &Series, view: &View<'_>, color: RGBColor) -> Outcome<DB> {
    let (x, y) = (&view.layout.x, &view.layout.y);
    let (top, bottom) = view.heights();
    let height = |v: f64| px(y.place(v)).clamp(top, bottom);
    let foot = height(if y.log { y.from } else { 0.0 });
    if view.is_dense(series) {
        for column in view.columns(series) {
            let middle = px(view.middle(column.index));
            let ends = [column.low.min(0.0), column.high.max(0.0)].map(|v| (middle, height(v)));
            area.draw(&PathElement::new(ends.to_vec(), pen(color.to_rgba(), 1.0)))?;
        }
        return Ok(());
    }
    let samples: Vec<(Millis, f64)> = series.samples_in(view.start, view.end).collect();
    let step = samples.windows(2).map(|pair| pair[1].0 - pair[0].0).min().unwrap_or(view.end - view.start);
    let half = ((x.place(step as f64) - x.place(0.0)) * 0.4).clamp(0.5, 24.0);
    for (t, v) in samples.into_iter().filter(|(_, v)| v.is_finite()) {
        let (middle, top) = (x.place(t as f64), height(v));
        let corners = [(px(middle - half), top.min(foot)), (px(middle + half), top.max(foot))];
        area.draw(&Rectangle::new(corners, color.filled()))?;
    }
    Ok(())
}
