//! `/api/v1/search/`: where words are said: in titles, notes and transcripts, with the second they are spoken at.
//!
//! The index knows words, not who may see them: a row counts only if what it was made from is what the public sees at this
//! moment. Answers are kept like all others, until search reads something else.

mod snippet;

use super::document::Document;
use super::error::{ApiError, ErrorDocument};
use super::query::{MAX_TEXT_BYTES, MAX_WORDS, page_number, page_size};
use super::shelf::Shelf;
use super::thing::Thing;
use super::v1::JSON;
use super::{PublicState, document, target};
use crate::public::coding::Coding;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use hearthcast_model::EpisodeId;
use hearthcast_store::search::{self as rows, Marked, Rows, Within, Words};
use hearthcast_store::{Connection, Store, StoreError};
use http::Uri;
use serde::Serialize;
use snippet::Snippet;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use url::form_urlencoded;
use utoipa::{IntoParams, ToSchema};

/// Most places told for one question.
const MOST: usize = 1_000;
/// Places on a page where nothing is said.
const USUAL_PAGE: usize = 20;

/// Where answers to questions come from.
#[derive(Debug)]
pub struct Search {
    store: Store,
    /// Goes up with every change of what is read.
    edition: AtomicU64,
}

impl Search {
    /// Searches in this database.
    pub fn new(store: Store) -> Self {
        Self { store, edition: AtomicU64::new(0) }
    }

    /// Answers made before are told no more.
    pub(super) fn changed(&self) {
        self.edition.fetch_add(1, Ordering::AcqRel);
    }
}

/// Parameters of `/api/v1/search/`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the description only")]
pub(super) struct SearchParameters {
    /// Words that must all be found together, each as the beginning of a word; accents and capitals do not matter.
    #[param(min_length = 1, max_length = 500)]
    q: String,
    /// Slug of a show to look in.
    podcast: Option<String>,
    /// Id of an episode or post to look in.
    episode: Option<String>,
    /// Which page, from 1.
    #[param(rename = "page[number]")]
    page_number: Option<u32>,
    /// Places on a page, at most 100; 20 without it.
    #[param(rename = "page[size]")]
    page_size: Option<u32>,
}

/// Where words are said.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SearchV1<'a> {
    /// The places: in titles first, then in notes, then in transcripts; in each the newest episode first.
    hits: Vec<HitV1<'a>>,
    /// This page.
    page: usize,
    /// How many pages there are.
    pages: usize,
    /// How many places there are.
    count: usize,
    /// Whether that is all of them; else there are more than are told.
    complete: bool,
}

/// A place.
#[derive(Debug, Serialize, ToSchema)]
struct HitV1<'a> {
    /// `episode` or `post`.
    kind: &'static str,
    /// Id of the episode or post.
    id: &'a str,
    /// Its name in addresses.
    slug: &'a str,
    /// Its title.
    title: &'a str,
    /// Slug of its show.
    show: &'a str,
    /// `title`, `notes` or `transcript`.
    #[serde(rename = "where")]
    place: &'static str,
    /// When it is said, seconds from the beginning; only in a transcript.
    start_seconds: Option<f64>,
    /// Who says it, where the transcript tells.
    speaker: Option<String>,
    /// Language of the transcript.
    language: Option<String>,
    /// The words around it.
    snippet: Snippet,
}

/// Full-text search in titles, notes and transcripts.
#[utoipa::path(get, path = "/api/v1/search/", tag = "v1", params(SearchParameters), responses(
    (status = 200, body = SearchV1<'static>, content_type = "application/json"),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json", description = "No such page"),
    (status = 503, body = ErrorDocument, content_type = "application/vnd.api+json",
        description = "The server cannot look at the moment")))]
pub(super) async fn answer(State(state): State<Arc<PublicState>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let coding = Coding::liked(&parts.headers);
    let mut response = match answered(&state, &parts.uri, coding).await {
        Ok(document) => document.send(&parts.method, &parts.headers, coding),
        Err(refusal) => refusal.into_response(),
    };
    state.api.cors.allow(&parts.headers, response.headers_mut());
    response
}

async fn answered(state: &PublicState, uri: &Uri, coding: Coding) -> Result<Arc<Document>, ApiError> {
    let search = state.api.search.as_ref().ok_or(ApiError::Unable)?;
    // In this order: what was found before a change is never kept as found after it.
    let edition = search.edition.load(Ordering::Acquire);
    let catalogue = state.catalogue();
    let shelf = catalogue.shelf();
    let key = format!("{edition} {}", target(uri));
    let document = match shelf.answers.get(&key) {
        Some(kept) => kept,
        None => {
            let question = Question::read(uri.query().unwrap_or_default())?;
            let _turn = state.api.makers.acquire().await;
            let bytes = ask(&search.store, shelf, &question).await?;
            let made = Arc::new(document(bytes, JSON));
            shelf.answers.keep(&key, made.clone());
            made
        }
    };
    if !document.is_packed(coding) {
        let pressed = document.clone();
        let _ = tokio::task::spawn_blocking(move || pressed.pack(coding)).await;
    }
    Ok(document)
}

/// What somebody wants to know.
struct Question {
    words: Words,
    podcast: Option<String>,
    episode: Option<String>,
    page: usize,
    size: usize,
}

