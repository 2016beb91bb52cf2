// Chapters, transcripts and what is shown of a sound. Expected values are written out by hand or stand in a standard.
import { describe, expect, it } from "vitest";
import { current, isGeo, isMapObject, marked, sendable, swapped, typedPlace, wrongs } from "../src/chapters/chapters";
import { corrected, cues, rewritten, spoken } from "../src/chapters/cues";
import { languageTag } from "../src/chapters/languages";
import { anchored, parseShift } from "../src/chapters/tools";
import { parseTime, writeTime } from "../src/chapters/times";
import { deadLinks, lights, plainText, tally } from "../src/episodes/checks";
import { kindOf, onTarget, recordings } from "../src/episodes/sound";
import { following, moved, zoomed } from "../src/episodes/span";
import type { Chapter } from "../src/bindings/Chapter";
import type { ChapterLocation } from "../src/bindings/ChapterLocation";
import type { EpisodeView } from "../src/bindings/EpisodeView";

describe("notes in the preview of an app", () => {
  it("runs on over links and emphasis, and ends words at blocks", () => {
    expect(plainText('<p>To the <a href="https://x.example">harbour</a>.</p><ul><li>Tea &amp; <em>sea</em>side</li></ul>')).toBe("To the harbour. Tea & seaside");
  });
});

describe("times of chapters", () => {
  it.each([
    ["0", 0], ["90", 90_000], ["1:30", 90_000], ["62:03", 3_723_000], ["1:02:03.5", 3_723_500], ["01:02:03,050", 3_723_050], [" 2:00 ", 120_000],
  ])("reads %s", (text, ms) => expect(parseTime(text)).toBe(ms));
  it.each(["", "x", "1:60", "1:60:00", "1:2:3:4", "-1", "1.", "1.1234", "1:", ":30"])("does not read %s", (text) => expect(parseTime(text)).toBeUndefined());
  it.each([[0, "0:00"], [90_000, "1:30"], [3_723_500, "1:02:03.5"], [59_050, "0:59.05"], [600_001, "10:00.001"]])("writes %d as %s", (ms, text) => {
    expect(writeTime(ms)).toBe(text);
    expect(parseTime(text)).toBe(ms);
  });
});

describe("a list of chapters", () => {
  const list = [{ start_ms: 0, title: "a" }, { start_ms: 60_000, title: "b", url: "https://example.org/" }, { start_ms: 120_000, title: "c" }];
  it("marks a place in order of time, once", () => {
    expect(marked(list, 90_000.4)?.map((one) => one.start_ms)).toEqual([0, 60_000, 90_000, 120_000]);
    expect(marked(list, 60_200)).toBeUndefined();
    expect(marked([], -5)).toEqual([{ start_ms: 0, title: "" }]);
  });
  it("moves words and leaves times", () => {
    expect(swapped(list, 2, 0)).toEqual([{ start_ms: 0, title: "c" }, { start_ms: 60_000, title: "a" }, { start_ms: 120_000, title: "b", url: "https://example.org/" }]);
    expect(swapped(list, 0, -1)).toBe(list);
    expect(swapped(list, 2, 3)).toBe(list);
  });
  it("knows which one plays", () => expect([-1, 0, 59_999, 60_000, 500_000].map((at) => current(list, at))).toEqual([-1, 0, 0, 1, 2]));
  it("says what is wrong, and sends only what can be kept", () => {
    const bad = [{ start_ms: 0, title: "" }, { start_ms: 5_000, title: "b", url: "javascript:alert(1)" }, { start_ms: 5_000, title: "c" }, { start_ms: 90_000, title: "d" }];
    expect(wrongs(bad, 90_000)).toEqual([{ title: "empty" }, { url: "address" }, { time: "same" }, { time: "late" }]);
    expect(sendable(bad, 90_000)).toEqual([{ start_ms: 0, title: "" }, { start_ms: 5_000, title: "b" }]);
    expect(wrongs(bad, null)[3], "without a sound nobody knows").toEqual({});
  });
});

