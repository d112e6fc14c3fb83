// Loads the live part when the page has been read and the browser is at rest.
const { dataset } = document.querySelector("script[data-wasm]");
const rest = globalThis.requestIdleCallback ?? ((then) => setTimeout(then, 200));
const start = () =>
  rest(async () => {
    const { default: init } = await import(new URL(dataset.js, location));
    await init({ module_or_path: new URL(dataset.wasm, location) });
    await navigator.serviceWorker?.register(new URL(document.documentElement.dataset.root + "sw.js", location)).catch(() => {});
  });
if (document.readyState === "complete") start();
else addEventListener("load", start);
