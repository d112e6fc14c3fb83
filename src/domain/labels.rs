//! Label sets as Prometheus and Alertmanager write them.

use super::order::Order as _;

/// A label set, sorted by name, each name once (the last one given wins).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Labels(Vec<(String, String)>);

/// Whether this can be the name of one label, and is no list of them and no expression.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.trim() == name
        && !name.chars().any(|c| c.is_control() || "\"'`\\{}()[],=!~$".contains(c))
}

impl Labels {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The labels whose names pass.
    pub fn only(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|(n, _)| keep(n)).cloned().collect())
    }

    /// FNV-1a over names and values in their order, each ended by a byte that no text has, as `LabelSet.Fingerprint` of
    /// prometheus/common: the same label sets have the same fingerprint here and in Alertmanager.
    pub fn fingerprint(&self) -> u64 {
        let texts = self.0.iter().flat_map(|(name, value)| [name, value]);
        texts.flat_map(|text| text.bytes().chain([0xff])).fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    }

    /// With one label more, or in the place of the one of that name.
    pub fn with(&self, name: &str, value: &str) -> Self {
        self.iter().chain([(name, value)]).collect()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Labels {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut all: Vec<(String, String)> = Vec::new();
        for (name, value) in pairs {
            let (name, value) = (name.into(), value.into());
            match all.iter_mut().find(|(n, _)| *n == name) {
                Some(known) => known.1 = value,
                None => all.push((name, value)),
            }
        }
        all.order();
        Self(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_sorted_and_unique() {
        let labels: Labels = [("b", "1"), ("a", "2"), ("b", "3")].into_iter().collect();
        assert_eq!(labels.iter().collect::<Vec<_>>(), [("a", "2"), ("b", "3")]);
        assert_eq!(labels.get("b"), Some("3"));
        assert_eq!(labels.get("c"), None);
    }

    #[test]
    fn fingerprints_are_those_of_prometheus() {
        // model/signature_test.go of prometheus/common
        assert_eq!(Labels::default().fingerprint(), 14_695_981_039_346_656_037);
        let labels: Labels =
            [("name", "garland, briggs"), ("fear", "love is not enough")].into_iter().collect();
        assert_eq!(labels.fingerprint(), 5_799_056_148_416_392_346);
    }
}
