// One picture with every screen: light, dark and high contrast, two sizes, English, German and the language for looking,
// and the states of UI.md (empty, one, many, loading, failed, offline). Run: npm run sheet [-- SCREEN…]
// Writes target/sheet/sheet.png, and each screen in full size beside it. Needs Chromium, ffmpeg and hearthcast-host.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { answering } from "./answers.mjs";
import { routes } from "./routes.mjs";
import { names, sample } from "./sample.mjs";
import { browser, host, open, target, ui, within } from "./stage.mjs";

/** `npm run sheet -- listeners light-1280-en`: only these screens, only these looks. */
const words = process.argv.slice(2);
const out = join(target, "sheet");
const columns = [{ theme: "light" }, { theme: "dark" }, { theme: "light", contrast: "more" }, { theme: "dark", contrast: "more" }].flatMap((look) =>
  [{ width: 1280, height: 800 }, { width: 1000, height: 700 }].flatMap((size) => ["en", "de", "pseudo"].map((language) => ({ ...look, ...size, language }))),
);
// The language for looking is shown mirrored in the dark.
for (const column of columns) if (column.language === "pseudo" && column.theme === "dark") column.language = "mirrored";
/** How a look is called. */
const nameOf = (column) => [column.theme, column.contrast === "more" ? "high" : "", `${column.width}`, column.language].filter(Boolean).join("-");

const only = words.filter((word) => !columns.some((column) => nameOf(column) === word));
const looks = columns.filter((column) => only.length === words.length || words.includes(nameOf(column)));

function rows(ids) {
  const all = routes(ids);
  const by = (name) => all.find((one) => one.name === name);
  const pages = ["episodes", "episode", "publishing", "listeners", "details"].map(by);
  const quick = "[data-testid=status], [data-testid=start-show]";
  return [
    { name: "first-run", at: "", sees: "[data-testid=start-show]", library: "empty" },
    ...all,
    { ...by("episodes"), name: "episodes-10000", state: "thousands" },
    ...pages.map((page) => ({ ...page, name: `${page.name}-loading`, sees: quick, state: "loading", late: 500 })),
    ...pages.map((page) => ({ ...page, name: `${page.name}-failed`, sees: quick, state: "failed", late: 300 })),
    { ...by("episodes"), name: "episodes-offline", act: async (page) => page.evaluate(() => { Object.defineProperty(navigator, "onLine", { get: () => false }); dispatchEvent(new Event("offline")); }) },
  ].filter((row) => only.length === 0 || only.some((name) => row.name === name || row.name.startsWith(`${name}-`)));
}

async function column(chrome, hosts, list, look, ids) {
  const page = await open(chrome, "about:blank", look);
  const answers = await answering(page, ids, names);
  for (const row of list) {
    answers.state = row.state;
    const file = join(out, `${row.name}.${nameOf(look)}.png`);
    try {
      await page.goto("about:blank");
      await page.goto(hosts[row.library ?? "full"].address + row.at);
      await page.waitForSelector(row.sees, { timeout: 20_000 });
      if (row.act) await row.act(page);
      if (row.then) await page.waitForSelector(row.then, { timeout: 10_000 });
      await page.evaluate(() => document.fonts.ready);
      await page.waitForTimeout(row.late ?? 250);
    } catch (why) {
      console.error(`  ${row.name} ${nameOf(look)}: ${String(why).split("\n")[0]}`);
    }
    await page.screenshot({ path: file });
  }
  for (const fault of new Set(page.faults)) console.error(`  ${nameOf(look)}: the page says: ${fault}`);
  await page.context().close();
}

/** All pictures, small, in one: a row for each screen, a column for each look. */
async function together(chrome, list) {
  const width = 320;
  const cell = (row, look) => `<td><img src="data:image/png;base64,${readFileSync(join(out, `${row.name}.${nameOf(look)}.png`)).toString("base64")}" width="${width}"></td>`;
  const body = list.map((row) => `<tr><th>${row.name}</th>${looks.map((look) => cell(row, look)).join("")}</tr>`).join("\n");
  const head = looks.map((look) => `<th>${nameOf(look)}</th>`).join("");
  const file = join(out, "sheet.html");
  writeFileSync(file, `<!doctype html><meta charset="utf-8"><style>body{margin:8px;background:gray;font:13px sans-serif;color:white}td,th{padding:3px;vertical-align:top;text-align:left}img{display:block}</style><table><tr><th></th>${head}</tr>${body}</table>`);
  const page = await chrome.newPage({ viewport: { width: looks.length * (width + 8) + 180, height: 900 } });
  await page.goto(`file://${file}`);
  await page.screenshot({ path: join(out, "sheet.png"), fullPage: true });
  rmSync(file);
}

await within("sheet", async (folder) => {
  mkdirSync(out, { recursive: true });
  const dist = join(folder, "dist");
  await build({ root: ui, mode: "development", logLevel: "error", build: { outDir: dist, emptyOutDir: true } });
  const chrome = await browser();
  const hosts = { empty: await host(join(folder, "empty"), dist), full: await host(join(folder, "library"), dist) };
  try {
    const ids = await sample(hosts.full.call, folder);
    const list = rows(ids);
    const waiting = [...looks];
    const worker = async () => { for (let look = waiting.shift(); look; look = waiting.shift()) { await column(chrome, hosts, list, look, ids); console.log(`  ${nameOf(look)}`); } };
    await Promise.all([worker(), worker()]);
    await together(chrome, list);
    console.log(`${list.length} screens in ${looks.length} looks: ${join(out, "sheet.png")}`);
  } finally {
    await chrome.close();
    await hosts.empty.end();
    await hosts.full.end();
  }
});
