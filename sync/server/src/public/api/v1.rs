//! `/api/v1`: what JSON:API has no place for. An episode with its people and transcripts, the configuration of the Podlove Web
//! Player 5, and oEmbed, so that a page can show an episode from its address alone. Plain JSON, refusals as everywhere here.

use super::error::{ApiError, ErrorDocument};
use super::query::{Known, Query};
use super::shape::PodcastAttributes;
use super::shelf::{Asked, Found, Shelf};
use super::transcript::{self, TranscriptFormV1};
use super::view::{EpisodeView, MarkView};
use serde::Serialize;
use url::form_urlencoded;
use utoipa::{IntoParams, ToSchema};

/// The media type of these answers.
pub(super) const JSON: &str = "application/json";
/// Width and height of what oEmbed shows, pixels: a browser's own player.
const EMBED: (u32, u32) = (640, 54);
/// Longest address asked about.
const MAX_URL_BYTES: usize = 2_000;

/// An episode.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EpisodeV1<'a> {
    /// Id.
    id: &'a str,
    /// Title.
    title: &'a str,
    /// Slug of its show.
    show: &'a str,
    /// When it became public (RFC 3339, UTC).
    published: &'a str,
    /// Playable length, seconds.
    duration_seconds: f64,
    /// The sound.
    audio: Option<FileV1<'a>>,
    /// Its picture, or the show's.
    picture: Option<&'a PictureV1>,
    /// Its people.
    persons: &'a [PersonV1],
    /// Its transcripts, as files.
    transcripts: &'a [TranscriptV1],
    /// The same words in every form there is, one transcript of each language.
    transcript_forms: Vec<TranscriptFormV1<'a>>,
    /// Its chapters and songs (JSON chapters 1.2).
    chapters_url: Option<String>,
    /// Configuration of the Podlove Web Player 5.
    player_url: String,
    /// oEmbed.
    oembed_url: String,
}

/// A file.
#[derive(Debug, Serialize, ToSchema)]
struct FileV1<'a> {
    /// Address.
    url: &'a str,
    /// Type.
    #[serde(rename = "type")]
    mime: &'a str,
    /// Bytes.
    size_bytes: u64,
}

/// A picture, and what `<picture>` needs to show no more of it than the place takes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct PictureV1 {
    /// Address of the whole of it.
    pub url: String,
    /// Type.
    #[serde(rename = "type")]
    pub mime: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// What it shows, for those who do not see it.
    pub alt: Option<String>,
    /// What it looks like while it is on its way: a ThumbHash in Base64.
    pub thumbhash: Option<String>,
    /// Places on a page.
    pub slots: Vec<SlotV1>,
}

/// A place on a page, with the copies made for it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct SlotV1 {
    /// `page` (at most 1110 x 740) or `thumbnail` (at most 120 x 80).
    pub name: &'static str,
    /// The attribute `sizes`.
    pub sizes: String,
    /// One `<source>` each, in this order; none where the picture itself is hardly larger than the place.
    pub sources: Vec<SourceV1>,
}

/// Copies of one kind.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct SourceV1 {
    /// The attribute `type`.
    #[serde(rename = "type")]
    pub mime: String,
    /// The attribute `srcset`.
    pub srcset: String,
}

/// Somebody (`podcast:person`).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct PersonV1 {
    /// Name.
    pub name: String,
    /// Role of the podcast taxonomy (`host`, `guest`).
    pub role: String,
    /// Group of the podcast taxonomy (`cast`, `writing`).
    pub group: String,
    /// Address of a picture.
    pub image: Option<String>,
    /// Address of a page.
    pub url: Option<String>,
}

/// A transcript.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct TranscriptV1 {
    /// Address.
    pub url: String,
    /// Type (`text/vtt`, `application/x-subrip`).
    #[serde(rename = "type")]
    pub mime: String,
    /// Language tag.
    pub language: String,
    /// Whether it is closed captions.
    pub captions: bool,
}

/// The configuration of the Podlove Web Player 5 for an episode (docs.podlove.org/podlove-web-player/v5/configuration).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlayerV1<'a> {
    /// Version of the format.
    version: u8,
    /// The show.
    show: PlayerShow<'a>,
    /// Title.
    title: &'a str,
    /// When it became public (RFC 3339, UTC).
    publication_date: &'a str,
    /// Length, `01:02:03.456`.
    duration: String,
    /// Picture.
    poster: Option<&'a str>,
    /// Web page.
    link: &'a str,
    /// The sound.
    audio: Vec<PlayerAudio<'a>>,
    /// Chapters and songs.
    chapters: Vec<PlayerChapter<'a>>,
    /// People.
    contributors: Vec<PlayerContributor<'a>>,
    /// Address of a WebVTT transcript.
    #[serde(skip_serializing_if = "Option::is_none")]
    transcripts: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct PlayerShow<'a> {
    title: &'a str,
    subtitle: &'a str,
    poster: Option<&'a str>,
    link: &'a str,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlayerAudio<'a> {
    url: &'a str,
    size: u64,
    title: &'static str,
    mime_type: &'a str,
}

