//! Where an error budget went: by day, by incident, by deploy, and what was left out of the count.

use super::order::Order as _;
use super::slo::{Budget, Counts, Objective};
use super::time::Millis;
use super::window::Bounds;
use super::zone::Offsets;

/// A span that is not counted, and who said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    pub bounds: Bounds,
    pub reason: String,
    pub author: Option<String>,
    pub kind: ExclusionKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExclusionKind {
    /// announced beforehand
    Maintenance,
    /// a measurement that was wrong, put right by hand
    Correction,
}

impl ExclusionKind {
    pub fn title(self) -> &'static str {
        match self {
            Self::Maintenance => "Maintenance",
            Self::Correction => "Correction",
        }
    }
}

/// Counts of a short span, of which the window is made up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    pub bounds: Bounds,
    pub counts: Counts,
}

/// Something the budget may have been spent by.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    pub kind: CauseKind,
    pub title: String,
    pub bounds: Bounds,
    pub counts: Counts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CauseKind {
    Incident,
    Deploy,
    /// everything else
    Background,
}

impl CauseKind {
    pub fn title(self) -> &'static str {
        match self {
            Self::Incident => "Incident",
            Self::Deploy => "After deploy",
            Self::Background => "Background",
        }
    }
}

/// What one day took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DaySpend {
    pub bounds: Bounds,
    /// share of the whole budget
    pub spent: f64,
    /// share of the day, up to now, for which there is data, 0..1
    pub covered: f64,
}

/// The parts of a window, cut so that no instant is in two: excluded spans first, then incidents, then
/// the time after deploys. What overlaps an earlier one is shortened or dropped.
pub fn disjoint(window: Bounds, candidates: impl IntoIterator<Item = Bounds>) -> Vec<Vec<Bounds>> {
    let mut taken: Vec<Bounds> = Vec::new();
    let mut parts = Vec::new();
    for candidate in candidates {
        let mut own: Vec<Bounds> = candidate.common(&window).into_iter().collect();
        for other in &taken {
            own = own.into_iter().flat_map(|piece| minus(piece, *other)).collect();
        }
        taken.extend(own.iter().copied());
        parts.push(own);
    }
    parts
}

fn minus(piece: Bounds, other: Bounds) -> impl Iterator<Item = Bounds> {
    let before = Bounds { start: piece.start, end: piece.end.min(other.start) };
    let after = Bounds { start: piece.start.max(other.end), end: piece.end };
    [before, after].into_iter().filter(|b| b.start < b.end)
}

/// Takes the excluded counts out of the buckets they fell into, by their share of time.
pub fn without_exclusions(buckets: &[Bucket], excluded: &[(Bounds, Counts)]) -> Vec<Bucket> {
    let mut left = buckets.to_vec();
    for (span, counts) in excluded.iter().filter(|(_, c)| c.is_finite()) {
        for bucket in &mut left {
            if let Some(common) = bucket.bounds.common(span) {
                let share = common.length() as f64 / span.length().max(1) as f64;
                bucket.counts = bucket.counts.without(&counts.scaled(share));
            }
        }
    }
    left
}

/// Buckets cut at the ends of a window: of one that lies across an end, its share of time counts.
/// Those without a count, and those that end after `now` (a clock that runs ahead), are left out.
pub fn within(buckets: &[Bucket], window: Bounds, now: Millis, tolerance: Millis) -> Vec<Bucket> {
    let usable = |b: &&Bucket| b.counts.is_finite() && b.bounds.end <= now + tolerance;
    let cut = |b: &Bucket| {
        let common = b.bounds.common(&window)?;
        let share = common.length() as f64 / b.bounds.length().max(1) as f64;
        Some(Bucket { bounds: common, counts: b.counts.scaled(share) })
    };
    buckets.iter().filter(usable).filter_map(cut).collect()
}

/// The share of a span, up to `now`, that buckets cover, 0..1.
pub fn coverage(buckets: &[Bucket], span: Bounds, now: Millis) -> f64 {
    let passed = Bounds { start: span.start, end: span.end.min(now) };
    let covered: Millis = buckets.iter().filter_map(|b| b.bounds.common(&passed)).map(|b| b.length()).sum();
    (covered as f64 / passed.length().max(1) as f64).clamp(0.0, 1.0)
}

