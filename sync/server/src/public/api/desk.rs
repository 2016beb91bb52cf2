//! Where visitors leave comments: `POST /challenges/` asks them a small sum, `POST /comments/` takes the answer and the
//! comment. The only part of the public side that writes to the database, and it does so at a bounded pace.

use super::comments::CommentView;
use super::document::JSON_API;
use super::error::{ApiError, ErrorDocument, Wrong};
use super::pace::{Pace, Paces};
use super::sent::{Sent, does_not_exist};
use super::shape::{Answer, Challenge, ChallengeAttributes, ChallengeRelationships, Comment, Identifier, ToOne};
use super::shelf::Shelf;
use super::view::ShowView;
use super::{Name, PublicState, named, sums};
use crate::conn::Peer;
use crate::public::listener;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use hearthcast_counting::listener::Key;
use hearthcast_model::comment::{MAX_NAME_CHARS, MAX_TEXT_CHARS};
use hearthcast_model::id::Ids;
use hearthcast_model::{self as model, CommentId, CommentPolicy, CommentState, ShowId};
use hearthcast_store::challenge::{self, LIFE_MS};
use hearthcast_store::comment::{self, Arrived};
use hearthcast_store::{Store, StoreError};
use hearthcast_text::{comment_line, comment_text};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use std::sync::Arc;

/// Comments of one address, and of everybody about one show.
const COMMENTS: [Pace; 2] = [Pace { burst: 10, each_ms: 60_000 }, Pace { burst: 120, each_ms: 5_000 }];
/// Sums for one address (each page of an episode asks for one), and for everybody about one show.
const CHALLENGES: [Pace; 2] = [Pace { burst: 60, each_ms: 5_000 }, Pace { burst: 1_200, each_ms: 100 }];
/// Most comments of a show that wait for its author.
const MOST_WAITING: i64 = 2_000;

const CHALLENGE: &str = "/data/relationships/challenge";
const ANSWER: &str = "/data/attributes/challenge-answer";
const CONTENT: &str = "/data/relationships/podcast-content";
const PODCAST: &str = "/data/relationships/podcast";
const NAME: &str = "/data/attributes/name";
const TEXT: &str = "/data/attributes/text";

/// What is needed to take something from visitors.
pub struct Desk {
    store: Store,
    ids: Arc<dyn Ids>,
    comments: Turns,
    challenges: Turns,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").finish_non_exhaustive()
    }
}

/// The turns of addresses and of shows.
#[derive(Debug)]
struct Turns {
    addresses: Paces<Option<Key>>,
    shows: Paces<ShowId>,
}

impl Turns {
    fn new([address, show]: [Pace; 2]) -> Self {
        Self { addresses: Paces::new(address), shows: Paces::new(show) }
    }

    fn take(&self, address: Option<Key>, show: &ShowId, now_ms: i64) -> Result<(), ApiError> {
        self.addresses.take(address, now_ms).map_err(ApiError::Throttled)?;
        self.shows.take(show.clone(), now_ms).map_err(ApiError::Throttled)
    }
}

impl Desk {
    /// A desk over the server's database.
    pub fn new(store: Store, ids: Arc<dyn Ids>) -> Self {
        Self { store, ids, comments: Turns::new(COMMENTS), challenges: Turns::new(CHALLENGES) }
    }

    async fn ask(&self, show: &ShowView, now_ms: i64) -> Result<challenge::Challenge, ApiError> {
        let challenge = challenge::Challenge {
            id: self.ids.v4().to_string(),
            show: show.id.clone(),
            terms: sums::terms(self.ids.v4().as_u128()),
            expires_ms: now_ms + LIFE_MS,
        };
        let mut writer = self.store.write().await.map_err(unable)?;
        challenge::open(&mut writer, &challenge).await.map_err(unable)?;
        writer.commit().await.map_err(unable)?;
        Ok(challenge)
    }

    /// Takes a comment whose sum is right, and ends the sum, both or neither.
    async fn take(&self, form: Form<'_>, now_ms: i64) -> Result<model::Comment, ApiError> {
        let mut writer = self.store.write().await.map_err(unable)?;
        let known = challenge::get(&mut writer, &form.challenge, now_ms).await.map_err(unable)?;
        // A sum that was asked about another show is none here.
        let Some(known) = known.filter(|known| known.show == form.show.id) else {
            return Err(ApiError::Fields(vec![does_not_exist(CHALLENGE, &form.challenge)]));
        };
        if form.answer != known.sum() {
            challenge::answered_wrongly(&mut writer, &known.id).await.map_err(unable)?;
            writer.commit().await.map_err(unable)?;
            return Err(ApiError::Fields(vec![Wrong::new(ANSWER, "invalid", "The answer is not correct.")]));
        }
        let waits = form.show.comments != CommentPolicy::Open;
        if waits && comment::waiting(&mut writer, &form.show.id).await.map_err(unable)? >= MOST_WAITING {
            return Err(ApiError::Throttled(24 * 60 * 60));
        }
        challenge::close(&mut writer, &known.id).await.map_err(unable)?;
        let new = Arrived {
            id: CommentId::fresh(&*self.ids, now_ms),
            show: &form.show.id,
            about: &form.about,
            name: form.name,
            text: form.text,
            created_ms: now_ms,
            state: if waits { CommentState::Waiting } else { CommentState::Approved },
        };
        let kept = comment::add(&mut writer, new).await.map_err(unable)?;
        writer.commit().await.map_err(unable)?;
        Ok(kept)
    }
}

