//! The envelope around every answer: success with warnings, or an error of a kind.

use crate::sources::json;
use crate::sources::{Parsed, Response, SourceError, Warning};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

#[derive(Deserialize)]
#[serde(bound = "T: Default + DeserializeOwned")]
struct Envelope<T> {
    status: String,
    /// `None` if there is no such field; `null` is an answer that has nothing
    #[serde(default = "none", deserialize_with = "some")]
    data: Option<T>,
    #[serde(default, rename = "errorType")]
    error_type: Option<String>,
    #[serde(default)]
    error: Option<String>,
    // In whatever form they come: that something is said matters more than how.
    #[serde(default)]
    warnings: Value,
    #[serde(default)]
    infos: Value,
    #[serde(default, rename = "isPartial")]
    is_partial: Value,
}

fn none<T>() -> Option<T> {
    None
}

fn some<'de, T: Default + DeserializeOwned, D: Deserializer<'de>>(field: D) -> Result<Option<T>, D::Error> {
    json::or_default(field).map(Some)
}

impl<T> Envelope<T> {
    fn remarks(&self) -> Vec<Warning> {
        let mut found: Vec<Warning> = Vec::new();
        if says_partial(&self.is_partial) {
            found.push(Warning::partial(
                "some storage nodes did not answer (isPartial). Check the health of the cluster's storage.",
            ));
        }
        found.extend(texts(&self.warnings).into_iter().map(Warning::partial));
        found.extend(texts(&self.infos).into_iter().map(Warning::info));
        found
    }
}

/// `true`, also as text or number; anything else that is not plainly "no" counts as "yes".
fn says_partial(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(said) => *said,
        Value::String(said) => !matches!(said.to_ascii_lowercase().as_str(), "" | "false" | "0" | "no"),
        Value::Number(said) => said.as_f64() != Some(0.0),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// The texts of a list, or one text; entries of another form as they were written.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Null | Value::Bool(false) => Vec::new(),
        Value::String(text) if text.is_empty() => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Array(all) => all.iter().flat_map(texts).collect(),
        Value::Object(all) if all.is_empty() => Vec::new(),
        other => vec![other.to_string()],
    }
}

/// What the failing answer has in common with a successful one.
#[derive(Deserialize)]
struct Failure {
    #[serde(rename = "errorType")]
    error_type: String,
    #[serde(default, deserialize_with = "json::or_default")]
    error: String,
}

/// Takes the data out of an answer, or says why there is none.
pub fn open<T: Default + DeserializeOwned>(response: &Response) -> Result<Parsed<T>, SourceError> {
    let status = response.status;
    if let Some(error) = SourceError::of_wait(response) {
        return Err(error);
    }
    // Errors come as JSON with status 400, 422 or 503, and say more than the status does.
    if status >= 400
        && let Ok(failure) = serde_json::from_slice::<Failure>(&response.body)
    {
        return Err(SourceError::Vendor { status, kind: failure.error_type, message: failure.error });
    }
    if let Some(error) = SourceError::of_status(response) {
        return Err(error);
    }
    let envelope: Envelope<T> = json::read(&response.body)?;
    if envelope.status != "success" {
        let kind = envelope.error_type.unwrap_or_else(|| envelope.status.clone());
        return Err(SourceError::Vendor { status, kind, message: envelope.error.unwrap_or_default() });
    }
    let warnings = envelope.remarks();
    let Some(data) = envelope.data else {
        return Err(SourceError::Shape { detail: "success without data".into() });
    };
    Ok(Parsed { data, warnings })
}
