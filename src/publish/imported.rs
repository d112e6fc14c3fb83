//! Incidents and maintenance of other pages: what those say now beside what was taken over before.
//!
//! An imported incident stays when its page forgets it or is no longer named. While it is open, its page's list of
//! unresolved incidents, which is complete, decides: what that no longer has is over.

use crate::domain::public::{Body, Notice, Origin, Phase, Update};
use crate::domain::slug::fingerprint;
use crate::domain::time::{DAY, Millis};
use sha2::{Digest, Sha256};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Atlassian's lists end after so many; a shorter one is complete.
const WHOLE_LIST: usize = 50;

/// What one page says now; `None` where it did not answer.
#[derive(Debug, Default)]
pub struct Listed {
    /// which page it is, see [`page_key`]
    pub page: String,
    pub incidents: Option<Vec<Notice>>,
    pub unresolved: Option<Vec<Notice>>,
    pub maintenances: Option<Vec<Notice>>,
}

/// A page's identity as it is published with what was taken over from it: a digest, for addresses of sources are not
/// public.
pub fn page_key(address: &str) -> String {
    Sha256::digest(address.as_bytes()).iter().take(6).map(|b| format!("{b:02x}")).collect()
}

/// Ids that are in use, with the page each is from; `None`: a file.
type Taken = BTreeMap<String, Option<String>>;

/// All imported notices. `own` are those of files, which come before others of the same id; `published` what was
/// published before; `seen` when that was.
pub fn merge(listed: Vec<Listed>, own: &[Notice], published: &[Notice], seen: Millis) -> Vec<Notice> {
    let mut out: Vec<Notice> = Vec::new();
    // Files come before others of the same id.
    let mut taken: Taken = own.iter().map(|n| (n.id.clone(), None)).collect();
    // Of two pages with the same id, the second has one of its own, which stays when the first is no longer named.
    let free_id = |id: String, page: &str, taken: &Taken| {
        let own = format!("{id}-{}", page.get(..4).unwrap_or(page));
        let by = |n: &Notice| if let Origin::Import(by) = &n.origin { Some(by.clone()) } else { None };
        let was = |id: &str| published.iter().find(|n| n.id == id).and_then(by);
        let is_other = |by: &String| !by.is_empty() && by != page;
        let is_taken = taken.get(&id).and_then(Option::as_ref).is_some_and(is_other);
        let was_own = was(&own).is_some_and(|by| by == page);
        if is_taken || was_own || was(&id).is_some_and(|by| is_other(&by)) { own } else { id }
    };
    let add = |mut notice: Notice, page: &str, taken: &mut Taken, out: &mut Vec<Notice>| {
        notice.origin = Origin::Import(page.into());
        if let Entry::Vacant(free) = taken.entry(notice.id.clone()) {
            free.insert(Some(page.into()));
            out.push(notice);
        }
    };
    for page in &listed {
        let now = [&page.incidents, &page.unresolved, &page.maintenances].into_iter().flatten().flatten();
        let now: Vec<Notice> =
            now.map(|n| Notice { id: free_id(address_of(&n.id), &page.page, &taken), ..n.clone() }).collect();
        let listed: BTreeSet<String> = now.iter().map(|n| n.id.clone()).collect();
        now.into_iter().for_each(|notice| add(notice, &page.page, &mut taken, &mut out));
        for old in published.iter().filter(|old| page.is_origin_of(old)) {
            if listed.contains(&old.id) {
                continue;
            }
            if let Some(kept) = page.forgotten(old, seen) {
                add(kept, &page.page, &mut taken, &mut out);
            }
        }
    }
    for old in published {
        let Origin::Import(from) = &old.origin else { continue };
        if !listed.iter().any(|page| page.is_origin_of(old)) {
            add(old.clone(), from, &mut taken, &mut out);
        }
    }
    out
}

impl Listed {
    /// Earlier versions did not say which page it was.
    fn is_origin_of(&self, notice: &Notice) -> bool {
        matches!(&notice.origin, Origin::Import(page) if *page == self.page || page.is_empty())
    }

    /// What becomes of a notice that the page no longer lists; `None` when it goes.
    fn forgotten(&self, old: &Notice, seen: Millis) -> Option<Notice> {
        let open = !old.updates.first().is_some_and(|u| u.phase.is_over());
        if old.is_maintenance() {
            let whole = self.maintenances.as_ref().is_some_and(|all| all.len() < WHOLE_LIST);
            let planned = old.updates.first().is_none_or(|u| u.phase == Phase::Scheduled);
            return (!(whole && planned && old.window.is_some_and(|w| w.start > seen))).then(|| old.clone());
        }
        if self.has_anew(old) {
            return None;
        }
        match (&self.unresolved, open) {
            (Some(_), true) => Some(ended(old, seen)),
            _ => Some(old.clone()),
        }
    }

    /// Whether the page shows the same incident under another id: the same title within a day, while its lists reach
    /// back that far.
    fn has_anew(&self, old: &Notice) -> bool {
        let Some(all) = &self.incidents else { return false };
        let reaches = all.len() < WHOLE_LIST || all.iter().any(|n| n.started <= old.started);
        let known = self.unresolved.iter().flatten().chain(all);
        let same = |n: &Notice| n.title == old.title && (n.started - old.started).abs() < DAY;
        reaches && known.into_iter().any(same)
    }
}

/// Over since it was last seen open: nobody says since when.
fn ended(old: &Notice, seen: Millis) -> Notice {
    let at = seen.max(old.touched());
    let mut notice = old.clone();
    notice.updates.insert(0, Update { at, phase: Phase::Resolved, body: Body::Text(String::new()) });
    notice.ended = Some(at);
    notice
}

