//! Why a source gave no fresh data, and what a person can do about it.

use super::retry_after::RetryAfter;
use crate::domain::time::{Millis, human_duration};

/// `Clone + PartialEq`, so that it can stand beside the last good data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// No HTTP response. The browser does not tell whether name, TLS, network or CORS is to blame.
    #[error("No connection to {origin}")]
    Unreachable { origin: String },
    #[error("Timed out after {}", human_duration(*.after))]
    TimedOut { after: Millis },
    #[error("The response was cut short")]
    CutOff,
    #[error("Response too large (over {limit_mb} MB)")]
    TooLarge { limit_mb: usize },
    #[error("Not allowed (HTTP {status})")]
    Denied { status: u16 },
    /// It was not asked: its key has to be typed in, and nobody did since the page was opened.
    #[error("No key was typed in")]
    NoKey,
    #[error("Rate limited (HTTP {status})")]
    RateLimited { status: u16, retry_after: Option<RetryAfter> },
    /// Status 503, which Prometheus gives in plain text while it replays its log.
    #[error("Not ready: {message}")]
    NotReady { message: String, retry_after: Option<RetryAfter> },
    #[error("Got an HTML page instead of data (HTTP {status})")]
    Html { status: u16 },
    /// A redirect to another host ended at a web page.
    #[error("Got an HTML page of {origin} instead of data")]
    SignIn { origin: String },
    #[error("Status {status}: {excerpt}")]
    Status { status: u16, excerpt: String },
    /// The system's own error message; `kind` in its own words.
    #[error("{kind}: {message}")]
    Vendor { status: u16, kind: String, message: String },
    /// The system said no in its own way, which its adapter knows: `code` and `message` are its words.
    #[error("{}", rejection(.message, .code, *.status))]
    Rejected { status: u16, code: String, message: String, remedy: &'static str },
    #[error("Unexpected response format: {detail}")]
    Shape { detail: String },
    /// The console's own code for this kind of system did not come from its host.
    #[error("The console's host did not send the code for sources of kind {kind}")]
    NotFetched { kind: &'static str },
    /// It was asked for something that its kind does not have.
    #[error("A source of kind {kind} does not offer {what}")]
    NotOffered { kind: &'static str, what: &'static str },
}

/// What a system's own error comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// the query itself
    Query,
    /// the query is longer than the system accepts
    Length,
    /// the query reads or returns more than the system allows
    Amount,
    /// the query takes longer than the system allows
    Time,
    /// it was ended from outside
    Ended,
    /// the system, or a part of it
    System,
    /// there is nothing at this address
    Address,
}

