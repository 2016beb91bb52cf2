"""Reads a transcript with webvtt-py, srt or pysrt and prints its cues as JSON; with chapters, reads JSON chapters with Python's own json.

Usage: text_readers.py webvtt|srt|pysrt|chapters FILE. Not part of any program; asked by tests/text_readers.rs.
"""

import json
import sys
from decimal import Decimal


def by_webvtt(path):
    import webvtt

    def ms(time):
        return ((time.hours * 60 + time.minutes) * 60 + time.seconds) * 1000 + time.milliseconds

    return [
        {"start": ms(cue.start_time), "end": ms(cue.end_time), "voice": cue.voice or "", "text": cue.text}
        for cue in webvtt.read(path)
    ]


def by_srt(path):
    import srt

    def ms(delta):
        return (delta.days * 86400 + delta.seconds) * 1000 + delta.microseconds // 1000

    with open(path, encoding="utf-8") as stream:
        cues = list(srt.parse(stream.read(), ignore_errors=False))
    return [{"number": cue.index, "start": ms(cue.start), "end": ms(cue.end), "text": cue.content} for cue in cues]


def by_pysrt(path):
    import pysrt

    cues = pysrt.open(path, encoding="utf-8", error_handling=pysrt.ERROR_RAISE)
    return [
        {"number": cue.index, "start": cue.start.ordinal, "end": cue.end.ordinal, "text": cue.text} for cue in cues
    ]


def by_chapters(path):
    # Decimal: the digits as they stand, no binary rounding of this reader's own.
    with open(path, "rb") as stream:
        document = json.loads(stream.read().decode("utf-8"), parse_float=Decimal)
    return {
        "version": document["version"],
        "chapters": [
            {
                "start": str(Decimal(chapter["startTime"]) * 1000),
                "end": str(Decimal(chapter["endTime"]) * 1000) if "endTime" in chapter else None,
                "title": chapter.get("title"),
                "url": chapter.get("url"),
                "toc": chapter.get("toc"),
                "location": chapter.get("location"),
            }
            for chapter in document["chapters"]
        ],
    }


if __name__ == "__main__":
    readers = {"webvtt": by_webvtt, "srt": by_srt, "pysrt": by_pysrt, "chapters": by_chapters}
    # ASCII with escapes: no locale can change what arrives.
    print(json.dumps(readers[sys.argv[1]](sys.argv[2])))
