//! The recipes of docs/proxy.md, run by the real Caddy: the key is added, what a visitor sends in its place is not handed
//! on, and only what is used passes.

use super::support::folder::Folder;
use super::support::pager::Pager;
use super::support::ports::Port;
use super::support::process::Process;
use super::support::root;
use std::process::Command;

const KEY: &str = "k3y-of-the-proxy";

/// The Caddyfile of the documentation, with this machine in the place of its hosts, and without its sign-in.
fn documented(port: u16, upstream: &str) -> String {
    let text = std::fs::read_to_string(root().join("docs/proxy.md")).unwrap();
    let block = text.split("## Caddy\n```\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let sign_in =
        block.split("    forward_auth").nth(1).and_then(|rest| rest.split("\n    }\n").next()).unwrap();
    let mut own = block
        .replace(&format!("    forward_auth{sign_in}\n    }}\n"), "")
        .replace("ops.example.com {", &format!("http://127.0.0.1:{port} {{"));
    for host in [
        "api.pagerduty.com",
        "api.atlassian.com",
        "api.opsgenie.com",
        "slack.com",
        "api.statuspage.io",
        "hooks.slack.com",
    ] {
        own = own.replace(&format!("reverse_proxy https://{host} "), &format!("reverse_proxy {upstream} "));
    }
    assert!(!own.contains("reverse_proxy https://"), "{own}");
    format!("{{\n    admin off\n    auto_https off\n}}\n{own}")
}

/// Method, path, and what comes of it.
type Case<'c> = (&'c str, &'c str, Option<(&'c str, &'c str)>);

#[test]
fn the_documented_caddyfile_adds_keys_and_lets_nothing_else_pass() {
    let pager = Pager::start();
    let (port, folder) = (Port::take().unwrap(), Folder::create("key-proxy").unwrap());
    std::fs::write(folder.join("Caddyfile"), documented(port.number(), &pager.url())).unwrap();
    let mut command = Command::new("caddy");
    command.args(["run", "--config", "Caddyfile", "--adapter", "caddyfile"]).current_dir(&*folder);
    for variable in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
        command.env(variable, &*folder);
    }
    for variable in ["PAGERDUTY_KEY", "ATLASSIAN_BASIC", "OPSGENIE_KEY", "SLACK_TOKEN", "STATUSPAGE_KEY"] {
        command.env(variable, KEY);
    }
    command.env("ATLASSIAN_CLOUD_ID", "cloud-1").env("TEAM_HOOK_PATH", "/services/T/B/x");
    let mut caddy = Process::run("caddy", command, &folder).unwrap();
    caddy.wait_for(port.number(), "/_proxy/pagerduty/abilities").unwrap();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    // Method, path, what the system sees of the path, what its key looks like; `None`: nothing passes.
    let cases: [Case<'_>; 16] = [
        ("GET", "pagerduty/incidents?limit=1", Some(("/incidents?limit=1", "Token token="))),
        ("PUT", "pagerduty/incidents", Some(("/incidents", "Token token="))),
        ("GET", "pagerduty/v3/schedules", Some(("/v3/schedules", "Token token="))),
        ("PATCH", "pagerduty/incidents", None),
        ("GET", "pagerduty/business_services", None),
        ("GET", "jsm/v1/alerts", Some(("/jsm/ops/api/cloud-1/v1/alerts", "Basic "))),
        ("GET", "jsm/v1/teams", None),
        ("GET", "opsgenie/v2/alerts", Some(("/v2/alerts", "GenieKey "))),
        ("POST", "opsgenie/v1/maintenance", Some(("/v1/maintenance", "GenieKey "))),
        ("POST", "slack/chat.postMessage", Some(("/api/chat.postMessage", "Bearer "))),
        ("GET", "slack/chat.postMessage", None),
        ("POST", "slack/conversations.list", None),
        ("PATCH", "statuspage/pages/abc/incidents/i1", Some(("/v1/pages/abc/incidents/i1", "OAuth "))),
        ("DELETE", "statuspage/pages/abc/incidents/i1", None),
        ("POST", "team-hook", Some(("/services/T/B/x", ""))),
        ("GET", "unknown/", None),
    ];
    for (method, path, expected) in cases {
        let before = pager.heard().len();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("http://127.0.0.1:{}/_proxy/{path}", port.number()))
            .header("origin", "https://evil.example")
            .header("cookie", "session=1")
            .header("authorization", "Bearer of-the-visitor");
        let answer = match method {
            "GET" | "DELETE" => agent.run(request.body(()).unwrap()).unwrap(),
            _ => agent.run(request.body("{}").unwrap()).unwrap(),
        };
        let heard = pager.heard().split_off(before);
        let Some((seen, key)) = expected else {
            assert_eq!((answer.status().as_u16(), heard.len()), (404, 0), "{method} {path}: {heard:?}");
            continue;
        };
        let [one] = heard.as_slice() else { panic!("{method} {path}: {heard:?}") };
        assert!(one.line.starts_with(&format!("{method} {seen} ")), "{path}: {}", one.line);
        assert!(
            !one.headers.contains_key("origin") && !one.headers.contains_key("cookie"),
            "{path}: {one:?}"
        );
        match key {
            "" => {}
            key => assert_eq!(one.headers.get("authorization"), Some(&format!("{key}{KEY}")), "{path}"),
        }
        let is_open = answer.headers().contains_key("access-control-allow-origin");
        assert!(!is_open, "{path}: CORS headers of the system are handed on");
    }
}
