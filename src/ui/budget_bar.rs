//! How much of an error budget is left, as a bar.

use crate::model::share_text;
use leptos::prelude::*;

#[component]
pub fn BudgetBar(
    /// share left; negative when exceeded, none when unknown
    left: Option<f64>,
    tone: &'static str,
) -> impl IntoView {
    let share = left.map_or(0.0, |l| l.clamp(0.0, 1.0));
    let label = left
        .map_or_else(|| "Budget left: unknown".to_string(), |l| format!("Budget left: {}", share_text(l)));
    view! {
        <svg class="budget-bar" data-tone=tone viewBox="0 0 200 8" preserveAspectRatio="none" role="img" aria-label=label>
            <rect class="track" width="200" height="8" rx="3" />
            <rect class="fill" width=share * 200.0 height="8" rx="3" />
        </svg>
    }
}
