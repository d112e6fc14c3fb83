//! The commands and their usage.

use super::arguments::{Arguments, Form};
use super::terminal::{complain, now, say};
use super::{backtest, check, decode, forecast, import, import_page, policy, publish, rules};
use fourlights::config::{nearest, schema};
use fourlights::domain::time::{SECOND, parse_duration};
use fourlights::model::Part;
use std::path::Path;
use std::process::ExitCode;

/// A command: what may stand behind it, what it does, and how it is told.
struct Command {
    form: Form,
    run: fn(&Form, &Arguments) -> Result<ExitCode, String>,
    /// its lines of the usage
    usage: &'static str,
    /// what `--help` adds
    more: fn() -> String,
}

const NOTHING_MORE: fn() -> String = String::new;

const COMMANDS: [Command; 11] = [
    Command {
        form: Form { command: "check", words: &["FILE"], flags: &["live"], ..Form::BARE },
        run: |_, read| Ok(check::run(read.path(0), read.has("live"), now())),
        usage: "  fourlights check FILE          say all that is wrong with a configuration; exit 1 if anything is
  fourlights check --live FILE   also ask each source, and say which queries find nothing
",
        more: NOTHING_MORE,
    },
    Command {
        form: Form { command: "schema", flags: &["markdown"], ..Form::BARE },
        run: |_, read| Ok(say(&if read.has("markdown") { schema::markdown() } else { schema::text() })),
        usage: "  fourlights schema              print the JSON Schema of the configuration
  fourlights schema --markdown   print the same as tables
",
        more: NOTHING_MORE,
    },
    Command {
        form: Form {
            command: "rules",
            words: &["FILE"],
            valued: &[("source", "NAME")],
            flags: &["slos", "alerts"], ..Form::BARE },
        run: |_, read| {
            let part = match (read.has("slos"), read.has("alerts")) {
                (true, false) => Part::Slos,
                (false, true) => Part::Alerts,
                _ => Part::All,
            };
            Ok(rules::run(read.path(0), read.value("source"), part))
        },
        usage: "  fourlights rules FILE          print the SLOs and alert rules of a configuration as rules for the system that
                                 evaluates them (--slos or --alerts: only these; --source NAME: of one source)
",
        more: NOTHING_MORE,
    },
    Command {
        form: Form {
            command: "policy",
            words: &["FILE"],
            valued: &[("slo", "api-availability"), ("out", "public")], ..Form::BARE },
        run: |_, read| {
            Ok(policy::run(read.path(0), read.value("slo"), read.value("out").map(Path::new), now()))
        },
        usage: "  fourlights policy FILE         ask the sources and print policy.json: whether to deploy
                                 (--slo ID: one objective; --out FOLDER: write it there, with badges)
                                 exit 0: deploy, 3: a budget is exhausted, 4: one is not known
",
        more: NOTHING_MORE,
    },
    Command {
        form: Form {
            command: "publish",
            words: &["FILE"],
            valued: &[("out", "public"), ("live", "dist")],
            optional: &[("watch", "60s")],
            flags: &["anew", "accept-clock"], ..Form::BARE },
        run: with_publish,
        usage: "  fourlights publish FILE --out FOLDER
                                 write the public page; what it cannot renew it keeps, and says so
                                 (--live FOLDER: with the live part from a built bundle; --watch [60s]: again and
                                 again; --anew: measure all days again and report what changed; --accept-clock:
                                 the clock is right although it is before the last run or long after it).
                                 Prints a JSON line a run.
                                 exit 0: published, 4: published, but something of it is old, 1: the old page stays
",
        more: NOTHING_MORE,
    },
    Command {
        form: Form { command: "import", words: &["FILE"], many: true, ..Form::BARE },
        run: |_, read| Ok(import::run(&read.words_from(0))),
        usage: import::USAGE,
        more: NOTHING_MORE,
    },
    Command {
        form: Form {
            command: "import-page",
            words: &["KIND", "PLACE"],
            valued: &[("out", "incidents")], ..Form::BARE },
        run: |form, read| {
            let out = form.needed(read, "out")?;
            Ok(import_page::run(read.word(0), read.word(1), Path::new(out)))
        },
        usage: import_page::USAGE,
        more: NOTHING_MORE,
    },
    Command {
        form: Form {
            command: "decode",
            words: &["KIND", "WHAT", "FILE"],
            many: true,
            valued: &[("status", "503"), ("content-type", "application/json")], ..Form::BARE },
        run: |form, read| {
            let status = form.parsed(read, "status", "a status of HTTP", |text| text.parse().ok())?;
            let recorded =
                decode::Recorded { status, content_type: read.value("content-type").map(Into::into) };
            Ok(decode::run(read.word(0), read.word(1), &read.words_from(2), &recorded))
        },
        usage: "  fourlights decode KIND WHAT FILE...
                                 read recorded response bodies as the console would, print a JSON line a file: what
                                 was understood, or the error (--status N, --content-type TYPE: how they came)
",
        more: decode::list,
    },
    Command {
        form: Form {
            command: "request",
            words: &["KIND", "WHAT"],
            valued: &[("config", "fourlights.json"), ("source", "NAME"), ("query", "up")], ..Form::BARE },
        run: |form, read| {
            let wanted = decode::Wanted {
                kind: read.word(0),
                what: read.word(1),
                config: Path::new(form.needed(read, "config")?),
                source: read.value("source"),
                query: read.value("query"),
            };
            Ok(decode::request(&wanted, now()))
        },
        usage: "  fourlights request KIND WHAT --config FILE
                                 print the request that would be sent, without secrets
                                 (--source NAME: of this source; --query TEXT: for series and figures)
",
        more: decode::list,
    },
    Command {
        form: Form {
            command: "backtest",
            valued: &[
                ("train", "train.csv"),
                ("test", "test.csv"),
                ("season", "24"),
                ("horizon", "48"),
                ("method", "all"),
            ],
            flags: &["json"], ..Form::BARE },
        run: |form, read| {
            let options = forecast_options(form, read, "all")?;
            Ok(backtest::run(&options, form.needed(read, "test")?, read.has("json")))
        },
        usage: "  fourlights backtest --train FILE --test FILE --season N --horizon N
                                 score forecasts of series (lines of id,value,value,...) whose continuation is known
                                 (--method NAME|all: default all; --json: one object keyed by method)
",
        more: NOTHING_MORE,
    },
    Command {
    form: Form {
        command: "forecast",
        valued: &[
            ("train", "train.csv"),
            ("season", "24"),
            ("horizon", "48"),
            ("method", "auto"),
            ("levels", "80,95"),
        ], ..Form::BARE },
    run: |form, read| {
        let options = forecast_options(form, read, "auto")?;
        let levels = |text: &str| {
            let all: Vec<f64> = text.split(',').map(str::parse).collect::<Result<_, _>>().ok()?;
            all.iter().all(|level| *level > 0.0 && *level < 100.0).then_some(all)
        };
        let levels = form.parsed(read, "levels", "percentages such as 80,95", levels)?;
        Ok(forecast::run(&options, &levels.unwrap_or_default()))
    },
    usage: "  fourlights forecast --train FILE --season N --horizon N
                                 print the values that follow each series
                                 (--method NAME: default auto; --levels 80,95: with intervals, as id,kind,value,...)
",
    more: NOTHING_MORE,
    },
];

