//! Rules for Prometheus: recordings and alerts for objectives, and the console's own alert rules.
//!
//! Source: *The Site Reliability Workbook*, ch. 5, "Multiwindow, Multi-Burn-Rate Alerts"; the format is
//! that of <https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/>.

use super::breaches::alert_expression;
use super::dialect::{filled, recording, text};
use crate::domain::burn::{Notice, Pair, pairs, windows};
use crate::domain::time::{Millis, duration_text};
use crate::sources::rule_export::{RuleAlert, RuleSlo};
use std::fmt::Write;

/// A rules file for objectives and alerts; what it holds is checked by `promtool check rules`.
pub(super) fn rule_file(slos: &[RuleSlo], alerts: &[RuleAlert]) -> String {
    let mut out = String::from(
        "# Written by `fourlights rules`; write it again rather than change it.\n\
         # The pairs of windows are those of The Site Reliability Workbook, chapter 5.\n",
    );
    if slos.is_empty() && alerts.is_empty() {
        out.push_str("groups: []\n");
        return out;
    }
    out.push_str("groups:\n");
    for slo in slos {
        group(slo, &mut out);
    }
    if !alerts.is_empty() {
        own(alerts, &mut out);
    }
    out
}

fn group(slo: &RuleSlo, out: &mut String) {
    let pairs = pairs(slo.window);
    let mut line = |text: String| put(out, &text);
    line(format!("  - name: {}", quoted(&format!("slo {}", slo.id))));
    line("    interval: 30s".into());
    line("    rules:".into());
    let bad_share = text(&slo.bad_share);
    for window in windows(&pairs) {
        line(format!("      - record: {}", recording(window)));
        line(format!("        expr: {}", quoted(&filled(&bad_share, window, None))));
        line(format!("        labels: {}", labels(slo, &[])));
    }
    line("      - record: slo:objective:ratio".into());
    line(format!("        expr: {}", quoted(&format!("vector({})", slo.target))));
    line(format!("        labels: {}", labels(slo, &[])));
    for notice in [Notice::Page, Notice::Ticket] {
        let own: Vec<&Pair> = pairs.iter().filter(|p| p.notice == notice).collect();
        let expression = own.iter().map(|p| condition(slo, p)).collect::<Vec<_>>().join("\nor\n");
        let (name, severity, summary) = match notice {
            Notice::Page => ("SloBurnFast", "sev2", "the error budget burns fast"),
            Notice::Ticket => ("SloBurnSlow", "sev4", "the error budget burns faster than it lasts"),
        };
        line(format!("      - alert: {name}"));
        line(format!("        expr: {}", quoted(&expression)));
        line(format!(
            "        labels: {}",
            labels(slo, &[("severity", severity), ("notice", notice.name())])
        ));
        line("        annotations:".into());
        line(format!("          summary: {}", literal(&format!("{}: {summary}", slo.name))));
    }
}

/// Both windows of a pair over its threshold.
fn condition(slo: &RuleSlo, pair: &Pair) -> String {
    let allowed = ((1.0 - slo.target) * 1e12).round() / 1e12;
    let over = |window: Millis| {
        format!("{}{{slo={:?}}} > ({} * {})", recording(window), slo.id, pair.threshold, allowed)
    };
    format!("(\n  {}\nand\n  {}\n)", over(pair.long), over(pair.short))
}

fn labels(slo: &RuleSlo, more: &[(&str, &str)]) -> String {
    let mut pairs: Vec<String> = slo
        .labels
        .iter()
        .filter(|(name, _)| !["slo", "service", "severity", "notice"].contains(&name.as_str()))
        .map(|(name, value)| format!("{}: {}", key(name), literal(value)))
        .collect();
    pairs.push(format!("slo: {}", quoted(&slo.id)));
    pairs.push(format!("service: {}", quoted(&slo.service)));
    pairs.extend(more.iter().map(|(name, value)| format!("{name}: {value}")));
    format!("{{ {} }}", pairs.join(", "))
}

