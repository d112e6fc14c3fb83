//! The clocks of the sources against this machine's.

use super::ask::Asker;
use super::terminal;
use fourlights::config::{Capability, Config, Reach};
use fourlights::domain::time::Millis;
use fourlights::poll::{ClockReading, Clocks};
use fourlights::sources::system_of;
use std::collections::BTreeSet;
use std::time::Instant;

/// Asks those of the named sources that evaluate queries for the time. One that does not say it is
/// asked by this machine's clock.
pub fn read_clocks<'c>(asker: &Asker, config: &'c Config, names: impl Iterator<Item = &'c str>) -> Clocks {
    let names: BTreeSet<&str> = names.collect();
    let mut clocks = Clocks::default();
    for source in config.sources_that(Capability::Metrics) {
        if source.reach == Reach::Demo || !names.contains(source.name.as_str()) {
            continue;
        }
        let clock = system_of(source).ok().and_then(|system| system.metrics?.clock());
        let Some(clock) = clock else { continue };
        let (sent, begin) = (terminal::now(), Instant::now());
        let answer = asker.send(source, &clock.request, sent);
        let took = Millis::try_from(begin.elapsed().as_millis()).unwrap_or(0);
        if let Ok(server) = answer.and_then(|r| (clock.read)(&r, &source.name)) {
            let order = config.sources.iter().map(|s| s.name.as_str());
            clocks.learn(&source.name, ClockReading::new(sent, sent + took, server.data), order);
        }
    }
    clocks
}