describe("the place of a chapter", () => {
  const at = (location: ChapterLocation, title = "a"): Chapter[] => [{ start_ms: 0, title, location }];
  it("goes with the words", () => {
    const tower = { name: "Eiffel Tower", geo: "geo:48.858093,2.294694", osm: "R10428" };
    expect(swapped([...at(tower), { start_ms: 9_000, title: "b" }], 0, 1)).toEqual([{ start_ms: 0, title: "b" }, { start_ms: 9_000, title: "a", location: tower }]);
  });
  it("is kept without what says nothing", () => {
    expect(sendable(at({ name: " Pier 7 ", geo: "", osm: " " }), null)).toEqual(at({ name: "Pier 7" }));
    expect(sendable(at({ name: " " }), null)).toEqual([{ start_ms: 0, title: "a" }]);
    expect(typedPlace({ name: "", geo: "", osm: undefined })).toBeNull();
    expect(typedPlace({ name: "Pier ", other: 7 })).toEqual({ name: "Pier ", geo: "", osm: "" });
  });
  it("says what is wrong, and keeps the rest of it", () => {
    expect(wrongs([...at({ name: "x", geo: "54.35,18.65" }), ...at({ name: "x", geo: "geo:1,2", osm: "5" }), ...at({ name: "x" })], null).map((one) => one.place)).toEqual(["geo", "osm", "bare"]);
    expect(wrongs(at({ name: "x", geo: "geo:1,2", osm: "N5#1" }), null)).toEqual([{}]);
    expect(sendable(at({ name: "x", geo: "54.35", osm: "N5" }), null)).toEqual(at({ name: "x", osm: "N5" }));
    expect(sendable(at({ geo: "54.35" }), null)).toEqual([{ start_ms: 0, title: "a" }]);
  });
  // RFC 5870 §6.1 and §6.3, and location.md of the podcast namespace; the same rules as in crates/model/src/namespace/words.rs.
  it.each(["geo:13.4125,103.8667", "geo:48.2010,16.3695,183", "geo:66,30;u=6.500;FOo=this%2dthat", "geo:-33.86,151.2111"])("reads %s", (text) => expect(isGeo(text)).toBe(true));
  it.each(["geo:", "48,16", "geo:91,0", "geo:0,181", "geo:a,b", "geo:1,2,3,4", "geo:1,", "geo:1"])("does not read %s", (text) => expect(isGeo(text)).toBe(false));
  it("knows objects of OpenStreetMap", () => expect(["R113314", "N5#12", "X1", "R", "R1#", "r12"].map(isMapObject)).toEqual([true, true, false, false, false, false]));
});

describe("transcripts", () => {
  // The example of the WebVTT standard (W3C, section 1), shortened, and a SubRip file with CRLF.
  const vtt = "WEBVTT\n\nNOTE of 00:00:00.000 --> nothing\n\n1\n00:11.000 --> 00:13.000 align:start\n<v Roger Bingham>We are in New York City\n\n00:13.000 --> 01:00:16.000\n<v Roger Bingham>We&rsquo;re at <i>Lucern</i> &amp; co\n\n";
  const srt = "\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\nOne\r\ntwo\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nThree\r\n";
  it("reads WebVTT with voices, settings and hours that may be missing", () => {
    expect(cues(vtt).map(({ startMs, endMs, speaker, text }) => ({ startMs, endMs, speaker, text }))).toEqual([
      { startMs: 11_000, endMs: 13_000, speaker: "Roger Bingham", text: "We are in New York City" },
      { startMs: 13_000, endMs: 3_616_000, speaker: "Roger Bingham", text: "We&rsquo;re at Lucern & co" },
    ]);
  });
  it("reads SubRip and changes only the words of one place", () => {
    const [one, two] = cues(srt);
    expect([one?.text, two?.text]).toEqual(["One\ntwo", "Three"]);
    expect(rewritten(srt, one!, "Uno\n\n00:00 --> due", false)).toBe(srt.replace("One\r\ntwo", "Uno\r\n00:00 → due"));
  });
  it("corrects a line where it stands by now, and none that holds other words", () => {
    const later = srt.replace("00:00:03,000", "00:00:05,000");
    expect(corrected(later, 1, "Three", "Tre", false)).toBe(later.replace("Three", "Tre"));
    expect(corrected(srt, 0, "Three", "Tre", false)).toBeUndefined();
    expect(corrected(srt, 2, "Three", "Tre", false)).toBeUndefined();
  });
  it("keeps the voice and writes signs of WebVTT as entities", () => {
    const fresh = rewritten(vtt, cues(vtt)[0]!, "a < b & c", true);
    expect(fresh).toContain("<v Roger Bingham>a &lt; b &amp; c\n");
    expect(cues(fresh)[0]?.text).toBe("a < b & c");
    expect(cues(fresh)).toHaveLength(2);
  });
  it("finds what is spoken", () => {
    const list = cues(srt);
    expect([0, 1000, 2499, 2500, 3999, 9000].map((at) => spoken(list, at))).toEqual([-1, 0, 0, -1, 1, -1]);
  });
  it.each([["1.5", 1500], ["-0,25", -250], ["+2", 2000], ["−3", -3000], ["0", 0], ["-0", 0], ["1:30", undefined], ["", undefined], ["1.2345", undefined], ["1e3", undefined]])(
    "shifts by %s seconds", (text, ms) => expect(parseShift(text)).toBe(ms),
  );
  it("stretches between two places once all four times are there and in order", () => {
    expect(anchored(["0:10", "0:12,5", "1:00", "1:05"])).toEqual({ first_ms: 10_000, first_to_ms: 12_500, second_ms: 60_000, second_to_ms: 65_000 });
    expect(anchored(["0:10", "0:12.5", "1:00", ""])).toBeUndefined();
    expect(anchored(["0:10", "0:12.5", "1:00", "soon"])).toBeUndefined();
    expect(anchored(["0:10", "0:20", "1:00", "0:20"])).toBe("order");
    expect(anchored(["1:00", "0:20", "0:10", "0:30"])).toBe("order");
  });
  it.each([["", ""], [" DE-at ", "de-at"], ["zh-hant", "zh-hant"], ["de-x-a", "de-x-a"], ["german", undefined], ["d", undefined], ["de_AT", undefined]])(
    "has the language %j", (typed, tag) => expect(languageTag(typed)).toBe(tag),
  );
  it("survives what is no transcript", () => expect(cues("00:00:01,000 --> \n\u0000<<<")).toEqual([]));
});

