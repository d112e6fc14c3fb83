//! The time between two points of a chart.

use super::time::{DAY, HOUR, MINUTE, Millis, SECOND};

/// The step for a range: the smallest round one that keeps a series at 2,880 points or fewer (a day
/// at 30 s), well under what systems of metrics give at once.
pub fn step_for(range: Millis) -> Millis {
    /// the most points of a series that any system is asked for
    const MOST: i64 = 11_000;
    const ROUND: [Millis; 13] = [
        15 * SECOND,
        30 * SECOND,
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        HOUR,
        2 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY,
    ];
    let fits = |step: &Millis| range / step <= 2_880;
    // Beyond eight years whole days are doubled until they fit.
    ROUND.into_iter().find(fits).unwrap_or_else(|| (range / MOST / DAY + 1) * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_stay_under_the_limit() {
        assert_eq!(step_for(HOUR), 15 * SECOND);
        assert_eq!(step_for(DAY), 30 * SECOND);
        assert_eq!(step_for(7 * DAY), 5 * MINUTE);
        assert_eq!(step_for(30 * DAY), 15 * MINUTE);
        for range in [1, HOUR, DAY, 90 * DAY, 3650 * DAY, 36_500 * DAY, 3_650_000 * DAY] {
            assert!(range / step_for(range) <= 11_000, "{range}");
        }
    }
}
