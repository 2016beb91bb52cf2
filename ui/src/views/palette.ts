// What the palette offers for what was typed, in groups. Pure.
import { plain } from "../shared/parts/options";

export interface Entry {
  /** Unique in the list. */
  id: string;
  group: "pages" | "actions" | "shows" | "episodes";
  text: string;
  /** What it belongs to, or where the words were found. */
  aside?: string;
  keys?: string;
  run: () => void;
}

const order = ["pages", "episodes", "shows", "actions"] as const;
/** With nothing typed, episodes would only push the rest away. */
const most: Record<Entry["group"], number> = { pages: 8, episodes: 12, shows: 8, actions: 8 };

/** Entries with every typed word in them, in the order of the groups; each group is cut. */
export function offered(entries: Entry[], typed: string): Entry[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const fits = (entry: Entry) => words.every((word) => plain(entry.text).includes(word));
  const rank = (entry: Entry) => (words.length > 0 && plain(entry.text).startsWith(words[0] ?? "") ? 0 : 1);
  return order.flatMap((group) =>
    entries.filter((entry) => entry.group === group && fits(entry)).sort((a, b) => rank(a) - rank(b)).slice(0, most[group]),
  );
}
