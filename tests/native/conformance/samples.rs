//! One action of each kind, and every request that a system's adapter makes.

use fourlights::domain::action::Action;
use fourlights::domain::message_action::{MessageEdit, MessagePin, MessageText, WebhookText};
use fourlights::domain::notice_action::{
    ComponentChange, NoticeText, NoticeUpdate, ReviewPublish, ReviewText,
};
use fourlights::domain::pager_action::{
    ChangeText, MaintenanceEnd, MaintenanceText, PageChange, PageEdit, PageText, TakeBack, TakeOver,
};
use fourlights::domain::paging::{Named, Urgency};
use fourlights::domain::public::{ComponentStatus, Impact, Phase};
use fourlights::domain::severity::Severity;
use fourlights::domain::time::{HOUR, Millis};
use fourlights::sources::actions::{ActionCall, FetchSite, Found, Performed};
use fourlights::sources::decode::{Asked, ways};
use fourlights::sources::{Parsed, Request, Response, SourceError, System};
use serde_json::Value;

/// 2026-11-23T21:00:00Z
pub const NOW: Millis = 1_795_467_600_000;

pub fn named(id: &str, name: &str) -> Named {
    Named { id: id.into(), name: name.into() }
}

pub fn change(edit: PageEdit) -> Action {
    Action::ChangePage(PageChange {
        id: "PT4KHLK".into(),
        key: Some("key-1".into()),
        title: "The server is on fire".into(),
        by: "ana@example.com".into(),
        edit,
    })
}

pub fn take_over(form: &str) -> TakeOver {
    TakeOver {
        schedule: named("PI7DH85", "Core"),
        form: form.into(),
        person: named("PEYSGVA", "Ana"),
        starts: NOW,
        ends: NOW + HOUR,
    }
}

pub fn component() -> ComponentChange {
    ComponentChange { component: named("c1", "API"), status: ComponentStatus::PartialOutage }
}

pub fn notice(window: Option<(Millis, Millis)>) -> NoticeText {
    NoticeText {
        title: "Slow".into(),
        phase: if window.is_some() { Phase::Scheduled } else { Phase::Investigating },
        impact: Some(Impact::Major),
        body: "We look into it.".into(),
        components: vec![component()],
        window,
        tells_subscribers: false,
        mark: "mark-1".into(),
    }
}

pub fn message() -> MessageText {
    MessageText {
        channel: "C024BE91L".into(),
        thread: Some("1700000000.123456".into()),
        text: "<!channel> down & out".into(),
        is_broadcast: true,
        mentions_here: false,
    }
}

/// Each kind of action at least once.
pub fn actions() -> Vec<Action> {
    let all = [
        PageEdit::Acknowledge,
        PageEdit::Resolve { note: Some("rolled back".into()) },
        PageEdit::Snooze { until: NOW + HOUR },
        PageEdit::Note { text: "looking".into() },
        PageEdit::Reassign { to: vec![named("PEYSGVA", "Ana")] },
        PageEdit::Escalate { level: None, policy: Some(named("PT20YPA", "Policy")) },
        PageEdit::Escalate { level: Some(2), policy: None },
        PageEdit::Prioritize { priority: Some(named("P53ZZH5", "P2")) },
    ];
    let mut all: Vec<Action> = all.into_iter().map(change).collect();
    let page = PageText {
        title: "The server is on fire".into(),
        details: "since 21:00".into(),
        service: named("PIJ90N7", "Mail"),
        urgency: Urgency::High,
        priority: Some(named("P53ZZH5", "P2")),
        key: "key-1".into(),
        by: "ana@example.com".into(),
    };
    let maintenance = MaintenanceText {
        title: "Move".into(),
        starts: NOW,
        ends: NOW + HOUR,
        services: vec![named("PIJ90N7", "Mail")],
        by: "ana@example.com".into(),
    };
    let end = MaintenanceEnd { id: "PW98YIO".into(), title: "Move".into(), by: "ana@example.com".into() };
    let back = |form: &str| TakeBack {
        schedule: named("PI7DH85", "Core"),
        form: form.into(),
        id: "Q3X6MJ1LUKD6QW".into(),
    };
    let deploy = ChangeText {
        summary: "Deploy 42".into(),
        origin: "ci".into(),
        at: NOW,
        link: Some("https://ci.example/42".into()),
    };
    let update = NoticeUpdate {
        id: "i1".into(),
        title: "Slow".into(),
        phase: Phase::Resolved,
        impact: None,
        body: "It is over.".into(),
        components: vec![component()],
        tells_subscribers: true,
    };
    let webhook = WebhookText {
        template: "teams".into(),
        title: "API down".into(),
        text: "since 21:00".into(),
        severity: Some(Severity::Sev1),
        status: "investigating".into(),
        link: None,
    };
    all.extend([
        Action::OpenPage(page),
        Action::TakeOver(take_over("schedule")),
        Action::TakeOver(take_over("schedule_v3")),
        Action::TakeBack(back("schedule")),
        Action::TakeBack(back("schedule_v3")),
        Action::PlanMaintenance(maintenance),
        Action::EndMaintenance(end),
        Action::RecordChange(deploy),
        Action::PostMessage(message()),
        Action::EditMessage(MessageEdit {
            channel: "C024BE91L".into(),
            id: "1700000000.123456".into(),
            text: "up".into(),
        }),
        Action::PinMessage(MessagePin { channel: "C024BE91L".into(), id: "1700000000.123456".into() }),
        Action::CallWebhook(webhook),
        Action::OpenNotice(notice(None)),
        Action::OpenNotice(notice(Some((NOW + HOUR, NOW + 2 * HOUR)))),
        Action::UpdateNotice(update),
        Action::SetComponent(component()),
        Action::WriteReview(ReviewText {
            id: "i1".into(),
            title: "Slow".into(),
            body: "What we learned".into(),
        }),
        Action::PublishReview(ReviewPublish {
            id: "i1".into(),
            title: "Slow".into(),
            tells_subscribers: false,
        }),
    ]);
    all
}

