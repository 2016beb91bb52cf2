//! `hearthcast media list`, `tag`, `orphans` and `sizes`: the files of the library.

use crate::output::Done;
use crate::words;
use clap::{Args, ValueEnum};
use hearthcast_model::media_library::{self as library, MediaItem, MediaRole, MediaShelf, ShelfSize, UseState};
use hearthcast_model::{Code, Error, Result, Sha256};
use hearthcast_studio::{MediaWish, Studio};
use serde_json::json;

/// Letters of a hash that are shown, and that are enough to name a file.
const SHOWN: usize = 10;
/// Most uses of one file that are told in a list.
const MOST_USES: usize = 3;

/// Which files are listed.
#[derive(Debug, Args)]
pub struct List {
    /// Only files of this kind
    #[arg(long, value_enum)]
    pub kind: Option<Kind>,
    /// Only files with this tag
    #[arg(long)]
    pub tag: Option<String>,
    /// Only files with these words in their name, their tags, or the titles of where they are used
    #[arg(long, value_name = "WORDS", default_value = "")]
    pub search: String,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Sound
    Audio,
    /// Still pictures
    Image,
    /// Moving pictures
    Video,
    /// Transcripts and chapters
    Text,
    /// Everything else
    File,
}

impl From<Kind> for MediaShelf {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Audio => Self::Audio,
            Kind::Image => Self::Image,
            Kind::Video => Self::Video,
            Kind::Text => Self::Text,
            Kind::File => Self::File,
        }
    }
}

/// Which tags a file has.
#[derive(Debug, Args)]
pub struct Tag {
    /// The file: the beginning of its hash, as `media list` shows it
    #[arg(value_name = "FILE")]
    pub which: String,
    /// Its tags; none takes all away
    #[arg(value_name = "TAG")]
    pub tags: Vec<String>,
}

/// What becomes of orphans.
#[derive(Debug, Args)]
pub struct Orphans {
    /// Delete them; they do not come back
    #[arg(long)]
    pub delete: bool,
}

/// Lists files.
pub async fn list(studio: &Studio, what: &List) -> Result<Done> {
    let wish = MediaWish { shelf: what.kind.map(Into::into), tag: what.tag.clone(), search: what.search.clone() };
    let items = studio.media_found(&wish).await?;
    let text = if items.is_empty() { "No file is like that.\n".into() } else { table(&items) };
    Done::list("media", &items, text)
}

/// Sets the tags of a file.
pub async fn tag(studio: &Studio, what: &Tag) -> Result<Done> {
    let item = one(studio, &what.which).await?;
    let tags = studio.tag_media(item.hash.as_str(), &what.tags).await?;
    let said = if tags.is_empty() { "It has no tags now.".into() } else { format!("Its tags: {}.", tags.join(", ")) };
    Done::with(&json!({"hash": item.hash, "tags": tags}), said)
}

/// The one file whose hash begins so, or whose name this is.
pub async fn one(studio: &Studio, which: &str) -> Result<MediaItem> {
    let begins = |item: &MediaItem| which.len() >= 6 && item.hash.as_str().starts_with(which);
    let all = studio.media_items().await?;
    let mut found: Vec<MediaItem> = all.into_iter().filter(|item| begins(item) || item.name == which).collect();
    // What was made of a file has its name, too; the author's own is meant.
    let own = |item: &MediaItem| !matches!(item.role, MediaRole::Made | MediaRole::Copy);
    if found.iter().any(own) {
        found.retain(own);
    }
    match (found.pop(), found.is_empty()) {
        (Some(item), true) => Ok(item),
        (None, _) => Err(Error::not_found("media file", which).hint("\"hearthcast media list\" shows them.")),
        (Some(_), false) => Err(Error::new(Code::UsageInvalid, format!("Several files are called \"{which}\"."))
            .hint("Name it by the beginning of its hash: \"hearthcast media list\" shows it.")),
    }
}

