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
  /** What becomes of services that count on the way; unless chosen, as the time before. */
  prefix: ImportPrefix | undefined;
  /** The feed is the author's own, although it is locked. */
  unlock: boolean;
  /** The feed's server is the author's own, on this computer or in its network. */
  local: boolean;
}

export const fresh = (): Choices => ({ source: "", sounds: "all", episodes: 10, prefix: undefined, unlock: false, local: false });

/** Most episodes that can be asked for. */
export const mostEpisodes = 100_000;

/** A number of episodes out of a field. */
export const episodesOf = (text: string): number => Math.min(mostEpisodes, Math.max(1, Math.trunc(Number(text)) || 1));

export function asked(choices: Choices): ImportRequest {
  const media: ImportMedia = choices.sounds === "last" ? { kind: "last", episodes: choices.episodes } : { kind: choices.sounds };
  return { source: choices.source.trim(), media, into: null, allow_local: choices.local, local: [], unlock: choices.unlock, prefix: choices.prefix ?? null };
}
