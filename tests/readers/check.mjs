// usage: node check.mjs FOLDER ADDRESS   reads a published page as other people's programs do
// FOLDER holds the files, ADDRESS serves them. Prints a line a reader; exit 1 when one of them objects.
import { createRequire } from "node:module";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , folder, address] = process.argv;
const require = createRequire(join(process.env.FOURLIGHTS_TOOLS, "package.json"));
const load = async (name) => {
  try {
    return require(name);
  } catch {
    return import(pathToFileURL(require.resolve(name)));
  }
};
let failures = 0;
const reader = async (name, read) => {
  try {
    console.log(`ok    ${name}: ${await read()}`);
  } catch (error) {
    failures += 1;
    console.log(`FAIL  ${name}: ${`${error.stdout ?? ""}${error.stderr ?? ""}${error.message}`.slice(0, 2000)}`);
  }
};
const must = (so, what) => {
  if (!so) throw new Error(what);
};
const files = readdirSync(folder, { recursive: true }).map(String);
const ending = (suffix) => files.filter((name) => name.endsWith(suffix));
const text = (name) => readFileSync(join(folder, name), "utf8");

await reader("npm statuspage.io", async () => {
  const { Statuspage } = await load("statuspage.io");
  const client = new Statuspage("any");
  client.apiClient.defaults.baseURL = address;
  const summary = await client.api.getSummary();
  const { status } = await client.api.getStatus();
  const { components } = await client.api.getComponents();
  const all = await client.api.incidents.getAll();
  const open = await client.api.incidents.getUnresolved();
  const planned = await client.api.scheduledMaintenances.getAll();
  await client.api.scheduledMaintenances.getUpcoming();
  await client.api.scheduledMaintenances.getActive();
  must(summary.status.indicator === status.indicator, "summary and status differ");
  must(components.length === summary.components.length, "summary and components differ");
  must(open.incidents.every((one) => all.incidents.some((other) => other.id === one.id)), "an open incident is not among all");
  return `${status.description}, ${components.length} components, ${all.incidents.length} incidents, ${planned.scheduled_maintenances.length} maintenances`;
});
await reader("npm statuspage.js", async () => {
  const { Statuspage } = await load("statuspage.js");
  const client = new Statuspage("any");
  client.axios.defaults.baseURL = `${address}/api/v2`;
  const summary = await client.summary();
  const { incidents: all } = await client.allIncidents();
  await client.unresolvedIncidents();
  await client.allScheduledMaintenances();
  const dates = all.every((one) => one.created_at instanceof Date && one.incident_updates.every((u) => u.display_at instanceof Date));
  must(dates, "a date is none");
  must(summary.page.updated_at instanceof Date, "page.updated_at is no date");
  return `${summary.page.name}, ${all.length} incidents, all dates read`;
});
await reader("npm rss-parser", async () => {
  const Parser = (await load("rss-parser")).default ?? (await load("rss-parser"));
  const parser = new Parser();
  let items = 0;
  for (const name of [...ending("feed.atom"), ...ending("feed.rss")]) items += (await parser.parseString(text(name))).items.length;
  return `${ending("feed.atom").length} Atom and ${ending("feed.rss").length} RSS feeds, ${items} items`;
});
await reader("npm @rowanmanning/feed-parser", async () => {
  const { parseFeed } = await load("@rowanmanning/feed-parser");
  let items = 0;
  for (const name of [...ending("feed.atom"), ...ending("feed.rss")]) {
    const feed = parseFeed(text(name));
    must(feed.title && feed.url && feed.items.every((item) => item.id && item.title && item.url && item.updated !== undefined), `${name} lacks something`);
    items += feed.items.length;
  }
  return `${items} items, each with id, title and address`;
});
await reader("npm jsonfeed-schema with ajv", async () => {
  const schema = JSON.parse(readFileSync(require.resolve("jsonfeed-schema/schema-v1.1.json"), "utf8"));
  const Ajv = (await load("ajv")).default;
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  for (const name of ending("feed.json")) must(validate(JSON.parse(text(name))), `${name}: ${JSON.stringify(validate.errors)}`);
  return `${ending("feed.json").length} feeds fit the schema of JSON Feed 1.1`;
});
await reader("npm node-ical", async () => {
  const ical = (await load("node-ical")).default ?? (await load("node-ical"));
  let events = 0;
  for (const name of ending("maintenance.ics")) {
    must(text(name).split("\r\n").every((line) => Buffer.byteLength(line) <= 75), `${name}: a line over 75 bytes`);
    for (const entry of Object.values(ical.parseICS(text(name)))) {
      if (entry.type !== "VEVENT") continue;
      must(entry.end > entry.start && entry.uid && entry.summary, `${name}: an event without length, name or id`);
      events += 1;
    }
  }
  return `${ending("maintenance.ics").length} calendars, ${events} events`;
});
await reader("npm vnu-jar (Nu Html Checker)", async () => {
  const jar = join(process.env.FOURLIGHTS_TOOLS, "node_modules/vnu-jar/build/dist/vnu.jar");
  const pages = ending(".html").map((name) => join(folder, name));
  execFileSync("java", ["-Xss2m", "-jar", jar, "--errors-only", ...pages], { stdio: "pipe" });
  return `${pages.length} pages without an error`;
});
await reader("npm linkinator", async () => {
  const { LinkChecker } = await load("linkinator");
  const own = JSON.parse(text("api/v2/summary.json")).page.url;
  const checker = new LinkChecker();
  const result = await checker.check({
    path: `${address}/`,
    recurse: true,
    concurrency: 20,
    // The page's own address is where it will stand: there it is looked for here.
    urlRewriteExpressions: [{ pattern: new RegExp(`^${own.replaceAll(".", "\\.")}`), replacement: `${address}/` }],
    linksToSkip: ["^mailto:", "^data:"],
  });
  const broken = result.links.filter((link) => link.state === "BROKEN");
  must(broken.length === 0, JSON.stringify(broken.slice(0, 5).map((link) => [link.url, link.status, link.parent])));
  return `${result.links.length} links, none broken`;
});
process.exit(failures ? 1 : 0);
