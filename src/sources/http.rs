//! Requests and responses as plain data, so that sources can be tested on recorded bytes.

use crate::domain::time::{Millis, SECOND};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    /// Sent url-encoded, which browsers send across origins without asking first (no preflight).
    PostForm,
    /// with [`Request::json`] as its body
    PutJson,
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
    /// A key that its owner typed in: sent as a header, never part of an address or an error.
    pub bearer: Option<String>,
}

/// Without the key.
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

    fn new(method: Method, path: &str) -> Self {
        Self { method, path: path.into(), parameters: Vec::new(), json: None, bearer: None }
    }

    pub fn bearer(mut self, key: &str) -> Self {
        self.bearer = Some(key.into());
        self
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
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

fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    pub content_type: Option<String>,
    /// The `Retry-After` header, where the browser may read it.
    pub retry_after: Option<String>,
    pub body: Vec<u8>,
}

impl Response {
    /// `Retry-After` in milliseconds, from its form in seconds.
    pub fn retry_after(&self) -> Option<Millis> {
        let seconds: Millis = self.retry_after.as_deref()?.trim().parse().ok()?;
        (0..=3600).contains(&seconds).then_some(seconds * SECOND)
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

    #[test]
    fn parameters_are_encoded_as_browsers_do() {
        let request = Request::post_form("/q").with("query", "up{a=~\"x y\"} > 1").with("t", "1.5");
        assert_eq!(request.encoded(), "query=up%7Ba%3D%7E%22x+y%22%7D+%3E+1&t=1.5");
    }

    #[test]
    fn html_is_known_by_type_or_by_start() {
        let html = |content_type: Option<&str>, body: &str| Response {
            status: 200,
            content_type: content_type.map(Into::into),
            retry_after: None,
            body: body.into(),
        };
        assert!(html(Some("text/html; charset=utf-8"), "").is_html());
        assert!(html(None, "\n <!DOCTYPE html><p>").is_html());
        assert!(!html(Some("application/json"), "{}").is_html());
    }

    #[test]
    fn retry_after_is_bounded() {
        let with = |text: &str| Response { retry_after: Some(text.into()), ..Response::default() };
        assert_eq!(with("7").retry_after(), Some(7000));
        assert_eq!(with("999999").retry_after(), None);
        assert_eq!(with("Wed, 21 Oct 2026 07:28:00 GMT").retry_after(), None);
    }
}
