//! What a publication must be before the server renders it. Pure where it can be.

use super::{texts, website};
use crate::app::App;
use crate::owner::files::size_of;
use crate::owner::refusal::{Answer, Refusal};
use crate::shown::Facts;
use crate::storages::Storages;
use futures_util::{StreamExt as _, TryStreamExt as _};
use hearthcast_model::legacy::{LegacyPath, MOST_PATHS};
use hearthcast_model::manifest::{FORMAT, Manifest, Object};
use hearthcast_model::rule::{AudioMode, Sound, is_safe_name};
use hearthcast_model::show::Attachment;
use hearthcast_model::slug::is_slug;
use hearthcast_model::{Code, Error, Sha256, Show, ShowId};
use hearthcast_protocol::publish::{PublishRequest, ReleasedEpisode};
use hearthcast_protocol::token::LEEWAY_S;
use hearthcast_storage::StorageKey;
use hearthcast_store::{media, released, withdrawn};
use http::StatusCode;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Most pages of a feed.
const MOST_PAGES: usize = 2_000;

const MAX_EPISODES: usize = 20_000;
/// Sound, picture and its smaller copies, chapters and transcripts of every episode.
const MAX_OBJECTS: usize = 16 * MAX_EPISODES;
const MAX_FENCE_BYTES: usize = 100;
const MAX_KEY_BYTES: usize = 2_000;
/// Most files that storages are asked about for one publication, and how many at a time.
const MOST_LOOKED_UP: usize = 200;
const LOOKED_UP_AT_ONCE: usize = 8;

/// Checks everything that needs nothing but the request and the clock.
pub fn request(request: &PublishRequest, now_ms: i64) -> Answer<()> {
    manifest(&request.manifest, now_ms)?;
    if request.episodes.len() > MAX_EPISODES || request.facts.len() > MAX_OBJECTS {
        return Err(Refusal::field("episodes", "The show has more episodes than this server takes."));
    }
    if !is_slug(&request.show.slug) {
        return Err(Refusal::field("slug", "The show's slug is not made of a-z, 0-9 and -."));
    }
    let objects: BTreeSet<&Sha256> = request.manifest.objects.iter().map(|object| &object.sha256).collect();
    let mut seen = BTreeSet::new();
    for episode in &request.episodes {
        if !seen.insert(&episode.id) {
            return Err(Refusal::field("episodes", format!("The episode {} is there twice.", episode.id)));
        }
        one_episode(request, episode, &objects)?;
    }
    website::show(&request.show)?;
    shape(request)?;
    request.show.files().try_for_each(|file| attachment(file, &objects))
}

/// Further feeds and the hub as a laptop may set them; and no more pages than a server should write and keep.
fn shape(request: &PublishRequest) -> Answer<()> {
    hearthcast_model::feed_shape::check(&Show { feed_page: 0, ..request.show.clone() })?;
    let pages = request.episodes.len().checked_div(request.show.feed_page as usize).unwrap_or_default();
    match pages > MOST_PAGES {
        true => Err(Refusal::field("feed_page", format!("The feed would have {pages} pages, more than {MOST_PAGES}."))),
        false => Ok(()),
    }
}

fn manifest(manifest: &Manifest, now_ms: i64) -> Answer<()> {
    if manifest.format != FORMAT {
        let error = Error::new(Code::VersionRefused, "The publication has a format that this server does not know.");
        return Err(error.hint("Bring hearthcast-server up to date.").into());
    }
    if manifest.version != manifest.parent + 1 {
        return Err(Refusal::field("version", "A version must follow the one before it without a gap."));
    }
    if manifest.fence.is_empty() || manifest.fence.len() > MAX_FENCE_BYTES || manifest.objects.len() > MAX_OBJECTS {
        return Err(Refusal::field("manifest", "The publication's id or list of files cannot be used."));
    }
    if manifest.effective_at > now_ms + LEEWAY_S * 1000 {
        let ahead = (manifest.effective_at - now_ms) / 1000;
        let error = Error::new(Code::FieldInvalid, format!("The publication is dated {ahead} seconds in the future."));
        return Err(error
            .hint("Set the clocks of this computer and of the server.")
            .about("field", "effective_at")
            .into());
    }
    Ok(())
}

fn one_episode(request: &PublishRequest, episode: &ReleasedEpisode, objects: &BTreeSet<&Sha256>) -> Answer<()> {
    let body = &episode.body;
    let about = |message: &str| {
        Error::new(Code::PublishIncomplete, format!("{message}: \"{}\".", body.title))
            .about("episode", episode.id.as_str())
    };
    if body.show != request.manifest.show {
        return Err(about("An episode belongs to another show").into());
    }
    if body.draft || body.publish_at_ms.is_none() {
        return Err(about("A draft cannot be published").into());
    }
    if !is_slug(&body.slug) {
        return Err(about("An episode's slug is not made of a-z, 0-9 and -").into());
    }
    // What the API tells must be what a player could open.
    hearthcast_text::chapters::checked(body.marks()).map_err(Error::from)?;
    website::episode(body)?;
    body.files().try_for_each(|file| attachment(file, objects))
}

