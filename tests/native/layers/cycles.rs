//! No module needs, by way of others, itself. A module is a file; what it takes from another by `use` or by a path is
//! followed through re-exports to the file that has it, so that `mod.rs` files that only collect are no part of it.

use super::code::files;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
struct Module {
    /// what it takes, as absolute paths
    taken: Vec<Vec<String>>,
    /// name -> where it really is
    handed_on: BTreeMap<String, Vec<String>>,
    /// modules all of whose names are handed on
    all_of: Vec<Vec<String>>,
    /// names of what is defined here
    defined: BTreeSet<String>,
}

/// `a::{b, c::{self, d}}` -> `a::b`, `a::c::self`, `a::c::d`
fn flat(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((before, inside)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap_or_default().trim().to_string()];
    };
    let inside = inside.trim_end().trim_end_matches('}');
    let (mut parts, mut depth) = (vec![String::new()], 0);
    // The last brace of the tree is gone, so that those inside are whole.
    let inside = if inside.matches('{').count() > inside.matches('}').count() {
        format!("{inside}{}", "}".repeat(inside.matches('{').count() - inside.matches('}').count()))
    } else {
        inside.to_string()
    };
    for letter in inside.chars() {
        match letter {
            ',' if depth == 0 => parts.push(String::new()),
            letter => {
                depth += i32::from(letter == '{') - i32::from(letter == '}');
                parts.last_mut().expect("a part").push(letter);
            }
        }
    }
    let whole = |part: &String| !part.trim().is_empty();
    parts
        .iter()
        .filter(|part| whole(part))
        .flat_map(|part| flat(&format!("{before}{}", part.trim())))
        .collect()
}

struct Tree {
    modules: BTreeMap<String, Module>,
}

impl Tree {
    fn read() -> Self {
        let files: Vec<_> = files().into_iter().filter(|f| f.module != "lib").collect();
        let known: BTreeSet<String> = files.iter().map(|f| f.module.clone()).collect();
        let mut modules = BTreeMap::new();
        for file in &files {
            let mut module = Module::default();
            let text = file.text(false);
            let absolute = |path: &str| -> Option<Vec<String>> {
                let mut own: Vec<&str> = file.module.split("::").collect();
                let mut steps: Vec<&str> = path.split("::").collect();
                match steps.first().copied()? {
                    "crate" | "fourlights" => {
                        own.clear();
                        steps.remove(0);
                    }
                    "self" => drop(steps.remove(0)),
                    "super" => {
                        while steps.first() == Some(&"super") {
                            own.pop();
                            steps.remove(0);
                        }
                    }
                    first if known.contains(&format!("{}::{first}", file.module)) => {}
                    _ => return None,
                }
                if steps.last() == Some(&"self") {
                    steps.pop();
                }
                Some(own.into_iter().chain(steps).map(Into::into).collect())
            };
            let mut rest = String::new();
            for statement in text.split_inclusive(';') {
                let Some((is_public, begin)) = use_of(statement) else {
                    rest.push_str(statement);
                    continue;
                };
                rest.push_str(&statement[..begin]);
                let tree =
                    statement[begin..].split_once("use ").map_or("", |(_, tree)| tree).trim_end_matches(';');
                for path in flat(tree).iter().filter_map(|path| absolute(path)) {
                    match path.split_last() {
                        Some((last, before)) if is_public && last == "*" => {
                            module.all_of.push(before.to_vec())
                        }
                        Some((last, _)) if is_public => {
                            drop(module.handed_on.insert(last.clone(), path.clone()))
                        }
                        _ => module.taken.push(path),
                    }
                }
            }
            module.taken.extend(paths(&rest).iter().filter_map(|path| absolute(path)));
            module.defined = defined(&text);
            modules.insert(file.module.clone(), module);
        }
        Self { modules }
    }

    /// The module that has what a path names.
    fn home(&self, path: &[String], depth: usize) -> Option<String> {
        let n = (1..=path.len()).rev().find(|n| self.modules.contains_key(&path[..*n].join("::")))?;
        let module = path[..n].join("::");
        let (Some(name), Some(known)) = (path.get(n), self.modules.get(&module)) else { return Some(module) };
        if known.defined.contains(name) || depth > 8 {
            return Some(module);
        }
        if let Some(home) = known.handed_on.get(name) {
            return self.home(&[home.as_slice(), &path[n + 1..]].concat(), depth + 1);
        }
        let has = |home: &String| self.modules.get(home).is_some_and(|m| m.defined.contains(name));
        let through =
            |all: &Vec<String>| self.home(&[all.as_slice(), std::slice::from_ref(name)].concat(), depth + 1);
        Some(known.all_of.iter().filter_map(through).find(has).unwrap_or(module))
    }

    fn needs(&self) -> BTreeMap<&str, BTreeSet<String>> {
        let of = |(name, module): (&'_ String, &'_ Module)| {
            let homes = module.taken.iter().filter_map(|path| self.home(path, 0));
            homes.filter(|home| home != name).collect::<BTreeSet<_>>()
        };
        self.modules.iter().map(|(name, module)| (name.as_str(), of((name, module)))).collect()
    }
}

