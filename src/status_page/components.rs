//! The components in their groups, each with its bars and uptime.

use super::bars::bars;
use super::site::Site;
use crate::domain::format::availability;
use crate::domain::public::day::{Day, DayGrade};
use crate::domain::public::{Component, ComponentStatus, Measured};
use leptos::prelude::*;

/// From so many components on there is a search.
const MANY: usize = 8;

/// Windows of days that can be chosen, beside all days.
pub fn windows(days: usize) -> Vec<usize> {
    let mut all: Vec<usize> = [7, 30, 90].into_iter().filter(|w| *w < days).collect();
    all.push(days);
    all
}

/// A shape that says a state without colour; drawn once in [`shapes`].
pub fn icon(tone: &str) -> impl IntoView + use<> {
    view! { <svg class="i" viewBox="0 0 16 16" aria-hidden="true" data-tone=tone.to_string()><use href=format!("#i-{tone}") /></svg> }
}

/// The shapes of the states, to be used by [`icon`].
pub fn shapes() -> impl IntoView {
    let shape = |(tone, d): (&str, &str)| {
        view! { <symbol id=format!("i-{tone}") viewBox="0 0 16 16"><path fill-rule="evenodd" d=d.to_string() /></symbol> }
    };
    view! { <svg class="vh" width="0" height="0" aria-hidden="true">{SHAPES.map(shape).into_iter().collect::<Vec<_>>()}</svg> }
}

/// A disc with a tick, a triangle, a square with a cross, a diamond, a ring: told apart in grey.
pub const SHAPES: [(&str, &str); 5] = [
    ("ok", "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm3.6 4.3-4.4 4.8-2.3-2.2-.9 1 3.3 3.1 5.3-5.8Z"),
    ("warn", "M8 1.2 15.5 14.5H.5Zm-.8 4.6v4.6h1.6V5.8Zm0 5.6v1.6h1.6v-1.6Z"),
    ("bad", "M2 2h12v12H2Zm3 2L4 5l3 3-3 3 1 1 3-3 3 3 1-1-3-3 3-3-1-1-3 3Z"),
    ("info", "M8 .5 15.5 8 8 15.5.5 8Z"),
    ("unknown", "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm0 2a5 5 0 1 0 0 10A5 5 0 0 0 8 3Z"),
];

pub fn components(site: Site<'_>) -> AnyView {
    let page = site.page;
    if page.components.is_empty() {
        return view! { <p class="quiet">{site.words.t("no_components").to_string()}</p> }.into_any();
    }
    let ours: Vec<&Component> = page.components.iter().filter(|c| !c.upstream).collect();
    let upstream: Vec<&Component> = page.components.iter().filter(|c| c.upstream).collect();
    let named = ours.iter().any(|c| c.group.is_some());
    let groups: Vec<_> = grouped(&ours)
        .into_iter()
        .map(|(title, members)| {
            let title = title.or_else(|| named.then(|| site.words.t("others").to_string()));
            group(site, title, &members)
        })
        .collect();
    let others =
        (!upstream.is_empty()).then(|| group(site, Some(site.words.t("upstream").to_string()), &upstream));
    let measured = page.components.iter().any(|c| c.measured == Measured::Monitoring);
    let declared = page.components.iter().any(|c| c.measured == Measured::Incidents);
    let percent = |weight: f64| format!("{} %", (weight * 100.0).round());
    let (major, partial) = (percent(page.weights.major), percent(page.weights.partial));
    view! {
        <section aria-labelledby="components" id="all">
            <div class="bar-head">
                <h2 id="components">{site.words.t("components").to_string()}</h2>
                {chooser(site)}
            </div>
            <div id="tools" data-many={page.components.len() >= MANY}></div>
            {groups}
            {others}
            {legend(site)}
            {measured.then(|| {
                let text = site.words.fill("formula_measured", &[("zone", &page.zone_name)]);
                view! { <p class="quiet small">{text}</p> }
            })}
            {declared.then(|| {
                let text = site.words.fill("formula_declared", &[("major", &major), ("partial", &partial)]);
                view! { <p class="quiet small">{text}</p> }
            })}
        </section>
    }
    .into_any()
}

