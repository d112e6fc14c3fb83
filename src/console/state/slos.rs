//! Objectives kept up to date: one question a source for all of them.

use super::answers::{Held, Polled, Shared};
use super::console::{Console, data, frame};
use super::memo::{feed, memo};
use crate::browser;
use crate::config::{Capability, ZoneChoice};
use crate::domain::time::MINUTE;
use crate::domain::zone::Offsets;
use crate::model::{Feed, Standing, groups, recorded, recordings_question, standing, standing_question};
use crate::poll::{Answer, Condition};
use crate::sources::partial_text;
use leptos::prelude::*;
use std::sync::Arc;

#[derive(Clone, Copy)]
pub struct SloState {
    /// its place in the configuration
    pub index: usize,
    /// `None` until it was answered
    pub standing: Memo<Option<Standing>>,
}

#[derive(Clone, Copy)]
pub struct SlosState {
    pub all: StoredValue<Vec<SloState>>,
    pub feed: Memo<Feed>,
}

/// The zone of each objective, for a calendar window begins at its own midnight.
pub fn slo_offsets(zone: &ZoneChoice) -> Arc<Offsets> {
    Arc::new(browser::offsets(zone).unwrap_or_else(Offsets::utc))
}

/// Asks for all objectives while the page that calls it is open.
pub fn slos(console: Console) -> SlosState {
    let config = console.config();
    let zones: Arc<Vec<Arc<Offsets>>> = Arc::new(config.slos.iter().map(|s| slo_offsets(&s.zone)).collect());
    let recordings: Vec<(String, Polled)> = config
        .sources_that(Capability::Metrics)
        .filter_map(|source| {
            let question = recordings_question(&config, &source.name)?;
            Some((source.name.clone(), console.ask(move || Some(question.clone()))))
        })
        .collect();
    // Recordings spare the source most of the work, so what there is of them is asked first.
    let known = {
        let recordings: Vec<_> = recordings.iter().map(|r| r.1).collect();
        memo(move || {
            let answers: Vec<Answer<Shared>> = recordings.iter().map(|r| r.get()).collect();
            let waiting = answers.iter().any(|a| a.condition() == Condition::Loading);
            (!waiting).then(|| answers.iter().flat_map(|a| recorded(frame(&a.data))).collect::<Vec<String>>())
        })
    };
    // Whole minutes: the questions change with the window and where exclusions begin and end.
    let minute = memo(move || console.now.get() / MINUTE * MINUTE);
    let groups = groups(&config);
    let answers: Vec<Polled> = groups
        .iter()
        .map(|group| {
            let (group, zones) = (group.clone(), zones.clone());
            let question = memo(move || {
                let (config, now) = (console.config(), minute.get());
                let known = known.get()?;
                let of = |i: &usize| Some((config.slos.get(*i)?, &**zones.get(*i)?));
                standing_question(&group.iter().filter_map(of).collect::<Vec<_>>(), now, &known)
            });
            // What was known serves until the question with the next exclusion is answered.
            console.board.ask_on(move || question.get())
        })
        .collect();
    let feed = feed(answers.clone());
    let shared: Vec<(Polled, Held)> = answers.iter().map(|a| (*a, data(*a))).collect();
    let one = |index: usize| {
        let slo = config.slos.get(index)?.clone();
        let zone = zones.get(index)?.clone();
        let (answer, data) = *shared.get(groups.iter().position(|g| g.contains(&index))?)?;
        let standing = memo(move || {
            let data = data.get();
            let answer = answer.get_untracked();
            let found = standing(&slo, frame(&data)?, answer.as_of?, &zone);
            Some(found.doubted(partial_text(&answer.warnings)))
        });
        Some(SloState { index, standing })
    };
    let all: Vec<SloState> = (0..config.slos.len()).filter_map(one).collect();
    SlosState { all: StoredValue::new(all), feed }
}
