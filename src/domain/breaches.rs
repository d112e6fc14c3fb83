//! Where the condition of a rule held, as the source found it.
//!
//! Most services are well most of the time, so what breaches is a small part of what is measured: the answer
//! grows with the trouble and not with the fleet. An instant of which nothing is said is one at which the condition
//! did not hold, so it has to be known up to when that was looked for.

use super::firings::{Firing, Firings};
use super::labels::Labels;
use super::series::Frame;
use super::time::Millis;
use std::collections::BTreeMap;

/// In which form breaches are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// their samples, as long as those are few
    Samples,
    /// Where they begin and end, and no values: the answer does not grow with how long they last.
    Changes,
    /// their samples, however many
    AllSamples,
}

/// Where a condition held, series by series, on a grid of instants.
#[derive(Clone, Debug, PartialEq)]
pub struct Breaches {
    held: Held,
    form: Form,
    /// time between two instants
    step: Millis,
    /// the newest instant that was looked at
    until: Millis,
}

#[derive(Clone, Debug, PartialEq)]
enum Held {
    Samples(Frame),
    Changes(Firings),
}

impl Breaches {
    /// Reads an answer that covers everything up to `until`: the samples themselves, or a 1 where the condition
    /// began to hold and a 0 one step after it last held.
    pub fn new(answer: Frame, form: Form, step: Millis, until: Millis) -> Self {
        let held = match form {
            Form::Samples | Form::AllSamples => Held::Samples(answer.sorted()),
            Form::Changes => Held::Changes(Firings::new(&answer, step, until)),
        };
        Self { held, form, step, until }
    }

    /// Replaces what was known of `from` and later, and forgets what was before `keep_from`.
    pub fn add(&mut self, newer: Frame, from: Millis, until: Millis, keep_from: Millis) {
        match &mut self.held {
            Held::Samples(samples) => samples.merge(newer, from, keep_from),
            Held::Changes(firings) => firings.add(&newer, from, until, keep_from),
        }
        self.until = until;
    }

    /// The samples, where they were asked for.
    pub fn samples(&self) -> Option<&Frame> {
        match &self.held {
            Held::Samples(samples) => Some(samples),
            Held::Changes(_) => None,
        }
    }

    /// First and last instant of each time in which it held, by series, where only those were asked for.
    pub fn runs(&self) -> BTreeMap<&Labels, Vec<(Millis, Millis)>> {
        let mut all: BTreeMap<&Labels, Vec<(Millis, Millis)>> = BTreeMap::new();
        if let Held::Changes(firings) = &self.held {
            for Firing { labels, first, last } in firings.all() {
                all.entry(labels).or_default().push((first, last));
            }
        }
        all
    }

    pub fn form(&self) -> Form {
        self.form
    }

    pub fn step(&self) -> Millis {
        self.step
    }

    pub fn until(&self) -> Millis {
        self.until
    }

    /// Whether nothing is known to have breached.
    pub fn is_empty(&self) -> bool {
        match &self.held {
            Held::Samples(samples) => samples.is_empty(),
            Held::Changes(firings) => firings.all().next().is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::series::Series;

    fn frame(name: &str, samples: &[(Millis, f64)]) -> Frame {
        Frame { series: vec![Series::from_samples([("s", name)].into_iter().collect(), samples.to_vec())] }
    }

    fn ones(instants: &[Millis]) -> Vec<(Millis, f64)> {
        instants.iter().map(|t| (*t, 1.0)).collect()
    }

    fn instants(breaches: &Breaches) -> Vec<Vec<Millis>> {
        let series = breaches.samples().map(|frame| frame.series.iter());
        series.into_iter().flatten().map(|s| s.samples().map(|(t, _)| t).collect()).collect()
    }

    #[test]
    fn what_held_no_more_ends_though_nothing_says_so() {
        let mut known = Breaches::new(frame("a", &ones(&[10, 20, 30])), Form::Samples, 10, 30);
        known.add(Frame::default(), 30, 60, 0);
        assert_eq!((instants(&known), known.until()), (vec![vec![10, 20]], 60));
        // A late sample within what is asked again.
        known.add(frame("b", &ones(&[50, 60])), 40, 70, 20);
        assert_eq!(instants(&known), [vec![20], vec![50, 60]]);
        known.add(Frame::default(), 80, 90, 60);
        assert_eq!(instants(&known), [vec![60]], "what is over is forgotten");
    }

    #[test]
    fn changes_are_the_runs_between_them() {
        let mut known = Breaches::new(frame("a", &[(10, 1.0), (30, 0.0), (50, 1.0)]), Form::Changes, 10, 60);
        let runs = |known: &Breaches| known.runs().into_values().collect::<Vec<_>>();
        assert_eq!(runs(&known), [[(10, 20), (50, 60)]]);
        known.add(frame("a", &[(80, 0.0)]), 60, 90, 30);
        assert_eq!((runs(&known), known.is_empty()), (vec![vec![(50, 70)]], false));
        assert!(known.samples().is_none());
        known.add(Frame::default(), 90, 120, 80);
        assert!(known.is_empty());
    }
}
