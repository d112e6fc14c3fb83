//! The files of runbooks as the console would read them.

use fourlights::config::Config;
use fourlights::domain::runbook::{Runbook, read};
use fourlights::domain::time::{Millis, human_duration};
use std::fs;
use std::path::Path;

/// What was found, in the form that editors make links of.
#[derive(Default)]
pub struct Checked {
    /// how many could be read
    pub read: usize,
    pub warnings: Vec<String>,
    /// Those that nobody has looked at for long. No warnings: a file must not become wrong with time.
    pub stale: Vec<String>,
}

pub fn check(config: &Config, beside: &Path, now: Millis) -> Checked {
    let mut found = Checked::default();
    for file in &config.runbooks {
        match fs::read(beside.join(file)) {
            Err(error) => found.warnings.push(format!("{file}:1:1: warning: it cannot be read: {error}")),
            Ok(bytes) => match String::from_utf8(bytes) {
                Err(_) => found.warnings.push(format!("{file}:1:1: warning: it is not text in UTF-8")),
                Ok(text) => {
                    found.read += 1;
                    let book = read(file, &text);
                    let line = |(line, text)| format!("{file}:{line}:1: warning: {text}");
                    found.warnings.extend(about(&book, config).into_iter().map(line));
                    found.stale.extend(book.stale(now).map(|age| {
                        format!("{file}:1:1: note: stale, last gone through {} ago", human_duration(age))
                    }));
                }
            },
        }
    }
    found
}

fn about(book: &Runbook, config: &Config) -> Vec<(usize, String)> {
    let mut all: Vec<(usize, String)> = book.notes.iter().map(|n| (n.line, n.text.clone())).collect();
    for id in book.front.services.iter().filter(|id| config.service(id).is_none()) {
        all.push((1, format!("{id:?} is the id of no service of the configuration")));
    }
    all
}
