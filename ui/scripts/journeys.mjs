// What is done by keys alone, in the browser: areas, palette, table, menu, inspector, undo. Each tells what is wrong.
import { open, settled } from "./stage.mjs";

const where = (page) => page.evaluate(() => {
  const at = document.activeElement;
  return at?.closest("dialog, [role=dialog]") ? "dialog" : at?.closest("nav[data-area]") ? "sidebar" : at?.closest("header[data-area]") ? "top" : at?.closest("aside") ? "inspector" : at?.closest("footer[data-area]") ? "status" : at?.closest("#main") ? "main" : "nowhere";
});
const place = (page) => page.evaluate(() => location.hash);

/** All journeys; `told` hears of every fault. */
export async function journeys(chrome, at, ids, told) {
  const is = (name, seen, wanted) => seen === wanted || told(name, `${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}`);
  const start = async (rest, look, sees) => { const page = await open(chrome, `${at}#/shows/${rest}`, look); await settled(page, sees); return page; };

  let page = await start(`${ids.many}/episodes/${ids.whole}`, {}, "[data-testid=episode-title]");
  const round = [];
  for (let step = 0; step < 5; step += 1) { await page.keyboard.press("F6"); round.push(await where(page)); }
  is("F6 goes round", round.join(" "), "sidebar top main inspector status");
  await page.keyboard.press("Shift+F6");
  is("Shift+F6 goes back", await where(page), "inspector");
  await page.keyboard.press("Control+k");
  await page.waitForSelector("[data-testid=palette-input]");
  await page.keyboard.type("salt on");
  await page.waitForFunction(() => document.querySelector("[data-group=episodes]")?.textContent?.includes("Salt"));
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("[data-testid=episode-title]")?.value?.startsWith("Salt"));
  is("after the palette the focus is in the page", await where(page), "main");
  await page.keyboard.press("Alt+ArrowLeft");
  await page.waitForFunction((id) => location.hash.endsWith(id), ids.whole);
  await page.context().close();

  page = await start(`${ids.many}/episodes`, {}, "[data-testid=episode-table]");
  await page.focus("[data-testid=episode-table]");
  for (const key of ["Home", "ArrowDown", "ArrowDown", "PageDown", "Home", "ArrowDown"]) await page.keyboard.press(key);
  const second = await page.evaluate(() => document.querySelector("[data-testid=episode-table]")?.getAttribute("aria-activedescendant")?.slice(-36));
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-testid=episode-title]");
  is("Enter opens the row", (await place(page)).slice(-36), second);
  await page.keyboard.press("Control+1");
  await page.waitForSelector("[data-testid=episode-table]");
  const heads = page.locator("[data-column=title] button");
  await heads.focus();
  await page.keyboard.press("Enter");
  is("a head orders", await page.locator("[data-column=title][role=columnheader]").getAttribute("aria-sort"), "ascending");
  const before = await page.locator("[data-column=state][role=columnheader]").evaluate((head) => head.clientWidth);
  await page.locator("[data-column=state] button").focus();
  await page.keyboard.press("Alt+ArrowRight");
  await page.waitForFunction((wide) => (document.querySelector("[data-column=state][role=columnheader]")?.clientWidth ?? 0) === wide + 16, before);
  const count = await page.locator("[data-testid=episode-table]").getAttribute("aria-rowcount");
  await page.locator("[data-testid=episode-menu]").first().focus();
  await page.keyboard.press("ArrowDown");
  await page.waitForSelector("[role=menu]");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-testid=toast]");
  await page.waitForFunction((rows) => document.querySelector("[data-testid=episode-table]")?.getAttribute("aria-rowcount") === String(Number(rows) - 1), count);
  await page.focus("#main");
  await page.keyboard.press("Control+z");
  await page.waitForFunction((rows) => document.querySelector("[data-testid=episode-table]")?.getAttribute("aria-rowcount") === rows, count);
  await page.locator("[data-testid=toast-action]", { hasText: "Redo" }).waitFor();
  await page.keyboard.press("Control+Shift+z");
  // The row goes a moment before the notice of the undo makes room for the one of this redo; pointed at, it stays.
  const back = page.locator("[data-testid=toast-action]", { hasText: "Undo" });
  await back.hover();
  await page.waitForFunction((rows) => document.querySelector("[data-testid=episode-table]")?.getAttribute("aria-rowcount") === String(Number(rows) - 1), count);
  await back.click();
  await page.waitForFunction((rows) => document.querySelector("[data-testid=episode-table]")?.getAttribute("aria-rowcount") === rows, count);
  await page.keyboard.press("Control+k");
  await page.waitForSelector("[data-testid=palette-input]");
  await page.keyboard.type("المنارة");
  await page.waitForFunction(() => document.querySelector("[data-group=episodes]"), null, { timeout: 10_000 });
  await page.context().close();

  page = await start(`${ids.many}/episodes/${ids.whole}`, { width: 1000, height: 700 }, "[data-testid=show-inspector]");
  await page.focus("[data-testid=show-inspector]");
  await page.keyboard.press("Enter");
  await page.waitForSelector("aside.over");
  is("an inspector over the page takes the focus", await where(page), "inspector");
  await page.keyboard.press("Escape");
  await page.waitForSelector("[data-testid=show-inspector]");
  await page.context().close();
}
