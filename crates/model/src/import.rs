//! Taking a show over from somebody else's feed: what is asked for, and what came of it.

use crate::{EpisodeId, Error, Sha256, ShowId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Which sounds are brought here; the others stay where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ImportMedia {
    /// None: the feed goes on naming them where they lie.
    None,
    /// All of them.
    #[default]
    All,
    /// Those of the newest episodes.
    Last {
        /// How many.
        episodes: u32,
    },
}

/// What becomes of the addresses of services that count on the way ([`crate::prefix`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ImportPrefix {
    /// Sounds that stay elsewhere keep their address as it was found.
    #[default]
    AsFound,
    /// They become the show's prefix: before the sounds of today and of all episodes to come.
    Keep,
    /// They go.
    Drop,
}

/// What is to be imported, and how.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default)]
pub struct ImportRequest {
    /// Address of the feed, or path of a file with it.
    pub source: String,
    /// Which sounds are brought here; as the time before, else all.
    pub media: Option<ImportMedia>,
    /// The show that gets the episodes, by id or slug; the one of the time before, else a new one.
    pub into: Option<String>,
    /// Whether the feed's own origin may be on this machine or in its network.
    pub allow_local: bool,
    /// Further origins that may (`http://192.168.1.5:8000`).
    pub local: Vec<String>,
    /// Whether the feed is the author's own although it says that nobody may import it (`podcast:locked`).
    pub unlock: bool,
    /// What becomes of counting services; as the time before, else their addresses stay as they were found.
    pub prefix: Option<ImportPrefix>,
}

/// What an import did, or would do.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ImportReport {
    /// The show; none when a preview would make one.
    pub show: Option<ShowId>,
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Where it came from.
    pub source: String,
    /// Where that address leads for good, or where the feed says that it is now; empty when neither.
    pub moved_to: String,
    /// Whether the show is new.
    pub made: bool,
    /// Whether it comes from a folder, with everything that lies there.
    #[serde(default)]
    pub folder: bool,
    /// Episodes that are new.
    pub episodes_new: u64,
    /// Episodes that changed.
    pub episodes_changed: u64,
    /// Episodes that stayed as they were.
    pub episodes_same: u64,
    /// Episodes that were removed here, and stay removed.
    pub episodes_removed: u64,
    /// Comments of visitors that come along for the first time; servers get them when the show is published there.
    #[serde(default)]
    pub comments: u64,
    /// What changed in records that were there already; at most 500 of them.
    pub changes: Vec<ImportChange>,
    /// What was mended while reading.
    pub repairs: Vec<ImportNote>,
    /// Services that count on the way.
    pub prefixes: Vec<ImportService>,
    /// What becomes of them, as asked now or the time before.
    #[serde(default)]
    pub prefix: ImportPrefix,
    /// What became of them the time before; as they were found where there was none.
    #[serde(default)]
    pub prefix_before: ImportPrefix,
    /// Sounds, pictures and texts.
    pub files: ImportFiles,
    /// What a person should know.
    pub findings: Vec<ImportNote>,
    /// What did not work.
    pub problems: Vec<ImportNote>,
}

/// What changed in one record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ImportChange {
    /// The episode; none for the show.
    pub episode: Option<EpisodeId>,
    /// Its title.
    pub title: String,
    /// Field by field.
    pub fields: Vec<ImportField>,
}

/// A field that the feed changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ImportField {
    /// Its name.
    pub field: String,
    /// What it holds here.
    #[cfg_attr(feature = "bindings", ts(type = "unknown"))]
    pub before: Value,
    /// What the feed says.
    #[cfg_attr(feature = "bindings", ts(type = "unknown"))]
    pub after: Value,
    /// The author changed it here, too: it stays.
    pub kept: bool,
}

/// Something to tell about an import.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ImportNote {
    /// What it is, for programs (`length_differs`, or the code of an error).
    pub code: String,
    /// Which episode, by its title; empty for the show.
    pub episode: String,
    /// Which address; empty for none.
    pub url: String,
    /// In a sentence.
    pub message: String,
    /// Whether trying again may help.
    pub later: bool,
}

/// A service that counts on the way, and how many episodes go through it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ImportService {
    /// The whole prefix, perhaps of several services.
    pub prefix: String,
    /// Their names.
    pub names: Vec<String>,
    /// Episodes.
    pub episodes: u64,
}

/// How far the files of imported records are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ImportFiles {
    /// Files in all.
    pub all: u64,
    /// Those that are here.
    pub taken: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Sounds, other files of episodes and what tags name that stay elsewhere, and are there.
    pub elsewhere: u64,
    /// Files that are still to be brought.
    pub waiting: u64,
    /// Files that could not be brought.
    pub failed: u64,
}

/// What became of the files of an import.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ImportedFiles {
    /// How far they are.
    pub files: ImportFiles,
    /// What a person should know.
    pub findings: Vec<ImportNote>,
    /// What could not be brought.
    pub problems: Vec<ImportNote>,
}

/// What a file at somebody else's address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// A show's cover.
    Cover,
    /// An episode's sound, to be brought here.
    Sound,
    /// An episode's sound, to stay there.
    Elsewhere,
    /// An episode's picture.
    Picture,
    /// An episode's chapters.
    Chapters,
    /// A picture of some of its chapters.
    ChapterPicture,
    /// A transcript.
    Transcript,
    /// A picture in the notes of an episode, or in the words about the show.
    NotesPicture,
    /// Another file of an episode (`podcast:alternateEnclosure`), to be brought here.
    Further,
    /// Another file of an episode, to stay there.
    Alternate,
    /// A trailer of the show (`podcast:trailer`), to stay there.
    Trailer,
    /// A picture that a tag names (`podcast:image`, a person's), to stay there.
    TagPicture,
}

/// Where a file at somebody else's address stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// To be brought.
    Wanted,
    /// Here, or seen to be there.
    Taken,
    /// It did not work.
    Failed,
}

/// What is known about a file at somebody else's address.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportedFile {
    /// Its bytes, as the feed says; 0 is unknown.
    pub size_bytes: u64,
    /// Its media type, as the feed says.
    pub mime: String,
    /// Its language, for transcripts.
    pub language: String,
    /// Whether it is captions, for transcripts.
    pub captions: bool,
    /// When the chapters begin that it is the picture of, milliseconds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub starts_ms: Vec<i64>,
    /// What it became here.
    pub hash: Option<Sha256>,
    /// Its bytes, as measured.
    pub bytes: u64,
    /// What a person should know.
    pub note: Option<ImportNote>,
    /// Why it did not work.
    pub error: Option<Error>,
}

/// What kind of document a source is. Of several that tell of one show, a feed is what listeners have: it counts, and others add
/// what it does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportOrigin {
    /// A feed.
    #[default]
    Feed,
    /// The export of a site of WordPress.
    Wordpress,
}

/// How a show was asked for, kept for the next time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportedFrom {
    /// Which sounds are brought here.
    pub media: ImportMedia,
    /// What becomes of counting services.
    pub prefix: ImportPrefix,
    /// The author said that the feed is his own.
    pub unlocked: bool,
    /// Origins that may be local.
    pub local: Vec<String>,
    /// Other addresses under which it was found.
    pub also: Vec<String>,
    /// What kind of document it was.
    pub origin: ImportOrigin,
}
