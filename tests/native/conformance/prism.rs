//! Prism, which answers by a description and checks every request against it.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Where the program is: among the tools (`tools/setup.sh prism`), or where FOURLIGHTS_PRISM says.
pub fn program() -> Option<PathBuf> {
    let own = std::env::var_os("FOURLIGHTS_PRISM").map(PathBuf::from);
    let tools = std::env::var_os("FOURLIGHTS_TOOLS")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/fourlights/tools")))?;
    let found = own.unwrap_or_else(|| tools.join("node_modules/@stoplight/prism-cli/dist/index.js"));
    found.is_file().then_some(found)
}

/// A running one. It ends with the value.
pub struct Prism {
    child: Child,
    pub base: String,
}

impl Prism {
    pub fn start(program: &Path, description: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
        let mut child = Command::new("node")
            .arg(program)
            .args(["mock", "--errors", "-h", "127.0.0.1", "-p", &port.to_string()])
            .arg(description)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node runs");
        let output = child.stdout.take().expect("its output");
        let (tell, told) = mpsc::channel();
        // It goes on to be read, or the program would wait for that.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if line.contains("is listening") {
                    tell.send(()).ok();
                }
            }
        });
        told.recv_timeout(Duration::from_secs(180)).expect("Prism listens");
        Self { child, base: format!("http://127.0.0.1:{port}") }
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
