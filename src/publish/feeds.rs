//! Atom, RSS and JSON Feed of the site, or of one component.

use crate::domain::public::{Component, Notice, Page, Update};
use crate::domain::time::Millis;
use crate::domain::zone::rfc3339;
use crate::status_page::words::Words;
use crate::status_page::{markdown, notice_path};
use atom_syndication as atom;
use chrono::{DateTime, FixedOffset, Utc};
use serde_json::json;

/// Feeds end after so many notices.
const MOST: usize = 50;

/// One feed: of which notices, and where it and its page stand.
pub struct Feed<'f> {
    pub page: &'f Page,
    pub words: &'f Words,
    pub component: Option<&'f Component>,
    /// from the root of the site, for instance `de/components/api/`
    pub folder: String,
    /// the folder of the language, for instance `de/`
    pub language_folder: String,
}

impl Feed<'_> {
    fn title(&self) -> String {
        let site = self.words.fill("title", &[("name", &self.page.name)]);
        match self.component {
            Some(component) => format!("{}: {site}", component.name),
            None => site,
        }
    }

    fn home(&self) -> String {
        format!("{}{}", self.page.url, self.folder)
    }

    /// Notices, newest first by their last change.
    fn notices(&self) -> Vec<&Notice> {
        let all = self.page.incidents.iter().chain(&self.page.maintenances);
        let mut all: Vec<&Notice> = all.filter(|n| self.component.is_none_or(|c| n.affects(&c.id))).collect();
        // Of repeated maintenance only what goes on or comes next.
        let mut seen: Vec<&str> = Vec::new();
        all.retain(|n| {
            let keep = n.repeats.is_none() || n.is_ahead(self.page.now) && !seen.contains(&n.id.as_str());
            if n.repeats.is_some() && keep {
                seen.push(&n.id);
            }
            keep
        });
        all.sort_by_key(|n| std::cmp::Reverse((n.touched(), n.id.clone())));
        all.truncate(MOST);
        all
    }

    fn link(&self, notice: &Notice) -> String {
        format!("{}{}{}", self.page.url, self.language_folder, notice_path(notice))
    }

    fn heading(&self, notice: &Notice) -> String {
        format!("{}: {}", self.words.t(notice.phase(self.page.now).name()), notice.title)
    }

    /// All messages, newest first.
    fn html(&self, notice: &Notice) -> String {
        let message = |u: &Update| {
            let phase = markdown::escape(self.words.t(u.phase.name()));
            let when = markdown::escape(&format!(
                "{} UTC",
                self.words.date_time(u.at, &crate::domain::zone::Offsets::utc())
            ));
            format!("<p><strong>{phase}</strong> · {when}</p>{}", markdown::html_of(&u.body))
        };
        notice.updates.iter().map(message).collect()
    }

    pub fn atom(&self) -> String {
        let notices = self.notices();
        let entries = notices.iter().map(|notice| {
            let text = atom::Content {
                value: Some(self.html(notice)),
                content_type: Some("html".into()),
                ..atom::Content::default()
            };
            atom::Entry {
                id: self.link(notice),
                title: self.heading(notice).into(),
                updated: date(notice.touched()),
                published: Some(date(notice.started)),
                links: vec![link(&self.link(notice), "alternate", "text/html")],
                content: Some(text),
                ..atom::Entry::default()
            }
        });
        let feed = atom::Feed {
            id: self.home(),
            title: self.title().into(),
            updated: date(self.updated(&notices)),
            authors: vec![atom::Person { name: self.page.name.clone(), ..atom::Person::default() }],
            links: vec![
                link(&self.home(), "alternate", "text/html"),
                link(&format!("{}feed.atom", self.home()), "self", "application/atom+xml"),
            ],
            lang: Some(self.words.language.clone()),
            entries: entries.collect(),
            ..atom::Feed::default()
        };
        feed.to_string()
    }

    /// Of the newest notice; a feed without any is as old as the page can be told.
    fn updated(&self, notices: &[&Notice]) -> Millis {
        notices.first().map_or(0, |n| n.touched())
    }

    pub fn rss(&self) -> String {
        let notices = self.notices();
        let items = notices.iter().map(|notice| {
            let mut item = rss::Item::default();
            item.set_title(self.heading(notice));
            item.set_link(self.link(notice));
            item.set_guid(rss::Guid { value: self.link(notice), permalink: true });
            item.set_pub_date(date(notice.touched()).to_rfc2822());
            item.set_description(self.html(notice));
            item
        });
        let mut channel = rss::Channel::default();
        channel.set_title(self.title());
        channel.set_link(self.home());
        channel.set_description(self.title());
        channel.set_language(self.words.language.clone());
        channel.set_items(items.collect::<Vec<_>>());
        let mut own = rss::extension::atom::AtomExtension::default();
        own.set_links(vec![rss::extension::atom::Link {
            href: format!("{}feed.rss", self.home()),
            rel: "self".into(),
            mime_type: Some("application/rss+xml".into()),
            ..rss::extension::atom::Link::default()
        }]);
        channel.set_atom_ext(own);
        channel.set_namespaces([("atom".to_string(), "http://www.w3.org/2005/Atom".to_string())]);
        channel.to_string()
    }

    /// JSON Feed 1.1, <https://www.jsonfeed.org/version/1.1/>.
    pub fn json(&self) -> String {
        let items: Vec<_> = self
            .notices()
            .into_iter()
            .map(|notice| {
                json!({
                    "id": self.link(notice), "url": self.link(notice), "title": self.heading(notice),
                    "content_html": self.html(notice), "date_published": rfc3339(notice.started),
                    "date_modified": rfc3339(notice.touched()),
                })
            })
            .collect();
        json!({
            "version": "https://jsonfeed.org/version/1.1", "title": self.title(), "home_page_url": self.home(),
            "feed_url": format!("{}feed.json", self.home()), "language": self.words.language,
            "authors": [{"name": self.page.name}], "items": items,
        })
        .to_string()
            + "\n"
    }
}

fn date(at: Millis) -> DateTime<FixedOffset> {
    DateTime::<Utc>::from_timestamp_millis(at).unwrap_or_default().fixed_offset()
}

fn link(href: &str, rel: &str, mime: &str) -> atom::Link {
    atom::Link { href: href.into(), rel: rel.into(), mime_type: Some(mime.into()), ..atom::Link::default() }
}
