//! What to copy into the configuration of a proxy and of the host, for one source.
//!
//! ```text
//! pager, https://api.example.com, header authorization "Token token="
//!   -> Caddy: handle_path /_proxy/pager/* { reverse_proxy https://api.example.com { header_up Authorization ... } }
//! ```

use crate::config::{KeyPlace, Source, key_variable};
use crate::sources::origin;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Texts to copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    pub caddy: String,
    pub nginx: String,
    /// what the source's entry says then
    pub entry: String,
    /// what else has to be known
    pub note: &'static str,
}

/// What stands for an address that the configuration does not have: the source is a path already.
const ADDRESS: &str = "https://ADDRESS-OF-THE-SYSTEM";

/// A proxy on the console's own host that adds the key. `None` where the key of the kind is in no place that a proxy could
/// fill, and where there is none to add.
pub fn recipe(source: &Source) -> Option<Recipe> {
    let place = source.kind.0.key.as_ref().filter(|key| key.by_proxy)?.place;
    let is_path = !source.url.contains("://");
    let (host, path) = match is_path {
        true => (ADDRESS, String::new()),
        false => {
            let address = source.url.split('?').next().unwrap_or_default();
            let host = origin(address);
            (host, address.get(host.len()..).unwrap_or_default().trim_end_matches('/').to_string())
        }
    };
    let own = match is_path {
        true => source.url.split('?').next().unwrap_or_default().trim_start_matches('.').to_string(),
        false => format!("/_proxy/{}", source.name),
    };
    let key = key_variable(&source.name);
    Some(Recipe {
        caddy: caddy(&own, host, &path, place, &key),
        nginx: nginx(&own, host, &path, place),
        entry: format!(r#""{}": {{ "kind": "{}", "url": "{own}" }}"#, source.name, source.kind.name()),
        note: match place {
            KeyPlace::Basic => {
                "The variable holds user:key in base64 (printf %s 'user:key' | base64). Put the proxy behind your sign-in."
            }
            KeyPlace::Address => {
                "The variable holds the path of the webhook's address, which is its key. Put the proxy behind your sign-in."
            }
            _ => {
                "The variable holds the key. Put the proxy behind your sign-in: without one, its key is everybody's."
            }
        },
    })
}

/// The header that holds the key: its name and its value around `key`.
fn header(place: KeyPlace, key: &str) -> Option<(String, String)> {
    Some(match place {
        KeyPlace::Header { name, before } => (title_case(name), format!("{before}{key}")),
        KeyPlace::Basic => ("Authorization".into(), format!("Basic {key}")),
        KeyPlace::BearerOrForm { .. } => ("Authorization".into(), format!("Bearer {key}")),
        KeyPlace::Json { .. } | KeyPlace::Address => return None,
    })
}

/// `X-Api-Key` of `x-api-key`
fn title_case(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
            .unwrap_or_default()
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}

fn caddy(own: &str, host: &str, path: &str, place: KeyPlace, key: &str) -> String {
    let variable = format!("{{env.{key}}}");
    let mut text = format!("handle_path {own}/* {{\n");
    if place == KeyPlace::Address {
        text = format!("handle {own} {{\n    rewrite * {variable}\n");
    } else if !path.is_empty() {
        writeln!(text, "    rewrite * {path}{{uri}}").unwrap_or_default();
    }
    writeln!(text, "    reverse_proxy {host} {{\n        header_up Host {{upstream_hostport}}")
        .unwrap_or_default();
    if let Some((name, value)) = header(place, &variable) {
        writeln!(text, "        header_up {name} \"{value}\"").unwrap_or_default();
    }
    text.push_str("        header_up -Origin\n        header_up -Cookie\n        header_down -Access-Control-*\n    }\n}\n");
    text
}

fn nginx(own: &str, host: &str, path: &str, place: KeyPlace) -> String {
    let (location, target) = match place {
        KeyPlace::Address => (format!("location = {own} {{"), format!("{host}/KEY")),
        _ => (format!("location {own}/ {{"), format!("{host}{path}/")),
    };
    let mut text = format!("{location}\n    proxy_pass {target};\n    proxy_ssl_server_name on;\n");
    text.push_str("    proxy_set_header Host $proxy_host;\n");
    if let Some((name, value)) = header(place, "KEY") {
        writeln!(text, "    proxy_set_header {name} \"{value}\";").unwrap_or_default();
    }
    text.push_str("    proxy_set_header Origin \"\";\n    proxy_set_header Cookie \"\";\n");
    text.push_str(
        "    proxy_hide_header Access-Control-Allow-Origin;\n    proxy_hide_header Set-Cookie;\n}\n",
    );
    text
}

/// The directive of the Content-Security-Policy that lets the page ask these sources.
pub fn connect_src<'s>(sources: impl IntoIterator<Item = &'s Source>) -> String {
    let origins: BTreeSet<&str> =
        sources.into_iter().filter(|s| s.url.contains("://")).map(|s| origin(&s.url)).collect();
    let mut line = "connect-src 'self'".to_string();
    for origin in origins {
        write!(line, " {origin}").unwrap_or_default();
    }
    line + ";"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Kind, Reach};
    use crate::sources::KINDS;

    fn source(place: impl Fn(KeyPlace) -> bool, url: &str) -> Source {
        let spec =
            KINDS.into_iter().find(|k| k.is_source && k.key.as_ref().is_some_and(|key| place(key.place)));
        Source {
            name: "pager-eu".into(),
            kind: Kind(spec.unwrap()),
            reach: Reach::Http,
            url: url.into(),
            deadline: 1_000,
        }
    }

    #[test]
    fn a_recipe_adds_the_key_and_takes_what_the_visitor_sends() {
        let token = |place| matches!(place, KeyPlace::Header { before, .. } if before.contains("token"));
        let made = recipe(&source(token, "https://api.example.com/v2?tenant=a")).unwrap();
        assert_eq!(
            made.caddy,
            "handle_path /_proxy/pager-eu/* {\n    rewrite * /v2{uri}\n    reverse_proxy https://api.example.com {\n        \
             header_up Host {upstream_hostport}\n        header_up Authorization \"Token \
             token={env.FOURLIGHTS_KEY_PAGER_EU}\"\n        header_up -Origin\n        header_up -Cookie\n        \
             header_down -Access-Control-*\n    }\n}\n"
        );
        assert!(made.nginx.contains("proxy_pass https://api.example.com/v2/;"), "{}", made.nginx);
        assert!(made.entry.ends_with(r#""url": "/_proxy/pager-eu" }"#), "{}", made.entry);
        // Behind a proxy already: its address is only known to whoever runs that.
        let made = recipe(&source(token, "/_proxy/pd")).unwrap();
        assert!(
            made.caddy.starts_with("handle_path /_proxy/pd/* {\n    reverse_proxy https://ADDRESS"),
            "{}",
            made.caddy
        );
        let hook = recipe(&source(|place| place == KeyPlace::Address, "https://hooks.example/x")).unwrap();
        assert!(
            hook.caddy.starts_with("handle /_proxy/pager-eu {\n    rewrite * {env.FOURLIGHTS_KEY"),
            "{}",
            hook.caddy
        );
        assert_eq!(recipe(&source(|place| matches!(place, KeyPlace::Json { .. }), "https://a")), None);
    }

    #[test]
    fn the_policy_names_each_origin_once() {
        let any = |url| source(|_| true, url);
        let all =
            [any("https://b.example/x"), any("/p"), any("https://a.example"), any("https://b.example/y")];
        assert_eq!(connect_src(&all), "connect-src 'self' https://a.example https://b.example;");
        assert_eq!(connect_src(&[any("/p")]), "connect-src 'self';");
    }
}
