//! `fourlights publish` as it is run: what it writes, keeps, refuses, and never shows.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A folder of its own for each test, removed at its end.
pub struct Place(pub PathBuf);

impl Place {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("fourlights-publish-{name}-{}", std::process::id()));
        fs::remove_dir_all(&path).ok();
        fs::create_dir_all(path.join("incidents")).unwrap();
        Self(path)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    pub fn out(&self) -> PathBuf {
        self.0.join("out")
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fourlights"));
        command.arg("publish").arg(self.0.join("fourlights.json")).arg("--out").arg(self.out());
        command
    }

    pub fn publish(&self) -> Output {
        self.command().output().unwrap()
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.out().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// A Prometheus that says of each service what it is told to say: value, or a body of its own.
struct Source {
    port: u16,
    value: Arc<Mutex<String>>,
    body: Arc<Mutex<Option<String>>>,
    /// what stands beside `data` in each answer, as `"warnings":["a"]`
    remark: Arc<Mutex<String>>,
    asked: Arc<AtomicUsize>,
}

impl Source {
    fn start(value: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let body: Arc<Mutex<Option<String>>> = Arc::default();
        let asked: Arc<AtomicUsize> = Arc::default();
        let (value, remark) = (Arc::new(Mutex::new(value.to_string())), Arc::<Mutex<String>>::default());
        let (told, counted, says, beside) = (body.clone(), asked.clone(), value.clone(), remark.clone());
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::Relaxed);
                let mut connection = connection;
                connection.set_read_timeout(Some(Duration::from_millis(300))).ok();
                let mut request = vec![0; 65_536];
                let mut n = connection.read(&mut request).unwrap_or(0);
                // The form may come in a packet of its own.
                if !String::from_utf8_lossy(&request[..n]).contains("query=") {
                    n += connection.read(&mut request[n..]).unwrap_or(0);
                }
                let text = String::from_utf8_lossy(&request[..n]).into_owned();
                let value = says.lock().unwrap().clone();
                let mut answer = told.lock().unwrap().clone().unwrap_or_else(|| wire(&text, &value));
                let remark = beside.lock().unwrap();
                if !remark.is_empty() {
                    answer.insert_str(1, &format!("{remark},"));
                }
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    answer.len()
                );
                connection.write_all((head + answer.as_str()).as_bytes()).ok();
            }
        });
        Self { port, value, body, remark, asked }
    }
}

/// An answer in Prometheus's format to a range query or to joined terms. Where it is asked how much data there is,
/// there is all of it.
fn wire(request: &str, value: &str) -> String {
    let field = |name: &str| {
        let text = request.split(&format!("{name}=")).nth(1).unwrap_or_default();
        text.split(['&', ' ']).next().unwrap_or_default().to_string()
    };
    if request.contains("query_range") {
        let number = |name: &str| field(name).parse::<f64>().unwrap_or(0.0) as i64;
        let (start, end) = (number("start"), number("end"));
        let value = if request.contains("count_over_time") { "288" } else { value };
        let samples: Vec<String> =
            (start..=end).step_by(86_400).map(|t| format!("[{t},\"{value}\"]")).collect();
        return format!(
            r#"{{"status":"success","data":{{"resultType":"matrix","result":[{{"metric":{{"service":"internal-api-7"}},"values":[{}]}}]}}}}"#,
            samples.join(",")
        );
    }
    // Keys of terms stand behind the label's name, in quotes that are %22.
    let keys = request.split("fourlights_term%22%2C").skip(1).filter_map(|rest| rest.split("%22").nth(1));
    let series: Vec<String> = keys
        .map(|key| {
            let key = key.replace("%3A", ":");
            let counts = key.starts_with('k') || key.starts_with('n') && key != "now";
            let value = if counts { "288" } else { value };
            format!(r#"{{"metric":{{"service":"internal-api-7","fourlights_term":"{key}"}},"value":[1,"{value}"]}}"#)
        })
        .collect();
    format!(r#"{{"status":"success","data":{{"resultType":"vector","result":[{}]}}}}"#, series.join(","))
}

/// With secrets in every place that is not public.
fn configuration(port: u16) -> String {
    format!(
        r#"{{"title": "INTERNAL-title", "environment": "INTERNAL-env",
        "sources": {{"INTERNAL-source": {{"kind": "prometheus", "url": "http://127.0.0.1:{port}", "deadline": "2s"}}}},
        "signals": {{"INTERNAL-set": {{"source": "INTERNAL-source", "by": "service", "selector": "INTERNAL_label=\"x\"",
            "queries": {{"uptime": "avg by ($by) (avg_over_time(INTERNAL_metric{{key=\"s3cr3t-key\", $selector}}[$range]))"}}}}}},
        "services": [{{"id": "internal-service", "name": "INTERNAL-service", "description": "INTERNAL-note",
            "signals": {{"INTERNAL-set": "internal-api-7"}},
            "links": [{{"title": "INTERNAL-logs", "url": "https://logs.internal.example/INTERNAL"}}]}}],
        "maintenance": [{{"title": "INTERNAL-move", "from": "2026-01-01T00:00:00Z", "to": "2026-01-01T01:00:00Z"}}],
        "alerts": [],
        "public": {{"url": "https://status.example.com", "name": "Acme", "incidents": "incidents", "languages": ["en", "ar"],
            "repository": {{"name": "acme/INTERNAL-repo"}},
            "components": [{{"id": "api", "name": "API & more", "service": "internal-service", "group": "Core"}},
                           {{"id": "mail", "name": "Mail", "upstream": true}}]}}}}"#
    )
}

