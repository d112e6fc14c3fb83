//! Objectives for others to read: reports of a period, the policy for pipelines, badges.

use super::span::SpanCount;
use super::standing::Standing;
use super::text::{minutes_of, share_text};
use crate::config::Slo;
use crate::domain::badge::{DARK, svg};
use crate::domain::csv;
use crate::domain::ledger::ExclusionKind;
use crate::domain::slo::{Budget, Policy};
use crate::domain::time::{MINUTE, Millis};
use crate::domain::zone::rfc3339;
use serde_json::{Map, Value};

/// One objective over one span.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportLine {
    pub slo: Slo,
    pub count: SpanCount,
    /// why the figures may be wrong; then there is no verdict
    pub partial: Option<String>,
}

impl ReportLine {
    fn sli(&self) -> Option<f64> {
        self.count.counts.sli().known().map(|bad| 1.0 - bad)
    }

    /// The budget of the span itself, as if it were the window.
    fn budget(&self) -> Option<Budget> {
        let span = self.count.span;
        self.slo.objective.budget(&self.count.counts, span, span.end)
    }

    /// A verdict over the whole span; none where too little of it is known, or not for certain.
    fn verdict(&self, kept: impl FnOnce() -> Option<bool>) -> Option<bool> {
        if self.count.is_covered() && self.partial.is_none() { kept() } else { None }
    }

    fn kept(&self) -> Option<bool> {
        self.verdict(|| self.budget().map(|b| b.left() > -1e-9))
    }

    fn sla_kept(&self) -> Option<bool> {
        let sla = self.slo.sla.as_ref()?;
        self.verdict(|| Some(self.sli()? >= sla.target))
    }

    /// `99.95 %`, and how much of the span that speaks of where it is not all of it.
    fn measured(&self) -> String {
        let covered = self.count.covered;
        match self.sli() {
            Some(_) if self.partial.is_some() => format!("{} (partial data)", percent(self.sli())),
            Some(_) if !self.count.is_covered() => {
                format!("{} ({} of it with data)", percent(self.sli()), share_text(covered))
            }
            sli => percent(sli),
        }
    }

    fn exclusions(&self) -> impl Iterator<Item = &crate::domain::ledger::Exclusion> {
        self.slo.exclusions.iter().filter(|e| e.bounds.common(&self.count.span).is_some())
    }
}

fn percent(ratio: Option<f64>) -> String {
    ratio.map_or_else(|| "no data".into(), |r| format!("{:.4} %", r * 100.0))
}

fn word(kept: Option<bool>) -> &'static str {
    match kept {
        Some(true) => "kept",
        Some(false) => "missed",
        None => "unknown",
    }
}

/// A report as Markdown. Text from the configuration cannot break its table.
pub fn markdown(title: &str, lines: &[ReportLine], now: Millis) -> String {
    let mut out = format!("# {}\n\nWritten {}.\n", cell(title), rfc3339(now));
    if let Some(first) = lines.first() {
        out.push_str(&format!(
            "Period: {} to {}.\n",
            rfc3339(first.count.span.start),
            rfc3339(first.count.span.end)
        ));
    }
    out.push_str(
        "\n| SLO | service | target | measured | budget used | downtime or equivalent | result | SLA |\n",
    );
    out.push_str("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for line in lines {
        let budget = line.budget();
        out.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} |\n",
            cell(&line.slo.name),
            cell(&line.slo.service),
            percent(Some(line.slo.objective.target)),
            line.measured(),
            budget.map_or_else(|| "unknown".into(), |b| share_text(b.spent())),
            line.count.counts.sli().known().map_or_else(
                || cell(&line.count.reason()),
                |bad| minutes_of(bad * line.count.span.length() as f64 * line.count.covered / MINUTE as f64)
            ),
            word(line.kept()),
            line.slo.sla.as_ref().map_or("–", |_| word(line.sla_kept())),
        ));
    }
    for line in lines {
        if let Some(partial) = &line.partial {
            out.push_str(&format!("\n{}: {}\n", cell(&line.slo.name), cell(partial)));
        }
    }
    let broken = lines.iter().filter(|l| l.sla_kept() == Some(false));
    for line in broken {
        if let Some(refund) = line.slo.sla.as_ref().and_then(|s| s.refund.as_ref()) {
            out.push_str(&format!("\nThe SLA of {} was missed: {}.\n", cell(&line.slo.name), cell(refund)));
        }
    }
    let excluded: Vec<_> = lines.iter().flat_map(|l| l.exclusions().map(move |e| (l, e))).collect();
    if !excluded.is_empty() {
        out.push_str("\n## Not counted\n\n| SLO | kind | from | to | reason | author |\n| --- | --- | --- | --- | --- | --- |\n");
        for (line, e) in excluded {
            out.push_str(&format!(
                "| {} | {} | {} | {} | {} | {} |\n",
                cell(&line.slo.name),
                e.kind.title(),
                rfc3339(e.bounds.start),
                rfc3339(e.bounds.end),
                cell(&e.reason),
                cell(e.author.as_deref().unwrap_or("–")),
            ));
        }
    }
    out
}

