//! Starts the real servers on free loopback ports in a folder of their own, and stops them by pid.

use super::backend::{Backend, SERVICES};
use super::files;
use super::history::{self, Present};
use super::load::Load;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Set when the user wants to stop; everything that waits looks at it.
pub static STOP: AtomicBool = AtomicBool::new(false);

pub struct Options {
    /// the built bundle
    pub dist: PathBuf,
    pub history_days: i64,
    /// the console's port when it is free; else any
    pub console_port: Option<u16>,
}

#[derive(Clone, Debug)]
pub struct Ports {
    pub console: u16,
    /// the public page
    pub page: u16,
    pub prometheus: u16,
    pub alertmanager: u16,
    pub node: u16,
    pub blackbox: u16,
    pub caddy_admin: u16,
    pub backend: u16,
    pub services: Vec<u16>,
    /// seconds since the epoch
    pub started: i64,
}

/// Everything that runs. Dropping it stops all and removes its folder.
pub struct Stack {
    pub ports: Ports,
    pub backend: Backend,
    /// the console's files with the stack's configuration
    pub site: PathBuf,
    load: Option<Load>,
    folder: PathBuf,
    children: Vec<(&'static str, Child)>,
}

impl Stack {
    pub fn start(options: &Options) -> Result<Self, String> {
        if !options.dist.join("index.html").is_file() {
            return Err(format!("{} holds no bundle; run `make build`", options.dist.display()));
        }
        let backend = Backend::start()?;
        let ports = free_ports(options.console_port, backend.port())?;
        let folder = std::env::temp_dir().join(format!(
            "fourlights-stack-{}-{}",
            std::process::id(),
            ports.prometheus
        ));
        let site = folder.join("site");
        let mut stack = Self { ports, backend, site, load: None, folder, children: Vec::new() };
        stack.prepare(options)?;
        stack.start_exporters()?;
        stack.fill_history(options.history_days)?;
        stack.start_prometheus()?;
        wait_for("Prometheus", stack.ports.prometheus, "/-/ready")?;
        stack.load = Some(Load::start(stack.ports.services.clone()));
        Ok(stack)
    }

    /// Where `fourlights publish` shall write the public page, for Caddy to serve.
    pub fn page(&self) -> PathBuf {
        self.folder.join("page")
    }

    fn prepare(&self, options: &Options) -> Result<(), String> {
        let failed = |e: std::io::Error| format!("{}: {e}", self.folder.display());
        copy_folder(&options.dist, &self.site).map_err(failed)?;
        let rules = self.folder.join("rules.yml");
        let write = |name: &str, text: &str| fs::write(self.folder.join(name), text).map_err(failed);
        write("site/fourlights.json", &format!("{:#}", files::fourlights(&self.ports)))?;
        write("prometheus.yml", &files::prometheus(&self.ports, &rules))?;
        write("rules.yml", &files::rules(&self.ports)?)?;
        write("alertmanager.yml", files::alertmanager())?;
        write("blackbox.yml", files::blackbox())?;
        fs::create_dir_all(self.folder.join("incidents")).map_err(failed)?;
        write("incidents/weekly-backup.md", &files::incident(&self.ports))?;
        write("caddy.json", &files::caddy(&self.ports, &self.site, &self.page()))
    }

    fn start_exporters(&mut self) -> Result<(), String> {
        let ports = self.ports.clone();
        let at = |port: u16| format!("127.0.0.1:{port}");
        let file = |name: &str| self.folder.join(name).display().to_string();
        let (caddy, alertmanager, blackbox, storage) =
            (file("caddy.json"), file("alertmanager.yml"), file("blackbox.yml"), file("alertmanager"));
        self.spawn("caddy", &["run", "--config", &caddy])?;
        self.spawn("prometheus-node-exporter", &["--web.listen-address", &at(ports.node)])?;
        self.spawn(
            "prometheus-blackbox-exporter",
            &["--web.listen-address", &at(ports.blackbox), "--config.file", &blackbox],
        )?;
        self.spawn(
            "prometheus-alertmanager",
            &[
                "--web.listen-address",
                &at(ports.alertmanager),
                "--config.file",
                &alertmanager,
                "--storage.path",
                &storage,
                "--cluster.listen-address=",
            ],
        )?;
        wait_for("node_exporter", ports.node, "/metrics")?;
        wait_for("Caddy", ports.console, "/")
    }

    fn fill_history(&self, days: i64) -> Result<(), String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().cast_signed();
        let metrics = fetch(self.ports.node, "/metrics")?;
        let present = Present { now: now - 30, disk: root_disk(&metrics) };
        let file = self.folder.join("history.om");
        history::write(&file, &present, days).map_err(|e| format!("{}: {e}", file.display()))?;
        // It reads the whole file once for each block, so few large blocks are much faster than many of two
        // hours.
        let mut promtool = Command::new("promtool")
            .args(["tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=240h"])
            .args([&file, &self.folder.join("data")])
            .stdout(Stdio::null())
            .spawn()
            .map_err(|e| format!("promtool: {e}"))?;
        let made = loop {
            if let Some(status) = promtool.try_wait().map_err(|e| format!("promtool: {e}"))? {
                break status;
            }
            if STOP.load(Ordering::Relaxed) {
                stop(&mut promtool);
                return Err("interrupted".into());
            }
            std::thread::sleep(Duration::from_millis(100));
        };
        if !made.success() {
            return Err(format!("promtool: {made}"));
        }
        fs::remove_file(&file).map_err(|e| format!("{}: {e}", file.display()))
    }

