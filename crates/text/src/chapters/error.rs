//! What is wrong with chapters, and where.

use hearthcast_model::{Code, Error};

/// Where in a list of chapters something is wrong; counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A chapter of an editor or of a JSON file.
    Chapter(usize),
    /// A line of a written list.
    Line(usize),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Chapter(n) => write!(f, "Chapter {n}"),
            Place::Line(n) => write!(f, "Line {n} of the chapters"),
        }
    }
}

/// Chapters that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChaptersError {
    /// The file is larger than any list of chapters.
    #[error("The chapters file is {bytes} bytes long; at most {limit} bytes are read.")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// How long it may be.
        limit: usize,
    },
    /// The file is not UTF-8.
    #[error("Line {line} of the chapters file is not text.")]
    NotText {
        /// Counted from 1.
        line: usize,
    },
    /// The JSON cannot be read.
    #[error("Line {line} of the chapters file is not what JSON chapters look like: {reason}.")]
    Json {
        /// Counted from 1.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// A line without a time.
    #[error("Line {line} of the chapters does not begin with a time: \"{text}\".")]
    NoTime {
        /// Counted from 1.
        line: usize,
        /// The beginning of the line.
        text: String,
    },
    /// A line of a table (labels, markers, a cue sheet) without a time that can be read.
    #[error("Line {line} of the chapters has no time that can be read: \"{text}\".")]
    TableTime {
        /// Counted from 1.
        line: usize,
        /// The beginning of the line.
        text: String,
    },
    /// A cue sheet of several sounds.
    #[error("Line {line} of the cue sheet belongs to a second file; an episode has one.")]
    SeveralFiles {
        /// Counted from 1.
        line: usize,
    },
    /// The XML cannot be read, or has no chapters.
    #[error("The chapters file cannot be read: {reason}.")]
    Xml {
        /// What is wrong with it.
        reason: String,
    },
    /// A time before the beginning or after any end.
    #[error("{at} has a time that no sound has.")]
    Time {
        /// Which one.
        at: Place,
    },
    /// It ends before it begins.
    #[error("{at} ends before it begins.")]
    Backwards {
        /// Which one.
        at: Place,
    },
    /// The title is too long for any screen.
    #[error("{at} has a title of more than {limit} characters.")]
    LongTitle {
        /// Which one.
        at: Place,
        /// How long it may be.
        limit: usize,
    },
    /// An address that players could not open.
    #[error("{at} links to \"{link}\", which is not a web address.")]
    Link {
        /// Which one.
        at: Place,
        /// As given.
        link: String,
    },
    /// The name of its place is too long for any screen.
    #[error("{at} has a place with a name of more than {limit} characters.")]
    LongPlace {
        /// Which one.
        at: Place,
        /// How long it may be.
        limit: usize,
    },
    /// Coordinates that are none.
    #[error("{at} has coordinates that apps cannot read: \"{geo}\".")]
    Coordinates {
        /// Which one.
        at: Place,
        /// As given.
        geo: String,
    },
    /// What is no object of OpenStreetMap.
    #[error("{at} has an OpenStreetMap object that is none: \"{osm}\".")]
    MapObject {
        /// Which one.
        at: Place,
        /// As given.
        osm: String,
    },
    /// More chapters than any player shows.
    #[error("There are more than {limit} chapters.")]
    TooMany {
        /// How many there may be.
        limit: usize,
    },
}

impl ChaptersError {
    fn hint(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } | Self::NotText { .. } | Self::Json { .. } => {
                "Choose a JSON chapters file, or a text file with lines such as \"00:01:30 The harbour\"."
            }
            Self::Xml { .. } => {
                "Choose Podlove Simple Chapters or a session of Hindenburg, or a list of times and titles."
            }
            Self::TableTime { .. } => {
                "Let the program that wrote it show times as minutes and seconds, and export it once more."
            }
            Self::SeveralFiles { .. } => "Choose the cue sheet of this episode alone.",
            Self::NoTime { .. } => "Begin every line with its time, such as \"00:01:30 The harbour\".",
            Self::Time { .. } | Self::Backwards { .. } => {
                "Give it a time between the beginning and the end of the sound."
            }
            Self::LongTitle { .. } => "Shorten the title.",
            Self::LongPlace { .. } => "Shorten the name of the place.",
            Self::Coordinates { .. } => "Write them like geo:53.55,9.99: the latitude first.",
            Self::MapObject { .. } => "Write it like R113314: N, W or R and its number there.",
            Self::Link { .. } => "Write the whole address, beginning with https://, or leave it empty.",
            Self::TooMany { .. } => "Leave some out.",
        }
    }
}

impl From<ChaptersError> for Error {
    fn from(error: ChaptersError) -> Self {
        Error::new(Code::FieldInvalid, error.to_string()).hint(error.hint()).about("field", "chapters")
    }
}
