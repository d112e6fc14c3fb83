//! The ways to a source, which of them there are for its kind, and what is sent to try one.

use crate::config::{KeyPlace, Source};
use crate::sources::{Method, Request, System};

/// A way from this page to a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayKind {
    /// to its own address, which has to allow it by CORS
    Direct,
    /// by a path of this host, whose proxy adds the key
    Proxy,
    /// as a posted form, which is sent without asking first
    Form,
}

impl WayKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Proxy => "proxy",
            Self::Form => "form",
        }
    }

    /// What it takes.
    pub fn about(self) -> &'static str {
        match self {
            Self::Direct => {
                "From this browser to the system's own address. The system has to allow this page's origin (CORS), this \
                 page's policy (connect-src) its address, and the key is typed in here."
            }
            Self::Proxy => {
                "By a path of this host, where a proxy adds the key. Neither CORS nor a line in the policy is needed, and \
                 no browser has the key."
            }
            Self::Form => {
                "As a posted form to its own address, with the key in the form: browsers send it without asking first. \
                 The answer can be read where the system allows it."
            }
        }
    }
}

/// What is sent to try a way.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    pub base: String,
    pub request: Request,
    /// whether a key that was typed in goes along
    pub with_key: bool,
}

/// One way, and how to try it or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct WayRow {
    pub kind: WayKind,
    /// whether the source is configured so
    pub is_current: bool,
    pub trial: Result<Trial, &'static str>,
}

/// The three ways to a source. `base` is the path under which the console lives: `/ops`, empty at the root.
pub fn ways(source: &Source, system: &System, base: &str) -> [WayRow; 3] {
    let is_path = !source.url.contains("://");
    let probe = system
        .probe
        .map(|probe| probe().request)
        .ok_or("This kind has nothing that could be asked without effect.");
    let trial = |base: String, with_key| {
        let probe = probe.clone();
        probe.map(|request| Trial { base, request, with_key })
    };
    let key = source.kind.0.key.as_ref();
    let direct = match is_path {
        true => Err(
            "The configuration has a path of this host. To try it, give the source the system's own address.",
        ),
        false => trial(source.url.clone(), true),
    };
    let proxy = match (is_path, key) {
        (true, _) => trial(source.url.clone(), false),
        (false, Some(key)) if !key.by_proxy => {
            Err("The key of this kind is in the body of each request, which a proxy leaves as it is.")
        }
        (false, _) => trial(format!("{base}/_proxy/{}", source.name), false),
    };
    let takes_form = key.is_some_and(|key| matches!(key.place, KeyPlace::BearerOrForm { .. }));
    let form = match (takes_form, is_path, &probe) {
        (false, ..) => Err("This kind takes its key in a header or an address, which a form cannot have."),
        (_, true, _) => {
            Err("The configuration has a path of this host, so nothing is sent as a form to another.")
        }
        (_, _, Ok(request)) if request.method != Method::PostForm => {
            Err("What this kind can be asked without effect is no form.")
        }
        _ => trial(source.url.clone(), true),
    };
    [
        WayRow { kind: WayKind::Direct, is_current: !is_path && !takes_form, trial: direct },
        WayRow { kind: WayKind::Proxy, is_current: is_path, trial: proxy },
        WayRow { kind: WayKind::Form, is_current: !is_path && takes_form, trial: form },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Kind, Reach};
    use crate::sources::SYSTEMS;

    fn bases(kind: fn(KeyPlace) -> bool, url: &str) -> [(bool, Option<String>); 3] {
        let is_it = |s: &&&System| s.probe.is_some() && s.spec.key.as_ref().is_some_and(|k| kind(k.place));
        let system = SYSTEMS.iter().find(is_it).unwrap();
        let source = Source {
            name: "x".into(),
            kind: Kind(system.spec),
            reach: Reach::Http,
            url: url.into(),
            deadline: 1_000,
        };
        ways(&source, system, "/ops").map(|w| (w.is_current, w.trial.ok().map(|t| t.base)))
    }

    #[test]
    fn the_ways_follow_from_the_place_of_the_key_and_the_address() {
        let some = |text: &str| Some(text.to_string());
        let header = |place| matches!(place, KeyPlace::Header { before, .. } if before.contains("token"));
        assert_eq!(
            bases(header, "https://a.example/v"),
            [(true, some("https://a.example/v")), (false, some("/ops/_proxy/x")), (false, None)]
        );
        assert_eq!(bases(header, "/_proxy/y"), [(false, None), (true, some("/_proxy/y")), (false, None)]);
        let form = |place| matches!(place, KeyPlace::BearerOrForm { .. });
        assert_eq!(
            bases(form, "https://a.example"),
            [
                (false, some("https://a.example")),
                (false, some("/ops/_proxy/x")),
                (true, some("https://a.example"))
            ]
        );
        let body = |place| matches!(place, KeyPlace::Json { .. });
        assert_eq!(
            bases(body, "https://a.example"),
            [(true, some("https://a.example")), (false, None), (false, None)]
        );
    }
}