impl SourceError {
    /// The name of its kind, for programs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "Unreachable",
            Self::TimedOut { .. } => "TimedOut",
            Self::CutOff => "CutOff",
            Self::TooLarge { .. } => "TooLarge",
            Self::Denied { .. } => "Denied",
            Self::NoKey => "NoKey",
            Self::RateLimited { .. } => "RateLimited",
            Self::NotReady { .. } => "NotReady",
            Self::Html { .. } => "Html",
            Self::SignIn { .. } => "SignIn",
            Self::Status { .. } => "Status",
            Self::Vendor { .. } => "Vendor",
            Self::Rejected { .. } => "Rejected",
            Self::Shape { .. } => "Shape",
            Self::NotFetched { .. } => "NotFetched",
            Self::NotOffered { .. } => "NotOffered",
        }
    }

    /// Whether the source itself, or the way to it, is to blame: whatever is asked of it fails alike.
    pub fn is_of_source(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::Denied { .. }
            | Self::RateLimited { .. }
            | Self::NotReady { .. }
            | Self::Html { .. }
            | Self::SignIn { .. }
            | Self::NotFetched { .. } => true,
            Self::Status { status, .. } => *status >= 500,
            Self::Rejected { status, .. } => matches!(status, 401..=403) || *status >= 500,
            // A person's to give, and a remembered one comes a moment after the page.
            Self::NoKey
            | Self::CutOff
            | Self::TooLarge { .. }
            | Self::Vendor { .. }
            | Self::Shape { .. }
            | Self::NotOffered { .. } => false,
        }
    }

    /// What to do next.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => {
                "Is it running and reachable from this browser? It must allow requests from this origin (CORS), or be served \
                 from a path on this host by your reverse proxy. An expired sign-in at a proxy in front of it looks the \
                 same: open its address in a new tab, sign in, then reload."
            }
            Self::TimedOut { .. } => {
                "It may be overloaded. Choose a shorter time range, or raise its deadline."
            }
            Self::CutOff => "A proxy or the network closed the connection. Retrying automatically.",
            Self::TooLarge { .. } => {
                "Choose a shorter time range, or let the query return fewer series (sum by, topk)."
            }
            Self::NoKey => "Type it in on the Connections page, or let a proxy on this host add it.",
            Self::Denied { .. } => "Sign in at the proxy in front of it, or let the proxy add its key.",
            Self::RateLimited { .. } => {
                "Retrying automatically after a pause. A longer refresh interval sends fewer requests."
            }
            Self::NotReady { .. } => "It may be starting or overloaded. Retrying automatically.",
            Self::Html { .. } => {
                "A proxy or sign-in page answered, or the address is wrong. Open the address in the browser to see."
            }
            Self::SignIn { .. } => {
                "The address redirects to another host, most likely to sign in. Sign in there in a new tab and reload, \
                 or use an address that asks for no sign-in."
            }
            Self::Status { status, .. } if is_length(*status) => {
                "A proxy in front of it refuses requests of this size. Raise its limits for headers and bodies."
            }
            Self::Status { status: 502..=504, .. } => {
                "The proxy in front of it gets no response from it. Is it running? Retrying automatically."
            }
            Self::Status { status: 404, .. } => "Check the address of the source in the configuration.",
            Self::Status { .. } => "Check the log of the system or of the proxy in front of it.",
            Self::Vendor { .. } => match self.fault() {
                Some(Fault::Query) => "Fix this query in fourlights.json.",
                Some(Fault::Length) => {
                    "Shorten the query, or raise the system's limit (VictoriaMetrics: -search.maxQueryLen)."
                }
                Some(Fault::Amount) => {
                    "Choose a shorter time range, let the query read fewer series, or raise the system's limit \
                     (Prometheus: --query.max-samples)."
                }
                Some(Fault::Time) => {
                    "Choose a shorter time range, let a recording rule compute it, or raise the system's time limit \
                     for queries. Retrying automatically."
                }
                Some(Fault::Ended) => "It was canceled before a response came. Retrying automatically.",
                Some(Fault::Address) => "Check the address of the source in the configuration.",
                Some(Fault::System) | None => {
                    "The system or a part of it is failing. Check its log. Retrying automatically."
                }
            },
            Self::Rejected { remedy, .. } => remedy,
            Self::NotFetched { .. } => "Try again from the note above the page, or reload it.",
            Self::NotOffered { .. } => "Name a source of another kind in the configuration.",
            Self::Shape { .. } => "Check that the address belongs to a system of the configured kind.",
        }
    }

    fn fault(&self) -> Option<Fault> {
        let Self::Vendor { status, kind, message } = self else { return None };
        let (kind, message) = (kind.to_ascii_lowercase(), message.to_ascii_lowercase());
        let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
        Some(match kind.as_str() {
            _ if says(&["too long query", "query is too long", "query length", "maxquerylen"]) => {
                Fault::Length
            }
            "timeout" => Fault::Time,
            "canceled" | "cancelled" => Fault::Ended,
            "unavailable" | "internal" | "bad_response" => Fault::System,
            _ if says(AMOUNT) => Fault::Amount,
            _ if says(&["timed out", "timeout", "deadline exceeded"]) => Fault::Time,
            _ if says(&["context canceled"]) => Fault::Ended,
            "not_found" | "404" => Fault::Address,
            _ if *status == 404 => Fault::Address,
            _ if *status >= 500 || kind.starts_with('5') => Fault::System,
            _ => Fault::Query,
        })
    }

    /// How long the source asked to be left alone.
    pub fn retry_after(&self) -> Option<RetryAfter> {
        match self {
            Self::RateLimited { retry_after, .. } | Self::NotReady { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the answer would be fine if less were asked for: fewer points, fewer series.
    pub fn is_too_much(&self) -> bool {
        matches!(self, Self::TooLarge { .. }) || self.fault() == Some(Fault::Amount)
    }

    /// Whether the query was refused for what it says or for how long it is. A part of it may be fine.
    pub fn is_of_the_query(&self) -> bool {
        match self {
            Self::Status { status, .. } => is_length(*status),
            _ => matches!(self.fault(), Some(Fault::Query | Fault::Length | Fault::Amount)),
        }
    }

    pub(super) fn of_json(error: &serde_json::Error) -> Self {
        if error.is_eof() { Self::CutOff } else { Self::Shape { detail: error.to_string() } }
    }
}

/// `Incident is already resolved (1001)`
fn rejection(message: &str, code: &str, status: u16) -> String {
    match (message, code) {
        ("", "") => format!("Refused (HTTP {status})"),
        ("", code) => format!("Refused: {code} (HTTP {status})"),
        (message, "") => format!("{message} (HTTP {status})"),
        (message, code) => format!("{message} ({code})"),
    }
}

/// Statuses that say that a request is too long: body, address, headers.
fn is_length(status: u16) -> bool {
    matches!(status, 413 | 414 | 431)
}

/// How Prometheus, VictoriaMetrics, Thanos and Mimir say that a query is too heavy.
const AMOUNT: &[&str] = &[
    "too many samples",
    "too many series",
    "too many points",
    "too many time series",
    "too many unique timeseries",
    "too much memory",
    "not enough memory",
    "maximum resolution",
    "max number of",
    "maximum number of",
    "exceeds the limit",
    "exceeded the limit",
    "exceeded limit",
    "limit exceeded",
    "the query time range exceeds",
    "cannot select more than",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remedy_fits_the_cause() {
        for (status, kind, message, expected) in [
            (400, "bad_data", "1:1: parse error: unexpected <by>", "Fix this query"),
            (422, "execution", "found duplicate series for the match group", "Fix this query"),
            (422, "422", "cannot parse \"rate(\"", "Fix this query"),
            (
                422,
                "execution",
                "query processing would load too many samples into memory",
                "shorter time range",
            ),
            (
                400,
                "bad_data",
                "exceeded maximum resolution of 11,000 points per timeseries",
                "shorter time range",
            ),
            (
                422,
                "execution",
                "the query exceeded the maximum number of chunks (limit: 2000000)",
                "shorter time range",
            ),
            (
                422,
                "422",
                "too long query; got 19308 bytes; mustn't exceed `-search.maxQueryLen=16384` bytes",
                "Shorten",
            ),
            (503, "timeout", "query timed out in expression evaluation", "time limit"),
            (422, "execution", "context deadline exceeded", "time limit"),
            (503, "canceled", "query was canceled", "Retrying automatically"),
            (499, "canceled", "context canceled", "Retrying automatically"),
            (500, "internal", "read block: no such file", "Check its log"),
            (503, "unavailable", "TSDB not ready", "Check its log"),
            (500, "execution", "expanding series: rpc error", "Check its log"),
            (503, "503", "cannot fetch query results: connection refused", "Check its log"),
            (404, "not_found", "no such path", "Check the address"),
        ] {
            let error = SourceError::Vendor { status, kind: kind.into(), message: message.into() };
            assert!(error.remedy().contains(expected), "{status} {kind} {message}: {}", error.remedy());
            assert_eq!(error.remedy().contains("Fix this query"), expected == "Fix this query", "{error}");
        }
        for (status, expected) in [(502, "gets no response"), (404, "Check the address"), (414, "this size")]
        {
            let error = SourceError::Status { status, excerpt: String::new() };
            assert!(error.remedy().contains(expected), "{status}");
        }
    }
}
