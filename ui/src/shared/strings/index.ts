// Looks words up in the catalogue. Names to fill in are checked by the compiler.
import { en } from "./en";

type Catalogue = typeof en;
export type Key = keyof Catalogue;
type Forms = { one: string; other: string };
type Text<K extends Key> = Catalogue[K] extends Forms ? Catalogue[K]["other"] : Catalogue[K];
type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Wanted<K extends Key> = Names<Text<K>> | (Catalogue[K] extends Forms ? "count" : never);
type Arguments<K extends Key> = [Wanted<K>] extends [never] ? [] : [values: Record<Wanted<K>, string | number>];

export const locale = "en-GB";
const plural = new Intl.PluralRules(locale);
const numbers = new Intl.NumberFormat(locale);

/** The words for a key, with values filled in; numbers are written the way of the language. */
export function t<K extends Key>(key: K, ...args: Arguments<K>): string {
  const values = (args[0] ?? {}) as Record<string, string | number>;
  const entry: string | Forms = en[key];
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
