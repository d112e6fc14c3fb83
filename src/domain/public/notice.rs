//! An incident or a maintenance, as visitors are told of it.

use super::recurrence::Repeats;
use super::status::{ComponentStatus, Impact};
use crate::domain::time::Millis;
use crate::domain::window::Bounds;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where an incident or a maintenance stands. Atlassian Statuspage's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Investigating,
    Identified,
    Monitoring,
    Resolved,
    Postmortem,
    Scheduled,
    InProgress,
    Verifying,
    Completed,
    /// a maintenance that does not take place; Atlassian's format has no word for it
    Cancelled,
}

impl Phase {
    pub const ALL: [Self; 10] = [
        Self::Investigating,
        Self::Identified,
        Self::Monitoring,
        Self::Resolved,
        Self::Postmortem,
        Self::Scheduled,
        Self::InProgress,
        Self::Verifying,
        Self::Completed,
        Self::Cancelled,
    ];

    /// The word in incident files and in the page's files of words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Investigating => "investigating",
            Self::Identified => "identified",
            Self::Monitoring => "monitoring",
            Self::Resolved => "resolved",
            Self::Postmortem => "postmortem",
            Self::Scheduled => "scheduled",
            Self::InProgress => "in_progress",
            Self::Verifying => "verifying",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The word of Atlassian's format.
    pub fn wire(self) -> &'static str {
        if self == Self::Cancelled { Self::Completed.name() } else { self.name() }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.name() == text)
    }

    pub fn is_over(self) -> bool {
        matches!(self, Self::Resolved | Self::Postmortem | Self::Completed | Self::Cancelled)
    }
}

/// What somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// shown with its markup, never with raw HTML
    Markdown(String),
    /// shown as it stands
    Text(String),
}

impl Body {
    pub fn text(&self) -> &str {
        match self {
            Self::Markdown(text) | Self::Text(text) => text,
        }
    }
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    pub at: Millis,
    pub phase: Phase,
    pub body: Body,
}

/// How often the facts of a maintenance (title, window, components, end) were changed after they were published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Revision {
    pub sequence: u32,
    /// when the last change was published
    pub changed: Option<Millis>,
}

/// When the updates (newest first) ended it: with the first closing one after the last that is not closing. `None`
/// while the newest is not closing, whatever was said before: `resolved`, then `investigating` is open again.
pub fn end_of(updates: &[Update]) -> Option<Millis> {
    updates.iter().take_while(|u| u.phase.is_over()).last().map(|u| u.at)
}

/// An incident, or a maintenance when it has a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// lower case letters, digits and hyphens; part of an address
    pub id: String,
    pub title: String,
    pub impact: Impact,
    /// when it began; of a maintenance, when it was announced
    pub started: Millis,
    /// when it was said to be over; `None` while the newest update is not closing
    pub ended: Option<Millis>,
    /// a maintenance: when it is planned
    pub window: Option<Bounds>,
    pub repeats: Option<Repeats>,
    /// of a repeated maintenance: the date on which this window begins (`2026-11-30`), which tells it from the others
    pub occurrence: Option<String>,
    pub revision: Revision,
    /// component ids, with the state they are in while it lasts
    pub affected: Vec<(String, ComponentStatus)>,
    /// what the page it was taken over from calls the components that it affects, by id
    pub names: BTreeMap<String, String>,
    /// newest first
    pub updates: Vec<Update>,
    pub origin: Origin,
}

/// Where a notice came from, which decides how long it stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// an incident file: it is there exactly as long as the file
    File,
    /// another page, by a digest of its address: it stays when that page forgets it
    Import(String),
}

impl Notice {
    pub fn is_maintenance(&self) -> bool {
        self.window.is_some()
    }

    /// Names one incident or one window of maintenance, and nothing else.
    pub fn key(&self) -> String {
        match &self.occurrence {
            Some(date) => format!("{}-{date}", self.id),
            None => self.id.clone(),
        }
    }

