//! The clockwork of one question.

use crate::domain::time::{MINUTE, Millis, SECOND};

/// Decides when a question is asked. At most one request is in flight; randomness (0..1) and time
/// are handed in.
#[derive(Clone, Debug, PartialEq)]
pub struct Poller {
    /// When to ask next; `None` when the answer cannot change.
    due: Option<Millis>,
    in_flight: bool,
    /// A refresh was wanted while one was in flight.
    again: bool,
    failures: u32,
    /// Nothing is sent before, not even when a person asks for it.
    held: Option<Millis>,
}

/// First wait after a failure, and the longest.
const FIRST_BACKOFF: Millis = 2 * SECOND;
const LAST_BACKOFF: Millis = 2 * MINUTE;

impl Poller {
    /// Asks at once.
    pub fn new(now: Millis) -> Self {
        Self { due: Some(now), in_flight: false, again: false, failures: 0, held: None }
    }

    /// Whether to send a request now. Nothing is sent for what `hidden` says nobody sees.
    pub fn is_due(&self, now: Millis, hidden: bool) -> bool {
        !hidden && !self.in_flight && self.next().is_some_and(|due| now >= due)
    }

    pub fn next(&self) -> Option<Millis> {
        self.due.map(|due| due.max(self.held.unwrap_or(due)))
    }

    /// Sends nothing before an instant: the source wants to be left alone.
    pub fn hold(&mut self, until: Millis) {
        self.held = Some(until);
    }

    pub fn started(&mut self) {
        self.in_flight = true;
        self.again = false;
    }

    /// After an answer: the next one after the interval, give or take a tenth, so that many open
    /// consoles do not ask in step. `settled` answers are not asked for again.
    /// `interval` is the usual one, or a shorter one when the answer was empty.
    pub fn succeeded(&mut self, now: Millis, interval: Millis, random: f64, settled: bool) {
        self.failures = 0;
        let interval = interval.max(SECOND);
        let jitter = (random - 0.5) * 0.2 * interval as f64;
        self.finish((!settled).then_some(now + interval + jitter as Millis), now);
    }

    /// After a failure: twice as long each time, with full jitter on the upper half, at most two minutes, and
    /// at least `wait`.
    pub fn failed(&mut self, now: Millis, wait: Option<Millis>, random: f64) {
        let least = wait.unwrap_or(0);
        let doubled = FIRST_BACKOFF << self.failures.min(10);
        let ceiling = doubled.min(LAST_BACKOFF);
        let wait = ceiling / 2 + (ceiling as f64 / 2.0 * random) as Millis;
        self.failures = self.failures.saturating_add(1);
        self.finish(Some(now + wait.max(least)), now);
    }

    /// Asks as soon as nothing is in flight: by the refresh button, or when a tab comes back.
    pub fn refresh(&mut self, now: Millis) {
        self.due = Some(now);
        self.again = self.in_flight;
    }

    /// The request in flight was given up; nothing came of it.
    pub fn abandoned(&mut self, now: Millis) {
        self.finish(Some(now), now);
    }

    fn finish(&mut self, due: Option<Millis>, now: Millis) {
        self.in_flight = false;
        self.due = if std::mem::take(&mut self.again) { Some(now) } else { due };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Millis = 30 * SECOND;

    #[test]
    fn one_request_at_a_time_and_jitter_around_the_interval() {
        let mut poller = Poller::new(0);
        assert!(poller.is_due(0, false));
        assert!(!poller.is_due(0, true));
        poller.started();
        assert!(!poller.is_due(MINUTE, false));
        poller.succeeded(1_000, EVERY, 0.0, false);
        assert_eq!(poller.next(), Some(28_000));
        poller.started();
        poller.succeeded(30_000, EVERY, 1.0, false);
        assert_eq!(poller.next(), Some(63_000));
    }

    #[test]
    fn failures_back_off_to_two_minutes_and_a_success_ends_it() {
        let mut poller = Poller::new(0);
        let waits: Vec<Millis> = (0..9)
            .map(|_| {
                poller.started();
                poller.failed(0, None, 1.0);
                poller.next().unwrap() / SECOND
            })
            .collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 64, 120, 120, 120]);
        poller.failed(0, Some(10 * MINUTE), 0.0);
        assert_eq!(poller.next(), Some(10 * MINUTE));
        poller.succeeded(0, EVERY, 0.5, false);
        poller.failed(0, None, 1.0);
        assert_eq!(poller.next(), Some(2 * SECOND));
    }

    #[test]
    fn what_is_held_is_not_sent_by_a_refresh_either() {
        let mut poller = Poller::new(0);
        poller.started();
        poller.failed(0, Some(MINUTE), 1.0);
        poller.hold(MINUTE);
        poller.refresh(5_000);
        assert_eq!((poller.is_due(59_999, false), poller.next()), (false, Some(MINUTE)));
        assert!(poller.is_due(MINUTE, false));
        poller.started();
        poller.succeeded(MINUTE, EVERY, 0.5, false);
        assert_eq!(poller.next(), Some(90_000));
    }

    #[test]
    fn a_refresh_during_a_request_is_not_lost() {
        let mut poller = Poller::new(0);
        poller.started();
        poller.refresh(5_000);
        assert!(!poller.is_due(5_000, false));
        poller.succeeded(6_000, EVERY, 0.5, false);
        assert!(poller.is_due(6_000, false));
        poller.started();
        poller.succeeded(7_000, EVERY, 0.5, true);
        assert_eq!(poller.next(), None);
        poller.refresh(8_000);
        assert!(poller.is_due(8_000, false));
    }
}
