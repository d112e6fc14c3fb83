//! Query results from bytes to columns in one pass, without a tree between.
//!
//! It reads what Prometheus and its relatives write. Whatever else comes (an escaped label, a native
//! histogram, a broken body) makes it give up, and [`super::matrix`] reads the body again with care
//! and says what is wrong. So it needs no errors of its own.

use crate::domain::labels::Labels;
use crate::domain::number::parse_number;
use crate::domain::series::{Frame, Series};
use crate::domain::time::Millis;

/// The series of a successful and whole matrix or vector, wherever in the body its parts are.
///
/// `None` as soon as anything says that data may be missing (`isPartial`, `warnings`, `infos`): those
/// are read with care.
pub fn frame(body: &[u8]) -> Option<Frame> {
    let mut scan = Scan { rest: body };
    let mut found = None;
    let mut succeeded = false;
    scan.object(|scan, key| {
        match key {
            b"status" => succeeded = scan.text()? == b"success",
            b"data" => found = Some(scan.data()?),
            // Written also where there is nothing to say.
            b"isPartial" => scan.literal(&[b"false", b"null"])?,
            b"warnings" | b"infos" => scan.empty_list()?,
            // Figures about the query itself (VictoriaMetrics).
            b"stats" | b"trace" => scan.skip(0)?,
            // An error, or what only the careful reader knows.
            _ => return None,
        }
        Some(())
    })?;
    scan.blank();
    (succeeded && scan.rest.is_empty()).then_some(())?;
    found
}

/// Levels of nesting that are passed over; a query's trace has one for each step of it.
const DEEPEST: usize = 64;

struct Scan<'a> {
    rest: &'a [u8],
}

