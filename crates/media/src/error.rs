//! What can go wrong with a file or with the process that looks at it, and the sentence a person reads.
//!
//! Not here: things a person should know about a file that can be used; those are findings.

use hearthcast_model::error::Retry;
use hearthcast_model::{Code, Error};
use serde::{Deserialize, Serialize};

/// Sounds that are taken, for sentences.
const TAKEN: &str = "MP3, M4A, AAC, WAV, FLAC, AIFF, CAF, Ogg Vorbis, Opus, WebM and the sound of films";

/// Why a file cannot be used, or could not be looked at. Travels as JSON from the worker to its caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "snake_case")]
#[non_exhaustive]
pub enum MediaError {
    /// Nothing stands at that path.
    #[error("There is no file at {path}.")]
    Missing {
        /// The path asked for.
        path: String,
    },
    /// A folder, a device, a pipe.
    #[error("{path} is {what}, not a file.")]
    NotAFile {
        /// The path asked for.
        path: String,
        /// "a folder", "a device".
        what: String,
    },
    /// No bytes at all.
    #[error("\"{}\" is an empty file.", name(path))]
    Empty {
        /// The path asked for.
        path: String,
    },
    /// The system refused to read it.
    #[error("\"{}\" could not be read: {why}.", name(path))]
    Unreadable {
        /// The path asked for.
        path: String,
        /// The system's words.
        why: String,
    },
    /// The bytes changed between two looks.
    #[error("\"{}\" changed while it was being read.", name(path))]
    Changed {
        /// The path asked for.
        path: String,
    },
    /// Recognised, but not as something this version takes.
    #[error("\"{}\" is {what}; Hearthcast takes {TAKEN}.", name(path))]
    WrongKind {
        /// The path asked for.
        path: String,
        /// What it is: "a WAV recording", "a text file".
        what: String,
    },
    /// A picture whose name says it is a sound.
    #[error("\"{}\" is {what}, although its name ends like a sound's.", name(path))]
    Misnamed {
        /// The path asked for.
        path: String,
        /// What it is: "a PNG picture".
        what: String,
    },
    /// A recognised sound in a form that cannot be decoded here.
    #[error("\"{}\" is {what}, and {why}.", name(path))]
    Unsupported {
        /// The path asked for.
        path: String,
        /// What it is: "a WAV recording".
        what: String,
        /// "its sound is packed as GSM, which Hearthcast cannot decode".
        why: String,
    },
    /// A recognised sound that only the program ffmpeg decodes, and there is none.
    #[error("\"{}\" is {what}, and {why}.", name(path))]
    NeedsFfmpeg {
        /// The path asked for.
        path: String,
        /// What it is: "a Windows Media file (WMA or WMV)".
        what: String,
        /// "its sound is packed as A-law; Hearthcast decodes it with the program ffmpeg, and that program was not found".
        why: String,
    },
    /// Tags cannot be written into this kind of file.
    #[error("\"{}\" is {what}; tags are written into MP3, Opus, FLAC and M4A.", name(path))]
    NoTagsInside {
        /// The path asked for.
        path: String,
        /// Its container.
        what: String,
    },
    /// Another format cannot be made of what is packed already.
    #[error("\"{}\" is an MP3; other formats are made of a recording.", name(path))]
    OnlyOfRecordings {
        /// The path asked for.
        path: String,
    },
    /// What was asked to be done to a recording cannot be done.
    #[error("\"{}\" cannot be made as wished: {why}", name(path))]
    Recipe {
        /// The recording.
        path: String,
        /// A sentence.
        why: String,
    },
    /// The system refused to write the result.
    #[error("\"{}\" could not be written: {why}.", name(path))]
    Unwritable {
        /// The file that was to be made.
        path: String,
        /// The system's words.
        why: String,
    },
    /// The disk was full while the result was written.
    #[error("The disk is full: \"{}\" could not be written.", name(path))]
    DiskFull {
        /// The file that was to be made.
        path: String,
    },
    /// There is no room for what is to be made; nothing was begun.
    #[error("The disk with \"{path}\" has not enough room: {} MB are needed, {} MB are free.", needed.div_ceil(1_000_000), free / 1_000_000)]
    NoRoom {
        /// The folder that the result was to stand in.
        path: String,
        /// Bytes that may be needed.
        needed: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// A video's table of contents that cannot be put in front.
    #[error("The table of contents of \"{}\" stays where it is: {why}.", name(path))]
    TableStays {
        /// The video.
        path: String,
        /// Why.
        why: String,
    },
    /// A picture that another program has to decode, and none does.
    #[error("\"{}\" is {what}, and {why}.", name(path))]
    NeedsDecoder {
        /// The picture.
        path: String,
        /// "a HEIC picture".
        what: String,
        /// "the program ffmpeg, which decodes such pictures, was not found".
        why: String,
    },
    /// The encoder refused.
    #[error("\"{}\" could not be encoded: {why}.", name(path))]
    Encoder {
        /// The recording.
        path: String,
        /// The encoder's words.
        why: String,
    },
    /// Nothing known, or MP3 tags with no sound behind them.
    #[error("\"{}\" holds no sound that can be recognised; Hearthcast takes {TAKEN}.", name(path))]
    NoSound {
        /// The path asked for.
        path: String,
    },
    /// Sound stands there, but none of it can be decoded.
    #[error("\"{}\" looks like a sound, but none of it can be decoded.", name(path))]
    Undecodable {
        /// The path asked for.
        path: String,
    },
    /// More bytes or pixels than a file may have.
    #[error("\"{}\" is too large: {what}.", name(path))]
    TooLarge {
        /// The path asked for.
        path: String,
        /// Size and limit in words.
        what: String,
    },
    /// A file that is to become a cover and is no picture, or one of a kind that is not taken.
    #[error(
        "\"{}\" is {what}; covers and episode pictures are made from JPEG, PNG, WebP, GIF or TIFF, and with ffmpeg from AVIF and HEIC.",
        name(path)
    )]
    NoPicture {
        /// The path asked for.
        path: String,
        /// What it is: "a HEIC picture", "a WAV recording".
        what: String,
    },
    /// A file without moving pictures, or with none that can be read.
    #[error(
        "\"{}\" is {what}; videos are MP4, QuickTime, WebM, Matroska, and with ffmpeg AVI, MPEG and others.",
        name(path)
    )]
    NoVideo {
        /// The path asked for.
        path: String,
        /// What it is: "a recording without moving pictures".
        what: String,
    },
    /// A picture whose header cannot be understood.
    #[error("\"{}\" is {what} that cannot be read: {why}.", name(path))]
    BadPicture {
        /// The path asked for.
        path: String,
        /// "a PNG picture".
        what: String,
        /// The decoder's words.
        why: String,
    },
    /// Somebody stopped the work.
    #[error("The work was stopped.")]
    Cancelled,
    /// The worker process could not be started or spoken to.
    #[error("The part of Hearthcast that examines files could not be started: {why}.")]
    WorkerStart {
        /// The system's words.
        why: String,
    },
    /// The worker process ended without an answer.
    #[error("Examining \"{}\" failed: the process doing it {how}.", name(path))]
    WorkerDied {
        /// The path asked for.
        path: String,
        /// "was stopped by signal 11", "ended with code 101".
        how: String,
    },
    /// The worker process took too long or went silent, and was ended.
    #[error("Examining \"{}\" was given up after {seconds} s{}.", name(path), if *silent { " without a sign of life" } else { "" })]
    WorkerSlow {
        /// The path asked for.
        path: String,
        /// Seconds since the start, or since the last sign of life.
        seconds: u64,
        /// Whether it was silence that ended it.
        silent: bool,
    },
    /// The worker process answered something that is no answer.
    #[error("Examining \"{}\" failed: the process doing it answered nonsense ({why}).", name(path))]
    WorkerGarbled {
        /// The path asked for.
        path: String,
        /// What was wrong with the answer.
        why: String,
    },
}