/// A file that a record names must be one of the publication's objects, under a name that can stand in an address.
fn attachment(file: &Attachment, objects: &BTreeSet<&Sha256>) -> Answer<()> {
    let good_ext = !file.ext.is_empty() && file.ext.len() <= 8 && file.ext.bytes().all(|b| b.is_ascii_alphanumeric());
    if !is_slug(&file.name) || !good_ext {
        return Err(Refusal::field("name", "A file's name is not made of a-z, 0-9 and -."));
    }
    if !objects.contains(&file.hash) {
        let error = Error::new(
            Code::PublishIncomplete,
            format!("The file {}.{} is not part of the publication.", file.name, file.ext),
        );
        return Err(error.about("media", file.hash.as_str()).into());
    }
    Ok(())
}

/// What was withdrawn does not come back, by a rollback or otherwise.
pub async fn none_withdrawn(app: &App, request: &PublishRequest) -> Answer<()> {
    let withdrawn = withdrawn::episodes(&mut *app.store.read().await?, &request.manifest.show).await?;
    match request.episodes.iter().find(|episode| withdrawn.contains(&episode.id)) {
        Some(episode) => {
            let what = format!("\"{}\" was withdrawn and is not published again.", episode.body.title);
            let error = Error::new(Code::PublishIncomplete, what).about("episode", episode.id.as_str());
            Err(error.hint("Make a new episode if it is to be heard again.").into())
        }
        None => Ok(()),
    }
}

/// A slug belongs to the show that published under it first.
pub async fn slug_is_free(app: &App, request: &PublishRequest) -> Answer<()> {
    let slug = &request.show.slug;
    let owner = released::owner_of_slug(&mut *app.store.read().await?, slug).await?;
    match owner {
        Some(owner) if owner != request.manifest.show.as_str() => {
            let error = Error::new(Code::Taken, format!("Another show on this server is called \"{slug}\" already."));
            Err(error.hint("Choose another slug for this show.").about("show", request.manifest.show.as_str()).into())
        }
        _ => Ok(()),
    }
}

/// How the sound is to be heard. What lies elsewhere must be sound, under an address that can stand in a feed and a header.
pub fn sound(objects: &[Object], mode: AudioMode, storages: &Storages) -> Answer<Sound> {
    let mut sound = Sound { mode, elsewhere: BTreeMap::new() };
    for object in objects.iter().filter(|object| object.key.contains("//")) {
        let hearable = object.kind == "audio" && matches!(object.mime.split_once('/'), Some(("audio" | "video", _)));
        if !hearable {
            return Err(Refusal::field("key", "Only sound may lie elsewhere than on the server."));
        }
        if !is_stored_key(&object.key) {
            return Err(Refusal::field("key", "The name of a sound in its storage cannot be used."));
        }
        sound.elsewhere.insert(object.sha256.clone(), object.key.clone());
    }
    let closed = sound.elsewhere.values().find(|key| !storages.opens(key));
    if let Some((address, _)) = closed.filter(|_| mode == AudioMode::Serve).and_then(|key| key.rsplit_once("//")) {
        let what = format!("The sound lies in a storage that this server has no key to: {address}/.");
        return Err(Error::new(Code::FieldInvalid, what)
            .hint("Give the server the storage ([storage.NAME] in its settings), let listeners be redirected to it, or read it there directly.")
            .about("field", "audio")
            .into());
    }
    Ok(sound)
}

/// Sound in storages that this server has a key to is there, as long as promised: what is new, or is heard on another way
/// than before. Only lengths are asked for; the laptop has compared the bytes.
pub async fn stored(app: &App, objects: &[Object], sound: &Sound, show: &ShowId) -> Answer<()> {
    let before = released::get(&mut *app.store.read().await?, show).await?.map(|released| released.sound);
    let before = before.filter(|before| before.mode == sound.mode).map(|before| before.elsewhere).unwrap_or_default();
    let known = |object: &&Object| before.get(&object.sha256) == Some(&object.key);
    let elsewhere = objects.iter().filter(|object| sound.elsewhere.get(&object.sha256) == Some(&object.key));
    let new: Vec<&Object> = elsewhere.filter(|object| !known(object)).collect();
    // Of a very long show evenly many.
    let step = new.len().div_ceil(MOST_LOOKED_UP).max(1);
    let looks = new.into_iter().step_by(step).map(|object| is_stored(app.storages.clone(), object.clone()));
    let looks: Vec<_> = looks.collect();
    futures_util::stream::iter(looks).buffer_unordered(LOOKED_UP_AT_ONCE).try_collect().await
}