describe("the part of the sound that is shown", () => {
  const hour = 3_600_000;
  it("comes closer around a place and stays inside", () => {
    expect(zoomed({ fromMs: 0, toMs: hour }, 0.5, hour / 4, hour)).toEqual({ fromMs: hour / 8, toMs: (hour * 5) / 8 });
    expect(zoomed({ fromMs: 0, toMs: hour }, 0.5, 0, hour)).toEqual({ fromMs: 0, toMs: hour / 2 });
    expect(zoomed({ fromMs: 1000, toMs: 9000 }, 100, 5000, hour)).toEqual({ fromMs: 0, toMs: 800_000 });
    expect(zoomed({ fromMs: 0, toMs: 6000 }, 0.1, 3000, hour)).toEqual({ fromMs: 500, toMs: 5500 });
  });
  it("turns the page when what plays leaves it", () => {
    const span = { fromMs: 0, toMs: 10_000 };
    expect(following(span, 9_999, hour)).toBe(span);
    expect(following(span, 10_001, hour)).toEqual({ fromMs: 9_001, toMs: 19_001 });
    expect(moved(span, -500, hour)).toEqual(span);
  });
});

describe("what a file is for", () => {
  it.each([["/a/Ep 1.WAV", "sound"], ["C:\\x\\cover.JPG", "picture"], ["a.vtt", "transcript"], ["a.podlove.json", "transcript"], ["a.html", "transcript"], ["chapters.json", "chapters"], ["noending", "other"]])("%s: %s", (path, kind) => expect(kindOf(path)).toBe(kind));

  it("takes recordings among what is dropped together", () => {
    expect(recordings(["notes.pdf", "ada.wav", "cover.heic", "bo.FLAC"])).toEqual(["ada.wav", "bo.FLAC"]);
    expect(recordings(["ada.caf", "bo.caf", "cover.png"])).toEqual(["ada.caf", "bo.caf"]);
  });
});

describe("lights of an episode", () => {
  const loud = (lufs: number, peak: number) => ({ integrated_lufs: lufs, range_lu: null, true_peak_dbtp: peak });
  const view = (episode: object, audio: object | null) => ({ episode: { title: "", notes: { source: "", safe: { html: "" } }, image: null, ...episode }, audio }) as unknown as EpisodeView;
  it("names what is missing", () => expect(lights(view({}, null), false).map((one) => `${one.part} ${one.state}`)).toEqual(["audio missing", "title missing", "picture missing", "notes missing", "transcript missing"]));
  it("looks at the level and the peak of what was made", () => {
    const report = (after: object) => ({ target_lufs: -16, after }) as never;
    expect(onTarget(report(loud(-16.4, -1)))).toBe(true);
    expect(onTarget(report(loud(-16.6, -1.5)))).toBe(false);
    expect(onTarget(report(loud(-16, -0.9)))).toBe(false);
    const made = { facts: { findings: [], size_bytes: 1 }, loudness: null, made: { report: report(loud(-16, -1.2)) } };
    const one = { code: "media.encoded_alone", message: "", at_ms: null };
    const of = (findings: object[]) => lights(view({}, { ...made, facts: { findings, size_bytes: 1 } }), true)[0];
    expect(of([one]), "how it was made is nothing to look at").toMatchObject({ state: "good", says: "audio" });
    expect(of([one, { ...one, code: "media.silent" }])).toMatchObject({ state: "look", says: "audioFound", values: { count: 1 } });
    const cut = { code: "media.truncated", message: "", at_ms: 5000 };
    const recorded = { ...made, made: { report: { ...report(loud(-16, -1.2)) as object, remarks: [one] }, findings: [cut] } };
    expect(lights(view({}, recorded), true)[0], "what the recording lacks").toMatchObject({ state: "look", says: "audioFound", values: { count: 1 } });
    expect(tally(lights(view({ title: "x", notes: { source: "a", safe: { html: "<p>a</p>" } }, transcripts: [{}] }, made), true))).toEqual({ good: 5, look: 0, missing: 0 });
  });
  it("finds links that lead nowhere", () => {
    expect(deadLinks("[a](https://example.org/x) [b](stair.png) ![c](c.jpg) [d](mailto:x@example.org)")).toEqual(["stair.png", "c.jpg"]);
  });
});
