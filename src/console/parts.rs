//! The parts of the console whose code is fetched when somebody needs it. What is in the main program, and what is in
//! a chunk of its own, is decided by the table: [`Parts::HERE`] has all of it in one program, as tests and benches do;
//! the console's own table (`src/bin/console.rs`) has a chunk for each part.

use crate::config::{Config, Fault, Kind};
use crate::demo::Demo;
use crate::domain::time::Millis;
use crate::sources::{Request, Response, SYSTEMS, read_config, register};
use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use std::future::{Future, ready};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// Code that could not be fetched. The browser's console has the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotFetched;

impl From<SplitLoaderError> for NotFetched {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// Work that ends in the browser's own time.
pub type Pending<T> = Pin<Box<dyn Future<Output = Result<T, NotFetched>>>>;

/// A view whose code may still have to be fetched.
#[derive(Clone, Copy)]
pub struct Part {
    /// Fetches the code. Ready at once when it is there; a failure is not remembered, so it can be tried again.
    pub fetch: fn() -> Pending<()>,
    /// Makes the view; `None` before its code is there.
    pub make: fn() -> Option<AnyView>,
}

/// A response of the embedded demo.
pub type AnswerDemo = fn(Demo, Request, Millis) -> Pending<Response>;

/// Reads the text of a configuration file.
pub type ReadConfig = fn(String) -> Pending<Result<Config, Vec<Fault>>>;

/// Fetches the code of a kind of system, which takes itself into the register of `sources`.
pub type FetchSystem = fn(Kind) -> Pending<()>;

/// All parts.
#[derive(Clone, Copy)]
pub struct Parts {
    pub health: Part,
    /// what is below the scorecards of the first page
    pub panels: Part,
    pub service: Part,
    pub alerts: Part,
    pub slos: Part,
    pub slo: Part,
    pub capacity: Part,
    pub update: Part,
    pub sources: Part,
    pub not_found: Part,
    /// what is wrong with the configuration
    pub faults: Part,
    /// the command palette and the list of shortcuts
    pub dialogs: Part,
    pub chart_menu: Part,
    /// asks for alerts, gets attention for them, and says when alerting itself seems broken
    pub watch: Part,
    /// shows nothing: ends what waits in the outbox
    pub outbox: Part,
    /// the forecasts on the first page
    pub outlook: Part,
    pub demo: AnswerDemo,
    pub read_config: ReadConfig,
    pub system: FetchSystem,
}

macro_rules! here {
    ($view:ident) => {
        Part { fetch: || Box::pin(ready(Ok(()))), make: || Some(views::$view()) }
    };
}

impl Parts {
    /// All code in one program.
    pub const HERE: Self = Self {
        health: here!(health),
        panels: here!(panels),
        service: here!(service),
        alerts: here!(alerts),
        slos: here!(slos),
        slo: here!(slo),
        capacity: here!(capacity),
        update: here!(update),
        sources: here!(sources),
        not_found: here!(not_found),
        faults: here!(faults),
        dialogs: here!(dialogs),
        chart_menu: here!(chart_menu),
        watch: here!(watch),
        outbox: here!(outbox),
        outlook: here!(outlook),
        demo: |demo, request, now| Box::pin(ready(Ok(demo.answer(&request, now)))),
        read_config: |text| Box::pin(ready(Ok(read_config(&text)))),
        system: |kind| {
            SYSTEMS.into_iter().filter(|s| s.kind() == kind).for_each(register);
            Box::pin(ready(Ok(())))
        },
    };
}

/// The table of the running program, provided where the console starts. Nothing but tests and benches may name
/// [`Parts::HERE`]: a program that does has all code in its main file.
pub fn use_parts() -> &'static Parts {
    expect_context()
}

/// What a future gives when it is polled once: a call into code that was fetched is ready then.
pub fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(made) => Some(made),
        Poll::Pending => None,
    }
}

/// The views of the parts. They get what they show from the context of the place they are made in.
pub mod views {
    use crate::console::components::{ChartMenu, HeartbeatBanner, Palette, ShortcutsDialog};
    use crate::console::pages::{
        AlertsPage, CapacityPage, CapacityPanel, FaultsPage, HealthPage, HealthPanels, NotFoundPage,
        ServicePage, SloPage, SlosPage, SourcesPage, UpdatePage,
    };
    use crate::console::state::{start_watch, use_outbox};
    use leptos::prelude::*;

    pub fn health() -> AnyView {
        view! { <HealthPage /> }.into_any()
    }

    pub fn panels() -> AnyView {
        view! { <HealthPanels /> }.into_any()
    }

    pub fn watch() -> AnyView {
        start_watch();
        view! { <HeartbeatBanner /> }.into_any()
    }

    /// Starts the outbox, unless a page did.
    pub fn outbox() -> AnyView {
        use_outbox();
        ().into_any()
    }

    pub fn service() -> AnyView {
        view! { <ServicePage /> }.into_any()
    }

    pub fn alerts() -> AnyView {
        view! { <AlertsPage /> }.into_any()
    }

    pub fn slos() -> AnyView {
        view! { <SlosPage /> }.into_any()
    }

    pub fn slo() -> AnyView {
        view! { <SloPage /> }.into_any()
    }

    pub fn capacity() -> AnyView {
        view! { <CapacityPage /> }.into_any()
    }

    pub fn update() -> AnyView {
        view! { <UpdatePage /> }.into_any()
    }

    pub fn sources() -> AnyView {
        view! { <SourcesPage /> }.into_any()
    }

    pub fn not_found() -> AnyView {
        view! { <NotFoundPage /> }.into_any()
    }

    pub fn faults() -> AnyView {
        view! { <FaultsPage /> }.into_any()
    }

    pub fn dialogs() -> AnyView {
        view! { <Palette /> <ShortcutsDialog /> }.into_any()
    }

    pub fn chart_menu() -> AnyView {
        view! { <ChartMenu /> }.into_any()
    }

    pub fn outlook() -> AnyView {
        view! { <CapacityPanel /> }.into_any()
    }
}
