//! Who is on call now and next, shifts as strips, gaps ahead, calendars and hand-over texts.

use crate::browser::{self, zone_of};
use crate::config::Capability;
use crate::console::components::{Chip, Later, When};
use crate::console::parts::use_parts;
use crate::console::state::{Console, Incidents, memo, use_alerts, use_console};
use crate::domain::on_call::{Schedule, calendar};
use crate::domain::time::{DAY, MINUTE, Millis};
use crate::domain::window::Bounds;
use crate::domain::zone::Offsets;
use crate::model::{
    Bar, Known, OnNow, Period, StripRow, hand_over_text, marks, on_now, share, span_text, strip,
    unknown_zones,
};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// So far ahead gaps are looked for.
const AHEAD: Millis = 60 * DAY;
/// What a calendar file holds: behind, and ahead.
const CALENDAR: (Millis, Millis) = (30 * DAY, 180 * DAY);
/// The clock that the page is read in, remembered in this browser.
const CLOCK: &str = "fourlights.on-call-clock";

/// The zone that times are shown in.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    name: String,
    offsets: Arc<Offsets>,
}

/// What the page's controls say.
#[derive(Clone, Copy)]
struct Controls {
    /// `mine`, `schedule` or `utc`
    clock: RwSignal<String>,
    /// periods before or after the one around now
    steps: RwSignal<i64>,
    /// now, each minute
    minute: Memo<Millis>,
    /// the console's own, for what is handed over
    incidents: Incidents,
}

impl Controls {
    fn shown(self, console: Console, schedule: &Schedule) -> Shown {
        match self.clock.get().as_str() {
            "schedule" => Shown { name: schedule.zone.clone(), offsets: Arc::new(zone_of(&schedule.zone)) },
            "utc" => Shown { name: "UTC".into(), offsets: Arc::new(Offsets::utc()) },
            _ => {
                let zone = console.zone.get();
                Shown { name: zone.name, offsets: zone.offsets }
            }
        }
    }
}

#[component]
pub fn OnCallPage() -> impl IntoView {
    let console = use_console();
    let config = console.config();
    let controls = Controls {
        clock: RwSignal::new(browser::stored(CLOCK).unwrap_or_else(|| "mine".into())),
        steps: RwSignal::new(0),
        minute: memo(move || console.now.get().div_euclid(MINUTE) * MINUTE),
        incidents: Incidents::open(console, None),
    };
    // Who is on call by the systems that page people stands beside the configured rotation, or in its place.
    let part = use_parts().duty;
    let has_pager = config.sources.iter().any(|s| s.kind.can(Capability::OnCall));
    let duty = move || has_pager.then(|| view! { <Later part=part /> });
    let unknown = unknown_zones(&config.on_call, |zone| browser::offsets(zone).is_some());
    if config.on_call.schedules.is_empty() && has_pager {
        return view! { <div class="page">{duty()}</div> }.into_any();
    }
    if config.on_call.schedules.is_empty() {
        return view! {
            <div class="page">
                <div class="empty">
                    <h2>"No schedule yet"</h2>
                    <p>"List who can be on call under " <code>"people"</code> ", and when under " <code>"on_call"</code> " in the configuration: who takes turns, how long, and when they hand over."</p>
                </div>
            </div>
        }
        .into_any();
    }
    if !unknown.is_empty() {
        let text = format!(
            "This browser does not know the time zone {}. Correct its name in the configuration, or update the browser; until then nobody is shown rather than the wrong one.",
            unknown.join(", ")
        );
        return view! { <div class="page"><div class="failure"><p>{text}</p></div>{duty()}</div> }.into_any();
    }
    let n = config.on_call.schedules.len();
    view! {
        <div class="page">
            <PageBar controls=controls />
            <Gaps controls=controls />
            {config.configuration_file.is_some().then(|| view! { <Later part=use_parts().take_over waiting=nothing /> })}
            {(0..n).map(|place| view! { <ScheduleView place=place controls=controls /> }).collect::<Vec<_>>()}
            {duty()}
        </div>
    }
    .into_any()
}

