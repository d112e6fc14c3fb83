//! The rules that are written, before Prometheus's own tool.

use super::support::files;
use super::support::servers::Ports;
use std::path::PathBuf;
use std::process::Command;

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("fourlights-promtool-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn promtool(words: &[&str], file: &std::path::Path) -> String {
    let out = Command::new("promtool").args(words).arg(file).output().expect("promtool");
    let text = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "promtool {words:?}: {text}\n{}", std::fs::read_to_string(file).unwrap());
    text
}

#[test]
fn the_stacks_rules_pass_promtool() {
    let ports = Ports {
        console: 1,
        prometheus: 2,
        alertmanager: 3,
        node: 4,
        blackbox: 5,
        caddy_admin: 6,
        backend: 7,
        services: vec![8, 9, 10, 11],
        started: 1_795_468_027,
    };
    let folder = folder("stack");
    let file = folder.join("rules.yml");
    std::fs::write(&file, files::rules(&ports).expect("rules")).unwrap();
    let text = promtool(&["check", "rules"], &file);
    assert!(text.contains("SUCCESS"), "{text}");
    std::fs::remove_dir_all(folder).unwrap();
}
