//! All objectives, what is left of each, the least first.

use crate::browser;
use crate::config::Slo;
use crate::console::components::{BudgetBar, Chip, EmptyState, FilterBar, Panel, RevealedPage, Sparkline};
use crate::console::state::{Console, SloState, data, frame, memo, slo_offsets, slos, use_console};
use crate::domain::burn::BurnState;
use crate::domain::format::Unit;
use crate::domain::labels::Labels;
use crate::domain::order::Order as _;
use crate::domain::series::Series;
use crate::model::route::Route;
use crate::model::{
    History, PolicyLine, Standing, badge, budget_history_question, history, minutes_text, objective_text,
    policy_json, policy_line, share_text,
};
use leptos::prelude::*;

/// An objective to begin with.
const SAMPLE: &str = r#""slos": [
  { "name": "API availability", "service": "api", "target": 0.999, "window": "30d" }
]"#;

/// A row: the objective's place, what it is, how it stands.
type Line = (usize, Slo, Option<Standing>);

#[component]
pub fn SlosPage() -> impl IntoView {
    let console = use_console();
    let state = slos(console);
    let all = state.all;
    let lines = memo(move || sorted(console, &all.get_value()));
    let standing_of = move |index: usize| {
        let state = all.with_value(|all| all.iter().find(|s| s.index == index).copied());
        memo(move || state.and_then(|s| s.standing.get()))
    };
    if console.config().slos.is_empty() {
        return view! { <EmptyState icon="SLOs" title="No SLOs yet" what="An SLO sets the share of requests that must succeed, e.g. 99.9 % over 30 days. What is left of its error budget tells you whether to ship or hold." sample=SAMPLE /> }.into_any();
    }
    let shown = memo(move || {
        let query = console.view.get().query;
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        lines
            .get()
            .into_iter()
            .filter(|(_, slo, _)| words.iter().all(|w| matches(slo, w)))
            .collect::<Vec<_>>()
    });
    view! {
        <RevealedPage feeds=vec![state.feed.into()]>
            <Panel title="SLOs" feed=state.feed aside=move || exports(console, lines)>
                <p class="explain">
                    "Each SLO allows a small number of failures: its error budget. How much is left tells you whether to ship or hold."
                </p>
                <Filter lines=lines />
                {move || shown.get().is_empty().then(|| view! { <p class="empty-line">"No SLO matches the filter."</p> })}
                <ul class="slo-list">
                    <For each=move || shown.get() key=|line| line.0 let:line>
                        <Row slo=line.1 standing=standing_of(line.0) />
                    </For>
                </ul>
            </Panel>
        </RevealedPage>
    }
    .into_any()
}

/// The least left first; those without data last, for nothing is known of them.
fn sorted(console: Console, all: &[SloState]) -> Vec<Line> {
    let config = console.config();
    let line =
        |state: &SloState| Some((state.index, config.slos.get(state.index)?.clone(), state.standing.get()));
    let mut lines: Vec<Line> = all.iter().filter_map(line).collect();
    let left = |l: &Line| l.2.as_ref().and_then(|s| s.budget).map_or(f64::INFINITY, |b| b.left());
    lines.order_by(|a, b| left(a).total_cmp(&left(b)));
    lines
}

/// `label=value`, or a part of name, service or a label's value.
fn matches(slo: &Slo, word: &str) -> bool {
    if let Some((name, value)) = word.split_once('=') {
        let own = [("service", &slo.service)];
        let all = slo.labels.iter().map(|(n, v)| (n.as_str(), v)).chain(own);
        return all.into_iter().any(|(n, v)| n.eq_ignore_ascii_case(name) && v.to_lowercase() == value);
    }
    let has = |text: &str| text.to_lowercase().contains(word);
    has(&slo.name) || has(&slo.service) || slo.labels.values().any(|v| has(v))
}

#[component]
fn Filter(lines: Memo<Vec<Line>>) -> impl IntoView {
    let console = use_console();
    let labels = memo(move || {
        let mut all: Vec<String> = lines
            .get()
            .iter()
            .flat_map(|(_, slo, _)| slo.labels.iter().map(|(n, v)| format!("{n}={v}")))
            .collect();
        all.order();
        all.dedup();
        all
    });
    let chosen = move |label: &str| console.view.get().query.split_whitespace().any(|w| w == label);
    let toggle = move |label: String| {
        console.change(false, |s| {
            let mut words: Vec<&str> = s.query.split_whitespace().collect();
            if words.contains(&label.as_str()) {
                words.retain(|w| *w != label);
            } else {
                words.push(&label);
            }
            s.query = words.join(" ");
        });
    };
    view! {
        <FilterBar name="Filter SLOs" label="Filter SLOs by words or label=value">
            <div class="toggle-row" role="group" aria-label="Labels">
                <For each=move || labels.get() key=|l| l.clone() let:label>
                    {
                        let (own, clicked, shown) = (label.clone(), label.clone(), label.clone());
                        view! {
                            <button class="button" aria-pressed=move || chosen(&own).to_string() on:click=move |_| toggle(clicked.clone())>
                                {shown}
                            </button>
                        }
                    }
                </For>
            </div>
        </FilterBar>
    }
}

