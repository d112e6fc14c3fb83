//! The simulated fleet: what each metric is worth at each moment.
//!
//! All rhythms are cosines around the anchor, so that at the anchor every value is level and is that
//! of the health dashboard. The noise is small there and grows with the distance in time.

use crate::domain::time::{DAY, HOUR, MINUTE, MONTH, Millis, SECOND, WEEK};

/// One simulated fleet. `anchor` is the moment at which its figures are those of the health
/// dashboard: when the page was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demo {
    pub seed: u64,
    pub anchor: Millis,
}

impl Demo {
    pub fn new(seed: u64, anchor: Millis) -> Self {
        Self { seed, anchor }
    }
}

/// A span of time, end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    pub start: Millis,
    pub end: Millis,
}

impl Event {
    /// How many milliseconds of it lie in `[from, to)`.
    pub fn overlap(&self, from: Millis, to: Millis) -> Millis {
        (self.end.min(to) - self.start.max(from)).max(0)
    }

    fn contains(&self, t: Millis) -> bool {
        t >= self.start && t < self.end
    }
}

/// A service of the fleet with its figures at the anchor.
pub struct Service {
    pub id: &'static str,
    /// 95th percentile, seconds; none for a service without requests
    latency: Option<f64>,
    errors: f64,
    cpu: f64,
    memory: f64,
    /// share of the fleet's requests
    traffic: f64,
}

impl Service {
    pub fn has_requests(&self) -> bool {
        self.latency.is_some()
    }
}

pub const SERVICES: [Service; 6] = [
    Service {
        id: "api-gateway",
        latency: Some(0.050),
        errors: 0.0005,
        cpu: 0.40,
        memory: 0.55,
        traffic: 0.48,
    },
    Service { id: "auth", latency: Some(0.120), errors: 0.0002, cpu: 0.30, memory: 0.45, traffic: 0.14 },
    Service { id: "database", latency: Some(0.008), errors: 0.0, cpu: 0.50, memory: 0.70, traffic: 0.17 },
    Service { id: "redis", latency: Some(0.002), errors: 0.0, cpu: 0.25, memory: 0.60, traffic: 0.19 },
    Service { id: "worker", latency: None, errors: 0.001, cpu: 0.60, memory: 0.50, traffic: 0.02 },
    Service { id: "cdn", latency: Some(0.018), errors: 0.0001, cpu: 0.20, memory: 0.30, traffic: 0.0 },
];

/// The clock time at which the demo's incident happens each time, UTC.
const INCIDENT_AT: Millis = 9 * HOUR + 12 * MINUTE;

impl Demo {
    /// Slow API: 8 minutes on the last day, and on about every fourth day before.
    pub fn slow_api(&self, t: Millis) -> bool {
        let day = (t - INCIDENT_AT).div_euclid(DAY) * DAY + INCIDENT_AT;
        let event = Event { start: day, end: day + 8 * MINUTE };
        let last = self.last_incident().start;
        // None just before the anchor: the dashboard opens on a calm fleet.
        let calm = day > last && day <= self.anchor;
        event.contains(t) && !calm && (day == last || self.dice(day, 1) < 0.25)
    }

    /// The latest incident that was over for at least a quarter of an hour when the demo began.
    pub fn last_incident(&self) -> Event {
        let start = (self.anchor - 23 * MINUTE - INCIDENT_AT).div_euclid(DAY) * DAY + INCIDENT_AT;
        Event { start, end: start + 8 * MINUTE }
    }

    /// Saturated connection pool: 22 minutes, five hours before the incident.
    pub fn pool_saturated(&self) -> Event {
        let start = self.last_incident().start - 5 * HOUR;
        Event { start, end: start + 22 * MINUTE }
    }

