//! `fourlights check`: the faults the console would show, what is wrong with incident files, and with `--live` what the
//! sources answer.

use super::ask::Asker;
use super::check_capacity;
use super::check_objectives::{WRONG, find};
use super::check_pager;
use super::clocks::read_clocks;
use super::configuration;
use super::incidents;
use super::keys;
use super::terminal::{complain, say};
use super::{check_on_call, check_runbooks};
use fourlights::config::{Config, Level, Reach, Source};
use fourlights::domain::signal::Signal;
use fourlights::domain::time::{DAY, MINUTE, Millis};
use fourlights::publish::incident_file::FileFault;
use fourlights::sources::{
    Call, Parsed, Request, Response, SourceError, page_address, partial_text, system_of,
};
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
    for source in &config.sources {
        if let Some(caution) = source.kind.0.caution {
            complain(&format!("warning: {}: {caution}\n", source.name));
        }
        let key = source.kind.0.key.as_ref().filter(|_| live && source.reach != Reach::Demo);
        if let Some(key) = key.filter(|_| keys::of(&source.name).is_none()) {
            // A proxy may add it.
            let variable = keys::variable(&source.name);
            say(&format!("{}: no key in {variable} ({})\n", source.name, key.about));
        }
    }
    let beside = file.parent().unwrap_or(Path::new("."));
    let people = people_and_runbooks(&config, beside, now);
    let files = match incident_files(&config, file, now) {
        Ok(odd) => {
            if odd + people == 0 {
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

/// Looks at who is on call in the next weeks, and at the runbooks. How many warnings there are.
fn people_and_runbooks(config: &Config, beside: &Path, now: Millis) -> usize {
    let mut n = 0;
    if !config.on_call.schedules.is_empty() {
        let gaps = check_on_call::gaps(config, now);
        gaps.iter().for_each(|gap| complain(&format!("{gap}\n")));
        say(&format!(
            "on-call schedules: {}, {} gaps within 90 days\n",
            config.on_call.schedules.len(),
            gaps.len()
        ));
        n += gaps.len();
    }
    if !config.runbooks.is_empty() {
        let found = check_runbooks::check(config, beside, now);
        found.warnings.iter().chain(&found.stale).for_each(|warning| complain(&format!("{warning}\n")));
        let (warnings, stale) = (found.warnings.len(), found.stale.len());
        say(&format!("runbooks: {} read, {warnings} warnings, {stale} stale\n", found.read));
        n += warnings;
    }
    n
}

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

/// What a source says of itself; a page of notices is asked for them, also by an address that lacks a part.
fn probe(asker: &Asker, source: &Source, now: Millis) -> Result<Parsed<String>, SourceError> {
    let system = system_of(source)?;
    let Some(probe) = system.probe else { return Ok(Parsed::new(String::new())) };
    let Call { request, read, .. } = probe();
    let ask = |response: &Response| read(response, &source.name);
    if system.notices.is_none() {
        let answer = asker.send(source, &request, now)?;
        return Ok(ask(&answer)?.map(|p| p.text()));
    }
    let send = |source: &Source, request: &Request| asker.send(source, request, now);
    let asked = page_address::ask(source, &request, send, ask);
    let hint = asked.better.map(|url| format!("; {}", page_address::use_instead(&url)));
    asked.answer.map(|answer| answer.map(|p| format!("{}{}", p.text(), hint.unwrap_or_default())))
}

/// Asks each source for its state, each signal set for each of its signals, each objective for its events.
fn ask_all(config: &Config, now: Millis) -> ExitCode {
    let mut failed = 0;
    let asker = Asker::default();
    let mut line = |what: &str, result: Result<Parsed<String>, SourceError>| match result {
        Ok(Parsed { data: text, warnings }) => {
            // No failure, but nothing to see either, or not all of it.
            let mark = match partial_text(&warnings) {
                _ if text.starts_with(WRONG) => "WRONG",
                Some(_) => "PART ",
                None if text.starts_with("no series") => "empty",
                None => "ok   ",
            };
            failed += usize::from(matches!(mark, "WRONG" | "PART "));
            say(&format!("  {mark} {what}: {}\n", text.trim_start_matches(WRONG)));
            for warning in &warnings {
                say(&format!("        {warning}\n"));
            }
        }
        Err(error) => {
            failed += 1;
            say(&format!("  FAIL  {what}: {error}\n        {}\n", error.remedy()));
        }
    };
    for source in &config.sources {
        line(&source.name, probe(&asker, source, now));
        for (what, answer) in check_pager::ask(&asker, source, now) {
            line(&format!("{} {what}", source.name), answer);
        }
    }
    let clocks = read_clocks(&asker, config, config.sources.iter().map(|s| s.name.as_str()));
    if let Some(text) = clocks.complaint("this machine") {
        say(&format!("  CLOCK {text}\n"));
    }
    for set in &config.signal_sets {
        let Some(source) = config.source(&set.source) else { continue };
        let Some(metrics) = system_of(source).ok().and_then(|system| system.metrics) else { continue };
        for signal in Signal::ALL {
            let Some(measure) = set.measure(signal, Level::Service, MINUTE, DAY) else { continue };
            let now = now + clocks.correction(&source.name);
            let query = metrics.text(&measure);
            let asked = metrics.instant(&measure, now);
            let frame = asked.and_then(|request| metrics.read(&asker.send(source, &request, now)?));
            let text = frame.map(|parsed| {
                parsed.map(|frame| match frame.series.len() {
                    0 => format!(
                        "no series, check the metric, the selector and by: {query}{}",
                        metrics.hint(&query)
                    ),
                    n => format!("{n} series"),
                })
            });
            line(&format!("{} {}", set.name, signal.name()), text);
        }
    }
    for slo in &config.slos {
        let Some(source) = config.source(&slo.source) else { continue };
        let Some(metrics) = system_of(source).ok().and_then(|system| system.metrics) else { continue };
        let now = now + clocks.correction(&source.name);
        let ask = |request: &Request| asker.send(source, request, now);
        line(&format!("objective {}", slo.id), find(slo, metrics, ask, now));
    }
    for resource in &config.capacity {
        let Some(source) = config.source(&resource.source) else { continue };
        let Ok(system) = system_of(source) else { continue };
        let now = now + clocks.correction(&source.name);
        let ask = |request: &Request| asker.send(source, request, now);
        line(&format!("capacity {}", resource.id), check_capacity::find(resource, system, ask, now));
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
