//! The condition of a rule in PromQL: what a source is asked for, and what Prometheus's own rule says.

use super::dialect::text;
use super::{range, seconds};
use crate::config::NumberOrQuery;
use crate::domain::alert_rule::Condition;
use crate::domain::breaches::Form;
use crate::domain::time::{Millis, duration_text};
use crate::sources::{Breach, Known, Request};

/// The most bytes that samples of one condition may have; what breaches all day has 86 kB at 30 s.
const FEW: usize = 128_000;

/// A condition as PromQL.
struct Holds {
    /// PromQL whose samples are those at which the condition holds. With hysteresis: those at which it would go on.
    text: String,
    /// with hysteresis, what tells the series that begin
    begins: Option<Begins>,
}

/// Where a condition begins that goes on for longer.
struct Begins {
    value: String,
    /// of the worst value of a span
    worst: &'static str,
    /// operator and limit: `> 0.5`
    limit: String,
}

/// `value > limit` and its like. `None` where there is nothing to compare with.
fn holds(breach: &Breach) -> Option<Holds> {
    let value = text(&breach.value);
    let (operator, worst, limit) = match breach.condition {
        Condition::Above(limit) => (">", "max_over_time", limit),
        Condition::Below(limit) => ("<", "min_over_time", limit),
        _ => return Some(Holds { text: begins(breach)?, begins: None }),
    };
    let Some(resolve) = breach.hysteresis() else {
        return Some(Holds { text: begins(breach)?, begins: None });
    };
    Some(Holds {
        text: format!("{} {operator} {resolve}", operand(&value)),
        begins: Some(Begins { value, worst, limit: format!("{operator} {limit}") }),
    })
}

/// The condition as a rule of Prometheus's own; with hysteresis also what holds once the alert fires.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn alert_expression(breach: &Breach, alert: &str) -> Option<String> {
    let begins = begins(breach)?;
    let holds = holds(breach)?;
    Some(match holds.begins {
        None => begins,
        Some(_) => format!(
            "{begins}\nor\n({} and ignoring (alertname, alertstate, severity) \
             ALERTS{{alertname={alert:?}, alertstate=\"firing\"}})",
            holds.text
        ),
    })
}

/// A query as one side of an operator: a plain selector as it is, anything else in parentheses.
///
/// ```text
/// errors{job="a"}  ->  errors{job="a"}        sum(x) / sum(y)  ->  (sum(x) / sum(y))
/// ```
fn operand(query: &str) -> String {
    let name = query.split('{').next().unwrap_or_default();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_:".contains(c));
    let labels = query.strip_prefix(name).unwrap_or_default();
    let has_labels = labels.is_empty() || labels.ends_with('}') && labels.matches(['{', '}']).count() == 2;
    if is_name && has_labels { query.into() } else { format!("({query})") }
}

fn begins(breach: &Breach) -> Option<String> {
    let of_usual = |share: f64| match breach.usual.as_ref()? {
        NumberOrQuery::Number(level) => Some(format!("{}", level * share)),
        NumberOrQuery::Query(query) => Some(format!("{share} * ({query})")),
    };
    let query = text(&breach.value);
    let value = operand(&query);
    Some(match breach.condition {
        Condition::Above(limit) => format!("{value} > {limit}"),
        Condition::Below(limit) => format!("{value} < {limit}"),
        Condition::DropBelowBaseline(share) => format!("{value} < {}", of_usual(1.0 - share)?),
        Condition::RiseAboveBaseline(share) => format!("{value} > {}", of_usual(1.0 + share)?),
        Condition::Absent => format!("absent({query})"),
    })
}

/// Where a condition holds between two instants of a grid.
pub(super) fn breaches(
    breach: &Breach,
    form: Form,
    (start, end): (Millis, Millis),
    step: Millis,
    known: Known,
) -> Option<Request> {
    let holds = holds(breach)?;
    let begun_within = (known != Known::Some).then_some(end - start);
    Some(match form {
        Form::Samples => samples(&holds, start, end, step, begun_within).at_most(FEW),
        Form::AllSamples => samples(&holds, start, end, step, begun_within),
        Form::Changes => changes(&holds, start, end, step, known == Known::Nothing),
    })
}

/// A 1 where the condition begins to hold, a 0 one step after it last held.
fn changes(breach: &Holds, start: Millis, end: Millis, step: Millis, whole: bool) -> Request {
    let now = format!("({})", breach.text);
    // Only a subquery can be moved in time. Half a step is a range with one instant of the grid in it.
    let half = duration_text((step / 2).max(1));
    let step_text = duration_text(step);
    let before = format!("last_over_time({now}[{half}:{step_text}] offset {step_text})");
    // No arithmetic: an infinite value times 0 is none, and to VictoriaMetrics a missing one to the power of 0 is 1.
    let mut parts =
        vec![format!("clamp({now} unless {before}, 1, 1)"), format!("clamp({before} unless {now}, 0, 0)")];
    if whole {
        parts.push(format!("clamp({now} and on() (vector(time()) <= {}), 1, 1)", seconds(start)));
    }
    range(&parts.join("\nor\n"), start, end, step)
}

