//! Requests from the command line, blocking.

use super::{limit, too_large};
use crate::domain::time::Millis;
use crate::sources::actions::FetchSite;
use crate::sources::{Outgoing, Request, Response, SourceError, other_host, without_key};
use std::time::Duration;
use ureq::{Agent, ResponseExt, http};

/// Sends a request to the source at `base` and reads the answer, whatever its status.
pub fn send(base: &str, request: &Request, deadline: Millis) -> Result<Response, SourceError> {
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(Duration::from_millis(deadline.unsigned_abs())))
        .http_status_as_error(false)
        .build()
        .into();
    // No browser is in between that would refuse a header.
    let sent = Outgoing::new(base, request, FetchSite::SameOrigin);
    let unreachable = || SourceError::Unreachable { origin: place(base) };
    let mut prepared = http::Request::builder().method(sent.method).uri(&sent.url);
    for (name, value) in &sent.headers {
        prepared = prepared.header(*name, value);
    }
    // What cannot be a header or an address is not repeated: it may hold the key.
    let answer = match &sent.body {
        Some(body) => agent.run(prepared.body(body.as_str()).map_err(|_| unreachable())?),
        None => agent.run(prepared.body(()).map_err(|_| unreachable())?),
    };
    let mut answer = answer.map_err(|e| failure(&e, base, deadline))?;
    let header = |name: &str| answer.headers().get(name).and_then(|v| v.to_str().ok()).map(Into::into);
    let (content_type, retry_after, date) = (header("content-type"), header("retry-after"), header("date"));
    let answered = answer.get_uri().to_string();
    let path = |address: &str| address.split('?').next().unwrap_or_default().to_string();
    let (redirected, other_host) = (path(&answered) != path(&sent.url), other_host(&sent.url, &answered));
    let status = answer.status().as_u16();
    let most = limit(request);
    let body = answer.body_mut().with_config().limit(most as u64).read_to_vec();
    let body = body.map_err(|e| match e {
        ureq::Error::BodyExceedsLimit(_) => too_large(most),
        e => failure(&e, base, deadline),
    })?;
    let response =
        Response { status, content_type, retry_after, date, redirected, other_host, body, followed_by: None };
    Ok(without_key(response, request))
}

/// The configured address without its query.
fn place(base: &str) -> String {
    base.split('?').next().unwrap_or_default().into()
}

fn failure(error: &ureq::Error, base: &str, deadline: Millis) -> SourceError {
    match error {
        ureq::Error::Timeout(_) => SourceError::TimedOut { after: deadline },
        ureq::Error::Io(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => SourceError::CutOff,
        _ => SourceError::Unreachable { origin: place(base) },
    }
}
