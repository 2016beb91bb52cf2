//! `hearthcast episode poster`: the still of an episode's video.

use crate::library::cancel_on_interrupt;
use crate::output::Done;
use clap::Args;
use hearthcast_model::view::EpisodeView;
use hearthcast_model::{Code, Error, Result, Sha256};
use hearthcast_studio::{Poster, Studio};
use serde_json::json;

/// The still of a video.
#[derive(Debug, Args)]
pub struct PosterWords {
    /// Id or slug of the show
    show: String,
    /// Id, slug or number
    episode: String,
    /// Take it at so many seconds [default: the first bright picture]
    #[arg(long, value_name = "SECONDS", value_parser = crate::media_video::seconds, conflicts_with = "remove")]
    at: Option<i64>,
    /// Take the still away
    #[arg(long)]
    remove: bool,
    /// Say what it shows, for those who do not see it; the still stays as it is
    #[arg(long, value_name = "WORDS", conflicts_with_all = ["at", "remove"])]
    alt: Option<String>,
    /// Which video, by the beginning of its hash; not needed where there is one
    #[arg(long, value_name = "HASH", default_value = "")]
    video: String,
}

/// Does it.
pub async fn act(studio: &Studio, asked: &PosterWords) -> Result<Done> {
    let PosterWords { show, episode, at, remove, alt, video } = asked;
    let view = studio.episode_view(show, episode).await?;
    let video = the_video(&view, video)?;
    let wanted = match (remove, at) {
        (true, _) => Poster::None,
        (false, Some(at)) => Poster::At(*at),
        (false, None) => Poster::Bright,
    };
    let view = match alt {
        Some(alt) => studio.describe_poster(show, episode, &video, alt).await?,
        None => studio.take_poster(show, episode, &video, wanted, cancel_on_interrupt()).await?,
    };
    let mut others = view.episode.tags.alternate_enclosures.iter();
    let other = others.find(|other| other.is_file(&video));
    let poster = other.and_then(|other| other.poster.as_ref());
    let told =
        poster.map_or("The video has no still.".into(), |still| format!("{}.{}", still.file.name, still.file.ext));
    Done::with(&json!({ "video": video, "poster": poster }), told)
}

fn the_video(view: &EpisodeView, begins: &str) -> Result<Sha256> {
    let videos = view.episode.tags.alternate_enclosures.iter().filter(|other| other.mime.starts_with("video/"));
    let files = videos.filter_map(|other| other.file.as_ref()).map(|file| &file.hash);
    let found: Vec<&Sha256> = files.filter(|hash| hash.as_str().starts_with(begins)).collect();
    match found[..] {
        [one] => Ok(one.clone()),
        [] => Err(Error::new(Code::NotFound, "The episode has no such video.")
            .hint("Give it the video first: hearthcast episode set SHOW EPISODE alternate=FILE.")),
        _ => Err(Error::new(Code::NotFound, format!("The episode has {} videos that may be meant.", found.len()))
            .hint("Say --video with the beginning of the hash of one.")),
    }
}