    /// The phase at a moment: that of the newest update. A maintenance begins and ends by its window when nobody says
    /// otherwise; `in_progress` said after the planned end says otherwise.
    pub fn phase(&self, now: Millis) -> Phase {
        let told = self.updates.first().map_or(Phase::Investigating, |u| u.phase);
        match self.window {
            None => told,
            Some(_) if told.is_over() => told,
            Some(window) if now >= window.end && !self.overran(window) => Phase::Completed,
            Some(window) if now >= window.start && told == Phase::Scheduled => Phase::InProgress,
            Some(_) => told,
        }
    }

    pub fn is_over(&self, now: Millis) -> bool {
        self.phase(now).is_over()
    }

    /// When it ended, once it is over.
    pub fn end(&self, now: Millis) -> Option<Millis> {
        self.ended.or(self.window.map(|w| w.end)).filter(|_| self.is_over(now))
    }

    /// Updates of a maintenance since it was last planned, newest first: what was said before it was planned anew
    /// belongs to an earlier attempt.
    fn course(&self) -> impl Iterator<Item = &Update> {
        self.updates.iter().take_while(|u| u.phase != Phase::Scheduled)
    }

    /// Somebody said after the planned end that the work goes on.
    fn overran(&self, window: Bounds) -> bool {
        self.course().any(|u| !u.phase.is_over() && u.at >= window.end)
    }

    /// By its window, or earlier when somebody said so.
    fn began(&self, window: Bounds) -> Millis {
        let said = self.course().filter(|u| !u.phase.is_over()).map(|u| u.at);
        said.fold(window.start, Millis::min)
    }

    /// A maintenance that does not take place: cancelled, or said to be over before it began.
    pub fn is_called_off(&self) -> bool {
        let Some((window, ended)) = self.window.zip(self.ended) else { return false };
        let cancelled = self.updates.first().is_some_and(|u| u.phase == Phase::Cancelled);
        ended <= self.began(window) || cancelled && self.course().all(|u| u.phase.is_over())
    }

    /// When a maintenance takes place as it was declared: within its window, or longer or shorter as somebody said.
    /// One that overran and is not over has no end yet: `Millis::MAX`. `None` when it does not take place.
    pub fn took_place(&self) -> Option<Bounds> {
        let window = self.window.filter(|_| !self.is_called_off())?;
        let end = match (self.ended, self.overran(window)) {
            (Some(end), true) => end,
            (None, true) => Millis::MAX,
            // Said later than it ended: that does not make it longer.
            (Some(end), false) => end.min(window.end),
            (None, false) => window.end,
        };
        Some(Bounds { start: self.began(window), end })
    }

    /// Still to come or going on; one that was called off is worth saying until it would have ended.
    pub fn is_ahead(&self, now: Millis) -> bool {
        !self.is_over(now) || self.is_called_off() && self.window.is_some_and(|w| w.end > now)
    }

    /// From its beginning to its end, or to now. What does not take place has its planned window.
    pub fn bounds(&self, now: Millis) -> Bounds {
        match self.window {
            Some(window) => {
                let took = self.took_place().unwrap_or(window);
                let end = if took.end == Millis::MAX { now.max(window.end) } else { took.end };
                Bounds { end, ..took }
            }
            None => Bounds { start: self.started, end: self.ended.unwrap_or(now).max(self.started) },
        }
    }

    /// When an incident went on: from its beginning, or from when it was opened again, to the closing update after
    /// that, or to now. `resolved` at 9, `investigating` at 11: nothing was declared in between.
    pub fn spans(&self, now: Millis) -> Vec<Bounds> {
        let mut spans = Vec::new();
        let mut open = Some(self.started);
        for update in self.updates.iter().rev() {
            match open {
                Some(start) if update.phase.is_over() => {
                    spans.push(Bounds { start, end: update.at.max(start) });
                    open = None;
                }
                None if !update.phase.is_over() => open = Some(update.at),
                _ => {}
            }
        }
        match (open, self.ended, spans.last_mut()) {
            (None, Some(ended), Some(last)) => last.end = ended.max(last.start),
            (Some(start), ended, _) => spans.push(Bounds { start, end: ended.unwrap_or(now).max(start) }),
            _ => {}
        }
        spans
    }

    pub fn affects(&self, component: &str) -> bool {
        self.affected.iter().any(|(id, _)| id == component)
    }

