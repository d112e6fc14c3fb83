//! `fourlights check`: the faults the console would show, what is wrong with incident files, and with `--live` what the
//! sources answer.

use super::clocks::read_clocks;
use super::command::{complain, say};
use super::configuration;
use super::incidents;
use super::statuspages;
use fourlights::config::{Bound, Config, Indicator, Level, Slo, Source, SourceKind};
use fourlights::domain::series::Frame;
use fourlights::domain::signal::Signal;
use fourlights::domain::time::{DAY, MINUTE, Millis};
use fourlights::publish::incident_file::FileFault;
use fourlights::sources::prometheus::{Fold, Term, TermSpan};
use fourlights::sources::{
    Parsed, Request, Response, SourceError, alertmanager, partial_text, prometheus, statuspage,
};
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
        Ok(odd) => {
            if odd == 0 {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(PARTLY)
            }
        }
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

/// Asks each source for its state, each signal set for each of its signals, each objective for its events.
fn ask_all(config: &Config, now: Millis) -> ExitCode {
    let mut failed = 0;
    for source in &config.sources {
        let ask = |request: &Request| send_to(&source.url, request, source.deadline, now);
        let state = match source.kind {
            SourceKind::Prometheus => ask(&prometheus::build_info())
                .and_then(|r| prometheus::read_build_info(&r))
                .map(|b| b.map(|b| format!("version {}", b.version))),
            SourceKind::Alertmanager => ask(&alertmanager::status())
                .and_then(|r| alertmanager::read_status(&r))
                .map(|s| s.map(|s| format!("version {}, cluster {}", s.version, s.cluster))),
            SourceKind::Statuspage => {
                let asked =
                    statuspages::ask(source, &statuspage::incidents(), now, statuspage::read_incidents);
                let hint = asked.better.map(|url| format!("; {}", statuspages::use_instead(&url)));
                asked.answer.map(|i| i.map(|i| format!("{} incidents{}", i.len(), hint.unwrap_or_default())))
            }
        };
        line(&mut failed, &source.name, state);
    }
    let clocks = read_clocks(config, config.sources.iter().map(|s| s.name.as_str()));
    if let Some(text) = clocks.complaint("this machine") {
        say(&format!("  CLOCK {text}\n"));
    }
    for set in &config.signal_sets {
        let Some(source) = config.source(&set.source) else { continue };
        for signal in Signal::ALL {
            let Some(query) = set.query(signal, Level::Service, MINUTE, DAY) else { continue };
            let now = now + clocks.correction(&source.name);
            let text = ask_frame(source, &query, now).map(|parsed| {
                parsed.map(|frame| match frame.series.len() {
                    0 => format!("no series, check the metric, the selector and by: {query}{}", hint(&query)),
                    n => format!("{n} series"),
                })
            });
            line(&mut failed, &format!("{} {}", set.name, signal.name()), text);
        }
    }
    for slo in &config.slos {
        let Some(source) = config.source(&slo.source) else { continue };
        let now = now + clocks.correction(&source.name);
        let what = format!("objective {}", slo.id);
        match slo.bound.as_ref().map(|bound| ask_bound(source, bound, now)) {
            Some(Ok(Err(wrong))) => {
                failed += 1;
                say(&format!("  FAIL  {what}: {wrong}\n"));
            }
            Some(Err(error)) => line(&mut failed, &what, Err(error)),
            _ => line(&mut failed, &what, ask_objective(source, slo, now)),
        }
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints what was found, or counts and prints a failure.
fn line(failed: &mut usize, what: &str, result: Result<Parsed<String>, SourceError>) {
    match result {
        Ok(Parsed { data: text, warnings }) => {
            // No failure, but nothing to see either, or not all of it.
            let mark = match partial_text(&warnings) {
                Some(_) => "PART ",
                None if text.starts_with("no series") => "empty",
                None => "ok   ",
            };
            *failed += usize::from(mark == "PART ");
            say(&format!("  {mark} {what}: {text}\n"));
            for warning in &warnings {
                say(&format!("        {warning}\n"));
            }
        }
        Err(error) => {
            *failed += 1;
            say(&format!("  FAIL  {what}: {error}\n        {}\n", error.remedy()));
        }
    }
}

/// Whether a histogram has a bound; the inner error names those it has.
fn ask_bound(source: &Source, bound: &Bound, now: Millis) -> Result<Result<(), String>, SourceError> {
    let frame = ask_frame(source, &bound.known, now)?.data;
    let mut known: Vec<f64> = frame
        .series
        .iter()
        .filter_map(|s| s.labels.get("le")?.parse().ok())
        .filter(|b: &f64| !b.is_nan())
        .collect();
    known.sort_by(f64::total_cmp);
    known.dedup();
    // Without any bound the histogram itself is missing, which the objective's own queries say.
    if known.is_empty() || known.contains(&bound.at) {
        return Ok(Ok(()));
    }
    let all: Vec<String> = known.iter().filter(|b| b.is_finite()).map(f64::to_string).collect();
    Ok(Err(format!("no series has the bound {}; the histogram has {}", bound.at, all.join(", "))))
}

/// What the queries of an objective find over its window.
fn ask_objective(source: &Source, slo: &Slo, now: Millis) -> Result<Parsed<String>, SourceError> {
    let queries: Vec<(&str, &String)> = match &slo.indicator {
        Indicator::Bad { bad, valid } => vec![("bad", bad), ("valid", valid)],
        Indicator::Good { good, valid } => vec![("good", good), ("valid", valid)],
        Indicator::Share(good) => vec![("good", good)],
    };
    let span = TermSpan::Trailing(slo.objective.window.usual());
    // Shares are never added up.
    let fold = if matches!(slo.indicator, Indicator::Share(_)) { Fold::Single } else { Fold::Sum };
    let term = |(name, query): &(&str, &String)| Term {
        key: (*name).into(),
        expression: (*query).clone(),
        span,
        fold,
    };
    let terms: Vec<Term> = queries.iter().map(term).collect();
    let parsed = ask_frame(source, &prometheus::joined(&terms, now), now)?;
    let missing = queries.iter().find(|(name, _)| prometheus::figure(&parsed.data, name).is_none());
    let found = match missing {
        Some((name, query)) => {
            format!("no series for {name}, check its metric and labels: {query}{}", hint(query))
        }
        None => format!("{} found", queries.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" and ")),
    };
    Ok(parsed.map(|_| found))
}

/// What may be wrong with a query that finds nothing: Prometheus 3 stores `le="1.0"`, Prometheus 2 `le="1"`.
fn hint(query: &str) -> &'static str {
    let whole =
        |rest: &str| rest.split('"').next().is_some_and(|b| b.parse::<f64>().is_ok_and(|b| b.fract() == 0.0));
    if query.split("le=\"").skip(1).any(whole) {
        "; Prometheus 3 writes le=\"1.0\" where Prometheus 2 wrote \"1\": le=~\"1(\\\\.0)?\" matches both"
    } else {
        ""
    }
}

fn ask_frame(source: &Source, query: &str, now: Millis) -> Result<Parsed<Frame>, SourceError> {
    let response = send_to(&source.url, &prometheus::instant(query, now), source.deadline, now)?;
    prometheus::read_frame(&response)
}

fn send_to(url: &str, request: &Request, deadline: Millis, now: Millis) -> Result<Response, SourceError> {
    if url == "demo:" { Ok(Demo::new(4, now).answer(request, now)) } else { send(url, request, deadline) }
}
