//! `fourlights publish`: writes the public page, once or again and again.

use super::ask::Asker;
use super::clocks::read_clocks;
use super::configuration;
use super::incidents;
use super::terminal::{complain, now, say};
use super::zones::offsets;
use fourlights::config::{Public, Source};
use fourlights::domain::public::History;
use fourlights::domain::public::day::date_text;
use fourlights::domain::series::Frame;
use fourlights::domain::time::Millis;
use fourlights::domain::zone::rfc3339;
use fourlights::publish::before::{self, Before};
use fourlights::publish::history;
use fourlights::publish::measure::sources;
use fourlights::publish::run::{Outcome, Run, Sources};
use fourlights::publish::shell::Live;
use fourlights::publish::site::LivePart;
use fourlights::sources::{Parsed, Part, Request, Response, SourceError};
use fourlights::status_page::words::Words;
use fourlights::transport::folder::{self, Written};
use serde_json::json;
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
        Ok((report, written)) => {
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
                "incidents": report.incidents, "files": written.files, "changed": written.changed,
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

/// Asks by an [`Asker`] at a moment.
struct At<'a> {
    asker: &'a Asker,
    now: Millis,
}

impl Sources for At<'_> {
    fn send(&self, source: &Source, request: &Request) -> Result<Response, SourceError> {
        self.asker.send(source, request, self.now)
    }

    fn frame(
        &self,
        source: &Source,
        request: &Request,
        parts: &[Part],
    ) -> Result<Parsed<Frame>, SourceError> {
        self.asker.frame(source, request, parts, self.now)
    }
}

fn publish(options: &Options, asker: &Asker, anew: bool, now: Millis) -> Result<(Outcome, Written), String> {
    let config =
        configuration::load(&options.file).map_err(|_| "not published; the old page stays".to_string())?;
    let Some(public) = &config.public else {
        return Err(format!(
            "{}: $.public is missing: the address and the components of the page. Example: {{ \"url\": \"https://status.example.com/\", \"components\": [{{ \"id\": \"api\", \"name\": \"API\" }}] }}",
            options.file.display()
        ));
    };
    let beside = options.file.parent().unwrap_or(Path::new("."));
    // Samples are found by the clock they were stamped with.
    let clocks = read_clocks(asker, &config, sources(&config).into_iter());
    let now = now + clocks.notable();
    let mut warnings: Vec<String> = clocks.complaint("this machine").into_iter().collect();
    let before = read_before(&options.out)?;
    if let Some(fault) = before.clock_fault(now).filter(|_| !options.accept_clock) {
        return Err(format!("{fault}. Not published; the old page stays"));
    }
    let words = words(public, beside)?;
    let files = incidents::read(public, beside, &before.notices, now)?;
    warnings.extend(incidents::complaints(&files));
    let run = Run {
        config: &config,
        public,
        zone: offsets(&public.zone),
        now,
        before,
        notices: files.notices,
        earlier: earlier_days(public, beside)?,
        words: &words,
        live: options.live.as_deref().map(live_part).transpose()?,
        anew,
    };
    let mut outcome = run.publish(&At { asker, now });
    outcome.warnings.splice(..0, warnings);
    let written = folder::write(&options.out, &outcome.files).map_err(|e| e.to_string())?;
    Ok((outcome, written))
}

/// What the last run left in the folder of the page.
fn read_before(out: &Path) -> Result<Before, String> {
    let mut texts = BTreeMap::new();
    for name in before::FILES {
        if let Some(text) = folder::read_text(out, name).map_err(|e| e.to_string())? {
            texts.insert(name, text);
        }
    }
    Before::read(&texts).map_err(|spoilt| {
        format!(
            "{}: {}. The days of the past are read from it, so nothing was written. Restore it, or remove the folder to start over",
            out.join(spoilt.file).display(),
            spoilt.what
        )
    })
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