/// A comment as a visitor filled it in.
struct Form<'a> {
    show: &'a ShowView,
    about: String,
    challenge: String,
    answer: i64,
    name: String,
    text: String,
}

impl<'a> Form<'a> {
    /// Every field is looked at, so that all mistakes are told at once.
    fn read(sent: &Sent, shelf: &'a Shelf) -> Result<Self, ApiError> {
        let answer = sent.integer("challenge-answer", ANSWER);
        let name = sent.text("name", NAME, MAX_NAME_CHARS, comment_line);
        let text = sent.text("text", TEXT, MAX_TEXT_CHARS, comment_text);
        let challenge = sent.id("challenge", CHALLENGE, &["challenge"]).map(str::to_ascii_lowercase);
        let about = sent.id("podcast-content", CONTENT, &["episode", "post"]).map(str::to_ascii_lowercase);
        let about = about.and_then(|about| match shelf.show_of(&about).filter(|show| !show.comments.is_off()) {
            Some(show) => Ok((show, about)),
            None => Err(does_not_exist(CONTENT, &about)),
        });
        match (answer, name, text, challenge, about) {
            (Ok(answer), Ok(name), Ok(text), Ok(challenge), Ok((show, about))) => {
                Ok(Self { show, about, challenge, answer, name, text })
            }
            (answer, name, text, challenge, about) => {
                let wrong = [answer.err(), name.err(), text.err(), challenge.err(), about.err()];
                Err(ApiError::Fields(wrong.into_iter().flatten().collect()))
            }
        }
    }
}

/// Leaves a comment.
#[utoipa::path(post, path = "/comments/", tag = "comments",
    request_body(content = super::openapi::NewComment, content_type = "application/vnd.api+json"), responses(
    (status = 201, body = Answer<Comment<'static>>, content_type = "application/vnd.api+json"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 409, body = ErrorDocument, content_type = "application/vnd.api+json", description = "Not a comment"),
    (status = 413, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 415, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 429, body = ErrorDocument, content_type = "application/vnd.api+json", description = "Too many comments")))]
pub(super) async fn comment(State(state): State<Arc<PublicState>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let left = left(&state, &parts, body).await;
    finished(&state, &parts.headers, left.map(|kept| created(&CommentView::of(&kept).resource())))
}

async fn left(state: &PublicState, parts: &Parts, body: Body) -> Result<model::Comment, ApiError> {
    let desk = desk(state)?;
    let sent = Sent::read("comment", &parts.headers, body).await?;
    let (catalogue, now_ms) = (state.catalogue(), state.clock.now_ms());
    let form = Form::read(&sent, catalogue.shelf())?;
    desk.comments.take(address(state, parts, now_ms), &form.show.id, now_ms)?;
    let kept = desk.take(form, now_ms).await?;
    if kept.state == CommentState::Approved {
        state.comments(|comments| comments.take(&kept));
    }
    Ok(kept)
}

/// Asks for a sum.
#[utoipa::path(post, path = "/challenges/", tag = "comments",
    request_body(content = super::openapi::NewChallenge, content_type = "application/vnd.api+json"), responses(
    (status = 201, body = Answer<Challenge>, content_type = "application/vnd.api+json"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 409, body = ErrorDocument, content_type = "application/vnd.api+json", description = "Not a challenge"),
    (status = 413, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 415, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 429, body = ErrorDocument, content_type = "application/vnd.api+json", description = "Too many")))]
pub(super) async fn challenge(State(state): State<Arc<PublicState>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = asked(&state, &parts, body).await;
    finished(&state, &parts.headers, asked.map(|resource| created(&resource)))
}

