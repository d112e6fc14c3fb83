//! All files of the site.

use super::feeds::Feed;
use super::shell::{Document, Live, Style};
use super::{api, badge, calendar, history, image, small_files};
use crate::domain::public::day::date_text;
use crate::domain::public::{Component, Notice, Page};
use crate::domain::zone::rfc3339;
use crate::status_page::words::Words;
use crate::status_page::{
    Site, component_page, front_page, headline, history_page, markdown, month_path, months, not_found_page,
    notice_page, notice_path, windows,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The live part's names, and names and contents of its files.
pub type LivePart = (Live, Vec<(String, Vec<u8>)>);

/// Names, from the root of the site, and contents.
pub type Files = BTreeMap<String, Vec<u8>>;

const EMBED: &str = include_str!("../../public/page/embed.js");
const WORKER: &str = include_str!("../../public/page/sw.js");
const LOADER: &str = include_str!("../../public/page/live.js");

/// The page in all its languages, with everything beside it but what the next run reads: `uptime.json`, `history.json`
/// and `revisions.json` also hold what the page does not show. `live` are the files of the live part and their
/// contents; without them the page stands by itself.
pub fn files(page: &Page, languages: &[Words], live: Option<LivePart>) -> Files {
    let names: Vec<(String, String)> =
        languages.iter().map(|w| (w.language.clone(), w.t("name").to_string())).collect();
    let style = Style::new(page.days, &windows(page.days));
    let (live, assets) = live.unzip();
    let mut builder = Builder {
        page,
        names: &names,
        style: &style,
        live: live.as_ref(),
        files: Files::new(),
        addresses: Vec::new(),
    };
    for words in languages {
        builder.language(words);
    }
    if let Some(first) = languages.first() {
        builder.shared(first);
    }
    let mut files = builder.files;
    files.extend(assets.into_iter().flatten());
    files
}

struct Builder<'b> {
    page: &'b Page,
    names: &'b [(String, String)],
    style: &'b Style,
    live: Option<&'b Live>,
    files: Files,
    addresses: Vec<String>,
}

/// `../` for each folder of a path that ends with a slash.
fn up(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}

impl<'b> Builder<'b> {
    fn put(&mut self, name: &str, content: String) {
        self.files.insert(name.into(), content.into_bytes());
    }

    fn json(&mut self, name: &str, value: &serde_json::Value) {
        self.put(name, value.to_string() + "\n");
    }

    /// The pages and feeds of one language.
    fn language(&mut self, words: &Words) {
        let page = self.page;
        let live_words = live_words(words, page);
        let front = Draft { path: Some(""), title: None, about: None, feeds: None };
        let index = self.document(words, &live_words, &front, front_page);
        let site_folder = self.folder(words);
        let content = content_of(&index);
        self.put(&format!("{site_folder}index.html"), index);
        let stamp = json!({"content": content, "measured": page.measured.map(rfc3339), "published": rfc3339(page.now)});
        self.json(&format!("{site_folder}live.json"), &stamp);

        let mut seen: Vec<&str> = Vec::new();
        for notice in page.incidents.iter().chain(page.ahead()).chain(page.maintenances.iter().rev()) {
            if seen.contains(&notice.id.as_str()) {
                continue;
            }
            seen.push(&notice.id);
            self.notice(words, &live_words, notice);
        }
        let all = months(page);
        for month in &all {
            let path = month_path(&all, *month);
            let title = words.fill("history_of", &[("month", &words.month_year(month.0, month.1))]);
            let draft = Draft { path: Some(&path), title: Some(title), about: None, feeds: None };
            let html =
                self.document(words, &live_words, &draft, |site| history_page(site, &all, *month, &path));
            self.put(&format!("{site_folder}{path}index.html"), html);
        }
        for component in &page.components {
            self.component(words, &live_words, component);
        }
        self.feeds(words, None);
    }

    fn folder(&self, words: &Words) -> String {
        let site = Site { page: self.page, words, languages: self.names, root: "", home: "" };
        site.folder()
    }

