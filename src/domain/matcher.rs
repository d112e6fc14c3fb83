//! Matchers of labels, as Alertmanager has them: what a silence applies to.
//!
//! Source: `pkg/labels` of prometheus/alertmanager. A label that is missing is one with an empty value. A regular
//! expression is RE2's and matches the whole value, as if written `^(?:…)$`.

use super::labels::Labels;
use regex_lite::Regex;
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Operator {
    #[serde(rename = "=")]
    Equal,
    #[serde(rename = "!=")]
    NotEqual,
    #[serde(rename = "=~")]
    Regex,
    #[serde(rename = "!~")]
    NotRegex,
}

impl Operator {
    pub const ALL: [Self; 4] = [Self::Equal, Self::NotEqual, Self::Regex, Self::NotRegex];

    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Regex => "=~",
            Self::NotRegex => "!~",
        }
    }

    pub fn parse(sign: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.sign() == sign)
    }

    /// From the two marks of Alertmanager's API.
    pub fn of(is_equal: bool, is_regex: bool) -> Self {
        match (is_equal, is_regex) {
            (true, false) => Self::Equal,
            (true, true) => Self::Regex,
            (false, false) => Self::NotEqual,
            (false, true) => Self::NotRegex,
        }
    }

    pub fn is_equal(self) -> bool {
        matches!(self, Self::Equal | Self::Regex)
    }

    pub fn is_regex(self) -> bool {
        matches!(self, Self::Regex | Self::NotRegex)
    }
}

/// One condition on one label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Matcher {
    pub name: String,
    pub operator: Operator,
    pub value: String,
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{:?}", self.name, self.operator.sign(), self.value)
    }
}

impl Matcher {
    pub fn new(name: &str, operator: Operator, value: &str) -> Self {
        Self { name: name.into(), operator, value: value.into() }
    }

    fn compiled(&self) -> Result<Test<'_>, MatcherFault> {
        if !self.operator.is_regex() {
            return Ok(Test::Text(self));
        }
        match Regex::new(&format!("^(?:{})$", self.value)) {
            Ok(regex) => Ok(Test::Regex(self, regex)),
            Err(_) => Err(MatcherFault::Regex { name: self.name.clone(), value: self.value.clone() }),
        }
    }
}

enum Test<'m> {
    Text(&'m Matcher),
    Regex(&'m Matcher, Regex),
}

impl Test<'_> {
    fn passes(&self, labels: &Labels) -> bool {
        let value = |m: &Matcher| labels.get(&m.name).unwrap_or_default().to_string();
        match self {
            Self::Text(m) => (value(m) == m.value) == m.operator.is_equal(),
            Self::Regex(m, regex) => regex.is_match(&value(m)) == m.operator.is_equal(),
        }
    }
}

/// Why a set of matchers cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MatcherFault {
    #[error("A matcher is missing: name at least one label")]
    None,
    #[error("A matcher has no label name")]
    NoName,
    /// Alertmanager refuses it: most likely a value is missing. That `!=` and `!~` match nearly everything it allows.
    #[error("Every matcher also matches alerts without the label: at least one needs a value")]
    MatchesEmpty,
    #[error("{value:?} is no regular expression that can be evaluated here (label {name})")]
    Regex { name: String, value: String },
}

/// A set of matchers, ready to be applied: an alert is matched when all of them match.
pub struct Matchers<'m>(Vec<Test<'m>>);

impl<'m> Matchers<'m> {
    /// Refuses what Alertmanager would refuse.
    pub fn new(all: &'m [Matcher]) -> Result<Self, MatcherFault> {
        if all.is_empty() {
            return Err(MatcherFault::None);
        }
        if all.iter().any(|m| m.name.trim().is_empty()) {
            return Err(MatcherFault::NoName);
        }
        let tests = all.iter().map(Matcher::compiled).collect::<Result<Vec<_>, _>>()?;
        let nothing = Labels::default();
        if all.iter().zip(&tests).all(|(m, t)| m.operator.is_equal() && t.passes(&nothing)) {
            return Err(MatcherFault::MatchesEmpty);
        }
        Ok(Self(tests))
    }

    pub fn match_all(&self, labels: &Labels) -> bool {
        self.0.iter().all(|t| t.passes(labels))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Operator::{Equal, NotEqual, NotRegex, Regex};

    fn labels(text: &str) -> Labels {
        text.split_whitespace().filter_map(|pair| pair.split_once('=')).collect()
    }

    #[test]
    fn matchers_match_as_alertmanagers_do() {
        for (name, operator, value, of, expected) in [
            ("a", Equal, "x", "a=x", true),
            ("a", Equal, "x", "a=xy", false),
            ("a", Equal, "x", "b=x", false),
            // A label that is missing is an empty one.
            ("a", NotEqual, "x", "b=x", true),
            ("a", NotEqual, "x", "a=x", false),
            ("a", Regex, "x|y", "a=y", true),
            // The whole value, also with an alternative.
            ("a", Regex, "x|y", "a=yy", false),
            ("a", Regex, "x|y", "a=xy", false),
            ("a", Regex, "x.*", "a=xyz", true),
            ("a", Regex, "x.*", "a=wx", false),
            ("a", NotRegex, "x.*", "a=wx", true),
            ("a", NotRegex, "x.*", "b=1", true),
            ("a", NotRegex, "x.*", "a=xx", false),
            ("a", Regex, "(?i)X", "a=x", true),
            ("a", Regex, "[[:digit:]]+", "a=42", true),
        ] {
            let all = [Matcher::new("z", Equal, "1"), Matcher::new(name, operator, value)];
            let matchers = Matchers::new(&all).unwrap();
            let of = labels(of).with("z", "1");
            assert_eq!(matchers.match_all(&of), expected, "{} of {of:?}", all[1]);
            assert!(!matchers.match_all(&of.with("z", "2")));
        }
    }

    #[test]
    fn what_alertmanager_refuses_is_refused() {
        let fault = |all: &[Matcher]| Matchers::new(all).err();
        assert_eq!(fault(&[]), Some(MatcherFault::None));
        assert_eq!(fault(&[Matcher::new("", Equal, "x")]), Some(MatcherFault::NoName));
        for (operator, value, expected) in [
            (Regex, ".*", Some(MatcherFault::MatchesEmpty)),
            (Equal, "", Some(MatcherFault::MatchesEmpty)),
            (NotEqual, "x", None),
            (NotRegex, "x", None),
        ] {
            assert_eq!(fault(&[Matcher::new("a", operator, value)]), expected, "{operator:?} {value}");
        }
        assert_eq!(fault(&[Matcher::new("a", Regex, ".*"), Matcher::new("b", Equal, "x")]), None);
        let odd = fault(&[Matcher::new("a", Regex, "(")]).unwrap();
        assert!(odd.to_string().contains("label a"), "{odd}");
    }

    #[test]
    fn matchers_are_written_as_prometheus_writes_them() {
        assert_eq!(Matcher::new("a", NotRegex, "x\"y").to_string(), r#"a!~"x\"y""#);
        for operator in Operator::ALL {
            assert_eq!(Operator::parse(operator.sign()), Some(operator));
            assert_eq!(Operator::of(operator.is_equal(), operator.is_regex()), operator);
        }
    }
}
