//! Incidents and maintenances.

use super::components::icon;
use super::markdown::html_of;
use super::site::Site;
use super::time::{moment, sentence};
use crate::domain::public::{Notice, Phase};
use leptos::prelude::*;

/// The address of a notice, from the root of its language.
pub fn path(notice: &Notice) -> String {
    let folder = if notice.is_maintenance() { "maintenance" } else { "incidents" };
    format!("{folder}/{}/", notice.id)
}

pub fn tone(site: Site<'_>, notice: &Notice) -> &'static str {
    match notice.is_maintenance() {
        _ if notice.is_over(site.page.now) => "ok",
        true => "info",
        false => notice.impact.tone(),
    }
}

/// `Partial impact`, in words.
pub fn impact_key(notice: &Notice) -> &'static str {
    match notice.impact.name() {
        "maintenance" => "maintenance_impact",
        name => name,
    }
}

/// The names of what it affects.
pub fn affected(site: Site<'_>, notice: &Notice) -> String {
    let name = |id: &str| {
        site.page.component(id).map_or_else(|| notice.name_of(id), |c| c.name.as_str()).to_string()
    };
    notice.affected.iter().map(|(id, _)| name(id)).collect::<Vec<_>>().join(", ")
}

/// With all its messages: as it stands on the front page while it lasts.
pub fn in_full(site: Site<'_>, notice: &Notice, heading: bool) -> AnyView {
    let phase = site.words.t(notice.phase(site.page.now).name()).to_string();
    let tone = tone(site, notice);
    let said = format!("{}: {phase}", notice.title);
    let link = format!("{}{}", site.home, path(notice));
    view! {
        <article class="notice" id=format!("n-{}", notice.id) data-part="" data-say=said data-tone=tone>
            {heading.then(|| view! { <h3>{icon(tone)}<a href=link dir="auto">{notice.title.clone()}</a></h3> })}
            {facts(site, notice)}
            {messages(site, notice)}
        </article>
    }
    .into_any()
}

/// Phase, what it affects, and when.
fn facts(site: Site<'_>, notice: &Notice) -> impl IntoView + use<> {
    let now = site.page.now;
    let phase = notice.phase(now);
    let mut parts = vec![format!("<b>{}</b>", super::markdown::escape(site.words.t(phase.name())))];
    if !notice.is_maintenance() {
        parts.push(super::markdown::escape(site.words.t(impact_key(notice))));
    }
    let names = affected(site, notice);
    if !names.is_empty() {
        parts.push(format!("<bdi>{}</bdi>", super::markdown::escape(&names)));
    }
    match notice.window {
        Some(window) => {
            let span = if notice.is_over(now) { notice.took_place().unwrap_or(window) } else { window };
            parts.push(sentence(site, "window", &[("from", span.start), ("until", span.end)]));
            let far = match phase {
                Phase::Scheduled if window.start > now => Some(window.start - now),
                _ => None,
            };
            if let Some(far) = far {
                let text = site.words.fill("in", &[("n", &site.words.length(far))]);
                let at = crate::domain::zone::rfc3339(window.start);
                parts.push(format!("<span data-in=\"{at}\">{}</span>", super::markdown::escape(&text)));
            }
            if notice.repeats.is_some() {
                parts.push(super::markdown::escape(site.words.t("repeats")));
            }
        }
        None => {
            parts.push(sentence(site, "began", &[("time", notice.started)]));
            if let Some(end) = notice.ended {
                let length = site.words.length(end - notice.started);
                parts.push(super::markdown::escape(&site.words.fill("lasted", &[("length", &length)])));
            }
        }
    }
    view! { <p class="facts" inner_html=parts.join(" · ")></p> }
}

fn messages(site: Site<'_>, notice: &Notice) -> impl IntoView + use<> {
    let said: Vec<_> = notice
        .updates
        .iter()
        .filter(|u| !u.body.text().is_empty() || !notice.is_maintenance())
        .map(|update| {
            view! {
                <li>
                    <p class="when"><b>{site.words.t(update.phase.name()).to_string()}</b>" "{moment(site, update.at)}</p>
                    <div class="text" dir="auto" inner_html=html_of(&update.body)></div>
                </li>
            }
        })
        .collect();
    (!said.is_empty()).then(|| view! { <ol class="messages">{said}</ol> })
}

/// One line: of the past, and in lists by month.
pub fn in_short(site: Site<'_>, notice: &Notice) -> AnyView {
    let tone = tone(site, notice);
    let link = format!("{}{}", site.home, path(notice));
    view! {
        <li class="short" data-at=crate::domain::zone::rfc3339(notice.bounds(site.page.now).start)>
            <p>{icon(tone)}<a href=link dir="auto">{notice.title.clone()}</a></p>
            {facts(site, notice)}
        </li>
    }
    .into_any()
}
