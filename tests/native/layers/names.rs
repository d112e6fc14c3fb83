//! Where systems may be named, and where their query language may be written.

use super::code::{File, files};

/// Systems that this program asks, or will.
const VENDORS: [&str; 27] = [
    "alertmanager",
    "argocd",
    "atlassian",
    "betterstack",
    "cloudwatch",
    "cortex",
    "datadog",
    "dynatrace",
    "github",
    "gitlab",
    "grafana",
    "icinga",
    "jenkins",
    "jsm",
    "kubernetes",
    "mimir",
    "nagios",
    "newrelic",
    "opsgenie",
    "pagerduty",
    "prometheus",
    "sentry",
    "splunk",
    "statuspage",
    "thanos",
    "victoriametrics",
    "zabbix",
];

/// Systems that have files of their own.
const REGISTERED: [&str; 8] =
    ["alertmanager", "github", "gitlab", "jsm", "opsgenie", "pagerduty", "prometheus", "statuspage"];

/// Files that name systems although they belong to none, each with its reason.
const NAMING: [(&str, &[&str], &str); 11] = [
    ("sources/mod.rs", &REGISTERED, "the register of systems"),
    ("bin/console.rs", &REGISTERED, "the chunk of each system"),
    ("demo/mod.rs", &["alertmanager", "prometheus", "statuspage"], "the register of the demo's systems"),
    ("demo/incident_story.rs", &["prometheus"], "the configured name of the demo's source of metrics"),
    ("sources/error.rs", &["prometheus", "victoriametrics"], "a remedy names the flag that raises a limit"),
    ("config/raw.rs", &["prometheus"], "examples of the configuration have to be valid, with a kind"),
    ("config/secret.rs", &["github", "prometheus"], "keys are known by how they begin; an example as above"),
    (
        "config/resolve/repository.rs",
        &["github", "gitlab"],
        "the kinds and default addresses of repositories",
    ),
    ("transport/folder/mod.rs", &["github"], "what a host keeps in the published folder stays"),
    ("domain/alert_row.rs", &["prometheus"], "the label that an operator sets on each replica"),
    (
        "publish/small_files.rs",
        &["atlassian", "statuspage"],
        "the page tells readers which format its API has",
    ),
];

/// A folder or file of one system, or of other people's formats.
fn may_name_all(path: &str) -> bool {
    let of_vendor = |folder: &str| {
        path.strip_prefix(folder).is_some_and(|below| VENDORS.iter().any(|vendor| below.starts_with(vendor)))
    };
    of_vendor("sources/")
        || of_vendor("demo/")
        || path.starts_with("import/")
        || path.starts_with("bin/native/import")
}

/// Whether a name stands in a line as a word: `prometheus`, `Prometheus::new`, `read_prometheus`, and not as a part of
/// another.
fn names(line: &str, vendor: &str) -> bool {
    let lower = line.to_lowercase();
    lower.match_indices(vendor).any(|(at, _)| {
        let before = lower[..at].chars().next_back().is_some_and(char::is_alphabetic);
        let after = lower[at + vendor.len()..].chars().next().is_some_and(char::is_alphabetic);
        !before && !after
    })
}

#[test]
fn systems_are_named_in_their_own_files() {
    let (mut wrong, mut used) = (Vec::new(), Vec::new());
    for file in files().iter().filter(|file| !may_name_all(&file.path)) {
        let text = file.text(true);
        for line in text.lines() {
            for vendor in VENDORS.into_iter().filter(|vendor| names(line, vendor)) {
                let excepted = |(path, vendors, _): &&(&str, &[&str], &str)| {
                    file.path == *path && vendors.contains(&vendor)
                };
                match NAMING.iter().find(excepted) {
                    Some(_) => used.push((file.path.clone(), vendor)),
                    None => wrong.push(format!("src/{}: {vendor}: {}", file.path, line.trim())),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let stale: Vec<_> = NAMING
        .iter()
        .flat_map(|(path, vendors, _)| vendors.iter().map(move |vendor| (path.to_string(), *vendor)))
        .filter(|exception| !used.contains(exception))
        .collect();
    assert!(stale.is_empty(), "exceptions that nothing needs any more: {stale:?}");
    println!("{} files name systems although they belong to none", NAMING.len());
}

/// What only PromQL has. In texts, for `rate(` may also be the end of a function's name.
const PROMQL: [&str; 14] = [
    "sum by",
    "avg by",
    "max by",
    "min by",
    "count by",
    "sum(",
    " rate(",
    "(rate(",
    "increase(",
    "_over_time",
    "histogram_quantile",
    "label_replace",
    "clamp_m",
    "absent(",
];

/// Files with PromQL outside of its dialect, each with its reason.
const WRITING: [(&str, &str); 2] = [
    ("config/raw.rs", "examples of the configuration, in which people write their own queries"),
    ("sources/error.rs", "a remedy names what makes an answer smaller"),
];

/// A range such as `[5m]`, `[1d:5m]` or `[$__range]`.
fn has_range(text: &str) -> bool {
    text.match_indices('[').any(|(at, _)| {
        let inside = text[at + 1..].split(']').next().unwrap_or_default();
        let is_length = |part: &str| {
            part.len() > 1
                && part.ends_with(['s', 'm', 'h', 'd', 'w', 'y'])
                && part[..part.len() - 1].chars().all(|c| c.is_ascii_digit())
        };
        inside.starts_with("$__") || (!inside.is_empty() && inside.split(':').all(is_length))
    })
}

fn writes_promql(file: &File) -> Option<&str> {
    // A range beside words of a usage, such as `--watch [60s]`, is none.
    file.literals().find(|text| {
        PROMQL.iter().any(|word| text.contains(word)) || (has_range(text) && !text.contains("--"))
    })
}

#[test]
fn promql_is_written_in_its_dialect_alone() {
    let mut wrong = Vec::new();
    for file in files() {
        let own = ["sources/prometheus/", "demo/prometheus", "import/"];
        if own.iter().any(|own| file.path.starts_with(own)) {
            continue;
        }
        let excepted = WRITING.iter().any(|(path, _)| file.path == *path);
        match writes_promql(&file) {
            Some(text) if !excepted => wrong.push(format!("src/{}: {text}", file.path)),
            None if excepted => wrong.push(format!("src/{}: needs no exception any more", file.path)),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
