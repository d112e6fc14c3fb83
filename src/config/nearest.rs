//! The known name nearest to a mistyped one.

/// The nearest of `known` by edit distance, when it is near enough to be what was meant.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed: String = typed.to_lowercase().chars().take(64).collect();
    let allowed = (typed.chars().count() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|name| (strsim::levenshtein(&typed, &name.to_lowercase()), name))
        .filter(|(d, _)| *d <= allowed)
        .min_by_key(|(d, _)| *d)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_offered_and_far_ones_are_not() {
        let known = ["sources", "services", "refresh", "zone"];
        assert_eq!(nearest("servces", known), Some("services"));
        assert_eq!(nearest("Refresh", known), Some("refresh"));
        assert_eq!(nearest("zome", known), Some("zone"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("", known), None);
    }
}
