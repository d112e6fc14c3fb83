//! One service: its scorecard, its four signals, its alerts, its links.

use super::health::{GoldenPanels, Subject};
use crate::config::{Link, Scorecard, Service};
use crate::console::components::{
    Icon, PageHeader, Panel, ToneIcon, UptimeBars, When, alert_severity, alert_tone,
};
use crate::console::state::{Console, feed, memo, uptime_card, use_alerts, use_console};
use crate::domain::alert::Alert;
use crate::domain::signal::Signal as Golden;
use crate::domain::time::human_duration;
use crate::model::route::Route;
use leptos::prelude::*;

#[component]
pub fn ServicePage() -> impl IntoView {
    let console = use_console();
    let id = memo(move || console.view.get().id.unwrap_or_default());
    move || {
        let id = id.get();
        match console.config().service(&id) {
            Some(service) => view! { <Known service=service.clone() /> }.into_any(),
            None => view! { <Unknown id=id /> }.into_any(),
        }
    }
}

#[component]
fn Unknown(id: String) -> impl IntoView {
    let console = use_console();
    let links = console.config().services.clone();
    view! {
        <div class="empty">
            <h2>{if id.is_empty() { "No service selected".to_string() } else { format!("No service has the id {id:?}") }}</h2>
            <p>"Available:"</p>
            <ul class="plain-list">
                {links
                    .into_iter()
                    .map(|s| view! { <li><a href=move || console.href(&Route::Service(s.id.clone()))>{s.name.clone()}</a></li> })
                    .collect::<Vec<_>>()}
            </ul>
        </div>
    }
}

#[component]
fn Known(service: Service) -> impl IntoView {
    let console = use_console();
    view! {
        <div class="page">
            <Head service=service.clone() />
            <UptimeCard console=console service=service.clone() />
            <GoldenPanels subject=Subject::Service(service.clone()) />
            <ServiceAlerts service=service />
        </div>
    }
}

#[component]
fn Head(service: Service) -> impl IntoView {
    let console = use_console();
    let config = console.config();
    let needs: Vec<(String, String)> = service
        .depends_on
        .iter()
        .filter_map(|id| Some((id.clone(), config.service(id)?.name.clone())))
        .collect();
    let needed = |(i, (id, name)): (usize, (String, String))| {
        view! {
            {(i > 0).then_some(", ")}
            <a href=move || console.href(&Route::Service(id.clone()))>{name}</a>
        }
    };
    let needs: Vec<_> = needs.into_iter().enumerate().map(needed).collect();
    let needs = (!needs.is_empty()).then(|| view! { <p class="muted">"Depends on " {needs}</p> });
    let links = StoredValue::new(service.links.clone());
    let actions = move || links.get_value().into_iter().map(link).collect::<Vec<_>>();
    view! {
        <PageHeader list=Route::Health title=service.name.clone() group=service.group.clone() actions=actions>
            {service.description.clone().map(|d| view! { <p class="muted">{d}</p> })}
            {needs}
        </PageHeader>
    }
}

/// Somewhere else that something is known of the service.
fn link(link: Link) -> impl IntoView {
    view! {
        <a class="button" href=link.url rel="external noopener noreferrer" target="_blank">
            {link.title} <Icon name="open" />
        </a>
    }
}

#[component]
fn UptimeCard(console: Console, service: Service) -> impl IntoView {
    let config = console.config();
    let (set, value) =
        config.service_set(&service, Golden::Uptime).map(|(s, v)| (s.name.clone(), v.to_string()))?;
    let card = Scorecard { name: service.name.clone(), set, value };
    let (answers, view) = uptime_card(console, card);
    let feed = feed(answers);
    Some(view! {
        <Panel
            title="Uptime, 30 days"
            feed=feed
            aside=move || view! {
                {move || {
                    let grade = view.get().grade;
                    view.get().uptime.map(|uptime| view! {
                        <span class="num reading-value">{uptime}</span>
                        <ToneIcon tone=grade.name() word=grade.word() />
                    })
                }}
            }
        >
            {move || view! { <UptimeBars name=view.get().name days=view.get().days /> }}
        </Panel>
    })
}

#[component]
fn ServiceAlerts(service: Service) -> impl IntoView {
    let console = use_console();
    let state = use_alerts();
    let values: Vec<String> =
        std::iter::once(service.id.clone()).chain(service.signals.values().cloned()).collect();
    let own = memo(move || {
        let about = |a: &Alert| a.labels.iter().any(|(_, v)| values.iter().any(|own| own == v));
        state.alerts.get().into_iter().filter(about).collect::<Vec<_>>()
    });
    let line = move |alert: Alert| {
        let timed = alert.clone();
        let lasted = move || timed.duration(console.now.get()).map(human_duration);
        view! {
            <li class="alert-line">
                <ToneIcon tone=alert_tone(alert.state) word=alert.state.title() />
                {alert.started.map(|at| view! { <When at=at /> })}
                <span class="alert-name">{alert.name.clone()}</span>
                {alert_severity(&alert)}
                <span class="muted">{alert.state.title()}</span>
                <span class="alert-lasted num">{lasted}</span>
            </li>
        }
    };
    view! {
        <Panel title="Alerts, 24 h" feed=state.feed>
            {move || {
                let all = own.get();
                if all.is_empty() {
                    let (tone, text) = match state.certain.get() {
                        true => ("ok", " No alerts in the last 24 hours"),
                        false => ("unknown", " Not known: not every alert source responds"),
                    };
                    view! { <p class="empty-line"><ToneIcon tone=tone word="" /> {text}</p> }.into_any()
                } else {
                    view! { <ul class="alert-list">{all.into_iter().map(line).collect::<Vec<_>>()}</ul> }.into_any()
                }
            }}
        </Panel>
    }
}
