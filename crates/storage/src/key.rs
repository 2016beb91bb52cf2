//! Names in storage (DESIGN §6.3): a place in storage is a variant, never a formatted string.

use hearthcast_model::ShareToken;
use hearthcast_model::rule::is_safe_name;
use hearthcast_model::show::Attachment;
use hearthcast_model::slug::is_slug;
use url::Url;

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
    /// `feeds/<show>/<name>.xml`, the address of a further feed.
    FeedVariant(String, String),
    /// `feeds/<show>/p/<32 hex>.xml`, a page of the feed, named by what it says; never changes.
    FeedPage(String, String),
    /// `feeds/<show>/lease.json`, who publishes right now, where a place ignores conditions.
    Lease(String),
    /// `drafts/<32 letters of base 32>/<name>.<ext>`: what those who were given the address hear before it is public. Nothing that
    /// can be read names it.
    Draft(String, String),
    /// A name that a rule of the target gave: a file, or the feed.
    Ruled(String),
    /// What listeners get under another address than the place's own, perhaps from another place: written
    /// `<address>/<key>`, with the address's own slash before that one.
    At(String, Box<StorageKey>),
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
            "vtt" | "srt" | "json" | "html" => Self::Text(name),
            _ => Self::Media(name),
        }
    }

    /// Reads a key as it stands in plans and manifests; `None` for anything that is not exactly one of the variants,
    /// so nothing outside the place can be named.
    pub fn parse(text: &str) -> Option<Self> {
        if text.starts_with("https://") || text.starts_with("http://") {
            return at(text);
        }
        let parts: Vec<&str> = text.split('/').collect();
        let own = match parts.as_slice() {
            ["media", short, file] => name(short, file).map(Self::Media),
            ["images", short, file] => name(short, file).map(Self::Image),
            ["text", short, file] => name(short, file).map(Self::Text),
            ["drafts", token, file] => draft(token, file),
            ["feeds", show, "feed.xml"] if is_slug(show) => Some(Self::Feed((*show).to_string())),
            ["feeds", show, "p", file] if is_slug(show) => page(show, file),
            ["feeds", show, file] if is_slug(show) && file.ends_with(".xml") => variant(show, file),
            ["feeds", show, "lease.json"] if is_slug(show) => Some(Self::Lease((*show).to_string())),
            ["feeds", show, "v", file] if is_slug(show) => version(show, file),
            _ => None,
        };
        // Feeds, versions and leases lie in `feeds/`, and nothing else.
        let free = parts.first() != Some(&"feeds") && is_safe_name(text);
        own.or_else(|| free.then(|| Self::Ruled(text.to_string())))
    }

    /// Whether a key, as it is written, is one of those that every place has without a rule: a folder, the content's hash, a
    /// name. Nothing is taken apart for it: a long show has a hundred thousand.
    pub fn is_usual(text: &str) -> bool {
        let mut parts = text.split('/');
        let folder = matches!(parts.next(), Some("media" | "images" | "text"));
        folder && parts.next().is_some_and(is_short_hash) && parts.next().is_some() && parts.next().is_none()
    }

    /// The same key under another address.
    pub fn at(self, base: &str) -> Self {
        Self::At(base.to_string(), Box::new(self))
    }

    /// The address it lies under, where that is not the place's own, and the key in the place behind it.
    pub fn split(&self) -> (Option<&str>, &Self) {
        match self {
            Self::At(base, key) => (Some(base), key),
            own => (None, own),
        }
    }

    /// Whether it is a file that a feed names, whose name no other content ever gets; everything else is written again
    /// and again.
    pub fn is_file(&self) -> bool {
        matches!(self.split().1, Self::Media(_) | Self::Image(_) | Self::Text(_) | Self::Ruled(_))
    }

    /// Whether the name alone says which content lies there.
    pub fn names_content(&self) -> bool {
        matches!(self.split().1, Self::Media(_) | Self::Image(_) | Self::Text(_) | Self::FeedPage(..))
    }
}

