//! Slack's errors: a status, or `{"ok":false,"error":"missing_scope","needed":"chat:write"}` with status 200.

use super::super::rejection::{Said, rejected, text_of};
use super::super::{Response, SourceError, json};
use serde_json::Value;

/// # Errors
/// When the response is no success.
pub fn check(response: &Response) -> Result<(), SourceError> {
    if let Some(error) = rejected(response, said, |status, said| remedy(status, &said.code)) {
        return Err(error);
    }
    let body: Value = json::read(&response.body)?;
    match body.get("ok").and_then(Value::as_bool) {
        Some(true) => Ok(()),
        Some(false) => {
            let Said { code, message } = said(&body).unwrap_or_default();
            match code.as_str() {
                "ratelimited" | "rate_limited" => {
                    Err(SourceError::RateLimited { status: 429, retry_after: response.retry_after() })
                }
                _ => Err(SourceError::Rejected {
                    status: status_of(&code),
                    remedy: remedy(200, &code).unwrap_or(UNKNOWN),
                    code,
                    message,
                }),
            }
        }
        None => Err(SourceError::Shape { detail: "no field ok".into() }),
    }
}

const UNKNOWN: &str = "See the list of errors of this method in Slack's documentation.";

/// The status that other systems would give. Slack itself says 200.
fn status_of(code: &str) -> u16 {
    match code {
        "not_authed" | "invalid_auth" | "token_revoked" | "token_expired" | "account_inactive" => 401,
        "missing_scope" | "no_permission" | "restricted_action" | "not_allowed_token_type" => 403,
        "internal_error" | "fatal_error" | "service_unavailable" | "request_timeout" => 500,
        code if code.ends_with("_not_found") || code == "is_archived" => 404,
        _ => 400,
    }
}

fn said(body: &Value) -> Option<Said> {
    let code = text_of(body.get("error"));
    let needed = text_of(body.get("needed"));
    let details = text_of(body.get("response_metadata").and_then(|m| m.get("messages")));
    let message = match code.as_str() {
        "channel_not_found" => "There is no such channel, or the app is not in it".into(),
        "not_in_channel" => "The app is not in the channel".into(),
        "is_archived" => "The channel is archived".into(),
        "msg_too_long" => "The message is too long".into(),
        "no_text" => "The message is empty".into(),
        "missing_scope" if !needed.is_empty() => format!("The token lacks {needed}"),
        "message_not_found" => "There is no such message".into(),
        "cant_update_message" => "The message is not the app's own".into(),
        "edit_window_closed" => "The message may not be changed any more".into(),
        _ => details,
    };
    Some(Said { code, message })
}

fn remedy(status: u16, code: &str) -> Option<&'static str> {
    Some(match code {
        "not_authed" => "No token came with it. Type it in, or let the proxy add it.",
        "invalid_auth" | "token_revoked" | "token_expired" | "account_inactive" => {
            "The token is no longer good. Install the app anew and type in its token (xoxb-), or put it into the proxy."
        }
        "missing_scope" | "no_permission" => {
            "Give the app the scope that is named (OAuth & Permissions), and install it anew: chat:write, pins:write."
        }
        "not_allowed_token_type" => {
            "This needs another kind of token: that of a bot, which begins with xoxb-."
        }
        "channel_not_found" | "not_in_channel" => {
            "Invite the app to the channel (/invite), and use the channel's id."
        }
        "is_archived" => "Choose another channel, or have it unarchived.",
        "msg_too_long" => "Shorten it: 40,000 letters at most, 4,000 read well.",
        "no_text" => "Write something.",
        "message_not_found" => "It was deleted. Post a new one.",
        "cant_update_message" => "Only what this app posted can be changed by it. Post a new message.",
        "edit_window_closed" => "The workspace's settings limit how long. Post a new message.",
        "restricted_action" => "The workspace's settings forbid this. Ask its admins.",
        "internal_error" | "fatal_error" | "service_unavailable" | "request_timeout" => {
            "Slack itself fails. See status.slack.com, and look into the channel before sending it again."
        }
        _ => match status {
            200 => return None,
            403 => "The proxy or Slack refuses it. Look at the proxy's log.",
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_no_with_status_200_is_one() {
        for (error, text, remedy, of_source) in [
            (
                "channel_not_found",
                "There is no such channel, or the app is not in it (channel_not_found)",
                "Invite",
                false,
            ),
            ("invalid_auth", "Refused: invalid_auth (HTTP 401)", "no longer good", true),
            ("missing_scope", "The token lacks chat:write (missing_scope)", "scope", true),
            ("internal_error", "Refused: internal_error (HTTP 500)", "itself fails", true),
            ("odd_new_error", "Refused: odd_new_error (HTTP 400)", "list of errors", false),
        ] {
            let body = format!(r#"{{"ok":false,"error":"{error}","needed":"chat:write"}}"#);
            let found =
                check(&Response { status: 200, body: body.into(), ..Response::default() }).unwrap_err();
            assert_eq!(found.to_string(), text);
            assert!(found.remedy().contains(remedy), "{error}: {}", found.remedy());
            assert_eq!(found.is_of_source(), of_source, "{error}");
        }
        let of =
            |status: u16, body: &str| check(&Response { status, body: body.into(), ..Response::default() });
        assert!(matches!(
            of(200, r#"{"ok":false,"error":"ratelimited"}"#),
            Err(SourceError::RateLimited { .. })
        ));
        assert!(matches!(of(200, r#"{"ok":tr"#), Err(SourceError::CutOff)));
        assert!(matches!(of(200, "{}"), Err(SourceError::Shape { .. })));
        assert_eq!(of(200, r#"{"ok":true}"#), Ok(()));
    }
}
