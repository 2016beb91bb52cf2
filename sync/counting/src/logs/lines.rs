//! Lines of a log, compressed with gzip or not (told by its first bytes, not by its name), each of bounded length.

use flate2::read::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

/// Longest line read. The longest field of any format is an agent or an address of 8 KiB, perhaps escaped threefold.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A line as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raw {
    /// The line without its end. What is not text in it became `�`.
    Line(String),
    /// A line longer than [`MAX_LINE_BYTES`]; it was passed over.
    TooLong,
}

type Whole<R> = Chain<Cursor<Vec<u8>>, R>;

enum Source<R> {
    Plain(BufReader<Whole<R>>),
    Gzip(BufReader<MultiGzDecoder<Whole<R>>>),
}

/// Iterator over the lines of a log. It ends after an error.
pub struct Lines<R: Read> {
    source: Source<R>,
    over: bool,
}

impl<R: Read> Lines<R> {
    /// Begins to read.
    pub fn open(mut reader: R) -> io::Result<Self> {
        let mut head = vec![];
        reader.by_ref().take(2).read_to_end(&mut head)?;
        let gzip = head == GZIP;
        let whole = Cursor::new(head).chain(reader);
        let plain = |whole| Source::Plain(BufReader::new(whole));
        let source = if gzip { Source::Gzip(BufReader::new(MultiGzDecoder::new(whole))) } else { plain(whole) };
        Ok(Self { source, over: false })
    }
}

impl<R: Read> Iterator for Lines<R> {
    type Item = io::Result<Raw>;

    fn next(&mut self) -> Option<io::Result<Raw>> {
        if self.over {
            return None;
        }
        let read = match &mut self.source {
            Source::Plain(reader) => line(reader),
            Source::Gzip(reader) => line(reader),
        };
        self.over = !matches!(read, Ok(Some(_)));
        read.transpose()
    }
}

fn line(reader: &mut impl BufRead) -> io::Result<Option<Raw>> {
    let mut bytes = vec![];
    let most = MAX_LINE_BYTES as u64 + 1;
    if reader.by_ref().take(most).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    if bytes.len() > MAX_LINE_BYTES && bytes.last() != Some(&b'\n') {
        skip_line(reader)?;
        return Ok(Some(Raw::TooLong));
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(Some(Raw::Line(text.trim_end_matches(['\r', '\n']).to_owned())))
}

/// Passes over the rest of a line, without keeping it.
fn skip_line(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        let (length, end) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        reader.consume(length);
        if end {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzipped(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn all(bytes: &[u8]) -> Vec<Raw> {
        Lines::open(bytes).unwrap().map(Result::unwrap).collect()
    }

    fn text(line: &str) -> Raw {
        Raw::Line(line.into())
    }

    #[test]
    fn plain_and_gzip_are_told_by_their_first_bytes() {
        let expected = vec![text("a"), text(""), text("b")];
        assert_eq!(all(b"a\r\n\nb"), expected);
        assert_eq!(all(&gzipped(b"a\n\nb\n")), expected);
        let members = [gzipped(b"a\n"), gzipped(b"\nb")].concat();
        assert_eq!(all(&members), expected, "several gzip members are one log");
        assert_eq!((all(b""), all(b"x")), (vec![], vec![text("x")]));
    }

    #[test]
    fn a_long_line_is_passed_over_and_the_next_one_is_read() {
        let long = [vec![b'x'; MAX_LINE_BYTES * 3], b"\nnext\n".to_vec()].concat();
        assert_eq!(all(&long), [Raw::TooLong, text("next")]);
        assert_eq!(all(&gzipped(&long)), [Raw::TooLong, text("next")]);
        let fits = [vec![b'x'; MAX_LINE_BYTES], b"\nnext".to_vec()].concat();
        assert_eq!(all(&fits).len(), 2);
        assert_eq!(all(&fits)[1], text("next"));
        assert_eq!(all(&vec![b'x'; MAX_LINE_BYTES * 2]), [Raw::TooLong]);
    }

    #[test]
    fn a_torn_archive_ends_with_an_error() {
        let whole = gzipped(&b"line\n".repeat(10_000));
        let read: Vec<_> = Lines::open(&whole[..whole.len() / 2]).unwrap().collect();
        assert!(read.last().unwrap().is_err() && read[..read.len() - 1].iter().all(Result::is_ok));
    }

    #[test]
    fn what_is_no_text_is_marked() {
        assert_eq!(all(b"a\xffb"), [text("a\u{fffd}b")]);
    }
}
