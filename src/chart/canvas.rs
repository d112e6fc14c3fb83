//! plotters on the browser's canvas, sharp at any pixel density.
//!
//! plotters' own canvas backend measures text by inserting styled elements, which a strict
//! Content-Security-Policy forbids, and knows nothing of the device's pixel ratio.

use super::paint::SUB;
use plotters::style::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};
use std::fmt;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// A canvas made ready for drawing at a size in CSS pixels.
pub struct Canvas {
    context: CanvasRenderingContext2d,
    size: (u32, u32),
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
        let device = |css: f64| (css * dpr).round().max(1.0) as u32;
        if (element.width(), element.height()) != (device(width), device(height)) {
            element.set_width(device(width));
            element.set_height(device(height));
        }
        let context: CanvasRenderingContext2d = element.get_context("2d").ok()??.dyn_into().ok()?;
        context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0).ok()?;
        context.clear_rect(0.0, 0.0, f64::from(element.width()), f64::from(element.height()));
        let scale = dpr / f64::from(SUB);
        context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0).ok()?;
        context.set_line_join("round");
        let grid = |css: f64| (css * f64::from(SUB)).round().max(1.0) as u32;
        Some(Self { context, size: (grid(width), grid(height)) })
    }

    fn trace(&self, points: impl IntoIterator<Item = BackendCoord>) {
        self.context.begin_path();
        for (i, (x, y)) in points.into_iter().enumerate() {
            let (x, y) = (f64::from(x), f64::from(y));
            if i == 0 { self.context.move_to(x, y) } else { self.context.line_to(x, y) }
        }
    }

    fn pen(&self, style: &impl BackendStyle) {
        self.context.set_stroke_style_str(&css(style.color()));
        self.context.set_line_width(f64::from(style.stroke_width()));
    }

    fn brush(&self, color: BackendColor) {
        self.context.set_fill_style_str(&css(color));
    }
}

fn css(color: BackendColor) -> String {
    let (r, g, b) = color.rgb;
    format!("rgba({r},{g},{b},{})", color.alpha)
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
        self.trace(path);
        self.context.stroke();
        Ok(())
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
        self.trace(outline);
        self.context.close_path();
        self.context.fill();
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Outcome {
        self.context.set_font(&font(style.size()));
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
        self.context.set_font(&font(style.size()));
        let width =
            self.context.measure_text(text).map_err(|_| DrawingErrorKind::DrawingError(CanvasError))?.width();
        Ok((width.ceil() as u32, style.size().ceil() as u32))
    }
}

fn font(size: f64) -> String {
    format!("{size}px system-ui, -apple-system, \"Segoe UI\", Roboto, sans-serif")
}
