//! `fourlights import-page`: a whole status page of another program as files for `fourlights publish`.

use super::terminal::{complain, now, say};
use fourlights::domain::public::day::date_at;
use fourlights::domain::time::{Millis, SECOND};
use fourlights::domain::zone::Offsets;
use fourlights::import::page::{Imported, Loss, cstate, kener, statuspage, upptime, uptime_kuma};
use fourlights::sources::Request;
use fourlights::transport::folder;
use fourlights::transport::native::send;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

/// Its lines of the usage.
pub const USAGE: &str = "  fourlights import-page KIND PLACE --out FOLDER
                                 take over a whole status page: incidents, maintenance, components, days. KIND is
                                 statuspage (an address, or a folder with its files), cstate or upptime (a checkout),
                                 uptime-kuma (the address of a page of version 2, or a backup of version 1), kener
                                 (a folder with saved answers of its API)
";

const DEADLINE: Millis = 30 * SECOND;

/// Reads a page of `kind` at `place` (a folder, a file or an address) and writes it below `out`, where nothing of it
/// is yet.
pub fn run(kind: &str, place: &str, out: &Path) -> ExitCode {
    let read = match kind {
        "statuspage" => read_statuspage(place),
        "cstate" => read_cstate(Path::new(place)),
        "upptime" => read_upptime(Path::new(place)),
        "uptime-kuma" => read_uptime_kuma(place),
        "kener" => read_kener(Path::new(place)),
        other => Err(format!(
            "{other:?} is not known here; known are statuspage, cstate, upptime, uptime-kuma, kener"
        )),
    };
    match read.and_then(|imported| write(&imported, out).map(|files| (imported, files))) {
        Ok((imported, files)) => {
            for loss in &imported.losses {
                complain(&format!("{}: {}\n", loss.place, loss.what));
            }
            let (maintenances, incidents): (Vec<_>, Vec<_>) =
                imported.notices.iter().partition(|n| n.is_maintenance());
            say(&format!(
                "{}\n",
                json!({"event": "import", "kind": kind, "incidents": incidents.len(), "maintenances": maintenances.len(),
                    "components": imported.components.len(), "days": imported.days.values().map(|h| h.days.len()).sum::<usize>(),
                    "losses": imported.losses.len(), "files": files})
            ));
            ExitCode::SUCCESS
        }
        Err(fault) => {
            complain(&format!("{fault}\n"));
            ExitCode::FAILURE
        }
    }
}

fn text(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))
}

/// An address, or a folder with the three files.
fn read_statuspage(place: &str) -> Result<Imported, String> {
    let is_address = place.starts_with("http://") || place.starts_with("https://");
    let base = place.trim_end_matches('/');
    let base = if is_address && !base.ends_with("/api/v2") { format!("{base}/api/v2") } else { base.into() };
    let body = |name: &str| -> Result<Vec<u8>, String> {
        if !is_address {
            let file = Path::new(place).join(name);
            return std::fs::read(&file).map_err(|e| format!("{}: {e}", file.display()));
        }
        let answer = send(&base, &Request::get(&format!("/{name}")), DEADLINE)
            .map_err(|e| format!("{base}/{name}: {e} {}", e.remedy()))?;
        match answer.status {
            200 => Ok(answer.body),
            status => Err(format!("{base}/{name}: status {status}. Is this the address of a Statuspage?")),
        }
    };
    let incidents = body("incidents.json")?;
    let (components, maintenances) = (body("components.json"), body("scheduled-maintenances.json"));
    let mut imported =
        statuspage::read(components.as_deref().ok(), &incidents, maintenances.as_deref().ok())?;
    for fault in [components.err(), maintenances.err()].into_iter().flatten() {
        imported.losses.push(Loss { place: place.into(), what: fault });
    }
    Ok(imported)
}

/// The history of incidents is read so far, ten incidents at a time or more.
const MOST_PAGES: usize = 200;

