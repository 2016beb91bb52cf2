// Further feeds as the window writes them, and as they are kept. Pure.
import type { FeedPart } from "../bindings/FeedPart";
import type { FeedVariant } from "../bindings/FeedVariant";

export const kinds = ["last", "season", "format"] as const;
export type Kind = (typeof kinds)[number];
/** One line of the list. */
export type Written = { name: string; title: string; kind: Kind; value: string };

export const fresh = (): Written => ({ name: "", title: "", kind: "last", value: "" });

function valueOf(part: FeedPart): string {
  if (part.kind === "last") return String(part.episodes);
  return part.kind === "season" ? String(part.season) : part.mime;
}

/** What is kept, as lines. */
export function asWritten(kept: FeedVariant[]): Written[] {
  return kept.map((one) => ({ name: one.name, title: one.title ?? "", kind: one.part.kind, value: valueOf(one.part) }));
}

function partOf(kind: Kind, value: string): FeedPart {
  const number = Math.max(0, Math.trunc(Number(value)) || 0);
  if (kind === "last") return { kind, episodes: number };
  return kind === "season" ? { kind, season: number } : { kind, mime: value.trim().toLowerCase() };
}

/** The lines that have a name and a value, as they are kept; a line begun is not sent yet. */
export function asVariants(lines: Written[]): FeedVariant[] {
  const whole = lines.filter((one) => one.name.trim() !== "" && one.value.trim() !== "");
  return whole.map((one) => ({ name: one.name.trim(), title: one.title.trim(), part: partOf(one.kind, one.value) }));
}

/** Whether the lines say what is kept; lines that are only begun say nothing yet. */
export function isWritten(lines: Written[], kept: FeedVariant[]): boolean {
  return JSON.stringify(asVariants(lines)) === JSON.stringify(asVariants(asWritten(kept)));
}
