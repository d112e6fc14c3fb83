//! The configuration as the rest of the program uses it: checked, with defaults filled in.

use super::kind::{Capability, Kind};
use super::measure::{Indicator, Measure, ResourceKind, SignalSet};
pub use super::raw::NumberOrQuery;
use crate::domain::acknowledgement::AckPolicy;
use crate::domain::alert_row::AlertLabels;
use crate::domain::alert_rule::AlertRule;
use crate::domain::incident_log::Policy;
use crate::domain::ledger::Exclusion;
use crate::domain::on_call::Roster;
use crate::domain::public::Measured;
use crate::domain::public::status::Weights;
use crate::domain::signal::Signal;
use crate::domain::slo::{Objective, SloKind};
use crate::domain::time::Millis;
use crate::domain::window::Bounds;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub title: String,
    pub environment: Option<String>,
    pub refresh: Millis,
    pub zone: ZoneChoice,
    pub sources: Vec<Source>,
    pub signal_sets: Vec<Arc<SignalSet>>,
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
    pub on_call: Roster,
    /// where this configuration is kept
    pub configuration_file: Option<ConfigurationFile>,
    /// files of runbooks, relative to the configuration
    pub runbooks: Vec<String>,
    pub incidents: IncidentRules,
    pub deploys: Vec<Deploys>,
    pub public: Option<Public>,
}

/// How incidents are worked on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentRules {
    /// where a team shares them
    pub repository: Option<Repository>,
    pub policy: Policy,
    pub acknowledgements: AckPolicy,
    /// files of message templates by their kind, relative to the configuration
    pub messages: BTreeMap<String, String>,
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

/// A bound that must be one of a histogram's.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// seconds
    pub at: f64,
    /// the bounds there are: see [`Measure::Bounds`]
    pub known: Measure,
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

/// A Git repository that holds files of incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// whose API it is
    pub kind: Kind,
    /// `owner/name`
    pub name: String,
    pub branch: Option<String>,
    /// without slashes at its ends; may be empty
    pub folder: String,
    /// without a slash at the end
    pub api: String,
    /// Whether it is of the host that is meant where none is named.
    pub is_default_host: bool,
}

impl Repository {
    /// The path of a file of the folder.
    pub fn path_of(&self, name: &str) -> String {
        if self.folder.is_empty() { name.into() } else { format!("{}/{name}", self.folder) }
    }

    /// Its name as a system, under which its key is held. Two parts of the configuration that name the same repository
    /// share it.
    pub fn system(&self) -> String {
        match self.is_default_host {
            true => format!("repository {}", self.name),
            false => format!("repository {} at {}", self.name, self.api),
        }
    }
}

/// The file of this configuration in a Git repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationFile {
    pub repository: Repository,
    pub path: String,
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

    pub fn set(&self, name: &str) -> Option<&Arc<SignalSet>> {
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
    pub fn fleet_set(&self, signal: Signal) -> Option<&Arc<SignalSet>> {
        self.signal_sets.iter().find(|s| s.has(signal))
    }

    /// The set and label value that give a signal of one service.
    pub fn service_set<'a>(
        &'a self,
        service: &'a Service,
        signal: Signal,
    ) -> Option<(&'a Arc<SignalSet>, &'a str)> {
        service.signals.iter().find_map(|(set, value)| {
            let set = self.set(set).filter(|s| s.has(signal))?;
            Some((set, value.as_str()))
        })
    }

    /// All repositories that are written to.
    pub fn repositories(&self) -> impl Iterator<Item = &Repository> {
        let public = self.public.as_ref().and_then(|p| p.repository.as_ref());
        let own = self.configuration_file.as_ref().map(|f| &f.repository);
        public.into_iter().chain(&self.incidents.repository).chain(own)
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
