//! Which files at other people's addresses an import wants: covers, sounds and other files, pictures, chapters, transcripts, and what
//! tags name. Pure.

use super::alternates;
use super::chapter_pictures;
use super::named::Named;
use super::notes_pictures;
use super::plan::Here;
use super::services::counted;
use super::three_way::Fields;
use hearthcast_intake::{ReadItem, RemoteFile};
use hearthcast_library::import::File;
use hearthcast_model::import::{ImportKind, ImportMedia, ImportNote, ImportOrigin, ImportState, ImportedFile};
use hearthcast_model::show::Attachment;
use hearthcast_model::{Episode, EpisodeId, Notes, Picture, RemoteAudio, Sha256, Show};
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
    /// Where sounds and other files of episodes lay that imports brought, by episode and hash: the same bytes may lie at several
    /// addresses.
    lay: HashMap<(&'a str, &'a str), Vec<&'a str>>,
    /// Places in the feed whose sounds are brought.
    brought: HashSet<usize>,
    cover: String,
    /// Whether the source is what listeners have; an export only adds.
    is_feed: bool,
    /// Whether pictures in notes are brought: where nothing is, their addresses stay as they are.
    in_notes: bool,
    told: Vec<ImportNote>,
    /// What tags name, and stays there.
    pub(crate) named: Named,
    wanted: HashSet<Key>,
    put: Vec<File>,
}

impl<'a> Files<'a> {
    pub(crate) fn of(here: &'a Here, items: &[ReadItem], media: ImportMedia) -> Self {
        let key = |file: &'a File| ((file.episode.clone(), file.kind, file.url.clone()), file);
        let hash = |file: &'a File| file.about.hash.as_ref().map(|hash| (file.episode.as_str(), hash.as_str()));
        let is_heard = |file: &&File| matches!(file.kind, ImportKind::Sound | ImportKind::Further);
        let mut lay: HashMap<_, Vec<&'a str>> = HashMap::new();
        for file in here.files.iter().filter(is_heard) {
            if let Some(of) = hash(file) {
                lay.entry(of).or_default().push(file.url.as_str());
            }
        }
        Self {
            known: here.files.iter().map(key).collect(),
            ours: here.files.iter().filter_map(hash).collect(),
            lay,
            brought: brought(items, media),
            cover: String::new(),
            is_feed: here.said.origin == ImportOrigin::Feed,
            in_notes: media != ImportMedia::None,
            told: vec![],
            named: Named::default(),
            wanted: HashSet::new(),
            put: vec![],
        }
    }

    /// What there is to know of pictures in notes.
    pub(crate) fn told(&mut self) -> Vec<ImportNote> {
        std::mem::take(&mut self.told)
    }

    /// The pictures in an episode's notes, or in the words about the show: those of which nothing is known yet.
    pub(crate) fn notes(&mut self, episode: &str, notes: &Notes, page: &str, title: &str) {
        if !self.in_notes {
            return;
        }
        let (urls, told) = notes_pictures::addresses(notes, page, title);
        self.told.extend(told);
        for url in urls {
            self.want(episode, ImportKind::NotesPicture, url.as_str(), ImportedFile::default());
        }
    }

    /// Whether an import brought this file.
    pub(crate) fn is_ours(&self, episode: &str, file: Option<&Attachment>) -> bool {
        file.is_some_and(|file| self.ours.contains(&(episode, file.hash.as_str())))
    }

    /// Where a sound or another file of an episode lay, if an import brought it.
    pub(crate) fn lay(&self, episode: &str, hash: &Sha256) -> Vec<&str> {
        self.lay.get(&(episode, hash.as_str())).into_iter().flatten().copied().collect()
    }

