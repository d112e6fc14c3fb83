//! The configured objectives and rules for a system that evaluates them itself.

use super::rules::{expressions, rule_text};
use crate::config::{Config, Measure};
use crate::domain::alert_rule::AlertRule;
use crate::sources::rule_export::{RuleAlert, RuleSlo};
use crate::sources::{Breach, SYSTEMS, system};

/// Which part of the configuration is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    All,
    Slos,
    Alerts,
}

/// A file of rules for one source, or for all together. `None` where the system of the source evaluates none.
pub fn rule_file(config: &Config, source: Option<&str>, part: Part) -> Option<String> {
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
            bad_share: Measure::BadShare(Box::new(slo.indicator.clone())),
            labels: slo.labels.clone().into_iter().collect(),
        })
        .collect();
    let alerts: Vec<RuleAlert> = config
        .rules
        .iter()
        .filter(|_| part != Part::Slos)
        .flat_map(|rule| own(config, rule, asked))
        .collect();
    let mut systems = SYSTEMS.into_iter();
    match source {
        Some(name) => system(config.source(name)?.kind)?.metrics?.rule_file(&slos, &alerts),
        None => systems.find_map(|system| system.metrics?.rule_file(&slos, &alerts)),
    }
}

fn own(config: &Config, rule: &AlertRule, asked: impl Fn(&str) -> bool) -> Vec<RuleAlert> {
    expressions(config, rule)
        .into_iter()
        .filter(|e| asked(&e.source))
        .filter_map(|e| {
            Some(RuleAlert {
                name: alert_name(&rule.name),
                condition: Breach::new(rule.condition, rule.resolve_at, e.value, e.baseline)?,
                for_: rule.for_,
                keep_firing_for: rule.keep_firing_for,
                every: rule.every,
                severity: rule.severity.name(),
                summary: format!("{}: {}", rule.name, rule_text(rule)),
                runbook_url: rule.runbook_url.clone(),
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
