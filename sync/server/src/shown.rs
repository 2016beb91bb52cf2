//! What the public sees now: each show's edition as of an instant, handed to the public side as one catalogue.
//!
//! Here the one visibility rule (`model::visible`) is asked: an edition names only episodes whose time has come.

use crate::app::{App, Folders};
use crate::departed::Departed;
use crate::public::api::ShowView;
use crate::public::{
    Catalogue, Elsewhere, EpisodeSound, Feed, Leave, Left, MediaFile, MediaUse, PublicState, WrittenFile,
};
use hearthcast_feed::urls::{UrlMap, server_urls_with};
use hearthcast_feed::{ChaptersFile, FeedInput, Item, Rendered, render_all};
use hearthcast_model::legacy::LegacyPath;
use hearthcast_model::rule::AudioMode;
use hearthcast_model::show::Attachment;
use hearthcast_model::visible::released_by;
use hearthcast_model::{Code, Comment, EpisodeId, Error, MediaFacts, Result, Sha256, ShowId};
use hearthcast_protocol::publish::ReleasedEpisode;
use hearthcast_storage::StorageKey;
use hearthcast_store::released::{self, Released};
use hearthcast_store::withdrawn::{self, Gone};
use hearthcast_store::{Connection, media};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

/// What is known about files, by content.
pub type Facts = HashMap<Sha256, MediaFacts>;

/// What the public sees of a show as of an instant.
#[derive(Debug)]
pub struct Edition {
    /// The show.
    pub show: ShowId,
    /// Its version.
    pub version: u64,
    /// Name in the feed's address.
    pub slug: String,
    /// The feed, as text.
    pub bytes: bytes::Bytes,
    /// The feed, ready to be sent.
    pub feed: Arc<Feed>,
    /// Hash of the feed.
    pub sha256: Sha256,
    /// When the next episode's time comes.
    pub due_ms: Option<i64>,
    /// The feed's address.
    pub feed_url: String,
    /// Its pages and further feeds.
    pub documents: Vec<Document>,
    /// The hub that is told of news; empty is none.
    pub hub: String,
    /// The show as the JSON:API tells it.
    view: Arc<ShowView>,
    files: Vec<File>,
    /// Chapters files that are written for this server.
    written: Vec<Arc<WrittenFile>>,
    sounds: Vec<(EpisodeId, EpisodeSound)>,
    paths: Vec<LegacyPath>,
    base_url: String,
}

/// A page of the feed or a further feed.
#[derive(Debug)]
pub struct Document {
    /// What stands behind `rss/` in its address (`page/3`, `last-10`).
    pub name: String,
    /// Its address, where it is a feed that apps subscribe to.
    pub topic: Option<String>,
    /// Hash of it.
    pub sha256: Sha256,
    feed: Arc<Feed>,
}

/// A file that the edition names.
#[derive(Debug)]
struct File {
    sha256: Sha256,
    name: String,
    bytes: u64,
    mime: String,
    used: MediaUse,
    /// Its address and its name there, if it lies in a storage.
    stored: Option<(String, StorageKey)>,
    /// Whether its show's sound is sent by this server.
    served: bool,
}

impl Edition {
    /// What a show looks like as of an instant: with the feed that was brought back, until an episode's time comes.
    pub fn of(
        base_url: &str,
        released: &Released,
        facts: &Facts,
        as_of_ms: i64,
        restored: Option<bytes::Bytes>,
    ) -> Result<Self> {
        let edition = Self::render(base_url, released, facts, as_of_ms)?;
        let came = |at: i64| at > released.effective_at && at <= as_of_ms;
        let came_since = released.episodes.iter().any(|episode| episode.body.publish_at_ms.is_some_and(came));
        match restored.filter(|_| !came_since) {
            Some(bytes) => edition.with_feed(bytes, released.effective_at.min(as_of_ms)),
            None => Ok(edition),
        }
    }