    /// Whether an import brought this picture.
    pub(crate) fn is_our_picture(&self, episode: &str, picture: &Picture) -> bool {
        picture.from.as_ref().is_some_and(|from| self.ours.contains(&(episode, from.master.as_str())))
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
        let remote = body.remote_audio.as_ref().filter(|_| !body.is_post());
        let comes = remote.is_some_and(|remote| self.sound(index, id, remote, body, news.sound));
        let sound = remote.filter(|_| comes).map(|remote| remote.url.as_str());
        let master = body.image_from.as_ref().map(|from| from.master.as_str());
        let free = body.image.is_none() || master.is_some_and(|master| self.ours.contains(&(id, master)));
        let fills =
            || body.image.is_none() && !self.known.keys().any(|key| key.0 == id && key.1 == ImportKind::Picture);
        if free && !item.image_url.is_empty() && item.image_url != self.cover && (self.is_feed || fills()) {
            let url = item.image_url.clone();
            self.want(id, ImportKind::Picture, &url, ImportedFile::default());
        }
        self.texts(id, item, body, news.marks);
        for (kind, url, about) in alternates::addresses(&item.episode, body, self.brought.contains(&index), sound) {
            // Here, the episode would not name its address: it is brought, perhaps as another one than before.
            let key = (id.to_string(), ImportKind::Further, url.to_string());
            let before = if kind == ImportKind::Further { self.known.remove(&key) } else { None };
            let hash = before.and_then(|file| file.about.hash.clone());
            self.want(id, kind, url, ImportedFile { hash, ..about });
        }
        self.named.episode(id, &item.episode, body);
        self.notes(id, &body.notes, &body.link, &body.title);
    }