    /// What to call a component that is not on the page.
    pub fn name_of<'a>(&'a self, component: &'a str) -> &'a str {
        self.names.get(component).map_or(component, String::as_str)
    }

    pub fn state_of(&self, component: &str) -> Option<ComponentStatus> {
        self.affected.iter().find(|(id, _)| id == component).map(|(_, status)| *status)
    }

    pub fn postmortem(&self) -> Option<&Update> {
        self.updates.iter().find(|u| u.phase == Phase::Postmortem)
    }

    /// When it last changed: by an update, or by another window or title.
    pub fn touched(&self) -> Millis {
        let changes = self.updates.iter().map(|u| u.at).chain(self.revision.changed);
        changes.fold(self.started, Millis::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::HOUR;
    use Phase::{
        Cancelled, Completed, Identified, InProgress, Investigating, Monitoring, Postmortem, Resolved,
        Scheduled, Verifying,
    };

    /// Updates as `(hour, phase)`, oldest first.
    fn notice(window: Option<(Millis, Millis)>, said: &[(Millis, Phase)]) -> Notice {
        let update = |(hour, phase): &(Millis, Phase)| Update {
            at: hour * HOUR,
            phase: *phase,
            body: Body::Text(String::new()),
        };
        let updates: Vec<Update> = said.iter().rev().map(update).collect();
        Notice {
            id: "m".into(),
            title: "M".into(),
            impact: Impact::Maintenance,
            started: 0,
            ended: end_of(&updates),
            window: window.map(|(start, end)| Bounds { start: start * HOUR, end: end * HOUR }),
            repeats: None,
            occurrence: None,
            revision: Revision::default(),
            names: BTreeMap::new(),
            affected: vec![("api".into(), ComponentStatus::Maintenance)],
            updates,
            origin: Origin::File,
        }
    }

    #[test]
    fn the_newest_update_is_the_state_and_the_end_is_the_first_closing_one_of_the_last_run() {
        type Case<'c> = (&'c [(Millis, Phase)], Phase, Option<Millis>);
        let cases: [Case<'_>; 8] = [
            (&[(1, Investigating), (2, Resolved)], Resolved, Some(2)),
            (&[(1, Investigating), (2, Resolved), (3, Investigating)], Investigating, None),
            (&[(1, Investigating), (2, Resolved), (3, Monitoring), (4, Resolved)], Resolved, Some(4)),
            (&[(1, Investigating), (2, Resolved), (4, Resolved)], Resolved, Some(2)),
            (&[(1, Investigating), (2, Resolved), (5, Postmortem)], Postmortem, Some(2)),
            (&[(1, Investigating), (2, Resolved), (5, Postmortem), (6, Identified)], Identified, None),
            (&[(1, Investigating), (2, Postmortem)], Postmortem, Some(2)),
            (&[(1, Investigating)], Investigating, None),
        ];
        for (said, phase, ended) in cases {
            let found = notice(None, said);
            assert_eq!((found.phase(9 * HOUR), found.ended), (phase, ended.map(|h| h * HOUR)), "{said:?}");
            assert_eq!(found.is_over(9 * HOUR), ended.is_some(), "{said:?}");
        }
    }

    #[test]
    fn what_lies_between_an_end_and_a_new_beginning_was_not_declared() {
        let spans = |said: &[(Millis, Phase)]| {
            let all = notice(None, said).spans(12 * HOUR);
            all.iter().map(|b| (b.start / HOUR, b.end / HOUR)).collect::<Vec<_>>()
        };
        assert_eq!(spans(&[(8, Investigating), (9, Resolved), (11, Investigating)]), [(0, 9), (11, 12)]);
        assert_eq!(spans(&[(8, Investigating), (9, Resolved), (10, Postmortem)]), [(0, 9)]);
        assert_eq!(
            spans(&[(8, Investigating), (9, Resolved), (10, Monitoring), (11, Resolved)]),
            [(0, 9), (10, 11)]
        );
        assert_eq!(spans(&[(8, Investigating)]), [(0, 12)]);
        assert_eq!(spans(&[]), [(0, 12)]);
        let mut by_head = notice(None, &[(8, Investigating), (9, Resolved)]);
        by_head.ended = Some(7 * HOUR);
        assert_eq!(by_head.spans(12 * HOUR), [Bounds { start: 0, end: 7 * HOUR }]);
        let mut without_updates = notice(None, &[]);
        without_updates.ended = Some(7 * HOUR);
        assert_eq!(without_updates.spans(12 * HOUR), [Bounds { start: 0, end: 7 * HOUR }]);
    }

    #[test]
    fn a_maintenance_begins_and_ends_by_its_window_unless_somebody_says_otherwise() {
        // Window from 10 to 12: what was said, then the phases at 9, 11, 12 and 15, and when it took place.
        let at = [9, 11, 12, 15];
        type Row<'r> = (&'r [(Millis, Phase)], [Phase; 4], Option<(Millis, Millis)>);
        let cases: [Row<'_>; 7] = [
            (&[(0, Scheduled)], [Scheduled, InProgress, Completed, Completed], Some((10, 12))),
            (
                &[(0, Scheduled), (10, InProgress)],
                [InProgress, InProgress, Completed, Completed],
                Some((10, 12)),
            ),
            (&[(0, Scheduled), (11, Completed)], [Completed; 4], Some((10, 11))),
            (
                &[(0, Scheduled), (11, Verifying)],
                [Verifying, Verifying, Completed, Completed],
                Some((10, 12)),
            ),
            (&[(10, InProgress), (13, InProgress)], [InProgress; 4], Some((10, Millis::MAX / HOUR))),
            (&[(10, InProgress), (13, InProgress), (14, Completed)], [Completed; 4], Some((10, 14))),
            (&[(8, InProgress), (15, Completed)], [Completed; 4], Some((8, 12))),
        ];
        for (said, phases, took) in cases {
            let found = notice(Some((10, 12)), said);
            assert_eq!(at.map(|h| found.phase(h * HOUR)), phases, "{said:?}");
            let span = found.took_place().map(|b| (b.start / HOUR, b.end / HOUR));
            assert_eq!(span, took, "{said:?}");
            assert!(!found.is_called_off(), "{said:?}");
        }
        let overrun = notice(Some((10, 12)), &[(10, InProgress), (13, InProgress)]);
        assert_eq!(overrun.bounds(15 * HOUR), Bounds { start: 10 * HOUR, end: 15 * HOUR });
        assert_eq!((overrun.end(15 * HOUR), overrun.is_over(15 * HOUR)), (None, false));
    }

