//! Brings one file from somebody else's address into the media folder, looked at like a file of the author's own. Nothing in
//! the library names it yet.

use super::bring::Bringing;
use super::chapter_pictures;
use super::services::counted;
use crate::pictures::Picture;
use crate::studio::task_failed;
use crate::texts::Kept;
use hearthcast_fetch::{FetchError, Hop};
use hearthcast_intake::{ChapterImage, read_marks};
use hearthcast_library::files;
use hearthcast_library::import::File;
use hearthcast_media::{PictureOrder, Probed};
use hearthcast_model::facts::MediaKind;
use hearthcast_model::import::ImportKind;
use hearthcast_model::{Chapter, Code, Error, Result, Sha256};
use hearthcast_text::chapters::{ChaptersError, LeftOut};
use hearthcast_text::{chapters, transcript};
use std::path::Path;
use url::Url;

/// Largest sound.
const MOST_SOUND: u64 = 4 << 30;

/// Largest picture.
const MOST_PICTURE: usize = 32 << 20;

/// Chapters, the addresses of their pictures, and what else their file says.
pub(crate) type Marks = (Vec<Chapter>, Vec<ChapterImage>, LeftOut);

/// What came.
pub(crate) enum Brought {
    /// A sound, in the media folder.
    Sound(Box<Probed>),
    /// A sound or another file that stays where it is, with what its server says about it.
    Elsewhere(Hop),
    /// A cover or a picture.
    Picture(Box<Picture>),
    /// Chapters; nothing where they stand in the feed itself.
    Chapters(Option<Marks>),
    /// A transcript, and the ending of its format.
    Transcript(Box<Kept>),
}

