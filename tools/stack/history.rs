//! Weeks of history in OpenMetrics, for `promtool tsdb create-blocks-from openmetrics`.

use super::backend::SERVICES;
use super::folder::Folder;
use super::load::rate_at;
use super::process::{Process, fetch};
use std::fmt::Write as _;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const DAY: i64 = 86_400;

/// A past as blocks of a database. To make it costs some ten seconds of a processor, so stacks that start within
/// a minute of each other share it.
#[allow(dead_code, reason = "a bench writes a history without a stack")]
pub struct Past {
    folder: Folder,
    days: i64,
    made: Instant,
}

#[allow(dead_code, reason = "a bench writes a history without a stack")]
impl Past {
    /// Days of history up to half a minute ago, on a host whose node_exporter listens on a port.
    pub fn of(days: i64, node: u16) -> Result<Arc<Self>, String> {
        static LAST: Mutex<Weak<Past>> = Mutex::new(Weak::new());
        let mut last = LAST.lock().map_err(|_| "another stack could not make its history")?;
        let usable = |past: &Arc<Self>| past.days == days && past.made.elapsed() < Duration::from_secs(60);
        if let Some(past) = last.upgrade().filter(usable) {
            return Ok(past);
        }
        let past = Arc::new(Self::make(days, node)?);
        *last = Arc::downgrade(&past);
        Ok(past)
    }

    fn make(days: i64, node: u16) -> Result<Self, String> {
        let failed = |e: std::io::Error| format!("history: {e}");
        let (folder, made) = (Folder::create("history").map_err(failed)?, Instant::now());
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().cast_signed();
        let present = Present { now: now - 30, disk: Disk::of_host(&fetch(node, "/metrics")?) };
        let text = folder.join("history.om");
        write(&text, &present, days).map_err(failed)?;
        // It reads the whole file once for each block, so few large blocks are much faster than many of two
        // hours.
        let words = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=2400h"];
        let words = words.into_iter().chain(["history.om", "blocks"]).collect::<Vec<_>>();
        Process::start("promtool", "promtool", &words, &folder)?.succeed()?;
        fs::remove_file(&text).map_err(failed)?;
        Ok(Self { folder, days, made })
    }

    /// Gives it to a new database. Blocks never change, so links to the same files will do.
    pub fn link_into(&self, data: &Path) -> Result<(), String> {
        link(&self.folder.join("blocks"), data).map_err(|e| format!("{}: {e}", data.display()))
    }
}

fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            link(&entry.path(), &target)?
        } else {
            fs::hard_link(entry.path(), target)?
        }
    }
    Ok(())
}

/// A file system as node_exporter sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Disk {
    /// as they are written
    labels: String,
    pub mountpoint: String,
    size: f64,
    free: f64,
}

impl Disk {
    /// The one that stands for the host, in node_exporter's metrics: the root, or where it lists none the largest. It
    /// leaves out overlays, so in a container it sees only what is mounted into that.
    pub fn of_host(metrics: &str) -> Option<Self> {
        let disk = |(labels, size): (&str, f64)| {
            let is_disk = !matches!(label(labels, "fstype")?, "tmpfs" | "ramfs");
            let mountpoint = label(labels, "mountpoint").filter(|_| is_disk)?.to_string();
            let (_, free) = samples(metrics, "node_filesystem_avail_bytes").find(|(of, _)| *of == labels)?;
            Some(Self { labels: format!("{labels},instance=\"host\",job=\"node\""), mountpoint, size, free })
        };
        let disks = samples(metrics, "node_filesystem_size_bytes").filter_map(disk);
        let rank = |disk: &Self| (disk.mountpoint == "/", disk.size);
        disks.reduce(|a, b| if rank(&b) > rank(&a) { b } else { a })
    }
}

/// Labels and value of each sample of a metric.
fn samples<'m>(metrics: &'m str, name: &'static str) -> impl Iterator<Item = (&'m str, f64)> {
    metrics.lines().filter_map(move |line| {
        let (labels, value) = line.strip_prefix(name)?.strip_prefix('{')?.split_once("} ")?;
        Some((labels, value.trim().parse().ok()?))
    })
}

fn label<'l>(labels: &'l str, name: &str) -> Option<&'l str> {
    let (_, rest) = labels.split_once(&format!("{name}=\""))?;
    Some(rest.split_once('"')?.0)
}

