// Every language has every word, with the same values to fill in.
import { afterEach, describe, expect, it } from "vitest";
import { count, date, day, level, moment } from "../src/shared/format";
import { speak, t } from "../src/shared/strings";
import { de } from "../src/shared/strings/de";
import { en } from "../src/shared/strings/en";
import { pseudo, pseudoText } from "../src/shared/strings/pseudo";

type Entry = string | { one: string; other: string };
const forms = (entry: Entry) => (typeof entry === "string" ? [entry] : [entry.one, entry.other]);
const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
const catalogues: [string, Record<string, Entry>][] = [["German", de], ["pseudo", pseudo(en)]];

afterEach(() => speak("en"));

describe.each(catalogues)("%s", (_, words) => {
  it("has the keys of English and no others", () => {
    expect(Object.keys(words).sort()).toEqual(Object.keys(en).sort());
  });
  it("fills in the same values", () => {
    for (const [key, english] of Object.entries(en) as [string, Entry][]) {
      const other = words[key] ?? "";
      expect(typeof other, key).toBe(typeof english);
      forms(english).forEach((text, form) => expect(names(forms(other)[form] ?? ""), `${key}, form ${form}`).toEqual(names(text)));
    }
  });
  it("says something wherever English does", () => {
    for (const [key, english] of Object.entries(en) as [string, Entry][]) {
      forms(words[key] ?? "").forEach((text, form) => expect(text.trim() === "", key).toBe(forms(english)[form]?.trim() === ""));
    }
  });
});

describe("German", () => {
  it("is not English left over", () => {
    // One word may be the same in both; two in a row are a sentence somebody forgot.
    const same = (Object.keys(en) as (keyof typeof en)[]).filter((key) => JSON.stringify(en[key]) === JSON.stringify(de[key]));
    const spoken = (key: keyof typeof en) => (typeof en[key] === "string" ? en[key] : Object.values(en[key]).join(" ")).replace(/\{\w+\}|https?:\S+|[a-z-]+@\S+/g, "");
    expect(same.filter((key) => /[a-z]{3,}[,.:]? [a-z]{3,}/i.test(spoken(key)))).toEqual([]);
  });
  it("counts, writes numbers and dates its own way", () => {
    speak("de");
    expect(t("show.count", { count: 1 })).toBe("1 Folge");
    expect(t("show.count", { count: 12345 })).toBe("12.345 Folgen");
    expect(count(12480)).toBe("12.480");
    expect(level(-16.1)).toBe("−16,1");
    expect(day("2026-11-20")).toBe("20. Nov.");
    expect(date(Date.UTC(2026, 11, 29), "UTC")).toBe("29. Dez. 2026");
    expect(moment(Date.UTC(2027, 0, 5, 5, 0), "Europe/Berlin")).toBe("Di., 5. Jan. 2027, 06:00");
  });
});

describe("the language for looking", () => {
  it("is longer, accented, bracketed, and leaves values alone", () => {
    expect(pseudoText("Cancel")).toBe("[Çåñçéļ~~~~]");
    expect(pseudoText("{done} of {all}")).toMatch(/^\[\{done\} öf \{all\}~+\]$/);
    expect(pseudoText("{count} %")).toBe("{count} %");
    expect(pseudoText("–")).toBe("–");
  });
  it("grows every text by a third", () => {
    for (const text of ["Publish", "What listeners will see", "Nothing public ever points at something missing."]) {
      expect(pseudoText(text).length).toBeGreaterThanOrEqual(text.length * 1.3);
    }
  });
});
