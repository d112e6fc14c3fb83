//! The envelope around every answer: success with warnings, or an error of a kind.

use crate::sources::json;
use crate::sources::{Parsed, Response, SourceError};
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Envelope<T> {
    status: String,
    #[serde(default = "none")]
    data: Option<T>,
    #[serde(default, rename = "errorType")]
    error_type: Option<String>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    warnings: Vec<String>,
    #[serde(default)]
    infos: Vec<String>,
}

fn none<T>() -> Option<T> {
    None
}

/// What the failing answer has in common with a successful one.
#[derive(Deserialize)]
struct Failure {
    #[serde(rename = "errorType")]
    error_type: String,
    error: String,
}

/// Takes the data out of an answer, or says why there is none.
pub fn open<T: DeserializeOwned>(response: &Response) -> Result<Parsed<T>, SourceError> {
    // Errors come as JSON with status 400, 422 or 503, and say more than the status does.
    if response.status >= 400
        && let Ok(failure) = serde_json::from_slice::<Failure>(&response.body)
    {
        return Err(SourceError::Vendor { kind: failure.error_type, message: failure.error });
    }
    if let Some(error) = SourceError::of_status(response) {
        return Err(error);
    }
    let envelope: Envelope<T> = json::read(&response.body)?;
    if envelope.status != "success" {
        let kind = envelope.error_type.unwrap_or_else(|| envelope.status.clone());
        return Err(SourceError::Vendor { kind, message: envelope.error.unwrap_or_default() });
    }
    let Some(data) = envelope.data else {
        return Err(SourceError::Shape { detail: "success without data".into() });
    };
    let mut warnings = envelope.warnings;
    warnings.extend(envelope.infos);
    Ok(Parsed { data, warnings })
}
