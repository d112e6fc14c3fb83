//! What a person publishes on a hosted status page. See `action`.

use super::paging::Named;
use super::public::{ComponentStatus, Impact, Phase};
use super::time::Millis;
use serde::{Deserialize, Serialize};

/// A new incident or maintenance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeText {
    pub title: String,
    pub phase: Phase,
    /// `None`: by what its components say
    pub impact: Option<Impact>,
    pub body: String,
    pub components: Vec<ComponentChange>,
    /// a maintenance: when it is planned, `(start, end)`
    pub window: Option<(Millis, Millis)>,
    /// Whether subscribers are told. Asked of the person, never taken for granted.
    pub tells_subscribers: bool,
    /// Made once, when it is asked for: by it the notice is found again.
    pub mark: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentChange {
    pub component: Named,
    pub status: ComponentStatus,
}

/// Another message on a notice that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeUpdate {
    pub id: String,
    pub title: String,
    pub phase: Phase,
    pub impact: Option<Impact>,
    pub body: String,
    pub components: Vec<ComponentChange>,
    pub tells_subscribers: bool,
}

/// What was learned, on an incident that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewText {
    pub id: String,
    pub title: String,
    pub body: String,
}

/// The review of an incident is shown to everybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewPublish {
    pub id: String,
    pub title: String,
    pub tells_subscribers: bool,
}