/// `https://cdn.example.org/a//sound/two.mp3`: the last pair of slashes parts address and key.
fn at(text: &str) -> Option<StorageKey> {
    let (address, key) = text.rsplit_once("//")?;
    let base = format!("{address}/");
    let url = Url::parse(&base).ok().filter(|url| url.has_host() && url.as_str() == base)?;
    let plain =
        !url.path().contains("//") && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    StorageKey::parse(key).filter(|_| plain && url.password().is_none()).map(|key| key.at(&base))
}

fn name(short: &str, file: &str) -> Option<Name> {
    let hex = is_short_hash(short);
    let (stem, ext) = file.split_once('.')?;
    let plain = is_slug(stem) && is_slug(ext) && ext.len() <= 8;
    (hex && plain).then(|| Name { short: short.to_string(), file: file.to_string() })
}

fn is_short_hash(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

fn variant(show: &str, file: &str) -> Option<StorageKey> {
    let name = file.strip_suffix(".xml").filter(|name| is_slug(name))?;
    Some(StorageKey::FeedVariant(show.to_string(), name.to_string()))
}

fn page(show: &str, file: &str) -> Option<StorageKey> {
    let content = file.strip_suffix(".xml").filter(|content| is_short_hash(content))?;
    Some(StorageKey::FeedPage(show.to_string(), content.to_string()))
}

fn draft(token: &str, file: &str) -> Option<StorageKey> {
    let (stem, ext) = file.split_once('.')?;
    let plain = is_slug(stem) && is_slug(ext) && ext.len() <= 8;
    (plain && ShareToken::parse(token).is_some()).then(|| StorageKey::Draft(token.to_string(), file.to_string()))
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
            Self::FeedVariant(show, name) => write!(f, "feeds/{show}/{name}.xml"),
            Self::FeedPage(show, content) => write!(f, "feeds/{show}/p/{content}.xml"),
            Self::Lease(show) => write!(f, "feeds/{show}/lease.json"),
            Self::Manifest(show, n) => write!(f, "feeds/{show}/v/{n:08}.json"),
            Self::Draft(token, file) => write!(f, "drafts/{token}/{file}"),
            Self::Ruled(name) => f.write_str(name),
            Self::At(base, key) => write!(f, "{base}/{key}"),
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
            "drafts/abcdefghijklmnopqrstuvwxyz234567/index.html",
            "feeds/lantern-tide/last-10.xml",
            "feeds/lantern-tide/p/00112233445566778899aabbccddeeff.xml",
            "lantern-tide/s03/The_Stair.mp3",
            "rss.xml",
            "media/2026/x.mp3",
            "https://cdn.example.org//lantern-tide/two.mp3",
            "http://127.0.0.1:9000/pods/a//media/00112233445566778899aabbccddeeff/the-stair.mp3",
        ] {
            let key = StorageKey::parse(text).unwrap();
            assert_eq!(key.to_string(), text);
            let page = matches!(key, StorageKey::FeedPage(..));
            assert_eq!(StorageKey::is_usual(text), !page && key.names_content() && key.split().0.is_none(), "{text}");
        }
    }

    #[test]
    fn a_key_under_another_address_is_taken_apart() {
        let key = StorageKey::parse("https://cdn.example.org/a//sound/two.mp3").unwrap();
        assert_eq!(key.split(), (Some("https://cdn.example.org/a/"), &StorageKey::Ruled("sound/two.mp3".into())));
        assert!(key.is_file() && !key.names_content());
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
            ("html", "text"),
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
            "feeds/../feed.xml",
            "feeds/a/v/12.xml",
            "feeds/a/p/12.xml",
            "feeds/a/..xml",
            "feeds/a/b/c.xml",
            "feeds/a/A.xml",
            "feeds/a/v/00000012.html",
            "media/00112233445566778899aabbccddeeff/.mp3",
            ".hearthcast/lock",
            "feeds/a\0/feed.xml",
            "feeds/a/two.mp3",
            "a//two.mp3",
            "a/two.mp3.part",
            "https://cdn.example.org/two.mp3",
            "https://cdn.example.org/a?b=c//two.mp3",
            "https://cdn.example.org//../two.mp3",
            "https://me:word@cdn.example.org//two.mp3",
            "https://cdn.example.org//https://other.example.org//two.mp3",
            "https:////two.mp3",
            "file:///etc//two.mp3",
        ] {
            assert_eq!(StorageKey::parse(text), None, "{text}");
        }
    }
}