fn own(alerts: &[RuleAlert], out: &mut String) {
    let mut steps: Vec<Millis> = alerts.iter().map(|a| a.every).collect();
    steps.sort_unstable();
    steps.dedup();
    for step in steps {
        put(out, &format!("  - name: {}", quoted(&format!("console rules, every {}", duration_text(step)))));
        put(out, &format!("    interval: {}", duration_text(step)));
        put(out, "    rules:");
        for alert in alerts.iter().filter(|a| a.every == step) {
            let Some(expression) = alert_expression(&alert.condition, &alert.name) else { continue };
            put(out, &format!("      - alert: {}", quoted(&alert.name)));
            put(out, &format!("        expr: {}", quoted(&expression)));
            if alert.for_ > 0 {
                put(out, &format!("        for: {}", duration_text(alert.for_)));
            }
            if alert.keep_firing_for > 0 {
                put(out, &format!("        keep_firing_for: {}", duration_text(alert.keep_firing_for)));
            }
            put(out, &format!("        labels: {{ severity: {} }}", alert.severity));
            let runbook = alert
                .runbook_url
                .as_ref()
                .map(|url| format!(", runbook_url: {}", literal(url)))
                .unwrap_or_default();
            put(out, &format!("        annotations: {{ summary: {}{runbook} }}", literal(&alert.summary)));
        }
    }
}

fn put(out: &mut String, line: &str) {
    // Writing to a String cannot fail.
    writeln!(out, "{line}").unwrap_or_default();
}

/// YAML's double-quoted form takes JSON's escapes.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// A label's name as YAML's key: in quotes where it is none of the plain ones, `k8s.cluster` or `on`.
fn key(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
    let word = ["on", "off", "yes", "no", "y", "n", "true", "false", "null"];
    let is_word = word.iter().any(|w| name.eq_ignore_ascii_case(w));
    if plain && !name.is_empty() && !is_word { name.into() } else { quoted(name) }
}

/// Text that Prometheus would take for a template, made literal.
fn literal(text: &str) -> String {
    quoted(&text.replace("{{", "{ {"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alert_rule::Condition;
    use crate::domain::time::{DAY, MINUTE};
    use crate::sources::Breach;

    #[test]
    fn an_objective_gets_its_recordings_and_both_alerts() {
        let slo = RuleSlo {
            id: "api".into(),
            name: "API {{ x }}".into(),
            service: "api".into(),
            target: 0.999,
            window: 30 * DAY,
            bad_share: "sum(rate(e[$window])) / sum(rate(t[$window]))".into(),
            labels: vec![
                ("team".into(), "core".into()),
                ("slo".into(), "stolen".into()),
                ("k8s.cluster".into(), "eu: 1".into()),
                ("on".into(), "call".into()),
            ],
        };
        let text = rule_file(&[slo], &[]);
        for expected in [
            "      - record: slo:error_ratio:rate5m\n        expr: \"sum(rate(e[5m])) / sum(rate(t[5m]))\"",
            "slo:error_ratio:rate1h{slo=\\\"api\\\"} > (14.4 * 0.001)",
            "slo:error_ratio:rate3d{slo=\\\"api\\\"} > (1 * 0.001)",
            "{ team: \"core\", \"k8s.cluster\": \"eu: 1\", \"on\": \"call\", slo: \"api\", service: \"api\", severity: sev2, notice: page }",
            "summary: \"API { { x }}: the error budget burns fast\"",
        ] {
            assert!(text.contains(expected), "{expected} in\n{text}");
        }
        assert!(!text.contains("stolen"));
    }

    #[test]
    fn alerts_are_grouped_by_their_interval() {
        let alert = |name: &str, every| RuleAlert {
            name: name.into(),
            condition: Breach::new(Condition::Below(1.0), None, "up".into(), None).expect("a condition"),
            for_: 2 * MINUTE,
            keep_firing_for: 0,
            every,
            severity: "sev1",
            summary: "down".into(),
            runbook_url: (name == "A").then(|| "https://wiki/\"a\"".into()),
        };
        let text = rule_file(&[], &[alert("A", 30_000), alert("B", 5_000), alert("C", 30_000)]);
        assert_eq!(text.matches("interval: 30s").count(), 1);
        assert!(text.contains("        for: 2m\n") && !text.contains("keep_firing_for"));
        assert!(
            text.contains(r#"annotations: { summary: "down", runbook_url: "https://wiki/\"a\"" }"#),
            "{text}"
        );
        assert_eq!(text.matches("runbook_url").count(), 1);
        assert_eq!(rule_file(&[], &[]).lines().last(), Some("groups: []"));
    }
}
