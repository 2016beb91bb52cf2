// The tags of the podcast namespace as forms: which fields each has, what may be left out, where it may stand. Pure data;
// what a tag may hold is decided where feeds are written, and what is refused there is told in its own words.
import type { EpisodeTags } from "../bindings/EpisodeTags";
import type { ShowTags } from "../bindings/ShowTags";
import type { Key } from "../shared/strings";
import { groups, roles } from "../episodes/roles";
import { media } from "../shows/medium";

interface Named {
  /** Name of the field in the library. */
  name: string;
  label: Key;
  hint?: Key;
  /** Without it the tag says nothing. */
  need?: true;
}

/** A field of a tag. */
export type FieldShape =
  | (Named & { kind: "text" | "long"; most?: number; words?: readonly string[]; sample?: string })
  | (Named & { kind: "address"; any?: true })
  | (Named & { kind: "number"; least?: number; most?: number; step?: "any" })
  /** Milliseconds in the sound, and an instant. */
  | (Named & { kind: "time" | "moment" | "yes" })
  | (Named & { kind: "choice"; options: readonly { value: string; label: string | Key }[] })
  | (Named & { kind: "one"; fields: readonly FieldShape[] })
  /** `unless`: it may be empty where that other field is there. */
  | (Named & { kind: "list"; fields: readonly FieldShape[]; unless?: string })
  /** One of several, under its own name: `{ "recipients": [...] }`. */
  | (Named & { kind: "either"; ways: readonly FieldShape[] })
  /** Always the same, and not shown. */
  | (Named & { kind: "fixed"; value: string });

/** A tag: one thing, several, or a mere value (`scalar`). */
export interface TagShape<Name extends string = string> {
  name: Name;
  label: Key;
  about: Key;
  how: "one" | "many" | "scalar";
  fields: readonly FieldShape[];
}

const choices = <T extends string>(...values: T[]) => values.map((value) => ({ value, label: value }));
const address = (name: string, label: Key, more: Partial<Named> & { any?: true } = {}): FieldShape => ({ kind: "address", name, label, ...more });
const text = (name: string, label: Key, more: Partial<Named> & { most?: number; words?: readonly string[]; sample?: string } = {}): FieldShape => ({ kind: "text", name, label, most: 128, ...more });
const whole = (name: string, label: Key, more: Partial<Named> & { least?: number; most?: number; step?: "any" } = {}): FieldShape => ({ kind: "number", name, label, least: 0, ...more });
const mime = (need?: true, sample = "audio/mpeg"): FieldShape => text("mime", "tags.mime", { sample, ...(need ? { need } : {}) });

const location = [
  text("name", "tags.placeName", { need: true }),
  { kind: "choice", name: "rel", label: "tags.placeRel", options: [{ value: "subject", label: "tags.placeSubject" }, { value: "creator", label: "tags.placeCreator" }] },
  text("geo", "tags.geo", { sample: "geo:54.35,18.65" }),
  text("osm", "tags.osm", { sample: "R1234" }),
  text("country", "tags.country", { most: 2, sample: "PL" }),
] as const satisfies FieldShape[];

/** The fields of a chapter's place: those of a place, without what files of chapters have no member for. */
export const chapterPlace: readonly FieldShape[] = location.filter((field) => ["name", "geo", "osm"].includes(field.name));

const image = [
  address("href", "tags.pictureUrl", { need: true }),
  text("alt", "tags.alt", { most: 4000 }),
  text("purpose", "tags.purposePicture", { words: ["artwork", "social", "canvas", "banner", "publisher", "circular", "poster"] }),
  text("aspect_ratio", "tags.ratio", { sample: "16/9" }),
  whole("width_px", "tags.width", { least: 1 }),
  whole("height_px", "tags.height", { least: 1 }),
  mime(undefined, "image/jpeg"),
] as const satisfies FieldShape[];

const recipient = [
  text("name", "tags.recipientName"),
  text("kind", "tags.recipientKind", { need: true, words: ["node", "lnaddress"] }),
  text("address", "tags.recipientAddress", { need: true }),
  whole("split", "tags.split", { need: true, hint: "tags.splitHint" }),
  { kind: "yes", name: "fee", label: "tags.fee" },
  text("custom_key", "tags.customKey"),
  text("custom_value", "tags.customValue"),
] as const satisfies FieldShape[];

const remote = [
  text("feed_guid", "tags.feedGuid", { need: true, sample: "a94f5cc9-8c58-55fc-91fe-a324087a655b" }),
  address("feed_url", "tags.feedUrl"),
  text("item_guid", "tags.itemGuid", { most: 4000 }),
  text("medium", "tags.mediumOf", { words: media }),
  text("title", "tags.titleOf", { most: 4000 }),
] as const satisfies FieldShape[];

