//! Query results: matrices, vectors and scalars become one [`Frame`].

use super::{envelope, scan};
use crate::domain::labels::Labels;
use crate::domain::number::parse_number;
use crate::domain::series::{Frame, Series};
use crate::domain::time::Millis;
use crate::sources::json::{self, List};
use crate::sources::{Parsed, Response, SourceError, Warning};
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;

#[derive(Default, Deserialize)]
struct QueryData {
    #[serde(default, deserialize_with = "json::or_default", rename = "resultType")]
    result_type: String,
    /// `None` for `null`: nothing was found
    result: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct RawSeries {
    #[serde(default, deserialize_with = "json::texts")]
    metric: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "json::or_default")]
    values: Vec<Option<Sample>>,
    #[serde(default)]
    value: Option<Sample>,
    #[serde(default)]
    histograms: Option<IgnoredAny>,
    #[serde(default)]
    histogram: Option<IgnoredAny>,
}

/// `[1795468027.123, "1.5"]`
struct Sample(Millis, f64);

impl<'de> Deserialize<'de> for Sample {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pair;
        impl<'de> Visitor<'de> for Pair {
            type Value = Sample;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sample: [seconds, \"value\"]")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Sample, A::Error> {
                let missing = || serde::de::Error::invalid_length(2, &"a sample of two");
                let seconds: f64 = items.next_element()?.ok_or_else(missing)?;
                let Value(value) = items.next_element()?.ok_or_else(missing)?;
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Sample((seconds * 1000.0).round() as Millis, value))
            }
        }
        deserializer.deserialize_seq(Pair)
    }
}

/// A value in quotes: a number, `NaN`, `+Inf` or `-Inf`. What is no number is a gap; so is `null`, which
/// programs write that know no `NaN`.
struct Value(f64);

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value in quotes")
            }

            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value(parse_number(text).unwrap_or(f64::NAN)))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
                Ok(Value(number))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
                Ok(Value(number as f64))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
                Ok(Value(number as f64))
            }

            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value(f64::NAN))
            }
        }
        deserializer.deserialize_any(Text)
    }
}

/// Reads the answer to a range or instant query. Native histograms are left out with a warning.
pub fn read_frame(response: &Response) -> Result<Parsed<Frame>, SourceError> {
    if response.status == 200
        && let Some(data) = scan::frame(&response.body)
    {
        return Ok(Parsed { data, warnings: Vec::new() });
    }
    read_with_care(response)
}

/// Reads whatever can be made sense of, and says what cannot.
pub fn read_with_care(response: &Response) -> Result<Parsed<Frame>, SourceError> {
    let Parsed { data, mut warnings } = envelope::open::<QueryData>(response)?;
    let Some(result) = data.result.as_ref().map(|r| r.get()) else {
        return Ok(Parsed { data: Frame::default(), warnings });
    };
    let shape = |e: serde_json::Error| SourceError::Shape { detail: e.to_string() };
    let series = match data.result_type.as_str() {
        "matrix" | "vector" => {
            let all: List<RawSeries> = serde_json::from_str(result).map_err(shape)?;
            let parsed = all.parsed("series");
            warnings.extend(parsed.warnings);
            if parsed.data.iter().any(|s| s.histograms.is_some() || s.histogram.is_some()) {
                warnings.push(Warning::left_out(
                    "Native histograms are not shown; use histogram_quantile() in the query.",
                ));
            }
            parsed.data.into_iter().map(into_series).filter(|s| !s.is_empty()).collect()
        }
        "scalar" => {
            let Sample(t, v) = serde_json::from_str(result).map_err(shape)?;
            vec![Series::from_samples(Labels::default(), vec![(t, v)])]
        }
        other => return Err(SourceError::Shape { detail: format!("a result of type {other:?}") }),
    };
    Ok(Parsed { data: Frame { series }, warnings })
}

