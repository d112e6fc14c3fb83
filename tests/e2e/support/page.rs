//! A browser page, with what every test asks of one.

use super::folder::Folder;
use super::ports::Port;
use super::process::Process;
use super::root;
use serde_json::{Value, json};
use std::panic::Location;
use std::process::Command;
use std::time::{Duration, Instant};
use thirtyfour::error::{WebDriverError, WebDriverErrorInner};
use thirtyfour::prelude::*;

/// A browser of a test's own. Dropping it, also by a test that fails, ends the browser.
pub struct Page {
    // Dropped in this order: the session ends before its driver, both before their files.
    pub driver: WebDriver,
    _chromedriver: Process,
    _folder: Folder,
    _port: Port,
}

/// What every wait gets beyond what it takes on an idle machine: other tests and other work may keep all cores
/// busy. A wait ends as soon as what it waits for is there, so this costs nothing but in a test that fails.
pub const BUSY: Duration = Duration::from_secs(60);

/// How often a wait looks.
const LOOK: Duration = Duration::from_millis(100);

/// Collects what must not happen: errors, rejected promises, blocked content, files that do not load.
const COLLECT: &str = r"
    window.__errors = []; window.__shift = 0; window.__moved = [];
    const note = (text) => window.__errors.push(String(text));
    const error = console.error;
    console.error = (...all) => { note(all.join(' ')); error(...all); };
    addEventListener('error', (e) => note(e.message || `not loaded: ${e.target.src || e.target.href}`), true);
    addEventListener('unhandledrejection', (e) => note(e.reason));
    addEventListener('securitypolicyviolation', (e) => note(`blocked: ${e.violatedDirective} ${e.blockedURI}`));
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
            window.__shift += entry.value;
            for (const s of entry.sources) window.__moved.push(`${s.node?.nodeName} ${s.node?.className ?? ''} in ${s.node?.parentElement?.className}: ${JSON.stringify(s.previousRect)} -> ${JSON.stringify(s.currentRect)}`);
        }
    }).observe({ type: 'layout-shift', buffered: true });
";

impl Page {
    pub async fn open() -> Self {
        Self::open_with(&[]).await
    }

