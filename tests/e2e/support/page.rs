//! A browser page, with what every test asks of one.

use super::root;
use serde_json::{Value, json};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use thirtyfour::prelude::*;

pub struct Page {
    pub driver: WebDriver,
    chromedriver: Child,
    profile: std::path::PathBuf,
}

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
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let chromedriver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver");
        let end = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < end, "chromedriver does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        let profile = std::env::temp_dir().join(format!("fourlights-e2e-{}-{port}", std::process::id()));
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
            &format!("--user-data-dir={}", profile.display()),
        ]
        .iter()
        .chain(more)
        {
            capabilities.add_arg(argument).unwrap();
        }
        let driver =
            WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await.expect("a browser");
        driver.set_script_timeout(Duration::from_secs(60)).await.unwrap();
        let page = Self { driver, chromedriver, profile };
        page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": COLLECT})).await;
        page.size(1440, 900, 1.0).await;
        page
    }

    pub async fn close(mut self) {
        self.driver.clone().quit().await.unwrap();
        self.chromedriver.kill().unwrap();
        self.chromedriver.wait().unwrap();
        std::fs::remove_dir_all(&self.profile).unwrap_or_default();
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

    pub async fn script(&self, script: &str) -> Value {
        self.driver.execute(script, vec![]).await.unwrap().json().clone()
    }

    pub async fn text(&self) -> String {
        self.script("return document.body.innerText").await.as_str().unwrap_or_default().to_string()
    }

    /// Waits until a script returns true.
    #[track_caller]
    pub fn until<'a>(
        &'a self,
        what: &'a str,
        seconds: u64,
        script: &'a str,
    ) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let end = Instant::now() + Duration::from_secs(seconds);
            while self.script(script).await != json!(true) {
                if Instant::now() > end {
                    self.shot("failed").await;
                    panic!("{caller}: waited {seconds} s in vain for {what}\n{}", self.text().await);
                }
                tokio::time::sleep(Duration::from_millis(150)).await;
            }
        }
    }

    /// Waits until the page shows a text.
    #[track_caller]
    pub fn shows<'a>(&'a self, text: &'a str, seconds: u64) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let script = format!("return document.body.innerText.includes({})", json!(text));
            let end = Instant::now() + Duration::from_secs(seconds);
            while self.script(&script).await != json!(true) {
                if Instant::now() > end {
                    self.shot("failed").await;
                    panic!("{caller}: waited {seconds} s in vain for {text:?}\n{}", self.text().await);
                }
                tokio::time::sleep(Duration::from_millis(150)).await;
            }
        }
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
        let found = self.driver.execute_async(run, vec![]).await.unwrap().json().clone();
        faults.extend(found.as_array().into_iter().flatten().map(|f| format!("{place}: axe-core: {f}")));
        faults
    }

    /// As [`Self::faults`], and what moved since the page was loaded.
    pub async fn faults_and_shifts(&self, place: &str) -> Vec<String> {
        let shift = self.script("return window.__shift").await;
        let moved = self.script("return window.__moved").await;
        let mut faults = self.faults(place).await;
        if shift.as_f64() != Some(0.0) {
            faults.push(format!("{place}: layout shift {shift}: {moved:#}"));
        }
        faults
    }

    #[track_caller]
    pub fn is_clean<'a>(&'a self, place: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let faults = self.faults(place).await;
            assert!(faults.is_empty(), "{caller}: {}", faults.join("\n"));
        }
    }
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
