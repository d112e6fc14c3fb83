//! An Alertmanager of a test's own, gone with it.

use super::folder::Folder;
use super::ports::Port;
use super::process::Process;
use serde_json::{Value, json};

pub struct Alertmanager {
    _process: Process,
    _folder: Folder,
    port: Port,
    /// where the other members of its cluster reach it
    _cluster: Option<Port>,
}

impl Alertmanager {
    pub fn start() -> Self {
        Self::start_with(&["--cluster.listen-address=".into()])
    }

    /// Two that are a cluster.
    pub fn start_pair() -> [Self; 2] {
        let (first, second) = (Port::take().unwrap(), Port::take().unwrap());
        let listen = |port: &Port| format!("--cluster.listen-address=127.0.0.1:{}", port.number());
        let peer = format!("--cluster.peer=127.0.0.1:{}", first.number());
        let (mut a, mut b) =
            (Self::start_with(&[listen(&first)]), Self::start_with(&[listen(&second), peer]));
        (a._cluster, b._cluster) = (Some(first), Some(second));
        [a, b]
    }

    fn start_with(cluster: &[String]) -> Self {
        let port = Port::take().unwrap();
        let folder = Folder::create("alertmanager").unwrap();
        std::fs::write(folder.join("alertmanager.yml"), super::files::alertmanager()).unwrap();
        let arguments = [
            &format!("--web.listen-address=127.0.0.1:{}", port.number()),
            &"--config.file=alertmanager.yml".to_string(),
            &"--storage.path=data".to_string(),
        ];
        let arguments: Vec<&str> =
            arguments.into_iter().map(String::as_str).chain(cluster.iter().map(String::as_str)).collect();
        let program = "prometheus-alertmanager";
        let mut process = Process::start("alertmanager", program, &arguments, &folder).unwrap();
        process.wait_for(port.number(), "/-/ready").unwrap();
        Self { _process: process, _folder: folder, port, _cluster: None }
    }

    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// Raises alerts with these labels, begun so many seconds ago.
    pub fn raise(&self, alerts: &[Value], seconds_ago: i64) {
        self.send(alerts, seconds_ago, 3_600);
    }

    /// Says that the alert with these labels is over.
    pub fn resolve(&self, alert: &Value) {
        self.send(std::slice::from_ref(alert), 120, 0);
    }

    fn send(&self, alerts: &[Value], seconds_ago: i64, seconds_left: i64) {
        let now =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64;
        let time = fourlights::domain::zone::rfc3339;
        let body: Vec<Value> = alerts
            .iter()
            .map(|labels| {
                json!({
                    "labels": labels,
                    "annotations": {"summary": format!("it is bad: {}", labels["alertname"])},
                    "startsAt": time(now - seconds_ago * 1000),
                    "endsAt": time(now + seconds_left * 1000),
                })
            })
            .collect();
        let address = format!("http://127.0.0.1:{}/api/v2/alerts", self.port());
        let text = Value::Array(body).to_string();
        ureq::post(address).content_type("application/json").send(&text).expect("raised");
    }

    /// What it says of its silences.
    pub fn silences(&self) -> Vec<Value> {
        let address = format!("http://127.0.0.1:{}/api/v2/silences", self.port());
        let text =
            ureq::get(address).call().and_then(|mut r| r.body_mut().read_to_string()).expect("silences");
        serde_json::from_str(&text).expect("a list")
    }
}