    /// When a service did not answer, over the last 30 days before the anchor.
    pub fn outages(&self, service: &str) -> Vec<Event> {
        let at = |days: Millis, hours: Millis, length: Millis| {
            let start = self.anchor - days * DAY - hours * HOUR;
            Event { start, end: start + length }
        };
        match service {
            // Twenty minutes after a deploy.
            "api-gateway" => {
                let start = self.anchor - 3 * WEEK / 2 - 3 * HOUR + 20 * MINUTE;
                vec![Event { start, end: start + 8 * MINUTE }]
            }
            "redis" => vec![at(4, 3, 7 * MINUTE), at(18, 10, 14 * MINUTE)],
            "cdn" => vec![at(22, 5, 4 * MINUTE)],
            "worker" => vec![at(2, 9, 20 * MINUTE), at(15, 2, 13 * MINUTE)],
            "auth" => vec![at(9, 4, 3 * MINUTE)],
            _ => Vec::new(),
        }
    }

    /// Deploys shift the median latency a little until the next one: Tuesdays and Thursdays.
    fn deploy_shift(&self, t: Millis) -> f64 {
        let half_week = (t - self.anchor).div_euclid(WEEK / 2);
        // The days around the anchor carry no shift, so that its figures are the dashboard's.
        if (-1..=0).contains(&half_week) { 0.0 } else { (self.dice(half_week, 2) - 0.5) * 0.06 }
    }

    /// The number of the build that runs: a new one each half week, one of them three hours before
    /// the anchor.
    pub fn build(&self, t: Millis) -> i64 {
        (t - self.anchor + 3 * HOUR).div_euclid(WEEK / 2)
    }

    /// Angle of the day, 0 at the anchor.
    fn day_angle(&self, t: Millis) -> f64 {
        ((t - self.anchor).rem_euclid(DAY)) as f64 / DAY as f64 * std::f64::consts::TAU
    }

    /// Two peaks of 8,000, a dip of 5,200 between them (the anchor) and a quiet night of 2,700.
    pub fn requests(&self, t: Millis) -> f64 {
        let x = self.day_angle(t);
        let day = 5926.0 + 1250.0 * x.cos() - 1976.0 * (2.0 * x).cos();
        let weekday = (t - self.anchor + DAY / 2).div_euclid(DAY).rem_euclid(7);
        let week = if weekday == 3 || weekday == 4 { 0.78 } else { 1.0 };
        day * week + self.noise(t, 3) * 22.0
    }

    /// 0 at the anchor, 1 half a day away.
    fn night(&self, t: Millis) -> f64 {
        (1.0 - self.day_angle(t).cos()) / 2.0
    }

    /// Fleet latency in seconds at a quantile of 50, 95 or 99 percent.
    pub fn latency(&self, t: Millis, quantile: u32) -> f64 {
        let (level, incident) = match quantile {
            50 => (0.062, 0.21),
            95 => (0.180, 1.05),
            _ => (0.320, 1.9),
        };
        if self.slow_api(t) {
            return incident * (1.0 + 0.05 * self.wave(t, 4));
        }
        level
            * (1.0 - 0.22 * self.night(t) + self.deploy_shift(t) + 0.03 * self.noise(t, u64::from(quantile)))
    }

    /// Requests a second that end with a class of codes.
    pub fn requests_by_class(&self, t: Millis, class: u32) -> f64 {
        let all = self.requests(t);
        let client_errors = 0.021 + 0.002 * self.noise(t, 5);
        match class {
            5 => all * self.errors(t),
            4 => all * client_errors,
            _ => all * (1.0 - client_errors - self.errors(t)),
        }
    }

    /// Share of failed requests of the fleet.
    pub fn errors(&self, t: Millis) -> f64 {
        let incident = if self.slow_api(t) { 0.006 } else { 0.0 };
        (0.0008 * (1.0 + 0.12 * self.noise(t, 6)) + incident).max(0.0)
    }

    pub fn cpu(&self, t: Millis) -> f64 {
        (0.45 - 0.16 * self.night(t) + 0.012 * self.noise(t, 7)).clamp(0.0, 1.0)
    }

