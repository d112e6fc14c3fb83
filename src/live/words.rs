//! The page's words, as the publisher put them into it.

use super::document;
use crate::domain::time::{DAY, HOUR, MINUTE, Millis, SECOND};
use crate::domain::zone::Civil;
use js_sys::{JSON, Reflect};
use wasm_bindgen::JsValue;

pub struct Words(JsValue);

impl Words {
    pub fn read() -> Option<Self> {
        let text = document::by_id("words")?.text_content()?;
        JSON::parse(&text).ok().map(Self)
    }

    /// The words for a key, empty without.
    pub fn t(&self, key: &str) -> String {
        Reflect::get(&self.0, &key.into()).ok().and_then(|v| v.as_string()).unwrap_or_default()
    }

    pub fn fill(&self, key: &str, gap: &str, value: &str) -> String {
        self.t(key).replace(gap, value)
    }

    /// A number in words: the file says from which number on which form is used.
    pub fn n(&self, key: &str, n: i64) -> String {
        let forms = self.t(key);
        // Forms repeat after a hundred.
        let last_digits = if n > 100 { n % 100 + if n % 100 < 3 { 100 } else { 0 } } else { n };
        let mut found = "{n}";
        for form in forms.split('|') {
            if let Some((from, text)) = form.split_once(':')
                && from.parse::<i64>().is_ok_and(|from| from <= last_digits)
            {
                found = text;
            }
        }
        found.replace("{n}", &n.to_string())
    }

    /// As the publisher writes lengths.
    pub fn length(&self, length: Millis) -> String {
        let in_words = self.t("length_units") == "words";
        let unit = |n: i64, key: &str, letters: &str| match in_words || letters.is_empty() {
            true => self.n(key, n),
            false => format!("{n} {letters}"),
        };
        let (big, small) = match length {
            l if l >= DAY => (unit(l / DAY, "days", ""), (l % DAY / HOUR, "hours", "h")),
            l if l >= HOUR => (unit(l / HOUR, "hours", "h"), (l % HOUR / MINUTE, "minutes", "min")),
            l if l >= MINUTE => (unit(l / MINUTE, "minutes", "min"), (0, "", "")),
            l => (unit(l / SECOND, "seconds", "s"), (0, "", "")),
        };
        match small {
            (0, ..) => big,
            (n, key, letters) => {
                self.t("length_join").replace("{a}", &big).replace("{b}", &unit(n, key, letters))
            }
        }
    }

    pub fn date(&self, civil: &Civil) -> String {
        let months = self.t("months");
        let month = months.split('|').nth(civil.month.saturating_sub(1) as usize).unwrap_or_default();
        self.t("date")
            .replace("{d}", &civil.day.to_string())
            .replace("{month}", month)
            .replace("{y}", &civil.year.to_string())
    }

    pub fn date_time(&self, civil: &Civil) -> String {
        self.t("date_time").replace("{date}", &self.date(civil)).replace("{time}", &civil.clock())
    }
}
