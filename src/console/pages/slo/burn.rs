//! How fast the budget goes: each pair of windows against its threshold.

use super::subject::Subject;
use crate::console::components::{Chip, Panel};
use crate::console::state::memo;
use crate::domain::time::human_duration;
use crate::model::{BurnView, share_text};
use leptos::prelude::*;

#[component]
pub fn BurnPanel(subject: Subject) -> impl IntoView {
    let Subject { standing, feed, .. } = subject;
    let burns = memo(move || standing.get().map(|s| s.burns).unwrap_or_default());
    view! {
        <Panel title="Burn rate" feed=feed>
            <p class="explain">
                "Burn rate 1 spends exactly the whole budget over the window; 2 spends it in half the time. The long window tells that it matters, the short one that it still goes on: only both together wake somebody."
            </p>
            <ul class="burns">{move || burns.get().into_iter().map(pair).collect::<Vec<_>>()}</ul>
        </Panel>
    }
}

fn pair(burn: BurnView) -> impl IntoView {
    let threshold = burn.pair.threshold;
    let notice = match burn.pair.notice {
        crate::domain::burn::Notice::Page => "wakes somebody",
        crate::domain::burn::Notice::Ticket => "opens a ticket",
    };
    let about = format!(
        "over {threshold} in both {notice}: {} of the budget in {}",
        share_text(burn.pair.budget_share),
        human_duration(burn.pair.long)
    );
    view! {
        <li class="burn">
            <div class="burn-head">
                <span class="burn-name num">{human_duration(burn.pair.long)} " and " {human_duration(burn.pair.short)}</span>
                <Chip tone=burn.state.tone() word=burn.state.title() />
            </div>
            {meter("long", human_duration(burn.pair.long), burn.long, threshold)}
            {meter("short", human_duration(burn.pair.short), burn.short, threshold)}
            <p class="row-note">{burn.state.explanation()} " · " {about}</p>
        </li>
    }
}

/// A bar that is full at twice the threshold, with a mark at the threshold itself.
fn meter(which: &'static str, window: String, rate: Option<f64>, threshold: f64) -> impl IntoView {
    let share = rate.map_or(0.0, |r| (r / (threshold * 2.0)).clamp(0.0, 1.0));
    let over = rate.is_some_and(|r| r > threshold);
    let value = match rate {
        None => "no data".to_string(),
        Some(r) if r.is_infinite() => "∞".into(),
        Some(r) if r >= 100.0 => format!("{r:.0}×"),
        Some(r) => format!("{r:.2}×"),
    };
    let word = if over { "over" } else { "under" };
    let label = format!("Burn rate over {window}: {value}, {word} the threshold of {threshold}");
    view! {
        <div class="burn-meter" data-which=which data-over=over.then_some("") role="img" aria-label=label data-rate=rate.map(|r| r.to_string())>
            <span class="burn-window num">{window}</span>
            <svg viewBox="0 0 200 10" preserveAspectRatio="none" aria-hidden="true">
                <rect class="track" width="200" height="10" rx="2" />
                <rect class="fill" width=share * 200.0 height="10" rx="2" />
                <rect class="threshold" x="99" width="2" height="10" />
            </svg>
            <span class="burn-value num">{value}</span>
        </div>
    }
}