    /// With the sounds that its public episodes had before: who has an older feed, or a list of what to play next, still hears what
    /// stood there. Those that do not lie here are left out.
    pub async fn with_former(mut self, app: &App, released: &Released, as_of_ms: i64) -> Result<Self> {
        let sounds = released::sounds(&mut *app.store.read().await?, &released.id).await?;
        let visible = released.episodes.iter().filter(|episode| released_by(&episode.body, as_of_ms));
        let visible: BTreeSet<&EpisodeId> = visible.map(|episode| &episode.id).collect();
        let now: BTreeSet<Sha256> = self.files.iter().map(|file| file.sha256.clone()).collect();
        for sound in sounds {
            let former = visible.contains(&sound.episode) && !now.contains(&sound.sha256);
            if former && tokio::fs::try_exists(app.folders.media(&sound.sha256)).await.unwrap_or(false) {
                self.files.push(former_file(released, sound));
            }
        }
        Ok(self)
    }

    fn with_feed(self, bytes: bytes::Bytes, newest_ms: i64) -> Result<Self> {
        let feed = Feed::new(bytes.clone(), newest_ms)
            .map_err(|e| Error::new(Code::Internal, format!("The feed cannot be served: {e}.")))?;
        let feed = Arc::new(feed.of(self.show.clone()).with_hub(&self.hub, &self.feed_url));
        Ok(Self { sha256: Sha256::of(&bytes), bytes, feed, ..self })
    }

    /// Renders a show as of an instant.
    pub fn render(base_url: &str, released: &Released, facts: &Facts, as_of_ms: i64) -> Result<Self> {
        let episodes = || released.episodes.iter().map(|episode| &episode.body);
        let named = released.episodes.iter().map(|episode| (&episode.id, &episode.body));
        let urls = server_urls_with(base_url, &released.show, &released.sound, named);
        let items: Vec<Item> =
            released.episodes.iter().map(|episode| Item { id: &episode.id, episode: &episode.body }).collect();
        let input = FeedInput { show: &released.show, items: &items, facts, urls: &urls, as_of_ms };
        let Rendered { feed, pages, variants, chapters } = render_all(&input)?;
        let bytes = bytes::Bytes::from(feed);
        let times = || episodes().filter_map(|episode| episode.publish_at_ms);
        // When listeners could first see it like this; never later than now, as RFC 9110 §8.8.2.1 asks.
        let newest = times().filter(|at| *at <= as_of_ms).max().unwrap_or(0).max(released.effective_at);
        let prepared = |bytes: bytes::Bytes| {
            let feed = Feed::new(bytes, newest.min(as_of_ms));
            let feed = feed.map_err(|e| Error::new(Code::Internal, format!("The feed cannot be served: {e}.")))?;
            Ok::<_, Error>(feed.of(released.id.clone()))
        };
        let hub = &released.show.hub;
        let document = |name: String, topic: Option<String>, bytes: Vec<u8>| {
            let sha256 = Sha256::of(&bytes);
            let feed = prepared(bytes.into())?;
            let feed = match &topic {
                Some(own) => feed.with_hub(hub, own),
                None => feed,
            };
            Ok::<_, Error>(Document { name, topic, sha256, feed: Arc::new(feed) })
        };
        let pages = pages.into_iter().map(|page| document(format!("page/{}", page.number), None, page.bytes));
        let variants = variants.into_iter().map(|one| document(one.name, Some(one.url), one.bytes));
        let documents = pages.chain(variants).collect::<Result<Vec<_>>>()?;
        let feed = prepared(bytes.clone())?.with_hub(hub, &urls.feed);
        let written = |one: ChaptersFile| {
            let file = WrittenFile::chapters(&one.file, one.text, newest.min(as_of_ms));
            let file = file.map_err(|e| Error::new(Code::Internal, format!("A file cannot be served: {e}.")))?;
            Ok::<_, Error>(Arc::new(file))
        };
        let written = chapters.into_iter().map(written).collect::<Result<Vec<_>>>()?;
        Ok(Self {
            show: released.id.clone(),
            version: released.version,
            slug: released.show.slug.clone(),
            sha256: Sha256::of(&bytes),
            bytes,
            feed: Arc::new(feed),
            documents,
            hub: hub.clone(),
            due_ms: times().filter(|at| *at > as_of_ms).min(),
            view: Arc::new(ShowView::of(released, facts, &urls, as_of_ms)),
            sounds: sounds(released, &urls, as_of_ms),
            paths: released.paths.clone(),
            base_url: base_url.to_string(),
            feed_url: urls.feed,
            files: files(released, facts, as_of_ms),
            written,
        })
    }
}

