//! A site of spodcat by its public API (JSON:API): what its feed does not say of a show: notes as they were typed, songs, videos,
//! names of seasons, links, posts, and comments. The feed counts for everything else; this is put over it.

mod comments;

use crate::feed::{ReadFeed, ReadItem, ReadOptions, Repair};
use comments::Comments;
use hearthcast_model::clock::parse_rfc3339;
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::link::{Link, LinkIcon, LinkTheme};
use hearthcast_model::slug::slug;
use hearthcast_model::song::VideoHost;
use hearthcast_model::{CommentPolicy, Episode, Notes, Season, Song, Video};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use url::Url;

/// Most songs, videos, seasons and links that are taken of one thing each.
const MOST: usize = 1_000;
/// Longest title or name, in characters.
const MOST_CHARS: usize = 500;

/// The address that a show's answer is asked for at.
pub const SHOW: &str = "?include=contents,links,seasons,categories";

/// A show as the API tells of it, and what is to be asked for besides.
#[derive(Debug, Clone, PartialEq)]
pub struct SpodcatShow {
    /// Address of its feed.
    pub feed: String,
    /// Where each of its episodes and posts is told of, below the API's root, newest first.
    pub contents: Vec<String>,
    told: Value,
}

impl SpodcatShow {
    /// Reads the answer; `None` for every other document.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
            return None;
        }
        let told: Value = serde_json::from_slice(bytes).ok()?;
        let show = told.get("data").filter(|data| data["type"] == "podcast")?;
        let feed = show["attributes"]["rss-url"].as_str()?.to_string();
        let contents = related(show, "contents").filter_map(|one| {
            let id = one["id"].as_str().filter(|id| is_uuid(id))?;
            match one["type"].as_str()? {
                "episode" => Some(format!("episodes/{id}/?include=songs.artists,comments,videos,season")),
                "post" => Some(format!("posts/{id}/?include=comments,videos")),
                _ => None,
            }
        });
        let contents = contents.take(crate::item::MAX_ITEMS).collect();
        Some(Self { feed, contents, told })
    }

    /// Puts what the API says over what the feed said. Answers of contents that could not be had are just not there.
    pub fn put_over(&self, feed: &mut ReadFeed, contents: &[Vec<u8>], options: &ReadOptions) {
        let show = &self.told["data"]["attributes"];
        put_text(&mut feed.show.tagline, &show["tagline"]);
        put_notes(&mut feed.show.description, &show["description"]);
        put_notes(&mut feed.show.notes_suffix, &show["episode-rss-suffix"]);
        // Whoever let visitors write there goes on with it.
        match (show["enable-comments"].as_bool(), show["require-comment-approval"].as_bool()) {
            (Some(true), Some(false)) => feed.show.comments = CommentPolicy::Open,
            (Some(true), _) => feed.show.comments = CommentPolicy::Approved,
            _ => {}
        }
        let links = related(&self.told["data"], "links");
        let links = links.filter_map(|one| self.included("podcast-link").find(|told| told["id"] == one["id"]));
        feed.show.links = links.filter_map(link).take(MOST).collect();
        let mut seasons: Vec<Season> = self.included("season").filter_map(season).take(MOST).collect();
        seasons.sort_by_key(|season| season.number);
        seasons.dedup_by_key(|season| season.number);
        feed.show.seasons = seasons;
        let at: HashMap<String, usize> =
            feed.items.iter().enumerate().map(|(n, item)| (item.episode.guid.trim().to_string(), n)).collect();
        let (mut left_out, mut cut, mut answered) = (0, 0, HashSet::new());
        for answer in contents.iter().filter_map(|bytes| serde_json::from_slice::<Value>(bytes).ok()) {
            let Some(id) = answer["data"]["id"].as_str() else { continue };
            let comments = Comments::of(&answer, options.now_ms);
            left_out += comments.left_out;
            answered.insert(id.to_string());
            match (at.get(id), answer["data"]["type"].as_str()) {
                (Some(n), _) => {
                    cut += comments.cut;
                    put_episode(&mut feed.items[*n], &answer);
                    feed.items[*n].comments = comments.taken;
                }
                (None, Some("post")) => {
                    cut += comments.cut;
                    feed.items.push(post(id, &answer, comments, options));
                }
                (None, _) => left_out += comments.taken.len(),
            }
        }
        let asked = self.contents.iter().filter_map(|path| path.strip_prefix("episodes/")?.split_once('/'));
        for (id, _) in asked.filter(|(id, _)| !answered.contains(*id)) {
            if let Some(n) = at.get(id) {
                feed.items[*n].partial = true;
            }
        }
        let mut tell = |code, message| feed.repairs.push(Repair { code, episode: String::new(), message });
        if left_out > 0 {
            let why = "they cannot be read, nobody approved them there, their episode is not in the feed, or there are more than \
                       1,000 about one episode";
            tell("comments_left_out", format!("{left_out} comments of the site are left out: {why}."));
        }
        if cut > 0 {
            tell("comments_cut", format!("{cut} comments of the site are too long: their ends are left out."));
        }
        if ["banner", "favicon"].iter().any(|name| show[*name].is_string()) {
            tell(
                "pictures_left_out",
                "The site's banner, favicon and pictures of seasons and links are left out.".into(),
            );
        }
    }

    fn included(&self, kind: &str) -> impl Iterator<Item = &Value> {
        included(&self.told, kind)
    }
}

