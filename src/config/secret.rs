//! Finds secrets before they are published: the file is served to every visitor's browser.

use super::fault::{Fault, FaultKind};
use serde_json::Value;

const SECRET_KEYS: [&str; 16] = [
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "bearer",
    "credential",
    "credentials",
    "authorization",
    "auth",
    "basicauth",
    "routingkey",
    "appkey",
    "applicationkey",
];

/// Prefixes of well-known keys: Grafana, Slack, New Relic, GitHub, AWS, Google, Pulumi, PagerDuty.
const SECRET_PREFIXES: [&str; 13] = [
    "glsa_",
    "xoxb-",
    "xoxp-",
    "NRAK-",
    "ghp_",
    "github_pat_",
    "AKIA",
    "ya29.",
    "pul-",
    "Bearer ",
    "Basic ",
    "GenieKey ",
    "-----BEGIN",
];

const EXPECTED: &str = "no secret in this file, for every browser can read it; let the reverse proxy in front of \
                        the source add it, and name the proxy's path as the source's url";
const EXAMPLE: &str = r#""sources": { "prometheus": { "kind": "prometheus", "url": "/_proxy/prometheus" } }"#;

/// Reports each key that names a secret, each value that looks like one, and each URL with a
/// password in it. The value itself is never repeated.
pub fn find(tree: &Value, faults: &mut Vec<Fault>) {
    walk(tree, "$", faults);
}

fn walk(value: &Value, path: &str, faults: &mut Vec<Fault>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let path = format!("{path}.{key}");
                if names_a_secret(key) && !value.is_object() {
                    report(&path, "a key that names a secret", faults);
                } else {
                    walk(value, &path, faults);
                }
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                walk(item, &format!("{path}[{i}]"), faults);
            }
        }
        Value::String(text) if SECRET_PREFIXES.iter().any(|p| text.starts_with(p)) => {
            report(path, "a value that looks like a key", faults);
        }
        Value::String(text) if url_has_credentials(text) => {
            report(path, "a URL with a user name or a key in it", faults);
        }
        _ => {}
    }
}

fn report(path: &str, found: &str, faults: &mut Vec<Fault>) {
    faults.push(Fault::new(FaultKind::Secret, path, found, EXPECTED, EXAMPLE));
}

fn names_a_secret(key: &str) -> bool {
    let plain: String =
        key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    SECRET_KEYS.iter().any(|s| plain == *s || (s.len() > 4 && plain.ends_with(s)))
}

fn url_has_credentials(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let query = tail.split_once('?').map_or("", |(_, q)| q);
    authority.contains('@')
        || query.split('&').any(|pair| names_a_secret(pair.split('=').next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn secrets(tree: Value) -> Vec<String> {
        let mut faults = Vec::new();
        find(&tree, &mut faults);
        faults.into_iter().map(|f| f.path).collect()
    }

    #[test]
    fn keys_values_and_urls_with_secrets_are_found() {
        assert_eq!(secrets(json!({"sources": {"p": {"api_key": "x"}}})), ["$.sources.p.api_key"]);
        assert_eq!(secrets(json!({"a": {"grafanaToken": 1}})), ["$.a.grafanaToken"]);
        assert_eq!(secrets(json!({"a": ["glsa_abc"]})), ["$.a[0]"]);
        assert_eq!(secrets(json!({"url": "https://u:p@host/x"})), ["$.url"]);
        assert_eq!(secrets(json!({"url": "https://host/x?token=abc"})), ["$.url"]);
    }

    #[test]
    fn ordinary_names_are_not_secrets() {
        let plain = json!({"name": "Auth Service", "id": "auth-service", "url": "https://host/@team", "text": "me@host"});
        assert!(secrets(plain).is_empty());
    }

    #[test]
    fn the_secret_itself_is_never_repeated() {
        let mut faults = Vec::new();
        find(&json!({"password": "hunter2", "x": "glsa_hunter2"}), &mut faults);
        assert_eq!(faults.len(), 2);
        assert!(faults.iter().all(|f| !f.to_string().contains("hunter2")));
    }
}
