//! The console's own rules: what each says, how it stands, when it fired.

use crate::console::components::{Chip, FiringStrip, SeverityTag, When};
use crate::console::state::{RuleState, use_alerts, use_console};
use crate::domain::alert_rule::State;
use crate::domain::format::human;
use crate::domain::time::{Millis, human_duration};
use crate::model::{rule_text, unit_of};
use crate::poll::Condition;
use leptos::prelude::*;

#[component]
pub fn RulesPanel() -> impl IntoView {
    let rules = use_alerts().rules;
    let none = use_console().config().rules.is_empty();
    let rows = move || rules.get().into_iter().map(|rule| view! { <Row rule=rule /> }).collect::<Vec<_>>();
    view! {
        <section class="panel" aria-labelledby="own-rules">
            <header class="panel-head"><h2 id="own-rules">"Console rules"</h2></header>
            <div class="panel-body">
                <p class="explain">"Evaluated in your browser over the last 24 h of samples. Closing the tab does not reset a pending alert."</p>
                {none.then(|| view! { <p class="empty-line">"No rules configured."</p> })}
                <div class="table-scroll" tabindex="0" role="region" aria-label="Rules, table">
                    <table class="table rules">
                        <thead><tr>
                            <th scope="col">"Rule"</th><th scope="col">"State"</th><th scope="col">"Severity"</th>
                            <th scope="col">"Last 24 h"</th><th scope="col">"Last firing"</th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </div>
        </section>
    }
}

#[component]
fn Row(rule: RuleState) -> impl IntoView {
    let console = use_console();
    let RuleState { view, feed } = rule;
    let name = view.get_untracked().rule.name;
    let (title, of) = (name.clone(), name.clone());
    let spans = Memo::new(move |_| {
        let rule = view.get();
        rule.firings()
            .into_iter()
            .map(|(_, f)| (f.start, f.end.map_or(rule.grid.end, |e| e.0)))
            .collect::<Vec<(Millis, Millis)>>()
    });
    let state = move || {
        if let Some(error) = feed.get().error {
            let is_told = console.board.outages.with(|all| all.iter().any(|o| o.error == error));
            let why = (!is_told).then(|| format!("{error}. {}", error.remedy()));
            return view! {
                <Chip tone="unknown" word="no data" />
                {why.map(|why| view! { <span class="row-note">{why}</span> })}
            }
            .into_any();
        }
        if feed.get().condition == Condition::Loading {
            return view! { <span class="muted">"Loading…"</span> }.into_any();
        }
        let (tone, word) = match view.get().state() {
            State::Firing => ("bad", "firing"),
            State::Pending(_) => ("warn", "pending"),
            State::Inactive if view.get().partial => ("unknown", "partial data"),
            State::Inactive if view.get().n_watched == Some(0) => ("unknown", "no data"),
            State::Inactive => ("ok", "inactive"),
        };
        let warnings: Vec<String> = feed.get().warnings.iter().map(ToString::to_string).collect();
        let note =
            (!warnings.is_empty()).then(|| view! { <span class="row-note">{warnings.join(" · ")}</span> });
        view! { <Chip tone=tone word=word /> {note} }.into_any()
    };
    let last = move || {
        let view = view.get();
        let unit = unit_of(&view.rule);
        let (labels, firing) = view.firings().into_iter().next().map(|(l, f)| (l.clone(), f))?;
        let subject: Vec<String> = labels.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let peak = firing.peak.is_finite().then(|| format!(", worst {}", human(unit, firing.peak)));
        let end = match firing.end {
            Some((at, why)) => format!(" for {}: {}", human_duration(at - firing.start), why.reason()),
            None => " until now".into(),
        };
        Some(view! {
            <When at=firing.start /> {end} {peak}
            <span class="row-note">{subject.join(" ")}</span>
        })
    };
    // For tests and for the curious: every firing as the page knows it.
    let record = move || {
        let rule = view.get();
        let line = |(labels, f): (&crate::domain::labels::Labels, crate::domain::alert_rule::Firing)| {
            let subject: Vec<String> = labels.iter().map(|(n, v)| format!("{n}={v}")).collect();
            format!("{}|{}|{}", subject.join(","), f.start, f.end.map_or(0, |e| e.0))
        };
        rule.firings().into_iter().map(line).collect::<Vec<_>>().join(";")
    };
    view! {
        <tr data-rule=name data-firings=record data-known=move || (feed.get().condition == Condition::Fresh).then_some("")>
            <th scope="row">
                {title}
                <span class="row-note">{move || rule_text(&view.get().rule)}</span>
                {move || {
                    let namesakes = view.get().namesakes;
                    (!namesakes.is_empty()).then(|| {
                        let text = format!("Also defined: {}", namesakes.join(", "));
                        view! { <span class="row-note" title="Where both fire for the same labels at the same time, the list has one alert.">{text}</span> }
                    })
                }}
            </th>
            <td>{state}</td>
            <td>{move || view! { <SeverityTag severity=view.get().rule.severity /> }}</td>
            <td class="strip-cell"><FiringStrip spans=spans name=of /></td>
            <td>{last}</td>
        </tr>
    }
}
