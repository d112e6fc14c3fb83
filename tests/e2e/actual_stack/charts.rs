//! Charts by mouse, touch and keyboard, on the real stack.

use super::super::support::page::Page;
use serde_json::{Value, json};
use thirtyfour::Key;

const SHIFT: u32 = 8;
const CTRL: u32 = 2;

/// A chart of the page, with the pointer on it.
struct Hand<'a> {
    page: &'a Page,
    /// left, top, width, height
    rect: [f64; 4],
}

impl<'a> Hand<'a> {
    async fn on(page: &'a Page, chart: usize) -> Self {
        let script = format!(
            "const c = document.querySelectorAll('.golden .chart')[{chart}]; c.scrollIntoView({{block: 'center'}}); \
             const r = c.getBoundingClientRect(); return [r.left, r.top, r.width, r.height]"
        );
        let is_there = format!("return document.querySelectorAll('.golden .chart').length > {chart}");
        page.until("the chart", 20, &is_there).await;
        let found = page.script(&script).await;
        let rect = [0, 1, 2, 3].map(|i| found[i].as_f64().unwrap());
        Self { page, rect }
    }

    fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.rect[0] + self.rect[2] * x, self.rect[1] + self.rect[3] * y)
    }

    /// Shares of the chart's width and height.
    async fn mouse(&self, kind: &str, (x, y): (f64, f64), pressed: bool, modifiers: u32) {
        let (x, y) = self.at(x, y);
        let event = json!({"type": kind, "x": x, "y": y, "button": if pressed || kind == "mouseReleased" { "left" } else { "none" },
            "buttons": u32::from(pressed), "clickCount": 1, "modifiers": modifiers});
        self.page.devtools("Input.dispatchMouseEvent", event).await;
    }

    async fn drag(&self, from: (f64, f64), to: (f64, f64), modifiers: u32, release: bool) {
        self.mouse("mouseMoved", from, false, modifiers).await;
        self.mouse("mousePressed", from, true, modifiers).await;
        let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
        self.mouse("mouseMoved", middle, true, modifiers).await;
        self.mouse("mouseMoved", to, true, modifiers).await;
        if release {
            self.mouse("mouseReleased", to, false, modifiers).await;
        }
    }

    async fn touch(&self, kind: &str, fingers: &[(f64, f64)]) {
        let points: Vec<Value> = fingers
            .iter()
            .enumerate()
            .map(|(i, (x, y))| {
                let (x, y) = self.at(*x, *y);
                json!({"x": x, "y": y, "id": i})
            })
            .collect();
        self.page.devtools("Input.dispatchTouchEvent", json!({"type": kind, "touchPoints": points})).await;
    }
}

async fn search(page: &Page) -> String {
    page.script("return location.search").await.as_str().unwrap_or_default().to_string()
}

