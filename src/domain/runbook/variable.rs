//! Places in commands that are filled in: `[service]`, `[pod-name]`, `{{namespace}}`.

/// A piece of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    /// as it stands there, and its name
    Variable(&'a str, &'a str),
}

/// What becomes of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    pub text: String,
    /// variables without a value, which stay as they are
    pub open: Vec<String>,
    /// Variables whose value has letters that a shell reads: whoever runs the command should look first.
    pub risky: Vec<String>,
}

/// The longest name.
const LONGEST: usize = 40;

/// The pieces of a command in their order.
///
/// A variable in brackets begins with a small letter and has at least two, of which only `-`, `_`, digits and small
/// letters follow; so `[0-9]`, `[a-z]`, `[5m]`, `[ -f x ]` and `[$x]` are none. Directly after a letter, a digit, or one of
/// `$_)]}."'` a bracket is an index. Two braces hold a name, with or without spaces; `{{.Name}}` and `{{end}}` belong to
/// Go templates.
pub fn pieces(command: &str) -> Vec<Piece<'_>> {
    let mut all = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(found) = command.get(at..).and_then(|rest| rest.find(['[', '{'])) {
        let begin = at + found;
        let Some((length, name)) = variable(command, begin) else {
            at = begin + 1;
            continue;
        };
        if let Some(text) = command.get(from..begin).filter(|t| !t.is_empty()) {
            all.push(Piece::Text(text));
        }
        let whole = command.get(begin..begin + length).unwrap_or_default();
        all.push(Piece::Variable(whole, name));
        at = begin + length;
        from = at;
    }
    if let Some(text) = command.get(from..).filter(|t| !t.is_empty()) {
        all.push(Piece::Text(text));
    }
    all
}

/// The variable that begins at a byte: its whole length, and its name.
fn variable(command: &str, begin: usize) -> Option<(usize, &str)> {
    let rest = command.get(begin..)?;
    if let Some(inside) = rest.strip_prefix("{{") {
        // Not far: a search to the end for each brace would take the square of the length.
        let end = inside.bytes().take(LONGEST + 8).position(|b| b == b'}')?;
        let name = inside.get(..end)?.trim_matches(' ');
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            && !matches!(name, "end" | "else" | "break" | "continue");
        return (is_name && inside.get(end..)?.starts_with("}}")).then_some((end + 4, name));
    }
    let inside = rest.strip_prefix('[')?;
    let before = command.get(..begin)?.chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || "$_)]}.\"'[".contains(c)) {
        return None;
    }
    let end = inside.bytes().take(LONGEST + 1).position(|b| b == b']')?;
    let name = inside.get(..end)?;
    let is_range = name.len() == 3 && name.as_bytes().get(1) == Some(&b'-');
    let is_name = name.len() >= 2
        && !is_range
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'));
    is_name.then_some((end + 2, name))
}

/// The names of the variables of a command, each once.
pub fn names(command: &str, into: &mut Vec<String>) {
    for piece in pieces(command) {
        if let Piece::Variable(_, name) = piece
            && !into.iter().any(|known| known == name)
        {
            into.push(name.into());
        }
    }
}

/// A command with its variables filled in. Values on one line only: a line end would begin another command.
pub fn fill<'v>(command: &str, value: impl Fn(&str) -> Option<&'v str>) -> Filled {
    let mut filled =
        Filled { text: String::with_capacity(command.len()), open: Vec::new(), risky: Vec::new() };
    let note = |list: &mut Vec<String>, name: &str| {
        if !list.iter().any(|known| known == name) {
            list.push(name.into());
        }
    };
    for piece in pieces(command) {
        match piece {
            Piece::Text(text) => filled.text.push_str(text),
            Piece::Variable(whole, name) => match value(name).map(str::trim).filter(|v| !v.is_empty()) {
                Some(v) if !v.chars().any(char::is_control) => {
                    if !is_plain(v) {
                        note(&mut filled.risky, name);
                    }
                    filled.text.push_str(v);
                }
                _ => {
                    note(&mut filled.open, name);
                    filled.text.push_str(whole);
                }
            },
        }
    }
    filled
}

/// Whether a value means only itself in every shell. What comes from an alert's labels is offered only then: labels are
/// other people's text.
pub fn is_plain(value: &str) -> bool {
    !value.is_empty()
        && value.len() <= 253
        && !value.starts_with('-')
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:/@%+=,-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(command: &str) -> Vec<String> {
        let mut all = Vec::new();
        names(command, &mut all);
        all
    }

    #[test]
    fn variables_are_told_from_what_shells_and_queries_write() {
        for (command, expected) in [
            ("kubectl get pods -n [namespace] | grep [service-name]", &["namespace", "service-name"][..]),
            ("psql -h [db-host] -U [user] -c \"SELECT 1\"", &["db-host", "user"]),
            ("kubectl rollout restart deployment/{{service}} -n {{ namespace }}", &["service", "namespace"]),
            ("deployment/[service] [service]", &["service"]),
            ("grep '[0-9]' x | tr '[a-z]' '[A-Z]' | grep [a-z]", &[]),
            ("rate(http_requests_total[5m])", &[]),
            ("if [ -f x ]; then [[ -n $x ]]; fi", &[]),
            ("echo ${a[index]} $list[index] x[index] .items[name]", &[]),
            ("docker ps --format '{{.Names}} {{end}} {{range .x}} {{ $labels.x }}'", &[]),
            ("jq '.a[\"b\"]'; [", &[]),
            ("{{", &[]),
            ("{{{x1}}}", &["x1"]),
        ] {
            assert_eq!(found(command), expected, "{command}");
        }
    }

    #[test]
    fn pieces_join_to_the_command() {
        for command in ["a [bc] {{d}} e", "[aa][bb]", "", "é[no]é [yes]é", "[[[[", "{{{{"] {
            let joined: String = pieces(command)
                .into_iter()
                .map(|p| match p {
                    Piece::Text(text) | Piece::Variable(text, _) => text,
                })
                .collect();
            assert_eq!(joined, command);
        }
    }

    #[test]
    fn values_fill_and_what_a_shell_reads_is_said() {
        let value = |name: &str| match name {
            "service" => Some("api-gateway"),
            "query" => Some("a; rm -rf /"),
            "lines" => Some("a\nrm -rf /"),
            "empty" => Some(" "),
            _ => None,
        };
        let filled = fill("restart [service] -n [namespace] [query] [lines] [empty] [service]", value);
        assert_eq!(filled.text, "restart api-gateway -n [namespace] a; rm -rf / [lines] [empty] api-gateway");
        assert_eq!(filled.open, ["namespace", "lines", "empty"]);
        assert_eq!(filled.risky, ["query"]);
        for (value, plain) in [
            ("api-1.example:8080/x", true),
            ("-rf", false),
            ("$(x)", false),
            ("a b", false),
            ("", false),
            ("`x`", false),
        ] {
            assert_eq!(is_plain(value), plain, "{value}");
        }
    }

    #[test]
    fn a_million_brackets_are_read_in_one_go() {
        assert!(found(&"[".repeat(1_000_000)).is_empty());
        assert!(found(&"{{".repeat(500_000)).is_empty());
        assert_eq!(found(&"[aa]".repeat(1_000)).len(), 1);
    }
}
