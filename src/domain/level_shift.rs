//! Sudden shifts of a level: a clean-up, a migration. They are taken back before a line is drawn, for
//! neither is growth. A shift upwards needs a plateau behind it: at the end of a history, growth is growth.

use super::forecast::score::median;
use super::order::Order as _;
use std::ops::RangeInclusive;

/// A shift takes at most so many days from the old level to the new one, or it is growth.
const LONGEST_DAYS: usize = 3;

/// The history as if the level had always been that of the end: single changes far beyond all others are
/// taken back. Where they are frequent they are how the series is, and stay. `day` is the number of values
/// in a day.
pub fn without_shifts(values: &[f64], day: usize) -> Vec<f64> {
    let n = values.len();
    let changes: Vec<f64> = values.windows(2).filter_map(|w| Some(w.get(1)? - w.first()?)).collect();
    let usual = median(changes.clone());
    let mut shifts: Vec<RangeInclusive<usize>> = Vec::new();
    for lag in (1..=LONGEST_DAYS).map(|days| days * day).chain([1]) {
        if lag == 1 || lag <= n / 10 {
            join(&mut shifts, far_moves(values, lag));
        }
    }
    if shifts.is_empty() || shifts.len() > (n / 50).max(2) {
        return values.to_vec();
    }
    shifts = shifts.into_iter().map(|s| trimmed(values, s)).filter(|s| is_over(values, s, day)).collect();
    let mut all = values.to_vec();
    let mut offset = 0.0;
    for i in (0..changes.len()).rev() {
        if let (Some(change), Some(value)) = (changes.get(i), all.get_mut(i)) {
            if shifts.iter().any(|s| (*s.start()..*s.end()).contains(&i)) {
                offset += change - usual;
            }
            *value += offset;
        }
    }
    all
}

/// Stretches over which the value moves far further than it does elsewhere in as many steps.
fn far_moves(values: &[f64], lag: usize) -> Vec<RangeInclusive<usize>> {
    let moves: Vec<f64> = values.iter().zip(values.iter().skip(lag)).map(|(a, b)| b - a).collect();
    let usual = median(moves.clone());
    let most = values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let spread = median(moves.iter().map(|m| (m - usual).abs()).collect()).max(1e-12 * most);
    let (low, high) =
        values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
    let is_far = |m: &f64| (m - usual).abs() > 20.0 * spread && (m - usual).abs() > 0.1 * (high - low);
    let mut found = Vec::new();
    for (i, _) in moves.iter().enumerate().filter(|(_, m)| is_far(m)) {
        join(&mut found, vec![i..=i + lag]);
    }
    found
}

/// Adds stretches to others, those that touch as one.
fn join(all: &mut Vec<RangeInclusive<usize>>, more: Vec<RangeInclusive<usize>>) {
    all.extend(more);
    all.order_by_key(|s| *s.start());
    let mut joined: Vec<RangeInclusive<usize>> = Vec::new();
    for stretch in all.drain(..) {
        match joined.last_mut() {
            Some(last) if stretch.start() <= last.end() => {
                *last = *last.start()..=*last.end().max(stretch.end());
            }
            _ => joined.push(stretch),
        }
    }
    *all = joined;
}

/// Without what is still at the old level or already at the new one.
fn trimmed(values: &[f64], shift: RangeInclusive<usize>) -> RangeInclusive<usize> {
    let at = |i: usize| values.get(i).copied().unwrap_or(f64::NAN);
    let (mut from, mut to) = shift.into_inner();
    let (before, after) = (at(from), at(to));
    let near = 0.1 * (after - before).abs();
    while from + 1 < to && (at(from + 1) - before).abs() <= near {
        from += 1;
    }
    while to > from + 1 && (at(to - 1) - after).abs() <= near {
        to -= 1;
    }
    from..=to
}

/// A fall is over at once, a rise once it has stayed for a day and for half as long as it took.
fn is_over(values: &[f64], shift: &RangeInclusive<usize>, day: usize) -> bool {
    let plateau = day.max((shift.end() - shift.start()) / 2).max(1);
    let (Some(from), Some(to)) = (values.get(*shift.start()), values.get(*shift.end())) else { return false };
    let later = values.get(shift.end() + plateau);
    to <= from || later.is_some_and(|later| later - to <= 0.25 * (to - from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(n: usize, value: impl Fn(usize) -> f64) -> Vec<f64> {
        (0..n).map(|i| value(i) + 0.1 * ((i as f64 * 12.9898).sin() * 43_758.545_3).fract()).collect()
    }

    #[test]
    fn what_is_over_is_taken_back_and_what_rises_is_not() {
        let span = |values: &[f64]| {
            let plain = without_shifts(values, 1);
            plain.iter().fold(f64::NEG_INFINITY, |m, v| m.max(*v))
                - plain.iter().fold(f64::INFINITY, |m, v| m.min(*v))
        };
        let step = |at: usize| days(90, move |i| if i >= at { 60.0 } else { 30.0 });
        let ramp = |from: usize, to: usize| {
            days(90, move |i| 30.0 + 30.0 * (i.clamp(from, to) - from) as f64 / (to - from) as f64)
        };
        let spike = |at: usize| days(90, move |i| if i == at { 60.0 } else { 30.0 });
        for (what, values, is_taken_back) in [
            ("a migration nine days ago", step(81), true),
            ("one a day ago", step(88), true),
            ("one just now", step(89), false),
            ("a migration over two days, a week ago", ramp(80, 82), true),
            ("one that goes on", ramp(87, 89), false),
            ("a clean-up just now", days(90, |i| if i == 89 { 30.0 } else { 60.0 }), true),
            ("a spike that fell back", spike(70), true),
            ("a month of growth", ramp(59, 89), false),
        ] {
            assert_eq!(span(&values) < 5.0, is_taken_back, "{what}: {}", span(&values));
        }
    }
}
