//! All shows of the catalogue as the API finds them, and the answers already made from them.

use super::answers::Answers;
use super::comments::Comments;
use super::error::ApiError;
use super::view::{EpisodeView, PostView, ShowView};
use crate::public::Catalogue;
use hearthcast_model::ShowId;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// Shows, by name.
#[derive(Debug, Default, Clone)]
pub struct Shelf {
    shows: Vec<Arc<ShowView>>,
    /// Made when somebody asks first.
    index: OnceLock<Arc<Index>>,
    /// Slugs of shows and ids of episodes that left, with the address of the feed where they are now.
    left: HashMap<String, Option<String>>,
    /// What visitors wrote.
    comments: Arc<Comments>,
    /// Answers made since the last publication.
    pub(super) answers: Arc<Answers>,
}

/// Where an episode stands: number of the show and of the episode in it.
type Place = (usize, usize);

#[derive(Debug, Default)]
struct Index {
    newest_first: Vec<Place>,
    by_id: HashMap<String, Place>,
    posts_newest_first: Vec<Place>,
    posts_by_id: HashMap<String, Place>,
}

/// A request, as far as answers depend on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// Everything public, for answers that are made from a file.
    pub(super) catalogue: &'a Catalogue,
    /// Address listeners use, without a trailing slash.
    pub(super) base_url: &'a str,
    /// Path, as it is routed here.
    pub(super) path: &'a str,
    /// The slug or id in the path; empty where there is none.
    pub(super) name: &'a str,
    /// What stands behind `?`.
    pub(super) query: &'a str,
}

/// An episode with its show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) show: &'a ShowView,
    pub(super) episode: &'a EpisodeView,
}

/// A post with its show.
#[derive(Debug, Clone, Copy)]
pub(super) struct FoundPost<'a> {
    pub(super) show: &'a ShowView,
    pub(super) post: &'a PostView,
}

impl Shelf {
    /// Adds a show. Answers made before are forgotten.
    pub fn add(&mut self, show: Arc<ShowView>) {
        self.shows.push(show);
        self.shows.sort_by_cached_key(|show| (show.attributes.name.to_lowercase(), show.slug().to_string()));
        (self.index, self.answers) = Default::default();
    }

    /// Shows these comments. Answers made before are forgotten.
    pub fn set_comments(&mut self, comments: Arc<Comments>) {
        (self.comments, self.answers) = (comments, Arc::default());
    }

    /// What visitors wrote, seen or not.
    pub fn comments(&self) -> &Arc<Comments> {
        &self.comments
    }

    /// The show of an episode or post that is public.
    pub(super) fn show_of(&self, about: &str) -> Option<&ShowView> {
        self.episode(about).map(|found| found.show).or_else(|| self.post(about).map(|found| found.show))
    }

    /// The show that an id of a show, episode or post speaks of.
    pub fn show_id(&self, of: &str) -> Option<ShowId> {
        let itself = || self.shows().find(|show| show.id.as_str() == of);
        itself().or_else(|| self.show_of(of)).map(|show| show.id.clone())
    }

    /// The show with a slug.
    pub fn show_called(&self, slug: &str) -> Option<&ShowId> {
        self.show(slug).map(|show| &show.id)
    }

    /// Notes the slug of a show or the id of an episode that left.
    pub fn add_left(&mut self, name: String, feed_url: Option<String>) {
        self.left.insert(name, feed_url);
    }

    /// Why there is nothing under this slug or id.
    pub(super) fn missing(&self, kind: &'static str, name: &str) -> ApiError {
        match self.left.get(name) {
            Some(Some(feed_url)) => ApiError::Moved(kind, feed_url.clone()),
            Some(None) => ApiError::Gone(kind),
            None => ApiError::NoMatch(kind),
        }
    }

    /// All shows, by name.
    pub(super) fn shows(&self) -> impl Iterator<Item = &ShowView> {
        self.shows.iter().map(|show| &**show)
    }

    /// The show with a slug.
    pub(super) fn show(&self, slug: &str) -> Option<&ShowView> {
        self.shows().find(|show| show.slug() == slug)
    }

    /// The episode with an id.
    pub(super) fn episode(&self, id: &str) -> Option<Found<'_>> {
        self.index().by_id.get(id).map(|place| self.at(*place))
    }

    /// All episodes of all shows, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = Found<'_>> {
        self.index().newest_first.iter().map(|place| self.at(*place))
    }

    /// The post with an id.
    pub(super) fn post(&self, id: &str) -> Option<FoundPost<'_>> {
        self.index().posts_by_id.get(id).map(|place| self.post_at(*place))
    }

    /// All posts of all shows, newest first.
    pub(super) fn posts(&self) -> impl Iterator<Item = FoundPost<'_>> {
        self.index().posts_newest_first.iter().map(|place| self.post_at(*place))
    }

    fn post_at(&self, (show, post): Place) -> FoundPost<'_> {
        let show = &*self.shows[show];
        FoundPost { show, post: &show.posts[post] }
    }

    fn at(&self, (show, episode): Place) -> Found<'_> {
        let show = &*self.shows[show];
        Found { show, episode: &show.episodes[episode] }
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Arc::new(self.indexed()))
    }

    fn indexed(&self) -> Index {
        let episode_at = |place: &Place| {
            let episode = self.at(*place).episode;
            (episode.published_ms, &*episode.id)
        };
        let post_at = |place: &Place| {
            let post = self.post_at(*place).post;
            (post.published_ms, &*post.id)
        };
        let (newest_first, by_id) = self.ordered(|show| show.episodes.len(), episode_at);
        let (posts_newest_first, posts_by_id) = self.ordered(|show| show.posts.len(), post_at);
        Index { newest_first, by_id, posts_newest_first, posts_by_id }
    }

    /// Places, newest first, and by id.
    fn ordered<'a>(
        &'a self,
        count: impl Fn(&ShowView) -> usize,
        key: impl Fn(&Place) -> (i64, &'a str),
    ) -> (Vec<Place>, HashMap<String, Place>) {
        let shows = self.shows.iter().enumerate();
        let mut places: Vec<Place> = shows.flat_map(|(show, view)| (0..count(view)).map(move |n| (show, n))).collect();
        places.sort_by(|a, b| key(b).cmp(&key(a)));
        let by_id = places.iter().map(|place| (key(place).1.to_string(), *place)).collect();
        (places, by_id)
    }
}
