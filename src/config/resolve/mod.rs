//! From what was typed to what it means, with every remaining fault reported.

mod alert_labels;
mod capacity;
mod incidents;
mod on_call;
mod public;
mod repository;
mod rules;
mod slos;

use super::fault::{Fault, FaultKind};
use super::kind::{Capability, Kind, Kinds};
use super::measure::SignalSet;
use super::raw::*;
use super::resolved::*;
use super::resolver::Resolver;
use super::shape::Path;
use crate::domain::alert_row::AlertLabels;
use crate::domain::signal::Signal;
use crate::domain::time::{DAY, MINUTE, SECOND};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Checks and resolves a configuration of which `unread` could not be read. Faults are added; with any
/// fault the result is not used.
pub fn resolve(raw: RawConfig, kinds: Kinds<'_>, unread: &[Fault], faults: &mut Vec<Fault>) -> Config {
    let root = Path::root();
    let known = raw.sources.iter().map(|(name, s)| (name.as_str(), kinds.named(&s.kind))).collect();
    let mut r = Resolver { faults, unread, sources: known, kinds, runbooks: &raw.runbooks };
    let sources: Vec<Source> = raw
        .sources
        .iter()
        .filter_map(|(name, s)| r.source(name, s, &root.key("sources").key(name)))
        .collect();
    let signal_sets: Vec<Arc<SignalSet>> = raw
        .signals
        .iter()
        .filter_map(|(name, s)| r.signal_set(name, s, &root.key("signals").key(name)).map(Arc::new))
        .collect();
    let set_names: Vec<&str> = raw.signals.keys().map(String::as_str).collect();
    let service_ids: Vec<&str> = raw.services.iter().map(|s| s.id.as_str()).collect();
    let services = r.services(&raw.services, &set_names, &service_ids, &root.key("services"));
    let scorecards = r.scorecards(&raw.scorecards, &signal_sets, &set_names, &root.key("scorecards"));
    if let Some(query) = raw.baseline.as_ref().and_then(NumberOrQuery::query) {
        r.query(query, None, &[], &root.key("baseline"));
        r.default_source(Capability::Metrics, &root.key("baseline"));
    }
    let watchdog = raw.watchdog.clone().filter(|name| !name.trim().is_empty());
    if watchdog.is_some() {
        r.default_source(Capability::Alerts, &root.key("watchdog"));
    }
    let rules = r.rules(raw.alerts.as_deref(), raw.baseline.is_some(), &root.key("alerts"));
    let alert_labels =
        r.alert_labels(&raw.severities, raw.severity_labels.as_deref(), raw.replica_labels.as_deref(), &root);
    let external = r.external_labels(&raw.sources, &root.key("sources"));
    let alert_labels = AlertLabels { external, ..alert_labels };
    let maintenance = r.maintenance(&raw.maintenance, &service_ids, &root.key("maintenance"));
    let capacity = r.capacity(&raw.capacity, &root.key("capacity"));
    let deploys = r.deploys(&raw.deploys, &root.key("deploys"));
    let public = raw.public.as_ref().map(|p| r.public(p, &raw.title, &service_ids, &root.key("public")));
    let zone = r.zone(raw.zone.as_deref(), &root.key("zone"));
    let on_call = r.roster(&raw.people, &raw.on_call, &zone, &service_ids, &root);
    let own = raw.configuration_file.as_ref();
    let configuration_file = own.and_then(|f| r.configuration_file(f, &root.key("configuration_file")));
    let runbooks = r.runbooks(&raw.runbooks, &root.key("runbooks"));
    let incidents = r.incidents(raw.incidents.as_ref(), &root.key("incidents"));
    let refresh = r.duration(raw.refresh.as_deref(), 30 * SECOND, 5 * SECOND..=DAY, &root.key("refresh"));
    let mut config = Config {
        title: raw.title,
        environment: raw.environment,
        refresh,
        zone,
        sources,
        signal_sets,
        services,
        scorecards,
        baseline: raw.baseline,
        rules,
        slos: Vec::new(),
        maintenance,
        alert_labels,
        watchdog,
        capacity,
        on_call,
        configuration_file,
        runbooks,
        incidents,
        deploys,
        public,
    };
    if config.scorecards.is_empty() {
        config.scorecards = default_scorecards(&config);
    }
    config.slos = r.slos(&raw.slos, &config, &service_ids, &set_names, &root.key("slos"));
    config
}

fn default_scorecards(config: &Config) -> Vec<Scorecard> {
    let of = |service: &Service| {
        let (set, value) = config.service_set(service, Signal::Uptime)?;
        Some(Scorecard { name: service.name.clone(), set: set.name.clone(), value: value.into() })
    };
    config.services.iter().filter_map(of).collect()
}

