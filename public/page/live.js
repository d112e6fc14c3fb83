// Loads the live part when the page has been read and the browser is at rest.
const { dataset } = document.querySelector("script[data-wasm]");
const at = (path) => new URL(path, location).href;
const rest = globalThis.requestIdleCallback ?? ((then) => setTimeout(then, 200));
const root = document.documentElement.dataset.root;

// So that the page is there without a network, also after the very first visit.
const keep = async () => {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  await workers.register(at(root + "sw.js"));
  if (workers.controller) return;
  const cache = await caches.open("status-1");
  await cache.addAll([at(location.pathname), at(root + "live.js"), at(dataset.js), at(dataset.wasm)]);
};

const start = () =>
  rest(async () => {
    const { default: init } = await import(at(dataset.js));
    await init({ module_or_path: at(dataset.wasm) });
    await keep().catch(() => {});
  });
if (document.readyState === "complete") start();
else addEventListener("load", start);
