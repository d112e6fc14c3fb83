//! A repeated maintenance as one notice for each of its windows.

use crate::domain::public::day::{date_at, date_text};
use crate::domain::public::{Body, Notice, Phase, Update, end_of};
use crate::domain::time::Millis;
use crate::domain::window::Bounds;
use crate::domain::zone::Offsets;

/// One notice a window. What was announced before the first window is said of all of them; everything else belongs to
/// the window in which, or nearest to which, it was said: `cancelled` takes out the next one.
pub fn each(series: &Notice, windows: &[Bounds], zone: &Offsets) -> Vec<Notice> {
    let first = series.window.map_or(Millis::MIN, |w| w.start);
    let is_of_all = |u: &Update| u.phase == Phase::Scheduled && u.at <= first;
    let of_window = |(i, window): (usize, &Bounds)| {
        let is_own = |u: &Update| if is_of_all(u) { true } else { window_of(u, windows) == Some(i) };
        let mut updates: Vec<Update> = series.updates.iter().filter(|u| is_own(u)).cloned().collect();
        if updates.is_empty() {
            updates.push(Update {
                at: series.started,
                phase: Phase::Scheduled,
                body: Body::Text(String::new()),
            });
        }
        Notice {
            window: Some(*window),
            occurrence: Some(date_text(date_at(window.start, zone))),
            ended: end_of(&updates),
            updates,
            ..series.clone()
        }
    };
    windows.iter().enumerate().map(of_window).collect()
}

/// The window an update belongs to. In between two of them, a plan or its end is about the next one, the end of work about
/// the one before, and work that goes on about the nearer one.
fn window_of(update: &Update, windows: &[Bounds]) -> Option<usize> {
    let next = windows.iter().position(|w| w.start > update.at);
    let before = next.unwrap_or(windows.len()).checked_sub(1);
    let (Some(i), Some(last)) = (before, before.and_then(|i| windows.get(i))) else { return next };
    if last.contains(update.at) {
        return before;
    }
    let ahead = next.and_then(|n| windows.get(n)).map_or(Millis::MAX, |w| w.start - update.at);
    match update.phase {
        Phase::Scheduled | Phase::Cancelled => next,
        phase if phase.is_over() => Some(i),
        _ if update.at - last.end <= ahead => Some(i),
        _ => next,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::public::{ComponentStatus, Impact, Origin, Revision};
    use crate::domain::time::HOUR;
    use std::collections::BTreeMap;

    #[test]
    fn each_window_has_its_own_course() {
        let update = |(hour, phase): (Millis, Phase)| Update {
            at: hour * HOUR,
            phase,
            body: Body::Text(String::new()),
        };
        let said = [
            (0, Phase::Scheduled),
            (13, Phase::InProgress),
            (14, Phase::Completed),
            (30, Phase::Cancelled),
            (105, Phase::InProgress),
        ];
        let series = Notice {
            id: "w".into(),
            title: "W".into(),
            impact: Impact::Maintenance,
            started: 0,
            ended: None,
            window: Some(Bounds { start: 10 * HOUR, end: 12 * HOUR }),
            repeats: None,
            occurrence: None,
            revision: Revision::default(),
            names: BTreeMap::new(),
            affected: vec![("api".into(), ComponentStatus::Maintenance)],
            updates: said.into_iter().rev().map(update).collect(),
            origin: Origin::File,
        };
        let windows: Vec<Bounds> =
            [10, 58, 106].iter().map(|h| Bounds { start: h * HOUR, end: (h + 2) * HOUR }).collect();
        let all = each(&series, &windows, &Offsets::utc());
        let phases: Vec<Vec<Phase>> =
            all.iter().map(|n| n.updates.iter().map(|u| u.phase).collect()).collect();
        assert_eq!(
            phases,
            [
                vec![Phase::Completed, Phase::InProgress, Phase::Scheduled],
                vec![Phase::Cancelled, Phase::Scheduled],
                vec![Phase::InProgress, Phase::Scheduled],
            ]
        );
        assert_eq!(
            all.iter().map(Notice::key).collect::<Vec<_>>(),
            ["w-1970-01-01", "w-1970-01-03", "w-1970-01-05"]
        );
        let took: Vec<_> =
            all.iter().map(|n| n.took_place().map(|b| (b.start / HOUR, b.end / HOUR))).collect();
        assert_eq!(took, [Some((10, 14)), None, Some((105, 108))], "overran, cancelled, begun early");
    }
}
