//! A frozen chart as a picture that stands by itself: SVG without script, style sheet or font of its own, so that it can lie
//! beside a review in a repository or inside of it.

use super::evidence::Evidence;
use crate::domain::format::human;
use crate::domain::time::{MINUTE, Millis};
use crate::domain::zone::Offsets;
use std::fmt::Write as _;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 180.0;
/// room for the labels of the values, at the left, and of the times, at the foot
const LEFT: f64 = 64.0;
const FOOT: f64 = 22.0;
const HEAD: f64 = 26.0;
const RIGHT: f64 = 10.0;

/// Samples further apart than so many usual steps are not joined.
const GAP: Millis = 3;

/// A moment that is marked by an upright line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    pub at: Millis,
    pub word: &'static str,
}

/// The picture. Times are in UTC. What has no samples says so.
pub fn svg(evidence: &Evidence, marks: &[Marked]) -> String {
    let values: Vec<(Millis, f64)> = evidence.values().collect();
    let ends = evidence.from.zip(evidence.to).or_else(|| Some((values.first()?.0, values.last()?.0)));
    let (from, to) = ends.filter(|(from, to)| from < to).unwrap_or((0, MINUTE));
    let top = values.iter().map(|(_, v)| *v).fold(0.0, f64::max);
    let top = if top > 0.0 { top * 1.08 } else { 1.0 };
    let x = |at: Millis| LEFT + (at - from) as f64 / (to - from) as f64 * (WIDTH - LEFT - RIGHT);
    let y = |value: f64| HEIGHT - FOOT - value.max(0.0) / top * (HEIGHT - FOOT - HEAD);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"11\" role=\"img\"><title>{}</title>\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\
         <text x=\"{LEFT}\" y=\"16\" font-size=\"13\" font-weight=\"600\" fill=\"#1f2937\">{}</text>",
        escaped(&format!("{}: {}", evidence.title, evidence.summary())),
        escaped(&evidence.title)
    );
    for part in [0.0, 0.5, 1.0] {
        let value = top / 1.08 * part;
        let at = y(value);
        let label = escaped(&human(evidence.unit(), value));
        put(
            &mut out,
            format_args!(
                "<path d=\"M{LEFT} {at:.1}H{:.1}\" stroke=\"#e5e7eb\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#4b5563\">{label}</text>",
                WIDTH - RIGHT,
                LEFT - 6.0,
                at + 4.0
            ),
        );
    }
    let utc = Offsets::utc();
    for (part, anchor) in [(0, "start"), (1, "middle"), (2, "end")] {
        let at = from + (to - from) / 2 * part;
        put(
            &mut out,
            format_args!(
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\" fill=\"#4b5563\">{}</text>",
                x(at),
                HEIGHT - 6.0,
                utc.civil(at).clock()
            ),
        );
    }
    for mark in marks.iter().filter(|m| from <= m.at && m.at <= to) {
        let at = x(mark.at);
        // Near the right edge the word stands before the line.
        let (anchor, place) = if at > WIDTH - 90.0 { ("end", at - 4.0) } else { ("start", at + 4.0) };
        put(
            &mut out,
            format_args!(
                "<path d=\"M{at:.1} {HEAD:.1}V{:.1}\" stroke=\"#b91c1c\" stroke-dasharray=\"3 3\"/>\
             <text x=\"{place:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\" fill=\"#b91c1c\">{}</text>",
                HEIGHT - FOOT,
                HEAD + 9.0,
                mark.word
            ),
        );
    }
    let line = path(&values, x, y);
    match line.is_empty() {
        true => {
            out.push_str("<text x=\"360\" y=\"95\" text-anchor=\"middle\" fill=\"#4b5563\">no samples</text>")
        }
        false => put(
            &mut out,
            format_args!(
                "<path d=\"{line}\" fill=\"none\" stroke=\"#1d4ed8\" stroke-width=\"1.5\" stroke-linejoin=\"round\"/>"
            ),
        ),
    }
    out.push_str("</svg>\n");
    out
}

/// The line, broken where samples are missing.
fn path(values: &[(Millis, f64)], x: impl Fn(Millis) -> f64, y: impl Fn(f64) -> f64) -> String {
    let mut steps: Vec<Millis> = values.iter().zip(values.iter().skip(1)).map(|(a, b)| b.0 - a.0).collect();
    steps.sort_unstable();
    let usual = steps.get(steps.len() / 2).copied().unwrap_or(MINUTE).max(1);
    let mut out = String::new();
    let mut before: Option<Millis> = None;
    for (at, value) in values {
        let joined = before.is_some_and(|b| at - b <= usual.saturating_mul(GAP));
        put(&mut out, format_args!("{}{:.1} {:.1}", if joined { 'L' } else { 'M' }, x(*at), y(*value)));
        before = Some(*at);
    }
    out
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    out.write_fmt(text).unwrap_or_default();
}

/// Text of others as text of XML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(samples: &[(Millis, f64)]) -> Evidence {
        Evidence {
            title: "Latency <script>alert(1)</script> & \"more\"".into(),
            unit: "seconds".into(),
            from: Some(0),
            to: Some(60 * MINUTE),
            ..Evidence::default()
        }
        .with_samples(samples.iter().map(|(minute, value)| (minute * MINUTE, *value)))
    }

    #[test]
    fn a_picture_is_text_and_breaks_its_line_where_samples_are_missing() {
        let picture = svg(
            &chart(&[(0, 0.1), (1, 0.2), (2, 0.4), (30, 0.1), (31, 0.1)]),
            &[Marked { at: 2 * MINUTE, word: "detected" }, Marked { at: 61 * MINUTE, word: "resolved" }],
        );
        assert!(!picture.contains("<script") && picture.contains("&lt;script&gt;"), "{picture}");
        assert!(picture.contains("detected") && !picture.contains("resolved"));
        assert!(
            picture.contains("00:00") && picture.contains("01:00") && picture.contains("400 ms"),
            "{picture}"
        );
        let line = picture.split("d=\"M64.0").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!((line.matches('L').count(), line.matches('M').count()), (3, 1), "{line}");
    }

    #[test]
    fn without_samples_or_a_span_there_is_a_picture_all_the_same() {
        for odd in [
            chart(&[]),
            Evidence::default(),
            Evidence { samples: vec![(5, "1".into())], ..Evidence::default() },
        ] {
            let picture = svg(&odd, &[]);
            assert!(
                picture.starts_with("<svg") && !picture.contains("NaN") && !picture.contains("inf"),
                "{picture}"
            );
        }
        assert!(svg(&chart(&[]), &[]).contains("no samples"));
    }
}
