pub mod alertmanager;
pub mod contents_api;
pub mod host;
pub mod page;
pub mod pager;
pub mod prometheus;
pub mod site;
pub mod victoria;

#[path = "../../../tools/stack/backend.rs"]
pub mod backend;
#[path = "../../../tools/stack/files.rs"]
pub mod files;
#[path = "../../../tools/stack/folder.rs"]
pub mod folder;
#[path = "../../../tools/stack/history.rs"]
pub mod history;
#[path = "../../../tools/stack/load.rs"]
pub mod load;
#[path = "../../../tools/stack/ports.rs"]
pub mod ports;
#[path = "../../../tools/stack/process.rs"]
pub mod process;
#[path = "../../../tools/stack/servers.rs"]
pub mod servers;

use std::path::{Path, PathBuf};

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The bundle under test: `dist`, or the one that `FOURLIGHTS_DIST` names from the project's root.
pub fn dist() -> PathBuf {
    let dist = root().join(std::env::var("FOURLIGHTS_DIST").unwrap_or_else(|_| "dist".into()));
    assert!(dist.join("index.html").is_file(), "{} holds no bundle; run `make build`", dist.display());
    dist
}

/// A configuration with one Prometheus behind this site's own proxy.
pub fn proxied_config(queries: &str) -> String {
    format!(
        r#"{{"title": "T", "refresh": "5s", "sources": {{"prom": {{"kind": "prometheus", "url": "./_proxy", "deadline": "4s"}}}},
            "signals": {{"web": {{"source": "prom", "by": "server", "queries": {queries}}}}},
            "services": [{{"id": "a", "name": "A", "signals": {{"web": "a"}}}}], "alerts": []}}"#
    )
}
