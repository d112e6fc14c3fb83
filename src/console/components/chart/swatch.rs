//! The mark of a trace in the legend and in readings.

use crate::chart::model::{Ink, Style};

/// The classes of a trace's mark: drawn as the trace is, so that two of one ink can be told apart.
pub fn swatch(ink: Ink, style: Style) -> String {
    let ink = match ink {
        Ink::Series1 => "ink-1",
        Ink::Series2 => "ink-2",
        Ink::Series3 => "ink-3",
        Ink::Ok => "ink-ok",
        Ink::Warn => "ink-warn",
        Ink::Bad => "ink-bad",
        Ink::Info => "ink-info",
    };
    let form = match style {
        Style::Dashed => " dashed",
        Style::Band | Style::Stacked => " filled",
        Style::Line | Style::Step | Style::Area | Style::Bars => "",
    };
    format!("{ink}{form}")
}
