//! Draws charts with plotters on any surface: the browser's canvas, or SVG for export and tests.
//!
//! plotters counts in whole pixels, which makes visible stairs; so everything is drawn on a grid of
//! [`SUB`] units a CSS pixel, and the surface scales it down.

mod data;
mod frame;
mod rows;
mod small;
mod stroke;

pub use data::data;
pub use frame::{frame, near_events};
pub use rows::stretches;
pub use small::gauge;

use super::layout::{LABEL_SIZE, Layout};
use super::model::{Chart, Ink, Trace};
use super::spans::Span;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::Text;
use plotters::prelude::{DrawingBackend, IntoDrawingArea, RGBColor, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{IntoFont, RGBAColor, ShapeStyle};
use plotters_backend::{BackendColor, DrawingErrorKind};

/// Grid units a CSS pixel.
pub const SUB: i32 = 8;

/// Width of lines, CSS pixels.
pub const LINE: f64 = 1.5;

/// The colours of a theme, read from the stylesheet's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    pub series: [RGBColor; 3],
    pub ok: RGBColor,
    pub warn: RGBColor,
    pub bad: RGBColor,
    pub info: RGBColor,
    pub grid: RGBColor,
    pub text: RGBColor,
    pub baseline: RGBColor,
    /// what lies behind the chart, for pictures that are taken away
    pub surface: RGBColor,
}

impl Theme {
    pub fn ink(&self, ink: Ink) -> RGBColor {
        let [first, second, third] = self.series;
        match ink {
            Ink::Series1 => first,
            Ink::Series2 => second,
            Ink::Series3 => third,
            Ink::Ok => self.ok,
            Ink::Warn => self.warn,
            Ink::Bad => self.bad,
            Ink::Info => self.info,
        }
    }
}

/// Something to draw on.
pub trait Surface: DrawingBackend {
    /// Device pixels a CSS pixel; `None` where there are no pixels, as in SVG.
    fn dpr(&self) -> Option<f64>;

    /// Fills stretches of pixel columns; `left` is the device column of column 0.
    fn draw_spans(
        &mut self,
        left: i64,
        spans: &[Span],
        color: BackendColor,
    ) -> Result<(), DrawingErrorKind<Self::ErrorType>>;
}

impl Surface for SVGBackend<'_> {
    fn dpr(&self) -> Option<f64> {
        None
    }

    fn draw_spans(
        &mut self,
        _left: i64,
        _spans: &[Span],
        _color: BackendColor,
    ) -> Result<(), DrawingErrorKind<Self::ErrorType>> {
        // Never asked for: a surface without pixels gets lines.
        Ok(())
    }
}

pub(super) type Area<DB> = DrawingArea<DB, Shift>;
pub type Outcome<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// A whole chart on one surface, for export.
pub fn chart<DB: Surface>(
    surface: DB,
    chart: &Chart,
    drawn: &[Trace],
    layout: &Layout,
    theme: &Theme,
) -> Outcome<DB> {
    let dpr = surface.dpr();
    let area = surface.into_drawing_area();
    data(&area, dpr, chart, drawn, layout, theme, None)?;
    frame(&area, chart, layout, theme)?;
    area.present()
}

/// A chart as an SVG document of the layout's size, title and range on top.
pub fn svg(chart: &Chart, drawn: &[Trace], layout: &Layout, theme: &Theme, caption: &str) -> String {
    const HEAD: f64 = 28.0;
    let (width, height) = (layout.size.width, layout.size.height + HEAD);
    let mut out = String::new();
    let size = (px(width).unsigned_abs(), px(height).unsigned_abs());
    {
        let area = SVGBackend::with_string(&mut out, size).into_drawing_area();
        let draw = || -> Outcome<SVGBackend<'_>> {
            area.fill(&theme.surface)?;
            let below = area.margin(px(HEAD), 0, 0, 0);
            text(&area, caption, (px(8.0), px(8.0)), HPos::Left, VPos::Top, theme.text)?;
            data(&below, None, chart, drawn, layout, theme, None)?;
            frame(&below, chart, layout, theme)?;
            area.present()
        };
        // Writing to a string does not fail.
        draw().unwrap_or_default();
    }
    // The grid's units become CSS pixels.
    let fine = format!("width=\"{}\" height=\"{}\"", size.0, size.1);
    let plain = format!("width=\"{width}\" height=\"{height}\" font-family=\"system-ui, sans-serif\"");
    out.replacen(&fine, &plain, 1)
}

/// A place in CSS pixels on the fine grid.
pub(super) fn px(place: f64) -> i32 {
    (place * f64::from(SUB)).round().clamp(-1e8, 1e8) as i32
}

/// As [`px`], in the middle of a whole pixel, so that one-pixel lines are sharp.
pub(super) fn crisp(place: f64) -> i32 {
    px(place.floor() + 0.5)
}

pub(super) fn pen(color: RGBAColor, width: f64) -> ShapeStyle {
    ShapeStyle { color, filled: false, stroke_width: px(width).unsigned_abs() }
}

