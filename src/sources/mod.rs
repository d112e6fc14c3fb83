//! One file per outside system. Sans-I/O: a source turns a question into a [`Request`] and a
//! [`Response`] into domain types or a [`SourceError`]; it never performs either.

#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

pub mod alertmanager;
mod error;
pub mod github;
mod http;
mod json;
pub mod prometheus;
pub mod statuspage;

pub use error::SourceError;
pub use http::{Method, Request, Response};

/// What was read, and what was odd about it without being a failure.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed<T> {
    pub data: T,
    pub warnings: Vec<String>,
}

impl<T> Parsed<T> {
    pub fn new(data: T) -> Self {
        Self { data, warnings: Vec::new() }
    }

    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Parsed<U> {
        Parsed { data: f(self.data), warnings: self.warnings }
    }
}