/// Text that may stand in a cell of a Markdown table.
pub(in crate::model) fn cell(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;")
}

/// A report as CSV (RFC 4180).
pub fn slo_csv(lines: &[ReportLine]) -> String {
    let mut out = String::from(
        "id,name,service,kind,target,from,to,bad,valid,covered,sli,budget_spent,kept,sla_target,sla_kept,partial\r\n",
    );
    for line in lines {
        let number =
            |value: Option<f64>| value.filter(|v| v.is_finite()).map(|v| v.to_string()).unwrap_or_default();
        let fields = [
            line.slo.id.clone(),
            line.slo.name.clone(),
            line.slo.service.clone(),
            line.slo.kind.name().into(),
            line.slo.objective.target.to_string(),
            rfc3339(line.count.span.start),
            rfc3339(line.count.span.end),
            number(Some(line.count.counts.bad)),
            number(Some(line.count.counts.valid)),
            number(Some(line.count.covered)),
            number(line.sli()),
            number(line.budget().map(|b| b.spent())),
            word(line.kept()).into(),
            number(line.slo.sla.as_ref().map(|s| s.target)),
            line.slo.sla.as_ref().map(|_| word(line.sla_kept()).to_string()).unwrap_or_default(),
            line.partial.clone().unwrap_or_default(),
        ];
        out.push_str(&csv::line(fields));
    }
    out
}

fn number(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number)
}

fn object(pairs: Vec<(&str, Value)>) -> Value {
    Value::Object(pairs.into_iter().map(|(name, value)| (name.to_string(), value)).collect::<Map<_, _>>())
}

fn optional(value: Option<f64>) -> Value {
    value.map_or(Value::Null, number)
}

/// A report as JSON.
pub fn json(lines: &[ReportLine], now: Millis) -> String {
    let one = |line: &ReportLine| {
        let excluded = line.exclusions().map(|e| {
            object(vec![
                (
                    "kind",
                    match e.kind {
                        ExclusionKind::Maintenance => "maintenance",
                        ExclusionKind::Correction => "correction",
                    }
                    .into(),
                ),
                ("from", rfc3339(e.bounds.start).into()),
                ("to", rfc3339(e.bounds.end).into()),
                ("reason", e.reason.clone().into()),
                ("author", e.author.clone().map_or(Value::Null, Value::String)),
            ])
        });
        object(vec![
            ("id", line.slo.id.clone().into()),
            ("name", line.slo.name.clone().into()),
            ("service", line.slo.service.clone().into()),
            ("kind", line.slo.kind.name().into()),
            ("target", number(line.slo.objective.target)),
            ("from", rfc3339(line.count.span.start).into()),
            ("to", rfc3339(line.count.span.end).into()),
            ("bad", number(line.count.counts.bad)),
            ("valid", number(line.count.counts.valid)),
            ("covered", number(line.count.covered)),
            ("sli", optional(line.sli())),
            ("budget_spent", optional(line.budget().map(|b| b.spent()))),
            ("kept", line.kept().map_or(Value::Null, Value::Bool)),
            ("sla_kept", line.sla_kept().map_or(Value::Null, Value::Bool)),
            ("partial", line.partial.clone().map_or(Value::Null, Value::String)),
            ("excluded", Value::Array(excluded.collect())),
        ])
    };
    let whole = object(vec![
        ("generated_at", rfc3339(now).into()),
        ("objectives", Value::Array(lines.iter().map(one).collect())),
    ]);
    format!("{whole:#}\n")
}

