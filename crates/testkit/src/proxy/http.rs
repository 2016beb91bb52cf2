//! As much of HTTP/1.1 as a proxy needs: heads, and how long what follows them is (RFC 9112, 6.3).

use std::io::{self, BufRead, Read as _, Write};

/// Longest head that is read.
const MOST_HEAD: usize = 64 * 1024;

/// The lines before a body, as they came.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    text: String,
}

/// How long a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// So many bytes.
    Bytes(u64),
    /// In chunks that tell their length.
    Chunked,
    /// Until the line ends.
    ToTheEnd,
}

impl Head {
    /// Reads one; `None` where the line ended before it began.
    pub(crate) fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut bytes = vec![];
        while !bytes.ends_with(b"\r\n\r\n") {
            let room = (MOST_HEAD - bytes.len()) as u64;
            if from.take(room).read_until(b'\n', &mut bytes)? == 0 {
                let ended = if bytes.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
                return ended;
            }
        }
        String::from_utf8(bytes).map(|text| Some(Self { text })).map_err(io::Error::other)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    pub(crate) fn method(&self) -> &str {
        self.text.split(' ').next().unwrap_or_default()
    }

    pub(crate) fn target(&self) -> &str {
        self.text.split(' ').nth(1).unwrap_or_default()
    }

    fn status(&self) -> &str {
        self.target()
    }

    /// Whether another answer follows this one.
    pub(crate) fn is_interim(&self) -> bool {
        self.status().starts_with('1')
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.text.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }

    /// The same head with another value for a header it has.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let is_it = |line: &str| line.split_once(':').is_some_and(|(key, _)| key.eq_ignore_ascii_case(name));
        let lines = self.text.split_inclusive("\r\n");
        let line = |line: &str| if is_it(line) { format!("{name}: {value}\r\n") } else { line.to_string() };
        Self { text: lines.map(line).collect() }
    }

    /// How long the body of a request with this head is.
    pub(crate) fn of_request(&self) -> Length {
        self.told().unwrap_or(Length::Bytes(0))
    }

    /// How long the body of an answer to `method` with this head is.
    pub(crate) fn of_answer(&self, method: &str) -> Length {
        match self.status() {
            "204" | "304" => Length::Bytes(0),
            _ if self.is_interim() || method == "HEAD" => Length::Bytes(0),
            _ => self.told().unwrap_or(Length::ToTheEnd),
        }
    }

    fn told(&self) -> Option<Length> {
        if self.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
            return Some(Length::Chunked);
        }
        self.header("content-length")?.parse().ok().map(Length::Bytes)
    }
}

/// Reads a body piece by piece, its chunks' frames included.
pub(crate) fn body(
    from: &mut impl BufRead,
    length: Length,
    mut piece: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    match length {
        Length::Bytes(bytes) => exactly(from, bytes, &mut piece),
        Length::ToTheEnd => exactly(from, u64::MAX, &mut piece),
        Length::Chunked => loop {
            let mut line = vec![];
            from.take(1024).read_until(b'\n', &mut line)?;
            let digits = String::from_utf8_lossy(&line);
            let digits = digits.trim().split(';').next().unwrap_or_default();
            let bytes = u64::from_str_radix(digits, 16).map_err(io::Error::other)?;
            piece(&line)?;
            if bytes == 0 {
                break last_lines(from, &mut piece);
            }
            exactly(from, bytes + 2, &mut piece)?;
        },
    }
}

/// What follows the last chunk, to the empty line.
fn last_lines(from: &mut impl BufRead, piece: &mut impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    loop {
        let mut line = vec![];
        from.take(1024).read_until(b'\n', &mut line)?;
        piece(&line)?;
        if matches!(line.as_slice(), b"\r\n" | b"") {
            return Ok(());
        }
    }
}

fn exactly(from: &mut impl BufRead, bytes: u64, piece: &mut impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut left = bytes;
    while left > 0 {
        let there = from.fill_buf()?;
        let count = there.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        if count == 0 {
            return if bytes == u64::MAX { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        piece(&there[..count])?;
        from.consume(count);
        left -= count as u64;
    }
    Ok(())
}

/// Writes a whole answer of our own.
pub(crate) fn answer(to: &mut impl Write, method: &str, reply: &crate::Reply) -> io::Result<()> {
    let mut text = format!("HTTP/1.1 {} Fault\r\n", reply.status);
    for (name, value) in &reply.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\nconnection: close\r\n\r\n", reply.body.len()));
    if method != "HEAD" {
        text.push_str(&reply.body);
    }
    to.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Head {
        Head::read(&mut text.as_bytes()).unwrap().unwrap()
    }

    #[test]
    fn bodies_end_where_the_standard_says() {
        assert_eq!(head("GET / HTTP/1.1\r\nhost: a\r\n\r\n").of_request(), Length::Bytes(0));
        assert_eq!(head("PUT / HTTP/1.1\r\nContent-Length: 7\r\n\r\n").of_request(), Length::Bytes(7));
        let chunked = head("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        assert_eq!((chunked.of_answer("GET"), chunked.of_answer("HEAD")), (Length::Chunked, Length::Bytes(0)));
        assert_eq!(head("HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n").of_answer("GET"), Length::Bytes(0));
        assert_eq!(head("HTTP/1.1 200 OK\r\n\r\n").of_answer("GET"), Length::ToTheEnd);
    }

    #[test]
    fn chunks_pass_as_they_came() {
        let text = "4;x=1\r\nWiki\r\n5\r\npedia\r\n0\r\nlast: line\r\n\r\nthe next request";
        let (mut from, mut passed) = (text.as_bytes(), vec![]);
        body(&mut from, Length::Chunked, |piece| {
            passed.extend_from_slice(piece);
            Ok(())
        })
        .unwrap();
        assert_eq!(String::from_utf8(passed).unwrap(), text.trim_end_matches("the next request"));
        assert_eq!(from, b"the next request");
    }

    #[test]
    fn a_header_gets_another_value() {
        let changed = head("HTTP/1.1 200 OK\r\nDate: then\r\nserver: a\r\n\r\n").with("date", "now");
        assert_eq!(changed.bytes(), b"HTTP/1.1 200 OK\r\ndate: now\r\nserver: a\r\n\r\n");
    }
}