/// The files of everything that is public as of an instant.
fn files(released: &Released, facts: &Facts, as_of_ms: i64) -> Vec<File> {
    let file = |file: &Attachment, episode, published_ms| {
        let told = facts.get(&file.hash)?;
        let name = format!("{}.{}", file.name, file.ext);
        Some(File {
            sha256: file.hash.clone(),
            name: name.clone(),
            bytes: told.size_bytes,
            mime: told.mime.clone(),
            used: MediaUse { show: released.id.clone(), episode, published_ms, name },
            stored: stored(released, &file.hash),
            served: released.sound.mode == AudioMode::Serve,
        })
    };
    let of_show = released.show.files().filter_map(|attached| file(attached, None, released.effective_at));
    let visible = released.episodes.iter().filter(|episode| released_by(&episode.body, as_of_ms));
    let of_episodes = visible.flat_map(|episode| {
        let published_ms = episode.body.publish_at_ms.unwrap_or(released.effective_at);
        episode.body.files().filter_map(move |attached| file(attached, Some(episode.id.clone()), published_ms))
    });
    of_show.chain(of_episodes).collect()
}

/// A sound of before, under whatever name it had.
fn former_file(released: &Released, sound: released::KnownSound) -> File {
    let released::KnownSound { sha256, episode, published_ms, bytes, mime } = sound;
    let used = MediaUse { show: released.id.clone(), episode: Some(episode), published_ms, name: String::new() };
    let served = released.sound.mode == AudioMode::Serve;
    File { sha256, name: String::new(), bytes, mime, used, stored: None, served }
}

/// Where a sound lies that does not lie here: its address, and its name there.
fn stored(released: &Released, sha256: &Sha256) -> Option<(String, StorageKey)> {
    let key = StorageKey::parse(released.sound.elsewhere.get(sha256)?)?;
    Some((released.sound.stored_at(sha256)?, key))
}

/// The sound of everything that is public as of an instant, and where it is heard.
fn sounds(released: &Released, urls: &UrlMap, as_of_ms: i64) -> Vec<(EpisodeId, EpisodeSound)> {
    let visible = released.episodes.iter().filter(|episode| released_by(&episode.body, as_of_ms));
    let sound = |episode: &ReleasedEpisode| {
        let audio = episode.body.audio.as_ref()?;
        let heard_at = urls.get(audio)?.into_owned();
        Some((episode.id.clone(), EpisodeSound { sha256: audio.hash.clone(), ext: audio.ext.clone(), heard_at }))
    };
    visible.filter_map(sound).collect()
}

/// What is known about the files of a show.
pub async fn facts_of(connection: &mut Connection, released: &Released) -> Result<Facts> {
    let attached = released.episodes.iter().flat_map(|episode| episode.body.files());
    let hashes: BTreeSet<&Sha256> = released.show.files().chain(attached).map(|file| &file.hash).collect();
    let mut facts = Facts::new();
    for hash in hashes {
        if let Some(told) = media::get(connection, hash).await?.and_then(|media| media.facts) {
            facts.insert(hash.clone(), told);
        }
    }
    Ok(facts)
}

/// What was withdrawn: its addresses answer 410.
#[derive(Debug, Default)]
pub struct CalledBack {
    files: Vec<Gone>,
    episodes: Vec<EpisodeId>,
}

impl CalledBack {
    /// Everything that was ever withdrawn here.
    pub async fn read(reader: &mut Connection) -> Result<Self> {
        Ok(Self { files: withdrawn::all(reader).await?, episodes: withdrawn::all_episodes(reader).await? })
    }
}

