//! A VictoriaMetrics of a test's own, gone with it.

use super::folder::Folder;
use super::ports::Port;
use super::process::Process;

pub struct Victoria {
    _process: Process,
    _folder: Folder,
    port: Port,
}

impl Victoria {
    pub fn start() -> Self {
        let port = Port::take().unwrap();
        let folder = Folder::create("victoria").unwrap();
        let arguments = [
            &format!("-httpListenAddr=127.0.0.1:{}", port.number()),
            "-storageDataPath=data",
            "-search.latencyOffset=0s",
            "-retentionPeriod=120d",
        ];
        let mut process =
            Process::start("victoria-metrics", "victoria-metrics", &arguments, &folder).unwrap();
        process.wait_for(port.number(), "/health").unwrap();
        Self { _process: process, _folder: folder, port }
    }

    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// Takes in samples in Prometheus's text format.
    pub fn import(&self, lines: &str) {
        let address = format!("http://127.0.0.1:{}/api/v1/import/prometheus", self.port());
        ureq::post(address).send(lines).expect("imported");
    }

    /// Takes in whole series in VictoriaMetrics's own lines.
    pub fn import_series(&self, lines: &str) {
        let address = format!("http://127.0.0.1:{}/api/v1/import", self.port());
        ureq::post(address).send(lines).expect("imported");
    }

    /// Makes what was taken in visible to queries.
    pub fn flush(&self) {
        let address = format!("http://127.0.0.1:{}/internal/force_flush", self.port());
        ureq::get(address).call().expect("flushed");
    }
}
