//! Ready-made queries for what many teams already measure.
//!
//! Placeholders: `$by` the label that tells services apart (nothing for the whole fleet),
//! `$selector` more matchers, `$window` the window of `rate()`, `$range` the span of an uptime.

use super::promql::le;
use crate::config::Events;
use crate::domain::signal::Signal;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Caddy 2's own request metrics.
    Caddy,
    /// node_exporter's CPU, memory and root file system; see [`disk`].
    NodeExporter,
    /// blackbox_exporter's probes.
    Blackbox,
    /// Recording rules named `service:<signal>` (by service) and `fleet:<signal>` (all together).
    Recorded,
}

impl Preset {
    pub const ALL: [Self; 4] = [Self::Caddy, Self::NodeExporter, Self::Blackbox, Self::Recorded];

    /// As they are written in the configuration, in the order of [`Self::ALL`].
    pub const NAMES: [&'static str; 4] = ["caddy", "node_exporter", "blackbox", "recorded"];

    pub fn name(self) -> &'static str {
        match self {
            Self::Caddy => "caddy",
            Self::NodeExporter => "node_exporter",
            Self::Blackbox => "blackbox",
            Self::Recorded => "recorded",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.name() == name)
    }

    /// Whether it measures a signal; without the queries, which the configuration does not need.
    pub fn gives(self, signal: Signal) -> bool {
        use Signal::*;
        match self {
            Self::Caddy => matches!(
                signal,
                LatencyP50 | LatencyP95 | LatencyP99 | LatencyBuckets | Traffic | TrafficByClass | ErrorRatio
            ),
            Self::NodeExporter => matches!(signal, Cpu | Memory | Disk),
            Self::Blackbox => matches!(signal, Up | Uptime),
            Self::Recorded => true,
        }
    }

    /// Whether it counts bad or good events, of a latency or of all.
    pub fn counts(self, latency: bool) -> Option<Events> {
        match (self, latency) {
            (Self::Caddy, false) => Some(Events::Bad),
            (Self::Caddy, true) | (Self::Blackbox, false) => Some(Events::Good),
            _ => None,
        }
    }

    /// The query template of a signal; `None` where the preset does not measure it.
    pub fn template(self, signal: Signal) -> Option<String> {
        match self {
            Self::Caddy => caddy(signal),
            Self::NodeExporter if signal == Signal::Disk => Some(disk()),
            Self::NodeExporter => node_exporter(signal).map(Into::into),
            Self::Blackbox => blackbox(signal).map(Into::into),
            Self::Recorded if signal == Signal::Uptime => Some(RECORDED_UPTIME.into()),
            Self::Recorded => recorded(signal).map(|name| format!("$level:{name}")),
        }
    }
}

/// Good or bad events of one service, and all valid ones, over `$window`.
pub struct Counted {
    pub bad: Option<String>,
    pub good: Option<String>,
    pub valid: String,
}

impl Preset {
    /// Requests or probes as events for an objective; `matcher` picks the service, `bound` (seconds)
    /// makes it one of latency. `None` where the preset does not count events.
    pub fn events(self, matcher: &str, bound: Option<f64>) -> Option<Counted> {
        let sum = |metric: &str, more: &str| format!("sum(increase({metric}{{{more}{matcher}}}[$window]))");
        let duration = "caddy_http_request_duration_seconds";
        match (self, bound) {
            (Self::Caddy, None) => {
                let valid = sum(&format!("{duration}_count"), "");
                // Without a single failure there is no 5xx series, and no data is not the same as none.
                let bad = sum(&format!("{duration}_count"), "code=~\"5..\", ");
                Some(Counted { bad: Some(format!("({bad} or 0 * {valid})")), good: None, valid })
            }
            (Self::Caddy, Some(bound)) => Some(Counted {
                bad: None,
                good: Some(sum(&format!("{duration}_bucket"), &format!("{}, ", le(bound)))),
                // Of the same histogram, so that both are there or neither is.
                valid: sum(&format!("{duration}_bucket"), "le=\"+Inf\", "),
            }),
            (Self::Blackbox, None) => Some(Counted {
                bad: None,
                good: Some(format!("sum(sum_over_time(probe_success{{{matcher}}}[$window]))")),
                valid: format!("sum(count_over_time(probe_success{{{matcher}}}[$window]))"),
            }),
            _ => None,
        }
    }
}