/// What the history leads up to.
pub struct Present {
    /// seconds since the epoch
    pub now: i64,
    pub disk: Option<Disk>,
}

/// Writes `days` of history up to now.
pub fn write(file: &Path, present: &Present, days: i64) -> std::io::Result<()> {
    let mut out = BufWriter::new(fs::File::create(file)?);
    let (now, start) = (present.now, present.now - days * DAY);
    probes(&mut out, start, now)?;
    disk(&mut out, present, start)?;
    requests(&mut out, start, now)?;
    durations(&mut out, now - DAY, now)?;
    builds(&mut out, now)?;
    out.write_all(b"# EOF\n")?;
    out.flush()
}

/// Every 30 s, as the live probes; each service has an outage of its own some days ago.
fn probes(out: &mut impl Write, start: i64, now: i64) -> std::io::Result<()> {
    writeln!(out, "# TYPE probe_success gauge")?;
    for (i, (service, _)) in SERVICES.iter().enumerate() {
        let outage_start = now - (6 + 7 * i as i64) * DAY - 5_000;
        let outage_length = 300 + 420 * i as i64;
        let mut text = String::new();
        for t in (start..now).step_by(30) {
            let up = !(t >= outage_start && t < outage_start + outage_length);
            text_line(
                &mut text,
                "probe_success",
                &format!("job=\"probe\",service=\"{service}\""),
                f64::from(u8::from(up)),
                t,
            );
        }
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

/// Every 10 minutes: the disk filled by 4 % of its size a month.
fn disk(out: &mut impl Write, present: &Present, start: i64) -> std::io::Result<()> {
    let Some(Disk { labels, size, free, .. }) = &present.disk else { return Ok(()) };
    let mut text = String::from("# TYPE node_filesystem_avail_bytes gauge\n");
    for t in (start..present.now).step_by(600) {
        let months = (present.now - t) as f64 / (30.44 * DAY as f64);
        let was_free = (free + size * 0.04 * months).min(*size);
        text_line(&mut text, "node_filesystem_avail_bytes", labels, was_free.round(), t);
    }
    text.push_str("# TYPE node_filesystem_size_bytes gauge\n");
    for t in (start..present.now).step_by(600) {
        text_line(&mut text, "node_filesystem_size_bytes", labels, *size, t);
    }
    out.write_all(text.as_bytes())
}

/// As often as a rate over [`files`](super::files)'s window of 30 s needs.
const DENSE: usize = 15;

/// Every 15 s of the last two days and every two minutes before: counters of requests, by service and code, with the rhythm of the load.
fn requests(out: &mut impl Write, start: i64, now: i64) -> std::io::Result<()> {
    writeln!(out, "# TYPE caddy_http_request_duration_seconds_count gauge")?;
    let n = SERVICES.len();
    for (i, (service, _)) in SERVICES.iter().enumerate() {
        // As the load shares it out: half to the first, the rest in turn over all.
        let share = if i == 0 { 0.5 + 0.5 / n as f64 } else { 0.5 / n as f64 };
        for code in ["200", "404", "503"] {
            let labels = format!("code=\"{code}\",{}", caddy_labels(service));
            let mut total = 0.0;
            let mut text = String::new();
            let dense = now - 2 * DAY;
            let (older, newer) = ((start..dense).step_by(120), (dense.max(start)..now).step_by(DENSE));
            for (t, step) in older.map(|t| (t, 120.0)).chain(newer.map(|t| (t, DENSE as f64))) {
                // Growth of a tenth a month, so that there is a trend to find.
                let growth = 1.0 - 0.1 * (now - t) as f64 / (30.44 * DAY as f64);
                let failing = failing(now - t);
                let part = match code {
                    "200" => 0.9785 - failing,
                    "404" => 0.0215,
                    _ => failing,
                };
                total += rate_at(t as f64) * share * part * step * growth;
                text_line(&mut text, "caddy_http_request_duration_seconds_count", &labels, exact(total), t);
            }
            out.write_all(text.as_bytes())?;
        }
    }
    Ok(())
}

/// The share of requests that failed so many seconds ago. In the last three days nearly as much as an objective of
/// 99.9 % allows for: an outage of a minute or two then makes a ticket.
fn failing(ago: i64) -> f64 {
    if ago < 3 * DAY { 0.0009 } else { 0.0005 }
}

/// The last day's latency histograms every 15 s.
fn durations(out: &mut impl Write, start: i64, now: i64) -> std::io::Result<()> {
    const BOUNDS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, f64::INFINITY];
    writeln!(out, "# TYPE caddy_http_request_duration_seconds_bucket gauge")?;
    let n = SERVICES.len();
    for (i, (service, usual)) in SERVICES.iter().enumerate() {
        let share = if i == 0 { 0.5 + 0.5 / n as f64 } else { 0.5 / n as f64 };
        for bound in BOUNDS {
            let le = if bound.is_finite() { bound.to_string() } else { "+Inf".into() };
            let labels = format!("code=\"200\",{},le=\"{le}\"", caddy_labels(service));
            let mut total = 0.0;
            let mut text = String::new();
            for t in (start..now).step_by(DENSE) {
                total += rate_at(t as f64) * share * DENSE as f64 * below(bound, *usual);
                text_line(&mut text, "caddy_http_request_duration_seconds_bucket", &labels, exact(total), t);
            }
            out.write_all(text.as_bytes())?;
        }
    }
    Ok(())
}

/// Every 20 s of the last two days: which version of each service ran. The API was deployed three
/// times within an hour five hours ago, the others once a day.
fn builds(out: &mut impl Write, now: i64) -> std::io::Result<()> {
    let mut text = String::from("# TYPE build_info gauge\n");
    for (i, (service, _)) in SERVICES.iter().enumerate() {
        let mut starts: Vec<i64> =
            (0..3).rev().map(|day| now - day * DAY - 9_000 - 3_000 * i as i64).collect();
        if i == 0 {
            starts.extend([18_600, 17_400, 16_200].map(|ago| now - ago));
            starts.sort_unstable();
        }
        for (n, start) in starts.iter().enumerate() {
            let end = starts.get(n + 1).copied().unwrap_or(now);
            let labels = format!("job=\"builds\",service=\"{service}\",version=\"v{}\"", n + 1);
            for t in (*start.max(&(now - 2 * DAY))..end).step_by(20) {
                text_line(&mut text, "build_info", &labels, 1.0, t);
            }
        }
    }
    out.write_all(text.as_bytes())
}

/// The share of requests under a bound: the distribution that the backend draws from.
fn below(bound: f64, usual_ms: u64) -> f64 {
    let scaled = (bound * 1000.0 / usual_ms as f64 - 0.5) / 1.5;
    scaled.clamp(0.0, 1.0).sqrt()
}

fn caddy_labels(service: &str) -> String {
    format!("handler=\"reverse_proxy\",job=\"caddy\",instance=\"caddy\",method=\"GET\",server=\"{service}\"")
}

/// A count to a thousandth. A whole one would make of a steady share of failures a single failure now and then, which in
/// a rate over half a minute is an alert.
fn exact(total: f64) -> f64 {
    (total * 1000.0).round() / 1000.0
}

fn text_line(out: &mut String, name: &str, labels: &str, value: f64, t: i64) {
    // Writing to a String cannot fail.
    writeln!(out, "{name}{{{labels}}} {value} {t}").unwrap_or_default();
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_disk_of_the_host_is_its_root_or_the_largest_it_lists() {
        let metrics = |disks: &[(&str, &str, u32)]| {
            let line = |metric: &str, (mountpoint, fstype, size): &(&str, &str, u32)| {
                let labels = format!("device=\"/dev/vda\",fstype=\"{fstype}\",mountpoint=\"{mountpoint}\"");
                format!("node_filesystem_{metric}_bytes{{{labels}}} {size}e+09\n")
            };
            let all = |metric: &str| disks.iter().map(|d| line(metric, d)).collect::<String>();
            format!("# HELP node_filesystem_avail_bytes x\n{}{}", all("avail"), all("size"))
        };
        for (disks, expected) in [
            (vec![("/", "ext4", 10), ("/data", "xfs", 90)], Some("/")),
            (vec![("/etc/hosts", "ext4", 10), ("/run", "tmpfs", 90), ("/work", "xfs", 20)], Some("/work")),
            (vec![("/etc/hosts", "ext4", 10), ("/etc/hostname", "ext4", 10)], Some("/etc/hosts")),
            (vec![("/run", "tmpfs", 90)], None),
            (vec![], None),
        ] {
            let found = super::Disk::of_host(&metrics(&disks));
            assert_eq!(found.map(|d| d.mountpoint).as_deref(), expected, "{disks:?}");
        }
    }
}
