//! Keys of the sources, from the environment. They are in no file, no argument and no output.

use fourlights::domain::secret::Secret;

/// The variable that holds the key of a source: `FOURLIGHTS_KEY_PAGER_EU` of `pager-eu`.
pub fn variable(source: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    format!("FOURLIGHTS_KEY_{}", source.chars().map(letter).collect::<String>())
}

/// The key of a source, if there is one.
pub fn of(source: &str) -> Option<Secret> {
    let secret = Secret::new(&std::env::var(variable(source)).ok()?);
    (!secret.is_empty()).then_some(secret)
}

#[cfg(test)]
mod tests {
    use super::variable;

    #[test]
    fn each_source_has_its_variable() {
        assert_eq!(variable("pager-eu.1"), "FOURLIGHTS_KEY_PAGER_EU_1");
    }
}