/// A row stays when its figures change, so that nobody who reads it by keyboard loses the place.
#[component]
fn Row(slo: Slo, standing: Memo<Option<Standing>>) -> impl IntoView {
    let console = use_console();
    let route = Route::Slo(slo.id.clone());
    let policy = move || {
        let standing = standing.get();
        let unknown =
            if standing.as_ref().is_some_and(|s| s.partial.is_some()) { "Partial data" } else { "Unknown" };
        let policy = standing.and_then(|s| s.policy);
        policy.map_or(("unknown", unknown), |p| (p.tone(), p.title()))
    };
    let left = move || {
        let standing = standing.get()?;
        let left = standing.budget.map(|b| b.left());
        let words = match standing.budget {
            Some(b) => format!("{} · {}", share_text(b.left()), minutes_text(b.minutes_left())),
            None => standing.reason(),
        };
        Some(view! { <BudgetBar left=left tone=policy().0 /> <span class="num">{words}</span> })
    };
    let burn = move || {
        let s = standing.get()?;
        let (state, text) = (s.burn_state(), format!("burn {:.1}×", s.burn()?));
        let why = format!("{}: {}", state.title(), state.explanation());
        let noted = !matches!(state, BurnState::Acceptable | BurnState::Unknown);
        Some(view! {
            {noted.then(|| view! { <Chip tone=state.tone() word=state.title() /> })}
            <span class="num muted" title=why>{text}</span>
        })
    };
    let sla = move || {
        let certain = standing.get().filter(|s| s.partial.is_none());
        let broken = certain?.sla?.is_broken();
        broken.then(|| view! { <Chip tone="bad" word="SLA missed" /> })
    };
    let excluded = move || {
        let any = !standing.get()?.excluded.is_empty();
        any.then(|| view! { <span class="muted" title="Maintenance or corrections are not counted">"excl."</span> })
    };
    let past = past(console, &slo, standing);
    let partly = move || {
        let share = past.get()?.covered;
        (share < 0.95).then(|| view! { <span class="muted" title="Of the window so far">{format!("{} with data", share_text(share))}</span> })
    };
    view! {
        <li class="slo-row">
            <div class="slo-what">
                <a class="slo-name" href=move || console.href(&route)>{slo.name.clone()}</a>
                <span class="row-note">{objective_text(&slo)}</span>
            </div>
            <div class="slo-left">{left}</div>
            <div class="slo-chips">
                {move || { let (tone, word) = policy(); view! { <Chip tone=tone word=word /> } }}
                {burn}
                {sla}
                {partly}
                {excluded}
            </div>
            <Spark slo=slo past=past standing=standing />
        </li>
    }
}

/// How the budget of the window was used up.
fn past(console: Console, slo: &Slo, standing: Memo<Option<Standing>>) -> Memo<Option<History>> {
    let question = budget_history_question(slo);
    let answer = data(console.ask(move || Some(question.clone())));
    let (slo, zone) = (slo.clone(), slo_offsets(&slo.zone));
    memo(move || history(&slo, &standing.get()?, frame(&answer.get())?, &zone))
}

/// What was left of the budget over the window.
#[component]
fn Spark(slo: Slo, past: Memo<Option<History>>, standing: Memo<Option<Standing>>) -> impl IntoView {
    let bounds = memo(move || standing.get().map_or((0, 1), |s| (s.bounds.start, s.as_of)));
    let line = memo(move || Some(Series::from_samples(Labels::default(), past.get()?.line)));
    view! {
        <div class="slo-spark">
            <Sparkline series=line range=Signal::from(bounds) unit=Unit::Ratio title=format!("Budget left, {}", slo.name) />
        </div>
    }
}

fn exports(console: Console, lines: Memo<Vec<Line>>) -> impl IntoView {
    let policy = move |_| {
        let all: Vec<PolicyLine> = lines
            .get_untracked()
            .iter()
            .map(|(_, slo, standing)| policy_line(slo, standing.as_ref()))
            .collect();
        let text = policy_json(&all, console.now.get_untracked());
        browser::download("policy.json", "application/json", &text);
    };
    let badges = move |_| {
        for (_, slo, standing) in lines.get_untracked() {
            let line = policy_line(&slo, standing.as_ref());
            browser::download(&format!("{}.svg", slo.id), "image/svg+xml", &badge(&line));
        }
    };
    view! {
        <button class="button" title="For deploy pipelines; the same as fourlights policy writes" on:click=policy>"policy.json"</button>
        <button class="button" title="A badge for each budget, e.g. for a README" on:click=badges>"Badges"</button>
    }
}
