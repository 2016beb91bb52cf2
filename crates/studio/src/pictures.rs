//! Takes a picture in: made right in the worker, kept by hash with its smaller copies and the file it was made from.

use crate::Studio;
use crate::studio::task_failed;
use hearthcast_engine::ProgressSink;
use hearthcast_library::{WriteTx, files, media};
use hearthcast_media::{MadePicture, PictureMade, PictureOrder, Purpose};
use hearthcast_model::chapter::Rendition;
use hearthcast_model::facts::MediaFacts;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Cancel, Code, Episode, Error, PictureFrom, Progress, Result, Sha256, Show, Square};
use std::path::{Path, PathBuf};

/// Name under which a cover is published.
const COVER: &str = "cover";
/// Where a picture that came with a sound is from, for lists.
const FROM_TAGS: &str = "cover from the audio file";

/// A picture in the media folder, ready to be published. The file it was made from stays there too.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    master: MediaFacts,
    published: MediaFacts,
    smaller: Vec<MediaFacts>,
    original_name: String,
    purpose: Purpose,
    square: Option<Square>,
}

impl Picture {
    /// The picture and its smaller copies as a record names them, largest first.
    fn named(&self, name: &str) -> (Attachment, Vec<Rendition>) {
        (attached(&self.published, name.into()), self.smaller.iter().map(|facts| copy_of(name, facts)).collect())
    }

    /// Notes all its files.
    pub(crate) async fn note(&self, tx: &mut WriteTx) -> Result<()> {
        for facts in self.all_facts() {
            tx.put_media(facts, &self.original_name).await?;
        }
        Ok(())
    }

    /// What it was made from.
    pub(crate) fn from(&self) -> PictureFrom {
        PictureFrom { master: self.master.sha256.clone(), square: self.square }
    }

    /// Whether it is one point wide or high: it shows nothing.
    pub(crate) fn is_point(&self) -> bool {
        [self.master.width_px, self.master.height_px].into_iter().any(|side| side.is_some_and(|pixels| pixels <= 1))
    }

    /// Whether a record names this picture already, made or as it came.
    fn is(&self, named: Option<&Attachment>) -> bool {
        named.is_some_and(|file| file.hash == self.published.sha256 || file.hash == self.master.sha256)
    }

    /// The picture as a record names it, published under `name` and the beginning of its hash: several may be called so.
    pub(crate) fn as_named(&self, name: &str) -> hearthcast_model::Picture {
        let (file, sizes) = self.named(&format!("{name}-{}", &self.published.sha256.as_str()[..8]));
        hearthcast_model::Picture { file, sizes, from: Some(self.from()), alt: String::new() }
    }

    /// Facts of all its files.
    pub(crate) fn all_facts(&self) -> impl Iterator<Item = &MediaFacts> {
        std::iter::once(&self.master).chain([&self.published]).chain(&self.smaller)
    }

    /// Whether it is made from another file than this one.
    pub(crate) fn is_another_than(&self, master: Option<&Sha256>) -> bool {
        master.is_some_and(|master| *master != self.master.sha256)
    }

    /// Makes it the show's cover.
    pub(crate) fn put_on_show(&self, show: &mut Show) {
        let (cover, sizes) = self.named(COVER);
        (show.cover, show.cover_sizes, show.cover_from) = (Some(cover), sizes, Some(self.from()));
    }

    /// Makes it the episode's picture, published under the episode's name.
    pub(crate) fn put_on_episode(&self, episode: &mut Episode) {
        let (image, sizes) = self.named(&episode.slug);
        (episode.image, episode.image_sizes, episode.image_from) = (Some(image), sizes, Some(self.from()));
    }

    /// Puts a picture that came with a sound where one is missing; returns the show when that is where.
    pub(crate) fn place(&self, episode: &mut Episode, show: &Show, now_ms: i64) -> Option<Show> {
        match self.purpose {
            Purpose::Cover if show.cover.is_none() => {
                let mut changed = Show { changed_ms: now_ms, ..show.clone() };
                self.put_on_show(&mut changed);
                return Some(changed);
            }
            Purpose::Episode if episode.image.is_none() => self.put_on_episode(episode),
            _ => (),
        }
        None
    }
}

/// A smaller copy as a record names it: by its longest side.
pub(crate) fn copy_of(name: &str, facts: &MediaFacts) -> Rendition {
    let (width_px, height_px) = (facts.width_px.unwrap_or(0), facts.height_px.unwrap_or(0));
    Rendition { width_px, height_px, file: attached(facts, format!("{name}-{}", width_px.max(height_px))) }
}

fn attached(facts: &MediaFacts, name: String) -> Attachment {
    Attachment { hash: facts.sha256.clone(), name, ext: facts.extension().into() }
}

impl Studio {
    /// Makes a picture in the worker process and writes nothing: what would become of it.
    pub async fn make_picture(&self, path: &Path, order: PictureOrder, cancel: Cancel) -> Result<PictureMade> {
        let path = path.to_path_buf();
        self.ask_worker(move |worker| worker.picture(&path, &order, &cancel)).await
    }

    /// Makes a cover or an episode's picture of a file and keeps it.
    pub(crate) async fn take_picture(&self, path: &Path, order: PictureOrder) -> Result<Picture> {
        self.keep_picture(path, file_name(path), order).await
    }

