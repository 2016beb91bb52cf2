//! The media library: every file with where it is used, its tags, how much there is, and what nothing needs any more.

use crate::Studio;
use crate::edit_show::invalid;
use crate::read::parse_hash;
use crate::search::all_words_in;
use crate::studio::task_failed;
use hearthcast_library::files::Lying;
use hearthcast_library::media::Listed;
use hearthcast_library::{edit, episode, files, job, kept, made, media, media_tag, show};
use hearthcast_model::facts::MediaKind;
use hearthcast_model::job::{JobKind, JobState};
use hearthcast_model::media_library::{
    KeptFor, MediaItem, MediaPlace, MediaRole, MediaShelf, MediaUse, OrphansGone, PrivatePlace, UseState,
};
use hearthcast_model::media_uses::uses;
use hearthcast_model::rule::FileKind;
use hearthcast_model::{Code, Episode, EpisodeId, Error, Record, Result, Sha256};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Longest tag, in characters.
const LONGEST_TAG: usize = 64;
/// Most tags of one file.
const MOST_TAGS: usize = 32;

/// Which files a list shows; empty shows all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MediaWish {
    /// Of one kind.
    pub shelf: Option<MediaShelf>,
    /// With this tag.
    pub tag: Option<String>,
    /// With all these words in name, tags, or the titles of where they are used.
    pub search: String,
}

type Uses = HashMap<Sha256, Vec<MediaUse>>;

impl Studio {
    /// All files of the library, the newest first; those that nobody noted last.
    pub async fn media_items(&self) -> Result<Vec<MediaItem>> {
        let (kept, mut uses) = (kept::now(self.library()).await?, self.all_uses().await?);
        let mut tags = media_tag::all(self.library()).await?;
        let root = self.root().to_path_buf();
        let lying = tokio::task::spawn_blocking(move || files::lying(&root)).await.map_err(|e| task_failed(&e))?;
        let now_ms = self.now_ms();
        let fresh: HashSet<Sha256> =
            lying.iter().filter(|file| file.is_fresh(now_ms)).map(|file| file.hash.clone()).collect();
        let mut lying: HashMap<Sha256, Lying> = lying.into_iter().map(|file| (file.hash.clone(), file)).collect();
        let mut items = vec![];
        for listed in media::all(self.library()).await? {
            let Some(hash) = Sha256::parse(&listed.hash) else { continue };
            let there = lying.remove(&hash);
            let uses = uses.remove(&hash).unwrap_or_default();
            items.push(item(hash, listed, there.as_ref(), uses));
        }
        let mut unnoted: Vec<Lying> = lying.into_values().collect();
        unnoted.sort_by(|a, b| a.hash.cmp(&b.hash));
        items.extend(unnoted.into_iter().map(nobody_noted));
        for item in &mut items {
            item.tags = tags.remove(&item.hash).unwrap_or_default();
            item.kept = kept.why(&item.hash);
            if item.kept.is_empty() && fresh.contains(&item.hash) {
                item.kept.push(KeptFor::Fresh);
            }
        }
        Ok(items)
    }

    /// Those files of the library that somebody looks for.
    pub async fn media_found(&self, wish: &MediaWish) -> Result<Vec<MediaItem>> {
        let all = self.media_items().await?;
        Ok(all.into_iter().filter(|item| is_wished(item, wish)).collect())
    }

    /// Sets the tags of a file, in place of those it has; answers how they are kept.
    pub async fn tag_media(&self, hash: &str, tags: &[String]) -> Result<Vec<String>> {
        let hash = parse_hash(hash)?;
        let known = media::get(self.library(), &hash).await?;
        known.ok_or_else(|| hearthcast_model::Error::not_found("media file", hash.as_str()))?;
        let tags: BTreeSet<String> = tags.iter().map(|tag| plain_tag(tag)).filter(|tag| !tag.is_empty()).collect();
        if tags.len() > MOST_TAGS || tags.iter().any(|tag| tag.chars().count() > LONGEST_TAG) {
            let why = format!("a file has at most {MOST_TAGS} tags of {LONGEST_TAG} letters each");
            return Err(invalid("tags", &why, "Use fewer or shorter tags."));
        }
        let tags: Vec<String> = tags.into_iter().collect();
        let mut tx = self.library().transact().await?;
        tx.put_media_tags(&hash, &tags).await?;
        self.commit_own(tx).await?;
        Ok(tags)
    }

