// Starts the console from the folder that this script's own tag names. External, so that the
// Content-Security-Policy needs neither a hash nor a nonce.
const own = document.querySelector("script[data-app]").dataset;
const folder = new URL(own.app, document.baseURI);

// Beside the program, not after it: the configuration, and the code for what it names.
const config = fetch("fourlights.json", { cache: "no-cache" });
window.fourlightsConfig = config;
async function fetchAhead() {
  const text = await (await config).clone().text();
  const asked = new Set();
  for (const entry of own.named.split(" ")) {
    const [word, names] = entry.split("=");
    // `"demo:"` is an address, `"prometheus"` a kind.
    if (text.includes(`"${word}"`) || text.includes(`"${word}:"`)) names.split(",").forEach((name) => asked.add(name));
  }
  for (const name of asked) {
    const link = document.createElement("link");
    Object.assign(link, { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: new URL(name, folder).href });
    document.head.append(link);
  }
}
// Only a head start: the program asks for all of it again, and says what it does not get.
fetchAhead().catch(() => {});

try {
  const program = await import(new URL("console.js", folder).href);
  await program.default({ module_or_path: new URL("console_bg.wasm", folder).href });
} catch (error) {
  const crash = document.getElementById("crash");
  if (crash.hidden) {
    crash.hidden = false;
    document.getElementById("app").hidden = true;
    document.getElementById("crash-detail").textContent =
      `The program could not be started: ${error}. The host may be down, or serve .wasm files wrongly, ` +
      "or the browser may be older than 2023.";
  }
}