    fn notice(&mut self, words: &Words, live_words: &str, notice: &Notice) {
        let path = notice_path(notice);
        let about = notice.updates.first().map(|u| first_words(&markdown::text_of(&u.body)));
        let draft = Draft { path: Some(&path), title: Some(notice.title.clone()), about, feeds: None };
        let html = self.document(words, live_words, &draft, |site| notice_page(site, notice));
        let name = format!("{}{path}index.html", self.folder(words));
        self.put(&name, html);
    }

    fn component(&mut self, words: &Words, live_words: &str, component: &Component) {
        let path = format!("components/{}/", component.id);
        let draft = Draft {
            path: Some(&path),
            title: Some(component.name.clone()),
            about: component.description.clone(),
            feeds: Some(""),
        };
        let html = self.document(words, live_words, &draft, |site| component_page(site, component));
        let folder = format!("{}{path}", self.folder(words));
        self.put(&format!("{folder}index.html"), html);
        self.json(&format!("{folder}uptime.json"), &history::component(component));
        self.put(&format!("{folder}uptime.csv"), history::csv(&[component]));
        self.feeds(words, Some(component));
    }

    fn feeds(&mut self, words: &Words, component: Option<&Component>) {
        let language_folder = self.folder(words);
        let folder = match component {
            Some(c) => format!("{language_folder}components/{}/", c.id),
            None => language_folder.clone(),
        };
        let feed = Feed { page: self.page, words, component, folder: folder.clone(), language_folder };
        let (atom, rss, json) = (feed.atom(), feed.rss(), feed.json());
        let ics = calendar::calendar(self.page, words, component);
        for (name, content) in
            [("feed.atom", atom), ("feed.rss", rss), ("feed.json", json), ("maintenance.ics", ics)]
        {
            self.put(&format!("{folder}{name}"), content);
        }
    }

    fn document(
        &mut self,
        words: &Words,
        live_words: &str,
        draft: &Draft<'_>,
        body: impl FnOnce(Site<'_>) -> String,
    ) -> String {
        let folder = self.folder(words);
        let path = draft.path.unwrap_or_default();
        // A page for addresses that lead nowhere is shown at any of them.
        let home = draft.path.map_or_else(|| format!("{}{folder}", self.page.url), up);
        let root = draft.path.map_or_else(|| self.page.url.clone(), |path| up(&format!("{folder}{path}")));
        let site = Site { page: self.page, words, languages: self.names, root: &root, home: &home };
        let name = words.fill("title", &[("name", &self.page.name)]);
        let title = match &draft.title {
            Some(title) => format!("{title} · {name}"),
            None => format!("{} · {name}", headline(site)),
        };
        if draft.path.is_some() {
            self.addresses.push(format!("{}{folder}{path}", self.page.url));
        }
        let about = draft.about.clone().filter(|a| !a.trim().is_empty()).unwrap_or_else(|| about(site));
        let body = body(site);
        let feeds = draft.feeds.map_or_else(|| home.clone(), ToString::to_string);
        Document {
            site,
            style: self.style,
            live: self.live.filter(|_| draft.path.is_some()),
            title,
            about,
            path: draft.path,
            feeds: &feeds,
            words: live_words,
            body,
        }
        .html()
    }

    /// The files there are once.
    fn shared(&mut self, words: &Words) {
        let page = self.page;
        let lost = Draft { path: None, title: Some(words.t("not_found").into()), about: None, feeds: None };
        let not_found = self.document(words, "{}", &lost, not_found_page);
        self.put("404.html", not_found);
        for (name, value) in api::files(page) {
            self.json(&name, &value);
        }
        self.put("uptime.csv", history::csv(&page.components.iter().collect::<Vec<_>>()));
        let status = page.overall();
        let all = badge::of_status("all", &page.name, status, words.t(&format!("all_{}", status.name())));
        for (name, content) in page.components.iter().flat_map(|c| badge::of_component(c, words)).chain(all) {
            self.put(&name, content);
        }
        let site = Site { page, words, languages: self.names, root: "", home: "" };
        self.put("llms.txt", small_files::llms(site));
        self.put("robots.txt", small_files::robots(page));
        self.put("manifest.webmanifest", small_files::manifest(page, words));
        self.put("icon.svg", include_str!("../../public/favicon.svg").into());
        self.put("_headers", small_files::headers(&self.style.policy()));
        self.put("embed.js", EMBED.into());
        let embed = Draft { path: Some("embed/"), title: None, about: None, feeds: None };
        let live = self.live.take();
        let embedded = self.document(words, "{}", &embed, small_files::embed_body);
        self.live = live;
        self.put("embed/index.html", embedded);
        self.addresses.retain(|a| !a.ends_with("/embed/"));
        self.put("sitemap.xml", small_files::sitemap(&self.addresses));
        self.files.insert("status.png".into(), image::png(page));
        if self.live.is_some() {
            self.put("live.js", LOADER.into());
            self.put("sw.js", WORKER.into());
        }
    }
}

/// What tells one page from another.
struct Draft<'d> {
    path: Option<&'d str>,
    title: Option<String>,
    about: Option<String>,
    feeds: Option<&'d str>,
}

