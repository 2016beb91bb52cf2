// Changes of a whole transcript, and the words for what is found in one and for what a form cannot say.
import { parseTime } from "./times";
import { t } from "../shared/strings";

const pattern = /^([+-]?)(\d{1,6})(?:[.,](\d{1,3}))?$/;

/** `1.5`, `-0,25`: milliseconds; nothing when it is no number of seconds. */
export function parseShift(text: string): number | undefined {
  const found = pattern.exec(text.trim().replace("−", "-"));
  if (!found) return undefined;
  const ms = Number(found[2]) * 1000 + Number((found[3] ?? "").padEnd(3, "0"));
  return found[1] === "-" && ms !== 0 ? -ms : ms;
}

/** Two places, each as it stands and as it should. */
export interface Anchors {
  first_ms: number;
  first_to_ms: number;
  second_ms: number;
  second_to_ms: number;
}

/** The places that were typed: nothing while one is missing, "order" when the later one should not be later. */
export function anchored(places: string[]): Anchors | "order" | undefined {
  const [first, firstTo, second, secondTo] = places.map(parseTime);
  if (first === undefined || firstTo === undefined || second === undefined || secondTo === undefined) return undefined;
  if ((second - first) * (secondTo - firstTo) <= 0) return "order";
  return { first_ms: first, first_to_ms: firstTo, second_ms: second, second_to_ms: secondTo };
}

/** What each fault is called. */
export const faults: Record<string, (about: string) => string> = {
  overlap: () => t("transcript.fault.overlap"),
  out_of_order: () => t("transcript.fault.out_of_order"),
  backwards: () => t("transcript.fault.backwards"),
  past_end: () => t("transcript.fault.past_end"),
  empty: () => t("transcript.fault.empty"),
  too_fast: (about) => t("transcript.fault.too_fast", { about }),
  unknown_speaker: (about) => t("transcript.fault.unknown_speaker", { about }),
  repeated: (about) => t("transcript.fault.repeated", { about }),
  midnight: () => t("transcript.fault.midnight"),
  guessed_times: () => t("transcript.fault.guessed_times"),
  encoding: () => t("transcript.fault.encoding"),
  garbled: () => t("transcript.fault.garbled"),
};

/** What a form cannot say. */
export const losses: Record<string, () => string> = {
  times: () => t("transcript.loss.times"),
  ends: () => t("transcript.loss.ends"),
  word_times: () => t("transcript.loss.word_times"),
  speakers: () => t("transcript.loss.speakers"),
  cues: () => t("transcript.loss.cues"),
  lines: () => t("transcript.loss.lines"),
  words: () => t("transcript.loss.words"),
};
