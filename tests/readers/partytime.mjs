// Reads a feed with podcast-partytime and prints what it found as JSON.
//
// Usage: node partytime.mjs FOLDER-WITH-NODE_MODULES FILE. Not part of any program; asked by tests/feed_readers.rs.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [folder, file] = process.argv.slice(2);
process.env.LOG = "silent";
const { parseFeed } = createRequire(join(resolve(folder), "index.js"))("podcast-partytime");

const feed = parseFeed(readFileSync(file, "utf8"));
if (!feed) throw new Error("podcast-partytime does not take this for a feed");

const items = feed.items.map((item) => ({
  title: item.title,
  guid: item.guid,
  url: item.enclosure.url,
  length: item.enclosure.length,
  type: item.enclosure.type,
  duration: item.duration,
  published: item.pubDate.getTime() / 1000,
}));
const podcast = {
  medium: feed.medium,
  funding: feed.podcastFunding,
  items: feed.items.map((item) => ({
    transcripts: item.podcastTranscripts,
    chapters: item.podcastChapters,
    people: item.podcastPeople,
    season: item.podcastSeason,
    episode: item.podcastEpisode,
  })),
};
const { title, link, itunesImage: image, guid, locked } = feed;
console.log(JSON.stringify({ title, link, image, guid, locked, items, podcast }));
