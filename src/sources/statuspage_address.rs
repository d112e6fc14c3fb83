//! Asking other status pages, also by an address that lacks the path of their API.

use super::statuspage::API;
use super::{Request, Response, SourceError};
use crate::config::Source;

/// What a page answered, and the address it should be asked by.
#[derive(Debug)]
pub struct Asked<T> {
    pub answer: Result<T, SourceError>,
    pub better: Option<String>,
}

/// Asks a page by `send`. Where its address does not do, it is tried with the path of the API.
pub fn ask<T>(
    source: &Source,
    request: &Request,
    send: impl Fn(&Source, &Request) -> Result<Response, SourceError>,
    read: impl Fn(&Response) -> Result<T, SourceError>,
) -> Asked<T> {
    let by = |url: &str| {
        let source = Source { url: url.into(), ..source.clone() };
        send(&source, request).and_then(|r| read(&r))
    };
    let answer = by(&source.url);
    let Some(better) = with_api(&source.url).filter(|_| answer.is_err()) else {
        return Asked { answer, better: None };
    };
    match by(&better) {
        Ok(found) => Asked { answer: Ok(found), better: Some(better) },
        Err(_) => Asked { answer, better: None },
    }
}

/// The address with the path of the API; `None` where it has it, and for the embedded demo.
pub fn with_api(url: &str) -> Option<String> {
    let place = url.split('?').next().unwrap_or_default().trim_end_matches('/');
    if place.ends_with(API) || place == "demo:" {
        return None;
    }
    let own = url.split_once('?').map(|(_, own)| format!("?{own}"));
    Some(format!("{place}{API}{}", own.unwrap_or_default()))
}

/// The request by an address that lacks the path of the API.
pub fn under_api(request: Request) -> Request {
    Request { path: format!("{API}{}", request.path), ..request }
}

/// What to do about an address.
pub fn use_instead(better: &str) -> String {
    format!("the address lacks {API}: set its url to {better:?}")
}