/// An objective's policy as it stands; none of it where nothing is known.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyLine {
    pub id: String,
    pub name: String,
    pub service: String,
    pub policy: Option<Policy>,
    /// share of the budget left
    pub left: Option<f64>,
    pub minutes_left: Option<f64>,
    pub burn_rate: Option<f64>,
    /// why nothing is known although the source answered
    pub partial: Option<String>,
}

/// An objective as others read it.
pub fn policy_line(slo: &Slo, standing: Option<&Standing>) -> PolicyLine {
    // A figure that may be wrong is none: who reads this sees no note beside it.
    let partial = standing.and_then(|s| s.partial.clone());
    let standing = standing.filter(|s| s.partial.is_none());
    let budget = standing.and_then(|s| s.budget);
    PolicyLine {
        id: slo.id.clone(),
        name: slo.name.clone(),
        service: slo.service.clone(),
        policy: standing.and_then(|s| s.policy),
        left: budget.map(|b| b.left()),
        minutes_left: budget.map(|b| b.minutes_left()),
        burn_rate: standing.and_then(Standing::burn),
        partial,
    }
}

/// What a deploy pipeline reads. `deploy` is true only where the budget is known and not exhausted;
/// `worst` is the worst of all objectives, and one of which nothing is known is worse than one at risk.
pub fn policy_json(lines: &[PolicyLine], now: Millis) -> String {
    let advice = |line: &PolicyLine| match (line.policy, &line.partial) {
        (Some(policy), _) => policy.advice().to_string(),
        (None, Some(partial)) => format!("{partial}: decide manually"),
        (None, None) => "No data: decide manually".to_string(),
    };
    let one = |line: &PolicyLine| {
        object(vec![
            ("id", line.id.clone().into()),
            ("name", line.name.clone().into()),
            ("service", line.service.clone().into()),
            ("policy", line.policy.map_or("unknown", Policy::name).into()),
            ("deploy", line.policy.is_some_and(|p| p != Policy::Frozen).into()),
            ("advice", advice(line).into()),
            ("partial", line.partial.is_some().into()),
            ("budget_left", optional(line.left)),
            ("minutes_left", optional(line.minutes_left)),
            ("burn_rate", optional(line.burn_rate)),
        ])
    };
    let known = lines.iter().filter_map(|l| l.policy).max();
    let worst = known.filter(|p| *p == Policy::Frozen || lines.iter().all(|l| l.policy.is_some()));
    let whole = object(vec![
        ("version", 1.into()),
        ("generated_at", rfc3339(now).into()),
        ("worst", worst.map_or("unknown", Policy::name).into()),
        ("objectives", Value::Array(lines.iter().map(one).collect())),
    ]);
    format!("{whole:#}\n")
}

