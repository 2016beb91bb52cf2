//! What a publication must be before the server renders it. Pure where it can be.

use super::texts;
use crate::app::App;
use crate::owner::files::size_of;
use crate::owner::refusal::{Answer, Refusal};
use crate::shown::Facts;
use hearthcast_model::manifest::{FORMAT, Manifest, Object};
use hearthcast_model::show::Attachment;
use hearthcast_model::slug::is_slug;
use hearthcast_model::{Code, Error, Sha256};
use hearthcast_protocol::publish::{PublishRequest, ReleasedEpisode};
use hearthcast_protocol::token::LEEWAY_S;
use hearthcast_store::{media, released, withdrawn};
use std::collections::BTreeSet;

const MAX_EPISODES: usize = 20_000;
/// Sound, picture and its smaller copies, chapters and transcripts of every episode.
const MAX_OBJECTS: usize = 16 * MAX_EPISODES;
const MAX_FENCE_BYTES: usize = 100;

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
    request.show.files().try_for_each(|file| attachment(file, &objects))
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
    hearthcast_text::chapters::checked(body.chapters.clone()).map_err(Error::from)?;
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

/// Every object is here, as long as promised, and told about. The database is asked once, however many there are.
pub async fn objects(app: &App, objects: &[Object], facts: &Facts) -> Answer<()> {
    let all = media::among(&mut *app.store.read().await?, objects.iter().map(|object| &object.sha256)).await?;
    for object in objects {
        let known = all.get(&object.sha256);
        let on_disk = size_of(&app.folders.media(&object.sha256)).await?;
        if known.map(|known| known.bytes) != Some(object.bytes) || on_disk != Some(object.bytes) {
            return Err(missing(object));
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
            let what = format!("\"{}\" is not a type of sound, picture, chapters or transcript.", object.mime);
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
        _ => false,
    }
}

fn missing(object: &Object) -> Refusal {
    let message = format!("The server does not have {} with {} bytes.", object.key, object.bytes);
    let error = Error::new(Code::TargetMismatch, message).about("media", object.sha256.as_str());
    error.hint("Publish again: what is missing will be sent.").into()
}