async fn is_stored(storages: Arc<Storages>, object: Object) -> Answer<()> {
    let key = StorageKey::parse(&object.key);
    let Some((storage, key)) = key.as_ref().and_then(|key| storages.of(key)) else { return Ok(()) };
    match storage.has(key, object.bytes).await {
        Ok(true) => Ok(()),
        Ok(false) => {
            let what = format!("The storage {} does not have {key} with {} bytes.", storage.name(), object.bytes);
            let error = Error::new(Code::TargetMismatch, what).about("media", object.sha256.as_str());
            Err(error.hint("Publish again: what is missing will be sent.").into())
        }
        Err(error) => {
            tracing::error!(storage = storage.name(), %error, "a storage does not tell whether a sound is there");
            let what = format!("The server cannot see whether {key} is in the storage {}.", storage.name());
            let error = Error::new(Code::TargetOffline, what).about("media", object.sha256.as_str());
            let hint = "Look at the storage, and at the key that the server has to it; then publish again.";
            Err(Refusal::new(StatusCode::BAD_GATEWAY, error.hint(hint)))
        }
    }
}

/// Older paths, each looked at again: a laptop's word is not enough to send listeners somewhere.
pub fn older_paths(paths: Vec<LegacyPath>) -> Answer<Vec<LegacyPath>> {
    if paths.len() > MOST_PATHS {
        return Err(Refusal::field("paths", format!("There are more than {MOST_PATHS} older paths.")));
    }
    let checked = paths.iter().map(|path| LegacyPath::checked(&path.from, &path.to, path.status));
    checked.collect::<Result<_, Error>>().map_err(|error| Refusal::field("paths", error.message))
}

/// `https://cdn.example/a//media/…`: a plain web address ending in a slash, one more slash, and a plain name.
fn is_stored_key(key: &str) -> bool {
    let Some((address, name)) = key.rsplit_once("//") else { return false };
    let base = format!("{address}/");
    let plain = url::Url::parse(&base).is_ok_and(|url| {
        let web = matches!(url.scheme(), "http" | "https") && url.has_host() && url.as_str() == base;
        let bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        web && bare && url.password().is_none() && !url.path().contains("//")
    });
    plain && is_safe_name(name) && key.len() <= MAX_KEY_BYTES
}

/// Every object is here, as long as promised, and told about. The database is asked once, however many there are.
pub async fn objects(app: &App, objects: &[Object], sound: &Sound, facts: &Facts) -> Answer<()> {
    let all = media::among(&mut *app.store.read().await?, objects.iter().map(|object| &object.sha256)).await?;
    for object in objects {
        let known = all.get(&object.sha256);
        if !sound.elsewhere.contains_key(&object.sha256) {
            let on_disk = size_of(&app.folders.media(&object.sha256)).await?;
            if known.map(|known| known.bytes) != Some(object.bytes) || on_disk != Some(object.bytes) {
                return Err(missing(object));
            }
        }
        let told = facts.get(&object.sha256);
        if told.is_none_or(|facts| facts.size_bytes != object.bytes || facts.mime != object.mime) {
            return Err(Refusal::field("facts", format!("Nothing, or something else, is told about {}.", object.key)));
        }
        if texts::is_text(&object.mime) {
            let facts = known.and_then(|known| known.facts.as_ref());
            let read_before = facts.is_some_and(|facts| facts.mime == object.mime);
            if !read_before {
                texts::check(app, object).await?;
            }
        } else if !is_media(&object.mime) {
            let what = format!("\"{}\" is not a type of sound, picture, font, chapters or transcript.", object.mime);
            return Err(Refusal::field("type", what));
        }
    }
    Ok(())
}

/// Types that no browser runs anything from.
fn is_media(mime: &str) -> bool {
    let token = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.+".contains(&b));
    match mime.split_once('/') {
        Some(("audio" | "video", sub)) => !sub.is_empty() && token(sub),
        Some(("image", sub)) => matches!(sub, "jpeg" | "png" | "webp" | "avif" | "gif"),
        Some(("font", sub)) => matches!(sub, "ttf" | "otf" | "woff" | "woff2"),
        _ => false,
    }
}

fn missing(object: &Object) -> Refusal {
    let message = format!("The server does not have {} with {} bytes.", object.key, object.bytes);
    let error = Error::new(Code::TargetMismatch, message).about("media", object.sha256.as_str());
    error.hint("Publish again: what is missing will be sent.").into()
}
