//! Other files of an episode at somebody else's address (`podcast:alternateEnclosure`, and further enclosures). Where the episode's
//! sound is brought, each that is heard or seen comes, too; of the others the feed goes on naming the address, and each is asked for,
//! to see that it is there. Pure. What it is not: what becomes of those that came when the feed is read again; `alternates_again`
//! says that.

use super::place::told;
use super::services::counted;
use crate::attach_alternate::described;
use hearthcast_fetch::Hop;
use hearthcast_library::import::File;
use hearthcast_model::import::{ImportKind, ImportedFile};
use hearthcast_model::namespace::{AlternateEnclosure, IntegrityKind, Source};
use hearthcast_model::{Episode, MediaFacts};
use url::Url;

/// Most other files of an episode that are asked for.
const MOST: usize = 50;

/// Addresses that the source names, and the episode as it will be, too; with what becomes of each and what is said of it. With
/// `brings` the first address of each file is brought; those beside it at the same host lead to the same, and go with it. `sound`
/// is the address of the episode's sound, if that is brought.
pub(crate) fn addresses<'a>(
    said: &'a Episode,
    body: &Episode,
    brings: bool,
    sound: Option<&str>,
) -> Vec<(ImportKind, &'a str, ImportedFile)> {
    let mut all = vec![];
    for other in &said.tags.alternate_enclosures {
        let comes = |source: &&Source| brings && is_web(&source.uri) && plays(source.mime_in(other));
        let first = other.sources.iter().find(comes).map(|source| source.uri.as_str());
        for source in other.sources.iter().filter(|source| is_web(&source.uri) && names(body, &source.uri)) {
            let url = source.uri.as_str();
            let kind = match first {
                // The sound of the episode comes already: one file is not got twice.
                Some(first) if first == url && sound == Some(url) => continue,
                Some(first) if first == url && !is_sound(said, url) => ImportKind::Further,
                Some(first) if first != url && host(first) == host(url) => continue,
                _ => ImportKind::Alternate,
            };
            all.push((kind, url, about(other, source)));
        }
    }
    all.truncate(MOST);
    all
}

fn is_sound(episode: &Episode, url: &str) -> bool {
    episode.remote_audio.as_ref().is_some_and(|remote| remote.url == url)
}

/// Whether a file of this type is a sound or a film, and no list of them.
fn plays(mime: &str) -> bool {
    let mime = mime.to_ascii_lowercase();
    (mime.starts_with("audio/") || mime.starts_with("video/")) && !mime.contains("mpegurl")
}

/// Puts the file that came in place of its address; says whether the episode still names that. Its hash is that of the bytes that
/// came, whatever was told; a signature, which nobody can give here, is kept of a file that is as long as was said.
pub(crate) fn put(episode: &mut Episode, url: &str, facts: &MediaFacts) -> bool {
    let mut still = false;
    for other in &mut episode.tags.alternate_enclosures {
        if other.file.is_some() || !has(other, url) {
            continue;
        }
        still = true;
        let said = std::mem::take(other);
        let own = described(facts, &episode.slug);
        let as_long = said.length_bytes == Some(facts.size_bytes);
        *other = AlternateEnclosure {
            mime: own.mime,
            length_bytes: None,
            bitrate_bps: said.bitrate_bps.or(own.bitrate_bps),
            height_px: own.height_px.or(said.height_px),
            codecs: if said.codecs.is_empty() { own.codecs } else { said.codecs },
            file: own.file,
            sources: elsewhere(said.sources, url),
            integrity: said.integrity.filter(|told| as_long && told.kind == IntegrityKind::PgpSignature),
            ..said
        };
    }
    still
}

/// Addresses that do not lie where this one lies.
pub(super) fn elsewhere(mut sources: Vec<Source>, url: &str) -> Vec<Source> {
    sources.retain(|source| source.uri != url && (!is_web(&source.uri) || host(&source.uri) != host(url)));
    sources
}

/// Who serves an address, behind services that count.
fn host(url: &str) -> Option<String> {
    let inner = counted(url).map(|chain| chain.inner);
    Url::parse(inner.as_deref().unwrap_or(url)).ok()?.host_str().map(str::to_ascii_lowercase)
}

/// What its server says of it; says whether the episode still names it.
pub(crate) fn found(file: &mut File, episode: &Episode, hop: &Hop) -> bool {
    if !names(episode, &file.url) {
        return false;
    }
    measured(file, &episode.title, hop);
    true
}

/// Notes the length that a file's server says, and tells where the feed says another one.
pub(crate) fn measured(file: &mut File, title: &str, hop: &Hop) {
    let Some(length) = hop.length.filter(|length| *length > 0) else { return };
    file.about.bytes = length;
    let said = file.about.size_bytes;
    if said > 0 && said != length {
        let message = format!("The feed says {said} bytes; its server says {length}.");
        file.about.note = Some(told("length_differs", title, &file.url, message));
    }
}

