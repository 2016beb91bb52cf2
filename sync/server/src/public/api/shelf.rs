//! All shows of the catalogue as the API finds them, and the answers already made from them.

use super::answers::Answers;
use super::error::ApiError;
use super::view::{EpisodeView, ShowView};
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
    /// Answers made since the last publication.
    pub(super) answers: Arc<Answers>,
}

/// Where an episode stands: number of the show and of the episode in it.
type Place = (usize, usize);

#[derive(Debug, Default)]
struct Index {
    newest_first: Vec<Place>,
    by_id: HashMap<String, Place>,
}

/// A request, as far as answers depend on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
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

impl Shelf {
    /// Adds a show. Answers made before are forgotten.
    pub fn add(&mut self, show: Arc<ShowView>) {
        self.shows.push(show);
        self.shows.sort_by_cached_key(|show| (show.attributes.name.to_lowercase(), show.slug().to_string()));
        (self.index, self.answers) = Default::default();
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

    fn at(&self, (show, episode): Place) -> Found<'_> {
        let show = &*self.shows[show];
        Found { show, episode: &show.episodes[episode] }
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Arc::new(self.indexed()))
    }

    fn indexed(&self) -> Index {
        let places = self.shows.iter().enumerate();
        let places = places.flat_map(|(show, view)| (0..view.episodes.len()).map(move |episode| (show, episode)));
        let mut newest_first: Vec<Place> = places.collect();
        let key = |place: &Place| {
            let episode = self.at(*place).episode;
            (episode.published_ms, &*episode.id)
        };
        newest_first.sort_by(|a, b| key(b).cmp(&key(a)));
        let by_id = newest_first.iter().map(|place| (self.at(*place).episode.id.clone(), *place)).collect();
        Index { newest_first, by_id }
    }
}