const INCIDENT: &str = "---
title: Slow <API>
impact: major
started: 2026-11-20T03:01:00Z
components: { mail: partial_outage }
---
## investigating 2026-11-20T03:04:00Z

It is slow. <script>alert('hostile')</script> [click](javascript:alert(1)) ![x](https://evil.example/p.gif)

## resolved 2026-11-20T05:01:00Z
";

pub fn every_file(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, all: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(root, &path, all);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                all.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(folder, folder, &mut all);
    all
}

fn with_source(name: &str, value: &str) -> (Place, Source) {
    let (place, source) = (Place::new(name), Source::start(value));
    place.write("fourlights.json", &configuration(source.port));
    place.write("incidents/2026-11-20-slow-api.md", INCIDENT);
    (place, source)
}

#[track_caller]
fn succeeds(out: &Output) -> serde_json::Value {
    let (said, complained) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert_eq!(out.status.code(), Some(0), "{said}{complained}");
    serde_json::from_str(&said).unwrap()
}

#[test]
fn nothing_internal_and_nothing_that_acts_is_in_any_file() {
    let (place, _source) = with_source("leaks", "0.9995");
    let report = succeeds(&place.publish());
    assert_eq!(report["queries"], 4, "{report}");
    let all = every_file(&place.out());
    assert!(all.len() > 60, "{}", all.len());
    for (name, bytes) in &all {
        let text = String::from_utf8_lossy(bytes);
        for secret in
            ["INTERNAL", "internal", "s3cr3t", "127.0.0.1", "avg_over_time", "evil.example", "javascript:"]
        {
            // What people wrote is kept there as they wrote it, for the next run; nothing shows it.
            let as_written = name == "history.json" && ["evil.example", "javascript:"].contains(&secret);
            assert!(as_written || !text.contains(secret), "{secret} in {name}");
        }
        if name.ends_with(".html") {
            assert!(!text.contains("<script>"), "{name}");
            assert!(text.contains("http-equiv=\"Content-Security-Policy\""), "{name}");
        }
    }
    assert!(place.read("index.html").contains("99.95 %"));
    assert!(
        place
            .read("incidents/2026-11-20-slow-api/index.html")
            .contains("&lt;script&gt;alert('hostile')&lt;/script&gt;")
    );
    assert!(place.read("ar/index.html").contains("dir=\"rtl\""));
    // Declared: two hours of a partial outage count 0.3 each.
    let mail: serde_json::Value = serde_json::from_str(&place.read("components/mail/uptime.json")).unwrap();
    let found = mail["days"].as_array().unwrap().iter().any(|d| d.as_f64() == Some(0.975));
    assert!(found, "{mail}");
}

#[test]
fn a_second_run_asks_for_what_is_new_and_changes_nothing_that_was() {
    let (place, source) = with_source("twice", "1");
    succeeds(&place.publish());
    let before = every_file(&place.out());
    let written = fs::metadata(place.out().join("incidents/2026-11-20-slow-api/index.html"))
        .unwrap()
        .modified()
        .unwrap();
    // A second later, so that no time in a file is the same by chance.
    std::thread::sleep(Duration::from_millis(1_100));
    let report = succeeds(&place.publish());
    let after = every_file(&place.out());
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    assert!(report["changed"].as_u64().unwrap() < 60, "{report}");
    assert_eq!(before["history.json"], after["history.json"]);
    assert_eq!(before["uptime.csv"], after["uptime.csv"]);
    let kept = fs::metadata(place.out().join("incidents/2026-11-20-slow-api/index.html"))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(written, kept, "an unchanged page keeps its date");
    // The days are final: only the figures of now are asked for. Each run looks at the source's clock.
    assert_eq!((report["queries"].as_u64(), source.asked.load(Ordering::Relaxed)), (Some(1), 2 + 5));
}

#[test]
fn days_that_monitoring_forgot_stay_published() {
    let (place, source) = with_source("kept", "0.98");
    succeeds(&place.publish());
    *source.body.lock().unwrap() =
        Some(r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#.into());
    let out = place.publish();
    assert_eq!(out.status.code(), Some(4), "what monitoring does not know is told");
    assert!(String::from_utf8_lossy(&out.stderr).contains("monitoring has no data for api"));
    let uptime: serde_json::Value = serde_json::from_str(&place.read("components/api/uptime.json")).unwrap();
    let days = uptime["days"].as_array().unwrap();
    assert_eq!(days.len(), 365);
    assert!(days.iter().all(|d| d.as_f64() == Some(0.98)), "{uptime}");
}

#[test]
fn a_source_that_is_down_leaves_what_was_measured_with_its_age_and_publishes_the_news() {
    let (place, source) = with_source("down", "1");
    succeeds(&place.publish());
    let measured = place.read("live.json");
    *source.body.lock().unwrap() = Some("<html>502 Bad Gateway</html>".into());
    place.write("incidents/2026-11-25-news.md", &INCIDENT.replace("## resolved 2026-11-20T05:01:00Z", ""));
    let out = place.publish();
    let complaint = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(4), "{complaint}");
    assert!(complaint.contains("INTERNAL-source") && complaint.contains("with their age"), "{complaint}");
    let stamp = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap()["measured"].clone();
    assert_eq!(stamp(&measured), stamp(&place.read("live.json")), "the old measurements keep their time");
    assert!(
        place.read("index.html").contains("incidents/2026-11-25-news/"),
        "an incident is told all the same"
    );
    assert!(place.read("index.html").contains("100 %"));
}

#[test]
fn an_answer_from_part_of_the_data_makes_no_day_and_keeps_what_was_measured() {
    let parts = [r#""warnings":["1 of 2 stores did not answer"]"#, r#""isPartial":true"#];
    for (i, part) in parts.into_iter().enumerate() {
        let (place, source) = with_source(&format!("partial-{i}"), "0.25");
        let tell = |value: &str, remark: &str| {
            *source.value.lock().unwrap() = value.into();
            *source.remark.lock().unwrap() = remark.into();
        };
        let uptime = || -> serde_json::Value {
            serde_json::from_str(&place.read("components/api/uptime.json")).unwrap()
        };
        let partly = || {
            let out = place.publish();
            let complaint = String::from_utf8_lossy(&out.stderr).into_owned();
            assert_eq!(out.status.code(), Some(4), "{part}: {complaint}");
            assert!(
                complaint.contains("INTERNAL-source") && complaint.contains("with their age"),
                "{complaint}"
            );
        };
        tell("0.25", part);
        partly();
        let (first, closed) = (uptime()["first"].clone(), uptime()["closed"].clone());
        assert!(closed.as_str() < first.as_str(), "{part}: no day is final: {closed}");
        assert!(uptime()["days"].as_array().unwrap().iter().all(serde_json::Value::is_null), "{part}");
        // The next whole answer fills the days in.
        tell("0.98", "");
        succeeds(&place.publish());
        let whole = uptime();
        assert!(whole["days"].as_array().unwrap().iter().all(|d| d.as_f64() == Some(0.98)), "{whole}");
        let measured =
            |text: String| serde_json::from_str::<serde_json::Value>(&text).unwrap()["measured"].clone();
        let stamp = measured(place.read("live.json"));
        tell("0.25", part);
        partly();
        assert_eq!(uptime()["days"], whole["days"], "{part}");
        assert_eq!(measured(place.read("live.json")), stamp, "{part}: the measurements keep their time");
        // Remarks on what was answered in full are told, and keep nothing back.
        tell("0.98", r#""infos":["a metric might not be a counter"]"#);
        let out = place.publish();
        let told = succeeds(&out);
        assert_eq!(told["status"], "ok");
        assert!(String::from_utf8_lossy(&out.stderr).contains("might not be a counter"));
    }
}

#[test]
fn a_source_that_lies_changes_nothing() {
    for lie in ["NaN", "9.9", "-1", "+Inf"] {
        let (place, _source) = with_source("lies", lie);
        let out = place.publish();
        assert_eq!(out.status.code(), Some(4), "{lie}");
        let complaint = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(
            complaint.contains("outside of 0 to 1") || complaint.contains("no data for"),
            "{lie}: {complaint}"
        );
        let uptime: serde_json::Value =
            serde_json::from_str(&place.read("components/api/uptime.json")).unwrap();
        assert!(uptime["days"].as_array().unwrap().iter().all(serde_json::Value::is_null), "{lie}: {uptime}");
    }
}

#[test]
fn bad_input_leaves_the_old_page_and_says_what_to_do() {
    let (place, source) = with_source("bad", "1");
    succeeds(&place.publish());
    let before = every_file(&place.out());
    let refused = |says: &str| {
        let out = place.publish();
        let complaint = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(1), "{complaint}");
        assert!(complaint.contains(says), "{says}: {complaint}");
        let line: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!(line["status"], "failed");
    };
    let good = configuration(source.port);
    place.write("fourlights.json", "{");
    refused("fault");
    place.write("fourlights.json", &good.replace("\"url\": \"https://status.example.com\",", ""));
    refused("$.public.url");
    place.write("fourlights.json", &good.replace("[\"en\", \"ar\"]", "[\"en\", \"tlh\"]"));
    refused("built in are en, de");
    place.write("fourlights.json", &good);
    assert_eq!(before, every_file(&place.out()), "nothing was touched");

    // A spoilt incident stays as it was published; the others go on.
    place.write("incidents/2026-11-20-slow-api.md", "---\ntitle: [\n---\n");
    let out = place.publish();
    let complaint = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(4));
    assert!(
        complaint.contains("2026-11-20-slow-api.md") && complaint.contains("last published state"),
        "{complaint}"
    );
    assert!(place.read("incidents/2026-11-20-slow-api/index.html").contains("Slow &lt;API&gt;"));

    // History that cannot be read is never thrown away.
    fs::write(place.out().join("uptime.json"), "{").unwrap();
    refused("The days of the past are read from it");
    assert_eq!(place.read("uptime.json"), "{");
}

#[test]
fn watching_publishes_again_and_again_and_ends_when_told() {
    let (place, _source) = with_source("watch", "1");
    let mut child = place.command().args(["--watch", "1s"]).stdout(Stdio::piped()).spawn().unwrap();
    // As many runs as it takes on a busy machine, and never more often than asked for.
    let begin = Instant::now();
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut lines: Vec<String> = out.by_ref().take(3).map(|l| l.unwrap()).collect();
    assert!(
        begin.elapsed() >= Duration::from_millis(1_500),
        "three runs a second apart take less than two seconds"
    );
    let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(told.success());
    lines.extend(out.map(|l| l.unwrap()));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(lines.len() >= 3, "{lines:?}");
    let runs: Vec<serde_json::Value> = lines.iter().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert!(runs.iter().all(|r| r["status"] == "ok"), "{lines:?}");
}

#[test]
fn a_folder_that_holds_something_else_is_left_alone() {
    let (place, _source) = with_source("foreign", "1");
    fs::create_dir_all(place.out()).unwrap();
    place.write("out/thesis.txt", "years of work");
    let out = place.publish();
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&out.stderr).contains("is not a folder that was published"));
    assert_eq!(place.read("thesis.txt"), "years of work");
}

