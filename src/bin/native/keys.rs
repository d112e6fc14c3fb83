//! Keys of the sources, from the environment. They are in no file, no argument and no output.

pub use fourlights::config::key_variable as variable;
use fourlights::domain::secret::Secret;

/// The key of a source, if there is one.
pub fn of(source: &str) -> Option<Secret> {
    let secret = Secret::new(&std::env::var(variable(source)).ok()?);
    (!secret.is_empty()).then_some(secret)
}
