//! `fourlights check`: the faults the console would show, and with `--live` what the sources answer.

use super::command::{complain, say};
use fourlights::config::{Config, Fault, FaultKind, Level, SourceKind, read};
use fourlights::domain::signal::Signal;
use fourlights::domain::time::{DAY, MINUTE, Millis};
use fourlights::sources::{Request, Response, SourceError, alertmanager, prometheus, statuspage};
use fourlights::transport::demo::Demo;
use fourlights::transport::native::send;
use std::path::Path;
use std::process::ExitCode;

pub fn run(file: &Path, live: bool, now: Millis) -> ExitCode {
    let text = match std::fs::read(file) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => return report(&[missing(file, &error)]),
    };
    match read(&text) {
        Err(faults) => report(&faults),
        Ok(config) => {
            say(&format!(
                "{} is valid: {} sources, {} services, {} SLOs, {} capacity resources\n",
                file.display(),
                config.sources.len(),
                config.services.len(),
                config.slos.len(),
                config.capacity.len()
            ));
            if live { ask_all(&config, now) } else { ExitCode::SUCCESS }
        }
    }
}

fn missing(file: &Path, error: &std::io::Error) -> Fault {
    let expected = "a configuration file that can be read";
    Fault::new(
        FaultKind::Missing,
        &file.display().to_string(),
        &error.to_string(),
        expected,
        "fourlights check public/fourlights.json",
    )
}

fn report(faults: &[Fault]) -> ExitCode {
    for fault in faults {
        complain(&format!("{fault}\n\n"));
    }
    complain(&format!("{} fault{}\n", faults.len(), if faults.len() == 1 { "" } else { "s" }));
    ExitCode::FAILURE
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
