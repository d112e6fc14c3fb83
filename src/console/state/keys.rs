//! Keys that their owners typed in, for as long as the page is open. They are in memory and nowhere else.

use crate::domain::secret::Secret;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A handle: copies of it hold the same keys.
#[derive(Clone, Default)]
pub struct Keys {
    by_system: Rc<RefCell<BTreeMap<String, Secret>>>,
}

impl Keys {
    /// The key for a system, by its configured name.
    pub fn of(&self, system: &str) -> Option<Secret> {
        self.by_system.borrow().get(system).cloned()
    }

    pub fn has(&self, system: &str) -> bool {
        self.by_system.borrow().contains_key(system)
    }

    /// Keeps a key; an empty one is forgotten.
    pub fn set(&self, system: &str, key: Secret) {
        let mut all = self.by_system.borrow_mut();
        match key.is_empty() {
            true => all.remove(system),
            false => all.insert(system.into(), key),
        };
    }
}