    /// With more arguments for the browser.
    pub async fn open_with(more: &[&str]) -> Self {
        let port = Port::take().unwrap();
        let folder = Folder::create("browser").unwrap();
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={}", port.number()));
        let mut chromedriver = Process::run("chromedriver", command, &folder).unwrap();
        chromedriver.wait_for(port.number(), "/status").unwrap();
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            &format!("--user-data-dir={}", folder.join("profile").display()),
        ]
        .iter()
        .chain(more)
        {
            capabilities.add_arg(argument).unwrap();
        }
        let address = format!("http://127.0.0.1:{}", port.number());
        let driver = WebDriver::new(address, capabilities).await.expect("a browser");
        driver.set_script_timeout(Duration::from_secs(300)).await.unwrap();
        let page = Self { driver, _chromedriver: chromedriver, _folder: folder, _port: port };
        page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": COLLECT})).await;
        page.size(1440, 900, 1.0).await;
        page
    }

    /// Ends the browser, and fails when it cannot be ended.
    pub async fn close(self) {
        self.driver.clone().quit().await.unwrap();
    }

    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.driver.cdp().send_raw(command, parameters).await.unwrap()
    }

    pub async fn size(&self, width: u32, height: u32, dpr: f64) {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": dpr, "mobile": width < 600});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    pub async fn goto(&self, url: &str) {
        self.driver.goto(url).await.unwrap();
    }

    /// What a script returns. A script that throws fails the test at once.
    #[track_caller]
    pub fn script<'a>(&'a self, script: &'a str) -> impl Future<Output = Value> + 'a {
        let caller = Location::caller();
        async move {
            match self.driver.execute(script, vec![]).await.map(|found| found.json().clone()) {
                Ok(found) => found,
                // It has done its work: `location.reload()`.
                Err(error) if leaves_the_page(&error) => Value::Null,
                Err(error) => panic!("{caller}: {error}\nin the script: {script}"),
            }
        }
    }

    /// What a script hands to the function that it gets as its last argument.
    #[track_caller]
    pub fn later<'a>(&'a self, script: &'a str) -> impl Future<Output = Value> + 'a {
        let caller = Location::caller();
        async move {
            let found = self.driver.execute_async(script, vec![]).await;
            let found = found.unwrap_or_else(|error| panic!("{caller}: {error}\nin the script: {script}"));
            found.json().clone()
        }
    }

    pub async fn text(&self) -> String {
        self.script("return document.body?.innerText ?? ''").await.as_str().unwrap_or_default().to_string()
    }

    /// Waits until a script returns true; `seconds` is the most it may take when nothing else runs. Something
    /// that is not there yet is for the script to allow for (`?.`): a script that throws fails the test at once.
    #[track_caller]
    pub fn until<'a>(
        &'a self,
        what: &'a str,
        seconds: u64,
        script: &'a str,
    ) -> impl Future<Output = ()> + 'a {
        self.until_at(Location::caller(), what, seconds, script)
    }

    async fn until_at(&self, caller: &Location<'_>, what: &str, seconds: u64, script: &str) {
        let bound = Duration::from_secs(seconds) + BUSY;
        let end = Instant::now() + bound;
        loop {
            match self.driver.execute(script, vec![]).await.map(|found| found.json() == true) {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) if leaves_the_page(&error) => {}
                Err(error) => panic!("{caller}: {error}\nwaiting for {what} with the script: {script}"),
            }
            if Instant::now() > end {
                let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
                self.shot(&format!("failed-{test}")).await;
                let text = self.text().await;
                panic!("{caller}: waited {} s in vain for {what}\n{text}", bound.as_secs());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until the page shows a text.
    #[track_caller]
    pub fn shows<'a>(&'a self, text: &'a str, seconds: u64) -> impl Future<Output = ()> + 'a {
        let caller = Location::caller();
        let script = format!("return document.body?.innerText.includes({}) === true", json!(text));
        async move { self.until_at(caller, &format!("{text:?}"), seconds, &script).await }
    }

    /// Waits until there is an element.
    #[track_caller]
    pub fn has<'a>(&'a self, selector: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = Location::caller();
        let script = format!("return document.querySelector({}) !== null", json!(selector));
        async move { self.until_at(caller, selector, 10, &script).await }
    }

    /// Clicks an element as soon as it is there.
    #[track_caller]
    pub fn click<'a>(&'a self, selector: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = Location::caller();
        let script =
            format!("const e = document.querySelector({}); e?.click(); return e !== null", json!(selector));
        async move { self.until_at(caller, &format!("{selector} to click"), 10, &script).await }
    }

    /// Clicks the first element that matches a selector and reads so, as soon as it is there.
    #[track_caller]
    pub fn click_text<'a>(&'a self, selector: &'a str, text: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = Location::caller();
        let script = format!(
            "const e = [...document.querySelectorAll({})].find((e) => e.innerText?.trim() === {}); \
             e?.click(); return e !== undefined",
            json!(selector),
            json!(text)
        );
        async move { self.until_at(caller, &format!("{selector} {text:?} to click"), 10, &script).await }
    }

    /// Gives an element the focus as soon as it is there.
    #[track_caller]
    pub fn focus<'a>(&'a self, selector: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = Location::caller();
        let script =
            format!("const e = document.querySelector({}); e?.focus(); return e !== null", json!(selector));
        async move { self.until_at(caller, &format!("{selector} to focus"), 10, &script).await }
    }

    /// Types into a field as soon as it is there: replaces what it holds.
    #[track_caller]
    pub fn fill<'a>(&'a self, selector: &'a str, text: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = Location::caller();
        let script = format!(
            "const e = document.querySelector({}); if (!e) return false; e.value = {}; \
             for (const kind of ['input', 'change']) e.dispatchEvent(new Event(kind, {{bubbles: true}})); return true",
            json!(selector),
            json!(text)
        );
        async move { self.until_at(caller, &format!("{selector} to fill"), 10, &script).await }
    }

    /// Back in the history by one, and there.
    pub async fn back(&self) {
        let script = "const done = arguments[0]; addEventListener('popstate', () => setTimeout(done), {once: true}); history.back()";
        self.later(script).await;
    }

    /// Waits until no panel loads any more.
    pub async fn settled(&self) {
        let script = "return document.querySelectorAll('.panel').length > 0 && \
                      document.querySelectorAll('[data-condition=loading]').length === 0";
        self.until("all panels", 20, script).await;
    }

    pub async fn press(&self, keys: &str) {
        self.driver.action_chain().send_keys(keys).perform().await.unwrap();
    }

    pub async fn key(&self, key: Key) {
        self.driver.action_chain().send_keys(key.value().to_string()).perform().await.unwrap();
    }

    /// A picture of the whole page in `test-results/`.
    pub async fn shot(&self, name: &str) {
        let folder = root().join("test-results");
        std::fs::create_dir_all(&folder).unwrap();
        let answer = self.devtools("Page.captureScreenshot", json!({"captureBeyondViewport": true})).await;
        let picture = decode_base64(answer["data"].as_str().unwrap_or_default());
        std::fs::write(folder.join(format!("{name}.png")), picture).unwrap();
    }

    /// What is wrong with the page as it stands: errors in the browser's console, sideways scroll,
    /// what axe-core finds (all its rules for WCAG 2.2 AA and best practice included).
    pub async fn faults(&self, place: &str) -> Vec<String> {
        let mut faults = Vec::new();
        let errors = self.script("return window.__errors").await;
        if errors != json!([]) {
            faults.push(format!("{place}: errors in the browser's console: {errors}"));
        }
        let over = self
            .script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
            .await;
        if over != json!(0) {
            faults.push(format!("{place}: scrolls {over} px sideways"));
        }
        let file = std::env::var("FOURLIGHTS_AXE").expect("FOURLIGHTS_AXE names axe.min.js; run `make e2e`");
        self.script(&std::fs::read_to_string(file).expect("axe.min.js")).await;
        let run = "const done = arguments[arguments.length - 1]; \
                   axe.run(document, {resultTypes: ['violations']}).then((r) => done(r.violations.map((v) => \
                   `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? '')).join(' | ')}`)))";
        let found = self.later(run).await;
        faults.extend(found.as_array().into_iter().flatten().map(|f| format!("{place}: axe-core: {f}")));
        faults
    }

    /// As [`Self::faults`], and what moves while the page is loaded until a script returns true. On a busy machine a
    /// page may be painted between two steps that are one elsewhere, so only what moves in each of some loads is a
    /// fault; what moved in one is printed.
    pub async fn faults_and_shifts(&self, place: &str, ready: &str) -> Vec<String> {
        const LOADS: usize = 6;
        let mut faults = Vec::new();
        for load in 1..=LOADS {
            self.until("the page", 20, ready).await;
            let shift = self.script("return window.__shift").await;
            if shift.as_f64() == Some(0.0) {
                break;
            }
            let moved = self.script("return window.__moved").await;
            println!("{place}: layout shift {shift} in load {load}: {moved}");
            if load == LOADS {
                faults.push(format!("{place}: layout shift {shift} and more in each load: {moved:#}"));
                break;
            }
            self.driver.refresh().await.unwrap();
        }
        faults.extend(self.faults(place).await);
        faults
    }

    #[track_caller]
    pub fn is_clean<'a>(&'a self, place: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = Location::caller();
        async move {
            let faults = self.faults(place).await;
            assert!(faults.is_empty(), "{caller}: {}", faults.join("\n"));
        }
    }
}

