//! A browser page, with what every test asks of one.

use super::root;
use serde_json::{Value, json};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use thirtyfour::extensions::cdp::ChromeDevTools;
use thirtyfour::prelude::*;

pub struct Page {
    pub driver: WebDriver,
    chromedriver: Child,
    profile: std::path::PathBuf,
}

/// Collects what must not happen: errors, rejected promises, blocked content, files that do not load.
const COLLECT: &str = r"
    window.__errors = []; window.__shift = 0;
    const note = (text) => window.__errors.push(String(text));
    const error = console.error;
    console.error = (...all) => { note(all.join(' ')); error(...all); };
    addEventListener('error', (e) => note(e.message || `not loaded: ${e.target.src || e.target.href}`), true);
    addEventListener('unhandledrejection', (e) => note(e.reason));
    addEventListener('securitypolicyviolation', (e) => note(`blocked: ${e.violatedDirective} ${e.blockedURI}`));
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
";

impl Page {
    pub async fn open() -> Self {
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
        ] {
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
        let tools = ChromeDevTools::new(self.driver.handle.clone());
        tools.execute_cdp_with_params(command, parameters).await.unwrap()
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

    /// A picture of the whole page in `test-results/`.
    pub async fn shot(&self, name: &str) {
        let folder = root().join("test-results");
        std::fs::create_dir_all(&folder).unwrap();
        let answer = self.devtools("Page.captureScreenshot", json!({"captureBeyondViewport": true})).await;
        let picture = decode_base64(answer["data"].as_str().unwrap_or_default());
        std::fs::write(folder.join(format!("{name}.png")), picture).unwrap();
    }

    #[track_caller]
    pub fn has_no_errors<'a>(&'a self, place: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let errors = self.script("return window.__errors").await;
            assert_eq!(errors, json!([]), "{caller}: {place}: errors in the browser's console");
        }
    }

    pub async fn has_no_shift(&self, place: &str) {
        let shift = self.script("return window.__shift").await.as_f64().unwrap_or(f64::NAN);
        assert!(shift == 0.0, "{place}: layout shift {shift}");
    }

    pub async fn has_no_sideways_scroll(&self, place: &str) {
        let over = self
            .script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
            .await;
        assert_eq!(over, json!(0), "{place}: scrolls sideways");
    }

    /// axe-core finds nothing, all its rules for WCAG 2.2 AA and best practice included.
    pub async fn axe_finds_nothing(&self, place: &str) {
        let file = std::env::var("FOURLIGHTS_AXE").expect("FOURLIGHTS_AXE names axe.min.js; run `make e2e`");
        self.script(&std::fs::read_to_string(file).expect("axe.min.js")).await;
        let run = "const done = arguments[arguments.length - 1]; \
                   axe.run(document, {resultTypes: ['violations']}).then((r) => done(r.violations.map((v) => \
                   `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? '')).join(' | ')}`)))";
        let found = self.driver.execute_async(run, vec![]).await.unwrap().json().clone();
        assert_eq!(found, json!([]), "{place}: axe-core");
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
