//! What a screen or a terminal shows of the library: rows for lists, views for one thing. Made by `studio`.

use crate::chapter::{Chapter, Transcript};
use crate::error::Subject;
use crate::facts::{Finding, Loudness, MediaFacts};
use crate::font::NameSize;
use crate::job::Job;
use crate::link::Link;
use crate::person::{Funding, Person};
use crate::picture::Square;
use crate::recipe::Recipe;
use crate::rule::{AudioMode, FileKind};
use crate::season::Season;
use crate::song::{Song, Video};
use crate::workshop::{AudioFormat, Id3Version, Preset, ProcessReport};
use crate::{EpisodeId, EpisodeNumber, Notes, NotesForm, Sha256, ShowId, TargetId};
use serde::{Deserialize, Serialize};

/// Where an episode stands, seen from listeners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EpisodeState {
    /// Nobody sees it, and no publication will take it.
    Draft,
    /// Never published; the next publication takes it.
    Ready,
    /// Waits for its time.
    Scheduled,
    /// Public as it stands here.
    Published,
    /// Public, with changes that are not.
    Changed,
}

/// One show in the sidebar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ShowRow {
    /// Id.
    pub id: ShowId,
    /// Title.
    pub title: String,
    /// Slug.
    pub slug: String,
    /// Number of episodes.
    pub episodes: u64,
    /// Number of pending changes.
    pub pending: u64,
    /// Media hash of the cover, if any.
    pub cover: Option<String>,
    /// Number of comments that wait for a decision.
    pub comments_waiting: u64,
}

/// A show, opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ShowView {
    /// Id.
    pub id: ShowId,
    /// Revision; grows with every change.
    pub rev: i64,
    /// The working copy.
    pub show: crate::Show,
    /// Whether it was ever published.
    pub published: bool,
    /// Whether the working copy differs from what the public sees.
    pub pending: bool,
    /// Where it is published to.
    pub targets: Vec<TargetView>,
    /// It was removed from listeners.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub removal: Option<crate::history::Removal>,
}

/// A rule as somebody wishes it; empty words mean the usual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct RuleWish {
    /// The kind of files.
    pub kind: FileKind,
    /// Name of the target that keeps them.
    #[serde(default)]
    pub store: Option<String>,
    /// Folder that the names begin with.
    #[serde(default)]
    pub prefix: String,
    /// Template of the names.
    #[serde(default)]
    pub path: Option<String>,
    /// `Cache-Control`.
    #[serde(default)]
    pub cache: Option<String>,
    /// The address under which listeners reach the place for these files.
    #[serde(default)]
    pub public_url: Option<String>,
    /// How listeners get the sound from a Hearthcast server.
    #[serde(default)]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub mode: Option<AudioMode>,
    /// What the rule's preview asked to be typed, where public sounds get another address by it.
    #[serde(default)]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub confirm: Option<String>,
}

/// What holds for files of one kind at a target, and what it does to a show's files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct RuleView {
    /// The kind of files.
    pub kind: FileKind,
    /// Nothing is different for them.
    pub usual: bool,
    /// Name of the target that keeps them; `None` for the place itself.
    pub store: Option<String>,
    /// Folder that the names begin with; may be empty.
    pub prefix: String,
    /// Template of the names, where it is not the usual one.
    pub path: Option<String>,
    /// The usual one.
    pub usual_path: String,
    /// `Cache-Control`, where it is not the usual one.
    pub cache: Option<String>,
    /// The usual one.
    pub usual_cache: String,
    /// The address under which listeners reach the place for these files, where it is not the usual one.
    pub public_url: Option<String>,
    /// The usual one: that of the place that keeps them.
    pub usual_public_url: Option<String>,
    /// How listeners get the sound; only at a Hearthcast server, where it is not the usual way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub mode: Option<AudioMode>,
    /// How many such files the show has.
    pub files: u64,
    /// How many of them are public under another name than the rule gives, and keep it until they are laid out anew.
    pub older_names: u64,
    /// Some of them with their addresses.
    pub examples: Vec<RuleExample>,
    /// What apps make of it, where public sounds get another address with the next publication.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<Vec<crate::guard::Consequence>>"))]
    pub consequences: Vec<crate::guard::Consequence>,
    /// What has to be typed before the rule is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub confirm: Option<String>,
    /// Why a wish cannot be kept.
    pub problem: Option<crate::Error>,
}

