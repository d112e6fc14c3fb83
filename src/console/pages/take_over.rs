//! Taking over until a time, as a commit: an override is written into the file of the configuration in its repository. What is
//! shown before it is sent is the shifts as they would be, and what changes in the file.

use crate::browser::{self, zone_of};
use crate::config::{Config, ConfigurationFile};
use crate::console::components::{ActionList, Panel};
use crate::console::parts::{Parts, use_parts};
use crate::console::state::{Console, RepositoryClient, memo, repository_remedy, use_console, use_outbox};
use crate::domain::action::{Action, FileCommit};
use crate::domain::on_call::{Override, Roster, Schedule};
use crate::domain::time::{DAY, HOUR, MINUTE, Millis};
use crate::domain::window::Bounds;
use crate::domain::zone::Offsets;
use crate::model::{Edited, Feed, add_override, local_input, local_value, strip};
use crate::poll::outbox::State;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Who took over last in this browser.
const PERSON: &str = "fourlights.on-call-person";
/// Shifts are shown from so long before the override to so long after it.
const AROUND: Millis = 12 * HOUR;

/// What was typed.
#[derive(Clone, Copy)]
struct Typed {
    /// places of the schedule and the layer: `0/1`
    layer: RwSignal<String>,
    person: RwSignal<String>,
    from: RwSignal<String>,
    until: RwSignal<String>,
    note: RwSignal<String>,
    token: RwSignal<String>,
}

/// What would be committed.
#[derive(Clone)]
struct Preview {
    commit: FileCommit,
    edited: Edited,
    title: String,
    before: Vec<String>,
    after: Vec<String>,
}

/// Nothing where the configuration does not say where it is kept.
#[component]
pub fn TakeOverPanel() -> impl IntoView {
    let console = use_console();
    let file = console.config().configuration_file.clone();
    file.map(|file| view! { <TakeOver file=file /> })
}

