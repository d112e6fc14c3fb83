//! The outbox with each system behind a proxy that cuts connections, over real HTTP: before the request is passed on, in
//! the middle of it, and after the system has performed it. Nothing is lost, nothing is doubled at the far end, and what
//! stays unknown is shown.
//!
//! The systems are stand-ins that keep state and count what they performed. Time is the test's own, so nothing waits.
//! `OUTBOX_CUTS=200` cuts each action that often at each place; without it a few times.

mod proxy;
mod stand_in;

use fourlights::config::Kind;
use fourlights::domain::action::Action;
use fourlights::domain::message_action::{MessageText, WebhookText};
use fourlights::domain::notice_action::{NoticeText, NoticeUpdate};
use fourlights::domain::pager_action::{PageChange, PageEdit, PageText};
use fourlights::domain::paging::{Named, Urgency};
use fourlights::domain::public::Phase;
use fourlights::domain::secret::Secret;
use fourlights::domain::time::{MINUTE, Millis, SECOND};
use fourlights::poll::outbox::{EntryId, Outbox, State, Step, Target, Task};
use fourlights::sources::actions::{ActionCall, Actions, FetchSite, Found, Performed};
use fourlights::sources::{Request, Response, SYSTEMS, SourceError};
use fourlights::transport::native::send;
use proxy::{Cut, Proxy};
use stand_in::StandIn;
use std::collections::BTreeMap;

/// What is done to a system, with a tag in it by which the far end counts.
type Make = fn(&str) -> Action;

fn change(tag: &str, edit: PageEdit) -> Action {
    Action::ChangePage(PageChange {
        id: tag.into(),
        key: Some(tag.into()),
        title: tag.into(),
        by: "ana@example.com".into(),
        edit,
    })
}

fn page(tag: &str) -> Action {
    Action::OpenPage(PageText {
        title: tag.into(),
        details: "d".into(),
        service: Named { id: "S1".into(), name: "web".into() },
        urgency: Urgency::High,
        priority: None,
        key: tag.into(),
        by: "ana@example.com".into(),
    })
}

fn acknowledge(tag: &str) -> Action {
    change(tag, PageEdit::Acknowledge)
}

fn resolve(tag: &str) -> Action {
    change(tag, PageEdit::Resolve { note: None })
}

fn note(tag: &str) -> Action {
    change(tag, PageEdit::Note { text: format!("note {tag}") })
}

fn post(tag: &str) -> Action {
    let text = tag.into();
    Action::PostMessage(MessageText {
        channel: "C1".into(),
        thread: None,
        text,
        is_broadcast: false,
        mentions_here: false,
    })
}

fn call_webhook(tag: &str) -> Action {
    Action::CallWebhook(WebhookText {
        template: "mattermost".into(),
        title: tag.into(),
        text: "t".into(),
        severity: None,
        status: String::new(),
        link: None,
    })
}

fn open_notice(tag: &str) -> Action {
    Action::OpenNotice(NoticeText {
        title: tag.into(),
        phase: Phase::Identified,
        impact: None,
        body: "b".into(),
        components: Vec::new(),
        window: None,
        tells_subscribers: false,
        mark: tag.into(),
    })
}

fn update_notice(tag: &str) -> Action {
    Action::UpdateNotice(NoticeUpdate {
        id: tag.into(),
        title: tag.into(),
        phase: Phase::Monitoring,
        impact: None,
        body: format!("update {tag}"),
        components: Vec::new(),
        tells_subscribers: false,
    })
}

/// Each kind with what is done to it, and whether what is unknown can be looked up there.
const CASES: [(&str, &str, Make, bool); 18] = [
    ("pagerduty", "acknowledge", acknowledge, true),
    ("pagerduty", "resolve", resolve, true),
    ("pagerduty", "note", note, true),
    ("pagerduty", "page", page, true),
    ("pagerduty_events", "acknowledge", acknowledge, true),
    ("pagerduty_events", "page", page, true),
    ("opsgenie", "acknowledge", acknowledge, true),
    ("opsgenie", "resolve", resolve, true),
    ("opsgenie", "note", note, true),
    ("opsgenie", "page", page, true),
    ("jsm", "acknowledge", acknowledge, true),
    ("jsm", "resolve", resolve, true),
    ("jsm", "note", note, true),
    ("jsm", "page", page, true),
    ("slack", "post", post, false),
    ("webhook", "call", call_webhook, false),
    ("statuspage_manage", "open", open_notice, true),
    ("statuspage_manage", "update", update_notice, true),
];

/// One console that sends to one system.
struct Console<'a> {
    kind: Kind,
    actions: &'static dyn Actions,
    proxy: &'a Proxy,
    outbox: Outbox,
    stored: BTreeMap<String, String>,
    now: Millis,
}

impl<'a> Console<'a> {
    fn new(kind: &str, proxy: &'a Proxy, n: usize) -> Self {
        let system = SYSTEMS.into_iter().find(|s| s.spec.name == kind).expect("a kind");
        Self {
            kind: system.kind(),
            actions: system.actions.expect("actions"),
            proxy,
            outbox: Outbox::new(&format!("tab{n}")),
            stored: BTreeMap::new(),
            now: 1_764_600_000_000,
        }
    }

    fn push(&mut self, action: Action) -> EntryId {
        let safety = self.actions.safety(&action, FetchSite::SameOrigin);
        let target = Target { system: "s".into(), subject: action.subject() };
        self.outbox.push(target, action, safety, self.now)
    }

