//! Starts the real servers on free loopback ports in a folder of their own, and stops them.

use super::backend::{Backend, SERVICES};
use super::files;
use super::folder::Folder;
use super::history::{Disk, Past};
use super::load::Load;
use super::ports::Port;
use super::process::{Process, fetch};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

pub struct Options {
    /// the built bundle
    pub dist: PathBuf,
    pub history_days: i64,
    /// the console's port when it is free; else any
    pub console_port: Option<u16>,
    /// a second Prometheus with the same configuration, as pairs run for high availability
    pub replica: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Ports {
    pub console: u16,
    /// the public page
    pub page: u16,
    pub prometheus: u16,
    pub replica: u16,
    pub alertmanager: u16,
    pub node: u16,
    pub blackbox: u16,
    pub caddy_admin: u16,
    pub backend: u16,
    pub services: Vec<u16>,
    /// seconds since the epoch
    pub started: i64,
    /// where the file system is mounted that stands for the host's disk
    pub mountpoint: String,
}

/// Everything that runs. Dropping it stops all and removes its folder.
pub struct Stack {
    pub ports: Ports,
    pub backend: Backend,
    /// the console's files with the stack's configuration
    pub site: PathBuf,
    // Fields are dropped in this order: callers before servers, servers before their files and ports.
    load: Option<Load>,
    servers: Vec<Process>,
    /// Other stacks that start at this time use it too.
    _past: Option<Arc<Past>>,
    folder: Folder,
    _reserved: Vec<Port>,
}

impl Stack {
    pub fn start(options: &Options) -> Result<Self, String> {
        if !options.dist.join("index.html").is_file() {
            return Err(format!("{} holds no bundle; run `make build`", options.dist.display()));
        }
        let backend = Backend::start()?;
        let (ports, reserved) = reserve(options.console_port, backend.port())?;
        let folder = Folder::create("stack").map_err(|e| format!("a temporary folder: {e}"))?;
        let site = folder.join("site");
        let (load, servers) = (None, Vec::new());
        let mut stack =
            Self { ports, backend, site, load, servers, _past: None, folder, _reserved: reserved };
        stack.prepare(options)?;
        stack.start_exporters()?;
        let disk = Disk::of_host(&fetch(stack.ports.node, "/metrics")?);
        stack.ports.mountpoint = disk.ok_or("node_exporter lists no file system on a disk")?.mountpoint;
        stack.configure()?;
        let past = Past::of(options.history_days, stack.ports.node)?;
        past.link_into(&stack.folder.join("data-prometheus"))?;
        stack.start_prometheus()?;
        if options.replica {
            past.link_into(&stack.folder.join("data-replica"))?;
            stack.start_database("replica", "replica.yml", stack.ports.replica)?;
        }
        stack._past = Some(past);
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
        write("prometheus.yml", &files::prometheus(&self.ports, 0, &rules))?;
        write("replica.yml", &files::prometheus(&self.ports, 1, &rules))?;
        write("alertmanager.yml", files::alertmanager())?;
        write("blackbox.yml", files::blackbox())?;
        fs::create_dir_all(self.folder.join("incidents")).map_err(failed)?;
        write("incidents/weekly-backup.md", &files::incident(&self.ports))?;
        write("caddy.json", &files::caddy(&self.ports, &self.site, &self.page()))
    }

    /// Writes what depends on the host as its exporter sees it.
    fn configure(&self) -> Result<(), String> {
        let write = |name: &str, text: &str| {
            fs::write(self.folder.join(name), text).map_err(|e| format!("{name}: {e}"))
        };
        write("site/fourlights.json", &format!("{:#}", files::fourlights(&self.ports)))?;
        write("rules.yml", &files::rules(&self.ports)?)
    }

