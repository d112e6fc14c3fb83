//! The page of one component: a year of days, uptime over each window, latency, feeds and badges.

use super::bars::{bars, day_words};
use super::components::{is_eventful, legend, state};
use super::frame::{FEEDS, frame};
use super::latency::latency;
use super::notices;
use super::site::Site;
use crate::domain::format::availability;
use crate::domain::public::day::{Date, Day, date_text};
use crate::domain::public::{Component, Measured};
use leptos::prelude::*;

const YEAR: usize = 365;

/// The body of a component's page.
pub fn component_page(site: Site<'_>, component: &Component) -> String {
    let path = format!("components/{}/", component.id);
    let shown = component.measured != Measured::No;
    let content = view! {
        <section data-part="" id="component" data-say=format!("{}: {}", component.name, site.words.t(component.status.name()))>
            <div class="title"><h1>{component.name.clone()}</h1>{state(site, component.status)}</div>
            {component.description.clone().map(|d| view! { <p class="quiet">{d}</p> })}
            {(component.measured == Measured::Incidents).then(|| view! { <p class="quiet">{site.words.t("not_measured").to_string()}</p> })}
            {shown.then(|| year(site, component))}
        </section>
        {latency(site, component)}
        {shown.then(|| days(site, component))}
        {feeds(site, &path)}
        {badges(site, component)}
    };
    frame(site, Some(&path), &content.to_html())
}

fn year(site: Site<'_>, component: &Component) -> impl IntoView + use<> {
    let windows = [
        (site.words.t("last_day").to_string(), component.last_day),
        (site.words.n("span", 7), component.history.uptime(7)),
        (site.words.n("span", 30), component.history.uptime(30)),
        (site.words.n("span", 90), component.history.uptime(90)),
        (site.words.t("year").to_string(), component.history.uptime(YEAR)),
    ];
    let figure = |(name, up): (String, Option<f64>)| {
        let text = up.map_or_else(|| site.words.t("no_data").to_string(), availability);
        view! { <div><dt>{name}</dt><dd>{text}</dd></div> }
    };
    let figures: Vec<_> = windows.into_iter().map(figure).collect();
    let zone = &site.page.zone_name;
    let percent = |weight: f64| format!("{} %", (weight * 100.0).round());
    let formula = match component.measured {
        Measured::Incidents => site.words.fill(
            "formula_declared",
            &[("major", &percent(site.page.weights.major)), ("partial", &percent(site.page.weights.partial))],
        ),
        _ => site.words.fill("formula_measured", &[("zone", zone)]),
    };
    let ago = site.words.fill("ago", &[("n", &site.words.n("days", YEAR as i64))]);
    view! {
        <dl class="figures">{figures}</dl>
        <div class="clip year">{bars(site, component, YEAR)}</div>
        <p class="scale"><i>{ago}</i><i>{site.words.t("today").to_string()}</i></p>
        {legend(site)}
        <p class="quiet small">{formula}</p>
    }
}

/// The days on which something was, newest first.
fn days(site: Site<'_>, component: &Component) -> impl IntoView + use<> {
    let events: Vec<(Date, &Day)> = component
        .history
        .last(YEAR)
        .rev()
        .filter(|(date, day)| {
            is_eventful(day) || site.page.on_date(*date, Some(&component.id)).next().is_some()
        })
        .collect();
    let none = events.is_empty();
    let rows: Vec<_> = events.into_iter().map(|(date, day)| row(site, component, date, day)).collect();
    let words = site.words;
    view! {
        <section aria-labelledby="days">
            <h2 id="days">{words.t("events").to_string()}</h2>
            {(!none).then(|| view! {
                <div class="wide"><table>
                    <thead><tr><th scope="col">{words.t("day").to_string()}</th><th scope="col">{words.t("uptime").to_string()}</th><th scope="col">{words.t("down").to_string()}</th><th scope="col">{words.t("events").to_string()}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            })}
            <p class="quiet">{words.t("all_other_days").to_string()}" "<a href="uptime.csv">"CSV"</a>", "<a href="uptime.json">"JSON"</a></p>
        </section>
    }
}

fn row(site: Site<'_>, component: &Component, date: Date, day: &Day) -> impl IntoView + use<> {
    let (name, said) = day_words(site, date, day);
    let up = day.up.map_or_else(|| site.words.t("no_data").to_string(), availability);
    let links: Vec<_> = site
        .page
        .on_date(date, Some(&component.id))
        .map(|n| view! { <a href=format!("{}{}", site.home, notices::path(n))>{n.title.clone()}</a>" " })
        .collect();
    view! {
        <tr id=format!("d-{}", date_text(date))><th scope="row">{name}</th><td>{up}</td><td>{said}</td><td>{links}</td></tr>
    }
}

fn feeds(site: Site<'_>, path: &str) -> impl IntoView + use<> {
    let all: Vec<_> = FEEDS
        .into_iter()
        .map(|(name, file)| {
            let address = format!("{}{}{path}{file}", site.page.url, site.folder());
            view! { <dt>{name}</dt><dd><a href=file>{address}</a></dd> }
        })
        .collect();
    view! {
        <section aria-labelledby="feeds">
            <h2 id="feeds">{site.words.t("subscribe").to_string()}</h2>
            <dl class="addresses">{all}</dl>
        </section>
    }
}

fn badges(site: Site<'_>, component: &Component) -> impl IntoView + use<> {
    let url = &site.page.url;
    let id = &component.id;
    let file = format!("badges/{id}-status.svg");

    let snippets = [
        format!(
            "<a href=\"{url}components/{id}/\"><img src=\"{url}{file}\" alt=\"{}\"></a>",
            component.name.replace('"', "&quot;")
        ),
        format!("<script async src=\"{url}embed.js\"></script>"),
        format!(
            "<iframe src=\"{url}embed/\" title=\"{}\" width=\"320\" height=\"64\"></iframe>",
            site.page.name.replace('"', "&quot;")
        ),
    ];
    let shown: Vec<_> = ["status", "uptime-30", "uptime-90"]
        .into_iter()
        .map(|kind| {
            let alt = format!("{} {kind}", component.name);
            view! { <img src=format!("{}badges/{id}-{kind}.svg", site.root) alt=alt height="20" loading="lazy" />" " }
        })
        .collect();
    let snippets: Vec<_> = snippets.into_iter().map(|s| view! { <pre tabindex="0">{s}</pre> }).collect();
    view! {
        <section aria-labelledby="badges">
            <h2 id="badges">{site.words.t("badges").to_string()}</h2>
            <p>{shown}</p>
            <p class="quiet small">{site.words.t("embed_how").to_string()}</p>
            {snippets}
        </section>
    }
}
