//! How a key goes with the requests to a kind of system. The key itself is never in the configuration: its owner types it
//! in, the environment of the command line holds it, or a proxy adds it.

/// What a kind of system takes as a key.
#[derive(Debug)]
pub struct KeySpec {
    /// What to type: `a REST API key of a user`
    pub about: &'static str,
    pub place: KeyPlace,
    /// Whether a proxy on the console's own host may add it. Where it may not, each person has to type it.
    pub by_proxy: bool,
}

/// Where in a request the key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// A header whose value begins with `before`: `Authorization: Token token=KEY`.
    Header { name: &'static str, before: &'static str },
    /// `Authorization: Basic`; what is typed is `user:password`.
    Basic,
    /// `Authorization: Bearer KEY`, and from a browser to another origin, where that header is not allowed, a field of
    /// the posted form. Never a part of an address.
    BearerOrForm { field: &'static str },
    /// A field at the top of the JSON body.
    Json { field: &'static str },
    /// The end of the address, behind that of the source: the address of an incoming webhook is its key.
    Address,
}

impl KeySpec {
    /// Whether a person has to type it in: to another origin always, to a proxy on the console's host where that may not
    /// add it.
    pub fn has_to_be_typed(&self, is_same_origin: bool) -> bool {
        !(self.by_proxy && is_same_origin)
    }
}

impl KeyPlace {
    /// `Authorization: Bearer KEY`
    pub const BEARER: Self = Self::Header { name: "authorization", before: "Bearer " };
}

/// The variable of the environment that holds the key of a source: `FOURLIGHTS_KEY_PAGER_EU` of `pager-eu`.
pub fn key_variable(source: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    format!("FOURLIGHTS_KEY_{}", source.chars().map(letter).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::key_variable;

    #[test]
    fn each_source_has_its_variable() {
        assert_eq!(key_variable("pager-eu.1"), "FOURLIGHTS_KEY_PAGER_EU_1");
    }
}
