// The frame's own work: what the palette offers, how long a job takes, keys, autosave. Expected values are written by hand.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { begun, left } from "../src/library/left";
import { inLine } from "../src/shared/inTurn";
import { pressed } from "../src/shared/keyNames";
import { offered, type Entry } from "../src/views/palette";

const entry = (group: Entry["group"], text: string): Entry => ({ id: group + text, group, text, run: () => undefined });

describe("the palette", () => {
  const entries = [entry("actions", "New episode"), entry("shows", "Épopée"), entry("episodes", "A new harbour"), entry("episodes", "Newest"), entry("pages", "Episodes")];
  const texts = (typed: string) => offered(entries, typed).map((one) => one.text);
  it("offers pages, episodes, shows, then actions", () => {
    expect(texts("")).toEqual(["Episodes", "A new harbour", "Newest", "Épopée", "New episode"]);
  });
  it("finds without case and accents, beginnings first", () => {
    expect(texts("new")).toEqual(["Newest", "A new harbour", "New episode"]);
    expect(texts("epopee")).toEqual(["Épopée"]);
    expect(texts("harbour NEW")).toEqual(["A new harbour"]);
    expect(texts("zzz")).toEqual([]);
  });
  it("cuts each group, so that one does not push the others away", () => {
    const many = Array.from({ length: 500 }, (_, index) => entry("episodes", `Episode ${index}`));
    const list = offered([...many, entry("actions", "Episode of theatre")], "episode");
    expect(list).toHaveLength(13);
    expect(list.at(-1)?.group).toBe("actions");
  });
});

describe("time left", () => {
  const at = (done: number, total = 100, phase = "upload") => ({ phase, done, total });
  it("follows the speed since the phase began", () => {
    const from = begun(undefined, at(10), 1000);
    expect(left(from, at(60), 11_000)).toBe(8000);
  });
  it("says nothing too early, without an end, or without any way made", () => {
    const from = begun(undefined, at(10), 1000);
    expect(left(from, at(60), 2500)).toBeUndefined();
    expect(left(from, at(60, 0), 11_000)).toBeUndefined();
    expect(left(from, at(10), 11_000)).toBeUndefined();
    expect(left(undefined, at(60), 11_000)).toBeUndefined();
  });
  it("begins anew with a phase, and after a step back", () => {
    const from = begun(undefined, at(50), 1000);
    expect(begun(from, at(60), 2000)).toBe(from);
    expect(begun(from, at(5, 100, "verify"), 3000)).toEqual({ phase: "verify", atMs: 3000, done: 5 });
    expect(begun(from, at(20), 3000)).toEqual({ phase: "upload", atMs: 3000, done: 20 });
  });
});

describe("keys", () => {
  const press = (key: string, more: Partial<KeyboardEvent> = {}) => pressed({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more } as KeyboardEvent);
  it("are named as shortcuts are written", () => {
    expect(press("z", { ctrlKey: true })).toBe("Ctrl+Z");
    expect(press("Z", { metaKey: true, shiftKey: true })).toBe("Ctrl+Shift+Z");
    expect(press("?", { shiftKey: true })).toBe("?");
    expect(press(" ")).toBe("Space");
    expect(press("ArrowLeft", { altKey: true })).toBe("Alt+ArrowLeft");
    expect(press("F6", { shiftKey: true })).toBe("Shift+F6");
  });
});

describe("what is asked one after the other", () => {
  it("begins when the one before has ended, well or not", async () => {
    const done: string[] = [];
    const inTurn = inLine();
    let release: () => void = () => undefined;
    const first = inTurn(() => new Promise<void>((_, reject) => (release = () => reject(new Error("refused")))).finally(() => done.push("first")));
    const second = inTurn(async () => done.push("second"));
    await Promise.resolve();
    expect(done).toEqual([]);
    release();
    await expect(first).rejects.toThrow("refused");
    expect(await second).toBe(2);
    expect(done).toEqual(["first", "second"]);
  });
});

