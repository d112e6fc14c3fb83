//! Query results from bytes to columns in one pass, without a tree between.
//!
//! It reads what Prometheus and its relatives write. Whatever else comes (an escaped label, a native
//! histogram, a broken body) makes it give up, and [`super::matrix`] reads the body again with care
//! and says what is wrong. So it needs no errors of its own.

use crate::domain::labels::Labels;
use crate::domain::series::{Frame, Series};
use crate::domain::time::Millis;

/// The series of a successful matrix or vector, with the raw texts of its warnings.
pub fn frame(body: &[u8]) -> Option<Frame> {
    let mut scan = Scan { rest: body };
    let mut found = None;
    let mut succeeded = false;
    scan.object(|scan, key| {
        match key {
            b"status" => succeeded = scan.text()? == b"success",
            b"data" => found = Some(scan.data()?),
            // An error, or warnings: rare, and the careful reader knows them.
            _ => return None,
        }
        Some(())
    })?;
    scan.blank();
    (succeeded && scan.rest.is_empty()).then_some(())?;
    found
}

struct Scan<'a> {
    rest: &'a [u8],
}

impl<'a> Scan<'a> {
    fn blank(&mut self) {
        while let [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// Takes one character, after blanks.
    fn take(&mut self, wanted: u8) -> Option<()> {
        self.blank();
        match self.rest {
            [first, rest @ ..] if *first == wanted => {
                self.rest = rest;
                Some(())
            }
            _ => None,
        }
    }

    /// Text in quotes without escapes.
    fn text(&mut self) -> Option<&'a [u8]> {
        self.take(b'"')?;
        let end = self.rest.iter().position(|b| matches!(b, b'"' | b'\\'))?;
        let (text, rest) = self.rest.split_at(end);
        match rest {
            [b'"', rest @ ..] => {
                self.rest = rest;
                Some(text)
            }
            _ => None,
        }
    }

    /// Items between brackets, separated by commas.
    fn items(&mut self, open: u8, close: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(open)?;
        if self.take(close).is_some() {
            return Some(());
        }
        loop {
            item(self)?;
            if self.take(b',').is_none() {
                return self.take(close);
            }
        }
    }

    fn object(&mut self, mut member: impl FnMut(&mut Self, &'a [u8]) -> Option<()>) -> Option<()> {
        self.items(b'{', b'}', |scan| {
            let key = scan.text()?;
            scan.take(b':')?;
            member(scan, key)
        })
    }

    fn data(&mut self) -> Option<Frame> {
        let mut is_list = false;
        let mut series: Vec<Series> = Vec::new();
        self.object(|scan, key| {
            match key {
                b"resultType" => is_list = matches!(scan.text()?, b"matrix" | b"vector"),
                // A scalar's result is a list of another kind.
                b"result" if is_list => scan.items(b'[', b']', |scan| {
                    let capacity = series.last().map_or(16, |s| s.len() + 1);
                    let read = scan.series(capacity)?;
                    if !read.is_empty() {
                        series.push(read);
                    }
                    Some(())
                })?,
                _ => return None,
            }
            Some(())
        })?;
        is_list.then_some(Frame { series })
    }

    fn series(&mut self, capacity: usize) -> Option<Series> {
        let mut labels = Labels::default();
        let mut t: Vec<Millis> = Vec::with_capacity(capacity);
        let mut v: Vec<f64> = Vec::with_capacity(capacity);
        self.object(|scan, key| {
            match key {
                b"metric" => labels = scan.labels()?,
                b"values" => scan.items(b'[', b']', |scan| scan.sample(&mut t, &mut v))?,
                b"value" => scan.sample(&mut t, &mut v)?,
                _ => return None,
            }
            Some(())
        })?;
        Some(Series::from_columns(labels, t, v))
    }

    fn labels(&mut self) -> Option<Labels> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        self.object(|scan, name| {
            let value = scan.text()?;
            pairs.push((std::str::from_utf8(name).ok()?.into(), std::str::from_utf8(value).ok()?.into()));
            Some(())
        })?;
        Some(pairs.into_iter().collect())
    }

    /// `[1795468027.123,"1.5"]`
    fn sample(&mut self, t: &mut Vec<Millis>, v: &mut Vec<f64>) -> Option<()> {
        self.take(b'[')?;
        self.blank();
        let end = self.rest.iter().position(|b| matches!(b, b',' | b' ' | b']'))?;
        let (time, rest) = self.rest.split_at(end);
        self.rest = rest;
        let time = milliseconds(time)?;
        self.take(b',')?;
        let value = self.text()?;
        self.take(b']')?;
        t.push(time);
        v.push(float(value));
        Some(())
    }
}

/// Seconds with up to three decimals, as milliseconds; other notations by the standard library.
fn milliseconds(text: &[u8]) -> Option<Millis> {
    let mut whole: Millis = 0;
    let mut decimals: Option<u32> = None;
    for &byte in text {
        match byte {
            b'0'..=b'9' if decimals.unwrap_or(0) < 3 && text.len() <= 15 => {
                whole = whole * 10 + Millis::from(byte - b'0');
                decimals = decimals.map(|d| d + 1);
            }
            b'.' if decimals.is_none() => decimals = Some(0),
            _ => {
                // JSON's numbers are fewer than Rust's.
                let plain = text.iter().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'));
                let seconds: f64 = std::str::from_utf8(text).ok().filter(|_| plain)?.parse().ok()?;
                return Some((seconds * 1000.0).round() as Millis);
            }
        }
    }
    (!text.is_empty()).then(|| whole * 10i64.pow(3 - decimals.unwrap_or(0)))
}

/// Powers of ten that a double holds exactly.
const EXACT: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// A decimal number, `NaN`, `+Inf` or `-Inf`; what is none of these is `NaN`.
///
/// Digits that fit into 53 bits and a power of ten that is exact make one correctly rounded
/// division (Clinger, "How to read floating point numbers accurately", PLDI 1990).
fn float(text: &[u8]) -> f64 {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let mut mantissa: u64 = 0;
    let mut decimals: Option<usize> = None;
    let mut seen = false;
    let simple = digits.len() <= 19
        && digits.iter().all(|&byte| match byte {
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + u64::from(byte - b'0');
                decimals = decimals.map(|d| d + 1);
                seen = true;
                true
            }
            b'.' if decimals.is_none() => {
                decimals = Some(0);
                true
            }
            _ => false,
        });
    let scale = EXACT.get(decimals.unwrap_or(0)).filter(|_| simple && seen && mantissa <= 1 << 53);
    match scale {
        Some(scale) => {
            let value = mantissa as f64 / scale;
            if negative { -value } else { value }
        }
        None => std::str::from_utf8(text).ok().and_then(|t| t.parse().ok()).unwrap_or(f64::NAN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_standard_library() {
        for text in [
            "0",
            "-0",
            "1.5",
            "-12.25",
            "0.1",
            "9007199254740993",
            "123456789.987654321",
            "0.09866822429906542",
            "1e300",
            "-1.5e-9",
            "14.287499999999996",
            "18446744073709551616",
            "1.",
            ".5",
            "+3",
        ] {
            let expected: f64 = text.parse().unwrap();
            assert_eq!(float(text.as_bytes()).to_bits(), expected.to_bits(), "{text}");
        }
        assert_eq!(float(b"+Inf"), f64::INFINITY);
        assert_eq!(float(b"-Inf"), f64::NEG_INFINITY);
        for odd in ["NaN", "", "-", ".", "odd", "1..2", "--1"] {
            assert!(float(odd.as_bytes()).is_nan(), "{odd}");
        }
    }

    #[test]
    fn times_are_whole_milliseconds() {
        for (text, expected) in [
            ("1795468027", Some(1_795_468_027_000)),
            ("1795468027.5", Some(1_795_468_027_500)),
            ("1795468027.1236", Some(1_795_468_027_124)),
            ("1.795468027e9", Some(1_795_468_027_000)),
            ("-1.5", Some(-1_500)),
            ("", None),
            ("true", None),
            ("inf", None),
        ] {
            assert_eq!(milliseconds(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn what_it_does_not_know_it_leaves_to_the_careful_reader() {
        for body in [
            "",
            "{}",
            r#"{"status":"error","errorType":"x","error":"y"}"#,
            r#"{"status":"success","warnings":["w"],"data":{"resultType":"matrix","result":[]}}"#,
            r#"{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"\n"},"values":[]}]}}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"histograms":[]}]}}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"2"]"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[]}} more"#,
        ] {
            assert!(frame(body.as_bytes()).is_none(), "{body}");
        }
    }
}
