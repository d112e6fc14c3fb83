//! What a test asks Prometheus itself.

use super::process::fetch;
use super::servers::Stack;
use serde_json::Value;
use std::panic::Location;
use std::time::{Duration, Instant};

#[derive(Clone, Copy)]
pub struct Prometheus {
    port: u16,
}

impl Prometheus {
    pub fn of(stack: &Stack) -> Self {
        Self { port: stack.ports.prometheus }
    }

    /// The series of an answer now.
    pub fn ask(self, query: &str) -> Vec<Value> {
        let text = fetch(self.port, &format!("/api/v1/query?query={}", encoded(query)))
            .unwrap_or_else(|error| panic!("{query}: {error}"));
        let answer: Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{query}: {error}: {text}"));
        answer["data"]["result"].as_array().cloned().unwrap_or_default()
    }

    /// Waits until a query has an answer that is not empty; `seconds` is the most it may take when nothing else
    /// runs.
    #[track_caller]
    pub fn until(self, what: &str, seconds: u64, query: &str) {
        let caller = Location::caller();
        let end = Instant::now() + Duration::from_secs(seconds) + super::page::BUSY;
        while self.ask(query).is_empty() {
            assert!(
                Instant::now() < end,
                "{caller}: waited {seconds} s and more in vain for {what}: {query}"
            );
            std::thread::sleep(Duration::from_millis(500));
        }
    }

    /// Waits until a query has an empty answer.
    #[track_caller]
    pub fn until_none(self, what: &str, seconds: u64, query: &str) {
        self.until(what, seconds, &format!("absent({query})"));
    }
}

fn encoded(query: &str) -> String {
    query
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