impl Resolver<'_> {
    fn zone(&mut self, typed: Option<&str>, path: &Path) -> ZoneChoice {
        let Some(typed) = typed else { return ZoneChoice::Browser };
        ZoneChoice::parse(typed).unwrap_or_else(|| {
            let expected = "browser, UTC, or a zone name such as Europe/Berlin";
            self.fault(FaultKind::BadValue, path, &format!("{typed:?}"), expected, "\"UTC\"");
            ZoneChoice::Browser
        })
    }

    fn source(&mut self, name: &str, raw: &RawSource, path: &Path) -> Option<Source> {
        let kinds: Vec<(&str, Kind)> = self.kinds.iter().map(|k| (k.name(), k)).collect();
        let kind = self.word(&raw.kind, &kinds, "a kind of source", &path.key("kind"));
        let url = self.source_url(&raw.url, &path.key("url"));
        let deadline =
            self.duration(raw.deadline.as_deref(), 15 * SECOND, SECOND..=5 * MINUTE, &path.key("deadline"));
        let url = url?;
        let reach = if url == DEMO { Reach::Demo } else { Reach::Http };
        Some(Source { name: name.into(), kind: kind?, reach, url, deadline })
    }

    /// An address without a slash at the end of its path; its query stays and goes with every request.
    fn source_url(&mut self, typed: &str, path: &Path) -> Option<String> {
        let url = typed.trim();
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let place = place.trim_end_matches('/');
        let example = "\"https://metrics.example.com\"";
        let mut refuse = |expected: &str| {
            self.fault(FaultKind::BadValue, path, &format!("{typed:?}"), expected, example);
            None
        };
        if !(place == DEMO || is_http(place) || is_local_path(&format!("{place}/"))) {
            return refuse(
                "an address that begins with https:// or http://, a path such as /_proxy/metrics, or demo:",
            );
        }
        if url.contains('#') {
            return refuse("an address without #: what follows it is never sent");
        }
        if authority(place).is_some_and(|a| a.contains('@')) {
            return refuse("an address without a user's name, for browsers refuse to ask such");
        }
        if query.contains(char::is_whitespace) || (place == DEMO && !query.is_empty()) {
            return refuse("an address with a query such as ?tenant=a, or without");
        }
        let own = |pair: &&str| OWN_PARAMETERS.contains(&pair.split('=').next().unwrap_or_default());
        if let Some(pair) = query.split('&').find(own) {
            return refuse(&format!("an address without {pair:?}: this is asked for by each request itself"));
        }
        Some(if query.is_empty() { place.into() } else { format!("{place}?{query}") })
    }

    fn signal_set(&mut self, name: &str, raw: &RawSignalSet, path: &Path) -> Option<SignalSet> {
        let source_able = self.source_for(&raw.source, Capability::Metrics, &path.key("source"));
        let language = self.language(Some(&raw.source));
        let presets: Vec<(&str, &str)> = language
            .map_or(&[][..], |language| language.presets())
            .iter()
            .map(|name| (*name, *name))
            .collect();
        let preset = raw.preset.as_deref().map(|p| self.word(p, &presets, "a preset", &path.key("preset")));
        self.label(&raw.by, &path.key("by"));
        let mut queries = BTreeMap::new();
        let signals: Vec<(&str, Signal)> = Signal::ALL.iter().map(|s| (s.name(), *s)).collect();
        for (signal, query) in &raw.queries {
            let path = path.key("queries").key(signal);
            self.query(query, Some(&raw.source), &["by", "window", "range", "selector", "level"], &path);
            if let Some(signal) = self.word(signal, &signals, "a signal", &path) {
                queries.insert(signal, query.clone());
            }
        }
        let own: &[Signal] = self.kind_of(&raw.source).map_or(&[], |kind| kind.0.gives);
        if raw.preset.is_none() && raw.queries.is_empty() && own.is_empty() {
            let example = self.example(Some(&raw.source), |e| e.preset);
            self.fault(
                FaultKind::MissingKey,
                path,
                "neither preset nor queries",
                "a preset, own queries, or both",
                example,
            );
        }
        let selector = raw.selector.as_deref().unwrap_or_default();
        let matchers = language.map_or_else(|| Ok(String::new()), |language| language.matchers(selector));
        let selector = matchers.unwrap_or_else(|what| {
            let expected = format!("matchers of labels, with commas between them; there is {what}");
            let found = format!("{selector:?}");
            let example = self.example(Some(&raw.source), |e| e.matcher);
            self.fault(FaultKind::BadValue, &path.key("selector"), &found, &expected, example);
            String::new()
        });
        let window = self.duration(raw.window.as_deref(), 2 * MINUTE, 10 * SECOND..=DAY, &path.key("window"));
        let preset = match preset {
            Some(known) => Some(known?),
            None => None,
        };
        let by_preset = |signal: &Signal| {
            preset.zip(language).is_some_and(|(preset, language)| language.gives(preset, *signal))
        };
        let given = |signal: &Signal| own.contains(signal) || by_preset(signal);
        source_able.then(|| SignalSet {
            name: name.into(),
            source: raw.source.clone(),
            preset: preset.map(Into::into),
            given: Signal::ALL.into_iter().filter(given).collect(),
            by: raw.by.clone(),
            selector,
            window,
            queries,
        })
    }

    /// The name of one label.
    fn label(&mut self, name: &str, path: &Path) {
        if !crate::domain::labels::is_name(name) {
            let found = format!("{name:?}");
            self.fault(FaultKind::BadValue, path, &found, "the name of one label", "\"service\"");
        }
    }

    fn services(&mut self, raw: &[RawService], sets: &[&str], ids: &[&str], path: &Path) -> Vec<Service> {
        self.unique(raw.iter().enumerate().map(|(i, s)| (s.id.as_str(), path.index(i).key("id"))));
        raw.iter().enumerate().map(|(i, s)| self.service(s, sets, ids, &path.index(i))).collect()
    }

    fn service(&mut self, raw: &RawService, sets: &[&str], ids: &[&str], path: &Path) -> Service {
        for set in raw.signals.keys() {
            self.known(set, sets, "a name under signals", &path.key("signals").key(set));
        }
        for (i, id) in raw.depends_on.iter().enumerate() {
            self.known(id, ids, "the id of a service", &path.key("depends_on").index(i));
        }
        let mut links = Vec::new();
        for (i, link) in raw.links.iter().enumerate() {
            let url =
                self.link(&link.url, "https://logs.example.com", &path.key("links").index(i).key("url"));
            links.extend(url.map(|url| Link { title: link.title.clone(), url }));
        }
        Service {
            id: raw.id.clone(),
            name: raw.name.clone(),
            group: raw.group.clone(),
            description: raw.description.clone(),
            links,
            signals: raw.signals.clone(),
            depends_on: raw.depends_on.clone(),
        }
    }

    /// An address that somebody may be sent to.
    fn link(&mut self, url: &str, example: &str, path: &Path) -> Option<String> {
        if is_safe_link(url) {
            return Some(url.into());
        }
        let expected = "an http, https or mailto address";
        self.fault(FaultKind::BadValue, path, &format!("{url:?}"), expected, &format!("\"{example}\""));
        None
    }

    fn scorecards(
        &mut self,
        raw: &[RawScorecard],
        sets: &[Arc<SignalSet>],
        names: &[&str],
        path: &Path,
    ) -> Vec<Scorecard> {
        for (i, card) in raw.iter().enumerate() {
            let path = path.index(i).key("set");
            let known = self.known(&card.set, names, "a name under signals", &path);
            if known && sets.iter().any(|s| s.name == card.set && !s.has(Signal::Uptime)) {
                let expected = "a signal set with an uptime query";
                let example = self.example(None, |e| e.uptime_preset);
                self.fault(FaultKind::BadValue, &path, &format!("{:?}", card.set), expected, example);
            }
        }
        let card =
            |c: &RawScorecard| Scorecard { name: c.name.clone(), set: c.set.clone(), value: c.value.clone() };
        raw.iter().map(card).collect()
    }

    fn deploys(&mut self, raw: &[RawDeploys], path: &Path) -> Vec<Deploys> {
        let mut all = Vec::new();
        for (i, deploys) in raw.iter().enumerate() {
            let path = path.index(i);
            self.source_for(&deploys.source, Capability::Metrics, &path.key("source"));
            self.query(&deploys.query, Some(&deploys.source), &[], &path.key("query"));
            all.push(Deploys {
                source: deploys.source.clone(),
                query: deploys.query.clone(),
                text: deploys.text.clone().unwrap_or_else(|| "{service} {version}".into()),
            });
        }
        all
    }
}

/// The address that stands for the embedded demo.
const DEMO: &str = "demo:";

/// What the requests to a source ask by themselves; in its address they would be asked for twice.
const OWN_PARAMETERS: [&str; 6] = ["query", "time", "start", "end", "step", "state"];

fn is_http(url: &str) -> bool {
    authority(url).is_some_and(|host| !host.is_empty()) && !url.contains(char::is_whitespace)
}

/// `https://user@host:9090/x?y` -> `user@host:9090`; none where it is no http(s) address
fn authority(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    let http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    http.then(|| rest.split(['/', '?', '#']).next().unwrap_or_default())
}

/// A path on this host; `//host` would be another one.
fn is_local_path(url: &str) -> bool {
    let relative = url.starts_with("./") || (url.starts_with('/') && !url.starts_with("//"));
    relative && !url.contains(char::is_whitespace)
}

fn is_safe_link(url: &str) -> bool {
    is_http(url) || url.strip_prefix("mailto:").is_some_and(|rest| !rest.is_empty())
}
