//! The contract of a system: what it is, and what it can be asked, capability by capability.
//!
//! The shape is that of rustls's `CryptoProvider`: a plain struct of optional `'static` capabilities. A system is
//! one file (or folder) that ends in a `pub static SYSTEM: System`, and one line in the register ([`super::SYSTEMS`]).
//! Nothing above this layer names a system: `poll` asks by capability.

use super::actions::Actions;
use super::breach::{Breach, Known};
use super::exchange::FrameReader;
use super::repository::{Change, Listed, Place, Stored, Written};
#[cfg(not(target_arch = "wasm32"))]
use super::rule_export::{RuleAlert, RuleSlo};
use super::{Parsed, Part, Request, Response, SourceError, Warning};
use crate::config::{Capability, Kind, KindSpec, Measure, Term};
use crate::domain::alert::{Alert, Silence};
use crate::domain::breaches::Form;
use crate::domain::duty::{Duty, Override, Schedule, Shift};
use crate::domain::evaluated::{RuleGroup, Targets};
use crate::domain::incident::Incident;
use crate::domain::labels::Labels;
use crate::domain::paging::{LogEntry, Named, Paged, PagingMaintenance};
use crate::domain::public::{ComponentStatus, Notice};
use crate::domain::series::Frame;
use crate::domain::system_change::SystemChange;
use crate::domain::time::Millis;

/// A system of the register.
pub struct System {
    pub spec: &'static KindSpec,
    /// Whether it is there, and what it says of itself. `None` for one that has no such address.
    pub probe: Option<fn() -> Call<Probe>>,
    pub metrics: Option<&'static dyn Metrics>,
    pub alerts: Option<&'static dyn Alerts>,
    pub notices: Option<&'static dyn Notices>,
    pub paging: Option<&'static dyn Paging>,
    pub on_call: Option<&'static dyn OnCall>,
    pub changes: Option<&'static dyn Changes>,
    pub files: Option<&'static dyn Files>,
    pub actions: Option<&'static dyn Actions>,
}

impl System {
    /// A system that can do nothing yet: the rest of a register's entry, behind `..`.
    pub const fn of(spec: &'static KindSpec) -> Self {
        Self {
            spec,
            probe: None,
            metrics: None,
            alerts: None,
            notices: None,
            paging: None,
            on_call: None,
            changes: None,
            files: None,
            actions: None,
        }
    }

    pub fn kind(&self) -> Kind {
        Kind(self.spec)
    }

    pub fn metrics(&self) -> Result<&'static dyn Metrics, SourceError> {
        self.metrics.ok_or(self.lacks(Capability::Metrics.name()))
    }

    pub fn alerts(&self) -> Result<&'static dyn Alerts, SourceError> {
        self.alerts.ok_or(self.lacks(Capability::Alerts.name()))
    }

    pub fn notices(&self) -> Result<&'static dyn Notices, SourceError> {
        self.notices.ok_or(self.lacks(Capability::Notices.name()))
    }

    pub fn paging(&self) -> Result<&'static dyn Paging, SourceError> {
        self.paging.ok_or(self.lacks(Capability::Paging.name()))
    }

    pub fn on_call(&self) -> Result<&'static dyn OnCall, SourceError> {
        self.on_call.ok_or(self.lacks(Capability::OnCall.name()))
    }

    pub fn changes(&self) -> Result<&'static dyn Changes, SourceError> {
        self.changes.ok_or(self.lacks(Capability::Changes.name()))
    }

    pub fn files(&self) -> Result<&'static dyn Files, SourceError> {
        self.files.ok_or(self.lacks(Capability::Files.name()))
    }

    /// The error for what this system cannot be asked.
    pub fn lacks(&self, what: &'static str) -> SourceError {
        SourceError::NotOffered { kind: self.spec.name, what }
    }
}