#[component]
fn TakeOver(file: ConfigurationFile) -> impl IntoView {
    let (console, parts, outbox) = (use_console(), use_parts(), use_outbox());
    let config = console.config();
    let now = console.now.get_untracked();
    let zone = config.on_call.schedules.first().map_or_else(Offsets::utc, |s| zone_of(&s.zone));
    let typed = Typed {
        layer: RwSignal::new("0/0".into()),
        person: RwSignal::new(browser::stored(PERSON).unwrap_or_default()),
        from: RwSignal::new(local_value(now.div_euclid(MINUTE) * MINUTE, &zone)),
        until: RwSignal::new(local_value(next_morning(now, &zone), &zone)),
        note: RwSignal::new(String::new()),
        token: RwSignal::new(String::new()),
    };
    let system = StoredValue::new(file.repository.system());
    let name = file.repository.name.clone();
    let place = StoredValue::new(file);
    let busy = RwSignal::new(false);
    let fault = RwSignal::new(String::new());
    let preview: RwSignal<Option<Preview>> = RwSignal::new(None);
    let sent: RwSignal<Option<String>> = RwSignal::new(None);
    // A preview is of what was typed then.
    Effect::new(move |_| {
        let all = [typed.layer, typed.person, typed.from, typed.until, typed.note];
        all.iter().for_each(|signal| signal.track());
        preview.set(None);
    });
    let look = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let token = typed.token.get_untracked();
        if !token.trim().is_empty() {
            outbox.set_key(&system.get_value(), &token);
        }
        browser::store(PERSON, &typed.person.get_untracked());
        busy.set(true);
        fault.set(String::new());
        spawn_local(async move {
            let found = look_at(console, parts, &place.get_value(), typed).await;
            busy.try_set(false);
            match found {
                Ok(found) => drop(preview.try_set(Some(found))),
                Err(why) => drop(fault.try_set(why)),
            }
        });
    };
    let commit = move |_| {
        let Some(shown) = preview.get_untracked() else { return };
        let entry = outbox.push(&system.get_value(), Action::CommitFile(shown.commit));
        sent.set(entry.map(|id| id.to_string()));
        preview.set(None);
    };
    let end = memo(move || {
        let id = sent.get()?;
        let state = outbox.entries.with(|all| {
            all.iter().find(|e| e.id.to_string() == id).map(|e| e.state.clone()).filter(State::is_final)
        })?;
        Some(match state {
            State::Done { .. } => {
                "Committed. It counts for everybody as soon as the file is deployed to the console's host."
                    .into()
            }
            State::Refused { failure, .. } if failure.is_conflict => {
                "Nothing was written: the file changed meanwhile. Preview again.".into()
            }
            State::Refused { failure, .. } => format!("Not done: {}.", failure.text),
            _ => "Not done.".into(),
        })
    });
    let choices: Vec<(String, String)> = layers(&config.on_call);
    let people: Vec<(String, String)> =
        config.on_call.people.iter().map(|p| (p.id.clone(), p.name.clone())).collect();
    let field = move |value: RwSignal<String>| move |e| value.set(event_target_value(&e));
    let zone_name = memo(move || {
        schedule_of(&console.config().on_call, &typed.layer.get())
            .map(|(s, _)| s.zone.clone())
            .unwrap_or_default()
    });
    view! {
        <Panel title="Take over" feed=Signal::derive(Feed::none)>
            <form class="update-form take-over" on:submit=look>
                <label>"Layer"
                    <select prop:value=move || typed.layer.get() on:change=field(typed.layer)>
                        {choices.into_iter().map(|(value, text)| view! { <option value=value>{text}</option> }).collect::<Vec<_>>()}
                    </select>
                </label>
                <label>"Who takes over"
                    <select prop:value=move || typed.person.get() on:change=field(typed.person)>
                        <option value="">"Choose"</option>
                        {people.into_iter().map(|(id, name)| view! { <option value=id>{name}</option> }).collect::<Vec<_>>()}
                    </select>
                </label>
                <label>{move || format!("From ({})", zone_name.get())}
                    <input type="datetime-local" prop:value=move || typed.from.get() on:input=field(typed.from) />
                </label>
                <label>{move || format!("Until ({})", zone_name.get())}
                    <input type="datetime-local" prop:value=move || typed.until.get() on:input=field(typed.until) />
                </label>
                <label>"Why (optional)"
                    <input type="text" prop:value=move || typed.note.get() on:input=field(typed.note) />
                </label>
                <label>{format!("Token for {name} (contents: write). It is kept in memory until the page is closed.")}
                    <input type="password" autocomplete="off" prop:value=move || typed.token.get() on:input=field(typed.token) />
                </label>
                <div class="dialog-buttons">
                    <button type="submit" class="button" disabled=move || busy.get() || typed.person.with(String::is_empty)>"Preview"</button>
                </div>
            </form>
            <p class="form-fault" role="alert">{move || fault.get()}</p>
            {move || preview.get().map(|shown| view! { <Shown shown=shown commit=commit /> })}
            <p role="status">{move || end.get()}</p>
            <ActionList about=|action| matches!(action, Action::CommitFile(_)) />
        </Panel>
    }
}

/// The shifts as they would be, and the change.
#[component]
fn Shown(shown: Preview, commit: impl Fn(web_sys::MouseEvent) + 'static) -> impl IntoView {
    let is_new = |line: &String| !shown.before.contains(line);
    let after: Vec<_> = shown
        .after
        .iter()
        .map(|line| match is_new(line) {
            true => view! { <li><strong>{line.clone()}</strong></li> }.into_any(),
            false => view! { <li>{line.clone()}</li> }.into_any(),
        })
        .collect();
    let before: Vec<_> = shown.before.iter().map(|line| view! { <li>{line.clone()}</li> }).collect();
    let place = format!("{} line {}", shown.commit.path, shown.edited.line);
    view! {
        <section class="take-over-preview" aria-labelledby="take-over-preview">
            <h3 id="take-over-preview" class="list-head">{shown.title}</h3>
            <h4 class="muted">"Shifts now"</h4>
            <ul class="plain-list">{before}</ul>
            <h4 class="muted">"Shifts with it"</h4>
            <ul class="plain-list">{after}</ul>
            <h4 class="muted">{place}</h4>
            <pre class="update-preview" tabindex="0" aria-label="What is added to the file">{format!("+ {}", shown.edited.added)}</pre>
            <div class="dialog-buttons">
                <button type="button" class="button primary" on:click=commit>"Commit"</button>
            </div>
        </section>
    }
}

