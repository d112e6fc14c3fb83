//! Ids made from names that people wrote, in whatever script.

/// The letters and digits of ASCII, in lower case, joined by hyphens: `API availability` is `api-availability`. Empty for
/// a name without any of them.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_string()
}

/// A slug that also tells names of other scripts apart: where letters had to be left out, a fingerprint of the whole name
/// follows. It depends on the name alone, so it stays when other names come and go.
///
/// `API availability` is `api-availability`, `API 可用性` is `api-` and eight digits, `可用性` is `slo-` (the `kind`) and
/// eight digits.
pub fn id_of(name: &str, kind: &str) -> String {
    let slug = slug(name);
    let is_whole = !name.chars().any(|c| !c.is_ascii() && c.is_alphanumeric());
    if is_whole && !slug.is_empty() {
        return slug;
    }
    let word = if slug.is_empty() { kind } else { &slug };
    format!("{word}-{:08x}", fingerprint(name) as u32)
}

/// FNV-1a: the same in every version, which the hashes of the standard library are not.
pub fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_of_ascii_letters_keep_their_slugs() {
        for (name, id) in [
            ("API availability", "api-availability"),
            ("  p95 < 300 ms ", "p95-300-ms"),
            ("Logins – EU", "logins-eu"),
        ] {
            assert_eq!(id_of(name, "slo"), id);
        }
    }

    #[test]
    fn names_of_any_script_have_ids_of_their_own() {
        let names = [
            "可用性",
            "日本語",
            "данные",
            "данных",
            "API 可用性",
            "API 遅延",
            "Café",
            "Cafè",
            "✓",
            "✗",
            "",
            "٣",
            "٤",
            "हिन्दी",
        ];
        let ids: BTreeSet<String> = names.iter().map(|name| id_of(name, "slo")).collect();
        assert_eq!(ids.len(), names.len(), "{ids:?}");
        for id in &ids {
            // What is allowed where somebody writes an id by hand.
            assert_eq!(*id, slug(id));
            assert!(!id.is_empty());
        }
        assert_eq!(id_of("可用性", "slo"), id_of("可用性", "slo"));
        assert_eq!(fingerprint("a"), 0xaf63_dc4c_8601_ec8c);
    }
}