impl<'a> Scan<'a> {
    #[inline(always)]
    fn blank(&mut self) {
        while let [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// Takes one character, after blanks.
    #[inline(always)]
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

    fn literal(&mut self, allowed: &[&[u8]]) -> Option<()> {
        self.blank();
        self.rest = allowed.iter().find_map(|word| self.rest.strip_prefix(*word))?;
        Some(())
    }

    /// `[]` or `null`.
    fn empty_list(&mut self) -> Option<()> {
        if self.take(b'[').is_some() { self.take(b']') } else { self.literal(&[b"null"]) }
    }

    /// Passes over a value of any form. What is nested deeper than any answer gives up.
    fn skip(&mut self, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        self.blank();
        match self.rest.first()? {
            b'{' => self.object(|scan, _| scan.skip(depth + 1)),
            b'[' => self.items(b'[', b']', |scan| scan.skip(depth + 1)),
            b'"' => self.text().map(|_| ()),
            _ => {
                let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
                let length = self.rest.iter().position(|b| !is_part(b)).filter(|n| *n > 0)?;
                self.rest = self.rest.get(length..)?;
                Some(())
            }
        }
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
                b"stats" | b"analysis" => scan.skip(0)?,
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
        t.push(self.time()?);
        self.take(b',')?;
        self.take(b'"')?;
        v.push(self.value()?);
        self.take(b']')
    }

    /// Seconds, with or without decimals, as milliseconds.
    fn time(&mut self) -> Option<Millis> {
        let number = Digits::read(self.rest)?;
        let (text, rest) = self.rest.split_at_checked(number.length)?;
        self.rest = rest;
        match (number.plain, number.decimals) {
            // So few digits that nothing overflows, and no fraction of a millisecond.
            (true, decimals @ 0..=3) if number.n_digits <= 15 => {
                Some(number.mantissa as Millis * [1_000, 100, 10, 1].get(decimals)?)
            }
            _ => {
                let seconds = parse_number(std::str::from_utf8(text).ok()?)?;
                Some((seconds * 1000.0).round() as Millis)
            }
        }
    }

    /// A value up to and with its closing quote: a decimal number, `NaN`, `+Inf` or `-Inf`. What is
    /// none of these is `NaN`.
    fn value(&mut self) -> Option<f64> {
        let (negative, digits) = match self.rest {
            [b'-', rest @ ..] => (true, rest),
            _ => (false, self.rest),
        };
        if let Some(number) = Digits::read(digits)
            && let Some(magnitude) = number.value()
            && let Some((b'"', rest)) = digits.get(number.length..)?.split_first()
        {
            self.rest = rest;
            return Some(if negative { -magnitude } else { magnitude });
        }
        let end = self.rest.iter().position(|b| matches!(b, b'"' | b'\\'))?;
        let (text, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.strip_prefix(b"\"")?;
        Some(std::str::from_utf8(text).ok().and_then(parse_number).unwrap_or(f64::NAN))
    }
}

/// A number as it was written, read in one pass.
struct Digits {
    /// all digits as one whole number
    mantissa: u64,
    n_digits: usize,
    /// digits after the point
    decimals: usize,
    /// digits and at most one point between them, and nothing else
    plain: bool,
    /// bytes up to what is no part of a number
    length: usize,
}

impl Digits {
    fn read(text: &[u8]) -> Option<Self> {
        let mut number = Self { mantissa: 0, n_digits: 0, decimals: 0, plain: true, length: 0 };
        let mut point = usize::MAX;
        while let Some(&byte) = text.get(number.length) {
            if let Some(eight) = eight_digits(text, number.length) {
                number.mantissa = number.mantissa.wrapping_mul(100_000_000).wrapping_add(eight);
                number.n_digits += match (number.n_digits, eight.checked_ilog10()) {
                    // Zeros in front are no digits that count.
                    (0, log) => log.map_or(0, |log| log as usize + 1),
                    _ => 8,
                };
                number.length += 8;
                continue;
            }
            let digit = byte.wrapping_sub(b'0');
            if digit < 10 {
                number.mantissa = number.mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
                number.n_digits += usize::from(digit > 0 || number.n_digits > 0);
            } else if byte == b'.' && point == usize::MAX {
                point = number.length;
            } else if matches!(byte, b'+' | b'-' | b'e' | b'E' | b'.') {
                number.plain = false;
            } else {
                break;
            }
            number.length += 1;
        }
        if point != usize::MAX {
            number.decimals = number.length - point - 1;
            // JSON and Prometheus write a digit on either side.
            number.plain &= number.decimals > 0 && point > 0;
        }
        (number.length > 0).then_some(number)
    }

    /// The nearest double, where it is certain which that is; else `None`.
    ///
    /// Up to 2^53 the digits are exact and one division rounds correctly (Clinger, "How to read
    /// floating point numbers accurately", PLDI 1990). Beyond, the quotient is taken to twice the
    /// precision (Dekker, "A floating-point technique for extending the available precision",
    /// Numer. Math. 18, 1971); where the remainder comes near the middle between two doubles the
    /// exact way decides.
    fn value(&self) -> Option<f64> {
        let scale = *EXACT.get(self.decimals).filter(|_| self.plain && self.n_digits <= 19)?;
        let high = self.mantissa as f64;
        let quotient = high / scale;
        if self.mantissa <= 1 << 53 {
            return Some(quotient);
        }
        // What did not fit into `high`; the sum of both is the mantissa, exactly.
        let low = (self.mantissa as i128 - high as i128) as f64;
        let (product, error) = exact_product(quotient, scale);
        let rest = ((high - product) - error + low) / scale;
        let value = quotient + rest;
        // How much of `rest` was rounded away, against half the distance to the next double.
        let lost = rest - (value - quotient);
        let half = value * (f64::EPSILON / 4.0);
        (lost.abs() < half * 0.999).then_some(value)
    }
}

/// Eight digits at once, as one number (Lemire, "Number parsing at a gigabyte per second",
/// Software: Practice and Experience 51, 2021).
#[inline(always)]
fn eight_digits(text: &[u8], at: usize) -> Option<u64> {
    let bytes: [u8; 8] = text.get(at..at + 8)?.try_into().ok()?;
    let word = u64::from_le_bytes(bytes);
    const HIGH: u64 = 0xF0F0_F0F0_F0F0_F0F0;
    let all_digits =
        (word & HIGH) | ((word.wrapping_add(0x0606_0606_0606_0606) & HIGH) >> 4) == 0x3333_3333_3333_3333;
    if !all_digits {
        return None;
    }
    let ones = word - 0x3030_3030_3030_3030;
    let pairs = ones.wrapping_mul(10).wrapping_add(ones >> 8) & 0x00FF_00FF_00FF_00FF;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_FFFF_0000_FFFF;
    Some((fours.wrapping_mul(10_000).wrapping_add(fours >> 32)) & 0xFFFF_FFFF)
}

/// A product as the sum of two doubles, exactly (Veltkamp's splitting).
fn exact_product(a: f64, b: f64) -> (f64, f64) {
    let split = |x: f64| {
        let c = 134_217_729.0 * x;
        let high = c - (c - x);
        (high, x - high)
    };
    let product = a * b;
    let ((a1, a2), (b1, b2)) = (split(a), split(b));
    (product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2)
}

/// Powers of ten that a double holds exactly.
const EXACT: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> f64 {
        let quoted = format!("{text}\"");
        Scan { rest: quoted.as_bytes() }.value().unwrap()
    }

    #[test]
    fn numbers_are_those_of_the_standard_library() {
        let written = [
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
            "9999999999999999999",
            "1.",
            ".5",
            "+3",
            "0.0000000000000000000123456789",
            "9007199254740992.5",
            "4503599627370497.5",
            "0000000000000000000001.5",
        ];
        for text in written {
            let expected: f64 = text.parse().unwrap();
            assert_eq!(value(text).to_bits(), expected.to_bits(), "{text}");
        }
        assert_eq!(value("+Inf"), f64::INFINITY);
        assert_eq!(value("-Inf"), f64::NEG_INFINITY);
        for odd in ["NaN", "", "-", ".", "odd", "1..2", "--1"] {
            assert!(value(odd).is_nan(), "{odd}");
        }
    }

    /// Half a million doubles as Prometheus prints them, among them many that lie near the middle.
    #[test]
    fn seventeen_digits_are_read_to_the_last_bit() {
        let mut state = 88_172_645_463_325_252_u64;
        for i in 0..500_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let exponent = 1023 - 20 + state % 60;
            let number = f64::from_bits((state >> 12) | (exponent << 52));
            let text = match i % 3 {
                0 => number.to_string(),
                1 => format!("{number:.17}"),
                // The middle between two doubles, and a hair beside it.
                _ => format!("{}.{}", (1_u64 << 53) + 2 * (state % 1_000) + 1, i % 2),
            };
            let expected: f64 = text.parse().unwrap();
            assert_eq!(value(&text).to_bits(), expected.to_bits(), "{text}");
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
            let listed = format!("{text},");
            assert_eq!(Scan { rest: listed.as_bytes() }.time(), expected, "{text}");
        }
    }

    #[test]
    fn what_it_does_not_know_it_leaves_to_the_careful_reader() {
        for body in [
            "",
            "{}",
            r#"{"status":"error","errorType":"x","error":"y"}"#,
            r#"{"status":"success","warnings":["w"],"data":{"resultType":"matrix","result":[]}}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[]},"warnings":["w"]}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[]},"warnings":"w"}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[]},"infos":["i"]}"#,
            r#"{"status":"success","isPartial":true,"data":{"resultType":"matrix","result":[]}}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[]},"isPartial":true}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[]},"isPartial":"true"}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[]},"isPart\u0069al":true}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[]},"later":true}"#,
            r#"{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"\n"},"values":[]}]}}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"histograms":[]}]}}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"2"]"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[]}} more"#,
        ] {
            assert!(frame(body.as_bytes()).is_none(), "{body}");
        }
    }

    #[test]
    fn a_whole_answer_is_read_at_once_whatever_else_it_carries() {
        let data = r#""data":{"resultType":"vector","result":[{"metric":{},"value":[1,"2"]}],"analysis":{}}"#;
        let stats = r#""stats":{"seriesFetched":"1","deep":[{"a":[1.5,null,true]}]}"#;
        for body in [
            format!(r#"{{"status":"success",{data}}}"#),
            format!(r#"{{"status":"success","isPartial":false,{data},{stats}}}"#),
            format!(r#"{{"isPartial": null, {stats}, {data}, "status": "success" }}"#),
            format!(r#"{{"status":"success",{data},"warnings":[],"infos": null}}"#),
            format!(r#"{{"status":"success","warnings":null,"infos":[ ],{data}}}"#),
        ] {
            let frame = frame(body.as_bytes());
            assert_eq!(frame.and_then(|f| f.series.first()?.last()), Some((1_000, 2.0)), "{body}");
        }
        let deep = format!(r#"{{"status":"success","trace":{}{},{data}}}"#, "[".repeat(200), "]".repeat(200));
        assert!(frame(deep.as_bytes()).is_none());
    }
}