/// Nobody waits for a form.
fn nothing() -> AnyView {
    ().into_any()
}

/// Period, clock and calendar.
#[component]
fn PageBar(controls: Controls) -> impl IntoView {
    let console = use_console();
    let config = console.config();
    let period = move || Period::parse(&console.view.get().states);
    let choice = move |(own, name, title): (Period, &'static str, &'static str)| {
        let pressed = move || (period() == own).to_string();
        let choose = move |_| {
            controls.steps.set(0);
            console.change(false, |s| {
                s.states = if own == Period::default() { String::new() } else { name.into() }
            });
        };
        view! { <button type="button" class="button" aria-pressed=pressed on:click=choose>{title}</button> }
    };
    let step = move |by: i64| move |_| controls.steps.update(|s| *s = (*s + by).clamp(-400, 400));
    let mine = move || format!("Mine ({})", console.zone.get().name);
    let choose_clock = move |e| {
        let clock = event_target_value(&e);
        browser::store(CLOCK, &clock);
        controls.clock.set(clock);
    };
    let whose = RwSignal::new(String::new());
    let people: Vec<(String, String)> =
        config.on_call.people.iter().map(|p| (p.id.clone(), p.name.clone())).collect();
    let save = move |_| {
        let (config, now) = (console.config(), console.now.get_untracked());
        let person = whose.get_untracked();
        let span = Bounds { start: now - CALENDAR.0, end: now + CALENDAR.1 };
        let of = (!person.is_empty()).then_some(person.as_str());
        let text = calendar(&config.on_call, of, span, now, &zone_of);
        let name = if person.is_empty() { "on-call.ics".into() } else { format!("on-call-{person}.ics") };
        browser::download(&name, "text/calendar", &text);
    };
    view! {
        <div class="page-bar on-call-bar">
            <div class="segmented" role="group" aria-label="Length of the strips">
                {Period::ALL.into_iter().map(choice).collect::<Vec<_>>()}
            </div>
            <div class="segmented" role="group" aria-label="Move the strips">
                <button type="button" class="button" aria-label="Earlier" on:click=step(-1)>"‹"</button>
                <button type="button" class="button" on:click=move |_| controls.steps.set(0)>"Today"</button>
                <button type="button" class="button" aria-label="Later" on:click=step(1)>"›"</button>
            </div>
            <label class="select"><span>"Clock"</span>
                <select prop:value=move || controls.clock.get() on:change=choose_clock>
                    <option value="mine">{mine}</option>
                    <option value="schedule">"The schedule's"</option>
                    <option value="utc">"UTC"</option>
                </select>
            </label>
            <span class="spacer"></span>
            <label class="select"><span>"Calendar of"</span>
                <select prop:value=move || whose.get() on:change=move |e| whose.set(event_target_value(&e))>
                    <option value="">"the whole team"</option>
                    {people.into_iter().map(|(id, name)| view! { <option value=id>{name}</option> }).collect::<Vec<_>>()}
                </select>
            </label>
            <button type="button" class="button" title="The shifts from 30 days ago to 180 days ahead, as a calendar file" on:click=save>"Download ICS"</button>
        </div>
    }
}

