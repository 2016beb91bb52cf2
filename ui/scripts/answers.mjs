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
  const brought = ["2024-11", "2024-12", "2025-01"].map((day, at) => ({ day, downloads: 4100 + at * 350 }));
  return {
    downloads, unverified: 12, by_source: { served: downloads - 1240, log: 1240 }, by_day: days,
    by_device: { Phone: 7600, Computer: 1180, Speaker: 420, Watch: 61, Unknown: 90 }, by_referrer: { "lantern.example.org": 410, "www.museum-of-lights.example": 92 },
    by_country: { DE: 4020, NL: 1630, NO: 905, IE: 580, GB: 410, FR: 300, JP: 4 }, by_hour: Array.from({ length: 24 }, (_, at) => Math.round(180 + 170 * Math.sin(((at - 9) / 24) * 2 * Math.PI) + (at === 6 ? 320 : 0))),
    by_age: Array.from({ length: 60 }, (_, at) => ({ days: at, downloads: Math.round(2900 / (1 + at * 0.7)) })), series: [{ label: "The host before", downloads: 13_350, by_period: brought }], lost: [{ day: new Date(now - day).toISOString().slice(0, 10), rows: 31 }], by_episode: titles.map((title, at) => ({ episode: `e${at}`, title, downloads: Math.round(2400 / (1 + at * 0.4)) })),
    by_app: { "Apple Podcasts": 4210, "Pocket Casts": 1890, AntennaPod: 1203, Spotify: 990, Overcast: 640, "–": 210 },
    subscribers: 812, feed_days: days.map((row, at) => ({ day: row.day, subscribers: 780 + ((at * 37) % 61), readers: 240, requests: 2100, provisional: at === 27 })),
    by_feed_app: { "Apple Podcasts": 402, Overcast: 174, AntennaPod: 121, Feedly: 64, gPodder: 31, "–": 20 }, pages: { episode_view: 3120, show_view: 1204, show: 980, episode: 611, player: 88, older_path: 14 },
    funnel: { requests: downloads + repeats + Object.values(dropped).reduce((a, b) => a + b), dropped, repeats, downloads }, pulled_ms: now - 120_000,
  };
}

