//! What systems that page people answer now, for `check --live`.

use super::ask::Asker;
use fourlights::config::{Reach, Source};
use fourlights::domain::time::{DAY, Millis};
use fourlights::sources::{Call, Parsed, SourceError, system_of};

/// Each thing a source can be asked for, with how much of it there is.
pub fn ask(
    asker: &Asker,
    source: &Source,
    now: Millis,
) -> Vec<(&'static str, Result<Parsed<String>, SourceError>)> {
    let mut all = Vec::new();
    let Ok(system) = system_of(source) else { return all };
    if source.reach == Reach::Demo {
        return all;
    }
    if let Some(paging) = system.paging {
        all.push(("pages", count(asker, source, &paging.open(), "open", now)));
    }
    if let Some(on_call) = system.on_call {
        if let Some(call) = on_call.now(now) {
            all.push(("on call", count(asker, source, &call, "entries", now)));
        }
        for call in on_call.schedules() {
            all.push(("schedules", count(asker, source, &call, "schedules", now)));
        }
    }
    if let Some(changes) = system.changes {
        let call = changes.between(now - DAY, now);
        all.push(("changes", count(asker, source, &call, "changes in the last day", now)));
    }
    all
}

fn count<T>(
    asker: &Asker,
    source: &Source,
    call: &Call<Vec<T>>,
    what: &str,
    now: Millis,
) -> Result<Parsed<String>, SourceError> {
    Ok(asker.call(source, call, now)?.map(|all| format!("{} {what}", all.len())))
}
