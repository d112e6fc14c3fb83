//! What a response says before its body is read: a status, a header, a web page where data was asked for.

use super::SourceError;
use super::http::Response;

impl SourceError {
    /// A failure that an HTTP status or a web page already tells; `None` for a usable 2xx answer.
    pub(super) fn of_status(response: &Response) -> Option<Self> {
        let status = response.status;
        if let Some(error) = Self::of_wait(response) {
            return Some(error);
        }
        match status {
            401 | 403 | 407 => Some(Self::Denied { status }),
            _ if response.is_html() => Some(match &response.other_host {
                Some(origin) => Self::SignIn { origin: origin.clone() },
                None => Self::Html { status },
            }),
            200..=299 => None,
            503 => Some(Self::NotReady { message: response.excerpt(), retry_after: None }),
            _ => Some(Self::Status { status, excerpt: response.excerpt() }),
        }
    }

    /// A rate limit, if this is one.
    pub fn of_limit(response: &Response) -> Option<Self> {
        Self::of_wait(response).filter(|error| matches!(error, Self::RateLimited { .. }))
    }

    /// A status, or the header with it, that says to come back later. It counts before anything in the body:
    /// whoever is asked to wait waits, whatever else is said.
    pub(super) fn of_wait(response: &Response) -> Option<Self> {
        let retry_after = response.retry_after();
        match response.status {
            429 => Some(Self::RateLimited { status: 429, retry_after }),
            503 if retry_after.is_some() => Some(Self::NotReady { message: response.excerpt(), retry_after }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::RetryAfter;

    #[test]
    fn what_asks_to_wait_is_heard_before_the_body() {
        let answer = |status: u16, retry: Option<&str>, body: &str| Response {
            status,
            retry_after: retry.map(Into::into),
            body: body.into(),
            ..Response::default()
        };
        let wait = |status, retry, body: &str| SourceError::of_status(&answer(status, retry, body));
        let sixty = Some(RetryAfter::In(60_000));
        let limited = |retry_after| Some(SourceError::RateLimited { status: 429, retry_after });
        assert_eq!(wait(429, Some("60"), "{}"), limited(sixty));
        assert_eq!(wait(429, None, "<html>"), limited(None));
        let busy = |retry_after| SourceError::NotReady { message: "x".into(), retry_after };
        assert_eq!(wait(503, Some("60"), "x"), Some(busy(sixty)));
        assert_eq!(wait(503, None, "x"), Some(busy(None)));
        assert_eq!(busy(sixty).retry_after(), sixty);
        // A page of a proxy that says when to come back is no sign-in.
        assert!(matches!(wait(503, Some("60"), "<html>"), Some(SourceError::NotReady { .. })));
        assert!(matches!(wait(503, None, "<html>"), Some(SourceError::Html { status: 503 })));
        let page =
            Response { other_host: Some("https://login.example".into()), ..answer(200, None, "<html>") };
        assert!(matches!(SourceError::of_status(&page), Some(SourceError::SignIn { .. })));
    }
}
