// Commands of this issue until the generated client has them.
import type { Chapter } from "../bindings/Chapter";
import type { EpisodeView } from "../bindings/EpisodeView";
import type { Preset } from "../bindings/Preset";
import { call } from "../host";

type Of = { show: string; episode: string };

export const process_again = (args: Of & { preset: Preset }): Promise<string> => call("process_again", args);
export const pause_job = (args: { job: string }): Promise<null> => call("pause_job", args);
export const resume_job = (args: { job: string }): Promise<null> => call("resume_job", args);
export const read_chapters = (args: { path: string }): Promise<Chapter[]> => call("read_chapters", args);
export const add_transcript = (args: Of & { path: string; language: string | null }): Promise<EpisodeView> => call("add_transcript", args);
export const transcript_text = (args: Of & { index: number }): Promise<string> => call("transcript_text", args);
export const set_transcript_text = (args: Of & { index: number; text: string }): Promise<EpisodeView> => call("set_transcript_text", args);
export const remove_transcript = (args: Of & { index: number }): Promise<EpisodeView> => call("remove_transcript", args);