/// A badge: what is left of one budget, readable without colour.
pub fn badge(line: &PolicyLine) -> String {
    let (word, fill) = match line.policy {
        Some(Policy::Ok) => ("ok", "#1a7f4b"),
        Some(Policy::AtRisk) => ("at risk", "#8a5a00"),
        Some(Policy::Frozen) => ("frozen", "#b3261e"),
        None => ("unknown", "#5c6470"),
    };
    let value = line
        .left
        .map_or_else(|| word.to_string(), |left| format!("{word}, {} left", share_text(left.max(0.0))));
    svg(&line.name, &value, fill, &DARK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::Counts;
    use crate::domain::time::DAY;
    use crate::domain::window::Bounds;

    fn line(bad: f64, valid: f64) -> ReportLine {
        let text = r#"{"title": "T", "sources": {"p": {"kind": "prometheus", "url": "http://h"}}, "services": [{"id": "a", "name": "A"}],
            "slos": [{"name": "A | \"b\", <i>", "id": "s", "service": "a", "target": 0.999, "good": "x[$window]",
                      "sla": {"target": 0.99, "refund": "a tenth"},
                      "corrections": [{"from": "1970-01-02T00:00:00Z", "to": "1970-01-02T01:00:00Z", "reason": "probe down", "author": "mia"}]}]}"#;
        let slo = crate::sources::read_config(text).expect("valid").slos.remove(0);
        let count = SpanCount {
            span: Bounds { start: 0, end: 30 * DAY },
            counts: Counts { bad, valid },
            covered: 1.0,
            several: None,
        };
        ReportLine { slo, count, partial: None }
    }

    #[test]
    fn a_period_that_is_partly_known_gets_no_verdict() {
        let mut partly = line(100.0, 1e6);
        partly.count.covered = 0.4;
        let text = markdown("Uptime", &[partly.clone()], 31 * DAY);
        assert!(
            text.contains("| 99.9900 % (40 % of it with data) | 10 % | 1.7 min | unknown | unknown |"),
            "{text}"
        );
        let value: Value = serde_json::from_str(&json(&[partly], 0)).unwrap();
        assert_eq!(value["objectives"][0]["covered"], 0.4);
        assert_eq!(value["objectives"][0]["sla_kept"], Value::Null);
    }

    #[test]
    fn a_report_made_from_a_partial_answer_says_so_and_gives_no_verdict() {
        let mut partial = line(100.0, 1e6);
        partial.partial = Some("Partial data: store-2 | down".into());
        let text = markdown("Uptime", &[partial.clone()], 31 * DAY);
        assert!(text.contains("| 99.9900 % (partial data) | 10 % | 4.3 min | unknown | unknown |"), "{text}");
        assert!(text.contains("Partial data: store-2 \\| down\n"), "{text}");
        let text = slo_csv(&[partial.clone()]);
        assert!(text.ends_with(",unknown,0.99,unknown,Partial data: store-2 | down\r\n"), "{text}");
        let value: Value = serde_json::from_str(&json(&[partial], 0)).unwrap();
        assert_eq!(value["objectives"][0]["partial"], "Partial data: store-2 | down");
        assert_eq!(value["objectives"][0]["kept"], Value::Null);
    }

    #[test]
    fn a_report_tells_what_was_kept_and_what_was_not_counted() {
        let text = markdown("Uptime", &[line(20_000.0, 1e6)], 31 * DAY);
        assert!(
            text.contains(
                "| A \\| \"b\", &lt;i> | a | 99.9000 % | 98.0000 % | 2000 % | 14 h 24 min | missed | missed |"
            ),
            "{text}"
        );
        assert!(
            text.contains("was missed: a tenth.") && text.contains("| Correction | 1970-01-02T00:00:00Z |"),
            "{text}"
        );
        let text = slo_csv(&[line(100.0, 1e6)]);
        let row = text.lines().nth(1).unwrap();
        assert!(row.starts_with("s,\"A | \"\"b\"\", <i>\",a,availability,0.999,"), "{row}");
        let value: Value = serde_json::from_str(&json(&[line(f64::NAN, 1e6)], 0)).unwrap();
        assert_eq!(value["objectives"][0]["sli"], Value::Null);
        assert_eq!(value["objectives"][0]["kept"], Value::Null);
    }

    #[test]
    fn a_pipeline_reads_whether_to_deploy_and_nothing_known_is_not_a_yes() {
        let policy = |policy| PolicyLine {
            id: "s".into(),
            name: "S <x>".into(),
            service: "a".into(),
            policy,
            left: policy.map(|_| 0.1),
            minutes_left: None,
            burn_rate: Some(f64::INFINITY),
            partial: None,
        };
        let lines = [policy(Some(Policy::AtRisk)), policy(None), policy(Some(Policy::Frozen))];
        let value: Value = serde_json::from_str(&policy_json(&lines, 0)).unwrap();
        let deploys: Vec<_> = (0..3).map(|i| value["objectives"][i]["deploy"].as_bool().unwrap()).collect();
        assert_eq!(deploys, [true, false, false]);
        assert_eq!(value["worst"], "frozen");
        let value: Value = serde_json::from_str(&policy_json(&lines[..2], 0)).unwrap();
        assert_eq!(value["worst"], "unknown", "one at risk, and one of which nothing is known");
        let partial = PolicyLine { partial: Some("Partial data: store-2".into()), ..policy(None) };
        let value: Value = serde_json::from_str(&policy_json(&[partial], 0)).unwrap();
        assert_eq!(value["objectives"][0]["partial"], true);
        assert_eq!(value["objectives"][0]["advice"], "Partial data: store-2: decide manually");
        let badge = badge(&policy(Some(Policy::AtRisk)));
        assert!(badge.contains("S &lt;x&gt;") || badge.contains("S &lt;x>"), "{badge}");
        assert!(badge.contains("at risk, 10 % left"));
    }
}
