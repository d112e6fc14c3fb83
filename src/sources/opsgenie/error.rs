//! The errors of both: `{"message","code","took"}`, `{"errors":[{"title","code"}]}`, `{"code","message"}`.

use super::super::rejection::{Said, rejected, text_of};
use super::super::{Response, SourceError};
use serde_json::Value;

/// # Errors
/// When the response is no success.
pub fn check(response: &Response) -> Result<(), SourceError> {
    rejected(response, said, remedy).map_or(Ok(()), Err)
}

fn said(body: &Value) -> Option<Said> {
    let first = body.get("errors").and_then(|errors| errors.get(0));
    let title = first.map(|first| text_of(first.get("title")));
    let message = match text_of(body.get("message")) {
        text if text.is_empty() => title.unwrap_or_default(),
        text => text,
    };
    // Of Opsgenie's 422 the fields with what is wrong with each.
    let fields = text_of(body.get("errors").filter(|errors| errors.is_object()));
    let message = if fields.is_empty() { message } else { format!("{message}: {fields}") };
    let code = text_of(body.get("code").or_else(|| first?.get("code")));
    Some(Said { code, message })
}

fn remedy(status: u16, said: &Said) -> Option<&'static str> {
    match (status, said.code.as_str()) {
        (403, "40301") => {
            Some("Use the key of an API integration: keys of other integrations may not do this.")
        }
        // A missing scope is said by 401 as well.
        (401, _) => Some(
            "The key is missing or wrong, or it lacks a scope: read:ops-alert and write:ops-alert for alerts, \
             read:ops-config for schedules (all of them :jira-service-management).",
        ),
        (402, _) => Some("The account's plan does not include this, or its trial is over."),
        (403, _) => Some(
            "The key may not do this: give its integration the right to create and update, and to read configuration.",
        ),
        (422, _) => Some("The system does not accept a field. Its message names which."),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_an_error_is_read() {
        for (status, body, text, remedy) in [
            (
                403,
                r#"{"message":"Key is not eligible","code":40301,"took":0.1}"#,
                "Key is not eligible (40301)",
                "API integration",
            ),
            (
                422,
                r#"{"message":"Request is not processable","errors":{"user":"may not be empty"}}"#,
                "Request is not processable: user: may not be empty (HTTP 422)",
                "field",
            ),
            (
                404,
                r#"{"errors":[{"title":"Alert not found","code":"ALERT_NOT_FOUND"}]}"#,
                "Alert not found (ALERT_NOT_FOUND)",
                "not there",
            ),
            (401, r#"{"code":401,"message":"Unauthorized"}"#, "Unauthorized (401)", "read:ops-config"),
            (402, "{}", "Refused (HTTP 402)", "plan"),
        ] {
            let response = Response { status, body: body.into(), ..Response::default() };
            let error = check(&response).unwrap_err();
            assert_eq!(error.to_string(), text);
            assert!(error.remedy().contains(remedy), "{status}: {}", error.remedy());
        }
    }
}
