//! The mark of a trace in the legend and in readings.

use crate::chart::model::{Ink, Style};

/// Its classes.
pub fn swatch(ink: Ink, style: Style) -> &'static str {
    match (ink, style) {
        (Ink::Series1, Style::Dashed) => "ink-1 dashed",
        (Ink::Series1, _) => "ink-1",
        (Ink::Series2, _) => "ink-2",
        (Ink::Series3, _) => "ink-3",
        (Ink::Ok, _) => "ink-ok",
        (Ink::Warn, _) => "ink-warn",
        (Ink::Bad, _) => "ink-bad",
        (Ink::Info, _) => "ink-info",
    }
}
