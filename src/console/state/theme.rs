//! The theme: remembered, and handed to the charts.

use crate::browser::{document, store, stored, window};
use crate::chart::paint::Theme as ChartTheme;
use plotters::prelude::RGBColor;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

const THEME_KEY: &str = "fourlights.theme";

/// The remembered theme.
pub fn stored_theme() -> Option<String> {
    stored(THEME_KEY)
}

pub fn store_theme(name: &str) {
    store(THEME_KEY, name);
}

/// The chart colours of the stylesheet, turned into numbers by a canvas of one pixel.
pub fn chart_theme() -> ChartTheme {
    let reader = TokenReader::new();
    let read = |name: &str| reader.as_ref().and_then(|r| r.color(name)).unwrap_or(RGBColor(128, 128, 128));
    ChartTheme {
        series: [read("--series-1"), read("--series-2"), read("--series-3")],
        ok: read("--ok"),
        warn: read("--warn"),
        bad: read("--bad"),
        info: read("--info"),
        grid: read("--line"),
        text: read("--text-3"),
        baseline: read("--text-2"),
        surface: read("--surface-1"),
    }
}

/// Keeps the one pixel in memory instead of on the graphics card.
fn read_often() -> wasm_bindgen::JsValue {
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"willReadFrequently".into(), &true.into()).unwrap_or_default();
    options.into()
}

struct TokenReader {
    style: web_sys::CssStyleDeclaration,
    context: CanvasRenderingContext2d,
}

impl TokenReader {
    fn new() -> Option<Self> {
        let root = document()?.document_element()?;
        let canvas: HtmlCanvasElement = document()?.create_element("canvas").ok()?.dyn_into().ok()?;
        canvas.set_width(1);
        canvas.set_height(1);
        Some(Self {
            style: window()?.get_computed_style(&root).ok()??,
            context: canvas.get_context_with_context_options("2d", &read_often()).ok()??.dyn_into().ok()?,
        })
    }

    fn color(&self, token: &str) -> Option<RGBColor> {
        let value = self.style.get_property_value(token).ok().filter(|v| !v.trim().is_empty())?;
        self.context.set_fill_style_str(value.trim());
        self.context.fill_rect(0.0, 0.0, 1.0, 1.0);
        match self.context.get_image_data(0.0, 0.0, 1.0, 1.0).ok()?.data().0.as_slice() {
            [r, g, b, ..] => Some(RGBColor(*r, *g, *b)),
            _ => None,
        }
    }
}