/// The editions of all shows, and the public side that shows them.
pub struct Shown {
    editions: RwLock<BTreeMap<ShowId, Arc<Edition>>>,
    departed: RwLock<BTreeMap<ShowId, Departed>>,
    called_back: RwLock<CalledBack>,
    public: Arc<PublicState>,
    folders: Folders,
}

impl Shown {
    /// Nothing is shown yet.
    pub fn new(public: Arc<PublicState>, folders: Folders) -> Self {
        Self {
            editions: RwLock::default(),
            departed: RwLock::default(),
            called_back: RwLock::default(),
            public,
            folders,
        }
    }

    /// What the public sees of a show.
    pub fn edition(&self, show: &ShowId) -> Option<Arc<Edition>> {
        self.editions.read().unwrap_or_else(PoisonError::into_inner).get(show).cloned()
    }

    /// Feeds with a hub, as they are now: the hub, the feed's address, its hash.
    pub fn with_hubs(&self) -> Vec<(String, String, Sha256)> {
        let editions = self.editions.read().unwrap_or_else(PoisonError::into_inner);
        let with_hub = editions.values().filter(|edition| !edition.hub.is_empty());
        let topics = |edition: &Arc<Edition>| {
            let own = (edition.feed_url.clone(), edition.sha256.clone());
            let further = edition.documents.iter();
            let further = further.filter_map(|one| Some((one.topic.clone()?, one.sha256.clone())));
            let all: Vec<_> = std::iter::once(own).chain(further).collect();
            all.into_iter().map(|(topic, sha256)| (edition.hub.clone(), topic, sha256)).collect::<Vec<_>>()
        };
        with_hub.flat_map(topics).collect()
    }

    /// Shows an edition from now on, whole.
    pub fn switch(&self, edition: Edition) -> Result<()> {
        let mut editions = self.editions.write().unwrap_or_else(PoisonError::into_inner);
        self.departed.write().unwrap_or_else(PoisonError::into_inner).remove(&edition.show);
        editions.insert(edition.show.clone(), Arc::new(edition));
        self.show(&editions)
    }

    /// Shows nothing of a show any more: its addresses say that it left.
    pub fn leave(&self, show: &ShowId, departed: Departed) -> Result<()> {
        let mut editions = self.editions.write().unwrap_or_else(PoisonError::into_inner);
        editions.remove(show);
        self.departed.write().unwrap_or_else(PoisonError::into_inner).insert(show.clone(), departed);
        self.show(&editions)
    }

