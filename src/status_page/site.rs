//! What all pages of one language share.

use super::words::Words;
use crate::domain::public::Page;

/// A page's data and words, and where the page stands.
#[derive(Clone, Copy)]
pub struct Site<'s> {
    pub page: &'s Page,
    pub words: &'s Words,
    /// all languages, the first being that of the front page: tag and own name
    pub languages: &'s [(String, String)],
    /// from the page to the root of the whole site: `""`, `"../"`, ..
    pub root: &'s str,
    /// from the page to the front page of its language
    pub home: &'s str,
}

impl Site<'_> {
    /// Where a page of this language stands, from the root of the site: `""` or `"de/"`.
    pub fn folder(&self) -> String {
        self.folder_of(&self.words.language)
    }

    pub fn folder_of(&self, language: &str) -> String {
        match self.languages.first() {
            Some((first, _)) if first != language => format!("{language}/"),
            _ => String::new(),
        }
    }
}
