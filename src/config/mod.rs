//! The one configuration file: what may stand in it, what it means, and what is wrong with it.
//!
//! Two steps, as in ripgrep and Trunk: [`raw`] is what was typed, [`Config`] what it comes to. Every
//! fault is found at once; none is found by a parser that stops at the first.

#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod fault;
mod key;
mod kind;
mod language;
mod measure;
mod nearest;
pub mod raw;
pub mod raw_incidents;
pub mod raw_on_call;
pub mod raw_repository;
mod resolve;
mod resolved;
mod resolver;
pub mod schema;
mod secret;
mod shape;

pub use fault::{Fault, FaultKind};
pub use key::{KeyPlace, KeySpec, key_variable};
pub use kind::{Capability, Kind, KindSpec, Kinds};
pub use language::{Examples, Language};
pub use measure::{Events, Indicator, Level, Measure, Number, ResourceKind, SignalSet, Term};
pub use nearest::nearest;
pub use resolve::resolve;
pub use resolved::*;

use serde_json::Value;

/// Reads a configuration file's text into a [`Config`], or says all that is wrong with it. `kinds` are the kinds
/// of systems there are: see `sources::read_config`.
pub fn read(text: &str, kinds: Kinds<'_>) -> Result<Config, Vec<Fault>> {
    let tree = parse(text).map_err(|fault| vec![fault])?;
    let mut faults = Vec::new();
    secret::find(&tree, &mut faults);
    let raw = <raw::RawConfig as shape::Shape>::read(&tree, &shape::Path::root(), &mut faults);
    // What could be read is checked although something could not: all faults at once.
    let config = raw.map(|raw| {
        let mut later = Vec::new();
        let config = resolve(raw, kinds, &faults, &mut later);
        later.retain(|fault| !fault.follows_from(&faults));
        faults.append(&mut later);
        config
    });
    match config {
        Some(config) if faults.is_empty() => Ok(config),
        _ => Err(faults),
    }
}

fn parse(text: &str) -> Result<Value, Fault> {
    let text = text.trim_start_matches('\u{feff}');
    let start: String = text.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
    if text.trim().is_empty() {
        return Err(Fault::new(FaultKind::NotJson, "$", "an empty file", "a JSON object", raw::EXAMPLE));
    }
    if start.starts_with("<!doctype") || start.starts_with("<html") || start.starts_with("<?xml") {
        return Err(Fault::new(
            FaultKind::Html,
            "$",
            "an HTML page",
            "the JSON file `fourlights.json`; the host seems to answer unknown paths with a page, so put the \
             file beside index.html or exclude it from the rewrite rule",
            raw::EXAMPLE,
        ));
    }
    serde_json::from_str(text).map_err(|e| {
        let place = format!("line {}, column {}", e.line(), e.column());
        Fault::new(
            FaultKind::NotJson,
            "$",
            &format!("{e}"),
            &format!("valid JSON (see {place})"),
            raw::EXAMPLE,
        )
    })
}
