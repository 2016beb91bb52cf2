//! Reads the folder of an exported show. Somebody may have changed it on the way: what could harm is refused, and HTML is made
//! safe anew.

use super::pages::are_pages;
use crate::exported::{self, NEXT, damaged, is_known_format, pour, stays_inside};
use crate::studio::task_failed;
use hearthcast_model::export::{ExportManifest, ExportedRecord, ExportedShow, MANIFEST, ManifestFile, RECORDS};
use hearthcast_model::facts::MediaKind;
use hearthcast_model::{Cancel, Episode, EpisodeId, MediaFacts, Result, Sha256, Show, ShowId};
use hearthcast_text::clean_html;
use hearthcast_text::transcript::Format;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Longest list of records, bytes.
const MOST_RECORDS: u64 = 256 << 20;
/// Endings that files of a show may have at an author's web host, which runs what is called otherwise.
const ENDINGS: [&str; 34] = [
    "mp3", "m4a", "m4b", "mp4", "m4v", "mov", "webm", "mkv", "aac", "ogg", "oga", "opus", "flac", "wav", "aif", "aiff",
    "caf", "jpg", "jpeg", "png", "webp", "avif", "heic", "gif", "tif", "tiff", "json", "vtt", "srt", "html", "ttf",
    "otf", "woff", "woff2",
];
/// Most episodes.
const MOST_EPISODES: usize = 50_000;
/// Longest text that is published as a file, bytes.
const MOST_TEXT: u64 = 32 << 20;
/// Deepest that values stand in each other.
const DEEPEST: usize = 64;
/// Fields with addresses, in records.
const ADDRESSES: [&str; 14] = [
    "link",
    "url",
    "href",
    "img",
    "uri",
    "hub",
    "prefix",
    "new_feed_url",
    "feed_url",
    "stream_url",
    "chapters_url",
    "account_url",
    "page_url",
    "image_url",
];
/// Schemes that do something where somebody only follows a link.
const ACTIVE: [&str; 6] = ["javascript:", "data:", "vbscript:", "file:", "blob:", "about:"];

/// A folder with an exported show, looked through.
pub(crate) struct Brought {
    pub(crate) folder: PathBuf,
    pub(crate) exported: ExportedShow,
    pub(crate) show: ShowId,
    files: BTreeMap<String, ManifestFile>,
}

/// Reads a folder; `None` where it has no exported show.
pub(crate) async fn read(folder: &Path) -> Result<Option<Brought>> {
    let folder = folder.to_path_buf();
    tokio::task::spawn_blocking(move || read_now(&folder)).await.map_err(|e| task_failed(&e))?
}

fn read_now(folder: &Path) -> Result<Option<Brought>> {
    let Some(manifest) = exported::manifest(folder)? else {
        return match folder.join(RECORDS).exists() {
            true => Err(damaged(folder, &format!("{RECORDS} is there, and {MANIFEST} is not"))),
            false => Ok(None),
        };
    };
    let value: Value = serde_json::from_slice(&document(folder, &manifest, RECORDS)?)
        .map_err(|error| damaged(folder, &format!("{RECORDS} cannot be read ({error})")))?;
    is_known_format(folder, &value)?;
    let mut exported: ExportedShow = serde_json::from_value(value)
        .map_err(|error| damaged(folder, &format!("{RECORDS} cannot be read ({error})")))?;
    let show = ShowId::parse(&exported.show.id).filter(|id| *id == manifest.show);
    let show = show.ok_or_else(|| damaged(folder, "its two documents are of two shows"))?;
    let files: BTreeMap<String, ManifestFile> =
        manifest.files.into_iter().map(|file| (file.path.clone(), file)).collect();
    records(folder, &mut exported)?;
    for file in &exported.files {
        is_sound(folder, &files, file)?;
    }
    if !are_pages(&exported) {
        return Err(damaged(folder, "a file is called a page, and is not in the list as one"));
    }
    Ok(Some(Brought { folder: folder.into(), exported, show, files }))
}

/// A document as the list has it; an export that was interrupted in its last step has it beside the old one.
fn document(folder: &Path, manifest: &ExportManifest, name: &str) -> Result<Vec<u8>> {
    let listed = manifest.files.iter().find(|file| file.path == name);
    let listed = listed.ok_or_else(|| damaged(folder, &format!("its list of files has no {name}")))?;
    for name in [name.to_string(), format!("{name}{NEXT}")] {
        if let Ok(bytes) = exported::text(folder, &name, MOST_RECORDS)
            && Sha256::of(&bytes) == listed.sha256
        {
            return Ok(bytes);
        }
    }
    Err(damaged(folder, &format!("{name} is not what the list says")))
}

