//! The picture shown when the page is linked to: the state as shape and colour over the year's bars.

use crate::domain::public::Page;
use crate::domain::public::day::DayGrade;
use tiny_skia::{Color, FillRule, Paint, PathBuilder, Pixmap, Rect, Transform};

const WIDTH: u32 = 1200;
const HEIGHT: u32 = 630;
const DAYS: usize = 90;

/// A PNG; empty if there were no memory for it.
pub fn png(page: &Page) -> Vec<u8> {
    let Some(mut picture) = Pixmap::new(WIDTH, HEIGHT) else { return Vec::new() };
    picture.fill(Color::from_rgba8(20, 23, 31, 255));
    let tone = page.overall().tone();
    shape(&mut picture, tone);
    bars(&mut picture, page);
    picture.encode_png().unwrap_or_default()
}

fn colour(tone: &str) -> Color {
    match tone {
        "ok" => Color::from_rgba8(77, 208, 140, 255),
        "info" => Color::from_rgba8(110, 185, 240, 255),
        "warn" => Color::from_rgba8(240, 190, 80, 255),
        "bad" => Color::from_rgba8(255, 120, 115, 255),
        _ => Color::from_rgba8(160, 166, 180, 255),
    }
}

fn paint(colour: Color) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color(colour);
    paint.anti_alias = true;
    paint
}

fn polygon(picture: &mut Pixmap, points: &[(f32, f32)], colour: Color) {
    let mut path = PathBuilder::new();
    for (i, (x, y)) in points.iter().enumerate() {
        if i == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
    }
    path.close();
    if let Some(path) = path.finish() {
        picture.fill_path(&path, &paint(colour), FillRule::Winding, Transform::identity(), None);
    }
}

/// The shapes of the page's icons, 240 pixels high, in the middle of the upper part.
fn shape(picture: &mut Pixmap, tone: &str) {
    let (x, y, size) = (600.0, 220.0, 120.0);
    let dark = Color::from_rgba8(20, 23, 31, 255);
    let at =
        |points: &[(f32, f32)]| points.iter().map(|(a, b)| (x + a * size, y + b * size)).collect::<Vec<_>>();
    match tone {
        "ok" | "unknown" => {
            let mut disc = PathBuilder::new();
            disc.push_circle(x, y, size);
            if let Some(path) = disc.finish() {
                picture.fill_path(
                    &path,
                    &paint(colour(tone)),
                    FillRule::Winding,
                    Transform::identity(),
                    None,
                );
            }
            let tick =
                [(-0.55, 0.02), (-0.42, -0.12), (-0.12, 0.18), (0.44, -0.42), (0.58, -0.28), (-0.1, 0.46)];
            match tone {
                "ok" => polygon(picture, &at(&tick), dark),
                _ => polygon(picture, &at(&[(-0.4, -0.1), (0.4, -0.1), (0.4, 0.1), (-0.4, 0.1)]), dark),
            }
        }
        "warn" => {
            polygon(picture, &at(&[(0.0, -1.0), (1.1, 0.95), (-1.1, 0.95)]), colour(tone));
            polygon(picture, &at(&[(-0.1, -0.35), (0.1, -0.35), (0.1, 0.35), (-0.1, 0.35)]), dark);
            polygon(picture, &at(&[(-0.1, 0.5), (0.1, 0.5), (0.1, 0.7), (-0.1, 0.7)]), dark);
        }
        "bad" => {
            polygon(picture, &at(&[(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]), colour(tone));
            polygon(picture, &at(&[(-0.6, -0.45), (-0.45, -0.6), (0.6, 0.45), (0.45, 0.6)]), dark);
            polygon(picture, &at(&[(0.6, -0.45), (0.45, -0.6), (-0.6, 0.45), (-0.45, 0.6)]), dark);
        }
        _ => polygon(picture, &at(&[(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)]), colour(tone)),
    }
}

/// The worst grade of each of the last days over all components that are ours.
fn bars(picture: &mut Pixmap, page: &Page) {
    let ours: Vec<_> = page.components.iter().filter(|c| !c.upstream).collect();
    let (step, wide, bottom, high) = (12.0, 9.0, 540.0, 90.0);
    for i in 0..DAYS {
        let grade = ours
            .iter()
            .filter_map(|c| c.history.days.iter().rev().nth(DAYS - 1 - i))
            .map(|d| d.grade())
            .filter(|g| *g != DayGrade::Unknown)
            .max();
        let (tone, share) = match grade {
            Some(DayGrade::Good) => ("ok", 1.0),
            Some(DayGrade::Maintenance) => ("info", 0.6),
            Some(DayGrade::Degraded) => ("warn", 0.75),
            Some(DayGrade::Bad) => ("bad", 0.5),
            Some(DayGrade::Unknown) | None => ("unknown", 0.08),
        };
        let (x, height) = (60.0 + i as f32 * step, high * share);
        if let Some(bar) = Rect::from_xywh(x, bottom - height, wide, height) {
            picture.fill_rect(bar, &paint(colour(tone)), Transform::identity(), None);
        }
    }
}
