//! The configured objectives and rules as Prometheus evaluates them.

use super::rules::{expressions, rule_text};
use crate::config::Config;
use crate::domain::alert_rule::AlertRule;
use crate::model::error_ratio;
use crate::sources::prometheus::{RuleAlert, RuleSlo, alert_expression, rule_file};

/// Which part of the configuration is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    All,
    Slos,
    Alerts,
}

/// A rules file for one source's Prometheus, or for all sources' together.
pub fn rules_for_prometheus(config: &Config, source: Option<&str>, part: Part) -> String {
    let asked = |name: &str| source.is_none_or(|source| source == name);
    let slos: Vec<RuleSlo> = config
        .slos
        .iter()
        .filter(|s| part != Part::Alerts && asked(&s.source))
        .map(|slo| RuleSlo {
            id: slo.id.clone(),
            name: slo.name.clone(),
            service: slo.service.clone(),
            target: slo.objective.target,
            window: slo.objective.window.usual(),
            error_ratio: error_ratio(&slo.indicator),
            labels: slo.labels.clone().into_iter().collect(),
        })
        .collect();
    let alerts: Vec<RuleAlert> = config
        .rules
        .iter()
        .filter(|_| part != Part::Slos)
        .flat_map(|rule| own(config, rule, asked))
        .collect();
    rule_file(&slos, &alerts)
}

fn own(config: &Config, rule: &AlertRule, asked: impl Fn(&str) -> bool) -> Vec<RuleAlert> {
    expressions(config, rule)
        .into_iter()
        .filter(|e| asked(&e.source))
        .filter_map(|e| {
            let (name, usual) = (alert_name(&rule.name), e.baseline.as_ref());
            Some(RuleAlert {
                expression: alert_expression(rule.condition, rule.resolve_at, &e.value, usual, &name)?,
                name,
                for_: rule.for_,
                keep_firing_for: rule.keep_firing_for,
                every: rule.every,
                severity: rule.severity.name(),
                summary: format!("{}: {}", rule.name, rule_text(rule)),
            })
        })
        .collect()
}

/// `High latency` -> `HighLatency`, as alerts are usually named.
pub fn alert_name(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words
        .map(|word| {
            let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
            format!("{}{rest}", first.to_uppercase())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_alerts_usually_are() {
        assert_eq!(alert_name("High latency"), "HighLatency");
        assert_eq!(alert_name("CPU saturated (host)"), "CPUSaturatedHost");
        assert_eq!(alert_name("über-laut"), "ÜberLaut");
    }
}
