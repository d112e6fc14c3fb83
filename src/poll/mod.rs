//! When to ask again, what is in flight, and how old each answer is. Pure: events and the time come
//! in, decisions go out; the console's board performs them.

#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod answer;
mod calls;
mod clock;
pub mod outbox;
mod pager;
mod pages;
mod poller;
mod question;

pub use answer::{Answer, Condition, Moment};
pub use clock::{ClockReading, Clocks};
pub use pager::{PagerAsk, PagerReply, forms};
pub use pages::{Followed, MOST_PAGES};
pub use poller::Poller;
pub use question::{Fetch, Pace, Question, Reply, Span};
