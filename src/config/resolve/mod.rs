//! From what was typed to what it means, with every remaining fault reported.

mod alert_labels;
mod public;
mod rules;
mod slos;

use super::fault::{Fault, FaultKind};
use super::preset::Preset;
use super::raw::*;
use super::resolved::*;
use super::resolver::Resolver;
use super::shape::Path;
use crate::domain::signal::Signal;
use crate::domain::time::{DAY, MINUTE, SECOND};
use std::collections::BTreeMap;

/// Checks and resolves a configuration. Faults are added; with any fault the result is not used.
pub fn resolve(raw: RawConfig, faults: &mut Vec<Fault>) -> Option<Config> {
    let root = Path::root();
    let mut r = Resolver { faults };
    let sources: Vec<Source> = raw
        .sources
        .iter()
        .filter_map(|(name, s)| r.source(name, s, &root.key("sources").key(name)))
        .collect();
    let source_names: Vec<&str> = raw.sources.keys().map(String::as_str).collect();
    let signal_sets: Vec<SignalSet> = raw
        .signals
        .iter()
        .filter_map(|(name, s)| r.signal_set(name, s, &source_names, &root.key("signals").key(name)))
        .collect();
    let set_names: Vec<&str> = raw.signals.keys().map(String::as_str).collect();
    let service_ids: Vec<&str> = raw.services.iter().map(|s| s.id.as_str()).collect();
    let services = r.services(&raw.services, &set_names, &service_ids, &root.key("services"));
    let scorecards = r.scorecards(&raw.scorecards, &signal_sets, &set_names, &root.key("scorecards"));
    let prometheus = sources.iter().find(|s| s.kind == SourceKind::Prometheus).map(|s| s.name.clone());
    let rules = r.rules(
        raw.alerts.as_deref(),
        &source_names,
        prometheus.as_deref(),
        raw.baseline.is_some(),
        &root.key("alerts"),
    );
    let alert_labels = r.alert_labels(
        &raw.severities,
        raw.severity_labels.as_deref(),
        raw.replica_labels.as_deref(),
        &root,
    );
    let maintenance = r.maintenance(&raw.maintenance, &service_ids, &root.key("maintenance"));
    let capacity = r.capacity(&raw.capacity, &source_names, &root.key("capacity"));
    let deploys = r.deploys(&raw.deploys, &source_names, &root.key("deploys"));
    let public =
        raw.public.as_ref().map(|p| r.public(p, &raw.title, &sources, &service_ids, &root.key("public")));
    let zone = r.zone(raw.zone.as_deref(), &root.key("zone"));
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
        watchdog: raw.watchdog.filter(|name| !name.trim().is_empty()),
        capacity,
        deploys,
        public,
    };
    if config.scorecards.is_empty() {
        config.scorecards = default_scorecards(&config);
    }
    config.slos = r.slos(&raw.slos, &config, &service_ids, &set_names, &source_names, &root.key("slos"));
    Some(config)
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
        let kinds: Vec<(&str, SourceKind)> = SourceKind::ALL.iter().map(|k| (k.name(), *k)).collect();
        let kind = self.word(&raw.kind, &kinds, "a kind of source", &path.key("kind"));
        let url = raw.url.trim().trim_end_matches('/');
        let fine = url == "demo:" || is_http(url) || is_local_path(url);
        if !fine {
            let expected = "an address that begins with https:// or http://, a path such as /_proxy/prometheus, or demo:";
            let example = "\"https://prometheus.example.com\"";
            self.fault(FaultKind::BadValue, &path.key("url"), &format!("{:?}", raw.url), expected, example);
        }
        let deadline =
            self.duration(raw.deadline.as_deref(), 15 * SECOND, SECOND..=5 * MINUTE, &path.key("deadline"));
        fine.then_some(Source { name: name.into(), kind: kind?, url: url.into(), deadline })
    }

    fn signal_set(
        &mut self,
        name: &str,
        raw: &RawSignalSet,
        sources: &[&str],
        path: &Path,
    ) -> Option<SignalSet> {
        let source_known = self.known(&raw.source, sources, "a name under sources", &path.key("source"));
        let presets: Vec<(&str, Preset)> = Preset::ALL.iter().map(|p| (p.name(), *p)).collect();
        let preset = match raw.preset.as_deref() {
            None => None,
            Some(typed) => Some(self.word(typed, &presets, "a preset", &path.key("preset"))?),
        };
        if !is_label_name(&raw.by) {
            let found = format!("{:?}", raw.by);
            self.fault(FaultKind::BadValue, &path.key("by"), &found, "a label name", "\"service\"");
        }
        let mut queries = BTreeMap::new();
        let signals: Vec<(&str, Signal)> = Signal::ALL.iter().map(|s| (s.name(), *s)).collect();
        for (signal, query) in &raw.queries {
            let path = path.key("queries").key(signal);
            self.not_empty(query, &path);
            if let Some(signal) = self.word(signal, &signals, "a signal", &path) {
                queries.insert(signal, query.clone());
            }
        }
        if preset.is_none() && raw.queries.is_empty() {
            let example = r#""preset": "caddy""#;
            self.fault(
                FaultKind::MissingKey,
                path,
                "neither preset nor queries",
                "a preset, own queries, or both",
                example,
            );
        }
        let window = self.duration(raw.window.as_deref(), 2 * MINUTE, 10 * SECOND..=DAY, &path.key("window"));
        source_known.then(|| SignalSet {
            name: name.into(),
            source: raw.source.clone(),
            preset,
            by: raw.by.clone(),
            selector: raw.selector.clone().unwrap_or_default(),
            window,
            queries,
        })
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
            if is_safe_link(&link.url) {
                links.push(Link { title: link.title.clone(), url: link.url.clone() });
            } else {
                let path = path.key("links").index(i).key("url");
                let expected = "an http, https or mailto address";
                self.fault(
                    FaultKind::BadValue,
                    &path,
                    &format!("{:?}", link.url),
                    expected,
                    "\"https://logs.example.com\"",
                );
            }
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

    fn scorecards(
        &mut self,
        raw: &[RawScorecard],
        sets: &[SignalSet],
        names: &[&str],
        path: &Path,
    ) -> Vec<Scorecard> {
        for (i, card) in raw.iter().enumerate() {
            let path = path.index(i).key("set");
            let known = self.known(&card.set, names, "a name under signals", &path);
            if known && sets.iter().any(|s| s.name == card.set && !s.has(Signal::Uptime)) {
                let expected = "a signal set with an uptime query";
                self.fault(
                    FaultKind::BadValue,
                    &path,
                    &format!("{:?}", card.set),
                    expected,
                    r#""preset": "blackbox""#,
                );
            }
        }
        let card =
            |c: &RawScorecard| Scorecard { name: c.name.clone(), set: c.set.clone(), value: c.value.clone() };
        raw.iter().map(card).collect()
    }

    fn deploys(&mut self, raw: &[RawDeploys], sources: &[&str], path: &Path) -> Vec<Deploys> {
        let mut all = Vec::new();
        for (i, deploys) in raw.iter().enumerate() {
            self.known(&deploys.source, sources, "a name under sources", &path.index(i).key("source"));
            all.push(Deploys {
                source: deploys.source.clone(),
                query: deploys.query.clone(),
                text: deploys.text.clone().unwrap_or_else(|| "{service} {version}".into()),
            });
        }
        all
    }

    fn capacity(&mut self, raw: &[RawCapacity], sources: &[&str], path: &Path) -> Vec<Resource> {
        self.unique(raw.iter().enumerate().map(|(i, c)| (c.id.as_str(), path.index(i).key("id"))));
        raw.iter().enumerate().filter_map(|(i, c)| self.resource(c, sources, &path.index(i))).collect()
    }

    fn resource(&mut self, raw: &RawCapacity, sources: &[&str], path: &Path) -> Option<Resource> {
        self.known(&raw.source, sources, "a name under sources", &path.key("source"));
        let kinds = [("storage", ResourceKind::Storage), ("traffic", ResourceKind::Traffic)];
        let kind = self.word(&raw.kind, &kinds, "a kind of resource", &path.key("kind"))?;
        if let Some(NumberOrQuery::Number(limit)) = raw.limit
            && limit <= 0.0
        {
            self.fault(
                FaultKind::BadValue,
                &path.key("limit"),
                &format!("{limit}"),
                "a number above 0",
                "1e12",
            );
        }
        let (act_at, action) = match kind {
            ResourceKind::Storage => (0.7, "Plan migration or upgrade"),
            ResourceKind::Traffic => (0.3, "Scale up"),
        };
        let act_at = raw.act_at.unwrap_or(act_at);
        if !(act_at > 0.0 && act_at < 10.0) {
            self.fault(
                FaultKind::BadValue,
                &path.key("act_at"),
                &format!("{act_at}"),
                "a ratio above 0, not a percentage",
                "0.7",
            );
        }
        let limit = match (&raw.limit, &raw.latency) {
            (Some(NumberOrQuery::Number(limit)), _) => Limit::Number(*limit),
            (Some(NumberOrQuery::Query(query)), _) => Limit::Query(query.clone()),
            (None, Some(latency)) if kind == ResourceKind::Traffic && raw.by.is_none() => {
                Limit::Knee(latency.clone())
            }
            _ => {
                let expected = "limit; or, for traffic without by, latency to read it from";
                self.fault(FaultKind::MissingKey, &path.key("limit"), "none", expected, "1e12");
                return None;
            }
        };
        let peak = raw.peak.unwrap_or(1.0);
        if !(peak > 0.0 && peak <= 1.0) {
            let expected = "a quantile above 0 and at most 1";
            self.fault(FaultKind::BadValue, &path.key("peak"), &format!("{peak}"), expected, "0.99");
        }
        let cost = raw.cost.as_ref().map(|cost| Cost {
            amount: cost.amount,
            per: cost.per.unwrap_or(1.0),
            currency: cost.currency.clone(),
        });
        if cost.as_ref().is_some_and(|c| c.amount < 0.0 || c.per <= 0.0) {
            let (path, found) = (path.key("cost"), "an amount below 0, or for no units");
            self.fault(
                FaultKind::BadValue,
                &path,
                found,
                "money for some units",
                r#"{ "amount": 0.1, "per": 1e9, "currency": "EUR" }"#,
            );
        }
        Some(Resource {
            id: raw.id.clone(),
            name: raw.name.clone(),
            source: raw.source.clone(),
            kind,
            used: raw.used.clone(),
            limit,
            cost,
            peak,
            by: raw.by.clone(),
            act_at,
            action: raw.action.clone().unwrap_or_else(|| action.into()),
        })
    }
}

fn is_http(url: &str) -> bool {
    ["http://", "https://"].iter().any(|s| {
        url.strip_prefix(s).is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
    })
}

/// A path on this host; `//host` would be another one.
fn is_local_path(url: &str) -> bool {
    let relative = url.starts_with("./") || (url.starts_with('/') && !url.starts_with("//"));
    relative && !url.contains(char::is_whitespace)
}

fn is_safe_link(url: &str) -> bool {
    is_http(url) || url.strip_prefix("mailto:").is_some_and(|rest| !rest.is_empty())
}

pub(super) fn is_label_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