/// A request together with the function that reads its response. The reader gets the configured name of the
/// source, which alerts and incidents carry.
pub struct Call<T> {
    pub request: Request,
    pub read: Reader<T>,
    /// A second request that the response to the first asks for; its response comes to `read` with the first's, so
    /// that what both say is of one moment.
    pub follow_up: Option<fn(&Response) -> Option<Request>>,
    /// How the rest of a list is asked for that comes in pages.
    pub pages: Option<Pages<T>>,
}

/// A list in pages.
pub struct Pages<T> {
    /// The request for the page behind `response`, which answered `asked`; `None` behind the last one.
    pub next: NextPage,
    /// Adds a later page. A list moves while it is read, so what is there already is not added again.
    pub join: fn(&mut T, T),
}

/// `(what was asked, what answered)` to the next request.
pub type NextPage = fn(&Request, &Response) -> Option<Request>;

/// Reads a response: `(response, name of the source)`.
pub type Reader<T> = fn(&Response, &str) -> Result<Parsed<T>, SourceError>;

impl<T> Call<T> {
    pub fn new(request: Request, read: Reader<T>) -> Self {
        Self { request, read, follow_up: None, pages: None }
    }

    /// A list that comes in pages.
    pub fn paged(mut self, next: NextPage, join: fn(&mut T, T)) -> Self {
        self.pages = Some(Pages { next, join });
        self
    }

    /// The request that has to follow what was asked: the next page, or what the first answer calls for.
    pub fn next(&self, asked: &Request, response: &Response, is_first: bool) -> Option<Request> {
        let page = self.pages.as_ref().and_then(|pages| (pages.next)(asked, response));
        page.or_else(|| self.follow_up.filter(|_| is_first).and_then(|follow_up| follow_up(response)))
    }

    /// Reads a response with all pages that came with it (`Response::followed_by`). What is missing is said: a later page
    /// that failed, or one that nobody asked for because there are too many.
    ///
    /// # Errors
    /// When the first page cannot be read.
    pub fn read_all(&self, response: &Response, source: &str) -> Result<Parsed<T>, SourceError> {
        let mut all = (self.read)(response, source)?;
        let Some(pages) = &self.pages else { return Ok(all) };
        let (mut asked, mut page, mut n) = (self.request.clone(), response, 1);
        while let Some(request) = (pages.next)(&asked, page) {
            let missing = |error: &SourceError| {
                Warning::partial(format!("the list ends after {n} pages: {error}. {}", error.remedy()))
            };
            match page.followed_by.as_deref() {
                None => {
                    let text = format!("the list is longer than {n} pages; only those were read");
                    all.warnings.push(Warning::partial(text));
                    break;
                }
                Some(Err(error)) => {
                    all.warnings.push(missing(error));
                    break;
                }
                Some(Ok(later)) => match (self.read)(later, source) {
                    Err(error) => {
                        all.warnings.push(missing(&error));
                        break;
                    }
                    Ok(read) => {
                        (pages.join)(&mut all.data, read.data);
                        all.warnings.extend(read.warnings);
                        (asked, page, n) = (request, later, n + 1);
                    }
                },
            }
        }
        Ok(all)
    }
}

/// Adds what is not there yet, by what it is called.
pub fn join_by<T, K: PartialEq>(all: &mut Vec<T>, more: Vec<T>, key: impl Fn(&T) -> K) {
    for item in more {
        if all.iter().all(|known| key(known) != key(&item)) {
            all.push(item);
        }
    }
}

/// What a system says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// as it writes it; empty if it has none
    pub version: String,
    /// name and value: `("cluster", "ready")`
    pub facts: Vec<(&'static str, String)>,
}

impl Probe {
    /// `version 0.28.1, cluster ready`
    pub fn text(&self) -> String {
        let version = (!self.version.is_empty()).then(|| format!("version {}", self.version));
        let facts = self.facts.iter().map(|(name, value)| format!("{name} {value}"));
        version.into_iter().chain(facts).collect::<Vec<_>>().join(", ")
    }
}