/// An id as it can be part of an address: `Ab_12` is `ab-12`. Where more than that is lost, a fingerprint tells ids apart:
/// `é/1` is `1-` and eight digits.
pub fn address_of(id: &str) -> String {
    let fine = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let plain = id.chars().take(LONGEST).map(fine).collect::<String>().trim_matches('-').to_string();
    let is_whole = id.chars().all(|c| c.is_ascii_alphanumeric() || "-_. ".contains(c)) && id.len() <= LONGEST;
    match (is_whole, plain.is_empty()) {
        (true, false) => plain,
        (_, true) => format!("notice-{:08x}", fingerprint(id) as u32),
        (false, false) => format!("{plain}-{:08x}", fingerprint(id) as u32),
    }
}

/// Letters of an id.
const LONGEST: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::public::{Impact, Revision};
    use crate::domain::time::HOUR;

    fn notice(id: &str, title: &str, hour: Millis, phase: Phase) -> Notice {
        Notice {
            id: id.into(),
            title: title.into(),
            impact: Impact::Major,
            started: hour * HOUR,
            ended: phase.is_over().then_some((hour + 1) * HOUR),
            window: None,
            repeats: None,
            occurrence: None,
            revision: Revision::default(),
            names: BTreeMap::new(),
            affected: Vec::new(),
            updates: vec![Update { at: hour * HOUR, phase, body: Body::Text(String::new()) }],
            origin: Origin::Import("p".into()),
        }
    }

    fn listed(all: &[Notice]) -> Listed {
        let open = all.iter().filter(|n| n.ended.is_none()).cloned().collect();
        Listed {
            page: "p".into(),
            incidents: Some(all.to_vec()),
            unresolved: Some(open),
            maintenances: Some(Vec::new()),
        }
    }

    fn told(all: &[Notice]) -> Vec<(&str, bool)> {
        all.iter().map(|n| (n.id.as_str(), n.ended.is_none())).collect()
    }

    #[test]
    fn an_open_incident_ends_when_its_page_no_longer_lists_it() {
        let published = [notice("a", "A", 1, Phase::Investigating), notice("b", "B", 0, Phase::Resolved)];
        let found = merge(vec![listed(&[])], &[], &published, 5 * HOUR);
        assert_eq!(told(&found), [("a", false), ("b", false)]);
        assert_eq!((found[0].ended, found[0].updates[0].phase), (Some(5 * HOUR), Phase::Resolved));
        // A page that does not answer says nothing.
        let silent = Listed { page: "p".into(), ..Listed::default() };
        assert_eq!(told(&merge(vec![silent], &[], &published, 5 * HOUR)), [("a", true), ("b", false)]);
    }

    #[test]
    fn published_again_under_a_new_id_is_one_incident() {
        let published = [notice("a", "A", 1, Phase::Investigating)];
        let again = [notice("a2", "A", 1, Phase::Investigating)];
        assert_eq!(told(&merge(vec![listed(&again)], &[], &published, 5 * HOUR)), [("a2", true)]);
        let other = [notice("c", "C", 1, Phase::Investigating)];
        assert_eq!(
            told(&merge(vec![listed(&other)], &[], &published, 5 * HOUR)),
            [("c", true), ("a", false)]
        );
    }

    #[test]
    fn imported_incidents_stay_when_their_page_is_no_longer_named() {
        let published = [notice("a", "A", 1, Phase::Resolved), notice("f", "F", 1, Phase::Resolved)];
        let published = [published[0].clone(), Notice { origin: Origin::File, ..published[1].clone() }];
        assert_eq!(told(&merge(Vec::new(), &[], &published, HOUR)), [("a", false)]);
        let other = Listed { page: "q".into(), ..listed(&[]) };
        assert_eq!(told(&merge(vec![other], &[], &published, HOUR)), [("a", false)]);
        assert!(merge(Vec::new(), &published, &published, HOUR).is_empty(), "a file comes first");
    }

    #[test]
    fn no_id_is_lost() {
        for (id, address) in
            [("Ab_12", "ab-12"), ("01J9ZK", "01j9zk"), ("2026-11-20-slow", "2026-11-20-slow")]
        {
            assert_eq!(address_of(id), address);
        }
        let odd =
            ["a/b", "a?b", "\u{65e5}\u{672c}", "\u{65e5}", "--", "é", &"x".repeat(200), &"x".repeat(201)];
        let found: BTreeSet<String> = odd.iter().map(|id| address_of(id)).collect();
        assert_eq!(found.len(), odd.len(), "{found:?}");
        let fits = |id: &String| {
            id.len() <= 100 && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        assert!(found.iter().all(fits), "{found:?}");
    }

    #[test]
    fn the_same_id_of_two_pages_is_two_incidents() {
        let of = |page: &str, title: &str| Listed {
            page: page.into(),
            ..listed(&[notice("1", title, 1, Phase::Investigating)])
        };
        let first = merge(vec![of("pppppp", "A"), of("qqqqqq", "B")], &[], &[], HOUR);
        assert_eq!(told(&first), [("1", true), ("1-qqqq", true)]);
        assert_eq!(merge(vec![of("pppppp", "A"), of("qqqqqq", "B")], &[], &first, HOUR), first);
        // Neither is taken for the other when one page is no longer named, or does not answer.
        let silent = Listed { page: "pppppp".into(), ..Listed::default() };
        assert_eq!(merge(vec![silent, of("qqqqqq", "B")], &[], &first, HOUR), first);
        let ids =
            |all: &[Notice]| all.iter().map(|n| (n.id.clone(), n.title.clone())).collect::<BTreeSet<_>>();
        assert_eq!(ids(&merge(vec![of("qqqqqq", "B")], &[], &first, HOUR)), ids(&first));
    }
}
