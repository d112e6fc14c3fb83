//! Failures: as a share of all requests, which is what a promise is about, and as requests by class of code.

use super::golden::{GoldenInputs, firings, own, plus, threshold, trace};
use crate::chart::model::{Chart, Ink, Style};
use crate::domain::alert_rule::AlertRule;
use crate::domain::format::Unit;
use crate::domain::series::{Frame, Series};
use crate::domain::single::single;

/// The name of the line of [`error_ratio_chart`] that its rule watches.
pub const ERRORS: &str = "errors";
/// The name of its other line.
pub const CLIENT_ERRORS: &str = "4xx";

/// The series of a class of codes.
pub fn class_series(by_class: &Frame, of: Option<(&str, &str)>, class: &str) -> Option<Series> {
    single(own(by_class, of).filter(|s| s.labels.get("class") == Some(class))).ok().flatten()
}

/// A class of codes as a share of all of them, at each instant at which both are known and something was asked.
pub fn class_share(by_class: &Frame, of: Option<(&str, &str)>, class: &str) -> Option<Series> {
    let part = class_series(by_class, of, class)?;
    let total = own(by_class, of).cloned().reduce(|sum, next| plus(&sum, &next))?;
    let mut total = total.samples().peekable();
    Some(part.map(|t, v| {
        while total.next_if(|(at, _)| *at < t).is_some() {}
        let all = total.peek().filter(|(at, all)| *at == t && *all > 0.0);
        all.map_or(f64::NAN, |(_, all)| v / all)
    }))
}

/// Failures as a share of all requests with the alert's bound, and beside them what was the client's fault. A tenth of a
/// percent is seen here; under millions of good requests it is not.
pub fn error_ratio_chart(
    inputs: &GoldenInputs,
    ratio: Option<&Series>,
    client: Option<&Series>,
    rule: Option<&AlertRule>,
) -> Chart {
    let traces =
        [trace(ERRORS, Ink::Bad, Style::Line, ratio), trace(CLIENT_ERRORS, Ink::Warn, Style::Line, client)];
    let mut chart = inputs.chart("Errors", Unit::Ratio, traces.into_iter().flatten().collect());
    chart.threshold = threshold(rule, None, Unit::Ratio);
    chart.shades = firings(inputs, rule, ratio, None);
    chart
}

/// Requests a second by class of code, stacked: failures at the foot, where they can be seen.
pub fn errors_chart(inputs: &GoldenInputs, by_class: &Frame, of: Option<(&str, &str)>) -> Chart {
    let class =
        |name: &str, ink: Ink| trace(name, ink, Style::Stacked, class_series(by_class, of, name).as_ref());
    let traces = [class("5xx", Ink::Bad), class("4xx", Ink::Warn), class("2xx", Ink::Ok)];
    inputs.chart("Requests by class", Unit::Rps, traces.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{MINUTE, Millis};
    use crate::model::{at_rest, common_instant, reading, until};

    #[test]
    fn a_share_is_of_what_was_asked_at_the_same_instant() {
        let of = |class: &str, samples: &[(Millis, f64)]| {
            Series::from_samples([("class", class)].into_iter().collect(), samples.to_vec())
        };
        let series = vec![
            of("2xx", &[(0, 98.0), (60, 0.0), (120, 50.0)]),
            of("4xx", &[(0, 2.0), (60, 0.0), (180, 3.0)]),
            of("5xx", &[(0, 0.0)]),
        ];
        let share = class_share(&Frame { series }, None, "4xx").unwrap();
        let values: Vec<(Millis, f64)> = share.samples().collect();
        assert_eq!(values[0], (0, 0.02));
        assert!(values[1].1.is_nan(), "nothing was asked, so nothing failed and nothing went well");
        assert_eq!(values[2], (180, 1.0));
        let chart =
            error_ratio_chart(&GoldenInputs { start: 0, end: 180, step: 60 }, None, Some(&share), None);
        assert_eq!(chart.traces.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), [CLIENT_ERRORS]);
    }

    #[test]
    fn headline_and_legend_are_of_the_same_instant() {
        let of = |class: &str, samples: &[(Millis, f64)]| {
            Series::from_samples([("class", class)].into_iter().collect(), samples.to_vec())
        };
        // An incident began; the share was asked for a moment after the classes.
        let classes =
            Frame { series: vec![of("2xx", &[(0, 9.0), (60, 8.0)]), of("5xx", &[(0, 0.0), (60, 1.0)])] };
        let ratio = of("", &[(0, 0.0), (60, 0.11), (120, 0.5)]);
        let step = 60;
        let at = common_instant(classes.series.iter().chain([&ratio]), step);
        assert_eq!(at, Some(60));
        let read = reading(Some(&until(&ratio, at)), Unit::Ratio, None, None);
        assert_eq!(read.value, "11 %");
        // The chart's own samples are further apart and older than the headline.
        let coarse =
            Frame { series: vec![of("2xx", &[(0, 9.0)]), of("5xx", &[(0, 0.0)]), of("4xx", &[(0, 2.0)])] };
        let inputs = GoldenInputs { start: 0, end: 120, step: 120 };
        let mut chart = errors_chart(&inputs, &coarse, None);
        at_rest(&mut chart, at, step, |name| class_series(&classes, None, name));
        let rest: Vec<_> = chart.traces.iter().map(|t| (t.name.as_str(), t.at_rest)).collect();
        assert_eq!(rest, [("5xx", Some(Some(1.0))), ("4xx", Some(None)), ("2xx", Some(Some(8.0)))]);
        // What ended long before does not hold the headline back.
        assert_eq!(common_instant([&of("a", &[(0, 1.0)]), &of("b", &[(1_000, 1.0)])], step), Some(1_000));
    }

    #[test]
    fn classes_are_stacked_from_failures_up() {
        let with =
            |class: &str| Series::from_samples([("class", class)].into_iter().collect(), vec![(0, 1.0)]);
        let frame = Frame { series: vec![with("2xx"), with("5xx")] };
        let chart = errors_chart(&GoldenInputs { start: 0, end: MINUTE, step: MINUTE }, &frame, None);
        let names: Vec<&str> = chart.traces.iter().map(|t| t.name.as_str()).collect();
        assert_eq!(names, ["5xx", "2xx"]);
    }
}
