// What a show's website shows: posts, links, seasons, songs. Expected values are written out by hand.
import { describe, expect, it } from "vitest";
import { plain, swapped } from "../src/chapters/chapters";
import { lights } from "../src/episodes/checks";
import { shapeOf, wordsOf } from "../src/episodes/state";
import { titleOf } from "../src/library/called";
import { drafts, keepable, moved, settled } from "../src/shared/drafts.svelte";
import { linkWrongs, newLink, openNumbers, seasonWrongs } from "../src/shows/website";
import { artistsOf, newSong, songWrongs } from "../src/songs/songs";
import type { Chapter } from "../src/bindings/Chapter";
import type { EpisodeView } from "../src/bindings/EpisodeView";

describe("a post", () => {
  const view = (kind: string) => ({ episode: { kind, title: "News", notes: { source: "a b", safe: { html: "<p>a b</p>" } }, image: null, chapters: [{ start_ms: 0, title: "x" }] }, audio: null }) as unknown as EpisodeView;
  it("needs no sound, and none is asked for", () => {
    expect(lights(view("post"), false).map((one) => `${one.part} ${one.state} ${one.says}`)).toEqual(["title good titleGood", "picture missing postPictureMissing", "notes good notes"]);
    expect(lights(view("full"), false).map((one) => one.part)).toContain("audio");
  });
  it("is ready without it", () => {
    expect([shapeOf("ready", true), wordsOf("ready", true), wordsOf("draft", true)]).toEqual(["ready", "Ready", "Draft"]);
    expect([shapeOf("ready", false), wordsOf("ready", false)]).toEqual(["draft", "No audio yet"]);
  });
  it("is called a post before it has a title", () => expect([titleOf("", true), titleOf("", false), titleOf("A", true)]).toEqual(["Untitled post", "Untitled episode", "A"]));
});

describe("a picture of a chapter", () => {
  const picture = { file: { hash: "a", name: "chapter", ext: "jpg" } } as unknown as NonNullable<Chapter["picture"]>;
  it("stays when words are written, and moves with its words", () => {
    expect(plain({ start_ms: 1, title: "x", picture })).toEqual({ start_ms: 1, title: "x", picture });
    expect(swapped([{ start_ms: 0, title: "a", picture }, { start_ms: 9, title: "b" }], 0, 1)).toEqual([{ start_ms: 0, title: "b" }, { start_ms: 9, title: "a", picture }]);
  });
});

describe("a list that is being written", () => {
  it("keeps what was there while an entry is half written, and drops what never fitted", () => {
    const rows = [...drafts(["a", "b"]), { now: "half" }].map((row, at) => (at === 1 ? { ...row, now: "b, half" } : row));
    expect(keepable(settled(rows, [true, false, false]))).toEqual(["a", "b"]);
    expect(keepable(settled(rows, [true, true, true]))).toEqual(["a", "b, half", "half"]);
  });
  it("moves one entry and stays within the list", () => {
    const list = ["a", "b", "c"];
    expect([moved(list, 0, 2), moved(list, 2, 1)]).toEqual([["b", "c", "a"], ["a", "c", "b"]]);
    for (const [from, to] of [[0, -1], [2, 3], [1, 1], [5, 0]] as const) expect(moved(list, from, to)).toBe(list);
  });
});

describe("links of a website", () => {
  const link = (url: string, label = "Here") => ({ ...newLink(), url, label });
  it("need words and an address of their own", () => {
    expect(linkWrongs([link("https://example.org"), link(" https://EXAMPLE.org/ "), link("javascript:alert(1)"), link("", ""), link("https://b.example", " ")])).toEqual([
      {}, { url: "twice" }, { url: "address" }, { label: "empty", url: "empty" }, { label: "empty" },
    ]);
  });
});

describe("seasons of a website", () => {
  it("have numbers from 1 to 9999, each once", () => {
    expect(seasonWrongs([{ number: 1 }, { number: 0 }, { number: 9999, name: "x" }, { number: 1 }, { number: 10_000 }, { number: 1.5 }])).toEqual([undefined, "number", undefined, "twice", "number", "number"]);
  });
  it("are offered where episodes name them and nothing is said yet", () => {
    const rows = [{ season: 3, post: false }, { season: 1, post: false }, { season: null, post: false }, { season: 3, post: false }, { season: 2, post: false }, { season: 7, post: true }, { season: 0, post: false }];
    expect(openNumbers(rows, [{ number: 2, name: "Two" }])).toEqual([1, 3]);
  });
});

describe("songs of an episode", () => {
  it("need a title, end after they begin and within the sound", () => {
    const song = { start_ms: 1_000, title: "a" };
    const list = [song, { ...song, title: " " }, { ...song, end_ms: 1_000 }, { ...song, end_ms: 90_001 }, { ...song, start_ms: 90_000 }, { ...song, url: "javascript:1" }, { ...song, artists: Array.from({ length: 21 }, () => "x") }, { ...song, end_ms: 90_000 }];
    expect(songWrongs(list, 90_000)).toEqual([{}, { title: "empty" }, { end: "before" }, { end: "late" }, { start: "late" }, { url: "address" }, { artists: "many" }, {}]);
    expect(songWrongs([{ ...song, start_ms: 99_999_999 }], null), "without a sound nobody knows").toEqual([{}]);
  });
  it("name who plays, with commas between", () => expect([artistsOf(" Ada ,, Bo & the Tides,"), artistsOf("")]).toEqual([["Ada", "Bo & the Tides"], []]));
  it("begin where the sound stands", () => expect([newSong(1_234.6), newSong(-3)]).toEqual([{ start_ms: 1_235, title: "" }, { start_ms: 0, title: "" }]));
});
