// What tools/splitter wrote of the console's chunks.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The files of each chunk, by name: its own and those it shares with others. */
export function read(folder) {
  const script = readFileSync(join(folder, "split.js"), "utf8");
  const found = script.match(/export const files = (\{[^}]*\});/);
  if (!found) throw new Error(`${folder}/split.js lists no chunks`);
  return { files: JSON.parse(found[1]) };
}
