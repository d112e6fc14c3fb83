//! What a person does to a connected system, in no system's own words, and what came of it.
//!
//! An action is complete in itself: it is stored, sent later and looked up after a reload, so it holds everything that
//! its request says, except keys. Its times are fixed when it is pushed: what is sent twice says the same twice.

pub use super::action_kind::ActionKind;

use super::matcher::Matcher;
use super::message_action::{MessageEdit, MessagePin, MessageText, WebhookText};
use super::notice_action::{ComponentChange, NoticeText, NoticeUpdate, ReviewPublish, ReviewText};
use super::pager_action::{
    ChangeText, MaintenanceEnd, MaintenanceText, PageChange, PageText, TakeBack, TakeOver,
};
use super::time::Millis;
use serde::{Deserialize, Serialize};

/// One thing done to one system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Action {
    CommitFile(FileCommit),
    CreateSilence(SilenceText),
    ExtendSilence(SilenceChange),
    ExpireSilence(SilenceChange),
    ChangePage(PageChange),
    OpenPage(PageText),
    TakeOver(TakeOver),
    TakeBack(TakeBack),
    PlanMaintenance(MaintenanceText),
    EndMaintenance(MaintenanceEnd),
    RecordChange(ChangeText),
    PostMessage(MessageText),
    EditMessage(MessageEdit),
    PinMessage(MessagePin),
    CallWebhook(WebhookText),
    OpenNotice(NoticeText),
    UpdateNotice(NoticeUpdate),
    SetComponent(ComponentChange),
    WriteReview(ReviewText),
    PublishReview(ReviewPublish),
}

/// A file written to a repository as one commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileCommit {
    /// `owner/name`
    pub repository: String,
    /// `None`: the repository's own
    pub branch: Option<String>,
    pub path: String,
    pub text: String,
    /// the commit's message
    pub message: String,
    /// the hash of the version that is replaced, and of no other; `None` for a new file
    pub replaces: Option<String>,
}

/// What a silence says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilenceText {
    pub matchers: Vec<Matcher>,
    pub starts: Millis,
    pub ends: Millis,
    pub created_by: String,
    pub comment: String,
}

/// A silence that is there, as it is to be: extended, its `ends` is the new end; expired, what it says is what it says
/// now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilenceChange {
    pub id: String,
    pub text: SilenceText,
}

impl Action {
    pub fn kind(&self) -> ActionKind {
        match self {
            Self::CommitFile(_) => ActionKind::CommitFile,
            Self::CreateSilence(_) => ActionKind::CreateSilence,
            Self::ExtendSilence(_) => ActionKind::ExtendSilence,
            Self::ExpireSilence(_) => ActionKind::ExpireSilence,
            Self::ChangePage(change) => change.edit.kind(),
            Self::OpenPage(_) => ActionKind::OpenPage,
            Self::TakeOver(_) => ActionKind::TakeOver,
            Self::TakeBack(_) => ActionKind::TakeBack,
            Self::PlanMaintenance(_) => ActionKind::PlanMaintenance,
            Self::EndMaintenance(_) => ActionKind::EndMaintenance,
            Self::RecordChange(_) => ActionKind::RecordChange,
            Self::PostMessage(_) => ActionKind::PostMessage,
            Self::EditMessage(_) => ActionKind::EditMessage,
            Self::PinMessage(_) => ActionKind::PinMessage,
            Self::CallWebhook(_) => ActionKind::CallWebhook,
            Self::OpenNotice(_) => ActionKind::OpenNotice,
            Self::UpdateNotice(_) => ActionKind::UpdateNotice,
            Self::SetComponent(_) => ActionKind::SetComponent,
            Self::WriteReview(_) => ActionKind::WriteReview,
            Self::PublishReview(_) => ActionKind::PublishReview,
        }
    }

    /// What is changed, within its system: actions on the same subject are performed in the order in which they were
    /// asked for. A branch is one subject, because each commit moves it. A silence that is not there yet has nothing to
    /// wait for but the same one.
    pub fn subject(&self) -> String {
        match self {
            Self::CommitFile(c) => format!("{}@{}", c.repository, c.branch.as_deref().unwrap_or_default()),
            Self::CreateSilence(s) => format!("new {}", matchers_text(&s.matchers)),
            Self::ExtendSilence(s) | Self::ExpireSilence(s) => s.id.clone(),
            Self::ChangePage(c) => format!("page {}", c.key.as_ref().unwrap_or(&c.id)),
            Self::OpenPage(p) => format!("page {}", p.key),
            Self::TakeOver(t) => format!("schedule {}", t.schedule.id),
            Self::TakeBack(t) => format!("schedule {}", t.schedule.id),
            Self::PlanMaintenance(m) => format!("new maintenance {}", m.title),
            Self::EndMaintenance(m) => format!("maintenance {}", m.id),
            Self::RecordChange(c) => format!("change {}", c.origin),
            // What is said in a channel is said in the order in which it was typed.
            Self::PostMessage(m) => format!("channel {}", m.channel),
            Self::EditMessage(m) => format!("channel {}", m.channel),
            Self::PinMessage(m) => format!("channel {}", m.channel),
            Self::CallWebhook(_) => "webhook".into(),
            Self::OpenNotice(n) => format!("new notice {}", n.mark),
            Self::UpdateNotice(n) => format!("notice {}", n.id),
            Self::SetComponent(c) => format!("component {}", c.component.id),
            Self::WriteReview(r) => format!("notice {}", r.id),
            Self::PublishReview(r) => format!("notice {}", r.id),
        }
    }