/// A file with the address it has or would get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct RuleExample {
    /// Title of the episode or the show.
    pub title: String,
    /// The address that the rule gives.
    pub address: String,
    /// Where it is public now, if that is elsewhere.
    pub public: Option<String>,
}

/// Where an older address of a file leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Redirect {
    /// The address that was published once.
    pub from: String,
    /// The address of the same file, or of the same episode's, now.
    pub to: String,
}

/// One episode in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct EpisodeRow {
    /// Id.
    pub id: EpisodeId,
    /// Title.
    pub title: String,
    /// Slug.
    pub slug: String,
    /// Season number.
    pub season: Option<u32>,
    /// Episode number.
    #[cfg_attr(feature = "bindings", ts(as = "Option<f64>"))]
    pub number: Option<EpisodeNumber>,
    /// State.
    pub state: EpisodeState,
    /// Publication time, Unix milliseconds.
    pub publish_at_ms: Option<i64>,
    /// Length of the audio.
    pub duration_ms: Option<i64>,
    /// Downloads so far; `None` when never pulled.
    pub downloads: Option<u64>,
    /// Media hash of the picture, if any.
    pub image: Option<String>,
    /// Whether there is audio.
    pub has_audio: bool,
    /// Whether it is a post.
    pub post: bool,
}

/// An episode, opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct EpisodeView {
    /// Id.
    pub id: EpisodeId,
    /// Revision; grows with every change.
    pub rev: i64,
    /// The working copy.
    pub episode: crate::Episode,
    /// State.
    pub state: EpisodeState,
    /// What is known about the audio.
    pub audio: Option<AudioView>,
    /// Its further files of which something is to be said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<Vec<FurtherFindings>>"))]
    pub further: Vec<FurtherFindings>,
    /// A publication handed it over before its time: places show it then, as it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub goes_out: Option<GoesOut>,
}

/// When an episode that was handed over comes out, unless a publication says otherwise before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct GoesOut {
    /// Unix milliseconds.
    pub at_ms: i64,
    /// IANA zone the author chose the time in, if any.
    pub zone: Option<String>,
    /// It was changed here since; places do not know that yet.
    pub changed: bool,
}

/// The audio of an episode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AudioView {
    /// Facts.
    pub facts: MediaFacts,
    /// Name of the file it came from.
    pub original_name: String,
    /// Loudness, again, for the card.
    pub loudness: Option<Loudness>,
    /// Whether the file is on this disk.
    pub here: bool,
    /// What the workshop made it from, where it did.
    pub made: Option<MadeFrom>,
}

/// The recording a published sound was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct MadeFrom {
    /// Name of the recording's file.
    pub original_name: String,
    /// Whether the recording is still on this disk, so that it can be made again.
    pub here: bool,
    /// What was done.
    pub report: ProcessReport,
    /// What is said of the recording and not of the sound; places are those of the sound, where they are heard in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<Vec<Finding>>"))]
    pub findings: Vec<Finding>,
}

/// What a person should know of a further file of an episode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct FurtherFindings {
    /// The file.
    pub hash: Sha256,
    /// What is said of it, and of how it was made.
    pub findings: Vec<Finding>,
}

