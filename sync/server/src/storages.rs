//! Storages beside the server: addresses for listeners that work for a short time, and parts of a file sent through. What it is
//! not: it lists and writes nothing there, and keeps nothing here; whether a file is public is decided elsewhere.

use crate::settings::{KeySource, StorageSetting};
use bytes::Bytes;
use hearthcast_fetch::header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, HeaderMap, HeaderName, RANGE};
use hearthcast_fetch::{FetchError, HttpStatus, Incoming, Net, Owned};
use hearthcast_model::place::{Location, Remote};
use hearthcast_model::{Clock, Code, Error, Result};
use hearthcast_protocol::hello::OpenedStorage;
use hearthcast_storage::bucket::AccessKey;
use hearthcast_storage::{Bucket, Place, StorageError, StorageKey, open_remote};
use http_body_util::Empty;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Longest wait until a storage begins to answer; a listener waits meanwhile.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long an address works that this server uses itself, at once.
const OWN_USE: Duration = Duration::from_secs(300);

/// Most bytes of a file with a key.
const MOST_KEY_BYTES: u64 = 64 * 1024;

/// The storages, by the public address of each.
#[derive(Debug, Default)]
pub struct Storages(BTreeMap<String, Storage>);

/// A storage and the key to it.
#[derive(Debug)]
pub struct Storage {
    name: String,
    place: Arc<dyn Place>,
    fetch: Owned,
    lasting: Duration,
    open_to_all: bool,
}

/// Why a storage does not give a part of a file. No sentence of it holds an address with a signature.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FarError {
    /// It cannot be reached, or does not begin to answer.
    #[error("it does not answer")]
    Away,
    /// It asks to be left alone for a while.
    #[error("it is busy ({0})")]
    Busy(HttpStatus),
    /// It answers, but not with the file that was published.
    #[error("it answers {0}")]
    Refused(String),
    /// The file is another one now.
    #[error("it has another file there: {0}")]
    Another(String),
    /// An address could not be made.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The line broke.
    #[error(transparent)]
    Fetch(#[from] FetchError),
}

impl FarError {
    /// Whether asking again later may help.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Away | Self::Busy(_) | Self::Fetch(_))
    }
}

impl Storages {
    /// Opens them. Sends nothing yet; a key that cannot be read is named.
    pub async fn open(settings: &[StorageSetting], clock: &Arc<dyn Clock>) -> Result<Self> {
        let mut all = BTreeMap::new();
        for setting in settings {
            let base = setting.location.public_url().unwrap_or_default().to_string();
            all.insert(base, Storage::open(setting, &Net::new(clock.clone())).await?);
        }
        Ok(Self(all))
    }

    /// The storage of a file, and the file's name there.
    pub fn of<'a>(&self, key: &'a StorageKey) -> Option<(&Storage, &'a StorageKey)> {
        let (base, key) = key.split();
        Some((self.0.get(base?)?, key))
    }

    /// Whether this server can open what is written like this (`https://cdn.example/a//media/…`).
    pub fn opens(&self, key: &str) -> bool {
        StorageKey::parse(key).is_some_and(|key| self.of(&key).is_some())
    }

    /// All of them, as laptops are told.
    pub fn told(&self) -> Vec<OpenedStorage> {
        let told = |(address, storage): (&String, &Storage)| OpenedStorage {
            address: address.clone(),
            signed: storage.signs(),
        };
        self.0.iter().map(told).collect()
    }
}

impl Storage {
    async fn open(setting: &StorageSetting, net: &Net) -> Result<Self> {
        let access = key(setting)?;
        let named = |error: StorageError| {
            let error = Error::from(error);
            Error { message: format!("The storage {}: {}", setting.name, error.message), ..error }
        };
        let place: Arc<dyn Place> = match &setting.location {
            Location::Remote(remote) => {
                open_remote(remote, Some(&access), setting.insecure, net.clone()).map_err(named)?
            }
            bucket => Arc::new(Bucket::open(bucket, &access, setting.insecure, net.clone()).map_err(named)?),
        };
        let ca = match &setting.location {
            Location::Bucket { ca, .. } => ca.as_deref(),
            _ => None,
        };
        // Where its addresses lead, one of them tells; making it asks nobody.
        let any = StorageKey::Ruled("any.mp3".into());
        let link = place.signed_link(&any, OWN_USE).await.map_err(named)?.unwrap_or_default();
        let origins: Vec<Url> = Url::parse(&link).into_iter().collect();
        let fetch = Owned::over(net, &origins, setting.insecure, ca)?;
        let (name, lasting, open_to_all) = (setting.name.clone(), setting.lasting, setting.open_to_all);
        Ok(Self { name, place, fetch, lasting, open_to_all })
    }

    /// Its name, for the log.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether listeners are led there with signed addresses.
    pub fn signs(&self) -> bool {
        !self.open_to_all
    }

    /// An address for one listener, and how long it works; `None` where listeners need none.
    pub async fn link(&self, key: &StorageKey) -> Result<Option<(String, Duration)>, FarError> {
        if self.open_to_all {
            return Ok(None);
        }
        Ok(self.place.signed_link(key, self.lasting).await?.map(|link| (link, self.lasting)))
    }

    /// Whether a file of so many bytes is there. No byte of it is asked for.
    pub async fn has(&self, key: &StorageKey, bytes: u64) -> Result<bool, FarError> {
        let head = tokio::time::timeout(PATIENCE, self.place.head(key)).await.map_err(|_| FarError::Away)??;
        Ok(head.is_some_and(|head| head.bytes == bytes))
    }

