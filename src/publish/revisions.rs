//! `revisions.json`: when a maintenance was first seen, and how often it was changed.
//!
//! A calendar moves an event when its SEQUENCE and DTSTAMP say that it was revised, a feed reader shows an entry again
//! when its `updated` says so, and nothing may be dated in the future. So each run remembers what the one before it
//! published: `{"move":{"first_seen":"2026-11-25T12:00:00Z","said":"1f..","sequence":1,"changed":"2026-11-25T13:00:00Z"}}`.

use crate::domain::public::{Body, Notice, Phase, Update, end_of};
use crate::domain::time::{DAY, Millis, SECOND, parse_rfc3339};
use crate::domain::zone::rfc3339;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What was published of maintenance so far, by its id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Revisions(BTreeMap<String, Entry>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Entry {
    #[serde(with = "moment")]
    first_seen: Millis,
    /// a digest of its facts
    said: String,
    #[serde(default)]
    sequence: u32,
    #[serde(default, with = "maybe_moment", skip_serializing_if = "Option::is_none")]
    changed: Option<Millis>,
    /// announcements that were dated in the future, and when they were first seen
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    early: BTreeMap<String, String>,
}

/// Those that are gone are remembered so long, for a file may come back.
const KEPT: Millis = 400 * DAY;

impl Revisions {
    /// Reads a published file; the fault in words.
    pub fn read(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map(Self).map_err(|e| e.to_string())
    }

    pub fn text(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default() + "\n"
    }

    /// Notices as they are at a moment, with their revisions: what is dated in the future is left out, and a
    /// maintenance is announced when it was said to be, but not after it was first seen.
    pub fn at(&mut self, notices: Vec<Notice>, now: Millis) -> Vec<Notice> {
        // Times are published to the second, and the next run has to read the same.
        let now = now - now.rem_euclid(SECOND);
        let out: Vec<Notice> = notices
            .into_iter()
            .filter_map(
                |n| if n.is_maintenance() { Some(self.maintenance(n, now)) } else { incident(n, now) },
            )
            .collect();
        let there = |id: &String| out.iter().any(|n| n.is_maintenance() && n.id == *id);
        self.0.retain(|id, entry| there(id) || entry.changed.unwrap_or(entry.first_seen) > now - KEPT);
        out
    }

    fn maintenance(&mut self, mut notice: Notice, now: Millis) -> Notice {
        let new = || Entry {
            first_seen: now,
            said: String::new(),
            sequence: 0,
            changed: None,
            early: BTreeMap::new(),
        };
        let entry = self.0.entry(notice.id.clone()).or_insert_with(new);
        // A clock that was wrong once shall not announce in the future for ever.
        entry.first_seen = entry.first_seen.min(now);
        for update in notice.updates.iter_mut().filter(|u| u.phase == Phase::Scheduled) {
            entry.announce(update, now);
        }
        notice.started = notice.started.min(entry.first_seen);
        let (started, ended) = (notice.started, notice.ended);
        notice.updates.retain(|u| u.at <= now);
        if notice.updates.is_empty() {
            notice.updates.push(Update {
                at: started,
                phase: Phase::Scheduled,
                body: Body::Text(String::new()),
            });
        }
        notice.updates.sort_by_key(|u| std::cmp::Reverse(u.at));
        notice.ended = end_at(&notice.updates, ended, now);
        let said = digest(&notice);
        if entry.said != said {
            if !entry.said.is_empty() {
                entry.sequence += 1;
                entry.changed = Some(now);
            }
            entry.said = said;
        }
        notice.revision.sequence = entry.sequence;
        notice.revision.changed = entry.changed.map(|at| at.min(now));
        notice
    }
}

impl Entry {
    /// An announcement that is dated by when the work begins was written when it was first seen, and stays so.
    fn announce(&mut self, update: &mut Update, now: Millis) {
        let declared = rfc3339(update.at);
        let known = self.early.get(&declared).and_then(|seen| parse_rfc3339(seen));
        if known.is_none() && update.at > now {
            self.early.insert(declared, rfc3339(now));
        }
        update.at = known.unwrap_or(update.at).min(now);
    }
}

/// `None` while it has not begun.
fn incident(mut notice: Notice, now: Millis) -> Option<Notice> {
    let ended = notice.ended;
    notice.updates.retain(|u| u.at <= now);
    if notice.started > now {
        notice.started = notice.updates.last()?.at;
    }
    if notice.updates.is_empty() {
        let at = notice.started;
        notice.updates.push(Update { at, phase: Phase::Investigating, body: Body::Text(String::new()) });
    }
    notice.ended = end_at(&notice.updates, ended, now);
    Some(notice)
}

/// The end as it was said, once the newest update is closing.
fn end_at(updates: &[Update], said: Option<Millis>, now: Millis) -> Option<Millis> {
    let by_updates = end_of(updates)?;
    Some(said.filter(|end| *end <= now).unwrap_or(by_updates))
}

/// The facts of a maintenance, without its words: what a calendar has to move an event for.
fn digest(notice: &Notice) -> String {
    let window = notice.window.map(|w| (rfc3339(w.start), rfc3339(w.end)));
    let repeats = notice.repeats.map(|r| (format!("{:?}", r.every), r.until.map(rfc3339)));
    let affected: Vec<(&str, &str)> = notice.affected.iter().map(|(id, s)| (id.as_str(), s.name())).collect();
    let closing = notice.updates.iter().filter(|u| u.phase.is_over());
    let closing: Vec<(&str, String)> = closing.map(|u| (u.phase.name(), rfc3339(u.at))).collect();
    let ended = notice.ended.map(rfc3339);
    let text = format!("{:?}", (&notice.title, window, repeats, affected, closing, ended));
    Sha256::digest(text.as_bytes()).iter().take(8).map(|b| format!("{b:02x}")).collect()
}

/// Times are written as everywhere else in the published files.
mod moment {
    use super::{Millis, parse_rfc3339, rfc3339};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(at: &Millis, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&rfc3339(*at))
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Millis, D::Error> {
        let text = String::deserialize(from)?;
        parse_rfc3339(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is not a time")))
    }
}

mod maybe_moment {
    use super::{Millis, moment};
    use serde::{Deserializer, Serializer};

    pub fn serialize<S: Serializer>(at: &Option<Millis>, to: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => moment::serialize(at, to),
            None => to.serialize_none(),
        }
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Option<Millis>, D::Error> {
        moment::deserialize(from).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::public::{ComponentStatus, Impact, Origin, Revision};
    use crate::domain::time::HOUR;
    use crate::domain::window::Bounds;

    /// A day of 2026, so that times are written in full.
    const DAY_0: Millis = 1_795_564_800_000;

    fn at(hour: Millis) -> Millis {
        DAY_0 + hour * HOUR
    }

    fn notice(window: Option<(Millis, Millis)>, said: &[(Millis, Phase)]) -> Notice {
        let update = |(hour, phase): &(Millis, Phase)| Update {
            at: at(*hour),
            phase: *phase,
            body: Body::Text(String::new()),
        };
        let updates: Vec<Update> = said.iter().rev().map(update).collect();
        Notice {
            id: "m".into(),
            title: "M".into(),
            impact: Impact::None,
            started: updates.last().map(|u| u.at).or(window.map(|w| at(w.0))).unwrap_or(at(0)),
            ended: end_of(&updates),
            window: window.map(|(start, end)| Bounds { start: at(start), end: at(end) }),
            repeats: None,
            occurrence: None,
            revision: Revision::default(),
            names: BTreeMap::new(),
            affected: vec![("api".into(), ComponentStatus::Maintenance)],
            updates,
            origin: Origin::File,
        }
    }

    /// One run after another, each with what was written by the one before.
    fn runs(all: &[(Notice, Millis)]) -> Vec<Notice> {
        let mut text = "{}".to_string();
        let mut out = Vec::new();
        for (notice, hour) in all {
            let mut revisions = Revisions::read(&text).unwrap();
            out.extend(revisions.at(vec![notice.clone()], at(*hour)));
            text = revisions.text();
        }
        out
    }

    #[test]
    fn nothing_is_dated_in_the_future_and_the_next_run_says_the_same() {
        for said in [&[][..], &[(50, Phase::Scheduled)], &[(20, Phase::Scheduled)]] {
            let planned = notice(Some((50, 52)), said);
            let all = runs(&[(planned.clone(), 10), (planned.clone(), 11), (planned, 60)]);
            for run in &all {
                assert_eq!((run.started, run.touched()), (at(10), at(10)), "{said:?}: {run:?}");
                assert_eq!((run.updates.len(), run.updates[0].at), (1, at(10)), "{said:?}");
            }
        }
        // Long over when it is first seen; announced before; announced later than seen.
        assert_eq!(runs(&[(notice(Some((1, 2)), &[]), 10)])[0].touched(), at(1));
        assert_eq!(runs(&[(notice(Some((50, 52)), &[(3, Phase::Scheduled)]), 10)])[0].touched(), at(3));
        let silent = notice(Some((50, 52)), &[]);
        let told = runs(&[(silent, 10), (notice(Some((50, 52)), &[(12, Phase::Scheduled)]), 13)]);
        assert_eq!((told[1].started, told[1].touched()), (at(10), at(12)));
    }

    #[test]
    fn a_change_of_its_facts_is_a_revision_and_a_message_is_none() {
        let first = notice(Some((50, 52)), &[(3, Phase::Scheduled)]);
        let moved = notice(Some((60, 62)), &[(3, Phase::Scheduled)]);
        let told = notice(Some((60, 62)), &[(3, Phase::Scheduled), (12, Phase::Scheduled)]);
        let off = notice(Some((60, 62)), &[(3, Phase::Scheduled), (13, Phase::Cancelled)]);
        let all = runs(&[(first.clone(), 10), (first, 11), (moved, 12), (told, 13), (off, 14)]);
        let seen: Vec<_> = all.iter().map(|n| (n.revision.sequence, n.touched())).collect();
        assert_eq!(seen, [(0, at(3)), (0, at(3)), (1, at(12)), (1, at(12)), (2, at(14))]);
        assert!(all[4].is_called_off());
    }

    #[test]
    fn an_incident_is_there_when_it_has_begun() {
        let mut future = notice(None, &[]);
        future.started = at(20);
        assert!(runs(&[(future.clone(), 10)]).is_empty());
        assert_eq!(runs(&[(future, 21)])[0].updates.len(), 1);
        // Said to be over in the future: until then it goes on.
        let over_later = notice(None, &[(5, Phase::Investigating), (20, Phase::Resolved)]);
        let all = runs(&[(over_later.clone(), 10), (over_later, 21)]);
        assert_eq!([all[0].ended, all[1].ended], [None, Some(at(20))]);
        assert_eq!(all[0].updates[0].phase, Phase::Investigating);
        // Begun in the future by its head, but written about.
        let mut begun = notice(None, &[(5, Phase::Investigating)]);
        begun.started = at(30);
        assert_eq!(runs(&[(begun, 10)])[0].started, at(5));
    }

    #[test]
    fn a_file_that_cannot_be_read_says_so() {
        assert!(Revisions::read("{").is_err());
        assert!(
            Revisions::read(r#"{"a":{"first_seen":"soon","said":""}}"#).unwrap_err().contains("not a time")
        );
        assert_eq!(Revisions::read("{}\n"), Ok(Revisions::default()));
    }
}