#[test]
fn a_full_disk_and_a_folder_that_cannot_be_written_leave_the_old_page() {
    let (place, _source) = with_source("full", "1");
    succeeds(&place.publish());
    let before = every_file(&place.out());
    // No file may grow over half a kilobyte: to the writer that is a full disk.
    place.write("incidents/2026-11-21-more.md", INCIDENT);
    let command = place.command();
    let words: Vec<String> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|w| format!("'{}'", w.to_string_lossy()))
        .collect();
    let script = format!("trap '' XFSZ; ulimit -f 1; exec {}", words.join(" "));
    let out = Command::new("bash").args(["-c", &script]).output().unwrap();
    let complaint = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(1), "{complaint}");
    assert!(complaint.contains("Make room") && complaint.contains("as it was"), "{complaint}");
    assert_eq!(before, every_file(&place.out()));
    let beside: Vec<_> = fs::read_dir(&place.0).unwrap().flatten().map(|e| e.file_name()).collect();
    assert!(
        !beside.iter().any(|n| n.to_string_lossy().ends_with(".next")),
        "nothing is left over: {beside:?}"
    );

    // Where even a superuser cannot write.
    let mut command = Command::new(env!("CARGO_BIN_EXE_fourlights"));
    command.arg("publish").arg(place.0.join("fourlights.json")).args(["--out", "/proc/fourlights-page"]);
    let out = command.output().unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&out.stderr).contains("/proc/"),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
}

