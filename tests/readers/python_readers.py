"""Reads a feed with podcastparser or feedparser and prints what it found as JSON.

Usage: python_readers.py podcastparser|feedparser FILE. Not part of any program; asked by tests/feed_readers.rs.
"""

import calendar
import json
import sys


def by_podcastparser(path):
    import podcastparser

    with open(path, "rb") as stream:
        feed = podcastparser.parse("https://feed.invalid/", stream)
    return {
        "title": feed["title"],
        "link": feed["link"],
        "image": feed["cover_url"],
        "items": [
            {
                "title": item["title"],
                "guid": item["guid"],
                "url": item["enclosures"][0]["url"],
                "length": item["enclosures"][0]["file_size"],
                "type": item["enclosures"][0]["mime_type"],
                "duration": item["total_time"],
                "published": item["published"],
            }
            for item in feed["episodes"]
        ],
        "chapters": {n: item["chapters"] for n, item in enumerate(feed["episodes"]) if item.get("chapters")},
    }


def by_feedparser(path):
    import feedparser

    with open(path, "rb") as stream:
        # Titles are text here; guessing that they might be HTML is this reader's, not the feed's.
        feed = feedparser.parse(stream.read(), sanitize_html=False, resolve_relative_uris=False)
    if feed.bozo:
        raise feed.bozo_exception
    return {
        "title": feed.feed.title,
        "link": feed.feed.link,
        "image": feed.feed.image.href,
        "items": [
            {
                "title": item.title,
                "guid": item.id,
                "url": item.enclosures[0].href,
                "length": int(item.enclosures[0].length),
                "type": item.enclosures[0].type,
                "duration": int(item.itunes_duration),
                "published": calendar.timegm(item.published_parsed),
            }
            for item in feed.entries
        ],
        "chapters": {
            n: [[c.start_parsed.total_seconds(), c.title, c.get("href")] for c in item.psc_chapters.chapters]
            for n, item in enumerate(feed.entries)
            if "psc_chapters" in item
        },
        # Of several tags of one name this reader keeps the last.
        "podcast": {
            "funding": feed.feed.get("podcast_funding"),
            "medium": feed.feed.get("podcast_medium"),
            "items": [
                {name: item.get("podcast_" + name) for name in ("chapters", "transcript", "person", "season", "episode")}
                for item in feed.entries
            ],
        },
    }


if __name__ == "__main__":
    reader = {"podcastparser": by_podcastparser, "feedparser": by_feedparser}[sys.argv[1]]
    # ASCII with escapes: no locale can change what arrives.
    print(json.dumps(reader(sys.argv[2])))
