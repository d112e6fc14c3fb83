//! Requests and responses as plain data, so that sources can be tested on recorded bytes.

use super::SourceError;
use super::retry_after::RetryAfter;
use crate::config::{KeyPlace, Kind};
use crate::domain::number::parse_number;
use crate::domain::secret::Secret;
use crate::domain::time::{Millis, SECOND, parse_http_date};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    /// Sent url-encoded, which browsers send across origins without asking first (no preflight).
    PostForm,
    /// with [`Request::json`] as its body
    PutJson,
    /// with [`Request::json`] as its body
    PostJson,
    /// with [`Request::json`] as its body
    PatchJson,
    Delete,
}

impl Method {
    /// As HTTP calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::PostForm | Self::PostJson => "POST",
            Self::PutJson => "PUT",
            Self::PatchJson => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether the parameters are part of the address.
    pub fn asks_in_address(self) -> bool {
        matches!(self, Self::Get | Self::Delete)
    }
}

/// A request to a source, relative to its configured address.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    pub method: Method,
    /// Begins with a slash.
    pub path: String,
    /// Query parameters, or the form.
    pub parameters: Vec<(String, String)>,
    pub json: Option<String>,
    /// The most bytes that the answer may have, where that is less than of any other.
    pub most: Option<usize>,
    /// Headers beside those that follow from the method and the key, with names in lower case. Across origins the
    /// system has to allow each of them, so there are no more than it asks for.
    pub headers: Vec<(&'static str, String)>,
    /// Added by whoever sends it; never a part of the request as it is made, stored or shown.
    pub key: Option<Key>,
}

/// A key and where it stands in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub place: KeyPlace,
    pub secret: Secret,
}

/// Without headers, body and key.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {} {:?}", self.method, self.path, self.parameters)
    }
}

impl Request {
    pub fn get(path: &str) -> Self {
        Self::new(Method::Get, path)
    }

    pub fn post_form(path: &str) -> Self {
        Self::new(Method::PostForm, path)
    }

    pub fn put_json(path: &str, json: String) -> Self {
        Self { json: Some(json), ..Self::new(Method::PutJson, path) }
    }

    pub fn post_json(path: &str, json: String) -> Self {
        Self { json: Some(json), ..Self::new(Method::PostJson, path) }
    }

    pub fn patch_json(path: &str, json: String) -> Self {
        Self { json: Some(json), ..Self::new(Method::PatchJson, path) }
    }

    pub fn delete(path: &str) -> Self {
        Self::new(Method::Delete, path)
    }

    /// For a person to read before it is sent: method, path and the body, indented.
    pub fn described(&self) -> String {
        let body = self.json.as_deref().unwrap_or_default();
        let pretty = serde_json::from_str::<serde_json::Value>(body)
            .ok()
            .and_then(|body| serde_json::to_string_pretty(&body).ok())
            .unwrap_or_else(|| body.to_string());
        format!("{} {}\n\n{pretty}", self.method.name(), self.path)
    }

    fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.into(),
            parameters: Vec::new(),
            json: None,
            most: None,
            headers: Vec::new(),
            key: None,
        }
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a key, in the place where a kind of system takes it.
    pub fn keyed(mut self, place: KeyPlace, secret: Option<Secret>) -> Self {
        self.key = secret.filter(|secret| !secret.is_empty()).map(|secret| Key { place, secret });
        self
    }

    /// With a key as sources of a kind take it. A kind that takes none gets none.
    pub fn keyed_for(self, kind: Kind, secret: Option<Secret>) -> Self {
        match &kind.0.key {
            Some(spec) => self.keyed(spec.place, secret),
            None => self,
        }
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    pub fn at_most(mut self, bytes: usize) -> Self {
        self.most = Some(bytes);
        self
    }

    /// With another query in the place of its own.
    pub fn with_query(self, query: &str) -> Self {
        self.replacing("query", query)
    }

    /// With another value of a parameter in the place of its own, or behind the others.
    pub fn replacing(mut self, name: &str, value: &str) -> Self {
        match self.parameters.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value.into(),
            None => self.parameters.push((name.into(), value.into())),
        }
        self
    }

    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The parameters url-encoded (`application/x-www-form-urlencoded`, WHATWG URL standard).
    pub fn encoded(&self) -> String {
        let mut out = String::new();
        for (name, value) in &self.parameters {
            if !out.is_empty() {
                out.push('&');
            }
            encode(name, &mut out);
            out.push('=');
            encode(value, &mut out);
        }
        out
    }
}

