//! What a server takes the time to be.

use super::read_frame;
use crate::domain::time::{MINUTE, Millis};
use crate::sources::{Parsed, Request, Response, SourceError};

/// How far the value may be from the time of its sample: VictoriaMetrics evaluates half a minute back.
const LAG: Millis = 5 * MINUTE;

/// Asks for the time. Without a time of evaluation the server takes its own.
pub fn clock() -> Request {
    Request::post_form("/api/v1/query").with("query", "time()")
}

/// The server's time, milliseconds since the epoch.
///
/// Taken from the sample's own time, for VictoriaMetrics answers `time()` as of thirty seconds ago and
/// stamps it with now.
pub fn read_clock(response: &Response) -> Result<Parsed<Millis>, SourceError> {
    let Parsed { data, warnings } = read_frame(response)?;
    let at = match data.series.as_slice() {
        [only] if only.labels.iter().next().is_none() => only.last(),
        _ => None,
    };
    let at = at.filter(|(t, value)| (value * 1000.0 - *t as f64).abs() <= LAG as f64);
    match at {
        Some((t, _)) => Ok(Parsed { data: t, warnings }),
        None => Err(SourceError::Shape { detail: "the answer to time() is no time".into() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(result: &str, expected: Option<Millis>) {
        let body = format!(r#"{{"status":"success","data":{result}}}"#);
        let response = Response { status: 200, body: body.into(), ..Response::default() };
        assert_eq!(read_clock(&response).map(|p| p.data).ok(), expected, "{result}");
    }

    #[test]
    fn the_time_is_that_of_the_sample() {
        // Prometheus, Thanos, Mimir
        reads(
            r#"{"resultType":"scalar","result":[1795468027.123,"1795468027.123"]}"#,
            Some(1_795_468_027_123),
        );
        // VictoriaMetrics
        let late = r#"{"resultType":"vector","result":[{"metric":{},"value":[1795468027,"1795467997"]}]}"#;
        reads(late, Some(1_795_468_027_000));
    }

    #[test]
    fn what_is_no_time_says_nothing_of_the_clock() {
        reads(r#"{"resultType":"scalar","result":[1795468027,"7"]}"#, None);
        reads(r#"{"resultType":"scalar","result":[1795468027,"NaN"]}"#, None);
        reads(r#"{"resultType":"vector","result":[]}"#, None);
        reads(r#"{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[7,"7"]}]}"#, None);
    }
}
