//! The commands and their usage.

use super::terminal::{complain, now, say};
use super::{backtest, check, decode, forecast, import, import_page, policy, publish, rules};
use fourlights::config::schema;
use fourlights::domain::time::{SECOND, parse_duration};
use fourlights::model::Part;
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage:
  fourlights check FILE          say all that is wrong with a configuration; exit 1 if anything is
  fourlights check --live FILE   also ask each source, and say which queries find nothing
  fourlights schema              print the JSON Schema of the configuration
  fourlights schema --markdown   print the same as tables
  fourlights rules FILE          print Prometheus rules for the SLOs and alert rules of a configuration
                                 (--slos or --alerts: only these; --source NAME: of one source)
  fourlights policy FILE         ask the sources and print policy.json: whether to deploy
                                 (--slo ID: one objective; --out FOLDER: write it there, with badges)
                                 exit 0: deploy, 3: a budget is exhausted, 4: one is not known
  fourlights publish FILE --out FOLDER
                                 write the public page; what it cannot renew it keeps, and says so
                                 (--live FOLDER: with the live part from a built bundle; --watch [60s]: again and
                                 again; --anew: measure all days again and report what changed; --accept-clock:
                                 the clock is right although it is before the last run or long after it).
                                 Prints a JSON line a run.
                                 exit 0: published, 4: published, but something of it is old, 1: the old page stays
  fourlights import FILE...      read OpenSLO v1 documents, print entries for a configuration
  fourlights import-page KIND PLACE --out FOLDER
                                 take over a whole status page: incidents, maintenance, components, days. KIND is
                                 statuspage (an address, or a folder with its files), cstate or upptime (a checkout),
                                 uptime-kuma (a backup), kener (a folder with saved answers of its API)
  fourlights decode KIND WHAT FILE...
                                 read recorded response bodies as the console would (prometheus alerts a.json), print
                                 a JSON line a file: what was understood, or the error
                                 (--status N, --content-type TYPE: how they came)
  fourlights request KIND WHAT --config FILE
                                 print the request that would be sent, without secrets
                                 (--source NAME: of this source; --query TEXT: for series and figures)
  fourlights backtest --train FILE --test FILE --season N --horizon N
                                 score forecasts of series (lines of id,value,value,...) whose continuation is known
                                 (--method NAME|all: default all; --json: one object keyed by method)
  fourlights forecast --train FILE --season N --horizon N
                                 print the values that follow each series
                                 (--method NAME: default auto; --levels 80,95: with intervals, as id,kind,value,...)
";

pub fn run(arguments: Vec<String>) -> ExitCode {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["check", "--live", file] | ["check", file, "--live"] => check::run(Path::new(file), true, now()),
        ["check", file] => check::run(Path::new(file), false, now()),
        ["schema"] => say(&schema::text()),
        ["schema", "--markdown"] => say(&schema::markdown()),
        ["policy", rest @ ..] => with_policy(rest),
        ["import", files @ ..] if !files.is_empty() => import::run(files),
        ["import-page", kind, place, "--out", out] => import_page::run(kind, place, Path::new(out)),
        ["decode", kind, what, rest @ ..] => with_decode(kind, what, rest),
        ["request", kind, what, rest @ ..] => with_request(kind, what, rest),
        ["rules", rest @ ..] => with_rules(rest),
        ["backtest", rest @ ..] => with_forecasts(rest, true),
        ["forecast", rest @ ..] => with_forecasts(rest, false),
        ["publish", rest @ ..] => with_publish(rest),
        ["help" | "--help" | "-h"] => say(USAGE),
        _ => usage(),
    }
}

fn with_rules(words: &[&str]) -> ExitCode {
    let (mut file, mut source, mut part) = (None, None, Part::All);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--slos" => part = Part::Slos,
            "--alerts" => part = Part::Alerts,
            "--source" => source = words.next().copied(),
            name if file.is_none() && !name.starts_with("--") => file = Some(name),
            _ => return usage(),
        }
    }
    match file {
        Some(file) => rules::run(Path::new(file), source, part),
        None => usage(),
    }
}

