//! What a source lets pass, as far as it was found out while the page is open or the program runs.

use super::SourceError;
use super::http::{Method, Request, Response};
use crate::domain::time::{MINUTE, Millis, SECOND};

/// Bytes of a query that every system accepts: VictoriaMetrics refuses more than 16,384
/// (`-search.maxQueryLen`).
const LONGEST_QUERY: usize = 16_000;
/// Bytes of url-encoded parameters that every proxy accepts in an address: many stop at 8 KB for the whole
/// first line.
const LONGEST_ADDRESS: usize = 7_000;

/// The first wait after a rate limit that does not say how long, and the longest.
const FIRST_WAIT: Millis = 15 * SECOND;
const LAST_WAIT: Millis = 2 * MINUTE;

/// How queries are sent to a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Form {
    #[default]
    Post,
    /// A POST was refused, as proxies do that let only reading pass; whether a GET passes is not known yet.
    TryingGet,
    Get,
}

/// What is known of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    form: Form,
    post_passed: bool,
    /// until when it wants to be left alone, and what it said
    pause: Option<(Millis, SourceError)>,
    /// rate limits since the last answer
    n_limited: u32,
}

impl Access {
    /// A request as it has to be sent.
    pub fn form(&self, request: &Request) -> Request {
        match request.method {
            Method::PostForm if self.form != Form::Post => Request { method: Method::Get, ..request.clone() },
            _ => request.clone(),
        }
    }

    /// Whether a request is short enough to pass.
    pub fn fits(&self, request: &Request) -> bool {
        match self.form(request).method {
            Method::PostForm => request.parameter("query").is_none_or(|query| query.len() <= LONGEST_QUERY),
            Method::Get => request.encoded().len() <= LONGEST_ADDRESS,
            Method::PutJson | Method::PostJson | Method::PatchJson | Method::Delete => true,
        }
    }

