// Links and seasons of a show's website while they are written: what is wrong in each. Pure.
import type { EpisodeRow } from "../bindings/EpisodeRow";
import type { Link } from "../bindings/Link";
import type { LinkIcon } from "../bindings/LinkIcon";
import type { LinkTheme } from "../bindings/LinkTheme";
import type { Season } from "../bindings/Season";
import { isAddress } from "../chapters/chapters";

/** What is wrong with one link, by field. */
export interface LinkWrong {
  label?: "empty";
  url?: "empty" | "address" | "twice";
}

export const icons: LinkIcon[] = ["none", "facebook", "patreon", "discord", "apple", "android", "spotify", "itunes"];
export const themes: LinkTheme[] = ["primary", "secondary", "tertiary", "boring"];
const largest = 9999;

export const newLink = (): Link => ({ url: "", label: "", icon: "none", theme: "primary" });

/** What is wrong, link by link; two addresses that differ only in how they are written are one. */
export function linkWrongs(links: Link[]): LinkWrong[] {
  const written = links.map((link) => (isAddress(link.url.trim()) ? new URL(link.url.trim()).href : undefined));
  return links.map((link, at) => ({
    ...(link.label.trim() ? {} : { label: "empty" as const }),
    ...(!link.url.trim() ? { url: "empty" as const } : written[at] === undefined ? { url: "address" as const } : written.indexOf(written[at]) < at ? { url: "twice" as const } : {}),
  }));
}

/** What is wrong with the numbers of seasons. One that says nothing is no fault: it is not kept. */
export function seasonWrongs(seasons: Season[]): ("number" | "twice" | undefined)[] {
  return seasons.map((season, at) => {
    if (!Number.isInteger(season.number) || season.number < 1 || season.number > largest) return "number";
    return seasons.findIndex((other) => other.number === season.number) < at ? "twice" : undefined;
  });
}

/** Numbers of seasons that episodes name and nothing is said about yet, ascending. */
export function openNumbers(rows: Pick<EpisodeRow, "season" | "post">[], seasons: Season[]): number[] {
  const said = new Set(seasons.map((season) => season.number));
  const named = rows.flatMap((row) => (row.season !== null && row.season > 0 && row.season <= largest && !row.post && !said.has(row.season) ? [row.season] : []));
  return [...new Set(named)].sort((a, b) => a - b);
}
