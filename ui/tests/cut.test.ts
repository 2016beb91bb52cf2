import { describe, expect, it } from "vitest";
import { heardAt, instant, parseInstant, recordedAt } from "../src/episodes/cut";

describe("passages", () => {
  it("are typed as people say times", () => {
    const typed: [string, number | undefined][] = [
      ["1:02:03.5", 3_723_500], ["2:03", 123_000], [" 90,25 ", 90_250], ["0", 0], ["0:00.001", 1],
      ["", undefined], ["-1", undefined], ["1:2:3:4", undefined], ["1.", undefined], ["a", undefined],
    ];
    for (const [text, ms] of typed) expect(parseInstant(text), text).toBe(ms);
    expect([0, 61_001, 3_723_500].map(instant)).toEqual(["0:00.000", "1:01.001", "1:02:03.500"]);
    for (const ms of [0, 999, 59_999, 3_600_000, 360_000_000 - 1]) expect(parseInstant(instant(ms))).toBe(ms);
  });

  it("are found in the sound that was made, and back", () => {
    const cut = [
      { length_ms: 5_000, heard: "intro" as const },
      { length_ms: 10_000, heard: { master: 0 } },
      { length_ms: 7_000, heard: { master: 13_000 } },
      { length_ms: 2_000, heard: "outro" as const },
    ];
    for (const [master, output] of [[0, 5_000], [9_999, 14_999], [13_000, 15_000], [20_000, 22_000]] as const) {
      expect([heardAt(cut, master), recordedAt(cut, output)]).toEqual([output, master]);
    }
    expect([10_000, 12_999, 25_000].map((ms) => heardAt(cut, ms))).toEqual([15_000, 15_000, 22_000]);
    expect([0, 4_999, 23_000].map((ms) => recordedAt(cut, ms))).toEqual([undefined, undefined, undefined]);
    expect([heardAt([], 7), recordedAt([], 7)]).toEqual([7, 7]);
  });
});
