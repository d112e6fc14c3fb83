//! A chart as it was: what was asked, over which span, and what came back. Frozen, because a source forgets.

use super::maybe_instant;
use crate::domain::format::{Unit, human};
use crate::domain::number::parse_number;
use crate::domain::time::{Millis, human_duration};
use serde::{Deserialize, Serialize};

/// Samples of one frozen chart: enough to see a spike of a minute in three hours, and 8 KB of file at most.
pub const MOST_SAMPLES: usize = 180;
/// Frozen charts of one incident that are shown. The log keeps them all.
pub const MOST_CHARTS: usize = 48;

/// A frozen chart. It holds at most [`MOST_SAMPLES`] samples where this program made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub title: String,
    pub query: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// the id of the service it is about
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub service: String,
    /// the signal by its name in the configuration
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub signal: String,
    /// what the values are: `seconds`, `ratio`, `requests/s`
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// `declared`: frozen by itself when the incident was declared
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub occasion: String,
    #[serde(default, with = "maybe_instant")]
    pub from: Option<Millis>,
    #[serde(default, with = "maybe_instant")]
    pub to: Option<Millis>,
    /// seconds since the epoch and the value as text, as Prometheus writes them
    #[serde(default)]
    pub samples: Vec<(i64, String)>,
}

/// What [`Evidence::occasion`] says of what was frozen at the declaration.
pub const AT_DECLARATION: &str = "declared";

/// The units of frozen charts, by their names in the file.
const UNITS: [(&str, Unit); 3] =
    [("seconds", Unit::Seconds), ("ratio", Unit::Ratio), ("requests/s", Unit::Rps)];

impl Evidence {
    /// Takes samples in, in milliseconds: the worst of each of [`MOST_SAMPLES`] equal parts where there are more, so that no
    /// spike is lost. Values keep five digits.
    pub fn with_samples(mut self, samples: impl IntoIterator<Item = (Millis, f64)>) -> Self {
        let all: Vec<(Millis, f64)> = samples.into_iter().filter(|(_, v)| v.is_finite()).collect();
        let size = all.len().div_ceil(MOST_SAMPLES).max(1);
        let worst =
            |part: &[(Millis, f64)]| part.iter().copied().reduce(|a, b| if b.1 > a.1 { b } else { a });
        let text = |(at, value): (Millis, f64)| (at.div_euclid(1_000), short(value));
        self.samples = all.chunks(size).filter_map(worst).map(text).collect();
        self
    }

    pub fn unit(&self) -> Unit {
        UNITS.iter().find(|(name, _)| *name == self.unit).map_or(Unit::Count, |(_, unit)| *unit)
    }

    /// The name of a unit in the file; empty for what has none.
    pub fn unit_name(unit: Unit) -> &'static str {
        UNITS.iter().find(|(_, own)| *own == unit).map_or("", |(name, _)| name)
    }

    /// The samples as numbers, in milliseconds; what is no number is left out.
    pub fn values(&self) -> impl Iterator<Item = (Millis, f64)> {
        let value = |(at, text): &(i64, String)| {
            let value = parse_number(text).filter(|v| v.is_finite())?;
            Some((at.saturating_mul(1_000), value))
        };
        self.samples.iter().filter_map(value)
    }

    /// `highest 720 ms, last 50 ms, over 48 min`
    pub fn summary(&self) -> String {
        let highest = self.values().map(|(_, v)| v).reduce(f64::max);
        let (Some(highest), Some((_, last))) = (highest, self.values().last()) else {
            return "no samples".into();
        };
        let over = self.from.zip(self.to).map(|(from, to)| format!(", over {}", human_duration(to - from)));
        let unit = self.unit();
        format!("highest {}, last {}{}", human(unit, highest), human(unit, last), over.unwrap_or_default())
    }

    /// Whether another one is of the same chart on the same occasion, so that two tabs freeze it once.
    pub fn is_same_occasion(&self, other: &Self) -> bool {
        !self.occasion.is_empty()
            && (&self.occasion, &self.service, &self.signal)
                == (&other.occasion, &other.service, &other.signal)
    }
}

/// A value with five digits, as short as that can be written.
fn short(value: f64) -> String {
    let rounded: f64 = format!("{value:.4e}").parse().unwrap_or(value);
    rounded.to_string()
}

/// A share of an error budget: `18.5 % of the budget`, in words where it is next to nothing.
pub fn budget_text(millionths: u64) -> String {
    match millionths {
        0 => "nothing of the budget".into(),
        1..500 => "less than 0.1 % of the budget".into(),
        n if n < 100_000 => format!("{:.1} % of the budget", n as f64 / 10_000.0),
        n => format!("{:.0} % of the budget", n as f64 / 10_000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::SECOND;

    #[test]
    fn a_frozen_chart_is_bounded_and_keeps_its_spike() {
        let samples = (0..10_000).map(|i| (i * SECOND, if i == 7_777 { 9.123_456_7 } else { 1.0 }));
        let chart =
            Evidence { unit: "seconds".into(), from: Some(0), to: Some(3_600_000), ..Evidence::default() }
                .with_samples(samples);
        assert!(chart.samples.len() <= MOST_SAMPLES, "{}", chart.samples.len());
        assert!(chart.samples.contains(&(7_777, "9.1235".into())));
        assert_eq!(chart.summary(), "highest 9.1 s, last 1 s, over 1 h");
        assert_eq!(Evidence::default().with_samples([(0, f64::NAN)]).summary(), "no samples");
        let odd = Evidence { samples: vec![(i64::MAX, "7".into()), (1, "x".into())], ..Evidence::default() };
        assert_eq!(odd.values().count(), 1);
    }

    #[test]
    fn shares_of_a_budget_in_words() {
        for (millionths, text) in [
            (0, "nothing of the budget"),
            (40, "less than 0.1 % of the budget"),
            (18_530, "1.9 % of the budget"),
            (185_300, "19 % of the budget"),
            (1_500_000, "150 % of the budget"),
        ] {
            assert_eq!(budget_text(millionths), text);
        }
    }
}
