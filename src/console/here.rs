//! The parts of a program that is not cut.

use super::parts::{Part, Parts};
use super::views;
use crate::sources::{SYSTEMS, read_config, register};
use std::future::ready;

macro_rules! here {
    ($view:ident) => {
        Part { fetch: || Box::pin(ready(Ok(()))), make: || Some(views::$view()) }
    };
}

/// All code in one program. Nothing but tests and benches may name it: a program that does has all code in its main
/// file.
pub const HERE: Parts = Parts {
    health: here!(health),
    panels: here!(panels),
    service: here!(service),
    incidents: here!(incidents),
    incident: here!(incident),
    evidence: here!(evidence),
    alerts: here!(alerts),
    slos: here!(slos),
    slo: here!(slo),
    capacity: here!(capacity),
    reviews: here!(reviews),
    on_call: here!(on_call),
    take_over: here!(take_over),
    runbooks: here!(runbooks),
    runbook: here!(runbook),
    update: here!(update),
    sources: here!(sources),
    not_found: here!(not_found),
    faults: here!(faults),
    dialogs: here!(dialogs),
    chart_menu: here!(chart_menu),
    watch: here!(watch),
    outbox: here!(outbox),
    keys: here!(keys),
    paged: here!(paged),
    duty: here!(duty),
    incident_pages: here!(incident_pages),
    outlook: here!(outlook),
    demo: |demo, request, now| Box::pin(ready(Ok(demo.answer(&request, now)))),
    read_config: |text| Box::pin(ready(Ok(read_config(&text)))),
    system: |kind| {
        SYSTEMS.into_iter().filter(|s| s.kind() == kind).for_each(register);
        Box::pin(ready(Ok(())))
    },
};