pub fn run(arguments: &[String]) -> ExitCode {
    let (Some(name), given) = (arguments.first(), arguments.get(1..).unwrap_or_default()) else {
        complain(&usage());
        return ExitCode::from(2);
    };
    if ["help", "--help", "-h"].contains(&name.as_str()) {
        return say(&usage());
    }
    let Some(Command { form, run, usage, more }) = COMMANDS.into_iter().find(|c| c.form.command == name)
    else {
        let names: Vec<&str> = COMMANDS.into_iter().map(|c| c.form.command).collect();
        let near = nearest(name, names.iter().copied());
        let remedy =
            near.map_or_else(|| format!("There are {}", names.join(", ")), |n| format!("Did you mean {n}"));
        let end = if near.is_some() { "?" } else { "." };
        complain(&format!("fourlights: there is no command {name:?}. {remedy}{end}\n"));
        return ExitCode::from(2);
    };
    let done = form.read(given).and_then(|read| match read.wants_help {
        true => Ok(say(&format!("usage:\n{usage}{}", more()))),
        false => run(&form, &read),
    });
    done.unwrap_or_else(|mistake| {
        complain(&format!("{mistake}usage:\n{usage}"));
        ExitCode::from(2)
    })
}

fn usage() -> String {
    let all: Vec<&str> = COMMANDS.into_iter().map(|command| command.usage).collect();
    format!("usage:\n{}Each command has --help.\n", all.concat())
}

fn with_publish(form: &Form, read: &Arguments) -> Result<ExitCode, String> {
    let watch = form.parsed(read, "watch", "a duration of a second or more, such as 60s", |text| {
        parse_duration(text).filter(|d| *d >= SECOND)
    })?;
    Ok(publish::run(&publish::Options {
        file: read.path(0).into(),
        out: form.needed(read, "out")?.into(),
        live: read.value("live").map(Into::into),
        watch,
        anew: read.has("anew"),
        accept_clock: read.has("accept-clock"),
    }))
}

fn forecast_options(form: &Form, read: &Arguments, method: &str) -> Result<forecast::Options, String> {
    let count = |name: &str| -> Result<usize, String> {
        form.needed(read, name)?;
        let count = |text: &str| text.parse::<usize>().ok().filter(|n| *n > 0);
        form.parsed(read, name, "a number above 0", count).map(Option::unwrap_or_default)
    };
    Ok(forecast::Options {
        train: form.needed(read, "train")?.into(),
        season: count("season")?,
        horizon: count("horizon")?,
        method: forecast::method(read.value("method").unwrap_or(method))
            .map_err(|what| form.told(what.trim()))?,
    })
}