/// The charts cover this many hours.
async fn hours(page: &Page) -> f64 {
    let search = search(page).await;
    let part = |name: &str| {
        let value = search.split(&format!("{name}=")).nth(1)?.split('&').next()?.to_string();
        value.parse::<f64>().ok()
    };
    match (part("from"), part("to")) {
        (Some(from), Some(to)) => (to - from) / 3.6e6,
        _ => 24.0,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn charts_are_read_zoomed_and_taken_away_by_mouse_touch_and_keyboard() {
    let stack = super::stack(false);
    let page = Page::open().await;
    page.goto(&format!("http://127.0.0.1:{}/?zone=UTC", stack.ports.console)).await;
    page.settled().await;
    page.until("latency", 30, "return /p95\\s*\\d/.test(document.querySelector('.legend')?.innerText ?? '')")
        .await;

    by_mouse(&page).await;
    by_keyboard(&page).await;
    the_menu(&page).await;
    by_touch(&page).await;
    page.close().await;
}

async fn by_mouse(page: &Page) {
    let hand = Hand::on(page, 0).await;
    hand.mouse("mouseMoved", (0.7, 0.4), false, 0).await;
    // One crosshair on all charts, values beside the one that is pointed at, highest first.
    page.until(
        "a crosshair on each chart",
        5,
        "return [...document.querySelectorAll('.golden .crosshair')].filter((c) => !c.hidden).length === 4",
    )
    .await;
    page.until(
        "values",
        5,
        "return /p99[^]*p95[^]*p50/.test(document.querySelector('.chart-tip')?.innerText ?? '')",
    )
    .await;
    let tip = page.script("return document.querySelector('.chart-tip')?.innerText ?? ''").await;
    let tip = tip.as_str().unwrap();
    let order: Vec<usize> =
        ["p99", "p95", "p50"].iter().map(|n| tip.find(n).unwrap_or_else(|| panic!("{n} in {tip}"))).collect();
    assert!(order.is_sorted(), "{tip}");
    assert!(
        tip.contains("UTC")
            && page.script("return document.querySelectorAll('.tip-row[data-near]').length").await
                == json!(1),
        "{tip}"
    );
    for x in [0.15, 0.5, 0.98] {
        hand.mouse("mouseMoved", (x, 0.4), false, 0).await;
        page.until("values within the chart", 5, "const t = document.querySelector('.chart-tip')?.getBoundingClientRect(), c = document.querySelector('.golden .chart')?.getBoundingClientRect(); return t && c && t.left >= c.left - 1 && t.right <= c.right + 1").await;
    }
    // A deploy is told where it is: the API was deployed thrice within an hour, five hours ago.
    let now = 24.0;
    let plot = page
        .script("const c = document.querySelector('.golden .chart'); return c.clientWidth")
        .await
        .as_f64()
        .unwrap();
    let mut told = String::new();
    for pixel in 0..120 {
        let share = 1.0 - 10.0 / plot - (4.6 / now) + f64::from(pixel % 60 - 30) / plot * 1.5;
        hand.mouse("mouseMoved", (share, 0.4), false, 0).await;
        // The tip is drawn in the next frame, which a busy machine takes its time for.
        told = page
            .later("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(document.querySelector('.chart-tip')?.innerText ?? '')))")
            .await
            .as_str()
            .unwrap()
            .to_string();
        if told.contains("Deploy: api v") {
            break;
        }
    }
    assert!(told.contains("Deploy: api v"), "no deploy near its time: {told}");
    page.shot("chart-crosshair").await;

    // Drag chooses time, on all charts; a double click gives it back.
    hand.drag((0.4, 0.3), (0.6, 0.5), 0, false).await;
    page.until(
        "a stretch on each chart",
        5,
        "return [...document.querySelectorAll('.golden .stretch')].filter((c) => !c.hidden).length === 4",
    )
    .await;
    page.shot("chart-stretch").await;
    hand.mouse("mouseReleased", (0.6, 0.5), false, 0).await;
    page.until("a shorter range", 10, "return location.search.includes('from=')").await;
    let chosen = hours(page).await;
    assert!((4.0..7.0).contains(&chosen), "{chosen} h of a fifth of a day");
    page.settled().await;
    page.shot("chart-zoomed").await;
    page.script(
        "document.querySelector('.golden .chart').dispatchEvent(new MouseEvent('dblclick', {bubbles: true}))",
    )
    .await;
    page.until("twice the range", 10, &format!("const p = new URLSearchParams(location.search); return Math.abs((p.get('to') - p.get('from')) / 3.6e6 - {}) < 0.2", chosen * 2.0)).await;
    page.back().await;
    page.until("back to the choice", 10, &format!("const p = new URLSearchParams(location.search); return Math.abs((p.get('to') - p.get('from')) / 3.6e6 - {chosen}) < 0.01")).await;
    page.back().await;
    page.until("back to the day", 10, "return !location.search.includes('from=')").await;

    // With Shift a box: value axis too.
    let hand = Hand::on(page, 0).await;
    hand.drag((0.3, 0.3), (0.7, 0.7), SHIFT, false).await;
    page.until("a box", 5, "return document.querySelector('.stretch.boxed') !== null").await;
    hand.mouse("mouseReleased", (0.7, 0.7), false, SHIFT).await;
    page.until("the box's time", 10, "return location.search.includes('from=')").await;
    page.settled().await;
    page.shot("chart-box").await;
    page.click(".golden .chart-more").await;
    page.until("limits of the value axis", 5, "const l = [...document.querySelectorAll('.chart-menu .limit')].map((e) => parseFloat(e.value)); return l[0] > 0 && l[0] < l[1]").await;
    page.key(Key::Escape).await;
    page.script(
        "document.querySelector('.golden .chart').dispatchEvent(new MouseEvent('dblclick', {bubbles: true}))",
    )
    .await;
    page.back().await;
    page.until("the day again", 10, "return !location.search.includes('from=')").await;

    // The legend: alone, all, hidden, all.
    let pressed =
        "return document.querySelector('.golden .legend')?.querySelectorAll('[aria-pressed=true]').length";
    let click = |modifiers: u32| async move {
        let place = page.script("const b = document.querySelectorAll('.golden .legend-entry')[1]; b.scrollIntoView({block: 'center'}); const r = b.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]").await;
        for kind in ["mousePressed", "mouseReleased"] {
            page.devtools("Input.dispatchMouseEvent", json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1, "modifiers": modifiers})).await;
        }
    };
    for (modifiers, shown) in [(0, 1), (0, 3), (CTRL, 2), (CTRL, 3)] {
        click(modifiers).await;
        let expected = format!("{pressed} === {shown}");
        page.until(&format!("{shown} series after a click with {modifiers}"), 5, &expected).await;
    }
    page.is_clean("charts by mouse").await;
}

