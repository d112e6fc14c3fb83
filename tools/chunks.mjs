// What tools/splitter wrote of the console's chunks.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The files of each kind of system, by its name. */
export function systemsOf(files) {
  const kinds = Object.entries(files).filter(([chunk]) => chunk.startsWith("kind_"));
  return Object.fromEntries(kinds.map(([chunk, own]) => [chunk.slice("kind_".length), own]));
}

/** The files of each chunk, by name: its own and those it shares with others. */
export function read(folder) {
  const script = readFileSync(join(folder, "split.js"), "utf8");
  const found = script.match(/export const files = (\{[^}]*\});/);
  if (!found) throw new Error(`${folder}/split.js lists no chunks`);
  return { files: JSON.parse(found[1]) };
}