    /// The sound of an episode; says whether it is brought here.
    fn sound(&mut self, index: usize, id: &str, remote: &RemoteAudio, body: &Episode, is_another: bool) -> bool {
        if body.audio.is_some() && !self.is_ours(id, body.audio.as_ref()) {
            return false;
        }
        let comes = self.brought.contains(&index);
        let kind = if comes { ImportKind::Sound } else { ImportKind::Elsewhere };
        let key = (id.to_string(), kind, remote.url.clone());
        // Another sound under the address of before is brought like a new one. What the last one became is kept: by it the
        // episode's sound is known as ours.
        let hash = if is_another { self.known.remove(&key).and_then(|file| file.about.hash.clone()) } else { None };
        let (size_bytes, mime) = (remote.size_bytes, remote.mime.clone());
        self.want(id, kind, &remote.url, ImportedFile { size_bytes, mime, hash, ..ImportedFile::default() });
        comes
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
        for (url, starts_ms) in chapter_pictures::addresses(&item.chapter_images).into_iter().filter(|_| free) {
            let key = (id.to_string(), ImportKind::ChapterPicture, url.to_string());
            // Of other chapters than before it is brought like a new one, and known as ours.
            let moved = self.known.get(&key).is_some_and(|file| file.about.starts_ms != starts_ms);
            let hash = if moved { self.known.remove(&key).and_then(|file| file.about.hash.clone()) } else { None };
            self.want(id, ImportKind::ChapterPicture, url, ImportedFile { starts_ms, hash, ..ImportedFile::default() });
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
    pub(crate) fn done<'i>(mut self, episodes: impl Iterator<Item = &'i str>) -> (Vec<File>, Vec<File>) {
        for ((episode, kind, url), about) in std::mem::take(&mut self.named).each(|key| self.known.contains_key(key)) {
            self.want(&episode, kind, &url, about);
        }
        let about: HashSet<&str> = episodes.chain([""]).collect();
        // What a chapters file named is in no feed: it stays, and is tried again.
        let named = |(key, _): &(&Key, &&File)| key.1 == ImportKind::ChapterPicture && !self.wanted.contains(*key);
        let again: Vec<File> = self.known.iter().filter(named).map(|(_, file)| (*file).clone()).collect();
        for file in again {
            self.known.remove(&(file.episode.clone(), file.kind, file.url.clone()));
            if file.state == ImportState::Failed && about.contains(file.episode.as_str()) {
                self.put.push(File { state: ImportState::Wanted, ..file });
            }
        }
        let left = self.known.into_iter().filter(|(key, file)| {
            // What was only looked at comes here now.
            let comes = |(id, kind, url): &Key| {
                let now = match kind {
                    ImportKind::Elsewhere => ImportKind::Sound,
                    ImportKind::Alternate => ImportKind::Further,
                    _ => return false,
                };
                self.wanted.contains(&(id.clone(), now, url.clone()))
            };
            let settled = file.state == ImportState::Taken && !comes(key);
            !settled && self.is_feed && about.contains(file.episode.as_str()) && !self.wanted.contains(key)
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

/// Whether the feed names another sound than the last time. Of a sound that is here, one is the same, and keeps the address of
/// before, that is as long and differs only in its scheme, in services that count on the way, or in what stands behind `?`. One
/// that stays elsewhere needs the address of today.
pub(crate) fn replaced(base: &Fields, episode: &mut Episode, is_here: bool) -> bool {
    let before = base.get("remote_audio").and_then(|value| serde_json::from_value::<RemoteAudio>(value.clone()).ok());
    let (Some(before), Some(now)) = (before, &episode.remote_audio) else { return false };
    let as_long = before.size_bytes == now.size_bytes;
    let (old, new) = (address(&before.url), address(&now.url));
    let path = |url: &str| url.split('?').next().unwrap_or_default().to_string();
    let is_same = as_long && (old == new || now.size_bytes > 0 && path(&old) == path(&new));
    if is_here && is_same {
        episode.remote_audio = Some(RemoteAudio { url: before.url, ..now.clone() });
        return false;
    }
    before.url != now.url || !as_long
}

/// The address of a sound itself, without scheme and fragment.
pub(super) fn address(url: &str) -> String {
    let inner = counted(url).map_or_else(|| url.to_string(), |chain| chain.inner);
    let bare = inner.split_once("://").map_or(inner.as_str(), |(_, rest)| rest);
    bare.split('#').next().unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::super::three_way::fields_of;
    use super::*;
    use hearthcast_model::ShowId;

    fn with_sound(url: &str, size_bytes: u64) -> Episode {
        let show = ShowId::parse("01900000-0000-7000-8000-000000000001").unwrap();
        let sound = RemoteAudio { url: url.into(), size_bytes, mime: "audio/mpeg".into(), duration_ms: None };
        Episode { remote_audio: Some(sound), ..Episode::new(show, "g", "t", "s", 1) }
    }

    #[test]
    fn a_sound_is_known_again_behind_other_services_and_schemes() {
        let before = "https://op3.dev/e/pod.example/a.mp3?x=1";
        for (now, bytes, is_another) in [
            (before, 9, false),
            ("https://pod.example/a.mp3?x=1", 9, false),
            ("http://pod.example/a.mp3?x=1", 9, false),
            ("https://dts.podtrac.com/redirect.mp3/pod.example/a.mp3?x=2", 9, false),
            ("https://pod.example/a.mp3?x=1", 10, true),
            ("https://pod.example/b.mp3?x=1", 9, true),
            ("https://other.example/a.mp3?x=1", 9, true),
        ] {
            let mut episode = with_sound(now, bytes);
            let base = fields_of(&with_sound(before, 9)).unwrap();
            assert_eq!(replaced(&base, &mut episode, true), is_another, "{now} {bytes}");
            let kept = episode.remote_audio.unwrap().url;
            assert_eq!(kept, if is_another { now } else { before }, "what is the same keeps the address of before");
            // One that stays elsewhere is looked for where the feed says today.
            let mut elsewhere = with_sound(now, bytes);
            assert_eq!(replaced(&base, &mut elsewhere, false), now != before || bytes != 9);
            assert_eq!(elsewhere.remote_audio.unwrap().url, now);
        }
        // Without a length only the address says it.
        let unknown = fields_of(&with_sound("http://pod.example/a.mp3?x=1", 0)).unwrap();
        assert!(!replaced(&unknown, &mut with_sound("https://pod.example/a.mp3?x=1", 0), true));
        assert!(replaced(&unknown, &mut with_sound("https://pod.example/a.mp3?x=2", 0), true));
    }
}
