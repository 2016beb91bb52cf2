// The activity centre's words: why a job waits, what came of it, where it leads, how fast it goes. Expected values are
// written by hand.
import { render } from "svelte/server";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Job } from "../src/bindings/Job";
import { doing, isOpen, leads, rests, result, retry, waits } from "../src/library/activity";
import { rate, sampled, type Sample } from "../src/library/left";
import { speak } from "../src/shared/strings";
import ActivityJob from "../src/views/ActivityJob.svelte";

vi.mock("../src/host", () => ({ host: {}, call: () => Promise.reject(new Error("no program here")) }));
vi.mock("../src/shared/router.svelte", () => ({ router: { path: [], go: () => undefined } }));

const now = 1_795_766_400_000;
const job = (more: Partial<Job>): Job => ({
  id: "j", kind: "publish", subject: { kind: "target", id: "t" }, priority: 0, state: "running", progress: null, lease_pid: null, heartbeat_ms: now - 300_000, attempts: 1,
  not_before_ms: null, error: null, created_ms: now - 600_000, does: "publish", show: "harbour", outcome: null, ...more,
});
const offline = { v: 1, code: "target.offline" as const, message: "https://s3.example.org does not answer: connection refused", hint: "", subject: null, retry: "later" as const };
afterEach(() => speak("en"));

describe("a job that waits", () => {
  it("says why", () => {
    expect(waits(job({}), now)).toBeUndefined();
    expect(waits(job({ state: "paused" }), now)).toBe("held by you");
    expect(waits(job({ state: "waiting" }), now)).toBe("waits its turn");
    expect(waits(job({ state: "waiting", not_before_ms: now + 11_200, error: offline }), now)).toBe("tries again in 12 seconds");
    expect([rests(job({ state: "waiting" })), rests(job({ state: "waiting", not_before_ms: now }))]).toEqual([false, true]);
  });
  it("counts down, in minutes where it is long", () => {
    expect([960_000, 119_400, 1_000, 0, -5_000].map((ms) => retry(now + ms, now))).toEqual([
      "tries again in 16 minutes", "tries again in 2 minutes", "tries again in 1 second", "tries again now", "tries again now",
    ]);
    speak("de");
    expect(retry(now + 30_000, now)).toBe("neuer Versuch in 30 Sekunden");
  });
});

