use super::*;
use crate::domain::action::{Receipt, SilenceText};
use crate::sources::{RetryAfter, SourceError};

/// Pages over one storage, driven step by step. Writes take no time.
struct Browser {
    store: BTreeMap<String, String>,
    now: Millis,
}

impl Browser {
    fn new() -> Self {
        Self { store: BTreeMap::new(), now: 1_000_000 }
    }

    fn store(&mut self, outbox: &mut Outbox) {
        while let Some(batch) = outbox.poll_store(self.now) {
            let report = self.write(&batch);
            outbox.on_stored(report, self.now);
        }
    }

    fn write(&mut self, batch: &Batch) -> Stored {
        let (writes, report) = batch.apply(&self.store);
        for (key, text) in writes {
            match text {
                Some(text) => self.store.insert(key, text),
                None => self.store.remove(&key),
            };
        }
        report
    }

    /// Everything that is sent now.
    fn sent(&mut self, outbox: &mut Outbox) -> Vec<Task> {
        self.store(outbox);
        std::iter::from_fn(|| outbox.poll_send(self.now)).collect()
    }

    #[track_caller]
    fn sends(&mut self, outbox: &mut Outbox, step: Step) -> Task {
        let mut sent = self.sent(outbox);
        assert_eq!(sent.iter().map(|t| t.step).collect::<Vec<_>>(), [step]);
        sent.remove(0)
    }

    fn later(&mut self, by: Millis) {
        self.now += by;
    }

    /// Sends what is due and loses the response.
    fn lose(&mut self, outbox: &mut Outbox) -> EntryId {
        let task = self.sends(outbox, Step::Perform);
        outbox.on_result(&task.id, task.attempt, unknown(), self.now);
        task.id
    }

    /// Asks what happened and says it.
    fn find(&mut self, outbox: &mut Outbox, found: Found) {
        let task = self.sends(outbox, Step::Reconcile);
        outbox.on_found(&task.id, found, self.now);
    }
}

fn action(comment: &str) -> Action {
    Action::CreateSilence(SilenceText {
        matchers: Vec::new(),
        starts: 0,
        ends: 1,
        created_by: "ana".into(),
        comment: comment.into(),
    })
}

fn target(subject: &str) -> Target {
    Target { system: "am".into(), subject: subject.into() }
}

fn push(outbox: &mut Outbox, subject: &str, safety: Safety, now: Millis) -> EntryId {
    outbox.push(target(subject), action(subject), safety, now)
}

fn done() -> Performed {
    Performed::Done(Receipt::of(Some("s1".into())))
}

fn unknown() -> Performed {
    Performed::Unknown(SourceError::CutOff)
}

fn refused(status: u16) -> Performed {
    let error = SourceError::Status { status, excerpt: "no".into() };
    Performed::Refused { error, is_conflict: matches!(status, 409 | 412) }
}

#[track_caller]
fn is(outbox: &Outbox, id: &EntryId, word: &str) {
    assert_eq!(outbox.entry(id).map(|e| e.state.word()), Some(word));
}

