// A language nobody speaks: English, accented and half as long again, so that one sees which words are not in the
// catalogue and where longer ones do not fit. Values to fill in stay as they are.
import type { Forms, Words } from "./types";

const plain = "AEIOUYCDGHJKLNRSTWZaeiouycdghjklnrstwz";
const accented = "ÅÉÎÖÛÝÇÐĜĤĴĶĻÑŔŠŢŴŽåéîöûýçðĝĥĵķļñŕšţŵž";

/** One text: letters get accents, its end about a third more length, and brackets show where it is cut. */
export function pseudoText(text: string): string {
  if (!/[a-z]/i.test(text.replace(/\{\w+\}/g, ""))) return text;
  const letters = text.split(/(\{\w+\})/).map((piece) => (piece.startsWith("{") ? piece : dressed(piece)));
  const longer = "~".repeat(Math.ceil(text.length * (text.length < 12 ? 0.6 : 0.35)));
  return `[${letters.join("")}${longer}]`;
}

function dressed(piece: string): string {
  return [...piece].map((letter) => { const at = plain.indexOf(letter); return at < 0 ? letter : [...accented][at] ?? letter; }).join("");
}

/** A whole catalogue. */
export function pseudo<T extends object>(catalogue: T): Words<T> {
  const out: Record<string, string | Forms> = {};
  for (const [key, entry] of Object.entries(catalogue) as [string, string | Forms][]) {
    out[key] = typeof entry === "string" ? pseudoText(entry) : { one: pseudoText(entry.one), other: pseudoText(entry.other) };
  }
  return out as Words<T>;
}