impl MediaError {
    fn code(&self) -> Code {
        match self {
            Self::Missing { .. } | Self::NotAFile { .. } | Self::Unreadable { .. } | Self::Changed { .. } => {
                Code::MediaUnreadable
            }
            Self::Unwritable { .. } | Self::DiskFull { .. } | Self::NoRoom { .. } => Code::LibraryFailed,
            Self::TooLarge { .. } => Code::MediaTooLarge,
            Self::Cancelled => Code::Cancelled,
            Self::WorkerStart { .. } | Self::WorkerGarbled { .. } | Self::Encoder { .. } => Code::Internal,
            _ => Code::MediaUnusable,
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Self::Missing { .. } | Self::NotAFile { .. } => "Check the path, or choose the file again.",
            Self::Unreadable { .. } => "Check that the disk is there and that you may read the file.",
            Self::Changed { .. } => "Wait until the program that writes it has finished, then try again.",
            Self::Empty { .. } => "Export the recording again: nothing was written to this file.",
            Self::WrongKind { .. } | Self::Misnamed { .. } | Self::NoSound { .. } => {
                "Export the episode as WAV or MP3 from your audio editor and choose that file."
            }
            Self::Unsupported { .. } => "Export the recording as a plain stereo or mono WAV and choose that file.",
            Self::OnlyOfRecordings { .. } => "Choose the recording it was made of: WAV, FLAC, AIFF, Ogg, Opus or M4A.",
            Self::NeedsFfmpeg { .. } => {
                "Install ffmpeg (Debian and Ubuntu: apt install ffmpeg; macOS: brew install ffmpeg; Windows: winget install \
                 ffmpeg; others: ffmpeg.org) and choose the file again, or export the recording as WAV."
            }
            Self::Recipe { .. } => "Change the show's recipe or the episode's marked passages, then make it again.",
            Self::NoTagsInside { .. } => "Write the tags with the program that made the file.",
            Self::Unwritable { .. } => "Check that the folder is there and that you may write into it.",
            Self::DiskFull { .. } | Self::NoRoom { .. } => "Make room on the disk, then start it again.",
            Self::Undecodable { .. } | Self::WorkerDied { .. } | Self::WorkerSlow { .. } => {
                "The file is probably damaged. Export it again from the original recording. It was not changed."
            }
            Self::TooLarge { .. } => "Choose a smaller file.",
            Self::NoPicture { .. } => "Open it in a picture program and save it as JPEG or PNG, 3000 x 3000 pixels.",
            Self::NoVideo { .. } => {
                "Export the video again as MP4 (H.264 and AAC) from your editor and choose that file."
            }
            Self::TableStays { .. } => {
                "Export it once more, for the web (\"fast start\"), with the program that made it."
            }
            Self::NeedsDecoder { .. } => {
                "Export it as JPEG or PNG and choose that (iPhone: Settings, Camera, Formats, Most Compatible), or install a newer \
                 ffmpeg (ffmpeg.org), or heif-convert (Debian, Ubuntu: libheif-examples)."
            }
            Self::BadPicture { .. } => "Save the picture again as JPEG or PNG.",
            Self::Cancelled => "Start it again.",
            Self::WorkerStart { .. } | Self::WorkerGarbled { .. } | Self::Encoder { .. } => {
                "This is a fault in Hearthcast or its installation; please report it with this sentence."
            }
        }
    }

