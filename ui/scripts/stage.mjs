// Shows the built window in Chromium over the local HTTP host, with a library of its own. For looking and for testing;
// never packaged. `HEARTHCAST_HOST` names the program, else it is taken from cargo's target folder.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

/** The window's folder. */
export const ui = resolve(import.meta.dirname, "..");
/** Where cargo puts what it builds. */
export const target = process.env.CARGO_TARGET_DIR ?? resolve(ui, "../target");
const program = process.env.HEARTHCAST_HOST ?? join(target, "debug/hearthcast-host");
const browserPath = process.env.HEARTHCAST_CHROMIUM ?? "/usr/bin/chromium";

/** A folder of this run; `end` removes it. */
export function folder(name) {
  return mkdtempSync(join(tmpdir(), `hearthcast-${name}-`));
}

/** Starts the host on a library; answers its address, a way to run commands, and its end. */
export async function host(library, page = join(ui, "dist")) {
  if (!existsSync(program)) throw new Error(`${program} is missing: cargo build -p hearthcast-commands --features http-host --bin hearthcast-host`);
  if (!existsSync(join(page, "index.html"))) throw new Error(`${page} holds no window: npm run build`);
  const child = spawn(program, [library, page], { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, RUST_LOG: process.env.RUST_LOG ?? "warn" } });
  const lines = createInterface({ input: child.stdout });
  const address = await new Promise((found, failed) => {
    lines.once("line", found);
    child.once("exit", (code) => failed(new Error(`the host ended with ${code}`)));
  });
  const url = new URL(address);
  const token = url.searchParams.get("token");
  async function call(name, args = {}) {
    const answer = await fetch(new URL(`/command/${name}`, url), {
      method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${token}` }, body: JSON.stringify(args),
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(`${name}: ${body.message ?? answer.status}`);
    return body;
  }
  const end = () => new Promise((ended) => { child.once("exit", ended); child.kill(); });
  return { address, token, call, end, pid: child.pid };
}

/** Chromium of this machine. */
export function browser() {
  if (!existsSync(browserPath)) throw new Error(`${browserPath} is missing: cargo xtask setup`);
  return chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--force-color-profile=srgb", "--font-render-hinting=none"] });
}

/** A page as a person with these settings sees it. */
export async function open(chrome, at, { theme = "light", contrast = "normal", language = "en", width = 1280, height = 800, scale = 1, forced = false } = {}) {
  const context = await chrome.newContext({
    viewport: { width, height }, deviceScaleFactor: scale, locale: "en-GB", timezoneId: "Europe/Berlin", colorScheme: theme, reducedMotion: "reduce", forcedColors: forced ? "active" : "none",
  });
  await context.addInitScript((kept) => {
    if (location.protocol.startsWith("http")) for (const [name, value] of Object.entries(kept)) localStorage.setItem(name, value);
  }, { "hearthcast.theme": theme, "hearthcast.contrast": contrast, "hearthcast.language": language });
  const page = await context.newPage();
  page.faults = [];
  page.on("console", (message) => message.type() === "error" && !message.text().startsWith("Failed to load resource") && page.faults.push(message.text()));
  page.on("pageerror", (error) => page.faults.push(String(error)));
  await page.goto(at);
  return page;
}

/** Waits until what is asked for is drawn and fonts are there. */
export async function settled(page, selector) {
  await page.waitForSelector(selector, { timeout: 15_000 });
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(120); // one drawing of what follows; nothing is asserted on it
}

/** Runs something with a folder that is gone afterwards, whatever happened. */
export async function within(name, work) {
  const place = folder(name);
  try {
    return await work(place);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
