//! Why a source gave no fresh data, and what a person can do about it.

use super::http::Response;
use crate::domain::time::{Millis, human_duration};

/// `Clone + PartialEq`, so that it can stand beside the last good data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// No HTTP response. The browser does not tell whether name, TLS, network or CORS is to blame.
    #[error("No connection to {origin}")]
    Unreachable { origin: String },
    #[error("No answer within {}", human_duration(*.after))]
    TimedOut { after: Millis },
    #[error("The answer broke off")]
    CutOff,
    #[error("The answer is larger than {limit_mb} MB")]
    TooLarge { limit_mb: usize },
    #[error("Not allowed (status {status})")]
    Denied { status: u16 },
    #[error("Asked too often (status 429)")]
    RateLimited { retry_after: Option<Millis> },
    /// Prometheus answers 503 in plain text while it replays its log.
    #[error("Not ready yet: {message}")]
    NotReady { message: String },
    #[error("A web page came instead of data (status {status})")]
    Html { status: u16 },
    #[error("Status {status}: {excerpt}")]
    Status { status: u16, excerpt: String },
    /// The system's own error message.
    #[error("{kind}: {message}")]
    Vendor { kind: String, message: String },
    #[error("The answer has an unexpected form: {detail}")]
    Shape { detail: String },
}

impl SourceError {
    /// What to do next.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => {
                "Check that it runs and that this page may ask it: it must be reachable from here and allow this \
                 origin (CORS), or be named by a path that a reverse proxy on this host serves."
            }
            Self::TimedOut { .. } => {
                "It may be overloaded. Choose a shorter time range, or raise its deadline."
            }
            Self::CutOff => "A proxy or the network ended it early. It is asked again by itself.",
            Self::TooLarge { .. } => "Choose a shorter time range or a narrower query.",
            Self::Denied { .. } => "Sign in at the proxy in front of it, or let the proxy add its key.",
            Self::RateLimited { .. } => {
                "It is asked again later by itself. A longer refresh interval asks less."
            }
            Self::NotReady { .. } => "It is starting. It is asked again by itself.",
            Self::Html { .. } => {
                "A proxy or sign-in page answered, or the address is wrong. Open the address in the browser to see."
            }
            Self::Status { .. } => "Look at the log of the system or of the proxy in front of it.",
            Self::Vendor { .. } => "Mend the query in the configuration.",
            Self::Shape { .. } => "Check that the address belongs to a system of the configured kind.",
        }
    }

    /// How long the source asked to be left alone.
    pub fn retry_after(&self) -> Option<Millis> {
        match self {
            Self::RateLimited { retry_after } => *retry_after,
            _ => None,
        }
    }

    /// A failure that an HTTP status or a web page already tells; `None` for a usable 2xx answer.
    pub(super) fn of_status(response: &Response) -> Option<Self> {
        let status = response.status;
        match status {
            401 | 403 | 407 => Some(Self::Denied { status }),
            429 => Some(Self::RateLimited { retry_after: response.retry_after() }),
            _ if response.is_html() => Some(Self::Html { status }),
            200..=299 => None,
            503 => Some(Self::NotReady { message: response.excerpt() }),
            _ => Some(Self::Status { status, excerpt: response.excerpt() }),
        }
    }

    pub(super) fn of_json(error: &serde_json::Error) -> Self {
        if error.is_eof() { Self::CutOff } else { Self::Shape { detail: error.to_string() } }
    }
}
