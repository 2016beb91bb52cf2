//! Whether a file is what its type says, as whoever publishes it must be sure of.

use crate::chapters::{self, ChaptersError};
use crate::transcript::{self, Format, TranscriptError};

/// A chapters file or a transcript that players could not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextFileError {
    /// No chapters.
    #[error(transparent)]
    Chapters(#[from] ChaptersError),
    /// No transcript.
    #[error(transparent)]
    Transcript(#[from] TranscriptError),
    /// Readable, but not in UTF-8 or not in the format of its type.
    #[error("The file is not the kind of text that its type \"{mime}\" promises.")]
    OtherType {
        /// The type.
        mime: String,
    },
}

/// Checks a file that is to be published with a type: JSON chapters, or a transcript in UTF-8.
pub fn published(mime: &str, bytes: &[u8]) -> Result<(), TextFileError> {
    let other = || TextFileError::OtherType { mime: mime.into() };
    let text = std::str::from_utf8(bytes).map_err(|_| other())?;
    if mime == chapters::MIME {
        chapters::read(bytes)?;
        return if text.trim_start_matches('\u{FEFF}').trim_start().starts_with('{') { Ok(()) } else { Err(other()) };
    }
    let format = Format::of_mime(mime).ok_or_else(other)?;
    if transcript::read(bytes)?.format == format { Ok(()) } else { Err(other()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_type_says() {
        let (json, vtt) = (b"{\"chapters\":[{\"startTime\":0}]}", b"WEBVTT\n\n00:00.000 --> 00:01.000\na\n");
        let srt = b"1\n00:00:00,000 --> 00:00:01,000\na\n";
        let other = |mime: &str| Err(TextFileError::OtherType { mime: mime.into() });
        assert_eq!(published("application/json+chapters", json), Ok(()));
        assert_eq!(published("text/vtt", vtt), Ok(()));
        assert_eq!(published("application/x-subrip", srt), Ok(()));
        assert_eq!(published("text/vtt", srt), other("text/vtt"));
        assert_eq!(published("application/json+chapters", b"0:00 a"), other("application/json+chapters"));
        assert_eq!(published("text/vtt", b"\xFF\xFEW\0"), other("text/vtt"), "UTF-16 is not what is served");
        let (words, page) =
            (b"{\"segments\":[{\"startTime\":0,\"endTime\":1,\"body\":\"a\"}]}", b"<!DOCTYPE html>\n<p>a</p>\n");
        assert_eq!(published("application/json", words), Ok(()));
        assert_eq!(published("application/json", vtt), other("application/json"));
        assert_eq!(published("text/html", page), Ok(()));
        assert_eq!(published("text/html", vtt), other("text/html"));
        assert!(
            published("text/html", b"<!DOCTYPE html>\n<p>a</p><script>b</script>\n").is_err(),
            "no program is served"
        );
        assert_eq!(published("audio/mpeg", vtt), other("audio/mpeg"));
        assert!(matches!(published("text/vtt", b"WEBVTT\n"), Err(TextFileError::Transcript(TranscriptError::Empty))));
        assert!(matches!(published("application/json+chapters", b"{"), Err(TextFileError::Chapters(_))));
    }
}