async fn by_keyboard(page: &Page) {
    // One tab stop each: three charts, and each sparkline.
    let stops = page.script("return [...document.querySelectorAll('.chart-figure')].map((f) => [...f.querySelectorAll('*')].filter((e) => e.tabIndex >= 0).length)").await;
    assert!(stops.as_array().unwrap().iter().all(|n| *n == json!(1)), "{stops}");
    page.until("a name with values", 10, "return document.querySelector('.golden .chart')?.getAttribute('aria-label')?.includes('now p95') === true").await;
    let name =
        page.script("return document.querySelector('.golden .chart').getAttribute('aria-label')").await;
    let name = name.as_str().unwrap();
    for part in ["Latency over 1 d: now p95", " the start; ", "p95 between", "threshold of 500 ms"] {
        assert!(name.contains(part), "{part} in {name}");
    }
    page.focus(".golden .chart").await;
    let said = "document.querySelector('#announcements')?.textContent";
    let mut heard = Vec::new();
    for key in [Key::End, Key::Left, Key::PageUp, Key::Home, Key::Right] {
        page.script(&format!("window.__said = {said}")).await;
        page.key(key).await;
        page.until(
            "the values spoken",
            5,
            &format!("return {said} !== window.__said && /p95 .*\\d/.test({said})"),
        )
        .await;
        heard.push(page.script(&format!("return {said}")).await.as_str().unwrap().to_string());
    }
    // Newest, one sample before, a mark of the axis, first, one later: five different instants.
    let times: std::collections::BTreeSet<&str> =
        heard.iter().map(|h| h.split(',').next().unwrap()).collect();
    assert_eq!(times.len(), 5, "{heard:?}");
    page.shot("chart-keyboard").await;
    // The page's own keys go on working from a chart.
    page.press("t+").await;
    page.until("zoomed in", 10, "return /range=12h|from=/.test(location.search)").await;
    page.press("t").await;
    page.key(Key::Left).await;
    page.until("panned", 10, "return location.search.includes('from=')").await;
    page.script("window.__search = location.search").await;
    page.press("t-").await;
    page.until("zoomed out", 10, "return location.search !== window.__search").await;
    page.back().await;
    page.back().await;
    page.back().await;
    page.until("the day", 10, "return !/from=|range=/.test(location.search)").await;
    page.settled().await;
}