/** One day of one episode: what a server sent, which is not over, and what a log tells of the same day. */
function why(titles) {
  const count = { show: "s", episode: "e0", day: "2026-11-20", version: 1, provisional: true, by_hour: [], by_app: {}, unverified: 0 };
  const funnel = { requests: 412, dropped: { tiny_range: 31, bot: 96, below_minute: 40 }, repeats: 71, downloads: 174 };
  return { title: titles[0], counts: [{ ...count, funnel }], set_aside: [{ ...count, source: "log", provisional: false, unverified: 3, funnel: { requests: 190, dropped: { status: 12 }, repeats: 20, downloads: 158 } }] };
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

/** Comments of visitors: short, long, from right to left, one whose decision is not told yet. */
/** Two places where a draft is heard, and one that does not know yet that it ended. */
function shares(ids) {
  const app = (name, follows, how) => ({ name, follows, how, source: "https://example.org/" });
  const apps = [app("AntennaPod", true, "Add podcast, \"Add podcast by RSS address\"; paste the feed's address. The app asks for it itself, so this works in your own network, too."), app("Spotify", false, "It plays only what is in its own catalogue, and follows no feed by its address. Use the browser.")];
  const dots = Array.from({ length: 300 }, (_, at) => `M${(at * 7) % 33 + 4} ${(at * 13) % 33 + 4}h1v1h-1z`).join("");
  const qr_svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 41 41"><rect width="41" height="41" fill="#fff"/><path d="${dots}" fill="#000"/></svg>`;
  const one = (n, more) => ({ id: `019a0000-0000-7000-8000-00000000000${n}`, show: ids.many, episode: ids.whole, target: "019a0000-0000-7000-8000-000000000009", kind: "server", address: "https://pods.example.org/p/ggmdksv6oa4lkl7lap5vrpmivgjxu3sl/", feed: "https://pods.example.org/p/ggmdksv6oa4lkl7lap5vrpmivgjxu3sl/feed.xml", made_ms: now - day, expires_ms: now + 6 * day, title: "The keeper’s stair", target_name: "home", live: true, waits: false, remarks: 3, qr_svg, apps, ...more });
  return [one(1, { kind: "lan", target: undefined, target_name: "", address: "http://192.168.1.20:40123/p/ggmdksv6oa4lkl7lap5vrpmivgjxu3sl/", feed: "" }), one(2, {}), one(3, { live: false, waits: true, revoked_ms: now }), one(4, { live: false, revoked_ms: now, gone: true })];
}

function remarks(ids) {
  const one = (n, more) => ({ id: `019a0000-0000-7000-8000-00000000001${n}`, share: "019a0000-0000-7000-8000-000000000002", show: ids.many, episode: ids.whole, name: "Eve", text: "The bell is too loud here.\nOtherwise fine.", created_ms: now - n * 3_600_000, ...more });
  return [one(1, { name: "", text: "I would cut the first two minutes: they say what the title says already, and then the stair says it once more." }), one(2, { at_ms: 83_000 }), one(3, { at_ms: 3_723_000, name: "ליאת", text: "כאן אפשר לקצר" })];
}

function comments(ids, titles, state) {
  const texts = [
    ["Carol", "What a voice. I was on that stair in 1987, and it *does* sing in the wind."],
    ["مريم", "شكراً لكم على هذه الحكاية الجميلة."],
    ["Somebody with a name as long as fifty characters be", "First line\n\nSecond line, after a break, with a link: https://example.org/a/very/long/address/that/does/not/break/anywhere/by/itself/and/goes/on\n\n- one\n- two"],
    ["D", "👍"],
  ];
  const rows = texts.map(([name, text], at) => ({
    comment: { id: `018f0000-0000-7000-8000-00000000000${at}`, number: 12 - at, show: ids.many, about: ids.whole, name, text, created_ms: now - (at * at * 5 + 1) * 3_600_000, state, decided_ms: now - at * day },
    about_title: titles[at] ?? "", target: "home", unsent: state !== "waiting" && at === 1,
  }));
  return { comments: rows, waiting: 4, approved: 38, rejected: 4, deleted: 4 };
}

/** A show at a server with a storage beside it: how its sound goes, and addresses of before. */
function atServer(name, real, asked) {
  if (name === "show_view" && real) {
    const home = { ...real.targets[0], url: "server+https://pods.example.org", kind: "server" };
    return { json: { ...real, targets: [home, { ...home, id: "018f0000-0000-7000-8000-0000000000aa", name: "cdn", url: "s3://lantern", kind: "bucket", role: "store", version: 0 }] } };
  }
  const rule = { kind: "audio", usual: true, store: null, prefix: "", path: null, usual_path: "{hash}/{name}.{ext}", cache: null, usual_cache: "", public_url: null, usual_public_url: null, files: 1, older_names: 0, problem: null };
  const at = (address) => ({ ...rule, examples: [{ title: "Flour at five", address, public: null }] });
  if (name === "rules") return { json: [at("https://pods.example.org/m/0a1b2c3d4e5f60718293a4b5c6d7e8f9/flour-at-five.mp3")] };
  if (name === "preview_rule") return { json: { ...at("https://pods.example.org/e/018f0000-0000-7000-8000-000000000000/audio.mp3"), mode: asked?.wish?.mode } };
  const paths = [["/feed.xml", "/podcasts/night-bakery/rss/", 301], ["/files/*", "https://example.org/bakery/old/*", 302], ["/wp-content/uploads/2019/06/an-address-that-goes-on-for-quite-a-while-and-is-cut.mp3", "/episodes/018f0000-0000-7000-8000-000000000000/audio/", 301]].map(([from, to, status]) => ({ from, to, status }));
  if (name === "older_paths") return { json: paths };
  const wrong = (line, text, why) => ({ line, text, error: { v: 1, code: "target.invalid", message: `The older path "${text}" cannot be kept: ${why}.`, hint: "", subject: null, retry: "no" } });
  if (name === "preview_older_paths") return { json: { paths, taken: 41, added: 40, changed: 1, refused: 2, refused_lines: [wrong(7, "feed", "a path begins with one slash"), wrong(19, "/a*b", "a * stands at the end only")], kept: false } };
  return undefined;
}

/** A show that came before and has changed there; a list of feeds, of which one is on a server of the author's own; such a list, written. */
function intake(state, name) {
  const long = "The keeper’s stair, told once more from the beginning, with everything that the fog left out the first time and a title that goes on";
  const listed = (at) => ({ title: at === 0 ? "Night Bakery" : at === 1 ? "أضواء الميناء" : `${long} ${at}`, feed_url: `https://pods.example.org/podcasts/a-show-with-a-rather-long-name-${at}/rss/`, page_url: "" });
  const feeds = Array.from({ length: 12 }, (_, at) => listed(at));
  if (name === "listed_feeds") return { json: state === "import-feeds" ? feeds : null };
  if (name === "save_feed_list") return { json: { file: "/home/ada/Documents/hearthcast.opml", feeds: feeds.slice(0, 3), unpublished: ["Not out yet", long, "دفتر"] } };
  if (name !== "preview_import") return undefined;
  const inner = { v: 1, code: "target.invalid", message: "http://192.168.1.5:8000 is not a public address.", hint: "If it is a server of your own, say so: --allow-local.", subject: { kind: "file", id: "http://192.168.1.5:8000/feed.xml" }, retry: "no" };
  if (state === "import-feeds") return { status: 422, json: inner };
  const field = (field, before, after, kept = false) => ({ field, before, after, kept });
  const changes = [
    { episode: null, title: "Night Bakery", fields: [field("title", "Night Bakery", "The Night Bakery"), field("categories", [], [{ name: "Arts", sub: "Food" }])] },
    { episode: "018f0000-0000-7000-8000-000000000001", title: "Flour at four", fields: [field("title", "Flour at five", "Flour at four", true), field("explicit", false, true), field("tags", {}, { soundbites: [{ start_ms: 0, length_ms: 1000 }] })] },
    { episode: "018f0000-0000-7000-8000-000000000002", title: long, fields: [field("season", null, 2), field("copyright", "Ada", "")] },
  ];
  const note = (episode, message) => ({ code: "pages", episode, url: "https://old.example/feed.xml", message, later: false });
  return { json: {
    show: "018f0000-0000-7000-8000-00000000000a", slug: "night-bakery", title: "Night Bakery", source: "https://old.example/feed.xml", moved_to: "https://pods.example.org/feed.xml", made: false, folder: false,
    episodes_new: 3, episodes_changed: 2, episodes_same: 41, episodes_removed: 1, comments: 4, changes, repairs: [note("Flour at four", "A date without a zone was taken as UTC.")],
    prefixes: [{ prefix: "https://one.example/e/", names: ["One", "Two"], episodes: 12 }], prefix: "as_found", prefix_before: "as_found", files: { all: 3, taken: 0, bytes: 0, elsewhere: 0, waiting: 3, failed: 0 }, findings: [], problems: [note("", "A page of the feed did not answer.")],
  } };
}

/** What a command answers in a state: what is to be sent, `"never"`, or nothing when the library may answer. */
function answer(state, name, ids, titles, real, asked) {
  const pages = ["episodes", "episode_view", "show_view", "plan", "stats", "release_curves", "check_show_here", "comments"];
  if (state === "loading") return pages.includes(name) ? "never" : undefined;
  if (state === "failed") return pages.includes(name) ? { status: 422, json: problem } : undefined;
  if (state === "busy") return name === "jobs" ? { json: jobs(ids) } : undefined;
  if (state === "numbers" && name === "stats") return { json: stats(titles) };
  if (state === "numbers" && name === "why") return { json: why(titles) };
  if (state === "numbers" && name === "release_curves") return { json: curves(titles) };
  if (["conflict", "scheduled", "withdrawn", "removed"].includes(state)) return publishing(state, name, ids, titles, real);
  if (state === "server") return atServer(name, real, asked);
  if (state === "import" || state === "import-feeds") return intake(state, name);
  if (state === "hearing" && name === "shares") return { json: shares(ids) };
  if (state === "hearing" && name === "remarks") return { json: remarks(ids) };
  if (state === "comments" && name === "comments") return { json: comments(ids, titles, asked?.state ?? "waiting") };
  if (state === "comments" && name === "decide_comments") return { json: [[asked.decisions[0][0], "waiting"]] };
  if (state === "comments" && name === "shows" && real) return { json: real.map((row) => ({ ...row, comments_waiting: row.id === ids.many ? 4 : 0 })) };
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
    const real = (now.state === "comments" && name === "shows") || (now.state === "thousands" && name === "episodes") || (["conflict", "scheduled", "removed", "server"].includes(now.state) && ["plan", "episode_view", "show_view"].includes(name)) ? await (await route.fetch()).json() : undefined;
    const asked = route.request().postDataJSON?.() ?? undefined;
    const say = now.state ? answer(now.state, name, ids, titles, real, asked) : undefined;
    if (say === undefined) await route.continue();
    else if (say !== "never") await route.fulfill(say);
  });
  return now;
}
