//! A released show as the API tells it: made once per edition from what is public as of an instant, so that requests
//! only choose and arrange.

mod more;
mod sound;
mod website;

use super::season::{self, Seasons};
use super::shape::{
    Artist, EpisodeAttributes, EpisodeBrief, Link, PodcastAttributes, PostAttributes, Season, SongAttributes, Video,
};
use super::thing::FoundBy;
use super::{categories, picture::Pictures};
use crate::shown::Facts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hearthcast_feed::urls::UrlMap;
use hearthcast_model::clock::rfc3339;
use hearthcast_model::facts::read_levels;
use hearthcast_model::show::ShowKind;
use hearthcast_model::visible::released_by;
use hearthcast_model::{self as model, Chapter, CommentPolicy, EpisodeNumber, Show, ShowId};
use hearthcast_protocol::publish::ReleasedEpisode;
use hearthcast_store::released::Released;
use hearthcast_text::as_markdown;
use more::MoreView;

/// What the public sees of a show, as the API tells it.
#[derive(Debug)]
pub struct ShowView {
    pub(super) id: ShowId,
    /// Who may comment.
    pub(super) comments: CommentPolicy,
    pub(super) attributes: PodcastAttributes,
    /// Ids of the categories.
    pub(super) categories: Vec<usize>,
    /// By number.
    pub(super) seasons: Vec<Season>,
    /// In the author's order.
    pub(super) links: Vec<Link>,
    pub(super) font: Option<FontView>,
    /// Newest first.
    pub(super) episodes: Vec<EpisodeView>,
    /// Newest first.
    pub(super) posts: Vec<PostView>,
    /// Kind and id of episodes and posts, newest first.
    pub(super) contents: Vec<(&'static str, String)>,
}

/// The font of a show's name.
#[derive(Debug)]
pub(super) struct FontView {
    pub(super) id: String,
    pub(super) family: String,
    pub(super) url: String,
    pub(super) format: &'static str,
    pub(super) weight: u16,
    /// When the show was published with it, Unix milliseconds.
    pub(super) published_ms: i64,
}

/// A chapter, or a song as a chapter, with its picture's address.
#[derive(Debug)]
pub(super) struct MarkView {
    pub(super) chapter: Chapter,
    pub(super) picture: Option<String>,
}

/// A song that is heard in an episode.
#[derive(Debug)]
pub(super) struct SongView {
    pub(super) id: String,
    pub(super) attributes: SongAttributes,
    pub(super) artists: Vec<Artist>,
}

/// What the public sees of a post.
#[derive(Debug)]
pub(super) struct PostView {
    pub(super) id: String,
    pub(super) published_ms: i64,
    pub(super) attributes: PostAttributes,
    pub(super) videos: Vec<Video>,
    /// What free text is looked for in: small letters.
    pub(super) words: String,
    pub(super) found_by: FoundBy,
}

/// What the public sees of an episode.
#[derive(Debug)]
pub(super) struct EpisodeView {
    pub(super) id: String,
    pub(super) published_ms: i64,
    pub(super) attributes: EpisodeAttributes,
    /// Id of the season.
    pub(super) season: Option<String>,
    /// What free text is looked for in: small letters.
    pub(super) words: String,
    /// Chapters and songs, by start.
    pub(super) marks: Vec<MarkView>,
    pub(super) songs: Vec<SongView>,
    pub(super) videos: Vec<Video>,
    pub(super) more: MoreView,
    pub(super) found_by: FoundBy,
}

impl ShowView {
    /// Takes from a released show what is public as of an instant.
    pub fn of(released: &Released, facts: &Facts, urls: &UrlMap, as_of_ms: i64) -> Self {
        let pictures = Pictures { facts, urls };
        let is_visible = |one: &&ReleasedEpisode| one.body.is_complete() && released_by(&one.body, as_of_ms);
        let mut visible: Vec<&ReleasedEpisode> = released.episodes.iter().filter(is_visible).collect();
        visible.sort_by(|a, b| (b.body.publish_at_ms, &b.id).cmp(&(a.body.publish_at_ms, &a.id)));
        let kind = |one: &ReleasedEpisode| if one.body.is_post() { "post" } else { "episode" };
        let contents = visible.iter().map(|one| (kind(one), one.id.to_string())).collect();
        let (posts, episodes): (Vec<_>, Vec<_>) = visible.into_iter().partition(|one| one.body.is_post());
        let show = &released.show;
        let seasons = Seasons::of(&released.id, &show.seasons, &episodes);
        Self {
            id: released.id.clone(),
            comments: show.comments,
            attributes: podcast(show, &urls.feed, &pictures),
            categories: show.categories.iter().filter_map(categories::id_of).collect(),
            links: show.links.iter().map(|link| website::link(&released.id, link, &pictures)).collect(),
            font: show.font.as_ref().and_then(|font| website::font(font, urls, released.effective_at.min(as_of_ms))),
            episodes: episodes.iter().map(|one| episode(show, one, &seasons, &pictures)).collect(),
            posts: posts.iter().map(|one| website::post(show, one, &pictures)).collect(),
            seasons: seasons.all(&pictures),
            contents,
        }
    }

