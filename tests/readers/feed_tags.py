"""Reads two feeds with Python's own XML parser and prints as JSON how they differ, tag by tag.

Usage: feed_tags.py BEFORE AFTER. Not part of any program; asked by tests/plan_is_the_change.rs.
"""

import json
import sys
import xml.etree.ElementTree as ET

PREFIXES = {
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "https://podcastindex.org/namespace/1.0": "podcast",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://www.w3.org/2005/Atom": "atom",
}


def name(element):
    if not element.tag.startswith("{"):
        return element.tag
    space, local = element.tag[1:].split("}")
    return f"{PREFIXES[space]}:{local}"


def words(element):
    inner = [words(child) for child in element]
    return [name(element), sorted(element.attrib.items()), (element.text or "").strip(), inner]


def tags(parent):
    found = {}
    for element in parent:
        if element.tag != "item":
            found.setdefault(name(element), []).append(words(element))
    return found


def read(path):
    channel = ET.parse(path).getroot().find("channel")
    items = {item.findtext("guid").strip(): item for item in channel.findall("item")}
    sounds = {guid: item.find("enclosure").attrib for guid, item in items.items()}
    return tags(channel), {guid: tags(item) for guid, item in items.items()}, sounds


def differing(before, after):
    return sorted(tag for tag in before.keys() | after.keys() if before.get(tag) != after.get(tag))


def addresses(path):
    """Every address of a file that the feed names, wherever it stands."""
    found = set()
    for element in ET.parse(path).getroot().iter():
        local = name(element)
        if local == "enclosure" or local in ("podcast:transcript", "podcast:chapters"):
            found.add(element.attrib["url"])
        if local == "itunes:image":
            found.add(element.attrib["href"])
    return found


(show_before, before, sounds_before), (show_after, after, sounds_after) = map(read, sys.argv[1:3])
both = before.keys() & after.keys()
print(
    json.dumps(
        {
            "added": sorted(after.keys() - before.keys()),
            "removed": sorted(before.keys() - after.keys()),
            "changed": sorted(guid for guid in both if before[guid] != after[guid]),
            "show_tags": differing(show_before, show_after),
            "item_tags": {guid: differing(before[guid], after[guid]) for guid in both if before[guid] != after[guid]},
            "moved": {
                guid: [sounds_before[guid]["url"], sounds_after[guid]["url"]]
                for guid in both
                if sounds_before[guid]["url"] != sounds_after[guid]["url"]
            },
            "appeared": sorted(addresses(sys.argv[2]) - addresses(sys.argv[1])),
            "vanished": sorted(addresses(sys.argv[1]) - addresses(sys.argv[2])),
            "lengths": {sound["url"]: int(sound["length"]) for sound in sounds_after.values()},
        }
    )
)
