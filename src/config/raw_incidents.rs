//! The configuration's part about incidents, as typed.

use super::raw_repository::RawRepository;
use super::shape::shape;
use std::collections::BTreeMap;

shape! {
    /// How incidents are worked on, and where a team shares them.
    RawIncidents, example r#"{ "repository": { "name": "acme/incidents" }, "update_every": { "sev1": "15m", "sev3": "none" }, "messages": { "update": "messages/update.txt" } }"#;
    /// Where a team shares them: one file an incident, written by everybody who has a token.
    repository "repository": Option<RawRepository>,
    /// How often people hear of an open incident, by severity: sev1, sev2, sev3 or sev4, each with a duration or none. Default: 15m for sev1 and sev2, 1h for sev3, none for sev4.
    update_every "update_every": BTreeMap<String, String>,
    /// From the detection to the first message, where updates are promised. Default 5m.
    first_message "first_message": Option<String>,
    /// From the end of a SEV-1 or SEV-2 until its review is due. Default 5d.
    review_within "review_within": Option<String>,
    /// Files with texts of messages in place of the ones that come along, by kind: initial, update, resolution, public, public_resolved. Relative to this file, for instance messages/update.txt.
    messages "messages": BTreeMap<String, String>,
    /// How long the silence lasts that acknowledges an alert in an Alertmanager, unless it is extended. Default 15m.
    acknowledge_for "acknowledge_for": Option<String>,
    /// After this time an acknowledgement is shown as a warning. Default 2h.
    acknowledged_warns_after "acknowledged_warns_after": Option<String>,
}
