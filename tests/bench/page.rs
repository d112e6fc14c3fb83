//! What the bench measures, as functions its page calls: our charts on real canvases, our decoder on
//! real bytes, our refresh from question to paint. Built like the console, with the same settings.

#![cfg_attr(not(target_arch = "wasm32"), allow(unused))]
#![allow(clippy::expect_used, clippy::indexing_slicing)]

#[cfg(not(target_arch = "wasm32"))]
fn main() {}

#[cfg(target_arch = "wasm32")]
fn main() {
    std::panic::set_hook(Box::new(|info| web_sys::console::error_1(&info.to_string().into())));
}

#[cfg(target_arch = "wasm32")]
mod page {
    use fourlights::chart::layout::Size;
    use fourlights::chart::model::{Chart, Ink, Style, Trace};
    use fourlights::chart::paint::Theme;
    use fourlights::chart::painter::Painter;
    use fourlights::domain::format::Unit;
    use fourlights::domain::labels::Labels;
    use fourlights::domain::series::{Frame, Series};
    use fourlights::domain::time::{DAY, Millis, SECOND};
    use fourlights::domain::zone::Offsets;
    use fourlights::poll::{Pace, Question, Reply, Span};
    use fourlights::sources::Response;
    use fourlights::sources::prometheus::SYSTEM;
    use fourlights::sources::prometheus::read_frame;
    use plotters::prelude::RGBColor;
    use wasm_bindgen::prelude::wasm_bindgen;
    use web_sys::HtmlCanvasElement;

    const THEME: Theme = Theme {
        series: [RGBColor(96, 165, 250), RGBColor(45, 212, 191), RGBColor(192, 132, 252)],
        ok: RGBColor(52, 211, 153),
        warn: RGBColor(251, 191, 36),
        bad: RGBColor(248, 113, 113),
        info: RGBColor(56, 189, 248),
        grid: RGBColor(60, 60, 70),
        text: RGBColor(150, 150, 160),
        baseline: RGBColor(200, 200, 210),
        surface: RGBColor(20, 20, 30),
    };
    const INKS: [Ink; 6] = [Ink::Series1, Ink::Series2, Ink::Series3, Ink::Ok, Ink::Warn, Ink::Bad];

    /// Series as the decoder leaves them.
    #[wasm_bindgen]
    pub struct Columns(Vec<Series>);

    #[wasm_bindgen]
    impl Columns {
        /// Seconds, and the values of the series one after the other.
        #[wasm_bindgen(constructor)]
        pub fn new(seconds: &[f64], values: &[f64]) -> Self {
            let t: Vec<Millis> = seconds.iter().map(|s| (s * 1000.0) as Millis).collect();
            let series = |v: &[f64]| Series::from_columns(Labels::default(), t.clone(), v.to_vec());
            Self(values.chunks(t.len().max(1)).map(series).collect())
        }
    }

    /// A chart on two canvases.
    #[wasm_bindgen]
    pub struct Plot {
        canvases: (HtmlCanvasElement, HtmlCanvasElement),
        size: Size,
        painter: Painter,
        sets: Vec<Vec<Series>>,
    }

    #[wasm_bindgen]
    impl Plot {
        #[wasm_bindgen(constructor)]
        pub fn new(
            data: HtmlCanvasElement,
            frame: HtmlCanvasElement,
            width: f64,
            height: f64,
            dpr: f64,
        ) -> Self {
            Self {
                canvases: (data, frame),
                size: Size { width, height, dpr },
                painter: Painter::default(),
                sets: Vec::new(),
            }
        }

        /// Adds a set of series to draw.
        pub fn take(&mut self, columns: Columns) {
            self.sets.push(columns.0);
        }

        /// Draws a set over `[from, to]` seconds.
        pub fn draw(&mut self, set: usize, from: f64, to: f64) {
            let chart = chart(&self.sets[set], (from * 1000.0) as Millis, (to * 1000.0) as Millis);
            let (data, frame) = &self.canvases;
            self.painter.paint((data, frame), &chart, self.size, &Offsets::utc(), &THEME);
        }
    }

    fn chart(series: &[Series], start: Millis, end: Millis) -> Chart {
        let trace = |(i, s): (usize, &Series)| {
            Trace::new(format!("s{i}"), INKS[i % INKS.len()], Style::Line, s.clone())
        };
        Chart {
            traces: series.iter().enumerate().map(trace).collect(),
            max_gap: DAY,
            ..Chart::new("bench", Unit::Count, start, end)
        }
    }

    /// What the console does while it waits for its first answers.
    #[wasm_bindgen]
    pub fn prime() {
        fourlights::chart::painter::prime(&THEME);
    }

    /// Response bytes to columns; the number of samples, and one of them for comparison.
    #[wasm_bindgen]
    pub fn decode(body: Vec<u8>) -> f64 {
        let frame = read(body);
        let last = frame.series.last().and_then(Series::last).map_or(f64::NAN, |(_, v)| v);
        frame.n_samples() as f64 + last
    }

