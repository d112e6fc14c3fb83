//! The context of the console: configuration, clock, zone, theme, address and board.

use super::answers::{Held, Polled, Shared};
use super::board::Board;
use super::pointing::Pointing;
use super::theme;
use crate::browser;
use crate::chart::paint::Theme as ChartTheme;
use crate::config::{Config, ZoneChoice};
use crate::domain::alert::Alert;
use crate::domain::firings::Firings;
use crate::domain::runbook::link::refers_to;
use crate::domain::series::Frame;
use crate::domain::time::{Millis, ago};
use crate::domain::zone::Offsets;
use crate::domain::zone::rfc3339;
use crate::model::route::{Route, base_of};
use crate::model::view_state::{Theme, ViewState};
use crate::poll::{Question, Reply, Span};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use std::collections::BTreeSet;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// Handles only, so that it can be copied into every closure.
#[derive(Clone, Copy)]
pub struct Console {
    config: StoredValue<Arc<Config>>,
    base: StoredValue<String>,
    navigate: StoredValue<Navigate, LocalStorage>,
    pub board: Board,
    /// by the clock of the sources (`Board::now`); set once a second while somebody can see it
    pub now: RwSignal<Millis>,
    pub view: Memo<ViewState>,
    pub route: Memo<Option<Route>>,
    pub zone: Memo<Zone>,
    /// the local midnight before now: a screen that stays open over it dates what was today's
    today: Memo<Millis>,
    pub theme: RwSignal<Theme>,
    pub chart_theme: RwSignal<ChartTheme, LocalStorage>,
    pub pixel_ratio: RwSignal<f64>,
    pub pointing: Pointing,
    /// what the page's live region says
    pub announcement: RwSignal<String>,
    /// what the tab is called in place of the page's name, by a page that counts down
    pub tab_title: RwSignal<Option<String>>,
    /// ids of the incidents that are open in this browser, as far as is known
    pub open_incidents: RwSignal<BTreeSet<String>>,
}

type Navigate = std::rc::Rc<dyn Fn(&str, NavigateOptions)>;

/// The zone times are shown in.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    pub name: String,
    pub offsets: Arc<Offsets>,
}

/// Where the runbook of an alert is.
#[derive(Clone)]
pub enum RunbookLink {
    /// a page of the console
    Own(Route),
    /// an http(s) address
    Elsewhere(String),
}

impl RunbookLink {
    pub fn href(&self, console: Console) -> String {
        match self {
            Self::Own(route) => console.href(route),
            Self::Elsewhere(url) => url.clone(),
        }
    }

    /// What the link's `rel` and `target` are.
    pub fn rel_and_target(&self) -> (Option<&'static str>, Option<&'static str>) {
        match self {
            Self::Own(_) => (None, None),
            Self::Elsewhere(_) => (Some("external noopener noreferrer"), Some("_blank")),
        }
    }
}

/// Makes the context. To be called inside the router.
pub fn provide_console(config: Arc<Config>, board: Board) -> Console {
    let location = use_location();
    let (search, pathname) = (location.search, location.pathname);
    let base = base_of(&browser::document().and_then(|d| d.base_uri().ok().flatten()).unwrap_or_default());
    let view = Memo::new(move |_| ViewState::parse(&search.get()));
    let route = {
        let base = base.clone();
        Memo::new(move |_| {
            let route = Route::parse(pathname.get().strip_prefix(base.as_str())?)?;
            Some(match route {
                Route::Service(_) => Route::Service(view.get().id.unwrap_or_default()),
                Route::Slo(_) => Route::Slo(view.get().id.unwrap_or_default()),
                Route::Runbook(_) => Route::Runbook(view.get().id.unwrap_or_default()),
                Route::Incident(_) => Route::Incident(view.get().id.unwrap_or_default()),
                other => other,
            })
        })
    };
    let configured = config.zone.clone();
    let zone_choice = Memo::new(move |_| {
        view.get().zone.as_deref().and_then(ZoneChoice::parse).unwrap_or_else(|| configured.clone())
    });
    let now = RwSignal::new(board.now());
    let zone = Memo::new(move |_| zone_of(&zone_choice.get()));
    let theme = RwSignal::new(Theme::Dark);
    let navigate = use_navigate();
    let console = Console {
        config: StoredValue::new(config),
        base: StoredValue::new(base),
        navigate: StoredValue::new_local(std::rc::Rc::new(move |to: &str, options| navigate(to, options))),
        board,
        now,
        view,
        route,
        zone,
        today: Memo::new(move |_| zone.get().offsets.midnight(now.get())),
        theme,
        chart_theme: RwSignal::new_local(theme::chart_theme()),
        pixel_ratio: RwSignal::new(browser::pixel_ratio()),
        pointing: Pointing::new(view.get_untracked().at),
        announcement: RwSignal::new(String::new()),
        tab_title: RwSignal::new(None),
        open_incidents: RwSignal::new(BTreeSet::new()),
    };
    console.keep_time();
    console.keep_theme();
    provide_context(console);
    console
}