/// Reads a response with a way of the register, and shows what was understood.
type ReadAny = dyn Fn(&Response) -> Result<Parsed<Value>, SourceError>;

/// How an answer is read.
pub enum Reader {
    Way(Box<ReadAny>),
    Perform(Box<(Action, ActionCall<Performed>)>),
    Reconcile(Box<(Action, ActionCall<Found>)>),
}

/// One request of an adapter, with what it is for.
pub struct Made {
    pub what: String,
    pub request: Request,
    pub reader: Reader,
}

/// Every request that an adapter makes at first.
pub fn requests(system: &'static System) -> Vec<Made> {
    let mut all = Vec::new();
    for form in ["", "/schedule_v3"] {
        let query = format!("PI7DH85{form}");
        let asked = Asked { query: &query, start: NOW - HOUR, end: NOW, step: 60_000 };
        for way in ways(system) {
            if !form.is_empty() && !matches!(way.what, "roster" | "overrides") {
                continue;
            }
            let request = (way.request)(&asked).expect("a request");
            let read = way.read;
            let reader = Reader::Way(Box::new(move |response| read(response, "name")));
            all.push(Made { what: format!("read {}", way.what), request, reader });
        }
    }
    let Some(adapter) = system.actions else { return all };
    for action in actions() {
        let what = format!("{:?}", action.kind());
        if let Ok(call) = adapter.perform(&action, FetchSite::SameOrigin, NOW) {
            assert!(adapter.offers().contains(&action.kind()), "{what}");
            let reader = Reader::Perform(Box::new((action.clone(), call.clone())));
            all.push(Made { what: what.clone(), request: call.request, reader });
        }
        if let Ok(call) = adapter.reconcile(&action) {
            let reader = Reader::Reconcile(Box::new((action.clone(), call.clone())));
            all.push(Made { what: format!("find {what}"), request: call.request, reader });
        }
    }
    all
}

impl Made {
    /// What is read of an answer, in a word: `read`, `done`, or the name of an error.
    pub fn outcome(&self, answer: &Result<Response, SourceError>) -> (String, Option<SourceError>) {
        let of = |error: &SourceError| (error.name().to_string(), Some(error.clone()));
        match &self.reader {
            Reader::Way(read) => match answer.as_ref().map_err(Clone::clone).and_then(read) {
                Ok(_) => ("read".into(), None),
                Err(error) => of(&error),
            },
            Reader::Perform(both) => match Performed::read(&both.1, &both.0, answer) {
                Performed::Done(_) => ("done".into(), None),
                Performed::Refused { error, .. }
                | Performed::NotNow { error, .. }
                | Performed::Unknown(error) => of(&error),
            },
            Reader::Reconcile(both) => match Found::read(&both.1, &both.0, answer) {
                Found::Done(_) | Found::NotDone => ("read".into(), None),
                Found::Overtaken(error) | Found::Unanswered(error) => of(&error),
            },
        }
    }

    /// The request after an answer, where an action takes several.
    pub fn next(&self, asked: &Request, answer: &Response, n: usize) -> Option<Request> {
        match &self.reader {
            Reader::Perform(both) => both.1.next(&both.0, asked, answer, n).map(|(_, request)| request),
            _ => None,
        }
    }
}
