//! Alertmanager, which routes alerts and keeps silences.

pub use super::alertmanager_state::{
    Status, alerts, groups, read_alerts, read_groups, read_silences, read_status, silences, status,
};

use super::alertmanager_silences::Silences;
use super::alertmanager_state::wants_groups;
use super::http::Response;
use super::system::{Alerts, Call, Group, Probe, System};
use crate::config::{Capability, KindSpec};
use crate::domain::alert::{Alert, Silence};

/// What the configuration knows of it.
pub static KIND: KindSpec = KindSpec {
    name: "alertmanager",
    title: "Alertmanager",
    about: "Prometheus Alertmanager, API v2",
    capabilities: &[Capability::Alerts, Capability::Actions],
    is_source: true,
    language: None,
    gives: &[],
    key: None,
    caution: None,
};

pub static SYSTEM: System = System {
    probe: Some(|| {
        Call::new(status(), |response, _| {
            Ok(read_status(response)?
                .map(|s| Probe { version: s.version, facts: vec![("cluster", s.cluster)] }))
        })
    }),
    alerts: Some(&Alertmanager),
    actions: Some(&Silences),
    ..System::of(&KIND)
};

struct Alertmanager;

impl Alerts for Alertmanager {
    fn active(&self) -> Call<Vec<Alert>> {
        let follow_up = |first: &Response| wants_groups(first).then(groups);
        Call { follow_up: Some(follow_up), ..Call::new(alerts(), read_alerts) }
    }

    fn is_routed(&self) -> bool {
        true
    }

    fn silences(&self) -> Option<Call<Vec<Silence>>> {
        Some(Call::new(silences(), |response, _| read_silences(response)))
    }

    fn groups(&self) -> Option<Call<Vec<Group>>> {
        Some(Call::new(groups(), |response, _| read_groups(response)))
    }
}
