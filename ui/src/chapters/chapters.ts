// A list of chapters while it is edited: in order of time, with what is wrong in each. Pure.
import type { Chapter } from "../bindings/Chapter";
import type { ChapterLocation } from "../bindings/ChapterLocation";

/** What is wrong with one chapter, by field. */
export interface Wrong {
  time?: "late" | "same";
  title?: "empty";
  url?: "address";
  /** Its place has coordinates or an OpenStreetMap object that are none, or lacks what apps need to show it. */
  place?: "geo" | "osm" | "bare";
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
  const words = chapters.map(({ title, url, hidden, picture, location }) => ({ title, url, hidden, picture, location }));
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
  const location = saying(chapter.location);
  if (location) out.location = location;
  return out;
}

/** What stands in the form of a place; nothing where nothing does. */
export function typedPlace(typed: Record<string, unknown>): ChapterLocation | null {
  const words = (value: unknown) => (typeof value === "string" ? value : "");
  const location = { name: words(typed["name"]), geo: words(typed["geo"]), osm: words(typed["osm"]) };
  return location.name || location.geo || location.osm ? location : null;
}

/** A place without fields that say nothing, and without blanks around. */
function saying(location: ChapterLocation | null | undefined): ChapterLocation | undefined {
  const [name, geo, osm] = [location?.name, location?.geo, location?.osm].map((words) => words?.trim());
  if (!name && !geo && !osm) return undefined;
  return { ...(name ? { name } : {}), ...(geo ? { geo } : {}), ...(osm ? { osm } : {}) };
}

function wrongPlace(location: ChapterLocation | undefined): Wrong["place"] {
  if (location === undefined) return undefined;
  if (location.geo && !isGeo(location.geo)) return "geo";
  if (location.osm && !isMapObject(location.osm)) return "osm";
  return location.name && location.geo ? undefined : "bare";
}

/** What is wrong, chapter by chapter. */
export function wrongs(chapters: Chapter[], lengthMs: number | null): Wrong[] {
  return chapters.map((chapter, index) => {
    const wrong: Wrong = {};
    if (lengthMs !== null && chapter.start_ms >= lengthMs) wrong.time = "late";
    else if (chapters[index - 1]?.start_ms === chapter.start_ms) wrong.time = "same";
    if (!chapter.title.trim() && !chapter.hidden) wrong.title = "empty";
    if (chapter.url && !isAddress(chapter.url)) wrong.url = "address";
    const place = wrongPlace(saying(chapter.location));
    if (place) wrong.place = place;
    return wrong;
  });
}

/** What can be kept of a list that is being written: no address and no coordinates that are none, nothing at a time that cannot be. */
export function sendable(chapters: Chapter[], lengthMs: number | null): Chapter[] {
  const wrong = wrongs(chapters, lengthMs);
  return chapters.flatMap((chapter, index) => (wrong[index]?.time ? [] : [plain(fit(chapter, wrong[index]?.url !== undefined))]));
}

/** A chapter without what cannot be kept of it. */
function fit(chapter: Chapter, badLink: boolean): Chapter {
  const location = saying(chapter.location);
  const fine = location && { ...location, geo: location.geo && isGeo(location.geo) ? location.geo : "", osm: location.osm && isMapObject(location.osm) ? location.osm : "" };
  return { ...chapter, ...(badLink ? { url: "" } : {}), ...(fine ? { location: fine } : {}) };
}

/** Whether it is an address on the web. */
export function isAddress(text: string): boolean {
  return /^https?:\/\/[^\s/]+\S*$/.test(text) && URL.canParse(text);
}

/** Whether they are coordinates as feeds have them (RFC 5870): `geo:`, two or three numbers, and parameters. */
export function isGeo(text: string): boolean {
  const numbers = /^geo:([^;]*)/.exec(text)?.[1]?.split(",") ?? [];
  const [latitude, longitude] = numbers.map(Number);
  const written = numbers.every((number) => /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(number));
  return written && latitude !== undefined && longitude !== undefined && numbers.length <= 3 && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
}

/** Whether it is an object of OpenStreetMap: a node, way or relation, with or without a revision. */
export function isMapObject(text: string): boolean {
  return /^[NWR]\d{1,19}(?:#\d{1,19})?$/.test(text);
}
