//! Scorecards of 30 days, alerts and incidents by severity, error budgets.

use crate::config::Capability;
use crate::console::components::{Chip, Panel, ToneIcon, UptimeBars};
use crate::console::state::{AlertsState, SloState, SlosState, feed, memo, uptime_card, use_console};
use crate::domain::alert::{Alert, State};
use crate::domain::incident::count;
use crate::domain::severity::Severity;
use crate::domain::slo::Policy;
use crate::model::route::Route;
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
    // Of many only those that were down at some time; the others when asked for.
    let is_asked = RwSignal::new(false);
    let is_many = cards.len() > MANY;
    let hides_full = memo(move || is_many && !is_asked.get());
    let all: Vec<_> = cards.iter().map(|(_, card)| *card).collect();
    let n_full = memo(move || all.iter().filter(|card| card.with(is_full)).count());
    view! {
        <Panel title="Uptime, 30 days" feed=feed>
            <Show when=move || none>
                <p class="empty-line">
                    "No service has an uptime query. Add a signal set with the preset blackbox, or a custom uptime query."
                </p>
            </Show>
            <div class="scorecards">
                {cards.iter().map(|(_, card)| view! { <Card card=*card hides_full=hides_full /> }).collect::<Vec<_>>()}
            </div>
            <Show when=move || { n_full.get() > 0 && hides_full.get() }>
                <button type="button" class="button more" on:click=move |_| is_asked.set(true)>{move || format!("{} more at 100 %", n_full.get())}</button>
            </Show>
            <div class="summary-line">
                <Firing alerts=alerts />
                <Incidents alerts=alerts />
                <Budgets />
            </div>
        </Panel>
    }
}

/// With more cards than these, those without downtime are hidden.
const MANY: usize = 6;

fn is_full(card: &ScorecardView) -> bool {
    card.uptime.as_deref() == Some("100 %") && card.why.is_none()
}

#[component]
fn Card(card: Memo<ScorecardView>, hides_full: Memo<bool>) -> impl IntoView {
    view! {
        <div class="scorecard" hidden=move || hides_full.get() && card.with(is_full)>
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

/// `0 SEV-1`; a question mark where not everybody answered and none is known.
fn counted(n: usize, is_certain: bool, severity: Option<Severity>) -> impl IntoView {
    let text = if n == 0 && !is_certain { "?".into() } else { n.to_string() };
    let (name, title) = severity.map_or(("unknown", "of unknown severity"), |s| (s.name(), s.title()));
    view! {
        <span class="count" data-severity=name data-zero=(n == 0).then_some("")>
            <strong class="num">{text}</strong>
            " "
            {title}
        </span>
    }
}

/// The two severities that wake somebody, and what may be one of them.
fn counts(n: impl Fn(Option<Severity>) -> usize, is_certain: bool) -> Vec<AnyView> {
    let all = [Some(Severity::Sev1), Some(Severity::Sev2), None];
    let shown = all.into_iter().map(|s| (n(s), s)).filter(|(n, s)| *n > 0 || s.is_some());
    shown.map(|(n, s)| counted(n, is_certain, s).into_any()).collect()
}

/// Alerts are what systems found; incidents are what people work on. One may be there without the other.
#[component]
fn Firing(alerts: AlertsState) -> impl IntoView {
    let console = use_console();
    let shown = move || {
        let n = |severity| {
            let is_one = |a: &&Alert| a.state == State::Firing && a.severity == severity;
            alerts.alerts.with(|all| all.iter().filter(is_one).count())
        };
        counts(n, alerts.certain.get())
    };
    view! {
        <div class="summary-item">
            <a class="summary-name" href=move || console.alerts_href("firing")>"Alerts firing"</a>
            {shown}
        </div>
    }
}

#[component]
fn Incidents(alerts: AlertsState) -> impl IntoView {
    let shown =
        move || alerts.incidents.with(|all| counts(|severity| count(all, severity), alerts.certain.get()));
    let worst =
        move || alerts.incidents.with(|all| all.first().map(|i| format!("{}, {}", i.title, i.status)));
    // Without a system that keeps incidents there is nothing to count.
    let has_any = use_console().config().sources.iter().any(|s| s.kind.can(Capability::Notices));
    has_any.then(|| {
        view! {
            <div class="summary-item">
                <span class="summary-name">"Incidents open"</span>
                {shown}
                <span class="summary-detail">{worst}</span>
            </div>
        }
    })
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
