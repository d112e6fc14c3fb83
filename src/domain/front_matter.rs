//! The YAML between `---` lines at the head of a Markdown file.

/// Head and body of a file, and the line (from 1) on which the body begins. White space after the hyphens is of no
/// meaning; lines end with `\n`.
pub fn split(text: &str) -> Option<(&str, &str, usize)> {
    let (first, rest) = text.split_once('\n')?;
    if first.trim_end() != MARK {
        return None;
    }
    let mut at = 0;
    for (i, line) in rest.split_inclusive('\n').enumerate() {
        if line.trim_end() == MARK {
            let (head, body) = rest.split_at(at);
            return Some((head, body.get(line.len()..).unwrap_or_default(), i + 3));
        }
        at += line.len();
    }
    None
}

const MARK: &str = "---";

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn head_and_body_are_told_apart() {
        assert_eq!(split("---\na: 1\n---\nx\n"), Some(("a: 1\n", "x\n", 4)));
        assert_eq!(split("--- \na: 1\n---\t \nx"), Some(("a: 1\n", "x", 4)));
        assert_eq!(split("---\n---"), Some(("", "", 3)));
        for none in ["", "x", "---\na: 1\n", "---- \n---", " ---\n---\n", "---x\n---\n"] {
            assert_eq!(split(none), None, "{none:?}");
        }
    }
}
