//! A draft that those with its secret address hear: a page with a player, and a feed with that one episode for apps.
//!
//! Everything lies beside the page under one prefix, so that one secret opens all of it and nothing leads out.

mod feed;
mod page;
mod picture;
mod words;

pub use feed::{feed, guid};
pub use page::{NotTaken, Remarks, Typed, page};
pub use picture::is_of_use;
pub use words::ended;

use hearthcast_model::SharedDraft;
use hearthcast_model::html::NotesPicture;
use hearthcast_model::share::{SharedCopy, SharedFile};
use hearthcast_model::show::Attachment;
use hearthcast_text::chapters::write_json;
use hearthcast_text::transcript::{Cue, Format, write};

/// What the page may load and do: itself, and nothing of others: pictures at other people's addresses would tell them who reads.
pub const POLICY: &str = "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'self'; script-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What search engines are told in a header field.
pub const ROBOTS: &str = "noindex, nofollow, noarchive, nosnippet, noimageindex";

/// The page's style.
pub const STYLE: &str = include_str!("draft/page.css");
/// The page's script: chapters and remarks are more comfortable with it, and work without.
pub const SCRIPT: &str = include_str!("draft/page.js");

/// What lies beside the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The page itself.
    Page,
    /// The feed.
    Feed,
    /// JSON chapters.
    Chapters,
    /// WebVTT.
    Transcript,
    /// The style.
    Style,
    /// The script.
    Script,
    /// The sound.
    Sound,
    /// The picture.
    Picture,
    /// A smaller copy of the picture, by its place among them.
    Copy(usize),
    /// A picture in the notes, by its place among them.
    OfNotes(usize),
}

impl Part {
    /// All that any draft has.
    const USUAL: [Self; 8] = [
        Self::Page,
        Self::Feed,
        Self::Chapters,
        Self::Transcript,
        Self::Style,
        Self::Script,
        Self::Sound,
        Self::Picture,
    ];

    /// All of a draft, the page first.
    pub fn all(draft: &SharedDraft) -> impl DoubleEndedIterator<Item = Self> {
        let copies = (0..draft.picture_sizes.len()).map(Self::Copy);
        Self::USUAL.into_iter().chain(copies).chain((0..draft.pictures.len()).map(Self::OfNotes))
    }

    /// Its file; `None` where it is text.
    pub fn file(self, draft: &SharedDraft) -> Option<&SharedFile> {
        match self {
            Self::Sound => Some(&draft.sound),
            Self::Picture => draft.picture.as_ref(),
            Self::Copy(place) => draft.picture_sizes.get(place).map(|copy| &copy.file),
            Self::OfNotes(place) => draft.pictures.get(place),
            _ => None,
        }
    }

    /// Its name beside the page; `None` where the draft has no such part. The page of a server has no name of its own.
    pub fn name(self, draft: &SharedDraft) -> Option<String> {
        match self {
            Self::Page => Some("index.html".into()),
            Self::Feed => draft.picture.is_some().then(|| "feed.xml".into()),
            Self::Chapters => (!draft.chapters.is_empty()).then(|| "chapters.json".into()),
            Self::Transcript => (!draft.transcript.is_empty()).then(|| "transcript.vtt".into()),
            Self::Style => Some("page.css".into()),
            Self::Script => Some("page.js".into()),
            Self::Sound => Some(format!("sound.{}", draft.sound.ext)),
            Self::Picture => draft.picture.as_ref().map(|file| format!("picture.{}", file.ext)),
            Self::Copy(place) => draft.picture_sizes.get(place).map(name_of_copy),
            Self::OfNotes(place) => draft.pictures.get(place).map(name_of_picture),
        }
    }

    /// The part with a name.
    pub fn named(draft: &SharedDraft, name: &str) -> Option<Self> {
        let name = if name.is_empty() { "index.html" } else { name };
        Self::all(draft).find(|part| part.name(draft).as_deref() == Some(name))
    }

    /// Its type.
    pub fn mime(self, draft: &SharedDraft) -> &str {
        match self {
            Self::Page => "text/html; charset=utf-8",
            Self::Feed => "application/rss+xml; charset=utf-8",
            Self::Chapters => "application/json+chapters",
            Self::Transcript => "text/vtt",
            Self::Style => "text/css; charset=utf-8",
            Self::Script => "text/javascript; charset=utf-8",
            Self::Sound => &draft.sound.mime,
            Self::Picture | Self::Copy(_) | Self::OfNotes(_) => self.file(draft).map_or("", |file| &file.mime),
        }
    }

    /// Its text; `None` for those that are files. `base` is the prefix of all of them, with a slash at its end.
    pub fn text(self, draft: &SharedDraft, base: &str, remarks: &Remarks) -> Option<String> {
        Some(match self {
            Self::Page => page(draft, remarks),
            Self::Feed => feed(draft, base).unwrap_or_default(),
            Self::Chapters => write_json(&draft.chapters),
            Self::Transcript => write(Format::Vtt, &cues(draft)),
            Self::Style => STYLE.into(),
            Self::Script => SCRIPT.into(),
            Self::Sound | Self::Picture | Self::Copy(_) | Self::OfNotes(_) => return None,
        })
    }
}

/// The name of a smaller copy of the picture beside the page.
pub fn name_of_copy(copy: &SharedCopy) -> String {
    format!("picture-{}.{}", copy.width_px, copy.file.ext)
}

/// The name of a picture in the notes beside the page.
pub fn name_of_picture(file: &SharedFile) -> String {
    format!("{}.{}", stem_of_picture(file), file.ext)
}

fn stem_of_picture(file: &SharedFile) -> String {
    format!("notes-{}", file.sha256.short())
}

/// Pictures of the notes as notes name them.
fn pictures(draft: &SharedDraft) -> Vec<NotesPicture> {
    let named = |file: &SharedFile| {
        let file = Attachment { hash: file.sha256.clone(), name: stem_of_picture(file), ext: file.ext.clone() };
        NotesPicture { address: String::new(), file: Some(file) }
    };
    draft.pictures.iter().map(named).collect()
}

fn cues(draft: &SharedDraft) -> Vec<Cue> {
    let cue = |one: &hearthcast_model::share::SharedCue| Cue {
        start_ms: one.start_ms,
        end_ms: one.end_ms,
        speaker: one.speaker.clone(),
        text: one.text.clone(),
        words: vec![],
    };
    draft.transcript.iter().map(cue).collect()
}
