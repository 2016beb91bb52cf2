//! Other files of an episode at somebody else's address (`podcast:alternateEnclosure`, and further enclosures): the feed goes on
//! naming them there, and each is asked for, to see that it is there. Pure.

use super::place::told;
use hearthcast_fetch::Hop;
use hearthcast_library::import::File;
use hearthcast_model::Episode;
use hearthcast_model::import::ImportedFile;
use hearthcast_model::namespace::{AlternateEnclosure, Source};
use url::Url;

/// Most other files of an episode that are asked for.
const MOST: usize = 50;

/// Addresses that the source names, and the episode as it will be, too; with what is said of each.
pub(crate) fn addresses<'a>(said: &'a Episode, body: &Episode) -> Vec<(&'a str, ImportedFile)> {
    let others = said.tags.alternate_enclosures.iter();
    let all = others.flat_map(|other| other.sources.iter().map(move |source| (other, source)));
    let wanted = all.filter(|(_, source)| is_web(&source.uri) && names(body, &source.uri));
    wanted.take(MOST).map(|(other, source)| (source.uri.as_str(), about(other, source))).collect()
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
    let others = &episode.tags.alternate_enclosures;
    others.iter().flat_map(|other| &other.sources).any(|source| source.uri == url)
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