    /// Answers 410 for these from now on, unless something public uses the same file.
    pub fn call_back(&self, called_back: CalledBack) -> Result<()> {
        *self.called_back.write().unwrap_or_else(PoisonError::into_inner) = called_back;
        self.show(&self.editions.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Shows comments as they stand now, or no more.
    pub fn comments(&self, changed: &[Comment]) {
        if !changed.is_empty() {
            self.public.comments(|comments| changed.iter().for_each(|comment| comments.take(comment)));
        }
    }

    /// What the public sees now.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.public.catalogue()
    }

    /// Waits until what the public sees was switched since the last time.
    pub async fn switched(&self) {
        self.public.switched().await;
    }

    /// Answers to questions made before are told no more: search reads something else now.
    pub fn searched(&self) {
        self.public.searched();
    }

    fn show(&self, editions: &BTreeMap<ShowId, Arc<Edition>>) -> Result<()> {
        let mut catalogue = catalogue(editions.values(), &self.folders)?;
        let departed = self.departed.read().unwrap_or_else(PoisonError::into_inner);
        let called_back = self.called_back.read().unwrap_or_else(PoisonError::into_inner);
        leave(&mut catalogue, departed.values(), &called_back);
        self.public.show(Arc::new(catalogue));
        Ok(())
    }

    /// The public show that an id of a show, episode or post speaks of.
    pub fn show_of(&self, of: &str) -> Option<ShowId> {
        self.public.catalogue().show_of(of)
    }

    /// Shows with an episode whose time has come.
    pub fn due(&self, now_ms: i64) -> Vec<ShowId> {
        let editions = self.editions.read().unwrap_or_else(PoisonError::into_inner);
        let due = editions.values().filter(|edition| edition.due_ms.is_some_and(|at| at <= now_ms));
        due.map(|edition| edition.show.clone()).collect()
    }
}

/// What the addresses answer of shows that left, and of episodes that were withdrawn.
fn leave<'a>(catalogue: &mut Catalogue, departed: impl Iterator<Item = &'a Departed>, called_back: &CalledBack) {
    let mut left = Left::default();
    for departed in departed {
        let names = departed.episodes.iter().map(ToString::to_string).chain([departed.slug.clone()]);
        names.for_each(|name| catalogue.add_left(name, departed.feed_url.clone()));
        let feed = |url: Option<&str>| Leave::to(url.filter(|_| !departed.feed_ended));
        left.feed_left(departed.slug.clone(), feed(departed.feed_url.as_deref()));
        for (name, url) in &departed.variants {
            left.variant_left((departed.slug.clone(), name.clone()), feed(Some(url)));
        }
        for (episode, url) in &departed.sounds {
            left.sound_left(episode.to_string(), Leave::to(url.as_deref()));
        }
        for ((sha256, name), url) in &departed.files {
            left.file_left(sha256, name.clone(), Leave::to(url.as_deref()));
        }
    }
    called_back.episodes.iter().for_each(|episode| {
        catalogue.add_left(episode.to_string(), None);
        left.sound_left(episode.to_string(), Leave::Gone);
    });
    called_back.files.iter().for_each(|gone| {
        catalogue.remove_former(&gone.sha256);
        left.file_called_back(&gone.sha256, gone.name.clone());
    });
    catalogue.set_left(left);
}

/// All editions as one catalogue. The same content in several places is one file with several names and uses.
fn catalogue<'a>(editions: impl Iterator<Item = &'a Arc<Edition>>, folders: &Folders) -> Result<Catalogue> {
    let mut catalogue = Catalogue::default();
    let mut by_content = BTreeMap::<&Sha256, Vec<&File>>::new();
    for edition in editions {
        catalogue.add_feed(edition.slug.clone(), edition.feed.clone());
        for document in &edition.documents {
            catalogue.add_document(edition.slug.clone(), document.name.clone(), document.feed.clone());
        }
        catalogue.add_show(edition.view.clone());
        edition.paths.iter().for_each(|path| catalogue.add_older_path(path, &edition.base_url, &edition.show));
        edition.sounds.iter().for_each(|(episode, sound)| catalogue.add_sound(episode.clone(), sound.clone()));
        edition.written.iter().for_each(|file| catalogue.add_written(file.clone()));
        edition.files.iter().for_each(|file| by_content.entry(&file.sha256).or_default().push(file));
    }
    for (sha256, files) in by_content {
        let names: BTreeSet<String> = files.iter().map(|file| file.name.clone()).collect();
        let uses: Vec<MediaUse> = files.iter().map(|file| file.used.clone()).collect();
        let since_ms = uses.iter().map(|used| used.published_ms).min().unwrap_or_default();
        let names = names.into_iter().collect();
        let unusable = |e| Error::new(Code::Internal, format!("A file cannot be served: {e}."));
        let elsewhere = files.iter().map(|file| file.stored.as_ref()).collect::<Option<Vec<_>>>();
        if let Some(stored) = elsewhere.and_then(|stored| stored.first().copied()) {
            // Of two shows with the same sound in two modes, the one whose listeners are counted exactly decides.
            let served = files.iter().any(|file| file.served);
            let (bytes, mime) = (files[0].bytes, &files[0].mime);
            let sound = Elsewhere::new(sha256.clone(), bytes, mime, uses, stored.clone(), served);
            catalogue.add_elsewhere(sound.map_err(unusable)?);
            continue;
        }
        let place = folders.media(sha256);
        let file = MediaFile::new(sha256.clone(), place, files[0].bytes, &files[0].mime, since_ms, names, uses)
            .map_err(unusable)?;
        catalogue.add_media(Arc::new(file));
    }
    Ok(catalogue)
}