fn with_decode(kind: &str, what: &str, words: &[&str]) -> ExitCode {
    let (mut files, mut recorded) = (Vec::new(), decode::Recorded::default());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--status" => match words.next().and_then(|n| n.parse().ok()) {
                Some(status) => recorded.status = Some(status),
                None => return usage(),
            },
            "--content-type" => recorded.content_type = words.next().map(ToString::to_string),
            name if !name.starts_with("--") => files.push(name),
            _ => return usage(),
        }
    }
    if files.is_empty() { usage() } else { decode::run(kind, what, &files, &recorded) }
}

fn with_request(kind: &str, what: &str, words: &[&str]) -> ExitCode {
    let (mut config, mut source, mut query) = (None, None, None);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--config" => config = words.next().map(Path::new),
            "--source" => source = words.next().copied(),
            "--query" => query = words.next().copied(),
            _ => return usage(),
        }
    }
    match config {
        Some(config) => decode::request(&decode::Wanted { kind, what, config, source, query }, now()),
        None => usage(),
    }
}

fn with_publish(words: &[&str]) -> ExitCode {
    let (mut file, mut out, mut live, mut watch) = (None, None, None, None);
    let (mut anew, mut accept_clock) = (false, false);
    let mut words = words.iter().copied().peekable();
    while let Some(word) = words.next() {
        match word {
            "--out" => out = words.next().map(Into::into),
            "--live" => live = words.next().map(Into::into),
            "--anew" => anew = true,
            "--accept-clock" => accept_clock = true,
            "--watch" => {
                let typed = words.next_if(|w| w.ends_with(['s', 'm', 'h'])).unwrap_or("60s");
                watch = parse_duration(typed).filter(|d| *d >= SECOND);
                if watch.is_none() {
                    return usage();
                }
            }
            name if file.is_none() && !name.starts_with("--") => file = Some(name.into()),
            _ => return usage(),
        }
    }
    match (file, out) {
        (Some(file), Some(out)) => {
            publish::run(&publish::Options { file, out, live, watch, anew, accept_clock })
        }
        _ => usage(),
    }
}

fn with_policy(words: &[&str]) -> ExitCode {
    let (mut file, mut only, mut folder) = (None, None, None);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--slo" => only = words.next().copied(),
            "--out" => folder = words.next().map(Path::new),
            name if file.is_none() && !name.starts_with("--") => file = Some(name),
            _ => return usage(),
        }
    }
    match file {
        Some(file) => policy::run(Path::new(file), only, folder, now()),
        None => usage(),
    }
}

fn with_forecasts(words: &[&str], scored: bool) -> ExitCode {
    let (mut train, mut test, mut season, mut horizon) = (None, None, None, None);
    let (mut method, mut levels, mut as_json) = (if scored { "all" } else { "auto" }, Vec::new(), false);
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        match word {
            "--train" => train = words.next(),
            "--test" if scored => test = words.next(),
            "--season" => season = words.next().and_then(|n| n.parse::<usize>().ok()).filter(|n| *n > 0),
            "--horizon" => horizon = words.next().and_then(|n| n.parse::<usize>().ok()).filter(|n| *n > 0),
            "--method" => method = words.next().unwrap_or_default(),
            "--json" if scored => as_json = true,
            "--levels" if !scored => {
                let all = words.next().unwrap_or_default().split(',').map(str::parse::<f64>);
                match all.collect::<Result<Vec<f64>, _>>() {
                    Ok(all) if all.iter().all(|l| *l > 0.0 && *l < 100.0) => levels = all,
                    _ => return usage(),
                }
            }
            _ => return usage(),
        }
    }
    let method = match forecast::method(method) {
        Ok(method) => method,
        Err(what) => {
            complain(&what);
            return ExitCode::FAILURE;
        }
    };
    let (Some(train), Some(season), Some(horizon)) = (train, season, horizon) else { return usage() };
    let options = forecast::Options { train: train.into(), season, horizon, method };
    match test {
        Some(test) if scored => backtest::run(&options, test, as_json),
        None if !scored => forecast::run(&options, &levels),
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    complain(USAGE);
    ExitCode::from(2)
}
