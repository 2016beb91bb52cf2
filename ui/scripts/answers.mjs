// Answers a sample library cannot give by itself: many jobs, numbers of listeners, ten thousand episodes, a problem. In
// the shapes of src/bindings; only for looking.

const now = Date.now();
const day = 86_400_000;
const problem = { v: 1, code: "library.failed", message: "The library could not be read: the disk does not answer.", hint: "Check that the disk is connected, then try again.", subject: { kind: "library", id: "library.sqlite" }, retry: "later" };
const refused = { v: 1, code: "target.refused", message: "“Lantern bucket” refused the key.", hint: "Make a new key where the bucket is kept, and enter it under Places. Nothing public has changed.", subject: { kind: "target", id: "Lantern bucket" }, retry: "after_action" };

/** Half of the days since, falling as downloads do; the same every time. */
function falling(released, first, length) {
  return Array.from({ length }, (_, at) => ({ day: new Date(released + at * day).toISOString().slice(0, 10), downloads: Math.round(first / (1 + at * 0.8) + ((at * 7919) % 13)) }));
}

function job(ids, at, more) {
  return { id: `job-${at}`, kind: "process", subject: { kind: "episode", id: ids.whole }, priority: 0, state: "running", progress: null, lease_pid: null, heartbeat_ms: now - at * 60_000, attempts: 1, not_before_ms: null, error: null, created_ms: now - at * 60_000, does: "process", show: ids.many, outcome: null, ...more };
}

const silent = { v: 1, code: "target.offline", message: "https://s3.example.org does not answer: connection refused", hint: "Check the network and that the server runs; then try again. Nothing is lost.", subject: { kind: "target", id: "Lantern bucket" }, retry: "later" };

function jobs(ids) {
  const publish = { kind: "publish", does: "publish", subject: { kind: "target", id: ids.place }, show: ids.twice };
  const file = { name: "the-keepers-stair-and-everything-that-was-said-on-it.mp3", done: 12_300_000, total: 38_200_000, nth: 2, of: 3 };
  return [
    job(ids, 1, { progress: { phase: "encode", done: 62, total: 100 } }),
    job(ids, 2, { ...publish, progress: { phase: "upload", done: 24_300_000, total: 61_000_000, place: "home", file } }),
    job(ids, 3, { kind: "publish", does: "withdraw", state: "waiting", not_before_ms: now + 48_000, error: silent }),
    job(ids, 4, { ...publish, does: "move", state: "waiting" }),
    job(ids, 5, { subject: { kind: "episode", id: ids.bare }, state: "paused", progress: { phase: "analyse", done: 30, total: 100 } }),
    job(ids, 6, { ...publish, subject: { kind: "show", id: ids.right }, show: ids.right, state: "failed", error: refused }),
    job(ids, 30, { kind: "pull", does: "sync", subject: { kind: "show", id: "" }, show: "", state: "done", outcome: { version: null, publications: 1, verified: 0, bytes: 0, rows: 1204 } }),
    job(ids, 60, { ...publish, state: "done", outcome: { version: 7, publications: 1, verified: 3, bytes: 61_000_000, rows: 0 } }),
    job(ids, 90, { kind: "ingest", does: "ingest", subject: { kind: "episode", id: ids.bare }, state: "cancelled" }),
  ];
}

function stats(titles) {
  const days = falling(now - 27 * day, 1400, 28).map((row, at) => ({ ...row, downloads: row.downloads + (at % 7 === 1 ? 620 : 60) }));
  const dropped = { method: 312, status: 1904, tiny_range: 640, bot: 2210, below_minute: 1730 };
  const downloads = days.reduce((sum, row) => sum + row.downloads, 0);
  const repeats = 3120;
  return {
    downloads, unverified: 12, by_day: days, by_episode: titles.map((title, at) => ({ episode: `e${at}`, title, downloads: Math.round(2400 / (1 + at * 0.4)) })),
    by_app: { "Apple Podcasts": 4210, "Pocket Casts": 1890, AntennaPod: 1203, Spotify: 990, Overcast: 640, "–": 210 },
    funnel: { requests: downloads + repeats + Object.values(dropped).reduce((a, b) => a + b), dropped, repeats, downloads }, pulled_ms: now - 120_000,
  };
}

const curves = (titles) => titles.slice(0, 5).map((title, at) => ({ episode: `e${at}`, title, number: 44 - at, image: null, released_ms: now - (3 + at * 7) * day, by_day: falling(now - (3 + at * 7) * day, 700 - at * 60, Math.min(28, 4 + at * 7)) }));

const side = (title, theirs, ours, clash = false) => ({ guid: title ? `guid of ${title}` : null, title: title || "The show", theirs, ours, clash, sentence: "" });
const friday = Date.UTC(2026, 10, 27, 8);

