// The forms of tags: no field of the library's tags is without a field in the window, and what is typed is what is sent.
import { describe, expect, it } from "vitest";
import type { AlternateEnclosure } from "../src/bindings/AlternateEnclosure";
import type { Block } from "../src/bindings/Block";
import type { Chat } from "../src/bindings/Chat";
import type { ContentLink } from "../src/bindings/ContentLink";
import type { EpisodeTags } from "../src/bindings/EpisodeTags";
import type { Image } from "../src/bindings/Image";
import type { License } from "../src/bindings/License";
import type { LiveItem } from "../src/bindings/LiveItem";
import type { Location } from "../src/bindings/Location";
import type { Person } from "../src/bindings/Person";
import type { RemoteItem } from "../src/bindings/RemoteItem";
import type { RemoteTranscript } from "../src/bindings/RemoteTranscript";
import type { ShowTags } from "../src/bindings/ShowTags";
import type { SocialInteract } from "../src/bindings/SocialInteract";
import type { Soundbite } from "../src/bindings/Soundbite";
import type { Trailer } from "../src/bindings/Trailer";
import type { Txt } from "../src/bindings/Txt";
import type { UpdateFrequency } from "../src/bindings/UpdateFrequency";
import type { Value } from "../src/bindings/Value";
import type { ValueRecipient } from "../src/bindings/ValueRecipient";
import type { ValueTimeSplit } from "../src/bindings/ValueTimeSplit";
import { episodeTags, showTags, type FieldShape, type TagShape } from "../src/tags/shapes";
import { entries, fresh, gist, kept, missing, sent } from "../src/tags/values";

const names = (fields: readonly { name: string }[]) => fields.map((field) => field.name).sort();
/** All fields of a type; the compiler misses none and lets none through that is not there. */
const all = <T>(fields: Record<keyof Required<T>, true>) => Object.keys(fields).sort();
const tag = (of: readonly TagShape[], name: string) => of.find((one) => one.name === name)!;
const inner = (fields: readonly FieldShape[], name: string) => {
  const field = fields.find((one) => one.name === name)!;
  return field.kind === "list" || field.kind === "one" ? field.fields : field.kind === "either" ? field.ways : [];
};

describe("every field of the library can be filled in", () => {
  it("tags of a show and of an episode", () => {
    expect(names(showTags)).toEqual(all<ShowTags>({ locations: true, license: true, trailers: true, images: true, values: true, social: true, blocks: true, txts: true, remote_items: true, podroll: true, update_frequency: true, uses_podping: true, publisher: true, chat: true, live_items: true }));
    expect(names(episodeTags)).toEqual(all<EpisodeTags>({ funding: true, number_display: true, soundbites: true, locations: true, license: true, images: true, alternate_enclosures: true, values: true, content_links: true, social: true, txts: true, chat: true }));
  });

  it("attributes", () => {
    const value = tag(showTags, "values").fields;
    const split = inner(value, "time_splits");
    const live = tag(showTags, "live_items").fields;
    for (const [fields, expected] of [
      [tag(showTags, "locations").fields, all<Location>({ name: true, rel: true, geo: true, osm: true, country: true })],
      [tag(showTags, "license").fields, all<License>({ id: true, url: true })],
      [tag(showTags, "trailers").fields, all<Trailer>({ title: true, url: true, published_ms: true, length_bytes: true, mime: true, season: true })],
      [tag(showTags, "images").fields, all<Image>({ href: true, alt: true, aspect_ratio: true, width_px: true, height_px: true, mime: true, purpose: true })],
      [value, all<Value>({ kind: true, method: true, suggested: true, recipients: true, time_splits: true })],
      [inner(value, "recipients"), all<ValueRecipient>({ name: true, kind: true, address: true, custom_key: true, custom_value: true, split: true, fee: true })],
      [split, all<ValueTimeSplit>({ start_ms: true, duration_ms: true, to: true })],
      [inner(split, "to"), ["recipients", "remote_item"]],
      [tag(showTags, "social").fields, all<SocialInteract>({ protocol: true, uri: true, account_id: true, account_url: true, priority: true })],
      [tag(showTags, "blocks").fields, all<Block>({ id: true, blocked: true })],
      [tag(showTags, "txts").fields, all<Txt>({ text: true, purpose: true })],
      [tag(showTags, "podroll").fields, all<RemoteItem>({ feed_guid: true, feed_url: true, item_guid: true, medium: true, title: true })],
      [tag(showTags, "update_frequency").fields, all<UpdateFrequency>({ text: true, rrule: true, dtstart_ms: true, complete: true })],
      [tag(showTags, "chat").fields, all<Chat>({ server: true, protocol: true, account_id: true, space: true })],
      [tag(episodeTags, "soundbites").fields, all<Soundbite>({ start_ms: true, duration_ms: true, title: true })],
      [tag(episodeTags, "content_links").fields, all<ContentLink>({ href: true, text: true })],
      // A file of our own is chosen by the workshop, soundbites and a number's words belong to what was recorded.
      [tag(episodeTags, "alternate_enclosures").fields, all<Omit<AlternateEnclosure, "file" | "poster">>({ mime: true, length_bytes: true, bitrate_bps: true, height_px: true, lang: true, title: true, rel: true, codecs: true, default: true, sources: true, integrity: true })],
      [live, all<Omit<LiveItem, "soundbites" | "number_display" | "guid_is_permalink" | "foreign">>({ guid: true, title: true, status: true, start_ms: true, end_ms: true, description: true, link: true, stream_url: true, mime: true, persons: true, transcripts: true, chapters_url: true, funding: true, locations: true, license: true, images: true, alternate_enclosures: true, values: true, content_links: true, social: true, txts: true, chat: true })],
      [inner(live, "persons"), all<Person>({ name: true, role: true, group: true, href: true, img: true })],
      [inner(live, "transcripts"), all<RemoteTranscript>({ url: true, mime: true, language: true, captions: true })],
    ] as const) expect(names(fields)).toEqual([...expected].sort());
  });
});

