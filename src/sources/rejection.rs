//! How systems that people write to say no: a status, and in the body a code and a sentence.

use super::http::Response;
use super::{SourceError, json};
use serde_json::Value;

/// What a system says of its no. Empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub code: String,
    pub message: String,
}

/// What to do about a no, where a system knows more than its status says.
pub(super) type Remedy = fn(u16, &Said) -> Option<&'static str>;

/// The failure that a response is; `None` for a usable 2xx.
///
/// A wait is heard first, then a web page where data was asked for, then the system's own words. What has none of them is
/// what its status says.
pub(super) fn rejected(
    response: &Response,
    said: fn(&Value) -> Option<Said>,
    remedy: Remedy,
) -> Option<SourceError> {
    let status = response.status;
    if let Some(error) = SourceError::of_wait(response) {
        return Some(error);
    }
    if response.is_html() || (200..=299).contains(&status) {
        return SourceError::of_status(response);
    }
    let words = json::read::<Value>(&response.body).ok().and_then(|body| said(&body)).unwrap_or_default();
    let general = match status {
        401 | 407 => {
            "The key is missing, wrong or no longer valid. Type it in again, or let the proxy add it."
        }
        402 => "The account's plan does not include this.",
        403 => "The key is known but may not do this. Give it the rights named in docs/sources.md.",
        404 => "It is not there any more, or the address of the source in the configuration is wrong.",
        409 | 412 => "Somebody changed it meanwhile. Look at it again, then decide.",
        400 | 413 | 422 => "The system does not accept what was sent. Its message names what to change.",
        408 | 500.. => {
            "The system itself fails. See its status page. Retrying automatically where that is safe."
        }
        _ => "See the documentation of the system for this answer.",
    };
    let remedy = remedy(status, &words).unwrap_or(general);
    match (status, words) {
        // 5xx without a word are most likely a proxy's.
        (500.., Said { code, message }) if code.is_empty() && message.is_empty() => {
            SourceError::of_status(response)
        }
        (_, Said { code, message }) => Some(SourceError::Rejected { status, code, message, remedy }),
    }
}

/// A text, a number as text, or texts joined by commas: what systems write where a message belongs.
pub(super) fn text_of(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Array(all)) => {
            let texts: Vec<String> = all.iter().map(|v| text_of(Some(v))).filter(|t| !t.is_empty()).collect();
            texts.join(", ")
        }
        Some(Value::Object(all)) => {
            let pair = |(name, value): (&String, &Value)| format!("{name}: {}", text_of(Some(value)));
            all.iter().map(pair).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> Option<SourceError> {
        let response = Response { status, body: body.into(), ..Response::default() };
        let said = |body: &Value| {
            Some(Said { code: text_of(body.get("code")), message: text_of(body.get("message")) })
        };
        rejected(&response, said, |_, said| (said.code == "7").then_some("Do seven."))
    }

    #[test]
    fn each_no_has_words_and_a_remedy() {
        for (status, body, text, remedy) in [
            (401, "{}", "Refused (HTTP 401)", "Type it in again"),
            (403, r#"{"message":"no"}"#, "no (HTTP 403)", "rights"),
            (404, r#"{"message":"gone","code":5}"#, "gone (5)", "not there"),
            (409, r#"{"code":"x"}"#, "Refused: x (HTTP 409)", "changed it meanwhile"),
            (422, r#"{"message":["a","b"],"code":7}"#, "a, b (7)", "Do seven"),
            (400, r#"{"mess"#, "Refused (HTTP 400)", "does not accept"),
            (500, r#"{"message":"boom"}"#, "boom (HTTP 500)", "itself fails"),
            (502, "", "Status 502: ", "no response from it"),
        ] {
            let error = read(status, body).unwrap();
            assert_eq!(error.to_string(), text, "{status}");
            assert!(error.remedy().contains(remedy), "{status}: {}", error.remedy());
        }
        assert_eq!(read(200, "{}"), None);
        assert!(matches!(read(429, r#"{"message":"slow"}"#), Some(SourceError::RateLimited { .. })));
        assert!(matches!(read(403, "<html>"), Some(SourceError::Html { .. } | SourceError::Denied { .. })));
        assert!(matches!(read(200, "<!doctype html>"), Some(SourceError::Html { .. })));
    }
}