async fn asked(state: &PublicState, parts: &Parts, body: Body) -> Result<Challenge, ApiError> {
    let desk = desk(state)?;
    let sent = Sent::read("challenge", &parts.headers, body).await?;
    let (catalogue, now_ms) = (state.catalogue(), state.clock.now_ms());
    let slug = sent.id("podcast", PODCAST, &["podcast"]).map_err(|wrong| ApiError::Fields(vec![wrong]))?;
    let show = catalogue.shelf().show(slug).filter(|show| !show.comments.is_off());
    let show = show.ok_or_else(|| ApiError::Fields(vec![does_not_exist(PODCAST, slug)]))?;
    desk.challenges.take(address(state, parts, now_ms), &show.id, now_ms)?;
    Ok(told(show, &desk.ask(show, now_ms).await?))
}

/// A sum that was asked before.
#[utoipa::path(get, path = "/challenges/{id}/", tag = "comments",
    params(("id" = String, Path, description = "UUID")), responses(
    (status = 200, body = Answer<Challenge>, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json")))]
pub(super) async fn asked_before(State(state): State<Arc<PublicState>>, id: Name, headers: HeaderMap) -> Response {
    finished(&state, &headers, found(&state, &named(id)).await.map(|resource| answer(StatusCode::OK, &resource)))
}

async fn found(state: &PublicState, id: &str) -> Result<Challenge, ApiError> {
    let missing = || ApiError::NoMatch("Challenge");
    let id = CommentId::parse(id).ok_or_else(missing)?;
    let mut reader = desk(state)?.store.read().await.map_err(unable)?;
    let known = challenge::get(&mut reader, id.as_str(), state.clock.now_ms()).await.map_err(unable)?;
    let (known, catalogue) = (known.ok_or_else(missing)?, state.catalogue());
    let show = catalogue.shelf().shows().find(|show| show.id == known.show).ok_or_else(missing)?;
    Ok(told(show, &known))
}

/// Gives a sum back that nobody will solve.
#[utoipa::path(delete, path = "/challenges/{id}/", tag = "comments",
    params(("id" = String, Path, description = "UUID")), responses(
    (status = 204, description = "It is gone"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json")))]
pub(super) async fn not_needed(State(state): State<Arc<PublicState>>, id: Name, headers: HeaderMap) -> Response {
    let closed = closed(&state, &named(id)).await;
    finished(&state, &headers, closed.map(|()| StatusCode::NO_CONTENT.into_response()))
}

async fn closed(state: &PublicState, id: &str) -> Result<(), ApiError> {
    let missing = || ApiError::NoMatch("Challenge");
    let id = CommentId::parse(id).ok_or_else(missing)?;
    let desk = desk(state)?;
    // Whoever guesses does not wait at the write door.
    let known = challenge::get(&mut *desk.store.read().await.map_err(unable)?, id.as_str(), state.clock.now_ms()).await;
    known.map_err(unable)?.ok_or_else(missing)?;
    let mut writer = desk.store.write().await.map_err(unable)?;
    let was_there = challenge::close(&mut writer, id.as_str()).await.map_err(unable)?;
    writer.commit().await.map_err(unable)?;
    if was_there { Ok(()) } else { Err(missing()) }
}

fn told(show: &ShowView, challenge: &challenge::Challenge) -> Challenge {
    let podcast = Identifier { kind: "podcast", id: show.attributes.slug.clone() };
    Challenge {
        kind: "challenge",
        id: challenge.id.clone(),
        attributes: ChallengeAttributes { challenge_string: sums::spoken(&show.attributes.language, challenge.terms) },
        relationships: ChallengeRelationships { podcast: ToOne { data: Some(podcast) } },
    }
}

fn desk(state: &PublicState) -> Result<&Desk, ApiError> {
    state.api.desk.as_ref().ok_or(ApiError::NotFound)
}

/// The day's pseudonym of who asks. Without one, all share the turns of nobody.
fn address(state: &PublicState, parts: &Parts, now_ms: i64) -> Option<Key> {
    let peer = parts.extensions.get::<Peer>().copied()?;
    listener::address(peer, &parts.headers, &state.networks, &state.salts, now_ms)
}

/// The database's trouble is told to the log, not to visitors.
fn unable(error: StoreError) -> ApiError {
    tracing::error!(%error, "what a visitor sent could not be kept");
    ApiError::Unable
}

fn created(resource: &impl Serialize) -> Response {
    answer(StatusCode::CREATED, resource)
}

fn answer(status: StatusCode, resource: &impl Serialize) -> Response {
    let answer = Answer { links: None, data: resource, included: None, meta: None };
    let body = serde_json::to_vec(&answer).expect("resources are text and numbers");
    let fields =
        [(CONTENT_TYPE, HeaderValue::from_static(JSON_API)), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (status, fields, body).into_response()
}

/// The answer, with what the asking site may read of it.
fn finished(state: &PublicState, headers: &HeaderMap, outcome: Result<Response, ApiError>) -> Response {
    let mut response = outcome.unwrap_or_else(IntoResponse::into_response);
    state.api.cors.allow(headers, response.headers_mut());
    response
}