describe("autosave", () => {
  beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => vi.useRealTimers());
  async function saving(send: (edit: { title?: string; notes?: string }) => Promise<unknown>) {
    const { Autosave, keeping } = await import("../src/shared/autosave.svelte");
    return { save: new Autosave<{ title?: string; notes?: string }>(send), keeping };
  }

  it("sends within a second while one types without a pause", async () => {
    const sent: [number, string | undefined][] = [];
    const { save } = await saving(async (edit) => void sent.push([Date.now() - 1_000_000, edit.title]));
    for (let key = 1; key <= 30; key += 1) {
      save.change({ title: "x".repeat(key) });
      await vi.advanceTimersByTimeAsync(100);
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent.length).toBeGreaterThanOrEqual(3);
    let before = 0;
    for (const [at] of sent) {
      expect(at - before, "no word waits longer than a second").toBeLessThanOrEqual(1000);
      before = at;
    }
    expect(sent.at(-1)?.[1]).toBe("x".repeat(30));
  });

  it("joins fields, and sends at once on leaving", async () => {
    const sent: object[] = [];
    const { save, keeping } = await saving(async (edit) => void sent.push(edit));
    save.change({ title: "a" });
    save.change({ notes: "b" });
    await keeping.flush();
    expect(sent).toEqual([{ title: "a", notes: "b" }]);
  });

  it("keeps words that could not be saved, says so, and tries again by itself", async () => {
    let full = true;
    const sent: object[] = [];
    const { save, keeping } = await saving(async (edit) => {
      if (full) throw { v: 1, code: "library.full", message: "The disk is full.", hint: "", subject: null, retry: "later" };
      sent.push(edit);
    });
    save.change({ title: "a" });
    await vi.advanceTimersByTimeAsync(500);
    expect([save.state, keeping.failed, save.dirty("title")]).toEqual(["failed", 1, true]);
    save.change({ notes: "b" });
    await vi.advanceTimersByTimeAsync(500);
    full = false;
    await vi.advanceTimersByTimeAsync(3100);
    expect(sent).toEqual([{ title: "a", notes: "b" }]);
    expect([save.state, keeping.failed, save.dirty("title")]).toEqual(["saved", 0, false]);
  });

  it("does not send a wrong field over and over", async () => {
    let asked = 0;
    const { save } = await saving(async () => {
      asked += 1;
      throw { v: 1, code: "show.slug", message: "Taken.", hint: "", subject: { kind: "field", id: "slug" }, retry: "no" };
    });
    save.change({ title: "a" });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(asked).toBe(1);
  });

  // A host that takes everything but a long summary; each edit as it came.
  const noSummary = (sent: object[]) => async (edit: { title?: string; notes?: string }) => {
    sent.push(edit);
    if ((edit.notes ?? "").length > 3) throw { v: 1, code: "field.invalid", message: "Too long.", hint: "", subject: { kind: "field", id: "notes" }, retry: "no" };
  };
  it("lets a refused field hold up no other", async () => {
    const sent: object[] = [];
    const { save, keeping } = await saving(noSummary(sent));
    const others = keeping.failed;
    save.change({ notes: "long" });
    save.change({ title: "a" });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent).toEqual([{ notes: "long", title: "a" }, { title: "a" }]);
    expect([save.state, keeping.failed - others, save.dirty("notes"), save.dirty("title")]).toEqual(["failed", 1, true, false]);
    expect([save.refused("notes")?.message, save.refused("title"), save.error?.message]).toEqual(["Too long.", undefined, "Too long."]);
    save.change({ title: "ab" });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent.slice(2)).toEqual([{ title: "ab" }]);
    expect([save.state, keeping.failed - others, save.refused("notes")?.message]).toEqual(["failed", 1, "Too long."]);
  });

  it("asks for a refused field once more on leaving, by itself, and gives it up for other words", async () => {
    const sent: object[] = [];
    const { save, keeping } = await saving(noSummary(sent));
    const others = keeping.failed;
    save.change({ notes: "long" });
    await save.flush();
    save.change({ title: "a" });
    await save.flush();
    expect(sent).toEqual([{ notes: "long" }, { title: "a" }, { notes: "long" }]);
    save.change({ notes: "two" });
    await save.flush();
    expect(sent.slice(3)).toEqual([{ notes: "two" }]);
    expect([save.state, keeping.failed - others, save.dirty("notes"), save.refused("notes"), save.error]).toEqual(["saved", 0, false, undefined, undefined]);
  });

  it("shows words as they are typed until their field is left, then those of the library", async () => {
    let kept = "";
    const { save } = await saving(async (edit) => {
      kept = (edit.title ?? "").trim();
    });
    const { Typing } = await import("../src/shared/typing.svelte");
    const typing = new Typing<"title" | "notes">(save);
    const type = (words: string) => {
      typing.type("title", words);
      save.change({ title: words });
    };
    typing.enter("title");
    type("Foggy ");
    await vi.advanceTimersByTimeAsync(2_000);
    expect([kept, typing.words("title", kept)]).toEqual(["Foggy", "Foggy "]);
    type("Foggy quay ");
    await typing.leave("title");
    expect([kept, typing.words("title", kept), typing.words("notes", "n")]).toEqual(["Foggy quay", "Foggy quay", "n"]);
    expect(typing.words("title", "undone"), "what an undo brings").toBe("undone");
  });

  it("keeps refused words in their field, and those of somebody who came back to it", async () => {
    const { save } = await saving(noSummary([]));
    const { Typing } = await import("../src/shared/typing.svelte");
    const typing = new Typing<"title" | "notes">(save);
    const type = (field: "title" | "notes", words: string) => {
      typing.enter(field);
      typing.type(field, words);
      save.change({ [field]: words });
    };
    type("notes", "long");
    await typing.leave("notes");
    expect(typing.words("notes", "old")).toBe("long");
    type("title", "a ");
    const left = typing.leave("title");
    typing.enter("title");
    await left;
    expect(typing.words("title", "a")).toBe("a ");
  });

  it('says "Saving" only when it takes long', async () => {
    const states: string[] = [];
    const { save } = await saving(() => new Promise((done) => setTimeout(done, 900)));
    save.change({ title: "a" });
    for (let step = 0; step < 50; step += 1) {
      await vi.advanceTimersByTimeAsync(100);
      if (states.at(-1) !== save.state) states.push(save.state);
    }
    expect(states).toEqual(["kept", "saving", "saved", "kept"]);
  });
});