/** Another computer published; or an episode waits for its time, and was changed since; or one was called back. */
function publishing(state, name, ids, titles, real) {
  if (state === "conflict" && name === "plan") {
    const theirs = { version: 7, effective_at: now - 3_600_000, fence: "018f0000-0000-7000-8000-000000000001", objects: [], feed: { key: "feeds/a/feed.xml", sha256: "", bytes: 1 } };
    const items = [side(titles[0], "changed", "changed", true), side(titles[1], "same", "changed"), side("An episode made elsewhere, with a title that goes on for quite a while so that it must be cut", "added", "same"), side("", "changed", "same")];
    return { json: { ...real, conflict: { sentence: "", known_version: 6, theirs, items, ways_out: [] } } };
  }
  if (state === "conflict" && name === "take_theirs") return { json: { episode: {}, left: [{ field: "audio", why: "not_here", sentence: "" }, { field: "chapters", why: "unreached", sentence: "" }] } };
  if (state === "scheduled" && name === "plan") {
    const later = { table: "episode", id: ids.whole, title: titles[0], fields: [], at_ms: friday, zone: "Europe/Berlin" };
    return { json: { ...real, changes: [{ ...later, kind: "added" }, { ...later, id: ids.bare, title: titles[1] ?? "Two", kind: "removed" }], needs_this_computer: true } };
  }
  if (state === "scheduled" && name === "episode_view") return { json: { ...real, state: "scheduled", goes_out: { at_ms: friday, zone: "Europe/Berlin", changed: true } } };
  if (state === "removed" && name === "show_view") return { json: { ...real, removal: { at_ms: now - day, until_ms: now + 29 * day, versions: [] } } };
  if (state === "withdrawn" && name === "withdrawn") {
    const address = (url, status) => ({ target: "home", url: `https://pods.example.org/${url}`, status, gone: status === 410, sentence: "" });
    const one = { episode: ids.whole, title: titles[0], sentence: "", addresses: [address("m/0a1b2c3d4e5f60718293a4b5c6d7e8f9/the-keepers-stair.mp3", 410), address("m/1a1b2c3d4e5f60718293a4b5c6d7e8f9/the-keepers-stair.jpg", 200)], cannot_be_recalled: ["Listeners who downloaded the episode keep it; apps are not told to delete anything."] };
    return { json: [{ ...one, complete: false, purged: [{ target: "home", url: "", done: false, sentence: "The cache could not be told to forget https://pods.example.org/m/0a1b2c3d4e5f60718293a4b5c6d7e8f9/the-keepers-stair.mp3: the answer is 403." }] }, { ...one, episode: ids.bare, title: titles[1] ?? "Two", complete: true }] };
  }
  return undefined;
}

/** What a command answers in a state: what is to be sent, `"never"`, or nothing when the library may answer. */
function answer(state, name, ids, titles, real) {
  const pages = ["episodes", "episode_view", "show_view", "plan", "stats", "stats_since", "release_curves", "check_show_here"];
  if (state === "loading") return pages.includes(name) ? "never" : undefined;
  if (state === "failed") return pages.includes(name) ? { status: 422, json: problem } : undefined;
  if (state === "busy") return name === "jobs" ? { json: jobs(ids) } : undefined;
  if (state === "numbers" && (name === "stats" || name === "stats_since")) return { json: stats(titles) };
  if (state === "numbers" && name === "release_curves") return { json: curves(titles) };
  if (["conflict", "scheduled", "withdrawn", "removed"].includes(state)) return publishing(state, name, ids, titles, real);
  if (state === "thousands" && name === "episodes" && real) {
    return { json: Array.from({ length: 10_000 }, (_, at) => ({ ...real[at % real.length], id: `${real[0].id.slice(0, -5)}${String(at).padStart(5, "0")}`, number: 10_000 - at, downloads: (at * 7919) % 2500 })) };
  }
  return undefined;
}

/** Answers for a page in the state that is set on what this answers: `{ state }`. */
export async function answering(page, ids, titles) {
  const now = { state: undefined };
  await page.route("**/command/*", async (route) => {
    const name = new URL(route.request().url()).pathname.split("/").at(-1);
    const real = (now.state === "thousands" && name === "episodes") || (["conflict", "scheduled", "removed"].includes(now.state) && ["plan", "episode_view", "show_view"].includes(name)) ? await (await route.fetch()).json() : undefined;
    const say = now.state ? answer(now.state, name, ids, titles, real) : undefined;
    if (say === undefined) await route.continue();
    else if (say !== "never") await route.fulfill(say);
  });
  return now;
}
