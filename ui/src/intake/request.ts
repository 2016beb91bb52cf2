// What the author chose for an import, and how the program is asked for it.
import type { ImportMedia } from "../bindings/ImportMedia";
import type { ImportPrefix } from "../bindings/ImportPrefix";
import type { ImportRequest } from "../bindings/ImportRequest";

/** Which sounds are brought here. */
export type Sounds = "all" | "last" | "none";

export interface Choices {
  source: string;
  sounds: Sounds;
  /** Of how many of the newest episodes, for `last`. */
  episodes: number;
  /** Id of the show that gets the episodes; empty for the one of the time before, or else a new one. */
  into: string;
  /** What becomes of services that count on the way; unless chosen, as the time before. */
  prefix: ImportPrefix | undefined;
  /** The feed is the author's own, although it is locked. */
  unlock: boolean;
  /** The feed's server is the author's own, on this computer or in its network. */
  local: boolean;
}

export const fresh = (): Choices => ({ source: "", sounds: "all", episodes: 10, into: "", prefix: undefined, unlock: false, local: false });

/** A show that the episodes can go into. */
export interface Place {
  value: string;
  label: string;
}

/** Where the episodes can go: the shows there are, and a new one unless the source was brought into one of them before. That one is
 * offered whether the list of shows has heard of it yet or not. */
export const placesOf = (shows: { id: string; title: string }[], before: { id: string; title: string } | undefined, aNewOne: string): Place[] => [
  ...(before ? [] : [{ value: "", label: aNewOne }]),
  ...[...(before && !shows.some((show) => show.id === before.id) ? [before] : []), ...shows].map((show) => ({ value: show.id, label: show.title })),
];

/** The show that is asked for: none where it is the one of the time before, which needs no word. */
export const intoOf = (chosen: string, before: string): string => (chosen === before ? "" : chosen);

/** Most episodes that can be asked for. */
export const mostEpisodes = 100_000;

/** A number of episodes out of a field. */
export const episodesOf = (text: string): number => Math.min(mostEpisodes, Math.max(1, Math.trunc(Number(text)) || 1));

export function asked(choices: Choices): ImportRequest {
  const media: ImportMedia = choices.sounds === "last" ? { kind: "last", episodes: choices.episodes } : { kind: choices.sounds };
  return { source: choices.source.trim(), media, into: choices.into || null, allow_local: choices.local, local: [], unlock: choices.unlock, prefix: choices.prefix ?? null };
}