    /// One line for lists and logs: `Silence service="api"`.
    pub fn title(&self) -> String {
        match self {
            Self::CommitFile(c) => format!("Commit {} to {}", c.path, c.repository),
            Self::CreateSilence(s) => format!("Silence {}", matchers_text(&s.matchers)),
            Self::ExtendSilence(s) => format!("Extend the silence of {}", matchers_text(&s.text.matchers)),
            Self::ExpireSilence(s) => format!("Expire the silence of {}", matchers_text(&s.text.matchers)),
            Self::ChangePage(c) => format!("{} {}", c.edit.verb(), c.title),
            Self::OpenPage(p) => format!("Page {}: {}", p.service.name, p.title),
            Self::TakeOver(t) => format!("{} takes over {}", t.person.name, t.schedule.name),
            Self::TakeBack(t) => format!("Take back an override of {}", t.schedule.name),
            Self::PlanMaintenance(m) => format!("Maintenance: {}", m.title),
            Self::EndMaintenance(m) => format!("End the maintenance {}", m.title),
            Self::RecordChange(c) => format!("Record the change {}", c.summary),
            Self::PostMessage(m) => format!("Post to {}: {}", m.channel, first_line(&m.text)),
            Self::EditMessage(m) => format!("Change a message in {}: {}", m.channel, first_line(&m.text)),
            Self::PinMessage(m) => format!("Pin a message in {}", m.channel),
            Self::CallWebhook(w) => format!("Send {}", w.title),
            Self::OpenNotice(n) => format!("Publish {}", n.title),
            Self::UpdateNotice(n) => format!("Update {} ({})", n.title, n.phase.name()),
            Self::SetComponent(c) => format!("Set {} to {}", c.component.name, c.status.name()),
            Self::WriteReview(r) => format!("Write the review of {}", r.title),
            Self::PublishReview(r) => format!("Publish the review of {}", r.title),
        }
    }
}

/// What a list has room for.
fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line.into(),
    }
}

/// Matchers as one text: `alertname="Down", service=~"api|web"`.
pub fn matchers_text(matchers: &[Matcher]) -> String {
    matchers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The system's word that an action was performed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// what it calls the result: a silence's id, a file's hash; `None` where it gave none
    pub reference: Option<String>,
    /// what a person should know beside that
    pub note: Option<String>,
}

impl Receipt {
    pub fn of(reference: Option<String>) -> Self {
        Self { reference, note: None }
    }
}

/// What happens when the same action is sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Safety {
    /// Twice is as once.
    Idempotent,
    /// The request carries what lets the system perform it only once (a deduplication key, the hash of what it
    /// replaces). It may refuse the second, which says nothing of the first.
    Keyed,
    /// Twice may be double. Before it is sent again, the system is asked what happened, or the person.
    AskFirst,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::matcher::Operator;

    #[test]
    fn an_action_is_stored_and_read_back() {
        let text = SilenceText {
            matchers: vec![Matcher::new("service", Operator::Regex, "api|web")],
            starts: 1,
            ends: 2,
            created_by: "ana".into(),
            comment: "deploy".into(),
        };
        let change = SilenceChange { id: "s1".into(), text: text.clone() };
        let commit = FileCommit {
            repository: "acme/status".into(),
            branch: None,
            path: "a.md".into(),
            text: "x".into(),
            message: "m".into(),
            replaces: Some("abc".into()),
        };
        for action in [
            Action::CommitFile(commit),
            Action::CreateSilence(text),
            Action::ExtendSilence(change.clone()),
            Action::ExpireSilence(change),
        ] {
            let stored = serde_json::to_string(&action).unwrap();
            assert_eq!(serde_json::from_str::<Action>(&stored).unwrap(), action, "{stored}");
        }
    }

    #[test]
    fn what_changes_the_same_thing_has_the_same_subject() {
        let text = SilenceText {
            matchers: vec![Matcher::new("a", Operator::Equal, "b")],
            starts: 1,
            ends: 2,
            created_by: String::new(),
            comment: String::new(),
        };
        let change = |id: &str| SilenceChange { id: id.into(), text: text.clone() };
        let extend = Action::ExtendSilence(change("x"));
        assert_eq!(extend.subject(), Action::ExpireSilence(change("x")).subject());
        assert_ne!(extend.subject(), Action::ExpireSilence(change("y")).subject());
        assert_eq!(Action::CreateSilence(text.clone()).title(), r#"Silence a="b""#);
    }
}
