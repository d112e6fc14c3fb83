//! Where a link of a runbook, or the `runbook_url` of an alert, may lead.

/// The target of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// an http, https or mailto address, or a path on this host
    Outside(String),
    /// a file beside the configuration, without `.` and `..`, and the part of it
    File { path: String, anchor: String },
}

/// Reads the address of a link in the file at `from`, such as `runbooks/disk-full.md`. `None` for what must not be
/// followed: other schemes (`javascript:`, `data:`), other hosts without a scheme (`//host`, which browsers also read
/// from `\\host`), and control characters, which browsers leave out before they look for a scheme.
pub fn target(url: &str, from: &str) -> Option<Target> {
    let url = url.trim();
    if url.is_empty() || url.len() > 4_000 || url.chars().any(|c| c.is_control() || c == '\\' || is_bidi(c)) {
        return None;
    }
    if is_web(url) || url.get(..7).is_some_and(|s| s.eq_ignore_ascii_case("mailto:")) {
        return Some(Target::Outside(url.into()));
    }
    let (place, anchor) = url.split_once('#').unwrap_or((url, ""));
    if place.split('/').next().is_some_and(|first| first.contains(':')) || url.starts_with("//") {
        return None;
    }
    if url.starts_with('/') {
        return Some(Target::Outside(url.into()));
    }
    let place = place.split('?').next().unwrap_or_default();
    let path = if place.is_empty() { from.to_string() } else { joined(from, place)? };
    Some(Target::File { path, anchor: anchor.into() })
}

pub(super) fn is_web(url: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| {
        url.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)) && url.len() > scheme.len()
    })
}

/// Letters that have what follows read in another direction than it is written: with them a command can look like
/// another one (CVE-2021-42574).
pub fn is_bidi(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `runbooks/a.md` and `../b.md` -> `b.md`; `None` for what is above all.
fn joined(from: &str, place: &str) -> Option<String> {
    let mut steps: Vec<&str> = from.split('/').collect();
    steps.pop();
    for step in place.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()?),
            step => steps.push(step),
        }
    }
    (!steps.is_empty()).then(|| steps.join("/"))
}

/// The runbook of a list, and the part of it, that an address leads to, wherever the same file is published: beside the
/// console, in a repository, or as a page of a wiki.
///
/// ```text
/// runbooks/disk-full.md#step-2
/// https://github.com/acme/ops/blob/main/runbooks/disk-full.md#step-2
/// https://wiki.example.com/runbooks/disk-full        -> ("runbooks/disk-full.md", "step-2" or "")
/// ```
pub fn refers_to<'a>(url: &str, runbooks: &'a [String]) -> Option<(&'a str, String)> {
    let url = url.trim();
    let (place, anchor) = url.split_once('#').unwrap_or((url, ""));
    let place = place.split('?').next().unwrap_or_default();
    let place = place.trim_start_matches("./").trim_end_matches('/');
    if !is_web(place) && (place.contains(':') || place.starts_with("//")) {
        return None;
    }
    let stem = |path: &'a str| path.strip_suffix(".md").unwrap_or(path);
    let bare = place.strip_suffix(".md").or_else(|| place.strip_suffix(".html")).unwrap_or(place);
    let found = runbooks.iter().map(String::as_str).find(|path| {
        let stem = stem(path);
        bare == stem || bare.strip_suffix(stem).is_some_and(|before| before.ends_with('/'))
    })?;
    Some((found, anchor.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, anchor: &str) -> Option<Target> {
        Some(Target::File { path: path.into(), anchor: anchor.into() })
    }

    #[test]
    fn links_lead_to_the_web_a_mailbox_or_a_file() {
        for url in ["https://a.example/x?y#z", "HTTP://a.example", "mailto:a@b.example", "/grafana/d/1?x=y#z"]
        {
            assert_eq!(target(url, "runbooks/a.md"), Some(Target::Outside(url.into())), "{url}");
        }
        for (url, path, anchor) in [
            ("b.md", "runbooks/b.md", ""),
            ("./b.md#step-2", "runbooks/b.md", "step-2"),
            ("../c.md", "c.md", ""),
            ("x/../b.md?plain=1", "runbooks/b.md", ""),
            ("#top", "runbooks/a.md", "top"),
            ("a/b:c.md", "runbooks/a/b:c.md", ""),
        ] {
            assert_eq!(target(url, "runbooks/a.md"), file(path, anchor), "{url}");
        }
    }

    #[test]
    fn links_that_act_or_lead_elsewhere_are_none() {
        for url in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " javascript:alert(1)",
            "java\tscript:alert(1)",
            "java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:x",
            "blob:https://a/b",
            "file:///etc/passwd",
            "//evil.example",
            "\\\\evil.example",
            "/\\evil.example",
            "https://",
            "../../up.md",
            "..",
            "",
            "\u{202e}moc.elpmaxe//:sptth",
        ] {
            assert_eq!(target(url, "runbooks/a.md"), None, "{url:?}");
        }
    }

    #[test]
    fn a_runbook_is_known_wherever_it_is_published() {
        let all = ["runbooks/disk-full.md".to_string(), "full.md".to_string()];
        for url in [
            "runbooks/disk-full.md#x",
            "./runbooks/disk-full.md#x",
            "https://github.com/acme/ops/blob/main/runbooks/disk-full.md?plain=1#x",
            "https://wiki.example.com/runbooks/disk-full#x",
            "http://wiki.example.com/runbooks/disk-full.html#x",
        ] {
            assert_eq!(refers_to(url, &all), Some(("runbooks/disk-full.md", "x".into())), "{url}");
        }
        for url in
            ["disk-full.md", "https://x/disk-full", "javascript:runbooks/disk-full.md", "", "https://x/"]
        {
            assert_eq!(refers_to(url, &all), None, "{url}");
        }
    }
}