#[test]
fn a_request_leaves_only_after_it_is_stored_that_it_may() {
    let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
    let id = push(&mut outbox, "x", Safety::AskFirst, browser.now);
    let batch = outbox.poll_store(browser.now).unwrap();
    assert_eq!((outbox.poll_send(browser.now), outbox.is_stored(&id)), (None, false));
    assert!(outbox.poll_store(browser.now).is_none(), "one batch at a time");
    let report = browser.write(&batch);
    assert_eq!(outbox.poll_send(browser.now), None, "written, but nobody said so");
    outbox.on_stored(report, browser.now);
    assert_eq!(outbox.poll_send(browser.now).map(|t| t.step), Some(Step::Perform));
    assert_eq!(outbox.poll_send(browser.now), None, "once");
    let stored = browser.store.values().next().unwrap();
    assert!(stored.contains(r#""sending""#), "{stored}");
}

#[test]
fn a_page_that_slept_before_it_sent_begins_anew() {
    let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
    push(&mut outbox, "x", Safety::AskFirst, browser.now);
    browser.store(&mut outbox);
    browser.later(START_WITHIN + 1);
    assert_eq!(outbox.poll_send(browser.now), None);
    assert_eq!(browser.sends(&mut outbox, Step::Perform).attempt, 1);
}

#[test]
fn each_end_is_told() {
    for (result, word) in
        [(done(), "done"), (refused(403), "refused"), (refused(409), "refused"), (unknown(), "unknown")]
    {
        let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
        let id = push(&mut outbox, "x", Safety::AskFirst, browser.now);
        let task = browser.sends(&mut outbox, Step::Perform);
        is(&outbox, &id, "sending");
        outbox.on_result(&id, task.attempt, result, browser.now);
        is(&outbox, &id, word);
        let words: Vec<&str> = outbox.log().into_iter().map(|(_, line)| line.to.as_str()).collect();
        assert_eq!(words, ["waiting", "sending", word], "each change of state is a line of the log");
    }
}

#[test]
fn what_must_be_asked_first_is_not_sent_again_while_nothing_is_known() {
    let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
    push(&mut outbox, "x", Safety::AskFirst, browser.now);
    let id = browser.lose(&mut outbox);
    for _ in 0..600 {
        browser.later(SECOND);
        for task in browser.sent(&mut outbox) {
            assert_eq!(task.step, Step::Reconcile);
            outbox.on_found(&id, Found::Unanswered(SourceError::CutOff), browser.now);
        }
    }
    is(&outbox, &id, "unknown");
}

#[test]
fn it_is_sent_again_when_the_system_has_nothing_of_it_and_nothing_can_be_on_its_way() {
    let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
    push(&mut outbox, "x", Safety::AskFirst, browser.now);
    let id = browser.lose(&mut outbox);
    browser.later(SECOND);
    browser.find(&mut outbox, Found::NotDone);
    is(&outbox, &id, "unknown");
    // Asked before that, answered after it: the request may have arrived in between.
    browser.later(SETTLE - 2 * SECOND);
    let task = browser.sends(&mut outbox, Step::Reconcile);
    browser.later(5 * SECOND);
    outbox.on_found(&task.id, Found::NotDone, browser.now);
    is(&outbox, &id, "unknown");
    browser.later(MINUTE);
    browser.find(&mut outbox, Found::NotDone);
    assert_eq!(browser.sends(&mut outbox, Step::Perform).attempt, 2);
}

#[test]
fn what_may_be_repeated_is_sent_again_at_once_but_not_for_ever() {
    for safety in [Safety::Idempotent, Safety::Keyed] {
        let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
        push(&mut outbox, "x", safety, browser.now);
        for _ in 0..ATTEMPTS {
            let id = browser.lose(&mut outbox);
            browser.later(SECOND);
            browser.find(&mut outbox, Found::NotDone);
            let waits = outbox.entry(&id).unwrap().attempts < ATTEMPTS;
            is(&outbox, &id, if waits { "waiting" } else { "unknown" });
        }
        let id = outbox.pending()[0].id.clone();
        assert!(outbox.retry(&id, browser.now), "the person's word");
        assert_eq!(browser.sends(&mut outbox, Step::Perform).attempt, ATTEMPTS + 1);
    }
}

#[test]
fn what_the_system_has_is_done_and_what_was_overtaken_is_refused() {
    for (found, word) in [
        (Found::Done(Receipt::default()), "done"),
        (Found::Overtaken(SourceError::Status { status: 409, excerpt: "changed".into() }), "refused"),
    ] {
        let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
        push(&mut outbox, "x", Safety::Keyed, browser.now);
        let id = browser.lose(&mut outbox);
        browser.later(SECOND);
        browser.find(&mut outbox, found);
        is(&outbox, &id, word);
    }
}

#[test]
fn a_no_to_the_second_request_says_nothing_of_the_first() {
    let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
    push(&mut outbox, "x", Safety::Keyed, browser.now);
    browser.lose(&mut outbox);
    browser.later(SECOND);
    browser.find(&mut outbox, Found::NotDone);
    let task = browser.sends(&mut outbox, Step::Perform);
    outbox.on_result(&task.id, task.attempt, refused(409), browser.now);
    is(&outbox, &task.id, "unknown");
    browser.later(SECOND);
    browser.find(&mut outbox, Found::Done(Receipt::default()));
    is(&outbox, &task.id, "done");
}

#[test]
fn conflicts_are_never_sent_again() {
    for status in [409, 412] {
        let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
        push(&mut outbox, "x", Safety::Keyed, browser.now);
        let task = browser.sends(&mut outbox, Step::Perform);
        outbox.on_result(&task.id, task.attempt, refused(status), browser.now);
        browser.later(MINUTE);
        assert_eq!(browser.sent(&mut outbox), []);
        assert!(!outbox.retry(&task.id, browser.now), "not by a person either: it has to be decided anew");
    }
    let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
    push(&mut outbox, "x", Safety::Keyed, browser.now);
    let task = browser.sends(&mut outbox, Step::Perform);
    outbox.on_result(&task.id, task.attempt, refused(403), browser.now);
    assert!(outbox.retry(&task.id, browser.now), "a right may have been given meanwhile");
    browser.sends(&mut outbox, Step::Perform);
}

#[test]
fn a_system_that_asks_for_time_gets_it() {
    let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
    push(&mut outbox, "x", Safety::AskFirst, browser.now);
    let task = browser.sends(&mut outbox, Step::Perform);
    let retry_after = Some(RetryAfter::In(20 * SECOND));
    let error = SourceError::RateLimited { status: 429, retry_after };
    outbox.on_result(&task.id, task.attempt, Performed::NotNow { error, retry_after }, browser.now);
    browser.later(19 * SECOND);
    assert_eq!(browser.sent(&mut outbox), []);
    browser.later(SECOND);
    browser.sends(&mut outbox, Step::Perform);
}

#[test]
fn one_targets_actions_keep_their_order_and_others_do_not_wait() {
    let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
    let first = push(&mut outbox, "x", Safety::AskFirst, browser.now);
    let second = push(&mut outbox, "x", Safety::AskFirst, browser.now);
    let other = push(&mut outbox, "y", Safety::AskFirst, browser.now);
    let sent: Vec<EntryId> = browser.sent(&mut outbox).into_iter().map(|t| t.id).collect();
    assert_eq!(sent, [first.clone(), other]);
    outbox.on_result(&first, 1, done(), browser.now);
    assert_eq!(browser.sends(&mut outbox, Step::Perform).id, second);
}

#[test]
fn the_next_waits_until_no_lost_request_can_undo_it() {
    let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
    push(&mut outbox, "x", Safety::Idempotent, browser.now);
    push(&mut outbox, "x", Safety::Idempotent, browser.now);
    browser.lose(&mut outbox);
    browser.later(SECOND);
    browser.find(&mut outbox, Found::NotDone);
    let task = browser.sends(&mut outbox, Step::Perform);
    outbox.on_result(&task.id, task.attempt, done(), browser.now);
    assert_eq!(browser.sent(&mut outbox), []);
    browser.later(SETTLE);
    assert_eq!(browser.sends(&mut outbox, Step::Perform).attempt, 1);
}

#[test]
fn entries_survive_a_reload_and_what_was_on_its_way_is_unknown() {
    let (mut browser, mut before) = (Browser::new(), Outbox::new("a"));
    let sending = push(&mut before, "x", Safety::AskFirst, browser.now);
    let waiting = push(&mut before, "x", Safety::AskFirst, browser.now);
    browser.sends(&mut before, Step::Perform);
    browser.later(SECOND);
    browser.write(&before.release(browser.now));
    let mut after = Outbox::new("b");
    let task = browser.sends(&mut after, Step::Reconcile);
    assert_eq!(task.id, sending);
    is(&after, &sending, "unknown");
    is(&after, &waiting, "waiting");
    // The page that was left comes back from the browser's cache.
    assert_eq!(browser.sent(&mut before), []);
    assert!(before.pending().is_empty(), "{:?}", before.pending());
    assert_eq!(before.notices.len(), 2);
}

#[test]
fn a_living_tabs_entries_are_its_own_and_a_gone_ones_are_taken_over_when_its_lease_ends() {
    let mut browser = Browser::new();
    let (mut a, mut b) = (Outbox::new("a"), Outbox::new("b"));
    let id = push(&mut a, "x", Safety::AskFirst, browser.now);
    browser.sends(&mut a, Step::Perform);
    for _ in 0..20 {
        browser.later(10 * SECOND);
        browser.store(&mut a);
        assert_eq!(browser.sent(&mut b), []);
        assert!(b.pending().is_empty());
    }
    // From now on, a is not heard of.
    browser.later(LEASE - SECOND);
    assert_eq!(browser.sent(&mut b), []);
    browser.later(SECOND);
    assert_eq!(browser.sends(&mut b, Step::Reconcile).id, id);
    is(&b, &id, "unknown");
    // It wakes: what it has is not its own any more.
    assert_eq!(browser.sent(&mut a), []);
    assert!(matches!(a.notices.as_slice(), [Notice::TakenOver { .. }]));
}

#[test]
fn an_action_of_another_tab_on_the_same_target_goes_first() {
    let mut browser = Browser::new();
    let (mut a, mut b) = (Outbox::new("a"), Outbox::new("b"));
    let first = push(&mut a, "x", Safety::AskFirst, browser.now);
    browser.sends(&mut a, Step::Perform);
    browser.later(1);
    let second = push(&mut b, "x", Safety::AskFirst, browser.now);
    assert_eq!(browser.sent(&mut b), []);
    is(&b, &second, "waiting");
    assert!(b.is_stored(&second), "it is stored all the same");
    a.on_result(&first, 1, done(), browser.now);
    browser.store(&mut a);
    browser.later(AGAIN_IN);
    assert_eq!(browser.sends(&mut b, Step::Perform).id, second);
}

#[test]
fn a_person_may_take_back_what_is_not_on_its_way() {
    let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
    outbox.hold("am", true);
    let id = push(&mut outbox, "x", Safety::AskFirst, browser.now);
    assert_eq!(browser.sent(&mut outbox), [], "the key is missing");
    assert!(outbox.withdraw(&id, browser.now));
    assert!(matches!(outbox.entry(&id).unwrap().state, State::Withdrawn { was_sent: false, .. }));
    outbox.hold("am", false);
    browser.later(MINUTE);
    assert_eq!(browser.sent(&mut outbox), []);

    let sending = push(&mut outbox, "y", Safety::AskFirst, browser.now);
    let task = browser.sends(&mut outbox, Step::Perform);
    assert!(!outbox.withdraw(&sending, browser.now));
    outbox.on_result(&sending, task.attempt, unknown(), browser.now);
    assert!(outbox.withdraw(&sending, browser.now));
    assert!(matches!(outbox.entry(&sending).unwrap().state, State::Withdrawn { was_sent: true, .. }));
}

#[test]
fn what_is_over_can_be_taken_off_the_list_for_good() {
    let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
    let id = push(&mut outbox, "x", Safety::AskFirst, browser.now);
    assert!(!outbox.dismiss(&id, browser.now));
    let task = browser.sends(&mut outbox, Step::Perform);
    outbox.on_result(&id, task.attempt, done(), browser.now);
    browser.store(&mut outbox);
    let mut reloaded = Outbox::new("b");
    browser.store(&mut reloaded);
    is(&reloaded, &id, "done");
    assert!(reloaded.dismiss(&id, browser.now));
    browser.store(&mut reloaded);
    assert!(browser.store.is_empty(), "{:?}", browser.store);
}

#[test]
fn damaged_storage_is_reported_and_left_as_it_is() {
    let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
    push(&mut outbox, "x", Safety::AskFirst, browser.now);
    browser.sends(&mut outbox, Step::Perform);
    let (key, text) = browser.store.iter().next().map(|(k, t)| (k.clone(), t.clone())).unwrap();
    browser.store.clear();
    let newer = text.replace(r#""schema":1"#, r#""schema":2"#);
    for (key, text) in
        [("cut", &text[..40]), ("odd", "7"), ("other", text.as_str()), (key.as_str(), newer.as_str())]
    {
        browser.store.insert(key.into(), text.into());
    }
    let stored = browser.store.clone();
    let mut reloaded = Outbox::new("b");
    browser.later(10 * MINUTE);
    browser.store(&mut reloaded);
    assert_eq!(browser.store, stored);
    let why: Vec<String> = reloaded
        .notices
        .iter()
        .map(|n| match n {
            Notice::Damaged(d) => d.why.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(why.len(), 4);
    assert!(why.iter().any(|w| w.contains("newer version")), "{why:?}");
}

#[test]
fn what_somebody_deleted_is_written_anew_and_reported() {
    let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
    outbox.hold("am", true);
    let id = push(&mut outbox, "x", Safety::AskFirst, browser.now);
    browser.store(&mut outbox);
    browser.store.clear();
    browser.later(LEASE * 2 / 3);
    browser.store(&mut outbox);
    assert!(browser.store.contains_key(&id.to_string()));
    assert!(matches!(outbox.notices.as_slice(), [Notice::Missing { .. }]));
    // After its lease, another tab may have had it and finished it.
    browser.store.clear();
    browser.later(LEASE);
    outbox.hold("am", false);
    assert_eq!(browser.sent(&mut outbox), []);
}

#[test]
fn a_write_that_fails_is_tried_again() {
    let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
    push(&mut outbox, "x", Safety::AskFirst, browser.now);
    outbox.poll_store(browser.now).unwrap();
    outbox.on_store_failed(browser.now);
    assert_eq!(browser.sent(&mut outbox), []);
    browser.later(AGAIN_IN);
    browser.sends(&mut outbox, Step::Perform);
}

#[test]
fn no_key_is_stored() {
    let (mut browser, mut outbox) = (Browser::new(), Outbox::new("a"));
    push(&mut outbox, "x", Safety::AskFirst, browser.now);
    browser.store(&mut outbox);
    let stored: serde_json::Value = serde_json::from_str(browser.store.values().next().unwrap()).unwrap();
    let mut names: Vec<&String> = stored.as_object().unwrap().keys().collect();
    names.sort();
    let expected =
        ["action", "attempts", "doubt", "id", "lease", "log", "owner", "safety", "schema", "state", "target"];
    assert_eq!(names, expected);
}
