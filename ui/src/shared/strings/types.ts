// The shape of a catalogue. English is the measure; the others have its keys.
import type { en } from "./en";

/** Two forms, chosen by `count` the way the language counts. */
export type Forms = { one: string; other: string };

export type Catalogue = typeof en;

/** The same keys in any language; pairs stay pairs. */
export type Words<T> = { readonly [K in keyof T]: T[K] extends Forms ? Forms : string };
