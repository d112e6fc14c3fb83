//! Asking other status pages, also by an address that lacks the path of its API.

use super::ask::Asker;
use fourlights::config::Source;
use fourlights::domain::time::Millis;
use fourlights::sources::statuspage::API;
use fourlights::sources::{Request, Response, SourceError};

/// What a page answered, and the address it should be asked by.
pub struct Asked<T> {
    pub answer: Result<T, SourceError>,
    pub better: Option<String>,
}

/// Asks a page. Where its address does not do, it is tried with the path of the API.
pub fn ask<T>(
    asker: &Asker,
    source: &Source,
    request: &Request,
    now: Millis,
    read: impl Fn(&Response) -> Result<T, SourceError>,
) -> Asked<T> {
    let by = |url: &str| {
        let source = Source { url: url.into(), ..source.clone() };
        asker.send(&source, request, now).and_then(|r| read(&r))
    };
    let answer = by(&source.url);
    let place = source.url.split('?').next().unwrap_or_default().trim_end_matches('/');
    if answer.is_ok() || place.ends_with(API) || place == "demo:" {
        return Asked { answer, better: None };
    }
    let own = source.url.split_once('?').map(|(_, own)| format!("?{own}"));
    let better = format!("{place}{API}{}", own.unwrap_or_default());
    match by(&better) {
        Ok(found) => Asked { answer: Ok(found), better: Some(better) },
        Err(_) => Asked { answer, better: None },
    }
}

/// What to do about an address.
pub fn use_instead(better: &str) -> String {
    format!("the address lacks {API}: set its url to {better:?}")
}
