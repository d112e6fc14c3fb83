//! One figure where one is asked for. Shares, quantiles and gauges of several series are never added,
//! averaged or picked from: what is right depends on what the series are, which only their owner knows.

use super::labels::Labels;
use super::order::Gather as _;
use super::series::{Frame, Series};
use super::time::Millis;
use std::collections::{BTreeMap, BTreeSet};

/// Several series at one instant where one figure is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Several {
    pub n: usize,
    /// the labels in which they differ
    pub labels: Vec<String>,
}

impl std::fmt::Display for Several {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let labels = match self.labels.as_slice() {
            [] => "nothing but their order".to_string(),
            labels => format!("the label {}", labels.join(" and ")),
        };
        write!(
            f,
            "{} series where one figure is asked for, which differ in {labels}; name it in a matcher, or aggregate over it in the query (max, min, avg)",
            self.n
        )
    }
}

/// The one series there is. Series that follow each other (a label changed, never two at one instant) are
/// one: `None` where there is none.
pub fn single<'a>(series: impl IntoIterator<Item = &'a Series>) -> Result<Option<Series>, Several> {
    let mut all = series.into_iter().filter(|s| !s.is_empty());
    let Some(first) = all.next() else { return Ok(None) };
    let rest: Vec<&Series> = all.collect();
    if rest.is_empty() {
        return Ok(Some(first.clone()));
    }
    let every: Vec<&Series> = std::iter::once(first).chain(rest).collect();
    let mut samples: BTreeMap<Millis, f64> = BTreeMap::new();
    for (t, value) in every.iter().flat_map(|s| s.samples()) {
        if samples.insert(t, value).is_some() {
            let labels: Vec<&Labels> = every.iter().map(|s| &s.labels).collect();
            return Err(Several { n: every.len(), labels: differing(&labels) });
        }
    }
    let newest = every.iter().max_by_key(|s| s.last_instant()).map_or(&first.labels, |s| &s.labels);
    Ok(Some(Series::from_samples(newest.clone(), samples.into_iter().collect())))
}

/// The names of the labels in which label sets differ, in the order of the alphabet. The metric's name is
/// one only where nothing else tells them apart.
pub fn differing(all: &[&Labels]) -> Vec<String> {
    let names: BTreeSet<&str> = all.iter().flat_map(|l| l.iter().map(|(name, _)| name)).into_set();
    let first = all.first();
    let differs = |name: &&str| all.iter().any(|l| l.get(name) != first.and_then(|f| f.get(name)));
    let mut found: Vec<String> = names.into_iter().filter(differs).map(Into::into).collect();
    if found.len() > 1 {
        found.retain(|name| name != "__name__");
    }
    found
}

impl Frame {
    /// The one series with `name="value"`, if there is one.
    pub fn labelled(&self, name: &str, value: &str) -> Result<Option<Series>, Several> {
        single(self.series.iter().filter(|s| s.labels.get(name) == Some(value)))
    }

    /// The last finite value of the one series with `name="value"`.
    pub fn value(&self, name: &str, value: &str) -> Result<Option<f64>, Several> {
        Ok(self.labelled(name, value)?.and_then(|s| s.last()).map(|(_, v)| v))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(labels: &[(&str, &str)], samples: &[(Millis, f64)]) -> Series {
        Series::from_samples(labels.iter().copied().collect(), samples.to_vec())
    }

    #[test]
    fn several_at_one_instant_are_refused_and_the_label_is_named() {
        let a = series(&[("job", "x"), ("replica", "a")], &[(1, 0.9), (2, 0.9)]);
        let b = series(&[("job", "x"), ("replica", "b")], &[(2, 0.9)]);
        let c = series(&[("job", "y"), ("pod", "p")], &[(2, f64::NAN)]);
        assert_eq!(single([]), Ok(None));
        assert_eq!(single([&a]), Ok(Some(a.clone())));
        let of = |all: &[&Series]| single(all.iter().copied()).unwrap_err();
        assert_eq!(of(&[&a, &b]), Several { n: 2, labels: vec!["replica".into()] });
        assert_eq!(of(&[&a, &b, &c]).labels, ["job", "pod", "replica"]);
        assert!(
            of(&[&a, &b])
                .to_string()
                .starts_with("2 series where one figure is asked for, which differ in the label replica;")
        );
    }

    #[test]
    fn what_follows_each_other_is_one() {
        let before = series(&[("pod", "a")], &[(1, 1.0), (2, 2.0)]);
        let after = series(&[("pod", "b")], &[(3, 3.0)]);
        let one = single([&before, &after]).unwrap().unwrap();
        assert_eq!(one.samples().collect::<Vec<_>>(), [(1, 1.0), (2, 2.0), (3, 3.0)]);
        assert_eq!(one.labels.get("pod"), Some("b"));
    }

    #[test]
    fn the_name_of_the_metric_counts_last() {
        let labels = |pairs: &[(&str, &str)]| pairs.iter().copied().collect::<Labels>();
        let (a, b) = (labels(&[("__name__", "x"), ("i", "1")]), labels(&[("__name__", "y"), ("i", "2")]));
        assert_eq!(differing(&[&a, &b]), ["i"]);
        assert_eq!(differing(&[&labels(&[("__name__", "x")]), &labels(&[("__name__", "y")])]), ["__name__"]);
    }
}
