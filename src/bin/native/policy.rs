//! `fourlights policy`: whether to deploy, for a pipeline.

use super::ask::Asker;
use super::clocks::read_clocks;
use super::configuration;
use super::terminal::{complain, say};
use super::zones::offsets;
use fourlights::config::{Config, Slo};
use fourlights::domain::slo::Policy;
use fourlights::domain::time::Millis;
use fourlights::domain::zone::Offsets;
use fourlights::model::{
    PolicyLine, Standing, badge, groups, policy_json, policy_line, standing, standing_question,
};
use fourlights::poll::Reply;
use fourlights::sources::{Parsed, partial_text};
use std::path::Path;
use std::process::ExitCode;

/// A budget is exhausted: do not deploy.
const FROZEN: u8 = 3;
/// Nothing is known of a budget: decide manually.
const UNKNOWN: u8 = 4;

/// Prints `policy.json`, and with a folder writes it there with a badge for each objective.
pub fn run(file: &Path, only: Option<&str>, folder: Option<&Path>, now: Millis) -> ExitCode {
    let config = match configuration::load(file) {
        Ok(config) => config,
        Err(code) => return code,
    };
    if let Some(id) = only.filter(|id| config.slo(id).is_none()) {
        let known: Vec<&str> = config.slos.iter().map(|s| s.id.as_str()).collect();
        complain(&format!("no SLO has the id {id:?}; the file has {}\n", known.join(", ")));
        return ExitCode::FAILURE;
    }
    let lines: Vec<PolicyLine> = ask_all(&config, now)
        .iter()
        .filter(|(slo, _)| only.is_none_or(|id| slo.id == id))
        .map(|(slo, standing)| policy_line(slo, standing.as_ref()))
        .collect();
    let text = policy_json(&lines, now);
    if let Some(folder) = folder
        && let Err(error) = write(folder, &text, &lines)
    {
        complain(&format!("cannot write to {}: {error}\n", folder.display()));
        return ExitCode::FAILURE;
    }
    say(&text);
    match lines.iter().map(|l| l.policy).max() {
        _ if lines.iter().any(|l| l.policy == Some(Policy::Frozen)) => ExitCode::from(FROZEN),
        _ if lines.iter().any(|l| l.policy.is_none()) => ExitCode::from(UNKNOWN),
        _ => ExitCode::SUCCESS,
    }
}

fn write(folder: &Path, text: &str, lines: &[PolicyLine]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    // Renamed into place, so that whoever reads meanwhile reads a whole file.
    let put = |name: &str, text: &str| {
        let new = folder.join(format!(".{name}.new"));
        std::fs::write(&new, text)?;
        std::fs::rename(new, folder.join(name))
    };
    put("policy.json", text)?;
    lines.iter().try_for_each(|line| put(&format!("{}.svg", line.id), &badge(line)))
}

/// Every objective with its standing; a source that does not answer, or not in full, is complained of.
fn ask_all(config: &Config, now: Millis) -> Vec<(Slo, Option<Standing>)> {
    let asker = Asker::default();
    let clocks = read_clocks(&asker, config, config.slos.iter().map(|slo| slo.source.as_str()));
    if let Some(text) = clocks.complaint("this machine") {
        complain(&format!("{text}\n"));
    }
    let mut all: Vec<(Slo, Option<Standing>)> = config.slos.iter().map(|s| (s.clone(), None)).collect();
    for group in groups(config) {
        let source = group.first().and_then(|i| config.slos.get(*i)).map(|slo| slo.source.as_str());
        let now = now + source.map_or(0, |source| clocks.correction(source));
        let slos: Vec<(Slo, Offsets)> = group
            .iter()
            .filter_map(|i| config.slos.get(*i))
            .map(|slo| (slo.clone(), offsets(&slo.zone)))
            .collect();
        let borrowed: Vec<(&Slo, &Offsets)> = slos.iter().map(|(slo, zone)| (slo, zone)).collect();
        let Some(question) = standing_question(&borrowed, now, &[]) else { continue };
        let Some(asked) = config.source(question.source()) else { continue };
        match asker.question(asked, &question, now) {
            Ok(Parsed { data: Reply::Frame(frame), warnings }) => {
                for warning in &warnings {
                    complain(&format!("{}: {warning}\n", question.source()));
                }
                let partial = partial_text(&warnings);
                for (place, (slo, zone)) in group.iter().zip(&slos) {
                    if let Some(entry) = all.get_mut(*place) {
                        let found = standing(slo, &frame, now, zone).doubted(partial.clone());
                        if let Some(several) = &found.several {
                            complain(&format!("{}: {several}\n", slo.id));
                        }
                        entry.1 = Some(found);
                    }
                }
            }
            Ok(_) => {}
            Err(error) => complain(&format!("{}: {error}\n  {}\n", question.source(), error.remedy())),
        }
    }
    all
}