const split = [
  { kind: "time", name: "start_ms", label: "tags.start", need: true },
  { kind: "time", name: "duration_ms", label: "tags.length", need: true },
  {
    kind: "either", name: "to", label: "tags.splitTo", need: true, ways: [
      { kind: "list", name: "recipients", label: "tags.recipients", need: true, fields: recipient },
      { kind: "one", name: "remote_item", label: "tags.remoteItem", need: true, fields: [
        { kind: "one", name: "item", label: "tags.remoteItem", need: true, fields: remote },
        { kind: "time", name: "start_ms", label: "tags.remoteStart" },
        whole("percentage", "tags.percentage", { least: 1, most: 100 }),
      ] },
    ],
  },
] as const satisfies FieldShape[];

const alternate = [
  mime(true, "audio/opus"),
  { kind: "list", name: "sources", label: "tags.sources", need: true, unless: "file", fields: [address("uri", "tags.address", { need: true, any: true }), mime()] },
  text("title", "tags.name", { most: 32 }),
  whole("bitrate_bps", "tags.bitrate", { step: "any" }),
  whole("length_bytes", "tags.bytes"),
  whole("height_px", "tags.lines", { least: 1 }),
  text("lang", "tags.language", { sample: "en" }),
  text("codecs", "tags.codecs", { sample: "opus" }),
  text("rel", "tags.group", { most: 32 }),
  { kind: "yes", name: "default", label: "tags.sameFile" },
  { kind: "one", name: "integrity", label: "tags.integrity", fields: [
    { kind: "choice", name: "kind", label: "tags.integrityKind", options: choices("sri", "pgp-signature") },
    text("value", "tags.integrityValue", { need: true, most: 8000 }),
  ] },
] as const satisfies FieldShape[];

const person = [
  text("name", "tags.name", { need: true }),
  text("role", "people.role", { sample: "host", words: roles }),
  text("group", "people.group", { sample: "cast", words: groups }),
  address("href", "tags.page"),
  address("img", "tags.pictureUrl"),
] as const satisfies FieldShape[];

/** What a show and an episode alike may say. */
const shared = {
  locations: { label: "tags.locations", about: "tags.locationsAbout", how: "many", fields: location },
  license: { label: "tags.license", about: "tags.licenseAbout", how: "one", fields: [text("id", "tags.licenseId", { need: true, sample: "cc-by-4.0" }), address("url", "tags.licenseUrl", { hint: "tags.licenseUrlHint" })] },
  images: { label: "tags.images", about: "tags.imagesAbout", how: "many", fields: image },
  values: {
    label: "tags.values", about: "tags.valuesAbout", how: "many", fields: [
      text("kind", "tags.valueKind", { need: true, words: ["lightning"] }),
      text("method", "tags.valueMethod", { need: true, words: ["keysend", "lnaddress"] }),
      text("suggested", "tags.suggested", { sample: "0.00000005000" }),
      { kind: "list", name: "recipients", label: "tags.recipients", need: true, fields: recipient },
      { kind: "list", name: "time_splits", label: "tags.timeSplits", fields: split },
    ],
  },
  social: {
    label: "tags.social", about: "tags.socialAbout", how: "many", fields: [
      text("protocol", "tags.protocol", { need: true, words: ["activitypub", "atproto", "nostr", "twitter", "lightning", "disabled"] }),
      address("uri", "tags.postUrl"),
      text("account_id", "tags.account", { sample: "@ada@social.example" }),
      address("account_url", "tags.accountUrl"),
      whole("priority", "tags.priority"),
    ],
  },
  txts: { label: "tags.txts", about: "tags.txtsAbout", how: "many", fields: [{ kind: "long", name: "text", label: "tags.txtText", need: true, most: 4000 }, text("purpose", "tags.purpose", { words: ["verify", "applepodcastsverify", "ai-content", "release"] })] },
  chat: {
    label: "tags.chat", about: "tags.chatAbout", how: "one", fields: [
      text("server", "tags.chatServer", { need: true, sample: "irc.example.org" }),
      { kind: "choice", name: "protocol", label: "tags.protocol", options: choices("irc", "xmpp", "nostr", "matrix") },
      text("account_id", "tags.account"),
      text("space", "tags.room"),
    ],
  },
} as const satisfies Record<string, Omit<TagShape, "name">>;

const of = <N extends keyof typeof shared>(name: N): TagShape<N> => ({ name, ...shared[name] });
const contentLinks: TagShape<"content_links"> = { name: "content_links", label: "tags.contentLinks", about: "tags.contentLinksAbout", how: "many", fields: [text("text", "tags.words", { need: true }), address("href", "tags.address", { need: true })] };
const alternates: TagShape<"alternate_enclosures"> = { name: "alternate_enclosures", label: "tags.alternates", about: "tags.alternatesAbout", how: "many", fields: alternate };
const funding: TagShape<"funding"> = { name: "funding", label: "tags.funding", about: "tags.fundingAbout", how: "many", fields: [address("url", "tags.address", { need: true }), text("text", "tags.words")] };

