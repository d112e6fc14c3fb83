//! The architecture as a test: dependencies point one way, and I/O happens in one place.

mod code;
mod cycles;
mod names;

use std::fs;
use std::path::{Path, PathBuf};

/// What each layer may use of the crate, beside itself.
const MAY_USE: [(&str, &[&str]); 15] = [
    ("domain", &[]),
    ("config", &["domain"]),
    ("sources", &["domain", "config"]),
    ("poll", &["domain", "config", "sources"]),
    ("chart", &["domain"]),
    ("status_page", &["domain"]),
    // Nothing of the console, and nothing that asks sources.
    ("live", &["domain", "config", "transport::own_page", "browser"]),
    ("publish", &["domain", "config", "sources", "status_page"]),
    // Other people's formats, read by the same readers as answers and files are.
    ("import", &["domain", "config", "sources", "publish"]),
    // The form of requests and responses, and the lengths of time; nothing of what travels.
    ("transport", &["domain::time", "sources"]),
    // Answers in the systems' own wire formats, without any server.
    ("demo", &["domain", "sources"]),
    ("model", &["domain", "config", "sources", "poll", "chart"]),
    ("browser", &["domain", "config"]),
    // Pieces of pages, made of plain values.
    ("ui", &["domain", "poll", "model", "browser"]),
    (
        "console",
        &["domain", "config", "sources", "poll", "model", "chart", "demo", "transport", "browser", "ui"],
    ),
];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, all: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, all);
            } else if path.extension().is_some_and(|e| e == "rs") {
                all.push((path.clone(), fs::read_to_string(&path).expect("text")));
            }
        }
    }
    let mut all = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    all.sort();
    assert!(all.len() > 60);
    all
}

fn layer_of(path: &Path) -> String {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("in src");
    let first = below.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_string()
}

/// The modules named in a line after `crate::`, also inside braces.
fn used(line: &str) -> Vec<String> {
    line.match_indices("crate::")
        .filter(|(at, _)| !line[..*at].ends_with("fourlights$"))
        .map(|(at, _)| {
            line[at + 7..].chars().take_while(|c| c.is_alphanumeric() || "_:".contains(*c)).collect()
        })
        .collect()
}

#[test]
fn dependencies_point_one_way() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let layer = layer_of(&path);
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == layer) else { continue };
        for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with("//")) {
            for used in used(line) {
                let fits = |name: &str| used == name || used.starts_with(&format!("{name}::"));
                let is_macro = used.starts_with("shape");
                if !is_macro && !fits(&layer) && !allowed.iter().any(|a| fits(a)) {
                    wrong.push(format!("{}:{}: {layer} must not use crate::{used}", path.display(), i + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn requests_clocks_and_views_are_where_they_belong() {
    // What, where it may stand, why.
    let rules: [(&str, &[&str], &str); 6] = [
        (
            "gloo_net",
            &["transport", "console/boot.rs"],
            "requests are sent by transport; boot fetches the configuration",
        ),
        ("ureq", &["transport"], "requests are sent by transport"),
        ("Date::now", &["browser.rs"], "the browser's clock is read in one place"),
        ("SystemTime", &["bin/native"], "the machine's clock is read in one place"),
        ("view! {", &["ui", "console", "status_page", "live"], "only views draw"),
        ("style=\"", &[], "a style attribute is blocked by the Content-Security-Policy"),
    ];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let name = path.display().to_string();
        for (what, allowed, why) in rules {
            let found = text.lines().any(|l| l.contains(what) && !l.trim_start().starts_with("//"));
            if found && !allowed.iter().any(|a| name.contains(&format!("src/{a}"))) {
                wrong.push(format!("{name}: {what}: {why}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn links_go_through_the_route_and_files_stay_short() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if text.contains("href=\"/") {
            wrong.push(format!("{}: an absolute link leaves the base path", path.display()));
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default().lines().count();
        if code > 500 {
            wrong.push(format!("{}: {code} lines", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn stylesheets_use_tokens_only() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("style");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder).expect("style").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let text = fs::read_to_string(entry.path()).expect("text");
        if !name.ends_with("tokens.css") {
            // An id may begin with letters that are digits too, but not end after three, four, six or eight.
            let hex = text.split('#').skip(1).map(|rest| {
                let word: String =
                    rest.chars().take_while(|c| c.is_alphanumeric() || "_-".contains(*c)).collect();
                matches!(word.len(), 3 | 4 | 6 | 8) && word.chars().all(|c| c.is_ascii_hexdigit())
            });
            if hex.into_iter().any(|is_colour| is_colour) {
                wrong.push(format!("{name}: colours stand in tokens.css"));
            }
            for colour in ["rgb(", "hsl(", "oklch("] {
                if text.contains(colour) {
                    wrong.push(format!("{name}: {colour}: colours stand in tokens.css"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_secret_is_read_in_one_place() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let is_allowed = path.ends_with("sources/outgoing.rs") || path.ends_with("domain/secret.rs");
        if !is_allowed && (code.contains("expose_secret")) {
            wrong.push(path.display().to_string());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
