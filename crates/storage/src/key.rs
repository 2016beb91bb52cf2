//! Names in storage (DESIGN §6.3): a place in storage is a variant, never a formatted string.

use hearthcast_model::show::Attachment;
use hearthcast_model::slug::is_slug;

/// What lies where in a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StorageKey {
    /// Sound: `media/<32 hex>/<name>.<ext>`, never changes.
    Media(Name),
    /// Pictures: `images/<32 hex>/<name>.<ext>`, never changes.
    Image(Name),
    /// Chapters and transcripts: `text/<32 hex>/<name>.<ext>`, never changes.
    Text(Name),
    /// `feeds/<show>/feed.xml`, the address listeners know.
    Feed(String),
    /// `feeds/<show>/v/<N>.xml`, the feed as it was.
    FeedVersion(String, u64),
    /// `feeds/<show>/v/<N>.json`, the manifest that claims a version.
    Manifest(String, u64),
    /// `feeds/<show>/lease.json`, who publishes right now, where a place ignores conditions.
    Lease(String),
}

/// A file by content and published name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// First 32 hex digits of the SHA-256.
    short: String,
    /// `<name>.<ext>`.
    file: String,
}

impl StorageKey {
    /// The key of an attachment: pictures under `images/`, chapters and transcripts under `text/`, everything else under
    /// `media/`.
    pub fn of(attachment: &Attachment) -> Self {
        let name = Name {
            short: attachment.hash.short().to_string(),
            file: format!("{}.{}", attachment.name, attachment.ext),
        };
        match attachment.ext.as_str() {
            "jpg" | "png" | "webp" | "avif" => Self::Image(name),
            "vtt" | "srt" | "json" => Self::Text(name),
            _ => Self::Media(name),
        }
    }

    /// Reads a key as it stands in plans and manifests; `None` for anything that is not exactly one of the variants,
    /// so nothing outside the place can be named.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        match parts.as_slice() {
            ["media", short, file] => name(short, file).map(Self::Media),
            ["images", short, file] => name(short, file).map(Self::Image),
            ["text", short, file] => name(short, file).map(Self::Text),
            ["feeds", show, "feed.xml"] if is_slug(show) => Some(Self::Feed((*show).to_string())),
            ["feeds", show, "lease.json"] if is_slug(show) => Some(Self::Lease((*show).to_string())),
            ["feeds", show, "v", file] if is_slug(show) => version(show, file),
            _ => None,
        }
    }
}

fn name(short: &str, file: &str) -> Option<Name> {
    let hex = short.len() == 32 && short.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let (stem, ext) = file.split_once('.')?;
    let plain = is_slug(stem) && is_slug(ext) && ext.len() <= 8;
    (hex && plain).then(|| Name { short: short.to_string(), file: file.to_string() })
}

fn version(show: &str, file: &str) -> Option<StorageKey> {
    let (digits, ext) = file.split_once('.')?;
    let number =
        (digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()?;
    match ext {
        "xml" => Some(StorageKey::FeedVersion(show.to_string(), number)),
        "json" => Some(StorageKey::Manifest(show.to_string(), number)),
        _ => None,
    }
}

impl std::fmt::Display for StorageKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Media(Name { short, file }) => write!(f, "media/{short}/{file}"),
            Self::Image(Name { short, file }) => write!(f, "images/{short}/{file}"),
            Self::Text(Name { short, file }) => write!(f, "text/{short}/{file}"),
            Self::Feed(show) => write!(f, "feeds/{show}/feed.xml"),
            Self::FeedVersion(show, n) => write!(f, "feeds/{show}/v/{n:08}.xml"),
            Self::Lease(show) => write!(f, "feeds/{show}/lease.json"),
            Self::Manifest(show, n) => write!(f, "feeds/{show}/v/{n:08}.json"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_back_as_written() {
        for text in [
            "media/00112233445566778899aabbccddeeff/the-stair.mp3",
            "images/00112233445566778899aabbccddeeff/cover.jpg",
            "text/00112233445566778899aabbccddeeff/the-stair.vtt",
            "feeds/lantern-tide/feed.xml",
            "feeds/lantern-tide/v/00000012.xml",
            "feeds/lantern-tide/v/00000012.json",
            "feeds/lantern-tide/lease.json",
        ] {
            assert_eq!(StorageKey::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn every_kind_of_file_has_its_folder() {
        let hash = hearthcast_model::Sha256::of(b"abc");
        for (ext, folder) in [
            ("mp3", "media"),
            ("m4a", "media"),
            ("jpg", "images"),
            ("webp", "images"),
            ("vtt", "text"),
            ("srt", "text"),
            ("json", "text"),
        ] {
            let key = StorageKey::of(&Attachment { hash: hash.clone(), name: "a".into(), ext: ext.into() });
            assert_eq!(key.to_string(), format!("{folder}/ba7816bf8f01cfea414140de5dae2223/a.{ext}"));
            assert_eq!(StorageKey::parse(&key.to_string()), Some(key));
        }
    }

    #[test]
    fn nothing_else_is_a_key() {
        for text in [
            "",
            "/etc/passwd",
            "media/../../x/y.mp3",
            "media/00112233445566778899aabbccddeeff/../x.mp3",
            "media/00112233445566778899AABBCCDDEEFF/x.mp3",
            "media/0011/x.mp3",
            "feeds/../feed.xml",
            "feeds/a/v/12.xml",
            "feeds/a/v/00000012.html",
            "media/00112233445566778899aabbccddeeff/.mp3",
            ".hearthcast/lock",
            "media/00112233445566778899aabbccddeeff/x.tar.gz",
            "feeds/a\0/feed.xml",
        ] {
            assert_eq!(StorageKey::parse(text), None, "{text}");
        }
    }
}
