//! The small files of the site: for robots, hosts, installers and other people's pages.

use crate::domain::public::Page;
use crate::status_page::markdown::escape_markdown;
use crate::status_page::words::Words;
use crate::status_page::{Site, headline, markdown, notice_path};
use serde_json::json;

/// The state in the tab, as an address that needs no request.
pub fn favicon(tone: &str) -> String {
    let (colour, shape) = match tone {
        "ok" => ("1a7f4b", "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z"),
        "info" => ("1f6fb2", "M8 .5 15.5 8 8 15.5.5 8Z"),
        "warn" => ("b97a10", "M8 1.2 15.5 14.5H.5Z"),
        "bad" => ("c5352c", "M2 2h12v12H2Z"),
        _ => ("5f6572", "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z"),
    };
    format!("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%23{colour}' d='{shape}'/%3E%3C/svg%3E").replace(' ', "%20")
}

/// For search engines: every page of every language.
pub fn sitemap(addresses: &[String]) -> String {
    let url = |a: &String| format!("<url><loc>{}</loc></url>", markdown::escape(a));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{}</urlset>\n",
        addresses.iter().map(url).collect::<String>()
    )
}

pub fn robots(page: &Page) -> String {
    format!("User-agent: *\nAllow: /\nSitemap: {}sitemap.xml\n", page.url)
}

/// The status for language models and other readers of plain text, <https://llmstxt.org/>.
pub fn llms(site: Site<'_>) -> String {
    let page = site.page;
    let mut out = format!(
        "# {}\n\n> {}\n",
        site.words.fill("title", &[("name", &escape_markdown(&page.name))]),
        headline(site)
    );
    if let Some(at) = page.measured {
        out.push_str(&format!("\nMeasured at {}.\n", crate::domain::zone::rfc3339(at)));
    }
    out.push_str("\n## Components\n\n");
    for component in &page.components {
        let up = component.history.uptime(page.days);
        let up =
            up.map(|up| format!(", {} over {} days", crate::domain::format::availability(up), page.days));
        let state = site.words.t(component.status.name());
        out.push_str(&format!(
            "- [{}]({}components/{}/): {state}{}\n",
            escape_markdown(&component.name),
            page.url,
            component.id,
            up.unwrap_or_default()
        ));
    }
    let mut list = |title: &str, notices: Vec<&crate::domain::public::Notice>| {
        if notices.is_empty() {
            return;
        }
        out.push_str(&format!("\n## {title}\n\n"));
        for notice in notices {
            let phase = site.words.t(notice.phase(page.now).name());
            let title = escape_markdown(&notice.title);
            out.push_str(&format!("- [{title}]({}{}): {phase}\n", page.url, notice_path(notice)));
        }
    };
    list("Active incidents", page.active().collect());
    list("Scheduled maintenance", page.ahead().take(10).collect());
    list("Past incidents", page.past().take(10).collect());
    out.push_str(&format!(
        "\n## Data\n\n- [Summary as JSON (Atlassian Statuspage v2)]({0}api/v2/summary.json)\n- [Daily uptime as JSON]({0}uptime.json)\n- [Daily uptime as CSV]({0}uptime.csv)\n- [Atom feed]({0}feed.atom)\n- [Calendar of maintenance]({0}maintenance.ics)\n",
        page.url
    ));
    out
}

/// For those who put the page on their home screen.
pub fn manifest(page: &Page, words: &Words) -> String {
    json!({
        "name": words.fill("title", &[("name", &page.name)]), "short_name": page.name, "start_url": "./",
        "scope": "./", "display": "standalone",
        "icons": [{"src": "icon.svg", "sizes": "any", "type": "image/svg+xml"}],
    })
    .to_string()
        + "\n"
}

/// What hosts that read a `_headers` file (Netlify, Cloudflare Pages, and others) shall send.
pub fn headers(policy: &str) -> String {
    let file = |pattern: &str, lines: &[&str]| {
        let lines: String = lines.iter().map(|l| format!("  {l}\n")).collect();
        format!("{pattern}\n{lines}")
    };
    [
        file(
            "/*",
            &[
                &format!("Content-Security-Policy: {policy}; frame-ancestors 'self'"),
                "X-Content-Type-Options: nosniff",
                "Referrer-Policy: strict-origin-when-cross-origin",
                "Cross-Origin-Opener-Policy: same-origin",
                "Permissions-Policy: geolocation=(), camera=(), microphone=()",
                "Cache-Control: public, max-age=30, stale-while-revalidate=300",
                // Once, for everything: where two rules name it, some hosts send it twice, which browsers refuse.
                "Access-Control-Allow-Origin: *",
            ],
        ),
        // Names with a hash never change their content.
        file("/status-*", &["! Cache-Control", "Cache-Control: public, max-age=31536000, immutable"]),
        file("/sw.js", &["! Cache-Control", "Cache-Control: no-cache"]),
        file(
            "/embed/",
            &["! Content-Security-Policy", &format!("Content-Security-Policy: {policy}; frame-ancestors *")],
        ),
    ]
    .join("\n")
}

/// The page inside other pages' frames.
pub fn embed_body(site: Site<'_>) -> String {
    let tone = site.page.overall().tone();
    let shape = crate::status_page::SHAPES.iter().find(|(t, _)| *t == tone).map_or("", |(_, d)| d);
    format!(
        "<main class=\"embed\"><h1><a href=\"{}\" target=\"_top\"><svg class=\"i\" viewBox=\"0 0 16 16\" aria-hidden=\"true\" data-tone=\"{tone}\"><path fill-rule=\"evenodd\" d=\"{shape}\"/></svg><b>{}</b> {}</a></h1></main>",
        markdown::escape(&site.page.url),
        markdown::escape(&site.page.name),
        markdown::escape(&headline(site)),
    )
}
