//! Memos of which the program holds one copy a type instead of one a closure.

use super::board::Polled;
use crate::console::model::Feed;

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
