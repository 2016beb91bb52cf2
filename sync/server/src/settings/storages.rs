//! Storages beside the server: where listeners' sound may lie, and by which key this server opens it. Said in the file as
//! `[storage.NAME]`, in the environment as `HEARTHCAST_SERVER_STORAGE_<NAME>_…`. What it is not: the storages themselves.

use super::given::Source;
use hearthcast_model::place::{Location, Remote, parse_location};
use hearthcast_model::{Code, Error, Result};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// What the names of all these begin with in the environment, after the server's own beginning.
pub(super) const VARIABLES: &str = "STORAGE_";

/// Seconds that an address for listeners works, unless set otherwise (SECURITY.md: ten minutes at most, unless the operator says
/// so).
const LINK_SECONDS: u64 = 600;

/// Shortest: a listener on a slow line must have begun; and longest, a day.
const BOUNDS: std::ops::RangeInclusive<u64> = 60..=86_400;

/// Most storages.
const MOST: usize = 100;

/// What can be said of a storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Field {
    Url,
    PublicUrl,
    KeyFile,
    AccessKeyId,
    SecretAccessKey,
    LinkSeconds,
    Listeners,
    AllowInsecure,
}

impl Field {
    const ALL: [(Self, &'static str); 8] = [
        (Self::PublicUrl, "public_url"),
        (Self::Url, "url"),
        (Self::KeyFile, "key_file"),
        (Self::SecretAccessKey, "secret_access_key"),
        (Self::AccessKeyId, "access_key_id"),
        (Self::LinkSeconds, "link_seconds"),
        (Self::Listeners, "listeners"),
        (Self::AllowInsecure, "allow_insecure"),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(field, _)| *field == self).map_or("", |(_, name)| name)
    }
}

/// A word somebody said, which is never shown: it may be a secret.
#[derive(Clone, PartialEq)]
struct Word {
    text: String,
    source: Source,
}

impl std::fmt::Debug for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "(said in {:?})", self.source)
    }
}

/// Storages as somebody said them, by name in capitals.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct GivenStorages(BTreeMap<String, BTreeMap<Field, Word>>);

/// Where the key to a storage is.
#[derive(Clone)]
pub enum KeySource {
    /// Its two halves stood in the environment.
    Said {
        /// The name.
        id: String,
        /// The secret.
        secret: String,
    },
    /// In this file, for the server alone.
    File(PathBuf),
}

impl std::fmt::Debug for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Said { .. } => f.write_str("KeySource::Said(…)"),
            Self::File(path) => f.debug_tuple("KeySource::File").field(path).finish(),
        }
    }
}

/// A checked storage; nothing of it was asked yet.
#[derive(Debug, Clone)]
pub struct StorageSetting {
    /// Its name, for messages.
    pub name: String,
    /// Where it lies.
    pub location: Location,
    /// Where the key to it is.
    pub key: KeySource,
    /// How long an address for listeners works.
    pub lasting: Duration,
    /// Listeners are led to its public address, without a key.
    pub open_to_all: bool,
    /// Plain http to another machine is allowed.
    pub insecure: bool,
}

impl GivenStorages {
    /// Takes the table `[storage]` of a settings file. Secrets are refused there: such files are copied and shown around.
    pub(super) fn of_toml(value: &toml::Value, source: &Source) -> Result<Self> {
        let shape = || wrong("storage", "", "it is written [storage.NAME], with url, public_url and key_file below it");
        let mut given = Self::default();
        for (name, fields) in value.as_table().ok_or_else(shape)? {
            let fields = fields.as_table().ok_or_else(shape)?;
            for (key, value) in fields {
                let field = Field::ALL.iter().find(|(_, known)| known == key).map(|(field, _)| *field);
                let field = field.ok_or_else(|| wrong(name, key, "there is no such setting of a storage"))?;
                if matches!(field, Field::AccessKeyId | Field::SecretAccessKey) {
                    let why = "a key stands in no settings file: name a file for it (key_file) or use the environment";
                    return Err(wrong(name, key, why));
                }
                let text = match value {
                    toml::Value::String(text) => text.clone(),
                    toml::Value::Integer(number) => number.to_string(),
                    toml::Value::Boolean(on) => on.to_string(),
                    _ => return Err(wrong(name, key, "it must be one text, number, true or false")),
                };
                given.put(name, field, Word { text, source: source.clone() })?;
            }
        }
        Ok(given)
    }

    /// Takes a variable of the environment, whose name begins as all of these do.
    pub(super) fn of_variable(&mut self, rest: &str, text: String) -> Result<()> {
        let lower = rest.to_ascii_lowercase();
        let found = Field::ALL.iter().find_map(|(field, known)| Some((*field, lower.strip_suffix(known)?)));
        let Some((field, name)) = found.and_then(|(field, name)| Some((field, name.strip_suffix('_')?))) else {
            return Err(wrong(&lower, "", "no setting of a storage ends like this"));
        };
        self.put(name, field, Word { text, source: Source::Environment })
    }