fn put_episode(item: &mut ReadItem, answer: &Value) {
    let said = &answer["data"]["attributes"];
    let episode = &mut item.episode;
    put_notes(&mut episode.notes, &said["description"]);
    if let Some(name) = said["slug"].as_str() {
        episode.slug = slug(name, "episode");
    }
    episode.videos = videos(answer);
    let artists: HashMap<&str, String> = included(answer, "artist")
        .filter_map(|artist| Some((artist["id"].as_str()?, text(&artist["attributes"]["name"])?)))
        .collect();
    let mut songs: Vec<Song> =
        included(answer, "episode-song").filter_map(|one| song(one, &artists)).take(MOST).collect();
    songs.sort_by_key(|song| song.start_ms);
    episode.songs = songs;
    if let Some(name) = included(answer, "season").find_map(|season| text(&season["attributes"]["name"])) {
        episode.season_name = name;
    }
}

fn post(id: &str, answer: &Value, comments: Comments, options: &ReadOptions) -> ReadItem {
    let said = &answer["data"]["attributes"];
    let title = text(&said["name"]).unwrap_or_else(|| "Untitled post".into());
    let name = slug(said["slug"].as_str().unwrap_or(&title), "post");
    let mut episode = Episode::new(options.show.clone(), id, &title, &name, options.now_ms);
    episode.kind = EpisodeKind::Post;
    put_notes(&mut episode.notes, &said["description"]);
    episode.publish_at_ms = said["published"].as_str().and_then(parse_rfc3339);
    episode.draft = episode.publish_at_ms.is_none();
    episode.videos = videos(answer);
    ReadItem {
        episode,
        image_url: String::new(),
        chapters: None,
        chapter_images: vec![],
        transcripts: vec![],
        comments: comments.taken,
        partial: false,
    }
}

fn song(told: &Value, artists: &HashMap<&str, String>) -> Option<Song> {
    let said = &told["attributes"];
    let ms = |value: &Value| {
        value.as_f64().filter(|seconds| (0.0..=1e7).contains(seconds)).map(|s| (s * 1000.0).round() as i64)
    };
    let names = related(told, "artists").filter_map(|artist| artists.get(artist["id"].as_str()?).cloned());
    Some(Song {
        start_ms: ms(&said["start-time"])?,
        end_ms: ms(&said["end-time"]),
        title: text(&said["title"])?,
        artists: names.take(MOST).collect(),
        comment: text(&said["comment"]).unwrap_or_default(),
        url: web(&said["url"]).unwrap_or_default(),
        picture: None,
    })
}

fn videos(answer: &Value) -> Vec<Video> {
    let video = |told: &Value| {
        let said = &told["attributes"];
        let id = Video::youtube_id(said["video-id"].as_str().filter(|_| said["video-type"] == "youtube")?)?;
        Some(Video { host: VideoHost::Youtube, video: id, title: text(&said["title"]).unwrap_or_default() })
    };
    included(answer, "video").filter_map(video).take(MOST).collect()
}

fn season(told: &Value) -> Option<Season> {
    let said = &told["attributes"];
    let number = u32::try_from(said["number"].as_u64()?).ok().filter(|number| *number > 0)?;
    Some(Season { number, name: text(&said["name"]).unwrap_or_default(), picture: None })
}

fn link(told: &Value) -> Option<Link> {
    let said = &told["attributes"];
    let icon: Option<LinkIcon> = serde_json::from_value(said["icon"].clone()).ok();
    let theme: Option<LinkTheme> = serde_json::from_value(said["theme"].clone()).ok();
    Some(Link {
        url: web(&said["url"])?,
        label: text(&said["label"])?,
        icon: icon.unwrap_or_default(),
        picture: None,
        theme: theme.unwrap_or_default(),
    })
}

/// Notes as they were typed: Markdown. What is empty or too long leaves those of the feed.
fn put_notes(notes: &mut Notes, typed: &Value) {
    let typed = typed.as_str().filter(|typed| !typed.trim().is_empty());
    if let Some(Ok(made)) = typed.map(hearthcast_text::notes) {
        *notes = made;
    }
}

fn put_text(field: &mut String, value: &Value) {
    if let Some(text) = text(value) {
        *field = text;
    }
}

/// A text on one line that a feed can carry, within its length.
fn text(value: &Value) -> Option<String> {
    let clean = hearthcast_text::chars::xml_only(value.as_str()?).split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = clean.chars().take(MOST_CHARS).collect();
    Some(cut).filter(|text| !text.is_empty())
}

fn web(value: &Value) -> Option<String> {
    let url = Url::parse(value.as_str()?).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

fn related<'a>(told: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    told["relationships"][name]["data"].as_array().into_iter().flatten()
}

fn included<'a>(answer: &'a Value, kind: &str) -> impl Iterator<Item = &'a Value> {
    let kind = kind.to_string();
    answer["included"].as_array().into_iter().flatten().filter(move |one| one["type"] == kind.as_str())
}

/// Ids stand in addresses that are asked for.
fn is_uuid(id: &str) -> bool {
    id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}
