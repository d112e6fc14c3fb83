//! Hosts of repositories: the shapes of answers as their documentation shows them, the configuration, and the edit of its text.

use fourlights::domain::on_call::Override;
use fourlights::domain::window::Bounds;
use fourlights::domain::zone::Offsets;
use fourlights::model::add_override;
use fourlights::sources::repository::{Change, Listed, Place, Stored, Written};
use fourlights::sources::{Call, Files, Response, SourceError, System, github, gitlab, read_config};
use proptest::prelude::*;
use serde_json::{Value, json};

const PLACE: Place<'_> = Place { repository: "acme/ops", branch: Some("main") };

const GITHUB_FOLDER: &str = include_str!("answers/github-folder.json");
const GITHUB_FILE: &str = include_str!("answers/github-file.json");
const GITHUB_WRITTEN: &str = include_str!("answers/github-written.json");
const GITLAB_FOLDER: &str = include_str!("answers/gitlab-folder.json");
const GITLAB_FILE: &str = include_str!("answers/gitlab-file.json");
const GITLAB_WRITTEN: &str = include_str!("answers/gitlab-written.json");

fn files(system: &System) -> &'static dyn Files {
    system.files().expect("a host of repositories")
}

fn read<T>(call: &Call<T>, status: u16, body: &str) -> Result<T, SourceError> {
    let response = Response { status, body: body.into(), ..Response::default() };
    call.read_all(&response, "acme/ops").map(|parsed| parsed.data)
}

#[test]
fn both_hosts_list_read_and_write() {
    let hosts = [
        (&github::SYSTEM, GITHUB_FOLDER, GITHUB_FILE, GITHUB_WRITTEN),
        (&gitlab::SYSTEM, GITLAB_FOLDER, GITLAB_FILE, GITLAB_WRITTEN),
    ];
    for (system, folder, file, written) in hosts {
        let (files, name) = (files(system), system.spec.name);
        let listed = read(&files.list(PLACE, "incidents"), 200, folder).unwrap().unwrap();
        let expected = Listed {
            name: "20261201-api-is-slow-9f3c21aa.json".into(),
            hash: "3d21ec53a331a6f037a91c368710b99387d012c1".into(),
        };
        assert_eq!(listed, [expected], "{name}: folders are not listed");
        let stored = read(&files.read(PLACE, "incidents/a.json"), 200, file).unwrap();
        let text = "{\"format\": \"fourlights-incident\"}\n".to_string();
        assert_eq!(stored.as_ref().map(|s| &s.text), Some(&text), "{name}");
        let Some(Stored { sha, .. }) = stored else { panic!("{name}: no file") };
        let change = Change { message: "m", text: &text, sha: Some(&sha) };
        let write = files.write(PLACE, "incidents/a.json", &change);
        assert!(write.request.json.as_ref().unwrap().contains(&sha), "{name}: it names what it replaces");
        assert!(matches!(read(&write, 200, written), Ok(Written::Done(_))), "{name}");
        assert!(read(&files.look(PLACE), 404, r#"{"message":"404 Project Not Found"}"#).is_err(), "{name}");
        for status in [401, 403, 500] {
            assert!(read(&write, status, "{}").is_err(), "{name} {status}");
            assert!(read(&files.list(PLACE, "x"), status, "{}").is_err(), "{name} {status}");
        }
    }
}

#[test]
fn a_write_over_another_version_is_a_conflict_and_no_error() {
    for (system, status, message) in [
        (&github::SYSTEM, 409, "incidents/a.json does not match 3d21ec53a331a6f037a91c368710b99387d012c1"),
        (&github::SYSTEM, 422, "Invalid request.\n\n\"sha\" wasn't supplied."),
        (
            &gitlab::SYSTEM,
            400,
            "You are attempting to update a file that has changed since you started editing it.",
        ),
        (&gitlab::SYSTEM, 400, "A file with this name already exists"),
    ] {
        let write = files(system).write(PLACE, "a.json", &Change { message: "m", text: "x", sha: Some("s") });
        let body = json!({ "message": message }).to_string();
        assert_eq!(read(&write, status, &body).unwrap(), Written::Conflict, "{message}");
    }
}

fn with(key: &str, value: Value) -> Result<fourlights::config::Config, Vec<String>> {
    let mut config: Value = serde_json::from_str(include_str!("../../public/fourlights.json")).unwrap();
    config[key] = value;
    read_config(&config.to_string()).map_err(|faults| faults.iter().map(|f| f.path.clone()).collect())
}

#[test]
fn repositories_are_checked() {
    let incidents = |repository: Value| with("incidents", json!({ "repository": repository }));
    let found = incidents(json!({"name": "acme/incidents"})).unwrap().incidents.repository.unwrap();
    assert_eq!((found.kind.name(), found.api.as_str()), ("github", "https://api.github.com"));
    assert_eq!((found.folder.as_str(), found.system().as_str()), ("incidents", "repository acme/incidents"));
    assert_eq!(found.path_of("a.json"), "incidents/a.json");
    let deep = json!({"name": "acme/ops/incidents", "kind": "gitlab", "branch": "main", "folder": "/"});
    let found = incidents(deep).unwrap().incidents.repository.unwrap();
    assert_eq!((found.api.as_str(), found.path_of("a.json").as_str()), ("https://gitlab.com", "a.json"));
    assert_eq!(found.system(), "repository acme/ops/incidents at https://gitlab.com");
    for (repository, path) in [
        (json!({"name": "acme"}), "$.incidents.repository.name"),
        (json!({"name": "acme/ops/incidents"}), "$.incidents.repository.name"),
        (json!({"name": "acme/x", "kind": "bitbucket"}), "$.incidents.repository.kind"),
        (json!({"name": "acme/x", "kind": "gitlab"}), "$.incidents.repository.branch"),
        (json!({"name": "acme/x", "folder": "a/../b"}), "$.incidents.repository.folder"),
        (json!({"name": "acme/x", "api": "ftp://x"}), "$.incidents.repository.api"),
        (json!({"name": "acme/x", "brunch": "main"}), "$.incidents.repository.brunch"),
    ] {
        assert_eq!(incidents(repository.clone()).err(), Some(vec![path.to_string()]), "{repository}");
    }
    let file = with("configuration_file", json!({"name": "acme/ops", "path": "/a/b.json"})).unwrap();
    assert_eq!(file.configuration_file.unwrap().path, "a/b.json");
    let faults = with("configuration_file", json!({"name": "acme/ops", "path": "../b.json"})).err();
    assert_eq!(faults, Some(vec!["$.configuration_file.path".to_string()]));
}

/// White space between the parts of a JSON text.
fn space() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", " ", "\n", "\n  ", "\r\n\t"]).prop_map(String::from)
}

/// Writes JSON with white space of somebody's own.
fn write(value: &Value, spaces: &[String], n: &mut usize, out: &mut String) {
    let mut gap = |out: &mut String| {
        out.push_str(&spaces[*n % spaces.len()]);
        *n += 1;
    };
    match value {
        Value::Array(all) => {
            out.push('[');
            gap(out);
            for (i, item) in all.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                    out.push_str(&spaces[i % spaces.len()]);
                }
                write(item, spaces, n, out);
                out.push_str(&spaces[(i + 1) % spaces.len()]);
            }
            out.push(']');
        }
        Value::Object(all) => {
            out.push('{');
            gap(out);
            for (i, (key, item)) in all.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                    out.push_str(&spaces[i % spaces.len()]);
                }
                out.push_str(&format!("{}{}:", Value::String(key.clone()), spaces[i % spaces.len()]));
                write(item, spaces, n, out);
            }
            out.push_str(&spaces[*n % spaces.len()]);
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
}

