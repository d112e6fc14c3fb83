//! PagerDuty's errors: `{"error":{"code":1001,"message":"Incident Already Resolved","errors":["..."]}}`.

use super::super::rejection::{Said, rejected, text_of};
use super::super::{Response, SourceError};
use serde_json::Value;

/// The incident is resolved already.
pub const ALREADY_RESOLVED: &str = "1001";
/// Somebody acknowledged it before.
pub const ALREADY_ACKNOWLEDGED: &str = "1002";

/// # Errors
/// When the response is no success.
pub fn check(response: &Response) -> Result<(), SourceError> {
    // A status of its own for a rate limit is there as well: 2020 in the body.
    rejected(response, said, remedy).map_or(Ok(()), Err)
}

fn said(body: &Value) -> Option<Said> {
    let error = match body.get("error") {
        Some(Value::String(text)) => return Some(Said { code: String::new(), message: text.clone() }),
        Some(error) => error,
        // The v3 paths may write a list.
        None => body.get("errors")?.get(0)?,
    };
    let message = text_of(error.get("message").or_else(|| error.get("title")));
    let details = text_of(error.get("errors").or_else(|| error.get("detail")));
    let message = match (message.is_empty(), details.is_empty()) {
        (false, false) => format!("{message}: {details}"),
        (true, _) => details,
        (false, true) => message,
    };
    Some(Said { code: text_of(error.get("code")), message })
}

fn remedy(status: u16, said: &Said) -> Option<&'static str> {
    Some(match said.code.as_str() {
        ALREADY_RESOLVED => "It is over: somebody resolved it before. Look at it again.",
        ALREADY_ACKNOWLEDGED => "Somebody acknowledged it before. Nothing is left to do.",
        "1005" => "Somebody changed the incident since it was read. Look at it again, then decide.",
        "1006" => {
            "The incident cannot be escalated: it is at the last level of its policy, or has none. Reassign it to a \
             person."
        }
        "1012" => "The incident has to be acknowledged before. Acknowledge it, then snooze it.",
        "1013" => "The time to snooze is not valid: from one second to seven days.",
        "1015" => "Nobody is on call at that level. Choose another level, or a person.",
        "1019" => "The incident was merged into another one. Look at that.",
        "2020" => {
            "PagerDuty counts 960 requests a minute for a key. Retry in a minute, and refresh less often."
        }
        "2001" => "PagerDuty does not accept a field. Its message names which.",
        "2100" | "2010" => {
            "The key may not do this, or the person is not of this account. Check key and `From`."
        }
        _ => {
            return match status {
                401 => Some(
                    "The key is missing, wrong or deleted. Make one in PagerDuty (My Profile, User Settings, API \
                     Access) and type it in, or let the proxy add it.",
                ),
                402 => Some("The account's plan does not have this ability."),
                403 => Some(
                    "The role of the key's owner does not allow this. Responder or Manager is needed to write.",
                ),
                413 => Some("Too many incidents at once: 250 at most."),
                _ => None,
            };
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_words() {
        let of = |status: u16, code: u32| {
            let body = format!(r#"{{"error":{{"code":{code},"message":"M","errors":["a","b"]}}}}"#);
            let response = Response { status, body: body.into(), ..Response::default() };
            check(&response).unwrap_err()
        };
        for (code, word) in [
            (1001, "resolved"),
            (1002, "acknowledged it before"),
            (1005, "changed"),
            (1006, "escalated"),
            (1012, "acknowledged before"),
            (1013, "snooze"),
            (1015, "on call"),
            (1019, "merged"),
            (2020, "960"),
        ] {
            let error = of(400, code);
            assert_eq!(error.to_string(), format!("M: a, b ({code})"));
            assert!(error.remedy().contains(word), "{code}: {}", error.remedy());
        }
        for (status, word) in [
            (401, "My Profile"),
            (402, "plan"),
            (403, "role"),
            (404, "not there"),
            (413, "250"),
            (500, "fails"),
        ] {
            assert!(of(status, 9).remedy().contains(word), "{status}");
        }
        assert!(matches!(of(429, 2020), SourceError::RateLimited { .. }));
    }
}
