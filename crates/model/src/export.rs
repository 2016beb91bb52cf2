//! A show in a folder of its own, as its author takes it away (docs/guide/export.md): what is asked for, the two documents that say
//! what is in the folder, and what came of it.

use crate::edit::Edit;
use crate::import::ImportNote;
use crate::{EpisodeId, MediaFacts, ProcessReport, Sha256, ShowId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Version of both documents. A reader refuses a newer one.
pub const FORMAT: u32 = 1;

/// What `kind` says in the list of files.
pub const KIND: &str = "hearthcast-export";

/// The list of files.
pub const MANIFEST: &str = "manifest.json";

/// The show and its episodes.
pub const RECORDS: &str = "show.json";

/// The feed.
pub const FEED: &str = "feed.xml";

/// A few words for people.
pub const README: &str = "README.txt";

/// Which sounds go into the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ExportMedia {
    /// None: the folder says which are missing.
    None,
    /// Those that listeners get.
    Published,
    /// The recordings they were made of, too.
    #[default]
    All,
}

/// The list of all files of the folder but itself, with their hashes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportManifest {
    /// [`FORMAT`].
    pub format: u32,
    /// [`KIND`].
    pub kind: String,
    /// The show.
    pub show: ShowId,
    /// Its title, for people.
    pub title: String,
    /// Files, by path.
    pub files: Vec<ManifestFile>,
}

/// A file of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Path in the folder, with `/`; never one that leaves it.
    pub path: String,
    /// Hash of its bytes.
    pub sha256: Sha256,
    /// Its bytes.
    pub size_bytes: u64,
}

/// Everything the library keeps of a show that is the author's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportedShow {
    /// [`FORMAT`].
    pub format: u32,
    /// The show.
    pub show: ExportedRecord,
    /// Its episodes and posts, in the order they were made. Removed ones only while listeners still get them, or after they
    /// were called back.
    pub episodes: Vec<ExportedRecord>,
    /// Every file the records name, here or not.
    pub files: Vec<ExportedFile>,
    /// Episodes that were called back from listeners: they are never published again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withdrawn: Vec<ExportedWithdrawal>,
    /// The newest recording of each episode.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recordings: Vec<ExportedRecording>,
    /// What is cut out of recordings, and what was laid aside with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<ExportedEdit>,
    /// Which sounds were made here, and how.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub made: Vec<ExportedMade>,
    /// Addresses of the show's feeds, as they are public.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub feeds: Vec<String>,
}

/// A show or an episode: the working copy, and what the public sees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportedRecord {
    /// UUIDv7.
    pub id: String,
    /// When it was removed, Unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_ms: Option<i64>,
    /// The working copy, as it is kept ([`crate::Show`] or [`crate::Episode`]).
    pub body: Map<String, Value>,
    /// What the public sees; none before the first publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<Map<String, Value>>,
}

/// A file that records name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportedFile {
    /// What is known about it; its hash is how records name it.
    pub facts: MediaFacts,
    /// Name of the file it came from.
    pub original_name: String,
    /// Where it lies in the folder; none where it was left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Why it was left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub left_out: String,
    /// Where listeners get it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// Where its waveform lies in the folder ([`crate::facts::Peaks`] as JSON).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waveform: Option<String>,
}

/// An episode that was called back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportedWithdrawal {
    /// The episode.
    pub episode: EpisodeId,
    /// When it was begun, Unix milliseconds.
    pub at_ms: i64,
    /// When nothing was left to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_ms: Option<i64>,
    /// What was done.
    pub body: Value,
}

/// What is cut out of an episode's recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportedEdit {
    /// The episode.
    pub episode: EpisodeId,
    /// The edit.
    pub edit: Edit,
}

/// The newest recording an episode was given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportedRecording {
    /// The episode.
    pub episode: EpisodeId,
    /// The recording.
    pub hash: Sha256,
}

/// How a sound was made of a recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportedMade {
    /// The sound.
    pub hash: Sha256,
    /// The recording.
    pub source: Sha256,
    /// Hash of the tags inside.
    pub tags: Sha256,
    /// What was done.
    pub report: ProcessReport,
}

/// What an export did.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ExportReport {
    /// The folder.
    pub folder: String,
    /// The show's slug.
    pub slug: String,
    /// The show's title.
    pub title: String,
    /// Episodes and posts in it.
    pub episodes: u64,
    /// Files in it.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that were written now.
    pub written: u64,
    /// Their bytes.
    pub written_bytes: u64,
    /// Files of an earlier export that nothing names any more, and that were deleted.
    pub removed: u64,
    /// Files that are not in it, and why.
    pub left_out: Vec<ImportNote>,
    /// What a person should know.
    pub findings: Vec<ImportNote>,
}
