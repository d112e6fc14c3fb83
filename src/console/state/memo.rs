//! Memos of which the program holds one copy a type instead of one a closure.

use super::answers::Polled;
use super::answers::Shared;
use crate::model::Feed;
use crate::poll::Answer;

use leptos::prelude::*;

/// The state of the answers behind a panel; of none, that there is nothing to wait for.
pub fn feed(answers: Vec<Polled>) -> Memo<Feed> {
    memo(move || {
        if answers.is_empty() {
            return Feed::none();
        }
        Feed::of(&answers.iter().map(|a| a.get()).collect::<Vec<_>>())
    })
}

/// The answer alone, of what was asked about something.
pub fn answered<T>(asked: Signal<Option<(T, Answer<Shared>)>>) -> Polled
where
    T: Clone + Send + Sync + 'static,
{
    Signal::derive(move || asked.get().map(|(_, answer)| answer).unwrap_or_default())
}

/// A value that is made anew, and of another question, again and again: until the new one is there the
/// last stays, as long as it is about the same thing.
pub fn kept<K, T>(compute: impl Fn() -> (K, Option<T>) + Send + Sync + 'static) -> Memo<Option<T>>
where
    K: PartialEq + Clone + Send + Sync + 'static,
    T: PartialEq + Clone + Send + Sync + 'static,
{
    let whole = Memo::new(move |before: Option<&(K, Option<T>)>| {
        let (about, found) = compute();
        let found =
            found.or_else(|| before.filter(|(was, _)| *was == about).and_then(|(_, old)| old.clone()));
        (about, found)
    });
    memo(move || whole.get().1)
}

/// As [`Memo::new`], for a closure that does not look at the value before.
pub fn memo<T>(compute: impl Fn() -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    boxed(Box::new(compute))
}

fn boxed<T>(compute: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| compute())
}