fn names(episode: &Episode, url: &str) -> bool {
    episode.tags.alternate_enclosures.iter().any(|other| has(other, url))
}

pub(super) fn has(other: &AlternateEnclosure, url: &str) -> bool {
    other.sources.iter().any(|source| source.uri == url)
}

fn about(other: &AlternateEnclosure, source: &Source) -> ImportedFile {
    let mime = source.mime_in(other);
    // A playlist or a torrent is not as long as the file it leads to.
    let size_bytes = other.length_bytes.filter(|_| mime == other.mime).unwrap_or_default();
    ImportedFile { size_bytes, mime: mime.into(), ..ImportedFile::default() }
}

/// Only of the web anybody is asked: files are also found at `ipfs:` and `magnet:` addresses.
pub(crate) fn is_web(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use hearthcast_model::facts::MediaKind;
    use hearthcast_model::namespace::Integrity;
    use hearthcast_model::{RemoteAudio, Sha256, ShowId};

    pub(crate) fn source(uri: &str, mime: &str) -> Source {
        Source { uri: uri.into(), mime: mime.into() }
    }

    pub(crate) fn other(mime: &str, sources: Vec<Source>) -> AlternateEnclosure {
        AlternateEnclosure { mime: mime.into(), length_bytes: Some(9), sources, ..AlternateEnclosure::default() }
    }

    pub(crate) fn with(others: Vec<AlternateEnclosure>) -> Episode {
        let show = ShowId::parse("01900000-0000-7000-8000-000000000001").unwrap();
        let mut episode = Episode::new(show, "g", "t", "s", 1);
        episode.tags.alternate_enclosures = others;
        episode
    }

    pub(crate) const OPUS: &str = "https://old.example/1.opus";

    #[test]
    fn the_first_address_of_what_is_heard_or_seen_comes() {
        let sound = "https://old.example/1.mp3";
        let mut said = with(vec![
            other("audio/opus", vec![source("ipfs://QmX", ""), source(OPUS, ""), source("http://old.example/2", "")]),
            other("audio/opus", vec![source("https://a.example/1", ""), source("https://b.example/1", "")]),
            other("application/x-mpegURL", vec![source("https://a.example/1.m3u8", "")]),
            other("audio/mpegurl", vec![source("https://a.example/2.m3u8", "")]),
            other("video/mp4", vec![source("https://a.example/t", "application/x-bittorrent")]),
            other("audio/mpeg", vec![source(sound, "")]),
        ]);
        let mime = "audio/mpeg".into();
        said.remote_audio = Some(RemoteAudio { url: sound.into(), size_bytes: 9, mime, duration_ms: None });
        let of = |brings| {
            let all = addresses(&said, &said, brings, Some(sound).filter(|_| brings));
            all.into_iter().map(|(kind, url, _)| (kind, url.to_string())).collect::<Vec<_>>()
        };
        let (comes, stays) = (ImportKind::Further, ImportKind::Alternate);
        let wanted = [
            (comes, OPUS),
            (comes, "https://a.example/1"),
            (stays, "https://b.example/1"),
            (stays, "https://a.example/1.m3u8"),
            (stays, "https://a.example/2.m3u8"),
            (stays, "https://a.example/t"),
        ];
        assert_eq!(of(true), wanted.map(|(kind, url)| (kind, url.to_string())));
        let all = of(false);
        assert!(all.len() == 8 && all.iter().all(|(kind, _)| *kind == stays), "{all:?}");
    }

    #[test]
    fn the_hash_of_what_came_is_told_by_nobody_else() {
        let facts = MediaFacts::unmeasured(MediaKind::Audio, "opus", "audio/opus", 9, Sha256::of(b"what came"));
        for (kind, length_bytes, stays) in [
            (IntegrityKind::Sri, Some(9), false),
            (IntegrityKind::Sri, None, false),
            (IntegrityKind::PgpSignature, Some(9), true),
            (IntegrityKind::PgpSignature, Some(8), false),
            (IntegrityKind::PgpSignature, None, false),
        ] {
            let integrity = Some(Integrity { kind, value: "told".into() });
            let told = other("audio/opus", vec![source(OPUS, "")]);
            let mut episode = with(vec![AlternateEnclosure { length_bytes, integrity, ..told }]);
            assert!(put(&mut episode, OPUS, &facts));
            let now = &episode.tags.alternate_enclosures[0];
            assert_eq!(
                (now.is_file(&facts.sha256), now.integrity.is_some()),
                (true, stays),
                "{kind:?} {length_bytes:?}"
            );
        }
    }
}
