//! Puts answers together: sparse fields, included resources, pages.

use super::comments::Comments;
use super::error::ApiError;
use super::query::Query;
use super::shape::{
    Answer, Episode, EpisodeInList, EpisodeInListRelationships, EpisodeRelationships, Identifier, Meta, PageLinks,
    Pagination, Podcast, PodcastRelationships, Post, PostInList, PostRelationships, Season, Song, SongRelationships,
    ToMany, ToOne, Video,
};
use super::shelf::{Asked, Found, FoundPost, Shelf};
use super::view::{EpisodeView, PostView, ShowView};
use super::{categories, season};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use url::form_urlencoded;

/// One answer in the making.
pub(super) struct Writer<'a> {
    query: &'a Query,
    comments: &'a Comments,
    /// Paths to include; `None` when the answer has no `included`.
    include: Option<BTreeSet<String>>,
    /// By kind and id, as text: the order that front ends know.
    included: BTreeMap<(String, String), Value>,
}

impl<'a> Writer<'a> {
    /// Begins; `usual` is included where the request says nothing.
    pub(super) fn new(shelf: &'a Shelf, query: &'a Query, usual: &[&str]) -> Self {
        let usual = || (!usual.is_empty()).then(|| usual.iter().map(ToString::to_string).collect());
        Self {
            query,
            comments: shelf.comments(),
            include: query.include.clone().or_else(usual),
            included: BTreeMap::new(),
        }
    }

    /// A resource as it is, but for the fields nobody asked for.
    pub(super) fn resource(&self, resource: &impl Serialize) -> Value {
        let mut value = serde_json::to_value(resource).expect("resources are text and finite numbers");
        if let Some(wanted) = value.get("type").and_then(Value::as_str).and_then(|kind| self.query.fields.get(kind)) {
            for part in ["attributes", "relationships"] {
                keep(&mut value, part, wanted);
            }
        }
        value
    }

    /// A show with everything about it.
    pub(super) fn podcast(&mut self, show: &'a ShowView, path: &str) -> Value {
        let contents = show.contents.iter().map(|(kind, id)| identifier(kind, id)).collect();
        let links = show.links.iter().map(|link| identifier(link.kind, &link.id)).collect();
        let font = show.font.as_ref().map(|font| identifier("font-face", &font.id));
        let seasons = show.seasons.iter().map(|season| season::identifier(&season.id)).collect();
        let categories = show.categories.iter().map(|id| categories::identifier(*id)).collect();
        let relationships = PodcastRelationships {
            contents: ToMany::of(contents),
            links: ToMany::of(links),
            seasons: ToMany::of(seasons),
            name_font_face: ToOne { data: font },
            categories: ToMany::of(categories),
        };
        if self.wants("podcast", path, "contents") {
            for episode in &show.episodes {
                let value = self.in_list(Found { show, episode });
                self.include(value);
            }
            show.posts.iter().for_each(|post| self.include(self.post_in_list(post)));
        }
        if self.wants("podcast", path, "links") {
            show.links.iter().for_each(|link| self.include(self.resource(link)));
        }
        if self.wants("podcast", path, "seasons") {
            show.seasons.iter().for_each(|season| self.include(self.resource(season)));
        }
        if self.wants("podcast", path, "categories") {
            let found = show.categories.iter().filter_map(|id| categories::resource(*id));
            found.for_each(|category| self.include(self.resource(&category)));
        }
        self.resource(&Podcast { kind: "podcast", id: show.slug(), attributes: &show.attributes, relationships })
    }

    /// An episode as lists show it; its season comes with it where it was asked for.
    pub(super) fn episode_in_list(&mut self, found: Found<'a>) -> Value {
        self.season(found);
        self.in_list(found)
    }

    fn in_list(&self, found: Found<'a>) -> Value {
        let relationships = EpisodeInListRelationships { season: season_of(found) };
        let (id, attributes) = (found.episode.id.as_str(), &found.episode.attributes.brief);
        self.resource(&EpisodeInList { kind: "episode", id, attributes, relationships })
    }

    /// An episode with everything about it.
    pub(super) fn episode(&mut self, found: Found<'a>) -> Value {
        self.season(found);
        if self.wants("episode", "", "podcast") {
            let value = self.podcast(found.show, "podcast.");
            self.include(value);
        }
        let relationships = EpisodeRelationships {
            comments: self.comments("episode", found.show, &found.episode.id),
            season: season_of(found),
            songs: self.songs(found.episode),
            videos: self.videos("episode", &found.episode.videos),
            podcast: ToOne { data: Some(identifier("podcast", found.show.slug())) },
        };
        let (id, attributes) = (found.episode.id.as_str(), &found.episode.attributes);
        self.resource(&Episode { kind: "episode", id, attributes, relationships })
    }

    /// A post as lists show it.
    pub(super) fn post_in_list(&self, post: &PostView) -> Value {
        self.resource(&PostInList { kind: "post", id: &post.id, attributes: &post.attributes.brief })
    }

    /// A post with everything about it.
    pub(super) fn post(&mut self, found: FoundPost<'a>) -> Value {
        if self.wants("post", "", "podcast") {
            let value = self.podcast(found.show, "podcast.");
            self.include(value);
        }
        let relationships = PostRelationships {
            comments: self.comments("post", found.show, &found.post.id),
            videos: self.videos("post", &found.post.videos),
            podcast: ToOne { data: Some(identifier("podcast", found.show.slug())) },
        };
        let (id, attributes) = (found.post.id.as_str(), &found.post.attributes);
        self.resource(&Post { kind: "post", id, attributes, relationships })
    }