    /// The path the error is about, if it is about one.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Missing { path }
            | Self::NotAFile { path, .. }
            | Self::Empty { path }
            | Self::Unreadable { path, .. }
            | Self::Changed { path }
            | Self::WrongKind { path, .. }
            | Self::Misnamed { path, .. }
            | Self::NoSound { path }
            | Self::Unsupported { path, .. }
            | Self::NeedsFfmpeg { path, .. }
            | Self::NoTagsInside { path, .. }
            | Self::OnlyOfRecordings { path }
            | Self::Recipe { path, .. }
            | Self::Unwritable { path, .. }
            | Self::DiskFull { path }
            | Self::NoRoom { path, .. }
            | Self::Encoder { path, .. }
            | Self::TableStays { path, .. }
            | Self::NeedsDecoder { path, .. }
            | Self::Undecodable { path }
            | Self::TooLarge { path, .. }
            | Self::NoPicture { path, .. }
            | Self::NoVideo { path, .. }
            | Self::BadPicture { path, .. }
            | Self::WorkerDied { path, .. }
            | Self::WorkerSlow { path, .. }
            | Self::WorkerGarbled { path, .. } => Some(path),
            Self::Cancelled | Self::WorkerStart { .. } => None,
        }
    }
}

impl From<MediaError> for Error {
    fn from(error: MediaError) -> Self {
        let retry = match error {
            MediaError::Changed { .. } => Retry::Later,
            MediaError::Cancelled
            | MediaError::Missing { .. }
            | MediaError::Unreadable { .. }
            | MediaError::NeedsFfmpeg { .. }
            | MediaError::NeedsDecoder { .. }
            | MediaError::Recipe { .. }
            | MediaError::Unwritable { .. }
            | MediaError::DiskFull { .. }
            | MediaError::NoRoom { .. } => Retry::AfterAction,
            _ => Retry::No,
        };
        let shown = Error::new(error.code(), error.to_string()).hint(error.hint()).retry(retry);
        match error.path() {
            Some(path) => shown.about("file", path),
            None => shown,
        }
    }
}

/// The last part of a path, for sentences: people know their files by name.
fn name(path: &str) -> &str {
    path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(path)
}
