//! The runbooks that fit an alert, a service or words that were typed.

use super::link::refers_to;
use super::read::{Runbook, text_of};
use crate::domain::labels::Labels;
use crate::domain::order::Order as _;

/// What a runbook is wanted for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    pub alert: Option<&'a str>,
    pub labels: Option<&'a Labels>,
    /// id
    pub service: Option<&'a str>,
    pub runbook_url: Option<&'a str>,
}

/// Why a runbook fits; the first is the best reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// the alert's own `runbook_url` leads to it
    Address,
    /// it names the alert, and labels that the alert has
    AlertAndLabels,
    Alert,
    /// it names no alert, but labels that the alert has
    Labels,
    /// it names no alert, but the service
    Service,
}

/// A runbook that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// place among the runbooks
    pub place: usize,
    pub why: Why,
    /// part of it that the address names; may be empty
    pub anchor: String,
}

/// The runbooks that fit, the best first.
pub fn find(books: &[Runbook], wanted: &Wanted<'_>) -> Vec<Found> {
    let paths: Vec<String> = books.iter().map(|b| b.path.clone()).collect();
    let linked = wanted.runbook_url.and_then(|url| refers_to(url, &paths));
    let fits = |(place, book): (usize, &Runbook)| {
        if let Some((_, anchor)) = linked.as_ref().filter(|(path, _)| *path == book.path) {
            return Some(Found { place, why: Why::Address, anchor: anchor.clone() });
        }
        Some(Found { place, why: why(book, wanted)?, anchor: String::new() })
    };
    let mut all: Vec<Found> = books.iter().enumerate().filter_map(fits).collect();
    all.order_by_key(|found| found.why);
    all
}

fn why(book: &Runbook, wanted: &Wanted<'_>) -> Option<Why> {
    let front = &book.front;
    let has_labels = !front.labels.is_empty();
    let own = |name: &str| wanted.labels.and_then(|labels| labels.get(name));
    if !front.labels.iter().all(|(name, value)| own(name) == Some(value)) {
        return None;
    }
    // A service that it names has to be the alert's, where the alert has one.
    let of_service = wanted.service.map(|id| front.services.iter().any(|s| s == id));
    let alert = wanted.alert.is_some_and(|name| front.alerts.iter().any(|a| a.eq_ignore_ascii_case(name)));
    if alert {
        let elsewhere = !front.services.is_empty() && of_service == Some(false);
        return (!elsewhere).then_some(if has_labels { Why::AlertAndLabels } else { Why::Alert });
    }
    if !front.alerts.is_empty() {
        return None;
    }
    if has_labels && wanted.labels.is_some() {
        return Some(Why::Labels);
    }
    (of_service == Some(true)).then_some(Why::Service)
}

/// How many of some alerts have a runbook that is meant for them: by address, by name or by labels. One that is only of the
/// same service does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    pub total: usize,
    /// names of those without, each once
    pub without: Vec<String>,
}

/// Of alerts by name, each counted once. A link to somewhere else counts as a runbook, too.
pub fn coverage(books: &[Runbook], alerts: &[Wanted<'_>]) -> Coverage {
    let mut seen: Vec<(&str, bool)> = Vec::new();
    for wanted in alerts {
        let Some(name) = wanted.alert else { continue };
        let has = wanted.runbook_url.is_some_and(|url| !url.trim().is_empty())
            || find(books, wanted).first().is_some_and(|found| found.why < Why::Service);
        match seen.iter_mut().find(|(known, _)| *known == name) {
            Some((_, all)) => *all &= has,
            None => seen.push((name, has)),
        }
    }
    let without = seen.iter().filter(|(_, has)| !has).map(|(name, _)| name.to_string()).collect();
    Coverage { total: seen.len(), without }
}

/// The places of the runbooks in which all words are found, those that have them in their title, alerts and services
/// first. Without words all of them.
pub fn search(books: &[Runbook], words: &str) -> Vec<usize> {
    let words = words.to_lowercase();
    let words: Vec<&str> = words.split_whitespace().collect();
    let rank = |book: &Runbook| {
        let of_front = book.front.alerts.iter().chain(&book.front.services).chain(&book.front.owner);
        let head =
            of_front.fold(book.title.to_lowercase(), |head, part| format!("{head}\n{}", part.to_lowercase()));
        if words.iter().all(|word| head.contains(word)) {
            return Some(0);
        }
        let body = text_of(book);
        words.iter().all(|word| head.contains(word) || body.contains(word)).then_some(1)
    };
    let mut all: Vec<(i32, usize)> =
        books.iter().enumerate().filter_map(|(place, book)| Some((rank(book)?, place))).collect();
    all.order_by_key(|(rank, _)| *rank);
    all.into_iter().map(|(_, place)| place).collect()
}
