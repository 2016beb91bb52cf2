//! Bodies that were packed for the way (RFC 9110 §8.4), unpacked as they come: never more than allowed is held, however small
//! the packet that it comes out of.

use flate2::write::MultiGzDecoder;
use std::io::{self, Write};

/// Takes a body in, piece by piece.
pub(crate) enum Body {
    /// As it is.
    Plain(Bounded),
    /// Packed by gzip.
    Gzip(Box<MultiGzDecoder<Bounded>>),
}

/// Why a body is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Spoilt {
    /// It is longer than allowed.
    TooLong,
    /// It cannot be unpacked.
    Garbled(String),
}

impl Body {
    /// For a body with this `Content-Encoding` of at most so many bytes; `None` for one nobody asked for.
    pub(crate) fn of(encoding: &str, most: usize) -> Option<Self> {
        let bounded = Bounded { bytes: vec![], most, full: false };
        match encoding.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Some(Self::Plain(bounded)),
            "gzip" | "x-gzip" => Some(Self::Gzip(Box::new(MultiGzDecoder::new(bounded)))),
            _ => None,
        }
    }

    /// Takes a piece.
    pub(crate) fn take(&mut self, piece: &[u8]) -> Result<(), Spoilt> {
        let taken = match self {
            Self::Plain(bounded) => bounded.write_all(piece),
            Self::Gzip(decoder) => decoder.write_all(piece),
        };
        taken.map_err(|error| self.spoilt(&error))
    }

    /// All of it, when it came to its end.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>, Spoilt> {
        if let Self::Gzip(decoder) = &mut self
            && let Err(error) = decoder.try_finish()
        {
            return Err(self.spoilt(&error));
        }
        Ok(match self {
            Self::Plain(bounded) => bounded.bytes,
            Self::Gzip(mut decoder) => std::mem::take(&mut decoder.get_mut().bytes),
        })
    }

    fn spoilt(&self, error: &io::Error) -> Spoilt {
        let bounded = match self {
            Self::Plain(bounded) => bounded,
            Self::Gzip(decoder) => decoder.get_ref(),
        };
        if bounded.full { Spoilt::TooLong } else { Spoilt::Garbled(error.to_string()) }
    }
}

/// Bytes up to a limit.
pub(crate) struct Bounded {
    bytes: Vec<u8>,
    most: usize,
    full: bool,
}

impl Write for Bounded {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if self.bytes.len().saturating_add(piece.len()) > self.most {
            self.full = true;
            return Err(io::Error::other("more than allowed"));
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(vec![], Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_packed_body_is_unpacked_whatever_its_pieces() {
        let text: Vec<u8> = (0..100_000u32).flat_map(u32::to_le_bytes).collect();
        for size in [1, 7, 4096, usize::MAX] {
            let mut body = Body::of("GZIP", text.len()).unwrap();
            for piece in packed(&text).chunks(size) {
                body.take(piece).unwrap();
            }
            assert!(body.finish().unwrap() == text, "{size}");
        }
    }

    #[test]
    fn a_bomb_ends_at_the_limit() {
        // 64 MiB of nothing in 64 KiB.
        let bomb = packed(&vec![0; 64 << 20]);
        let mut body = Body::of("gzip", 1 << 20).unwrap();
        let ended = bomb.chunks(1024).map(|piece| body.take(piece)).find(Result::is_err);
        assert_eq!(ended, Some(Err(Spoilt::TooLong)));
        let Body::Gzip(decoder) = &body else { panic!("gzip") };
        assert!(decoder.get_ref().bytes.capacity() <= 2 << 20, "{}", decoder.get_ref().bytes.capacity());
    }

    #[test]
    fn half_a_packet_and_what_is_none_are_refused() {
        let whole = packed(b"a feed");
        let mut half = Body::of("gzip", 100).unwrap();
        let taken = half.take(&whole[..whole.len() - 9]).and_then(|()| half.finish().map(drop));
        assert!(matches!(taken, Err(Spoilt::Garbled(_))), "{taken:?}");
        let mut none = Body::of("gzip", 100).unwrap();
        assert!(matches!(none.take(b"no gzip at all, but long enough to see that"), Err(Spoilt::Garbled(_))));
        assert!(Body::of("br", 100).is_none());
        let mut plain = Body::of("", 4).unwrap();
        assert_eq!((plain.take(b"four"), plain.take(b"!")), (Ok(()), Err(Spoilt::TooLong)));
    }
}