describe("what is sent", () => {
  const guid = () => "g-1";
  it("a new thing begins with what must be there, and cannot be kept before it is", () => {
    const place = tag(showTags, "locations");
    expect(fresh(place.fields, 0, guid)).toEqual({ name: "", rel: "subject" });
    expect(missing(place.fields, { name: "  ", rel: "subject" })).toEqual(["name"]);
    expect(missing(place.fields, { name: "Gdańsk" })).toEqual([]);
    const live = tag(showTags, "live_items");
    expect(fresh(live.fields, 5, guid)).toEqual({ title: "", status: "pending", start_ms: 5, content_links: [{ text: "", href: "" }], guid: "g-1" });
  });

  it("nothing empty is written, and nothing that no field shows is lost", () => {
    const place = tag(showTags, "locations");
    expect(sent(place, [{ name: " Gdańsk ", rel: "creator", geo: " ", osm: "", country: "PL", later: 1 }])).toEqual([{ later: 1, name: "Gdańsk", rel: "creator", country: "PL" }]);
    const file = { hash: "aa", name: "one", ext: "opus" };
    const others = tag(episodeTags, "alternate_enclosures");
    expect(missing(others.fields, { mime: "audio/opus", file })).toEqual([]);
    expect(missing(others.fields, { mime: "audio/opus" })).toEqual(["sources"]);
    expect(sent(others, [{ mime: "audio/opus", file }])).toEqual([{ file, mime: "audio/opus", sources: [] }]);
  });

  it("one, several, a mere value, and nothing", () => {
    const license = tag(showTags, "license");
    expect(sent(license, [{ id: "cc-by-4.0", url: "" }])).toEqual({ id: "cc-by-4.0" });
    expect(sent(license, [])).toBeNull();
    const podping = tag(showTags, "uses_podping");
    expect(entries(podping, false)).toEqual([{ uses_podping: false }]);
    expect(sent(podping, [{ uses_podping: false }])).toBe(false);
    expect(entries(podping, undefined)).toEqual([]);
    expect(sent(tag(episodeTags, "number_display"), [{ number_display: "Ch. 3" }])).toBe("Ch. 3");
    expect(sent(tag(showTags, "blocks"), [{ id: "amazon", blocked: false }])).toEqual([{ id: "amazon", blocked: false }]);
  });

  it("who shares in a passage is one of two", () => {
    const fields = inner(tag(showTags, "values").fields, "time_splits");
    const people = { start_ms: 0, duration_ms: 1000, to: { recipients: [{ kind: "node", address: "02ab", split: 1, name: "" }] } };
    expect(missing(fields, people)).toEqual([]);
    expect(kept(fields, people)).toEqual({ start_ms: 0, duration_ms: 1000, to: { recipients: [{ kind: "node", address: "02ab", split: 1 }] } });
    const song = { start_ms: 0, duration_ms: 1000, to: { remote_item: { item: { feed_guid: "a94f" }, percentage: null } } };
    expect(missing(fields, song)).toEqual([]);
    expect(kept(fields, song)).toEqual({ start_ms: 0, duration_ms: 1000, to: { remote_item: { item: { feed_guid: "a94f" } } } });
    expect(missing(fields, { ...song, to: { remote_item: { item: { feed_guid: "" } } } })).toEqual(["to"]);
  });

  it("an address is one of the web, but a file may lie anywhere", () => {
    const bites = tag(episodeTags, "content_links").fields;
    expect(missing(bites, { text: "Video", href: "example" })).toEqual(["href"]);
    expect(missing(inner(tag(episodeTags, "alternate_enclosures").fields, "sources"), { uri: "ipfs://Qm" })).toEqual([]);
    expect(gist(bites, { text: " On video ", href: "https://v.example" })).toBe("On video");
  });
});
