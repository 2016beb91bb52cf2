// The files of the library: which are shown, and what is said of each. Pure.
import type { MediaItem } from "../bindings/MediaItem";
import type { MediaShelf } from "../bindings/MediaShelf";
import type { MediaUse } from "../bindings/MediaUse";
import { bytes, duration } from "../shared/format";
import { plain } from "../shared/parts/options";
import { maybe, t } from "../shared/strings";

/** What the list shows: one shelf, all of them, the smaller copies of pictures, which would hide the rest, or what nothing needs. */
export type Shelf = MediaShelf | "all" | "copy" | "left";

export const shelves = ["all", "audio", "image", "video", "text", "file", "copy", "left"] as const;

/** Whether nothing needs a file any more. */
export const leftOver = (item: MediaItem): boolean => item.kept.length === 0;

/** The files of a shelf, with a tag, with all these words in their name, tags or titles of where they are used. */
export function wished(items: MediaItem[], shelf: Shelf, tag: string, words: string): MediaItem[] {
  const wanted = plain(words).split(/\s+/).filter(Boolean);
  const said = (item: MediaItem) => plain([item.name, ...item.tags, ...item.uses.flatMap((one) => [one.show_title, one.episode_title])].join(" "));
  const isCopy = (item: MediaItem) => item.role === "copy";
  const onShelf = (item: MediaItem) => {
    if (shelf === "left") return leftOver(item);
    return shelf === "copy" ? isCopy(item) : !isCopy(item) && (shelf === "all" || item.shelf === shelf);
  };
  return items.filter((item) => onShelf(item) && (!tag || item.tags.includes(tag)) && (wanted.length === 0 || wanted.every((word) => said(item).includes(word))));
}

/** Bytes of files on this disk. */
export const weight = (items: MediaItem[]): number => items.reduce((sum, item) => sum + (item.here ? item.size_bytes : 0), 0);

/** All tags, in order. */
export const tagsOf = (items: MediaItem[]): string[] => [...new Set(items.flatMap((item) => item.tags))].sort((a, b) => a.localeCompare(b));

/** Tags as they are typed, with commas between. */
export const typed = (text: string): string[] => text.split(",").map((tag) => tag.trim()).filter(Boolean);

/** Shelves with something on them, and how much; what is chosen stays to be seen. */
export function offered(items: MediaItem[], chosen: Shelf): Shelf[] {
  return shelves.filter((shelf) => shelf === "all" || shelf === "left" || shelf === chosen || items.some((item) => item.shelf === shelf || item.role === shelf));
}

/** How long a sound is, or how large a picture. */
export function measure(item: MediaItem): string {
  if (item.duration_ms !== null) return duration(item.duration_ms);
  return item.width_px && item.height_px ? `${item.width_px} × ${item.height_px}` : "";
}

const formats: Record<string, string> = { "audio/mpeg": "MP3", "audio/mp4": "M4A", "image/jpeg": "JPEG", "text/vtt": "VTT", "application/x-subrip": "SRT" };

/** The format in one word, as people say it. */
export const format = (item: MediaItem): string => formats[item.mime] ?? (item.mime.split("/")[1] ?? "").replace(/^x-|[+;].*$/g, "").toUpperCase();

/** What a file is called. */
export const called = (item: MediaItem): string => item.name || t("media.noName");

/** What uses a file, each thing once: episodes and shows by their titles. */
export function titles(uses: MediaUse[]): string[] {
  return [...new Set(uses.map((one) => one.episode_title || one.show_title))];
}

/** "The keeper’s stair and 2 more"; why it stays when nothing uses it. */
export function usedIn(item: MediaItem): string {
  const [title, ...more] = titles(item.uses);
  if (title !== undefined) return more.length > 0 ? t("media.more", { title, count: more.length }) : title;
  const why = item.kept[0];
  return why === undefined ? t("media.leftOver") : t("media.kept", { why: maybe(`media.kept.${why}`, why) });
}

/** Size in words; nothing for what is not here. */
export const size = (item: MediaItem): string => (item.here ? bytes(item.size_bytes) : t("media.absent"));
