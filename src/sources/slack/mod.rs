//! Slack: post to a channel and its threads, change and pin what was posted. Nothing is read of what others write.
//!
//! Sources: slackapi/slack-api-specs, java-slack-sdk's samples, the documentation of each method.
//! - Every method takes a posted form. A browser may send one to Slack itself, with the token in it: the header
//!   `Authorization` is not allowed across origins. A bot's token in a browser is seen by whoever uses it, so a proxy that
//!   adds the header is the better way.
//! - A no is status 200 and `{"ok":false,"error":"channel_not_found"}`.
//! - `&`, `<` and `>` are escaped, always: `<!channel>` as typed calls nobody.
//! - A message has no key of its own, so one without a response may have been posted, and is not sent again by itself.

mod actions;
mod error;

use super::system::{Call, Probe, System};
use super::{Parsed, Request, Response, SourceError, json};
use crate::config::{Capability, KeyPlace, KeySpec, KindSpec};
use error::check;
use serde::Deserialize;

/// What the configuration knows of it.
pub static KIND: KindSpec = KindSpec {
    name: "slack",
    title: "Slack",
    about: "Slack's Web API: https://slack.com/api",
    capabilities: &[Capability::Actions],
    is_source: true,
    language: None,
    gives: &[],
    key: Some(KeySpec {
        about: "a bot token with chat:write and pins:write (xoxb-)",
        place: KeyPlace::BearerOrForm { field: "token" },
        by_proxy: true,
    }),
    caution: None,
};

pub static SYSTEM: System = System {
    probe: Some(|| Call::new(test(), read_test)),
    actions: Some(&actions::Messages),
    ..System::of(&KIND)
};

/// Whose token it is.
fn test() -> Request {
    Request::post_form("/auth.test")
}

fn read_test(response: &Response, _: &str) -> Result<Parsed<Probe>, SourceError> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Body {
        team: Option<String>,
        user: Option<String>,
    }
    check(response)?;
    let body: Body = json::read(&response.body)?;
    let facts = [("team", body.team), ("user", body.user)];
    let facts = facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    Ok(Parsed::new(Probe { version: String::new(), facts }))
}
