//! Every field that the model has for the namespace, with the rows of the table that compare it, or with the reason why the feed has no
//! place for it. A new field does not compile until somebody says which.

use super::full::everything;
use super::table::{CHANNEL, COMPARED, ITEM, LIVE_ITEM};
use crate::scene::Scene;
use hearthcast_model::chapter::{Chapter, Transcript};
use hearthcast_model::namespace::{EpisodeTags, LiveItem, RemoteTranscript, ShowTags};
use hearthcast_model::person::{Funding, Person};
use hearthcast_model::{Episode, Picture, Show};

/// What the rows at a place compare of one thing: `field: ["row", …]`, or `field: "why the feed has no place for it"`.
macro_rules! compared {
    (@ $place:expr, $of:ident, $field:ident, [$($row:literal),+ $(,)?]) => {
        stands($place, concat!(stringify!($of), ".", stringify!($field)), is_said($field), &[$($row),+]);
    };
    (@ $place:expr, $of:ident, $field:ident, $why:literal) => {
        let _ = ($field, $why);
    };
    ($place:expr, $one:expr, $of:ident { $($field:ident: $told:tt),* $(,)? }) => {{
        let $of { $($field),* } = $one;
        $(compared!(@ $place, $of, $field, $told);)*
    }};
}

// After the macro, which it uses.
#[path = "nested.rs"]
mod nested;

fn is_said<T: Default + PartialEq>(field: &T) -> bool {
    *field != T::default()
}

/// Each row is truly in the table of that place, and the scene has something for it to find.
fn stands(place: &str, field: &str, said: bool, rows: &[&str]) {
    assert!(said, "{field}: the scene says nothing there");
    for row in rows {
        let mut here = COMPARED.iter().filter(|(parent, _)| *parent == place).flat_map(|(_, table)| table.iter());
        let found = here.any(|(short, expected)| short == row && !expected.is_empty());
        assert!(found, "{field}: no row {row} with a value at {place}");
    }
}

#[test]
fn every_field_of_a_show_has_its_rows() {
    let Scene { show, .. } = everything();
    compared!(
        CHANNEL,
        &show,
        Show {
            title: ["title"],
            slug: "a part of addresses",
            description: ["description"],
            author: ["i:author"],
            owner_name: ["i:owner/i:name"],
            owner_email: ["i:owner/i:email", "p:locked/@owner"],
            verifying: "for a while in the place of an address that is not told (crates/model/src/show.rs, shown_email)",
            language: ["language"],
            link: ["link"],
            categories: ["i:category[1]/@text", "i:category[1]/i:category/@text", "i:category[2]/@text"],
            explicit: ["i:explicit"],
            kind: ["i:type"],
            copyright: ["copyright"],
            cover: ["i:image/@href", "p:image[@purpose='artwork']/@href"],
            podcast_guid: ["p:guid"],
            locked: ["p:locked"],
            cover_sizes: "copies for websites",
            cover_from: "the author's own file, never published",
            cover_alt: ["p:image[@purpose='artwork']/@alt"],
            preset: "how sounds are made",
            formats: "how sounds are made; what is made stands as alternateEnclosure",
            id3: "how sounds are made",
            recipe: "how sounds are made",
            medium: ["p:medium"],
            funding: ["p:funding", "p:funding/@url"],
            persons: ["p:person[1]", "p:person[2]"],
            tagline: "of the website",
            banner: "of the website",
            favicon: "of the website",
            links: "of the website",
            seasons: "of the website; the feed has the name that an episode gives",
            font: "of the website",
            name_size: "of the website",
            notes_suffix: "a part of every episode's notes (render.rs)",
            new_feed_url: ["i:new-feed-url"],
            new_variants_url: "the same for further feeds (pages.rs)",
            comments: "of the server's pages",
            prefix: "before the addresses of sounds (render.rs)",
            blocked: ["i:block"],
            complete: ["i:complete"],
            tags: ["p:location[1]"],
            feed_html: "how notes are written (feed_html.rs)",
            feed_page: "how the feed is written (pages.rs)",
            feed_variants: "further feeds (pages.rs)",
            hub: "a link of Atom (pages.rs)",
            foreign: "tags of other namespaces (imported.rs)",
            changed_ms: "the newest change of show and episodes is the lastBuildDate (render.rs)",
            extra: "what a newer version wrote",
        }
    );
}

#[test]
fn every_tag_of_a_show_has_its_rows() {
    let Scene { show, .. } = everything();
    compared!(
        CHANNEL,
        &show.tags,
        ShowTags {
            locations: ["p:location[1]", "p:location[2]"],
            license: ["p:license"],
            trailers: ["p:trailer"],
            images: ["p:image[last()]/@href"],
            values: ["p:value/@type"],
            social: ["p:socialInteract/@uri"],
            blocks: ["p:block[1]", "p:block[2]", "p:block[3]"],
            txts: ["p:txt"],
            remote_items: ["p:remoteItem/@feedGuid"],
            podroll: ["p:podroll/p:remoteItem[1]/@title", "p:podroll/p:remoteItem[2]/@feedGuid"],
            update_frequency: ["p:updateFrequency"],
            uses_podping: ["p:podping/@usesPodping"],
            publisher: ["p:publisher/p:remoteItem/@feedGuid", "p:publisher/p:remoteItem/@medium"],
            chat: ["p:chat/@server"],
            live_items: ["p:liveItem/@status"],
            extra: "what a newer version wrote",
        }
    );
}

