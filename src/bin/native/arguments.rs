//! What stands behind a command, read by `lexopt`. Each mistake names what is wrong and what to write instead.

use fourlights::config::nearest;
use lexopt::Arg;
use std::collections::BTreeMap;
use std::path::Path;

/// What may stand behind a command.
pub struct Form {
    pub command: &'static str,
    /// the names of its words, in their order
    pub words: &'static [&'static str],
    /// whether the last word may be repeated
    pub many: bool,
    /// options with a value: name and an example of it
    pub valued: &'static [(&'static str, &'static str)],
    /// options with a value that may be left out: name and what it is then; a value begins with a digit
    pub optional: &'static [(&'static str, &'static str)],
    /// options without one
    pub flags: &'static [&'static str],
}

/// What stands there.
#[derive(Debug, Default)]
pub struct Arguments {
    words: Vec<String>,
    values: BTreeMap<&'static str, String>,
    flags: Vec<&'static str>,
    pub wants_help: bool,
}

impl Form {
    /// A command with nothing behind it.
    pub const BARE: Self =
        Self { command: "", words: &[], many: false, valued: &[], optional: &[], flags: &[] };

    /// Reads the arguments. All words have to be there.
    ///
    /// # Errors
    /// A sentence that names the mistake and the remedy.
    pub fn read(&self, given: &[String]) -> Result<Arguments, String> {
        let mut read = Arguments::default();
        let mut parser = lexopt::Parser::from_args(given.iter().map(String::as_str));
        while let Some(argument) = parser.next().map_err(|e| self.told(&e.to_string()))? {
            // Its own text, so that the parser can be asked for a value.
            let long = if let Arg::Long(name) = argument { Some(name.to_string()) } else { None };
            if let Some(name) = long {
                self.option(&name, &mut parser, &mut read)?;
                continue;
            }
            match argument {
                Arg::Short('h') => read.wants_help = true,
                Arg::Short(letter) => return Err(self.unknown(&letter.to_string())),
                Arg::Long(_) => {}
                Arg::Value(word) => {
                    let word = word.into_string().map_err(|_| self.told("a word is not UTF-8 text"))?;
                    if read.words.len() >= self.words.len() && !self.many {
                        return Err(self.told(&format!("{word:?} is one word too many")));
                    }
                    read.words.push(word);
                }
            }
        }
        if read.wants_help {
            return Ok(read);
        }
        match self.words.get(read.words.len()) {
            Some(missing) => Err(self.told(&format!("{missing} is missing"))),
            None => Ok(read),
        }
    }

    fn option(&self, name: &str, parser: &mut lexopt::Parser, read: &mut Arguments) -> Result<(), String> {
        if name == "help" {
            read.wants_help = true;
            return Ok(());
        }
        // `--out=x` has its value in it; else what follows is looked at.
        let mut value = |fits: fn(&str) -> bool| -> Option<String> {
            let follows = parser
                .try_raw_args()
                .is_none_or(|raw| raw.peek().is_some_and(|next| fits(&next.to_string_lossy())));
            let value = if follows { parser.value().ok() } else { None };
            value.and_then(|value| value.into_string().ok())
        };
        if let Some((name, default)) = self.optional.iter().find(|(known, _)| *known == name) {
            let given = value(|next| next.starts_with(|c: char| c.is_ascii_digit()));
            read.values.insert(name, given.unwrap_or_else(|| (*default).to_string()));
        } else if let Some((name, example)) = self.valued.iter().find(|(known, _)| *known == name) {
            // What looks like an option is none of its values.
            let given = value(|next| !next.starts_with("--"));
            let missing = || self.told(&format!("--{name} needs a value, e.g. --{name} {example}"));
            read.values.insert(name, given.ok_or_else(missing)?);
        } else if let Some(flag) = self.flags.iter().find(|known| **known == name) {
            read.flags.push(flag);
        } else {
            return Err(self.unknown(name));
        }
        Ok(())
    }

