"""Reads tags, chapters and pictures inside a sound with mutagen or eyeD3 and prints them as JSON.

Usage: chapter_readers.py mutagen|eyed3 FILE. Not part of any program; asked by the tests of crates/media.
"""

import base64
import hashlib
import json
import sys


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def of_id3(path):
    from mutagen.id3 import ID3, CTOCFlags

    # As they stand: without bringing 2.3 up to 2.4.
    tags = ID3(path, translate=False)

    def text(frames, name):
        return str(frames[name]) if name in frames else None

    def one(frames, kind):
        found = [frame for frame in frames.values() if frame.FrameID == kind]
        return found[0] if found else None

    def chapter(frame):
        link, picture = one(frame.sub_frames, "WXXX"), one(frame.sub_frames, "APIC")
        return {
            "id": frame.element_id,
            "start": frame.start_time,
            "end": frame.end_time,
            "title": text(frame.sub_frames, "TIT2"),
            "url": link.url if link else None,
            "picture": sha256(picture.data) if picture else None,
        }

    def table(frame):
        return {
            "id": frame.element_id,
            "top": bool(frame.flags & CTOCFlags.TOP_LEVEL),
            "ordered": bool(frame.flags & CTOCFlags.ORDERED),
            "entries": list(frame.child_element_ids),
        }

    return {
        "version": ".".join(map(str, tags.version)),
        "title": text(tags, "TIT2"),
        "year": text(tags, "TDRC") or text(tags, "TYER"),
        "cover": [{"type": int(p.type), "mime": p.mime, "sha256": sha256(p.data)} for p in tags.getall("APIC")],
        "chapters": sorted(map(chapter, tags.getall("CHAP")), key=lambda c: c["start"]),
        "contents": [table(frame) for frame in tags.getall("CTOC")],
    }


def of_comments(file, pictures):
    return {
        "fields": {name.lower(): values for name, values in file.tags.as_dict().items()},
        "pictures": [
            {"type": int(p.type), "description": p.desc, "mime": p.mime, "sha256": sha256(p.data)} for p in pictures
        ],
    }


def of_mp4(file):
    from mutagen.mp4 import AtomDataType

    kinds = {AtomDataType.JPEG: "jpeg", AtomDataType.PNG: "png"}
    tags = dict(file.tags or {})
    covers = tags.pop("covr", [])
    return {
        "fields": {name: values for name, values in tags.items() if not isinstance(values, bool) and "----" not in name},
        "pictures": [{"type": kinds.get(c.imageformat), "sha256": sha256(bytes(c))} for c in covers],
        # Nero's list; in milliseconds.
        "chapters": [{"start": c.start * 1000, "title": c.title} for c in file.chapters or []],
    }


def by_mutagen(path):
    import mutagen
    from mutagen.flac import FLAC, Picture
    from mutagen.mp4 import MP4

    file = mutagen.File(path)
    if isinstance(file, MP4):
        return of_mp4(file)
    if isinstance(file, FLAC):
        return of_comments(file, file.pictures)
    if type(file).__name__ == "OggOpus":
        blocks = file.tags.get("metadata_block_picture", [])
        return of_comments(file, [Picture(base64.b64decode(block)) for block in blocks])
    return of_id3(path)


def by_eyed3(path):
    import eyed3

    tag = eyed3.load(path).tag

    def url(chapter):
        links = chapter.user_url if isinstance(chapter.user_url, str) else None
        return links or None

    return {
        "version": ".".join(map(str, tag.version)),
        "title": tag.title,
        "chapters": sorted(
            (
                {
                    "id": chapter.element_id.decode(),
                    "start": chapter.times[0],
                    "end": chapter.times[1],
                    "title": chapter.title,
                    "url": url(chapter),
                }
                for chapter in tag.chapters
            ),
            key=lambda c: c["start"],
        ),
        "contents": [
            {
                "id": toc.element_id.decode(),
                "top": toc.toplevel,
                "ordered": toc.ordered,
                "entries": [child.decode() for child in toc.child_ids],
            }
            for toc in tag.table_of_contents
        ],
    }


readers = {"mutagen": by_mutagen, "eyed3": by_eyed3}
print(json.dumps(readers[sys.argv[1]](sys.argv[2]), ensure_ascii=False))
