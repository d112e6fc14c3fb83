//! What each system answers of all that its kind can be asked for, and what it offers to do, for `check --live`.

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
    if let Some(alerts) = system.alerts {
        all.push(("alerts", count(asker, source, &alerts.active(), "alerts", now)));
        if let Some(call) = alerts.silences() {
            all.push(("silences", count(asker, source, &call, "silences", now)));
        }
    }
    if let Some(notices) = system.notices {
        all.push(("public incidents", count(asker, source, &notices.open(), "open", now)));
        if let Some(call) = notices.components() {
            all.push(("components", count(asker, source, &call, "components", now)));
        }
    }
    if let Some(paging) = system.paging {
        all.push(("pages", count(asker, source, &paging.open(), "open", now)));
        let lists = [
            ("services", paging.services()),
            ("people", paging.people()),
            ("priorities", paging.priorities()),
        ];
        for (what, call) in lists.into_iter().filter_map(|(what, call)| Some((what, call?))) {
            all.push((what, count(asker, source, &call, what, now)));
        }
        if let Some(call) = paging.maintenances() {
            all.push(("maintenances", count(asker, source, &call, "now or ahead", now)));
        }
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
    if let Some(actions) = system.actions {
        let n = actions.offers().len();
        // To try one would change something.
        let text = format!("{n} offered, none tried: whether the key may, shows with the first");
        all.push(("actions", Ok(Parsed::new(text))));
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
