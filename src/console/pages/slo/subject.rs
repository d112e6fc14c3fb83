//! What all panels of an objective's page are made from.

use crate::config::Slo;
use crate::domain::zone::Offsets;
use crate::model::{Feed, Standing};
use leptos::prelude::*;
use std::sync::Arc;

/// What all panels of the page are made from.
#[derive(Clone)]
pub struct Subject {
    pub slo: Slo,
    pub zone: Arc<Offsets>,
    pub standing: Memo<Option<Standing>>,
    pub feed: Memo<Feed>,
}
