//! Scorecards of 30 days, active incidents, error budgets.

use crate::console::components::{Chip, Panel, ToneIcon, UptimeBars};
use crate::console::model::{ScorecardView, budget, slo_question};
use crate::console::state::{AlertsState, data, feed, frame, memo, uptime_card, use_console};
use crate::domain::incident::count;
use crate::domain::severity::Severity;
use crate::domain::slo::Policy;
use leptos::prelude::*;

#[component]
pub fn UptimePanel(alerts: AlertsState) -> impl IntoView {
    let console = use_console();
    let cards: Vec<_> =
        console.config().scorecards.iter().map(|card| uptime_card(console, card.clone())).collect();
    let feed = feed(cards.iter().flat_map(|(answers, _)| answers.clone()).collect());
    let none = cards.is_empty();
    view! {
        <Panel title="Uptime, 30 days" feed=feed>
            <Show when=move || none>
                <p class="empty-line">
                    "No service has an uptime query. Add a signal set with the preset blackbox, or an uptime query of your own."
                </p>
            </Show>
            <div class="scorecards">
                {cards.iter().map(|(_, card)| view! { <Card card=*card /> }).collect::<Vec<_>>()}
            </div>
            <div class="summary-line">
                <Incidents alerts=alerts />
                <Budgets />
            </div>
        </Panel>
    }
}

#[component]
fn Card(card: Memo<ScorecardView>) -> impl IntoView {
    view! {
        <div class="scorecard">
            <div class="scorecard-head">
                <span class="scorecard-name">{move || card.get().name}</span>
                {move || {
                    let grade = card.get().grade;
                    card.get().uptime.map(|uptime| view! {
                        <span class="scorecard-value num">{uptime} <ToneIcon tone=grade.name() word=grade.word() /></span>
                    })
                }}
            </div>
            {move || {
                let c = card.get();
                view! { <UptimeBars name=c.name days=c.days /> }
            }}
        </div>
    }
}

#[component]
fn Incidents(alerts: AlertsState) -> impl IntoView {
    let counted = move |severity| count(&alerts.incidents.get(), severity);
    let worst = move || alerts.incidents.get().into_iter().next();
    let part = move |severity: Severity| {
        view! {
            <span class="count" data-severity=severity.name() data-zero=move || (counted(severity) == 0).then_some("")>
                <strong class="num">{move || counted(severity)}</strong>
                " "
                {severity.title()}
            </span>
        }
    };
    view! {
        <div class="summary-item">
            <span class="summary-name">"Active incidents"</span>
            {part(Severity::Sev1)}
            {part(Severity::Sev2)}
            <span class="summary-detail">{move || worst().map(|i| format!("{}, {}", i.title, i.status))}</span>
        </div>
    }
}

#[component]
fn Budgets() -> impl IntoView {
    let console = use_console();
    let config = console.config();
    let lines: Vec<_> = config
        .slos
        .iter()
        .filter_map(|slo| {
            let (question, of) = slo_question(&config, slo)?;
            let answer = data(console.ask(move || Some(question.clone())));
            let slo = slo.clone();
            Some(memo(move || budget(&slo, frame(&answer.get())?, of.as_ref())))
        })
        .collect();
    if lines.is_empty() {
        return None;
    }
    let known = memo(move || lines.iter().filter_map(|l| l.get()).collect::<Vec<_>>());
    let of = move |policy| known.get().iter().filter(|l| l.policy == policy).count();
    let part = move |policy: Policy, tone: &'static str, word: &'static str| {
        move || (of(policy) > 0).then(|| view! { <Chip tone=tone word=format!("{} {word}", of(policy)) /> })
    };
    let detail = move || {
        let all = known.get();
        let worst = all.iter().min_by(|a, b| a.budget.left().total_cmp(&b.budget.left()))?;
        let minutes = worst.budget.minutes_left();
        let text = if minutes >= 0.0 {
            format!("least: {}, {minutes:.1} min left", worst.name)
        } else {
            format!("least: {}, {:.1} min over", worst.name, -minutes)
        };
        Some(view! { <span class="summary-detail" title=worst.policy.advice()>{text}</span> })
    };
    Some(view! {
        <div class="summary-item">
            <span class="summary-name">"Error budgets"</span>
            {part(Policy::Ok, "ok", "ok")}
            {part(Policy::AtRisk, "warn", "at risk")}
            {part(Policy::Frozen, "bad", "frozen")}
            {detail}
        </div>
    })
}
