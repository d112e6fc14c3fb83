// The state of a status page on another page: <script async src="https://status.example.com/embed.js"></script>
(() => {
  const script = document.currentScript;
  const root = new URL(".", script.src);
  const colours = { none: "#1a7f4b", maintenance: "#1f6fb2", minor: "#97600a", major: "#97600a", critical: "#b3261e" };
  const link = document.createElement("a");
  link.href = root;
  link.className = "fourlights-status";
  script.after(link);
  const show = (text, colour) => {
    const dot = document.createElement("span");
    dot.setAttribute("aria-hidden", "true");
    dot.style.cssText = `display:inline-block;inline-size:.7em;block-size:.7em;border-radius:50%;margin-inline-end:.5em;background:${colour}`;
    link.replaceChildren(dot, text);
  };
  const ask = async () => {
    try {
      const answer = await fetch(new URL("api/v2/status.json", root));
      const { status } = await answer.json();
      show(String(status.description), colours[status.indicator] ?? "#5f6572");
    } catch {
      if (!link.textContent) show("Status", "#5f6572");
    }
  };
  ask();
  setInterval(ask, 60000);
})();
