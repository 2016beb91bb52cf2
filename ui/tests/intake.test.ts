// What an import is asked with, and what it would change, in words. Expected values are written by hand.
import { describe, expect, it, test } from "vitest";
import { around, listed, sides } from "../src/intake/changes";
import { chosenFrom } from "../src/intake/feeds";
import { choosesAnew, isNothing } from "../src/intake/news";
import type { ImportReport } from "../src/bindings/ImportReport";
import { asked, episodesOf, fresh, intoOf, mostEpisodes, placesOf } from "../src/intake/request";

test("choices become the request that the program understands", () => {
  expect(asked({ ...fresh(), source: "  https://pod.example/feed " })).toEqual({
    source: "https://pod.example/feed", media: { kind: "all" }, into: null, allow_local: false, local: [], unlock: false, prefix: null,
  });
  expect(asked({ ...fresh(), sounds: "last", episodes: 3 }).media).toEqual({ kind: "last", episodes: 3 });
  expect(asked({ ...fresh(), sounds: "none", unlock: true, local: true, prefix: "drop" })).toMatchObject({ media: { kind: "none" }, unlock: true, allow_local: true, prefix: "drop" });
  expect(asked({ ...fresh(), into: "show-1" }).into).toBe("show-1");
});

test("episodes go into a new show or one that is there; what was brought before goes where it went", () => {
  const shows = [{ id: "show-1", title: "Harbour" }, { id: "show-2", title: "Sea" }];
  const all = [{ value: "show-1", label: "Harbour" }, { value: "show-2", label: "Sea" }];
  expect(placesOf(shows, undefined, "A new show")).toEqual([{ value: "", label: "A new show" }, ...all]);
  expect(placesOf(shows, { id: "show-2", title: "Sea" }, "A new show")).toEqual(all);
  expect(placesOf(shows, { id: "show-3", title: "Fog" }, "A new show")).toEqual([{ value: "show-3", label: "Fog" }, ...all]);
  expect([intoOf("show-1", ""), intoOf("", ""), intoOf("show-1", "show-2"), intoOf("show-2", "show-2")]).toEqual(["show-1", "", "show-1", ""]);
});

test("services that count stay as the time before, unless somebody chooses", () => {
  expect([asked(fresh()).prefix, asked({ ...fresh(), prefix: "as_found" }).prefix]).toEqual([null, "as_found"]);
});

test("another choice about services that count is something to bring, even where nothing else is new", () => {
  const report: ImportReport = {
    show: null, slug: "harbour", title: "Harbour", source: "https://a.example/feed", moved_to: "", made: false, folder: false,
    episodes_new: 0, episodes_changed: 0, episodes_same: 2, episodes_removed: 0, comments: 0, changes: [], repairs: [], prefixes: [], prefix: "drop", prefix_before: "drop",
    files: { all: 0, taken: 0, bytes: 0, elsewhere: 0, waiting: 0, failed: 0 }, findings: [], problems: [],
  };
  expect([isNothing(report), choosesAnew(report)]).toEqual([true, false]);
  const anew: ImportReport = { ...report, prefix: "keep" };
  expect([isNothing(anew), choosesAnew(anew)]).toEqual([false, true]);
  // Of a new show there was no time before.
  expect(choosesAnew({ ...anew, made: true })).toBe(false);
  const waiting = { ...report.files, waiting: 1 };
  const more: Partial<ImportReport>[] = [{ made: true }, { episodes_new: 1 }, { episodes_changed: 1 }, { comments: 1 }, { files: waiting, folder: true }, { files: waiting }];
  expect(more.map((one) => isNothing({ ...report, ...one }))).toEqual([false, false, false, false, false, true]);
});

test("a feed of a list is found by words of its name and address", () => {
  const feed = (title: string, feed_url: string) => ({ title, feed_url, page_url: "" });
  const feeds = [feed("Häfen", "https://a.example/sea"), feed("Bakery", "https://b.example/feed")];
  const found = (typed: string) => chosenFrom(feeds, typed).map((one) => one.title);
  expect([found(""), found("hafen SEA"), found("b.example"), found("sea bakery")]).toEqual([["Häfen", "Bakery"], ["Häfen"], ["Bakery"], []]);
});

