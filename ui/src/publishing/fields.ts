// Fields of a plan's changes, as people read them. Pure but for the words.
import { date, duration } from "../shared/format";
import { maybe, t } from "../shared/strings";

/** Made from others, or nothing a listener sees: not told. */
const silent = ["chapters_file", "image_sizes", "image_from", "cover_sizes", "cover_from"];
/** As much of a text as is shown. */
const most = 400;

/** The name of a field. */
export const fieldName = (field: string): string => maybe(`field.${field}`, field.replaceAll("_", " "));

interface Named { title?: string; name?: string; start_ms?: number; text?: string; label?: string; video?: string; number?: number }

/** Lists come as `{…}, {…}`, perhaps cut at the end: what is whole of them, in words. */
function list(text: string): string | undefined {
  if (!text.startsWith("{")) return undefined;
  for (let end = text.length; end > 0; end = text.lastIndexOf("}", end - 2) + 1) {
    try {
      const entries = JSON.parse(`[${text.slice(0, end)}]`) as Named[];
      const words = entries.map((one) => (one.start_ms !== undefined ? `${duration(one.start_ms)} ${one.title ?? ""}` : (one.name || one.text || one.title || one.label || one.video || String(one.number ?? ""))));
      return words.join("\n") + (end < text.length ? "\n…" : "");
    } catch {
      if (end <= 1) return undefined;
    }
  }
  return undefined;
}

/** A value in words. */
export function readable(field: string, text: string): string {
  if (text === "true" || text === "false") return text === "true" ? t("common.yes") : t("common.no");
  if (field === "publish_at_ms") return /^\d{4}-/.test(text) ? date(Date.parse(text)) : text;
  const words = list(text) ?? text;
  return words.length > most ? `${words.slice(0, most)}…` : words;
}

/** The fields worth telling. */
export const told = <F extends { field: string }>(fields: F[]): F[] => fields.filter((one) => !silent.includes(one.field));
