//! The rules that are written, before Prometheus's own tool.

use super::support::files;
use super::support::folder::Folder;
use super::support::servers::Ports;
use fourlights::config::Level;
use fourlights::domain::signal::Signal;
use fourlights::domain::time::{DAY, MINUTE};
use std::process::Command;

fn promtool(words: &[&str], file: &std::path::Path) -> String {
    let out = Command::new("promtool").args(words).arg(file).output().expect("promtool");
    let text = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "promtool {words:?}: {text}\n{}", std::fs::read_to_string(file).unwrap());
    text
}

#[test]
fn the_stacks_rules_pass_promtool() {
    let ports = Ports { services: vec![1, 2, 3, 4], started: 1_795_468_027, ..Ports::default() };
    let folder = Folder::create("promtool").unwrap();
    let file = folder.join("rules.yml");
    std::fs::write(&file, files::rules(&ports).expect("rules")).unwrap();
    let text = promtool(&["check", "rules"], &file);
    assert!(text.contains("SUCCESS"), "{text}");
}

#[test]
fn the_disk_of_a_host_is_its_root_else_the_fullest_that_it_lists() {
    let config = r#"{"title": "T", "sources": {"p": {"kind": "prometheus", "url": "http://h"}}, "services": [],
        "signals": {"host": {"source": "p", "preset": "node_exporter", "by": "instance"}}}"#;
    let config = fourlights::sources::read_config(config).expect("valid");
    let set = config.set("host").expect("the set");
    let query = |level| {
        fourlights::sources::prometheus::text(
            &set.measure(Signal::Disk, level, MINUTE, DAY).expect("the preset has it"),
        )
    };
    // A machine, a container (of which the overlay is left out), a machine whose root is mounted elsewhere.
    let disks = [
        ("vm", "/", "ext4", 60),
        ("vm", "/data", "xfs", 5),
        ("container", "/etc/hosts", "ext4", 30),
        ("container", "/run", "tmpfs", 1),
        ("agent", "/rootfs", "btrfs", 20),
        ("agent", "/rootfs/boot", "vfat", 90),
    ];
    let series = |(host, mountpoint, fstype, free): &(&str, &str, &str, u32)| {
        let of = |metric: &str, value: u32| {
            format!(
                "      - series: 'node_filesystem_{metric}_bytes{{instance=\"{host}\", mountpoint=\"{mountpoint}\", fstype=\"{fstype}\"}}'\n        \
                 values: {value}+0x5\n"
            )
        };
        format!("{}{}", of("size", 100), of("avail", *free))
    };
    let tests = format!(
        "evaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n{}    promql_expr_test:\n      \
         - expr: |-\n          {}\n        eval_time: 2m\n        exp_samples:\n          \
         - {{ labels: '{{instance=\"vm\"}}', value: 0.4 }}\n          \
         - {{ labels: '{{instance=\"container\"}}', value: 0.7 }}\n          \
         - {{ labels: '{{instance=\"agent\"}}', value: 0.8 }}\n      \
         - expr: |-\n          {}\n        eval_time: 2m\n        exp_samples: [{{ labels: '{{}}', value: 0.4 }}]\n",
        disks.iter().map(series).collect::<String>(),
        query(Level::Service),
        query(Level::Fleet),
    );
    let folder = Folder::create("promtool-disk").unwrap();
    let file = folder.join("disk.yml");
    std::fs::write(&file, tests).unwrap();
    promtool(&["test", "rules"], &file);
}

/// One objective of 99.9 % over 30 days on plain counters, as `fourlights rules` writes it.
const CONFIG: &str = r#"{"title": "T", "sources": {"p": {"kind": "prometheus", "url": "http://h"}},
    "services": [{"id": "api", "name": "API"}],
    "slos": [{"id": "api", "name": "API", "service": "api", "target": 0.999,
              "bad": "sum(increase(errors_total[$window]))", "valid": "sum(increase(requests_total[$window]))"}],
    "alerts": []}"#;

