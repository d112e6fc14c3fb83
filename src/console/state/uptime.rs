//! A scorecard kept up to date.

use super::answers::Polled;
use super::console::{Console, data, frame};
use super::memo::memo;
use crate::config::Scorecard;
use crate::model::{ScorecardView, bars_question, scorecard, total_question};

use leptos::prelude::*;

/// Asks for the uptime of a scorecard: the answers it is made from, and what it shows. Cards of one
/// signal set ask the same questions and so share the answers.
pub fn uptime_card(console: Console, card: Scorecard) -> (Vec<Polled>, Memo<ScorecardView>) {
    // A memo, so that a new day asks new questions and a new second does not.
    let midnight = memo(move || console.zone.get().offsets.midnight(console.now.get()));
    let (a, b, c) = (card.set.clone(), card.set.clone(), card.set.clone());
    let total = console.ask(move || total_question(&console.config(), &a));
    let days = console.ask(move || Some(bars_question(&console.config(), &b, midnight.get())?.0));
    let today = console.ask(move || Some(bars_question(&console.config(), &c, midnight.get())?.1));
    let answers = vec![total, days, today];
    let doubted = memo(move || total.get().is_partial());
    let (total, days, today) = (data(total), data(days), data(today));
    let view = memo(move || {
        let (total, days, today) = (total.get(), days.get(), today.get());
        let zone = console.zone.get();
        let (total, days, today) = (frame(&total), frame(&days), frame(&today));
        let view = scorecard(&console.config(), &card, total, days, today, midnight.get(), &zone.offsets);
        if doubted.get() { view.doubted() } else { view }
    });
    (answers, view)
}
