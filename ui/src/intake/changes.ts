// What an import would change in what is here, field by field, in words. Pure but for the words.
import type { ImportChange } from "../bindings/ImportChange";
import type { ImportField } from "../bindings/ImportField";
import { differing, type Piece } from "../publishing/diff";
import { told } from "../publishing/fields";
import { bytes, duration, moment } from "../shared/format";
import { maybe, t } from "../shared/strings";

/** As many of a show and its episodes as are listed. */
export const mostListed = 200;
/** As much of a long text as is shown, and how much of that stands around what differs. */
const most = 280;
const beside = 60;
/** More of a text is not looked at. */
const mostRead = 100_000;

/** What the things in a record have: notes, files, sounds, chapters, people, and others that have a name. */
interface Thing {
  source?: string;
  safe?: { html?: string };
  form?: string;
  hash?: string;
  ext?: string;
  file?: Thing | null;
  url?: string;
  size_bytes?: number;
  duration_ms?: number | null;
  start_ms?: number;
  number?: number;
  name?: string;
  text?: string;
  title?: string;
  label?: string;
  video?: string;
  role?: string;
  sub?: string | null;
}

const references: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": " " };

/** The words of HTML that was cleaned. */
function plain(html: string): string {
  const lines = html.slice(0, mostRead).replace(/<br[^>]*>|<\/(?:p|div|li|h[1-6]|blockquote|pre|tr)>/gi, "\n").replace(/<[^>]*>/g, "");
  return lines.replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (one) => references[one] ?? one).replace(/\n{2,}/g, "\n").trim();
}

/** One thing; none where it has no words. */
function thing(one: Thing, typed: boolean): string | undefined {
  if (one.source !== undefined) return typed || one.form !== "html" ? one.source : plain(one.safe?.html ?? one.source);
  if (one.hash !== undefined && one.ext !== undefined) return `${one.name ?? ""}.${one.ext}`;
  if (one.file) return thing(one.file, typed);
  if (one.size_bytes !== undefined) return [one.url, one.size_bytes > 0 ? bytes(one.size_bytes) : "", one.duration_ms ? duration(one.duration_ms) : ""].filter(Boolean).join(", ");
  if (one.start_ms !== undefined) return `${duration(one.start_ms)} ${one.title ?? ""}`.trim();
  const parts = [one.number, one.name || one.text || one.title || one.label || one.video, one.role, one.sub, one.url];
  return parts.filter((part) => part !== undefined && part !== null && part !== "").join(", ") || undefined;
}

/** A value in words, notes as they are read or as they are `typed`; none where it has no words. */
function inWords(field: string, value: unknown, typed: boolean): string | undefined {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? t("common.yes") : t("common.no");
  if (typeof value === "number") return field === "publish_at_ms" ? moment(value) : String(value);
  if (typeof value === "string") return field === "kind" ? maybe(`episode.kind.${value}`, maybe(`details.kind${value.charAt(0).toUpperCase()}${value.slice(1)}`, value)) : value;
  if (!Array.isArray(value)) return thing(value as Thing, typed);
  const all = value.map((one: unknown) => inWords(field, one, typed));
  return all.includes(undefined) ? undefined : all.join("\n");
}

/** A place in a text that is not in the middle of a letter. */
const letter = (text: string, at: number): number => (at > 0 && /[\uDC00-\uDFFF]/.test(text[at] ?? "") ? at - 1 : at);

/** Of two long texts what differs, with a little of what stands around it. */
export function around(before: string, after: string): [string, string] {
  if (before.length <= most && after.length <= most) return [before, after];
  const least = Math.min(before.length, after.length);
  let head = 0;
  while (head < least && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < least - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const from = letter(before, Math.max(0, head - beside));
  const cut = (text: string): string => {
    const to = letter(text, Math.min(text.length, text.length - tail + beside, from + most));
    return `${from > 0 ? "…" : ""}${text.slice(from, to)}${to < text.length ? "…" : ""}`;
  };
  return [cut(before), cut(after)];
}

/** Both sides of a field; none where what differs has no words. */
export function sides(field: ImportField): { before: Piece[]; after: Piece[] } | undefined {
  for (const typed of [false, true]) {
    const [before, after] = [inWords(field.field, field.before, typed), inWords(field.field, field.after, typed)];
    if (before === undefined || after === undefined || before.slice(0, mostRead) === after.slice(0, mostRead)) continue;
    return differing(...around(before.slice(0, mostRead), after.slice(0, mostRead)));
  }
  return undefined;
}

/** What is worth telling of it: without fields that are made from others. */
export const listed = (changes: ImportChange[]): ImportChange[] =>
  changes.map((change) => ({ ...change, fields: told(change.fields) })).filter((change) => change.fields.length > 0);
