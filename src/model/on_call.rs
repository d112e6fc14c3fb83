//! Schedules as they are shown: who is on call now, shifts as bars of a strip, gaps ahead.

use crate::config::{Config, Maintenance, ZoneChoice};
use crate::domain::alert::{Alert, Silence, State};
use crate::domain::incident::Incident;
use crate::domain::incident_log::{Facts, Moment, Role};
use crate::domain::on_call::{
    HandOver, Held, Layer, Listed, Open, Person, Reason, Roster, Schedule, Shift, ZoneOf, hand_over,
};
use crate::domain::order::Order as _;
use crate::domain::severity::Severity;
use crate::domain::time::{DAY, HOUR, Millis, WEEK, human_duration};
use crate::domain::window::{Bounds, Window};
use crate::domain::zone::Offsets;
use crate::model::Answered;

/// So far ahead is looked for who is next.
const AHEAD: Millis = 60 * DAY;

/// What a strip shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    Day,
    #[default]
    Week,
    TwoWeeks,
    Month,
}

impl Period {
    /// With its name in addresses, and that on screen.
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Day, "day", "Day"),
        (Self::Week, "week", "Week"),
        (Self::TwoWeeks, "two-weeks", "2 weeks"),
        (Self::Month, "month", "Month"),
    ];

    pub fn parse(text: &str) -> Self {
        Self::ALL.iter().find(|(_, name, _)| *name == text).map_or_else(Self::default, |(period, ..)| *period)
    }

    /// The period around now, or that many before or after it: whole local days, weeks from Monday, calendar months.
    pub fn bounds(self, now: Millis, steps: i64, zone: &Offsets) -> Bounds {
        let days = |start: Millis, n: i64| {
            let start = zone.days_after(start, n * steps);
            Bounds { start, end: zone.days_after(start, n) }
        };
        match self {
            Self::Day => days(zone.midnight(now), 1),
            Self::Week => days(Window::Week.around(now, zone).start, 7),
            Self::TwoWeeks => days(Window::Week.around(now, zone).start, 14),
            Self::Month => {
                let civil = zone.civil(now);
                let month = i64::from(civil.year) * 12 + i64::from(civil.month) - 1 + steps;
                let start = |month: i64| zone.month_start(month.div_euclid(12), month.rem_euclid(12) + 1);
                let own = Window::Month.around(now, zone);
                Bounds { start: start(month).unwrap_or(own.start), end: start(month + 1).unwrap_or(own.end) }
            }
        }
    }

    /// `1 Dec 2026`, `30 Nov – 6 Dec 2026`, `December 2026`
    pub fn title(bounds: Bounds, zone: &Offsets) -> String {
        let (first, last) = (zone.civil(bounds.start), zone.civil(bounds.end - 1));
        if (first.day, first.month) == (last.day, last.month) {
            return format!("{:?} {}", first.weekday, first.full_date());
        }
        format!("{} – {}", first.date(), last.full_date())
    }
}

/// Who is on call in a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct OnNow {
    pub layer: String,
    /// `None`: nobody
    pub who: Option<Person>,
    /// Nobody is meant to be on call now.
    pub is_free: bool,
    /// `override for Ben`
    pub because: Option<String>,
    /// `None`: beyond what was looked at
    pub until: Option<Millis>,
    /// names of who comes next; `None` within is nobody
    pub next: Option<Option<String>>,
}

/// Each layer of a schedule at an instant.
pub fn on_now(roster: &Roster, schedule: &Schedule, now: Millis, zone_of: ZoneOf<'_>) -> Vec<OnNow> {
    let of = |layer: &Layer| {
        let found = layer.now(now, AHEAD, zone_of)?;
        let Shift { bounds, person, reason } = found.shift;
        let known = |id: String| {
            let name = id.clone();
            roster.person(&id).cloned().unwrap_or(Person { id, name, contact: None })
        };
        let name = |shift: Shift| shift.person.map(|id| roster.name(&id).to_string());
        Some(OnNow {
            layer: layer.name.clone(),
            is_free: person.is_none() && layer.allows_gaps,
            who: person.map(known),
            because: because(roster, &reason),
            until: found.next.is_some().then_some(bounds.end),
            next: found.next.map(name),
        })
    };
    schedule.layers.iter().filter_map(of).collect()
}

