//! What there is to know about a chapters file or a transcript that is to be published.

use hearthcast_model::facts::MediaKind;
use hearthcast_model::{MediaFacts, Sha256};

/// Version of what is found here.
const VERSION: u32 = 1;

/// The facts of a text file of this type (`text/vtt`).
pub fn file_facts(mime: &str, bytes: &[u8]) -> MediaFacts {
    let unnamed = MediaFacts::unmeasured(MediaKind::Text, "", mime, bytes.len() as u64, Sha256::of(bytes));
    let format = unnamed.extension();
    MediaFacts { container: format.into(), codec: format.into(), analyzer_version: VERSION, ..unnamed }
}

#[cfg(test)]
mod tests {
    use super::file_facts;

    #[test]
    fn types_have_their_endings() {
        for (mime, ext) in [
            ("text/vtt", "vtt"),
            ("application/x-subrip", "srt"),
            ("application/json", "json"),
            ("text/html", "html"),
            ("application/json+chapters", "json"),
        ] {
            assert_eq!((file_facts(mime, b"abc").extension(), file_facts(mime, b"abc").size_bytes), (ext, 3));
        }
    }
}