/// Which days are shown: radio buttons that the stylesheet obeys.
fn chooser(site: Site<'_>) -> impl IntoView + use<> {
    let all = windows(site.page.days);
    let last = all.len().saturating_sub(1);
    let one = |(i, n): (usize, usize)| {
        // Standing by itself: some languages have another form behind a preposition.
        let days = site.words.n("span", n as i64);
        view! { <label><input type="radio" name="w" id=format!("w{n}") checked={i == last} />{days}</label> }
    };
    let choices: Vec<_> = all.into_iter().enumerate().map(one).collect();
    view! { <fieldset class="choose"><legend class="vh">{site.words.t("window_of_days").to_string()}</legend>{choices}</fieldset> }
}

/// In the order given; those without a group last.
fn grouped<'c>(components: &[&'c Component]) -> Vec<(Option<String>, Vec<&'c Component>)> {
    let mut groups: Vec<(Option<String>, Vec<&Component>)> = Vec::new();
    for component in components {
        match groups.iter_mut().find(|(title, _)| *title == component.group) {
            Some((_, members)) => members.push(component),
            None => groups.push((component.group.clone(), vec![component])),
        }
    }
    groups.sort_by_key(|(title, _)| title.is_none());
    groups
}

fn group(site: Site<'_>, title: Option<String>, members: &[&Component]) -> impl IntoView + use<> {
    let rows: Vec<_> = members.iter().map(|c| row(site, c)).collect();
    view! {
        <div class="group">
            {title.map(|t| view! { <h3>{t}</h3> })}
            <ul>{rows}</ul>
        </div>
    }
}

/// A state with its shape and words.
pub fn state(site: Site<'_>, status: ComponentStatus) -> impl IntoView + use<> {
    view! { <span class="state">{icon(status.tone())}{site.words.t(status.name()).to_string()}</span> }
}

fn row(site: Site<'_>, component: &Component) -> impl IntoView + use<> {
    let status = component.status;
    let said = format!("{}: {}", component.name, site.words.t(status.name()));
    let days = site.page.days;
    let shown = component.measured != Measured::No;
    let up = (0, ComponentStatus::Operational);
    view! {
        <li id=format!("c-{}", component.id) data-part="" data-say=said data-tone=(status != up.1).then(|| status.tone())>
            <div class="head">
                <a href=format!("{}components/{}/", site.home, component.id)>{component.name.clone()}</a>
                {state(site, status)}
            </div>
            {component.description.clone().map(|d| view! { <p class="quiet small">{d}</p> })}
            {shown.then(|| view! { <div class="clip">{bars(site, component, days)}</div> })}
            {shown.then(|| figures(site, component))}
        </li>
    }
}

/// The uptime of each window that can be chosen; the stylesheet shows one.
fn figures(site: Site<'_>, component: &Component) -> impl IntoView + use<> {
    let one = |n: usize| {
        let up = component.history.uptime(n);
        let text = up.map_or_else(|| site.words.t("no_data").to_string(), availability);
        let ago = site.words.fill("ago", &[("n", &site.words.n("days", n as i64))]);
        view! { <span class=format!("w{n}")><i>{ago}</i><b>{text}</b></span> }
    };
    let all: Vec<_> = windows(site.page.days).into_iter().map(one).collect();
    view! { <p class="scale">{all}<i>{site.words.t("today").to_string()}</i></p> }
}

/// What the bars' shapes mean.
pub fn legend(site: Site<'_>) -> impl IntoView + use<> {
    let all = [
        (DayGrade::Good, "legend_good"),
        (DayGrade::Degraded, "legend_degraded"),
        (DayGrade::Bad, "legend_bad"),
        (DayGrade::Maintenance, "legend_maintenance"),
        (DayGrade::Unknown, "legend_unknown"),
    ];
    let one = |(grade, key): (DayGrade, &str)| {
        view! {
            <li><svg class="days" viewBox="0 0 8 24" aria-hidden="true"><path class=grade.letter() d="M0 12h8" /></svg>{site.words.t(key).to_string()}</li>
        }
    };
    let all: Vec<_> = all.into_iter().map(one).collect();
    view! { <ul class="legend" aria-label=site.words.t("legend").to_string()>{all}</ul> }
}

/// Whether a day is worth a line of its own.
pub fn is_eventful(day: &Day) -> bool {
    day.down() >= 1000 || day.maintenance > 0
}
