//! One run of `fourlights publish`, without its I/O: what it is given, what it asks, and the files that come out.

use super::before::{Before, changed_days, known_days, retired, with_current_ids};
use super::imported::{self, Listed, page_key};
use super::measure::{Ask, Days, Readings, asks, fingerprint, take};
use super::page::{Parts, each_window, edits};
use super::site::{self, Files, LivePart};
use super::{api, history};
use crate::config::{Config, Public, Source};
use crate::domain::public::day::Date;
use crate::domain::public::{History, Notice};
use crate::domain::series::Frame;
use crate::domain::time::{HOUR, Millis};
use crate::domain::zone::Offsets;
use crate::sources::{Parsed, Part, Request, Response, SourceError, page_address, page_format};
use crate::status_page::words::Words;
use std::collections::{BTreeMap, BTreeSet};

/// Performs what a run asks of sources.
pub trait Sources {
    /// The answer to one request.
    fn send(&self, source: &Source, request: &Request) -> Result<Response, SourceError>;

    /// The series that answer a request, whose query joins these parts if there are any. Without one of the
    /// parts it is an error.
    fn frame(&self, source: &Source, request: &Request, parts: &[Part])
    -> Result<Parsed<Frame>, SourceError>;
}

/// What a run is given.
#[derive(Debug)]
pub struct Run<'r> {
    pub config: &'r Config,
    /// the configuration's own
    pub public: &'r Public,
    pub zone: Offsets,
    /// by the clock that samples are stamped with
    pub now: Millis,
    pub before: Before,
    /// of the incident files, see [`super::incidents::read`]
    pub notices: Vec<Notice>,
    /// days from before this page, see `public.earlier_days`
    pub earlier: BTreeMap<String, History>,
    pub words: &'r [Words],
    pub live: Option<LivePart>,
    /// measures final days again
    pub anew: bool,
}

/// What a run makes.
#[derive(Debug)]
pub struct Outcome {
    /// every file of the page
    pub files: Files,
    pub components: usize,
    pub incidents: usize,
    pub queries: usize,
    /// when monitoring last answered in full
    pub measured: Option<Millis>,
    /// final days that say something else than before: `(component, date, before, now)`
    pub changed_days: Vec<(String, Date, f64, f64)>,
    /// what keeps something of the page old, or makes it doubtful: with any, the page was published in part
    pub warnings: Vec<String>,
    /// remarks of the sources on what they answered in full
    pub notes: Vec<String>,
}

impl Run<'_> {
    /// The page from what is known and what `sources` answer. The clock is not judged here, see
    /// [`Before::clock_fault`].
    pub fn publish(self, sources: &impl Sources) -> Outcome {
        let Run { config, public, zone, now, before, mut notices, .. } = self;
        let (mut warnings, mut queries) = (Vec::new(), 0);
        let listed = listed(sources, config, public, &mut queries, &mut warnings);
        let seen = before.published.at.unwrap_or(now).min(now);
        notices.extend(imported::merge(listed, &notices, &before.notices, seen));
        let mut revisions = before.revisions;
        let notices = revisions.at(with_current_ids(notices, public), now);
        let repeated: Vec<Notice> = notices.iter().filter(|n| n.repeats.is_some()).cloned().collect();
        let (incidents, maintenances) = each_window(notices, now, &zone);
        let n_incidents = incidents.len();

        let histories = known_days(public, &before.published.histories, &self.earlier);
        let asked = fingerprint(config);
        let same = before.published.asked.as_deref() == Some(asked.as_str());
        let which = if self.anew { Days::All } else { which_days(before.published.at, same, now) };
        let asks = asks(config, &histories, which, &maintenances, now, &zone);
        queries += asks.len();
        let Answered { mut readings, whole, warnings: own, notes } = measure(sources, config, asks, &zone);
        warnings.extend(own);
        warnings.append(&mut readings.warnings);
        let (old_incidents, old_maintenances) =
            each_window(with_current_ids(before.notices, public), now, &zone);
        let edited = edits(
            &[old_incidents, old_maintenances].concat(),
            &[incidents.as_slice(), &maintenances].concat(),
        );
        let page = Parts {
            config,
            public,
            zone,
            now,
            measured: if whole { Some(now) } else { before.measured },
            published: &histories,
            which,
            edited,
            readings: &readings,
            incidents,
            maintenances,
            states: &before.states,
        };
        let page = page.page();
        let mut files = site::files(&page, self.words, self.live);
        let retired = retired(&page, before.published.histories);
        // What was not answered in full is asked for again at the next run.
        let asked = if whole || which == Days::Recent { asked } else { String::new() };
        files.insert("history.json".into(), (api::history(&page, &repeated).to_string() + "\n").into_bytes());
        files.insert("uptime.json".into(), history::write(&page, &retired, &asked).into_bytes());
        files.insert("revisions.json".into(), revisions.text().into_bytes());
        Outcome {
            files,
            components: page.components.len(),
            incidents: n_incidents,
            queries,
            measured: page.measured,
            changed_days: changed_days(&page, &histories),
            warnings,
            notes,
        }
    }
}

