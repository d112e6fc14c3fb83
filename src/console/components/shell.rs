//! What surrounds every page: rail, top bar, and the bar at the bottom of a phone.

use super::palette::PaletteState;
use super::refresh_state::RefreshState;
use super::time_range::TimeRangePicker;
use crate::browser;
use crate::console::state::{Console, memo, use_alerts, use_console};
use crate::domain::alert::State;
use crate::model::has_urgent;
use crate::model::route::{Route, Section};
use crate::model::view_state::Theme;
use crate::ui::Icon;
use leptos::prelude::*;
use std::collections::BTreeSet;
use wasm_bindgen_futures::spawn_local;

/// The pages that there are, with the key that follows `g`.
fn pages(console: Console) -> Vec<(Route, char)> {
    let has_page = console.config().public.is_some();
    Route::rail().into_iter().filter(|(route, _)| has_page || *route != Route::Update).collect()
}

fn link((route, key): (Route, char)) -> AnyView {
    let console = use_console();
    let (title, label) = (route.title(), route.label());
    let target = route.clone();
    let badge = match route {
        Route::Incidents => Some(view! { <OpenBadge /> }.into_any()),
        Route::Alerts => Some(view! { <FiringBadge /> }.into_any()),
        Route::Sources => Some(view! { <OutageBadge /> }.into_any()),
        _ => None,
    };
    // A page about one thing is part of the page that lists it.
    let current =
        move || (console.route.get().map(Route::listed_on).as_ref() == Some(&route)).then_some("page");
    view! {
        <a href=move || console.href(&target) aria-current=current title=format!("{title} (g {key})")>
            <Icon name=title />
            <span>{label}</span>
            {badge}
            <kbd class="jump" aria-hidden="true">"g " {key}</kbd>
        </a>
    }
    .into_any()
}

/// How many connections do not answer.
#[component]
fn OutageBadge() -> impl IntoView {
    let console = use_console();
    move || {
        let n = console.board.outages.with(|all| all.iter().map(|o| o.sources.len()).sum::<usize>());
        (n > 0).then(|| view! { <span class="badge num">{n}<span class="sr">" not answering"</span></span> })
    }
}

/// How many incidents are open.
#[component]
fn OpenBadge() -> impl IntoView {
    let console = use_console();
    move || {
        let n = console.open_incidents.with(BTreeSet::len);
        (n > 0).then(|| view! { <span class="badge num">{n}<span class="sr">" open"</span></span> })
    }
}

/// How many alerts fire, and whether one of them is urgent; a question mark where that is not known.
#[component]
fn FiringBadge() -> impl IntoView {
    let state = use_alerts();
    let firing = memo(move || {
        state.alerts.with(|all| {
            let of = |state| all.iter().filter(|a| a.state == state).count();
            (of(State::Firing), of(State::Acknowledged), has_urgent(all))
        })
    });
    move || {
        let (n, n_acknowledged, is_urgent) = firing.get();
        let is_unknown = n == 0 && state.is_complete.get() && !state.certain.get();
        let (text, words) =
            if is_unknown { ("?".to_string(), " not known") } else { (n.to_string(), " firing") };
        let held = (n_acknowledged > 0).then(|| format!(", {n_acknowledged} acknowledged"));
        let title = held.as_ref().map(|held| format!("{text}{words}{held}"));
        (n > 0 || is_unknown || n_acknowledged > 0).then(|| {
            view! {
                <span class="badge num" title=title data-tone=is_urgent.then_some("bad")>{text}<span class="sr">{words}{held}</span></span>
            }
        })
    }
}

/// The public page, outside of the router.
fn public_link(console: Console) -> Option<impl IntoView> {
    let config = console.config();
    let url = config.public.as_ref().map(|p| p.url.clone())?;
    // The demo's page stands beside the console.
    let url = if config.is_demo() { "status/".to_string() } else { url };
    Some({
        view! {
            <a href=url rel="external" title="The page your visitors see">
                <Icon name="open" />
                <span>"Public page"</span>
            </a>
        }
    })
}

#[component]
pub fn Rail() -> impl IntoView {
    let console = use_console();
    let config = console.config();
    view! {
        <nav class="rail" aria-label="Pages">
            <div class="brand">
                <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
                    <rect x="3" y="3" width="11" height="11" rx="3" />
                    <rect x="18" y="3" width="11" height="11" rx="3" />
                    <rect x="3" y="18" width="11" height="11" rx="3" />
                    <rect x="18" y="18" width="11" height="11" rx="3" />
                </svg>
                <span class="brand-name" title=config.title.clone()>{config.title.clone()}</span>
            </div>
            {Section::ALL.into_iter().map(|section| rail_section(console, section)).collect::<Vec<_>>()}
        </nav>
    }
}

