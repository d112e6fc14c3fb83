//! Caddy over a folder, as a host of the public page.

use super::folder::Folder;
use super::ports::Port;
use super::process::Process;
use serde_json::{Value, json};
use std::path::Path;

pub struct Host {
    _process: Process,
    _folder: Folder,
    port: Port,
}

impl Host {
    /// Serves a folder, with what is there in brotli as such.
    pub fn start(folder: &Path) -> Self {
        Self::start_at(Port::take().unwrap(), folder)
    }

    pub fn start_at(port: Port, served: &Path) -> Self {
        let folder = Folder::create("host").unwrap();
        std::fs::write(
            folder.join("caddy.json"),
            configuration(port.number(), &std::path::absolute(served).unwrap()).to_string(),
        )
        .unwrap();
        let arguments = ["run", "--config", "caddy.json"];
        let mut process = Process::start("caddy", "caddy", &arguments, &folder).unwrap();
        process.wait_for(port.number(), "/").unwrap();
        Self { _process: process, _folder: folder, port }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port.number())
    }
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
