//! What rotations leave open in a usual week.

use super::rotation::{FULL_DAY, Rotation};

const WEEK: i64 = 7 * FULL_DAY;

/// The first hours of the week, in minutes after Monday 00:00, that no rotation covers once all have begun. `None` where
/// there are none, and where it cannot be said: rotations that end, or that go by several clocks.
pub fn uncovered(rotations: &[Rotation]) -> Option<(i64, i64)> {
    let zone = &rotations.first()?.zone;
    if rotations.iter().any(|r| r.until.is_some() || r.zone != *zone) {
        return None;
    }
    let mut covered: Vec<(i64, i64)> = Vec::new();
    for rotation in rotations {
        let (from, to) = rotation.hours;
        let length = if to <= from { to + FULL_DAY - from } else { to - from };
        // 5 January 1970, day 4, was a Monday. The week before goes on into this one.
        let days = (-1..7).filter(|day| rotation.days.has(day + 4));
        covered.extend(days.map(|day| (day * FULL_DAY + from, day * FULL_DAY + from + length)));
    }
    crate::domain::order::Order::order(covered.as_mut_slice());
    let mut reached = 0;
    for (start, end) in covered {
        if start > reached {
            return Some((reached, start));
        }
        reached = reached.max(end);
    }
    (reached < WEEK).then_some((reached, WEEK))
}

#[cfg(test)]
mod tests {
    use super::super::rotation::{Days, parse_clock};
    use super::*;

    fn part(days: &[usize], hours: &str) -> Rotation {
        let (from, to) = hours.split_once('-').unwrap();
        Rotation {
            people: vec!["a".into()],
            zone: "UTC".into(),
            from: 0,
            until: None,
            every: 7,
            at: 0,
            days: days.iter().fold(Days::NONE, |all, day| all.with(*day)),
            hours: (parse_clock(from).unwrap(), parse_clock(to).unwrap()),
        }
    }

    #[test]
    fn the_first_gap_of_the_week_is_found() {
        let all = [0, 1, 2, 3, 4, 5, 6];
        let at = |day: i64, hour: i64| day * FULL_DAY + hour * 60;
        for (name, rotations, gap) in [
            ("the whole week", vec![part(&all, "00:00-24:00")], None),
            ("day and night", vec![part(&all, "08:00-20:00"), part(&all, "20:00-08:00")], None),
            (
                "an hour short",
                vec![part(&all, "08:00-20:00"), part(&all, "21:00-08:00")],
                Some((at(0, 20), at(0, 21))),
            ),
            ("weekdays", vec![part(&[0, 1, 2, 3, 4], "00:00-24:00")], Some((at(5, 0), at(7, 0)))),
            ("no Monday", vec![part(&[1, 2, 3, 4, 5, 6], "00:00-24:00")], Some((at(0, 0), at(1, 0)))),
            (
                "Sunday's night goes into Monday",
                vec![part(&all, "06:00-05:00"), part(&all, "05:00-06:00")],
                None,
            ),
            (
                "no Sunday's night",
                vec![part(&[0, 1, 2, 3, 4, 5], "20:00-08:00"), part(&all, "08:00-20:00")],
                Some((at(0, 0), at(0, 8))),
            ),
            ("nobody", vec![], None),
        ] {
            assert_eq!(uncovered(&rotations), gap, "{name}");
        }
    }
}
