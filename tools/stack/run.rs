//! The command: start and wait, or tell the running one to have an incident.

use super::backend::Mode;
use super::process::STOP;
use super::servers::{Options, Stack};
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Where a running stack leaves the port that takes orders.
const RUN_FILE: &str = "target/stack.port";

pub fn run(arguments: Vec<String>) -> ExitCode {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        [] => start(),
        ["incident"] => order(Mode::Both),
        ["incident", "latency"] => order(Mode::Latency),
        ["incident", "errors"] => order(Mode::Errors),
        ["incident", "outage"] => order(Mode::Outage),
        _ => Err("usage: stack | stack incident [latency|errors|outage]".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("stack: {message}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<(), String> {
    ctrlc::set_handler(|| STOP.store(true, Ordering::Relaxed))
        .map_err(|e| format!("cannot listen for Ctrl-C: {e}"))?;
    println!("starting the servers and writing 35 days of history, about half a minute");
    let options =
        Options { dist: Path::new("dist").into(), history_days: 35, console_port: Some(8090), replica: true };
    let stack = Stack::start(&options)?;
    let run = format!("{}\n{}\n{}\n", stack.backend.port(), stack.site.display(), stack.page().display());
    std::fs::write(RUN_FILE, run).map_err(|e| format!("{RUN_FILE}: {e}"))?;
    println!(
        "\n  console        http://127.0.0.1:{}/\n  public page    http://127.0.0.1:{}/ (after `make stack-publish`)\n  Prometheus     http://127.0.0.1:{}/\n  Alertmanager   http://127.0.0.1:{}/\n\n\
         The rules' `for` is a twelfth of the usual, so that an incident can be watched.\n\
         `make stack-incident` makes the services slow and failing for two minutes. Ctrl-C stops everything.",
        stack.ports.console, stack.ports.page, stack.ports.prometheus, stack.ports.alertmanager
    );
    while !STOP.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(200));
    }
    println!("stopping");
    std::fs::remove_file(RUN_FILE).unwrap_or_default();
    drop(stack);
    Ok(())
}

fn order(mode: Mode) -> Result<(), String> {
    let port =
        std::fs::read_to_string(RUN_FILE).map_err(|_| "no stack is running; start one with `make stack`")?;
    let port: u16 = port
        .lines()
        .next()
        .unwrap_or_default()
        .trim()
        .parse()
        .map_err(|_| format!("{RUN_FILE} is damaged; stop and start the stack"))?;
    let unreachable =
        |e: std::io::Error| format!("no stack answers on port {port}: {e}; start one with `make stack`");
    let mut connection = TcpStream::connect(("127.0.0.1", port)).map_err(unreachable)?;
    connection.set_write_timeout(Some(Duration::from_secs(5))).unwrap_or_default();
    let seconds = 120;
    let request = format!(
        "GET /control/{}/{seconds} HTTP/1.1\r\nHost: stack\r\nConnection: close\r\n\r\n",
        mode.name()
    );
    connection.write_all(request.as_bytes()).map_err(unreachable)?;
    println!("the services are bad ({}) for {seconds} s", mode.name());
    Ok(())
}
