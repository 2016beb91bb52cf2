//! A released show as the API tells it: made once per edition from what is public as of an instant, so that requests
//! only choose and arrange.

use super::season::{self, Seasons};
use super::shape::{EpisodeAttributes, EpisodeBrief, PodcastAttributes, Season};
use super::{categories, markdown, picture::Pictures};
use crate::shown::Facts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hearthcast_feed::urls::UrlMap;
use hearthcast_model::clock::rfc3339;
use hearthcast_model::show::ShowKind;
use hearthcast_model::visible::released_by;
use hearthcast_model::{Chapter, SafeHtml, Show};
use hearthcast_protocol::publish::ReleasedEpisode;
use hearthcast_store::released::Released;
use hearthcast_text::plain_of;

/// What the public sees of a show, as the API tells it.
#[derive(Debug)]
pub struct ShowView {
    pub(super) attributes: PodcastAttributes,
    /// Ids of the categories.
    pub(super) categories: Vec<usize>,
    /// By number.
    pub(super) seasons: Vec<Season>,
    /// Newest first.
    pub(super) episodes: Vec<EpisodeView>,
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
    pub(super) chapters: Vec<Chapter>,
}

impl ShowView {
    /// Takes from a released show what is public as of an instant.
    pub fn of(released: &Released, facts: &Facts, urls: &UrlMap, as_of_ms: i64) -> Self {
        let pictures = Pictures { facts, urls };
        let is_visible = |episode: &&ReleasedEpisode| released_by(&episode.body, as_of_ms);
        let mut visible: Vec<&ReleasedEpisode> = released.episodes.iter().filter(is_visible).collect();
        visible.sort_by(|a, b| (b.body.publish_at_ms, &b.id).cmp(&(a.body.publish_at_ms, &a.id)));
        let seasons = Seasons::of(&released.id, &visible);
        let episode = |one: &&ReleasedEpisode| episode(&released.show, one, &seasons, &pictures);
        Self {
            attributes: podcast(&released.show, &urls.feed, &pictures),
            categories: released.show.categories.iter().filter_map(categories::id_of).collect(),
            episodes: visible.iter().map(episode).collect(),
            seasons: seasons.all(),
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
    PodcastAttributes {
        slug: show.slug.clone(),
        description_html: show.description.safe.html.clone(),
        episodes_fm_url: format!("https://episodes.fm/{}", URL_SAFE_NO_PAD.encode(feed_url)),
        rss_url: feed_url.to_string(),
        name_font_family: None,
        banner: None,
        banner_height: None,
        banner_width: None,
        cover: cover.url,
        cover_height: cover.height,
        cover_mimetype: cover.mime,
        cover_thumbnail: small.url,
        cover_thumbnail_height: small.height,
        cover_thumbnail_mimetype: small.mime,
        cover_thumbnail_width: small.width,
        cover_width: cover.width,
        description: markdown::of(&show.description.safe),
        enable_comments: false,
        episode_rss_suffix: String::new(),
        favicon: None,
        favicon_content_type: None,
        itunes_type: match show.kind {
            ShowKind::Episodic => "episodic",
            ShowKind::Serial => "serial",
        },
        language: show.language.clone(),
        name: show.title.clone(),
        name_font_size: "normal",
        require_comment_approval: true,
        tagline: String::new(),
    }
}

fn episode(show: &Show, released: &ReleasedEpisode, seasons: &Seasons, pictures: &Pictures) -> EpisodeView {
    let (id, body) = (&released.id, &released.body);
    let image = body.image.as_ref().and_then(|image| pictures.whole(image)).unwrap_or_default();
    let small = pictures.small(body.image.as_ref(), &body.image_sizes).unwrap_or_default();
    let sound = body.audio.as_ref().and_then(|sound| pictures.facts.get(&sound.hash));
    let published_ms = body.publish_at_ms.unwrap_or_default();
    let brief = EpisodeBrief {
        audio_url: body.audio.as_ref().and_then(|sound| pictures.urls.get(sound)).map(|url| url.into_owned()),
        duration_seconds: sound.and_then(|facts| facts.duration_ms).unwrap_or_default() as f64 / 1000.0,
        has_songs: false,
        image_thumbnail: small.url,
        name: body.title.clone(),
        number: body.number.map(f64::from),
        podcast_name: show.title.clone(),
        published: rfc3339(published_ms),
        slug: body.slug.clone(),
    };
    let attributes = EpisodeAttributes {
        brief,
        description_html: body.notes.safe.html.clone(),
        created: rfc3339(body.created_ms),
        description: markdown::of(&body.notes.safe),
        audio_content_type: sound.map(|facts| facts.mime.clone()).unwrap_or_default(),
        dbfs_array: vec![],
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
        words: words(&body.title, &body.notes.safe, seasons.name(body.season), &body.chapters),
        season: body.season.map(|number| season::id(&body.show, number)),
        chapters: body.chapters.clone(),
        attributes,
    }
}

/// Everything that free text is looked for in; a line break keeps words of different places apart.
fn words(title: &str, notes: &SafeHtml, season: Option<&str>, chapters: &[Chapter]) -> String {
    let mut text = format!("{title}\n{}\n{}", plain_of(notes), season.unwrap_or_default());
    for chapter in chapters.iter().filter(|chapter| !chapter.hidden) {
        text.push('\n');
        text.push_str(&chapter.title);
    }
    text.to_lowercase()
}
