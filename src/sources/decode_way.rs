//! One way to ask a system and to read what it answers: see `decode`.

use super::{Parsed, Request, Response, SourceError};
use crate::domain::time::Millis;
use crate::domain::zone::rfc3339;
use serde_json::{Value, json};

/// One way to ask a system and to read what it answers.
pub struct Way {
    /// the name of the reader on the command line: `alerts`
    pub what: &'static str,
    /// what it gives, for the usage
    pub about: &'static str,
    /// the request, made for a query and the span in which it is asked
    pub request: MakeRequest,
    pub read: ReadValue,
}

/// Makes a request for what is asked, where the system can be asked so.
pub type MakeRequest = Box<dyn Fn(&Asked<'_>) -> Result<Request, SourceError>>;

/// Reads `(response, name of the source)` as JSON.
pub type ReadValue = Box<dyn Fn(&Response, &str) -> Result<Parsed<Value>, SourceError>>;

/// What a request for series is about.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub query: &'a str,
    pub start: Millis,
    pub end: Millis,
    pub step: Millis,
}

pub(super) fn instant(at: Millis) -> Value {
    json!(rfc3339(at))
}
