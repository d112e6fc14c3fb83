//! The limit of a service, read from where its latency leaves its normal range as load rises.
//!
//! Below the knee latency hardly knows the load; beyond it work queues up (Gunther, *Guerrilla Capacity
//! Planning*, 2007, ch. 6). Nothing is claimed where the history shows no knee.

use super::forecast::score::median;
use super::order::Order as _;

/// What was read, and from what.
#[derive(Clone, Debug, PartialEq)]
pub struct Knee {
    /// the load from which on latency is out of its normal range
    pub load: f64,
    /// the latency up to which it is normal
    pub normal: f64,
    /// load and latency together, thinned, for the eye to judge by
    pub points: Vec<(f64, f64)>,
}

/// Why none was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NoKnee {
    /// fewer than a hundred instants with both
    TooFew(usize),
    /// latency stayed in its normal range up to this load
    NotReached(f64),
}

const LEAST: usize = 100;
const BINS: usize = 20;
const SHOWN: usize = 300;

/// Reads the knee from pairs of load and latency (seconds) at the same instants.
pub fn knee(pairs: &[(f64, f64)]) -> Result<Knee, NoKnee> {
    let mut sorted: Vec<(f64, f64)> = pairs
        .iter()
        .copied()
        .filter(|(l, t)| l.is_finite() && t.is_finite() && *l >= 0.0 && *t >= 0.0)
        .collect();
    if sorted.len() < LEAST {
        return Err(NoKnee::TooFew(sorted.len()));
    }
    sorted.order_by(|a, b| a.0.total_cmp(&b.0));
    let highest = sorted.last().map_or(0.0, |p| p.0);
    let quiet: Vec<f64> = sorted.iter().take(sorted.len() / 2).map(|p| p.1).collect();
    let usual = median(quiet.clone());
    let spread = 1.4826 * median(quiet.iter().map(|t| (t - usual).abs()).collect());
    // Half as much again is no matter of noise, however calm the quiet half is.
    let normal = usual + (4.0 * spread).max(0.5 * usual);
    // Bins of equal width, for the loads beyond a knee are seldom.
    let (low, width) = (sorted.first().map_or(0.0, |p| p.0), BINS as f64);
    let step = (highest - low) / width;
    let bin = |i: usize| -> Vec<(f64, f64)> {
        let from = low + step * i as f64;
        let inside = |p: &&(f64, f64)| p.0 >= from && (p.0 < from + step || i + 1 == BINS);
        sorted.iter().filter(inside).copied().collect()
    };
    let bins: Vec<Vec<(f64, f64)>> = (0..BINS).map(bin).collect();
    let is_slow = |bin: &Vec<(f64, f64)>| median(bin.iter().map(|p| p.1).collect()) > normal;
    // The first of the bins that are slow all the way up; empty ones say nothing.
    let mut found = None;
    for (i, bin) in bins.iter().enumerate().rev().filter(|(_, bin)| bin.len() >= 3) {
        if !is_slow(bin) {
            break;
        }
        found = Some(i);
    }
    let first = found.filter(|_| step > 0.0).ok_or(NoKnee::NotReached(highest))?;
    let every = sorted.len().div_ceil(SHOWN);
    Ok(Knee { load: low + step * first as f64, normal, points: sorted.into_iter().step_by(every).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(i: usize) -> f64 {
        ((i as f64 * 12.9898).sin() * 43_758.545_3).fract().abs()
    }

    /// A day's rhythm from 100 to 1,000 requests a second; latency of a queue with a capacity.
    fn pairs(capacity: f64) -> Vec<(f64, f64)> {
        (0..2016)
            .map(|i| {
                let load = 550.0 - 450.0 * (i as f64 / 144.0 * std::f64::consts::TAU).cos() + 20.0 * noise(i);
                let share = (load / capacity).min(0.99);
                (
                    load,
                    0.05 * (1.0 + 0.2 * noise(i + 7)) + if share > 0.8 { 0.5 * (share - 0.8) } else { 0.0 },
                )
            })
            .collect()
    }

    #[test]
    fn the_knee_of_a_queue_is_found() {
        let found = knee(&pairs(1_000.0)).unwrap();
        assert!((800.0..950.0).contains(&found.load), "{}", found.load);
        assert!(found.normal > 0.05 && found.normal < 0.12 && found.points.len() <= SHOWN);
    }

    #[test]
    fn where_latency_stays_normal_nothing_is_claimed() {
        assert!(matches!(knee(&pairs(5_000.0)), Err(NoKnee::NotReached(load)) if load > 990.0));
        assert_eq!(knee(&pairs(1_000.0)[..50]), Err(NoKnee::TooFew(50)));
        assert_eq!(knee(&[(5.0, 0.1); 200]), Err(NoKnee::NotReached(5.0)));
        assert_eq!(knee(&[(f64::NAN, 0.1); 200]), Err(NoKnee::TooFew(0)));
    }

    #[test]
    fn a_slow_hour_at_low_load_is_no_knee() {
        let mut slow: Vec<(f64, f64)> = pairs(5_000.0);
        for pair in slow.iter_mut().filter(|p| p.0 > 300.0 && p.0 < 400.0) {
            pair.1 = 2.0;
        }
        assert!(matches!(knee(&slow), Err(NoKnee::NotReached(_))));
    }
}
