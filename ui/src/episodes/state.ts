// How an episode's state is shown: a shape and words.
import type { EpisodeState } from "../bindings/EpisodeState";
import type { Shape } from "../shared/parts/Glyph.svelte";
import { t } from "../shared/strings";

/** The shape beside the words. */
export function shapeOf(state: EpisodeState, hasAudio: boolean): Shape {
  return state === "ready" && !hasAudio ? "draft" : state;
}

/** The words of a state. */
export function wordsOf(state: EpisodeState, hasAudio: boolean): string {
  if (state === "draft") return hasAudio ? t("state.draft") : t("state.draftNoAudio");
  if (state === "ready" && !hasAudio) return t("state.readyNoAudio");
  return t(`state.${state}`);
}