    fn start_exporters(&mut self) -> Result<(), String> {
        let ports = self.ports.clone();
        let at = |port: u16| format!("--web.listen-address=127.0.0.1:{port}");
        self.launch("caddy", &["run", "--config", "caddy.json"])?;
        self.launch("prometheus-node-exporter", &[&at(ports.node)])?;
        self.launch("prometheus-blackbox-exporter", &[&at(ports.blackbox), "--config.file=blackbox.yml"])?;
        self.launch(
            "prometheus-alertmanager",
            &[
                &at(ports.alertmanager),
                "--config.file=alertmanager.yml",
                "--storage.path=alertmanager",
                "--cluster.listen-address=",
            ],
        )?;
        self.ready("prometheus-node-exporter", ports.node, "/metrics")?;
        self.ready("prometheus-blackbox-exporter", ports.blackbox, "/metrics")?;
        self.ready("prometheus-alertmanager", ports.alertmanager, "/-/ready")?;
        self.ready("caddy", ports.console, "/")
    }

    fn start_prometheus(&mut self) -> Result<(), String> {
        self.start_database("prometheus", "prometheus.yml", self.ports.prometheus)
    }

    fn start_database(&mut self, name: &'static str, config: &str, port: u16) -> Result<(), String> {
        let arguments = [
            &format!("--config.file={config}"),
            &format!("--storage.tsdb.path=data-{name}"),
            &format!("--web.listen-address=127.0.0.1:{port}"),
            "--storage.tsdb.retention.time=60d",
            // What was sent before Alertmanager was known is dropped, and would only be sent again after a minute.
            "--rules.alert.resend-delay=5s",
            "--log.level=error",
        ];
        self.servers.push(Process::start(name, "prometheus", &arguments, &self.folder)?);
        self.ready(name, port, "/-/ready")
    }

    fn launch(&mut self, program: &'static str, arguments: &[&str]) -> Result<(), String> {
        self.servers.push(Process::start(program, program, arguments, &self.folder)?);
        Ok(())
    }

    fn ready(&mut self, name: &str, port: u16, path: &str) -> Result<(), String> {
        match self.servers.iter_mut().find(|server| server.name == name) {
            Some(server) => server.wait_for(port, path),
            None => Err(format!("{name} was not started")),
        }
    }

    /// Stops Prometheus, as an outage would.
    #[allow(dead_code, reason = "for the end-to-end tests")]
    pub fn stop_prometheus(&mut self) {
        self.servers.retain(|server| server.name != "prometheus");
    }

    /// Stops the exporter of the host's metrics, which then come no more.
    #[allow(dead_code, reason = "for the end-to-end tests")]
    pub fn stop_node_exporter(&mut self) {
        self.servers.retain(|server| server.name != "prometheus-node-exporter");
    }

    #[allow(dead_code, reason = "for the end-to-end tests")]
    pub fn start_node_exporter(&mut self) -> Result<(), String> {
        let port = self.ports.node;
        self.launch("prometheus-node-exporter", &[&format!("--web.listen-address=127.0.0.1:{port}")])?;
        self.ready("prometheus-node-exporter", port, "/metrics")
    }

    /// Starts Prometheus again on the same data.
    #[allow(dead_code, reason = "for the end-to-end tests")]
    pub fn restart_prometheus(&mut self) -> Result<(), String> {
        self.start_prometheus()
    }
}

fn reserve(console: Option<u16>, backend: u16) -> Result<(Ports, Vec<Port>), String> {
    let mut reserved = Vec::new();
    let mut take = |wished: Option<u16>| {
        let port = match wished.and_then(Port::at) {
            Some(port) => port,
            None => Port::take()?,
        };
        let number = port.number();
        reserved.push(port);
        Ok::<u16, String>(number)
    };
    let ports = Ports {
        console: take(console)?,
        page: take(None)?,
        prometheus: take(None)?,
        replica: take(None)?,
        alertmanager: take(None)?,
        node: take(None)?,
        blackbox: take(None)?,
        caddy_admin: take(None)?,
        backend,
        services: SERVICES.iter().map(|_| take(None)).collect::<Result<_, _>>()?,
        started: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().cast_signed(),
        mountpoint: String::new(),
    };
    Ok((ports, reserved))
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
