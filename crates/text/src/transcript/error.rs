//! What is wrong with a transcript, and in which line.

use hearthcast_model::{Code, Error};

/// A transcript that cannot be taken. Lines are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TranscriptError {
    /// The file is larger than any transcript.
    #[error("The transcript is {bytes} bytes long; at most {limit} bytes are read.")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// How long it may be.
        limit: usize,
    },
    /// The file is not UTF-8.
    #[error("Line {line} of the transcript is not text.")]
    NotText {
        /// Which line.
        line: usize,
    },
    /// Neither WebVTT nor SubRip.
    #[error("The file is no transcript that podcast apps read; line {line} says \"{text}\".")]
    Unknown {
        /// The first line that says so.
        line: usize,
        /// Its beginning.
        text: String,
    },
    /// A line of times that are none.
    #[error("Line {line} of the transcript has no usable times: \"{text}\".")]
    Time {
        /// Which line.
        line: usize,
        /// Its beginning.
        text: String,
    },
    /// JSON that is no transcript.
    #[error("Line {line} of the transcript is not what transcripts in JSON look like: {reason}.")]
    Json {
        /// Which line.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// A segment of JSON without usable times.
    #[error("Segment {number} of the transcript has no usable times.")]
    Segment {
        /// Counted from 1.
        number: usize,
    },
    /// A cue that ends before it begins.
    #[error("The words at line {line} of the transcript end before they begin.")]
    Backwards {
        /// The line of their times.
        line: usize,
    },
    /// A file without words.
    #[error("The transcript has no words.")]
    Empty,
    /// More cues than any episode has.
    #[error("The transcript has more than {limit} cues.")]
    TooMany {
        /// How many there may be.
        limit: usize,
    },
    /// A speaker whose name is no name.
    #[error("A speaker at line or segment {at} of the transcript has a name of more than {limit} bytes.")]
    LongName {
        /// The line, segment or paragraph.
        at: usize,
        /// How long it may be.
        limit: usize,
    },
    /// More words with times of their own than any episode has.
    #[error("The transcript has times for more than {limit} words.")]
    TooManyWords {
        /// How many there may be.
        limit: usize,
    },
}

impl TranscriptError {
    fn hint(&self) -> &'static str {
        match self {
            Self::Time { .. } | Self::Backwards { .. } => {
                "Write times as 00:01:30.500 --> 00:01:32.000, the beginning first."
            }
            Self::TooLarge { .. } | Self::TooMany { .. } => "Choose the transcript of this episode alone.",
            Self::LongName { .. } => "Write the name alone where the speaker stands, and what is said behind it.",
            Self::TooManyWords { .. } => {
                "Choose the transcript of this episode alone, or write it without times of single words."
            }
            _ => {
                "Choose a WebVTT (.vtt), SubRip (.srt), JSON (Podcasting 2.0, Podlove, DOTe, Whisper), HTML or text file saved as UTF-8."
            }
        }
    }
}

impl From<TranscriptError> for Error {
    fn from(error: TranscriptError) -> Self {
        Error::new(Code::FieldInvalid, error.to_string()).hint(error.hint()).about("field", "transcript")
    }
}
