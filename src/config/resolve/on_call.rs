//! People, on-call schedules and the list of runbooks.

use super::is_safe_link;
use crate::config::fault::FaultKind;
use crate::config::raw_on_call::{RawLayer, RawPeople, RawRotation, RawSchedule, RawSwap};
use crate::config::resolved::ZoneChoice;
use crate::config::resolver::Resolver;
use crate::config::shape::Path;
use crate::domain::on_call::{
    Days, FULL_DAY, Layer, Override, Person, Roster, Rotation, Schedule, Swap, WEEKDAYS, day_number,
    parse_clock, uncovered,
};
use crate::domain::time::{DAY, parse_duration};

/// The longest turn, days.
const LONGEST: i64 = 364;

impl Resolver<'_> {
    /// `zone` is that of the file.
    pub(super) fn roster(
        &mut self,
        people: &RawPeople,
        schedules: &[RawSchedule],
        zone: &ZoneChoice,
        services: &[&str],
        root: &Path,
    ) -> Roster {
        let ids: Vec<&str> = people.keys().map(String::as_str).collect();
        let described = people.iter().map(|(id, raw)| {
            let path = root.key("people").key(id);
            self.not_empty(&raw.name, &path.key("name"));
            if let Some(contact) = raw.contact.as_deref().filter(|c| !is_safe_link(c)) {
                let (found, example) = (format!("{contact:?}"), "\"mailto:mia@example.com\"");
                let expected = "an http, https or mailto address";
                self.fault(FaultKind::BadValue, &path.key("contact"), &found, expected, example);
            }
            Person { id: id.clone(), name: raw.name.clone(), contact: raw.contact.clone() }
        });
        let people = described.collect();
        let path = root.key("on_call");
        self.unique(schedules.iter().enumerate().map(|(i, s)| (s.id.as_str(), path.index(i).key("id"))));
        let of_file = if matches!(zone, ZoneChoice::Named(_)) { zone.name() } else { "UTC" };
        let schedules = schedules.iter().enumerate();
        let schedules = schedules.map(|(i, raw)| self.schedule(raw, of_file, &ids, services, &path.index(i)));
        Roster { people, schedules: schedules.collect() }
    }

    fn schedule(
        &mut self,
        raw: &RawSchedule,
        of_file: &str,
        people: &[&str],
        services: &[&str],
        path: &Path,
    ) -> Schedule {
        self.not_empty(&raw.name, &path.key("name"));
        for (i, id) in raw.services.iter().enumerate() {
            self.known(id, services, "the id of a service", &path.key("services").index(i));
        }
        let zone = self.clock_zone(raw.zone.as_deref(), of_file, &path.key("zone"));
        let at = path.key("layers");
        if raw.layers.is_empty() && !self.is_unread(&at) {
            let example = r#"[{ "name": "Primary", "rotations": [] }]"#;
            self.fault(FaultKind::MissingKey, &at, "no layer", "at least one layer", example);
        }
        self.unique(raw.layers.iter().enumerate().map(|(i, l)| (l.name.as_str(), at.index(i).key("name"))));
        let layers = raw.layers.iter().enumerate();
        let layers = layers.map(|(i, raw)| self.layer(raw, &zone, people, &at.index(i))).collect();
        Schedule { id: raw.id.clone(), name: raw.name.clone(), zone, services: raw.services.clone(), layers }
    }

    /// The zone of a clock that is the same for everybody.
    fn clock_zone(&mut self, typed: Option<&str>, default: &str, path: &Path) -> String {
        match typed.map(|text| (text, ZoneChoice::parse(text))) {
            None => default.into(),
            Some((_, Some(zone @ (ZoneChoice::Utc | ZoneChoice::Named(_))))) => zone.name().into(),
            Some((text, _)) => {
                let expected =
                    "UTC, or a zone name such as Europe/Berlin: everybody has to read the same clock";
                self.fault(FaultKind::BadValue, path, &format!("{text:?}"), expected, "\"Europe/Berlin\"");
                default.into()
            }
        }
    }

    fn layer(&mut self, raw: &RawLayer, zone: &str, people: &[&str], path: &Path) -> Layer {
        let before = self.faults.len();
        let at = path.key("rotations");
        let rotations: Vec<Rotation> = raw
            .rotations
            .iter()
            .enumerate()
            .filter_map(|(i, raw)| self.rotation(raw, zone, people, &at.index(i)))
            .collect();
        let allows_gaps = raw.allow_gaps.unwrap_or(false);
        // What follows from a fault above is none of its own.
        if !allows_gaps && self.faults.len() == before && !self.is_unread(path) {
            self.find_gap(&rotations, &at);
        }
        let at = path.key("overrides");
        let mut overrides = Vec::new();
        for (i, raw) in raw.overrides.iter().enumerate() {
            let at = at.index(i);
            self.person(&raw.person, people, &at.key("person"));
            overrides.extend(self.span(&raw.from, &raw.to, &at).map(|bounds| Override {
                bounds,
                person: raw.person.clone(),
                note: raw.note.clone(),
            }));
        }
        let at = path.key("swaps");
        let swaps = raw.swaps.iter().enumerate().filter_map(|(i, raw)| self.swap(raw, people, &at.index(i)));
        Layer { name: raw.name.clone(), rotations, swaps: swaps.collect(), overrides, allows_gaps }
    }

    /// Hours of the week that nobody covers. Rotations in several zones shift against each other over a year: of those
    /// `fourlights check` and the console tell the gaps ahead.
    fn find_gap(&mut self, rotations: &[Rotation], path: &Path) {
        let example = r#""allow_gaps": true"#;
        if rotations.is_empty() {
            let expected = "at least one rotation, or allow_gaps where only overrides are meant";
            return self.fault(
                FaultKind::MissingKey,
                path,
                "no rotation: nobody is on call",
                expected,
                example,
            );
        }
        let Some((from, to)) = uncovered(rotations) else { return };
        let clock = |minutes: i64| {
            let (day, minutes) = ((minutes / FULL_DAY) % 7, minutes % FULL_DAY);
            let name =
                usize::try_from(day).ok().and_then(|day| WEEKDAYS.get(day)).copied().unwrap_or_default();
            format!("{name} {:02}:{:02}", minutes / 60, minutes % 60)
        };
        let found = format!("a gap: nobody is on call from {} to {}", clock(from), clock(to));
        let expected =
            "days and hours that together cover the week, or allow_gaps where nobody is meant to be on call";
        self.fault(FaultKind::BadValue, path, &found, expected, example);
    }

    fn person(&mut self, id: &str, people: &[&str], path: &Path) -> bool {
        self.known(id, people, "the id of somebody under people", path)
    }

    fn swap(&mut self, raw: &RawSwap, people: &[&str], path: &Path) -> Option<Swap> {
        let at = path.key("people");
        for (i, id) in raw.people.iter().enumerate() {
            self.person(id, people, &at.index(i));
        }
        let bounds = self.span(&raw.from, &raw.to, path);
        match raw.people.as_slice() {
            [a, b] if a != b => Some(Swap { bounds: bounds?, people: (a.clone(), b.clone()) }),
            other => {
                let found = format!("{other:?}");
                self.fault(FaultKind::BadValue, &at, &found, "two different people", r#"["mia", "ben"]"#);
                None
            }
        }
    }

    fn rotation(&mut self, raw: &RawRotation, zone: &str, people: &[&str], path: &Path) -> Option<Rotation> {
        let at = path.key("people");
        if raw.people.is_empty() && !self.is_unread(&at) {
            self.fault(
                FaultKind::MissingKey,
                &at,
                "nobody",
                "at least one person, by id",
                r#"["mia", "ben"]"#,
            );
        }
        for (i, id) in raw.people.iter().enumerate() {
            self.person(id, people, &at.index(i));
        }
        let zone = self.clock_zone(raw.zone.as_deref(), zone, &path.key("zone"));
        let from = self.day(&raw.from, &path.key("from"));
        let until = match &raw.until {
            Some(text) => Some(self.day(text, &path.key("until"))?),
            None => None,
        };
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            let found = format!("{:?}", raw.until.as_deref().unwrap_or_default());
            let (path, expected) = (path.key("until"), "a day after from");
            self.fault(FaultKind::BadValue, &path, &found, expected, "\"2026-12-28\"");
        }
        let every = self.turn(raw.every.as_deref().unwrap_or("1w"), &path.key("every"));
        let clock = raw.at.as_deref().unwrap_or("09:00");
        let at = parse_clock(clock).filter(|at| *at < FULL_DAY);
        if at.is_none() {
            let found = format!("{clock:?}");
            let expected = "a time of day from 00:00 to 23:59";
            self.fault(FaultKind::BadValue, &path.key("at"), &found, expected, "\"09:00\"");
        }
        let days = self.days(raw.days.as_deref(), &path.key("days"));
        let hours = self.hours(raw.hours.as_deref(), &path.key("hours"));
        Some(Rotation {
            people: raw.people.clone(),
            zone,
            from: from?,
            until,
            every: every?,
            at: at?,
            days,
            hours: hours?,
        })
    }

    fn day(&mut self, typed: &str, path: &Path) -> Option<i64> {
        let day = day_number(typed);
        if day.is_none() {
            let expected = "a day in the form 2026-01-05";
            self.fault(FaultKind::BadValue, path, &format!("{typed:?}"), expected, "\"2026-01-05\"");
        }
        day
    }

    fn turn(&mut self, typed: &str, path: &Path) -> Option<i64> {
        let length = parse_duration(typed).filter(|length| length % DAY == 0).map(|length| length / DAY);
        let days = length.filter(|days| (1..=LONGEST).contains(days));
        if days.is_none() {
            let expected = "a turn of whole days, from 1d to 52w: for shorter ones use hours";
            self.fault(FaultKind::BadValue, path, &format!("{typed:?}"), expected, "\"1w\"");
        }
        days
    }

    fn days(&mut self, typed: Option<&[String]>, path: &Path) -> Days {
        let Some(typed) = typed else { return Days::ALL };
        if typed.is_empty() && !self.is_unread(path) {
            self.fault(
                FaultKind::BadValue,
                path,
                "no day",
                "at least one day of the week",
                r#"["saturday"]"#,
            );
        }
        let names: Vec<(&str, usize)> = WEEKDAYS.iter().enumerate().map(|(i, name)| (*name, i)).collect();
        typed.iter().enumerate().fold(Days::NONE, |days, (i, name)| {
            match self.word(name, &names, "a day of the week", &path.index(i)) {
                Some(day) => days.with(day),
                None => days,
            }
        })
    }

    fn hours(&mut self, typed: Option<&str>, path: &Path) -> Option<(i64, i64)> {
        let Some(typed) = typed else { return Some((0, FULL_DAY)) };
        let hours = typed.split_once('-').and_then(|(from, to)| {
            let (from, to) = (parse_clock(from.trim())?, parse_clock(to.trim())?);
            (from != to && from < FULL_DAY && to > 0).then_some((from, to))
        });
        // Up to midnight is to the end of the same day.
        let hours = hours.or_else(|| {
            let from = parse_clock(typed.split_once('-').filter(|(_, to)| to.trim() == "00:00")?.0.trim())?;
            (0 < from && from < FULL_DAY).then_some((from, FULL_DAY))
        });
        if hours.is_none() {
            let expected = "hours with a beginning and another end, such as 08:00-20:00";
            self.fault(FaultKind::BadValue, path, &format!("{typed:?}"), expected, "\"20:00-08:00\"");
        }
        hours
    }

    /// The files of runbooks, beside the configuration.
    pub(super) fn runbooks(&mut self, raw: &[String], path: &Path) -> Vec<String> {
        self.unique(raw.iter().enumerate().map(|(i, file)| (file.as_str(), path.index(i))));
        for (i, file) in raw.iter().enumerate().filter(|(_, file)| !file.trim().is_empty()) {
            if !(is_beside(file) && file.ends_with(".md")) {
                let expected = "the path of a Markdown file beside this one, without .. and a leading slash";
                let example = "\"runbooks/disk-full.md\"";
                self.fault(FaultKind::BadValue, &path.index(i), &format!("{file:?}"), expected, example);
            }
        }
        raw.to_vec()
    }
}

/// Whether a path is one of a file beside the configuration.
pub(super) fn is_beside(file: &str) -> bool {
    let is_plain = file.chars().all(|c| c.is_alphanumeric() || "/-_. ".contains(c));
    is_plain && file.split('/').all(|step| !matches!(step, "" | "." | ".."))
}
