//! Which files at other people's addresses an import wants: covers, sounds, pictures, chapters, transcripts. Pure.

use super::plan::Here;
use super::three_way::Fields;
use hearthcast_intake::{ReadItem, RemoteFile};
use hearthcast_library::import::File;
use hearthcast_model::import::{ImportKind, ImportMedia, ImportState, ImportedFile};
use hearthcast_model::show::Attachment;
use hearthcast_model::{Episode, EpisodeId, RemoteAudio, Show};
use std::collections::{HashMap, HashSet};

/// Most transcripts of an episode that are brought.
const MOST_TRANSCRIPTS: usize = 50;

type Key = (String, ImportKind, String);

/// What the feed says anew of an episode's files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct News {
    /// Its chapters changed.
    pub(crate) marks: bool,
    /// It names another sound, perhaps under the same address.
    pub(crate) sound: bool,
}

/// The files of an import while it is planned.
pub(crate) struct Files<'a> {
    known: HashMap<Key, &'a File>,
    /// Hashes of what imports brought, by episode.
    ours: HashSet<(&'a str, &'a str)>,
    /// Places in the feed whose sounds are brought.
    brought: HashSet<usize>,
    cover: String,
    wanted: HashSet<Key>,
    put: Vec<File>,
}

impl<'a> Files<'a> {
    pub(crate) fn of(here: &'a Here, items: &[ReadItem], media: ImportMedia) -> Self {
        let key = |file: &'a File| ((file.episode.clone(), file.kind, file.url.clone()), file);
        let hash = |file: &'a File| file.about.hash.as_ref().map(|hash| (file.episode.as_str(), hash.as_str()));
        Self {
            known: here.files.iter().map(key).collect(),
            ours: here.files.iter().filter_map(hash).collect(),
            brought: brought(items, media),
            cover: String::new(),
            wanted: HashSet::new(),
            put: vec![],
        }
    }

    /// Whether an import brought this file.
    pub(crate) fn is_ours(&self, episode: &str, file: Option<&Attachment>) -> bool {
        file.is_some_and(|file| self.ours.contains(&(episode, file.hash.as_str())))
    }

    /// The cover, unless the show has one that somebody else put there.
    pub(crate) fn cover(&mut self, url: &str, show: Option<&Show>) {
        self.cover = url.into();
        let cover = show.and_then(|show| show.cover_from.as_ref().map(|from| &from.master));
        let own = show.is_some_and(|show| show.cover.is_some())
            && !cover.is_some_and(|master| self.ours.contains(&("", master.as_str())));
        if !url.is_empty() && !own {
            self.want("", ImportKind::Cover, url, ImportedFile::default());
        }
    }

    /// The files of an episode as it will be.
    pub(crate) fn episode(&mut self, index: usize, id: &EpisodeId, item: &ReadItem, body: &Episode, news: News) {
        let id = id.as_str();
        if let Some(remote) = body.remote_audio.as_ref().filter(|_| !body.is_post()) {
            self.sound(index, id, remote, body, news.sound);
        }
        let master = body.image_from.as_ref().map(|from| from.master.as_str());
        let free = body.image.is_none() || master.is_some_and(|master| self.ours.contains(&(id, master)));
        if free && !item.image_url.is_empty() && item.image_url != self.cover {
            let url = item.image_url.clone();
            self.want(id, ImportKind::Picture, &url, ImportedFile::default());
        }
        self.texts(id, item, body, news.marks);
    }

    fn sound(&mut self, index: usize, id: &str, remote: &RemoteAudio, body: &Episode, is_another: bool) {
        if body.audio.is_some() && !self.is_ours(id, body.audio.as_ref()) {
            return;
        }
        let kind = match self.brought.contains(&index) {
            true => ImportKind::Sound,
            false => ImportKind::Elsewhere,
        };
        let key = (id.to_string(), kind, remote.url.clone());
        // Another sound under the address of before is brought like a new one. What the last one became is kept: by it the
        // episode's sound is known as ours.
        let hash = if is_another { self.known.remove(&key).and_then(|file| file.about.hash.clone()) } else { None };
        let (size_bytes, mime) = (remote.size_bytes, remote.mime.clone());
        self.want(id, kind, &remote.url, ImportedFile { size_bytes, mime, hash, ..ImportedFile::default() });
    }

