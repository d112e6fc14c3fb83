//! `fourlights backtest`: how good forecasts are on series whose continuation is known.

use super::forecast::{Chosen, Options};
use super::series_file::{Row, read};
use super::terminal::{complain, say};
use fourlights::domain::forecast::method::Method;
use fourlights::domain::forecast::score::{coverage, interval_score, mase, mean, smape};
use serde_json::{Map, Value, json};
use std::process::ExitCode;
use std::time::Instant;

/// Scores of a method over all series: means, but for `seconds`.
struct Score {
    smape: f64,
    mase: f64,
    coverage80: f64,
    coverage95: f64,
    /// mean scaled interval score of the 95 % interval
    interval95: f64,
    seconds: f64,
    /// series the method could not go by, forecast by Naive2 instead
    n_instead: usize,
}

pub fn run(options: &Options, test: &str, as_json: bool) -> ExitCode {
    let (training, following) = match (read(&options.train), read(test)) {
        (Ok(training), Ok(following)) => (training, following),
        (Err(code), _) | (_, Err(code)) => return code,
    };
    let pairs = match pairs(&training, &following, options.horizon) {
        Ok(pairs) => pairs,
        Err(what) => {
            complain(&format!("{test}: {what}\n"));
            return ExitCode::FAILURE;
        }
    };
    let benchmark = score(Chosen::One(Method::Naive2), &pairs, options);
    let scores: Vec<(&str, Score)> =
        options.methods().into_iter().map(|chosen| (chosen.name(), score(chosen, &pairs, options))).collect();
    let owa = |s: &Score| (s.smape / benchmark.smape + s.mase / benchmark.mase) / 2.0;
    if as_json {
        let one = |(name, s): &(&str, Score)| {
            let value = json!({
                "smape": s.smape, "mase": s.mase, "owa": owa(s), "coverage80": s.coverage80,
                "coverage95": s.coverage95, "interval_score95": s.interval95, "seconds": s.seconds,
            });
            (name.to_string(), value)
        };
        let all: Map<String, Value> = scores.iter().map(one).collect();
        return say(&format!("{:#}\n", Value::Object(all)));
    }
    let mut out = format!(
        "{} series, season {}, {} steps ahead; Naive2: sMAPE {:.3}, MASE {:.3}\n\n{:<15} {:>8} {:>8} {:>7} {:>7} {:>7} {:>8} {:>8}\n",
        pairs.len(),
        options.season,
        options.horizon,
        benchmark.smape,
        benchmark.mase,
        "method",
        "sMAPE %",
        "MASE",
        "OWA",
        "in 80 %",
        "in 95 %",
        "MSIS 95",
        "seconds",
    );
    for (name, s) in &scores {
        out.push_str(&format!(
            "{name:<15} {:>8.3} {:>8.3} {:>7.3} {:>7.3} {:>7.3} {:>8.2} {:>8.2}",
            s.smape,
            s.mase,
            owa(s),
            s.coverage80,
            s.coverage95,
            s.interval95,
            s.seconds
        ));
        out.push_str(&match s.n_instead {
            0 => "\n".to_string(),
            n => format!("  (Naive2 for {n} too short or level series)\n"),
        });
    }
    say(&out)
}

/// Training and following values of the same id.
fn pairs<'r>(
    training: &'r [Row],
    following: &'r [Row],
    horizon: usize,
) -> Result<Vec<(&'r Row, &'r [f64])>, String> {
    training
        .iter()
        .map(|row| {
            let known = following.iter().find(|f| f.id == row.id);
            let known =
                known.ok_or_else(|| format!("has no series {:?}, which the training file has", row.id))?;
            let came = known.values.get(..horizon);
            let n = known.values.len();
            Ok((row, came.ok_or_else(|| format!("{:?} has {n} values, expected {horizon}", row.id))?))
        })
        .collect()
}

fn score(chosen: Chosen, pairs: &[(&Row, &[f64])], options: &Options) -> Score {
    let begin = Instant::now();
    let mut n_instead = 0;
    let found: Vec<[f64; 5]> = pairs
        .iter()
        .map(|(row, came)| {
            let forecast = chosen.forecast(&row.values, options).or_else(|| {
                n_instead += 1;
                Chosen::One(Method::Naive2).forecast(&row.values, options)
            });
            let Some(forecast) = forecast else { return [f64::NAN; 5] };
            let (b80, b95) = (forecast.interval(0.8), forecast.interval(0.95));
            let later = row.values.get(options.season.max(1)..).unwrap_or_default();
            let scale = mean(later.iter().zip(&row.values).map(|(now, then)| (now - then).abs()));
            [
                smape(&forecast.mean, came),
                mase(&forecast.mean, came, &row.values, options.season),
                coverage(&b80, came),
                coverage(&b95, came),
                interval_score(&b95, came, 0.95, scale),
            ]
        })
        .collect();
    // A level series has no scale; it says nothing about the others.
    let of = |i: usize| mean(found.iter().filter_map(|f| f.get(i)).copied().filter(|v| v.is_finite()));
    Score {
        smape: of(0),
        mase: of(1),
        coverage80: of(2),
        coverage95: of(3),
        interval95: of(4),
        seconds: begin.elapsed().as_secs_f64(),
        n_instead,
    }
}
