// usage: node firefox.mjs PUPPETEER URL   the console's main paths in Firefox; prints what is wrong, a line each
//
// Debian has no WebDriver for Firefox, so it is driven by WebDriver BiDi.
import { pathToFileURL } from "node:url";

const [, , library, base] = process.argv;
const { default: puppeteer } = await import(pathToFileURL(library));
const browser = await puppeteer.launch({ browser: "firefox", executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr", headless: true, timeout: 180_000, protocolTimeout: 180_000 });
const wrong = [];
const page = await browser.newPage();
// A machine that has other work to do is slow, not broken.
page.setDefaultNavigationTimeout(120_000);
await page.setViewport({ width: 1440, height: 900 });
page.on("pageerror", (error) => wrong.push(`${page.url()}: ${error.message}`));
page.on("console", async (line) => {
  if (line.type() !== "error") return;
  const at = page.url();
  // An object is printed by its own words: an error is `JSHandle@error` otherwise.
  const words = await Promise.all(line.args().map((arg) => arg.evaluate((value) => String(value?.stack ?? value)).catch(() => "a value that is gone")));
  wrong.push(`${at}: ${line.text()} ${words.join(" ")}`);
});

/** Waits until a script says yes. */
async function until(what, script, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    if (await page.evaluate(script)) return;
    await new Promise((next) => setTimeout(next, 100));
  }
  wrong.push(`${page.url()}: no ${what} within ${seconds} s: ${(await page.evaluate("document.body.innerText")).slice(0, 400)}`);
}
// Also until nothing is on its way: code that is still fetched when a page is left fails, and says so as it should.
const settled = async () => {
  await until("data", "document.querySelector('main .page, main form') && !document.querySelector('[data-condition=loading], .later, .frame')");
  await page.waitForNetworkIdle({ idleTime: 300, timeout: 60_000 });
};

// Each page by its address, with its own chunk.
for (const path of ["", "alerts", "slos", "slo?id=api-availability", "service?id=auth", "capacity", "sources", "update"]) {
  await page.goto(`${base}${path}`);
  await settled();
  const chunk = await page.evaluate("performance.getEntriesByType('resource').some((r) => /split_\\w+\\.wasm/.test(r.name))");
  if (!chunk) wrong.push(`${page.url()}: no chunk was fetched`);
}

// Scorecards with numbers, charts that are drawn, a crosshair by the mouse, and pages by the keyboard.
await page.goto(base);
await settled();
await until("share of uptime", "/99\\.\\d+ ?%/.test(document.body.innerText)");
await until(
  "pixels in the chart",
  "[...document.querySelectorAll('.golden canvas')].some((c) => c.width > 0 && c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v > 0))",
);
const place = await page.evaluate("(() => { const c = document.querySelector('.golden .chart'); c.scrollIntoView({ block: 'center' }); const r = c.getBoundingClientRect(); return [r.left + r.width * 0.7, r.top + r.height / 2]; })()");
await page.mouse.move(...place);
await until("values beside the mouse", "/p95/.test(document.querySelector('.chart-tip')?.innerText ?? '')", 10);
await page.keyboard.press("g");
await page.keyboard.press("a");
await until("the alerts by g a", "location.pathname.includes('alerts')", 10);
await settled();

await browser.close();
for (const line of wrong) console.log(line);
process.exit(wrong.length ? 1 : 0);
