// Starts the WebAssembly program named by this script's own tag. External, so that the
// Content-Security-Policy needs neither a hash nor a nonce.
const root = document.documentElement;
try {
  const asked = new URLSearchParams(location.search).get("theme") ?? localStorage.getItem("fourlights.theme");
  const light = matchMedia("(prefers-color-scheme: light)").matches;
  const theme = asked ?? root.dataset.theme;
  root.dataset.theme = theme === "light" || (theme === "system" && light) ? "light" : "dark";
} catch {
  // Storage may be forbidden; then the default theme stays.
}
const script = document.querySelector("script[data-wasm]");
try {
  const program = await import(new URL(script.dataset.js, document.baseURI).href);
  await program.default({ module_or_path: new URL(script.dataset.wasm, document.baseURI).href });
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
