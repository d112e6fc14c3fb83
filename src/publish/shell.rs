//! The document around a page's body: head, stylesheet, policy, script.

use super::small_files::favicon;
use crate::status_page::markdown::escape;
use crate::status_page::{FEEDS, Site};
use sha2::{Digest, Sha256};

/// The stylesheet of the page, with what depends on the number of days.
pub struct Style {
    css: String,
    hash: String,
}

const SHEETS: [&str; 2] = [include_str!("../../style/page-tokens.css"), include_str!("../../style/page.css")];

impl Style {
    /// `days` are those the bars show, `windows` the choices.
    pub fn new(days: usize, windows: &[usize]) -> Self {
        let mut css: String = SHEETS.iter().map(|sheet| minified(sheet)).collect();
        for window in windows {
            let share = days as f64 * 100.0 / *window as f64;
            css.push_str(&format!(
                ":root:has(#w{window}:checked) #all .clip .days{{inline-size:{share:.4}%}}:root:has(#w{window}:checked) .scale .w{window}{{display:contents}}"
            ));
        }
        let hash = crate::domain::base64::write(&Sha256::digest(css.as_bytes()));
        Self { css, hash }
    }

    /// What browsers are told to allow. Frames are told by a header alone.
    pub fn policy(&self) -> String {
        format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'sha256-{}'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'",
            self.hash
        )
    }
}

/// Without comments and needless white space. The sheets are ours, and hold no text in which it matters.
fn minified(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    let words = out.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = words;
    for (from, to) in [
        (" {", "{"),
        ("{ ", "{"),
        (" }", "}"),
        ("; ", ";"),
        (";}", "}"),
        (": ", ":"),
        (", ", ","),
        ("} ", "}"),
        (" > ", ">"),
    ] {
        out = out.replace(from, to);
    }
    out
}

/// The files of the live part, as they stand in the root of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    pub script: String,
    pub wasm: String,
}

/// One document.
pub struct Document<'d> {
    pub site: Site<'d>,
    pub style: &'d Style,
    pub live: Option<&'d Live>,
    pub title: String,
    pub about: String,
    /// from the root of the language, `""` for the front page; `None`: an address that leads nowhere
    pub path: Option<&'d str>,
    /// where the feeds of this page stand, from the page
    pub feeds: &'d str,
    /// words for the live part, as JSON
    pub words: &'d str,
    pub body: String,
}

impl Document<'_> {
    pub fn html(&self) -> String {
        let site = self.site;
        let page = site.page;
        let own = format!("{}{}{}", page.url, site.folder(), self.path.unwrap_or_default());
        let mut head = String::new();
        let mut meta = |name: &str, key: &str, value: &str| {
            head.push_str(&format!("<meta {name}=\"{key}\" content=\"{}\">", escape(value)));
        };
        meta("http-equiv", "Content-Security-Policy", &self.style.policy());
        meta("name", "viewport", "width=device-width,initial-scale=1");
        meta("name", "color-scheme", "light dark");
        meta("name", "description", &self.about);
        if self.path.is_some() {
            meta("property", "og:title", &self.title);
            meta("property", "og:description", &self.about);
            meta("property", "og:type", "website");
            meta("property", "og:url", &own);
            meta("property", "og:image", &format!("{}status.png", page.url));
            meta("name", "twitter:card", "summary_large_image");
        } else {
            meta("name", "robots", "noindex");
        }
        let mut links = String::new();
        let mut link = |rel: &str, href: &str, rest: &str| {
            links.push_str(&format!("<link rel=\"{rel}\" href=\"{}\"{rest}>", escape(href)));
        };
        link("icon", &favicon(page.overall().tone()), "");
        link("manifest", &format!("{}manifest.webmanifest", site.root), "");
        if let Some(path) = self.path {
            link("canonical", &own, "");
            if site.languages.len() > 1 {
                for (language, _) in site.languages {
                    let href = format!("{}{}{path}", page.url, site.folder_of(language));
                    link("alternate", &href, &format!(" hreflang=\"{}\"", escape(language)));
                }
            }
        }
        let mimes = ["application/atom+xml", "application/rss+xml", "application/feed+json"];
        for ((name, file), mime) in FEEDS.into_iter().zip(mimes) {
            let rest = format!(" type=\"{mime}\" title=\"{name}\"");
            link("alternate", &format!("{}{file}", self.feeds), &rest);
        }
        let script = self.live.map_or_else(String::new, |live| {
            format!(
                "<script type=\"application/json\" id=\"words\">{}</script><script type=\"module\" src=\"{root}live.js\" data-js=\"{root}{}\" data-wasm=\"{root}{}\"></script>",
                self.words.replace('<', "\\u003c"),
                live.script,
                live.wasm,
                root = site.root,
            )
        });
        format!(
            "<!DOCTYPE html><html lang=\"{}\" dir=\"{}\" data-root=\"{}\" data-home=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title>{head}{links}<style>{}</style></head><body>{}{script}</body></html>\n",
            escape(&site.words.language),
            if site.words.is_right_to_left() { "rtl" } else { "ltr" },
            site.root,
            site.home,
            escape(&self.title),
            self.style.css,
            without_markers(&self.body),
        )
    }
}

/// Leptos marks the places between texts for a browser that would take the views over. Ours puts new HTML in
/// their place, and text is always escaped, so the marks can go.
fn without_markers(html: &str) -> String {
    html.replace("<!>", "").replace("></path>", "/>").replace("></use>", "/>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_are_made_small_and_stay_right() {
        assert_eq!(
            minified("/* a */ .a > b {\n  margin: 0 auto; color: red;\n}\n"),
            ".a>b{margin:0 auto;color:red}"
        );
    }
}
