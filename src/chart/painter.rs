//! Keeps a chart on two canvases: the data below, which moves with time and is drawn in parts, and
//! what stands around and above it.

use super::canvas::Canvas;
use super::change::{Change, Drawn, change};
use super::layout::{Layout, Size};
use super::model::{Chart, Ink, Mark, Style, Trace};
use super::paint::{self, Theme};
use crate::domain::format::Unit;
use crate::domain::labels::Labels;
use crate::domain::series::Series;
use crate::domain::zone::Offsets;
use plotters::prelude::IntoDrawingArea;
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

/// What is on the canvases now.
#[derive(Default)]
pub struct Painter {
    drawn: Option<Drawn>,
}

impl Painter {
    /// Brings both canvases up to date and tells the geometry. A canvas that cannot be drawn on
    /// stays empty; the texts around it remain.
    pub fn paint(
        &mut self,
        (data, frame): (&HtmlCanvasElement, &HtmlCanvasElement),
        chart: &Chart,
        size: Size,
        zone: &Offsets,
        theme: &Theme,
    ) -> Layout {
        let traces = chart.stacked();
        let layout = Layout::of(chart, &traces, size, zone);
        let now = Drawn { chart: chart.clone(), traces, layout: layout.clone(), theme: *theme };
        self.paint_data(data, &now);
        let same_frame = self.drawn.as_ref().is_some_and(|before| has_same_frame(before, &now));
        if !same_frame {
            paint_frame(frame, &now);
        }
        self.drawn = Some(now);
        layout
    }

    /// As [`Self::paint`], without axes: a sparkline.
    pub fn paint_bare(
        &mut self,
        data: &HtmlCanvasElement,
        chart: &Chart,
        size: Size,
        theme: &Theme,
    ) -> Layout {
        let traces = chart.stacked();
        let layout = Layout::bare(chart, &traces, size);
        let now = Drawn { chart: chart.clone(), traces, layout: layout.clone(), theme: *theme };
        self.paint_data(data, &now);
        self.drawn = Some(now);
        layout
    }

    #[inline(never)]
    fn paint_data(&self, element: &HtmlCanvasElement, now: &Drawn) {
        let what = self.drawn.as_ref().map_or(Change::Whole, |before| change(before, now));
        paint_data(element, now, what);
    }

    /// The canvases were emptied by others.
    pub fn forget(&mut self) {
        self.drawn = None;
    }
}

/// Draws a chart nobody sees. Browsers compile a function when it is first called and load a font when
/// it is first drawn with; a page that waits for its first answer has the time for both, and the
/// first real chart then takes half as long (docs/performance.md).
pub fn prime(theme: &Theme) -> Option<()> {
    const N: i64 = 400;
    let canvas = || -> Option<HtmlCanvasElement> {
        web_sys::window()?.document()?.create_element("canvas").ok()?.dyn_into().ok()
    };
    let series = |n: i64| {
        let samples = (0..n).map(|i| (i * 1000, (i % 7) as f64 * 0.123)).collect();
        Series::from_samples(Labels::default(), samples)
    };
    let chart = Chart {
        traces: vec![
            Trace::new("a", Ink::Series1, Style::Area, series(N)),
            Trace::new("b", Ink::Series2, Style::Line, series(N / 40)),
        ],
        threshold: Some(Mark { value: 0.5, label: "0.5".into() }),
        ..Chart::new("", Unit::Seconds, 0, N * 1000)
    };
    let size = Size { width: 160.0, height: 80.0, dpr: 1.0 };
    Painter::default().paint((&canvas()?, &canvas()?), &chart, size, &Offsets::utc(), theme);
    Some(())
}

fn paint_data(element: &HtmlCanvasElement, now: &Drawn, what: Change) {
    let Size { width, height, dpr } = now.layout.size;
    let (canvas, part) = match what {
        Change::Nothing => return,
        Change::Whole => (Canvas::new(element, width, height, dpr), None),
        Change::Part { shift, from } => (Canvas::part(element, &now.layout, shift, from), Some(from)),
    };
    if let Some(canvas) = canvas {
        let area = canvas.into_drawing_area();
        paint::data(&area, Some(dpr), &now.chart, &now.traces, &now.layout, &now.theme, part)
            .unwrap_or_default();
    }
    if part.is_some() {
        Canvas::finish_part(element);
    }
}

#[inline(never)]
fn paint_frame(element: &HtmlCanvasElement, now: &Drawn) {
    let Size { width, height, dpr } = now.layout.size;
    if let Some(canvas) = Canvas::new(element, width, height, dpr) {
        let area = canvas.into_drawing_area();
        paint::frame(&area, &now.chart, &now.layout, &now.theme).unwrap_or_default();
    }
}

fn has_same_frame(before: &Drawn, now: &Drawn) -> bool {
    let (a, b) = (&before.chart, &now.chart);
    before.layout == now.layout
        && before.theme == now.theme
        && a.threshold == b.threshold
        && a.baseline == b.baseline
        && a.shades == b.shades
        && a.events == b.events
        && a.now == b.now
        && a.is_empty() == b.is_empty()
}