fn because(roster: &Roster, reason: &Reason) -> Option<String> {
    match reason {
        Reason::Turn => None,
        Reason::Swap { instead_of } => Some(format!("swapped with {}", roster.name(instead_of))),
        Reason::Override { instead_of, note } => {
            let whom = instead_of.as_deref().map_or(String::new(), |id| format!(" for {}", roster.name(id)));
            let note = note.as_deref().map_or(String::new(), |note| format!(": {note}"));
            Some(format!("override{whom}{note}"))
        }
    }
}

/// A row of a strip.
#[derive(Clone, Debug, PartialEq)]
pub struct StripRow {
    pub layer: String,
    pub bars: Vec<Bar>,
}

/// A shift or a gap as a bar; places in percent of the strip.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    pub left: f64,
    pub width: f64,
    /// the name, or `Nobody`
    pub label: String,
    /// all of it in words
    pub title: String,
    /// `turn`, `changed`, `gap` or `free`
    pub kind: &'static str,
    /// which of the colours
    pub hue: usize,
}

/// How many colours there are for people.
pub(super) const HUES: usize = 6;

pub fn strip(
    roster: &Roster,
    schedule: &Schedule,
    bounds: Bounds,
    zone: &Offsets,
    zone_of: ZoneOf<'_>,
) -> Vec<StripRow> {
    let bar = |layer: &Layer, shift: Shift| {
        let name = shift.person.as_deref().map_or("Nobody", |id| roster.name(id));
        let because = because(roster, &shift.reason).map_or(String::new(), |text| format!(", {text}"));
        let kind = match (&shift.person, &shift.reason) {
            (None, _) if layer.allows_gaps => "free",
            (None, _) => "gap",
            (Some(_), Reason::Turn) => "turn",
            (Some(_), _) => "changed",
        };
        let place = roster.people.iter().position(|p| Some(&p.id) == shift.person.as_ref()).unwrap_or(0);
        Bar {
            left: share(shift.bounds.start, bounds),
            width: shift.bounds.length() as f64 / bounds.length() as f64 * 100.0,
            label: name.into(),
            title: format!("{name}{because}, {}", span_text(shift.bounds, zone)),
            kind,
            hue: place % HUES,
        }
    };
    let row = |layer: &Layer| StripRow {
        layer: layer.name.clone(),
        bars: layer.shifts(bounds, zone_of).into_iter().map(|shift| bar(layer, shift)).collect(),
    };
    schedule.layers.iter().map(row).collect()
}

/// Where an instant is on a strip, in percent.
pub fn share(at: Millis, bounds: Bounds) -> f64 {
    (at - bounds.start) as f64 / bounds.length() as f64 * 100.0
}

/// The marks of a strip's time axis: place in percent, and text.
pub fn marks(bounds: Bounds, zone: &Offsets) -> Vec<(f64, String)> {
    let mut all = Vec::new();
    let is_day = bounds.length() <= 25 * HOUR;
    let mut at = bounds.start;
    while at < bounds.end && all.len() < 40 {
        let civil = zone.civil(at);
        let text = if is_day {
            civil.clock()
        } else if bounds.length() <= WEEK + DAY {
            format!("{:?} {}", civil.weekday, civil.day)
        } else {
            civil.day.to_string()
        };
        all.push((share(at, bounds), text));
        at = if is_day { at + 3 * HOUR } else { zone.next_midnight(at) };
    }
    all
}

/// `30 Nov 09:00 – 7 Dec 09:00 (7 d)`
pub fn span_text(bounds: Bounds, zone: &Offsets) -> String {
    let text = |at: Millis| {
        let civil = zone.civil(at);
        format!("{} {}", civil.date(), civil.clock())
    };
    format!("{} – {} ({})", text(bounds.start), text(bounds.end), human_duration(bounds.length()))
}

/// What the console knows of, for a hand-over.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub alerts: &'a [Alert],
    pub incidents: &'a [Incident],
    /// the console's own incidents
    pub own: &'a [Facts],
    pub silences: &'a [Answered],
    /// every source answered in full
    pub is_certain: bool,
    pub config: &'a Config,
}

