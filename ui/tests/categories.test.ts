// The categories offered are those the feed takes (crates/model/src/category.rs).
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { allCategories, categories } from "../src/shows/categories";

it("offers what the feed takes, in its words", () => {
  const rust = readFileSync(new URL("../../crates/model/src/category.rs", import.meta.url), "utf8");
  const list = rust.slice(rust.indexOf("pub const ALL"), rust.indexOf("\n];"));
  const theirs = [...list.slice(list.indexOf("= [")).matchAll(/"([^"]+)"/g)].map((match) => match[1]);
  expect(categories.flatMap(([name, subs]) => [name, ...subs])).toEqual(theirs);
  expect(allCategories).toHaveLength(110);
});
