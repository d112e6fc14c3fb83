//! The parts of the console whose code is fetched when somebody needs it. What is in the main program, and what is in
//! a chunk of its own, is decided by the table: `here.rs` has all of it in one program, as tests and benches do;
//! the console's own table (`src/bin/console.rs`) has a chunk for each part.

use crate::config::{Config, Fault, Kind};
use crate::demo::Demo;
use crate::domain::time::Millis;
use crate::sources::{Request, Response};
use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use std::future::Future;
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
    pub incidents: Part,
    pub incident: Part,
    /// what the sources know of an incident: charts, deploys, budgets
    pub evidence: Part,
    pub alerts: Part,
    pub slos: Part,
    pub slo: Part,
    pub capacity: Part,
    pub reviews: Part,
    pub on_call: Part,
    /// the form of the on-call page that commits an override, where the configuration says where it is kept
    pub take_over: Part,
    pub runbooks: Part,
    pub runbook: Part,
    pub update: Part,
    pub sources: Part,
    pub not_found: Part,
    /// what is wrong with the configuration
    pub faults: Part,
    /// the command palette and the list of shortcuts
    pub dialogs: Part,
    pub chart_menu: Part,
    /// asks for alerts, gets attention for them, shows what fires now, and says when alerting itself seems broken
    pub watch: Part,
    /// shows nothing: ends what waits in the outbox
    pub outbox: Part,
    /// shows nothing: takes the keys that this browser remembers into memory
    pub keys: Part,
    /// what people are paged for, who is on call, and what an incident has to do with it: for consoles with such a source
    pub paged: Part,
    pub duty: Part,
    pub incident_pages: Part,
    /// the forecasts on the first page
    pub outlook: Part,
    pub demo: AnswerDemo,
    pub read_config: ReadConfig,
    pub system: FetchSystem,
}

/// The table of the running program, provided where the console starts.
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
