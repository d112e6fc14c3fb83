//! How incidents are worked on.

use super::on_call::is_beside;
use crate::config::fault::FaultKind;
use crate::config::raw_incidents::RawIncidents;
use crate::config::resolved::IncidentRules;
use crate::config::resolver::Resolver;
use crate::config::shape::Path;
use crate::domain::acknowledgement::AckPolicy;
use crate::domain::incident_log::Policy;
use crate::domain::severity::Severity;
use crate::domain::time::{DAY, MINUTE};
use std::collections::BTreeMap;

/// The kinds of messages whose text can be a file.
const MESSAGES: [(&str, &str); 5] = [
    ("initial", "initial"),
    ("update", "update"),
    ("resolution", "resolution"),
    ("public", "public"),
    ("public_resolved", "public_resolved"),
];

impl Resolver<'_> {
    pub(super) fn incidents(&mut self, raw: Option<&RawIncidents>, path: &Path) -> IncidentRules {
        let Some(raw) = raw else { return IncidentRules::default() };
        let (usual, acks) = (Policy::default(), AckPolicy::default());
        let mut update_every = usual.update_every;
        let severities: Vec<(&str, Severity)> = Severity::ALL.iter().map(|s| (s.name(), *s)).collect();
        for (name, typed) in &raw.update_every {
            let path = path.key("update_every").key(name);
            let severity = self.word(name, &severities, "a severity", &path);
            let every = match typed.as_str() {
                "none" => None,
                typed => Some(self.duration(Some(typed), 15 * MINUTE, MINUTE..=7 * DAY, &path)),
            };
            let place = severity.and_then(|s| Severity::ALL.iter().position(|known| *known == s));
            if let Some(place) = place.and_then(|at| update_every.get_mut(at)) {
                *place = every;
            }
        }
        let mut messages = BTreeMap::new();
        for (name, file) in &raw.messages {
            let path = path.key("messages").key(name);
            let known = self.word(name, &MESSAGES, "a kind of message", &path);
            if !is_beside(file) {
                let expected = "a file beside the configuration, without .. and without an address";
                let found = format!("{file:?}");
                self.fault(FaultKind::BadValue, &path, &found, expected, "\"messages/update.txt\"");
            } else if let Some(name) = known {
                messages.insert(name.to_string(), file.clone());
            }
        }
        let repository = raw.repository.as_ref();
        let repository = repository.and_then(|r| self.repository(r, &path.key("repository")));
        let mut duration = |typed: &Option<String>, usual, allowed, key: &str| {
            self.duration(typed.as_deref(), usual, allowed, &path.key(key))
        };
        IncidentRules {
            repository,
            policy: Policy {
                update_every,
                first_message: duration(
                    &raw.first_message,
                    usual.first_message,
                    MINUTE..=DAY,
                    "first_message",
                ),
                review_within: duration(
                    &raw.review_within,
                    usual.review_within,
                    DAY..=365 * DAY,
                    "review_within",
                ),
            },
            acknowledgements: AckPolicy {
                length: duration(&raw.acknowledge_for, acks.length, MINUTE..=DAY, "acknowledge_for"),
                old_after: duration(
                    &raw.acknowledged_warns_after,
                    acks.old_after,
                    MINUTE..=7 * DAY,
                    "acknowledged_warns_after",
                ),
            },
            messages,
        }
    }
}