    fn texts(&mut self, id: &str, item: &ReadItem, body: &Episode, marks: bool) {
        let ours = self.is_ours(id, body.chapters_file.as_ref());
        // The author's own have a file, too.
        let free = body.chapters_file.is_none() || ours;
        if let Some(file) = item.chapters.as_ref().filter(|_| free) {
            self.want(id, ImportKind::Chapters, &file.url, about(file));
        } else if free && !body.marks().is_empty() {
            // They stand in the feed itself; players want them as a file.
            if marks {
                self.known.remove(&(id.to_string(), ImportKind::Chapters, String::new()));
            }
            self.want(id, ImportKind::Chapters, "", ImportedFile::default());
        }
        for file in item.transcripts.iter().take(MOST_TRANSCRIPTS) {
            self.want(id, ImportKind::Transcript, &file.url, about(file));
        }
    }

    fn want(&mut self, episode: &str, kind: ImportKind, url: &str, about: ImportedFile) {
        let key = (episode.to_string(), kind, url.to_string());
        if !self.wanted.insert(key.clone()) {
            return;
        }
        // What is here stays; what failed is tried again.
        if self.known.get(&key).is_none_or(|file| file.state == ImportState::Failed) {
            let (episode, kind, url) = key;
            self.put.push(File { episode, kind, url, state: ImportState::Wanted, about });
        }
    }

    /// Files to be brought, and those that nobody wants any more.
    pub(crate) fn done<'i>(self, episodes: impl Iterator<Item = &'i str>) -> (Vec<File>, Vec<File>) {
        let about: HashSet<&str> = episodes.chain([""]).collect();
        let left = self.known.into_iter().filter(|(key, file)| {
            // A sound that was only looked at comes here now.
            let comes = |(id, kind, url): &Key| {
                *kind == ImportKind::Elsewhere && self.wanted.contains(&(id.clone(), ImportKind::Sound, url.clone()))
            };
            let settled = file.state == ImportState::Taken && !comes(key);
            !settled && about.contains(file.episode.as_str()) && !self.wanted.contains(key)
        });
        (self.put, left.map(|(_, file)| file.clone()).collect())
    }
}

fn about(file: &RemoteFile) -> ImportedFile {
    let (mime, language) = (file.mime.clone(), file.language.clone());
    ImportedFile { mime, language, captions: file.captions, ..ImportedFile::default() }
}

/// Places in the feed of the episodes whose sounds are brought: all, none, or the newest.
fn brought(items: &[ReadItem], media: ImportMedia) -> HashSet<usize> {
    let most = match media {
        ImportMedia::None => 0,
        ImportMedia::All => items.len(),
        ImportMedia::Last { episodes } => episodes as usize,
    };
    let mut places: Vec<usize> = (0..items.len()).filter(|at| items[*at].episode.remote_audio.is_some()).collect();
    places.sort_by_key(|at| std::cmp::Reverse(items[*at].episode.publish_at_ms));
    places.into_iter().take(most).collect()
}

/// Whether the feed names another sound than the last time. Of a sound that is here, one that differs only in what stands behind
/// `?` and is as long is the same, and keeps the address of before; one that stays elsewhere needs the address of today.
pub(crate) fn replaced(base: &Fields, episode: &mut Episode, is_here: bool) -> bool {
    let before = base.get("remote_audio").and_then(|value| serde_json::from_value::<RemoteAudio>(value.clone()).ok());
    let (Some(before), Some(now)) = (before, &episode.remote_audio) else { return false };
    let path = |url: &str| url.split(['?', '#']).next().unwrap_or_default().to_string();
    let as_long = before.size_bytes == now.size_bytes && now.size_bytes > 0;
    if is_here && as_long && path(&before.url) == path(&now.url) {
        episode.remote_audio = Some(RemoteAudio { url: before.url, ..now.clone() });
        return false;
    }
    before.url != now.url || before.size_bytes != now.size_bytes
}
