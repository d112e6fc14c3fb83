//! Badges as SVG: the state, or the uptime of a window, for light and dark surroundings.

use crate::domain::format::availability;
use crate::domain::public::{Component, ComponentStatus};
use crate::status_page::markdown::escape;
use crate::status_page::words::Words;

/// Half of a badge is said by colour; the words say all of it.
struct Look {
    label: &'static str,
    on_label: &'static str,
}

const LIGHT: Look = Look { label: "#e6e8ee", on_label: "#22252e" };
const DARK: Look = Look { label: "#2b2f3a", on_label: "#f2f3f7" };

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

/// An estimate of the width of a text at 11 px; `textLength` makes it exact whatever the font.
fn width(text: &str) -> usize {
    let of = |c: char| match c {
        'i' | 'l' | '.' | ',' | ':' | ' ' | '\'' | '|' | '·' => 3.6,
        'm' | 'w' | 'M' | 'W' | '%' => 9.6,
        c if c.is_ascii_uppercase() => 7.6,
        c if c.is_ascii() => 6.4,
        c if (c as u32) >= 0x2E80 => 11.5,
        _ => 6.8,
    };
    text.chars().map(of).sum::<f64>().ceil() as usize
}

fn svg(label: &str, said: &str, colour: &str, look: &Look) -> String {
    let (left, right) = (width(label), width(said));
    let (split, total) = (left + 14, left + right + 28);
    let (label, said) = (escape(label), escape(said));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{total}\" height=\"20\" viewBox=\"0 0 {total} 20\" role=\"img\" aria-label=\"{label}: {said}\">\
         <title>{label}: {said}</title>\
         <clipPath id=\"r\"><rect width=\"{total}\" height=\"20\" rx=\"4\"/></clipPath>\
         <g clip-path=\"url(#r)\"><path fill=\"{}\" d=\"M0 0h{split}v20H0z\"/><path fill=\"{colour}\" d=\"M{split} 0h{}v20H{split}z\"/></g>\
         <g font-family=\"Verdana,DejaVu Sans,system-ui,sans-serif\" font-size=\"11\">\
         <text x=\"7\" y=\"14\" fill=\"{}\" textLength=\"{left}\" lengthAdjust=\"spacingAndGlyphs\">{label}</text>\
         <text x=\"{}\" y=\"14\" fill=\"#fff\" textLength=\"{right}\" lengthAdjust=\"spacingAndGlyphs\">{said}</text>\
         </g></svg>\n",
        look.label,
        total - split,
        look.on_label,
        split + 7,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_place() {
        let text = svg("a\"><script>", "b&c", "#000", &LIGHT);
        assert!(!text.contains("<script>") && text.contains("b&amp;c"), "{text}");
    }
}