/// Cases by hand from the workbook, ch. 5: counters that rise by so much a minute, and what must fire.
/// The threshold of 14.4 over an hour with everything failing is reached after 51.84 s; at 1.44 %
/// failing it is not reached; the page ends when the short window of five minutes has forgotten.
const OUTAGES: &str = r#"
rule_files: [rules.yml]
evaluation_interval: 30s
tests:
  - name: an outage of everything pages after its detection time and is forgotten after the short window
    interval: 10s
    # 100 requests each 10 s: a day without failures, 70 s in which all fail, then none again.
    input_series:
      - series: requests_total
        values: 0+100x8640 864100+100x6 864800+100x720
      - series: errors_total
        values: 0+0x8640 100+100x6 700+0x720
    alert_rule_test:
      # Before: nothing.
      - { eval_time: 1440m, alertname: SloBurnFast, exp_alerts: [] }
      # 52 s of failing are 1.44 % of the hour: at 30 s it is not yet, at 90 s it is.
      - { eval_time: 1440m30s, alertname: SloBurnFast, exp_alerts: [] }
      - eval_time: 1441m30s
        alertname: SloBurnFast
        exp_alerts:
          - exp_labels: { slo: api, service: api, severity: sev2, notice: page }
            exp_annotations: { summary: "API: the error budget burns fast" }
      # Seven minutes later the short window holds no failure any more.
      - { eval_time: 1448m30s, alertname: SloBurnFast, exp_alerts: [] }
      # 70 s in three days are no ticket: 0.027 % against 0.1 %.
      - { eval_time: 1442m, alertname: SloBurnSlow, exp_alerts: [] }
  - name: a blip of ten seconds pages nobody
    interval: 10s
    input_series:
      - series: requests_total
        values: 0+100x8640 864100+100x720
      - series: errors_total
        values: 0+0x8640 100+0x720
    alert_rule_test:
      - { eval_time: 1440m30s, alertname: SloBurnFast, exp_alerts: [] }
      - { eval_time: 1442m, alertname: SloBurnFast, exp_alerts: [] }
      - { eval_time: 1442m, alertname: SloBurnSlow, exp_alerts: [] }
"#;

/// Slow burns over days, evaluated as seldom as their windows allow for.
const BURNS: &str = r#"
rule_files: [rules.yml]
evaluation_interval: 5m
tests:
  - name: just over burn 1 for days is a ticket and no page
    interval: 1m
    input_series:
      - series: requests_total
        values: 0+10000x5760
      - series: errors_total
        values: 0+11x5760
    alert_rule_test:
      - eval_time: 4320m
        alertname: SloBurnSlow
        exp_alerts:
          - exp_labels: { slo: api, service: api, severity: sev4, notice: ticket }
            exp_annotations: { summary: "API: the error budget burns faster than it lasts" }
      - { eval_time: 4320m, alertname: SloBurnFast, exp_alerts: [] }
  - name: at burn 1 nothing fires, for the budget then lasts exactly the window
    interval: 1m
    input_series:
      - series: requests_total
        values: 0+10000x5760
      - series: errors_total
        values: 0+10x5760
    alert_rule_test:
      - { eval_time: 5000m, alertname: SloBurnSlow, exp_alerts: [] }
      - { eval_time: 5000m, alertname: SloBurnFast, exp_alerts: [] }
  - name: burn 7 for six hours pages by the middle pair, which the fast one does not see
    interval: 1m
    input_series:
      - series: requests_total
        values: 0+10000x1440 14410000+10000x400
      - series: errors_total
        values: 0+0x1440 70+70x400
    alert_rule_test:
      - { eval_time: 1500m, alertname: SloBurnFast, exp_alerts: [] }
      - eval_time: 1830m
        alertname: SloBurnFast
        exp_alerts:
          - exp_labels: { slo: api, service: api, severity: sev2, notice: page }
            exp_annotations: { summary: "API: the error budget burns fast" }
    promql_expr_test:
      - expr: slo:error_ratio:rate5m{slo="api"}
        eval_time: 1830m
        exp_samples: [{ labels: 'slo:error_ratio:rate5m{service="api", slo="api"}', value: 0.007 }]
      - expr: slo:error_ratio:rate3d{slo="api"} > 0.001
        eval_time: 1500m
        exp_samples: []
  - name: without traffic there is no ratio and nothing fires
    interval: 1m
    input_series:
      - series: requests_total
        values: 500+0x600
      - series: errors_total
        values: 0+0x600
    alert_rule_test:
      - { eval_time: 500m, alertname: SloBurnFast, exp_alerts: [] }
      - { eval_time: 500m, alertname: SloBurnSlow, exp_alerts: [] }
"#;

#[test]
fn cases_by_hand_from_the_workbook_hold_for_the_rules() {
    use fourlights::model::{Part, rule_file};
    let config = fourlights::sources::read_config(CONFIG).expect("valid");
    let folder = Folder::create("promtool").unwrap();
    let rules = folder.join("rules.yml");
    std::fs::write(&rules, rule_file(&config, None, Part::All).expect("rules")).unwrap();
    promtool(&["check", "rules"], &rules);
    for cases in [OUTAGES, BURNS] {
        let file = folder.join("cases.yml");
        std::fs::write(&file, cases).unwrap();
        let text = promtool(&["test", "rules"], &file);
        assert!(text.contains("SUCCESS"), "{text}");
    }
}
