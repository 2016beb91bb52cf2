// What an episode has and lacks, as lights: what can be said from the library alone. Pure.
import type { EpisodeView } from "../bindings/EpisodeView";
import { isToLook, onTarget, saidOf } from "./sound";
import { isAddress } from "../chapters/chapters";

export type Part = "audio" | "title" | "picture" | "chapters" | "notes" | "transcript";
export interface Light {
  part: Part;
  state: "good" | "look" | "missing";
  /** Key of what was found, under `checks.`, and the values in it. */
  says: string;
  values: Record<string, string | number>;
}

/** What words say about themselves, without the signs of HTML. */
export function plainText(html: string): string {
  const marks: Record<string, string> = { nbsp: " ", amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'" };
  // A block ends a word; a link or an emphasis does not.
  const words = html.replace(/<\/?(?:p|div|br|hr|ul|ol|li|h[1-6]|blockquote|pre|table|tr|td|th)\b[^>]*>/gi, " ").replace(/<[^>]*>/g, "");
  return words.replace(/&([a-z]+|#x?\d+);/gi, (whole, name: string) => marks[name.toLowerCase()] ?? whole).replace(/\s+/g, " ").trim();
}

/** Links of the notes that lead nowhere outside, such as `[a](stair.png)`. */
export function deadLinks(markdown: string): string[] {
  const found = [...markdown.matchAll(/\[[^\]]*\]\(\s*<?([^)\s>]*)>?[^)]*\)/g)].map((match) => match[1] ?? "");
  return found.filter((target) => !isAddress(target) && !/^(mailto|tel):\S+/.test(target));
}

function audio(view: EpisodeView): Light {
  const sound = view.audio;
  if (!sound && view.episode.remote_audio) return { part: "audio", state: "good", says: "audioElsewhere", values: {} };
  if (!sound) return { part: "audio", state: "missing", says: "audioMissing", values: {} };
  const loud = sound.made?.report.after ?? sound.loudness;
  const values = { lufs: loud?.integrated_lufs ?? NaN, peak: loud?.true_peak_dbtp ?? NaN, bytes: sound.facts.size_bytes };
  const found = saidOf(sound).filter((one) => isToLook(one.finding)).length;
  if (found > 0) return { part: "audio", state: "look", says: "audioFound", values: { count: found } };
  const clipped = (loud?.true_peak_dbtp ?? -99) > -1 + 1e-6;
  const off = sound.made ? sound.made.report.target_lufs !== null && !onTarget(sound.made.report) : clipped;
  return { part: "audio", state: off ? "look" : "good", says: clipped ? "audioPeak" : "audio", values };
}

function title(view: EpisodeView): Light {
  const length = [...view.episode.title.trim()].length;
  if (length === 0) return { part: "title", state: "missing", says: "titleMissing", values: {} };
  return { part: "title", state: length > 150 ? "look" : "good", says: length > 150 ? "titleLong" : "titleGood", values: { count: length } };
}

function chapters(view: EpisodeView): Light | undefined {
  const list = view.episode.chapters ?? [];
  if (list.length === 0) return undefined;
  const without = list.filter((chapter) => !chapter.title.trim() && !chapter.hidden).length;
  return without > 0
    ? { part: "chapters", state: "look", says: "chaptersNoTitle", values: { count: without } }
    : { part: "chapters", state: "good", says: "chapters", values: { count: list.length } };
}

function notes(view: EpisodeView): Light {
  const { source, safe } = view.episode.notes;
  const dead = deadLinks(source)[0];
  if (!source.trim()) return { part: "notes", state: "missing", says: "notesMissing", values: {} };
  if (dead !== undefined) return { part: "notes", state: "look", says: "notesLink", values: { link: dead } };
  return { part: "notes", state: "good", says: "notes", values: { count: plainText(safe.html).split(" ").length } };
}

/** All lights, in the order of the page; a post has no sound and what belongs to one. `cover` says whether the show has one. */
export function lights(view: EpisodeView, cover: boolean): Light[] {
  const post = view.episode.kind === "post";
  const transcripts = view.episode.transcripts?.length ?? 0;
  const picture: Light = view.episode.image
    ? { part: "picture", state: "good", says: "pictureOwn", values: {} }
    : { part: "picture", state: cover ? "good" : "missing", says: cover ? "pictureShow" : post ? "postPictureMissing" : "pictureMissing", values: {} };
  const transcript: Light = { part: "transcript", state: transcripts > 0 ? "good" : "missing", says: transcripts > 0 ? "transcript" : "transcriptMissing", values: { count: transcripts } };
  if (post) return [title(view), picture, notes(view)];
  return [audio(view), title(view), picture, chapters(view), notes(view), transcript].filter((light) => light !== undefined);
}

/** How many of each. */
export function tally(list: Light[]): { good: number; look: number; missing: number } {
  const of = (state: Light["state"]) => list.filter((light) => light.state === state).length;
  return { good: of("good"), look: of("look"), missing: of("missing") };
}
