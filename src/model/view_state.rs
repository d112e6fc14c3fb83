//! What the address says beside the page: time range, zone, theme, filters. A pure codec: a typed
//! value to a query string and back, with anything odd falling back to the default.

use crate::domain::time::{
    DAY, HOUR, MINUTE, Millis, duration_text, human_duration, parse_duration, parse_rfc3339,
};
use crate::poll::Span;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Dark,
    Light,
    System,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::System];

    pub fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::System => "system",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.name() == text)
    }
}

/// Everything in the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewState {
    pub span: Span,
    /// where the crosshair stood when a link was copied
    pub at: Option<Millis>,
    /// zone name; `None` is the configured one
    pub zone: Option<String>,
    /// `None` is the remembered or default one
    pub theme: Option<Theme>,
    /// the id on a page about one thing
    pub id: Option<String>,
    /// text filter
    pub query: String,
    /// comma-separated states shown on the alerts page; empty is all
    pub states: String,
    /// label by which alerts are grouped; empty is flat
    pub group: String,
    /// column by which a table is sorted, with a leading minus for descending
    pub sort: String,
    /// what if, on the capacity page: as [`crate::domain::plan::Plan`] writes it
    pub plan: String,
    /// the id of the incident that a runbook is opened for
    pub incident: String,
}

/// Ranges offered by name.
pub const PRESETS: [Millis; 8] = [15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY];

/// How a moving range is called: `24 h` rather than `1 d`, since it ends now and not at midnight.
pub fn range_name(length: Millis) -> String {
    if length <= 2 * DAY && length % HOUR == 0 {
        format!("{} h", length / HOUR)
    } else {
        human_duration(length)
    }
}

const SHORTEST: Millis = MINUTE;
const LONGEST: Millis = 3 * 365 * DAY;

impl Default for ViewState {
    fn default() -> Self {
        Self {
            span: Span::Last(DAY),
            at: None,
            zone: None,
            theme: None,
            id: None,
            query: String::new(),
            states: String::new(),
            group: String::new(),
            sort: String::new(),
            plan: String::new(),
            incident: String::new(),
        }
    }
}

impl ViewState {
    /// Reads a query string, with or without its question mark.
    pub fn parse(search: &str) -> Self {
        let mut state = Self::default();
        let (mut from, mut to) = (None, None);
        for pair in search.trim_start_matches('?').split('&').filter(|p| !p.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = decode(value);
            match name {
                "range" => {
                    if let Some(length) = parse_duration(&value).filter(|l| (SHORTEST..=LONGEST).contains(l))
                    {
                        state.span = Span::Last(length);
                    }
                }
                "from" => from = instant(&value),
                "to" => to = instant(&value),
                "zone" => state.zone = Some(value).filter(|z| crate::config::ZoneChoice::parse(z).is_some()),
                "theme" => state.theme = Theme::parse(&value),
                "at" => {
                    state.at = value.parse::<Millis>().ok().filter(|t| (0..=4_102_444_800_000).contains(t))
                }
                "id" => state.id = Some(value),
                "q" => state.query = value,
                "state" => state.states = value,
                "group" => state.group = value,
                "sort" => state.sort = value,
                "plan" => state.plan = value,
                "incident" => state.incident = value,
                _ => {}
            }
        }
        if let (Some(from), Some(to)) = (from, to)
            && let Some(span) = between(from, to)
        {
            state.span = span;
        }
        state
    }

    /// The query string, without a question mark; defaults are left out.
    pub fn encode(&self) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        if let Some(id) = &self.id {
            pairs.push(("id", id.clone()));
        }
        match self.span {
            Span::Last(DAY) => {}
            Span::Last(length) => pairs.push(("range", duration_text(length))),
            Span::Between(from, to) => {
                pairs.push(("from", from.to_string()));
                pairs.push(("to", to.to_string()));
            }
        }
        pairs.extend(self.at.map(|at| ("at", at.to_string())));
        pairs.extend(self.zone.clone().map(|z| ("zone", z)));
        pairs.extend(self.theme.map(|t| ("theme", t.name().to_string())));
        for (name, value) in [
            ("q", &self.query),
            ("state", &self.states),
            ("group", &self.group),
            ("sort", &self.sort),
            ("plan", &self.plan),
            ("incident", &self.incident),
        ] {
            if !value.is_empty() {
                pairs.push((name, value.clone()));
            }
        }
        pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
    }

    /// What goes along to another page: range, zone and theme, not its filters.
    pub fn shared(&self) -> Self {
        Self { span: self.span, zone: self.zone.clone(), theme: self.theme, ..Self::default() }
    }

    /// The same with the ends written out, for a link that shows later what is seen now.
    pub fn frozen(&self, now: Millis) -> Self {
        let (from, to) = self.span.ends(now);
        Self { span: Span::Between(from, to), ..self.clone() }
    }
}

/// Milliseconds as the console writes them, or what somebody writes by hand: `2026-11-24T03:01Z`.
fn instant(text: &str) -> Option<Millis> {
    let with_seconds = || parse_rfc3339(&text.replacen('Z', ":00Z", 1));
    text.parse().ok().or_else(|| parse_rfc3339(text)).or_else(with_seconds)
}

