//! The front page.

use super::components::{components, icon};
use super::frame::frame;
use super::notices::{in_full, in_short};
use super::site::Site;
use super::time::sentence;
use crate::domain::public::Notice;
use crate::domain::time::DAY;
use crate::domain::zone::rfc3339;
use leptos::prelude::*;

/// Past incidents of so many days stand on the front page.
const PAST_DAYS: i64 = 14;
/// And at most so many.
const MOST_PAST: usize = 10;

/// The body of the front page.
pub fn front_page(site: Site<'_>) -> String {
    let content = view! {
        {banner(site)}
        {active(site)}
        {maintenance(site)}
        {components(site)}
        {past(site)}
    };
    frame(site, Some(""), &content.to_html())
}

/// The words of the banner.
pub fn headline(site: Site<'_>) -> String {
    site.words.t(&format!("all_{}", site.page.overall().name())).to_string()
}

fn banner(site: Site<'_>) -> impl IntoView + use<> {
    let tone = site.page.overall().tone();
    let stamp = site.page.measured.map(|at| {
        let text = sentence(site, "measured", &[("time", at)]);
        view! { <p class="quiet" id="stamp" data-measured=rfc3339(at) inner_html=text></p> }
    });
    // Measurements that were old already when the page was written; the live part says it better.
    let age = site.page.measured.map(|at| site.page.now - at).filter(|age| *age > site.page.old_after);
    let old = age.map(|age| site.words.fill("old", &[("n", &site.words.length(age))]));
    let is_new = old.is_none();
    let old = view! { <p id="old" role="status" hidden=is_new>{old}</p> };
    view! {
        <section class="banner" data-tone=tone data-stale=age.map(|_| "") data-part="" id="overall" data-say=headline(site)>
            {icon(tone)}
            <div><h1>{headline(site)}</h1>{stamp}{old}</div>
        </section>
    }
}

fn active(site: Site<'_>) -> impl IntoView + use<> {
    let all: Vec<_> = site.page.active().map(|n| in_full(site, n, true)).collect();
    let any = !all.is_empty();
    view! {
        <section aria-labelledby=any.then_some("active") id="incidents" data-part="">
            {any.then(|| view! { <h2 id="active">{site.words.t("active").to_string()}</h2> })}
            {all}
        </section>
    }
}

/// Of repeated maintenance the next one.
fn next_of_each<'p>(notices: impl Iterator<Item = &'p Notice>) -> Vec<&'p Notice> {
    let mut all: Vec<&Notice> = Vec::new();
    for notice in notices {
        if !all.iter().any(|n| n.id == notice.id) {
            all.push(notice);
        }
    }
    all
}

fn maintenance(site: Site<'_>) -> impl IntoView + use<> {
    let all: Vec<_> = next_of_each(site.page.ahead()).into_iter().map(|n| in_full(site, n, true)).collect();
    let any = !all.is_empty();
    view! {
        <section aria-labelledby=any.then_some("planned") id="maintenance" data-part="">
            {any.then(|| view! { <h2 id="planned">{site.words.t("maintenance").to_string()}</h2> })}
            {all}
        </section>
    }
}

fn past(site: Site<'_>) -> impl IntoView + use<> {
    let since = site.page.now - PAST_DAYS * DAY;
    let all: Vec<_> = site
        .page
        .past()
        .filter(|n| n.ended.unwrap_or(n.started) >= since)
        .take(MOST_PAST)
        .map(|n| in_short(site, n))
        .collect();
    let days = site.words.n("days", PAST_DAYS);
    let list = if all.is_empty() {
        view! { <p class="quiet">{site.words.fill("none_past", &[("n", &days)])}</p> }.into_any()
    } else {
        view! { <ul class="list">{all}</ul> }.into_any()
    };
    view! {
        <section aria-labelledby="past" id="past-incidents" data-part="">
            <h2 id="past">{site.words.t("past").to_string()}</h2>
            {list}
            <p><a href=format!("{}history/", site.home)>{site.words.t("history").to_string()}</a></p>
        </section>
    }
}