/// The context. Every component below the router has it.
pub fn use_console() -> Console {
    expect_context()
}

fn zone_of(choice: &ZoneChoice) -> Zone {
    let name = match choice {
        ZoneChoice::Browser => browser::zone_name(),
        other => other.name().to_string(),
    };
    match browser::offsets(choice) {
        Some(offsets) => Zone { name, offsets: Arc::new(offsets) },
        None => {
            let name = format!("UTC (this browser does not know the zone {name})");
            Zone { name, offsets: Arc::new(Offsets::utc()) }
        }
    }
}

impl Console {
    /// The path under which the console lives: `/ops`, empty at the root.
    pub fn base(&self) -> String {
        self.base.get_value()
    }

    pub fn config(&self) -> Arc<Config> {
        self.config.get_value()
    }

    fn keep_time(self) {
        spawn_local(async move {
            loop {
                TimeoutFuture::new(1_000).await;
                if !browser::is_hidden() {
                    self.now.set(self.board.now());
                }
            }
        });
        Effect::new(move |_| {
            self.board.clocks.track();
            self.now.set(self.board.now());
        });
        if let Some(window) = browser::window() {
            browser::listen(&window, "resize", move |_| {
                let ratio = browser::pixel_ratio();
                if self.pixel_ratio.get_untracked() != ratio {
                    self.pixel_ratio.set(ratio);
                }
            });
            if let Ok(Some(query)) = window.match_media("(prefers-color-scheme: light)") {
                browser::listen(&query, "change", move |_| self.theme.notify());
            }
        }
    }

    fn keep_theme(self) {
        Effect::new(move |_| {
            let chosen = self.view.get().theme;
            let stored = theme::stored_theme().as_deref().and_then(Theme::parse);
            self.theme.set(chosen.or(stored).unwrap_or(Theme::Dark));
        });
        Effect::new(move |_| {
            let light = match self.theme.get() {
                Theme::Dark => false,
                Theme::Light => true,
                Theme::System => browser::prefers_light(),
            };
            browser::apply_theme(light);
            self.chart_theme.set(theme::chart_theme());
        });
    }

    /// The name of the one thing that a page is about.
    pub fn object_name(&self, route: &Route) -> Option<String> {
        let config = self.config();
        match route {
            Route::Service(id) => config.services.iter().find(|s| s.id == *id).map(|s| s.name.clone()),
            Route::Slo(id) => config.slos.iter().find(|s| s.id == *id).map(|s| s.name.clone()),
            _ => None,
        }
    }

    /// The address of a page with the range, zone and theme of this one.
    pub fn href(&self, route: &Route) -> String {
        let mut state = self.view.get().shared();
        state.id = route.id().map(Into::into);
        self.address(route, &state)
    }

    /// As [`Self::href`], with a range of its own.
    pub fn href_at(&self, route: &Route, span: Span) -> String {
        let id = route.id().map(Into::into);
        self.address(route, &ViewState { id, span, ..self.view.get().shared() })
    }

    /// The address of the alerts page with only these states, separated by commas.
    pub fn alerts_href(&self, states: &str) -> String {
        let state = ViewState { states: states.into(), ..self.view.get().shared() };
        self.address(&Route::Alerts, &state)
    }

    /// The address of a page with its list narrowed to these words.
    pub fn filtered_href(&self, route: &Route, words: &str) -> String {
        let state = ViewState { query: words.into(), ..self.view.get().shared() };
        self.address(route, &state)
    }

    /// Goes to where [`Self::filtered_href`] leads.
    pub fn find(&self, route: &Route, words: &str) {
        let state = ViewState { query: words.into(), ..self.view.get_untracked().shared() };
        self.navigate(&self.address(route, &state), false);
    }

    /// Where the runbook of an alert is: on our page where the address leads to a file of the configuration. `None` for
    /// what must not be followed.
    pub fn runbook_link(&self, url: &str) -> Option<RunbookLink> {
        if let Some((path, part)) = refers_to(url, &self.config().runbooks) {
            let id = if part.is_empty() { path.to_string() } else { format!("{path}#{part}") };
            return Some(RunbookLink::Own(Route::Runbook(id)));
        }
        let is_web = url.starts_with("https://") || url.starts_with("http://");
        is_web.then(|| RunbookLink::Elsewhere(url.into()))
    }

    /// The address of a runbook, opened for an incident.
    pub fn runbook_href(&self, route: &Route, incident: &str) -> String {
        let id = route.id().map(Into::into);
        self.address(route, &ViewState { id, incident: incident.into(), ..self.view.get().shared() })
    }

