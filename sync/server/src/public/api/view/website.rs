//! What a website shows besides episodes, taken from released records: posts, songs, videos, links, the font of the name; and
//! the words that free text is looked for in.

use super::{FontView, MarkView, PostView, SongView};
use crate::public::api::chapters::seconds;
use crate::public::api::ids::number_of;
use crate::public::api::picture::Pictures;
use crate::public::api::shape::{
    Artist, ArtistAttributes, Link, LinkAttributes, PostAttributes, PostBrief, SongAttributes, Video, VideoAttributes,
};
use crate::public::api::thing::FoundBy;
use hearthcast_feed::urls::UrlMap;
use hearthcast_model::clock::rfc3339;
use hearthcast_model::song::VideoHost;
use hearthcast_model::{self as model, Episode, Font, Show, ShowId};
use hearthcast_protocol::publish::ReleasedEpisode;
use hearthcast_text::{as_markdown, plain_of};

pub(super) fn link(show: &ShowId, link: &model::Link, pictures: &Pictures) -> Link {
    let picture = pictures.both(link.picture.as_ref()).0;
    let attributes = LinkAttributes {
        icon: link.icon.name().filter(|_| picture.url.is_none()),
        custom_icon: picture.url,
        label: link.label.clone(),
        theme: link.theme.name(),
        url: link.url.clone(),
    };
    Link { kind: "podcast-link", id: number_of("podcast-link", &format!("{show}:{}", link.url)), attributes }
}

pub(super) fn font(font: &Font, urls: &UrlMap, published_ms: i64) -> Option<FontView> {
    Some(FontView {
        id: number_of("font-face", font.file.hash.as_str()),
        family: font.family.clone(),
        url: urls.get(&font.file)?.into_owned(),
        format: font.format(),
        weight: font.weight,
        published_ms,
    })
}

pub(super) fn post(show: &Show, released: &ReleasedEpisode, pictures: &Pictures) -> PostView {
    let (id, body) = (&released.id, &released.body);
    let published_ms = body.publish_at_ms.unwrap_or_default();
    let notes = pictures.notes(&body.notes);
    let attributes = PostAttributes {
        brief: PostBrief {
            name: body.title.clone(),
            podcast_name: show.title.clone(),
            published: rfc3339(published_ms),
            slug: body.slug.clone(),
        },
        description: as_markdown(&notes),
        description_html: notes.html,
        created: rfc3339(body.created_ms),
    };
    let words = words(&[&body.title, &plain_of(&body.notes.safe)], body);
    let found_by = FoundBy::of(body, &show.language);
    PostView { id: id.to_string(), published_ms, attributes, videos: videos(released), words, found_by }
}

pub(super) fn marks(episode: &Episode, pictures: &Pictures) -> Vec<MarkView> {
    let view = |chapter: model::Chapter| MarkView { picture: pictures.both(chapter.picture.as_ref()).0.url, chapter };
    episode.marks().into_iter().map(view).collect()
}

pub(super) fn songs(released: &ReleasedEpisode, pictures: &Pictures) -> Vec<SongView> {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
    let song = |song: &model::Song| SongView {
        id: number_of("episode-song", &format!("{}:{}:{}", released.id, song.start_ms, song.title)),
        attributes: SongAttributes {
            start_time: seconds(song.start_ms),
            end_time: song.end_ms.map(seconds),
            image: pictures.both(song.picture.as_ref()).0.url,
            url: some(&song.url),
            comment: some(&song.comment),
            title: song.title.clone(),
        },
        artists: song.artists.iter().map(|name| artist(name)).collect(),
    };
    released.body.songs.iter().map(song).collect()
}

fn artist(name: &str) -> Artist {
    let id = number_of("artist", &name.to_lowercase());
    Artist { kind: "artist", id, attributes: ArtistAttributes { name: name.into() } }
}

pub(super) fn videos(released: &ReleasedEpisode) -> Vec<Video> {
    let video = |video: &model::Video| Video {
        kind: "video",
        id: number_of("video", &format!("{}:{}", released.id, video.video)),
        attributes: VideoAttributes {
            video_type: match video.host {
                VideoHost::Youtube => "youtube",
            },
            video_id: video.video.clone(),
            title: video.title.clone(),
        },
    };
    released.body.videos.iter().map(video).collect()
}

/// Everything that free text is looked for in; a line break keeps words of different places apart.
pub(super) fn words_of_episode(body: &Episode, season: Option<&str>) -> String {
    words(&[&body.title, &plain_of(&body.notes.safe), season.unwrap_or_default()], body)
}

fn words(texts: &[&str], body: &Episode) -> String {
    let mut text = texts.join("\n");
    let chapters = body.chapters.iter().filter(|chapter| !chapter.hidden).map(|chapter| chapter.title.as_str());
    let songs = body.songs.iter().flat_map(|song| {
        [song.title.as_str(), song.comment.as_str()].into_iter().chain(song.artists.iter().map(String::as_str))
    });
    let videos = body.videos.iter().map(|video| video.title.as_str());
    for words in chapters.chain(songs).chain(videos) {
        text.push('\n');
        text.push_str(words);
    }
    text.to_lowercase()
}