fn into_series(raw: RawSeries) -> Series {
    let samples = raw.values.into_iter().flatten().chain(raw.value).map(|Sample(t, v)| (t, v)).collect();
    Series::from_samples(raw.metric.into_iter().collect(), samples)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, content_type: &str, body: &str) -> Response {
        Response { status, content_type: Some(content_type.into()), body: body.into(), ..Response::default() }
    }

    fn read(body: &str) -> Result<Parsed<Frame>, SourceError> {
        read_frame(&answer(200, "application/json", body))
    }

    #[test]
    fn a_matrix_with_odd_values_is_read() {
        let frame = read(
            r#"{"status":"success","warnings":["w"],"infos":["i"],"data":{"resultType":"matrix","result":[
                {"metric":{"a":"b"},"values":[[2,"2"],[1.5,"NaN"],[3,"+Inf"],[2,"-Inf"],[4,"odd"]]}]}}"#,
        )
        .unwrap();
        assert_eq!(frame.warnings, [Warning::partial("w"), Warning::info("i")]);
        let series = &frame.data.series[0];
        let (t, v): (Vec<i64>, Vec<f64>) = series.samples().unzip();
        assert_eq!(t, [1500, 2000, 3000, 4000]);
        assert!(v[0].is_nan() && v[1] == f64::NEG_INFINITY && v[2] == f64::INFINITY && v[3].is_nan());
    }

    /// Whatever form it has and wherever it is in the body.
    #[test]
    fn a_partial_answer_is_said_to_be_partial() {
        let data = r#""data":{"resultType":"vector","result":[{"metric":{},"value":[7,"3"]}]}"#;
        let remarks = |extra: &str, before: bool| {
            let body = if before {
                format!(r#"{{"status":"success",{extra},{data}}}"#)
            } else {
                format!(r#"{{"status":"success",{data},{extra}}}"#)
            };
            let parsed = read(&body).unwrap();
            assert_eq!(parsed.data.series.len(), 1, "{body}");
            parsed
        };
        for before in [true, false] {
            for partial in [
                r#""isPartial":true"#,
                r#""isPartial":"true""#,
                r#""isPartial":1"#,
                r#""warnings":["store-2: connection refused"]"#,
                r#""warnings":"store-2: connection refused""#,
                r#""warnings":[{"store":"store-2"}]"#,
                r#""warnings":["w"],"infos":["i"]"#,
                r#""isPartial":true,"warnings":["w"]"#,
            ] {
                assert!(remarks(partial, before).partial().is_some(), "{partial}");
            }
            for whole in [
                r#""isPartial":false"#,
                r#""isPartial":"false""#,
                r#""isPartial":null"#,
                r#""warnings":[]"#,
                r#""warnings":null,"infos":null"#,
            ] {
                assert_eq!(remarks(whole, before).warnings, [], "{whole}");
            }
            let infos = remarks(r#""infos":["PromQL info: metric might not be a counter"]"#, before);
            assert_eq!((infos.partial(), infos.warnings.len()), (None, 1));
        }
        let said = remarks(r#""warnings":["a","b"],"infos":["i"]"#, false);
        assert_eq!(said.warnings, [Warning::partial("a"), Warning::partial("b"), Warning::info("i")]);
        assert_eq!(said.partial().as_deref(), Some("Partial data: a · b"));
    }

    #[test]
    fn vectors_and_scalars_are_frames_too() {
        let vector = read(
            r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[7,"3"]}]}}"#,
        );
        assert_eq!(vector.unwrap().data.series[0].last(), Some((7000, 3.0)));
        let scalar = read(r#"{"status":"success","data":{"resultType":"scalar","result":[7.25,"12"]}}"#);
        assert_eq!(scalar.unwrap().data.series[0].last(), Some((7250, 12.0)));
    }

    #[test]
    fn native_histograms_are_left_out_with_a_warning() {
        let frame = read(
            r#"{"status":"success","data":{"resultType":"matrix","result":[
                {"metric":{"a":"1"},"histograms":[[1,{"count":"1","sum":"2","buckets":[]}]]},
                {"metric":{"a":"2"},"values":[[1,"1"]]}, 5]}}"#,
        )
        .unwrap();
        assert_eq!(frame.data.series.len(), 1);
        assert_eq!(frame.warnings.len(), 2);
    }

    #[track_caller]
    fn fails(status: u16, content_type: &str, body: &str, expected: SourceError) {
        assert_eq!(read_frame(&answer(status, content_type, body)).unwrap_err(), expected);
    }

    #[test]
    fn failures_are_told_apart() {
        let json = "application/json";
        let bad_data = r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#;
        let vendor = |status: u16| SourceError::Vendor {
            status,
            kind: "bad_data".into(),
            message: "parse error".into(),
        };
        fails(400, json, bad_data, vendor(400));
        fails(200, json, bad_data, vendor(200));
        fails(
            503,
            "text/plain",
            "Service Unavailable\n",
            SourceError::NotReady { message: "Service Unavailable".into(), retry_after: None },
        );
        fails(200, "text/html", "<html>", SourceError::Html { status: 200 });
        fails(502, "text/html", "<html>", SourceError::Html { status: 502 });
        fails(500, "text/plain", "boom", SourceError::Status { status: 500, excerpt: "boom".into() });
        fails(401, json, "", SourceError::Denied { status: 401 });
        let limited = SourceError::RateLimited { status: 429, retry_after: None };
        fails(429, json, "", limited.clone());
        let words = r#"{"status":"error","errorType":"too_many_requests","error":"rate limit"}"#;
        fails(429, json, words, limited);
        fails(200, json, r#"{"status":"success","data":{"resultTy"#, SourceError::CutOff);
        assert!(matches!(read("[]").unwrap_err(), SourceError::Shape { .. }));
        assert!(matches!(read(r#"{"status":"success"}"#).unwrap_err(), SourceError::Shape { .. }));
    }
}
