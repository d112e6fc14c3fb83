//! `fourlights decode`: what the readers make of recorded response bodies. `fourlights request`: what would be sent.

use super::configuration;
use super::keys;
use super::terminal::{complain, say};
use fourlights::config::{Reach, Source};
use fourlights::domain::time::{HOUR, MINUTE, Millis};
use fourlights::sources::actions::FetchSite;
use fourlights::sources::decode::{Asked, Way, line, ways};
use fourlights::sources::{Outgoing, Request, Response, SYSTEMS, System};
use serde_json::{Map, Value, json};
use std::path::Path;
use std::process::ExitCode;

/// How the recorded responses came, where that is not 200 and JSON.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    pub status: Option<u16>,
    pub content_type: Option<String>,
}

/// Prints a JSON line a file. Fails if one of them cannot be read.
pub fn run(kind: &str, what: &str, files: &[&str], recorded: &Recorded) -> ExitCode {
    let way = match find(kind, what) {
        Ok((_, way)) => way,
        Err(code) => return code,
    };
    let mut all_fine = true;
    for file in files {
        let body = match std::fs::read(file) {
            Ok(body) => body,
            Err(error) => {
                complain(&format!("{file} cannot be read: {error}\n"));
                all_fine = false;
                continue;
            }
        };
        let response = Response {
            status: recorded.status.unwrap_or(200),
            content_type: recorded.content_type.clone(),
            body,
            ..Response::default()
        };
        let read = (way.read)(&response, kind);
        all_fine &= read.is_ok();
        say(&format!("{}\n", line(file, kind, what, read)));
    }
    if all_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What a request is made for.
pub struct Wanted<'a> {
    pub kind: &'a str,
    pub what: &'a str,
    pub config: &'a Path,
    /// the configured name, where there are several of the kind
    pub source: Option<&'a str>,
    pub query: Option<&'a str>,
}

/// Prints the request that would be sent, as one JSON line. Secrets are not shown.
pub fn request(wanted: &Wanted<'_>, now: Millis) -> ExitCode {
    let way = match find(wanted.kind, wanted.what) {
        Ok((_, way)) => way,
        Err(code) => return code,
    };
    let config = match configuration::load(wanted.config) {
        Ok(config) => config,
        Err(code) => return code,
    };
    let of_kind =
        |s: &&Source| s.kind.name() == wanted.kind && wanted.source.is_none_or(|name| s.name == name);
    let Some(source) = config.sources.iter().find(of_kind) else {
        let named = wanted.source.map(|name| format!(" with the name {name:?}")).unwrap_or_default();
        complain(&format!(
            "{} has no source of kind {}{named}. Its sources: {}\n",
            wanted.config.display(),
            wanted.kind,
            config
                .sources
                .iter()
                .map(|s| format!("{} ({})", s.name, s.kind.name()))
                .collect::<Vec<_>>()
                .join(", ")
        ));
        return ExitCode::FAILURE;
    };
    let end = now - now.rem_euclid(MINUTE);
    let asked = Asked { query: wanted.query.unwrap_or("up"), start: end - HOUR, end, step: MINUTE };
    match (way.request)(&asked) {
        Ok(request) => say(&format!("{}\n", shown(source, &request))),
        Err(error) => {
            complain(&format!("{error}. {}\n", error.remedy()));
            ExitCode::FAILURE
        }
    }
}

/// A request as it goes over the wire, with its key hidden. One that the environment lacks is named.
fn shown(source: &Source, request: &Request) -> Value {
    let key = keys::of(&source.name);
    let lacks_key = source.kind.0.key.is_some() && key.is_none();
    let sent = Outgoing::shown(
        &source.url,
        &request.clone().keyed_for(source.kind, key),
        FetchSite::of(&source.url),
    );
    let url = match source.reach {
        Reach::Demo => format!("demo:{}", request.path),
        Reach::Http => sent.url,
    };
    let headers: Map<String, Value> =
        sent.headers.into_iter().map(|(name, value)| (name.to_string(), json!(value))).collect();
    let mut line = json!({"source": source.name, "method": sent.method, "url": url, "headers": headers,
                          "body": sent.body, "deadline_ms": source.deadline});
    if let (true, Some(line)) = (lacks_key, line.as_object_mut()) {
        line.insert("key_from".into(), json!(keys::variable(&source.name)));
    }
    line
}

/// Every kind with what it can be asked for, for `--help`.
pub fn list() -> String {
    let mut out = String::from("\nKIND and WHAT:\n");
    for system in SYSTEMS {
        out.push_str(&format!("{}: {}\n", system.spec.name, system.spec.about));
        out.push_str(&lines(&ways(system)));
    }
    out
}

/// `  alerts        what is active`, or that there is nothing.
fn lines(ways: &[Way]) -> String {
    match ways {
        [] => "  nothing\n".into(),
        ways => ways.iter().map(|w| format!("  {:<14}{}\n", w.what, w.about)).collect(),
    }
}

fn find(kind: &str, what: &str) -> Result<(&'static System, Way), ExitCode> {
    let Some(system) = SYSTEMS.into_iter().find(|s| s.spec.name == kind) else {
        let known: Vec<&str> = SYSTEMS.iter().map(|s| s.spec.name).collect();
        complain(&format!("{kind:?} is no kind of system. Known are: {}\n", known.join(", ")));
        return Err(ExitCode::from(2));
    };
    let known = ways(system);
    let list = lines(&known);
    let found = known.into_iter().find(|w| w.what == what);
    found.map(|way| (system, way)).ok_or_else(|| {
        complain(&format!("{kind} has no {what:?}. It can be asked for:\n{list}"));
        ExitCode::from(2)
    })
}