    /// Deletes those of the named files that nothing needs. What turns out to be needed stays.
    pub async fn delete_orphans(&self, only: &[Sha256]) -> Result<OrphansGone> {
        let brings = |open: &job::Open| {
            open.job.state == JobState::Running && matches!(open.job.kind, JobKind::Ingest | JobKind::Process)
        };
        if job::open(self.library()).await?.iter().any(brings) {
            // An import of hours notes its files at its end.
            return Err(Error::new(Code::Busy, "Files are being brought or made right now.")
                .hint("Look again when that is done: what nobody needs then can go."));
        }
        let orphans = self.media_items().await?.into_iter().filter(MediaItem::is_orphan);
        let wanted: Vec<MediaItem> = orphans.filter(|item| only.contains(&item.hash)).collect();
        let mut tx = self.library().transact().await?;
        // Asked again where nobody else can write: somebody may have begun to use one since.
        let kept = tx.kept().await?;
        let gone: Vec<&MediaItem> = wanted.iter().filter(|item| kept.why(&item.hash).is_empty()).collect();
        for item in &gone {
            tx.forget_media(&item.hash).await?;
        }
        self.commit_own(tx).await?;
        let (root, now_ms) = (self.root().to_path_buf(), self.now_ms());
        let files: Vec<(Sha256, u64)> = gone.iter().map(|item| (item.hash.clone(), item.size_bytes)).collect();
        let removed = tokio::task::spawn_blocking(move || {
            let mut told = OrphansGone::default();
            for (hash, bytes) in files {
                match files::remove(&root, &hash, now_ms) {
                    Ok(true) => (told.files, told.size_bytes) = (told.files + 1, told.size_bytes + bytes),
                    Ok(false) => {}
                    Err(error) => {
                        tracing::warn!(%error, %hash, "a file that nothing needs stays");
                        told.left += 1;
                    }
                }
            }
            told
        });
        removed.await.map_err(|e| task_failed(&e))
    }

    /// Where every file is used.
    pub(crate) async fn all_uses(&self) -> Result<Uses> {
        let mut found = Uses::new();
        let recordings = self.recordings().await?;
        for row in show::list(self.library()).await? {
            let record = self.show(row.id.as_str()).await?;
            let of_show = |place, state| MediaUse {
                show: row.id.clone(),
                show_title: record.body.title.clone(),
                episode: None,
                episode_title: String::new(),
                place,
                state,
            };
            for (hash, place, state) in uses(&record) {
                found.entry(hash).or_default().push(of_show(place, state));
            }
            let all = episode::all(self.library(), &row.id).await?;
            for record in all.into_iter().filter(|record| record.deleted_ms.is_none() || record.released.is_some()) {
                let Some(id) = EpisodeId::parse(&record.id) else { continue };
                let named = |place, state| MediaUse {
                    episode: Some(id.clone()),
                    episode_title: record.body.title.clone(),
                    ..of_show(place, state)
                };
                for (hash, place, state) in uses(&record) {
                    found.entry(hash).or_default().push(named(place, state));
                }
                for hash in recordings.of(&record) {
                    let place = MediaPlace::Private(PrivatePlace::Recording);
                    found.entry(hash).or_default().push(named(place, UseState::Draft));
                }
            }
        }
        Ok(found)
    }

    /// The recordings of all episodes; however many there are, three questions.
    async fn recordings(&self) -> Result<Recordings> {
        Ok(Recordings {
            newest: made::recordings(self.library()).await?,
            edited: edit::recordings(self.library()).await?,
            sources: made::sources(self.library()).await?,
        })
    }
}

