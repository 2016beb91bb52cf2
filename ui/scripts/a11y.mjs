// axe-core on every route, in light, dark and high contrast; then by keys alone: every stop is seen, the big table is small
// in the document. Run: npm run a11y. Needs Chromium, ffmpeg and the built hearthcast-host.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "vite";
import { browser, host, open, settled, ui, within } from "./stage.mjs";
import { answering } from "./answers.mjs";
import { journeys } from "./journeys.mjs";
import { opened, routes } from "./routes.mjs";
import { names, sample } from "./sample.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const looks = [{ theme: "light" }, { theme: "dark", language: "mirrored" }, { theme: "light", contrast: "more", language: "pseudo", width: 1000, height: 700 }, { theme: "dark", contrast: "more", language: "de" }];
/** `npm run a11y -- gallery episode`: only these routes. */
const only = process.argv.slice(2);
const faults = [];

const told = (place, words) => { faults.push(`${place}: ${words}`); console.error(`  ${place}: ${words}`); };

async function examined(page, place) {
  await page.evaluate(axe);
  const found = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] }), rules);
  // Menus and lists stand at the end of the document, outside the landmarks; while they are open the focus is in them.
  const floating = (rule, node) => rule.id === "region" && node.html.includes("data-bits-floating");
  for (const rule of found.violations) for (const node of rule.nodes) if (!floating(rule, node)) told(place, `${rule.id} (${rule.impact}): ${node.target.join(" ")}: ${node.failureSummary?.split("\n").at(1)?.trim()}\n      ${node.html.slice(0, 180)}`);
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (beyond > 0) told(place, `the page is ${beyond} pixels wider than the window`);
  for (const words of page.faults) told(place, `the page says: ${words}`);
  page.faults.length = 0;
}

/** Tab through the page: every stop has a name and can be seen to have the focus. */
async function stops(page, place, most) {
  await page.evaluate(() => document.activeElement?.blur());
  let before = "";
  for (let stop = 0; stop < most; stop += 1) {
    await page.keyboard.press("Tab");
    const now = await page.evaluate(async () => {
      const at = document.activeElement;
      if (!at || at === document.body || at.tagName === "IFRAME") return null;
      const rings = (element) => { const style = getComputedStyle(element); return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1.5; };
      const around = (levels) => { const all = []; for (let one = at; one && all.length < levels; one = one.parentElement) all.push(one); return all; };
      // A large field shows it by a line along its edge; some parts a moment later.
      const shows = () => around(3).some(rings) || around(8).some((one) => getComputedStyle(one).boxShadow.includes("inset")) || [...at.querySelectorAll(".active")].some(rings);
      const until = performance.now() + 500;
      while (!shows() && performance.now() < until) await new Promise((next) => requestAnimationFrame(next));
      const seen = shows();
      const box = at.getBoundingClientRect();
      return { what: at.outerHTML.slice(0, 140), seen, there: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth };
    });
    if (now === null) { if (before === "none") return; before = "none"; continue; }
    before = now.what;
    if (!now.seen) told(place, `no focus to be seen on ${now.what}`);
    if (!now.there) told(place, `the focus is out of sight on ${now.what}`);
  }
}

/** Ten thousand rows: few in the document, all counted, the last one a key away. */
async function table(page, place) {
  const grid = page.locator("[data-testid=gallery-table]");
  await grid.focus();
  await page.keyboard.press("End");
  const last = await grid.evaluate(async (element) => {
    await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
    const active = document.getElementById(element.getAttribute("aria-activedescendant") ?? "");
    return { count: element.getAttribute("aria-rowcount"), drawn: element.querySelectorAll("[role=row]").length, at: active?.getAttribute("aria-rowindex") };
  });
  if (last.count !== "10001") told(place, `aria-rowcount is ${last.count}, not 10001`);
  if (last.at !== "10001") told(place, `End went to row ${last.at}, not 10001`);
  if (last.drawn > 80) told(place, `${last.drawn} rows are in the document`);
  const slow = await grid.evaluate(async (element) => {
    let scroller = element.parentElement;
    while (scroller && !/auto|scroll/.test(getComputedStyle(scroller).overflowY)) scroller = scroller.parentElement;
    const frames = [];
    let before = performance.now();
    for (let step = 0; step < 60; step += 1) {
      scroller.scrollTop -= 240;
      await new Promise((next) => requestAnimationFrame(next));
      frames.push(performance.now() - before);
      before = performance.now();
    }
    return frames.sort((a, b) => a - b)[Math.floor(frames.length / 2)];
  });
  console.log(`  the table of 10,000: ${last.drawn} rows drawn, ${slow.toFixed(1)} ms a frame (median) while it scrolls`);
  if (slow > 100) told(place, `scrolling takes ${slow.toFixed(0)} ms a frame`);
}

async function withLibrary(chrome, at, ids) {
  if (only.length === 1 && only[0] === "journeys") return;
  for (const look of looks) {
    const seen = [look.theme, look.contrast, look.language, look.width].filter(Boolean).join("-");
    for (const route of routes(ids).filter((one) => only.length === 0 || only.includes(one.name))) {
      const page = await open(chrome, "about:blank", look);
      (await answering(page, ids, names)).state = route.state;
      await page.goto(at + route.at);
      const place = `${route.name} ${seen}`;
      try {
        await settled(page, route.sees);
        if (route.act) await route.act(page);
        if (route.then) await settled(page, route.then);
        await examined(page, place);
        if (look.theme === "light" && !look.contrast && !route.then) await stops(page, place, 60);
        if (route.name === "gallery") await gallery(page, place, look);
      } catch (why) {
        told(place, String(why).split("\n")[0]);
      }
      await page.context().close();
    }
    console.log(`  ${seen}: looked at`);
  }
}

async function gallery(page, place, look) {
  for (const part of opened) {
    await page.locator(part.click).first().click();
    if (part.type) await page.keyboard.type(part.type);
    await settled(page, part.then);
    await examined(page, `${place}, ${part.name}`);
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.querySelector("[role=menu], [role=listbox], [role=dialog]"));
  }
  if (look.theme === "light" && !look.contrast) await table(page, place);
}

await within("a11y", async (folder) => {
  const dist = join(folder, "dist");
  await build({ root: ui, mode: "development", logLevel: "error", build: { outDir: dist, emptyOutDir: true } });
  const chrome = await browser();
  const empty = await host(join(folder, "empty"), dist);
  const full = await host(join(folder, "library"), dist);
  try {
    const first = await open(chrome, empty.address, {});
    await settled(first, "[data-testid=start-show]");
    await examined(first, "first-run");
    await stops(first, "first-run", 12);
    await first.context().close();
    const ids = await sample(full.call, folder);
    await withLibrary(chrome, full.address, ids);
    if (only.length === 0 || only.includes("journeys")) await journeys(chrome, full.address, ids, told).catch((why) => told("by keys alone", `${String(why).split("\n")[0]} at ${/journeys\.mjs:\d+/.exec(why.stack)?.[0]}`));
  } finally {
    await chrome.close();
    await empty.end();
    await full.end();
  }
});
console.log(faults.length === 0 ? "every route is in order" : `${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
