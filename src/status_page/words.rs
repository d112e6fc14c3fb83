//! The page's words in a language. Files of words are JSON; a key that is missing falls back to English.

use crate::domain::public::written::printable;
use crate::domain::time::{DAY, HOUR, MINUTE, Millis, SECOND};
use crate::domain::zone::{Civil, Offsets};
use serde_json::{Map, Value};

/// The languages that come with the program.
pub const BUILT_IN: [(&str, &str); 8] = [
    ("en", include_str!("languages/en.json")),
    ("de", include_str!("languages/de.json")),
    ("fr", include_str!("languages/fr.json")),
    ("es", include_str!("languages/es.json")),
    ("pt", include_str!("languages/pt.json")),
    ("ja", include_str!("languages/ja.json")),
    ("zh", include_str!("languages/zh.json")),
    ("ar", include_str!("languages/ar.json")),
];

/// Words of one language.
#[derive(Clone, Debug)]
pub struct Words {
    pub language: String,
    own: Map<String, Value>,
    english: Map<String, Value>,
}

impl Words {
    /// The words of a language: the built-in ones, with those of `file` (JSON) before them. The fault in words.
    pub fn new(language: &str, file: Option<&str>) -> Result<Self, String> {
        let built_in = BUILT_IN.iter().find(|(name, _)| *name == language).map(|(_, text)| *text);
        if built_in.is_none() && file.is_none() {
            let names: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
            return Err(format!(
                "there are no words in {language:?}; built in are {}; others need a file {language}.json in public.translations",
                names.join(", ")
            ));
        }
        let read = |text: &str| serde_json::from_str::<Map<String, Value>>(text).map_err(|e| e.to_string());
        let mut own = read(built_in.unwrap_or("{}"))?;
        let mut typed = file.map_or_else(|| Ok(Map::new()), read)?;
        for value in typed.values_mut() {
            if let Value::String(text) = value {
                *text = printable(text);
            }
        }
        own.extend(typed);
        let english = read(BUILT_IN.first().map_or("{}", |(_, text)| text))?;
        Ok(Self { language: language.into(), own, english })
    }

    fn value(&self, key: &str) -> Option<&Value> {
        self.own.get(key).or_else(|| self.english.get(key))
    }

    /// The words for a key; the key itself where even English has none.
    pub fn t<'w>(&'w self, key: &'w str) -> &'w str {
        self.value(key).and_then(Value::as_str).unwrap_or(key)
    }

    /// Words with `{name}` replaced.
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let fill = |text: String, (name, value): &(&str, &str)| text.replace(&format!("{{{name}}}"), value);
        values.iter().fold(self.t(key).to_string(), fill)
    }

    /// Words for a number, in the form the language has for it.
    pub fn n(&self, key: &str, n: i64) -> String {
        let form = format!("{key}.{}", plural(self.t("plural"), n));
        // A language that was begun only may lack a form.
        let form = if self.own.contains_key(&form) { form } else { self.nearest_form(key, n) };
        self.fill(&form, &[("n", &n.to_string())])
    }

    fn nearest_form(&self, key: &str, n: i64) -> String {
        let other = format!("{key}.other");
        match self.own.contains_key(&other) {
            true => other,
            false => format!("{key}.{}", plural("one-other", n)),
        }
    }

    pub fn is_right_to_left(&self) -> bool {
        self.t("dir") == "rtl"
    }

    /// The short name of a month, 1..=12.
    pub fn month(&self, month: u32) -> &str {
        let index = month.saturating_sub(1) as usize;
        let months = self.value("months").and_then(Value::as_array);
        months.and_then(|m| m.get(index)).and_then(Value::as_str).unwrap_or("?")
    }

    /// `24 Nov 2026`
    pub fn date(&self, civil: &Civil) -> String {
        self.date_of(civil.year, civil.month, civil.day)
    }

    pub fn date_of(&self, year: i32, month: u32, day: u32) -> String {
        let (y, d) = (year.to_string(), day.to_string());
        self.fill("date", &[("d", &d), ("month", self.month(month)), ("y", &y)])
    }

    /// `Nov 2026`
    pub fn month_year(&self, year: i32, month: u32) -> String {
        self.fill("month_year", &[("month", self.month(month)), ("y", &year.to_string())])
    }

    /// `24 Nov 2026, 09:12`
    pub fn date_time(&self, at: Millis, zone: &Offsets) -> String {
        let civil = zone.civil(at);
        self.fill("date_time", &[("date", &self.date(&civil)), ("time", &civil.clock())])
    }

    /// `2 h 5 min`, `3 days 4 h`, `12 s`: units as the SI writes them where the language has their letters, and otherwise in
    /// its own words, `ساعة واحدة و24 دقيقة`: Latin letters within text from right to left change places with their number.
    pub fn length(&self, length: Millis) -> String {
        let length = length.max(0);
        let in_words = self.t("length_units") == "words";
        let unit = |n: i64, key: &str, letters: &str| match in_words {
            true => self.n(key, n),
            false => format!("{n} {letters}"),
        };
        let (big, small) = match length {
            l if l >= DAY => (self.n("days", l / DAY), (l % DAY / HOUR, "hours", "h")),
            l if l >= HOUR => (unit(l / HOUR, "hours", "h"), (l % HOUR / MINUTE, "minutes", "min")),
            l if l >= MINUTE => (unit(l / MINUTE, "minutes", "min"), (0, "", "")),
            l => (unit(l / SECOND, "seconds", "s"), (0, "", "")),
        };
        match small {
            (0, ..) => big,
            (n, key, letters) => self.fill("length_join", &[("a", &big), ("b", &unit(n, key, letters))]),
        }
    }
}

