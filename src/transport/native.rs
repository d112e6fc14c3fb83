//! Requests from the command line, blocking.

use super::{limit, too_large};
use crate::domain::time::Millis;
use crate::sources::{Method, Request, Response, SourceError, address, other_host};
use std::time::Duration;
use ureq::{Agent, ResponseExt};

/// Sends a request to the source at `base` and reads the answer, whatever its status.
pub fn send(base: &str, request: &Request, deadline: Millis) -> Result<Response, SourceError> {
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(Duration::from_millis(deadline.unsigned_abs())))
        .http_status_as_error(false)
        .build()
        .into();
    let encoded = request.encoded();
    let in_address = if request.method.asks_in_address() { encoded.as_str() } else { "" };
    let url = address(base, &request.path, in_address);
    let json = request.json.as_deref().unwrap_or_default();
    let answer = match request.method {
        Method::Get => agent.get(&url).call(),
        // Only the console writes.
        Method::PutJson => agent.put(&url).content_type("application/json").send(json),
        Method::PostJson => agent.post(&url).content_type("application/json").send(json),
        Method::Delete => agent.delete(&url).call(),
        Method::PostForm => agent.post(&url).content_type("application/x-www-form-urlencoded").send(&encoded),
    };
    let mut answer = answer.map_err(|e| failure(&e, base, deadline))?;
    let header = |name: &str| answer.headers().get(name).and_then(|v| v.to_str().ok()).map(Into::into);
    let (content_type, retry_after, date) = (header("content-type"), header("retry-after"), header("date"));
    let answered = answer.get_uri().to_string();
    let path = |address: &str| address.split('?').next().unwrap_or_default().to_string();
    let (redirected, other_host) = (path(&answered) != path(&url), other_host(&url, &answered));
    let status = answer.status().as_u16();
    let most = limit(request);
    let body = answer.body_mut().with_config().limit(most as u64).read_to_vec();
    let body = body.map_err(|e| match e {
        ureq::Error::BodyExceedsLimit(_) => too_large(most),
        e => failure(&e, base, deadline),
    })?;
    Ok(Response { status, content_type, retry_after, date, redirected, other_host, body, followed_by: None })
}

fn failure(error: &ureq::Error, base: &str, deadline: Millis) -> SourceError {
    match error {
        ureq::Error::Timeout(_) => SourceError::TimedOut { after: deadline },
        ureq::Error::Io(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => SourceError::CutOff,
        _ => SourceError::Unreachable { origin: base.split('?').next().unwrap_or_default().into() },
    }
}
