//! Scorecards of 30 days, active incidents, error budgets.

use crate::console::components::{Chip, Panel, ToneIcon, UptimeBars};
use crate::console::route::Route;
use crate::console::state::{AlertsState, SloState, SlosState, feed, memo, uptime_card, use_console};
use crate::domain::incident::count;
use crate::domain::severity::Severity;
use crate::domain::slo::Policy;
use crate::model::{Feed, ScorecardView, minutes_text};
use leptos::prelude::*;

#[component]
pub fn UptimePanel(alerts: AlertsState) -> impl IntoView {
    let console = use_console();
    let cards: Vec<_> =
        console.config().scorecards.iter().map(|card| uptime_card(console, card.clone())).collect();
    let own = feed(cards.iter().flat_map(|(answers, _)| answers.clone()).collect());
    // The error budgets below the cards are made from other answers.
    let budgets = expect_context::<SlosState>().feed;
    let feed = memo(move || {
        let own = own.get();
        let warnings = [own.warnings.clone(), budgets.get().warnings].concat();
        Feed { warnings, ..own }.sorted()
    });
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
                view! {
                    <UptimeBars name=c.name days=c.days />
                    {c.why.map(|why| view! { <p class="row-note">{why}</p> })}
                }
            }}
        </div>
    }
}

#[component]
fn Incidents(alerts: AlertsState) -> impl IntoView {
    let counted = move |severity| count(&alerts.incidents.get(), Some(severity));
    let unknown = move || count(&alerts.incidents.get(), None);
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
            {move || {
                let n = unknown();
                (n > 0).then(|| view! {
                    <span class="count" data-severity="unknown"><strong class="num">{n}</strong> " of unknown severity"</span>
                })
            }}
            <span class="summary-detail">{move || worst().map(|i| format!("{}, {}", i.title, i.status))}</span>
        </div>
    }
}

#[component]
fn Budgets() -> impl IntoView {
    let console = use_console();
    if console.config().slos.is_empty() {
        return None;
    }
    let all = expect_context::<SlosState>().all.get_value();
    let known = memo(move || {
        let config = console.config();
        let line = |state: &SloState| {
            let slo = config.slos.get(state.index)?;
            let standing = state.standing.get()?;
            // Neither a policy nor a figure where nothing is certain: then it is counted as unknown.
            let known = standing.policy.zip(standing.budget);
            Some((slo.id.clone(), slo.name.clone(), known))
        };
        all.iter().filter_map(line).collect::<Vec<_>>()
    });
    let of = move |policy| known.get().iter().filter(|l| l.2.is_some_and(|k| k.0 == policy)).count();
    let unknown = move || {
        let n = known.get().iter().filter(|l| l.2.is_none()).count();
        (n > 0).then(|| view! { <Chip tone="unknown" word=format!("{n} unknown") /> })
    };
    let part = move |policy: Policy, word: &'static str| {
        move || {
            let n = of(policy);
            (n > 0).then(|| view! { <Chip tone=policy.tone() word=format!("{n} {word}") /> })
        }
    };
    let detail = move || {
        let all = known.get().into_iter().filter_map(|(id, name, known)| Some((id, name, known?)));
        let (id, name, (policy, budget)) = all.min_by(|a, b| a.2.1.left().total_cmp(&b.2.1.left()))?;
        let text = format!("least: {name}, {}", minutes_text(budget.minutes_left()));
        let route = Route::Slo(id);
        Some(view! {
            <a class="summary-detail" href=move || console.href(&route) title=policy.advice()>{text}</a>
        })
    };
    Some(view! {
        <div class="summary-item">
            <a class="summary-name" href=move || console.href(&Route::Slos)>"Error budgets"</a>
            {part(Policy::Ok, "ok")}
            {part(Policy::AtRisk, "at risk")}
            {part(Policy::Frozen, "frozen")}
            {unknown}
            {detail}
        </div>
    })
}