proptest! {
    /// However the file is laid out: the override is there, all other text is as it was, and the file can be read.
    #[test]
    fn an_override_is_inserted_and_all_other_text_stays(
        spaces in prop::collection::vec(space(), 1..6),
        note in ".{0,12}",
        which in 0usize..8,
    ) {
        let shipped: Value = serde_json::from_str(include_str!("../../public/fourlights.json")).unwrap();
        let mut text = String::new();
        write(&shipped, &spaces, &mut 0, &mut text);
        let before = read_config(&text).unwrap();
        let places: Vec<(String, String)> = before
            .on_call
            .schedules
            .iter()
            .flat_map(|s| s.layers.iter().map(|l| (s.id.clone(), l.name.clone())))
            .collect();
        let (schedule, layer) = &places[which % places.len()];
        let new = Override {
            bounds: Bounds { start: 1_800_000_000_000, end: 1_800_030_000_000 },
            person: before.on_call.people[0].id.clone(),
            note: Some(note),
        };
        let edited = add_override(&text, (schedule, layer), &new, &Offsets::utc()).unwrap();
        let after = read_config(&edited.text).unwrap();
        let mut expected = before.clone();
        let own = expected.on_call.schedules.iter_mut().find(|s| s.id == *schedule).unwrap();
        own.layers.iter_mut().find(|l| l.name == *layer).unwrap().overrides.push(new);
        prop_assert_eq!(after.on_call, expected.on_call);
        let same = |(a, b): &(u8, u8)| a == b;
        let head = edited.text.bytes().zip(text.bytes()).take_while(same).count();
        let tail = edited.text.bytes().rev().zip(text.bytes().rev()).take_while(same).count();
        prop_assert!(head + tail >= text.len());
    }
}
