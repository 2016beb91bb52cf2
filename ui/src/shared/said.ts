// What the program said, in the language of the window. In English its own sentences; in others a translation of the sentence,
// or else what its code means, with the sentence as a detail.
import type { Problem } from "./problem";
import { language, maybe } from "./strings";
import { sentences, things } from "./strings/de/sentences";

/** A sentence for people: `lang` names another language than the window's. */
export interface Said {
  what: string;
  hint: string;
  /** What the program said itself, where the words above leave facts out. */
  detail?: string;
}

/** Codes whose sentence holds nothing that the words for the code do not say. */
const bare = ["job.cancelled", "library.newer", "usage.invalid"];

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** What a sentence of the program's source matches. */
export function pattern(program: string): RegExp {
  return new RegExp(`^${program.split(/\{[A-Za-z_]*(?::\.?\d+)?\}/).map(literal).join("([\\s\\S]+?)")}$`);
}

const german: [RegExp, string][] = sentences.map(([program, said]) => [pattern(program), said]);

/** What was filled in: a thing that has a name, a sentence of its own, or what nobody translates. */
const part = (text: string): string => things[text] ?? (text.endsWith(".") ? inGerman(text) : undefined) ?? text;

/** The sentence in German, when all of it can be said so. */
export function inGerman(text: string): string | undefined {
  for (const [sentence, said] of german) {
    const found = sentence.exec(text);
    if (found) return said.replace(/\{(\d)\}/g, (_, at: string) => part(found[Number(at)] ?? ""));
  }
  return undefined;
}

/** A sentence in the language of the window; as it came, where there is no translation. */
export const inWords = (text: string): string => (language === "de" ? (inGerman(text) ?? text) : text);

/** A problem in the language of the window. */
export function said(problem: Problem): Said {
  const meant = (rest: string) => maybe(`code.${problem.code}${rest}`, "");
  if (language !== "de") return { what: problem.message, hint: problem.hint || meant(".hint") };
  const what = inGerman(problem.message);
  const hint = (problem.hint ? inGerman(problem.hint) : undefined) ?? meant(".hint");
  if (what !== undefined) return { what, hint };
  // What the window itself says is in its language already.
  if (problem.subject?.kind === "window") return { what: problem.message, hint: problem.hint };
  const title = meant("") || problem.message;
  return bare.includes(problem.code) || title === problem.message ? { what: title, hint } : { what: title, hint, detail: problem.message };
}
