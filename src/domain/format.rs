//! Numbers as people read them: always with a unit, never with more digits than they carry.

use super::time::Millis;
use super::zone::Offsets;

/// What a number measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// seconds
    Seconds,
    /// ratio 0..1, shown as percent
    Ratio,
    /// requests a second
    Rps,
    /// bytes, decimal prefixes
    Bytes,
    /// bytes, binary prefixes
    BinaryBytes,
    /// bytes a second, decimal prefixes
    ByteRate,
    /// 1 is up, 0 is down
    State,
    /// a plain count
    Count,
    /// seconds since the epoch, shown as a date in UTC
    Date,
}

const NONE: &str = "–";

/// The value with its unit: `180 ms`, `5.2k rps`, `0.08 %`, `450 GB`, `1.2M`.
pub fn human(unit: Unit, value: f64) -> String {
    if !value.is_finite() {
        return NONE.into();
    }
    if value.abs() > 1e18 {
        // Three hundred digits help nobody.
        return if value > 0.0 { "> 1e18".into() } else { "< -1e18".into() };
    }
    match unit {
        Unit::Seconds => seconds(value),
        Unit::Ratio => percent(value),
        Unit::Rps => format!("{} rps", thousands(value)),
        Unit::Bytes => bytes(value),
        Unit::BinaryBytes => binary_bytes(value),
        Unit::ByteRate => format!("{}/s", bytes(value)),
        Unit::Count => thousands(value),
        Unit::State => if value >= 0.5 { "up" } else { "down" }.into(),
        Unit::Date => date(value),
    }
}

/// As [`human`], or a dash where there is no value.
pub fn human_or_dash(unit: Unit, value: Option<f64>) -> String {
    value.map_or_else(|| NONE.into(), |v| human(unit, v))
}

/// An availability: two decimals, cut and never rounded up, so that 99.999 % is not shown as 100 %.
pub fn availability(ratio: f64) -> String {
    if !ratio.is_finite() {
        return NONE.into();
    }
    // A hair is added so that 0.9998, which is a little less in binary, stays 99.98.
    let hundredths = (ratio * 10_000.0 + 1e-6).floor() as i64;
    let (whole, part) = (hundredths / 100, (hundredths % 100).abs());
    match part {
        0 => format!("{whole} %"),
        p if p % 10 == 0 => format!("{whole}.{} %", p / 10),
        p => format!("{whole}.{p:02} %"),
    }
}

fn seconds(s: f64) -> String {
    let magnitude = s.abs();
    match magnitude {
        0.0 => "0 s".into(),
        m if m < 0.001 => format!("{} µs", significant(s * 1e6, 2)),
        m if m < 0.9995 => format!("{} ms", significant(s * 1e3, 2)),
        m if m < 120.0 => format!("{} s", significant(s, 2)),
        m if m < 7200.0 => format!("{} min", significant(s / 60.0, 2)),
        m if m < 172_800.0 => format!("{} h", significant(s / 3600.0, 2)),
        _ => format!("{} d", significant(s / 86400.0, 2)),
    }
}

fn percent(ratio: f64) -> String {
    let p = ratio * 100.0;
    let text = match p.abs() {
        m if m >= 10.0 => format!("{p:.0}"),
        m if m >= 1.0 => format!("{p:.1}"),
        m if m >= 0.01 => format!("{p:.2}"),
        m if m >= 0.001 => format!("{p:.3}"),
        0.0 => "0".into(),
        _ => return if p > 0.0 { "< 0.001 %".into() } else { "0 %".into() },
    };
    format!("{} %", trim(text))
}

fn thousands(value: f64) -> String {
    scaled(value, &[(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")], "")
}

fn bytes(value: f64) -> String {
    scaled(value, &[(1e15, " PB"), (1e12, " TB"), (1e9, " GB"), (1e6, " MB"), (1e3, " kB")], " B")
}

fn binary_bytes(value: f64) -> String {
    const KI: f64 = 1024.0;
    let prefixes = [
        (KI.powi(5), " PiB"),
        (KI.powi(4), " TiB"),
        (KI.powi(3), " GiB"),
        (KI.powi(2), " MiB"),
        (KI, " KiB"),
    ];
    scaled(value, &prefixes, " B")
}

fn date(seconds: f64) -> String {
    Offsets::utc().civil((seconds * 1000.0) as Millis).full_date()
}

fn scaled(value: f64, prefixes: &[(f64, &str)], plain: &str) -> String {
    for (size, name) in prefixes {
        if value.abs() >= size * 0.9995 {
            return format!("{}{name}", significant(value / size, 2));
        }
    }
    format!("{}{plain}", significant(value, 2))
}

/// At least `digits` significant digits, and all digits before the point.
fn significant(value: f64, digits: i32) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let before = value.abs().log10().floor() as i32 + 1;
    let decimals = (digits - before).clamp(0, 6) as usize;
    trim(format!("{value:.decimals$}"))
}

fn trim(text: String) -> String {
    if !text.contains('.') {
        return text;
    }
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn shows(unit: Unit, value: f64, expected: &str) {
        assert_eq!(human(unit, value), expected, "{value}");
    }

    #[test]
    fn numbers_carry_units_and_sensible_precision() {
        shows(Unit::Seconds, 0.18, "180 ms");
        shows(Unit::Seconds, 0.002, "2 ms");
        shows(Unit::Seconds, 1.94, "1.9 s");
        shows(Unit::Seconds, 0.000_25, "250 µs");
        shows(Unit::Seconds, 600.0, "10 min");
        shows(Unit::Rps, 5_200.0, "5.2k rps");
        shows(Unit::Rps, 12_000.0, "12k rps");
        shows(Unit::Rps, 999.7, "1k rps");
        shows(Unit::Rps, 0.25, "0.25 rps");
        shows(Unit::Ratio, 0.000_8, "0.08 %");
        shows(Unit::Ratio, 0.45, "45 %");
        shows(Unit::Ratio, 0.0, "0 %");
        shows(Unit::Ratio, 0.000_000_1, "< 0.001 %");
        shows(Unit::Bytes, 450e9, "450 GB");
        shows(Unit::Bytes, 1e12, "1 TB");
        shows(Unit::Bytes, 512.0, "512 B");
        shows(Unit::BinaryBytes, 1_610_612_736.0, "1.5 GiB");
        shows(Unit::ByteRate, 2.5e6, "2.5 MB/s");
        shows(Unit::Date, 1_795_468_027.0, "23 Nov 2026");
        shows(Unit::Count, 1_234_567.0, "1.2M");
        shows(Unit::Count, 1e300, "> 1e18");
        shows(Unit::Bytes, -1e300, "< -1e18");
        shows(Unit::Count, f64::NAN, "–");
        shows(Unit::Count, -0.0, "0");
    }

    #[test]
    fn availability_is_never_rounded_up() {
        assert_eq!(availability(0.9998), "99.98 %");
        assert_eq!(availability(0.999_999), "99.99 %");
        assert_eq!(availability(1.0), "100 %");
        assert_eq!(availability(0.9995), "99.95 %");
        assert_eq!(availability(0.5), "50 %");
    }
}
