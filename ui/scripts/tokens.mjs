// Writes src/tokens/tokens.css from src/tokens/tokens.json. Run: npm run tokens. A test compares the two.
import { readFileSync, writeFileSync } from "node:fs";
import { css } from "../src/tokens/css.mjs";

const here = new URL("../src/tokens/", import.meta.url);
writeFileSync(new URL("tokens.css", here), css(JSON.parse(readFileSync(new URL("tokens.json", here), "utf8"))));
