// What a report of the workshop means. Pure.
import type { AudioView } from "../bindings/AudioView";
import type { Finding } from "../bindings/Finding";
import type { Preset } from "../bindings/Preset";
import type { ProcessReport } from "../bindings/ProcessReport";

/** All presets, in the order they are offered. */
export const presets: Preset[] = ["speech_mono96", "speech_stereo128", "music192", "leave_alone"];

/** Endings of files the workshop takes. */
export const soundEndings = ["mp3", "wav", "flac", "aif", "aiff", "m4a", "aac", "ogg", "oga", "opus"];

/** Codes of findings that tell how a sound was made and ask nobody to look: nothing is wrong with it. */
const told = ["media.encoded_alone"];

/** Whether somebody should look at what was found. */
export const isToLook = (finding: { code: string }): boolean => !told.includes(finding.code);

/** What is said of a sound: of its file, of how it was made, and of the recording. */
export function saidOf(audio: AudioView): { finding: Finding; recording: boolean }[] {
  const sound = [...audio.facts.findings, ...(audio.made?.report.remarks ?? [])];
  return [...sound.map((finding) => ({ finding, recording: false })), ...(audio.made?.findings ?? []).map((finding) => ({ finding, recording: true }))];
}

/** Whether the decoded result is within half a unit of what was aimed at, and its peaks at most −1 dBTP. */
export function onTarget(report: ProcessReport): boolean {
  const { target_lufs, after } = report;
  if (target_lufs === null || after.integrated_lufs === null) return false;
  return Math.abs(after.integrated_lufs - target_lufs) <= 0.5 && (after.true_peak_dbtp ?? 0) <= -1 + 1e-6;
}

export type FileKind = "sound" | "picture" | "transcript" | "chapters" | "other";

/** The name of a file, of its path on this machine. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** What a dropped file is for, by its ending. */
export function kindOf(path: string): FileKind {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? "";
  if (soundEndings.includes(ending)) return "sound";
  if (["jpg", "jpeg", "png", "webp", "gif", "tif", "tiff", "avif", "heic", "heif"].includes(ending)) return "picture";
  if (["vtt", "srt", "html", "htm"].includes(ending) || /\.(podlove|dote)\.json$/i.test(path)) return "transcript";
  return ["json", "txt", "cue", "csv"].includes(ending) ? "chapters" : "other";
}

/** The recordings among dropped files; what has an unknown ending may be one where nothing else is. */
export function recordings(paths: string[]): string[] {
  const of = (kind: FileKind) => paths.filter((path) => kindOf(path) === kind);
  const sounds = of("sound");
  return sounds.length > 0 ? sounds : of("other");
}
