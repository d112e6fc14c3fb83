//! Gauges.

use super::{Outcome, Theme, pen, px};
use plotters::element::PathElement;
use plotters::prelude::{DrawingBackend, IntoDrawingArea, RGBColor};
use plotters::style::Color;

/// A half-round gauge of a share 0..1, with a notch at the threshold.
pub fn gauge<DB: DrawingBackend>(
    backend: DB,
    share: Option<f64>,
    threshold: Option<f64>,
    (width, height): (f64, f64),
    color: RGBColor,
    theme: &Theme,
) -> Outcome<DB> {
    let area = backend.into_drawing_area();
    let radius = (width / 2.0 - 6.0).min(height - 10.0).max(4.0);
    let middle = (width / 2.0, height - 4.0);
    area.draw(&PathElement::new(arc(middle, radius, 0.0, 1.0), pen(theme.grid.to_rgba(), 8.0)))?;
    if let Some(share) = share.filter(|s| s.is_finite()) {
        let end = share.clamp(0.004, 1.0);
        area.draw(&PathElement::new(arc(middle, radius, 0.0, end), pen(color.to_rgba(), 8.0)))?;
    }
    if let Some(at) = threshold.filter(|t| (0.0..=1.0).contains(t)) {
        let notch = vec![on_arc(middle, radius - 6.0, at), on_arc(middle, radius + 6.0, at)];
        area.draw(&PathElement::new(notch, pen(theme.bad.to_rgba(), 2.0)))?;
    }
    area.present()
}

fn arc(middle: (f64, f64), radius: f64, from: f64, to: f64) -> Vec<(i32, i32)> {
    const PARTS: u32 = 64;
    let share = |i: u32| from + (to - from) * f64::from(i) / f64::from(PARTS);
    (0..=PARTS).map(|i| on_arc(middle, radius, share(i))).collect()
}

/// The point at a share of the half circle, from left over the top to right.
fn on_arc((x, y): (f64, f64), radius: f64, share: f64) -> (i32, i32) {
    let angle = std::f64::consts::PI * (1.0 - share);
    (px(x + radius * angle.cos()), px(y - radius * angle.sin()))
}
