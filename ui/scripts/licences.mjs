// What the window is built of, with licences, from the lock file: shown in the settings.
import { readFileSync } from "node:fs";

/** Name, version and licence of every package that ends in the window. */
export function licences() {
  const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
  return Object.entries(lock.packages)
    .filter(([path, one]) => path.startsWith("node_modules/") && !one.dev && !one.optional && !one.devOptional)
    .map(([path, one]) => ({ name: path.split("node_modules/").at(-1), version: one.version, licence: one.license ?? "" }))
    .sort((a, b) => a.name.localeCompare(b.name, "en"));
}
