//! Further feeds of a show with a part of its episodes, each at an address of its own.
//!
//! Items keep their guids: an app that is given the other feed of a show takes nothing for new. The feed itself does not keep
//! the show's `podcast:guid`: directories and apps take two feeds with one `podcast:guid` for one show and go on with either,
//! so that a feed of the last ten episodes might stand in for the whole. It has its own, made from the show's and from its
//! name, which stays when the show moves.

use crate::links::Links;
use crate::{FeedError, FeedInput, Item, document};
use hearthcast_model::feed_shape::variant_at;
use hearthcast_model::namespace::AlternateEnclosure;
use hearthcast_model::{Episode, FeedPart, FeedVariant, Show};
use std::borrow::Cow;
use uuid::Uuid;

/// A further feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// Its address.
    pub url: String,
    /// UTF-8.
    pub bytes: Vec<u8>,
}

/// Writes a further feed of these public episodes, newest first.
pub(crate) fn written(input: &FeedInput, items: &[Item], variant: &FeedVariant) -> Result<Variant, FeedError> {
    let url = input.urls.variant(&variant.name);
    let (show, whole) = (show_of(input, variant, &url), input.show.title.as_str());
    let input = FeedInput { show: &show, ..*input };
    let links = Links::of(url.as_str()).alternate(&input.urls.feed, whole).hub(&show.hub);
    let bytes = match &variant.part {
        FeedPart::Last { episodes } => document(&input, &items[..items.len().min(*episodes as usize)], links)?,
        FeedPart::Season { season } => {
            let of_season = |item: &&Item| item.episode.season == Some(*season);
            document(&input, &items.iter().filter(of_season).copied().collect::<Vec<_>>(), links)?
        }
        FeedPart::Format { mime } => {
            let heard = items.iter().filter_map(|item| Some((item.id, in_format(&input, item.episode, mime)?)));
            let heard: Vec<_> = heard.collect();
            let items: Vec<Item> = heard.iter().map(|(id, episode)| Item { id, episode }).collect();
            document(&input, &items, links)?
        }
    };
    Ok(Variant { name: variant.name.clone(), bytes, url })
}

/// The show as its further feed tells it.
fn show_of(input: &FeedInput, variant: &FeedVariant, url: &str) -> Show {
    let mut show = input.show.clone();
    if !variant.title.trim().is_empty() {
        show.title.clone_from(&variant.title);
    }
    show.podcast_guid = show.podcast_guid.as_deref().and_then(|guid| guid_of(guid, &variant.name));
    // Where the whole feed says "I am here now", so does this one; where it sends away, to this one's own new address.
    show.new_feed_url = match show.new_feed_url == input.urls.feed {
        true => url.to_string(),
        false => variant_at(&show.new_variants_url, &variant.name).unwrap_or_default(),
    };
    show
}

/// The `podcast:guid` of a further feed: UUIDv5 of its name, in the namespace of the show's own.
fn guid_of(show: &str, name: &str) -> Option<String> {
    Uuid::parse_str(show).ok().map(|show| Uuid::new_v5(&show, name.as_bytes()).to_string())
}

/// The episode with its file of this type as the enclosure; `None` without one.
fn in_format<'a>(input: &FeedInput, episode: &'a Episode, mime: &str) -> Option<Cow<'a, Episode>> {
    let facts = episode.audio.as_ref().and_then(|audio| input.facts.get(&audio.hash));
    let own = facts.map(|facts| facts.mime.as_str());
    let own = own.or(episode.remote_audio.as_ref().filter(|_| episode.audio.is_none()).map(|one| one.mime.as_str()));
    if own.is_some_and(|own| is_same(own, "", mime)) {
        return Some(Cow::Borrowed(episode));
    }
    let told = |other: &AlternateEnclosure| {
        let facts = other.file.as_ref().and_then(|file| input.facts.get(&file.hash))?;
        is_same(&facts.mime, &other.codecs, mime).then_some(())
    };
    let at = episode.tags.alternate_enclosures.iter().position(|other| told(other).is_some())?;
    let mut episode = episode.clone();
    for (index, other) in episode.tags.alternate_enclosures.iter_mut().enumerate() {
        // That one is the very file of the enclosure now.
        other.default = index == at;
    }
    episode.audio.clone_from(&episode.tags.alternate_enclosures[at].file);
    episode.remote_audio = None;
    Some(Cow::Owned(episode))
}

/// Whether two types name one format: several have more than one name.
fn is_same(mime: &str, codecs: &str, wanted: &str) -> bool {
    let one = |mime: &str| match mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "audio/mp3" => "audio/mpeg".to_string(),
        "audio/m4a" | "audio/x-m4a" => "audio/mp4".to_string(),
        "video/m4v" | "video/x-m4v" => "video/mp4".to_string(),
        "audio/ogg" if codecs.trim().eq_ignore_ascii_case("opus") => "audio/opus".to_string(),
        other => other.to_string(),
    };
    one(mime) == one(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_further_feed_has_a_guid_of_its_own_that_stays() {
        // python3: uuid.uuid5(uuid.UUID("9b024349-ccf0-5f69-a609-6b82873eab3c"), "last-10")
        let guid = guid_of("9b024349-ccf0-5f69-a609-6b82873eab3c", "last-10");
        assert_eq!(guid.as_deref(), Some("f6c51088-f45f-5667-a710-9f4982610b3a"));
        assert_eq!(guid_of("none", "last-10"), None);
    }

    #[test]
    fn formats_with_two_names_are_one() {
        for (mime, codecs, wanted, same) in [
            ("audio/mpeg", "", "audio/mp3", true),
            ("audio/x-m4a", "", "audio/mp4", true),
            ("audio/ogg", "opus", "audio/opus", true),
            ("audio/ogg; codecs=opus", "Opus", "audio/opus", true),
            ("audio/ogg", "vorbis", "audio/opus", false),
            ("audio/mpeg", "", "audio/opus", false),
        ] {
            assert_eq!(is_same(mime, codecs, wanted), same, "{mime} {codecs} {wanted}");
        }
    }
}