/// The files of a Git repository.
pub trait Files: Sync {
    /// The files of a folder, not of those within it; `None` where there is no such folder. Git keeps no empty ones.
    fn list(&self, place: Place<'_>, folder: &str) -> Call<Option<Vec<Listed>>>;

    /// Whether the repository is there and may be read: hosts say of a private one that there is none.
    fn look(&self, place: Place<'_>) -> Call<()>;

    /// A file by its path; `None` where there is none.
    fn read(&self, place: Place<'_>, path: &str) -> Call<Option<Stored>>;

    fn write(&self, place: Place<'_>, path: &str, change: &Change<'_>) -> Call<Written>;
}

/// Series and figures. Times are milliseconds since the epoch, by the system's own clock.
pub trait Metrics: Sync {
    /// What is measured, in the system's own language, with `$window` where its span belongs: for links, reports and
    /// whoever wants to see it.
    fn text(&self, measure: &Measure) -> String;

    /// Asks over a range; both ends are included, `step` is in milliseconds.
    ///
    /// # Errors
    /// When the system cannot measure it.
    fn range(
        &self,
        measure: &Measure,
        start: Millis,
        end: Millis,
        step: Millis,
    ) -> Result<Request, SourceError>;

    /// Asks at one instant.
    ///
    /// # Errors
    /// When the system cannot measure it.
    fn instant(&self, measure: &Measure, at: Millis) -> Result<Request, SourceError>;

    /// Asks for many figures by one request, whose query joins the parts.
    ///
    /// # Errors
    /// When the system cannot measure them.
    fn figures(&self, terms: &[Term], at: Millis) -> Result<(Request, Vec<Part>), SourceError>;

    /// What reads the answer to a range, an instant or figures.
    fn reader(&self) -> FrameReader;

    /// Reads what answers a range, an instant or figures.
    ///
    /// # Errors
    /// When the response is none that the system gives.
    fn read(&self, response: &Response) -> Result<Parsed<Frame>, SourceError> {
        self.reader()(response)
    }

    /// Reads what answers a range or an instant. A system whose responses hold more than was asked for picks it out.
    ///
    /// # Errors
    /// When the response is none that the system gives.
    fn read_measure(&self, _measure: &Measure, response: &Response) -> Result<Parsed<Frame>, SourceError> {
        self.read(response)
    }

    /// The same for figures.
    ///
    /// # Errors
    /// When the response is none that the system gives.
    fn read_terms(&self, _terms: &[Term], response: &Response) -> Result<Parsed<Frame>, SourceError> {
        self.read(response)
    }

    /// Whether it answers for the past. Of one that does not, a range is what was read since it was first asked.
    fn has_history(&self) -> bool {
        true
    }

    /// When alerts began and ceased to fire: see `domain::firings`. `whole`: what fires at `start` begins there.
    fn firings(&self, start: Millis, end: Millis, step: Millis, whole: bool) -> Option<Request>;

    /// Whether it keeps a record of firing alerts.
    fn has_firings(&self) -> bool {
        self.firings(0, 0, 1_000, false).is_some()
    }

    /// Where a condition holds between two instants, compared by the system itself: see `domain::breaches`. `None`
    /// where it only gives its samples.
    fn breaches(
        &self,
        breach: &Breach,
        form: Form,
        span: (Millis, Millis),
        step: Millis,
        known: Known,
    ) -> Option<Request>;

    /// Whether it compares values itself.
    fn compares(&self) -> bool;

    /// What may be the matter with a query that finds nothing, to be put behind a sentence; empty if nothing is known.
    #[cfg(not(target_arch = "wasm32"))]
    fn hint(&self, _query: &str) -> &'static str {
        ""
    }

    /// Objectives and alert rules as a file from which the system evaluates them itself.
    #[cfg(not(target_arch = "wasm32"))]
    fn rule_file(&self, _slos: &[RuleSlo], _alerts: &[RuleAlert]) -> Option<String> {
        None
    }

    /// What the system takes the time to be.
    fn clock(&self) -> Option<Call<Millis>>;

    /// The rules that it evaluates itself.
    fn rules(&self) -> Option<Call<Vec<RuleGroup>>>;

    /// What it collects its data from.
    fn targets(&self) -> Option<Call<Targets>>;

    /// The page of the system that shows a measure over so many milliseconds, up to now or to `end`.
    fn page_of(&self, base: &str, measure: &Measure, length: Millis, end: Option<Millis>) -> Option<String>;
}

/// Alerts and who is notified of them.
pub trait Alerts: Sync {
    /// What is active now.
    fn active(&self) -> Call<Vec<Alert>>;

    /// Whether alerts are sent to it by other systems, so that a missing one means a broken way.
    fn is_routed(&self) -> bool;

    fn silences(&self) -> Option<Call<Vec<Silence>>>;

    /// Alerts as they are sent together.
    fn groups(&self) -> Option<Call<Vec<Group>>>;
}

/// Alerts that are sent together.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub labels: Labels,
    pub receiver: String,
    pub n_alerts: usize,
}

/// The incidents and maintenances of a public page.
pub trait Notices: Sync {
    /// Those that are open, for the console's count.
    fn open(&self) -> Call<Vec<Incident>>;

