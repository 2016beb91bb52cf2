// What DESIGN §5 asks of the window, in Chromium over the local HTTP host: first useful paint, key to paint, memory. Takes a
// library with episodes and one whose show has none; prints one line of JSON. Run by `cargo xtask bench window`.
import { readFileSync } from "node:fs";
import { browser, host, open } from "./stage.mjs";

const [full, empty] = process.argv.slice(2);
/** Keys whose paint is measured, after a few that nobody counts. */
const KEYS = 100;

/** Notes when the part that is waited for has been drawn: milliseconds from the beginning of the navigation. */
function noteUseful(selector) {
  const look = () => {
    if (!document.querySelector(selector)) return requestAnimationFrame(look);
    requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = () => { globalThis.useful = performance.now(); }; channel.port2.postMessage(0); });
  };
  look();
}

/** Begins to count the work of the page's main thread; enabled anew, the count would begin anew. */
async function counting(page) {
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable");
  return client;
}

/** Milliseconds the page's main thread has worked since. */
async function worked(client) {
  const { metrics } = await client.send("Performance.getMetrics");
  return metrics.find((metric) => metric.name === "TaskDuration").value * 1000;
}

/** Proportional memory of a process, MiB. */
const memory = (pid) => Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]) / 1024;

async function renderers(chrome) {
  const client = await chrome.newBrowserCDPSession();
  const { processInfo } = await client.send("SystemInfo.getProcessInfo");
  return processInfo.filter((one) => one.type === "renderer").map((one) => one.id);
}

/** One library: paints (the second load of a page is the warm one), memory, and the page, still open. */
async function look(library, selector) {
  const chrome = await browser();
  const served = await host(library);
  const show = (await served.call("shows"))[0];
  const page = await open(chrome, "about:blank");
  await page.addInitScript(noteUseful, selector);
  const work = await counting(page);
  const at = `${served.address}#/shows/${show.slug}/episodes`;
  let before = 0;
  for (let load = 0; load < 2; load += 1) {
    await page.goto("about:blank");
    before = await worked(work);
    await page.goto(at);
    await page.waitForFunction(() => globalThis.useful);
  }
  const paint = await page.evaluate(() => globalThis.useful);
  const cpu = (await worked(work)) - before;
  await work.send("HeapProfiler.collectGarbage");
  const pids = [served.pid, ...(await renderers(chrome))];
  const peak = pids.map(memory).reduce((sum, one) => sum + one, 0);
  return { chrome, served, page, work, paint, cpu, peak };
}

/** Types into what has the focus; each key's time to the next paint, by the browser's own clock (Event Timing). */
async function typed({ page, work }, focus) {
  await focus(page);
  await page.evaluate(() => {
    globalThis.slow = [];
    new PerformanceObserver((list) => globalThis.slow.push(...list.getEntries().filter((one) => one.name === "keydown").map((one) => one.duration))).observe({ type: "event", durationThreshold: 16 });
  });
  const before = await worked(work);
  for (let key = 0; key < KEYS; key += 1) {
    await page.keyboard.press("abcdefghij"[key % 10]);
    await page.waitForTimeout(30); // a fast typist
  }
  await page.waitForTimeout(300); // entries come a moment after their paint
  const slow = await page.evaluate(() => globalThis.slow);
  // The browser names none below 16 ms.
  const all = [...slow, ...Array(Math.max(0, KEYS - slow.length)).fill(16)].sort((a, b) => a - b);
  return { p95: all[Math.ceil(all.length * 0.95) - 1], cpu: ((await worked(work)) - before) / KEYS };
}

async function end({ chrome, served }) {
  await chrome.close();
  await served.end();
}

const many = await look(full, "[data-testid=episode-row]");
const search = await typed(many, async (page) => { await page.keyboard.press("Control+k"); await page.waitForSelector("[data-testid=palette-input]"); });
await many.page.keyboard.press("Escape");
const notes = await typed(many, async (page) => {
  await page.locator("[data-testid=episode-table]").focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await page.locator(".cm-content").first().click();
});
await end(many);
const bare = await look(empty, "[data-testid=new-episode]");
await end(bare);
const figures = ({ paint, cpu, peak }) => ({ paint, cpu, peak });
console.log(JSON.stringify({ many: figures(many), empty: figures(bare), search, notes }));