    /// The picture that came with a sound: a cover for a show without one, else the episode's own when it has none and
    /// this is another than the show's. A picture that cannot be used is passed over: the sound counts.
    pub(crate) async fn take_picture_of_sound(&self, bytes: &[u8], show: &Show, episode: &Episode) -> Option<Picture> {
        let path = self.keep_bytes(bytes.to_vec()).await.ok()?;
        let cover = self.keep_picture(&path, FROM_TAGS.into(), PictureOrder::cover()).await.ok()?;
        if show.cover.is_none() {
            return Some(cover);
        }
        if cover.is(show.cover.as_ref()) || episode.image.is_some() {
            return None;
        }
        self.keep_picture(&path, FROM_TAGS.into(), PictureOrder::episode()).await.ok()
    }

    /// The picture an edit asks for: a new file, another part of the one there is, or nothing. An empty path asks for none.
    pub(crate) async fn picture_asked(&self, asked: AskedPicture<'_>) -> Result<Option<Picture>> {
        let square = asked.square.filter(|square| square.side > 0);
        let order = asked.order.part(square);
        match (asked.path, asked.square) {
            (Some(""), _) | (None, None) => Ok(None),
            (Some(path), _) => self.take_picture(Path::new(path), order).await.map(Some),
            (None, Some(_)) => {
                let Some(from) = asked.from else { return Err(nothing_to_cut()) };
                self.master(&from.master).await?;
                let known = media::get(self.library(), &from.master).await?;
                let name = known.map(|known| known.original_name).unwrap_or_default();
                self.keep_picture(&files::path(self.root(), &from.master), name, order).await.map(Some)
            }
        }
    }

    pub(crate) async fn keep_picture(
        &self,
        path: &Path,
        original_name: String,
        order: PictureOrder,
    ) -> Result<Picture> {
        let made = self.make_picture(path, order, Cancel::default()).await?;
        let kept = self.take_file_in(path).await?;
        same_content(path, &kept, &made.master.sha256)?;
        let published = match made.picture {
            Some(picture) => self.keep_picture_file(picture).await?,
            None => made.master.clone(),
        };
        let mut smaller = vec![];
        for size in made.sizes {
            smaller.push(self.keep_picture_file(size).await?);
        }
        Ok(Picture {
            master: made.master,
            published,
            smaller,
            original_name,
            purpose: order.purpose,
            square: order.square,
        })
    }

    async fn keep_picture_file(&self, made: MadePicture) -> Result<MediaFacts> {
        self.keep_bytes(made.bytes).await?;
        Ok(made.facts)
    }

    /// Writes bytes into the media folder; returns where.
    pub(crate) async fn keep_bytes(&self, bytes: Vec<u8>) -> Result<PathBuf> {
        let root = self.root().to_path_buf();
        let kept = tokio::task::spawn_blocking(move || {
            files::take_in_from(&root, &mut bytes.as_slice()).map(|hash| files::path(&root, &hash))
        });
        kept.await.map_err(|e| task_failed(&e))?.map_err(|e| not_kept(&e))
    }

    /// Copies a file into the media folder; returns the hash of what was copied.
    pub(crate) async fn take_file_in(&self, path: &Path) -> Result<Sha256> {
        let (root, source) = (self.root().to_path_buf(), path.to_path_buf());
        let copied =
            tokio::task::spawn_blocking(move || files::take_in(&root, &source)).await.map_err(|e| task_failed(&e))?;
        copied.map_err(|e| not_taken(path, &e))
    }

    /// The same with a recording or a film, whose bytes are many: told how far it is, and stopped when that is wanted.
    pub(crate) async fn copy_in(&self, path: &Path, cancel: &Cancel, sink: &ProgressSink) -> Result<Sha256> {
        let (root, source, stop, told) = (self.root().to_path_buf(), path.to_path_buf(), cancel.clone(), sink.clone());
        let copying = tokio::task::spawn_blocking(move || {
            let all = std::fs::metadata(&source)?.len();
            files::take_in_watched(&root, &source, &mut |passed| {
                told(Progress::new("copy", passed, all));
                !stop.is_cancelled()
            })
        });
        let copied = copying.await.map_err(|e| task_failed(&e))?;
        cancel.check()?;
        copied.map_err(|e| not_taken(path, &e))
    }
}

/// What an edit says about a picture.
pub(crate) struct AskedPicture<'a> {
    /// A new file; empty takes the picture away.
    pub(crate) path: Option<&'a str>,
    /// The part that is to be shown.
    pub(crate) square: Option<Square>,
    /// What the picture that is there was made from.
    pub(crate) from: Option<PictureFrom>,
    /// What it is for.
    pub(crate) order: PictureOrder,
}

fn nothing_to_cut() -> Error {
    Error::new(Code::FieldInvalid, "There is no picture yet to show a part of.")
        .hint("Choose a picture first.")
        .about("field", "picture")
}

/// The file that was measured must be the file that was kept.
pub(crate) fn same_content(path: &Path, kept: &Sha256, measured: &Sha256) -> Result<()> {
    if kept == measured {
        return Ok(());
    }
    Err(Error::new(Code::MediaUnreadable, format!("{} changed while it was read. Nothing was added.", path.display()))
        .hint("Wait until the other program has finished writing it, then add it again.")
        .about("file", path.display().to_string()))
}

fn not_taken(path: &Path, error: &std::io::Error) -> Error {
    if crate::disk::is_full(error) {
        return crate::disk::not_written(&file_name(path), error).about("file", path.display().to_string());
    }
    Error::new(Code::MediaUnreadable, format!("{} could not be copied into the library: {error}.", path.display()))
        .hint("Check that the file can be read and that the library's disk can be written.")
        .about("file", path.display().to_string())
}

fn not_kept(error: &std::io::Error) -> Error {
    Error::new(Code::LibraryFailed, format!("The picture could not be written into the library: {error}."))
        .hint("Make room on the library's disk, then choose the picture again.")
}

pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}
