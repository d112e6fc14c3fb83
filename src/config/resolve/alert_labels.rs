//! What labels of alerts mean: their severities, and which of them tell replicas apart.

use crate::config::fault::FaultKind;
use crate::config::kind::{Capability, Kind};
use crate::config::raw::RawSource;
use crate::config::resolver::Resolver;
use crate::config::shape::Path;
use crate::domain::alert_row::AlertLabels;
use crate::domain::labels::Labels;
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
            Some(replicas) => AlertLabels { severities, replicas, replicas_if_added: Vec::new(), ..usual },
            None => AlertLabels { severities, ..usual },
        }
    }

    /// The labels that each Prometheus adds to what it sends, by the name of its source.
    pub(super) fn external_labels(
        &mut self,
        sources: &BTreeMap<String, RawSource>,
        path: &Path,
    ) -> BTreeMap<String, Labels> {
        let mut external = BTreeMap::new();
        for (name, source) in sources.iter().filter(|(_, source)| !source.external_labels.is_empty()) {
            let path = path.key(name).key("external_labels");
            for label in source.external_labels.keys() {
                self.label(label, &path.key(label));
            }
            // Only what evaluates rules adds labels to the alerts that it sends.
            let evaluates = |kind: &Kind| kind.can(Capability::Metrics) && kind.can(Capability::Alerts);
            if self.kinds.named(&source.kind).is_some_and(|kind| !evaluates(&kind)) {
                let able: Vec<&str> = self.kinds.iter().filter(evaluates).map(Kind::name).collect();
                let expected =
                    &format!("none: only a source of the kind {} adds labels to alerts", able.join(" or "));
                self.fault(
                    FaultKind::BadValue,
                    &path,
                    &format!("labels of the kind {}", source.kind),
                    expected,
                    "{}",
                );
            }
            let labels = source.external_labels.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            external.insert(name.clone(), labels);
        }
        external
    }

    fn label_names(&mut self, typed: Option<&[String]>, path: &Path) -> Option<Vec<String>> {
        for (i, name) in typed?.iter().enumerate() {
            self.label(name, &path.index(i));
        }
        typed.map(<[String]>::to_vec)
    }
}
