//! What a person says to others through a chat or any other system that takes messages. See `action`.

use super::severity::Severity;
use serde::{Deserialize, Serialize};

/// A message to a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageText {
    /// the id of the channel
    pub channel: String,
    /// the message under which it is put, by its id
    pub thread: Option<String>,
    /// as typed: nothing in it is taken for a mention or a command
    pub text: String,
    /// whether an answer in a thread is shown in the channel as well
    pub is_broadcast: bool,
    /// Whether everybody who is there is called. Never by what is typed: only by this.
    pub mentions_here: bool,
}

/// A message that is there is changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageEdit {
    pub channel: String,
    pub id: String,
    pub text: String,
}

/// A message that is there is pinned to its channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagePin {
    pub channel: String,
    pub id: String,
}

/// A call of a system that takes JSON of a form of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookText {
    /// the name of a known form, or JSON with `{{title}}` and the like in its texts
    pub template: String,
    pub title: String,
    pub text: String,
    pub severity: Option<Severity>,
    /// the state of what it is about, in one word
    pub status: String,
    pub link: Option<String>,
}