/// Every page of a whole folder says which title the site had when it was written.
#[track_caller]
fn is_whole(folder: &Path) -> String {
    let title = |text: &str| {
        text.split("<title>")
            .nth(1)
            .and_then(|t| t.split("</title>").next())
            .map(|t| t.rsplit(" · ").next().unwrap_or_default().to_string())
    };
    let files = every_file(folder);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    for needed in [
        "index.html",
        "uptime.json",
        "api/v2/summary.json",
        "feed.atom",
        "sitemap.xml",
        "ar/index.html",
        "status.png",
        "404.html",
    ] {
        assert!(names.contains(&needed), "{needed} is missing");
    }
    let mut titles: Vec<String> = files
        .iter()
        .filter(|(name, _)| name.ends_with(".html") && !name.starts_with("ar/"))
        .map(|(name, bytes)| {
            let text = String::from_utf8_lossy(bytes);
            assert!(text.ends_with("</html>\n"), "{name} is cut off");
            title(&text).unwrap_or_else(|| panic!("{name} has no title"))
        })
        .collect();
    titles.dedup();
    assert_eq!(titles.len(), 1, "a mixed folder: {titles:?}");
    for (name, bytes) in files.iter().filter(|(n, _)| n.ends_with(".json")) {
        serde_json::from_slice::<serde_json::Value>(bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    titles.remove(0)
}

#[test]
fn a_publisher_that_is_killed_never_leaves_a_broken_or_mixed_folder() {
    let (place, source) = with_source("killed", "1");
    // More to write, so that there is more to interrupt.
    for i in 0..40 {
        place.write(&format!("incidents/2026-10-{:02}-x{i}.md", i % 28 + 1), INCIDENT);
    }
    succeeds(&place.publish());
    // Of somebody else, to be there whatever happens.
    fs::create_dir_all(place.out().join(".git/refs")).unwrap();
    place.write("out/.git/refs/main", "1f");
    let named = |name: &str| {
        let name = format!("\"name\": \"Acme {name}\"");
        place.write("fourlights.json", &configuration(source.port).replace("\"name\": \"Acme\"", &name));
    };
    let whole = {
        named("whole");
        let begin = Instant::now();
        succeeds(&place.publish());
        begin.elapsed()
    };
    let mut seen = std::collections::BTreeSet::new();
    let mut killed = 0;
    for round in 0..200_u32 {
        // Each run writes another title into every page.
        named(&round.to_string());
        let mut child = place.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // A sequence without a pattern, over a little more than a whole run.
        let point = f64::from(round * 7_919 % 200) / 200.0 * 1.3;
        std::thread::sleep(whole.mul_f64(point));
        killed += usize::from(child.try_wait().unwrap().is_none());
        child.kill().ok();
        child.wait().unwrap();
        seen.insert(is_whole(&place.out()));
        assert_eq!(place.read(".git/refs/main"), "1f", "round {round}");
    }
    assert!(killed > 100, "only {killed} of 200 runs were interrupted");
    assert!(seen.len() > 3, "some runs came through: {seen:?}");
    // And the next one that is let alone goes on from there.
    succeeds(&place.publish());
    assert!(is_whole(&place.out()).contains("Acme 199"));
    println!("{killed} of 200 runs were killed, {} states seen", seen.len());
}