    /// These words, and where they are silent, those of `other`.
    pub(super) fn or(mut self, other: Self) -> Self {
        for (name, fields) in other.0 {
            let known = self.0.entry(name).or_default();
            fields.into_iter().for_each(|(field, word)| {
                known.entry(field).or_insert(word);
            });
        }
        self
    }

    fn put(&mut self, name: &str, field: Field, word: Word) -> Result<()> {
        let plain = !name.is_empty()
            && name.len() <= 40
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if !plain {
            return Err(wrong(name, "", "a storage's name has letters, digits, - and _"));
        }
        let folded = name.replace('-', "_").to_ascii_uppercase();
        self.0.entry(folded).or_default().insert(field, word);
        match self.0.len() > MOST {
            true => Err(wrong(name, "", &format!("there are more than {MOST} storages"))),
            false => Ok(()),
        }
    }

    /// Checks everything; the first mistake is named.
    pub(super) fn check(&self) -> Result<Vec<StorageSetting>> {
        let all: Vec<StorageSetting> =
            self.0.iter().map(|(name, fields)| one(&name.to_ascii_lowercase(), fields)).collect::<Result<_>>()?;
        for (at, storage) in all.iter().enumerate() {
            let twin =
                all.iter().skip(at + 1).find(|other| other.location.public_url() == storage.location.public_url());
            if let Some(twin) = twin {
                let why = format!("the storage {} has the same one", storage.name);
                return Err(wrong(&twin.name, Field::PublicUrl.name(), &why));
            }
        }
        Ok(all)
    }
}

fn one(name: &str, fields: &BTreeMap<Field, Word>) -> Result<StorageSetting> {
    let text = |field: Field| fields.get(&field).map(|word| word.text.trim()).filter(|text| !text.is_empty());
    let needed = |field: Field| text(field).ok_or_else(|| wrong(name, field.name(), "it is missing"));
    let insecure = match text(Field::AllowInsecure) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(wrong(name, Field::AllowInsecure.name(), "it must be true or false")),
    };
    let location = parse_location(needed(Field::Url)?, Some(needed(Field::PublicUrl)?), insecure).map_err(|error| {
        let message = format!("The storage {name}: {}", error.message);
        Error { code: Code::UsageInvalid, message, ..error }
    })?;
    if !matches!(location, Location::Bucket { .. } | Location::Remote(Remote::Azure { .. } | Remote::Gcs { .. })) {
        return Err(wrong(
            name,
            Field::Url.name(),
            "sound is sent from buckets of S3 (s3://), Azure (az://) and Google (gs://)",
        ));
    }
    let lasting = match text(Field::LinkSeconds) {
        None => LINK_SECONDS,
        Some(text) => text.parse().ok().filter(|seconds| BOUNDS.contains(seconds)).ok_or_else(|| {
            let (least, most) = (BOUNDS.start(), BOUNDS.end());
            wrong(name, Field::LinkSeconds.name(), &format!("it must be a whole number from {least} to {most}"))
        })?,
    };
    let open_to_all = match text(Field::Listeners) {
        None | Some("signed") => false,
        Some("public") => true,
        Some(_) => return Err(wrong(name, Field::Listeners.name(), "it must be signed or public")),
    };
    let key = match (text(Field::KeyFile), text(Field::SecretAccessKey)) {
        (None, Some(secret)) => {
            KeySource::Said { id: text(Field::AccessKeyId).unwrap_or("key").into(), secret: secret.into() }
        }
        (Some(path), None) => KeySource::File(path.into()),
        (Some(_), Some(_)) => return Err(wrong(name, Field::KeyFile.name(), "the key is in the environment, too")),
        (None, None) => {
            let variable = format!("HEARTHCAST_SERVER_STORAGE_{}", name.to_ascii_uppercase());
            let why = format!(
                "there is no key: name a file (key_file), or set {variable}_ACCESS_KEY_ID and _SECRET_ACCESS_KEY"
            );
            return Err(wrong(name, "", &why));
        }
    };
    let lasting = Duration::from_secs(lasting);
    Ok(StorageSetting { name: name.into(), location, key, lasting, open_to_all, insecure })
}

/// What is wrong with a storage. The value is not repeated: it may be a secret.
fn wrong(name: &str, field: &str, why: &str) -> Error {
    let what = if field.is_empty() { String::new() } else { format!(", {field}") };
    Error::new(Code::UsageInvalid, format!("The storage {name}{what} cannot be used: {why}."))
        .hint("docs/guide/server.md tells how a storage is given to the server.")
        .about("field", format!("storage.{name}"))
}
