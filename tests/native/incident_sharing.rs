//! Incidents in a repository: browsers that write at once, over a network that loses requests and answers, end with the same
//! log. The repository is simulated; it refuses as GitHub describes its contents API.

use fourlights::domain::incident_log::file::{self, FileFault};
use fourlights::domain::incident_log::{Event, Log};
use fourlights::domain::time::Millis;
use fourlights::model::{Sharing, SharingFault, SharingStep as Step};
use fourlights::sources::repository::Stored;
use proptest::prelude::*;

/// A repository that answers as GitHub's contents API is described: a write that names another hash than the file's is
/// refused with 409, one that names none where there is a file with 422.
#[derive(Default)]
struct Repository {
    file: Option<Stored>,
    n_written: usize,
}

impl Repository {
    fn write(&mut self, text: &str, replaces: Option<&str>) -> u16 {
        match (&self.file, replaces) {
            (Some(_), None) => 422,
            (Some(file), Some(sha)) if file.sha != sha => 409,
            (None, Some(_)) => 409,
            _ => {
                self.n_written += 1;
                self.file = Some(Stored { sha: format!("sha{}", self.n_written), text: text.into() });
                200
            }
        }
    }
}

/// What the network does to one request.
#[derive(Clone, Copy, Debug)]
enum Net {
    Fine,
    LostBefore,
    /// performed, and the answer lost
    LostAfter,
}

fn perform(sharing: &mut Sharing, repository: &mut Repository, net: Net, now: Millis) {
    match sharing.step().clone() {
        Step::Read { .. } => match net {
            Net::Fine => sharing.on_read(repository.file.clone()),
            _ => sharing.on_lost(now),
        },
        Step::Write { text, replaces } => {
            let status = match net {
                Net::LostBefore => return sharing.on_lost(now),
                _ => repository.write(&text, replaces.as_deref()),
            };
            match (net, status) {
                (Net::LostAfter, _) => sharing.on_lost(now),
                (_, 200) => sharing.on_written(&text),
                _ => sharing.on_conflict(now),
            }
        }
        Step::Done | Step::Failed(_) => {}
    }
}

fn log(writer: &str, notes: impl Iterator<Item = usize>) -> Log {
    let mut log = Log::new("x");
    for i in notes {
        log.append(&format!("{writer}{i}"), writer, 1_000, Event::Note { text: i.to_string() }.into());
    }
    log
}

fn is_over(sharing: &Sharing) -> bool {
    matches!(sharing.step(), Step::Done | Step::Failed(_))
}

proptest! {
    /// Several browsers write at once over a network that loses requests and answers: in the end all have the same log,
    /// nothing is lost, nothing is doubled.
    #[test]
    fn browsers_that_write_at_once_end_with_the_same_log(
        n_browsers in 2usize..4,
        turns in prop::collection::vec((0usize..4, prop::sample::select(vec![Net::Fine, Net::Fine, Net::LostBefore, Net::LostAfter]), 0usize..3), 0..60),
    ) {
        let mut repository = Repository::default();
        let mut logs: Vec<Log> = (0..n_browsers).map(|b| log(&format!("b{b}-"), 0..1)).collect();
        let mut sharing: Vec<Sharing> = logs.iter().cloned().map(Sharing::new).collect();
        let mut n_entered = n_browsers;
        for (i, (who, net, n_new)) in turns.into_iter().enumerate() {
            let who = who % n_browsers;
            for k in 0..n_new {
                let id = format!("t{i}-{k}");
                logs[who].append(&id, "w", 2_000, Event::Note { text: id.clone() }.into());
                n_entered += 1;
            }
            let new = logs[who].clone();
            sharing[who].enter(&new);
            if is_over(&sharing[who]) {
                sharing[who] = Sharing::new(sharing[who].log().clone());
            }
            perform(&mut sharing[who], &mut repository, net, i as Millis);
            logs[who].merge(&sharing[who].log().clone());
        }
        // The network is back: each exchanges once more, twice round, alone.
        for _ in 0..2 {
            for log in &mut logs {
                let mut one = Sharing::new(log.clone());
                while !is_over(&one) {
                    perform(&mut one, &mut repository, Net::Fine, 0);
                }
                prop_assert_eq!(one.step(), &Step::Done);
                log.merge(one.log());
            }
        }
        for log in &logs {
            prop_assert_eq!(log, &logs[0]);
            prop_assert_eq!(log.len(), n_entered);
        }
        let file = repository.file.map(|f| f.text).unwrap_or_default();
        let read = file::read(&file).ok();
        prop_assert_eq!(read.as_ref(), logs.first());
    }
}

#[test]
fn a_write_that_meets_a_newer_file_merges_and_tries_again() {
    let mut repository = Repository::default();
    let (mut mia, mut ben) = (Sharing::new(log("m", 0..2)), Sharing::new(log("b", 0..3)));
    for sharing in [&mut mia, &mut ben] {
        perform(sharing, &mut repository, Net::Fine, 0);
        assert!(matches!(sharing.step(), Step::Write { replaces: None, .. }));
    }
    perform(&mut mia, &mut repository, Net::Fine, 0);
    assert_eq!(mia.step(), &Step::Done);
    perform(&mut ben, &mut repository, Net::Fine, 7);
    assert_eq!(ben.step(), &Step::Read { not_before: 7 + 500 });
    perform(&mut ben, &mut repository, Net::Fine, 9);
    perform(&mut ben, &mut repository, Net::Fine, 9);
    assert_eq!((ben.step(), ben.log().len()), (&Step::Done, 5));
    // Nothing new writes nothing.
    let n = repository.n_written;
    let mut again = Sharing::new(ben.log().clone());
    perform(&mut again, &mut repository, Net::Fine, 9);
    assert_eq!((again.step(), repository.n_written), (&Step::Done, n));
}

#[test]
fn what_is_entered_while_a_write_is_on_its_way_is_written_too() {
    let mut repository = Repository::default();
    let mut sharing = Sharing::new(log("m", 0..1));
    sharing.on_read(None);
    let Step::Write { text, .. } = sharing.step().clone() else { panic!("{:?}", sharing.step()) };
    sharing.enter(&log("m", 0..3));
    assert_eq!(repository.write(&text, None), 200);
    sharing.on_written(&text);
    while !is_over(&sharing) {
        perform(&mut sharing, &mut repository, Net::Fine, 0);
    }
    let stored = repository.file.map(|f| f.text).unwrap_or_default();
    assert_eq!(file::read(&stored).ok(), Some(log("m", 0..3)));
}

#[test]
fn it_gives_up_after_some_tries_and_never_writes_over_what_it_cannot_read() {
    let mut sharing = Sharing::new(log("m", 0..1));
    for i in 0..8 {
        assert!(!is_over(&sharing), "{i}");
        sharing.on_lost(0);
    }
    assert_eq!(sharing.step(), &Step::Failed(SharingFault::NoAnswer(8)));
    let mut sharing = Sharing::new(log("m", 0..1));
    sharing.on_read(Some(Stored { sha: "s".into(), text: "{\n<<<<<<< HEAD\n".into() }));
    assert_eq!(sharing.step(), &Step::Failed(SharingFault::Damaged(FileFault::Conflict)));
}