fn records(folder: &Path, exported: &mut ExportedShow) -> Result<()> {
    if exported.episodes.len() > MOST_EPISODES {
        return Err(damaged(folder, "it has more than 50,000 episodes"));
    }
    let show = exported.show.id.clone();
    clean(folder, &mut exported.show)?;
    for body in sides(&exported.show) {
        typed::<Show>(folder, body, &show)?;
    }
    let mut ids = BTreeSet::new();
    for record in &mut exported.episodes {
        clean(folder, record)?;
        if EpisodeId::parse(&record.id).is_none() || !ids.insert(record.id.clone()) {
            return Err(damaged(folder, "an episode's id is none, or is there twice"));
        }
        for body in sides(record) {
            let episode = typed::<Episode>(folder, body, &record.id)?;
            if episode.show.as_str() != show || episode.guid.is_empty() {
                return Err(damaged(folder, &format!("the episode {} is of another show, or has no guid", record.id)));
            }
        }
    }
    Ok(())
}

fn sides(record: &ExportedRecord) -> impl Iterator<Item = &Map<String, Value>> {
    std::iter::once(&record.body).chain(&record.released)
}

fn typed<T: serde::de::DeserializeOwned>(folder: &Path, body: &Map<String, Value>, id: &str) -> Result<T> {
    serde_json::from_value(Value::Object(body.clone()))
        .map_err(|error| damaged(folder, &format!("the record {id} cannot be read ({error})")))
}

fn clean(folder: &Path, record: &mut ExportedRecord) -> Result<()> {
    for body in std::iter::once(&mut record.body).chain(&mut record.released) {
        for (name, value) in body.iter_mut() {
            made_safe(name, value, 0).map_err(|why| damaged(folder, &format!("in the record {}, {why}", record.id)))?;
        }
    }
    Ok(())
}

/// What could do harm, in words that go on.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Harm(String);

