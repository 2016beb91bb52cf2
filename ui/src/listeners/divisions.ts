// The number, divided: rows with the names people know. Pure; what nobody knows is called so.
import type { Breakdown } from "../bindings/Breakdown";
import type { PageKind } from "../bindings/PageKind";
import type { Stats } from "../bindings/Stats";
import { locale, t } from "../shared/strings";

export interface Part {
  key: string;
  label: string;
  count: number;
}

/** All divisions, in the order they are offered. */
export const divisions: Breakdown[] = ["day", "episode", "app", "device", "referrer", "country", "hour", "age", "subscribers", "reader", "page"];

/** What is counted in a division. */
export function counted(by: Breakdown): string {
  if (by === "subscribers" || by === "reader") return t("readers.title");
  return by === "page" ? t("listeners.requests") : t("listeners.downloads");
}

/** How counting writes what it does not know. */
const unknown = ["Unknown", "–", ""];

/** A country's name, by its two letters. */
export function country(code: string): string {
  try {
    return /^[A-Z]{2}$/.test(code) ? (new Intl.DisplayNames(locale, { type: "region" }).of(code) ?? code) : code;
  } catch {
    return code;
  }
}

/** 5 as `05–06`: the hour of a UTC day. */
export const hour = (at: number): string => `${String(at).padStart(2, "0")}–${String(at + 1).padStart(2, "0")}`;

function named(counts: { [name in string]?: number }, name: (key: string) => string = (key) => key): Part[] {
  return Object.entries(counts)
    .map(([key, count]) => ({ key, label: unknown.includes(key) ? t("listeners.unknown") : name(key), count: count ?? 0 }))
    .sort((a, b) => b.count - a.count || a.label.localeCompare(b.label, locale));
}

/** One division: most first where names are counted, in their order where days and hours are. */
export function parts(by: Breakdown, stats: Stats): Part[] {
  switch (by) {
    case "day":
      return stats.by_day.toReversed().map((row) => ({ key: row.day, label: row.day, count: row.downloads }));
    case "hour":
      return stats.by_hour.map((count, at) => ({ key: String(at), label: hour(at), count }));
    case "age":
      return stats.by_age.map((row) => ({ key: String(row.days), label: t("listeners.ageDay", { day: String(row.days) }), count: row.downloads }));
    case "episode":
      return stats.by_episode.map((row) => ({ key: row.episode, label: row.title || t("episodes.newTitle"), count: row.downloads }));
    case "app":
      return named(stats.by_app);
    case "device":
      return named(stats.by_device);
    case "referrer":
      return named(stats.by_referrer);
    case "country":
      return named(stats.by_country, country);
    case "subscribers":
      return stats.feed_days.toReversed().map((row) => ({ key: row.day, label: row.day, count: row.subscribers }));
    case "reader":
      return named(stats.by_feed_app);
    case "page":
      return named(stats.pages, (kind) => t(`page.${kind as PageKind}`));
  }
}

/** A number that stands beside the others with where it comes from. */
export interface FromWhere {
  key: "served" | "log" | "unverified";
  count: number;
}

/** Where the numbers of the days come from; redirects stand apart, because they are not added. */
export function origins(stats: Stats): FromWhere[] {
  const all: FromWhere[] = [
    { key: "served", count: stats.by_source.served ?? 0 },
    { key: "log", count: stats.by_source.log ?? 0 },
    { key: "unverified", count: stats.unverified },
  ];
  return all.filter((one) => one.count > 0);
}

/** Whether there is anything to show: numbers were fetched, or read from logs, or brought along. */
export function isKnown(stats: Stats): boolean {
  return stats.pulled_ms !== null || stats.by_day.length > 0 || stats.feed_days.length > 0 || stats.series.length > 0;
}
