// The theme, before anything is painted: a page that is light must not begin dark. External, as boot.js is.
const root = document.documentElement;
try {
  const asked = new URLSearchParams(location.search).get("theme") ?? localStorage.getItem("fourlights.theme");
  const light = matchMedia("(prefers-color-scheme: light)").matches;
  root.dataset.theme = asked === "light" || (asked === "system" && light) ? "light" : "dark";
} catch {
  // Storage may be forbidden; then the default theme stays.
}