/// Nobody on call in the next weeks, said before it happens.
#[component]
fn Gaps(controls: Controls) -> impl IntoView {
    let console = use_console();
    // Once an hour is enough for what lies days ahead.
    let hour = memo(move || controls.minute.get().div_euclid(60 * MINUTE) * 60 * MINUTE);
    let gaps = memo(move || {
        let now = hour.get();
        console
            .config()
            .on_call
            .gaps(Bounds { start: now, end: now + AHEAD }, &zone_of)
            .into_iter()
            .map(|g| (g.schedule, g.layer, g.bounds))
            .collect::<Vec<_>>()
    });
    let line = move |(schedule, layer, bounds): (String, String, Bounds)| {
        let zone = console.zone.get();
        view! { <li>{format!("{schedule}, {layer}: {}", span_text(bounds, &zone.offsets))}</li> }
    };
    move || {
        let all = gaps.get();
        let n = all.len();
        if n == 0 {
            return view! { <p class="explain">"No gap in the next 60 days."</p> }.into_any();
        }
        let title = if n == 1 {
            "1 gap in the next 60 days".to_string()
        } else {
            format!("{n} gaps in the next 60 days")
        };
        let more = (n > 8).then(|| view! { <p class="row-note">{format!("and {} more", n - 8)}</p> });
        view! {
            <section class="panel on-call-gaps" aria-labelledby="gaps">
                <header class="panel-head"><h2 id="gaps">{title}</h2> <div class="panel-aside"><Chip tone="bad" word="nobody on call" /></div></header>
                <div class="panel-body">
                    <ul class="plain-list">{all.into_iter().take(8).map(line).collect::<Vec<_>>()}</ul>
                    {more}
                </div>
            </section>
        }
        .into_any()
    }
}

#[component]
fn ScheduleView(place: usize, controls: Controls) -> impl IntoView {
    let console = use_console();
    let config = console.config();
    let Some(schedule) = config.on_call.schedules.get(place).cloned() else { return ().into_any() };
    let schedule = StoredValue::new(schedule);
    let shown = memo(move || schedule.with_value(|s| controls.shown(console, s)));
    let on = memo(move || {
        let now = controls.minute.get();
        schedule.with_value(|s| on_now(&console.config().on_call, s, now, &zone_of))
    });
    let services = schedule.with_value(|s| {
        let name = |id: &String| config.service(id).map_or_else(|| id.clone(), |s| s.name.clone());
        s.services.iter().map(name).collect::<Vec<_>>().join(", ")
    });
    let bounds = memo(move || {
        let period = Period::parse(&console.view.get().states);
        period.bounds(controls.minute.get(), controls.steps.get(), &shown.get().offsets)
    });
    let id = format!("schedule-{place}");
    let labelled_by = id.clone();
    view! {
        <section class="panel schedule" aria-labelledby=labelled_by>
            <header class="panel-head">
                <h2 id=id>{schedule.with_value(|s| s.name.clone())}</h2>
                <div class="panel-aside"><span class="muted">{services}</span></div>
            </header>
            <div class="panel-body">
                <div class="on-now">
                    {move || on.get().into_iter().map(|one| view! { <NowCard on=one schedule=schedule shown=shown incidents=controls.incidents /> }).collect::<Vec<_>>()}
                </div>
                <p class="strip-title num">{move || Period::title(bounds.get(), &shown.get().offsets)} " · " {move || shown.get().name}</p>
                <Strip schedule=schedule bounds=bounds shown=shown minute=controls.minute />
            </div>
        </section>
    }
    .into_any()
}