    fn read(body: Vec<u8>) -> Frame {
        read_frame(&Response { status: 200, body, ..Response::default() }).expect("a matrix").data
    }

    /// What the console makes of one series: its forecast with intervals. The last expected value.
    #[wasm_bindgen]
    pub fn forecast(values: &[f64], season: usize, horizon: usize) -> f64 {
        let found = fourlights::domain::forecast::auto::auto(values, season, horizon).expect("enough values");
        found.interval(0.95).last().map_or(f64::NAN, |b| (b.0 + b.1) / 2.0)
    }

    /// A page of charts over 24 h that is refreshed.
    #[wasm_bindgen]
    pub struct Dashboard {
        canvases: Vec<(HtmlCanvasElement, HtmlCanvasElement)>,
        painters: Vec<Painter>,
        question: Question,
        reply: Option<Reply>,
        size: Size,
        n_series: usize,
    }

    #[wasm_bindgen]
    impl Dashboard {
        #[wasm_bindgen(constructor)]
        pub fn new(
            canvases: Vec<HtmlCanvasElement>,
            n_series: usize,
            width: f64,
            height: f64,
            dpr: f64,
        ) -> Self {
            let canvases: Vec<_> = canvases.chunks(2).map(|c| (c[0].clone(), c[1].clone())).collect();
            Self {
                painters: canvases.iter().map(|_| Painter::default()).collect(),
                canvases,
                question: Question::Range {
                    source: "bench".into(),
                    measure: "q".into(),
                    span: Span::Last(DAY),
                    step: 30 * SECOND,
                    pace: Pace::Refresh,
                },
                reply: None,
                size: Size { width, height, dpr },
                n_series,
            }
        }

        /// The body a server answers the next question with. Not timed.
        pub fn answer(&self, now: f64, whole: bool) -> Vec<u8> {
            let known = self.reply.as_ref().filter(|_| !whole);
            let fetch = self.question.fetch(&SYSTEM, known, now as Millis).expect("a request");
            let time =
                |n: &str| fetch.request.parameter(n).unwrap_or("0").parse::<f64>().unwrap_or(0.0) * 1000.0;
            body(self.n_series, time("start") as Millis, time("end") as Millis)
        }

        /// From bytes to painted, as a refresh does it.
        pub fn refresh(&mut self, now: f64, body: Vec<u8>, whole: bool) {
            let now = now as Millis;
            if whole {
                self.reply = None;
                self.painters.iter_mut().for_each(Painter::forget);
            }
            let fetch = self.question.fetch(&SYSTEM, self.reply.as_ref(), now).expect("a request");
            let response = Response { status: 200, body, ..Response::default() };
            let parsed =
                self.question.read(&SYSTEM, &response, fetch.increment, self.reply.take()).expect("a matrix");
            let Reply::Frame(frame) = &parsed.data else { return };
            let each = self.n_series.div_ceil(self.canvases.len().max(1)).max(1);
            for ((series, (data, over)), painter) in
                frame.series.chunks(each).zip(&self.canvases).zip(&mut self.painters)
            {
                let chart = chart(series, now - DAY, now);
                painter.paint((data, over), &chart, self.size, &Offsets::utc(), &THEME);
            }
            self.reply = Some(parsed.data);
        }
    }

    /// A matrix as Prometheus writes it, with numbers of 16 or 17 digits as `rate()` gives them.
    fn body(n: usize, start: Millis, end: Millis) -> Vec<u8> {
        let mut out = String::from(r#"{"status":"success","data":{"resultType":"matrix","result":["#);
        for i in 0..n {
            if i > 0 {
                out.push(',');
            }
            out.push_str(&format!(
                r#"{{"metric":{{"__name__":"http_requests","instance":"10.0.0.{i}:9100","job":"node"}},"values":["#
            ));
            let mut t = start;
            while t <= end {
                let x = t as f64 / 1000.0;
                let v = 100.0
                    + i as f64 * 5.0
                    + 30.0 * (x / 7000.0 + i as f64).sin()
                    + 8.0 * (x * 12.9898).sin().fract();
                let comma = if t > start { "," } else { "" };
                out.push_str(&format!("{comma}[{}.{:03},\"{v}\"]", t / 1000, t % 1000));
                t += 30 * SECOND;
            }
            out.push_str("]}");
        }
        out.push_str("]}}");
        out.into_bytes()
    }

    /// Bytes of WebAssembly memory.
    #[wasm_bindgen]
    pub fn memory_bytes() -> f64 {
        let memory: js_sys::WebAssembly::Memory =
            wasm_bindgen::JsCast::unchecked_into(wasm_bindgen::memory());
        js_sys::Reflect::get(&memory.buffer(), &"byteLength".into())
            .ok()
            .and_then(|v| v.as_f64())
            .unwrap_or(0.0)
    }
}