describe("a job that is over", () => {
  const done = (outcome: Partial<NonNullable<Job["outcome"]>>, more: Partial<Job> = {}) => result(job({ state: "done", outcome: { version: null, publications: 0, verified: 0, bytes: 0, rows: 0, ...outcome }, ...more }));
  it("says what came of it", () => {
    expect(done({ version: 7, publications: 1, verified: 2, bytes: 38_200_000 })).toBe("version 7 is public, 2 files read back, 38.2 MB sent");
    expect(done({ version: 7 })).toBe("nothing was new");
    expect(done({ publications: 2, rows: 1 }, { kind: "pull" })).toBe("2 publications, 1 number fetched");
    expect(done({}, { kind: "pull" })).toBe("everything was up to date");
    expect(done({}, { kind: "process" })).toBeUndefined();
    expect(result(job({ state: "failed", error: offline }))).toBeUndefined();
    expect(isOpen(job({ state: "failed" }))).toBe(false);
  });
  it("says what is in the folder of an export, and what a folder brought", () => {
    const note = { code: "media.absent", episode: "Three", url: "", message: "", later: false };
    const exported = { folder: "/home/ada/out", slug: "h", title: "H", episodes: 3, files: 12, bytes: 38_200_000, written: 1, written_bytes: 1, removed: 0, left_out: [note], findings: [] };
    expect(done({ exported }, { kind: "process", does: "export" })).toBe("12 files (38.2 MB) in /home/ada/out, 1 file is missing");
    expect(done({ exported: { ...exported, files: 1, left_out: [] } }, { kind: "process", does: "export" })).toBe("1 file (38.2 MB) in /home/ada/out");
    const imported = { show: "s9", episodes_new: 4, problems: [note] } as unknown as NonNullable<NonNullable<Job["outcome"]>["imported"]>;
    expect(done({ imported }, { kind: "ingest", does: "import_folder" })).toBe("4 new episodes, 1 thing did not work");
    const outcome = { version: null, publications: 0, verified: 0, bytes: 0, rows: 0, imported };
    expect(leads(job({ kind: "ingest", does: "import_folder", subject: { kind: "folder", id: "/x" }, state: "done", outcome }), undefined)).toBe("#/shows/s9/episodes");
    expect(leads(job({ kind: "process", does: "export", subject: { kind: "folder", id: "/x" } }), "s1")).toBe("#/shows/s1/details");
  });
  it("leads to what it was about", () => {
    expect(leads(job({}), "s1")).toBe("#/shows/s1/publishing");
    expect(leads(job({ kind: "process", subject: { kind: "episode", id: "e1" } }), "s1")).toBe("#/shows/s1/episodes/e1");
    expect(leads(job({ does: "withdraw", subject: { kind: "episode", id: "e1" } }), "s1")).toBe("#/shows/s1/publishing");
    expect(leads(job({ kind: "pull", does: "sync" }), "s1")).toBe("#/shows/s1/listeners");
    expect(leads(job({}), undefined)).toBeUndefined();
  });
  it("is called after what it does, also one of an older program", () => {
    expect([job({ does: "move" }), job({ does: "rollback" }), job({ does: "" }), job({ does: "sync", kind: "pull" })].map(doing)).toEqual(["Moving", "Going back to a version of", "Publishing", "Syncing"]);
  });
});

describe("the speed of a transfer", () => {
  const at = (done: number, file = true) => ({ phase: "upload", done, total: 10_000, ...(file ? { file: { name: "a.mp3", done, total: 10_000, nth: 1, of: 1 } } : {}) });
  it("is that of the last seconds", () => {
    let samples: Sample[] = [];
    for (const [second, done] of [[0, 0], [1, 4000], [7, 5000], [9, 6000]] as const) samples = sampled(samples, at(done), now + second * 1000);
    // What was sent more than five seconds ago says nothing about now: 1,000 bytes in the last two.
    expect(rate(samples)).toBe(500);
    expect(rate(sampled([], at(10), now))).toBeUndefined();
    // Parts that take longer than that still tell.
    expect(rate(sampled([{ atMs: now - 20_000, done: 0 }], at(8000), now))).toBe(400);
  });
  it("begins anew after a step back, and is only that of bytes", () => {
    const samples = sampled([{ atMs: now - 1000, done: 900 }], at(100), now);
    expect(samples).toEqual([{ atMs: now, done: 100 }]);
    expect(sampled(samples, at(200, false), now + 1000)).toEqual([]);
  });
});

describe("a row of the activity centre", () => {
  const shown = (one: Job) => render(ActivityJob, { props: { job: one, now, close: () => undefined } }).body.replace(/<!--.*?-->/g, "").replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
  it("shows the file, and the place of a round", () => {
    const progress = { phase: "upload", done: 12_300_000, total: 40_000_000, place: "harbour", file: { name: "stair.mp3", done: 2_300_000, total: 30_000_000, nth: 2, of: 3 } };
    const text = shown(job({ kind: "pull", does: "sync", subject: { kind: "show", id: "" }, show: "", progress }));
    for (const part of ["Syncing all shows", "sending, 30 %", "stair.mp3", "2.3 MB of 30.0 MB", "file 2 of 3", "at harbour"]) expect(text).toContain(part);
  });
  it("shows the cause of a rest and offers to try now", () => {
    const text = shown(job({ state: "waiting", not_before_ms: now + 30_000, error: offline }));
    for (const part of ["tries again in 30 seconds", "does not answer", "Try now"]) expect(text).toContain(part);
  });
});