#[test]
fn every_field_of_an_episode_has_its_rows() {
    let Scene { episodes, .. } = everything();
    compared!(
        ITEM,
        &episodes[0].1,
        Episode {
            show: "the show whose feed it is",
            guid: ["guid"],
            title: ["title"],
            slug: "a part of addresses",
            notes: ["e:encoded"],
            audio: ["enclosure/@url", "enclosure/@length", "enclosure/@type"],
            image: ["i:image/@href"],
            season: ["p:season", "i:season"],
            number: ["p:episode", "i:episode"],
            kind: ["i:episodeType"],
            explicit: ["i:explicit"],
            link: ["link"],
            publish_at_ms: ["pubDate"],
            zone: "how the author chose the time",
            draft: "no feed has a draft",
            image_sizes: "copies for websites",
            image_from: "the author's own file, never published",
            image_alt: ["p:image[@purpose='artwork']/@alt"],
            itunes_title: ["i:title"],
            summary: ["description", "i:summary"],
            season_name: ["p:season/@name"],
            chapters: ["c:chapters/c:chapter/@title"],
            chapters_file: ["p:chapters/@url", "p:chapters/@type"],
            transcripts: ["p:transcript/@url"],
            persons: ["p:person"],
            songs: "stand among the chapters (podcast.rs)",
            videos: "of the website",
            blocked: ["i:block"],
            tags: ["p:location[1]"],
            guid_is_permalink: ["guid/@isPermaLink"],
            remote_audio: "in the place of a sound of our own (imported.rs)",
            audio_edition: "a part of addresses",
            foreign: "tags of other namespaces (imported.rs)",
            created_ms: "not told",
            changed_ms: "the newest change of show and episodes is the lastBuildDate (render.rs)",
            extra: "what a newer version wrote",
        }
    );
}

#[test]
fn every_tag_of_an_episode_has_its_rows() {
    let Scene { episodes, .. } = everything();
    compared!(
        ITEM,
        &episodes[0].1.tags,
        EpisodeTags {
            funding: ["p:funding", "p:funding/@url"],
            number_display: ["p:episode/@display"],
            soundbites: ["p:soundbite[1]", "p:soundbite[2]/@startTime"],
            locations: ["p:location[1]"],
            license: ["p:license"],
            images: ["p:image[last()]/@href"],
            alternate_enclosures: ["p:alternateEnclosure[1]/@type", "p:alternateEnclosure[2]/@type"],
            values: ["p:value/@type"],
            content_links: ["p:contentLink", "p:contentLink/@href"],
            social: ["p:socialInteract/@uri"],
            txts: ["p:txt"],
            chat: ["p:chat/@server"],
            extra: "what a newer version wrote",
        }
    );
}

#[test]
fn every_field_of_a_broadcast_has_its_rows() {
    let Scene { show, .. } = everything();
    let live = &show.tags.live_items[0];
    compared!(
        LIVE_ITEM,
        live,
        LiveItem {
            guid: ["guid"],
            title: ["title"],
            status: ["@status"],
            start_ms: ["@start"],
            end_ms: ["@end"],
            description: ["description"],
            link: ["link"],
            stream_url: ["enclosure/@url"],
            mime: ["enclosure/@type"],
            persons: ["p:person"],
            transcripts: ["p:transcript/@url"],
            chapters_url: ["p:chapters/@url"],
            guid_is_permalink: ["guid/@isPermaLink"],
            foreign: "tags of other namespaces (imported.rs)",
            tags: [
                "p:contentLink",
                "p:funding/@url",
                "p:license",
                "p:location/@rel",
                "p:image/@purpose",
                "p:txt/@purpose"
            ],
        }
    );
    compared!(
        LIVE_ITEM,
        &live.transcripts[0],
        RemoteTranscript {
            url: ["p:transcript/@url"],
            mime: ["p:transcript/@type"],
            language: ["p:transcript/@language"],
            captions: ["p:transcript/@rel"],
        }
    );
}

#[test]
fn every_field_of_people_files_and_chapters_has_its_rows() {
    let Scene { show, episodes, .. } = everything();
    let episode = &episodes[0].1;
    compared!(
        CHANNEL,
        &show.persons[0],
        Person {
            name: ["p:person[1]"],
            role: ["p:person[1]/@role"],
            group: ["p:person[1]/@group"],
            img: ["p:person[1]/@img"],
            href: ["p:person[1]/@href"],
        }
    );
    compared!(CHANNEL, &show.funding[0], Funding { url: ["p:funding/@url"], text: ["p:funding"] });
    compared!(
        ITEM,
        &episode.transcripts[0],
        Transcript {
            file: "said by its address and its type, p:transcript/@url and @type",
            language: ["p:transcript/@language"],
            captions: ["p:transcript/@rel"],
        }
    );
    compared!(
        ITEM,
        &episode.chapters[0],
        Chapter {
            start_ms: ["c:chapters/c:chapter/@start"],
            end_ms: "stands in the file of chapters alone",
            title: ["c:chapters/c:chapter/@title"],
            url: ["c:chapters/c:chapter/@href"],
            hidden: "leaves a chapter out (podcast.rs)",
            picture: ["c:chapters/c:chapter/@image"],
            location: "stands in the file of chapters alone",
        }
    );
    for poster in episode.tags.alternate_enclosures.iter().filter_map(|one| one.poster.as_ref()) {
        compared!(
            ITEM,
            poster,
            Picture {
                file: "said by its address, p:image[@purpose='poster']/@href",
                sizes: "copies for websites",
                from: "the author's own file, never published",
                alt: ["p:image[@purpose='poster']/@alt"],
            }
        );
    }
}