    #[test]
    fn what_is_called_off_does_not_take_place() {
        let off: [&[(Millis, Phase)]; 4] = [
            &[(0, Scheduled), (5, Cancelled)],
            &[(0, Scheduled), (5, Completed)],
            &[(0, Scheduled), (13, Cancelled)],
            &[(0, Scheduled), (1, InProgress), (2, Scheduled), (5, Cancelled)],
        ];
        for said in off {
            let found = notice(Some((10, 12)), said);
            assert!(found.is_called_off() && found.took_place().is_none(), "{said:?}");
            assert!(found.is_over(0));
        }
        // It is said on the page as long as somebody may be waiting for it.
        let found = notice(Some((10, 12)), off[0]);
        assert_eq!([11, 12].map(|h| found.is_ahead(h * HOUR)), [true, false]);
        // Planned again, and broken off in the middle.
        assert!(!notice(Some((10, 12)), &[(0, Scheduled), (5, Cancelled), (6, Scheduled)]).is_called_off());
        let broken_off = notice(Some((10, 12)), &[(0, Scheduled), (10, InProgress), (11, Cancelled)]);
        assert_eq!(broken_off.took_place(), Some(Bounds { start: 10 * HOUR, end: 11 * HOUR }));
    }

    #[test]
    fn phases_are_read_back() {
        for phase in Phase::ALL {
            assert_eq!(Phase::parse(phase.name()), Some(phase));
            assert!(Phase::parse(phase.wire()).is_some_and(|p| p.is_over() == phase.is_over()));
        }
        assert_eq!(Phase::parse("done"), None);
    }
}
