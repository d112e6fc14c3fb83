//! Forecasts: properties that hold for any series, the commands, and the M4 competition's series where
//! they are at hand (`FOURLIGHTS_M4` names their folder; they are no part of the project).

use fourlights::domain::forecast::auto::auto;
use fourlights::domain::forecast::method::Method;
use fourlights::domain::outlook::{Crossing, Outlook, Regular};
use fourlights::domain::time::HOUR;
use proptest::prelude::*;
use std::process::Command;

fn odd_value() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => -1e6..1e6f64,
        1 => Just(0.0),
        1 => Just(f64::NAN),
        1 => prop_oneof![Just(f64::INFINITY), Just(1e300), Just(-1e300), Just(5e-324)],
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn intervals_are_ordered_and_never_nan(
        values in prop::collection::vec(odd_value(), 0..160), season in 1usize..30, horizon in 1usize..40
    ) {
        if let Some(found) = auto(&values, season, horizon) {
            prop_assert_eq!(found.mean.len(), horizon);
            let (narrow, wide) = (found.interval(0.8), found.interval(0.95));
            for ((mean, (a, b)), (c, d)) in found.mean.iter().zip(narrow).zip(wide) {
                prop_assert!(mean.is_finite() && c <= a && a <= *mean && *mean <= b && b <= d, "{c} {a} {mean} {b} {d}");
            }
        }
    }

    #[test]
    fn a_change_of_unit_changes_nothing_else(
        values in prop::collection::vec(1.0..1000.0f64, 30..120), season in 1usize..13, unit in prop::sample::select(vec![1024.0, 0.001, 1e9])
    ) {
        let scaled: Vec<f64> = values.iter().map(|v| v * unit).collect();
        let (a, b) = (auto(&values, season, 6).unwrap(), auto(&scaled, season, 6).unwrap());
        for (x, y) in a.mean.iter().zip(&b.mean) {
            prop_assert!((x * unit - y).abs() <= 1e-6 * unit * 1000.0, "{} {y}", x * unit);
        }
    }

    #[test]
    fn an_outlook_never_panics_and_its_dates_are_in_order(
        values in prop::collection::vec(odd_value(), 0..200), hours in 1i64..24, level in -1e7..1e7f64
    ) {
        let history = Regular { start: 0, step: hours * HOUR, values };
        if let Some(outlook) = Outlook::of(&history) {
            if let Crossing::Likely { at, early, late } = outlook.crossing(level) {
                prop_assert!(early <= at && late.is_none_or(|late| at <= late));
            }
            for expected in outlook.fan(history.values.len() as i64 * hours * HOUR + 1000 * HOUR, f64::MAX) {
                prop_assert!(expected.half80 <= expected.half95 || expected.half95.is_nan());
            }
        }
    }
}

fn fourlights(arguments: &[&str]) -> (Option<i32>, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_fourlights")).args(arguments).output().expect("the tool runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (out.status.code(), text(&out.stdout), text(&out.stderr))
}

fn temporary(name: &str, text: &str) -> String {
    let file = std::env::temp_dir().join(format!("fourlights-forecast-{}-{name}", std::process::id()));
    std::fs::write(&file, text).expect("written");
    file.display().to_string()
}

#[test]
fn a_line_is_backtested_and_forecast_exactly() {
    let values =
        |from: i32, to: i32| (from..to).map(|i| (100 + 2 * i).to_string()).collect::<Vec<_>>().join(",");
    let train = temporary("train.csv", &format!("\"disk\",{}\n", values(0, 60)));
    let test = temporary("test.csv", &format!("disk,{}\n", values(60, 66)));
    let common = ["--train", &train, "--season", "1", "--horizon", "6"];
    let (code, out, _) = fourlights(&[&["backtest", "--test", &test, "--json"], common.as_slice()].concat());
    assert_eq!(code, Some(0));
    let scores: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert!(scores["auto"]["smape"].as_f64().unwrap() < 1e-6, "{out}");
    assert!(scores["auto"]["owa"].as_f64().unwrap() < 1e-6 && scores["naive2"]["owa"] == 1.0);
    for key in ["smape", "mase", "owa", "coverage80", "coverage95", "seconds"] {
        assert!(scores["predict_linear"][key].is_number(), "{key}");
    }
    let (code, out, _) = fourlights(&[&["forecast", "--levels", "80,95"], common.as_slice()].concat());
    assert_eq!(code, Some(0));
    let kinds: Vec<&str> = out.lines().map(|l| l.split(',').nth(1).unwrap()).collect();
    assert_eq!(kinds, ["mean", "lo80", "hi80", "lo95", "hi95"]);
    let (_, out, _) = fourlights(&[&["forecast", "--method", "naive"], common.as_slice()].concat());
    assert_eq!(out, "disk,218,218,218,218,218,218\n");
    std::fs::remove_file(train).and(std::fs::remove_file(test)).expect("removed");
}

#[test]
fn what_is_wrong_is_said_with_line_and_place() {
    let train = temporary("bad.csv", "a,1,2,3\nb,1,x,3\n");
    let (code, _, error) = fourlights(&["forecast", "--train", &train, "--season", "1", "--horizon", "2"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("line 2, place 3: found \"x\""), "{error}");
    let (code, _, error) =
        fourlights(&["forecast", "--train", &train, "--season", "1", "--horizon", "2", "--method", "magic"]);
    assert!(code == Some(2) && error.contains("there are auto, naive,"), "{error}");
    assert_eq!(fourlights(&["backtest", "--train", &train, "--season", "0", "--horizon", "2"]).0, Some(2));
    std::fs::remove_file(train).expect("removed");
}

#[test]
fn every_method_has_a_name_of_its_own() {
    let mut names: Vec<&str> = Method::ALL.iter().map(|m| m.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Method::ALL.len());
}

/// What must be reached on the competition's series.
#[test]
fn m4_series_are_forecast_as_well_as_promised() {
    let Ok(folder) = std::env::var("FOURLIGHTS_M4") else {
        println!("skipped: FOURLIGHTS_M4 does not name the folder of the M4 series");
        return;
    };
    for (name, season, horizon, owa) in [("hourly", "24", "48", 0.55), ("weekly", "1", "13", 0.94)] {
        let file = |part: &str| format!("{folder}/{name}-{part}.csv");
        let (code, out, error) = fourlights(&[
            "backtest",
            "--train",
            &file("train"),
            "--test",
            &file("test"),
            "--season",
            season,
            "--horizon",
            horizon,
            "--method",
            "auto",
            "--json",
        ]);
        assert_eq!(code, Some(0), "{error}");
        let scores: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        let of = |key: &str| scores["auto"][key].as_f64().unwrap();
        println!("{name}: {out}");
        assert!(of("owa") <= owa, "{name}");
        assert!(
            (0.75..=0.85).contains(&of("coverage80")) && (0.92..=0.98).contains(&of("coverage95")),
            "{name}"
        );
    }
}
