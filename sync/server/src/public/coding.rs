//! In which coding an answer is sent (RFC 9110 §12.5.3), and how it is packed. Packing happens once for an answer, never for a
//! request.

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::ACCEPT_ENCODING;
use http::{HeaderMap, HeaderValue};
use std::io::Write;

/// From this size on Brotli is asked for less: a feed of ten thousand episodes would keep its publication waiting.
const LONG_BYTES: usize = 2 * 1024 * 1024;

/// How the bytes of an answer are packed; the better one last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coding {
    /// As they are.
    Plain,
    /// gzip (RFC 1952).
    Gzip,
    /// Brotli (RFC 7932).
    Brotli,
}

impl Coding {
    /// The coding that a client likes best; of several it likes as much, the one with the fewest bytes. Bytes as they are for
    /// those who say nothing, and for those who refuse everything there is: an answer helps more than a 406.
    pub fn liked(headers: &HeaderMap) -> Self {
        let mut weights = Weights::default();
        for line in headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok()) {
            line.split(',').for_each(|item| weights.take(item));
        }
        let liked = [Self::Plain, Self::Gzip, Self::Brotli].into_iter().filter(|coding| weights.of(*coding) > 0);
        liked.max_by_key(|coding| (weights.of(*coding), *coding)).unwrap_or(Self::Plain)
    }

    /// What `Content-Encoding` says; nothing for bytes as they are.
    pub fn name(self) -> Option<HeaderValue> {
        match self {
            Self::Plain => None,
            Self::Gzip => Some(HeaderValue::from_static("gzip")),
            Self::Brotli => Some(HeaderValue::from_static("br")),
        }
    }

    /// The tag of these bytes: other bytes need another strong one (RFC 9110 §8.8.3.3).
    pub fn tag(self, plain: &str) -> String {
        let ending = match self {
            Self::Plain => "",
            Self::Gzip => "-gz",
            Self::Brotli => "-br",
        };
        format!("{plain}{ending}")
    }

    /// Packs bytes. Takes a while for long ones.
    pub fn pack(self, plain: &Bytes) -> Bytes {
        match self {
            Self::Plain => plain.clone(),
            Self::Gzip => gzip(plain),
            Self::Brotli => brotli(plain),
        }
    }
}

fn gzip(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 6 + 128), Compression::best());
    let done = encoder.write_all(plain).and_then(|()| encoder.finish());
    Bytes::from(done.expect("writing into memory cannot fail"))
}

fn brotli(plain: &[u8]) -> Bytes {
    let quality = if plain.len() < LONG_BYTES { 6 } else { 4 };
    let mut encoder = brotli::CompressorWriter::new(Vec::with_capacity(plain.len() / 6 + 128), 4096, quality, 22);
    encoder.write_all(plain).expect("writing into memory cannot fail");
    Bytes::from(encoder.into_inner())
}

/// How much a client likes each coding, thousandths; `None` where it says nothing.
#[derive(Debug, Default)]
struct Weights {
    plain: Option<u16>,
    gzip: Option<u16>,
    brotli: Option<u16>,
    others: Option<u16>,
}

impl Weights {
    fn take(&mut self, item: &str) {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let weight = Some(weight(parameters));
        match name.trim().to_ascii_lowercase().as_str() {
            "identity" => self.plain = weight,
            "gzip" | "x-gzip" => self.gzip = weight,
            "br" => self.brotli = weight,
            "*" => self.others = weight,
            _ => {}
        }
    }

    /// What is not named is refused, but bytes as they are: those are taken after everything else.
    fn of(&self, coding: Coding) -> u16 {
        match coding {
            Coding::Plain if self.others == Some(0) => self.plain.unwrap_or(0),
            Coding::Plain => self.plain.unwrap_or(1),
            Coding::Gzip => self.gzip.or(self.others).unwrap_or(0),
            Coding::Brotli => self.brotli.or(self.others).unwrap_or(0),
        }
    }
}

/// `q=0.5` as 500; 1000 where it is not said, or not as RFC 9110 §12.4.2 has it.
fn weight(parameters: &str) -> u16 {
    let said = parameters.split(';').find_map(|one| {
        let (name, weight) = one.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| weight.trim().parse::<f32>().ok()).flatten()
    });
    said.filter(|weight| (0.0..=1.0).contains(weight)).map_or(1000, |weight| (weight * 1000.0).round() as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_get_the_coding_they_like_best() {
        use Coding::{Brotli, Gzip, Plain};
        // The examples of RFC 9110 §12.5.3, what clients really send, and what they hardly do.
        for (field, expected) in [
            ("compress, gzip", Gzip),
            ("", Plain),
            ("*", Brotli),
            ("compress;q=0.5, gzip;q=1.0", Gzip),
            ("gzip;q=1.0, identity; q=0.5, *;q=0", Gzip),
            ("gzip;q=0", Plain),
            ("gzip; q=0.000, *", Brotli),
            ("br;q=0, gzip;q=0.000, *", Plain),
            ("*;q=0", Plain),
            ("identity", Plain),
            ("deflate, br", Brotli),
            ("GZIP;q=0.001", Gzip),
            ("gzip, deflate, br, zstd", Brotli),
            ("gzip, br;q=0", Gzip),
            ("br;q=0.5, gzip;q=0.8", Gzip),
            ("br;q=0.8, gzip;q=0.8", Brotli),
            ("BR; Q=1", Brotli),
            ("gzipped, brotli, b", Plain),
            ("identity;q=0", Plain),
            ("identity;q=0, gzip;q=0.1", Gzip),
            ("identity, gzip;q=0.5", Plain),
            ("identity;q=0.5, *;q=0.1", Plain),
            ("x-gzip", Gzip),
            ("br;q=x", Brotli),
            ("br;q=-1, gzip;q=2", Brotli),
            (";;;,,,q=1", Plain),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, field.parse().unwrap())]);
            assert_eq!(Coding::liked(&headers), expected, "{field}");
        }
        assert_eq!(Coding::liked(&HeaderMap::new()), Plain, "bytes as they are for those who say nothing");
        let lines = HeaderMap::from_iter([
            (ACCEPT_ENCODING, HeaderValue::from_static("gzip")),
            (ACCEPT_ENCODING, HeaderValue::from_static("br")),
        ]);
        assert!(Coding::liked(&lines) >= Gzip);
    }

    #[test]
    fn brotli_is_the_smaller_one() {
        let item = |n: usize| {
            format!(
                "<item><title>Episode {n}</title><guid>{:x}</guid><description>Words of {n} about {}</description></item>",
                n * 7919,
                n * n
            )
        };
        let feed = Bytes::from((0..2_000).map(item).collect::<String>());
        let [gzip, brotli] = [Coding::Gzip, Coding::Brotli].map(|coding| coding.pack(&feed).len());
        assert!(brotli < gzip, "{brotli} {gzip}");
        assert_eq!(Coding::Plain.pack(&feed), feed);
    }
}
