// The rule for sound at a server, and what each way says. Expected values are written out by hand.
import { describe, expect, it } from "vitest";
import type { RuleView } from "../src/bindings/RuleView";
import { modes, named, wishOf } from "../src/publishing/sound";
import { maybe } from "../src/shared/strings";

const kept: RuleView = {
  kind: "audio", usual: false, store: "cdn", prefix: "a", path: "{hash}.{ext}", usual_path: "", cache: "max-age=60", usual_cache: "", public_url: "https://cdn.example.org/", usual_public_url: null,
  files: 0, older_names: 0, examples: [], problem: null, mode: "redirect",
};

describe("the rule for sound", () => {
  it("keeps names and addresses of the storage while the storage stays", () => {
    expect(wishOf(kept, "direct", "cdn")).toEqual({ kind: "audio", store: "cdn", mode: "direct", prefix: "a", path: "{hash}.{ext}", cache: "max-age=60", public_url: "https://cdn.example.org/" });
  });
  it("takes nothing of one storage to another, or to the server itself", () => {
    const bare = { kind: "audio", prefix: "", path: null, cache: null, public_url: null };
    expect(wishOf(kept, "redirect", "tide")).toEqual({ ...bare, store: "tide", mode: "redirect" });
    expect(wishOf(kept, "serve", "")).toEqual({ ...bare, store: null, mode: "serve" });
  });
  it("names an address that never changes by way of the server, else where the file lies", () => {
    const lies = "https://pods.example.org/m/0a1b/one.opus";
    expect(named("redirect", "server+https://pods.example.org/", lies)).toBe("https://pods.example.org/e/…/audio.opus");
    expect(named("serve", "server+https://pods.example.org", lies)).toBe(lies);
    expect(named("direct", "server+https://pods.example.org", "https://cdn.example.org/one.opus")).toBe("https://cdn.example.org/one.opus");
  });
  it("says of each way what listeners notice", () => {
    for (const mode of modes) expect(maybe(`sound.${mode}Text`, ""), mode).toContain("Listeners notice");
  });
});
