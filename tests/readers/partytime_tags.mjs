// Reads a feed with podcast-partytime and prints all that it found, as JSON.
//
// Usage: node partytime_tags.mjs FOLDER-WITH-NODE_MODULES FILE. Not part of any program; asked by crates/feed/tests/namespace.rs.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [folder, file] = process.argv.slice(2);
process.env.LOG = "silent";
const { parseFeed } = createRequire(join(resolve(folder), "index.js"))("podcast-partytime");

const feed = parseFeed(readFileSync(file, "utf8"));
if (!feed) throw new Error("podcast-partytime does not take this for a feed");
console.log(JSON.stringify(feed));
