//! Deploys and other changes that a system was told of.

use super::time::Millis;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemChange {
    pub id: String,
    pub at: Option<Millis>,
    pub summary: String,
    /// what sent it, as written
    pub origin: Option<String>,
    /// names of the services that it concerns
    pub services: Vec<String>,
    pub link: Option<String>,
    /// the configured name of the source
    pub source: String,
}