fn rail_section(console: Console, section: Section) -> AnyView {
    let own: Vec<_> = pages(console).into_iter().filter(|(route, _)| route.section() == section).collect();
    if own.is_empty() {
        return ().into_any();
    }
    let links: Vec<_> = own.into_iter().map(link).collect();
    match section.title() {
        Some(title) => view! { <p class="rail-head">{title}</p> {links} }.into_any(),
        None => view! {
            <div class="rail-foot">
                {public_link(console)} {links}
                <button type="button" popovertarget="view-settings" title="Link, time zone, theme">
                    <Icon name="Settings" />
                    <span>"Settings"</span>
                </button>
            </div>
        }
        .into_any(),
    }
}

#[component]
pub fn BottomBar() -> impl IntoView {
    let console = use_console();
    let (shown, rest): (Vec<_>, Vec<_>) =
        pages(console).into_iter().partition(|(route, _)| Route::on_phone().contains(route));
    view! {
        <nav class="bottom-bar" aria-label="Pages, bottom">
            {shown.into_iter().map(link).collect::<Vec<_>>()}
            <button type="button" popovertarget="more-pages">
                <Icon name="more" />
                <span>"More"</span>
            </button>
            <div id="more-pages" class="more-pages" popover="" on:click=|_| browser::hide_popover("more-pages")>
                {rest.into_iter().map(link).collect::<Vec<_>>()}
                {public_link(console)}
            </div>
        </nav>
    }
}

#[component]
pub fn TopBar(palette: PaletteState) -> impl IntoView {
    let console = use_console();
    let config = console.config();
    let title = move || console.route.get().map_or("Not found", |r| r.title());
    let environment = config.environment.clone();
    let follows_range = memo(move || console.route.get().is_some_and(|r| r.follows_range()));
    view! {
        <header class="top-bar">
            <h1>{title}</h1>
            {environment.map(|e| view! { <span class="environment" data-environment=e.clone()>{e.clone()}</span> })}
            <span class="spacer"></span>
            <Show when=move || follows_range.get()><TimeRangePicker /></Show>
            <RefreshState />
            <button class="button icon-button open-palette" title="Search and commands (Ctrl K)" aria-label="Search and commands" on:click=move |_| palette.open()>
                <Icon name="search" />
            </button>
            <button class="button icon-button" popovertarget="view-settings" title="Link, time zone, theme" aria-label="View settings">
                <Icon name="more" />
            </button>
            <ViewSettings />
        </header>
    }
}

/// What is chosen once rather than each day.
#[component]
fn ViewSettings() -> impl IntoView {
    view! {
        <div id="view-settings" class="view-settings" popover="">
            <CopyLink />
            <ZoneSelect />
            <ThemeSelect />
        </div>
    }
}

#[component]
fn CopyLink() -> impl IntoView {
    let console = use_console();
    let said = RwSignal::new("");
    let copy = move |_| {
        spawn_local(async move {
            let done = browser::copy(&console.frozen_link()).await;
            said.set(if done {
                "Link copied"
            } else {
                "Couldn't copy. Copy the address of the page instead."
            });
            console.announce(said.get_untracked());
            gloo_timers::future::TimeoutFuture::new(2_500).await;
            said.set("");
        });
    };
    view! {
        <button class="button copy-link" title="A link to what is shown now, with its times written out" on:click=copy>
            <Icon name="link" />
            "Copy link"
        </button>
        <span class="toast" data-shown=move || (!said.get().is_empty()).then_some("")>{move || said.get()}</span>
    }
}

#[component]
fn ZoneSelect() -> impl IntoView {
    let console = use_console();
    let config = console.config();
    let own = browser::zone_name();
    let mut options = vec![("browser".to_string(), own.clone()), ("UTC".to_string(), "UTC".to_string())];
    let configured = config.zone.name().to_string();
    if !options.iter().any(|(value, name)| *value == configured || *name == configured) {
        options.push((configured.clone(), configured.clone()));
    }
    if own == "UTC" {
        options.remove(1);
    }
    let own_is_utc = own == "UTC";
    let current = move || match console.view.get().zone.unwrap_or_else(|| configured.clone()) {
        // Then there is one entry for both.
        zone if own_is_utc && zone.eq_ignore_ascii_case("utc") => "browser".to_string(),
        zone => zone,
    };
    view! {
        <label class="select">
            <span>"Time zone"</span>
            <select
                title="The zone times are shown in"
                prop:value=current
                on:change=move |e| {
                    let zone = event_target_value(&e);
                    console.change(true, |s| s.zone = Some(zone));
                }
            >
                {options.into_iter().map(|(value, name)| view! { <option value=value>{name}</option> }).collect::<Vec<_>>()}
            </select>
        </label>
    }
}

#[component]
fn ThemeSelect() -> impl IntoView {
    let console = use_console();
    view! {
        <label class="select theme-select">
            <span>"Theme"</span>
            <select
                title="Theme"
                prop:value=move || console.theme.get().name()
                on:change=move |e| {
                    if let Some(theme) = Theme::parse(&event_target_value(&e)) {
                        console.set_theme(theme);
                    }
                }
            >
                <option value="dark">"Dark"</option>
                <option value="light">"Light"</option>
                <option value="system">"System"</option>
            </select>
        </label>
    }
}
