//! `fourlights publish`: writes the public page, once or again and again.

use super::ask::Asker;
use super::clocks::read_clocks;
use super::command::{complain, now, say};
use super::configuration;
use super::incidents;
use super::statuspages;
use super::zones::offsets;
use fourlights::config::{Config, Public};
use fourlights::domain::public::day::{Date, date_at, date_text};
use fourlights::domain::public::{Component, ComponentStatus, History, Measured, Notice, Page};
use fourlights::domain::series::Frame;
use fourlights::domain::time::{DAY, HOUR, Millis, parse_rfc3339, rfc3339};
use fourlights::domain::zone::Offsets;
use fourlights::publish::history::{KEPT_DAYS, Published};
use fourlights::publish::imported::{Listed, page_key};
use fourlights::publish::measure::{Ask, Days, Readings, asks, fingerprint, sources, take};
use fourlights::publish::page::{Parts, each_window, edits};
use fourlights::publish::revisions::Revisions;
use fourlights::publish::shell::Live;
use fourlights::publish::site::LivePart;
use fourlights::publish::{history, imported, site};
use fourlights::sources::{Parsed, Request, Response, SourceError, statuspage};
use fourlights::status_page::words::Words;
use fourlights::transport::folder::{self, Written};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Published, but something of it is old.
const PARTLY: u8 = 4;
/// Days whose change is printed one by one.
const MOST_TOLD: usize = 20;

#[derive(Debug)]
pub struct Options {
    pub file: PathBuf,
    pub out: PathBuf,
    pub live: Option<PathBuf>,
    /// again after so long
    pub watch: Option<Millis>,
    pub anew: bool,
    /// the clock is right although it is before the last run, or long after it
    pub accept_clock: bool,
}

/// A run so long after the last one is more likely a wrong clock than a page that nobody published. Twice as much is
/// kept, so that even a wrong run that was accepted loses nothing of the year that is shown.
const LONG_AFTER: Millis = 366 * DAY;

/// What a run did.
struct Report {
    written: Written,
    components: usize,
    incidents: usize,
    queries: usize,
    measured: Option<Millis>,
    /// final days that say something else than before: `(component, date, before, now)`
    changed_days: Vec<(String, Date, f64, f64)>,
    /// what keeps something of the page old, or makes it doubtful
    warnings: Vec<String>,
    /// remarks of the sources on what they answered in full
    notes: Vec<String>,
}

pub fn run(options: &Options) -> ExitCode {
    let asker = Asker::default();
    let Some(every) = options.watch else { return once(options, &asker, options.anew) };
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = stop.clone();
    if let Err(error) = ctrlc::set_handler(move || stopping.store(true, Ordering::Relaxed)) {
        complain(&format!("cannot listen for Ctrl-C: {error}\n"));
    }
    let mut code = once(options, &asker, options.anew);
    while !stop.load(Ordering::Relaxed) {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_millis(every.unsigned_abs()) && !stop.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(100));
        }
        if !stop.load(Ordering::Relaxed) {
            code = once(options, &asker, false);
        }
    }
    code
}

/// One run, told as a JSON line on standard output; what is wrong in words on standard error.
fn once(options: &Options, asker: &Asker, anew: bool) -> ExitCode {
    let begin = Instant::now();
    let seconds = || (begin.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
    match publish(options, asker, anew, now()) {
        Ok(report) => {
            for warning in &report.warnings {
                complain(&format!("warning: {warning}\n"));
            }
            for (component, date, before, now) in report.changed_days.iter().take(MOST_TOLD) {
                complain(&format!("changed: {component} {}: {before} is now {now}\n", date_text(*date)));
            }
            if report.changed_days.len() > MOST_TOLD {
                complain(&format!("changed: {} more days\n", report.changed_days.len() - MOST_TOLD));
            }
            for note in &report.notes {
                complain(&format!("note: {note}\n"));
            }
            let status = if report.warnings.is_empty() { "ok" } else { "partly" };
            let line = json!({
                "event": "publish", "status": status, "components": report.components,
                "incidents": report.incidents, "files": report.written.files, "changed": report.written.changed,
                "queries": report.queries, "measured": report.measured.map(rfc3339),
                "changed_days": report.changed_days.len(), "warnings": report.warnings.len(), "seconds": seconds(),
            });
            say(&format!("{line}\n"));
            if report.warnings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(PARTLY) }
        }
        Err(error) => {
            complain(&format!("{error}\n"));
            say(&format!("{}\n", json!({"event": "publish", "status": "failed", "seconds": seconds()})));
            ExitCode::FAILURE
        }
    }
}