/// Scales buckets so that they add up to what the window as a whole counted: range functions of single
/// hours and of the whole window are extrapolated differently and differ by a hair.
pub fn reconciled(buckets: &[Bucket], total: &Counts) -> Vec<Bucket> {
    let sum = buckets.iter().fold(Counts::default(), |sum, b| sum.plus(&b.counts));
    let factor = |whole: f64, parts: f64| {
        let factor = whole / parts;
        if factor.is_finite() && factor > 0.0 { factor } else { 1.0 }
    };
    let (bad, valid) = (factor(total.bad, sum.bad), factor(total.valid, sum.valid));
    let scale = |b: &Bucket| Bucket {
        bounds: b.bounds,
        counts: Counts { bad: b.counts.bad * bad, valid: b.counts.valid * valid },
    };
    buckets.iter().map(scale).collect()
}

/// What each local day took of the budget. The days' sums equal the window's.
pub fn by_day(
    buckets: &[Bucket],
    window: Bounds,
    budget: &Budget,
    counts: &Counts,
    now: Millis,
    zone: &Offsets,
) -> Vec<DaySpend> {
    let mut days = Vec::new();
    let mut start = window.start;
    let end = window.end.min(now);
    while start < end {
        let midnight = zone.next_midnight(start).max(start + 1).min(end);
        let day = Bounds { start, end: midnight };
        let bad: f64 = buckets
            .iter()
            .filter_map(|b| {
                let common = b.bounds.common(&day)?;
                Some(b.counts.bad * common.length() as f64 / b.bounds.length().max(1) as f64)
            })
            .sum();
        days.push(DaySpend {
            bounds: day,
            spent: share_spent(bad, budget, counts),
            covered: coverage(buckets, day, now),
        });
        start = midnight;
    }
    days
}

/// The share of the whole budget that so many bad events are.
pub fn share_spent(bad: f64, budget: &Budget, counts: &Counts) -> f64 {
    if bad <= 0.0 || counts.valid <= 0.0 {
        return 0.0;
    }
    bad / counts.valid * budget.elapsed / budget.allowed
}

/// What is left after each bucket, from 1 down: never rising, for failures do not come back. For a
/// rolling window it tells how this very window was used up.
pub fn burn_down(buckets: &[Bucket], window: Bounds, budget: &Budget, counts: &Counts) -> Vec<(Millis, f64)> {
    let mut line = vec![(window.start, 1.0)];
    let mut bad = 0.0;
    for bucket in buckets {
        bad += bucket.counts.bad.max(0.0);
        line.push((bucket.bounds.end, 1.0 - share_spent(bad, budget, counts)));
    }
    line
}

/// The causes sorted by what they took, with what no cause explains as background.
pub fn causes(mut known: Vec<Cause>, window: Bounds, counts: &Counts) -> Vec<Cause> {
    let explained: f64 = known.iter().map(|c| c.counts.bad).filter(|b| b.is_finite()).sum();
    known.retain(|c| c.counts.bad.is_finite() && c.counts.bad > 0.0);
    known.order_by(|a, b| b.counts.bad.total_cmp(&a.counts.bad));
    let rest = (counts.bad - explained).max(0.0);
    if rest > 0.0 {
        known.push(Cause {
            kind: CauseKind::Background,
            title: "outside of incidents and deploys".into(),
            bounds: window,
            counts: Counts { bad: rest, valid: counts.valid },
        });
    }
    known
}

/// `At this rate the budget runs out on ...` as parts for a sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outlook {
    /// nothing is left
    Gone,
    /// nothing is being spent
    Still,
    /// gone at this instant, which is before the window is renewed
    GoneAt(Millis),
    /// lasts until the window is renewed, or far beyond any plan
    Lasts,
}