test("a number of episodes is at least one and bounded", () => {
  expect(["3", "0", "-2", "x", "", "2.9", "1e9"].map(episodesOf)).toEqual([3, 1, 1, 1, 1, 2, mostEpisodes]);
});

describe("what an import would change", () => {
  const told = (field: string, before: unknown, after: unknown) => {
    const both = sides({ field, before, after, kept: false });
    return both && [both.before, both.after].map((pieces) => pieces.map((piece) => (piece.differs ? `[${piece.text}]` : piece.text)).join(""));
  };
  const notes = (html: string, more = {}) => ({ source: html, form: "html", safe: { html, sanitizer_version: 1 }, ...more });
  it("is told in words, whatever it is", () => {
    expect(told("title", "The quay", "The pier")).toEqual(["The [quay]", "The [pier]"]);
    expect(told("season", null, 2)).toEqual(["", "[2]"]);
    expect(told("explicit", false, true)).toEqual(["[No]", "[Yes]"]);
    expect(told("kind", "full", "trailer")).toEqual(["[Full]", "[Trailer]"]);
    expect(told("image", null, { hash: "00", name: "quay", ext: "jpg" })).toEqual(["", "[quay.jpg]"]);
    expect(told("categories", [], [{ name: "Arts", sub: "Books" }, { name: "History", sub: null }])).toEqual(["", "[Arts, Books\nHistory]"]);
    expect(told("chapters", [], [{ start_ms: 61_000, title: "The stair" }])).toEqual(["", "[1:01 The stair]"]);
    expect(told("remote_audio", null, { url: "https://a.example/1.mp3", size_bytes: 1000, mime: "audio/mpeg", duration_ms: 61_000 })).toEqual(["", "[https://a.example/1.mp3, 1.0 kB, 1:01]"]);
  });
  it("shows notes as they are read, and as they are typed where only that differs", () => {
    expect(told("notes", notes("<p>Sea</p>"), notes("<p>Fog &amp; land</p>"))).toEqual(["[Sea]", "[Fog & land]"]);
    expect(told("notes", notes("<p>Sea</p>"), notes("<p><b>Sea</b></p>"))).toEqual(["[<p>Sea</p>]", "[<p><b>Sea</b></p>]"]);
    expect(told("notes", { source: "*Sea*", safe: { html: "<p><em>Sea</em></p>" } }, null)).toEqual(["[*Sea*]", ""]);
  });
  it("says that something differs where it has no words", () => {
    expect(told("notes", notes("<p>Sea</p>"), notes("<p>Sea</p>", { pictures: [{ address: "x" }] }))).toBeUndefined();
    expect(told("tags", {}, { soundbites: [{ start_ms: 0, length_ms: 1000 }] })).toBeUndefined();
    expect(told("foreign", [{ name: "keywords", inside: ["a"] }], [{ name: "keywords", inside: ["b"] }])).toBeUndefined();
  });
  it("shortens long texts around what differs, between letters", () => {
    const long = (word: string) => `${"a ".repeat(200)}${word}${" z".repeat(200)}`;
    const short = (word: string) => `…${"a ".repeat(30)}${word}${" z".repeat(30)}…`;
    expect(around(long("old"), long("new"))).toEqual([short("old"), short("new")]);
    expect(around("", "b".repeat(300))).toEqual(["", `${"b".repeat(280)}…`]);
    expect(around(`${"😀".repeat(200)}ax`, `${"😀".repeat(200)}ay`)).toEqual([`…${"😀".repeat(30)}ax`, `…${"😀".repeat(30)}ay`]);
  });
  it("leaves out what is made from others", () => {
    const field = (name: string) => ({ field: name, before: 1, after: 2, kept: false });
    const changes = [{ episode: null, title: "Sea", fields: [field("cover_sizes")] }, { episode: null, title: "Sea", fields: [field("title"), field("chapters_file")] }];
    expect(listed(changes).map((change) => change.fields.map((one) => one.field))).toEqual([["title"]]);
  });
});
