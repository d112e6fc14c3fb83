use super::{document, place};
use fourlights::chart::canvas::Canvas;
use fourlights::chart::layout::{Layout, Size};
use fourlights::chart::model::{Chart, Ink, Style, Trace, ValueAxis};
use fourlights::chart::paint::{self, Theme};
use fourlights::chart::painter::Painter;
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
    info: RGBColor(0, 0, 200),
    grid: RGBColor(100, 100, 100),
    text: RGBColor(200, 200, 200),
    baseline: RGBColor(150, 150, 150),
    surface: RGBColor(0, 0, 0),
};

fn canvas() -> HtmlCanvasElement {
    let canvas: HtmlCanvasElement = document().create_element("canvas").unwrap().dyn_into().unwrap();
    place().append_child(&canvas).unwrap();
    canvas
}

fn chart(values: &[f64], style: Style) -> Chart {
    let samples = values.iter().enumerate().map(|(i, v)| (i as i64 * 1000, *v)).collect();
    let series = Series::from_samples(Labels::default(), samples);
    Chart {
        traces: vec![Trace::new("a", Ink::Series1, style, series)],
        max_gap: 1500,
        ..Chart::new("T", Unit::Count, 0, (values.len() as i64 - 1) * 1000)
    }
}

fn painted(dpr: f64, values: &[f64]) -> (HtmlCanvasElement, Layout) {
    let canvas = canvas();
    let chart = chart(values, Style::Line);
    let size = Size { width: 300.0, height: 150.0, dpr };
    let layout = Layout::of(&chart, &chart.traces, size, &Offsets::utc());
    let ready = Canvas::new(&canvas, 300.0, 150.0, dpr).unwrap();
    paint::chart(ready, &chart, &chart.traces, &layout, &THEME).unwrap();
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

/// Red of each pixel, 0..=255, as it covers.
fn red(canvas: &HtmlCanvasElement) -> Vec<u8> {
    let context: CanvasRenderingContext2d = canvas.get_context("2d").unwrap().unwrap().dyn_into().unwrap();
    let (w, h) = (f64::from(canvas.width()), f64::from(canvas.height()));
    let data = context.get_image_data(0.0, 0.0, w, h).unwrap().data();
    data.0.chunks(4).map(|p| if p[0] > 200 && p[1] < 60 { p[3] } else { 0 }).collect()
}

/// Every point as its own corner of one line, as one would draw it without a thought.
fn naive(chart: &Chart, layout: &Layout, dpr: f64) -> HtmlCanvasElement {
    let canvas = canvas();
    canvas.set_width((layout.size.width * dpr) as u32);
    canvas.set_height((layout.size.height * dpr) as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").unwrap().unwrap().dyn_into().unwrap();
    context.scale(dpr, dpr).unwrap();
    context.set_stroke_style_str("rgb(255,0,0)");
    context.set_fill_style_str("rgb(255,0,0)");
    context.set_line_width(paint::LINE);
    context.set_line_join("round");
    let [trace] = chart.traces.as_slice() else { panic!("one trace") };
    let mut before: Option<(f64, f64)> = None;
    let mut alone = true;
    context.begin_path();
    for (t, v) in trace.series.samples() {
        let (x, y) = (layout.x.place(t as f64), layout.y.place(v));
        match before {
            Some((_, level)) if v.is_finite() => {
                if trace.style == Style::Step {
                    context.line_to(x, level);
                }
                context.line_to(x, y);
                alone = false;
            }
            None if v.is_finite() => {
                context.move_to(x, y);
                alone = true;
            }
            _ => {}
        }
        if let (true, Some((x, y))) = (alone && !v.is_finite(), before) {
            context.move_to(x + 1.5, y);
            context.arc(x, y, 0.75, 0.0, 6.3).unwrap();
        }
        before = v.is_finite().then_some((x, y));
    }
    context.stroke();
    canvas
}

/// The share of well inked pixels (over half) of one picture that have no ink (a quarter) within one
/// device pixel in the other.
fn unmatched(a: &[u8], b: &[u8], width: usize) -> f64 {
    let inked = |i: usize| {
        (-1i64..=1).any(|dy| {
            (-1i64..=1).any(|dx| {
                let j = i as i64 + dy * width as i64 + dx;
                usize::try_from(j).ok().and_then(|j| b.get(j)).is_some_and(|ink| *ink > 64)
            })
        })
    };
    let strong: Vec<usize> = (0..a.len()).filter(|i| a[*i] > 128).collect();
    strong.iter().filter(|i| !inked(**i)).count() as f64 / strong.len().max(1) as f64
}

/// A little noise without a crate for it.
fn noise(n: usize) -> Vec<f64> {
    let mut state: u32 = 7;
    (0..n)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state) / f64::from(u32::MAX)
        })
        .collect()
}