    /// The value of an option that has to be there.
    ///
    /// # Errors
    /// When it is not.
    pub fn needed<'a>(&self, read: &'a Arguments, name: &str) -> Result<&'a str, String> {
        let example = self.valued.iter().find(|(known, _)| *known == name).map_or("", |(_, example)| example);
        read.value(name).ok_or_else(|| self.told(&format!("--{name} is missing, e.g. --{name} {example}")))
    }

    /// The value of an option as something else.
    ///
    /// # Errors
    /// When it does not read as one.
    pub fn parsed<T>(
        &self,
        read: &Arguments,
        name: &str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, String> {
        let Some(typed) = read.value(name) else { return Ok(None) };
        let wrong = || self.told(&format!("--{name} is {typed:?}, expected {expected}"));
        parse(typed).map(Some).ok_or_else(wrong)
    }

    /// A sentence about this command.
    pub fn told(&self, what: &str) -> String {
        format!("fourlights {}: {what}\n", self.command)
    }

    fn unknown(&self, name: &str) -> String {
        let with_value = || self.valued.iter().chain(self.optional).map(|(name, _)| *name);
        let known = || with_value().chain(self.flags.iter().copied());
        let all: Vec<String> = known().map(|name| format!("--{name}")).collect();
        let remedy = match nearest(name, known()) {
            Some(near) => format!("; did you mean --{near}?"),
            None if all.is_empty() => "; it has none".into(),
            None => format!("; it has {}", all.join(", ")),
        };
        let dashes = if name.chars().count() == 1 { "-" } else { "--" };
        self.told(&format!("there is no option {dashes}{name}{remedy}"))
    }
}

impl Arguments {
    /// The word at a place, which [`Form::read`] has found there.
    pub fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    pub fn path(&self, at: usize) -> &Path {
        Path::new(self.word(at))
    }

    /// The words from a place on.
    pub fn words_from(&self, at: usize) -> Vec<&str> {
        self.words.iter().skip(at).map(String::as_str).collect()
    }

    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    pub fn has(&self, flag: &str) -> bool {
        self.flags.contains(&flag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: Form = Form {
        command: "publish",
        words: &["FILE"],
        many: false,
        valued: &[("out", "public"), ("live", "dist")],
        optional: &[("watch", "60s")],
        flags: &["anew"],
    };

    fn read(words: &[&str]) -> Result<Arguments, String> {
        FORM.read(&words.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn each_mistake_names_itself_and_the_remedy() {
        for (words, expected) in [
            (&["a.json", "--uot", "b"][..], "there is no option --uot; did you mean --out?"),
            (&["a.json", "--colour"], "there is no option --colour; it has --out, --live, --watch, --anew"),
            (&["a.json", "-x"], "there is no option -x; it has --out, --live, --watch, --anew"),
            (&["a.json", "--out"], "--out needs a value, e.g. --out public"),
            (&["a.json", "--out", "--anew"], "--out needs a value, e.g. --out public"),
            (&["a.json", "b.json"], "\"b.json\" is one word too many"),
            (&["--anew"], "FILE is missing"),
        ] {
            let told = read(words).expect_err("a mistake");
            assert!(told.starts_with("fourlights publish: ") && told.contains(expected), "{told}");
        }
    }

    #[test]
    fn words_options_and_flags_may_be_mixed() {
        let found = read(&["--anew", "--out=x", "a.json"]).expect("arguments");
        assert_eq!((found.word(0), found.value("out"), found.has("anew")), ("a.json", Some("x"), true));
        assert!(FORM.needed(&found, "live").expect_err("missing").contains("--live is missing, e.g."));
        for (words, value) in
            [(&["a", "--watch"][..], "60s"), (&["--watch", "a"], "60s"), (&["--watch", "5m", "a"], "5m")]
        {
            assert_eq!(read(words).expect("arguments").value("watch"), Some(value), "{words:?}");
        }
        assert!(read(&["--help"]).expect("help").wants_help);
        let odd = FORM.parsed(&found, "out", "a number", |text| text.parse::<u32>().ok());
        assert!(odd.expect_err("no number").contains("--out is \"x\", expected a number"));
    }
}
