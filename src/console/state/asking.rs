//! How a component asks the board: for as long as it lives, by a question that may change.

use super::answers::{Polled, Shared};
use super::board::Board;
use super::memo::memo;
use crate::poll::{Answer, Question};
use leptos::prelude::*;

type Watched = ArcRwSignal<Answer<Shared>>;

#[derive(Clone, Copy, Default)]
struct Manner {
    /// also in a hidden tab while that keeps watch
    also_hidden: bool,
    /// until a question that took the place of another is answered, the other's answer stays
    goes_on: bool,
}

impl Board {
    /// The answer to a question that may change; `None` asks nothing. Watched until the owner goes.
    pub fn ask(self, question: impl Fn() -> Option<Question> + Send + Sync + 'static) -> Polled {
        self.ask_memo(memo(question), Manner::default())
    }

    /// As [`Self::ask`], and also in a hidden tab while that keeps watch.
    pub fn ask_also_hidden(self, question: impl Fn() -> Option<Question> + Send + Sync + 'static) -> Polled {
        self.ask_memo(memo(question), Manner { also_hidden: true, ..Manner::default() })
    }

    /// As [`Self::ask`], for a question that is the same to whoever asks it, although its spans move on:
    /// until the new one is answered the last answer of the old one stays, with its age.
    pub fn ask_on(self, question: impl Fn() -> Option<Question> + Send + Sync + 'static) -> Polled {
        self.ask_memo(memo(question), Manner { goes_on: true, ..Manner::default() })
    }

    fn ask_memo(self, question: Memo<Option<Question>>, manner: Manner) -> Polled {
        let slot: RwSignal<Option<Watched>> = RwSignal::new(None);
        let put = move |answer: Option<Watched>| {
            let before = slot.get_untracked().filter(|_| manner.goes_on).map(|a| a.get_untracked());
            if let (Some(before), Some(answer)) = (before, &answer)
                && answer.with_untracked(|a| a.data.is_none())
            {
                answer.set(before);
            }
            slot.set(answer);
        };
        self.follow(move || question.get(), manner.also_hidden, put);
        Signal::derive(move || slot.get().map(|a| Get::get(&a)).unwrap_or_default())
    }

    /// The answer to a question about something that changes, with what it is about: an answer is never
    /// read as if it were about what has come since.
    pub fn ask_about<T>(
        self,
        about: Memo<T>,
        question: impl Fn(&T) -> Option<Question> + Send + Sync + 'static,
    ) -> Signal<Option<(T, Answer<Shared>)>>
    where
        T: Clone + PartialEq + Send + Sync + 'static,
    {
        let slot: RwSignal<Option<(T, Watched)>> = RwSignal::new(None);
        let put = move |answer: Option<Watched>| slot.set(answer.map(|a| (about.get_untracked(), a)));
        self.follow(move || about.with(&question), false, put);
        Signal::derive(move || slot.get().map(|(about, answer)| (about, Get::get(&answer))))
    }

    /// Watches whatever the question is now, until the owner goes.
    fn follow(
        self,
        question: impl Fn() -> Option<Question> + 'static,
        also_hidden: bool,
        put: impl Fn(Option<Watched>) + 'static,
    ) {
        let watched: StoredValue<Option<Question>> = StoredValue::new(None);
        Effect::new(move |_| {
            let next = question();
            if let Some(before) = watched.get_value() {
                self.leave(&before, also_hidden);
            }
            put(next.as_ref().map(|q| self.watch(q, also_hidden)));
            watched.set_value(next);
        });
        on_cleanup(move || {
            if let Some(before) = watched.try_get_value().flatten() {
                self.leave(&before, also_hidden);
            }
        });
    }
}