fn about(site: Site<'_>) -> String {
    let page = site.page;
    let since = page.active().next().map(|n| format!(" · {}", n.title));
    let about = if page.about.is_empty() { String::new() } else { format!(" · {}", page.about) };
    format!("{}: {}{}{about}", page.name, headline(site), since.unwrap_or_default())
}

/// The beginning of a text, for previews.
fn first_words(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if out.len() + word.len() > 150 {
            return out + " …";
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// What the front page says, but for when it was measured: so that a browser knows whether to load it anew.
fn content_of(html: &str) -> String {
    let without = match html.split_once("data-measured=\"") {
        Some((before, after)) => format!("{before}{}", after.split_once("</p>").map_or("", |(_, rest)| rest)),
        None => html.into(),
    };
    Sha256::digest(without.as_bytes()).iter().take(8).map(|b| format!("{b:02x}")).collect()
}

/// The words the live part needs, and what it has to know of the page.
fn live_words(words: &Words, page: &Page) -> String {
    let keys = [
        "zone",
        "your_zone",
        "page_zone",
        "search",
        "only_trouble",
        "theme",
        "theme_system",
        "theme_light",
        "theme_dark",
        "theme_contrast",
        "pause",
        "old",
        "offline",
        "unreachable",
        "just_now",
        "ago",
        "in",
        "no_data",
        "no_downtime",
        "down_for",
        "in_maintenance_short",
        "keys",
        "close",
        "copy",
        "copied",
        "times_in",
        "date",
        "date_time",
        "details",
        "length_units",
        "length_join",
    ];
    let mut all = serde_json::Map::new();
    for key in keys {
        all.insert(key.into(), json!(words.t(key)));
    }
    all.insert("in_maintenance_short".into(), json!(words.t("maintenance_impact")));
    let months: Vec<&str> = (1..=12).map(|m| words.month(m)).collect();
    all.insert("months".into(), json!(months.join("|")));
    for key in ["seconds", "minutes", "hours", "days", "shown"] {
        // One example of each number that is likely, so that the browser need not know any grammar.
        let few: Vec<String> = (0..=100).map(|n| words.n(key, n)).collect();
        all.insert(key.into(), json!(forms(&few)));
    }
    all.insert("page".into(), json!(page.zone_name));
    all.insert("old_after".into(), json!(page.old_after.to_string()));
    let today = page.components.first().map_or(0, |c| c.history.first + c.history.days.len() as i64 - 1);
    all.insert("today".into(), json!(date_text(today)));
    serde_json::Value::Object(all).to_string()
}

/// The texts for 0 to 100 as runs: `first:text` where the text without its figure changes.
fn forms(texts: &[String]) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut last = String::new();
    for (n, text) in texts.iter().enumerate() {
        let form = text.replacen(&n.to_string(), "{n}", 1);
        if form != last {
            out.push(format!("{n}:{form}"));
            last = form;
        }
    }
    out.join("|")
}