    /// Takes in what came of a request that was sent in the form of [`Self::form`].
    pub fn learn(&mut self, request: &Request, sent: &Request, answer: &Result<Response, SourceError>) {
        if answer.as_ref().is_ok_and(|r| r.status < 400) {
            self.n_limited = 0;
        }
        match (request.method, sent.method) {
            (Method::PostForm, Method::PostForm) => match refuses_post(answer) {
                // Another question has found out meanwhile.
                true if self.form != Form::Post => {}
                true if answer.is_ok() || !self.post_passed => self.form = Form::TryingGet,
                true => {}
                false => self.post_passed |= answer.as_ref().is_ok_and(|r| r.status < 400),
            },
            (Method::PostForm, Method::Get) if self.form == Form::TryingGet => {
                let status = answer.as_ref().map_or(0, |r| r.status);
                match status {
                    // What cannot be read or is too long was let through.
                    200..=299 | 400 | 413 | 414 | 422 | 431 if !refuses_post(answer) => self.form = Form::Get,
                    0 | 400..=499 if status != 429 => self.form = Form::Post,
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Takes in that a source was asked too often: nothing more is asked of it for as long as it said, or
    /// for a while that grows. `now` is the caller's clock for requests, `wall` the time of day.
    pub fn limited(&mut self, error: &SourceError, now: Millis, wall: Millis) {
        if !matches!(error, SourceError::RateLimited { .. }) {
            return;
        }
        let doubled = (FIRST_WAIT << self.n_limited.min(5)).min(LAST_WAIT);
        let wait = error.retry_after().map_or(doubled, |r| r.wait(wall).max(SECOND));
        // Of several questions that were under way together the last does not count again.
        if self.paused(now).is_none() {
            self.n_limited += 1;
        }
        let until = self.pause.as_ref().map_or(0, |(until, _)| *until).max(now + wait);
        self.pause = Some((until, error.clone()));
    }

    /// Until when it is to be left alone, and why.
    pub fn paused(&self, now: Millis) -> Option<&(Millis, SourceError)> {
        self.pause.as_ref().filter(|(until, _)| now < *until)
    }
}

/// Whether an answer refuses the form of a request and not what is asked. In a browser a refusal without
/// CORS headers looks as if nothing were there.
fn refuses_post(answer: &Result<Response, SourceError>) -> bool {
    match answer {
        Ok(response) => match response.status {
            403 | 405 | 415 | 501 => true,
            400 | 404 if names_the_method(response) => true,
            // A redirect makes a GET without parameters of a POST.
            status => response.redirected && status >= 400,
        },
        Err(error) => matches!(error, SourceError::Unreachable { .. }),
    }
}

fn names_the_method(response: &Response) -> bool {
    let text = response.excerpt().to_ascii_lowercase();
    let named = ["method", "post"].iter().any(|word| text.contains(word));
    named
        && ["not allowed", "not supported", "unsupported", "only get", "disallowed"]
            .iter()
            .any(|w| text.contains(w))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::RetryAfter;

    fn answer(status: u16, body: &str) -> Result<Response, SourceError> {
        Ok(Response { status, body: body.into(), ..Response::default() })
    }

    fn gone() -> Result<Response, SourceError> {
        Err(SourceError::Unreachable { origin: "x".into() })
    }

    /// The forms in which a query is sent as these answers come.
    fn forms(answers: &[Result<Response, SourceError>]) -> Vec<Method> {
        let (mut access, query) = (Access::default(), Request::post_form("/q"));
        let mut sent = vec![access.form(&query).method];
        for answer in answers {
            access.learn(&query, &access.form(&query), answer);
            sent.push(access.form(&query).method);
        }
        sent
    }

    #[test]
    fn a_refused_post_is_sent_as_get_from_then_on() {
        use Method::{Get, PostForm as Post};
        let fine = || answer(200, "{}");
        for refusal in [
            answer(405, ""),
            answer(403, "Forbidden (verb=create)"),
            answer(501, ""),
            answer(415, ""),
            answer(404, "POST method not supported"),
            answer(400, r#"{"message":"Method Not Allowed"}"#),
            Ok(Response { status: 400, redirected: true, ..Response::default() }),
            gone(),
        ] {
            assert_eq!(
                forms(&[refusal.clone(), fine(), gone(), fine()]),
                [Post, Get, Get, Get, Get],
                "{refusal:?}"
            );
            // Refused in both forms: it is not the form.
            assert_eq!(forms(&[refusal.clone(), answer(403, "")]), [Post, Get, Post], "{refusal:?}");
            // A query that is too long, or wrong, has passed.
            assert_eq!(
                forms(&[refusal.clone(), answer(414, ""), gone()]),
                [Post, Get, Get, Get],
                "{refusal:?}"
            );
        }
        for other in [
            answer(401, ""),
            answer(404, "no such page"),
            answer(400, "parse error"),
            answer(500, ""),
            fine(),
        ] {
            assert_eq!(forms(std::slice::from_ref(&other)), [Post, Post], "{other:?}");
        }
        // Where queries have passed, a host that is gone is gone.
        assert_eq!(forms(&[fine(), gone()]), [Post, Post, Post]);
        assert_eq!(forms(&[fine(), answer(403, ""), fine()]), [Post, Post, Get, Get]);
    }

    #[test]
    fn only_queries_change_their_form() {
        let mut access = Access::default();
        let query = Request::post_form("/q");
        access.learn(&query, &query, &answer(405, ""));
        let put = Request::put_json("/f", "{}".into());
        assert_eq!(access.form(&put), put);
        access.learn(&Request::get("/a"), &Request::get("/a"), &answer(403, ""));
        assert_eq!(access.form(&query).method, Method::Get);
    }

    #[test]
    fn a_query_fits_by_its_form() {
        let of = |text: &str| Request::post_form("/q").with("query", text.to_string()).with("time", "1.000");
        let mut access = Access::default();
        assert!(access.fits(&of(&"x".repeat(16_000))));
        assert!(!access.fits(&of(&"x".repeat(16_001))));
        access.learn(&of("x"), &of("x"), &answer(405, ""));
        assert!(access.fits(&of(&"x".repeat(6_900))));
        assert!(!access.fits(&of(&"\"".repeat(2_500))), "encoded it is three times as long");
    }

    #[test]
    fn a_source_that_limits_is_left_alone() {
        let limited = |retry_after| SourceError::RateLimited { status: 429, retry_after };
        let mut access = Access::default();
        access.limited(&limited(Some(RetryAfter::In(60_000))), 1_000, 0);
        assert_eq!(access.paused(60_999).map(|p| p.0), Some(61_000));
        assert_eq!(access.paused(61_000), None);
        // A shorter wish of another question does not shorten it.
        access.limited(&limited(Some(RetryAfter::In(1_000))), 2_000, 0);
        assert_eq!(access.paused(3_000).map(|p| p.0), Some(61_000));
        let mut access = Access::default();
        let waits: Vec<Millis> = (0..5)
            .scan(0, |now, _| {
                access.limited(&limited(None), *now, 0);
                let wait = access.paused(*now)?.0 - *now;
                *now += wait;
                Some(wait / SECOND)
            })
            .collect();
        assert_eq!(waits, [15, 30, 60, 120, 120]);
        access.limited(&SourceError::CutOff, 10_000_000, 0);
        assert_eq!(access.paused(10_000_000), None);
    }
}