    /// The show's name in addresses, which is its id here.
    pub(super) fn slug(&self) -> &str {
        &self.attributes.slug
    }
}

fn podcast(show: &Show, feed_url: &str, pictures: &Pictures) -> PodcastAttributes {
    let cover = show.cover.as_ref().and_then(|cover| pictures.whole(cover)).unwrap_or_default();
    let small = pictures.small(show.cover.as_ref(), &show.cover_sizes).unwrap_or_default();
    let whole = |picture: &Option<model::Picture>| pictures.both(picture.as_ref()).0;
    let (banner, favicon) = (whole(&show.banner), whole(&show.favicon));
    let description = pictures.notes(&show.description);
    PodcastAttributes {
        slug: show.slug.clone(),
        description: as_markdown(&description),
        description_html: description.html,
        episodes_fm_url: format!("https://episodes.fm/{}", URL_SAFE_NO_PAD.encode(feed_url)),
        rss_url: feed_url.to_string(),
        name_font_family: show.font.as_ref().map(|font| font.family.clone()),
        banner: banner.url,
        banner_height: banner.height,
        banner_width: banner.width,
        cover: cover.url,
        cover_height: cover.height,
        cover_mimetype: cover.mime,
        cover_thumbnail: small.url,
        cover_thumbnail_height: small.height,
        cover_thumbnail_mimetype: small.mime,
        cover_thumbnail_width: small.width,
        cover_width: cover.width,
        enable_comments: !show.comments.is_off(),
        episode_rss_suffix: as_markdown(&pictures.notes(&show.notes_suffix)),
        favicon: favicon.url,
        favicon_content_type: favicon.mime,
        itunes_type: match show.kind {
            ShowKind::Episodic => "episodic",
            ShowKind::Serial => "serial",
        },
        language: show.language.clone(),
        name: show.title.clone(),
        name_font_size: show.name_size.name(),
        require_comment_approval: show.comments != CommentPolicy::Open,
        tagline: show.tagline.clone(),
    }
}

fn episode(show: &Show, released: &ReleasedEpisode, seasons: &Seasons, pictures: &Pictures) -> EpisodeView {
    let (id, body) = (&released.id, &released.body);
    let image = body.image.as_ref().and_then(|image| pictures.whole(image)).unwrap_or_default();
    let small = pictures.small(body.image.as_ref(), &body.image_sizes).unwrap_or_default();
    let sound = sound::sound(body, pictures);
    let published_ms = body.publish_at_ms.unwrap_or_default();
    let brief = EpisodeBrief {
        audio_url: sound.url,
        duration_seconds: sound.duration_ms.unwrap_or_default() as f64 / 1000.0,
        has_songs: !body.songs.is_empty(),
        image_thumbnail: small.url,
        name: body.title.clone(),
        number: body.number.map(EpisodeNumber::to_f64),
        podcast_name: show.title.clone(),
        published: rfc3339(published_ms),
        slug: body.slug.clone(),
    };
    let notes = pictures.notes(&body.notes);
    let attributes = EpisodeAttributes {
        brief,
        description: as_markdown(&notes),
        description_html: notes.html,
        created: rfc3339(body.created_ms),
        audio_content_type: sound.mime,
        dbfs_array: sound
            .facts
            .map(|facts| read_levels(&facts.levels))
            .unwrap_or_default()
            .into_iter()
            .map(f64::from)
            .collect(),
        image: image.url,
        image_height: image.height,
        image_mimetype: image.mime,
        image_thumbnail_height: small.height,
        image_thumbnail_mimetype: small.mime,
        image_thumbnail_width: small.width,
        image_width: image.width,
    };
    EpisodeView {
        id: id.to_string(),
        published_ms,
        words: website::words_of_episode(body, seasons.name(body.season)),
        season: body.season.map(|number| season::id(&body.show, number)),
        marks: website::marks(body, pictures),
        songs: website::songs(released, pictures),
        videos: website::videos(released),
        more: more::more(show, body, sound.size_bytes, pictures),
        found_by: FoundBy::of(body, &show.language),
        attributes,
    }
}
