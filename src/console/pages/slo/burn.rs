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
                "A burn rate of 1× uses the whole budget in exactly one window, 2× in half of it. The long window shows that it matters, the short one that it is still going on: an alert needs both."
            </p>
            <ul class="burns">{move || burns.get().into_iter().map(pair).collect::<Vec<_>>()}</ul>
            <p class="burn-meter burn-scale num" aria-hidden="true"><span></span><span class="burn-ticks"><i>"0.1×"</i><i>"1×"</i><i>"10×"</i><i>"100×"</i></span></p>
        </Panel>
    }
}

fn pair(burn: BurnView) -> impl IntoView {
    let threshold = burn.pair.threshold;
    let notice = match burn.pair.notice {
        crate::domain::burn::Notice::Page => "Pages on-call",
        crate::domain::burn::Notice::Ticket => "Opens a ticket",
    };
    let about = format!(
        "{notice} when both windows exceed {threshold}× ({} of the budget in {})",
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

/// Rates of 0.1 to 100 have a place on the meters, each ten times the one before as far from it.
const DECADES: f64 = 3.0;

/// The place of a rate, 0..=1.
fn place(rate: f64) -> f64 {
    if rate > 0.0 { ((rate / 0.1).log10() / DECADES).clamp(0.0, 1.0) } else { 0.0 }
}

/// A bar on the logarithmic scale that all meters share, with a mark at the threshold.
fn meter(which: &'static str, window: String, rate: Option<f64>, threshold: f64) -> impl IntoView {
    let share = rate.map_or(0.0, place);
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
                <rect class="threshold" x=place(threshold) * 200.0 - 1.0 width="2" height="10" />
            </svg>
            <span class="burn-value num">{value}</span>
        </div>
    }
}
