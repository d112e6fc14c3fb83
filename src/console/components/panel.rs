//! A panel with its five states: loading, full, stale, failed, and (by its content) empty.

use super::ToneIcon;
use crate::console::state::{Console, memo, use_console};
use crate::domain::time::{Millis, SECOND, ago};
use crate::model::Feed;
use crate::poll::Condition;
use crate::sources::Warning;
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeSet;

#[component]
pub fn Panel(
    #[prop(into)] title: String,
    #[prop(into)] feed: Signal<Feed>,
    #[prop(optional)] class: &'static str,
    /// what stands beside the title
    #[prop(optional, into)]
    aside: ViewFn,
    children: Children,
) -> impl IntoView {
    let condition = memo(move || feed.get().condition);
    let id = take_id(&title);
    let labelled_by = id.clone();
    let name = move || match condition.get() {
        Condition::Loading => "loading",
        Condition::Fresh => "fresh",
        Condition::Stale => "stale",
        Condition::Failed => "failed",
    };
    // The content stays mounted through all states, so that nothing jumps and nothing is asked twice.
    view! {
        <section
            class=format!("panel {class}")
            aria-labelledby=labelled_by
            data-condition=name
            aria-busy=move || (condition.get() == Condition::Loading).to_string()
        >
            <header class="panel-head">
                <h2 id=id>{title}</h2>
                <div class="panel-aside">{aside.run()}</div>
            </header>
            <Show when=move || condition.get() == Condition::Stale>
                <StaleNote feed=feed />
            </Show>
            <Warnings feed=feed />
            <Show when=move || condition.get() == Condition::Failed>
                <Failure feed=feed />
            </Show>
            <div class="panel-body" hidden=move || condition.get() == Condition::Failed>
                {children()}
            </div>
        </section>
    }
}

thread_local! {
    static TAKEN: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// An id that no panel on the page has, whatever script its title is in and however many share it; free again when the
/// panel is gone.
fn take_id(title: &str) -> String {
    let words = title.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "-");
    let name = |n: usize| if n == 1 { format!("panel-{words}") } else { format!("panel-{words}-{n}") };
    let id = TAKEN.with_borrow_mut(|taken| {
        let id = (1..).map(name).find(|id| !taken.contains(id)).unwrap_or_default();
        taken.insert(id.clone());
        id
    });
    let own = id.clone();
    on_cleanup(move || {
        TAKEN.with_borrow_mut(|taken| taken.remove(&own));
    });
    id
}

/// Whether a banner of the page already says what is wrong and what to do: see [`super::OutageBanners`].
fn is_told(console: Console, feed: Signal<Feed>) -> Memo<bool> {
    memo(move || {
        let error = feed.get().error;
        console.board.outages.with(|all| all.iter().any(|o| Some(&o.error) == error.as_ref()))
    })
}

/// Data that is older than it should be, how old, and why.
#[component]
fn StaleNote(#[prop(into)] feed: Signal<Feed>) -> impl IntoView {
    let console = use_console();
    let is_told = is_told(console, feed);
    let age = move || feed.get().as_of.map(|t| ago((console.now.get() - t).max(0)));
    view! {
        <div class="note" data-tone="warn">
            <ToneIcon tone="warn" word="Stale" />
            <span>
                "Data from " <span class="num">{age}</span> ". "
                {move || {
                    let feed = feed.get();
                    let error = feed.error.as_ref().filter(|_| !is_told.get());
                    error.map(|e| format!("{e}. {}{}", e.remedy(), asked_again(console, &feed).unwrap_or_default()))
                }}
            </span>
        </div>
    }
}

#[component]
fn Warnings(#[prop(into)] feed: Signal<Feed>) -> impl IntoView {
    let warnings = memo(move || feed.get().warnings);
    view! {
        <Show when=move || !warnings.get().is_empty()>
            {move || {
                let warnings = warnings.get();
                let (tone, word) =
                    if warnings.iter().any(Warning::is_partial) { ("warn", "Partial") } else { ("info", "Note") };
                let text: Vec<String> = warnings.iter().map(Warning::to_string).collect();
                view! {
                    <div class="note" data-tone=tone>
                        <ToneIcon tone=tone word=word />
                        <span>{text.join(" · ")}</span>
                    </div>
                }
            }}
        </Show>
    }
}

#[component]
fn Failure(#[prop(into)] feed: Signal<Feed>) -> impl IntoView {
    let console = use_console();
    let is_told = is_told(console, feed);
    move || {
        let now = feed.get();
        let error = now.error.as_ref()?;
        if is_told.get() {
            return Some(
                view! { <p class="failure" data-quiet="">"No data: " {error.to_string()}</p> }.into_any(),
            );
        }
        let (what, remedy) = (error.to_string(), error.remedy());
        let again = asked_again(console, &now);
        Some(
            view! {
                <div class="failure">
                    <ToneIcon tone="bad" word="Failed" />
                    <div>
                        <p class="failure-what">{what}</p>
                        <p class="failure-remedy">{remedy} {again}</p>
                    </div>
                </div>
            }
            .into_any(),
        )
    }
}

/// A wait worth a word.
const LONG_WAIT: Millis = 10 * SECOND;

/// When it is asked again, where that takes a while.
fn asked_again(console: Console, feed: &Feed) -> Option<String> {
    let next = feed.next.filter(|next| next - console.now.get_untracked() > LONG_WAIT)?;
    let civil = console.zone.get().offsets.civil(next);
    Some(format!(" Retrying at {:02}:{:02}:{:02}.", civil.hour, civil.minute, civil.second))
}
