import { describe, expect, it } from "vitest";
import { asVariants, asWritten, fresh, isWritten } from "../src/shows/feed";

describe("further feeds", () => {
  it("are written as lines and kept again as they were", () => {
    const kept = [
      { name: "newest", title: "", part: { kind: "last" as const, episodes: 10 } },
      { name: "two", title: "The second season", part: { kind: "season" as const, season: 2 } },
      { name: "opus", title: "", part: { kind: "format" as const, mime: "audio/opus" } },
    ];
    expect(asWritten(kept).map((one) => one.value)).toEqual(["10", "2", "audio/opus"]);
    expect(asVariants(asWritten(kept))).toEqual(kept);
  });
  it("stay as they are on the screen while they say what is kept", () => {
    const kept = [{ name: "opus", part: { kind: "format" as const, mime: "audio/opus" } }];
    expect(isWritten([...asWritten(kept), { ...fresh(), name: "begun" }], kept)).toBe(true);
    expect(isWritten(asWritten(kept), [])).toBe(false);
    expect(isWritten([], kept)).toBe(false);
  });
  it("are not sent while a line is only begun, and bring no number that is none", () => {
    expect(asVariants([fresh(), { name: "a", title: "", kind: "last", value: " " }])).toEqual([]);
    expect(asVariants([{ name: " a ", title: " T ", kind: "season", value: "-3x" }])).toEqual([{ name: "a", title: "T", part: { kind: "season", season: 0 } }]);
  });
});
