//! `fourlights forecast`: the values that follow, for others to score or use.

use super::series_file::read;
use super::terminal::{complain, say};
use fourlights::domain::forecast::auto::{Forecast, alone, auto};
use fourlights::domain::forecast::method::Method;
use std::process::ExitCode;

/// One method, or the choice the console makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    Auto,
    One(Method),
}

impl Chosen {
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::One(method) => method.name(),
        }
    }

    pub fn forecast(self, values: &[f64], options: &Options) -> Option<Forecast> {
        match self {
            Self::Auto => auto(values, options.season, options.horizon),
            Self::One(method) => alone(method, values, options.season, options.horizon),
        }
    }
}

/// What both commands take.
#[derive(Debug)]
pub struct Options {
    pub train: String,
    /// steps after which a pattern repeats; 1 for none
    pub season: usize,
    pub horizon: usize,
    /// none: all of them
    pub method: Option<Chosen>,
}

impl Options {
    pub fn methods(&self) -> Vec<Chosen> {
        match self.method {
            Some(one) => vec![one],
            None => std::iter::once(Chosen::Auto).chain(Method::ALL.into_iter().map(Chosen::One)).collect(),
        }
    }
}

/// Reads a method's name; `all` is none.
pub fn method(name: &str) -> Result<Option<Chosen>, String> {
    match name {
        "all" => Ok(None),
        "auto" => Ok(Some(Chosen::Auto)),
        name => match Method::ALL.into_iter().find(|m| m.name() == name) {
            Some(method) => Ok(Some(Chosen::One(method))),
            None => {
                let known: Vec<&str> = Method::ALL.iter().map(|m| m.name()).collect();
                Err(format!("no method is called {name:?}; there are auto, {}\n", known.join(", ")))
            }
        },
    }
}

/// Prints a line a series; with `levels` (percent) a line for the mean and for each bound.
pub fn run(options: &Options, levels: &[f64]) -> ExitCode {
    let rows = match read(&options.train) {
        Ok(rows) => rows,
        Err(code) => return code,
    };
    let chosen = options.method.unwrap_or(Chosen::Auto);
    let mut out = String::new();
    let mut n_without = 0;
    for row in &rows {
        let Some(found) = chosen.forecast(&row.values, options) else {
            complain(&format!("{}: too short, or not for {}: left out\n", row.id, chosen.name()));
            n_without += 1;
            continue;
        };
        if levels.is_empty() {
            line(&mut out, &row.id, None, found.mean.iter().copied());
            continue;
        }
        line(&mut out, &row.id, Some("mean"), found.mean.iter().copied());
        for level in levels {
            let bounds = found.interval(level / 100.0);
            line(&mut out, &row.id, Some(&format!("lo{level}")), bounds.iter().map(|b| b.0));
            line(&mut out, &row.id, Some(&format!("hi{level}")), bounds.iter().map(|b| b.1));
        }
    }
    let printed = say(&out);
    if n_without > 0 { ExitCode::FAILURE } else { printed }
}

fn line(out: &mut String, id: &str, kind: Option<&str>, values: impl Iterator<Item = f64>) {
    out.push_str(id);
    if let Some(kind) = kind {
        out.push(',');
        out.push_str(kind);
    }
    for value in values {
        out.push_str(&format!(",{value}"));
    }
    out.push('\n');
}