/// What sounds were made of.
struct Recordings {
    /// The newest that an episode was given.
    newest: HashMap<String, Sha256>,
    /// Those of an episode that were cut.
    edited: HashMap<String, Vec<Sha256>>,
    /// By what was made.
    sources: HashMap<Sha256, Sha256>,
}

impl Recordings {
    /// Those of an episode, as it is and as listeners have it.
    fn of(&self, record: &Record<Episode>) -> BTreeSet<Sha256> {
        let given = self.newest.get(&record.id).into_iter().chain(self.edited.get(&record.id).into_iter().flatten());
        let mut found: BTreeSet<Sha256> = given.cloned().collect();
        for body in record.released.iter().chain([&record.body]) {
            let sounds = body.kinds_of_files().filter(|(kind, _)| *kind == FileKind::Audio);
            found.extend(sounds.filter_map(|(_, file)| self.sources.get(&file.hash).cloned()));
        }
        found
    }
}

fn item(hash: Sha256, listed: Listed, there: Option<&Lying>, uses: Vec<MediaUse>) -> MediaItem {
    let kind: Option<MediaKind> = serde_json::from_value(listed.kind.into()).ok();
    let shelf = kind.map_or(MediaShelf::File, |kind| MediaShelf::of(kind, &listed.mime));
    let source = listed.source.as_deref().and_then(Sha256::parse);
    let pixels = |side: Option<i64>| side.and_then(|side| u32::try_from(side).ok());
    MediaItem {
        role: role(&uses, source.is_some()),
        hash,
        name: listed.original_name,
        shelf,
        mime: listed.mime,
        size_bytes: u64::try_from(listed.size_bytes).unwrap_or(0),
        duration_ms: listed.duration_ms,
        width_px: pixels(listed.width_px),
        height_px: pixels(listed.height_px),
        added_ms: listed.created_ms,
        here: there.is_some(),
        tags: vec![],
        uses,
        kept: vec![],
        source,
    }
}

fn nobody_noted(file: Lying) -> MediaItem {
    MediaItem {
        hash: file.hash,
        name: String::new(),
        shelf: MediaShelf::File,
        role: MediaRole::AsItCame,
        mime: String::new(),
        size_bytes: file.size_bytes,
        duration_ms: None,
        width_px: None,
        height_px: None,
        added_ms: file.touched_ms,
        here: true,
        tags: vec![],
        uses: vec![],
        kept: vec![],
        source: None,
    }
}

/// What is published as it came is that before it is anything else.
fn role(uses: &[MediaUse], is_made: bool) -> MediaRole {
    let is = |wanted: &dyn Fn(MediaPlace) -> bool| uses.iter().any(|one| wanted(one.place));
    let only_copy = MediaPlace::Published(FileKind::Thumbnail);
    match () {
        () if is_made => MediaRole::Made,
        () if is(&|place| matches!(place, MediaPlace::Published(_)) && place != only_copy) => MediaRole::AsItCame,
        () if is(&|place| place == only_copy) => MediaRole::Copy,
        () if is(&|place| place == MediaPlace::Private(PrivatePlace::Original)) => MediaRole::Original,
        () if is(&|place| matches!(place, MediaPlace::Private(_))) => MediaRole::Recording,
        () => MediaRole::AsItCame,
    }
}

fn is_wished(item: &MediaItem, wish: &MediaWish) -> bool {
    let tag = wish.tag.as_deref().map(plain_tag);
    let titles = item.uses.iter().flat_map(|one| [one.show_title.as_str(), &one.episode_title]);
    let said = || item.tags.iter().map(String::as_str).chain([item.name.as_str()]).chain(titles);
    wish.shelf.is_none_or(|shelf| item.shelf == shelf)
        && tag.is_none_or(|tag| item.tags.contains(&tag))
        && all_words_in(&wish.search, &said().collect::<Vec<_>>().join(" "))
}

/// A tag as it is kept: in small letters, one space between words.
fn plain_tag(tag: &str) -> String {
    tag.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
