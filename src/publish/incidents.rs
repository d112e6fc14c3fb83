//! All incident files of a folder: what is published of them, and all that is odd about them.

use super::incident_file::{self, FileFault};
use crate::domain::public::{Notice, Origin};
use crate::domain::time::Millis;

/// A file of the folder: its path from there, and its text or why there is none.
pub type Text = (String, Result<String, String>);

/// What a folder of incident files says.
#[derive(Debug, Default)]
pub struct Incidents {
    pub notices: Vec<Notice>,
    /// files that cannot be read, with what becomes of their incidents
    pub faults: Vec<(FileFault, &'static str)>,
    pub warnings: Vec<FileFault>,
}

/// Reads files. `others` are paths that are no incident files, `components` the ids there are, and `published` what was
/// published before: an incident whose file cannot be read stays as it was.
pub fn read(
    texts: Vec<Text>,
    others: Vec<String>,
    components: &[&str],
    published: &[Notice],
    now: Millis,
) -> Incidents {
    let mut all = Incidents::default();
    let mut from: Vec<(String, String)> = Vec::new();
    for (path, text) in texts {
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
        let id = incident_file::id_of(name);
        if id == "readme" {
            continue;
        }
        if let Some((_, other)) = from.iter().find(|(known, _)| *known == id) {
            let found =
                format!("the address incidents/{id}/ is taken by {other}; this file is not published");
            all.warnings.push(whole_file(&path, &found, "another name"));
            continue;
        }
        from.push((id.clone(), path.clone()));
        let read = match text {
            Ok(text) => incident_file::read(name, &text, components, now),
            Err(why) => Err(whole_file(&path, &why, "a text of at most a megabyte that can be read")),
        };
        match read {
            Ok(read) => {
                all.notices.push(read.notice);
                all.warnings.extend(read.warnings.into_iter().map(|w| FileFault { file: path.clone(), ..w }));
            }
            Err(fault) => {
                let old = published.iter().find(|n| n.id == id).cloned();
                let kept =
                    if old.is_some() { "its last published state stays" } else { "it is not published" };
                all.faults.push((FileFault { file: path, ..fault }, kept));
                all.notices.extend(old.map(|n| Notice { origin: Origin::File, ..n }));
            }
        }
    }
    let not_read = |path: String| whole_file(&path, "not read", "a name that ends in .md or .markdown");
    all.warnings.extend(others.into_iter().filter(|p| !is_about_the_folder(p)).map(not_read));
    all
}

fn whole_file(path: &str, found: &str, expected: &str) -> FileFault {
    FileFault { file: path.into(), line: None, column: None, found: found.into(), expected: expected.into() }
}

/// `README`, in any form, is about the folder.
fn is_about_the_folder(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    name.split('.').next() == Some("readme")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::public::Impact;

    fn text(path: &str, title: &str) -> Text {
        let text = format!(
            "---\ntitle: {title}\nstarted: 2026-11-20T00:00:00Z\nresolved: 2026-11-20T01:00:00Z\n---\n"
        );
        (path.into(), Ok(text))
    }

    fn read_all(texts: Vec<Text>, others: &[&str], published: &[Notice]) -> Incidents {
        let others = others.iter().map(|o| o.to_string()).collect();
        read(texts, others, &["api"], published, 1_795_600_000_000)
    }

    #[test]
    fn each_file_is_published_or_told() {
        let texts = vec![
            text("a.MD", "A"),
            text("b.markdown", "B"),
            text("2026/c.md", "C"),
            text("2025/c.md", "Other"),
            text("README.md", "About"),
            ("big.md".into(), Err("longer than 1000000 bytes".into())),
            ("no good.md".into(), Ok(String::new())),
        ];
        let all = read_all(texts, &["notes.txt", "2026/old.md.bak", "Readme", "README.txt"], &[]);
        let ids: Vec<&str> = all.notices.iter().map(|n| n.id.as_str()).collect();
        assert_eq!(ids, ["a", "b", "c"]);
        let told: Vec<&str> = all.warnings.iter().map(|w| w.file.as_str()).collect();
        assert_eq!(told, ["2025/c.md", "notes.txt", "2026/old.md.bak"]);
        let faults: Vec<&str> = all.faults.iter().map(|(f, _)| f.file.as_str()).collect();
        assert_eq!(faults, ["big.md", "no good.md"]);
    }

    #[test]
    fn a_file_that_cannot_be_read_leaves_its_incident() {
        let before = read_all(vec![text("a.md", "A")], &[], &[]).notices;
        let all = read_all(vec![("A.markdown".into(), Ok("---\ntitle: [\n---\n".into()))], &[], &before);
        assert_eq!((all.notices[0].title.as_str(), all.notices[0].impact), ("A", Impact::None));
        assert_eq!(all.faults[0].1, "its last published state stays");
    }
}
