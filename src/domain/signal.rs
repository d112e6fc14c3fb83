//! The four golden signals (Beyer et al., *Site Reliability Engineering*, ch. 6), and uptime.

use super::format::Unit;

/// One measurable signal of a service or of the whole fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    /// median response time, seconds
    LatencyP50,
    /// 95th percentile of response times, seconds
    LatencyP95,
    /// 99th percentile of response times, seconds
    LatencyP99,
    /// requests a second that took no longer than label `le`, for each `le`
    LatencyBuckets,
    /// requests a second
    Traffic,
    /// requests a second by label `class` (`2xx`, `4xx`, `5xx`)
    TrafficByClass,
    /// share of failed requests, ratio 0..1
    ErrorRatio,
    /// CPU in use, ratio 0..1
    Cpu,
    /// memory in use, ratio 0..1
    Memory,
    /// disk in use, ratio 0..1
    Disk,
    /// whether the service answers now, 0 or 1
    Up,
    /// share of time in which it answered over `$range`, ratio 0..1
    Uptime,
}

impl Signal {
    pub const ALL: [Self; 12] = [
        Self::LatencyP50,
        Self::LatencyP95,
        Self::LatencyP99,
        Self::LatencyBuckets,
        Self::Traffic,
        Self::TrafficByClass,
        Self::ErrorRatio,
        Self::Cpu,
        Self::Memory,
        Self::Disk,
        Self::Up,
        Self::Uptime,
    ];

    /// The name used in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::LatencyP50 => "latency_p50",
            Self::LatencyP95 => "latency_p95",
            Self::LatencyP99 => "latency_p99",
            Self::LatencyBuckets => "latency_buckets",
            Self::Traffic => "traffic",
            Self::TrafficByClass => "traffic_by_class",
            Self::ErrorRatio => "error_ratio",
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Disk => "disk",
            Self::Up => "up",
            Self::Uptime => "uptime",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }

    /// The name a reader sees.
    pub fn title(self) -> &'static str {
        match self {
            Self::LatencyP50 => "Latency p50",
            Self::LatencyP95 => "Latency p95",
            Self::LatencyP99 => "Latency p99",
            Self::LatencyBuckets => "Latency distribution",
            Self::Traffic => "Traffic",
            Self::TrafficByClass => "Requests by class",
            Self::ErrorRatio => "Errors",
            Self::Cpu => "CPU",
            Self::Memory => "Memory",
            Self::Disk => "Disk",
            Self::Up => "Up",
            Self::Uptime => "Uptime",
        }
    }

    pub fn unit(self) -> Unit {
        match self {
            Self::LatencyP50 | Self::LatencyP95 | Self::LatencyP99 => Unit::Seconds,
            Self::LatencyBuckets | Self::Traffic | Self::TrafficByClass => Unit::Rps,
            Self::ErrorRatio | Self::Cpu | Self::Memory | Self::Disk | Self::Up | Self::Uptime => Unit::Ratio,
        }
    }
}