/// What a driver says of a script whose page is being replaced by another: a wait looks again there.
fn leaves_the_page(error: &WebDriverError) -> bool {
    let (WebDriverErrorInner::JavascriptError(info) | WebDriverErrorInner::UnknownError(info)) =
        error.as_inner()
    else {
        return false;
    };
    let text = info.to_string();
    [
        "document unloaded",
        "Cannot find context",
        "context was destroyed",
        "navigated or closed",
        "aborted by navigation",
    ]
    .iter()
    .any(|words| text.contains(words))
}

fn decode_base64(text: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    for chunk in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits =
            chunk.iter().fold(0u32, |bits, c| (bits << 6) | u32::from(value(*c))) << (6 * (4 - chunk.len()));
        out.extend(&bits.to_be_bytes()[1..chunk.len()]);
    }
    out
}

/// A script that moves a page to another time, and with it what its sources say the time is: they are asked, for
/// Prometheus's clock counts and not the browser's.
pub fn at_time(now: i64) -> String {
    format!(
        "const real = Date.now, began = real(); Date.now = () => {now} + 30000 + real() - began; \
         const send = window.fetch; window.fetch = async (...all) => {{ \
           const request = new Request(...all); \
           if (request.method === 'POST' && (await request.clone().text()).includes('query=time%28%29')) {{ \
             const now = Date.now() / 1000; \
             const data = {{resultType: 'scalar', result: [now, String(now)]}}; \
             return new Response(JSON.stringify({{status: 'success', data}}), {{headers: {{'content-type': 'application/json'}}}}); \
           }} \
           return send(request); \
         }};"
    )
}