async fn the_menu(page: &Page) {
    page.focus(".golden .chart").await;
    page.key(Key::End).await;
    page.key(Key::Enter).await;
    page.until("the menu", 5, "return document.querySelector('.chart-menu')?.open === true").await;
    page.click_text(".chart-menu button", "View as table").await;
    page.until("rows", 5, "return document.querySelectorAll('.chart-table tbody tr').length > 50").await;
    page.is_clean("chart menu").await;
    page.shot("chart-menu").await;
    // Newest first, then oldest first; then by a value.
    page.script("window.__first = document.querySelector('.chart-table tbody th').title").await;
    page.click(".chart-table .sort").await;
    page.until(
        "another first row by sorting",
        5,
        "return document.querySelector('.chart-table tbody th')?.title !== window.__first",
    )
    .await;
    page.script("document.querySelectorAll('.chart-table .sort')[3].click()").await;
    page.until(
        "sorted by p99",
        5,
        "return document.querySelectorAll('.chart-table th')[3]?.ariaSort === 'descending'",
    )
    .await;
    // What is saved is what is shown.
    page.script("window.__files = []; HTMLAnchorElement.prototype.click = function () { if (this.download) { const f = {name: this.download, href: this.href}; window.__files.push(f); fetch(this.href).then((r) => r.text()).then((t) => { f.text = t; }, () => {}); } };").await;
    for (words, end) in [("Save CSV", ".csv"), ("Save SVG", ".svg"), ("Save PNG", ".png")] {
        page.click_text(".chart-menu button", words).await;
        page.until(words, 5, &format!("return window.__files.at(-1)?.name.endsWith('{end}') && window.__files.at(-1).name.startsWith('latency-')")).await;
    }
    page.shows("PNG saved", 5).await;
    let png = page.script("return window.__files.at(-1).href.slice(0, 30)").await;
    assert!(png.as_str().unwrap().starts_with("data:image/png;base64,iVBOR"), "{png}");
    let size = "const done = arguments[0]; const i = new Image(); i.onload = () => done([i.width, i.height, document.querySelector('.golden .chart').clientWidth]); i.src = window.__files.at(-1).href";
    let size = page.later(size).await;
    assert_eq!(size[0].as_f64().unwrap(), size[2].as_f64().unwrap() * 2.0, "twice as sharp: {size}");
    // The axis: fitted, logarithmic, limits of one's own, nonsense refused.
    for value in ["fitted", "log", "zero"] {
        page.click(&format!(".chart-menu input[value={value}]")).await;
    }
    page.until("two limits", 5, "return document.querySelectorAll('.chart-menu .limit').length === 2").await;
    page.script("const [a, b] = document.querySelectorAll('.chart-menu .limit'); for (const [e, v] of [[a, '5'], [b, '1']]) { e.value = v; e.dispatchEvent(new Event('input', {bubbles: true})); } b.dispatchEvent(new Event('change', {bubbles: true}))").await;
    page.shows("two numbers, the lower first", 5).await;
    // The query, where it can be opened.
    page.has(".query-list a").await;
    let link = page.script("return document.querySelector('.query-list a').href").await;
    assert!(link.as_str().unwrap().contains("/graph?g0.expr=histogram_quantile"), "{link}");
    page.click_text(".chart-menu button", "Copy link to this moment").await;
    page.until(
        "an answer to copying",
        5,
        "return /Link copied|does not allow/.test(document.querySelector('.toast-line')?.innerText ?? '')",
    )
    .await;
    page.key(Key::Escape).await;
    page.until("the menu is closed", 5, "return !document.querySelector('.chart-menu')?.open").await;
    // A gauge has its last hour behind it.
    page.focus(".gauge[data-signal=Memory]").await;
    page.key(Key::Enter).await;
    page.until("the gauge's menu", 5, "return document.querySelector('.chart-menu')?.open === true && /last hour/.test(document.querySelector('.chart-menu h2')?.innerText ?? '')").await;
    page.key(Key::Escape).await;
    // A link to a moment shows the crosshair there.
    let at = page.script("return Date.now() - 3600000").await.as_i64().unwrap();
    let here = page.script("return location.origin").await;
    page.goto(&format!(
        "{}/?zone=UTC&from={}&to={}&at={at}",
        here.as_str().unwrap(),
        at - 7_200_000,
        at + 3_000_000
    ))
    .await;
    page.settled().await;
    page.until(
        "the crosshair of the link",
        10,
        "return [...document.querySelectorAll('.golden .crosshair')].filter((c) => !c.hidden).length === 4",
    )
    .await;
}

async fn by_touch(page: &Page) {
    page.size(390, 844, 2.0).await;
    page.devtools("Emulation.setTouchEmulationEnabled", json!({"enabled": true, "maxTouchPoints": 2})).await;
    let here = page.script("return location.origin").await;
    page.goto(&format!("{}/?zone=UTC", here.as_str().unwrap())).await;
    page.settled().await;
    let hand = Hand::on(page, 0).await;
    hand.touch("touchStart", &[(0.3, 0.4)]).await;
    hand.touch("touchMove", &[(0.5, 0.4)]).await;
    page.until("values under the finger", 5, "return document.querySelector('.chart-tip') !== null").await;
    page.shot("chart-touch").await;
    hand.touch("touchEnd", &[]).await;
    // Two fingers apart: half of the time.
    // Taking a picture may scroll the page.
    let hand = Hand::on(page, 0).await;
    hand.touch("touchStart", &[(0.45, 0.4)]).await;
    hand.touch("touchStart", &[(0.45, 0.4), (0.6, 0.4)]).await;
    hand.touch("touchMove", &[(0.4, 0.4), (0.65, 0.4)]).await;
    hand.touch("touchMove", &[(0.35, 0.4), (0.7, 0.4)]).await;
    hand.touch("touchEnd", &[]).await;
    page.until("a pinched range", 10, "return location.search.includes('from=')").await;
    let chosen = hours(page).await;
    assert!((6.0..16.0).contains(&chosen), "{chosen} h");
    page.is_clean("charts by touch").await;
}