    fn songs(&mut self, episode: &EpisodeView) -> ToMany {
        if self.wants("episode", "", "songs") {
            for song in &episode.songs {
                let artists = song.artists.iter().map(|artist| identifier(artist.kind, &artist.id)).collect();
                let relationships = SongRelationships { artists: ToMany::of(artists) };
                let (id, attributes) = (song.id.as_str(), &song.attributes);
                let value = self.resource(&Song { kind: "episode-song", id, attributes, relationships });
                self.include(value);
                if self.wants("episode-song", "songs.", "artists") {
                    song.artists.iter().for_each(|artist| self.include(self.resource(artist)));
                }
            }
        }
        ToMany::of(episode.songs.iter().map(|song| identifier("episode-song", &song.id)).collect())
    }

    fn videos(&mut self, kind: &str, videos: &[Video]) -> ToMany {
        if self.wants(kind, "", "videos") {
            videos.iter().for_each(|video| self.include(self.resource(video)));
        }
        ToMany::of(videos.iter().map(|video| identifier(video.kind, &video.id)).collect())
    }

    /// What visitors wrote about an episode or post, as far as everybody may see it.
    fn comments(&mut self, kind: &str, show: &ShowView, about: &str) -> ToMany {
        let seen: Vec<_> = self.comments.about(show, about).collect();
        if self.wants(kind, "", "comments") {
            seen.iter().for_each(|comment| self.include(self.resource(&comment.resource())));
        }
        ToMany::of(seen.iter().map(|comment| identifier("comment", &comment.id)).collect())
    }

    fn season(&mut self, found: Found<'a>) {
        let of_episode = |season: &&Season| Some(&season.id) == found.episode.season.as_ref();
        if self.wants("episode", "", "season")
            && let Some(season) = found.show.seasons.iter().find(of_episode)
        {
            self.include(self.resource(season));
        }
    }

    /// Whether a relationship is to be followed: it was asked for, and it is shown.
    fn wants(&self, kind: &str, path: &str, name: &str) -> bool {
        let shown = self.query.fields.get(kind).is_none_or(|wanted| wanted.contains(name));
        shown && self.include.as_ref().is_some_and(|paths| paths.contains(&format!("{path}{name}")))
    }

    fn include(&mut self, value: Value) {
        self.included.insert(key(&value), value);
    }

    /// What was asked for stands in `data`, and nowhere else.
    fn forget(&mut self, data: &Value) {
        self.included.remove(&key(data));
    }

    fn finish<D: Serialize>(self, data: D, links: Option<PageLinks>, meta: Option<Meta>) -> Vec<u8> {
        let included = self.include.is_some().then(|| self.included.into_values().collect());
        let answer = Answer { links, data, included, meta };
        serde_json::to_vec(&answer).expect("answers are text and finite numbers")
    }
}

/// An answer about one thing.
pub(super) fn whole<'a>(
    mut writer: Writer<'a>,
    write: impl FnOnce(&mut Writer<'a>) -> Value,
) -> Result<Vec<u8>, ApiError> {
    let data = write(&mut writer);
    writer.forget(&data);
    Ok(writer.finish(data, None, None))
}

/// An answer about many things: all of them, or the page asked for.
pub(super) fn paged<'a, T>(
    asked: &Asked,
    query: &Query,
    things: &[T],
    mut writer: Writer<'a>,
    mut write: impl FnMut(&mut Writer<'a>, &T) -> Value,
) -> Result<Vec<u8>, ApiError> {
    let Some(size) = query.page_size else {
        let data: Vec<Value> = things.iter().map(|thing| write(&mut writer, thing)).collect();
        data.iter().for_each(|one| writer.forget(one));
        return Ok(writer.finish(data, None, None));
    };
    let (page, pages) = (query.page_number.unwrap_or(1), things.len().div_ceil(size).max(1));
    if page > pages {
        return Err(ApiError::Page);
    }
    let on_page = things.iter().skip((page - 1) * size).take(size);
    let data: Vec<Value> = on_page.map(|thing| write(&mut writer, thing)).collect();
    data.iter().for_each(|one| writer.forget(one));
    let to = |number: usize| page_url(asked, number);
    let links = PageLinks {
        first: to(1),
        last: to(pages),
        next: (page < pages).then(|| to(page + 1)),
        prev: (page > 1).then(|| to(page - 1)),
    };
    let meta = Meta { pagination: Pagination { page, pages, count: things.len() } };
    Ok(writer.finish(data, Some(links), Some(meta)))
}

/// The same request for another page, its parameters in alphabetical order.
fn page_url(asked: &Asked, number: usize) -> String {
    let mut parameters: BTreeMap<String, String> =
        form_urlencoded::parse(asked.query.as_bytes()).into_owned().collect();
    parameters.insert("page[number]".into(), number.to_string());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{}{}?{query}", asked.base_url, asked.path)
}

/// Kind and id of a resource.
fn key(resource: &Value) -> (String, String) {
    let text = |name: &str| resource.get(name).and_then(Value::as_str).unwrap_or_default().to_string();
    (text("type"), text("id"))
}

fn season_of(found: Found) -> ToOne {
    ToOne { data: found.episode.season.as_deref().map(season::identifier) }
}

fn identifier(kind: &'static str, id: &str) -> Identifier {
    Identifier { kind, id: id.to_string() }
}

/// Leaves only the wanted members of a part; a part without any goes.
fn keep(value: &mut Value, part: &str, wanted: &BTreeSet<String>) {
    let Some(members) = value.get_mut(part).and_then(Value::as_object_mut) else { return };
    members.retain(|name, _| wanted.contains(name));
    if members.is_empty() {
        value.as_object_mut().map(|resource: &mut Map<String, Value>| resource.remove(part));
    }
}
