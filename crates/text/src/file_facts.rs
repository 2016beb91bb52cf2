//! What there is to know about a chapters file or a transcript that is to be published.

use hearthcast_model::facts::{MediaKind, Tags};
use hearthcast_model::{MediaFacts, Sha256};

/// Version of what is found here.
const VERSION: u32 = 1;

/// The facts of a text file of this type (`text/vtt`).
pub fn file_facts(mime: &str, bytes: &[u8]) -> MediaFacts {
    let mut facts = MediaFacts {
        kind: MediaKind::Text,
        container: String::new(),
        codec: String::new(),
        mime: mime.into(),
        size_bytes: bytes.len() as u64,
        sha256: Sha256::of(bytes),
        header_bytes: 0,
        trailer_bytes: 0,
        duration_ms: None,
        sample_rate_hz: None,
        channels: None,
        bit_rate: None,
        loudness: None,
        width_px: None,
        height_px: None,
        orientation: None,
        chapters: vec![],
        tags: Tags::new(),
        findings: vec![],
        analyzer_version: VERSION,
    };
    facts.container = facts.extension().into();
    facts.codec.clone_from(&facts.container);
    facts
}

#[cfg(test)]
mod tests {
    use super::file_facts;

    #[test]
    fn types_have_their_endings() {
        for (mime, ext) in [("text/vtt", "vtt"), ("application/x-subrip", "srt"), ("application/json+chapters", "json")]
        {
            assert_eq!((file_facts(mime, b"abc").extension(), file_facts(mime, b"abc").size_bytes), (ext, 3));
        }
    }
}