#[wasm_bindgen_test]
fn columns_leave_the_ink_of_all_points() {
    const N: usize = 20_000;
    let wave = |i: usize| 50.0 + 30.0 * (i as f64 / 900.0).sin();
    let spikes = |i: usize| if i.is_multiple_of(1_733) { 95.0 } else { wave(i) };
    let gaps = |i: usize| if (i / 400) % 5 == 3 { f64::NAN } else { wave(i) };
    let cases: [(&str, Style, Vec<f64>); 7] = [
        ("noise", Style::Line, noise(N).iter().map(|x| 20.0 + 60.0 * x).collect()),
        ("quiet noise", Style::Line, noise(N).iter().enumerate().map(|(i, x)| wave(i) + 3.0 * x).collect()),
        ("spikes", Style::Line, (0..N).map(spikes).collect()),
        ("gaps", Style::Line, (0..N).map(gaps).collect()),
        ("steps", Style::Step, (0..N).map(|i| ((i / 2_000) % 7) as f64 * 10.0).collect()),
        ("flat", Style::Line, vec![42.0; N]),
        (
            "single points",
            Style::Line,
            (0..N).map(|i| if i % 4_000 == 2_000 { 60.0 } else { f64::NAN }).collect(),
        ),
    ];
    for (name, style, values) in cases {
        for dpr in [1.0, 2.0] {
            let chart = chart(&values, style);
            let size = Size { width: 600.0, height: 200.0, dpr };
            let (data, frame) = (canvas(), canvas());
            let layout = Painter::default().paint((&data, &frame), &chart, size, &Offsets::utc(), &THEME);
            let all = naive(&chart, &layout, dpr);
            let (ours, theirs) = (red(&data), red(&all));
            let width = data.width() as usize;
            let (added, missing) = (unmatched(&ours, &theirs, width), unmatched(&theirs, &ours, width));
            assert!(ours.iter().any(|ink| *ink > 128), "{name} at {dpr}: nothing drawn");
            assert!(added <= 0.001 && missing <= 0.001, "{name} at {dpr}: {added} added, {missing} missing");
            for element in [data, frame, all] {
                element.remove();
            }
        }
    }
}

/// A picture that was moved and added to, refresh by refresh, is the picture drawn at once.
#[wasm_bindgen_test]
fn drawing_what_is_new_gives_the_whole_picture() {
    const STEP: i64 = 30_000;
    const DAY: i64 = 86_400_000;
    let value = |t: i64| 50.0 + 40.0 * (t as f64 / 5e6).sin() + ((t / STEP) % 7) as f64;
    let make = |from: i64, to: i64| {
        let first = from - from.rem_euclid(STEP) + STEP;
        let samples =
            (0..).map(|i| first + i * STEP).take_while(|t| *t <= to).map(|t| (t, value(t))).collect();
        Series::from_samples(Labels::default(), samples)
    };
    let start = 20_000 * DAY;
    let show = |series: &Series, end: i64| Chart {
        traces: vec![Trace::new("a", Ink::Series1, Style::Area, series.clone())],
        max_gap: 2 * STEP,
        axis: ValueAxis { limits: Some((0.0, 100.0)), ..ValueAxis::default() },
        ..Chart::new("T", Unit::Count, end - DAY, end)
    };
    for dpr in [1.0, 1.5, 2.0] {
        let size = Size { width: 500.0, height: 160.0, dpr };
        let (data, frame) = (canvas(), canvas());
        let mut painter = Painter::default();
        let mut series = make(start - DAY, start);
        painter.paint((&data, &frame), &show(&series, start), size, &Offsets::utc(), &THEME);
        let mut end = start;
        for i in 0..60 {
            end += STEP * (1 + i % 9);
            series.merge(&make(end - 12 * STEP, end), end - DAY);
            painter.paint((&data, &frame), &show(&series, end), size, &Offsets::utc(), &THEME);
        }
        let (whole, over) = (canvas(), canvas());
        let layout =
            Painter::default().paint((&whole, &over), &show(&series, end), size, &Offsets::utc(), &THEME);
        let (ours, fresh) = (red(&data), red(&whole));
        let width = data.width() as usize;
        let (added, missing) = (unmatched(&ours, &fresh, width), unmatched(&fresh, &ours, width));
        assert!(added == 0.0 && missing == 0.0, "at {dpr}: {added} added, {missing} missing");
        // And nothing smeared: pixel for pixel nearly equal.
        let differ = ours.iter().zip(&fresh).filter(|(a, b)| a.abs_diff(**b) > 64).count();
        assert!(differ * 100 <= layout.n_columns, "at {dpr}: {differ} pixels differ");
        for element in [data, frame, whole, over] {
            element.remove();
        }
    }
}

#[wasm_bindgen_test]
fn odd_data_and_odd_canvases_give_a_picture_or_none_and_never_a_panic() {
    let odd: [Vec<f64>; 9] = [
        vec![],
        vec![1.0],
        vec![f64::NAN; 5_000],
        vec![f64::INFINITY, f64::NEG_INFINITY, 1.0],
        vec![7.0; 5_000],
        vec![1e300, -1e300, 1e300],
        vec![-5.0, -1.0, -3.0],
        vec![0.0; 3],
        (0..5_000).map(|i| f64::from(i).exp()).collect(),
    ];
    let spans =
        [(0, 1_000), (0, 10 * 365 * 86_400_000), (1_795_000_000_000, 1_795_000_000_001), (5, 5), (9, 1)];
    for values in odd {
        for (width, height) in [(0.0, 0.0), (1.0, 1.0), (300.0, 150.0), (4_000.0, 4_000.0)] {
            let (data, frame) = (canvas(), canvas());
            let mut painter = Painter::default();
            for (start, end) in spans {
                for style in [Style::Line, Style::Stacked, Style::Bars] {
                    let log = style == Style::Bars;
                    let chart = Chart {
                        axis: ValueAxis { log, ..ValueAxis::default() },
                        traces: chart(&values, style).traces,
                        max_gap: 1_500,
                        ..Chart::new("T", Unit::Count, start, end)
                    };
                    let size = Size { width, height, dpr: 1.0 };
                    painter.paint((&data, &frame), &chart, size, &Offsets::utc(), &THEME);
                }
            }
            data.remove();
            frame.remove();
        }
    }
}