/// The text with which somebody hands over a layer at `now`.
pub fn hand_over_text(
    schedule: &Schedule,
    on: &OnNow,
    known: Known<'_>,
    now: Millis,
    (zone, zone_name): (&Offsets, &str),
) -> String {
    let alert = |a: &Alert| Open {
        title: match a.subject() {
            Some(subject) => format!("{}, {subject}", a.name),
            None => a.name.clone(),
        },
        severity: a.severity,
        since: a.started,
        note: a.summary.clone().unwrap_or_default(),
    };
    let incident = |i: &Incident| Open {
        title: i.title.clone(),
        severity: i.severity,
        since: i.started,
        note: i.status.clone(),
    };
    let own = |f: &Facts| {
        let by = match f.acknowledged_by.as_str() {
            "" => "nobody acknowledged it".to_string(),
            person => format!("acknowledged by {person}"),
        };
        let lead = f.roles.get(&Role::Commander).map(|p| format!(", {p} leads")).unwrap_or_default();
        Open {
            title: f.title.clone(),
            severity: f.severity_at(now),
            since: f.at(Moment::Detected),
            note: format!("{}, {by}{lead}", f.state().to_lowercase()),
        }
    };
    let mut open: Vec<&Facts> = known.own.iter().filter(|f| f.is_open()).collect();
    open.order_by_key(|f| (Severity::rank(f.severity_at(now)), f.at(Moment::Detected)));
    let held = |answered: &Answered| -> Vec<Held> {
        let active = answered.silences.iter().filter(|s| s.state != "expired");
        let of = |s: &Silence| Held {
            what: format!(
                "{} ({})",
                s.comment,
                s.matchers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            ),
            by: s.created_by.clone(),
            until: s.ends,
        };
        active.map(of).collect()
    };
    let soon = |m: &&Maintenance| m.bounds.end > now && m.bounds.start < now + WEEK;
    let text = HandOver {
        what: format!("{}, {}", schedule.name, on.layer),
        from: on.who.as_ref().map(|p| p.name.clone()),
        to: on.next.clone().flatten(),
        at: on.until,
        incidents: Listed {
            all: open.into_iter().map(own).chain(known.incidents.iter().map(incident)).collect(),
            is_complete: known.is_certain,
        },
        alerts: Listed {
            all: known.alerts.iter().filter(|a| a.state == State::Firing).map(alert).collect(),
            is_complete: known.is_certain,
        },
        silences: Listed {
            all: known.silences.iter().flat_map(held).collect(),
            is_complete: known.silences.iter().all(|a| a.asked.is_some()),
        },
        planned: known
            .config
            .maintenance
            .iter()
            .filter(soon)
            .map(|m| format!("{}, {}", m.title, span_text(m.bounds, zone)))
            .collect(),
    };
    hand_over(&text, now, zone, zone_name)
}

