//! Decimal numbers read to the last bit, without the standard library's tables of 10 KB, which no compression makes
//! smaller. Slow, and so for what comes one at a time; samples have a way of their own
//! (`sources/prometheus/scan.rs`), which asks here only where it is not certain.

use std::cmp::Ordering;

/// So many digits decide between any two doubles; what follows counts only as more than nothing.
const MOST_DIGITS: usize = 800;

/// The double that is nearest to a number as people and systems write it: `-1.5e-9`, `+Inf`, `NaN`. `None` for what is
/// no number, as by `str::parse`.
pub fn parse_number(text: &str) -> Option<f64> {
    let (negative, text) = match text.as_bytes() {
        [b'-', ..] => (true, text.get(1..)?),
        [b'+', ..] => (false, text.get(1..)?),
        _ => (false, text),
    };
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    let magnitude = match () {
        () if is("inf") || is("infinity") => f64::INFINITY,
        () if is("nan") => f64::NAN,
        () => decimal(text)?,
    };
    Some(if negative { -magnitude } else { magnitude })
}

fn decimal(text: &str) -> Option<f64> {
    let (written, exponent) = match text.find(['e', 'E']) {
        Some(at) => (text.get(..at)?, exponent(text.get(at + 1..)?)?),
        None => (text, 0),
    };
    let (whole, fraction) = written.split_once('.').unwrap_or((written, ""));
    if whole.is_empty() && fraction.is_empty()
        || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let all = whole.bytes().chain(fraction.bytes()).map(|b| u32::from(b - b'0'));
    let digits: Vec<u32> = all.skip_while(|digit| *digit == 0).collect();
    // The place of the last digit that is taken in.
    let mut place = exponent - i64::try_from(fraction.len()).ok()?;
    let (taken, rest) = digits.split_at(digits.len().min(MOST_DIGITS));
    place += i64::try_from(rest.len()).ok()?;
    let first = place + i64::try_from(taken.len()).ok()?;
    match () {
        () if taken.is_empty() || first < -330 => return Some(0.0),
        () if first > 310 => return Some(f64::INFINITY),
        () => {}
    }
    let mut above = Natural(vec![0]);
    for digit in taken {
        above.multiply_add(10, *digit);
    }
    if rest.iter().any(|digit| *digit != 0) {
        above.multiply_add(10, 1);
        place -= 1;
    }
    let mut below = Natural(vec![1]);
    let scaled = if place < 0 { &mut below } else { &mut above };
    (0..place.unsigned_abs()).for_each(|_| scaled.multiply_add(10, 0));
    Some(quotient(above, below))
}

/// The digits after an `e`. More than any double has are as good as any other that are too many.
fn exponent(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = digits.iter().fold(0_i64, |n, digit| (n * 10 + i64::from(digit - b'0')).min(1_000_000));
    Some(if negative { -size } else { size })
}

/// The double nearest to a quotient of two numbers above nothing; of two that are as near the even one.
fn quotient(mut above: Natural, mut below: Natural) -> f64 {
    // Shifted so that the quotient has 64 or 65 bits.
    let shift = 64 - (above.bits() - below.bits());
    if shift > 0 {
        above.shift(shift)
    } else {
        below.shift(-shift)
    }
    let mut bits: u128 = 0;
    for place in (0..=65).rev() {
        let mut part = below.clone();
        part.shift(place);
        if part.compare(&above) != Ordering::Greater {
            above.subtract(&part);
            bits |= 1 << place;
        }
    }
    let length = 128 - i64::from(bits.leading_zeros());
    // The power of two of the first bit: that of a double that is not the smallest is at least -1022.
    let power = length - 1 - shift;
    let dropped = (length - 53) + (-1022 - power).max(0);
    if dropped > 100 {
        return 0.0;
    }
    let mut mantissa = bits >> dropped;
    let left = bits & ((1 << dropped) - 1);
    let half = 1 << (dropped - 1);
    let is_more = left > half || (left == half && !above.is_nothing());
    if is_more || (left == half && mantissa % 2 == 1) {
        mantissa += 1;
    }
    let Ok(mantissa) = u64::try_from(mantissa) else { return f64::INFINITY };
    // A mantissa that was rounded up to the next power of two carries into the exponent.
    match u64::try_from(power + 1022) {
        Ok(exponent) if exponent < 2046 => f64::from_bits((exponent << 52) + mantissa),
        Ok(_) => f64::INFINITY,
        Err(_) => f64::from_bits(mantissa),
    }
}

