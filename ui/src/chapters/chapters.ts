// A list of chapters while it is edited: in order of time, with what is wrong in each. Pure.
import type { Chapter } from "../bindings/Chapter";

/** What is wrong with one chapter, by field. */
export interface Wrong {
  time?: "late" | "same";
  title?: "empty";
  url?: "address";
}

const nearMs = 500;

/** In order of time; what begins together keeps its order. */
export function sorted(chapters: Chapter[]): Chapter[] {
  return chapters.map((chapter, index) => ({ chapter, index })).sort((a, b) => a.chapter.start_ms - b.chapter.start_ms || a.index - b.index).map((one) => one.chapter);
}

/** A chapter more, at a time; nothing when one begins there already. */
export function marked(chapters: Chapter[], atMs: number): Chapter[] | undefined {
  const start_ms = Math.max(0, Math.round(atMs));
  if (chapters.some((chapter) => Math.abs(chapter.start_ms - start_ms) < nearMs)) return undefined;
  return sorted([...chapters, { start_ms, title: "" }]);
}

/** The chapter that plays at a time; -1 before the first. */
export function current(chapters: Chapter[], atMs: number): number {
  let found = -1;
  chapters.forEach((chapter, index) => {
    if (chapter.start_ms <= atMs) found = index;
  });
  return found;
}

/** The words of two places change; the times stay where they are. */
export function swapped(chapters: Chapter[], from: number, to: number): Chapter[] {
  const moved = chapters[from];
  if (moved === undefined || from === to || to < 0 || to >= chapters.length) return chapters;
  const words = chapters.map(({ title, url, hidden, picture }) => ({ title, url, hidden, picture }));
  words.splice(to, 0, ...words.splice(from, 1));
  return chapters.map((chapter, index) => plain({ start_ms: chapter.start_ms, end_ms: chapter.end_ms, ...(words[index] as Omit<Chapter, "start_ms">) } as Chapter));
}

/** Without fields that say nothing. */
export function plain(chapter: Chapter): Chapter {
  const out: Chapter = { start_ms: chapter.start_ms, title: chapter.title };
  if (chapter.end_ms !== undefined && chapter.end_ms !== null && chapter.end_ms > chapter.start_ms) out.end_ms = chapter.end_ms;
  if (chapter.url) out.url = chapter.url;
  if (chapter.hidden) out.hidden = true;
  if (chapter.picture) out.picture = chapter.picture;
  return out;
}

/** What is wrong, chapter by chapter. */
export function wrongs(chapters: Chapter[], lengthMs: number | null): Wrong[] {
  return chapters.map((chapter, index) => {
    const wrong: Wrong = {};
    if (lengthMs !== null && chapter.start_ms >= lengthMs) wrong.time = "late";
    else if (chapters[index - 1]?.start_ms === chapter.start_ms) wrong.time = "same";
    if (!chapter.title.trim() && !chapter.hidden) wrong.title = "empty";
    if (chapter.url && !isAddress(chapter.url)) wrong.url = "address";
    return wrong;
  });
}

/** What can be kept of a list that is being written: no address that is none, nothing at a time that cannot be. */
export function sendable(chapters: Chapter[], lengthMs: number | null): Chapter[] {
  const wrong = wrongs(chapters, lengthMs);
  return chapters.flatMap((chapter, index) => (wrong[index]?.time ? [] : [plain(wrong[index]?.url ? { ...chapter, url: "" } : chapter)]));
}

/** Whether it is an address on the web. */
export function isAddress(text: string): boolean {
  return /^https?:\/\/[^\s/]+\S*$/.test(text) && URL.canParse(text);
}
