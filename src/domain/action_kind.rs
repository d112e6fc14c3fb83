//! The kinds of actions. See `action`.

/// The kinds of actions, for what a system offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActionKind {
    CommitFile,
    CreateSilence,
    ExtendSilence,
    ExpireSilence,
    Acknowledge,
    Resolve,
    Snooze,
    Note,
    Reassign,
    Escalate,
    Prioritize,
    OpenPage,
    TakeOver,
    TakeBack,
    PlanMaintenance,
    EndMaintenance,
    RecordChange,
    PostMessage,
    EditMessage,
    PinMessage,
    CallWebhook,
    OpenNotice,
    UpdateNotice,
    SetComponent,
    WriteReview,
    PublishReview,
}
