//! What a system may offer and need not, as a call or as the error that says that it does not.

use crate::domain::alert::Silence;
use crate::domain::evaluated::{RuleGroup, Targets};
use crate::domain::time::Millis;
use crate::sources::{Call, Group, Probe, SourceError, System};

pub(super) fn groups(system: &System) -> Result<Call<Vec<Group>>, SourceError> {
    system.alerts()?.groups().ok_or_else(|| system.lacks("groups of alerts"))
}

pub(super) fn silences(system: &System) -> Result<Call<Vec<Silence>>, SourceError> {
    system.alerts()?.silences().ok_or_else(|| system.lacks("silences"))
}

pub(super) fn rules(system: &System) -> Result<Call<Vec<RuleGroup>>, SourceError> {
    system.metrics()?.rules().ok_or_else(|| system.lacks("rules"))
}

pub(super) fn targets(system: &System) -> Result<Call<Targets>, SourceError> {
    system.metrics()?.targets().ok_or_else(|| system.lacks("targets"))
}

pub(super) fn clock(system: &System) -> Result<Call<Millis>, SourceError> {
    system.metrics()?.clock().ok_or_else(|| system.lacks("the time"))
}

pub(super) fn probe(system: &System) -> Result<Call<Probe>, SourceError> {
    Ok(system.probe.ok_or_else(|| system.lacks("its version"))?())
}