/// A fixed range, when its ends make sense.
pub fn between(from: Millis, to: Millis) -> Option<Span> {
    let length = to.checked_sub(from)?;
    (from > 0 && (SHORTEST..=LONGEST).contains(&length)).then_some(Span::Between(from, to))
}

/// The span moved by a share of its length; a moving span becomes a fixed one, and a fixed one that
/// reaches the present becomes a moving one.
pub fn shifted(span: Span, share: f64, now: Millis) -> Span {
    let (from, to) = span.ends(now);
    let by = ((to - from) as f64 * share) as Millis;
    // The present has gone on since one went back: near to it is meant to be it.
    if to + by >= now - (to - from) / 20 {
        return Span::Last(to - from);
    }
    between(from + by, to + by).unwrap_or(span)
}

/// Half the span, around an instant or at its newest end.
pub fn zoomed_in(span: Span, around: Option<Millis>, now: Millis) -> Span {
    let (from, to) = span.ends(now);
    let half = ((to - from) / 2).max(SHORTEST);
    match (around.filter(|t| (from..=to).contains(t)), span) {
        (Some(at), _) => {
            let start = (at - half / 2).clamp(from, (to - half).max(from));
            between(start, start + half).unwrap_or(span)
        }
        (None, Span::Last(_)) => Span::Last(half),
        (None, Span::Between(..)) => between(to - half, to).unwrap_or(span),
    }
}

/// The span twice as long, around the same middle, or back from now.
pub fn zoomed_out(span: Span, now: Millis) -> Span {
    match span {
        Span::Last(length) => Span::Last((length * 2).min(LONGEST)),
        Span::Between(from, to) => {
            let half = (to - from) / 2;
            if to + half >= now {
                Span::Last(((to - from) * 2).min(LONGEST))
            } else {
                between(from - half, to + half).unwrap_or(span)
            }
        }
    }
}

/// What the query of the page's address shows as it is, so that people can read it.
const READABLE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b',')
    .remove(b':');

fn encode(text: &str) -> String {
    utf8_percent_encode(text, READABLE).to_string()
}

/// Decodes once, and only once: a router that decodes twice corrupts queries and patterns.
fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_round_trips_through_the_address() {
        let state = ViewState {
            span: Span::Between(1_795_400_000_000, 1_795_468_000_000),
            at: Some(1_795_430_000_000),
            zone: Some("Europe/Berlin".into()),
            theme: Some(Theme::Light),
            id: Some("api gateway/ä".into()),
            query: "{path=~\"%2F.*\"} + 100%".into(),
            states: "firing,pending".into(),
            group: "severity".into(),
            sort: "-started".into(),
            plan: "growth:2,months:3".into(),
            incident: "20261201-api-is-slow-9f3c21aa".into(),
        };
        assert_eq!(ViewState::parse(&state.encode()), state);
        assert_eq!(ViewState::default().encode(), "");
    }

    #[test]
    fn odd_addresses_fall_back() {
        for search in [
            "?range=-5m",
            "?range=99999y",
            "?from=5&to=1",
            "?from=1",
            "?zone=Mars",
            "?theme=pink",
            "?%%%=%zz&&=",
            "?from=9223372036854775807&to=-9223372036854775808",
        ] {
            assert_eq!(ViewState::parse(search).span, Span::Last(DAY), "{search}");
        }
        let by_hand = ViewState::parse("?from=2026-11-20T09:00Z&to=2026-11-20T10:00:00%2B01:00");
        assert_eq!(by_hand.span, Span::Last(DAY), "the ends are the same instant");
        let by_hand = ViewState::parse("?from=2026-11-20T09:00Z&to=2026-11-20T10:00:00Z");
        assert_eq!(by_hand.span, Span::Between(1_795_165_200_000, 1_795_168_800_000));
        assert_eq!(ViewState::parse("?q=%zz%4").query, "%zz%4");
    }

    #[test]
    fn moving_and_zooming() {
        let now = 1_795_468_000_000;
        assert_eq!(shifted(Span::Last(DAY), -0.5, now), Span::Between(now - DAY - DAY / 2, now - DAY / 2));
        assert_eq!(shifted(Span::Between(now - 2 * DAY, now - DAY), 1.0, now), Span::Last(DAY));
        // Back and forth again, while the clock went on.
        let earlier = shifted(Span::Last(DAY), -0.5, now);
        assert_eq!(shifted(earlier, 0.5, now + 30_000), Span::Last(DAY));
        assert_eq!(zoomed_in(Span::Last(DAY), None, now), Span::Last(DAY / 2));
        assert_eq!(
            zoomed_in(Span::Last(DAY), Some(now - DAY / 2), now),
            Span::Between(now - 3 * DAY / 4, now - DAY / 4)
        );
        assert_eq!(zoomed_in(Span::Last(DAY), Some(now), now), Span::Between(now - DAY / 2, now));
        assert_eq!(zoomed_in(Span::Last(MINUTE), None, now), Span::Last(MINUTE));
        assert_eq!(zoomed_out(Span::Last(HOUR), now), Span::Last(2 * HOUR));
        assert_eq!(
            zoomed_out(Span::Between(now - 3 * DAY, now - 2 * DAY), now),
            Span::Between(now - 3 * DAY - DAY / 2, now - 2 * DAY + DAY / 2)
        );
        assert_eq!(zoomed_out(Span::Last(LONGEST), now), Span::Last(LONGEST));
    }
}