/// The zones of a roster that somebody does not know, by name: nothing can be said of its schedules then.
pub fn unknown_zones(roster: &Roster, knows: impl Fn(&ZoneChoice) -> bool) -> Vec<String> {
    let is_unknown = |name: &&str| ZoneChoice::parse(name).is_none_or(|zone| !knows(&zone));
    roster.zones().into_iter().filter(is_unknown).map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::on_call::{Days, FULL_DAY, Override, Rotation, day_number};
    use crate::domain::time::parse_rfc3339;

    fn at(text: &str) -> Millis {
        parse_rfc3339(text).unwrap()
    }

    /// Berlin in 2026.
    fn berlin() -> Offsets {
        let (spring, autumn) = (at("2026-03-29T01:00:00Z"), at("2026-10-25T01:00:00Z"));
        Offsets::asking("Berlin 2026", move |t| if t >= spring && t < autumn { 2 * HOUR } else { HOUR })
    }

    fn roster(hours: (i64, i64)) -> Roster {
        let person = |id: &str, name: &str| Person { id: id.into(), name: name.into(), contact: None };
        let rotation = Rotation {
            people: vec!["mia".into(), "ben".into()],
            zone: "Europe/Berlin".into(),
            from: day_number("2026-01-05").unwrap(),
            until: None,
            every: 7,
            at: 540,
            days: Days::ALL,
            hours,
        };
        let took_over = Override {
            bounds: Bounds { start: at("2026-10-24T10:00:00Z"), end: at("2026-10-24T16:00:00Z") },
            person: "ola".into(),
            note: Some("dentist".into()),
        };
        let layer = Layer {
            name: "Primary".into(),
            rotations: vec![rotation],
            overrides: vec![took_over],
            ..Layer::default()
        };
        Roster {
            people: vec![person("ben", "Ben"), person("mia", "Mia"), person("ola", "Ola")],
            schedules: vec![Schedule {
                id: "p".into(),
                name: "Platform".into(),
                zone: "Europe/Berlin".into(),
                services: Vec::new(),
                layers: vec![layer],
            }],
        }
    }

    #[test]
    fn periods_are_whole_days_also_where_one_has_25_hours() {
        let (zone, now) = (berlin(), at("2026-10-25T12:00:00Z"));
        for (period, steps, start, length) in [
            (Period::Day, 0, "2026-10-24T22:00:00Z", 25 * HOUR),
            (Period::Day, 1, "2026-10-25T23:00:00Z", DAY),
            (Period::Week, 0, "2026-10-18T22:00:00Z", WEEK + HOUR),
            (Period::Week, -1, "2026-10-11T22:00:00Z", WEEK),
            (Period::TwoWeeks, 0, "2026-10-18T22:00:00Z", 2 * WEEK + HOUR),
            (Period::Month, 0, "2026-09-30T22:00:00Z", 31 * DAY + HOUR),
            (Period::Month, 3, "2026-12-31T23:00:00Z", 31 * DAY),
            (Period::Month, -10, "2025-11-30T23:00:00Z", 31 * DAY),
        ] {
            let bounds = period.bounds(now, steps, &zone);
            assert_eq!((bounds.start, bounds.length()), (at(start), length), "{period:?} {steps}");
            assert!(marks(bounds, &zone).len() <= 40);
        }
        for (period, name, _) in Period::ALL {
            assert_eq!(Period::parse(name), period);
        }
        assert_eq!(Period::parse("x"), Period::Week);
        let day = Period::Day.bounds(now, 0, &zone);
        let clocks: Vec<String> = marks(day, &zone).into_iter().map(|(_, text)| text).collect();
        assert_eq!(clocks, ["00:00", "02:00", "05:00", "08:00", "11:00", "14:00", "17:00", "20:00", "23:00"]);
        assert_eq!(Period::title(Period::Week.bounds(now, 0, &zone), &zone), "19 Oct – 25 Oct 2026");
    }

    #[test]
    fn bars_fill_the_strip_and_say_what_they_are() {
        let (roster, zone) = (roster((0, FULL_DAY)), berlin());
        let zone_of = |_: &str| berlin();
        let bounds = Period::Week.bounds(at("2026-10-24T12:00:00Z"), 0, &zone);
        let rows = strip(&roster, &roster.schedules[0], bounds, &zone, &zone_of);
        let bars: Vec<(&str, &str)> = rows[0].bars.iter().map(|b| (b.label.as_str(), b.kind)).collect();
        assert_eq!(bars, [("Mia", "turn"), ("Ben", "turn"), ("Ola", "changed"), ("Ben", "turn")]);
        let width: f64 = rows[0].bars.iter().map(|b| b.width).sum();
        assert!((width - 100.0).abs() < 1e-9, "{width}");
        assert_eq!(
            rows[0].bars[2].title,
            "Ola, override for Ben: dentist, 24 Oct 12:00 – 24 Oct 18:00 (6 h)"
        );
    }

    #[test]
    fn who_is_on_call_and_who_is_next() {
        let roster = roster((0, FULL_DAY));
        let zone_of = |_: &str| berlin();
        let on = on_now(&roster, &roster.schedules[0], at("2026-10-24T11:00:00Z"), &zone_of);
        assert_eq!(on[0].who.as_ref().unwrap().name, "Ola");
        assert_eq!(on[0].because.as_deref(), Some("override for Ben: dentist"));
        assert_eq!(
            (on[0].until, on[0].next.clone()),
            (Some(at("2026-10-24T16:00:00Z")), Some(Some("Ben".into())))
        );
    }

    #[test]
    fn nobody_is_said_and_is_no_gap_where_it_is_meant() {
        let mut roster = roster((480, 1200));
        let zone_of = |_: &str| berlin();
        let night = at("2026-10-20T22:00:00Z");
        let on = on_now(&roster, &roster.schedules[0], night, &zone_of);
        assert_eq!((on[0].who.clone(), on[0].is_free), (None, false));
        roster.schedules[0].layers[0].allows_gaps = true;
        let on = on_now(&roster, &roster.schedules[0], night, &zone_of);
        assert_eq!((on[0].who.clone(), on[0].is_free), (None, true));
        let bounds = Period::Day.bounds(night, 0, &berlin());
        let rows = strip(&roster, &roster.schedules[0], bounds, &berlin(), &zone_of);
        let kinds: Vec<&str> = rows[0].bars.iter().map(|b| b.kind).collect();
        assert_eq!(kinds, ["free", "turn", "free"]);
    }

    #[test]
    fn zones_that_a_browser_does_not_know_are_named() {
        let roster = roster((0, FULL_DAY));
        assert_eq!(unknown_zones(&roster, |_| false), ["Europe/Berlin"]);
        assert!(unknown_zones(&roster, |_| true).is_empty());
    }
}
