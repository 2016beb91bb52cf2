// What is drawn: bars of the waveform, the ruler, days of the chart, differing words.
import { describe, expect, it } from "vitest";
import { bars, ruler } from "../src/episodes/peaks";
import { period, top } from "../src/listeners/days";
import { differing } from "../src/publishing/diff";

describe("waveform", () => {
  const peaks = { slice_ms: 10, low: [0, -127, 0, -10], high: [0, 5, 64, 0] };
  it("shows the highest swing of each slice of time, up or down", () => {
    expect(bars(peaks, 2)).toEqual([1, 64 / 127]);
    expect(bars(peaks, 4).map((bar) => bar.toFixed(2))).toEqual(["0.00", "1.00", "0.50", "0.08"]);
  });
  it("stretches short sounds and survives none", () => {
    expect(bars(peaks, 8)).toHaveLength(8);
    expect(bars({ slice_ms: 10, low: [], high: [] }, 5)).toEqual([]);
    expect(bars(peaks, 0)).toEqual([]);
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
    expect([0, 1, 4, 7, 23, 1000, 1001].map(top)).toEqual([4, 4, 4, 10, 40, 1000, 2000]);
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
