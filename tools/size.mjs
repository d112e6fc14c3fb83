// usage: node tools/size.mjs DIST   brotli 11 bytes of each part of each entry, one JSON line a part; fails over a budget
import { brotliCompressSync, constants } from "node:zlib";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { read, systemsOf } from "./chunks.mjs";

const dist = process.argv[2] ?? "dist";
const app = readdirSync(dist).find((name) => name.startsWith("app-"));
const { files } = read(join(dist, app));

const known = new Map();
/** Bytes of a file on the wire. */
function br(name) {
  if (!known.has(name)) {
    const body = readFileSync(join(dist, name));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 };
    known.set(name, brotliCompressSync(body, { params }).length);
  }
  return known.get(name);
}
const sum = (names) => names.reduce((total, name) => total + br(name), 0);
const inApp = (names) => names.map((name) => join(app, name));
const only = (folder, pattern) => {
  const found = readdirSync(join(dist, folder)).filter((name) => pattern.test(name));
  if (found.length !== 1) throw new Error(`${folder}: ${found.length} files are like ${pattern}`);
  return join(folder, found[0]);
};

const lines = [];
const say = (entry, part, bytes) => lines.push({ entry, part, br: bytes });

const glue = inApp(["console.js", "split.js"]);
say("console", "main", br(join(app, "console_bg.wasm")));
/** As it is called in what is printed: `kind-prometheus`. */
const printed = (chunk) => chunk.replaceAll("_", "-");
const chunks = new Set(Object.values(files).flat());
for (const name of [...chunks].sort()) {
  // One that several chunks share is named after them.
  const of = Object.keys(files).filter((chunk) => files[chunk].includes(name)).sort();
  say("console", `chunk:${of.map(printed).join("+")}`, br(join(app, name)));
}
/** The kinds of the configuration that is built in, whose sources answer from the demo. */
const sources = Object.values(JSON.parse(readFileSync(join(dist, "fourlights.json"), "utf8")).sources);
const kinds = systemsOf(files);
const configured = [...new Set(sources.map((source) => source.kind))];
/** Everything that is fetched for a page and its panels, before its data. The demo's chunk is left out: only the demo
 * needs it. */
const first = (page, ...own) => {
  const fetched = new Set([...own, "config", "watch"].flatMap((chunk) => files[chunk]).concat(...configured.map((kind) => kinds[kind])));
  const shell = [join(page, "index.html"), "boot.js", "theme.js", only("", /^console.*\.css$/)];
  return sum([...shell, ...glue, ...inApp(["console_bg.wasm", ...fetched])]);
};
say("console", "first:health", first("", "health", "panels", "outlook"));
for (const chunk of Object.keys(files)) {
  const page = printed(chunk);
  if (!existsSync(join(dist, page, "index.html"))) continue;
  // The public update goes to a repository.
  say("console", `first:${page}`, first(page, chunk, ...(chunk === "update" ? ["kind_github"] : [])));
}
say("status", "all", sum(["status/index.html", "status/live.js", only("status", /^status.*\.js$/), only("status", /^status.*\.wasm$/)]));