pub(super) fn text<DB: DrawingBackend>(
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::layout::Size;
    use crate::chart::model::tests::{chart, trace};
    use crate::chart::model::{Event, EventKind, Rows, Shade, Style};
    use crate::domain::format::Unit;
    use crate::domain::zone::Offsets;

    const THEME: Theme = Theme {
        series: [RGBColor(1, 0, 0), RGBColor(2, 0, 0), RGBColor(3, 0, 0)],
        ok: RGBColor(0, 1, 0),
        warn: RGBColor(0, 2, 0),
        bad: RGBColor(0, 3, 0),
        info: RGBColor(0, 4, 0),
        grid: RGBColor(0, 0, 1),
        text: RGBColor(0, 0, 2),
        baseline: RGBColor(0, 0, 3),
        surface: RGBColor(9, 9, 9),
    };

    fn picture(chart: &Chart) -> String {
        let drawn = chart.stacked();
        let size = Size { width: 600.0, height: 200.0, dpr: 1.0 };
        let layout = Layout::of(chart, &drawn, size, &Offsets::utc());
        svg(chart, &drawn, &layout, &THEME, "Latency, 24 h")
    }

    fn of(style: Style, values: &[f64]) -> Chart {
        let mut c = chart(vec![trace("a", style, values)], Some(0.5));
        c.end = 60_000;
        c
    }

    #[test]
    fn a_chart_has_line_fill_threshold_and_labels() {
        let picture = picture(&of(Style::Area, &[0.1, 0.2, 0.4, 0.3]));
        for part in ["#010000", "polygon", "#000300", "limit", "00:00:10", "200 ms", "Latency, 24 h"] {
            assert!(picture.contains(part), "{part}");
        }
    }

    #[test]
    fn a_gap_makes_two_lines_and_a_lone_point_a_dot() {
        let lines = |values: &[f64]| {
            picture(&of(Style::Area, values))
                .matches("<polyline fill=\"none\" opacity=\"1\" stroke=\"#010000\"")
                .count()
        };
        assert_eq!(lines(&[0.1, 0.2, 0.3]), 1);
        assert_eq!(lines(&[0.1, 0.2, f64::NAN, 0.3, 0.3]), 2);
        assert!(picture(&of(Style::Line, &[0.1, 0.2, f64::NAN, 0.3])).contains("<circle"));
    }

    #[test]
    fn no_data_and_odd_data_draw_axes_and_do_not_fail() {
        let odd: [&[f64]; 8] = [
            &[],
            &[f64::NAN],
            &[f64::INFINITY],
            &[-1.0, -2.0],
            &[1e300, 2e300],
            &[0.0],
            &[-1.7e308, 1.7e308],
            &[5e-324, 1.0],
        ];
        for values in odd {
            for style in [Style::Line, Style::Step, Style::Area, Style::Stacked, Style::Bars, Style::Band] {
                let mut c = of(style, values);
                assert!(picture(&c).contains("<text"));
                c.axis.log = true;
                assert!(picture(&c).contains("<text"));
            }
        }
    }

    #[test]
    fn steps_have_corners_bars_have_sides_and_bands_have_two_edges() {
        let corners = |c: &Chart| {
            let picture = picture(c);
            let at = picture.find("stroke=\"#010000\"").unwrap();
            picture[at..]
                .split("points=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap()
                .trim()
                .split(' ')
                .count()
        };
        assert_eq!(corners(&of(Style::Line, &[0.1, 0.2, 0.3])), 3);
        assert_eq!(corners(&of(Style::Step, &[0.1, 0.2, 0.3])), 5);
        let bars = picture(&of(Style::Bars, &[0.1, 0.2, 0.3]));
        assert_eq!(bars.matches("fill=\"#010000\"").count(), 3);
        let mut band = of(Style::Band, &[0.3, 0.4]);
        band.traces[0].base = Some(crate::chart::model::tests::series(&[0.1, 0.2]));
        assert!(picture(&band).contains("polygon"));
    }

    #[test]
    fn distributions_and_states_are_rows_with_names() {
        let mut c = of(Style::Line, &[1.0, 0.0, 4.0]);
        c.traces.push(trace("b", Style::Line, &[1.0, 1.0, 1.0]));
        c.rows = Some(Rows::Heat { bounds: vec![0.1, f64::INFINITY], unit: Unit::Seconds, step: 1_000 });
        let heat = picture(&c);
        assert!(
            heat.contains("100 ms") && heat.contains("more") && heat.matches("fill=\"#010000\"").count() >= 3
        );
        c.rows = Some(Rows::States { names: vec!["api".into(), "web".into()] });
        let states = picture(&c);
        assert!(states.contains("api") && states.contains("#000100") && states.contains("#000300"));
    }

    #[test]
    fn events_shades_and_now_are_marked() {
        let mut c = of(Style::Line, &[0.1, 0.2]);
        c.shades.push(Shade { start: 1_000, end: 30_000, label: "firing".into() });
        c.events = (0..5)
            .map(|i| Event { at: 20_000 + i * 50, kind: EventKind::Deploy, text: "v2".into() })
            .collect();
        c.now = Some(40_000);
        let picture = picture(&c);
        for part in ["now", "5", "#000400", "<rect"] {
            assert!(picture.contains(part), "{part}");
        }
    }
}