/// A target in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TargetView {
    /// Id.
    pub id: TargetId,
    /// Name.
    pub name: String,
    /// Address as given.
    pub url: String,
    /// `folder`, `bucket`, `server`, `webdav`, `sftp` or `azure`.
    pub kind: String,
    /// Role.
    pub role: crate::place::Role,
    /// Address of the feed there, as far as it is known.
    pub feed_url: Option<String>,
    /// Addresses of the show's further feeds that are public there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<Vec<String>>"))]
    pub feeds: Vec<String>,
    /// Version published there; 0 for none.
    pub version: u64,
    /// When that was, Unix milliseconds.
    pub published_ms: Option<i64>,
    /// A publication began and is not finished.
    pub unfinished: bool,
    /// Fingerprint of the machine's key, for a folder of an SSH server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub host_key: Option<String>,
    /// Whether it gives addresses that open a private file for some minutes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<bool>"))]
    pub links: bool,
    /// Where the show went from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub moved: Option<crate::place::MovedTo>,
}

/// A file at a target that was read back before the feed that names it became public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct VerifiedFile {
    /// Its address for listeners.
    pub address: String,
    /// `audio`, `image` or `text`.
    pub kind: String,
    /// Length in bytes.
    pub bytes: u64,
    /// The episode it belongs to; `None` for the show's own.
    pub episode: Option<EpisodeId>,
}

/// An address that opens a file of a private place for some minutes. It holds a signature: whoever has it may read the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct FileLink {
    /// The file's name in storage.
    pub key: String,
    /// The address.
    pub address: String,
    /// Until when it works, Unix milliseconds.
    pub until_ms: i64,
}

/// An episode that took over what another side published of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TakenOver {
    /// The episode now.
    pub episode: EpisodeView,
    /// What stays as it was here, because it could not be taken.
    pub left: Vec<NotTaken>,
}

/// Something that could not be taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct NotTaken {
    /// Field of the episode.
    pub field: String,
    /// Why.
    pub why: WhyNotTaken,
    /// Both in a sentence.
    pub sentence: String,
}

/// Why something could not be taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum WhyNotTaken {
    /// The file is not on this computer, and a sound is not brought here by the way.
    NotHere,
    /// The address is not one of a file of that version: nobody knows what it should be.
    Elsewhere,
    /// The file could not be brought here.
    Unreached,
    /// It says something that cannot be kept.
    Unusable,
}

/// Fields of a show that a person changes; absent fields stay.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "bindings", ts(optional_fields))]
pub struct ShowEdit {
    /// Title.
    pub title: Option<String>,
    /// Slug; frozen once published.
    pub slug: Option<String>,
    /// Description in Markdown.
    pub description: Option<String>,
    /// Author.
    pub author: Option<String>,
    /// Owner name.
    pub owner_name: Option<String>,
    /// Owner e-mail.
    pub owner_email: Option<String>,
    /// Language tag.
    pub language: Option<String>,
    /// Web page.
    pub link: Option<String>,
    /// Categories as `Name` or `Name/Sub`, comma separated (`Technology, Arts/Books`).
    pub categories: Option<String>,
    /// Explicit.
    pub explicit: Option<bool>,
    /// Episodic or serial.
    pub kind: Option<crate::show::ShowKind>,
    /// Copyright line.
    pub copyright: Option<String>,
    /// Path of a picture to become the cover; empty takes the cover away.
    pub cover: Option<String>,
    /// The part of the picture the cover shows; a side of 0 means the middle.
    pub cover_square: Option<Square>,
    /// What the cover shows; empty clears.
    pub cover_alt: Option<String>,
    /// Locked.
    pub locked: Option<bool>,
    /// How recordings become what listeners get.
    pub preset: Option<Preset>,
    /// Formats every recording is made in besides MP3; the whole list.
    pub formats: Option<Vec<AudioFormat>>,
    /// Which tags own MP3 files get.
    pub id3: Option<Id3Version>,
    /// What else is done to every recording; the whole recipe. Its intro and outro are the two fields below.
    pub recipe: Option<Recipe>,
    /// Path of a recording that is heard before every episode; empty takes it away.
    pub intro: Option<String>,
    /// Path of a recording that is heard after every episode; empty takes it away.
    pub outro: Option<String>,
    /// `podcast:medium`; empty clears.
    pub medium: Option<String>,
    /// The whole list of ways to give.
    pub funding: Option<Vec<Funding>>,
    /// The whole list of people.
    pub persons: Option<Vec<Person>>,
    /// Whether visitors may comment.
    pub comments: Option<crate::CommentPolicy>,
    /// A few words under the name; empty clears.
    pub tagline: Option<String>,
    /// Path of a picture to become the banner; empty takes it away.
    pub banner: Option<String>,
    /// What the banner shows; empty clears.
    pub banner_alt: Option<String>,
    /// Path of a picture to become the favicon; empty takes it away.
    pub favicon: Option<String>,
    /// The whole list of links. Their pictures are taken in before ([`PictureUse`]).
    pub links: Option<Vec<Link>>,
    /// The whole list of what is said about seasons.
    pub seasons: Option<Vec<Season>>,
    /// Path of a font file the name is written in; empty takes it away.
    pub font: Option<String>,
    /// How large the name is written.
    pub name_size: Option<NameSize>,
    /// Words after every episode's notes in the feed, in Markdown; empty clears.
    pub notes_suffix: Option<String>,
    /// What stands before the addresses of sounds in the feed; empty clears.
    pub prefix: Option<String>,
    /// Which HTML of notes apps get.
    pub feed_html: Option<crate::FeedHtml>,
    /// Whether Apple and others shall not list it.
    pub blocked: Option<bool>,
    /// Whether nothing more will come.
    pub complete: Option<bool>,
    /// Tags of the podcast namespace.
    pub tags: Option<TagsEdit>,
    /// Episodes of a page of the feed; 0 writes it whole.
    pub feed_page: Option<u32>,
    /// The whole list of further feeds.
    pub feed_variants: Option<Vec<crate::FeedVariant>>,
    /// The WebSub hub that tells apps of news; empty clears.
    pub hub: Option<String>,
}

