//! Tells a bundled server that a show left it: removed by its author, or at another place now. What it is not: whether and
//! when is not decided here.

use crate::line::Line;
use crate::plan::object_url;
use hearthcast_fetch::{HttpMethod, HttpStatus};
use hearthcast_model::manifest::{Manifest, Object};
use hearthcast_model::place::Target;
use hearthcast_model::{Code, Error, Result, ShowId};
use hearthcast_protocol::publish::VERSION_PATH;
use hearthcast_protocol::standing::{self, MovedFile, Standing, StandingAnswer, StandingRequest};
use std::collections::BTreeMap;

/// Lets every address of a show answer 410 until it is published there again; `version` is the one that is public there.
/// Saying it again changes nothing.
pub async fn gone(line: &Line, show: &ShowId, version: u64) -> Result<()> {
    tell(line, show, version, Standing::Gone).await
}

/// Where a show is that left a server.
#[derive(Debug, Clone, Copy)]
pub struct Elsewhere<'a> {
    /// The target where it is now.
    pub to: &'a Target,
    /// The address of its feed there.
    pub feed_url: &'a str,
    /// The address of all its further feeds there, with `{name}` for the name of each.
    pub variants_url: &'a str,
    /// What is public there.
    pub public: &'a Manifest,
    /// Its author ended the feed at the server: that alone is gone.
    pub feed_ended: bool,
    /// Its files stay at the server for now, though the feed is gone.
    pub files_stay: bool,
}

/// Lets the addresses of a show send askers on; `left` are the files it had at the server. The server deletes what nobody
/// else there needs. Saying it again changes nothing.
pub async fn moved<'a>(
    line: &Line,
    show: &ShowId,
    version: u64,
    left: impl Iterator<Item = &'a Object>,
    now: Elsewhere<'_>,
) -> Result<()> {
    let files = moved_files(left, now.to, &now.public.objects);
    let (feed_url, variants_url) = (now.feed_url.into(), now.variants_url.into());
    if !now.feed_ended {
        return tell(line, show, version, Standing::Moved { feed_url, variants_url, files }).await;
    }
    match tell(line, show, version, Standing::Ended { feed_url, files, files_stay: now.files_stay }).await {
        Err(error) if error.code == Code::UsageInvalid => Err(cannot_end()),
        told => told,
    }
}

/// What a server answers that does not know of it.
fn cannot_end() -> Error {
    Error::new(Code::VersionRefused, "The server is too old to end a feed alone; nothing was changed there.")
        .hint("Bring hearthcast-server up to date, then end it again.")
}

async fn tell(line: &Line, show: &ShowId, version: u64, standing: Standing) -> Result<()> {
    let request = StandingRequest { show: show.clone(), version, standing };
    match line.ask::<StandingAnswer>(standing::PATH, &request).await {
        Err(error) if error.code == Code::NotFound && knows(line, show).await? => Err(too_old()),
        answered => answered.map(|_| ()),
    }
}

/// Whether the server knows the show: then it was the address that it does not.
async fn knows(line: &Line, show: &ShowId) -> Result<bool> {
    let answer = line.send_again(HttpMethod::GET, &format!("{VERSION_PATH}/{show}/version"), &[], None).await?;
    Ok(answer.status == HttpStatus::OK)
}

fn too_old() -> Error {
    Error::new(
        Code::VersionRefused,
        "The server is too old to be told that a show left it; it goes on serving its feed.",
    )
    .hint("Bring hearthcast-server up to date, then try again.")
}

/// What manifests call a sound.
const AUDIO: &str = "audio";

/// Where the files that a show had are `now` at `to`: the same content, or the sound that the episode has in its place, where it has
/// one of that type and no other.
fn moved_files<'a>(left: impl Iterator<Item = &'a Object>, to: &Target, now: &[Object]) -> Vec<MovedFile> {
    let by_content: BTreeMap<_, &Object> = now.iter().map(|object| (&object.sha256, object)).collect();
    let sounds = now.iter().filter(|object| object.kind == AUDIO && object.episode.is_some());
    let mut by_episode: BTreeMap<_, Vec<&Object>> = BTreeMap::new();
    for sound in sounds {
        by_episode.entry((&sound.episode, &sound.mime)).or_default().push(sound);
    }
    let moved = left.filter_map(|object| {
        let replaced = || match by_episode.get(&(&object.episode, &object.mime)).filter(|_| object.kind == AUDIO)?[..] {
            [only] => Some(only),
            _ => None,
        };
        let there = by_content.get(&object.sha256).copied().or_else(replaced)?;
        let name = object.key.rsplit('/').next().unwrap_or_default().to_string();
        Some(MovedFile { sha256: object.sha256.clone(), name, url: object_url(to, there) })
    });
    moved.collect()
}