    /// The newest, open or over.
    fn incidents(&self) -> Call<Vec<Notice>>;

    /// All that are open.
    fn unresolved(&self) -> Call<Vec<Notice>>;

    fn maintenances(&self) -> Call<Vec<Notice>>;

    /// The components of the page as they are now, for whoever may change them.
    fn components(&self) -> Option<Call<Vec<(Named, ComponentStatus)>>> {
        None
    }
}

/// What people are paged for.
pub trait Paging: Sync {
    /// All that is open, the newest first.
    fn open(&self) -> Call<Vec<Paged>>;

    /// One of them as it is now: to be read before it is written.
    fn one(&self, id: &str) -> Call<Paged>;

    /// What happened to one.
    fn log(&self, _id: &str) -> Option<Call<Vec<LogEntry>>> {
        None
    }

    /// The services for which it pages.
    fn services(&self) -> Option<Call<Vec<Named>>> {
        None
    }

    /// Everybody who can be paged.
    fn people(&self) -> Option<Call<Vec<Named>>> {
        None
    }

    /// The priorities that its owners named, the highest first.
    fn priorities(&self) -> Option<Call<Vec<Named>>> {
        None
    }

    /// Maintenance that is now or ahead.
    fn maintenances(&self) -> Option<Call<Vec<PagingMaintenance>>> {
        None
    }
}

/// Who is on call. All of it is the system's own computed answer.
pub trait OnCall: Sync {
    /// Everybody who is on call at an instant, by one question; `None` where each schedule has to be asked.
    fn now(&self, at: Millis) -> Option<Call<Vec<Duty>>>;

    /// Who is on call by one schedule.
    fn of_schedule(&self, schedule: &str, at: Millis) -> Call<Vec<Duty>>;

    /// Who comes next by one schedule.
    fn next_of_schedule(&self, schedule: &str, at: Millis) -> Option<Call<Vec<Duty>>>;

    /// The schedules; a system with several kinds of them has a call for each.
    fn schedules(&self) -> Vec<Call<Vec<Schedule>>>;

    /// Who is on call from one instant to another. Where there is no shift, or one without a person, nobody is. `form` is
    /// that of the schedule.
    fn roster(&self, schedule: &str, form: &str, from: Millis, to: Millis) -> Call<Vec<Shift>>;

    /// The overrides of a schedule; `None` where they are only seen in the roster.
    fn overrides(&self, schedule: &str, form: &str, from: Millis, to: Millis) -> Option<Call<Vec<Override>>>;
}

/// Deploys and other changes that the system was told of.
pub trait Changes: Sync {
    /// Between two instants, the newest first.
    fn between(&self, from: Millis, to: Millis) -> Call<Vec<SystemChange>>;
}