/// How the budget goes on at a burn rate.
pub fn outlook(budget: &Budget, objective: &Objective, bounds: Bounds, burn: f64, now: Millis) -> Outlook {
    if budget.left() <= 1e-9 && budget.spent() > 0.0 {
        return Outlook::Gone;
    }
    match budget.exhausted_at(burn, bounds.length(), now) {
        None => Outlook::Still,
        Some(at) if objective.window.is_calendar() && at >= bounds.end => Outlook::Lasts,
        // At burn 1 a rolling budget lasts for ever, for as much comes back as goes.
        Some(_) if !objective.window.is_calendar() && burn <= 1.0 => Outlook::Lasts,
        Some(at) => Outlook::GoneAt(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{DAY, HOUR};
    use crate::domain::window::Window;

    fn bucket(hour: Millis, bad: f64) -> Bucket {
        let bounds = Bounds { start: hour * HOUR, end: (hour + 1) * HOUR };
        Bucket { bounds, counts: Counts { bad, valid: 1000.0 } }
    }

    fn span(start: Millis, end: Millis) -> Bounds {
        Bounds { start, end }
    }

    fn sum(buckets: &[Bucket]) -> Counts {
        buckets.iter().fold(Counts::default(), |sum, b| sum.plus(&b.counts))
    }

    #[test]
    fn no_instant_is_in_two_parts() {
        let parts = disjoint(span(0, 100), [span(10, 20), span(15, 40), span(0, 50), span(90, 200)]);
        assert_eq!(
            parts,
            [vec![span(10, 20)], vec![span(20, 40)], vec![span(0, 10), span(40, 50)], vec![span(90, 100)]]
        );
    }

    #[test]
    fn an_exclusion_is_taken_from_the_hours_it_covered() {
        let buckets = [bucket(0, 10.0), bucket(1, 10.0), bucket(2, 1.0)];
        let excluded = [(span(HOUR / 2, HOUR + HOUR / 2), Counts { bad: 16.0, valid: 500.0 })];
        let left = without_exclusions(&buckets, &excluded);
        assert_eq!(left.iter().map(|b| b.counts.bad).collect::<Vec<_>>(), [2.0, 2.0, 1.0]);
        assert_eq!(left[0].counts.valid, 750.0);
    }

    #[test]
    fn buckets_are_cut_at_the_window_and_the_future_is_not_counted() {
        let cut = within(&[bucket(0, 4.0), bucket(1, 4.0), bucket(9, 4.0)], span(HOUR / 4, DAY), 3 * HOUR, 0);
        assert_eq!(cut.iter().map(|b| b.counts.bad).collect::<Vec<_>>(), [3.0, 4.0]);
        assert!((coverage(&cut, span(0, DAY), 3 * HOUR) - 1.75 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn days_add_up_to_the_window_and_the_line_never_rises() {
        let now = 60 * HOUR;
        let window = span(0, 30 * DAY);
        let buckets: Vec<_> = (0..60).map(|h| bucket(h, f64::from((h % 7) as u8))).collect();
        let counts = sum(&buckets);
        let objective = Objective { target: 0.99, window: Window::Month };
        let budget = objective.budget(&counts, window, now).unwrap();
        let days = by_day(&buckets, window, &budget, &counts, now, &Offsets::utc());
        assert_eq!(days.len(), 3);
        let total: f64 = days.iter().map(|d| d.spent).sum();
        assert!((total - budget.spent()).abs() < 1e-9, "{total} {}", budget.spent());
        let line = burn_down(&buckets, window, &budget, &counts);
        assert!(line.windows(2).all(|w| w[1].1 <= w[0].1));
        assert!((line.last().unwrap().1 - budget.left()).abs() < 1e-9);
    }

    #[test]
    fn hours_are_reconciled_with_the_whole() {
        let buckets = [bucket(0, 4.0), bucket(1, 6.0)];
        let scaled = reconciled(&buckets, &Counts { bad: 11.0, valid: 1900.0 });
        assert_eq!(sum(&scaled), Counts { bad: 11.0, valid: 1900.0 });
        // Nothing bad in the hours: nothing to scale.
        assert_eq!(reconciled(&[bucket(0, 0.0)], &Counts { bad: 3.0, valid: 1000.0 })[0].counts.bad, 0.0);
    }

    #[test]
    fn what_no_cause_explains_is_background() {
        let cause = |kind, bad| Cause {
            kind,
            title: "t".into(),
            bounds: span(0, 1),
            counts: Counts { bad, valid: 1.0 },
        };
        let all = causes(
            vec![
                cause(CauseKind::Deploy, 2.0),
                cause(CauseKind::Incident, 5.0),
                cause(CauseKind::Incident, 0.0),
            ],
            span(0, 10),
            &Counts { bad: 10.0, valid: 1e4 },
        );
        let found: Vec<_> = all.iter().map(|c| (c.kind, c.counts.bad)).collect();
        assert_eq!(
            found,
            [(CauseKind::Incident, 5.0), (CauseKind::Background, 3.0), (CauseKind::Deploy, 2.0)]
                .into_iter()
                .filter(|c| c.0 != CauseKind::Background)
                .chain([(CauseKind::Background, 3.0)])
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn the_outlook_names_the_end_or_that_there_is_none() {
        let window = span(0, 30 * DAY);
        let objective = Objective { target: 0.999, window: Window::Month };
        let half = objective.budget(&Counts { bad: 50.0, valid: 1e5 }, window, 30 * DAY).unwrap();
        let now = 20 * DAY;
        assert_eq!(outlook(&half, &objective, window, 10.0, now), Outlook::GoneAt(now + 36 * HOUR));
        assert_eq!(outlook(&half, &objective, window, 1.0, now), Outlook::Lasts);
        assert_eq!(outlook(&half, &objective, window, 0.0, now), Outlook::Still);
        let gone = objective.budget(&Counts { bad: 200.0, valid: 1e5 }, window, 30 * DAY).unwrap();
        assert_eq!(outlook(&gone, &objective, window, 0.0, now), Outlook::Gone);
    }
}
