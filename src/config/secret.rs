//! Finds secrets before they are published: the file is served to every visitor's browser.
//!
//! What looks like a secret only by its first word is none: "Basic health of the API" is a sentence.
//! A scheme needs its credentials, a known prefix the rest of its key.

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

/// Objects whose keys are names of the team's own: a signal set may be called `auth`.
const OWN_NAMES: [&str; 3] = ["signals", "sources", "queries"];

/// How keys of well-known systems begin, and at least how many letters follow: Grafana, Slack, New Relic,
/// GitHub, GitLab, AWS, Google, Pulumi, Stripe, npm, Datadog, OpenAI, Doppler, SendGrid.
const KEYS: [(&str, usize); 26] = [
    ("glsa_", 3),
    ("glc_", 20),
    ("xoxb-", 3),
    ("xoxp-", 3),
    ("xoxa-", 3),
    ("xapp-", 10),
    ("NRAK-", 3),
    ("NRII-", 10),
    ("ghp_", 3),
    ("gho_", 20),
    ("ghs_", 20),
    ("ghu_", 20),
    ("github_pat_", 3),
    ("glpat-", 15),
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 30),
    ("ya29.", 20),
    ("pul-", 32),
    ("sk_live_", 10),
    ("rk_live_", 10),
    ("npm_", 30),
    ("ddp_", 20),
    ("dp.st.", 20),
    ("SG.", 40),
    ("sk-proj-", 20),
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
            let parent = path.rsplit('.').next().unwrap_or_default();
            for (key, value) in entries {
                let path = format!("{path}.{key}");
                let is_own = OWN_NAMES.contains(&parent) || (parent == "labels" && is_a_plain_word(value));
                if !is_own && names_a_secret(key) && !value.is_object() {
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
        Value::String(text) if looks_like_a_key(text) => {
            report(path, "a value that looks like a key", faults);
        }
        Value::String(text) if has_url_with_credentials(text) => {
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

/// `team`, `oauth`, true: what labels usually hold
fn is_a_plain_word(value: &Value) -> bool {
    match value {
        Value::String(text) => text.len() <= 24 && text.chars().all(|c| c.is_alphabetic() || c == '-'),
        Value::Bool(_) => true,
        _ => false,
    }
}

/// Whether a key stands anywhere in a text.
fn looks_like_a_key(text: &str) -> bool {
    if text.contains("-----BEGIN") && text.contains("PRIVATE KEY") {
        return true;
    }
    let words = || text.split(|c: char| !is_of_a_key(c)).filter(|word| !word.is_empty());
    let known = |word: &str| {
        KEYS.iter().any(|(start, least)| word.strip_prefix(start).is_some_and(|rest| is_opaque(rest, *least)))
    };
    words().any(|word| known(word) || is_json_web_token(word)) || has_credentials_of_a_scheme(text)
}

fn is_of_a_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-.".contains(c)
}

fn is_opaque(rest: &str, least: usize) -> bool {
    rest.len() >= least && rest.chars().all(is_of_a_key)
}

/// `eyJ...`: two of three parts at least are JSON in base64.
fn is_json_web_token(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    parts.len() >= 2 && parts.iter().take(2).all(|part| part.starts_with("eyJ") && part.len() >= 10)
}

/// `Bearer abc123...`, `Basic dXNlcjpwYXNz`, `GenieKey 0a1b...`
fn has_credentials_of_a_scheme(text: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || "\"':".contains(c)).collect();
    words.windows(2).any(|pair| match pair {
        [scheme, value] if scheme.eq_ignore_ascii_case("basic") => {
            // A user's name and a password, with a colon between them.
            base64(value).is_some_and(|bytes| bytes.contains(&b':') && bytes.iter().all(|b| *b >= 0x20))
        }
        [scheme, value] if scheme.eq_ignore_ascii_case("bearer") || *scheme == "GenieKey" => {
            value.len() >= 16
                && value.chars().all(|c| is_of_a_key(c) || "~+/=".contains(c))
                && value.contains(|c: char| c.is_ascii_digit())
        }
        _ => false,
    })
}

/// The bytes of a text in base64, of at least six letters.
fn base64(text: &str) -> Option<Vec<u8>> {
    let letters = text.trim_end_matches('=');
    let is_padded = text.len() == letters.len() || text.len().is_multiple_of(4);
    let is_one_word = !letters.contains(|c: char| c.is_whitespace() || c == '=');
    if letters.len() < 6 || !is_padded || !is_one_word {
        return None;
    }
    crate::domain::base64::read(letters)
}

/// Whether any of the addresses in a text has a user, or a parameter that names a secret.
fn has_url_with_credentials(text: &str) -> bool {
    text.match_indices("://").any(|(at, sign)| {
        let rest = text.get(at + sign.len()..).unwrap_or_default();
        let end = rest.find(|c: char| c.is_whitespace() || "\"'<>`|".contains(c)).unwrap_or(rest.len());
        has_credentials(rest.get(..end).unwrap_or_default())
    })
}

/// `host/path?query#fragment`, with `user@` before it or a key in it
fn has_credentials(rest: &str) -> bool {
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let parameters = tail.split(['?', '#']).skip(1).flat_map(|part| part.split('&'));
    authority.contains('@')
        || parameters.filter_map(|pair| pair.split_once('=')).any(|(name, value)| {
            // A dashboard's own variables are `var-token`.
            !value.is_empty() && !name.starts_with("var-") && names_a_secret(name)
        })
        // The address of an incoming webhook is the key to it.
        || (authority.ends_with("hooks.slack.com") && tail.starts_with("/services/"))
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
    fn keys_that_name_secrets_are_found() {
        assert_eq!(secrets(json!({"sources": {"p": {"api_key": "x"}}})), ["$.sources.p.api_key"]);
        assert_eq!(secrets(json!({"a": {"grafanaToken": 1}})), ["$.a.grafanaToken"]);
        assert_eq!(secrets(json!({"labels": {"token": "x1"}})), ["$.labels.token"]);
        assert_eq!(secrets(json!({"a": ["glsa_abc"]})), ["$.a[0]"]);
    }

    #[test]
    fn values_that_are_secrets_are_found() {
        for text in [
            "glsa_abc",
            "Bearer eyJhbGciOiJIUzI1NiJ9.x",
            "bearer 0123456789abcdef0123",
            "Basic dXNlcjpwYXNz",
            "Authorization: Basic dXNlcjpwYXNzd29yZA==",
            "GenieKey 0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f",
            "AKIAIOSFODNN7EXAMPLE",
            "the key is ghp_abcdefghijklmnop",
            "pul-0123456789abcdef0123456789abcdef01234567",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.sig",
            "-----BEGIN RSA PRIVATE KEY-----\nabc",
            "https://u:p@host/x",
            "https://token@host/x",
            "https://host/x?token=abc",
            "https://host/x?a=b&api_key=abc",
            "https://host/x#access_token=abc",
            "see https://a.example and https://u:p@host",
            "https://hooks.slack.com/services/T0/B0/x",
        ] {
            assert_eq!(secrets(json!({"x": text})), ["$.x"], "{text}");
        }
    }

    #[test]
    fn ordinary_text_is_no_secret() {
        for text in [
            "Basic health of the API",
            "Basic authentication of customers",
            "Basic availability",
            "Basic",
            "Bearer of the shop's traffic",
            "Bearer token-authentication-service",
            "GenieKey rotation",
            "pul-api",
            "pul-in-the-sky",
            "AKIAKI restaurant bookings",
            "npm_install times",
            "ya29.de",
            "-----BEGIN CERTIFICATE-----",
            "Auth Service",
            "https://host/@team",
            "me@host",
            "see https://host.example and mail me@host.example",
            "mailto:help@example.com",
            "https://host/x?token=",
            "https://grafana/d/x?var-token=a&orgId=1",
            "https://host/x?tenant=a",
            "sum(rate(x{token=\"a\"}[5m]))",
            "sk-board",
            "SG.1",
        ] {
            assert_eq!(secrets(json!({"x": text})), Vec::<String>::new(), "{text}");
        }
        let names = json!({
            "sources": {"auth": {"kind": "prometheus"}, "vault-secret": {"kind": "prometheus"}},
            "services": [{"id": "auth", "signals": {"auth": "auth-1", "token": "t1"}}],
            "slos": [{"labels": {"auth": "oauth", "token": "required", "secret": true}}],
        });
        assert_eq!(secrets(names), Vec::<String>::new());
    }

    #[test]
    fn the_secret_itself_is_never_repeated() {
        let mut faults = Vec::new();
        find(&json!({"password": "hunter2", "x": "glsa_hunter2"}), &mut faults);
        assert_eq!(faults.len(), 2);
        assert!(faults.iter().all(|f| !f.to_string().contains("hunter2")));
    }
}
