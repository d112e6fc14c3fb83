//! Pages of a notice, of a month, and for addresses that lead nowhere.

use super::components::{icon, state};
use super::frame::frame;
use super::notices::{in_full, in_short, path};
use super::site::Site;
use super::time::sentence;
use crate::domain::public::{Notice, Page};
use crate::domain::time::Millis;
use leptos::prelude::*;

/// The body of a notice's page. Of repeated maintenance it is the next window, with the others listed.
pub fn notice_page(site: Site<'_>, notice: &Notice) -> String {
    let affected: Vec<_> = notice
        .affected
        .iter()
        .map(|(id, status)| {
            let component = site.page.component(id);
            let name = component.map_or_else(|| notice.name_of(id).to_string(), |c| c.name.clone());
            let link = component.map(|c| format!("{}components/{}/", site.home, c.id));
            view! { <li class="head"><a href=link>{name}</a>{state(site, *status)}</li> }
        })
        .collect();
    let windows: Vec<_> = site
        .page
        .maintenances
        .iter()
        .filter(|m| notice.repeats.is_some() && m.id == notice.id)
        .filter_map(|m| m.window)
        .filter(|w| w.end > site.page.now)
        .take(5)
        .map(|w| view! { <li inner_html=sentence(site, "window", &[("from", w.start), ("until", w.end)])></li> })
        .collect();
    let content = view! {
        <div class="title"><h1 dir="auto">{notice.title.clone()}</h1></div>
        {in_full(site, notice, false)}
        {(!affected.is_empty()).then(|| view! { <section><h2>{site.words.t("affects").to_string()}</h2><ul class="list">{affected}</ul></section> })}
        {(!windows.is_empty()).then(|| view! { <section><h2>{site.words.t("repeats").to_string()}</h2><ul class="list">{windows}</ul></section> })}
    };
    frame(site, Some(&path(notice)), &content.to_html())
}

/// The months in which something was, newest first: year and month 1..=12.
pub fn months(page: &Page) -> Vec<(i32, u32)> {
    let mut all: Vec<(i32, u32)> = of_the_past(page).flat_map(|n| months_of(page, n)).collect();
    all.push(month_at(page, page.now));
    all.sort_unstable();
    all.dedup();
    all.reverse();
    all
}

/// A notice that lasts longer than ten years is a mistake in a file, and not worth a page for each month.
const MOST_MONTHS: usize = 120;

fn month_at(page: &Page, at: Millis) -> (i32, u32) {
    let civil = page.zone.civil(at);
    (civil.year, civil.month)
}

/// Every month a notice lasted in, up to now.
fn months_of(page: &Page, notice: &Notice) -> Vec<(i32, u32)> {
    let bounds = notice.bounds(page.now);
    // Its end is the first moment after it.
    let last = month_at(page, (bounds.end - 1).min(page.now).max(bounds.start));
    let next =
        |(year, month): &(i32, u32)| Some(if *month == 12 { (year + 1, 1) } else { (*year, month + 1) });
    let first = month_at(page, bounds.start);
    std::iter::successors(Some(first), next).take_while(|m| *m <= last).take(MOST_MONTHS).collect()
}

fn of_the_past(page: &Page) -> impl Iterator<Item = &Notice> {
    page.incidents.iter().chain(page.maintenances.iter().filter(|n| n.bounds(page.now).start <= page.now))
}

/// The body of a month's page; `path` is the page's own, from the root of its language.
pub fn history_page(site: Site<'_>, all: &[(i32, u32)], month: (i32, u32), own_path: &str) -> String {
    let page = site.page;
    let mut notices: Vec<&Notice> =
        of_the_past(page).filter(|n| months_of(page, n).contains(&month)).collect();
    notices.sort_by_key(|n| std::cmp::Reverse(n.bounds(page.now).start));
    // Of repeated maintenance one line a month.
    let mut seen: Vec<&str> = Vec::new();
    notices.retain(|n| {
        let first = n.repeats.is_none() || !seen.contains(&n.id.as_str());
        seen.push(&n.id);
        first
    });
    let none = notices.is_empty();
    let lines: Vec<_> = notices.into_iter().map(|n| in_short(site, n)).collect();
    let at = all.iter().position(|m| *m == month).unwrap_or(0);
    let link = |key: &str, month: Option<&(i32, u32)>| {
        month.map(|(year, month)| {
            let text = site.words.fill(key, &[("month", &site.words.month_year(*year, *month))]);
            view! { <a href=format!("{}{}", site.home, month_path(all, (*year, *month)))>{text}</a> }
        })
    };
    let (newer, older) = (at.checked_sub(1).and_then(|i| all.get(i)), all.get(at + 1));
    let title = site.words.fill("history_of", &[("month", &site.words.month_year(month.0, month.1))]);
    let list = if none {
        view! { <p class="quiet">{icon("ok")}" "{site.words.t("none_month").to_string()}</p> }.into_any()
    } else {
        view! { <ul class="list">{lines}</ul> }.into_any()
    };
    let content = view! {
        <section data-part="" id="month">
            <div class="title"><h1>{title}</h1></div>
            {list}
        </section>
        <nav class="pages" aria-label=site.words.t("history").to_string()>{link("newer", newer)}{link("older", older)}</nav>
    };
    frame(site, Some(own_path), &content.to_html())
}

/// The address of a month, from the root of its language: the newest has no month in it.
pub fn month_path(all: &[(i32, u32)], month: (i32, u32)) -> String {
    match all.first() == Some(&month) {
        true => "history/".into(),
        false => format!("history/{:04}-{:02}/", month.0, month.1),
    }
}

/// The body for addresses that lead nowhere.
pub fn not_found_page(site: Site<'_>) -> String {
    let content = view! {
        <div class="title"><h1>{site.words.t("not_found").to_string()}</h1></div>
        <p>{site.words.t("not_found_how").to_string()}</p>
    };
    frame(site, None, &content.to_html())
}
