//! One file per outside system. Sans-I/O: a source turns a question into a [`Request`] and a
//! [`Response`] into domain types or a [`SourceError`]; it never performs either.

#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod access;
pub mod alertmanager;
mod error;
mod exchange;
pub mod github;
mod html;
mod http;
mod json;
pub mod page_address;
pub mod prometheus;
pub mod statuspage;
mod warning;

pub use access::Access;
pub use error::SourceError;
pub use exchange::{Answered, Exchange, Part, Refused};
pub use http::{Method, Request, Response, RetryAfter, address, origin, other_host};
pub use warning::{Warning, WarningKind, partial_text};

/// What was read, and what is wrong with it without being a failure.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed<T> {
    pub data: T,
    pub warnings: Vec<Warning>,
}

impl<T> Parsed<T> {
    pub fn new(data: T) -> Self {
        Self { data, warnings: Vec::new() }
    }

    /// Why the figures may be wrong, as one text; `None` if the answer is whole.
    pub fn partial(&self) -> Option<String> {
        partial_text(&self.warnings)
    }

    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Parsed<U> {
        Parsed { data: f(self.data), warnings: self.warnings }
    }
}
