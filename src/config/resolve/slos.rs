//! Objectives, their exclusions, and announced maintenance.

use crate::config::fault::FaultKind;
use crate::config::kind::Capability;
use crate::config::measure::{Events, Indicator, Measure, Number, SignalSet};
use crate::config::raw::{RawCorrection, RawMaintenance, RawSlo};
use crate::config::resolved::{Bound, Config, Maintenance, Sla, Slo, ZoneChoice};
use crate::config::resolver::Resolver;
use crate::config::shape::Path;
use crate::domain::ledger::{Exclusion, ExclusionKind};
use crate::domain::order::Order as _;
use crate::domain::signal::Signal;
use crate::domain::slo::{Objective, SloKind};
use crate::domain::slug::{id_of, slug};
use crate::domain::time::{DAY, HOUR, Millis, parse_rfc3339};
use crate::domain::window::{Bounds, Window};
use std::sync::Arc;

impl Resolver<'_> {
    pub(super) fn slos(
        &mut self,
        raw: &[RawSlo],
        config: &Config,
        services: &[&str],
        sets: &[&str],
        path: &Path,
    ) -> Vec<Slo> {
        let ids: Vec<String> =
            raw.iter().map(|s| s.id.clone().unwrap_or_else(|| id_of(&s.name, "slo"))).collect();
        self.unique(ids.iter().enumerate().map(|(i, id)| (id.as_str(), path.index(i).key("id"))));
        let mut slos = Vec::new();
        for (i, (slo, id)) in raw.iter().zip(&ids).enumerate() {
            let path = path.index(i);
            if id.is_empty() || *id != slug(id) {
                let expected = "lower case letters, digits and hyphens";
                self.fault(
                    FaultKind::BadValue,
                    &path.key("id"),
                    &format!("{id:?}"),
                    expected,
                    "\"api-availability\"",
                );
            }
            let known = self.known(&slo.service, services, "the id of a service", &path.key("service"));
            if let Some(set) = &slo.from {
                self.known(set, sets, "a name under signals", &path.key("from"));
            }
            slos.extend(self.slo(slo, id, config, known, &path));
        }
        slos
    }

    fn slo(
        &mut self,
        raw: &RawSlo,
        id: &str,
        config: &Config,
        service_known: bool,
        path: &Path,
    ) -> Option<Slo> {
        self.target(raw.target, &path.key("target"));
        let kinds: Vec<(&str, SloKind)> = SloKind::ALL.iter().map(|k| (k.name(), *k)).collect();
        let kind = match raw.kind.as_deref() {
            None => Some(SloKind::Availability),
            Some(typed) => self.word(typed, &kinds, "a kind of objective", &path.key("kind")),
        };
        let window = match raw.window.as_deref() {
            Some("month") => Window::Month,
            Some("week") => Window::Week,
            typed => Window::Rolling(self.duration(typed, 30 * DAY, HOUR..=365 * DAY, &path.key("window"))),
        };
        let zone = self.slo_zone(raw.zone.as_deref(), &path.key("zone"));
        let set = self.set_of(raw, config);
        let certain = service_known && self.is_certain(raw, config);
        let at = path.key("source");
        let source = match (&raw.source, &set) {
            (Some(name), _) => self.source_for(name, Capability::Metrics, &at).then(|| name.clone()),
            (None, Some((set, _))) => Some(set.source.clone()),
            (None, None) => self.default_source(Capability::Metrics, &at),
        };
        let has_own = raw.bad.is_some() || raw.good.is_some() || raw.valid.is_some();
        let bound = match kind {
            Some(SloKind::Latency) if raw.from.is_some() && !has_own => self.bound(raw, path),
            _ => None,
        };
        let indicator = kind.and_then(|kind| self.indicator(raw, kind, set, bound, certain, path));
        let bound = set.zip(bound).and_then(|((set, value), at)| {
            let (preset, language) = (set.preset.as_deref()?, self.language(Some(&set.source))?);
            let known = Measure::Bounds { set: set.clone(), of: value.into() };
            language.has_bounds(preset).then_some(Bound { at, known })
        });
        let sla = raw.sla.as_ref().map(|sla| {
            let path = path.key("sla").key("target");
            self.target(sla.target, &path);
            if sla.target > raw.target {
                let expected =
                    "a promise no stricter than the objective, or it is broken before anyone is warned";
                self.fault(FaultKind::BadValue, &path, &format!("{}", sla.target), expected, "0.995");
            }
            Sla { target: sla.target, refund: sla.refund.clone() }
        });
        let mut exclusions = self.corrections(&raw.corrections, &path.key("corrections"));
        let own = |m: &&Maintenance| m.services.is_empty() || m.services.contains(&raw.service);
        exclusions.extend(config.maintenance.iter().filter(own).map(|m| Exclusion {
            bounds: m.bounds,
            reason: m.title.clone(),
            author: m.author.clone(),
            kind: ExclusionKind::Maintenance,
        }));
        exclusions.order_by_key(|e| e.bounds.start);
        Some(Slo {
            id: id.into(),
            name: raw.name.clone(),
            service: raw.service.clone(),
            kind: kind?,
            description: raw.description.clone(),
            labels: raw.labels.clone(),
            objective: Objective { target: raw.target, window },
            zone,
            source: source?,
            indicator: indicator?,
            bound,
            sla,
            exclusions,
        })
    }

    fn target(&mut self, target: f64, path: &Path) {
        if !(target > 0.0 && target <= 1.0) {
            let expected = "a ratio between 0 and 1, not a percentage";
            self.fault(FaultKind::BadValue, path, &format!("{target}"), expected, "0.999");
        }
    }

    fn slo_zone(&mut self, typed: Option<&str>, path: &Path) -> ZoneChoice {
        // A budget must not begin at another hour for each reader, so the browser's zone is no choice.
        match typed.map(ZoneChoice::parse) {
            None => ZoneChoice::Utc,
            Some(Some(zone)) if zone != ZoneChoice::Browser => zone,
            Some(_) => {
                let found = format!("{:?}", typed.unwrap_or_default());
                let expected = "UTC or a zone name such as Europe/Berlin";
                self.fault(FaultKind::BadValue, path, &found, expected, "\"Europe/Berlin\"");
                ZoneChoice::Utc
            }
        }
    }

    /// The signal set an objective reads, and the value of its label for the service.
    fn set_of<'c>(&self, raw: &RawSlo, config: &'c Config) -> Option<(&'c Arc<SignalSet>, &'c str)> {
        let service = config.service(&raw.service)?;
        match &raw.from {
            Some(name) => Some((config.set(name)?, service.signals.get(name)?.as_str())),
            None => config.service_set(service, Signal::Uptime),
        }
    }

    /// Whether all is there that an objective's signal set is found by: without it nothing follows from
    /// its absence.
    fn is_certain(&self, raw: &RawSlo, config: &Config) -> bool {
        let Some((i, service)) = config.services.iter().enumerate().find(|(_, s)| s.id == raw.service) else {
            return false;
        };
        let path = Path::root().key("services").index(i).key("signals");
        let is_there = |set: &String| config.set(set).is_some();
        !self.is_unread(&path) && service.signals.keys().chain(&raw.from).all(is_there)
    }

    fn indicator(
        &mut self,
        raw: &RawSlo,
        kind: SloKind,
        set: Option<(&Arc<SignalSet>, &str)>,
        bound: Option<f64>,
        certain: bool,
        path: &Path,
    ) -> Option<Indicator> {
        if kind == SloKind::Throughput {
            return self.throughput(raw, path);
        }
        let asked = self.asked_by(raw, set);
        for (name, query) in [("bad", &raw.bad), ("good", &raw.good), ("valid", &raw.valid)] {
            let Some(query) = query else { continue };
            self.query(query, asked, &["window", "range"], &path.key(name));
            if !query.contains("$window") && !query.contains("$range") {
                let expected = "an expression over [$window], so that every span can be asked for";
                let example = self.example(asked, |e| e.events);
                self.fault(FaultKind::BadValue, &path.key(name), &format!("{query:?}"), expected, example);
            }
        }
        let window = |query: &str| Measure::Typed(query.replace("$range", "$window"));
        let own = match (&raw.bad, &raw.good, &raw.valid) {
            (Some(bad), None, Some(valid)) => Some(Indicator::Bad { bad: window(bad), valid: window(valid) }),
            (None, Some(good), Some(valid)) => {
                Some(Indicator::Good { good: window(good), valid: window(valid) })
            }
            (None, Some(good), None) => Some(Indicator::Share(window(good))),
            (None, None, None) => None,
            _ => {
                let expected = "bad with valid, good with valid, or good alone";
                let example = self.example(asked, |e| e.bad_and_valid);
                self.fault(
                    FaultKind::MissingKey,
                    path,
                    "an incomplete set of bad, good and valid",
                    expected,
                    example,
                );
                return None;
            }
        };
        if own.is_some() {
            return own;
        }
        if raw.from.is_some() {
            return self.of_set(raw, kind, set, bound, certain, path);
        }
        let uptime = set.and_then(|(set, value)| set.uptime(Some(value))).map(Indicator::Share);
        if uptime.is_none() && certain {
            let found = format!("{:?}, which has no uptime query", raw.service);
            let expected =
                "a service with an uptime query, a signal set under from, or expressions under bad and valid";
            let example = self.example(asked, |e| e.good);
            self.fault(FaultKind::MissingKey, &path.key("good"), &found, expected, example);
        }
        uptime
    }

    /// The source that answers an objective's own queries, where that is said.
    fn asked_by<'r>(&self, raw: &'r RawSlo, set: Option<(&'r Arc<SignalSet>, &str)>) -> Option<&'r str> {
        raw.source.as_deref().or_else(|| set.map(|(set, _)| set.source.as_str()))
    }

    fn of_set(
        &mut self,
        raw: &RawSlo,
        kind: SloKind,
        set: Option<(&Arc<SignalSet>, &str)>,
        bound: Option<f64>,
        certain: bool,
        path: &Path,
    ) -> Option<Indicator> {
        let Some((set, value)) = set else {
            if !certain {
                return None;
            }
            let found =
                format!("{:?}, of which {:?} is no part", raw.from.clone().unwrap_or_default(), raw.service);
            let expected = "a signal set the service has a value for";
            self.fault(
                FaultKind::BadValue,
                &path.key("from"),
                &found,
                expected,
                r#""signals": { "web": "api" }"#,
            );
            return None;
        };
        if kind == SloKind::Latency && bound.is_none() {
            return None;
        }
        let language = self.language(Some(&set.source));
        let counted = set.preset.as_deref().zip(language).and_then(|(p, l)| l.counts(p, bound.is_some()));
        let bound = bound.map(Number);
        let events = |which| Measure::Events { set: set.clone(), of: value.into(), bound, which };
        match counted {
            Some(Events::Bad) => {
                Some(Indicator::Bad { bad: events(Events::Bad), valid: events(Events::Valid) })
            }
            Some(_) => Some(Indicator::Good { good: events(Events::Good), valid: events(Events::Valid) }),
            None => {
                let expected = format!("a set with the preset {}", self.example(None, |e| e.counting));
                let found = format!("{:?}, which counts no such events", set.name);
                let example = self.example(None, |e| e.preset);
                self.fault(FaultKind::BadValue, &path.key("from"), &found, &expected, example);
                None
            }
        }
    }

    /// The bound of an objective of latency, in seconds.
    fn bound(&mut self, raw: &RawSlo, path: &Path) -> Option<f64> {
        let bound = raw.bound.filter(|bound| *bound > 0.0);
        if bound.is_none() {
            let expected = "the bound in seconds, one of the histogram's";
            self.fault(FaultKind::MissingKey, &path.key("bound"), "none", expected, "0.5");
        }
        bound
    }

    /// Time is good while what was asked, up to the promised rate, was served.
    fn throughput(&mut self, raw: &RawSlo, path: &Path) -> Option<Indicator> {
        let (Some(served), Some(at_least)) = (&raw.served, raw.at_least.filter(|rate| *rate > 0.0)) else {
            let expected = "served (an expression) and at_least (requests a second)";
            let example = self.example(raw.source.as_deref(), |e| e.throughput);
            self.fault(FaultKind::MissingKey, path, "an incomplete throughput", expected, example);
            return None;
        };
        let source = raw.source.as_deref();
        self.query(served, source, &[], &path.key("served"));
        if let Some(asked) = &raw.asked {
            self.query(asked, source, &[], &path.key("asked"));
        }
        let at_least = Number(at_least);
        let (served, asked) = (served.clone(), raw.asked.clone());
        Some(Indicator::Share(Measure::Throughput { served, asked, at_least }))
    }

    fn corrections(&mut self, raw: &[RawCorrection], path: &Path) -> Vec<Exclusion> {
        let mut all = Vec::new();
        for (i, correction) in raw.iter().enumerate() {
            let path = path.index(i);
            self.not_empty(&correction.reason, &path.key("reason"));
            all.extend(self.span(&correction.from, &correction.to, &path).map(|bounds| Exclusion {
                bounds,
                reason: correction.reason.clone(),
                author: correction.author.clone(),
                kind: ExclusionKind::Correction,
            }));
        }
        all
    }

    pub(super) fn maintenance(
        &mut self,
        raw: &[RawMaintenance],
        services: &[&str],
        path: &Path,
    ) -> Vec<Maintenance> {
        let mut all = Vec::new();
        for (i, maintenance) in raw.iter().enumerate() {
            let path = path.index(i);
            self.not_empty(&maintenance.title, &path.key("title"));
            for (n, id) in maintenance.services.iter().enumerate() {
                self.known(id, services, "the id of a service", &path.key("services").index(n));
            }
            all.extend(self.span(&maintenance.from, &maintenance.to, &path).map(|bounds| Maintenance {
                title: maintenance.title.clone(),
                bounds,
                services: maintenance.services.clone(),
                author: maintenance.author.clone(),
            }));
        }
        all
    }

    pub(super) fn span(&mut self, from: &str, to: &str, path: &Path) -> Option<Bounds> {
        let start = self.instant(from, &path.key("from"));
        let end = self.instant(to, &path.key("to"));
        let (start, end) = (start?, end?);
        if start < end {
            return Some(Bounds { start, end });
        }
        let expected = "an end after the beginning";
        self.fault(
            FaultKind::BadValue,
            &path.key("to"),
            &format!("{to:?}"),
            expected,
            "\"2026-11-03T10:20:00Z\"",
        );
        None
    }

    fn instant(&mut self, typed: &str, path: &Path) -> Option<Millis> {
        let at = parse_rfc3339(typed);
        if at.is_none() {
            let expected = "a time as RFC 3339, with its zone";
            self.fault(
                FaultKind::BadValue,
                path,
                &format!("{typed:?}"),
                expected,
                "\"2026-11-03T10:00:00Z\"",
            );
        }
        at
    }
}
