//! Reading lists element by element: one odd entry is a warning, not the end of the list.

use super::{Parsed, SourceError, Warning};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// Reads a whole body.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, SourceError> {
    serde_json::from_slice(body).map_err(|e| SourceError::of_json(&e))
}

/// Reads each element of a list by itself and says how many were left out.
pub fn each<T: DeserializeOwned>(items: &[Box<RawValue>], what: &str) -> Parsed<Vec<T>> {
    let data: Vec<T> = items.iter().filter_map(|raw| serde_json::from_str(raw.get()).ok()).collect();
    let odd = items.len() - data.len();
    let warnings = if odd == 0 {
        Vec::new()
    } else {
        vec![Warning::left_out(format!("{odd} {what} left out: unexpected form"))]
    };
    Parsed { data, warnings }
}
