//! What lies around a page: its configuration, incident files, monitoring, and another page it takes over, all of which
//! may change, fail and lie.

use chrono::{DateTime, Offset, TimeZone, Utc};
use fourlights::config::Source;
use fourlights::domain::series::Frame;
use fourlights::domain::time::{HOUR, Millis};
use fourlights::domain::zone::Offsets;
use fourlights::domain::zone::rfc3339;
use fourlights::publish::run::Sources;
use fourlights::sources::{Parsed, Part, Request, Response, SourceError, prometheus};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub const ZONES: [&str; 5] =
    ["UTC", "Europe/Berlin", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata"];
/// What monitoring says of the services `s0` to `s3`, whenever it is asked; answers in part say something else.
pub const TRUTHS: [f64; 4] = [1.0, 0.999, 0.98, 0.95];
const OF_A_PART: f64 = 0.25;
const TITLES: [&str; 4] =
    ["Slow", "A & <b> \"q\" ]]>", "Zeit\u{fc}berschreitung \u{1F525} \u{0}\u{FFFE}", "# not | a: heading"];
const PHASES: [&str; 5] = ["investigating", "identified", "monitoring", "resolved", "postmortem"];
const STATES: [&str; 3] = ["major_outage", "partial_outage", "degraded_performance"];
const BROKEN: [&str; 4] =
    ["---\ntitle: [\n---\n", "", "---\ntitle: T\nstarted: soon\n---\n", "no front matter at all\n"];

/// How monitoring answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Well,
    Down,
    /// every value is this text
    Lies(&'static str),
    /// from half of the data, and it says so
    Warned,
    Partial,
    /// nothing about anything
    Empty,
    Garbage,
}

impl Mood {
    fn any() -> impl Strategy<Value = Self> {
        prop_oneof![
            3 => Just(Self::Well),
            1 => prop::sample::select(vec![
                Self::Down, Self::Lies("NaN"), Self::Lies("9.9"), Self::Lies("-1"), Self::Lies("+Inf"),
                Self::Warned, Self::Partial, Self::Empty, Self::Garbage,
            ]),
        ]
    }
}

/// What happens between two runs. Small numbers pick one of those there are.
#[derive(Clone, Debug)]
pub enum Event {
    Monitoring(Mood),
    Add {
        service: Option<usize>,
    },
    Remove(usize),
    Rename {
        which: usize,
        former: bool,
    },
    MeasureBy {
        which: usize,
        service: Option<usize>,
    },
    Zone(usize),
    Rewrite {
        weight: u8,
        days: u16,
    },
    Open {
        which: usize,
        hours_ago: u16,
        title: usize,
        state: usize,
    },
    Say {
        slot: usize,
        phase: usize,
    },
    Plan {
        which: usize,
        in_hours: i16,
        hours: u8,
        weekly: bool,
    },
    Retarget {
        slot: usize,
        which: usize,
    },
    Delete(usize),
    Break {
        slot: usize,
        how: usize,
    },
    Repair(usize),
    Import(bool),
    /// which of its three lists answer
    OtherPage([bool; 3]),
    OtherOpens {
        which: usize,
        hours_ago: u16,
    },
    OtherEnds(usize),
    OtherForgets(usize),
}

impl Event {
    pub fn any() -> impl Strategy<Value = Self> {
        let service = || prop::option::weighted(0.7, 0..TRUTHS.len());
        let which = || 0..6_usize;
        let slot = || 0..4_usize;
        prop_oneof![
            4 => Mood::any().prop_map(Self::Monitoring),
            1 => service().prop_map(|service| Self::Add { service }),
            1 => which().prop_map(Self::Remove),
            2 => (which(), any::<bool>()).prop_map(|(which, former)| Self::Rename { which, former }),
            1 => (which(), service()).prop_map(|(which, service)| Self::MeasureBy { which, service }),
            2 => (0..ZONES.len()).prop_map(Self::Zone),
            1 => (0..=4_u8, 7..=365_u16).prop_map(|(weight, days)| Self::Rewrite { weight, days }),
            4 => (which(), 1..200_u16, 0..TITLES.len(), 0..STATES.len()).prop_map(
                |(which, hours_ago, title, state)| Self::Open { which, hours_ago, title, state }),
            4 => (slot(), 0..PHASES.len()).prop_map(|(slot, phase)| Self::Say { slot, phase }),
            2 => (which(), -40..40_i16, 1..40_u8, any::<bool>()).prop_map(
                |(which, in_hours, hours, weekly)| Self::Plan { which, in_hours, hours, weekly }),
            1 => (slot(), which()).prop_map(|(slot, which)| Self::Retarget { slot, which }),
            1 => slot().prop_map(Self::Delete),
            3 => (slot(), 0..BROKEN.len()).prop_map(|(slot, how)| Self::Break { slot, how }),
            2 => slot().prop_map(Self::Repair),
            1 => prop::bool::weighted(0.7).prop_map(Self::Import),
            2 => any::<[bool; 3]>().prop_map(Self::OtherPage),
            2 => (which(), 1..200_u16).prop_map(|(which, hours_ago)| Self::OtherOpens { which, hours_ago }),
            2 => (0..6_usize).prop_map(Self::OtherEnds),
            1 => (0..6_usize).prop_map(Self::OtherForgets),
        ]
    }
}

#[derive(Clone, Debug)]
pub struct Component {
    pub id: String,
    pub service: Option<usize>,
    pub former: Vec<String>,
}

/// An incident file: its text as somebody means it, and what stands there instead when it is broken.
#[derive(Clone, Debug)]
pub struct File {
    pub head: Vec<String>,
    pub component: String,
    pub said: Vec<(Millis, &'static str)>,
    pub broken: Option<&'static str>,
}

impl File {
    pub fn text(&self) -> String {
        if let Some(broken) = self.broken {
            return broken.into();
        }
        let said = self
            .said
            .iter()
            .map(|(at, phase)| format!("## {phase} {}\n\nText <i> & *more*.\n\n", rfc3339(*at)));
        format!("---\n{}\n---\n{}", self.head.join("\n"), said.collect::<String>())
    }

    pub fn is_maintenance(&self) -> bool {
        self.head.iter().any(|l| l.starts_with("starts:"))
    }

    pub fn is_open(&self) -> bool {
        !self.said.last().is_some_and(|(_, phase)| ["resolved", "postmortem"].contains(phase))
    }
}

#[derive(Clone, Debug)]
pub struct Other {
    pub id: String,
    pub component: String,
    pub started: Millis,
    pub ended: Option<Millis>,
}

#[derive(Clone, Debug)]
pub struct World {
    pub now: Millis,
    pub zone: &'static str,
    pub components: Vec<Component>,
    weight: u8,
    days: u16,
    pub mood: Mood,
    pub files: BTreeMap<String, File>,
    pub imports: bool,
    pub others: Vec<Other>,
    pub answers: [bool; 3],
    made: usize,
}

impl World {
    pub fn new() -> Self {
        let component = |id: &str, service| Component { id: id.into(), service, former: Vec::new() };
        Self {
            now: 1_795_564_800_000,
            zone: "UTC",
            components: vec![component("c0", Some(0)), component("c1", Some(2)), component("c2", None)],
            weight: 3,
            days: 90,
            mood: Mood::Well,
            files: BTreeMap::new(),
            imports: true,
            others: Vec::new(),
            answers: [true; 3],
            made: 3,
        }
    }

    fn new_id(&mut self) -> String {
        self.made += 1;
        format!("c{}", self.made)
    }

    fn component(&self, which: usize) -> String {
        self.components[which % self.components.len()].id.clone()
    }

    /// Each file has a number of its own, so that one that is deleted and one that is new are two.
    fn slot(&self, slot: usize) -> Option<String> {
        self.files.keys().nth(slot).cloned()
    }

    pub fn take(&mut self, event: &Event) {
        let hour = |n: i64| n * HOUR;
        let now = self.now - self.now.rem_euclid(1000);
        let n = self.components.len();
        match event.clone() {
            Event::Monitoring(mood) => self.mood = mood,
            Event::Add { service } if n < 6 => {
                let id = self.new_id();
                self.components.push(Component { id, service, former: Vec::new() });
            }
            Event::Remove(which) if n > 1 => drop(self.components.remove(which % n)),
            Event::Rename { which, former } => {
                let id = self.new_id();
                let component = &mut self.components[which % n];
                let old = std::mem::replace(&mut component.id, id);
                if former {
                    component.former.push(old);
                } else {
                    component.former.clear();
                }
            }
            Event::MeasureBy { which, service } => self.components[which % n].service = service,
            Event::Zone(zone) => self.zone = ZONES[zone],
            Event::Rewrite { weight, days } => (self.weight, self.days) = (weight, days),
            Event::Open { which, hours_ago, title, state } if self.files.len() < 6 => {
                let (component, started) = (self.component(which), now - hour(hours_ago.into()));
                self.made += 1;
                let head = vec![
                    format!("title: {}", json!(TITLES[title])),
                    format!("started: {}", rfc3339(started)),
                    format!("components: {{ {component}: {} }}", STATES[state]),
                ];
                let file = File { head, component, said: vec![(started, "investigating")], broken: None };
                self.files.insert(format!("i{}", self.made), file);
            }
            Event::Plan { which, in_hours, hours, weekly } if self.files.len() < 6 => {
                let (component, starts) = (self.component(which), now + hour(in_hours.into()));
                self.made += 1;
                let mut head = vec![
                    "title: Upgrade".to_string(),
                    format!("starts: {}", rfc3339(starts)),
                    format!("ends: {}", rfc3339(starts + hour(hours.into()))),
                    format!("components: {{ {component}: under_maintenance }}"),
                ];
                if weekly {
                    head.push("repeats: weekly".into());
                }
                let file = File { head, component, said: Vec::new(), broken: None };
                self.files.insert(format!("m{}", self.made), file);
            }
            Event::Say { slot, phase } => {
                let Some(file) = self.slot(slot).and_then(|id| self.files.get_mut(&id)) else { return };
                let maintenance = ["scheduled", "in_progress", "in_progress", "completed", "cancelled"];
                let phase = if file.is_maintenance() { maintenance[phase] } else { PHASES[phase] };
                if file.said.last().is_none_or(|(at, _)| *at < now) {
                    file.said.push((now, phase));
                }
            }
            Event::Retarget { slot, which } => {
                let component = self.component(which);
                let Some(file) = self.slot(slot).and_then(|id| self.files.get_mut(&id)) else { return };
                for line in &mut file.head {
                    *line = line.replace(&format!("{{ {}:", file.component), &format!("{{ {component}:"));
                }
                file.component = component;
            }
            Event::Delete(slot) => drop(self.slot(slot).and_then(|id| self.files.remove(&id))),
            Event::Break { slot, how } => {
                if let Some(file) = self.slot(slot).and_then(|id| self.files.get_mut(&id)) {
                    file.broken = Some(BROKEN[how]);
                }
            }
            Event::Repair(slot) => {
                if let Some(file) = self.slot(slot).and_then(|id| self.files.get_mut(&id)) {
                    file.broken = None;
                }
            }
            Event::Import(imports) => self.imports = imports,
            Event::OtherPage(answers) => self.answers = answers,
            Event::OtherOpens { which, hours_ago } => {
                let component = self.component(which);
                self.made += 1;
                let (id, started) = (format!("o{}", self.made), now - hour(hours_ago.into()));
                self.others.push(Other { id, component, started, ended: None });
            }
            Event::OtherEnds(which) => {
                if let Some(other) = self.others.get_mut(which) {
                    other.ended = other.ended.or(Some(now.max(other.started)));
                }
            }
            Event::OtherForgets(which) if which < self.others.len() => drop(self.others.remove(which)),
            _ => {}
        }
    }

    pub fn offsets(&self) -> Offsets {
        let zone: chrono_tz::Tz = self.zone.parse().unwrap();
        Offsets::asking(self.zone, move |at| {
            let instant = DateTime::<Utc>::from_timestamp_millis(at).unwrap();
            Millis::from(zone.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc()) * 1000
        })
    }

    pub fn configuration(&self) -> String {
        let component = |c: &Component| {
            let mut all = json!({"id": c.id, "name": format!("<{}> & co", c.id), "former_ids": c.former});
            if let Some(service) = c.service {
                all["service"] = json!(format!("s{service}"));
            }
            all
        };
        let service = |i: usize| json!({"id": format!("s{i}"), "name": format!("S{i}"), "signals": {"probe": format!("s{i}")}});
        let imports: &[&str] = if self.imports { &["other"] } else { &[] };
        json!({
            "title": "T", "alerts": [],
            "sources": {"p": {"kind": "prometheus", "url": "http://p"},
                        "other": {"kind": "statuspage", "url": "http://other/api/v2"}},
            "signals": {"probe": {"source": "p", "preset": "blackbox", "by": "service"}},
            "services": (0..TRUTHS.len()).map(service).collect::<Vec<_>>(),
            "public": {"url": "https://s.example/", "name": "A & <B>", "zone": self.zone, "days": self.days,
                "weights": {"partial": f64::from(self.weight) / 4.0}, "import": imports,
                "components": self.components.iter().map(component).collect::<Vec<_>>()},
        })
        .to_string()
    }
}

impl Sources for World {
    fn send(&self, _: &Source, request: &Request) -> Result<Response, SourceError> {
        let (list, open) = match request.path.as_str() {
            "/incidents.json" => (0, false),
            "/incidents/unresolved.json" => (1, true),
            _ => (2, false),
        };
        if !self.answers[list] {
            return Err(SourceError::TimedOut { after: 1 });
        }
        let one = |o: &Other| {
            let update = |status: &str, at: Millis, state: &str| {
                json!({"status": status, "body": "<p>of others</p>", "created_at": rfc3339(at),
                    "affected_components": [{"code": o.component, "name": o.component, "new_status": state}]})
            };
            let mut updates = vec![update("investigating", o.started, "major_outage")];
            updates.splice(..0, o.ended.map(|at| update("resolved", at, "operational")));
            json!({"id": o.id, "name": format!("Of {}", o.id), "impact": "critical",
                "status": if o.ended.is_some() { "resolved" } else { "investigating" },
                "created_at": rfc3339(o.started), "resolved_at": o.ended.map(rfc3339), "incident_updates": updates})
        };
        let all: Vec<Value> = self.others.iter().filter(|o| !open || o.ended.is_none()).map(one).collect();
        let body = match list {
            2 => json!({"scheduled_maintenances": []}),
            _ => json!({"incidents": all}),
        };
        Ok(Response { status: 200, body: body.to_string().into_bytes(), ..Response::default() })
    }

    fn frame(&self, _: &Source, request: &Request, parts: &[Part]) -> Result<Parsed<Frame>, SourceError> {
        let value = |i: usize, counts: bool| match self.mood {
            _ if counts => "288".to_string(),
            Mood::Lies(lie) => lie.into(),
            Mood::Warned | Mood::Partial => OF_A_PART.to_string(),
            _ => TRUTHS[i].to_string(),
        };
        let query = request.parameter("query").unwrap_or_default();
        let seconds =
            |name: &str| request.parameter(name).and_then(|t| t.parse::<f64>().ok()).map(|t| t as i64);
        let mut series: Vec<Value> = Vec::new();
        for i in 0..TRUTHS.len() {
            for part in parts {
                let key = part.key.as_str();
                let counts = key != "now" && key.starts_with(['k', 'n']);
                series.push(json!({"metric": {"service": format!("s{i}"), "fourlights_term": key},
                    "value": [1, value(i, counts)]}));
            }
            if let (Some(start), Some(end), Some(step)) = (seconds("start"), seconds("end"), seconds("step"))
            {
                let value = value(i, query.starts_with("count_over_time"));
                let values: Vec<Value> =
                    (start..=end).step_by(step as usize).map(|t| json!([t, value])).collect();
                series.push(json!({"metric": {"service": format!("s{i}")}, "values": values}));
            }
        }
        if self.mood == Mood::Empty {
            series.clear();
        }
        let mut body = json!({"status": "success", "data": {"result": series,
            "resultType": if parts.is_empty() { "matrix" } else { "vector" }}});
        match self.mood {
            Mood::Down => return Err(SourceError::Unreachable { origin: "http://p".into() }),
            Mood::Warned => body["warnings"] = json!(["1 of 2 stores did not answer"]),
            Mood::Partial => body["isPartial"] = json!(true),
            _ => {}
        }
        let text = if self.mood == Mood::Garbage { "<html>".into() } else { body.to_string() };
        prometheus::read_frame(&Response { status: 200, body: text.into_bytes(), ..Response::default() })
    }
}
