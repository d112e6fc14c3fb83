//! plotters on the browser's canvas, sharp at any pixel density.
//!
//! plotters' own canvas backend measures text by inserting styled elements, which a strict
//! Content-Security-Policy forbids, and knows nothing of the device's pixel ratio.

use super::layout::{Layout, Size};
use super::paint::{SUB, Surface};
use super::path_text::PathText;
use super::spans::Span;
use plotters::style::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};
use std::cell::RefCell;
use std::fmt;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, Path2d};

/// A canvas made ready for drawing at a size in CSS pixels.
pub struct Canvas {
    context: CanvasRenderingContext2d,
    size: (u32, u32),
    dpr: f64,
    /// what the context was told last, so that it is not told again
    told: RefCell<Told>,
}

#[derive(Default)]
struct Told {
    stroke: Option<BackendColor>,
    fill: Option<BackendColor>,
    width: u32,
    font: f64,
}

/// The browser refused a drawing call.
#[derive(Debug)]
pub struct CanvasError;

impl fmt::Display for CanvasError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the canvas cannot be drawn on")
    }
}

impl std::error::Error for CanvasError {}

type Outcome = Result<(), DrawingErrorKind<CanvasError>>;

impl Canvas {
    /// Sizes the canvas for the device (`dpr` device pixels a CSS pixel) and clears it.
    pub fn new(element: &HtmlCanvasElement, width: f64, height: f64, dpr: f64) -> Option<Self> {
        let device = |css: f64| (css * dpr).round().clamp(1.0, MOST) as u32;
        if (element.width(), element.height()) != (device(width), device(height)) {
            // A new size comes empty.
            element.set_width(device(width));
            element.set_height(device(height));
            return Self::resume(element, width, height, dpr);
        }
        let canvas = Self::resume(element, width, height, dpr)?;
        canvas.device();
        canvas.context.clear_rect(0.0, 0.0, f64::from(element.width()), f64::from(element.height()));
        canvas.fine();
        Some(canvas)
    }

    /// Goes on with what is drawn already.
    fn resume(element: &HtmlCanvasElement, width: f64, height: f64, dpr: f64) -> Option<Self> {
        let context = context_of(element)?;
        let grid = |css: f64| (css * f64::from(SUB)).round().max(1.0) as u32;
        let size = (grid(width), grid(height));
        let canvas = Self { context, size, dpr, told: RefCell::default() };
        canvas.fine();
        // Round joins cost a software rasteriser twice as much and look the same at this width.
        canvas.context.set_line_join("bevel");
        Some(canvas)
    }

    /// Moves the plot left by `shift` device pixels, and leaves only the part from device column
    /// `from` on to be drawn, emptied. [`Self::finish_part`] ends it.
    pub fn part(element: &HtmlCanvasElement, layout: &Layout, shift: i64, from: i64) -> Option<Self> {
        let Size { width, height, dpr } = layout.size;
        let canvas = Self::resume(element, width, height, dpr)?;
        let context = &canvas.context;
        let left = (layout.x.low * dpr).round();
        let (all, high) = (f64::from(element.width()), f64::from(element.height()));
        canvas.device();
        context.save();
        if shift > 0 {
            let shift = shift as f64;
            let kept = all - left - shift;
            context.begin_path();
            context.rect(left, 0.0, kept, high);
            context.clip();
            // Replaces what is there, also where the source is transparent.
            context.set_global_composite_operation("copy").ok()?;
            context
                .draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
                    element,
                    left + shift,
                    0.0,
                    kept,
                    high,
                    left,
                    0.0,
                    kept,
                    high,
                )
                .ok()?;
            context.restore();
            context.save();
        }
        let edge = left + from.max(0) as f64;
        context.begin_path();
        context.rect(edge, 0.0, all - edge, high);
        context.clip();
        context.clear_rect(edge, 0.0, all - edge, high);
        canvas.fine();
        Some(canvas)
    }

    /// Ends what [`Self::part`] began.
    pub fn finish_part(element: &HtmlCanvasElement) {
        if let Some(context) = context_of(element) {
            context.restore();
        }
    }

    /// One unit is a device pixel.
    fn device(&self) {
        self.context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0).unwrap_or_default();
    }

    /// One unit is a unit of the fine grid.
    fn fine(&self) {
        let scale = self.dpr / f64::from(SUB);
        self.context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0).unwrap_or_default();
    }

    #[inline(never)]
    fn trace(points: impl IntoIterator<Item = BackendCoord>) -> PathText {
        let mut path = PathText::default();
        for (i, (x, y)) in points.into_iter().enumerate() {
            if i == 0 { path.begin(x, y) } else { path.line_to(x, y) }
        }
        path
    }

    fn stroke(&self, path: &PathText) -> Outcome {
        self.context.stroke_with_path(&shape(path)?);
        Ok(())
    }

    fn pen(&self, style: &impl BackendStyle) {
        self.ink(style.color());
        let mut told = self.told.borrow_mut();
        if told.width != style.stroke_width() {
            told.width = style.stroke_width();
            self.context.set_line_width(f64::from(style.stroke_width()));
        }
    }

    fn ink(&self, color: BackendColor) {
        let mut told = self.told.borrow_mut();
        if !told.stroke.is_some_and(|c| same(c, color)) {
            told.stroke = Some(color);
            self.context.set_stroke_style_str(&css(color));
        }
    }

    fn brush(&self, color: BackendColor) {
        let mut told = self.told.borrow_mut();
        if !told.fill.is_some_and(|c| same(c, color)) {
            told.fill = Some(color);
            self.context.set_fill_style_str(&css(color));
        }
    }

    fn font(&self, size: f64) {
        let mut told = self.told.borrow_mut();
        if told.font != size {
            told.font = size;
            self.context.set_font(&font(size));
        }
    }
}

