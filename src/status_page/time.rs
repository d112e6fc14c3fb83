//! Moments and lengths of time in the page.

use super::site::Site;
use crate::domain::time::Millis;
use crate::domain::zone::rfc3339;
use leptos::prelude::*;

/// A moment, in the page's zone. The browser writes it in the visitor's.
pub fn moment(site: Site<'_>, at: Millis) -> impl IntoView + use<> {
    view! { <time datetime=rfc3339(at)>{text(site, at)}</time> }
}

/// The same as HTML, for sentences with a place for it.
pub fn moment_html(site: Site<'_>, at: Millis) -> String {
    format!("<time datetime=\"{}\">{}</time>", rfc3339(at), text(site, at))
}

fn text(site: Site<'_>, at: Millis) -> String {
    let zone = if site.page.zone_name == "UTC" { " UTC" } else { "" };
    site.words.date_time(at, &site.page.zone) + zone
}

/// A sentence of the words' file with moments in it.
pub fn sentence(site: Site<'_>, key: &str, moments: &[(&str, Millis)]) -> String {
    let html: Vec<(&str, String)> =
        moments.iter().map(|(name, at)| (*name, moment_html(site, *at))).collect();
    let values: Vec<(&str, &str)> = html.iter().map(|(name, text)| (*name, text.as_str())).collect();
    site.words.fill(key, &values)
}
