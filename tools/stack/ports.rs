//! Ports for servers that must be started with a number.
//!
//! Never one that the system also gives to callers: a caller that waits for such a server may be given the very
//! port it calls, is then connected with itself, and the port is taken. And never one that another thread or
//! process has reserved: a lock file per port is held until the server has ended.

use std::fs::{File, OpenOptions};
use std::net::TcpListener;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU16, Ordering};

/// Where servers get their ports; 8090 and other well-known ones are below.
const SERVERS: RangeInclusive<u16> = 10_000..=32_000;

/// A reserved port of 127.0.0.1, free again when this is dropped.
#[derive(Debug)]
pub struct Port {
    number: u16,
    /// Held for its lock, which ends with the process at the latest.
    _lock: File,
}

impl Port {
    /// Any port that is free. A port that was just given back comes last.
    pub fn take() -> Result<Self, String> {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let callers = callers();
        let mut candidates: Vec<u16> = SERVERS.filter(|port| !callers.contains(port)).collect();
        if candidates.is_empty() {
            // A system that gives all ports to callers; then there is nothing better.
            candidates = SERVERS.collect();
        }
        let n = candidates.len();
        // Processes begin at different places, so that they seldom meet.
        let first = (std::process::id() as usize).wrapping_mul(97) % n;
        (0..n)
            .find_map(|_| {
                let turn = usize::from(NEXT.fetch_add(1, Ordering::Relaxed));
                candidates.get((first + turn) % n).and_then(|port| Self::at(*port))
            })
            .ok_or_else(|| format!("no free port in {}..={}", SERVERS.start(), SERVERS.end()))
    }

    /// This port, if it is free.
    pub fn at(number: u16) -> Option<Self> {
        let folder = locks();
        std::fs::create_dir_all(&folder).ok()?;
        let file = folder.join(number.to_string());
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(file).ok()?;
        lock.try_lock().ok()?;
        TcpListener::bind(("127.0.0.1", number)).ok()?;
        Some(Self { number, _lock: lock })
    }

    pub fn number(&self) -> u16 {
        self.number
    }
}

/// A folder for each user: nobody may write into another's.
fn locks() -> PathBuf {
    let user = std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).unwrap_or_default();
    std::env::temp_dir().join(format!("fourlights-ports-{user}"))
}

/// The ports that the system gives to callers: Linux says it, others use the upper end.
fn callers() -> RangeInclusive<u16> {
    std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range")
        .ok()
        .and_then(|text| {
            let mut numbers = text.split_whitespace().map(str::parse::<u16>);
            Some(numbers.next()?.ok()?..=numbers.next()?.ok()?)
        })
        .unwrap_or(32_768..=u16::MAX)
}
