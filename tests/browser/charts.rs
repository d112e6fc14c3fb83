use super::{document, place};
use fourlights::chart::canvas::Canvas;
use fourlights::chart::layout::Layout;
use fourlights::chart::model::{Chart, Ink, Style, Trace};
use fourlights::chart::paint::{self, Theme};
use fourlights::domain::format::Unit;
use fourlights::domain::labels::Labels;
use fourlights::domain::series::Series;
use fourlights::domain::zone::Offsets;
use plotters::prelude::RGBColor;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

const THEME: Theme = Theme {
    series: [RGBColor(255, 0, 0), RGBColor(0, 255, 0), RGBColor(0, 0, 255)],
    ok: RGBColor(0, 200, 0),
    warn: RGBColor(200, 200, 0),
    bad: RGBColor(200, 0, 0),
    grid: RGBColor(100, 100, 100),
    text: RGBColor(200, 200, 200),
    baseline: RGBColor(150, 150, 150),
};

fn painted(dpr: f64, values: &[f64]) -> (HtmlCanvasElement, Layout) {
    let canvas: HtmlCanvasElement = document().create_element("canvas").unwrap().dyn_into().unwrap();
    place().append_child(&canvas).unwrap();
    let samples = values.iter().enumerate().map(|(i, v)| (i as i64 * 1000, *v)).collect();
    let chart = Chart {
        title: "T".into(),
        unit: Unit::Count,
        start: 0,
        end: (values.len() as i64 - 1) * 1000,
        traces: vec![Trace {
            name: "a".into(),
            ink: Ink::Series1,
            style: Style::Line,
            series: Series::from_samples(Labels::default(), samples),
        }],
        threshold: None,
        baseline: None,
        now: None,
        max_gap: 1500,
    };
    let layout = Layout::of(&chart, 300.0, 150.0, &Offsets::utc());
    paint::chart(Canvas::new(&canvas, 300.0, 150.0, dpr).unwrap(), &chart, &layout, &THEME).unwrap();
    (canvas, layout)
}

/// Whether a pixel near a place in CSS pixels is the red of the line.
fn is_red(canvas: &HtmlCanvasElement, x: f64, y: f64, dpr: f64) -> bool {
    let context: CanvasRenderingContext2d = canvas.get_context("2d").unwrap().unwrap().dyn_into().unwrap();
    let data =
        context.get_image_data((x * dpr).round() - 2.0, (y * dpr).round() - 2.0, 5.0, 5.0).unwrap().data();
    data.0.chunks(4).any(|p| p[0] > 200 && p[1] < 60 && p[2] < 60 && p[3] > 150)
}

#[wasm_bindgen_test]
fn the_line_is_where_the_values_are_at_any_pixel_ratio() {
    for dpr in [1.0, 1.5, 2.0, 3.0] {
        let (canvas, layout) = painted(dpr, &[10.0, 90.0, 10.0]);
        assert_eq!(canvas.width(), (300.0 * dpr) as u32);
        assert!(is_red(&canvas, layout.x.place(1000.0), layout.y.place(90.0), dpr), "peak at {dpr}");
        assert!(is_red(&canvas, layout.x.place(500.0), layout.y.place(50.0), dpr), "slope at {dpr}");
        assert!(
            !is_red(&canvas, layout.x.place(1000.0), layout.y.place(30.0), dpr),
            "below the peak at {dpr}"
        );
    }
}

#[wasm_bindgen_test]
fn a_gap_is_not_drawn() {
    let (canvas, layout) = painted(2.0, &[50.0, 50.0, f64::NAN, 50.0, 50.0]);
    assert!(is_red(&canvas, layout.x.place(500.0), layout.y.place(50.0), 2.0));
    assert!(!is_red(&canvas, layout.x.place(2000.0), layout.y.place(50.0), 2.0));
    assert!(is_red(&canvas, layout.x.place(3500.0), layout.y.place(50.0), 2.0));
}

#[wasm_bindgen_test]
fn painting_puts_no_element_into_the_page() {
    let before = document().query_selector_all("body *").unwrap().length();
    let (canvas, _) = painted(1.0, &[1.0, 2.0]);
    canvas.parent_element().unwrap().remove();
    assert_eq!(document().query_selector_all("body *").unwrap().length(), before);
}