/// Every layer as `(schedule/layer, its name)`.
fn layers(roster: &Roster) -> Vec<(String, String)> {
    let of = |(i, schedule): (usize, &Schedule)| {
        let name = schedule.name.clone();
        let layers = schedule.layers.iter().enumerate();
        layers
            .map(move |(j, layer)| (format!("{i}/{j}"), format!("{name}, {}", layer.name)))
            .collect::<Vec<_>>()
    };
    roster.schedules.iter().enumerate().flat_map(of).collect()
}

/// The schedule of a choice, and the place of its layer.
fn schedule_of<'r>(roster: &'r Roster, choice: &str) -> Option<(&'r Schedule, usize)> {
    let (schedule, layer) = choice.split_once('/')?;
    Some((roster.schedules.get(schedule.parse::<usize>().ok()?)?, layer.parse().ok()?))
}

/// The next 09:00 that is at least an hour away.
fn next_morning(now: Millis, zone: &Offsets) -> Millis {
    let today = zone.midnight(now) + 9 * HOUR;
    if today > now + HOUR { today } else { zone.next_midnight(now) + 9 * HOUR }
}

/// Reads the file as it is in the repository now, and tries the override on it.
async fn look_at(
    console: Console,
    parts: &'static Parts,
    file: &ConfigurationFile,
    typed: Typed,
) -> Result<Preview, String> {
    let config = console.config();
    let choice = typed.layer.get_untracked();
    let (schedule, j) = schedule_of(&config.on_call, &choice).ok_or("No such schedule.")?;
    let layer = schedule.layers.get(j).ok_or("No such layer.")?;
    let zone = zone_of(&schedule.zone);
    let time = |signal: RwSignal<String>| local_input(&signal.get_untracked(), &zone);
    let (start, end) = time(typed.from).zip(time(typed.until)).ok_or("Both times need a date and a time.")?;
    if end <= start || end - start > 90 * DAY {
        return Err("The end must be after the beginning, and within 90 days.".into());
    }
    let note = typed.note.get_untracked().trim().to_string();
    let person = typed.person.get_untracked();
    let new = Override { bounds: Bounds { start, end }, person, note: (!note.is_empty()).then_some(note) };
    let client = RepositoryClient::of(console, file.repository.clone(), parts);
    let stored = client.read(&file.path).await;
    let stored = stored.map_err(|error| format!("Not read: {error}. {}", repository_remedy(&error)))?;
    let name = &file.repository.name;
    let stored = stored.ok_or_else(|| format!("There is no {} in {name}.", file.path))?;
    let edited =
        add_override(&stored.text, (&schedule.id, &layer.name), &new, &zone).map_err(|f| format!("{f}."))?;
    let (before, after) = (read(parts, stored.text).await?, read(parts, edited.text.clone()).await?);
    let bounds = Bounds { start: start - AROUND, end: end + AROUND };
    let shifts = |config: &Config| -> Vec<String> {
        let Some(own) = config.on_call.schedules.iter().find(|s| s.id == schedule.id) else {
            return Vec::new();
        };
        let rows = strip(&config.on_call, own, bounds, &zone, &zone_of);
        let row = rows.into_iter().find(|row| row.layer == layer.name);
        row.map(|row| row.bars.into_iter().map(|bar| bar.title).collect()).unwrap_or_default()
    };
    let title = format!("{} takes over {}, {}", after.on_call.name(&new.person), schedule.name, layer.name);
    Ok(Preview {
        before: shifts(&before),
        after: shifts(&after),
        commit: FileCommit {
            repository: file.repository.name.clone(),
            branch: file.repository.branch.clone(),
            path: file.path.clone(),
            text: edited.text.clone(),
            message: format!("On-call: {title}"),
            replaces: Some(stored.sha),
        },
        edited,
        title,
    })
}

async fn read(parts: &Parts, text: String) -> Result<Config, String> {
    let read =
        (parts.read_config)(text).await.map_err(|_| "The console's host did not send the code for it.")?;
    read.map_err(|faults| {
        let first = faults.first().map(ToString::to_string).unwrap_or_default();
        format!("The file would not be valid: {first}")
    })
}
