// The list of crates: what the program is made of, and nothing that only builds or tests it.
import { expect, it } from "vitest";
import { crates, licences, reached } from "../scripts/licences.mjs";

const one = (name: string, source: string | null = "registry", license: string | null = "MIT") => ({ id: name, name, version: "1.0.0", source, license });
const dep = (pkg: string, kind: string | null = null) => ({ pkg, dep_kinds: [{ kind }] });

it("follows what is linked, and leaves out what builds, tests or is our own", () => {
  const all = {
    packages: [one("app", null), one("ours", null), one("linked"), one("deeper"), one("builds"), one("tests"), one("elsewhere")],
    resolve: { nodes: [
      { id: "app", deps: [dep("ours"), dep("builds", "build"), dep("tests", "dev")] },
      { id: "ours", deps: [dep("linked")] }, { id: "linked", deps: [dep("deeper"), dep("app")] }, { id: "builds", deps: [dep("elsewhere")] },
    ] },
  };
  expect(reached(all, "app").map((made) => made.name)).toEqual(["deeper", "linked"]);
  expect(() => reached(all, "linked")).toThrow("no program");
});

// cargo may wait for another one on the same machine.
it("names a licence for everything in this window", () => {
  const made = [...crates(), ...licences()];
  for (const name of ["tauri", "tokio", "sqlx", "svelte", "bits-ui"]) expect(made.map((part) => part.name)).toContain(name);
  expect(made.filter((part) => part.licence === "")).toEqual([]);
}, 60_000);
