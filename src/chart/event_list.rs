//! What one mark on the time axis stands for, in as few lines as say it.

use super::model::{Event, EventKind};

/// Each event once with how often it happened, deploys first: an alert that fires again and again must not hide the
/// deploy that caused it. Of equal ones the first in time is kept, for its time is when it began.
pub fn event_list(events: Vec<&Event>) -> Vec<(&Event, usize)> {
    let mut all: Vec<(&Event, usize)> = Vec::new();
    for event in events {
        match all.iter_mut().find(|(known, _)| known.kind == event.kind && known.text == event.text) {
            Some((_, n)) => *n += 1,
            None => all.push((event, 1)),
        }
    }
    let (mut deploys, others): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(event, _)| event.kind == EventKind::Deploy);
    deploys.extend(others);
    deploys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deploy_is_not_hidden_by_an_alert_that_fires_again_and_again() {
        let event = |at, kind, text: &str| Event { at, kind, text: text.into() };
        let events = [
            event(1, EventKind::Incident, "High error rate"),
            event(2, EventKind::Incident, "High error rate"),
            event(3, EventKind::Deploy, "api v2"),
            event(4, EventKind::Incident, "Disk filling"),
            event(5, EventKind::Incident, "High error rate"),
        ];
        let list = event_list(events.iter().collect());
        let shown: Vec<_> = list.iter().map(|(e, n)| (e.at, e.text.as_str(), *n)).collect();
        assert_eq!(shown, [(3, "api v2", 1), (1, "High error rate", 3), (4, "Disk filling", 1)]);
    }
}