/// Tags of the podcast namespace that a person changes, by the names of the fields of [`crate::namespace::ShowTags`] or
/// [`crate::namespace::EpisodeTags`]: each given one replaces what was there, `null` takes it away, absent ones stay.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct TagsEdit(
    #[cfg_attr(feature = "bindings", ts(type = "Record<string, unknown>"))]
    pub  serde_json::Map<String, serde_json::Value>,
);

/// What a picture that is taken in before the record that names it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PictureUse {
    /// Beside a link: small, transparent where it is.
    LinkIcon,
    /// A season's.
    Season,
    /// A chapter's or a song's.
    Chapter,
}

/// What refreshing the tags inside an episode's file would mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TagsPlan {
    /// Title of the episode.
    pub title: String,
    /// Name of its file.
    pub file: String,
    /// Names of further formats that were made here and are refreshed along.
    pub further: Vec<String>,
    /// Size of the file.
    pub size_bytes: u64,
    /// Listeners have this file.
    pub published: bool,
    /// Its tags say what the episode says.
    pub up_to_date: bool,
    /// What follows, in sentences.
    pub consequences: Vec<String>,
    /// What may become of its address, where the episode is live.
    pub offers: Vec<crate::guard::ReplaceOffer>,
    /// What has to be typed where it is published.
    pub to_type: String,
}

/// Whether the tags were refreshed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TagsRefreshed {
    /// The episode has another file now.
    pub changed: bool,
    /// What was planned.
    #[serde(flatten)]
    pub plan: TagsPlan,
}