    pub fn memory(&self, t: Millis) -> f64 {
        (0.60 - 0.05 * self.night(t) + 0.006 * self.noise(t, 8)).clamp(0.0, 1.0)
    }

    pub fn disk(&self, t: Millis) -> f64 {
        (0.35 + 0.01 * (t - self.anchor) as f64 / MONTH as f64).clamp(0.0, 1.0)
    }

    /// The database's storage: 450 GB at the anchor, 15 GB more each month.
    pub fn storage(&self, t: Millis) -> f64 {
        450e9 + 15e9 * (t - self.anchor) as f64 / MONTH as f64 + 0.15e9 * self.noise(t, 9)
    }

    pub fn service_latency(&self, service: &Service, t: Millis) -> Option<f64> {
        let level = service.latency?;
        if service.id == "api-gateway" && self.slow_api(t) {
            return Some(0.72 * (1.0 + 0.05 * self.wave(t, 10)));
        }
        Some(level * (1.0 - 0.2 * self.night(t) + 0.03 * self.noise(t, 11 + level.to_bits() % 7)))
    }

    pub fn service_requests(&self, service: &Service, t: Millis) -> f64 {
        self.requests(t) * service.traffic
    }

    pub fn service_errors(&self, service: &Service, t: Millis) -> f64 {
        let incident = if service.id == "api-gateway" && self.slow_api(t) { 0.011 } else { 0.0 };
        // Those of sign-in are counted for an objective, on a grid too coarse for three minutes.
        let is_down = service.id != "auth" && !self.is_up(service.id, t);
        let outage = if is_down { 0.86 + 0.03 * self.wave(t, 21) } else { 0.0 };
        service.errors * (1.0 + 0.1 * self.noise(t, 20)) + incident + outage
    }

    pub fn service_cpu(&self, service: &Service, t: Millis) -> f64 {
        service.cpu * (1.0 - 0.3 * self.night(t) + 0.02 * self.noise(t, 21))
    }

    pub fn service_memory(&self, service: &Service, t: Millis) -> f64 {
        service.memory * (1.0 - 0.06 * self.night(t) + 0.01 * self.noise(t, 22))
    }

    pub fn is_up(&self, service: &str, t: Millis) -> bool {
        !self.outages(service).iter().any(|o| o.contains(t))
    }

    /// Share of `[from, to)` in which a service answered, exact to the millisecond.
    pub fn uptime(&self, service: &str, from: Millis, to: Millis) -> f64 {
        let down: Millis = self.outages(service).iter().map(|o| o.overlap(from, to)).sum();
        1.0 - down as f64 / (to - from).max(1) as f64
    }

    /// Noise in -1..1 that is close to nothing within the minute of the anchor.
    fn noise(&self, t: Millis, stream: u64) -> f64 {
        let distance = (t - self.anchor).abs() as f64 / (30 * MINUTE) as f64;
        self.wave(t, stream) * distance.clamp(0.03, 1.0)
    }

    /// Value noise in -1..1: smooth between dice thrown every two minutes, plus a fine grain.
    fn wave(&self, t: Millis, stream: u64) -> f64 {
        const CELL: Millis = 2 * MINUTE;
        let cell = t.div_euclid(CELL);
        let part = t.rem_euclid(CELL) as f64 / CELL as f64;
        let smooth = part * part * (3.0 - 2.0 * part);
        let (a, b) = (self.dice(cell, stream), self.dice(cell + 1, stream));
        let grain = self.dice(t.div_euclid(15 * SECOND), stream ^ 0x55);
        (a + (b - a) * smooth) * 1.5 + grain * 0.5 - 1.0
    }

    /// A number in 0..1 from the seed, a place and a stream (splitmix64).
    fn dice(&self, place: i64, stream: u64) -> f64 {
        let mut z = self
            .seed
            .wrapping_add(place.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15))
            .wrapping_add(stream.wrapping_mul(0xD1B5_4A32_D192_ED03));
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}
