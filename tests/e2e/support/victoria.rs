//! A VictoriaMetrics of a test's own, gone with it.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Victoria {
    child: Child,
    folder: PathBuf,
    pub port: u16,
}

impl Victoria {
    pub fn start() -> Self {
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let folder = std::env::temp_dir().join(format!("fourlights-victoria-{port}"));
        let child = Command::new("victoria-metrics")
            .args([
                &format!("-httpListenAddr=127.0.0.1:{port}"),
                &format!("-storageDataPath={}", folder.display()),
            ])
            .args(["-search.latencyOffset=0s", "-retentionPeriod=120d"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("victoria-metrics");
        let end = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < end, "VictoriaMetrics does not start");
            std::thread::sleep(Duration::from_millis(100));
        }
        Self { child, folder, port }
    }

    /// Takes in samples in Prometheus's text format.
    pub fn import(&self, lines: &str) {
        let address = format!("http://127.0.0.1:{}/api/v1/import/prometheus", self.port);
        ureq::post(address).send(lines).expect("imported");
    }

    /// Makes what was taken in visible to queries.
    pub fn flush(&self) {
        let address = format!("http://127.0.0.1:{}/internal/force_flush", self.port);
        ureq::get(address).call().expect("flushed");
    }
}

impl Drop for Victoria {
    fn drop(&mut self) {
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
        std::fs::remove_dir_all(&self.folder).unwrap_or_default();
    }
}
