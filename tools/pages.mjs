// usage: node tools/pages.mjs DIST APP   makes a page for each address of the console from DIST/index.html: with its title,
// and with links that fetch the code it needs beside the main file
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { read, systemsOf } from "./chunks.mjs";

const [dist, app] = process.argv.slice(2);
const template = readFileSync(join(dist, "index.html"), "utf8");
const { files } = read(join(dist, app));

/** Address: title, and chunks. */
const pages = {
  "": ["Health", "health"],
  service: ["Service", "service"],
  incidents: ["Incidents", "incidents"],
  incident: ["Incident", "incident"],
  alerts: ["Alerts", "alerts"],
  slos: ["SLOs", "slos"],
  slo: ["SLO", "slo"],
  capacity: ["Capacity", "capacity"],
  reviews: ["Reviews", "reviews"],
  "on-call": ["On-call", "on_call"],
  runbooks: ["Runbooks", "runbooks"],
  runbook: ["Runbook", "runbooks"],
  // It writes to a repository.
  update: ["Public update", "update"],
  sources: ["Sources", "sources"],
};

const tag = /<script [^>]*src="([^"]*)boot\.js" data-app="[^"]*APP\/"[^>]*><\/script>/;
const found = template.match(tag);
if (!found) throw new Error("index.html has no tag of boot.js as Trunk.toml writes it");
const base = found[1];
const integrity = (name) => `sha384-${createHash("sha384").update(readFileSync(join(dist, app, name))).digest("base64")}`;
const scripts = ["console.js", "split.js"].map(
  (name) => `<link rel="modulepreload" href="${base}${app}/${name}" integrity="${integrity(name)}">`,
);
const fetched = (name) =>
  `<link rel="preload" href="${base}${app}/${name}" as="fetch" type="application/wasm" crossorigin="anonymous">`;

/** What every page needs. */
const always = ["console_bg.wasm", ...files.config];
/** What only some configurations need, by the word for it: the demo, and each kind of system. */
const named = Object.entries({ ...systemsOf(files), demo: files.demo }).map(
  ([word, own]) => `${word}=${own.filter((name) => !always.includes(name)).join(",")}`,
);
const boot = found[0].replace('APP/"', `${app}/" data-named="${named.join(" ")}"`);

function page(path, title, ...chunks) {
  const first = new Set([...always, ...chunks.flatMap((chunk) => files[chunk])]);
  const head = [...scripts, ...[...first].map(fetched), boot].join("\n    ");
  return template
    .replace(tag, () => head)
    .replace("<h1></h1>", `<h1>${title}</h1>`)
    .replaceAll(`<a href="${path === "" ? "./" : path}">`, (link) => link.replace(">", ' aria-current="page">'));
}

for (const [path, [title, ...chunks]] of Object.entries(pages)) {
  const text = page(path, title, ...chunks);
  mkdirSync(join(dist, path), { recursive: true });
  // Relative files are one folder up from there.
  const placed = path === "" ? text : text.replace('<base href="./"', '<base href="../"');
  writeFileSync(join(dist, path, "index.html"), placed);
}
writeFileSync(join(dist, "404.html"), page("404", "&nbsp;"));
