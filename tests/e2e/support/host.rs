//! Caddy over a folder, as a host of the public page.

use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Host {
    pub port: u16,
    child: Child,
    config: PathBuf,
}

impl Host {
    /// Serves a folder, with what is there in brotli as such.
    pub fn start(folder: &Path) -> Self {
        Self::start_at(free_port(), folder)
    }

    pub fn start_at(port: u16, folder: &Path) -> Self {
        let config = std::env::temp_dir().join(format!("fourlights-host-{port}.json"));
        std::fs::write(&config, configuration(port, folder).to_string()).unwrap();
        let child = Command::new("caddy")
            .args(["run", "--config"])
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("caddy");
        let end = Instant::now() + Duration::from_secs(20);
        let agent: ureq::Agent =
            ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(2))).build().into();
        while agent.get(format!("http://127.0.0.1:{port}/")).call().is_err() {
            assert!(Instant::now() < end, "Caddy does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        Self { port, child, config }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }
}

/// A port that the system does not give to callers: one of those may be connected with itself by who waits for
/// the server, and is taken then.
pub fn free_port() -> u16 {
    let first = 12_000 + (std::process::id() % 10_000) as u16;
    (first..first + 2_000).find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).expect("a free port")
}

/// Caddy's own JSON: files, and 404.html for what is none.
fn configuration(port: u16, folder: &Path) -> Value {
    let files =
        json!({"handler": "file_server", "root": folder.display().to_string(), "precompressed": {"br": {}}});
    let open = json!({"handler": "headers", "response": {"set": {"Access-Control-Allow-Origin": ["*"]}}});
    json!({
        "admin": {"disabled": true},
        "logging": {"logs": {"default": {"level": "ERROR"}}},
        "apps": {"http": {"servers": {"page": {
            "listen": [format!("127.0.0.1:{port}")],
            "automatic_https": {"disable": true},
            "routes": [{"handle": [open, files]}],
            "errors": {"routes": [{"handle": [{"handler": "rewrite", "uri": "/404.html"}, files]}]},
        }}}},
    })
}

impl Drop for Host {
    fn drop(&mut self) {
        std::fs::remove_file(&self.config).unwrap_or_default();
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
    }
}