/// Days that nobody has measured are asked for again when the queries are no longer the `same`, and once an hour.
fn which_days(last: Option<Millis>, same: bool, now: Millis) -> Days {
    let same_hour = last.is_some_and(|at| at.div_euclid(HOUR) == now.div_euclid(HOUR));
    if same_hour && same { Days::Recent } else { Days::Gaps }
}

type Reader = fn(&Response) -> Result<Parsed<Vec<Notice>>, SourceError>;

/// What other pages say now.
fn listed(
    sources: &impl Sources,
    config: &Config,
    public: &Public,
    queries: &mut usize,
    warnings: &mut Vec<String>,
) -> Vec<Listed> {
    let mut all = Vec::new();
    for source in public.import.iter().filter_map(|name| config.source(name)) {
        let mut better = None;
        let mut ask = |request: Request, read: Reader| {
            *queries += 1;
            let asked = page_address::ask(source, &request, |by, request| sources.send(by, request), read);
            better = better.take().or(asked.better);
            match asked.answer {
                Ok(parsed) => {
                    warnings.extend(parsed.warnings.iter().map(|w| format!("{}: {w}", source.name)));
                    Some(parsed.data)
                }
                Err(error) => {
                    warnings.push(format!(
                        "source {:?}: {error}; what was imported before stays. The address of its API ends in {}",
                        source.name,
                        page_format::API
                    ));
                    None
                }
            }
        };
        all.push(Listed {
            // The same page, however its address is written.
            page: page_key(source.url.trim_end_matches('/').trim_end_matches(page_format::API)),
            incidents: ask(page_format::incidents(), page_format::read_incidents),
            unresolved: ask(page_format::unresolved(), page_format::read_incidents),
            maintenances: ask(page_format::maintenances(), page_format::read_maintenances),
        });
        // What is wrong with one list is often wrong with all.
        let mut seen = BTreeSet::new();
        warnings.retain(|warning| seen.insert(warning.clone()));
        if let Some(better) = better {
            warnings.push(format!("source {:?}: {}", source.name, page_address::use_instead(&better)));
        }
    }
    all
}

/// What monitoring said.
struct Answered {
    readings: Readings,
    /// whether all of it answered in full
    whole: bool,
    warnings: Vec<String>,
    notes: Vec<String>,
}

/// Asks monitoring. What belongs together is taken together: where a part of it was not answered, or only
/// from some of the data, all of it stays as it was, for a day measured by half would stay for a year.
fn measure(sources: &impl Sources, config: &Config, asks: Vec<Ask>, zone: &Offsets) -> Answered {
    let mut measured =
        Answered { readings: Readings::default(), whole: true, warnings: Vec::new(), notes: Vec::new() };
    let mut answers: Vec<(Ask, Option<Frame>)> = Vec::new();
    for ask in asks {
        let Some(source) = config.source(&ask.source) else { continue };
        let answer = sources.frame(source, &ask.request, &ask.parts);
        let doubt = match &answer {
            Ok(parsed) => parsed.partial(),
            Err(error) => Some(format!("{error} {}", error.remedy())),
        };
        if let Some(doubt) = &doubt {
            measured.warnings.push(format!(
                "source {:?}: {}; earlier measurements stay, with their age",
                source.name,
                doubt.trim_end_matches('.')
            ));
        }
        measured.whole &= doubt.is_none();
        let parsed = answer.ok().filter(|_| doubt.is_none());
        for warning in parsed.iter().flat_map(|p| &p.warnings) {
            measured.notes.push(format!("source {:?}: {warning}", source.name));
        }
        answers.push((ask, parsed.map(|p| p.data)));
    }
    for (ask, frame) in &answers {
        let in_full = answers.iter().filter(|(other, _)| other.goes_with(ask)).all(|(_, f)| f.is_some());
        if let Some(frame) = frame.as_ref().filter(|_| in_full) {
            take(ask, frame, config, zone, &mut measured.readings);
        }
    }
    measured.warnings.dedup();
    measured
}
