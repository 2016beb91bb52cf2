// Songs of an episode while they are written: what is wrong in each. Pure.
import type { Song } from "../bindings/Song";
import { isAddress } from "../chapters/chapters";

/** What is wrong with one song, by field. */
export interface SongWrong {
  start?: "late";
  end?: "before" | "late";
  title?: "empty";
  url?: "address";
  artists?: "many";
}

/** As many as one song may name. */
const mostArtists = 20;

/** A song that begins at a time. */
export const newSong = (atMs: number): Song => ({ start_ms: Math.max(0, Math.round(atMs)), title: "" });

/** `Ada, Bo` as two. */
export const artistsOf = (text: string): string[] => text.split(",").map((one) => one.trim()).filter(Boolean);

/** In order of time. */
export const inTime = (a: Song, b: Song): number => a.start_ms - b.start_ms;

/** What is wrong, song by song; without a sound nobody knows what is late. */
export function songWrongs(songs: Song[], lengthMs: number | null): SongWrong[] {
  return songs.map((song) => {
    const wrong: SongWrong = {};
    const end = song.end_ms ?? null;
    if (lengthMs !== null && song.start_ms >= lengthMs) wrong.start = "late";
    if (end !== null && end <= song.start_ms) wrong.end = "before";
    else if (end !== null && lengthMs !== null && end > lengthMs) wrong.end = "late";
    if (!song.title.trim()) wrong.title = "empty";
    if (song.url && !isAddress(song.url)) wrong.url = "address";
    if ((song.artists ?? []).length > mostArtists) wrong.artists = "many";
    return wrong;
  });
}