#[derive(Debug, Serialize, ToSchema)]
struct PlayerChapter<'a> {
    start: String,
    title: &'a str,
    href: &'a str,
    image: &'a str,
}

#[derive(Debug, Serialize, ToSchema)]
struct PlayerContributor<'a> {
    id: String,
    name: &'a str,
    avatar: &'a str,
    role: PlayerWord<'a>,
    group: PlayerWord<'a>,
}

#[derive(Debug, Serialize, ToSchema)]
struct PlayerWord<'a> {
    slug: &'a str,
    title: &'a str,
}

/// oEmbed 1.0 (oembed.com §2.3.4).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EmbedV1<'a> {
    /// Always `1.0`.
    version: &'static str,
    /// Always `rich`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Title.
    title: &'a str,
    /// The show.
    author_name: &'a str,
    /// The show.
    provider_name: &'a str,
    /// Picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_url: Option<&'a str>,
    /// Pixels across.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_width: Option<u32>,
    /// Pixels down.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_height: Option<u32>,
    /// A browser's own player.
    html: String,
    /// Pixels across.
    width: u32,
    /// Pixels down.
    height: u32,
}

/// An episode with its people and transcripts.
#[utoipa::path(get, path = "/api/v1/episodes/{id}/", tag = "v1",
    params(("id" = String, Path, description = "UUID")), responses(
    (status = 200, body = EpisodeV1<'static>, content_type = "application/json"),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 410, body = ErrorDocument, content_type = "application/vnd.api+json",
        description = "It left: removed by its author, or at another place now")))]
pub(super) fn episode(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    Query::read(asked.query, &Known::default())?;
    let Found { show, episode } = super::episodes::found(shelf, asked.name)?;
    let brief = &episode.attributes.brief;
    let base = asked.base_url;
    let own = format!("{base}/episodes/{}/", episode.id);
    let answer = EpisodeV1 {
        id: &episode.id,
        title: &brief.name,
        show: show.slug(),
        published: &brief.published,
        duration_seconds: brief.duration_seconds,
        audio: brief.audio_url.as_deref().map(|url| FileV1 {
            url,
            mime: &episode.attributes.audio_content_type,
            size_bytes: episode.more.size_bytes,
        }),
        picture: episode.more.picture.as_ref(),
        persons: &episode.more.persons,
        transcripts: &episode.more.transcripts,
        transcript_forms: transcript::forms(base, episode),
        chapters_url: (!episode.marks.is_empty()).then(|| format!("{own}chapters/")),
        player_url: format!("{base}/api/v1/episodes/{}/player/", episode.id),
        oembed_url: format!(
            "{base}/api/v1/oembed/?{}",
            form_urlencoded::Serializer::new(String::new()).append_pair("url", &own).finish()
        ),
    };
    Ok(serde_json::to_vec(&answer).expect("answers are text and finite numbers"))
}

/// The configuration of the Podlove Web Player 5.
#[utoipa::path(get, path = "/api/v1/episodes/{id}/player/", tag = "v1",
    params(("id" = String, Path, description = "UUID")), responses(
    (status = 200, body = PlayerV1<'static>, content_type = "application/json"),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 410, body = ErrorDocument, content_type = "application/vnd.api+json",
        description = "It left: removed by its author, or at another place now")))]
pub(super) fn player(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    Query::read(asked.query, &Known::default())?;
    let Found { show, episode } = super::episodes::found(shelf, asked.name)?;
    let (attributes, brief) = (&episode.attributes, &episode.attributes.brief);
    let PodcastAttributes { name, tagline, cover, .. } = &show.attributes;
    let audio = brief.audio_url.as_deref().map(|url| PlayerAudio {
        url,
        size: episode.more.size_bytes,
        title: "Audio",
        mime_type: &attributes.audio_content_type,
    });
    let vtt = episode.more.transcripts.iter().find(|one| one.mime == "text/vtt").map(|one| one.url.clone());
    let config = PlayerV1 {
        version: 5,
        show: PlayerShow { title: name, subtitle: tagline, poster: cover.as_deref(), link: &show.attributes.rss_url },
        title: &brief.name,
        publication_date: &brief.published,
        duration: clock((brief.duration_seconds * 1000.0).round() as i64),
        poster: attributes.image.as_deref().or(cover.as_deref()),
        link: &episode.more.link,
        audio: audio.into_iter().collect(),
        chapters: episode.marks.iter().filter(|mark| !mark.chapter.hidden).map(chapter).collect(),
        contributors: contributors(episode),
        transcripts: vtt.or_else(|| transcript::as_vtt(asked.base_url, episode)),
    };
    Ok(serde_json::to_vec(&config).expect("answers are text and finite numbers"))
}

