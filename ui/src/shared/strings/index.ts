// Looks words up in the catalogue of the language that is spoken. Names to fill in are checked by the compiler.
import { de } from "./de";
import { en } from "./en";
import { pseudo } from "./pseudo";
import type { Catalogue, Forms, Words } from "./types";

export type { Words } from "./types";
export type Key = keyof Catalogue;
type Text<K extends Key> = Catalogue[K] extends Forms ? Catalogue[K]["other"] : Catalogue[K];
type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Wanted<K extends Key> = Names<Text<K>> | (Catalogue[K] extends Forms ? "count" : never);
type Arguments<K extends Key> = [Wanted<K>] extends [never] ? [] : [values: Record<Wanted<K>, string | number>];

/** What the window can speak. The last two are for looking at it: longer and accented, and mirrored as well. */
export const languages = ["en", "de", "pseudo", "mirrored"] as const;
export type Language = (typeof languages)[number];

/** How numbers and dates are written in each. */
const locales: Record<Language, string> = { en: "en-GB", de: "de-DE", pseudo: "en-GB", mirrored: "en-GB" };

let words: Words<Catalogue> = en;
/** The language spoken now. */
export let language: Language = "en";
/** Its name for `Intl`. */
export let locale: string = locales.en;
let plural = new Intl.PluralRules(locale);
let numbers = new Intl.NumberFormat(locale);

/** Speaks another language from now on. What is on the screen must be drawn anew. */
export function speak(next: Language): void {
  language = next;
  locale = locales[next];
  words = next === "de" ? de : next === "en" ? en : pseudo(en);
  plural = new Intl.PluralRules(locale);
  numbers = new Intl.NumberFormat(locale);
}

/** The words for a key, with values filled in; numbers are written the way of the language. */
export function t<K extends Key>(key: K, ...args: Arguments<K>): string {
  const values = (args[0] ?? {}) as Record<string, string | number>;
  const entry: string | Forms = words[key];
  const text = typeof entry === "string" ? entry : entry[plural.select(Number(values["count"] ?? 0)) === "one" ? "one" : "other"];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? numbers.format(value) : value;
  });
}

/** The words for a key that is data (a column, a page, a shortcut) and needs no values. */
export function word(key: Key): string {
  return t(key as "common.cancel");
}

/** Words for a key made at run time (an error's phase, a reason); the fallback where the catalogue has none. */
export function maybe(key: string, fallback: string): string {
  return key in en ? word(key as Key) : fallback;
}
