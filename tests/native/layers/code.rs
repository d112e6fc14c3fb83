//! The program's text as code: without comments, and without the tests inside its files.

use std::fs;
use std::path::Path;

/// A file below `src`.
pub struct File {
    /// `sources/prometheus/mod.rs`
    pub path: String,
    /// `sources::prometheus`
    pub module: String,
    /// each piece of the code in its order
    pub pieces: Vec<Piece>,
}

/// A piece of code.
pub enum Piece {
    Code(String),
    /// a literal, with its quotes
    Text(String),
}

impl File {
    /// The code with its literals, or with empty ones.
    pub fn text(&self, with_literals: bool) -> String {
        let one = |piece: &Piece| match piece {
            Piece::Code(code) => code.clone(),
            Piece::Text(text) if with_literals => text.clone(),
            Piece::Text(_) => "\"\"".into(),
        };
        self.pieces.iter().map(one).collect()
    }

    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Code(_) => None,
        })
    }
}

/// All files of the program; those that hold nothing but tests are none of it.
pub fn files() -> Vec<File> {
    fn walk(folder: &Path, root: &Path, all: &mut Vec<File>) {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, root, all);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
                let text = fs::read_to_string(&path).expect("text");
                let path = path.strip_prefix(root).expect("below").display().to_string();
                let module = path.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
                all.push(File { pieces: pieces(before_tests(&text)), path, module });
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    walk(&root, &root, &mut all);
    all.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(all.len() > 200);
    all
}

fn before_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default()
}

/// ```text
/// let a = "//"; // b   ->   `let a = `, `"//"`, `; `
/// ```
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut all = Vec::new();
    let mut code = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let in_word = code.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let length = if rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
            continue;
        } else if letter == '"' {
            quoted(rest)
        } else if letter == 'r' && !in_word && rest[1..].trim_start_matches('#').starts_with('"') {
            let hashes = rest[1..].len() - rest[1..].trim_start_matches('#').len();
            let end = format!("\"{}", "#".repeat(hashes));
            let begin = 2 + hashes;
            begin + rest[begin..].find(&end).map_or(rest.len() - begin, |at| at + end.len())
        } else {
            let length = character(rest).unwrap_or(letter.len_utf8());
            code.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        };
        all.push(Piece::Code(std::mem::take(&mut code)));
        all.push(Piece::Text(rest[..length].into()));
        rest = &rest[length..];
    }
    all.push(Piece::Code(code));
    all
}

/// The length of a text in quotes, with them.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character in quotes, such as `'"'`; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('\'')?;
    let length = match inside.strip_prefix('\\') {
        Some(escaped) => 1 + escaped.char_indices().skip(1).find(|(_, c)| *c == '\'')?.0,
        None => inside.chars().next()?.len_utf8(),
    };
    inside[length..].starts_with('\'').then_some(length + 2)
}

#[test]
fn code_is_told_from_comments_and_literals() {
    let text = "let a = \"// \\\" b\"; // c\nlet d = r#\"e \" f\"#; let g = '\"'; x::<'a>('\\u{1}', '//');";
    let file = File { path: String::new(), module: String::new(), pieces: pieces(text) };
    assert_eq!(file.literals().collect::<Vec<_>>(), ["\"// \\\" b\"", "r#\"e \" f\"#"]);
    let code = file.text(false);
    assert!(
        !code.contains(" c") && code.contains("let d = \"\"; let g = '\"'; x::<'a>('\\u{1}', '"),
        "{code}"
    );
}