    fn start_prometheus(&mut self) -> Result<(), String> {
        let config = format!("--config.file={}", self.folder.join("prometheus.yml").display());
        let data = format!("--storage.tsdb.path={}", self.folder.join("data").display());
        let listen = format!("--web.listen-address=127.0.0.1:{}", self.ports.prometheus);
        self.spawn(
            "prometheus",
            &[&config, &data, &listen, "--storage.tsdb.retention.time=60d", "--log.level=error"],
        )
    }

    fn spawn(&mut self, program: &'static str, arguments: &[&str]) -> Result<(), String> {
        let child = Command::new(program)
            .args(arguments)
            .current_dir(&self.folder)
            .env("HOME", &self.folder)
            .env("XDG_DATA_HOME", &self.folder)
            .env("XDG_CONFIG_HOME", &self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("{program}: {e}"))?;
        self.children.push((program, child));
        Ok(())
    }

    /// Stops Prometheus, as an outage would.
    #[allow(dead_code, reason = "for the end-to-end tests")]
    pub fn stop_prometheus(&mut self) {
        self.stop_program("prometheus");
    }

    /// Stops the exporter of the host's metrics, which then come no more.
    #[allow(dead_code, reason = "for the end-to-end tests")]
    pub fn stop_node_exporter(&mut self) {
        self.stop_program("prometheus-node-exporter");
    }

    #[allow(dead_code, reason = "for the end-to-end tests")]
    pub fn start_node_exporter(&mut self) -> Result<(), String> {
        let listen = format!("127.0.0.1:{}", self.ports.node);
        self.spawn("prometheus-node-exporter", &["--web.listen-address", &listen])
    }

    #[allow(dead_code, reason = "for the end-to-end tests")]
    fn stop_program(&mut self, name: &str) {
        self.children.retain_mut(|(program, child)| {
            let is_it = *program == name;
            if is_it {
                stop(child);
            }
            !is_it
        });
    }

    /// Starts Prometheus again on the same data.
    #[allow(dead_code, reason = "for the end-to-end tests")]
    pub fn restart_prometheus(&mut self) -> Result<(), String> {
        self.start_prometheus()?;
        wait_for("Prometheus", self.ports.prometheus, "/-/ready")
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.load = None;
        for (_, child) in &mut self.children {
            stop(child);
        }
        fs::remove_dir_all(&self.folder).unwrap_or_default();
    }
}

fn stop(child: &mut Child) {
    // It may have ended by itself, which is as good.
    child.kill().unwrap_or_default();
    child.wait().map(drop).unwrap_or_default();
}

fn free_ports(console: Option<u16>, backend: u16) -> Result<Ports, String> {
    let n = 7 + SERVICES.len();
    let wished = console.and_then(|port| TcpListener::bind(("127.0.0.1", port)).ok());
    let held: Vec<TcpListener> = wished
        .into_iter()
        .map(Ok)
        .chain(std::iter::repeat_with(|| TcpListener::bind(("127.0.0.1", 0))))
        .take(n)
        .collect::<Result<_, _>>()
        .map_err(|e| format!("no free port: {e}"))?;
    let all: Vec<u16> = held.iter().filter_map(|l| l.local_addr().ok()).map(|a| a.port()).collect();
    match all.as_slice() {
        [console, page, prometheus, alertmanager, node, blackbox, caddy_admin, services @ ..] => Ok(Ports {
            console: *console,
            page: *page,
            prometheus: *prometheus,
            alertmanager: *alertmanager,
            node: *node,
            blackbox: *blackbox,
            caddy_admin: *caddy_admin,
            backend,
            services: services.to_vec(),
            started: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().cast_signed(),
        }),
        _ => Err("no free ports".into()),
    }
}

/// Fetches a page of a local server.
pub fn fetch(port: u16, path: &str) -> Result<String, String> {
    let url = format!("http://127.0.0.1:{port}{path}");
    let mut answer = ureq::get(&url).call().map_err(|e| format!("{url}: {e}"))?;
    answer.body_mut().read_to_string().map_err(|e| format!("{url}: {e}"))
}

fn wait_for(name: &str, port: u16, path: &str) -> Result<(), String> {
    let end = Instant::now() + Duration::from_secs(60);
    while Instant::now() < end && !STOP.load(Ordering::Relaxed) {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() && fetch(port, path).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err(format!("{name} did not answer on port {port} within a minute"))
}

/// Labels, size and free bytes of the root file system in node_exporter's metrics.
fn root_disk(metrics: &str) -> Option<(String, f64, f64)> {
    let find = |name: &str| {
        let line = metrics.lines().find(|l| l.starts_with(name) && l.contains("mountpoint=\"/\""))?;
        let (labels, value) = line.split_once('{')?.1.split_once('}')?;
        Some((format!("{labels},instance=\"host\",job=\"node\""), value.trim().parse::<f64>().ok()?))
    };
    let (labels, size) = find("node_filesystem_size_bytes")?;
    let (_, free) = find("node_filesystem_avail_bytes")?;
    Some((labels, size, free))
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?
        } else {
            fs::copy(entry.path(), target).map(drop)?
        }
    }
    Ok(())
}