fn chapter(mark: &MarkView) -> PlayerChapter<'_> {
    PlayerChapter {
        start: clock(mark.chapter.start_ms),
        title: &mark.chapter.title,
        href: &mark.chapter.url,
        image: mark.picture.as_deref().unwrap_or_default(),
    }
}

fn contributors(episode: &EpisodeView) -> Vec<PlayerContributor<'_>> {
    fn word(word: &str) -> PlayerWord<'_> {
        PlayerWord { slug: word, title: word }
    }
    let persons = (1..).zip(&episode.more.persons);
    persons
        .map(|(n, one): (u32, _)| PlayerContributor {
            id: n.to_string(),
            name: &one.name,
            avatar: one.image.as_deref().unwrap_or_default(),
            role: word(&one.role),
            group: word(&one.group),
        })
        .collect()
}

/// `01:02:03.456` (normal play time, RFC 2326 §3.6).
fn clock(ms: i64) -> String {
    let (seconds, rest) = (ms / 1000, ms % 1000);
    format!("{:02}:{:02}:{:02}.{rest:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Parameters of `/api/v1/oembed/`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the description only")]
pub(super) struct EmbedParameters {
    /// Address of an episode: here, its web page, or its sound.
    url: String,
    /// Only `json`.
    format: Option<String>,
    /// Most pixels across.
    maxwidth: Option<u32>,
    /// Most pixels down.
    maxheight: Option<u32>,
}

/// How a page shows an episode.
#[utoipa::path(get, path = "/api/v1/oembed/", tag = "v1", params(EmbedParameters), responses(
    (status = 200, body = EmbedV1<'static>, content_type = "application/json"),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json")))]
pub(super) fn oembed(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    let wanted = Wanted::read(asked.query)?;
    let Found { show, episode } = meant(shelf, asked.base_url, &wanted.url).ok_or(ApiError::NoMatch("Episode"))?;
    let attributes = &episode.attributes;
    let audio = attributes.brief.audio_url.as_deref().ok_or(ApiError::NoMatch("Episode"))?;
    let thumbnail = attributes.brief.image_thumbnail.as_deref();
    let answer = EmbedV1 {
        version: "1.0",
        kind: "rich",
        title: &attributes.brief.name,
        author_name: &show.attributes.name,
        provider_name: &show.attributes.name,
        thumbnail_url: thumbnail,
        thumbnail_width: attributes.image_thumbnail_width.filter(|_| thumbnail.is_some()),
        thumbnail_height: attributes.image_thumbnail_height.filter(|_| thumbnail.is_some()),
        html: format!(
            "<audio controls preload=\"none\" style=\"width:100%\" title=\"{}\" src=\"{}\"></audio>",
            attribute(&attributes.brief.name),
            attribute(audio)
        ),
        width: wanted.width.min(EMBED.0),
        height: wanted.height.min(EMBED.1),
    };
    Ok(serde_json::to_vec(&answer).expect("answers are text and finite numbers"))
}

/// What a page wants to show.
struct Wanted {
    url: String,
    width: u32,
    height: u32,
}

impl Wanted {
    fn read(query: &str) -> Result<Self, ApiError> {
        let mut wanted = Self { url: String::new(), width: u32::MAX, height: u32::MAX };
        for (name, value) in form_urlencoded::parse(query.as_bytes()).take(16) {
            let number =
                || value.parse().ok().filter(|n| *n > 0).ok_or_else(|| ApiError::about(ApiError::Value, &name));
            match &*name {
                "url" if value.len() <= MAX_URL_BYTES => wanted.url = value.into_owned(),
                "format" if value == "json" => {}
                "maxwidth" => wanted.width = number()?,
                "maxheight" => wanted.height = number()?,
                "url" | "format" => return Err(ApiError::about(ApiError::Value, &name)),
                _ => return Err(ApiError::about(ApiError::Parameter, &name)),
            }
        }
        if wanted.url.is_empty() {
            return Err(ApiError::about(ApiError::Value, "url"));
        }
        Ok(wanted)
    }
}

/// The episode that an address is about.
fn meant<'a>(shelf: &'a Shelf, base_url: &str, url: &str) -> Option<Found<'a>> {
    let own = url.strip_prefix(base_url).and_then(|rest| rest.strip_prefix("/episodes/").or(rest.strip_prefix("/e/")));
    if let Some(found) = own.and_then(|rest| shelf.episode(rest.split('/').next()?)) {
        return Some(found);
    }
    shelf.newest_first().find(|found| {
        let page = &found.episode.more.link;
        (!page.is_empty() && page == url) || found.episode.attributes.brief.audio_url.as_deref() == Some(url)
    })
}

/// Text within double quotes in HTML.
fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_players_read_them() {
        for (ms, written) in [(0, "00:00:00.000"), (3_723_456, "01:02:03.456"), (360_000_001, "100:00:00.001")] {
            assert_eq!(clock(ms), written);
        }
    }
}
