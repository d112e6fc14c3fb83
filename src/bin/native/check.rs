//! `fourlights check`: the faults the console would show, what is wrong with incident files, and with `--live` what the
//! sources answer.

use super::command::{complain, say};
use super::configuration;
use super::incidents;
use fourlights::config::{Config, Level, SourceKind};
use fourlights::domain::signal::Signal;
use fourlights::domain::time::{DAY, MINUTE, Millis};
use fourlights::publish::incident_file::FileFault;
use fourlights::sources::{Request, Response, SourceError, alertmanager, prometheus, statuspage};
use fourlights::transport::demo::Demo;
use fourlights::transport::native::send;
use std::path::Path;
use std::process::ExitCode;

pub fn run(file: &Path, live: bool, now: Millis) -> ExitCode {
    let config = match configuration::load(file) {
        Ok(config) => config,
        Err(code) => return code,
    };
    say(&format!(
        "{} is valid: {} sources, {} services, {} SLOs, {} capacity resources\n",
        file.display(),
        config.sources.len(),
        config.services.len(),
        config.slos.len(),
        config.capacity.len()
    ));
    let files = match incident_files(&config, file, now) {
        Ok(odd) => if odd == 0 { ExitCode::SUCCESS } else { ExitCode::from(PARTLY) },
        Err(code) => return code,
    };
    if live && ask_all(&config, now) == ExitCode::FAILURE { ExitCode::FAILURE } else { files }
}

/// Published, but with warnings: as `publish` would exit.
const PARTLY: u8 = 4;

/// Looks at the incident files as `publish` would. How many warnings there are; a fault fails.
fn incident_files(config: &Config, file: &Path, now: Millis) -> Result<usize, ExitCode> {
    let Some(public) = config.public.as_ref().filter(|p| p.incidents.is_some()) else { return Ok(0) };
    let beside = file.parent().unwrap_or(Path::new("."));
    let all = incidents::read(public, beside, &[], now).map_err(|error| {
        complain(&format!("{error}\n"));
        ExitCode::FAILURE
    })?;
    for (fault, _) in &all.faults {
        complain(&format!("{}\n", with_level(fault, "error")));
    }
    for warning in &all.warnings {
        complain(&format!("{}\n", with_level(warning, "warning")));
    }
    say(&format!(
        "incident files: {} read, {} faults, {} warnings\n",
        all.notices.len(),
        all.faults.len(),
        all.warnings.len()
    ));
    if all.faults.is_empty() { Ok(all.warnings.len()) } else { Err(ExitCode::FAILURE) }
}

/// `incidents/a.md:3:9: error: ..`, the form that editors and hosts of repositories make links and notes of.
fn with_level(fault: &FileFault, level: &str) -> String {
    let (line, column) = (fault.line.unwrap_or(1), fault.column.unwrap_or(1));
    format!("{}:{line}:{column}: {level}: {}. Expected {}", fault.file, fault.found, fault.expected)
}

/// Asks each source for its state and each signal set for each of its signals.
fn ask_all(config: &Config, now: Millis) -> ExitCode {
    let mut failed = 0;
    let mut line = |what: &str, result: Result<String, SourceError>| match result {
        Ok(text) => {
            // No failure, but nothing to see either.
            let mark = if text.starts_with("no series") { "empty" } else { "ok   " };
            say(&format!("  {mark} {what}: {text}\n"));
        }
        Err(error) => {
            failed += 1;
            say(&format!("  FAIL  {what}: {error}\n        {}\n", error.remedy()));
        }
    };
    for source in &config.sources {
        let ask = |request: &Request| send_to(&source.url, request, source.deadline, now);
        let state = match source.kind {
            SourceKind::Prometheus => ask(&prometheus::build_info())
                .and_then(|r| prometheus::read_build_info(&r))
                .map(|b| format!("version {}", b.data.version)),
            SourceKind::Alertmanager => ask(&alertmanager::status())
                .and_then(|r| alertmanager::read_status(&r))
                .map(|s| format!("version {}, cluster {}", s.data.version, s.data.cluster)),
            SourceKind::Statuspage => ask(&statuspage::incidents())
                .and_then(|r| statuspage::read_incidents(&r))
                .map(|i| format!("{} incidents", i.data.len())),
        };
        line(&source.name, state);
    }
    for set in &config.signal_sets {
        let Some(source) = config.source(&set.source) else { continue };
        for signal in Signal::ALL {
            let Some(query) = set.query(signal, Level::Service, MINUTE, DAY) else { continue };
            let frame = send_to(&source.url, &prometheus::instant(&query, now), source.deadline, now)
                .and_then(|r| prometheus::read_frame(&r));
            let text = frame.map(|f| match f.data.series.len() {
                0 => format!("no series, check the metric, the selector and by: {query}"),
                n => format!("{n} series"),
            });
            line(&format!("{} {}", set.name, signal.name()), text);
        }
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn send_to(url: &str, request: &Request, deadline: Millis, now: Millis) -> Result<Response, SourceError> {
    if url == "demo:" { Ok(Demo::new(4, now).answer(request, now)) } else { send(url, request, deadline) }
}
