// What an import is asked with.
import { expect, test } from "vitest";
import { asked, episodesOf, fresh, mostEpisodes } from "../src/intake/request";

test("choices become the request that the program understands", () => {
  expect(asked({ ...fresh(), source: "  https://pod.example/feed " })).toEqual({
    source: "https://pod.example/feed", media: { kind: "all" }, into: null, allow_local: false, local: [], unlock: false, prefix: "as_found",
  });
  expect(asked({ ...fresh(), sounds: "last", episodes: 3 }).media).toEqual({ kind: "last", episodes: 3 });
  expect(asked({ ...fresh(), sounds: "none", unlock: true, prefix: "drop" })).toMatchObject({ media: { kind: "none" }, unlock: true, prefix: "drop" });
});

test("a number of episodes is at least one and bounded", () => {
  expect(["3", "0", "-2", "x", "", "2.9", "1e9"].map(episodesOf)).toEqual([3, 1, 1, 1, 1, 2, mostEpisodes]);
});
