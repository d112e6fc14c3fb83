//! What surrounds every page: head, the places of the live part, foot.

use super::components::shapes;
use super::site::Site;
use leptos::prelude::*;

/// The feeds of the site or of a component: name, file.
pub const FEEDS: [(&str, &str); 4] = [
    ("Atom", "feed.atom"),
    ("RSS", "feed.rss"),
    ("JSON Feed", "feed.json"),
    ("iCalendar", "maintenance.ics"),
];

/// The body of a page. `path` is its own, from the root of its language, empty for the front page;
/// `None` for what is shown at addresses that lead nowhere.
pub fn frame(site: Site<'_>, path: Option<&str>, content: &str) -> String {
    let is_front = path == Some("");
    let before = view! { {shapes()} {head(site, is_front)} }.to_html();
    let back = (!is_front)
        .then(|| view! { <p><a href=home(site)>{site.words.t("back").to_string()}</a></p> }.to_html());
    // News are read out in the first place, and old ones are told in the second.
    format!(
        "{before}<main id=\"main\" tabindex=\"-1\"><div id=\"live\"></div><div id=\"note\"></div>{}{content}</main>{}",
        back.unwrap_or_default(),
        foot(site, path.unwrap_or_default()).to_html(),
    )
}

fn head(site: Site<'_>, is_front: bool) -> impl IntoView + use<> {
    let page = site.page;
    let about = (!page.about.is_empty() && is_front).then(|| page.about.clone());
    view! {
        <a class="skip" href="#main">{site.words.t("skip").to_string()}</a>
        <header>
            <div>
                <p class="name"><a href=home(site)>{page.name.clone()}</a></p>
                {about.map(|a| view! { <p class="quiet">{a}</p> })}
            </div>
            <nav>
                <a href=format!("{}history/", site.home)>{site.words.t("history").to_string()}</a>
                <button type="button" class="button" popovertarget="subscribe">{site.words.t("subscribe").to_string()}</button>
            </nav>
        </header>
        {subscribe(site)}
    }
}

/// An address of the front page that also works from the front page itself.
fn home(site: Site<'_>) -> String {
    if site.home.is_empty() { "./".into() } else { site.home.into() }
}

/// The addresses to put into a reader or a calendar. Opens without a script.
fn subscribe(site: Site<'_>) -> impl IntoView + use<> {
    let feeds: Vec<_> = FEEDS
        .into_iter()
        .map(|(name, file)| {
            let address = format!("{}{}{file}", site.page.url, site.folder());
            view! { <dt>{name}</dt><dd><a href=format!("{}{file}", site.home)>{address}</a></dd> }
        })
        .collect();
    view! {
        <div id="subscribe" popover="auto" role="dialog" aria-labelledby="subscribe-title">
            <h2 id="subscribe-title">{site.words.t("subscribe").to_string()}</h2>
            <p>{site.words.t("subscribe_how").to_string()}</p>
            <dl>{feeds}</dl>
            <p class="quiet small">{site.words.t("subscribe_component").to_string()}</p>
            <button type="button" class="button" popovertarget="subscribe" popovertargetaction="hide">{site.words.t("close").to_string()}</button>
        </div>
    }
}

fn foot(site: Site<'_>, path: &str) -> impl IntoView + use<> {
    let page = site.page;
    let own = &site.words.language;
    let languages: Vec<_> = site
        .languages
        .iter()
        .map(|(tag, name)| {
            let href = format!("{}{}{path}", site.root, site.folder_of(tag));
            let href = if href.is_empty() { "./".to_string() } else { href };
            let current = (tag == own).then_some("true");
            view! { <li><a href=href lang=tag.clone() hreflang=tag.clone() aria-current=current>{name.clone()}</a></li> }
        })
        .collect();
    let zone = site.words.fill("times_in", &[("zone", &page.zone_name)]);
    view! {
        <footer>
            <p id="zone-line">{zone}</p>
            <p>
                {site.words.t("data").to_string()}": "
                <a href=format!("{}api/v2/summary.json", site.root)>"summary.json"</a>", "
                <a href=format!("{}uptime.json", site.root)>"uptime.json"</a>", "
                <a href=format!("{}uptime.csv", site.root)>"uptime.csv"</a>
                {page.contact.clone().map(|c| view! { " · "<a href=c>{site.words.t("contact").to_string()}</a> })}
            </p>
            {(site.languages.len() > 1).then(|| view! { <nav aria-label=site.words.t("language").to_string()><ul class="languages">{languages}</ul></nav> })}
            <div id="settings"></div>
        </footer>
    }
}