/// Whether a statement is a `use`, and a public one, and where it begins.
fn use_of(statement: &str) -> Option<(bool, usize)> {
    let begin = statement.rfind("use ")?;
    let before = &statement[..begin];
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let visibility = before[line..].trim();
    let is_use =
        visibility.is_empty() || (visibility.starts_with("pub") && !visibility.contains(char::is_whitespace));
    is_use.then_some((!visibility.is_empty(), line))
}

/// The paths from the crate or from above in code.
fn paths(code: &str) -> Vec<String> {
    let mut all = Vec::new();
    for root in ["crate::", "super::", "fourlights::"] {
        for (at, _) in code.match_indices(root) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || "_:$".contains(c)) {
                continue;
            }
            let path: String =
                code[at..].chars().take_while(|c| c.is_alphanumeric() || "_:".contains(*c)).collect();
            all.push(path.trim_end_matches(':').to_string());
        }
    }
    all
}

/// The names that a file defines for others.
fn defined(code: &str) -> BTreeSet<String> {
    const KINDS: [&str; 9] =
        ["struct ", "enum ", "fn ", "trait ", "type ", "const ", "static ", "mod ", "macro_rules! "];
    let name_after = |line: &str, kind: &str| -> Option<String> {
        let (before, after) = line.split_once(kind)?;
        let is_own = before.trim().is_empty()
            || before.trim_start().starts_with("pub") && !before.contains(['=', '{', ';', ':']);
        let name: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        (is_own && !name.is_empty()).then_some(name)
    };
    code.lines().flat_map(|line| KINDS.iter().filter_map(move |kind| name_after(line, kind))).collect()
}

/// Strongly connected components of more than one module (Tarjan).
fn cycles(needs: &BTreeMap<&str, BTreeSet<String>>) -> Vec<Vec<String>> {
    #[derive(Default)]
    struct Search {
        order: BTreeMap<String, (usize, usize)>,
        open: Vec<String>,
        found: Vec<Vec<String>>,
    }
    fn visit(name: &str, needs: &BTreeMap<&str, BTreeSet<String>>, search: &mut Search) -> usize {
        let own = search.order.len();
        search.order.insert(name.into(), (own, own));
        search.open.push(name.into());
        let mut low = own;
        for next in needs.get(name).into_iter().flatten() {
            match search.order.get(next) {
                None => low = low.min(visit(next, needs, search)),
                Some((order, _)) if search.open.contains(next) => low = low.min(*order),
                Some(_) => {}
            }
        }
        if low == own {
            let begin = search.open.iter().position(|open| open == name).expect("it is open");
            let component = search.open.split_off(begin);
            if component.len() > 1 {
                search.found.push(component);
            }
        }
        low
    }
    let mut search = Search::default();
    for name in needs.keys() {
        if !search.order.contains_key(*name) {
            visit(name, needs, &mut search);
        }
    }
    search.found
}

#[test]
fn no_module_needs_itself() {
    let tree = Tree::read();
    let needs = tree.needs();
    let n_needs: usize = needs.values().map(BTreeSet::len).sum();
    assert!(needs.len() > 200 && n_needs > 600, "{} modules, {n_needs} needs", needs.len());
    let found = cycles(&needs);
    let text = |cycle: &Vec<String>| {
        let within = |name: &String| {
            let inside = needs.get(name.as_str()).into_iter().flatten().filter(|to| cycle.contains(to));
            inside.map(|to| format!("    {name} -> {to}")).collect::<Vec<_>>()
        };
        format!(
            "  {} modules:\n{}",
            cycle.len(),
            cycle.iter().flat_map(within).collect::<Vec<_>>().join("\n")
        )
    };
    assert!(
        found.is_empty(),
        "{} cycles\n{}",
        found.len(),
        found.iter().map(text).collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn cycles_are_found() {
    let needs = |all: &[(&'static str, &[&str])]| -> BTreeMap<&'static str, BTreeSet<String>> {
        all.iter().map(|(name, to)| (*name, to.iter().map(ToString::to_string).collect())).collect()
    };
    assert!(cycles(&needs(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])])).is_empty());
    assert_eq!(cycles(&needs(&[("a", &["b"]), ("b", &["c"]), ("c", &["a"]), ("d", &["a"])])).len(), 1);
    assert_eq!(flat("a::{b, c::{self, d}, e as f}"), ["a::b", "a::c::self", "a::c::d", "a::e"]);
    assert_eq!(use_of("\n\npub(crate) use a::b;"), Some((true, 2)));
    assert_eq!(use_of("fn house(x) { use_it(x);"), None);
}

#[test]
fn no_folder_holds_more_than_its_share() {
    const MOST: f64 = 22.0;
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for file in files() {
        let text = std::fs::read_to_string(root.join(&file.path)).expect("text");
        let folder = file.path.split('/').next().unwrap_or_default().to_string();
        *lines.entry(folder).or_default() += text.lines().count();
    }
    let all: usize = lines.values().sum();
    let share = |n: usize| n as f64 * 100.0 / all as f64;
    let (folder, n) = lines.iter().max_by_key(|(_, n)| **n).expect("a folder");
    println!("the largest folder is {folder} with {:.1} % of {all} lines", share(*n));
    assert!(share(*n) <= MOST, "{folder}: {:.1} %", share(*n));
}
