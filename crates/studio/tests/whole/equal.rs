//! Records field by field. Every field stands here once: a new one does not compile until it is compared.

use hearthcast_model::facts::MediaFacts;
use hearthcast_model::record::Body;
use hearthcast_model::{Episode, Record, Show, ShowId};
use serde_json::Value;
use std::collections::BTreeMap;

/// Which fields were another than that of an empty record.
#[derive(Default)]
pub struct Used(BTreeMap<String, bool>);

impl Used {
    fn note(&mut self, record: &str, field: &str, differs: bool) {
        *self.0.entry(format!("{record}.{field}")).or_default() |= differs;
    }

    pub fn all_of_them(&self) {
        let unused: Vec<_> = self.0.iter().filter(|(_, used)| !**used).map(|(field, _)| field).collect();
        assert_eq!(unused, [""; 0], "no show of the test has something there");
    }
}

macro_rules! compared {
    ($used:expr, $name:literal, $empty:expr, $one:expr, $other:expr, $type:ident { $($field:ident),* $(,)? }) => {{
        let ($type { $($field),* }, empty): (&$type, $type) = ($one, $empty);
        $(
            assert_eq!($field, &$other.$field, "{}.{}", $name, stringify!($field));
            $used.note($name, stringify!($field), *$field != empty.$field);
        )*
    }};
}

pub fn show(one: &Show, other: &Show, used: &mut Used) {
    compared!(
        used,
        "show",
        Show::new("", "", 0),
        one,
        other,
        Show {
            title,
            slug,
            description,
            author,
            owner_name,
            owner_email,
            language,
            link,
            categories,
            explicit,
            kind,
            copyright,
            cover,
            podcast_guid,
            locked,
            cover_sizes,
            cover_from,
            cover_alt,
            preset,
            formats,
            id3,
            recipe,
            medium,
            funding,
            persons,
            tagline,
            banner,
            favicon,
            links,
            seasons,
            font,
            name_size,
            notes_suffix,
            new_feed_url,
            new_variants_url,
            verifying,
            comments,
            prefix,
            blocked,
            complete,
            tags,
            feed_html,
            feed_page,
            feed_variants,
            hub,
            foreign,
            changed_ms,
            extra,
        }
    );
}

pub fn episode(one: &Episode, other: &Episode, used: &mut Used) {
    let nobody = ShowId::parse("018f0000-0000-7000-8000-000000000000").unwrap();
    compared!(
        used,
        "episode",
        Episode::new(nobody, "", "", "", 0),
        one,
        other,
        Episode {
            show,
            guid,
            title,
            slug,
            notes,
            audio,
            image,
            season,
            number,
            kind,
            explicit,
            link,
            publish_at_ms,
            zone,
            draft,
            image_sizes,
            image_from,
            image_alt,
            itunes_title,
            summary,
            season_name,
            chapters,
            chapters_file,
            transcripts,
            persons,
            songs,
            videos,
            blocked,
            tags,
            guid_is_permalink,
            remote_audio,
            audio_edition,
            foreign,
            created_ms,
            changed_ms,
            extra,
        }
    );
}

/// A record; revisions and devices are each library's own.
pub fn record<T: Body + std::fmt::Debug>(was: &Record<T>, is: &Record<T>, mut bodies: impl FnMut(&T, &T)) {
    let Record { id, rev: _, base_rev: _, hash, deleted_ms, device: _, body, released } = was;
    bodies(body, &is.body);
    assert_eq!((id, hash, deleted_ms), (&is.id, &is.hash, &is.deleted_ms));
    assert_eq!(released.is_some(), is.released.is_some(), "{id}: what the public sees");
    if let (Some(was), Some(is)) = (released, &is.released) {
        bodies(was, is);
    }
}

pub fn facts(was: &MediaFacts, is: &MediaFacts) {
    let MediaFacts {
        kind,
        container,
        codec,
        mime,
        size_bytes,
        sha256,
        header_bytes,
        trailer_bytes,
        duration_ms,
        sample_rate_hz,
        channels,
        bit_rate,
        loudness,
        width_px,
        height_px,
        orientation,
        chapters,
        tags,
        findings,
        analyzer_version,
        levels,
        condition,
        thumbhash,
    } = was;
    assert_eq!((kind, container, codec, mime), (&is.kind, &is.container, &is.codec, &is.mime));
    assert_eq!((size_bytes, sha256, header_bytes), (&is.size_bytes, &is.sha256, &is.header_bytes));
    assert_eq!((trailer_bytes, duration_ms, sample_rate_hz), (&is.trailer_bytes, &is.duration_ms, &is.sample_rate_hz));
    assert_eq!((channels, bit_rate, loudness), (&is.channels, &is.bit_rate, &is.loudness));
    assert_eq!((width_px, height_px, orientation), (&is.width_px, &is.height_px, &is.orientation));
    assert_eq!((chapters, tags, findings), (&is.chapters, &is.tags, &is.findings));
    assert_eq!((analyzer_version, levels, condition), (&is.analyzer_version, &is.levels, &is.condition));
    assert_eq!(thumbhash, &is.thumbhash);
    let text = |facts: &MediaFacts| -> Value { serde_json::to_value(facts).unwrap() };
    assert_eq!(text(was), text(is));
}