/// The address of a status page of version 2, a folder with its answers, or a backup of version 1.
fn read_uptime_kuma(place: &str) -> Result<Imported, String> {
    let is_address = place.starts_with("http://") || place.starts_with("https://");
    if !is_address {
        let path = Path::new(place);
        if !path.is_dir() {
            return text(path).and_then(|backup| uptime_kuma::read(&backup));
        }
        let history = text(&path.join("incident-history.json")).ok();
        let mut imported =
            uptime_kuma::read_page(&text(&path.join("status-page.json"))?, history.as_slice())?;
        if history.as_deref().and_then(uptime_kuma::next_cursor).is_some() {
            let what =
                "goes on: older incidents were not saved. Give the address of the page to read all of it";
            imported.losses.push(Loss { place: "incident-history.json".into(), what: what.into() });
        }
        return Ok(imported);
    }
    let (base, slug) = uptime_kuma::page_of(place).ok_or_else(|| {
        format!(
            "{place}: which status page? Write its address with its slug, e.g. https://up.example/status/main"
        )
    })?;
    let page = format!("/api/status-page/{slug}");
    let body = |request: &Request| -> Result<String, String> {
        let answer = send(base, request, DEADLINE)
            .map_err(|e| format!("{base}{}: {e} {}", request.path, e.remedy()))?;
        let text = String::from_utf8(answer.body).map_err(|e| format!("{base}{}: {e}", request.path))?;
        match answer.status {
            200 if !text.trim_start().starts_with('<') => Ok(text),
            status => Err(format!(
                "{base}{}: status {status}, and no JSON. Is this Uptime Kuma 2, and the page published?",
                request.path
            )),
        }
    };
    let mut history = Vec::new();
    let mut request = Request::get(&format!("{page}/incident-history"));
    while let Ok(answer) = body(&request) {
        let next = uptime_kuma::next_cursor(&answer);
        history.push(answer);
        let Some(cursor) = next.filter(|_| history.len() < MOST_PAGES) else { break };
        request.parameters = vec![("cursor".into(), cursor)];
    }
    uptime_kuma::read_page(&body(&Request::get(&page))?, &history)
}

/// A checkout of the site: `config.yml`, `content/issues/`.
fn read_cstate(site: &Path) -> Result<Imported, String> {
    let config = ["config.yml", "config.yaml", "hugo.yml", "hugo.yaml"]
        .iter()
        .find_map(|name| std::fs::read_to_string(site.join(name)).ok());
    let (texts, unread) = texts(&site.join("content/issues"), ".md")?;
    let mut imported = cstate::read(config.as_deref(), &texts);
    imported.losses.extend(unread);
    Ok(imported)
}

/// Names and texts.
type Texts = Vec<(String, String)>;

/// Names and texts of the files of a folder that end so, and what could not be read.
fn texts(folder: &Path, ending: &str) -> Result<(Texts, Vec<Loss>), String> {
    let (mut read, mut unread) = (Vec::new(), Vec::new());
    for name in folder::names(folder).map_err(|e| e.to_string())? {
        if !name.ends_with(ending) || name.starts_with(['.', '_']) {
            continue;
        }
        match std::fs::read_to_string(folder.join(&name)) {
            Ok(text) => read.push((name, text)),
            Err(fault) => unread.push(Loss { place: name, what: format!("could not be read: {fault}") }),
        }
    }
    Ok((read, unread))
}

/// A checkout of the repository: `history/`, and `issues.json` if it was saved.
fn read_upptime(repository: &Path) -> Result<Imported, String> {
    let summary = text(&repository.join("history/summary.json"))?;
    let (sites, unread) = texts(&repository.join("history"), ".yml")?;
    let sites =
        sites.into_iter().map(|(name, text)| (name.trim_end_matches(".yml").to_string(), text)).collect();
    let issues = std::fs::read_to_string(repository.join("issues.json")).ok();
    let mut imported = upptime::read(&summary, &sites, issues.as_deref(), date_at(now(), &Offsets::utc()))?;
    imported.losses.extend(unread);
    Ok(imported)
}

/// A folder of saved answers of the API.
fn read_kener(folder: &Path) -> Result<Imported, String> {
    let incidents = text(&folder.join("incidents.json"))?;
    kener::read(&incidents, |name| std::fs::read_to_string(folder.join(name)).ok())
}

/// Writes the files; what is there already is never overwritten. How many there are.
fn write(imported: &Imported, out: &Path) -> Result<usize, String> {
    let files = imported.files();
    if let Some(name) = files.keys().find(|name| out.join(name).exists()) {
        return Err(format!(
            "{}: there is such a file already. Choose a new folder with --out; nothing was written",
            out.join(name).display()
        ));
    }
    for (name, text) in &files {
        let path = out.join(name);
        let failed = |e: std::io::Error| format!("{}: {e}", path.display());
        std::fs::create_dir_all(path.parent().unwrap_or(out)).map_err(failed)?;
        std::fs::write(&path, text).map_err(failed)?;
    }
    Ok(files.len())
}
