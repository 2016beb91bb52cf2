//! Logs of other servers: each line of four formats becomes the [`Delivery`] that Hearthcast's own server would have
//! noted, or a named reason why not. Pure: nothing is opened or kept here, and no line can make it panic.
//!
//! What a format does not tell is assumed so that never too much is counted (docs/COUNTING.md, "Logs of other servers").

mod caddy;
mod cloudfront;
mod hit;
mod lines;
mod nginx;
mod paths;
mod s3;
mod text;

pub use hit::{Hit, LATEST_MS, Lists, MOST_BYTES};
pub use lines::{Lines, MAX_LINE_BYTES, Raw};
pub use paths::{MAX_PATH_BYTES, Paths};

use cloudfront::Columns;
use std::fmt;
use std::str::FromStr;

/// The formats that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Server access logs of an S3 bucket.
    S3,
    /// Standard logs of CloudFront: W3C, tab-separated, with a `#Fields` line.
    CloudFront,
    /// nginx's (and Apache's) `combined`, with further fields behind it.
    Nginx,
    /// Caddy's access log: one JSON object per line.
    Caddy,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 4] = [Format::S3, Format::CloudFront, Format::Nginx, Format::Caddy];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::S3 => "s3",
            Format::CloudFront => "cloudfront",
            Format::Nginx => "nginx",
            Format::Caddy => "caddy",
        }
    }

    /// Tells the format of a log from one of its first lines; `None` when the line does not give it away.
    pub fn of_line(line: &str) -> Option<Format> {
        if line.starts_with("#Version:") || line.starts_with("#Fields:") {
            return Some(Format::CloudFront);
        }
        [Format::Caddy, Format::S3, Format::Nginx]
            .into_iter()
            .find(|format| !matches!(Reader::new(*format).line(line), Err(Skip::Garbage | Skip::Comment)))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no format of logs is called so; there are s3, cloudfront, nginx and caddy")]
pub struct UnknownFormat;

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        Self::ALL.into_iter().find(|format| format.as_str() == text).ok_or(UnknownFormat)
    }
}

/// Why a line is no request for a file of the show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skip {
    /// A comment or an empty line.
    Comment,
    /// Not a line of this format.
    Garbage,
    /// Longer than any line of a log ([`MAX_LINE_BYTES`]); its end was not read.
    TooLong,
    /// A number, time or address that no log can hold.
    Impossible,
    /// The storage did something else than answer a request for a file (an upload, a listing, its own housekeeping); or a feed
    /// was asked for and not answered.
    OtherOperation,
    /// Asked with the storage's own key: the owner, a mirror or a cache, not a listener.
    SignedIn,
    /// A file that is none of the show's.
    OtherFile,
    /// Several places of the show have a feed under this path, and nobody said which of them the log is of.
    SeveralPlaces,
}

impl Skip {
    /// The reason as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Skip::Comment => "comment",
            Skip::Garbage => "garbage",
            Skip::TooLong => "too_long",
            Skip::Impossible => "impossible",
            Skip::OtherOperation => "other_operation",
            Skip::SignedIn => "signed_in",
            Skip::OtherFile => "other_file",
            Skip::SeveralPlaces => "several_places",
        }
    }
}

/// Reads the lines of one log, first to last: a CloudFront log says in its head which columns follow.
#[derive(Debug)]
pub struct Reader {
    format: Format,
    columns: Columns,
}

impl Reader {
    /// A reader at the start of a log.
    pub fn new(format: Format) -> Self {
        Self { format, columns: Columns::default() }
    }

    /// Reads a line, without its end.
    pub fn line(&mut self, line: &str) -> Result<Hit, Skip> {
        let line = line.trim_end_matches(['\r', '\n']);
        if line.len() > MAX_LINE_BYTES {
            return Err(Skip::TooLong);
        }
        if line.trim().is_empty() {
            return Err(Skip::Comment);
        }
        match self.format {
            Format::S3 => s3::read(line),
            Format::CloudFront => self.columns.read(line),
            Format::Nginx => nginx::read(line),
            Format::Caddy => caddy::read(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_format_is_told_from_a_line() {
        for (line, format) in [
            ("#Version: 1.0", Some(Format::CloudFront)),
            (s3::tests::LINE, Some(Format::S3)),
            (nginx::tests::LINE, Some(Format::Nginx)),
            (caddy::tests::LINE, Some(Format::Caddy)),
            ("hello", None),
            ("", None),
            ("{}", None),
        ] {
            assert_eq!(Format::of_line(line), format, "{line}");
        }
        assert_eq!("nginx".parse(), Ok(Format::Nginx));
        assert_eq!("iis".parse::<Format>(), Err(UnknownFormat));
    }

    #[test]
    fn a_line_longer_than_any_is_named_so() {
        let long = "x".repeat(MAX_LINE_BYTES + 1);
        for format in Format::ALL {
            assert_eq!(Reader::new(format).line(&long), Err(Skip::TooLong), "{format}");
            assert_eq!(Reader::new(format).line("  \r\n"), Err(Skip::Comment), "{format}");
        }
    }

    /// Real lines with a byte changed, cut or doubled, and plain garbage: never a panic, and never a number out of bounds.
    fn maimed() -> impl Strategy<Value = String> {
        let lines = vec![s3::tests::LINE, nginx::tests::LINE, caddy::tests::LINE, cloudfront::tests::LINE, ""];
        (prop::sample::select(lines), any::<prop::sample::Index>(), any::<prop::sample::Index>(), "\\PC{0,12}")
            .prop_map(|(line, from, to, put)| {
                let (from, to) = (from.index(line.len() + 1), to.index(line.len() + 1));
                let (from, to) = (line.floor_char_boundary(from.min(to)), line.floor_char_boundary(from.max(to)));
                format!("{}{put}{}", &line[..from], &line[to..])
            })
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic(line in maimed()) {
            for format in Format::ALL {
                let mut reader = Reader::new(format);
                drop(reader.line(cloudfront::tests::FIELDS));
                if let Ok(hit) = reader.line(&line) {
                    prop_assert!((0..=LATEST_MS).contains(&hit.start_ms));
                    let sent = hit.delivered(1_000_000);
                    prop_assert!(sent <= MOST_BYTES);
                }
            }
        }
    }
}
