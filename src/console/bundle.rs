//! Which build of the console a page was made by: all files of a build are in one folder, and each page of the console
//! names it (index.html, `data-app`).

/// The folder that a page names, for instance `app-0f3a.../`; `None` for a page that is not one of the console.
pub fn folder_in(html: &str) -> Option<&str> {
    let (_, rest) = html.split_once("data-app=\"")?;
    let (folder, _) = rest.split_once('"')?;
    (!folder.is_empty()).then_some(folder)
}

/// Whether the host has another build than the one that runs, by the page it sends now.
pub fn is_replaced(running: &str, html: &str) -> bool {
    folder_in(html).is_some_and(|there| there != running)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_folder_is_another_build_and_no_folder_is_no_build() {
        let page = r#"<script type="module" src="./boot.js" data-app="./app-12ab/"></script>"#;
        assert_eq!(folder_in(page), Some("./app-12ab/"));
        assert!(!is_replaced("./app-12ab/", page));
        assert!(is_replaced("./app-99ff/", page));
        for other in ["", "<title>Sign in</title>", "data-app=\"", "data-app=\"\""] {
            assert!(!is_replaced("./app-12ab/", other), "{other}");
        }
    }
}
