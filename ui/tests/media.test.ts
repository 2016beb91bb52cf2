import { describe, expect, it } from "vitest";
import type { MediaItem } from "../src/bindings/MediaItem";
import type { MediaUse } from "../src/bindings/MediaUse";
import { format, measure, offered, size, tagsOf, typed, usedIn, weight, wished } from "../src/media/media";

const used = (title: string): MediaUse => ({ show: "s", show_title: "Häfen", episode: "e", episode_title: title, place: "audio", state: "draft" });
const item = (name: string, more: Partial<MediaItem> = {}): MediaItem => ({
  hash: name, name, shelf: "audio", role: "as_it_came", mime: "audio/mpeg", size_bytes: 1000, duration_ms: null, width_px: null, height_px: null,
  added_ms: 0, here: true, tags: [], uses: [], kept: ["record"], source: null, ...more,
});

describe("the files of the library", () => {
  const tower = item("tower.wav", { tags: ["raw"], uses: [used("Élan")], duration_ms: 63_000 });
  const cover = item("cover.jpg", { shelf: "image", width_px: 600, height_px: 400, kept: ["undo"] });
  const old = item("old.mp3", { kept: [], here: false });
  const all = [tower, cover, old];

  it("are found by kind, tag and words, whatever their accents", () => {
    expect(wished(all, "all", "", "")).toEqual(all);
    expect(wished(all, "image", "", "")).toEqual([cover]);
    expect(wished(all, "left", "", "")).toEqual([old]);
    expect(wished(all, "all", "raw", "")).toEqual([tower]);
    expect(wished(all, "all", "", "ELAN hafen")).toEqual([tower]);
    expect(wished(all, "all", "", "elan cover")).toEqual([]);
  });

  it("leave smaller copies of pictures to a list of their own", () => {
    const copy = item("cover", { shelf: "image", role: "copy" });
    expect([wished([cover, copy], "all", "", ""), wished([cover, copy], "image", "", ""), wished([cover, copy], "copy", "", "")]).toEqual([[cover], [cover], [copy]]);
    expect(wished([{ ...copy, kept: [] }], "left", "", "")).toHaveLength(1);
    expect(offered([copy], "all")).toContain("copy");
    expect([tower, copy, item("a", { mime: "audio/x-caf" }), item("b", { mime: "" })].map(format)).toEqual(["MP3", "MP3", "CAF", ""]);
  });

  it("say how much they are, and where they are used", () => {
    expect(weight(all), "what is not here takes no room").toBe(2000);
    expect([measure(tower), measure(cover), measure(old)]).toEqual(["1:03", "600 × 400", ""]);
    expect([size(tower), size(old)]).toEqual(["1.0 kB", "Not on this disk"]);
    expect(usedIn(item("a", { uses: [used("One"), used("One"), used("Two")] }))).toBe("One and 1 more");
    expect([usedIn(cover), usedIn(old)]).toEqual(["Kept: undo still needs it", "Left over"]);
  });

  it("offer the kinds there are, and the one that is chosen", () => {
    expect(offered(all, "all")).toEqual(["all", "audio", "image", "left"]);
    expect(offered([], "video")).toEqual(["all", "video", "left"]);
    expect(tagsOf([tower, item("b", { tags: ["born", "raw"] })])).toEqual(["born", "raw"]);
    expect(typed(" raw, , Harbour ,")).toEqual(["raw", "Harbour"]);
  });
});