/** KB of 1,000 bytes that a part may have at most: a little above what it has. A part without a budget is a fault too. */
const budgets = [
  ["console", "main", 271],
  ["console", "chunk:alerts+capacity+config+demo+dialogs+evidence+health+incident+incidents+keys+menu+on-call+outbox+outlook+pagers+panels+reviews+runbooks+service+slo+slos+sources+take-over+update+watch", 10],
  ["console", "chunk:alerts+capacity+config+dialogs+evidence+health+incident+incidents+menu+on-call+outlook+pagers+panels+reviews+runbooks+service+slo+slos+sources+take-over+update", 5],
  ["console", "chunk:alerts+capacity+dialogs+evidence+health+incident+incidents+keys+menu+on-call+outbox+outlook+pagers+panels+reviews+runbooks+service+slo+slos+sources+take-over+update", 1],
  ["console", "chunk:alerts+capacity+dialogs+evidence+health+incident+incidents+keys+menu+on-call+outbox+outlook+pagers+panels+reviews+runbooks+service+slo+slos+sources+take-over+update+watch", 3],
  ["console", "chunk:alerts+capacity+dialogs+evidence+health+incident+incidents+menu+on-call+outlook+pagers+panels+reviews+runbooks+service+slo+slos+sources+take-over+update", 40],
  ["console", "chunk:alerts+capacity+dialogs+evidence+health+incident+incidents+menu+on-call+outlook+pagers+panels+reviews+runbooks+service+slo+slos+sources+take-over+update+watch", 17],
  ["console", "chunk:alerts+capacity+evidence+health+outlook+panels+reviews+service+slo+slos+sources", 14],
  ["console", "chunk:alerts+demo+evidence+incident+incidents+keys+on-call+outbox+pagers+reviews+runbooks+sources+take-over+update", 4],
  ["console", "chunk:alerts+evidence+incident+incidents+keys+on-call+outbox+pagers+reviews+runbooks+sources+take-over+update", 29],
  ["console", "chunk:alerts+incident", 17],
  ["console", "chunk:alerts+incident+outbox", 23],
  ["console", "chunk:alerts+incident+outbox+pagers+take-over+update", 70],
  ["console", "chunk:alerts+outbox+take-over+update", 1],
  ["console", "chunk:alerts+pagers+take-over+update", 14],
  ["console", "chunk:capacity+evidence+health+outlook+pagers+panels+service+slo+slos+sources+watch", 15],
  ["console", "chunk:capacity+evidence+menu+panels+service+slo+slos", 27],
  ["console", "chunk:capacity+evidence+panels+service+slo+slos", 36],
  ["console", "chunk:capacity+outlook", 46],
  ["console", "chunk:capacity+panels+reviews+slo+slos+sources", 20],
  ["console", "chunk:config+runbooks", 9],
  ["console", "chunk:demo+evidence", 15],
  ["console", "chunk:demo+evidence+incident+incidents+on-call+pagers+reviews+runbooks", 55],
  ["console", "chunk:evidence+health+panels+service+slo+slos", 28],
  ["console", "chunk:evidence+incident+incidents+on-call+pagers+reviews+runbooks", 45],
  ["console", "chunk:health+service", 10],
  ["console", "chunk:incident+incidents", 37],
  ["console", "chunk:keys+sources", 2],
  ["console", "chunk:kind-github+kind-gitlab", 2],
  ["console", "chunk:kind-github+kind-gitlab+kind-jsm+kind-opsgenie+kind-pagerduty+kind-pagerduty-events+kind-slack+kind-statuspage+kind-statuspage-manage+kind-webhook", 2],
  ["console", "chunk:kind-github+kind-gitlab+kind-jsm+kind-opsgenie+kind-pagerduty+kind-pagerduty-events+kind-slack+kind-statuspage-manage+kind-webhook", 5],
  ["console", "chunk:kind-jsm+kind-opsgenie", 39],
  ["console", "chunk:kind-statuspage+kind-statuspage-manage", 18],
  ["console", "chunk:on-call+take-over", 5],
  ["console", "chunk:panels+service", 34],
  ["console", "chunk:alerts", 75],
  ["console", "chunk:capacity", 24],
  ["console", "chunk:config", 49],
  ["console", "chunk:demo", 25],
  ["console", "chunk:dialogs", 12],
  ["console", "chunk:evidence", 34],
  ["console", "chunk:health", 11],
  ["console", "chunk:incident", 82],
  ["console", "chunk:incidents", 26],
  ["console", "chunk:keys", 2],
  ["console", "chunk:kind-alertmanager", 18],
  ["console", "chunk:kind-github", 6],
  ["console", "chunk:kind-gitlab", 6],
  ["console", "chunk:kind-jsm", 1],
  ["console", "chunk:kind-json", 8],
  ["console", "chunk:kind-opsgenie", 1],
  ["console", "chunk:kind-pagerduty", 47],
  ["console", "chunk:kind-pagerduty-events", 3],
  ["console", "chunk:kind-prometheus", 33],
  ["console", "chunk:kind-slack", 6],
  ["console", "chunk:kind-statuspage", 3],
  ["console", "chunk:kind-statuspage-manage", 14],
  ["console", "chunk:kind-webhook", 6],
  ["console", "chunk:menu", 30],
  ["console", "chunk:on-call", 23],
  ["console", "chunk:outbox", 7],
  ["console", "chunk:outlook", 5],
  ["console", "chunk:pagers", 41],
  ["console", "chunk:panels", 15],
  ["console", "chunk:rare", 3],
  ["console", "chunk:reviews", 22],
  ["console", "chunk:runbooks", 102],
  ["console", "chunk:service", 7],
  ["console", "chunk:slo", 41],
  ["console", "chunk:slos", 17],
  ["console", "chunk:sources", 30],
  ["console", "chunk:take-over", 14],
  ["console", "chunk:update", 29],
  ["console", "chunk:watch", 70],
  ["console", "first:health", 822],
  ["console", "first:alerts", 825],
  ["console", "first:capacity", 747],
  ["console", "first:incident", 940],
  ["console", "first:incidents", 776],
  ["console", "first:on-call", 740],
  ["console", "first:reviews", 769],
  ["console", "first:runbooks", 816],
  ["console", "first:service", 735],
  ["console", "first:slo", 746],
  ["console", "first:slos", 722],
  ["console", "first:sources", 679],
  ["console", "first:update", 738],
  ["status", "all", 98],
];
let over = 0;
for (const line of lines) {
  console.log(JSON.stringify(line));
  const budget = budgets.find(([entry, part]) => entry === line.entry && part === line.part);
  if (!budget || line.br > budget[2] * 1000) {
    const most = budget ? `over its budget of ${budget[2]} KB` : "without a budget";
    console.error(`${line.entry} ${line.part}: ${line.br} bytes, ${most} (tools/size.mjs)`);
    over += 1;
  }
}
// What a page must never wait for: a file that wasm-opt has not seen is many times as large.
for (const name of readdirSync(join(dist, app))) {
  if (/\.wasm$/.test(name) && WebAssembly.Module.customSections(new WebAssembly.Module(readFileSync(join(dist, app, name))), "linking").length) {
    console.error(`${basename(name)} still has its relocations`);
    over += 1;
  }
}
process.exitCode = over > 0 ? 1 : 0;
