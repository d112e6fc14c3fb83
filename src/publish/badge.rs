//! Badges as SVG: the state, or the uptime of a window, for light and dark surroundings.

use crate::domain::badge::{DARK, LIGHT, svg};
use crate::domain::format::availability;
use crate::domain::public::{Component, ComponentStatus};
use crate::status_page::words::Words;

/// Files of a component's badges: name and content. `-dark` ones are for dark surroundings.
pub fn of_component(component: &Component, words: &Words) -> Vec<(String, String)> {
    let status = component.status;
    let mut all = of_status(&component.id, &component.name, status, words.t(status.name()));
    for days in [30, 90] {
        let up = component.history.uptime(days);
        let text = up.map_or_else(|| words.t("no_data").to_string(), availability);
        let colour = match up {
            None => fill(ComponentStatus::Unknown),
            Some(up) if up < 0.99 => fill(ComponentStatus::MajorOutage),
            Some(up) if up < 0.999 => fill(ComponentStatus::Degraded),
            Some(_) => fill(ComponentStatus::Operational),
        };
        let label = format!("{} · {}", component.name, words.n("span", days as i64));
        all.extend(both(&format!("{}-uptime-{days}", component.id), &label, &text, colour));
    }
    all
}

/// The files of a state's badge.
pub fn of_status(id: &str, name: &str, status: ComponentStatus, said: &str) -> Vec<(String, String)> {
    both(&format!("{id}-status"), name, said, fill(status))
}

fn both(stem: &str, label: &str, said: &str, colour: &str) -> Vec<(String, String)> {
    vec![
        (format!("badges/{stem}.svg"), svg(label, said, colour, &LIGHT)),
        (format!("badges/{stem}-dark.svg"), svg(label, said, colour, &DARK)),
    ]
}

/// Dark enough for white text (4.5 to 1).
fn fill(status: ComponentStatus) -> &'static str {
    match status {
        ComponentStatus::Operational => "#1a7f4b",
        ComponentStatus::Maintenance => "#1f6fb2",
        ComponentStatus::Degraded | ComponentStatus::PartialOutage => "#97600a",
        ComponentStatus::MajorOutage => "#b3261e",
        ComponentStatus::Unknown => "#5f6572",
    }
}
