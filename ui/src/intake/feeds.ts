// Which feeds of a list fit what was typed. Pure.
import type { ListedFeed } from "../bindings/ListedFeed";
import { plain } from "../shared/parts/options";

/** Most feeds that are drawn; more are found by their words. */
export const mostFeeds = 200;

/** Feeds with every typed word in their name or address, in the list's order. */
export function chosenFrom(feeds: ListedFeed[], typed: string): ListedFeed[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return feeds;
  return feeds.filter((feed) => {
    const text = plain(`${feed.title} ${feed.feed_url}`);
    return words.every((word) => text.includes(word));
  });
}
