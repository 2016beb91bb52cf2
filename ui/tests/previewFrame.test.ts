// The frames that show notes: nothing runs in them, and they ask nothing of the network. What a sanitiser must have taken out
// before is proved by its own tests in Rust (`crates/text`). Expected values are written by hand.
import { render } from "svelte/server";
import { describe, expect, it, vi } from "vitest";

vi.mock("../src/host", () => ({ host: { mediaUrl: (kind: string, hash: string) => Promise.resolve(`http://127.0.0.1:9/t/${kind}/${hash}`) } }));
vi.mock("../src/shared/theme.svelte", () => ({ look: { version: 0 } }));
import AppFrame from "../src/episodes/AppFrame.svelte";
import { framed } from "../src/shared/framed";
import { withPictures } from "../src/shared/notesPictures";
import SafeFrame from "../src/shared/parts/SafeFrame.svelte";

const HASH = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const HTML = "<p>Of ships.</p>";
const plain = (value: string) => value.replaceAll("&lt;", "<").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
const value = (markup: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(markup)?.[1];
const policy = (page: string) => /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page)?.[1]?.split("; ");
const frames = [
  { name: "of an app", markup: () => render(AppFrame, { props: { html: HTML, label: "Notes", dark: true, link: null } }).body, more: [] },
  { name: "of this window", markup: () => render(SafeFrame, { props: { html: HTML, label: "Notes" } }).body, more: ["font-src 'self'"] },
];

describe("a frame with notes", () => {
  for (const { name, markup, more } of frames) {
    it(`${name} is in a sandbox without scripts, and has no address of its own`, () => {
      const shown = markup();
      expect(value(shown, "sandbox"), "no scripts, forms, windows or ways out").toBe("allow-same-origin");
      expect(value(shown, "src"), "its page is given to it").toBeUndefined();
    });
    it(`${name} has a policy that lets pictures of the library in, and nothing else`, () => {
      const page = plain(value(markup(), "srcdoc") ?? "");
      expect(policy(page)).toEqual(["default-src 'none'", "img-src data: 'self' http://127.0.0.1:*", ...more, "form-action 'none'"]);
      expect(page.indexOf("Content-Security-Policy"), "before anything that could load").toBeLessThan(page.indexOf("<body>"));
    });
  }
  it("asks nobody for what a hostile episode names: only the library's picture stays one", async () => {
    const hostile = [
      '<p>a <img src="https://a.example/pixel.png" alt="Fog" width="1" height="1"> b</p>',
      '<img src="http://a.example/pixel.png" alt="">',
      '<img src="//a.example/pixel.png" alt="">',
      '<img src="media:../../secret" alt="">',
      `<img src="media:${HASH}" alt="Quay">`,
      "<p>&lt;script&gt;fetch('https://a.example/')&lt;/script&gt; &lt;img src=x onerror=x()&gt; url(https://a.example/)</p>",
    ].join("\n");
    const page = framed(await withPictures(hostile));
    const asked = [...page.matchAll(/<[a-z][^>]*\s(?:src|srcset|href|poster|data|style)="([^"]*)"/g)].map((found) => found[1]);
    expect(asked).toEqual([`http://127.0.0.1:9/t/picture/${HASH}`]);
    expect(page).not.toMatch(/<(?:script|style|link|iframe|object|embed|svg)\b/);
    expect(page).not.toMatch(/<[a-z][^>]*\son[a-z]+=/);
    expect(policy(page)?.[0], "and what slipped through would be stopped").toBe("default-src 'none'");
  });
});
