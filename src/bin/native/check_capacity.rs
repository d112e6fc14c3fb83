//! What the sources answer about capacity, for `fourlights check --live`.

use super::check_objectives::WRONG;
use fourlights::config::Resource;
use fourlights::domain::series::Frame;
use fourlights::domain::time::Millis;
use fourlights::model::{Supplies, history_question, limit_question, supplies};
use fourlights::poll::{Question, Reply};
use fourlights::sources::{Parsed, Request, Response, SourceError, System};

/// So many resources without a forecast are named.
const NAMED: usize = 5;

/// Asks for the history and the limit of a resource as the console does: how many series have a limit, and
/// of which nothing can be said, with the reason.
pub fn find(
    resource: &Resource,
    system: &System,
    ask: impl Fn(&Request) -> Result<Response, SourceError>,
    now: Millis,
) -> Result<Parsed<String>, SourceError> {
    let frame = |question: &Question| -> Result<Parsed<Frame>, SourceError> {
        let answer = question.read(system, &ask(&question.fetch(system, None, now)?.request)?, None, None)?;
        Ok(answer.map(|reply| match reply {
            Reply::Frame(frame) => frame,
            _ => Frame::default(),
        }))
    };
    let history = frame(&history_question(resource))?;
    let limit = limit_question(resource).map(|question| frame(&question)).transpose()?;
    let found = supplies(resource, &history.data, limit.as_ref().map(|l| &l.data), None);
    let warnings = history.warnings.into_iter().chain(limit.into_iter().flat_map(|l| l.warnings)).collect();
    Ok(Parsed { data: text(&found), warnings })
}

fn text(all: &Supplies) -> String {
    let gone = all.found.iter().filter(|s| s.gone.is_some()).count();
    let gone = if gone == 0 { String::new() } else { format!(", {gone} of them gone") };
    let known = format!("{} with use and limit{gone}", all.found.len());
    if all.missing.is_empty() {
        return known;
    }
    let named = all.missing.iter().take(NAMED).map(|m| format!("\n        {}: {}", m.name, m.why));
    let more = all.missing.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!("\n        and {more} more") };
    format!("{WRONG}{known}, {} without{}{more}", all.missing.len(), named.collect::<String>())
}
