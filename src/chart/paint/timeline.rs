//! A state over time: stretches of colour with their words where there is room.

use super::super::model::Ink;
use super::super::scale::Scale;
use super::{Area, Outcome, Theme, px, text};
use crate::domain::time::Millis;
use plotters::element::Rectangle;
use plotters::prelude::DrawingBackend;
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};

/// A stretch of time in one state.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    pub start: Millis,
    pub end: Millis,
    pub ink: Ink,
    pub word: String,
}

/// Draws the stretches over `[start, end]` into `width` x `height` CSS pixels. The state is told by
/// height besides colour: what is good is low.
pub fn timeline<DB: DrawingBackend>(
    area: &Area<DB>,
    stretches: &[Stretch],
    (start, end): (Millis, Millis),
    (width, height): (f64, f64),
    theme: &Theme,
) -> Outcome<DB> {
    let x = Scale::linear(start as f64, end as f64, 0.0, width);
    for stretch in stretches.iter().filter(|s| s.end > start && s.start < end) {
        let from = x.place(stretch.start as f64).clamp(0.0, width);
        let to = x.place(stretch.end as f64).clamp(0.0, width).max(from + 1.0);
        let top = match stretch.ink {
            Ink::Bad => 0.0,
            Ink::Warn => height * 0.3,
            _ => height * 0.6,
        };
        let corners = [(px(from), px(top)), (px(to), px(height))];
        area.draw(&Rectangle::new(corners, theme.ink(stretch.ink).filled()))?;
        let fits = to - from > stretch.word.chars().count() as f64 * 7.0 + 8.0 && top > 12.0;
        if fits {
            text(area, &stretch.word, (px(from + 4.0), px(0.0)), HPos::Left, VPos::Top, theme.text)?;
        }
    }
    Ok(())
}
