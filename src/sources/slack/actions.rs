//! Posting, changing and pinning messages. A message is known by its channel and its `ts`, a text like a number that is
//! never read as one.

use super::super::actions::{ActionCall, Actions, Decides, FetchSite, Found, NotOffered, Performed};
use super::super::json;
use super::super::{Request, Response, SourceError};
use super::error::check;
use super::test;
use crate::domain::action::{Action, ActionKind, Receipt, Safety};
use crate::domain::message_action::{MessageEdit, MessagePin, MessageText};
use crate::domain::time::Millis;
use serde::Deserialize;

pub struct Messages;

impl Actions for Messages {
    fn offers(&self) -> &'static [ActionKind] {
        &[ActionKind::PostMessage, ActionKind::EditMessage, ActionKind::PinMessage]
    }

    fn safety(&self, action: &Action, _: FetchSite) -> Safety {
        match action {
            Action::PostMessage(_) => Safety::AskFirst,
            _ => Safety::Idempotent,
        }
    }

    fn perform(&self, action: &Action, _: FetchSite, _: Millis) -> Result<ActionCall<Performed>, NotOffered> {
        Ok(match action {
            // The link is for the timeline. Without it the message is posted all the same.
            Action::PostMessage(message) => {
                ActionCall::new(post(message), read_posted).then(ask_link, &[0], Decides::First)
            }
            Action::EditMessage(edit) => ActionCall::new(update(edit), read_posted),
            Action::PinMessage(pin) => ActionCall::new(add_pin(pin), read_pinned),
            _ => return Err(NotOffered),
        })
    }

    fn reconcile(&self, action: &Action) -> Result<ActionCall<Found>, NotOffered> {
        match action {
            Action::PostMessage(_) => Ok(ActionCall::new(test(), |_, response| {
                Found::Unanswered(check(response).err().unwrap_or(SourceError::Rejected {
                    status: 200,
                    code: String::new(),
                    message: "Slack does not say whether it was posted".into(),
                    remedy: "Look into the channel. Then send it again, or take it back.",
                }))
            })),
            Action::EditMessage(_) | Action::PinMessage(_) => {
                Ok(ActionCall::new(test(), |_, response| match check(response) {
                    // Sent again it says the same.
                    Ok(()) => Found::NotDone,
                    Err(error) => Found::Unanswered(error),
                }))
            }
            _ => Err(NotOffered),
        }
    }
}

/// As typed, whatever it looks like: no mention, no link, no command.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn post(message: &MessageText) -> Request {
    let mention = if message.mentions_here { "<!here> " } else { "" };
    let mut request = Request::post_form("/chat.postMessage")
        .with("channel", message.channel.as_str())
        .with("text", format!("{mention}{}", escaped(&message.text)))
        .with("unfurl_links", "false")
        .with("unfurl_media", "false");
    if let Some(thread) = &message.thread {
        request = request.with("thread_ts", thread.as_str());
        if message.is_broadcast {
            request = request.with("reply_broadcast", "true");
        }
    }
    request
}

fn update(edit: &MessageEdit) -> Request {
    Request::post_form("/chat.update")
        .with("channel", edit.channel.as_str())
        .with("ts", edit.id.as_str())
        .with("text", escaped(&edit.text))
}

fn add_pin(pin: &MessagePin) -> Request {
    Request::post_form("/pins.add").with("channel", pin.channel.as_str()).with("timestamp", pin.id.as_str())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Posted {
    channel: Option<String>,
    ts: Option<String>,
    permalink: Option<String>,
}

fn posted(response: &Response) -> Option<Posted> {
    check(response).ok()?;
    json::read(&response.body).ok()
}

fn ask_link(_: &Action, asked: &Request, answer: &Response) -> Option<Request> {
    if asked.path != "/chat.postMessage" {
        return None;
    }
    let Posted { channel: Some(channel), ts: Some(ts), .. } = posted(answer)? else { return None };
    Some(Request::post_form("/chat.getPermalink").with("channel", channel).with("message_ts", ts))
}

/// A no with status 200 or another. What Slack itself failed at may have been done.
fn failed(error: SourceError) -> Performed {
    match error {
        SourceError::RateLimited { retry_after, .. } => Performed::NotNow { retry_after, error },
        SourceError::CutOff | SourceError::Shape { .. } => Performed::Unknown(error),
        SourceError::Rejected { status: 500.., .. } => Performed::Unknown(error),
        error => Performed::Refused { error, is_conflict: false },
    }
}

/// The reference is the message's `ts`, the note its address.
fn read_posted(_: &Action, response: &Response) -> Performed {
    if let Err(error) = check(response) {
        return failed(error);
    }
    let Posted { ts, .. } = posted(response).unwrap_or_default();
    let link = match &response.followed_by {
        Some(next) => next.as_ref().as_ref().ok().and_then(posted).and_then(|p| p.permalink),
        None => None,
    };
    let note = link.filter(|link| link.starts_with("https://"));
    Performed::Done(Receipt { reference: ts.filter(|ts| !ts.is_empty()), note })
}

fn read_pinned(action: &Action, response: &Response) -> Performed {
    let reference = match action {
        Action::PinMessage(pin) => Some(pin.id.clone()),
        _ => None,
    };
    match check(response) {
        Ok(()) => Performed::Done(Receipt::of(reference)),
        Err(SourceError::Rejected { code, .. }) if code == "already_pinned" => {
            Performed::Done(Receipt { reference, note: Some("It was pinned already.".into()) })
        }
        Err(error) => failed(error),
    }
}
