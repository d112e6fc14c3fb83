//! What a connection can do, and why not the rest.

use crate::config::{Capability, Kind};
use crate::sources::SourceError;

/// What came of asking for one capability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// it was not asked yet, or does not answer yet
    Nothing,
    /// how much there is, in words; empty where that says nothing
    Answer(String),
    Failed(SourceError),
}

/// How it is with the key of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// the kind takes none
    None,
    /// a proxy on this host may add it, and nobody typed one
    ByProxy,
    /// it has to be typed in, and was not
    Missing,
    /// it was typed in, and is in memory
    Typed,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ability {
    pub name: &'static str,
    /// `ok`, `bad`, `unknown`, or `none` for what the kind does not have
    pub tone: &'static str,
    pub text: String,
}

/// Each capability of the kind in its order, by what was heard of it, and last what the kind does not have.
pub fn abilities(kind: Kind, key: KeyState, heard: impl Fn(Capability) -> Heard) -> Vec<Ability> {
    let line = |what: &Capability| {
        let what = *what;
        let (tone, text) = match () {
            () if key == KeyState::Missing => ("unknown", "not without a key".to_string()),
            () if what == Capability::Actions => ("ok", acting(key).to_string()),
            () => match heard(what) {
                Heard::Nothing => ("unknown", "not asked yet".to_string()),
                Heard::Answer(text) if text.is_empty() => ("ok", "answers".to_string()),
                Heard::Answer(text) => ("ok", text),
                Heard::Failed(error) => ("bad", format!("{error}. {}", error.remedy())),
            },
        };
        Ability { name: what.name(), tone, text }
    };
    let (offered, lacking): (Vec<_>, Vec<_>) = Capability::ALL.into_iter().partition(|what| kind.can(*what));
    let lacking: Vec<&str> = lacking.into_iter().map(Capability::name).collect();
    let rest = Ability { name: "not offered", tone: "none", text: lacking.join(", ") };
    offered.iter().map(line).chain((!lacking.is_empty()).then_some(rest)).collect()
}

/// Whether something may be changed is only known once it was tried: no system says what a key may do.
fn acting(key: KeyState) -> &'static str {
    match key {
        KeyState::None => "offered; whether they are allowed shows with the first",
        KeyState::ByProxy => {
            "offered, with the key that the proxy adds; whether it may, shows with the first"
        }
        KeyState::Typed | KeyState::Missing => {
            "offered, with the key that was typed in; whether it may, shows with the first"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Kinds;
    use crate::sources::KINDS;

    fn kind(what: Capability) -> Kind {
        let kinds = KINDS.map(Kind);
        Kinds(&kinds).iter().find(|k| k.can(what)).unwrap()
    }

    #[test]
    fn what_a_kind_lacks_is_said_too() {
        let pager = kind(Capability::OnCall);
        let heard = |what| match what {
            Capability::Paging => Heard::Answer("2 open".into()),
            Capability::OnCall => Heard::Failed(SourceError::Denied { status: 403 }),
            _ => Heard::Nothing,
        };
        let lines = abilities(pager, KeyState::Typed, heard);
        let of = |what: Capability| lines.iter().find(|a| a.name == what.name()).unwrap().clone();
        assert_eq!((of(Capability::Paging).tone, of(Capability::Paging).text.as_str()), ("ok", "2 open"));
        assert_eq!(of(Capability::OnCall).tone, "bad");
        assert!(of(Capability::OnCall).text.starts_with("Not allowed (HTTP 403). "));
        let lacking = lines.last().unwrap();
        assert_eq!((lacking.name, lacking.tone), ("not offered", "none"));
        assert!(lacking.text.starts_with("metrics, "), "{lacking:?}");
        assert_eq!(lines.len(), 1 + Capability::ALL.iter().filter(|what| pager.can(**what)).count());
        let lines = abilities(pager, KeyState::Missing, heard);
        assert!(lines.iter().all(|a| a.tone == "none" || a.text == "not without a key"), "{lines:?}");
    }
}