    /// Asks for a part of a file of so many bytes, once; the bytes come as they are taken.
    pub async fn part(&self, key: &StorageKey, part: Range<u64>, bytes: u64) -> Result<Incoming, FarError> {
        let link = self.place.signed_link(key, OWN_USE).await?;
        let link = link.ok_or_else(|| FarError::Refused("no address for a file".into()))?;
        let asked = format!("bytes={}-{}", part.start, part.end - 1);
        let request = http::Request::get(link).header(RANGE, asked).header(ACCEPT_ENCODING, "identity");
        let request =
            request.body(Empty::<Bytes>::new()).map_err(|_| FarError::Refused("no address for a file".into()))?;
        let answer = tokio::time::timeout(PATIENCE, self.fetch.exchange(request)).await;
        let (head, body) = answer.map_err(|_| FarError::Away)??.into_parts();
        match wrong(head.status, &head.headers, &part, bytes) {
            None => Ok(body),
            Some(why) => Err(why),
        }
    }
}

/// What is wrong with a storage's answer, if anything.
fn wrong(status: HttpStatus, headers: &HeaderMap, part: &Range<u64>, bytes: u64) -> Option<FarError> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let whole = *part == (0..bytes);
    match status {
        HttpStatus::PARTIAL_CONTENT => {
            let said = text(CONTENT_RANGE);
            let expected = format!("bytes {}-{}/{bytes}", part.start, part.end - 1);
            (said != expected).then(|| FarError::Another(format!("\"{said}\" instead of \"{expected}\"")))
        }
        HttpStatus::OK if whole => {
            let said = text(CONTENT_LENGTH);
            (said != bytes.to_string()).then(|| FarError::Another(format!("{said} bytes instead of {bytes}")))
        }
        HttpStatus::OK => Some(FarError::Refused("the whole file where a part was asked for".into())),
        HttpStatus::TOO_MANY_REQUESTS => Some(FarError::Busy(status)),
        status if status.is_server_error() => Some(FarError::Busy(status)),
        status => Some(FarError::Refused(status.to_string())),
    }
}

/// The key of a storage.
fn key(setting: &StorageSetting) -> Result<AccessKey> {
    let unusable = |why: String| {
        Error::new(Code::UsageInvalid, format!("The key of the storage {} cannot be used: {why}.", setting.name))
            .hint("docs/guide/server.md tells how a storage is given to the server.")
            .about("field", format!("storage.{}", setting.name))
    };
    let (id, secret) = match &setting.key {
        KeySource::Said { id, secret } => (id.clone(), secret.clone()),
        KeySource::File(path) => {
            let text = private_text(path).map_err(|why| unusable(format!("{} {why}", path.display())))?;
            match &setting.location {
                // The key of a service account is a file of its own.
                Location::Remote(Remote::Gcs { .. }) => ("service-account".into(), text),
                _ => halves(&text).ok_or_else(|| {
                    unusable(format!(
                        "{} does not hold access_key_id = \"…\" and secret_access_key = \"…\"",
                        path.display()
                    ))
                })?,
            }
        }
    };
    AccessKey::new(&id, &secret).ok_or_else(|| unusable("it is empty".into()))
}

fn halves(text: &str) -> Option<(String, String)> {
    let table: toml::Table = toml::from_str(text).ok()?;
    let word = |name: &str| table.get(name)?.as_str().map(str::to_string);
    Some((word("access_key_id")?, word("secret_access_key")?))
}

/// Why a file with a key is not used.
#[derive(Debug, thiserror::Error)]
enum NoKey {
    #[error("cannot be read ({0})")]
    Unreadable(#[from] std::io::Error),
    #[error("can be read by others (chmod 600 mends it)")]
    Open,
    #[error("is no file, or too long")]
    NoFile,
}

/// The text of a file that nobody but its owner may read.
fn private_text(path: &Path) -> Result<String, NoKey> {
    use std::io::Read as _;
    let file = std::fs::File::open(path)?;
    let found = file.metadata()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if found.permissions().mode() & 0o077 != 0 {
            return Err(NoKey::Open);
        }
    }
    if !found.is_file() || found.len() > MOST_KEY_BYTES {
        return Err(NoKey::NoFile);
    }
    let mut text = String::new();
    file.take(MOST_KEY_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_key_lies_in_a_file_for_the_server_alone() {
        use hearthcast_model::place::parse_location;
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sound.key");
        let location = parse_location("s3://pods", Some("https://cdn.example/"), false).unwrap();
        let setting = StorageSetting {
            name: "sound".into(),
            location,
            key: KeySource::File(path.clone()),
            lasting: OWN_USE,
            open_to_all: false,
            insecure: false,
        };
        let written = |text: &str, mode: u32| {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            key(&setting)
        };
        assert!(key(&setting).is_err(), "there is none");
        let good = "access_key_id = \"AKIA1\"\nsecret_access_key = \"hush-hush\"\n";
        let found = written(good, 0o600).unwrap();
        assert_eq!((found.id(), found.secret()), ("AKIA1", "hush-hush"));
        assert!(written(good, 0o400).is_ok());
        for (text, mode) in
            [(good, 0o640), (good, 0o604), ("hush-hush", 0o600), ("access_key_id = \"hush-hush\"", 0o600)]
        {
            let error = written(text, mode).unwrap_err();
            assert!(error.message.contains("sound") && !format!("{error:?}").contains("hush"), "{error:?}");
        }
    }
}