/// Who is on call in a layer, in large.
#[component]
fn NowCard(
    on: OnNow,
    schedule: StoredValue<Schedule>,
    shown: Memo<Shown>,
    incidents: Incidents,
) -> impl IntoView {
    let console = use_console();
    let alerts = use_alerts();
    let said = RwSignal::new("");
    let known = on.clone();
    let copy = move |_| {
        let config = console.config();
        let (zone, on) = (shown.get_untracked(), known.clone());
        let text = untrack(|| {
            let own = incidents.rows.get().unwrap_or_default();
            let (firing, incidents, silences) =
                (alerts.alerts.get(), alerts.incidents.get(), alerts.silences.get());
            let known = Known {
                alerts: &firing,
                incidents: &incidents,
                own: &own,
                silences: &silences,
                is_certain: alerts.certain.get(),
                config: &config,
            };
            let now = console.now.get();
            schedule.with_value(|s| hand_over_text(s, &on, known, now, (&zone.offsets, &zone.name)))
        });
        spawn_local(async move {
            let done = browser::copy(&text).await;
            said.set(if done { "Hand-over copied" } else { "Couldn't copy: this browser does not allow it" });
            console.announce(said.get_untracked());
            gloo_timers::future::TimeoutFuture::new(2_500).await;
            said.try_set("");
        });
    };
    let tone = match (&on.who, on.is_free) {
        (Some(_), _) => None,
        (None, true) => Some("unknown"),
        (None, false) => Some("bad"),
    };
    let who = on.who.as_ref().map_or("Nobody", |p| p.name.as_str()).to_string();
    let contact = on.who.as_ref().and_then(|p| p.contact.clone());
    let name = match contact {
        Some(url) => {
            view! { <a class="on-now-name" href=url rel="external noopener noreferrer">{who}</a> }.into_any()
        }
        None => view! { <span class="on-now-name">{who}</span> }.into_any(),
    };
    let until = on.until.map(|at| view! { "until " <When at=at /> });
    let next = on.next.map(|next| format!(", then {}", next.as_deref().unwrap_or("nobody")));
    view! {
        <div class="on-now-card" data-tone=tone>
            <p class="on-now-layer">{on.layer}</p>
            <p>{name} " " <span class="on-now-until">{until}{next}</span></p>
            {on.because.map(|because| view! { <p class="row-note">{because}</p> })}
            <p>
                <button type="button" class="button" on:click=copy>"Copy hand-over"</button>
                <span class="copied" role="status">{move || said.get()}</span>
            </p>
        </div>
    }
}

/// The shifts of a schedule, layer by layer. Read aloud it is a list of shifts.
#[component]
fn Strip(
    schedule: StoredValue<Schedule>,
    bounds: Memo<Bounds>,
    shown: Memo<Shown>,
    minute: Memo<Millis>,
) -> impl IntoView {
    let console = use_console();
    let rows = memo(move || {
        let (config, zone) = (console.config(), shown.get());
        schedule.with_value(|s| strip(&config.on_call, s, bounds.get(), &zone.offsets, &zone_of))
    });
    let ticks = move || {
        marks(bounds.get(), &shown.get().offsets)
            .into_iter()
            .map(|(left, text)| view! { <span class="strip-mark num" style:left=format!("{left}%")>{text}</span> })
            .collect::<Vec<_>>()
    };
    let now = move || {
        let (bounds, now) = (bounds.get(), minute.get());
        bounds
            .contains(now)
            .then(|| view! { <span class="strip-now" style:left=format!("{}%", share(now, bounds))></span> })
    };
    let bar = |bar: Bar| {
        let words = bar.title.clone();
        view! {
            <li class="strip-bar" data-kind=bar.kind data-hue=bar.hue title=bar.title style:left=format!("{}%", bar.left) style:width=format!("{}%", bar.width)>
                <span aria-hidden="true">{bar.label}</span> <span class="sr">{words}</span>
            </li>
        }
    };
    let label = move || {
        let name = schedule.with_value(|s| s.name.clone());
        format!("Shifts of {name}, {}", Period::title(bounds.get(), &shown.get().offsets))
    };
    let row = move |row: StripRow| {
        view! {
            <p class="strip-layer">{row.layer}</p>
            <ul class="strip-row">{row.bars.into_iter().map(bar).collect::<Vec<_>>()}</ul>
        }
    };
    view! {
        <div class="strip-scroll" tabindex="0" role="region" aria-label=label>
            <div class="strip">
                <div class="strip-marks" aria-hidden="true">{ticks}</div>
                {move || rows.get().into_iter().map(row).collect::<Vec<_>>()}
                <div class="strip-cover" aria-hidden="true">{now}</div>
            </div>
        </div>
    }
}
