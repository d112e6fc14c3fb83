//! A bounded load: requests through Caddy with a daily rhythm, never more than a fixed rate.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Requests a second over all services, at the most.
pub const PEAK: f64 = 36.0;
const WORKERS: u64 = 48;

/// Requests a second at a time (seconds since the epoch): a day from 40 % to 100 % of the peak.
pub fn rate_at(seconds: f64) -> f64 {
    let angle = (seconds / 86_400.0).fract() * std::f64::consts::TAU;
    PEAK * (0.7 - 0.3 * angle.cos())
}

/// A running load. Ends when dropped.
pub struct Load {
    stop: Arc<AtomicBool>,
}

impl Load {
    /// Sends requests to the ports of the services in turn.
    pub fn start(ports: Vec<u16>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let turn = Arc::new(AtomicU64::new(0));
        for _ in 0..WORKERS {
            let (stop, turn, ports) = (stop.clone(), turn.clone(), ports.clone());
            std::thread::spawn(move || work(&stop, &turn, &ports));
        }
        Self { stop }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

fn work(stop: &AtomicBool, turn: &AtomicU64, ports: &[u16]) {
    while !stop.load(Ordering::Relaxed) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let n = turn.fetch_add(1, Ordering::Relaxed);
        // Half of the requests go to the first service, the rest to the others in turn.
        let at = if n.is_multiple_of(2) { 0 } else { (n / 2) as usize % ports.len() };
        let path = if n % 47 == 5 { "/missing" } else { "/" };
        if let Some(port) = ports.get(at) {
            // A server that is down or slow is what the console shows; the load goes on.
            ask(*port, path).unwrap_or_default();
        }
        std::thread::sleep(Duration::from_secs_f64(WORKERS as f64 / rate_at(now)));
    }
}

fn ask(port: u16, path: &str) -> std::io::Result<()> {
    let mut connection = TcpStream::connect(("127.0.0.1", port))?;
    connection.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(connection, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
    let mut reader = BufReader::new(connection);
    let mut status = String::new();
    reader.read_line(&mut status)?;
    reader.take(4096).read_to_end(&mut Vec::new())?;
    Ok(())
}
