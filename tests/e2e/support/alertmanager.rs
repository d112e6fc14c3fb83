//! An Alertmanager of a test's own, gone with it.

use serde_json::{Value, json};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Alertmanager {
    child: Child,
    folder: PathBuf,
    pub port: u16,
}

impl Alertmanager {
    pub fn start() -> Self {
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let folder = std::env::temp_dir().join(format!("fourlights-alertmanager-{port}"));
        std::fs::create_dir_all(&folder).unwrap();
        let config = folder.join("alertmanager.yml");
        std::fs::write(&config, super::files::alertmanager()).unwrap();
        let child = Command::new("prometheus-alertmanager")
            .args([
                &format!("--web.listen-address=127.0.0.1:{port}"),
                &format!("--config.file={}", config.display()),
                &format!("--storage.path={}", folder.display()),
                "--cluster.listen-address=",
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("prometheus-alertmanager");
        let end = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < end, "Alertmanager does not start");
            std::thread::sleep(Duration::from_millis(100));
        }
        Self { child, folder, port }
    }

    /// Raises alerts with these labels, begun so many seconds ago.
    pub fn raise(&self, alerts: &[Value], seconds_ago: i64) {
        let now =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64;
        let time = fourlights::domain::time::rfc3339;
        let body: Vec<Value> = alerts
            .iter()
            .map(|labels| {
                json!({
                    "labels": labels,
                    "annotations": {"summary": format!("it is bad: {}", labels["alertname"])},
                    "startsAt": time(now - seconds_ago * 1000),
                    "endsAt": time(now + 3_600_000),
                })
            })
            .collect();
        let address = format!("http://127.0.0.1:{}/api/v2/alerts", self.port);
        let text = Value::Array(body).to_string();
        ureq::post(address).content_type("application/json").send(&text).expect("raised");
    }
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
        std::fs::remove_dir_all(&self.folder).unwrap_or_default();
    }
}
