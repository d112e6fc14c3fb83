// usage: node tools/size.mjs DIST   brotli 11 bytes of each entry's first load, by part
import { brotliCompressSync, constants } from "node:zlib";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const dist = process.argv[2] ?? "dist";
const files = [...readdirSync(dist), ...readdirSync(join(dist, "status")).map((name) => `status/${name}`)];
const compressed = (name) => {
  const body = readFileSync(join(dist, name));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 };
  return { raw: body.length, br: brotliCompressSync(body, { params }).length };
};
const first = (pattern) => files.filter((f) => pattern.test(f));
const entries = {
  console: { html: /^index\.html$/, boot: /^boot\.js$/, style: /^console.*\.css$/, glue: /^console.*\.js$/, wasm: /^console.*\.wasm$/ },
  status: { html: /^status\/index\.html$/, boot: /^status\/live\.js$/, glue: /^status\/status.*\.js$/, wasm: /^status\/status.*\.wasm$/ },
};
const lines = [];
for (const [entry, parts] of Object.entries(entries)) {
  let [raw, br] = [0, 0];
  for (const [part, pattern] of Object.entries(parts)) {
    const found = first(pattern).map(compressed);
    const sum = found.reduce((a, b) => ({ raw: a.raw + b.raw, br: a.br + b.br }), { raw: 0, br: 0 });
    console.log(`${entry.padEnd(8)} ${part.padEnd(6)} ${String(sum.raw).padStart(9)} raw ${String(sum.br).padStart(8)} br`);
    raw += sum.raw;
    br += sum.br;
  }
  console.log(`${entry.padEnd(8)} ${"all".padEnd(6)} ${String(raw).padStart(9)} raw ${String(br).padStart(8)} br`);
  lines.push(JSON.stringify({ entry, raw, br }));
}
console.log(lines.join("\n"));