/// Makes the HTML in a value safe; says what could do harm.
fn made_safe(name: &str, value: &mut Value, depth: usize) -> Result<(), Harm> {
    if depth > DEEPEST {
        return Err(Harm("values stand too deep in each other".into()));
    }
    match value {
        Value::Array(all) => all.iter_mut().try_for_each(|one| made_safe(name, one, depth + 1)),
        Value::Object(fields) => {
            if name == "safe"
                && let Some(html) = fields.get("html").and_then(Value::as_str)
            {
                let safe = clean_html(html);
                if safe.html != html {
                    fields.insert("html".into(), safe.html.into());
                    fields.insert("sanitizer_version".into(), safe.sanitizer_version.into());
                }
            }
            is_named_well(fields)?;
            fields.iter_mut().try_for_each(|(name, one)| made_safe(name, one, depth + 1))
        }
        Value::String(text) if ADDRESSES.contains(&name) => {
            let bare: String = text.chars().filter(|c| !c.is_control() && !c.is_whitespace()).take(20).collect();
            match ACTIVE.iter().any(|scheme| bare.to_ascii_lowercase().starts_with(scheme)) {
                true => Err(Harm(format!("\"{name}\" is no address that can be published ({bare}…)"))),
                false => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Files are published under their names.
fn is_named_well(fields: &Map<String, Value>) -> Result<(), Harm> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let (Some(hash), Some(name), Some(ext)) = (text("hash"), text("name"), text("ext")) else { return Ok(()) };
    let plain = |text: &str, most: usize| {
        let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        text.len() <= most && text.chars().all(letter) && !text.starts_with('.') && !text.contains("..")
    };
    let known = ENDINGS.contains(&ext.to_ascii_lowercase().as_str());
    match Sha256::parse(hash).is_some() && !name.is_empty() && plain(name, 250) && known {
        true => Ok(()),
        false => Err(Harm("a file has a name that cannot be published".into())),
    }
}

/// What the records say of a file must be what the list says, and of a kind that is published.
fn is_sound(
    folder: &Path,
    files: &BTreeMap<String, ManifestFile>,
    file: &hearthcast_model::export::ExportedFile,
) -> Result<()> {
    let facts = &file.facts;
    if !is_published(facts) {
        return Err(damaged(folder, &format!("{} would be published as \"{}\"", facts.sha256, facts.mime)));
    }
    if let Some(path) = &file.path {
        let listed = files.get(path).filter(|_| stays_inside(path));
        if listed.is_none_or(|one| one.sha256 != facts.sha256 || one.size_bytes != facts.size_bytes) {
            return Err(damaged(folder, &format!("{path} is not in its list of files as {RECORDS} has it")));
        }
    }
    match file.waveform.as_ref().is_some_and(|path| !files.contains_key(path)) {
        true => Err(damaged(folder, "a waveform is not in its list of files")),
        false => Ok(()),
    }
}

fn is_published(facts: &MediaFacts) -> bool {
    let mime = facts.mime.as_str();
    let plain = mime.len() <= 100 && mime.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-+.".contains(&b));
    plain
        && match facts.kind {
            MediaKind::Audio => mime.starts_with("audio/") || mime.starts_with("video/"),
            MediaKind::Image => matches!(mime, "image/jpeg" | "image/png" | "image/webp" | "image/avif" | "image/gif"),
            MediaKind::Text => mime == "application/json+chapters" || Format::of_mime(mime).is_some(),
            MediaKind::Font => mime.starts_with("font/"),
        }
}

impl Brought {
    /// Reads every file once: a folder with one that is not what the list says is refused before anything is changed.
    pub(crate) async fn verified(&self, cancel: &Cancel, told: impl FnMut(u64) + Send + 'static) -> Result<()> {
        let (folder, cancel) = (self.folder.clone(), cancel.clone());
        let texts: BTreeMap<String, String> = self
            .exported
            .files
            .iter()
            .filter_map(|file| match file.facts.kind {
                MediaKind::Text => Some((file.path.clone()?, file.facts.mime.clone())),
                _ => None,
            })
            .collect();
        let named = self.exported.files.iter().flat_map(|file| [&file.path, &file.waveform]).flatten();
        let files: Vec<ManifestFile> = named.filter_map(|path| self.files.get(path).cloned()).collect();
        let verified = tokio::task::spawn_blocking(move || verify(&folder, &files, &texts, &cancel, told));
        verified.await.map_err(|e| task_failed(&e))?
    }

    /// Bytes that [`verified`](Self::verified) reads.
    pub(crate) fn bytes(&self) -> u64 {
        let named = self.exported.files.iter().flat_map(|file| [&file.path, &file.waveform]).flatten();
        named.filter_map(|path| self.files.get(path)).map(|file| file.size_bytes).sum()
    }
}

fn verify(
    folder: &Path,
    files: &[ManifestFile],
    texts: &BTreeMap<String, String>,
    cancel: &Cancel,
    mut told: impl FnMut(u64),
) -> Result<()> {
    for ManifestFile { path, sha256, size_bytes } in files {
        let (mut file, length) = exported::opened(folder, path)?;
        if length != *size_bytes {
            return Err(damaged(folder, &format!("{path} has {length} bytes in place of {size_bytes}")));
        }
        let read = pour(&mut file, &mut std::io::sink(), cancel, &mut told)?;
        let (hash, _) = read.map_err(|error| damaged(folder, &format!("{path} cannot be read ({error})")))?;
        if hash != *sha256 {
            return Err(damaged(folder, &format!("{path} is not the file that was exported (its SHA-256 differs)")));
        }
        if let Some(mime) = texts.get(path) {
            let text = exported::text(folder, path, MOST_TEXT)?;
            hearthcast_text::published(mime, &text)
                .map_err(|error| damaged(folder, &format!("{path} cannot be published: {error}")))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn html_is_made_safe_and_what_acts_is_refused() {
        let mut notes = json!({"source": "x", "safe": {"html": "<p>a<script>b</script></p>", "sanitizer_version": 9}});
        made_safe("notes", &mut notes, 0).unwrap();
        assert_eq!(notes["safe"]["html"], "<p>a</p>");
        let mut same = json!({"safe": {"html": "<p>a</p>", "sanitizer_version": 0}});
        let before = same.clone();
        made_safe("notes", &mut same, 0).unwrap();
        assert_eq!(same, before, "what is safe stays as it is");
        for bad in [
            json!({"link": "java\nscript:alert(1)"}),
            json!({"tags": [{"url": " DATA:text/html,x"}]}),
            json!({"audio": {"hash": "a".repeat(64), "name": "../x", "ext": "mp3"}}),
            json!({"audio": {"hash": "a".repeat(64), "name": "x", "ext": "mp3/.."}}),
        ] {
            assert!(made_safe("", &mut bad.clone(), 0).is_err(), "{bad}");
        }
        assert!(made_safe("", &mut json!({"title": "javascript: the good parts", "link": ""}), 0).is_ok());
    }
}
