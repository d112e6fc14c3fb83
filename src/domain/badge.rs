//! A badge as SVG: what it is about, and what is said of it. Readable without colour.

/// Half of a badge is said by colour; the words say all of it.
pub struct Look {
    pub label: &'static str,
    pub on_label: &'static str,
}

/// for light surroundings
pub const LIGHT: Look = Look { label: "#e6e8ee", on_label: "#22252e" };
/// for dark surroundings
pub const DARK: Look = Look { label: "#2b2f3a", on_label: "#f2f3f7" };

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

/// `colour` is that of the second half, dark enough for white text (4.5 to 1).
pub fn svg(label: &str, said: &str, colour: &str, look: &Look) -> String {
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

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
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