/// Lists orphans, or deletes them.
pub async fn orphans(studio: &Studio, what: &Orphans) -> Result<Done> {
    let orphans: Vec<MediaItem> = studio.media_items().await?.into_iter().filter(MediaItem::is_orphan).collect();
    let bytes = orphans.iter().filter(|item| item.here).map(|item| item.size_bytes).sum();
    if orphans.is_empty() {
        let text =
            "Nothing is left over: every file is needed by a show, a version, a step to undo, or something else.";
        return Done::with(&json!({"orphans": [], "size_bytes": 0}), text);
    }
    if !what.delete {
        let sum = format!("{}, {}.", words::count(orphans.len() as u64, "file"), words::bytes(bytes));
        let text = format!("{}{sum} To delete them: hearthcast media orphans --delete\n", table(&orphans));
        return Done::with(&json!({"orphans": orphans, "size_bytes": bytes}), text);
    }
    let all: Vec<Sha256> = orphans.into_iter().map(|item| item.hash).collect();
    let gone = studio.delete_orphans(&all).await?;
    let (files, room) = (words::count(gone.files, "file"), words::bytes(gone.size_bytes));
    let left = match gone.left {
        0 => String::new(),
        left => format!(" {} could not be deleted.", words::count(left, "file")),
    };
    let mut done = Done::with(&json!({"deleted": gone}), format!("{files} deleted, {room} are free again.{left}"))?;
    done.exit = u8::from(gone.left > 0);
    Ok(done)
}

/// Says how much there is of what.
pub async fn sizes(studio: &Studio) -> Result<Done> {
    let sizes = library::sizes(&studio.media_items().await?);
    let all: u64 = sizes.iter().map(|size| size.size_bytes).sum();
    let row = |size: &ShelfSize| {
        let left_over = match size.orphans {
            0 => String::new(),
            orphans => format!("{orphans} left over, {}", words::bytes(size.orphan_bytes)),
        };
        let files = words::count(size.files, "file");
        vec![size.shelf.as_str().into(), files, words::bytes(size.size_bytes), left_over]
    };
    let rows: Vec<_> = sizes.iter().map(row).collect();
    let text = format!("{}All together {}.\n", words::table(&rows), words::bytes(all));
    Done::with(&json!({"sizes": sizes, "size_bytes": all}), text)
}

fn table(items: &[MediaItem]) -> String {
    let row = |item: &MediaItem| {
        vec![
            item.hash.as_str()[..SHOWN].to_string(),
            item.shelf.as_str().into(),
            role(item.role).into(),
            measure(item),
            words::bytes(item.size_bytes),
            if item.name.is_empty() { "(no name)".into() } else { item.name.clone() },
            used(item),
        ]
    };
    words::table(&items.iter().map(row).collect::<Vec<_>>())
}

fn role(role: MediaRole) -> &'static str {
    match role {
        MediaRole::Recording => "recording",
        MediaRole::Original => "original",
        MediaRole::Made => "made",
        MediaRole::Copy => "copy",
        MediaRole::AsItCame => "as it came",
    }
}

/// How long or how large it looks.
fn measure(item: &MediaItem) -> String {
    match (item.duration_ms, item.width_px.zip(item.height_px)) {
        (Some(ms), _) => words::duration(Some(ms)),
        (None, Some((width, height))) => format!("{width}x{height}"),
        (None, None) => "–".into(),
    }
}

fn used(item: &MediaItem) -> String {
    let one = |used: &library::MediaUse| {
        let title = if used.episode.is_some() { &used.episode_title } else { &used.show_title };
        let state = match used.state {
            UseState::Published => ", published",
            UseState::UntilPublished => ", published until the next publication",
            UseState::WithNext => ", with the next publication",
            UseState::Draft => "",
        };
        format!("{title} ({}{state})", used.place.as_str().replace('_', " "))
    };
    let mut said: Vec<String> = item.uses.iter().take(MOST_USES).map(one).collect();
    if item.uses.len() > MOST_USES {
        said.push(format!("{} more", item.uses.len() - MOST_USES));
    }
    let tags = item.tags.iter().map(|tag| format!("#{tag}"));
    let absent = (!item.here).then(|| "not on this disk".to_string());
    let nowhere = match (item.uses.is_empty(), item.is_orphan()) {
        (true, true) => Some("left over".to_string()),
        (true, false) => {
            Some(format!("kept: {}", item.kept.iter().map(|why| kept(*why)).collect::<Vec<_>>().join(", ")))
        }
        (false, _) => None,
    };
    said.into_iter().chain(nowhere).chain(absent).chain(tags).collect::<Vec<_>>().join("; ")
}

fn kept(why: library::KeptFor) -> &'static str {
    use library::KeptFor::*;
    match why {
        Record => "a record names it",
        Undo => "undo needs it",
        Version => "a published version has it",
        Publication => "a publication is not done",
        Share => "a shared draft has it",
        Work => "work is not done",
        MadeOf => "something was made of it",
        Notes => "the library's notes name it",
        Fresh => "it came within the hour",
    }
}