/** Tags of an episode, in the order they are offered. */
export const episodeTags: readonly TagShape<keyof EpisodeTags>[] = [
  { name: "soundbites", label: "tags.soundbites", about: "tags.soundbitesAbout", how: "many", fields: [{ kind: "time", name: "start_ms", label: "tags.start", need: true }, { kind: "time", name: "duration_ms", label: "tags.length", need: true, hint: "tags.soundbiteHint" }, text("title", "tags.name")] },
  contentLinks,
  alternates,
  of("social"),
  of("chat"),
  funding,
  of("locations"),
  of("license"),
  of("images"),
  of("values"),
  { name: "number_display", label: "tags.numberDisplay", about: "tags.numberDisplayAbout", how: "scalar", fields: [text("number_display", "tags.numberDisplay", { need: true, most: 32 })] },
  of("txts"),
];

/** A tag as a field of something larger. */
const inside = (tag: TagShape): FieldShape => ({ kind: tag.how === "many" ? "list" : "one", name: tag.name, label: tag.label, fields: tag.fields });
const broadcastTags = [of("social"), of("chat"), alternates, funding, of("locations"), of("license"), of("images"), of("values"), of("txts")];

const live = [
  text("title", "tags.name", { need: true, most: 4000 }),
  { kind: "choice", name: "status", label: "tags.status", options: [{ value: "pending", label: "tags.statusPending" }, { value: "live", label: "tags.statusLive" }, { value: "ended", label: "tags.statusEnded" }] },
  { kind: "moment", name: "start_ms", label: "tags.begins", need: true },
  { kind: "moment", name: "end_ms", label: "tags.ends" },
  { kind: "list", name: "content_links", label: "tags.contentLinks", need: true, fields: contentLinks.fields },
  address("stream_url", "tags.streamUrl"),
  mime(),
  { kind: "long", name: "description", label: "tags.description" },
  address("link", "tags.page"),
  text("guid", "tags.guid", { need: true, most: 4000, hint: "tags.guidHint" }),
  { kind: "list", name: "persons", label: "people.title", fields: person },
  { kind: "list", name: "transcripts", label: "tags.transcripts", fields: [address("url", "tags.address", { need: true }), mime(true, "text/vtt"), text("language", "tags.language", { sample: "en" }), { kind: "yes", name: "captions", label: "tags.captions" }] },
  address("chapters_url", "tags.chaptersUrl"),
  ...broadcastTags.map(inside),
] as const satisfies FieldShape[];

/** Tags of a show, in the order they are offered. */
export const showTags: readonly TagShape<keyof ShowTags>[] = [
  { name: "trailers", label: "tags.trailers", about: "tags.trailersAbout", how: "many", fields: [text("title", "tags.name", { need: true }), address("url", "tags.address", { need: true }), { kind: "moment", name: "published_ms", label: "tags.published", need: true }, mime(), whole("length_bytes", "tags.bytes"), whole("season", "tags.season", { least: 1 })] },
  { name: "live_items", label: "tags.live", about: "tags.liveAbout", how: "many", fields: live },
  { name: "podroll", label: "tags.podroll", about: "tags.podrollAbout", how: "many", fields: remote },
  { name: "update_frequency", label: "tags.frequency", about: "tags.frequencyAbout", how: "one", fields: [text("text", "tags.frequencyText", { need: true }), text("rrule", "tags.rrule", { sample: "FREQ=WEEKLY;INTERVAL=2", most: 4000 }), { kind: "moment", name: "dtstart_ms", label: "tags.begins" }, { kind: "yes", name: "complete", label: "tags.complete" }] },
  of("social"),
  of("chat"),
  of("locations"),
  of("license"),
  of("images"),
  of("values"),
  { name: "publisher", label: "tags.publisher", about: "tags.publisherAbout", how: "one", fields: [...remote.filter((field) => ["feed_guid", "feed_url", "title"].includes(field.name)), { kind: "fixed", name: "medium", label: "tags.mediumOf", value: "publisher" }] },
  { name: "remote_items", label: "tags.remoteItems", about: "tags.remoteItemsAbout", how: "many", fields: remote },
  { name: "blocks", label: "tags.blocks", about: "tags.blocksAbout", how: "many", fields: [text("id", "tags.platform", { sample: "amazon", hint: "tags.platformHint" }), { kind: "yes", name: "blocked", label: "tags.blocked" }] },
  { name: "uses_podping", label: "tags.podping", about: "tags.podpingAbout", how: "scalar", fields: [{ kind: "yes", name: "uses_podping", label: "tags.podping" }] },
  of("txts"),
];
