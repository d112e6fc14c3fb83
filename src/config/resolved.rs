//! The configuration as the rest of the program uses it: checked, with defaults filled in.

use super::kind::{Capability, Kind};
use super::preset::Preset;
use super::promql;
pub use super::raw::NumberOrQuery;
use crate::domain::alert_merge::AlertLabels;
use crate::domain::alert_rule::AlertRule;
use crate::domain::ledger::Exclusion;
use crate::domain::public::Measured;
use crate::domain::public::status::Weights;
use crate::domain::signal::Signal;
use crate::domain::slo::{Objective, SloKind};
use crate::domain::time::{Millis, duration_text};
use crate::domain::window::Bounds;
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub title: String,
    pub environment: Option<String>,
    pub refresh: Millis,
    pub zone: ZoneChoice,
    pub sources: Vec<Source>,
    pub signal_sets: Vec<SignalSet>,
    pub services: Vec<Service>,
    pub scorecards: Vec<Scorecard>,
    pub baseline: Option<NumberOrQuery>,
    pub rules: Vec<AlertRule>,
    pub slos: Vec<Slo>,
    pub maintenance: Vec<Maintenance>,
    /// an alert that always fires while alerting works
    pub watchdog: Option<String>,
    pub alert_labels: AlertLabels,
    pub capacity: Vec<Resource>,
    pub deploys: Vec<Deploys>,
    pub public: Option<Public>,
}

/// The zone times are shown in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZoneChoice {
    Browser,
    Utc,
    /// An IANA name such as `Europe/Berlin`.
    Named(String),
}

impl ZoneChoice {
    /// Reads a name; nothing here knows the zone database, so a name only has to look like one.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "browser" => Some(Self::Browser),
            "UTC" | "utc" => Some(Self::Utc),
            name => name
                .split_once('/')
                .filter(|_| name.chars().all(|c| c.is_ascii_alphanumeric() || "/_-+".contains(c)))
                .map(|_| Self::Named(name.into())),
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Self::Browser => "browser",
            Self::Utc => "UTC",
            Self::Named(name) => name,
        }
    }
}

/// How the requests to a source travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// to its address
    Http,
    /// to the embedded demo, without a network
    Demo,
}

/// A configured system: the same value wherever it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub name: String,
    pub kind: Kind,
    pub reach: Reach,
    /// Without a slash at the end of its path; its query, as in `https://host/prom?tenant=a`, goes with
    /// every request. As it was written for the embedded demo: `demo:`.
    pub url: String,
    pub deadline: Millis,
}

/// A query that shows deploys: each change of a value and each new series is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deploys {
    pub source: String,
    pub query: String,
    /// what a mark says, with labels in braces
    pub text: String,
}

/// Queries that answer for many services at once.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalSet {
    pub name: String,
    pub source: String,
    pub preset: Option<Preset>,
    pub by: String,
    pub selector: String,
    pub window: Millis,
    pub queries: BTreeMap<Signal, String>,
}

/// Whether a query is for each service or for all of them together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Service,
    Fleet,
}

impl SignalSet {
    pub fn has(&self, signal: Signal) -> bool {
        self.queries.contains_key(&signal) || self.preset.is_some_and(|p| p.template(signal).is_some())
    }

    /// The PromQL of a signal. `window` is that of `rate()`, `range` that of an uptime.
    pub fn query(&self, signal: Signal, level: Level, window: Millis, range: Millis) -> Option<String> {
        let (by, level_name) = match level {
            Level::Service => (self.by.as_str(), "service"),
            Level::Fleet => ("", "fleet"),
        };
        let fill = |template: &str| {
            let filled = template
                .replace("$selector", &self.selector)
                .replace("$window", &duration_text(window.max(self.window)))
                .replace("$range", &duration_text(range))
                .replace("$level", level_name);
            promql::with_by(&filled, by)
        };
        match self.queries.get(&signal) {
            // What the team wrote is sent as they wrote it.
            Some(own) => Some(fill(own)),
            None => self.preset?.template(signal).map(|template| tidy(&fill(&template))),
        }
    }

    /// The PromQL of one service's uptime, with `$window` for its span.
    pub fn uptime_of(&self, value: &str) -> Option<String> {
        let matcher = self.matcher(value);
        match self.queries.get(&Signal::Uptime) {
            Some(own) if own.contains("$selector") => Some(self.uptime(own, &matcher)),
            // Nothing to put a matcher into: the one series is picked out of the answer.
            Some(own) => Some(format!(
                "({}) and on ({}) label_replace(vector(1), {}, {}, \"\", \"\")",
                self.uptime(own, &self.selector),
                promql::label(&self.by),
                promql::text(&self.by),
                // `$1` in a replacement would be a group of the pattern.
                promql::text(&value.replace('$', "$$"))
            )),
            None => {
                self.preset?.template(Signal::Uptime).map(|template| tidy(&self.uptime(&template, &matcher)))
            }
        }
    }

    /// The PromQL of the uptime of all services of the set, with `$window` for its span.
    pub fn uptime_of_all(&self) -> Option<String> {
        match self.queries.get(&Signal::Uptime) {
            Some(own) => Some(self.uptime(own, &self.selector)),
            None => self
                .preset?
                .template(Signal::Uptime)
                .map(|template| tidy(&self.uptime(&template, &self.selector))),
        }
    }

    fn uptime(&self, template: &str, selector: &str) -> String {
        let filled =
            template.replace("$selector", selector).replace("$range", "$window").replace("$level", "service");
        promql::with_by(&filled, &self.by)
    }