    /// The name under which the page for public updates keeps what is typed, for this tab.
    pub fn update_draft_key(&self) -> String {
        format!("fourlights.update{}", self.base())
    }

    /// The address of the page of incidents, where what this alert proposes comes first.
    pub fn declare_href(&self, alert: &Alert) -> String {
        let state = ViewState { id: Some(alert.fingerprint()), ..self.view.get().shared() };
        self.address(&Route::Incidents, &state)
    }

    fn address(&self, route: &Route, state: &ViewState) -> String {
        let query = state.encode();
        let separator = if query.is_empty() { "" } else { "?" };
        format!("{}/{}{separator}{query}", self.base.get_value(), route.path())
    }

    pub fn go(&self, route: &Route) {
        let mut state = self.view.get_untracked().shared();
        state.id = route.id().map(Into::into);
        self.navigate(&self.address(route, &state), false);
    }

    /// Changes what the address says of this page. Typing replaces the entry in the history, a choice
    /// adds one, so that back undoes choices and not letters.
    pub fn change(&self, replace: bool, edit: impl FnOnce(&mut ViewState)) {
        let mut state = self.view.get_untracked();
        edit(&mut state);
        state.at = None;
        let route = self.route.get_untracked().unwrap_or(Route::Health);
        self.navigate(&self.address(&route, &state), replace);
    }

    fn navigate(&self, to: &str, replace: bool) {
        let options =
            NavigateOptions { resolve: false, replace, scroll: false, ..NavigateOptions::default() };
        let navigate = self.navigate.get_value();
        navigate(to, options);
    }

    /// A link to what is seen now, with its times written out.
    pub fn frozen_link(&self) -> String {
        self.link(&self.view.get_untracked().frozen(self.board.now()))
    }

    /// As [`Self::frozen_link`], with the crosshair where it is.
    pub fn moment_link(&self) -> String {
        let at = self.pointing.crosshair.get_untracked().map(|c| c.at);
        let mut state = self.view.get_untracked().frozen(self.board.now());
        state.at = at;
        self.link(&state)
    }

    fn link(&self, state: &ViewState) -> String {
        let route = self.route.get_untracked().unwrap_or(Route::Health);
        let origin = browser::window().and_then(|w| w.location().origin().ok()).unwrap_or_default();
        format!("{origin}{}", self.address(&route, state))
    }

    pub fn set_theme(&self, theme: Theme) {
        theme::store_theme(theme.name());
        self.change(true, |s| s.theme = Some(theme));
    }

    /// Has a screen reader say something, politely.
    pub fn announce(&self, text: &str) {
        self.announcement.update(|before| {
            // The same again is no change, and would not be said.
            let again = before == text;
            *before = if again { format!("{text}\u{a0}") } else { text.to_string() };
        });
    }

    /// Asks for a series; shorthand of the board's.
    pub fn ask(&self, question: impl Fn() -> Option<Question> + Send + Sync + 'static) -> Polled {
        self.board.ask(question)
    }

    /// As [`Self::ask`], for what alerts are made from: asked also in a hidden tab, when that is the one that notifies.
    pub fn ask_also_hidden(&self, question: impl Fn() -> Option<Question> + Send + Sync + 'static) -> Polled {
        self.board.ask_also_hidden(question)
    }

    /// `09:12`, or with its date when it is not today.
    pub fn clock(&self, at: Millis) -> String {
        let zone = self.zone.get();
        let civil = zone.offsets.civil(at);
        let today = zone.offsets.civil(self.today.get());
        if (civil.year, civil.month, civil.day) == (today.year, today.month, today.day) {
            civil.clock()
        } else {
            format!("{} {}", civil.date(), civil.clock())
        }
    }

    /// What hovering over a time tells: the whole date, UTC, and how long ago.
    pub fn time_title(&self, at: Millis) -> String {
        let zone = self.zone.get();
        let age = ago((self.now.get_untracked() - at).max(0));
        format!("{} {} · {} · {age}", zone.offsets.civil(at).full(), zone.name, rfc3339(at))
    }
}

/// The data of an answer as it changes, without its age and errors.
pub fn data(answer: Polled) -> Held {
    Memo::new(move |_| answer.get().data)
}

/// The frame of an answer to a query.
pub fn frame(shared: &Option<Shared>) -> Option<&Frame> {
    match shared.as_ref().map(|s| &*s.0) {
        Some(Reply::Frame(frame)) => Some(frame),
        _ => None,
    }
}

/// The record of firing alerts.
pub fn firings(shared: &Option<Shared>) -> Option<&Firings> {
    match shared.as_ref().map(|s| &*s.0) {
        Some(Reply::Firings(firings)) => Some(firings),
        _ => None,
    }
}