/// Fields of an episode that a person changes; absent fields stay.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "bindings", ts(optional_fields))]
pub struct EpisodeEdit {
    /// Title.
    pub title: Option<String>,
    /// Slug; frozen once published.
    pub slug: Option<String>,
    /// What apps know it by. A published one changes only with a publication that was confirmed.
    pub guid: Option<String>,
    /// Notes, in what they were written in before.
    pub notes: Option<String>,
    /// What the notes are to be written in from now on; they are rewritten so.
    pub notes_form: Option<NotesForm>,
    /// Season; 0 clears.
    pub season: Option<u32>,
    /// Number; 0 clears.
    #[cfg_attr(feature = "bindings", ts(as = "Option<f64>"))]
    pub number: Option<EpisodeNumber>,
    /// Full, trailer, bonus.
    pub kind: Option<crate::episode::EpisodeKind>,
    /// Explicit.
    pub explicit: Option<bool>,
    /// Explicit or not as the show says: what was said here is forgotten.
    pub explicit_as_show: Option<bool>,
    /// Web page.
    pub link: Option<String>,
    /// Publication time, RFC 3339; empty clears.
    pub at: Option<String>,
    /// IANA zone the time was chosen in.
    pub zone: Option<String>,
    /// Draft.
    pub draft: Option<bool>,
    /// Path of a picture; empty takes the own picture away.
    pub image: Option<String>,
    /// The part of the picture that is shown; a side of 0 means the whole.
    pub image_square: Option<Square>,
    /// What the picture shows; empty clears.
    pub image_alt: Option<String>,
    /// Title for Apple, where it is another one; empty clears.
    pub itunes_title: Option<String>,
    /// What it is about in plain words, where that is something else than the notes; empty clears.
    pub summary: Option<String>,
    /// Name of the season; empty clears.
    pub season_name: Option<String>,
    /// Whether Apple and others shall not list it.
    pub blocked: Option<bool>,
    /// Tags of the podcast namespace.
    pub tags: Option<TagsEdit>,
    /// The whole list of chapters.
    pub chapters: Option<Vec<Chapter>>,
    /// Transcripts that stay, of those that are there; new ones come from files.
    pub transcripts: Option<Vec<Transcript>>,
    /// The whole list of people; empty means the show's.
    pub persons: Option<Vec<Person>>,
    /// The whole list of songs.
    pub songs: Option<Vec<Song>>,
    /// The whole list of videos; each by its id or its address.
    pub videos: Option<Vec<Video>>,
}

/// The picture a cover or an episode's picture was made from, to choose a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PictureMaster {
    /// Media hash of a copy that every window can show, whole and upright.
    pub view: String,
    /// Pixels across of the picture itself, upright.
    pub width_px: u32,
    /// Pixels down.
    pub height_px: u32,
    /// The part that is shown now.
    pub square: Square,
}

/// What became of copies of pictures that take long to make.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopiesMade {
    /// Pictures that have them now.
    pub pictures: u64,
    /// Copies that were made.
    pub copies: u64,
    /// Pictures whose master is not on this disk, or cannot be used any more.
    pub absent: u64,
}

/// Endings of the files that are taken, for the system's dialog: lower case, without dot. What a file is, its content says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct FileKinds {
    /// Sounds.
    pub audio: Vec<String>,
    /// Pictures.
    pub picture: Vec<String>,
    /// Chapters; sounds have them too.
    pub chapters: Vec<String>,
    /// Transcripts.
    pub transcript: Vec<String>,
    /// Fonts.
    pub font: Vec<String>,
    /// Tables.
    pub table: Vec<String>,
    /// Feeds.
    pub feed: Vec<String>,
}

/// What happened in the library or to a job; the window refreshes only that.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Records changed (`show`, `episode`, `target`, `stats`, `comments`).
    Changed {
        /// Which.
        subjects: Vec<Subject>,
    },
    /// A job moved.
    Job {
        /// As it stands.
        job: Box<Job>,
    },
}

/// What an undo did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Undone {
    /// What was undone (`edit`, `add`, `remove`, `audio`).
    pub reason: String,
    /// Which records.
    pub subjects: Vec<Subject>,
}

/// Something a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SearchHit {
    /// `show` or `episode`.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Address name of the show it is or belongs to.
    pub show: String,
    /// Title.
    pub title: String,
    /// The words around the first hit, or the beginning of the notes; plain, on one line.
    pub excerpt: String,
}

/// Renders notes as the public will read them, for a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct NotesPreview {
    /// Source and safe HTML.
    pub notes: Notes,
}