    /// The set's matchers with one for a value of its label.
    pub fn matcher(&self, value: &str) -> String {
        let own = format!("{}={}", promql::label(&self.by), promql::text(value));
        if self.selector.is_empty() { own } else { format!("{}, {own}", self.selector) }
    }
}

/// Takes out what empty placeholders leave behind in a preset: `{}`, `(le, )`, `{a="b", }`.
fn tidy(query: &str) -> String {
    query.replace(", )", ")").replace(", }", "}").replace(" by ()", "").replace("{}", "")
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub title: String,
    /// http, https or mailto only
    pub url: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    pub id: String,
    pub name: String,
    pub group: Option<String>,
    pub description: Option<String>,
    pub links: Vec<Link>,
    /// signal set name -> label value
    pub signals: BTreeMap<String, String>,
    pub depends_on: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scorecard {
    pub name: String,
    pub set: String,
    pub value: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Slo {
    /// lower case letters, digits and hyphens; unique
    pub id: String,
    pub name: String,
    pub service: String,
    pub kind: SloKind,
    pub description: Option<String>,
    pub labels: BTreeMap<String, String>,
    pub objective: Objective,
    /// where a calendar window begins its days
    pub zone: ZoneChoice,
    pub source: String,
    pub indicator: Indicator,
    /// where its events are those under a bound of a histogram
    pub bound: Option<Bound>,
    pub sla: Option<Sla>,
    /// corrections by hand, and the maintenance of its service
    pub exclusions: Vec<Exclusion>,
}

/// What a contract promises over the objective's window.
#[derive(Clone, Debug, PartialEq)]
pub struct Sla {
    /// ratio, at most the objective's
    pub target: f64,
    pub refund: Option<String>,
}

/// Where an objective's events come from: PromQL with `$window` for the span they are counted over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Indicator {
    /// bad events and all valid ones
    Bad { bad: String, valid: String },
    /// good events and all valid ones
    Good { good: String, valid: String },
    /// the share of good events, 0..1: events are then the milliseconds of the span
    Share(String),
}

/// A bound that must be one of a histogram's.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// seconds
    pub at: f64,
    /// PromQL for the bounds there are: a series for each, with the label `le`
    pub known: String,
}

/// An announced maintenance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maintenance {
    pub title: String,
    pub bounds: Bounds,
    /// empty: all
    pub services: Vec<String>,
    pub author: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceKind {
    Storage,
    Traffic,
}

/// What there is of a resource.
#[derive(Clone, Debug, PartialEq)]
pub enum Limit {
    Number(f64),
    Query(String),
    /// read from the latency (an expression, in seconds) as load rises
    Knee(String),
}

/// What more of a resource costs a month: `amount` for `per` units.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    pub amount: f64,
    pub per: f64,
    pub currency: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    pub id: String,
    pub name: String,
    pub source: String,
    pub kind: ResourceKind,
    pub used: String,
    pub limit: Limit,
    pub cost: Option<Cost>,
    /// the quantile of a day's traffic that is its peak; 1 is the highest
    pub peak: f64,
    /// the label that tells many of one query apart
    pub by: Option<String>,
    pub act_at: f64,
    pub action: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Public {
    /// with a slash at the end
    pub url: String,
    pub name: String,
    pub about: String,
    pub contact: Option<String>,
    pub days: usize,
    /// at least one
    pub languages: Vec<String>,
    /// folder beside the configuration
    pub translations: Option<String>,
    pub zone: ZoneChoice,
    /// folder beside the configuration
    pub incidents: Option<String>,
    /// names of sources
    pub import: Vec<String>,
    /// file beside the configuration, in the form of `uptime.json`
    pub earlier_days: Option<String>,
    pub old_after: Millis,
    pub weights: Weights,
    pub repository: Option<Repository>,
    pub components: Vec<PublicComponent>,
}

/// A GitHub repository that holds incident files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// `owner/name`
    pub name: String,
    pub branch: Option<String>,
    /// without slashes at its ends; may be empty
    pub folder: String,
    /// without a slash at the end
    pub api: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicComponent {
    pub id: String,
    /// ids under which it was published before
    pub former_ids: Vec<String>,
    pub name: String,
    pub group: Option<String>,
    pub description: Option<String>,
    pub service: Option<String>,
    pub upstream: bool,
    pub measured: Measured,
    pub latency: bool,
}

impl Config {
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|s| s.name == name)
    }

    pub fn set(&self, name: &str) -> Option<&SignalSet> {
        self.signal_sets.iter().find(|s| s.name == name)
    }

    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|s| s.id == id)
    }

    /// The sources that can answer so.
    pub fn sources_that(&self, can: Capability) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(move |s| s.kind.can(can))
    }

    /// The set that gives a signal for the whole fleet: the first that has it.
    pub fn fleet_set(&self, signal: Signal) -> Option<&SignalSet> {
        self.signal_sets.iter().find(|s| s.has(signal))
    }

    /// The set and label value that give a signal of one service.
    pub fn service_set<'a>(
        &'a self,
        service: &'a Service,
        signal: Signal,
    ) -> Option<(&'a SignalSet, &'a str)> {
        service.signals.iter().find_map(|(set, value)| {
            let set = self.set(set).filter(|s| s.has(signal))?;
            Some((set, value.as_str()))
        })
    }

    pub fn slo(&self, id: &str) -> Option<&Slo> {
        self.slos.iter().find(|s| s.id == id)
    }

    /// The rule that watches a signal, for its threshold.
    pub fn rule(&self, signal: Signal) -> Option<&AlertRule> {
        self.rules.iter().find(|r| r.signal() == Some(signal))
    }

    pub fn is_demo(&self) -> bool {
        self.sources.iter().any(|s| s.reach == Reach::Demo)
    }
}