fn publish(options: &Options, asker: &Asker, anew: bool, now: Millis) -> Result<Report, String> {
    let config =
        configuration::load(&options.file).map_err(|_| "not published; the old page stays".to_string())?;
    let Some(public) = &config.public else {
        return Err(format!(
            "{}: $.public is missing: the address and the components of the page. Example: {{ \"url\": \"https://status.example.com/\", \"components\": [{{ \"id\": \"api\", \"name\": \"API\" }}] }}",
            options.file.display()
        ));
    };
    let beside = options.file.parent().unwrap_or(Path::new("."));
    let mut warnings = Vec::new();
    // Samples are found by the clock they were stamped with.
    let clocks = read_clocks(asker, &config, sources(&config).into_iter());
    let now = now + clocks.notable();
    warnings.extend(clocks.complaint("this machine"));
    let zone = offsets(&public.zone);
    let before = Before::read(&options.out)?;
    if let Some(fault) = clock_fault(before.published.at, now).filter(|_| !options.accept_clock) {
        return Err(format!("{fault}. Not published; the old page stays"));
    }
    let words = words(public, beside)?;
    let files = incidents::read(public, beside, &before.notices, now)?;
    warnings.extend(incidents::complaints(&files));
    let mut notices = files.notices;
    let mut queries = 0;
    let listed = listed(asker, &config, public, now, &mut queries, &mut warnings);
    let seen = before.published.at.unwrap_or(now).min(now);
    notices.extend(imported::merge(listed, &notices, &before.notices, seen));
    let mut revisions = before.revisions;
    let notices = revisions.at(notices, now);
    let (incidents, maintenances) = each_window(notices, now, &zone);
    let n_incidents = incidents.len();

    let earlier = earlier_days(public, beside)?;
    let histories = known_days(public, &before.published.histories, &earlier);
    let asked = fingerprint(&config);
    let which = if anew { Days::All } else { which_days(&before.published, &asked, now) };
    let asks = asks(&config, &histories, which, &maintenances, now, &zone);
    queries += asks.len();
    let Answered { mut readings, whole, warnings: own, notes } = measure(asker, &config, asks, now, &zone);
    warnings.extend(own);
    warnings.append(&mut readings.warnings);
    let edited = edits(&before.notices, &[incidents.as_slice(), &maintenances].concat());
    let page = Parts {
        config: &config,
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
    let live = options.live.as_deref().map(live_part).transpose()?;
    let mut files = site::files(&page, &words, live);
    let retired = retired(&page, before.published.histories);
    // What was not answered in full is asked for again at the next run.
    let asked = if whole || which == Days::Recent { asked } else { String::new() };
    files.insert("uptime.json".into(), history::write(&page, &retired, &asked).into_bytes());
    files.insert("revisions.json".into(), revisions.text().into_bytes());
    let written = folder::write(&options.out, &files).map_err(|e| e.to_string())?;
    Ok(Report {
        written,
        components: page.components.len(),
        incidents: n_incidents,
        queries,
        measured: page.measured,
        changed_days: changed_days(&page, &histories),
        warnings,
        notes,
    })
}

/// Why the clock cannot be right, if so: a run with a wrong one would open final days, or end incidents in a time to
/// come.
fn clock_fault(last: Option<Millis>, now: Millis) -> Option<String> {
    let last = last?;
    let (at, then) = (rfc3339(now), rfc3339(last));
    if now < last {
        return Some(format!(
            "the clock says {at}, but the page was last published at {then}. Set the clock, or pass --accept-clock if it is right and the last run's was wrong"
        ));
    }
    (now - last > LONG_AFTER).then(|| {
        format!(
            "the clock says {at}, which is more than a year after the page was last published ({then}). Set the clock, or pass --accept-clock if it is right"
        )
    })
}

/// Days that nobody has measured are asked for again when the queries have changed, and once an hour.
fn which_days(published: &Published, asked: &str, now: Millis) -> Days {
    let same_hour = published.at.is_some_and(|at| at.div_euclid(HOUR) == now.div_euclid(HOUR));
    if same_hour && published.asked.as_deref() == Some(asked) { Days::Recent } else { Days::Gaps }
}

/// Days from before this page.
fn earlier_days(public: &Public, beside: &Path) -> Result<BTreeMap<String, History>, String> {
    let Some(file) = public.earlier_days.as_ref().map(|name| beside.join(name)) else {
        return Ok(BTreeMap::new());
    };
    let fault =
        |what: String| format!("{} (public.earlier_days): {what}; nothing was written", file.display());
    let text = std::fs::read_to_string(&file).map_err(|e| fault(e.to_string()))?;
    Ok(history::read(&text).map_err(fault)?.histories)
}

/// The days of each component, with those it has under a former id, and those from before this page.
fn known_days(
    public: &Public,
    published: &BTreeMap<String, History>,
    earlier: &BTreeMap<String, History>,
) -> BTreeMap<String, History> {
    let mut all = published.clone();
    for component in &public.components {
        let former = component.former_ids.iter().filter_map(|id| published.get(id));
        let ids = std::iter::once(&component.id).chain(&component.former_ids);
        for other in former.chain(ids.filter_map(|id| earlier.get(id))) {
            let own = all.remove(&component.id).unwrap_or_default();
            let joined = if own.days.is_empty() { other.clone() } else { own.joined(other) };
            all.insert(component.id.clone(), joined);
        }
    }
    all
}

/// The days of what is not on the page, as long as any of them lies within those that are kept.
fn retired(page: &Page, published: BTreeMap<String, History>) -> BTreeMap<String, History> {
    let shows = |id: &str| page.component(id).is_some_and(|c| c.measured != Measured::No);
    let oldest = date_at(page.now, &page.zone) - KEPT_DAYS as Date;
    let lasts = |h: &History| h.first + h.days.len() as Date > oldest;
    published.into_iter().filter(|(id, history)| !shows(id) && lasts(history)).collect()
}

/// Final days that were published with another value.
fn changed_days(page: &Page, before: &BTreeMap<String, History>) -> Vec<(String, Date, f64, f64)> {
    let of = |component: &Component| {
        let old = before.get(&component.id)?;
        let days = component.history.last(KEPT_DAYS).filter_map(|(date, day)| {
            let before = old.get(date).filter(|old| old.closed)?.up?;
            let now = day.up.filter(|now| (now - before).abs() > 1e-6)?;
            Some((component.id.clone(), date, before, now))
        });
        Some(days.collect::<Vec<_>>())
    };
    page.components.iter().filter_map(of).flatten().collect()
}

/// What was published before.
#[derive(Default)]
struct Before {
    published: Published,
    notices: Vec<Notice>,
    revisions: Revisions,
    states: BTreeMap<String, ComponentStatus>,
    measured: Option<Millis>,
}

impl Before {
    fn read(out: &Path) -> Result<Self, String> {
        let text = |name: &str| folder::read_text(out, name).map_err(|e| e.to_string());
        let spoilt = |name: &str, what: &str| {
            format!(
                "{}: {what}. The days of the past are read from it, so nothing was written. Restore it, or remove the folder to begin anew",
                out.join(name).display()
            )
        };
        let Some(uptime) = text("uptime.json")? else { return Ok(Self::default()) };
        let mut published = history::read(&uptime).map_err(|e| spoilt("uptime.json", &e))?;
        let notices = match text("history.json")? {
            Some(text) => {
                let answer = Response { status: 200, body: text.into_bytes(), ..Response::default() };
                let fault = |e: SourceError| spoilt("history.json", &e.to_string());
                let mut all = statuspage::read_incidents(&answer).map_err(fault)?.data;
                all.extend(statuspage::read_maintenances(&answer).map_err(fault)?.data);
                all
            }
            None => Vec::new(),
        };
        let revisions =
            text("revisions.json")?.map_or_else(|| Ok(Revisions::default()), |t| Revisions::read(&t));
        let revisions = revisions.map_err(|e| spoilt("revisions.json", &e))?;
        let json = |text: Option<String>| {
            text.and_then(|t| serde_json::from_str::<Value>(&t).ok()).unwrap_or_default()
        };
        let summary = json(text("api/v2/components.json")?);
        let state =
            |c: &Value| Some((c["id"].as_str()?.to_string(), ComponentStatus::parse(c["status"].as_str()?)));
        let states = summary["components"].as_array().into_iter().flatten().filter_map(state).collect();
        let measured = json(text("live.json")?)["measured"].as_str().and_then(parse_rfc3339);
        // Earlier versions wrote no time of their own.
        published.at = published.at.or(measured);
        Ok(Self { published, notices, revisions, states, measured })
    }
}

fn words(public: &Public, beside: &Path) -> Result<Vec<Words>, String> {
    let folder = public.translations.as_ref().map(|f| beside.join(f));
    let one = |language: &String| {
        let own = match &folder {
            Some(folder) => {
                folder::read_text(folder, &format!("{language}.json")).map_err(|e| e.to_string())?
            }
            None => None,
        };
        Words::new(language, own.as_deref()).map_err(|e| format!("words of {language}: {e}"))
    };
    public.languages.iter().map(one).collect()
}

/// What other pages say now.
fn listed(
    asker: &Asker,
    config: &Config,
    public: &Public,
    now: Millis,
    queries: &mut usize,
    warnings: &mut Vec<String>,
) -> Vec<Listed> {
    let mut all = Vec::new();
    for source in public.import.iter().filter_map(|name| config.source(name)) {
        let mut better = None;
        let mut ask = |request: Request, read: Reader| {
            *queries += 1;
            let asked = statuspages::ask(asker, source, &request, now, read);
            better = better.take().or(asked.better);
            match asked.answer {
                Ok(parsed) => {
                    warnings.extend(parsed.warnings.iter().map(|w| format!("{}: {w}", source.name)));
                    Some(parsed.data)
                }
                Err(error) => {
                    warnings.push(format!(
                        "source {:?}: {error}; what it said before stays. The address of a status page ends in {}",
                        source.name,
                        statuspage::API
                    ));
                    None
                }
            }
        };
        all.push(Listed {
            // The same page, however its address is written.
            page: page_key(source.url.trim_end_matches('/').trim_end_matches(statuspage::API)),
            incidents: ask(statuspage::incidents(), statuspage::read_incidents),
            unresolved: ask(statuspage::unresolved(), statuspage::read_incidents),
            maintenances: ask(statuspage::maintenances(), statuspage::read_maintenances),
        });
        if let Some(better) = better {
            warnings.push(format!("source {:?}: {}", source.name, statuspages::use_instead(&better)));
        }
    }
    all
}

type Reader = fn(&Response) -> Result<Parsed<Vec<Notice>>, SourceError>;

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
fn measure(asker: &Asker, config: &Config, asks: Vec<Ask>, now: Millis, zone: &Offsets) -> Answered {
    let mut measured =
        Answered { readings: Readings::default(), whole: true, warnings: Vec::new(), notes: Vec::new() };
    let mut answers: Vec<(Ask, Option<Frame>)> = Vec::new();
    for ask in asks {
        let Some(source) = config.source(&ask.source) else { continue };
        let answer = asker.frame(source, &ask.request, &ask.parts, now);
        let doubt = match &answer {
            Ok(parsed) => parsed.partial(),
            Err(error) => Some(format!("{error} {}", error.remedy())),
        };
        if let Some(doubt) = &doubt {
            measured.warnings.push(format!(
                "source {:?}: {doubt} What was measured before stays, with its age",
                source.name
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

/// The live part's files in a built bundle.
fn live_part(bundle: &Path) -> Result<LivePart, String> {
    let names = folder::names(bundle).map_err(|e| e.to_string())?;
    let find = |ending: &str| {
        let fits = |n: &&String| n.starts_with("status-") && n.ends_with(ending);
        names.iter().find(fits).cloned().ok_or_else(|| {
            format!(
                "{}: there is no status-*{ending}. Build the bundle first (make build), or leave out --live",
                bundle.display()
            )
        })
    };
    let live = Live { script: find(".js")?, wasm: find(".wasm")? };
    let read = |name: &String| {
        folder::read_bytes(bundle, name).map(|b| (name.clone(), b)).map_err(|e| e.to_string())
    };
    let files = vec![read(&live.script)?, read(&live.wasm)?];
    Ok((live, files))
}
