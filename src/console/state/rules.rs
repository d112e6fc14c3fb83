//! The console's own alert rules, kept evaluated on every page.

use super::answers::{Held, Polled, Shared};
use super::console::{Console, data, frame};
use super::memo::{feed, memo};
use crate::config::Capability;
use crate::domain::alert_rule::Grid;
use crate::model::{
    Evidence, Feed, RuleAsk, RuleView, Watched, evaluate, n_watched, rule_asks, same_name, watched_question,
};
use crate::poll::{Question, Reply};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// After the page's own first answers, and one rule after the other, so that none holds up what is
/// looked at.
const FIRST_AFTER: u32 = 1_200;
const NEXT_AFTER: u32 = 120;

/// A rule as it stands, with the state of its answers.
#[derive(Clone, Copy)]
pub struct RuleState {
    pub view: Memo<RuleView>,
    pub feed: Memo<Feed>,
}

/// Asks for and evaluates every configured rule.
pub fn rules(console: Console) -> Vec<RuleState> {
    let config = console.config();
    let begun: RwSignal<usize> = RwSignal::new(0);
    let n = config.rules.len();
    spawn_local(async move {
        TimeoutFuture::new(FIRST_AFTER).await;
        for i in 1..=n {
            begun.set(i);
            TimeoutFuture::new(NEXT_AFTER).await;
        }
    });
    let others = rules_of_others(console);
    let counts = counts(console, begun);
    (0..n).filter_map(|i| rule(console, i, begun, others, counts)).collect()
}

/// How many series each rule watches, by source. Asked when the rules have been.
fn counts(console: Console, begun: RwSignal<usize>) -> StoredValue<Vec<(String, Held)>> {
    let config = console.config();
    let n = config.rules.len();
    let asked = config.sources_that(Capability::Metrics).filter_map(|source| {
        let question = watched_question(&config, &source.name)?;
        let answer = console.ask(move || (begun.get() >= n).then(|| question.clone()));
        Some((source.name.clone(), data(answer)))
    });
    StoredValue::new(asked.collect())
}

fn rule(
    console: Console,
    i: usize,
    begun: RwSignal<usize>,
    others: Memo<Vec<OtherRule>>,
    counts: StoredValue<Vec<(String, Held)>>,
) -> Option<RuleState> {
    let config = console.config();
    let rule = config.rules.get(i)?.clone();
    let asks: Vec<(Polled, Option<Polled>)> = rule_asks(&config, &rule)
        .into_iter()
        .map(|RuleAsk { value, baseline }| {
            let value = console.ask_also_hidden(move || (begun.get() > i).then(|| value.clone()));
            let baseline =
                baseline.map(|q| console.ask_also_hidden(move || (begun.get() > i).then(|| q.clone())));
            (value, baseline)
        })
        .collect();
    let feed =
        feed(asks.iter().flat_map(|(value, baseline)| std::iter::once(*value).chain(*baseline)).collect());
    let view = memo(move || {
        let config = console.config();
        let mut watched: Vec<Watched> = Vec::new();
        let mut grid = Grid { start: 0, end: 0, step: rule.every };
        for (value, baseline) in &asks {
            let answer = value.get();
            let usual = baseline.map(|b| b.get().data);
            let (Some(Shared(reply)), Some(as_of)) = (&answer.data, answer.as_of) else { continue };
            let evidence = match &**reply {
                Reply::Breaches(breaches) => Evidence::Breaches(breaches),
                Reply::Frame(values) => Evidence::Samples { values, usual: usual.as_ref().and_then(frame) },
                _ => continue,
            };
            let (own, found) = evaluate(&rule, &config, evidence, as_of);
            grid = own;
            watched.extend(found);
        }
        let others = others.get();
        let namesakes = others.iter().filter(|o| same_name(&o.name, &rule.name)).map(|o| o.text.clone());
        let namesakes = namesakes.collect();
        let partial = asks.iter().any(|(value, usual)| {
            value.get().is_partial() || usual.is_some_and(|usual| usual.get().is_partial())
        });
        let counts: Vec<(String, Option<Shared>)> =
            counts.with_value(|all| all.iter().map(|(source, held)| (source.clone(), held.get())).collect());
        let n_watched = n_watched(&config, &rule, |source| {
            let (_, held) = counts.iter().find(|(name, _)| name == source)?;
            frame(held)
        });
        RuleView { rule: rule.clone(), grid, watched, n_watched, namesakes, partial }
    });
    Some(RuleState { view, feed })
}

/// An alerting rule that a source evaluates itself.
#[derive(Clone, PartialEq)]
struct OtherRule {
    name: String,
    /// `HighErrorRate of prometheus (group web)`
    text: String,
}

fn rules_of_others(console: Console) -> Memo<Vec<OtherRule>> {
    let config = console.config();
    let asked: Vec<_> = config
        .sources_that(Capability::Metrics)
        .map(|s| {
            let source = s.name.clone();
            let name = source.clone();
            (name, data(console.ask_also_hidden(move || Some(Question::Rules { source: source.clone() }))))
        })
        .collect();
    memo(move || {
        let mut all = Vec::new();
        for (source, reply) in asked.iter().filter_map(|(source, a)| Some((source, a.get()?))) {
            let Reply::Rules(groups) = &*reply.0 else { continue };
            for group in groups {
                all.extend(group.rules.iter().filter(|r| r.state.is_some()).map(|r| OtherRule {
                    name: r.name.clone(),
                    text: format!("{} of {source} (group {})", r.name, group.name),
                }));
            }
        }
        all
    })
}
