//! A server that somebody else wrote, as a process that ends with its owner.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Set when the user wants to stop; everything that waits looks at it.
pub static STOP: AtomicBool = AtomicBool::new(false);

/// Far more than any server needs, also where other work keeps all cores busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running program. Dropping it ends the program.
pub struct Process {
    pub name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a server that finds its files, and leaves all it writes, in a folder.
    pub fn start(
        name: &'static str,
        program: &str,
        arguments: &[&str],
        folder: &Path,
    ) -> Result<Self, String> {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(folder)
            .env("HOME", folder)
            .env("XDG_DATA_HOME", folder)
            .env("XDG_CONFIG_HOME", folder);
        Self::run(name, command, folder)
    }

    /// Runs a command; what it prints goes to `NAME.log` in the folder.
    pub fn run(name: &'static str, mut command: Command, folder: &Path) -> Result<Self, String> {
        let failed = |e: std::io::Error| format!("{name}: {e}");
        let log = folder.join(format!("{name}.log"));
        let out = File::options().create(true).append(true).open(&log).map_err(failed)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(out.try_clone().map_err(failed)?)
            .stderr(out)
            .spawn()
            .map_err(failed)?;
        Ok(Self { name, child, log })
    }

    /// Waits until it answers at a URL with a success. A program that ended is reported at once, with the end of
    /// its log.
    pub fn wait_for(&mut self, port: u16, path: &str) -> Result<(), String> {
        let end = Instant::now() + PATIENCE;
        loop {
            let answer = fetch(port, path);
            let ended = self.child.try_wait().map_err(|e| format!("{}: {e}", self.name))?;
            match (answer, ended) {
                (_, Some(status)) => {
                    return Err(format!("{} ended ({status}): {}", self.name, self.last_words()));
                }
                (Ok(_), None) => return Ok(()),
                (Err(error), None) if Instant::now() > end => {
                    return Err(format!(
                        "{} is not ready after {} s: {error}\n{}",
                        self.name,
                        PATIENCE.as_secs(),
                        self.last_words()
                    ));
                }
                _ if STOP.load(Ordering::Relaxed) => return Err("interrupted".into()),
                _ => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    /// Waits until it has ended with success.
    pub fn succeed(mut self) -> Result<(), String> {
        loop {
            match self.child.try_wait().map_err(|e| format!("{}: {e}", self.name))? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(format!("{} ended ({status}): {}", self.name, self.last_words())),
                None if STOP.load(Ordering::Relaxed) => return Err("interrupted".into()),
                None => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    fn last_words(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines.get(lines.len().saturating_sub(8)..).unwrap_or_default().join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
    }
}

/// Fetches a page of a local server.
pub fn fetch(port: u16, path: &str) -> Result<String, String> {
    let url = format!("http://127.0.0.1:{port}{path}");
    let agent: ureq::Agent =
        ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(30))).build().into();
    let mut answer = agent.get(&url).call().map_err(|e| format!("{url}: {e}"))?;
    answer.body_mut().read_to_string().map_err(|e| format!("{url}: {e}"))
}
