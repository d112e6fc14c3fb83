//! What labels of alerts mean: their severities, and which of them tell replicas apart.

use crate::config::resolver::Resolver;
use crate::config::shape::Path;
use crate::domain::alert_merge::AlertLabels;
use crate::domain::severity::{Severities, Severity};
use std::collections::BTreeMap;

impl Resolver<'_> {
    pub(super) fn alert_labels(
        &mut self,
        words: &BTreeMap<String, String>,
        carriers: Option<&[String]>,
        replicas: Option<&[String]>,
        root: &Path,
    ) -> AlertLabels {
        let known: Vec<(&str, Severity)> = Severity::ALL.iter().map(|s| (s.name(), *s)).collect();
        let mut own = Vec::new();
        for (word, severity) in words {
            let path = root.key("severities").key(word);
            self.not_empty(word, &path);
            own.extend(self.word(severity, &known, "a severity", &path).map(|s| (word.clone(), s)));
        }
        let usual = AlertLabels::default();
        let carriers = self.label_names(carriers, &root.key("severity_labels"));
        let severities = match carriers {
            Some(labels) => Severities::new(labels, own),
            None => usual.severities.with_words(own),
        };
        match self.label_names(replicas, &root.key("replica_labels")) {
            Some(replicas) => AlertLabels { severities, replicas, replicas_if_added: Vec::new() },
            None => AlertLabels { severities, ..usual },
        }
    }

    fn label_names(&mut self, typed: Option<&[String]>, path: &Path) -> Option<Vec<String>> {
        for (i, name) in typed?.iter().enumerate() {
            self.label(name, &path.index(i));
        }
        typed.map(<[String]>::to_vec)
    }
}
