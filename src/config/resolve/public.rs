//! The public page's part of the configuration.

use super::super::fault::FaultKind;
use super::super::kind::Capability;
use super::super::raw::{RawComponent, RawPublic, RawWeights};
use super::super::resolved::{Public, PublicComponent, ZoneChoice};
use super::super::resolver::Resolver;
use super::super::shape::Path;
use super::{is_http, is_safe_link};
use crate::domain::public::Measured;
use crate::domain::public::status::Weights;
use crate::domain::time::{DAY, MINUTE};

const DAYS: std::ops::RangeInclusive<f64> = 7.0..=365.0;
const UPTIME: [(&str, Measured); 3] =
    [("monitoring", Measured::Monitoring), ("incidents", Measured::Incidents), ("none", Measured::No)];

impl Resolver<'_> {
    pub(super) fn public(&mut self, raw: &RawPublic, title: &str, services: &[&str], path: &Path) -> Public {
        let url = raw.url.trim();
        if !is_http(url) || url.contains(['?', '#']) {
            let expected = "the http(s) address of the page's folder";
            let example = "\"https://status.example.com/\"";
            self.fault(FaultKind::BadValue, &path.key("url"), &format!("{:?}", raw.url), expected, example);
        }
        if let Some(contact) = raw.contact.as_ref().filter(|c| !is_safe_link(c)) {
            let expected = "an address that begins with https://, http:// or mailto:";
            let example = "\"mailto:help@example.com\"";
            self.fault(FaultKind::BadValue, &path.key("contact"), &format!("{contact:?}"), expected, example);
        }
        let days = raw.days.unwrap_or(90.0);
        if !DAYS.contains(&days) || days.fract() != 0.0 {
            let found = days.to_string();
            self.fault(FaultKind::BadValue, &path.key("days"), &found, "a whole number from 7 to 365", "90");
        }
        for (i, name) in raw.import.iter().enumerate() {
            self.source_for(name, Capability::Notices, &path.key("import").index(i));
        }
        let minutes = MINUTE..=DAY;
        Public {
            url: format!("{}/", url.trim_end_matches('/')),
            name: raw.name.clone().unwrap_or_else(|| title.into()),
            about: raw.about.clone().unwrap_or_default(),
            contact: raw.contact.clone(),
            days: days.clamp(*DAYS.start(), *DAYS.end()) as usize,
            languages: self.languages(raw.languages.as_deref(), &path.key("languages")),
            translations: raw.translations.clone(),
            zone: match raw.zone.as_deref() {
                // Whose browser would it be?
                None | Some("browser") => ZoneChoice::Utc,
                typed => self.zone(typed, &path.key("zone")),
            },
            incidents: raw.incidents.clone(),
            import: raw.import.clone(),
            earlier_days: raw.earlier_days.clone(),
            old_after: self.duration(raw.old_after.as_deref(), 15 * MINUTE, minutes, &path.key("old_after")),
            weights: self.weights(raw.weights.as_ref(), &path.key("weights")),
            repository: raw.repository.as_ref().and_then(|r| self.repository(r, &path.key("repository"))),
            components: self.components(&raw.components, services, &path.key("components")),
        }
    }

    fn languages(&mut self, typed: Option<&[String]>, path: &Path) -> Vec<String> {
        let Some(typed) = typed.filter(|t| !t.is_empty()) else { return vec!["en".into()] };
        for (i, language) in typed.iter().enumerate() {
            let is_tag = language.len() >= 2
                && language.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                && !typed.iter().take(i).any(|before| before == language);
            if !is_tag {
                let expected = "a language's tag, each once";
                self.fault(FaultKind::BadValue, &path.index(i), &format!("{language:?}"), expected, "\"de\"");
            }
        }
        typed.to_vec()
    }

    fn weights(&mut self, raw: Option<&RawWeights>, path: &Path) -> Weights {
        let default = Weights::default();
        let Some(raw) = raw else { return default };
        let mut one = |typed: Option<f64>, default: f64, key: &str| match typed {
            Some(weight) if (0.0..=1.0).contains(&weight) => weight,
            Some(weight) => {
                let path = path.key(key);
                self.fault(FaultKind::BadValue, &path, &weight.to_string(), "a number from 0 to 1", "0.3");
                default
            }
            None => default,
        };
        Weights {
            major: one(raw.major, default.major, "major"),
            partial: one(raw.partial, default.partial, "partial"),
        }
    }

    fn components(&mut self, raw: &[RawComponent], services: &[&str], path: &Path) -> Vec<PublicComponent> {
        self.unique(raw.iter().enumerate().map(|(i, c)| (c.id.as_str(), path.index(i).key("id"))));
        raw.iter().enumerate().map(|(i, c)| self.component(c, services, &path.index(i))).collect()
    }

    fn component(&mut self, raw: &RawComponent, services: &[&str], path: &Path) -> PublicComponent {
        let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !raw.id.chars().all(fine) {
            let expected = "lower case letters, digits and hyphens";
            self.fault(FaultKind::BadValue, &path.key("id"), &format!("{:?}", raw.id), expected, "\"api\"");
        }
        self.not_empty(&raw.name, &path.key("name"));
        if let Some(service) = &raw.service {
            self.known(service, services, "the id of a service", &path.key("service"));
        }
        let default = if raw.service.is_some() { Measured::Monitoring } else { Measured::Incidents };
        let measured = match raw.uptime.as_deref() {
            None => default,
            Some(typed) => {
                self.word(typed, &UPTIME, "where uptime comes from", &path.key("uptime")).unwrap_or(default)
            }
        };
        if measured == Measured::Monitoring && raw.service.is_none() {
            let expected = "a service, or uptime \"incidents\"";
            self.fault(
                FaultKind::BadValue,
                &path.key("uptime"),
                "\"monitoring\" without a service",
                expected,
                "\"incidents\"",
            );
        }
        PublicComponent {
            id: raw.id.clone(),
            former_ids: raw.former_ids.clone(),
            name: raw.name.clone(),
            group: raw.group.clone().filter(|g| !g.trim().is_empty()),
            description: raw.description.clone().filter(|d| !d.trim().is_empty()),
            service: raw.service.clone(),
            upstream: raw.upstream.unwrap_or(false),
            measured,
            latency: raw.latency.unwrap_or(false),
        }
    }
}
