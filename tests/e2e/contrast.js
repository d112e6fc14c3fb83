// What is too faint or too small on the page, as a list of words. WCAG 2.2: 1.4.3 (text), 1.4.11 (controls and marks), 2.5.8 (targets).
const canvas = document.createElement("canvas");
canvas.width = canvas.height = 1;
const pen = canvas.getContext("2d", { willReadFrequently: true });
const known = new Map();
// Any notation of a color as red, green, blue and opacity.
const rgba = (text) => {
  if (!known.has(text)) {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = "rgba(0,0,0,0)";
    pen.fillStyle = text;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    known.set(text, [r, g, b, a / 255]);
  }
  return known.get(text);
};
const over = (top, below) => {
  const a = top[3];
  return [0, 1, 2].map((i) => top[i] * a + below[i] * (1 - a)).concat(1);
};
const luminance = (color) => {
  const part = (v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * part(color[0]) + 0.7152 * part(color[1]) + 0.0722 * part(color[2]);
};
const ratio = (a, b) => {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
};
// What an element stands on, with or without its own surface. None where a picture lies in between.
const ground = (element, own) => {
  const layers = [];
  for (let e = own ? element : element.parentElement; e; e = e.parentElement) {
    const style = getComputedStyle(e);
    if (style.backgroundImage !== "none") return null;
    layers.push(rgba(style.backgroundColor));
    if (layers.at(-1)[3] === 1) break;
  }
  return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
};
const seen = (e) => {
  const box = e.getBoundingClientRect();
  // Heads of cards are there for whoever listens.
  const head = e.closest("thead");
  if (head && getComputedStyle(head).clipPath !== "none") return false;
  return box.width > 1 && box.height > 1 && e.checkVisibility({ opacityProperty: true, visibilityProperty: true });
};
const name = (e) => {
  const text = (e.getAttribute("aria-label") ?? e.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 40);
  return `${e.tagName.toLowerCase()}.${[...e.classList].join(".")} “${text}”`;
};
const faults = [];
const told = new Set();
const tell = (text) => {
  if (!told.has(text)) faults.push(text);
  told.add(text);
};
let measured = 0;
const measure = (what, element, color, below, least) => {
  if (!below) return;
  measured += 1;
  const found = ratio(over(color, below), below);
  if (found < least - 0.005) tell(`${what} ${found.toFixed(2)} < ${least}: ${name(element)}`);
};

const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const e = node.parentElement;
  if (!node.data.trim() || !seen(e) || e.closest("script, style, noscript, option, [disabled], .sr, .skip")) continue;
  const style = getComputedStyle(e);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
  measure("text", e, rgba(e instanceof SVGElement ? style.fill : style.color), ground(e, true), large ? 3 : 4.5);
}
for (const e of document.querySelectorAll("button, input:not([type=range], [type=checkbox], [type=radio], [type=file]), select, textarea, a.button")) {
  if (!seen(e) || e.disabled) continue;
  const style = getComputedStyle(e);
  // What has an edge is told by it, and otherwise by its words.
  if (parseFloat(style.borderTopWidth) === 0 || rgba(style.borderTopColor)[3] === 0) continue;
  measure("edge", e, rgba(style.borderTopColor), ground(e, false), 3);
}
for (const e of document.querySelectorAll(".tone-icon, .budget-bar .fill, .burn-meter .fill, .firing-strip .fired")) {
  if (!seen(e)) continue;
  measure("mark", e, rgba(getComputedStyle(e).fill), ground(e, false), 3);
}
for (const e of document.querySelectorAll(".meter span, .swatch:not(.filled, .dashed)")) {
  if (!seen(e)) continue;
  measure("mark", e, rgba(getComputedStyle(e).backgroundColor), ground(e, false), 3);
}
// The inks that charts are drawn with.
const root = getComputedStyle(document.documentElement);
for (const ink of ["--series-1", "--series-2", "--series-3", "--ok-fill", "--warn-fill", "--bad-fill"]) {
  measured += 1;
  const found = ratio(rgba(root.getPropertyValue(ink).trim()), rgba(root.getPropertyValue("--surface-1").trim()));
  if (found < 3) tell(`ink ${found.toFixed(2)} < 3: ${ink}`);
}

let targets = 0;
for (const e of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
  if (!seen(e) || e.disabled || e.closest(".skip, .sr")) continue;
  const box = e.getBoundingClientRect();
  // A word within a sentence is as high as its line.
  const isWord = e.matches("a") && getComputedStyle(e).display === "inline" && e.parentElement.textContent.trim().length > e.textContent.trim().length;
  if (isWord) continue;
  targets += 1;
  // A label around it, or the row it is in, is pressed as well.
  const label = e.closest("label")?.getBoundingClientRect();
  const [width, height] = [Math.max(box.width, label?.width ?? 0), Math.max(box.height, label?.height ?? 0)];
  if (width < 23.5 || height < 23.5) tell(`target ${Math.round(width)} x ${Math.round(height)} < 24: ${name(e)}`);
}
if (innerWidth < 641) {
  for (const e of document.querySelectorAll("table.cards tbody tr, table.alerts tbody tr, .slo-row, .now-links a, .bottom-bar > *:not([popover])")) {
    const box = e.getBoundingClientRect();
    if (seen(e) && !e.matches(".group-row") && box.height < 43.5) tell(`row ${Math.round(box.height)} < 44: ${name(e)}`);
  }
}
return { faults, measured, targets };
