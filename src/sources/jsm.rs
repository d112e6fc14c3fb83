//! Jira Service Management Operations: Opsgenie's successor, in its dialect (`super::opsgenie`).
//!
//! Its address is that of a site: `https://api.atlassian.com/jsm/ops/api/CLOUD-ID`. The id stands in
//! `https://SITE.atlassian.net/_edge/tenant_info`.

use super::opsgenie::{AlertActions, Alerts, Dialect, Schedules, probe};
use super::system::System;
use crate::config::{Capability, KeyPlace, KeySpec, KindSpec};

/// What the configuration knows of it.
pub static KIND: KindSpec = KindSpec {
    name: "jsm",
    title: "Jira Service Management",
    about: "Jira Service Management Operations: https://api.atlassian.com/jsm/ops/api/CLOUD-ID",
    capabilities: &[Capability::Paging, Capability::OnCall, Capability::Actions],
    is_source: true,
    language: None,
    gives: &[],
    key: Some(KeySpec {
        about: "your e-mail address, a colon, and an API token of your Atlassian account",
        place: KeyPlace::Basic,
        by_proxy: true,
    }),
    caution: None,
};

pub static SYSTEM: System = System {
    probe: Some(|| probe(Dialect::Jsm)),
    paging: Some(&Alerts(Dialect::Jsm)),
    on_call: Some(&Schedules(Dialect::Jsm)),
    actions: Some(&AlertActions(Dialect::Jsm)),
    ..System::of(&KIND)
};