    /// Goes on until it is over, or until so much time has passed.
    fn run(&mut self, id: &EntryId, length: Millis) -> State {
        let end = self.now + length;
        while self.now < end {
            if let Some(batch) = self.outbox.poll_store(self.now) {
                let (changes, report) = batch.apply(&self.stored);
                for (key, text) in changes {
                    match text {
                        Some(text) => self.stored.insert(key, text),
                        None => self.stored.remove(&key),
                    };
                }
                self.outbox.on_stored(report, self.now);
            }
            let mut is_idle = true;
            while let Some(task) = self.outbox.poll_send(self.now) {
                is_idle = false;
                self.perform(&task);
            }
            let state = self.outbox.entry(id).expect("an entry").state.clone();
            if state.is_final() {
                return state;
            }
            if is_idle {
                self.now = self.outbox.poll_timeout(self.now).unwrap_or(0).max(self.now + SECOND / 4);
            }
        }
        self.outbox.entry(id).expect("an entry").state.clone()
    }

    fn perform(&mut self, task: &Task) {
        let action = &task.action;
        match task.step {
            Step::Perform => {
                let call = self.actions.perform(action, FetchSite::SameOrigin, self.now).expect("offered");
                let result = Performed::read(&call, action, &self.followed(action, &call));
                self.outbox.on_result(&task.id, task.attempt, result, self.now);
            }
            Step::Reconcile => {
                let call = self.actions.reconcile(action).expect("offered");
                let found = Found::read(&call, action, &self.followed(action, &call));
                self.outbox.on_found(&task.id, found, self.now);
            }
        }
    }

    fn followed<T>(&mut self, action: &Action, call: &ActionCall<T>) -> Result<Response, SourceError> {
        let mut asked = call.request.clone();
        let first = self.exchange(&asked)?;
        let mut later: Vec<Result<Response, SourceError>> = Vec::new();
        while let Some(Ok(last)) = later.last().map_or(Some(Ok(&first)), |last| Some(last.as_ref())) {
            let Some((wait, request)) = call.next(action, &asked, last, later.len()) else { break };
            self.now += wait;
            later.push(self.exchange(&request));
            asked = request;
        }
        Ok(first.followed(later))
    }

    fn exchange(&mut self, request: &Request) -> Result<Response, SourceError> {
        self.now += 20;
        let request = request.clone().keyed_for(self.kind, Some(Secret::new("ana:k3y")));
        send(&self.proxy.base, &request, 10 * SECOND)
    }
}

/// How it ended, counted.
#[derive(Default)]
struct Counts {
    n: usize,
    at_once: usize,
    found_or_again: usize,
    shown: usize,
}

#[test]
fn a_cut_connection_loses_nothing_and_doubles_nothing() {
    let n: usize = std::env::var("OUTBOX_CUTS").ok().and_then(|n| n.parse().ok()).unwrap_or(3);
    let mut total = 0;
    for (kind, what, make, is_found) in CASES {
        let stand_in = StandIn::start(kind);
        let proxy = Proxy::start(stand_in.port);
        // Every request of an action is the one that is cut at some time: the look, the change, what follows it.
        let n_requests = {
            let tag = format!("{kind}-{what}-calm");
            stand_in.prepare(&tag);
            let mut console = Console::new(kind, &proxy, 0);
            let id = console.push(make(&tag));
            let state = console.run(&id, MINUTE);
            assert!(matches!(state, State::Done { .. }), "{tag}: {state:?}");
            assert_eq!(stand_in.performed(&tag), 1, "{tag}");
            proxy.n()
        };
        for cut in [Cut::Before, Cut::During, Cut::After] {
            let mut counts = Counts::default();
            for i in 0..n {
                let tag = format!("{kind}-{what}-{cut:?}-{i}").to_lowercase();
                stand_in.prepare(&tag);
                let mut console = Console::new(kind, &proxy, i);
                proxy.cut(cut, i % n_requests);
                let id = console.push(make(&tag));
                let state = console.run(&id, 15 * MINUTE);
                assert!(proxy.calm(), "{tag}: nothing was cut");
                counts.n += 1;
                let performed = stand_in.performed(&tag);
                match &state {
                    State::Done { .. } => {
                        assert_eq!(performed, 1, "{tag}: {state:?}");
                        let is_first =
                            console.outbox.entry(&id).is_some_and(|e| e.attempts == 1 && e.log.len() < 4);
                        counts.at_once += usize::from(is_first);
                        counts.found_or_again += usize::from(!is_first);
                    }
                    // It is shown, with what the person can do. Nothing was sent again by itself.
                    State::Unknown { .. } => {
                        assert!(!is_found, "{tag}: {state:?}");
                        assert!(performed <= 1, "{tag}: sent {performed} times");
                        let entry = console.outbox.entry(&id).expect("an entry");
                        assert!(entry.attempts == 1 && entry.may_retry() && entry.may_withdraw(), "{tag}");
                        counts.shown += 1;
                        if performed == 0 {
                            // The person looked into the channel, and it was not there.
                            assert!(console.outbox.retry(&id, console.now), "{tag}");
                            let state = console.run(&id, MINUTE);
                            assert!(matches!(state, State::Done { .. }), "{tag}: {state:?}");
                            assert_eq!(stand_in.performed(&tag), 1, "{tag}");
                        } else {
                            assert!(console.outbox.withdraw(&id, console.now), "{tag}");
                        }
                    }
                    other => panic!("{tag}: {other:?}"),
                }
            }
            total += counts.n;
            println!(
                "{kind} {what}, {} cut {cut:?}: {} done with the first request, {} looked up or sent again, {} shown to \
                 a person; lost 0, doubled 0",
                counts.n, counts.at_once, counts.found_or_again, counts.shown
            );
        }
    }
    println!("{total} connections cut");
}