impl Question {
    fn read(query: &str) -> Result<Self, ApiError> {
        let (mut words, mut podcast, mut episode, mut page, mut size) = (None, None, None, 1, USUAL_PAGE);
        let wrong = |name: &str| ApiError::about(ApiError::Value, name);
        for (n, (name, value)) in form_urlencoded::parse(query.as_bytes()).enumerate() {
            match &*name {
                _ if n >= 16 => return Err(ApiError::TooMany),
                "q" if value.len() > MAX_TEXT_BYTES || value.split_whitespace().count() > MAX_WORDS => {
                    return Err(wrong("q"));
                }
                "q" => words = Words::of(&value),
                "podcast" => podcast = Some(value.into_owned()),
                "episode" if EpisodeId::parse(&value).is_none() => return Err(wrong("episode")),
                "episode" => episode = Some(value.into_owned()),
                "page[number]" => page = page_number(&value)?,
                "page[size]" => size = page_size(&name, &value)?,
                _ => return Err(ApiError::about(ApiError::Parameter, &name)),
            }
        }
        Ok(Self { words: words.ok_or_else(|| wrong("q"))?, podcast, episode, page, size })
    }

    /// What to look in; `None` where there is no such show.
    fn within(&self, shelf: &Shelf) -> Option<Within> {
        let show = match &self.podcast {
            Some(slug) => Some(shelf.show(slug)?.id.to_string()),
            None => None,
        };
        Some(Within { show, item: self.episode.clone() })
    }
}

/// A place that was found.
#[derive(Clone, Copy)]
enum Place {
    /// All words in the title.
    Title(i64),
    /// Not all words in the title alone.
    Notes(i64),
    /// In a transcript.
    Passage(i64),
}

async fn ask(store: &Store, shelf: &Shelf, question: &Question) -> Result<Vec<u8>, ApiError> {
    let unable = |error: StoreError| {
        tracing::error!(%error, "search failed");
        ApiError::Unable
    };
    let mut reader = store.read().await.map_err(unable)?;
    let places = places(&mut reader, shelf, question).await.map_err(unable)?;
    let pages = places.found.len().div_ceil(question.size).max(1);
    if question.page > pages {
        return Err(ApiError::Page);
    }
    let mut hits = vec![];
    for (thing, place) in places.found.iter().skip((question.page - 1) * question.size).take(question.size) {
        hits.extend(hit(&mut reader, &question.words, *thing, *place).await.map_err(unable)?);
    }
    let (page, count, complete) = (question.page, places.found.len(), places.all);
    Ok(serde_json::to_vec(&SearchV1 { hits, page, pages, count, complete }).expect("text and finite numbers"))
}

/// Places, in their order, and whether these are all.
struct Places<'a> {
    found: Vec<(Thing<'a>, Place)>,
    all: bool,
}

async fn places<'a>(reader: &mut Connection, shelf: &'a Shelf, question: &Question) -> Result<Places<'a>, StoreError> {
    let Some(within) = question.within(shelf) else { return Ok(Places { found: vec![], all: true }) };
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let titles = rows::titles(reader, &question.words, &within, most).await?;
    let mut items = rows::items(reader, &question.words, &within, most).await?;
    let in_title: BTreeSet<i64> = titles.found.iter().map(|row| row.n).collect();
    items.found.retain(|row| !in_title.contains(&row.n));
    let said = rows::passages(reader, &question.words, &within, most).await?;
    let all = items.all && said.all;
    let mut found = public(shelf, titles, Place::Title);
    found.extend(public(shelf, items, Place::Notes));
    found.extend(public(shelf, said, Place::Passage));
    Ok(Places { found, all })
}

/// Rows made from what the public sees now; newest first, and what is said in its order.
fn public(shelf: &Shelf, rows: Rows, place: fn(i64) -> Place) -> Vec<(Thing<'_>, Place)> {
    let shown = |row: rows::Found| Some((shelf.thing(&row.id).filter(|thing| thing.hash() == row.hash)?, row.n));
    let mut found: Vec<_> = rows.found.into_iter().filter_map(shown).collect();
    found.sort_by_key(|(thing, n)| (std::cmp::Reverse(thing.published_ms()), thing.id(), *n));
    found.into_iter().map(|(thing, n)| (thing, place(n))).collect()
}

async fn hit<'a>(
    reader: &mut Connection,
    words: &Words,
    thing: Thing<'a>,
    place: Place,
) -> Result<Option<HitV1<'a>>, StoreError> {
    Ok(match place {
        Place::Title(n) => rows::item(reader, words, n).await?.map(|(title, _)| HitV1::of(thing, "title", &title)),
        Place::Notes(n) => rows::item(reader, words, n).await?.map(|(_, notes)| HitV1::of(thing, "notes", &notes)),
        Place::Passage(n) => rows::passage(reader, words, n).await?.map(|(marked, language, cues)| {
            let first = marked.marks.first().map_or(0, |(start, _)| *start);
            let cue = cues.iter().rev().find(|cue| cue.at <= first).or(cues.first());
            HitV1 {
                start_seconds: cue.map(|cue| cue.start_ms as f64 / 1000.0),
                speaker: cue.map(|cue| cue.speaker.clone()).filter(|name| !name.is_empty()),
                language: Some(language).filter(|tag| !tag.is_empty()),
                ..HitV1::of(thing, "transcript", &marked)
            }
        }),
    })
}

impl<'a> HitV1<'a> {
    fn of(thing: Thing<'a>, place: &'static str, marked: &Marked) -> Self {
        Self {
            kind: thing.kind(),
            id: thing.id(),
            slug: thing.slug(),
            title: thing.title(),
            show: thing.show().slug(),
            place,
            start_seconds: None,
            speaker: None,
            language: None,
            snippet: Snippet::of(marked),
        }
    }
}
