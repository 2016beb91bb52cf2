// How the state of an episode or a post is shown: a shape and words.
import type { EpisodeState } from "../bindings/EpisodeState";
import type { Shape } from "../shared/parts/Glyph.svelte";
import { t } from "../shared/strings";

/** The shape beside the words. `whole`: the audio is there, or none is needed. */
export function shapeOf(state: EpisodeState, whole: boolean): Shape {
  return state === "ready" && !whole ? "draft" : state;
}

/** The words of a state. */
export function wordsOf(state: EpisodeState, whole: boolean): string {
  if (state === "draft") return whole ? t("state.draft") : t("state.draftNoAudio");
  if (state === "ready" && !whole) return t("state.readyNoAudio");
  return t(`state.${state}`);
}