impl Bringing<'_> {
    /// Brings a file.
    pub(crate) async fn brought(&self, file: &File) -> Result<Brought> {
        if file.url.is_empty() {
            return Ok(Brought::Chapters(None));
        }
        let address = match file.kind {
            ImportKind::Sound
            | ImportKind::Elsewhere
            | ImportKind::Further
            | ImportKind::Alternate
            | ImportKind::Trailer => counted(&file.url).map(|chain| chain.inner),
            _ => None,
        };
        let url = Url::parse(address.as_deref().unwrap_or(&file.url))
            .map_err(|_| Error::new(Code::TargetInvalid, format!("\"{}\" is no address.", file.url)))?;
        match file.kind {
            ImportKind::Sound | ImportKind::Further => self.sound(file, &url).await,
            ImportKind::Elsewhere | ImportKind::Alternate | ImportKind::Trailer | ImportKind::TagPicture => {
                self.elsewhere(&url).await
            }
            ImportKind::Cover => self.picture(&url, PictureOrder::cover()).await,
            ImportKind::Picture | ImportKind::ChapterPicture => self.picture(&url, PictureOrder::episode()).await,
            ImportKind::NotesPicture => {
                self.picture(&url, PictureOrder::notes()).await.map_err(|e| still_named(e, &url))
            }
            ImportKind::Chapters => self.chapters(&url).await,
            ImportKind::Transcript => self.transcript(&url).await,
        }
    }

    async fn sound(&self, file: &File, url: &Url) -> Result<Brought> {
        let root = self.studio.root();
        // The same file in the next run, and another one for every episode, and for what is further of it.
        let further = if file.kind == ImportKind::Further { "further " } else { "" };
        let name = Sha256::of(format!("{further}{} {url}", file.episode).as_bytes());
        let part = files::workplace(root, &format!("import-{}.part", &name.as_str()[..32]));
        let part = part.map_err(|error| crate::disk::not_written("the sound", &error))?;
        let told = |done, total| self.tell(url, done, total);
        self.foreign.download(url, &part, MOST_SOUND, self.cancel, &told).await?;
        let probed = self.looked_at(&part, url).await;
        let probed = match probed {
            Ok(probed) => probed,
            Err(error) => {
                if error.code != Code::Cancelled {
                    let _ = std::fs::remove_file(&part);
                }
                return Err(error);
            }
        };
        let (root, hash) = (root.to_path_buf(), probed.facts.sha256.clone());
        let taken = tokio::task::spawn_blocking(move || files::take_over(&root, &part, &hash));
        taken.await.map_err(|e| task_failed(&e))?.map_err(|e| crate::disk::not_written("the sound", &e))?;
        Ok(Brought::Sound(Box::new(probed)))
    }

    async fn looked_at(&self, part: &Path, url: &Url) -> Result<Probed> {
        let probed = self.studio.probe_media(part, self.cancel.clone(), |_| ()).await;
        let probed = probed.map_err(|error| match error.code {
            Code::Cancelled => error,
            // Nobody knows the name of the file on its way.
            _ => Error::new(error.code, format!("What lies at {} is no sound that Hearthcast can publish.", bare(url)))
                .hint("It stays where it is; the feed goes on naming it."),
        })?;
        match probed.facts.kind {
            MediaKind::Audio => Ok(probed),
            _ => Err(Error::new(Code::MediaUnusable, format!("What lies at {} is a picture, not a sound.", bare(url)))),
        }
    }

    async fn elsewhere(&self, url: &Url) -> Result<Brought> {
        let hop = self.foreign.find(url).await?;
        match hop.status {
            200 | 206 => Ok(Brought::Elsewhere(hop)),
            status => {
                let origin = url.origin().ascii_serialization();
                Err(FetchError::Answered { origin, status, wait: None }.into())
            }
        }
    }

    /// Many episodes name the same picture: it is asked for once, also where several want it at the same time.
    async fn picture(&self, url: &Url, order: PictureOrder) -> Result<Brought> {
        let cell = self.picture_of(format!("{:?} {url}", order.purpose));
        let picture = cell.get_or_init(|| self.got_picture(url, order)).await.clone()?;
        Ok(Brought::Picture(Box::new(picture)))
    }

    async fn got_picture(&self, url: &Url, order: PictureOrder) -> Result<Picture> {
        let got = self.foreign.get(url, MOST_PICTURE).await?;
        let path = self.studio.keep_bytes(got.body).await?;
        let made = self.studio.keep_picture(&path, name_in(url), order).await;
        made.map_err(|error| {
            Error::new(error.code, format!("What lies at {} is no picture that can be used.", bare(url)))
                .hint(error.hint)
        })
    }

    async fn chapters(&self, url: &Url) -> Result<Brought> {
        let got = self.foreign.get(url, chapters::MAX_BYTES).await?;
        let read =
            tokio::task::spawn_blocking(move || marks_in(&got.body, &got.url)).await.map_err(|e| task_failed(&e))?;
        Ok(Brought::Chapters(Some(read?)))
    }

    async fn transcript(&self, url: &Url) -> Result<Brought> {
        let got = self.foreign.get(url, transcript::MAX_BYTES).await?;
        let (_, kept) = self.studio.keep_transcript(got.body, "", None).await?;
        Ok(Brought::Transcript(Box::new(kept)))
    }
}

/// Reads a chapters file. Pictures that cannot be asked for, or are too many, are left out like what has no field.
fn marks_in(bytes: &[u8], url: &Url) -> Result<Marks, ChaptersError> {
    let (chapters, images) = read_marks(bytes, Some(url))?;
    let mut left_out = chapters::left_out(bytes);
    let lost = chapters::pictures(bytes).len().saturating_sub(images.len().min(chapter_pictures::MOST));
    if lost > 0 {
        left_out.of_chapters.insert("img".into(), lost);
    }
    Ok((chapters, images, left_out))
}

/// The name at the end of an address.
pub(crate) fn name_in(url: &Url) -> String {
    url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default().to_string()
}

/// Says what becomes of a picture in notes that could not be brought: where it lies, listeners' apps can ask for it themselves, but
/// never without TLS, which their pages refuse and everybody on the way could read.
fn still_named(error: Error, url: &Url) -> Error {
    let becomes = match url.scheme() {
        "https" => "The notes go on naming it there.",
        _ => "It lies at an address without TLS, so the notes show its description.",
    };
    let message = format!("{} {becomes}", error.message);
    Error { message, ..error }
}

/// An address without what may be a secret.
fn bare(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.to_string()
}
