// Pictures of notes in a preview: the library's own are shown, those of others are words. Expected values are written by hand.
import { describe, expect, it, vi } from "vitest";

vi.mock("../src/host", () => ({ host: { mediaUrl: (kind: string, hash: string) => Promise.resolve(`http://127.0.0.1:9/t&k/${kind}/${hash}`) } }));
import { withPictures } from "../src/shared/notesPictures";

const HASH = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

describe("pictures of notes", () => {
  it("come from the library where they are in it", async () => {
    const html = `<p>a <img src="media:${HASH}" alt="Quay" width="9"> b</p>`;
    expect(await withPictures(html)).toBe(`<p>a <img src="http://127.0.0.1:9/t&amp;k/picture/${HASH}" alt="Quay" width="9"> b</p>`);
  });
  it("are words where they are elsewhere: nobody is asked", async () => {
    expect(await withPictures('<img src="https://a.example/x.png?&amp;y" alt="Fog &lt;b&gt;">')).toBe("Fog &lt;b&gt; <small>[Picture at a.example]</small>");
    expect(await withPictures('<img src="media:abc" alt="Fog"><img src="media:abc">')).toBe("Fog");
  });
});
