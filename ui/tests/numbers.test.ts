// Numbers divided and dated. Expected values are written out by hand.
import { afterEach, describe, expect, it } from "vitest";
import type { Breakdown } from "../src/bindings/Breakdown";
import type { Stats } from "../src/bindings/Stats";
import { between } from "../src/listeners/days";
import { counted, country, divisions, isKnown, origins, parts } from "../src/listeners/divisions";
import { speak } from "../src/shared/strings";
import { de } from "../src/shared/strings/de";
import { en } from "../src/shared/strings/en";

const empty: Stats = {
  downloads: 0, unverified: 0, by_source: {}, by_day: [], by_episode: [], by_app: {}, by_device: {}, by_referrer: {}, by_country: {}, by_hour: new Array<number>(24).fill(0), by_age: [], series: [],
  funnel: { requests: 0, dropped: {}, repeats: 0, downloads: 0 }, pulled_ms: null, lost: [], subscribers: 0, feed_days: [], by_feed_app: {}, pages: {},
};

afterEach(() => speak("en"));

describe("divisions", () => {
  it("puts most first and says what nobody knows", () => {
    expect(parts("device", { ...empty, by_device: { Unknown: 3, Phone: 9, Speaker: 4 } }).map((row) => [row.label, row.count])).toEqual([["Phone", 9], ["Speaker", 4], ["Unknown", 3]]);
    speak("de");
    expect(parts("device", { ...empty, by_device: { Unknown: 3 } })[0]?.label).toBe("Unbekannt");
  });
  it("who follows the show is told by day, newest first, by app, and what pages were asked for", () => {
    const row = (day: string, subscribers: number) => ({ day, subscribers, readers: 1, requests: 2, provisional: false });
    const stats = { ...empty, feed_days: [row("2026-11-19", 4), row("2026-11-20", 6)], by_feed_app: { Overcast: 2, "–": 1, Feedly: 3 }, pages: { player: 1, episode_view: 7 } };
    expect(isKnown(stats)).toBe(true);
    expect(parts("subscribers", stats).map((one) => [one.label, one.count])).toEqual([["2026-11-20", 6], ["2026-11-19", 4]]);
    expect(parts("reader", stats).map((one) => [one.label, one.count])).toEqual([["Feedly", 3], ["Overcast", 2], ["Unknown", 1]]);
    expect(parts("page", stats).map((one) => [one.label, one.count])).toEqual([["Page of an episode, seen", 7], ["Player on a web page", 1]]);
    expect(["subscribers", "reader", "page", "app"].map((by) => counted(by as Breakdown))).toEqual(["Subscribers", "Subscribers", "Requests", "Downloads"]);
  });

  it("keeps hours and ages in their order, and days newest first", () => {
    const hours = parts("hour", { ...empty, by_hour: empty.by_hour.map((_, at) => (at === 5 ? 7 : 0)) });
    expect(hours).toHaveLength(24);
    expect(hours[5]).toEqual({ key: "5", label: "05–06", count: 7 });
    expect(hours[23]?.label).toBe("23–24");
    expect(parts("age", { ...empty, by_age: [{ days: 0, downloads: 2 }, { days: 3, downloads: 9 }] }).map((row) => row.label)).toEqual(["Day 0", "Day 3"]);
    expect(parts("day", { ...empty, by_day: [{ day: "2026-11-19", downloads: 1 }, { day: "2026-11-20", downloads: 2 }] }).map((row) => row.key)).toEqual(["2026-11-20", "2026-11-19"]);
  });
  it("names countries in the language of the window, and leaves alone what is none", () => {
    expect(country("DE")).toBe("Germany");
    speak("de");
    expect(country("DE")).toBe("Deutschland");
    expect(country("<b>")).toBe("<b>");
    expect(country("D")).toBe("D");
  });
  it("has a name for each, and a sentence for each that is empty", () => {
    for (const by of divisions) for (const words of [en, de] as Record<string, unknown>[]) expect([words[`by.${by}`], words[`none.${by}`]], by).not.toContain(undefined);
  });
});

describe("where numbers come from", () => {
  it("tells served, logged and redirected apart, and nothing of what is not there", () => {
    expect(origins({ ...empty, by_source: { served: 5, log: 2 }, unverified: 3 })).toEqual([{ key: "served", count: 5 }, { key: "log", count: 2 }, { key: "unverified", count: 3 }]);
    expect(origins({ ...empty, by_source: { log: 2 } })).toEqual([{ key: "log", count: 2 }]);
    expect(origins(empty)).toEqual([]);
  });
  it("knows numbers without a server: from logs, or brought along", () => {
    expect(isKnown(empty)).toBe(false);
    expect(isKnown({ ...empty, pulled_ms: 1 })).toBe(true);
    expect(isKnown({ ...empty, by_day: [{ day: "2026-11-20", downloads: 1 }] })).toBe(true);
    expect(isKnown({ ...empty, series: [{ label: "Before", downloads: 1, by_period: [] }] })).toBe(true);
  });
});

describe("days between two others", () => {
  it("has no gaps and both ends", () => {
    expect(between([{ day: "2026-11-02", downloads: 4 }, { day: "2026-11-09", downloads: 9 }], "2026-10-31", "2026-11-02")).toEqual([
      { day: "2026-10-31", downloads: 0 }, { day: "2026-11-01", downloads: 0 }, { day: "2026-11-02", downloads: 4 },
    ]);
  });
  it("is bounded, and empty where the end is before the beginning", () => {
    expect(between([], "1970-01-01", "2026-11-02")).toHaveLength(366);
    expect(between([], "2026-11-03", "2026-11-02")).toEqual([]);
  });
});