/// Browsers give up on larger canvases.
const MOST: f64 = 16_384.0;

/// Kept in the browser's own memory: a chart is drawn seldom and in a few strokes, moving its picture
/// reads it, and a first drawing takes half as long (measured: docs/performance.md).
fn context_of(element: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"willReadFrequently".into(), &true.into()).ok()?;
    element.get_context_with_context_options("2d", &options).ok()??.dyn_into().ok()
}

#[inline(never)]
fn shape(path: &PathText) -> Result<Path2d, DrawingErrorKind<CanvasError>> {
    Path2d::new_with_path_string(path.as_str()).map_err(|_| DrawingErrorKind::DrawingError(CanvasError))
}

fn same(a: BackendColor, b: BackendColor) -> bool {
    a.rgb == b.rgb && a.alpha == b.alpha
}

fn css(color: BackendColor) -> String {
    let (r, g, b) = color.rgb;
    format!("rgba({r},{g},{b},{})", color.alpha)
}

impl Surface for Canvas {
    fn dpr(&self) -> Option<f64> {
        Some(self.dpr)
    }

    /// One path of upright lines, each a device pixel wide: rasterisers have a fast way for lines
    /// no wider than that, a hundred times as fast as for wider ones.
    #[inline(never)]
    fn draw_spans(
        &mut self,
        left: i64,
        spans: &[Span],
        color: BackendColor,
    ) -> Result<(), DrawingErrorKind<CanvasError>> {
        // Heights in sixteenths of a device pixel.
        const PARTS: i32 = 16;
        let part = |y: f64| (y * f64::from(PARTS)).round() as i32;
        self.ink(color);
        self.told.borrow_mut().width = 0;
        let scale = 1.0 / f64::from(PARTS);
        self.context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0).unwrap_or_default();
        self.context.set_line_width(f64::from(PARTS));
        let mut path = PathText::default();
        for span in spans {
            let x = (left + span.column) as i32 * PARTS + PARTS / 2;
            path.upright(x, part(span.top), part(span.foot));
        }
        let outcome = self.stroke(&path);
        self.fine();
        outcome
    }
}

impl DrawingBackend for Canvas {
    type ErrorType = CanvasError;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Outcome {
        Ok(())
    }

    fn present(&mut self) -> Outcome {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Outcome {
        self.brush(color);
        self.context.fill_rect(f64::from(x), f64::from(y), 1.0, 1.0);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Outcome {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Outcome {
        let (x, y) = (f64::from(upper_left.0), f64::from(upper_left.1));
        let (w, h) = (f64::from(bottom_right.0) - x, f64::from(bottom_right.1) - y);
        if fill {
            self.brush(style.color());
            self.context.fill_rect(x, y, w, h);
        } else {
            self.pen(style);
            self.context.stroke_rect(x, y, w, h);
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Outcome {
        self.pen(style);
        self.stroke(&Self::trace(path))
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Outcome {
        self.context.begin_path();
        let (x, y) = (f64::from(center.0), f64::from(center.1));
        self.context
            .arc(x, y, f64::from(radius), 0.0, std::f64::consts::TAU)
            .map_err(|_| DrawingErrorKind::DrawingError(CanvasError))?;
        if fill {
            self.brush(style.color());
            self.context.fill();
        } else {
            self.pen(style);
            self.context.stroke();
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        outline: I,
        style: &S,
    ) -> Outcome {
        self.brush(style.color());
        let mut path = Self::trace(outline);
        path.close();
        self.context.fill_with_path_2d(&shape(&path)?);
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Outcome {
        self.font(style.size());
        self.context.set_text_align(match style.anchor().h_pos {
            HPos::Left => "left",
            HPos::Right => "right",
            HPos::Center => "center",
        });
        self.context.set_text_baseline(match style.anchor().v_pos {
            VPos::Top => "top",
            VPos::Center => "middle",
            VPos::Bottom => "bottom",
        });
        self.brush(style.color());
        self.context
            .fill_text(text, f64::from(at.0), f64::from(at.1))
            .map_err(|_| DrawingErrorKind::DrawingError(CanvasError))
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<CanvasError>> {
        self.font(style.size());
        let width =
            self.context.measure_text(text).map_err(|_| DrawingErrorKind::DrawingError(CanvasError))?.width();
        Ok((width.ceil() as u32, style.size().ceil() as u32))
    }
}

fn font(size: f64) -> String {
    format!("{size}px system-ui, -apple-system, \"Segoe UI\", Roboto, sans-serif")
}
