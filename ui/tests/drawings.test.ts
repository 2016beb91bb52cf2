// What is drawn: bars of the waveform, the ruler, days of the chart, differing words.
import { describe, expect, it } from "vitest";
import { bars, holds, ruler, wanted } from "../src/episodes/peaks";
import { lines, usual, weekdays } from "../src/listeners/curves";
import { period, top } from "../src/listeners/days";
import { differing } from "../src/publishing/diff";

describe("waveform", () => {
  const peaks = { slice_ms: 10, low: [0, -127, 0, -10], high: [0, 5, 64, 0] };
  it("shows the highest swing of each slice of time, up or down", () => {
    expect(bars(peaks, 2)).toEqual([1, 64 / 127]);
    expect(bars(peaks, 4).map((bar) => bar.toFixed(2))).toEqual(["0.00", "1.00", "0.50", "0.08"]);
  });
  it("stretches short sounds and survives none", () => {
    // The slices lie at bars 0.5, 2.5, 4.5, 6.5: between them it leads from one to the other, without steps.
    const close = bars(peaks, 8);
    expect(close).toHaveLength(8);
    expect(close.slice(1, 3).every((bar) => bar > 0 && bar < 1)).toBe(true);
    expect(new Set(close.slice(1, 6)).size).toBe(5);
    expect(bars({ slice_ms: 10, low: [], high: [] }, 5)).toEqual([]);
    expect(bars(peaks, 0)).toEqual([]);
  });
  it("shows a part of the sound, and round times within it", () => {
    expect(bars(peaks, 2, 10, 30)).toEqual([1, 64 / 127]);
    expect(ruler(3_700_000, 400, 110, 3_650_000)).toEqual([3_660_000, 3_675_000, 3_690_000]);
    expect(ruler(100_000, 610, 110, 7_000)).toEqual([30_000, 60_000]);
  });
  it("marks round times, never too close", () => {
    expect(ruler(2_366_000, 610)).toEqual([0, 600_000, 1_200_000, 1_800_000]);
    expect(ruler(0, 610)).toEqual([]);
  });
});

describe("days", () => {
  const now = Date.parse("2026-11-20T10:00:00Z");
  it("fills the gaps with noughts, by UTC days", () => {
    const days = period([{ day: "2026-11-10", downloads: 3 }, { day: "2026-11-20", downloads: 1 }], undefined, now);
    expect(days).toHaveLength(11);
    expect(days[0]).toEqual({ day: "2026-11-10", downloads: 3 });
    expect(days.at(-1)).toEqual({ day: "2026-11-20", downloads: 1 });
    expect(days.reduce((sum, row) => sum + row.downloads, 0)).toBe(4);
  });
  it("cuts to the last days", () => {
    const days = period([{ day: "2026-11-10", downloads: 3 }, { day: "2026-11-20", downloads: 1 }], 7, now);
    expect(days.map((row) => row.day)).toEqual(["2026-11-14", "2026-11-15", "2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"]);
    expect(days.reduce((sum, row) => sum + row.downloads, 0)).toBe(1);
  });
  it("survives days that are no days", () => {
    expect(period([{ day: "nonsense", downloads: 1 }], undefined, now)).toHaveLength(7);
  });
  it("rounds the axis up", () => {
    expect([0, 1, 4, 7, 23, 1000, 1001].map((most) => top(most))).toEqual([4, 4, 4, 10, 40, 1000, 2000]);
  });
});

describe("days since release", () => {
  const now = Date.parse("2026-11-20T10:00:00Z");
  const curve = (released: string, by_day: [string, number][]) => ({ episode: released, title: released, number: null, image: null, released_ms: Date.parse(released), by_day: by_day.map(([day, downloads]) => ({ day, downloads })) });
  it("adds up from the UTC day of release to today; what came before belongs to day 0", () => {
    const [one] = lines([curve("2026-11-17T23:30:00Z", [["2026-11-16", 1], ["2026-11-17", 2], ["2026-11-19", 5], ["2026-11-25", 9]])], now, 28);
    expect(one?.sums).toEqual([3, 3, 8, 8]);
  });
  it("goes no further than asked, and knows nothing of tomorrow", () => {
    expect(lines([curve("2026-01-01T00:00:00Z", [["2026-01-03", 4]])], now, 2)[0]?.sums).toEqual([0, 0, 4]);
    expect(lines([curve("2026-11-20T09:00:00Z", [])], now, 28)[0]?.sums).toEqual([0]);
  });
  it("finds the middle half once four can be compared", () => {
    const line = (...sums: number[]) => ({ id: "", title: "", number: null, sums });
    expect(usual([line(1, 2), line(2), line(3), line(4), line(5)], 28)).toEqual([{ low: 2, high: 4 }]);
    expect(usual([line(1), line(2), line(3)], 28)).toEqual([]);
    expect(usual([line(0), line(10), line(20), line(30)], 0)).toEqual([{ low: 7.5, high: 22.5 }]);
  });
  it("means by weekday, unknown where there was none", () => {
    // 16 November 2026 is a Monday.
    expect(weekdays([{ day: "2026-11-16", downloads: 4 }, { day: "2026-11-23", downloads: 8 }, { day: "2026-11-22", downloads: 0 }, { day: "x", downloads: 9 }])).toEqual([6, null, null, null, null, null, 0]);
  });
});

describe("differing words", () => {
  it("keeps what is the same at both ends", () => {
    const diff = differing("What the tide tables leave out", "What the tide table leaves out");
    expect(diff.before.filter((piece) => piece.differs).map((piece) => piece.text)).toEqual(["tables leave"]);
    expect(diff.after.filter((piece) => piece.differs).map((piece) => piece.text)).toEqual(["table leaves"]);
    expect(diff.after.map((piece) => piece.text).join("")).toBe("What the tide table leaves out");
  });
  it("marks nothing when nothing differs", () => {
    expect(differing("same", "same").after.some((piece) => piece.differs)).toBe(false);
  });
});

describe("a finer part of a waveform", () => {
  const whole = { slice_ms: 100, low: [], high: [] };
  it("is asked for where slices are wider than bars, with as much again on both sides", () => {
    expect(wanted({ fromMs: 0, toMs: 60_000 }, 60_000, whole, 300)).toBeUndefined();
    expect(wanted({ fromMs: 10_000, toMs: 20_000 }, 60_000, whole, 300)).toEqual({ fromMs: 0, toMs: 30_000, slices: 900 });
    expect(wanted({ fromMs: 55_000, toMs: 60_000 }, 60_000, whole, 300)).toEqual({ fromMs: 50_000, toMs: 60_000, slices: 600 });
    expect(wanted({ fromMs: 0, toMs: 0 }, 0, whole, 300)).toBeUndefined();
  });
  it("is used while it holds all that is shown", () => {
    const part = { from_ms: 10_000, peaks: { slice_ms: 20, low: new Array<number>(500).fill(0), high: [] } };
    expect(holds(part, { fromMs: 10_000, toMs: 20_000 }, 60_000)).toBe(true);
    expect(holds(part, { fromMs: 9_980, toMs: 15_000 }, 60_000)).toBe(false);
    expect(holds(part, { fromMs: 15_000, toMs: 20_100 }, 60_000)).toBe(false);
    expect(holds(part, { fromMs: 15_000, toMs: 25_000 }, 20_010)).toBe(true);
  });
});
