// What the program says in Rust has words in both languages, and every translation still has its sentence in the source.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { inGerman, said } from "../src/shared/said";
import { speak } from "../src/shared/strings";
import { de } from "../src/shared/strings/de";
import { en } from "../src/shared/strings/en";
import { sentences } from "../src/shared/strings/de/sentences";
import type { Problem } from "../src/shared/problem";

const root = join(import.meta.dirname, "../..");
const sources = (folder: string): string =>
  readdirSync(folder, { withFileTypes: true }).map((one) => {
    const path = join(folder, one.name);
    if (one.isDirectory()) return one.name === "tests" || one.name === "target" ? "" : sources(path);
    return one.name.endsWith(".rs") ? readFileSync(path, "utf8") : "";
  }).join("\n");
const rust = ["crates", "sync", "src-tauri"].map((folder) => sources(join(root, folder))).join("\n");
const problem = (code: string, message: string, hint = ""): Problem => ({ v: 1, code: code as Problem["code"], message, hint, subject: null, retry: "no" });
afterEach(() => speak("en"));

describe("what the program says", () => {
  it("has a title and a hint in both languages for every code", () => {
    const list = /codes! \{([\s\S]*?)\n\}/.exec(readFileSync(join(root, "crates/model/src/error.rs"), "utf8"))?.[1] ?? "";
    const codes = [...list.matchAll(/= "([a-z_.]+)",/g)].map((found) => found[1] as string);
    expect(codes.length).toBeGreaterThan(20);
    for (const code of codes) {
      for (const rest of ["", ".hint"]) {
        const key = `code.${code}${rest}` as keyof typeof en;
        expect(en[key], key).toBeTruthy();
        expect(de[key], key).toBeTruthy();
        expect(de[key], key).not.toBe(en[key]);
      }
    }
  });
  it("is translated only where the program still says it", () => {
    const text = rust.replaceAll('\\"', '"').replaceAll(/\\\n\s*/g, "");
    for (const [program] of sentences) expect(text.includes(program), program).toBe(true);
  });
  it("is translated whole where checks say it: what was found, what to do, and what a fix does", () => {
    const rules = sources(join(root, "crates/checks/src/rules")).replaceAll(/#\[cfg\(test\)\][\s\S]*?\n}\n/g, "");
    const titles = new Set([...rules.matchAll(/\(\s*"[a-z_0-9]+",\s*(?:[A-Z0-9_]+,\s*)?("(?:[^"\\]|\\.)*")/g)].map((found) => found[1]));
    const literals = [...rules.matchAll(/"(?:[^"\\\n]|\\.)*"/g)].map((found) => found[0]).filter((text) => !titles.has(text));
    const said = literals.map((text) => text.slice(1, -1).replaceAll('\\"', '"')).filter((text) => / /.test(text) && /(\.|\{why\})$/.test(text));
    expect(said.length).toBeGreaterThan(300);
    expect(said.filter((text) => !inGerman(text))).toEqual([]);
  });
  it("is translated whole where it tells what is found in sounds, in their tags and in videos", () => {
    const found = ["audio", "tags", "video"].map((folder) => sources(join(root, "crates/media/src", folder))).join("\n");
    const own = found.replaceAll(/#\[cfg\(test\)\][\s\S]*?\n}\n/g, "").replaceAll(/\\\n\s*/g, "");
    const literals = [...own.matchAll(/"(?:[^"\\\n]|\\.)*"/g)].map((literal) => literal[0].slice(1, -1).replaceAll('\\"', '"'));
    const says = literals.filter((text) => / /.test(text) && text.endsWith("."));
    expect(says.length).toBeGreaterThan(40);
    expect(says.filter((text) => !inGerman(text))).toEqual([]);
  });
  it("is translated whole where it tells what podcast apps do", () => {
    const rules = sources(join(root, "crates/text/src/apps"));
    const says = [...rules.matchAll(/\bsays:\s*"((?:[^"\\]|\\.)*)"/g)].map((found) => found[1] as string);
    expect(says.length).toBeGreaterThan(25);
    expect(says.filter((text) => !inGerman(text))).toEqual([]);
  });
  it("comes with its facts", () => {
    expect(inGerman('There is no episode called "Talk".')).toBe("„Talk“ gibt es nicht (eine Folge).");
    expect(inGerman('"a \\"b\\".pdf" is a PDF document; Hearthcast takes WAV, FLAC and MP3.')).toContain("ist ein PDF-Dokument");
    expect(inGerman("The title cannot be used: it is empty.")).toBe("So geht diese Angabe nicht (Titel): es ist leer.");
    expect(inGerman("The summary cannot be used: it is longer than 4,000 bytes.")).toBe("So geht diese Angabe nicht (Zusammenfassung): es ist länger als 4.000 Bytes.");
    expect(inGerman("The title for Apple cannot be used: it is longer than 1,000 bytes.")).toBe("So geht diese Angabe nicht (Titel für Apple): es ist länger als 1.000 Bytes.");
    expect(inGerman("Nobody ever said this.")).toBeUndefined();
    const told = 'In the recording at 0:03: In the file "bo.wav": The file ends after 0:03, but was made to last 0:08.';
    expect(inGerman(told)).toBe("In der Aufnahme bei 0:03: In der Datei „bo.wav“: Die Datei endet nach 0:03, war aber für 0:08 gemacht.");
    expect(inGerman("The transcripts cannot be used: two of them have the same format and language.")).toBe("So geht diese Angabe nicht (Abschriften): zwei haben dieselbe Form und Sprache.");
    expect(inGerman("The summary cannot be used: it is longer than 4,000 bytes.")).toBe("So geht diese Angabe nicht (Zusammenfassung): es ist länger als 4.000 Bytes.");
    expect(inGerman("To bring it up to date from here, choose it under Into (--into harbour).")).toBe("Soll sie von hier aktuell werden, wähl sie unter „Wohin“ (--into harbour).");
    expect(inGerman('What lies at https://a.example/feed is another show ("Sea") than "Harbour": no episode is the same.')).toBe("Unter https://a.example/feed liegt eine andere Sendung („Sea“) als „Harbour“: Keine Folge ist dieselbe.");
    expect(inGerman("There is no picture at 9.050 s: the video ends after 4.007 s.")).toBe("Bei 9,050 s ist kein Bild: Das Video endet nach 4,007 s.");
    const picture = 'A picture of its chapters was left out. "0a1b" is a JPEG picture that cannot be read: it is cut off, its lower part is missing.';
    expect(inGerman(picture)).toBe("Ein Bild seiner Kapitel wurde weggelassen. „0a1b“ ist ein JPEG-Bild, und es lässt sich nicht lesen: es ist abgeschnitten, unten fehlt etwas.");
    const many = "In the audio at 0:04 (and at least 20 more): The sound is damaged here (ffmpeg: no frame).";
    expect(inGerman(many)).toBe("Im Ton bei 0:04 (und mindestens 20 weitere): Der Ton ist hier beschädigt (ffmpeg: no frame).");
    expect(inGerman("1.5 seconds of the sound are damaged and cannot be played.")).toBe("1.5 Sekunden des Tons sind beschädigt und nicht abzuspielen.");
  });
  it("is German where the sentence is known, and keeps the sentence as a detail where it is not", () => {
    speak("de");
    expect(said(problem("media.unreadable", "There is no file at /x.wav.", "Check the path, or choose the file again."))).toEqual({
      what: "Unter /x.wav ist keine Datei.", hint: "Prüf den Pfad, oder wähl die Datei neu.",
    });
    expect(said(problem("target.refused", "The bucket \"b\" said AccessDenied.", "Look at its policy."))).toEqual({
      what: de["code.target.refused"], hint: de["code.target.refused.hint"], detail: 'The bucket "b" said AccessDenied.',
    });
    expect(said(problem("job.cancelled", "Somebody stopped it."))).toEqual({ what: de["code.job.cancelled"], hint: de["code.job.cancelled.hint"] });
  });
  it("is the program's own in English, with a hint where it gave none", () => {
    expect(said(problem("target.full", "No room at x."))).toEqual({ what: "No room at x.", hint: en["code.target.full.hint"] });
  });
});
