//! A chart as a file.

use crate::browser;
use crate::chart::cursor::clock;
use crate::chart::layout::{LABEL_SIZE, Layout, Size};
use crate::chart::model::Chart;
use crate::chart::paint::{Theme, svg};
use crate::chart::painter::Painter;
use crate::chart::table::table;
use crate::console::state::Zone;
use crate::domain::zone::rfc3339;
use plotters::prelude::RGBColor;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// The range of a chart in words.
pub fn range_words(chart: &Chart, zone: &crate::domain::zone::Offsets) -> String {
    format!("{} – {}", clock(chart, chart.start, zone), clock(chart, chart.end, zone))
}

/// Device pixels a CSS pixel in saved pictures.
const SHARP: f64 = 2.0;
/// Space for title and range on top, CSS pixels.
const HEAD: f64 = 28.0;

pub fn download_csv(chart: &Chart) -> Option<()> {
    browser::download(&file_name(chart, "csv"), "text/csv", &table(chart).csv())
}

pub fn download_svg(chart: &Chart, (width, height): (f64, f64), zone: &Zone, theme: &Theme) -> Option<()> {
    let drawn = chart.stacked();
    let layout = Layout::of(chart, &drawn, Size { width, height, dpr: SHARP }, &zone.offsets);
    let picture = svg(chart, &drawn, &layout, theme, &caption(chart, zone));
    browser::download(&file_name(chart, "svg"), "image/svg+xml", &picture)
}

pub fn download_png(chart: &Chart, (width, height): (f64, f64), zone: &Zone, theme: &Theme) -> Option<()> {
    let (data, frame, whole) = (canvas()?, canvas()?, canvas()?);
    let size = Size { width, height, dpr: SHARP };
    Painter::default().paint((&data, &frame), chart, size, &zone.offsets, theme);
    whole.set_width((width * SHARP) as u32);
    whole.set_height(((height + HEAD) * SHARP) as u32);
    let context: CanvasRenderingContext2d = whole.get_context("2d").ok()??.dyn_into().ok()?;
    context.set_fill_style_str(&css(theme.surface));
    context.fill_rect(0.0, 0.0, f64::from(whole.width()), f64::from(whole.height()));
    context.set_fill_style_str(&css(theme.text));
    context.set_font(&format!("{}px system-ui, sans-serif", (LABEL_SIZE + 1.0) * SHARP));
    context.fill_text(&caption(chart, zone), 8.0 * SHARP, 18.0 * SHARP).ok()?;
    for layer in [&data, &frame] {
        context.draw_image_with_html_canvas_element(layer, 0.0, HEAD * SHARP).ok()?;
    }
    browser::follow_download(&file_name(chart, "png"), &whole.to_data_url().ok()?)
}

fn canvas() -> Option<HtmlCanvasElement> {
    browser::document()?.create_element("canvas").ok()?.dyn_into().ok()
}

fn css(RGBColor(r, g, b): RGBColor) -> String {
    format!("rgb({r},{g},{b})")
}

fn caption(chart: &Chart, zone: &Zone) -> String {
    format!("{}   {} {}", chart.title, range_words(chart, &zone.offsets), zone.name)
}

/// `latency-2026-11-24T09-12-00Z.csv`
fn file_name(chart: &Chart, kind: &str) -> String {
    let title: String =
        chart.title.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    format!("{title}-{}.{kind}", rfc3339(chart.end).replace(':', "-"))
}
