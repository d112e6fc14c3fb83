//! What people are paged for in other systems, who is on call there, and what an incident has to do with it. One chunk,
//! fetched where a source of that kind is configured.

mod act;
mod duty;
mod linked;
mod list;

pub use duty::DutyPanel;
pub use linked::LinkedPagesPanel;
pub use list::PagedPanel;

use crate::config::Capability;
use crate::console::state::{Console, Polled, memo};
use crate::domain::paging::Paged;
use crate::poll::{PagerAsk, PagerReply, Question, Reply};
use leptos::prelude::*;

/// The open pages of all systems that page people.
#[derive(Clone)]
struct OpenPages {
    answers: Vec<Polled>,
    pages: Memo<Vec<Paged>>,
}

/// The names of the sources that can do something.
fn sources_with(console: Console, what: Capability) -> Vec<String> {
    console.config().sources.iter().filter(|s| s.kind.can(what)).map(|s| s.name.clone()).collect()
}

fn open_pages(console: Console) -> OpenPages {
    let ask = |source: String| {
        console.ask(move || Some(Question::Pager { source: source.clone(), ask: PagerAsk::Open }))
    };
    let answers: Vec<Polled> = sources_with(console, Capability::Paging).into_iter().map(ask).collect();
    let held = answers.clone();
    let pages = memo(move || {
        let mut all = Vec::new();
        for answer in &held {
            answer.with(|a| {
                if let Some(Reply::Pager(PagerReply::Open(pages))) = a.data.as_ref().map(|shared| &*shared.0)
                {
                    all.extend(pages.iter().cloned());
                }
            });
        }
        all
    });
    OpenPages { answers, pages }
}
