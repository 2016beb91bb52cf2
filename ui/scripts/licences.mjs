// What the window and the program around it are built of, with licences: shown in the settings. Read from the lock files and from
// cargo's own list, without any network.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const byName = (a, b) => a.name.localeCompare(b.name, "en") || a.version.localeCompare(b.version, "en");

/** Name, version and licence of every package that ends in the window. */
export function licences() {
  const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
  return Object.entries(lock.packages)
    .filter(([path, one]) => path.startsWith("node_modules/") && !one.dev && !one.optional && !one.devOptional)
    .map(([path, one]) => ({ name: path.split("node_modules/").at(-1), version: one.version, licence: one.license ?? written(path) }))
    .sort(byName);
}

/** The licence a package brings as a text, where it names none. */
function written(path) {
  try {
    return /^\s*(?:The )?(MIT|ISC|Apache)\b.*licen[cs]e/im.exec(readFileSync(new URL(`../${path}/LICENSE`, import.meta.url), "utf8"))?.[1] ?? "";
  } catch {
    return "";
  }
}

/** The same of every crate that ends in the desktop program, on the system that builds it. */
export function crates() {
  const root = new URL("../..", import.meta.url);
  const ask = (program, words) => execFileSync(program, words, { cwd: root, encoding: "utf8", maxBuffer: 256 << 20, stdio: ["ignore", "pipe", "inherit"] });
  const system = /^host: (.+)$/m.exec(ask("rustc", ["-vV"]))?.[1] ?? "";
  const all = JSON.parse(ask("cargo", ["metadata", "--format-version", "1", "--offline", "--filter-platform", system]));
  return reached(all, "hearthcast-desktop");
}

/** The crates of others that a program is made of, by the answer of `cargo metadata`. What only builds or tests it is left out. */
export function reached(all, program) {
  const packages = new Map(all.packages.map((one) => [one.id, one]));
  const nodes = new Map(all.resolve.nodes.map((one) => [one.id, one]));
  const first = all.packages.find((one) => one.name === program && one.source === null);
  if (!first) throw new Error(`cargo knows no program called ${program}`);
  const seen = new Set([first.id]);
  for (const id of seen) {
    for (const dep of nodes.get(id)?.deps ?? []) if (dep.dep_kinds.some((kind) => kind.kind === null)) seen.add(dep.pkg);
  }
  return [...seen].map((id) => packages.get(id)).filter((one) => one.source !== null)
    .map((one) => ({ name: one.name, version: one.version, licence: one.license ?? (one.license_file ? "see its licence file" : "") }))
    .sort(byName);
}
