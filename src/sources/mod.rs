//! One file per outside system. Sans-I/O: a source turns a question into a [`Request`] and a
//! [`Response`] into domain types or a [`SourceError`]; it never performs either.

#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod access;
pub mod actions;
pub mod alertmanager;
pub mod alertmanager_silences;
mod alertmanager_state;
mod breach;
pub mod current_json;
#[cfg(not(target_arch = "wasm32"))]
pub mod decode;
#[cfg(not(target_arch = "wasm32"))]
mod decode_pager;
#[cfg(not(target_arch = "wasm32"))]
mod decode_way;
mod error;
mod exchange;
pub mod github;
mod github_files;
pub mod gitlab;
mod gitlab_files;
mod html;
mod http;
pub mod jsm;
mod json;
pub mod opsgenie;
mod outgoing;
mod pager;
pub mod pagerduty;
pub mod pagerduty_events;
pub mod prometheus;
mod refusal;
mod rejection;
pub mod repository;
mod repository_host;
mod retry_after;
#[cfg(not(target_arch = "wasm32"))]
pub mod rule_export;
pub mod slack;
pub mod statuspage;
pub mod statuspage_address;
pub mod statuspage_manage;
mod system;
mod warning;
pub mod webhook;

/// The form in which public pages are read, and in which the publisher writes its own.
pub use statuspage as page_format;
pub use statuspage_address as page_address;

pub use access::Access;
pub use breach::{Breach, Known};
pub use error::SourceError;
pub use exchange::{Answered, Exchange, FrameReader, Part, Refused};
pub use http::{Key, Method, Request, Response, address, origin, other_host};
pub use outgoing::{HIDDEN, Outgoing, without_key};
pub use retry_after::RetryAfter;
pub use system::{
    Alerts, Call, Changes, Files, Group, Metrics, NextPage, Notices, OnCall, Pages, Paging, Probe, Reader,
    System, join_by,
};
pub use warning::{Warning, WarningKind, partial_text};

use crate::config::{self, Config, Fault, Kind, KindSpec, Kinds, Source};
use std::sync::OnceLock;

/// Every kind of system there is. A new one is one line here, and one in [`SYSTEMS`].
pub static KINDS: [&KindSpec; 13] = [
    &prometheus::KIND,
    &alertmanager::KIND,
    &statuspage::KIND,
    &github::KIND,
    &gitlab::KIND,
    &current_json::KIND,
    &pagerduty::KIND,
    &pagerduty_events::KIND,
    &jsm::KIND,
    &opsgenie::KIND,
    &slack::KIND,
    &webhook::KIND,
    &statuspage_manage::KIND,
];

/// The register: the system of each kind, in the same order.
///
/// A program that names it has the code of all of them. The console in chunks does not: there each kind is a chunk, and
/// what was fetched is taken in by [`register`].
pub static SYSTEMS: [&System; KINDS.len()] = [
    &prometheus::SYSTEM,
    &alertmanager::SYSTEM,
    &statuspage::SYSTEM,
    &github::SYSTEM,
    &gitlab::SYSTEM,
    &current_json::SYSTEM,
    &pagerduty::SYSTEM,
    &pagerduty_events::SYSTEM,
    &jsm::SYSTEM,
    &opsgenie::SYSTEM,
    &slack::SYSTEM,
    &webhook::SYSTEM,
    &statuspage_manage::SYSTEM,
];

/// The systems whose code is there.
static HERE: [OnceLock<&'static System>; KINDS.len()] = [const { OnceLock::new() }; KINDS.len()];

/// Takes in the code of a system.
pub fn register(system: &'static System) {
    let place = KINDS.into_iter().zip(&HERE).find(|(spec, _)| spec.name == system.spec.name);
    if let Some((_, here)) = place {
        here.get_or_init(|| system);
    }
}

/// The system of a kind, if its code is there.
pub fn system(kind: Kind) -> Option<&'static System> {
    // Programs in one file have all of it from the start.
    #[cfg(not(target_arch = "wasm32"))]
    SYSTEMS.into_iter().for_each(register);
    let (_, here) = KINDS.into_iter().zip(&HERE).find(|(spec, _)| spec.name == kind.name())?;
    here.get().copied()
}

/// The system of a configured source.
///
/// # Errors
/// When the code of its kind is not there.
pub fn system_of(source: &Source) -> Result<&'static System, SourceError> {
    system(source.kind).ok_or(SourceError::NotFetched { kind: source.kind.name() })
}

/// Reads a configuration file's text, with every kind of system known.
pub fn read_config(text: &str) -> Result<Config, Vec<Fault>> {
    config::read(text, Kinds(&KINDS.map(Kind)))
}

/// What was read, and what is wrong with it without being a failure.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed<T> {
    pub data: T,
    pub warnings: Vec<Warning>,
}

impl<T> Parsed<T> {
    pub fn new(data: T) -> Self {
        Self { data, warnings: Vec::new() }
    }

    /// Why the figures may be wrong, as one text; `None` if the answer is whole.
    pub fn partial(&self) -> Option<String> {
        partial_text(&self.warnings)
    }

    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Parsed<U> {
        Parsed { data: f(self.data), warnings: self.warnings }
    }
}