/// A whole number of any size: 32 bits each, the lowest first.
#[derive(Clone)]
struct Natural(Vec<u32>);

impl Natural {
    fn multiply_add(&mut self, factor: u32, term: u32) {
        let mut carry = u64::from(term);
        for part in &mut self.0 {
            carry += u64::from(*part) * u64::from(factor);
            *part = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    /// Multiplies by a power of two.
    fn shift(&mut self, bits: i64) {
        let (words, bits) = ((bits / 32) as usize, (bits % 32) as u32);
        self.multiply_add(1 << bits, 0);
        self.0.splice(0..0, std::iter::repeat_n(0, words));
    }

    fn bits(&self) -> i64 {
        let full = self.0.iter().rposition(|part| *part != 0);
        full.map_or(0, |i| i as i64 * 32 + 32 - i64::from(self.part(i).leading_zeros()))
    }

    fn part(&self, i: usize) -> u32 {
        self.0.get(i).copied().unwrap_or(0)
    }

    fn compare(&self, other: &Self) -> Ordering {
        let places = (0..self.0.len().max(other.0.len())).rev();
        places
            .map(|i| self.part(i).cmp(&other.part(i)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    /// Takes away a number that is not larger.
    fn subtract(&mut self, other: &Self) {
        let mut lent = false;
        for (i, part) in self.0.iter_mut().enumerate() {
            let (less, under) = part.overflowing_sub(other.part(i));
            let (less, under_by_one) = less.overflowing_sub(u32::from(lent));
            *part = less;
            lent = under || under_by_one;
        }
    }

    fn is_nothing(&self) -> bool {
        self.0.iter().all(|part| *part == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_read_as_by_the_standard_library(text: &str) {
        let (ours, theirs) = (parse_number(text), text.parse::<f64>().ok());
        assert_eq!(ours.map(f64::to_bits), theirs.map(f64::to_bits), "{text}");
    }

    #[test]
    fn what_is_written_is_read_to_the_last_bit() {
        let middle = format!("{}.5", (1_u64 << 53) - 1);
        let long = format!("0.{}1", "3".repeat(1_200));
        let written = [
            "0",
            "-0",
            "00.5",
            "1",
            "1.",
            ".5",
            "+3",
            "0.1",
            "1e23",
            "8.5e-5",
            "1e308",
            "1.7976931348623157e308",
            "1.7976931348623159e308",
            "1e309",
            "1e-400",
            "5e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "2.2250738585072014e-308",
            "2.2250738585072011e-308",
            "9007199254740993",
            "9007199254740992.5",
            "inf",
            "-Inf",
            "+Infinity",
            "NaN",
            "nan",
            "1e99999999999999999999",
            "0e99999999999999999999",
            "1e-99999999999999999999",
            "18446744073709551616",
            "4503599627370497.5",
            "4503599627370496.5",
            &middle,
            &long,
        ];
        for text in written {
            is_read_as_by_the_standard_library(text);
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for odd in [
            "", "-", ".", "e5", "1e", "1e+", "1.2.3", "--1", "+-1", " 1", "1 ", "0x10", "1_0", "infinit",
            "½", "1e5.0",
        ] {
            assert_eq!(parse_number(odd), None, "{odd}");
            is_read_as_by_the_standard_library(odd);
        }
    }

    /// Doubles of all sizes as they are printed, the middles between two of them, and a hair beside.
    #[test]
    fn all_sizes_are_read_as_by_the_standard_library() {
        let mut state = 88_172_645_463_325_252_u64;
        for i in 0..3_000_u64 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let value = f64::from_bits(state & !(1 << 63));
            if value.is_finite() {
                is_read_as_by_the_standard_library(&format!("{value:e}"));
                is_read_as_by_the_standard_library(&format!("{value:.25e}"));
            }
            let middle = (1_u64 << 53) + 2 * (state % 1_000_000) + 1;
            is_read_as_by_the_standard_library(&format!("{middle}.{}", i % 2));
            is_read_as_by_the_standard_library(&format!("{middle}{}e-{}", "0".repeat(30), i % 60));
        }
    }
}