/// Scheme and host of what answered, if that is another host than was asked. The same host by TLS is no other.
pub fn other_host(asked: &str, answered: &str) -> Option<String> {
    let (asked, answered) = (origin(asked), origin(answered));
    let (asked_scheme, asked_host) = asked.split_once("://")?;
    let (scheme, host) = answered.split_once("://")?;
    let name = |host: &str| host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let same = host.eq_ignore_ascii_case(asked_host)
        || (!scheme.eq_ignore_ascii_case(asked_scheme) && name(host) == name(asked_host));
    (!same).then(|| answered.to_string())
}

/// Scheme and host of an address: `https://a.example` of `https://a.example/b?c`.
pub fn origin(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    let end =
        address.get(host..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(address.len(), |n| host + n);
    address.get(..end).unwrap_or(address)
}

/// The whole address of a request: the source's own path and query, then those of the request.
///
/// ```text
/// https://host/prom?tenant=a  +  /api/v1/query, time=7  ->  https://host/prom/api/v1/query?tenant=a&time=7
/// ```
pub fn address(base: &str, path: &str, encoded: &str) -> String {
    let (place, own) = base.split_once('?').unwrap_or((base, ""));
    let parts: Vec<&str> = [own, encoded].into_iter().filter(|part| !part.is_empty()).collect();
    let question = if parts.is_empty() { "" } else { "?" };
    format!("{place}{path}{question}{}", parts.join("&"))
}

/// What a form holds as it is (`application/x-www-form-urlencoded` of the URL standard); a space becomes `+`.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_').remove(b' ');

/// What a step of a path cannot hold as it is: all but the unreserved characters of RFC 3986.
const STEP: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One step of a path, percent-encoded (RFC 3986): whatever an id holds, it stays one step.
pub(super) fn path_step(text: &str) -> String {
    match text {
        // These two are steps to other places.
        "." | ".." => text.replace('.', "%2E"),
        text => utf8_percent_encode(text, STEP).to_string(),
    }
}

fn encode(text: &str, out: &mut String) {
    for part in utf8_percent_encode(text, FORM) {
        out.push_str(&part.replace(' ', "+"));
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    pub content_type: Option<String>,
    /// The `Retry-After` header, where the browser may read it.
    pub retry_after: Option<String>,
    /// The `Date` header, where the browser may read it.
    pub date: Option<String>,
    /// Whether a redirect led to the answer. A POST has lost its form then.
    pub redirected: bool,
    /// Scheme and host that answered, where a redirect led to another than was asked.
    pub other_host: Option<String>,
    pub body: Vec<u8>,
    /// The answer to a request that was made because of this one.
    pub followed_by: Option<Box<Result<Response, SourceError>>>,
}

impl Response {
    /// `Retry-After` in both of its forms, seconds and a date (RFC 9110, 10.2.3). A date is read against the
    /// answer's own, so that it does not matter whose clock is wrong.
    pub fn retry_after(&self) -> Option<RetryAfter> {
        let text = self.retry_after.as_deref()?.trim();
        if let Some(seconds) = parse_number(text) {
            let fine = seconds.is_finite() && seconds >= 0.0;
            return fine.then_some(RetryAfter::In((seconds * SECOND as f64) as Millis));
        }
        let then = parse_http_date(text)?;
        Some(match self.date.as_deref().and_then(parse_http_date) {
            Some(now) => RetryAfter::In((then - now).max(0)),
            None => RetryAfter::At(then),
        })
    }

    /// With the answers that came after it behind it, the first of them first.
    pub fn followed(self, later: Vec<Result<Self, SourceError>>) -> Self {
        let link = |behind: Option<Box<Result<Self, SourceError>>>, answer: Result<Self, SourceError>| {
            Some(Box::new(answer.map(|response| Self { followed_by: behind, ..response })))
        };
        Self { followed_by: later.into_iter().rev().fold(None, link), ..self }
    }

    /// The last answer of those that followed it; itself where none did.
    ///
    /// # Errors
    /// When the last one did not come.
    pub fn last(&self) -> Result<&Self, &SourceError> {
        let mut last = self;
        while let Some(next) = &last.followed_by {
            last = next.as_ref().as_ref()?;
        }
        Ok(last)
    }

    pub fn is_html(&self) -> bool {
        let typed = self.content_type.as_deref().is_some_and(|t| t.to_ascii_lowercase().contains("html"));
        let start: Vec<u8> = self
            .body
            .iter()
            .copied()
            .skip_while(u8::is_ascii_whitespace)
            .take(14)
            .map(|b| b.to_ascii_lowercase())
            .collect();
        typed || start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
    }

    /// The start of the body as text on one line, for an error message.
    pub fn excerpt(&self) -> String {
        let start: Vec<u8> = self.body.iter().copied().take(400).collect();
        let text = String::from_utf8_lossy(&start);
        let line: Vec<&str> = text.split_whitespace().collect();
        line.join(" ").chars().filter(|c| !c.is_control()).take(160).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::DAY;

    #[test]
    fn parameters_are_encoded_as_browsers_do() {
        let request = Request::post_form("/q").with("query", "up{a=~\"x y\"} > 1").with("t", "1.5");
        assert_eq!(request.encoded(), "query=up%7Ba%3D%7E%22x+y%22%7D+%3E+1&t=1.5");
    }

    #[test]
    fn a_sources_own_query_goes_with_every_request() {
        for (base, path, encoded, expected) in [
            ("https://h", "/q", "", "https://h/q"),
            ("https://h/p", "/q", "a=1", "https://h/p/q?a=1"),
            ("https://h/p?tenant=a", "/q", "", "https://h/p/q?tenant=a"),
            ("/p?tenant=a&x=y", "/q", "a=1", "/p/q?tenant=a&x=y&a=1"),
        ] {
            assert_eq!(address(base, path, encoded), expected);
        }
    }

    #[test]
    fn html_is_known_by_type_or_by_start() {
        let html = |content_type: Option<&str>, body: &str| Response {
            status: 200,
            content_type: content_type.map(Into::into),
            body: body.into(),
            ..Response::default()
        };
        assert!(html(Some("text/html; charset=utf-8"), "").is_html());
        assert!(html(None, "\n <!DOCTYPE html><p>").is_html());
        assert!(!html(Some("application/json"), "{}").is_html());
    }

    #[test]
    fn both_forms_of_retry_after_are_read() {
        const DATE: &str = "Wed, 21 Oct 2026 07:28:00 GMT";
        const AT: Millis = 1_792_567_680_000;
        for (text, date, expected) in [
            ("7", None, Some(RetryAfter::In(7_000))),
            (" 120 ", None, Some(RetryAfter::In(120_000))),
            ("0.5", None, Some(RetryAfter::In(500))),
            ("-1", None, None),
            ("soon", None, None),
            ("", None, None),
            (DATE, None, Some(RetryAfter::At(AT))),
            (DATE, Some("Wed, 21 Oct 2026 07:27:30 GMT"), Some(RetryAfter::In(30_000))),
            (DATE, Some("Wed, 21 Oct 2026 07:29:00 GMT"), Some(RetryAfter::In(0))),
            (DATE, Some("odd"), Some(RetryAfter::At(AT))),
        ] {
            let response = Response {
                retry_after: Some(text.into()),
                date: date.map(Into::into),
                ..Response::default()
            };
            assert_eq!(response.retry_after(), expected, "{text} {date:?}");
        }
        assert_eq!(RetryAfter::At(AT).wait(AT - 5_000), 5_000);
        assert_eq!(RetryAfter::At(AT).wait(AT + 5_000), 0);
        assert_eq!(RetryAfter::In(Millis::MAX).wait(0), DAY);
    }

    #[test]
    fn another_host_is_told_from_the_same_by_tls() {
        let led = |answered: &str| other_host("http://prom.example:9090/api/v1/query", answered);
        assert_eq!(led("https://login.example/sign_in?rd=x").as_deref(), Some("https://login.example"));
        assert_eq!(led("http://prom.example:4180/sign_in").as_deref(), Some("http://prom.example:4180"));
        assert_eq!(led("http://PROM.example:9090/sign_in"), None);
        assert_eq!(led("https://prom.example/api/v1/query"), None);
        assert_eq!(other_host("./prom", "http://a/"), None);
        assert_eq!(origin("https://a.example?x"), "https://a.example");
        assert_eq!(origin("a.example/b"), "a.example");
    }
}