impl Preset {
    /// A series for each bound of a service's latency histogram; `matcher` picks the service. `None`
    /// where the preset has none.
    pub fn bounds(self, matcher: &str) -> Option<String> {
        match self {
            Self::Caddy => {
                Some(format!("count by (le) (caddy_http_request_duration_seconds_bucket{{{matcher}}})"))
            }
            _ => None,
        }
    }
}

fn quantile(q: &str) -> String {
    format!(
        "histogram_quantile({q}, sum by (le, $by) (rate(caddy_http_request_duration_seconds_bucket{{$selector}}[$window])))"
    )
}

fn caddy(signal: Signal) -> Option<String> {
    let count = |matchers: &str| {
        format!(
            "sum by ($by) (rate(caddy_http_request_duration_seconds_count{{{matchers}$selector}}[$window]))"
        )
    };
    Some(match signal {
        Signal::LatencyP50 => quantile("0.5"),
        Signal::LatencyP95 => quantile("0.95"),
        Signal::LatencyP99 => quantile("0.99"),
        Signal::LatencyBuckets => {
            "sum by (le, $by) (rate(caddy_http_request_duration_seconds_bucket{$selector}[$window]))".into()
        }
        Signal::Traffic => count(""),
        Signal::TrafficByClass => "sum by (class, $by) (label_replace(rate(\
             caddy_http_request_duration_seconds_count{$selector}[$window]), \"class\", \"${1}xx\", \"code\", \
             \"([1-5]).*\"))"
            .into(),
        // Without a single failure there is no 5xx series, and no data is not the same as no errors.
        Signal::ErrorRatio => {
            format!("({} or 0 * {}) / {}", count("code=~\"5..\", "), count(""), count(""))
        }
        _ => return None,
    })
}

fn node_exporter(signal: Signal) -> Option<&'static str> {
    Some(match signal {
        Signal::Cpu => "1 - avg by ($by) (rate(node_cpu_seconds_total{mode=\"idle\", $selector}[$window]))",
        Signal::Memory => {
            "1 - sum by ($by) (node_memory_MemAvailable_bytes{$selector}) / sum by ($by) (node_memory_MemTotal_bytes{$selector})"
        }
        _ => return None,
    })
}

/// The used share of the root file system; of a host that lists none, of its fullest one on a disk.
///
/// node_exporter leaves out overlays, so in a container it lists only what is mounted into that, and a host's own root
/// may be mounted at `/rootfs` or `/host`.
fn disk() -> String {
    let used = |matcher: &str| {
        let of = |metric: &str| format!("node_filesystem_{metric}_bytes{{{matcher}, $selector}}");
        format!("max by ($by) (1 - {} / {})", of("avail"), of("size"))
    };
    format!("{} or {}", used("mountpoint=\"/\""), used("fstype!~\"tmpfs|ramfs|squashfs|iso9660\""))
}

fn blackbox(signal: Signal) -> Option<&'static str> {
    Some(match signal {
        Signal::Up => "min by ($by) (probe_success{$selector})",
        Signal::Uptime => "avg by ($by) (avg_over_time(probe_success{$selector}[$range]))",
        _ => return None,
    })
}

fn recorded(signal: Signal) -> Option<&'static str> {
    Some(match signal {
        Signal::LatencyP50 => "latency_seconds:p50{$selector}",
        Signal::LatencyP95 => "latency_seconds:p95{$selector}",
        Signal::LatencyP99 => "latency_seconds:p99{$selector}",
        Signal::LatencyBuckets => "latency_buckets:rate{$selector}",
        Signal::Traffic => "requests:rate{$selector}",
        Signal::TrafficByClass => "requests_by_class:rate{$selector}",
        Signal::ErrorRatio => "errors:ratio{$selector}",
        Signal::Cpu => "cpu:ratio{$selector}",
        Signal::Memory => "memory:ratio{$selector}",
        Signal::Disk => "disk:ratio{$selector}",
        Signal::Up => "up:ratio{$selector}",
        Signal::Uptime => return None,
    })
}

/// The uptime of the recorded preset, whose level stands inside the function.
const RECORDED_UPTIME: &str = "avg_over_time($level:up:ratio{$selector}[$range])";