/// The plural form (CLDR's names) of a whole number by a rule.
fn plural(rule: &str, n: i64) -> &'static str {
    let hundredth = n % 100;
    match (rule, n) {
        ("other", _) => "other",
        ("zero-one-other", 0 | 1) | ("one-other", 1) => "one",
        ("arabic", 0) => "zero",
        ("arabic", 1) => "one",
        ("arabic", 2) => "two",
        ("arabic", _) if (3..=10).contains(&hundredth) => "few",
        ("arabic", _) if hundredth >= 11 => "many",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_language_has_every_word_and_the_same_gaps_to_fill() {
        let gaps = |text: &str| {
            text.split('{')
                .skip(1)
                .filter_map(|p| p.split_once('}'))
                .map(|(n, _)| n.to_string())
                .collect::<BTreeSet<_>>()
        };
        let english = Words::new("en", None).unwrap();
        for (language, _) in BUILT_IN {
            let words = Words::new(language, None).unwrap();
            for (key, value) in &english.own {
                let (stem, form) = key.rsplit_once('.').unwrap_or((key, ""));
                if form == "one" && words.t("plural") == "other" {
                    continue;
                }
                let same_as_english = [
                    "plural",
                    "date",
                    "date_time",
                    "month_year",
                    "maintenance",
                    "dir",
                    "length_units",
                    "length_join",
                ];
                let own = words.own.get(key);
                assert!(own.is_some() || same_as_english.contains(&stem), "{language} lacks {key}");
                if let (Some(own), Some(value)) = (own.and_then(Value::as_str), value.as_str()) {
                    // Arabic says "one day" without a figure.
                    assert!(gaps(own) == gaps(value) || form == "one", "{language} {key}: {own}");
                }
            }
            for key in words.own.keys() {
                let stem = key.rsplit_once('.').map_or(key.as_str(), |(stem, _)| stem);
                let known =
                    english.own.contains_key(key) || english.own.contains_key(&format!("{stem}.other"));
                assert!(known, "{language} has {key}, which nothing uses");
            }
            assert_eq!(words.value("months").unwrap().as_array().unwrap().len(), 12, "{language}");
        }
    }

    #[test]
    fn numbers_take_the_form_of_the_language() {
        let n = |language: &str, n: i64| Words::new(language, None).unwrap().n("days", n);
        assert_eq!((n("en", 1), n("en", 2)), ("1 day".into(), "2 days".into()));
        assert_eq!((n("fr", 0), n("ja", 1)), ("0 jour".into(), "1 日".into()));
        let arabic: Vec<String> = [1, 2, 3, 11, 100, 103].into_iter().map(|d| n("ar", d)).collect();
        assert_eq!(arabic, ["يوم واحد", "يومان", "3 أيام", "11 يومًا", "100 يوم", "103 أيام"]);
    }

    #[test]
    fn a_new_language_falls_back_and_a_wrong_file_is_told() {
        let words = Words::new("nl", Some(r#"{"components": "Onderdelen"}"#)).unwrap();
        assert_eq!((words.t("components"), words.t("history")), ("Onderdelen", "Incident history"));
        assert_eq!(words.n("days", 1), "1 day");
        assert!(Words::new("nl", None).unwrap_err().contains("built in are en, de"));
        assert!(Words::new("nl", Some("[]")).is_err());
    }

    #[test]
    fn times_and_lengths() {
        let (utc, at) = (Offsets::utc(), 1_795_856_400_000);
        let text = |language: &str| Words::new(language, None).unwrap().date_time(at, &utc);
        assert_eq!((text("en"), text("ja")), ("28 Nov 2026, 09:00".into(), "2026年11月28日 09:00".into()));
        let words = Words::new("en", None).unwrap();
        let lengths: Vec<String> =
            [500, 61_000, 2 * HOUR, 2 * HOUR + MINUTE, DAY + HOUR].map(|l| words.length(l)).into();
        assert_eq!(lengths, ["0 s", "1 min", "2 h", "2 h 1 min", "1 day 1 h"]);
        let of = |language: &str, length| Words::new(language, None).unwrap().length(length);
        assert_eq!(of("ar", HOUR + 24 * MINUTE), "ساعة واحدة و24 دقيقة");
        assert_eq!([of("ar", 20 * MINUTE), of("ar", DAY + 2 * HOUR)], ["20 دقيقة", "يوم واحد وساعتان"]);
        assert_eq!([of("ja", HOUR + MINUTE), of("zh", HOUR + MINUTE)], ["1 時間 1 分", "1 小时 1 分钟"]);
        assert_eq!(of("de", HOUR + MINUTE), "1 h 1 min");
    }
}