/// The samples. `begun_within`: what begins nowhere in so long a time before `end` is left out, where the condition goes on
/// longer than it begins. Without it, a fleet whose usual values lie between the two would be sent whole.
fn samples(
    breach: &Holds,
    start: Millis,
    end: Millis,
    step: Millis,
    begun_within: Option<Millis>,
) -> Request {
    let query = match breach.begins.as_ref().zip(begun_within) {
        None => breach.text.clone(),
        // Once for the whole span: what is fixed to an instant is not evaluated at each step.
        Some((Begins { value, worst, limit }, length)) => format!(
            "{} and {worst}(({value})[{}:{}] @ {}) {limit}",
            breach.text,
            // One step more, for the beginning of a range is left out of it since Prometheus 3.
            duration_text(length + step),
            duration_text(step),
            seconds(end)
        ),
    };
    range(&query, start, end, step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{DAY, SECOND};

    fn breach(
        condition: Condition,
        resolve: Option<f64>,
        value: &str,
        usual: Option<&NumberOrQuery>,
    ) -> Option<Breach> {
        Breach::new(condition, resolve, value.into(), usual.cloned())
    }

    fn query(request: &Request) -> String {
        request.parameter("query").unwrap_or_default().to_string()
    }

    #[test]
    fn a_condition_is_a_comparison() {
        let number = NumberOrQuery::Number(5000.0);
        let usual = NumberOrQuery::Query("sum(x offset 1d)".into());
        for (condition, baseline, expected) in [
            (Condition::Above(0.5), None, Some("(a or b) > 0.5")),
            (Condition::Below(1e-7), None, Some("(a or b) < 0.0000001")),
            (Condition::DropBelowBaseline(0.5), Some(&number), Some("(a or b) < 2500")),
            (Condition::RiseAboveBaseline(1.0), Some(&usual), Some("(a or b) > 2 * (sum(x offset 1d))")),
            (Condition::RiseAboveBaseline(1.0), None, None),
            (Condition::Absent, None, Some("absent(a or b)")),
        ] {
            let found = breach(condition, None, "a or b", baseline);
            let expression = found.as_ref().and_then(|found| alert_expression(found, "A"));
            assert_eq!(expression.as_deref(), expected, "{condition:?}");
            if let Some(found) = found.as_ref().and_then(holds) {
                assert_eq!(Some(query(&samples(&found, 0, DAY, 30 * SECOND, Some(DAY))).as_str()), expected);
            }
        }
    }

    #[test]
    fn with_hysteresis_only_what_begins_is_followed_to_its_end() {
        let sticky = breach(Condition::Above(0.5), Some(0.2), "x", None)
            .as_ref()
            .and_then(holds)
            .expect("a condition");
        assert_eq!(query(&samples(&sticky, 0, DAY, 30 * SECOND, None)), "x > 0.2");
        assert_eq!(
            query(&samples(&sticky, 0, DAY, 30 * SECOND, Some(DAY))),
            "x > 0.2 and max_over_time((x)[86430s:30s] @ 86400.000) > 0.5"
        );
        let low = breach(Condition::Below(1.0), Some(2.0), "x", None)
            .as_ref()
            .and_then(holds)
            .expect("a condition");
        assert_eq!(
            query(&samples(&low, 0, DAY, DAY, Some(DAY))),
            "x < 2 and min_over_time((x)[2d:1d] @ 86400.000) < 1"
        );
        let same = breach(Condition::Above(0.5), Some(0.5), "x", None)
            .as_ref()
            .and_then(holds)
            .expect("a condition");
        assert_eq!(query(&samples(&same, 0, DAY, DAY, Some(DAY))), "x > 0.5");
    }

    #[test]
    fn many_breaches_are_asked_for_by_their_changes() {
        let plain = breach(Condition::Above(0.5), None, "x", None).expect("a condition");
        let of = |form, span, step, known| breaches(&plain, form, span, step, known).expect("a request");
        let ask = |known| of(Form::Changes, (60_000, DAY), 30 * SECOND, known);
        let changes = "clamp((x > 0.5) unless last_over_time((x > 0.5)[15s:30s] offset 30s), 1, 1)\nor\n\
                       clamp(last_over_time((x > 0.5)[15s:30s] offset 30s) unless (x > 0.5), 0, 0)";
        assert_eq!(query(&ask(Known::Some)), changes);
        let first = "clamp((x > 0.5) and on() (vector(time()) <= 60.000), 1, 1)";
        assert_eq!(query(&ask(Known::Nothing)), format!("{changes}\nor\n{first}"));
        let few = of(Form::Samples, (0, DAY), DAY, Known::Nothing);
        assert_eq!((few.most, ask(Known::Some).most), (Some(FEW), None));
        assert_eq!(plain.coarser(Form::Samples), Some(Form::Changes));
        let sticky = breach(Condition::Above(0.5), Some(0.2), "x", None).expect("a condition");
        assert_eq!(sticky.coarser(Form::Samples), Some(Form::AllSamples));
        assert_eq!((plain.coarser(Form::Changes), sticky.coarser(Form::AllSamples)), (None, None));
    }

    #[test]
    fn prometheus_goes_on_by_its_own_record() {
        let sticky = breach(Condition::Above(0.5), Some(0.2), "x", None).expect("a condition");
        assert_eq!(
            alert_expression(&sticky, "SlowForLong").as_deref(),
            Some(
                "x > 0.5\nor\n(x > 0.2 and ignoring (alertname, alertstate, severity) \
                 ALERTS{alertname=\"SlowForLong\", alertstate=\"firing\"})"
            )
        );
    }
}
