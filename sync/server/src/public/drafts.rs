//! `/p/<secret>/…`: a draft for those who were given its address. Nothing of it is noted: no row in the log, no view, no line
//! for the operator. Every answer, refusals too, says that nobody on the way keeps it, indexes it or learns where it was read.

use super::api::{Pace, Paces};
use super::{PublicState, words};
use crate::drafts::{Drafts, Found, Live};
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, IntoResponse, Response};
use hearthcast_model::share::{MAX_REMARKS, SharedFile, moment_ms};
use hearthcast_model::{Remark, RemarkId, ShareId, ShareToken, SharedDraft};
use hearthcast_serve::{Representation, RequestFacts, answer as decide};
use hearthcast_site::draft::{NotTaken, POLICY, Part, ROBOTS, Remarks, Typed, ended, name_of_copy, name_of_picture};
use hearthcast_store::remark;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use http_body_util::{BodyExt, Limited};
use std::fs::File;
use std::sync::Arc;

/// Nobody but whoever asked keeps anything, and they do not either.
const KEPT_BY_NOBODY: &str = "private, no-store";
/// Longest form: a remark of which every character is four bytes, each written as `%xx`, and the rest.
const MAX_FORM_BYTES: usize = 32 * 1024;
/// Remarks at once, and one more every ten seconds, by one address.
const PACE: Pace = Pace { burst: 10, each_ms: 10_000 };

/// How often remarks come by each draft.
pub(super) type Turns = Paces<ShareId>;

/// Fresh ones.
pub(super) fn turns() -> Turns {
    Paces::new(PACE)
}

type Asked<T> = Result<Path<T>, PathRejection>;

/// `GET /p/<secret>`: what lies beside the page is named by bare names, so the page ends in a slash.
pub(super) async fn to_page(State(state): State<Arc<PublicState>>, path: Asked<String>) -> Response {
    let Ok(Path(token)) = path else { return closed(words::not_found().await) };
    match opened(&state, &token).await {
        // Below wherever the request came in: the last part of the path, and a slash.
        Ok(_) => closed((StatusCode::PERMANENT_REDIRECT, [(LOCATION, format!("{token}/"))]).into_response()),
        Err(refusal) => refusal,
    }
}

/// `GET /p/<secret>/`
pub(super) async fn page(
    State(state): State<Arc<PublicState>>,
    path: Asked<String>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let Ok(Path(token)) = path else { return closed(words::not_found().await) };
    let remarks = if query.as_deref() == Some("remark=arrived") { Remarks::Arrived } else { Remarks::Open };
    answer(&state, (&token, ""), remarks, (&method, &headers)).await
}

/// `GET /p/<secret>/<name>`. Where remarks are sent to there is only the way back to the page.
pub(super) async fn part(
    State(state): State<Arc<PublicState>>,
    path: Asked<(String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let Ok(Path((token, name))) = path else { return closed(words::not_found().await) };
    match opened(&state, &token).await {
        Ok(_) if name == "remarks" => closed((StatusCode::SEE_OTHER, [(LOCATION, "./#remarks")]).into_response()),
        _ => answer(&state, (&token, &name), Remarks::Open, (&method, &headers)).await,
    }
}

/// `POST /p/<secret>/remarks`: keeps what the form says, and leads back to the page, which says so. What cannot be kept comes back
/// in the form, with the reason: nobody has to type it again.
pub(super) async fn remark(
    State(state): State<Arc<PublicState>>,
    path: Asked<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Ok(Path((token, name))) = path else { return closed(words::not_found().await) };
    let (drafts, live) = match opened(&state, &token).await {
        Ok(open) if name == "remarks" => open,
        Ok(_) => return closed(words::not_allowed().await),
        Err(refusal) => return refusal,
    };
    let form = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(FORM));
    if !form {
        return closed(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
    }
    let Ok(sent) = Limited::new(body, MAX_FORM_BYTES).collect().await else {
        return closed(StatusCode::PAYLOAD_TOO_LARGE.into_response());
    };
    let typed = typed(&sent.to_bytes());
    let outcome = kept(&state, drafts, &live, &typed).await.unwrap_or_else(|error| {
        tracing::error!(%error, "a remark about a draft could not be kept");
        Err(NotTaken::Full)
    });
    match outcome {
        Ok(()) => closed((StatusCode::SEE_OTHER, [(LOCATION, "./?remark=arrived#remarks")]).into_response()),
        Err(why) => {
            let back = answer(&state, (&token, ""), Remarks::Back(why, typed), (&Method::GET, &headers)).await;
            // A draft that ended in between answers that it did.
            let status = if back.status() == StatusCode::OK { refused(why) } else { back.status() };
            (status, back).into_response()
        }
    }
}

/// The status of a page that gives a remark back.
fn refused(why: NotTaken) -> StatusCode {
    match why {
        NotTaken::Empty | NotTaken::NoTime | NotTaken::AfterTheEnd(_) => StatusCode::UNPROCESSABLE_ENTITY,
        NotTaken::Full => StatusCode::CONFLICT,
        NotTaken::Wait => StatusCode::TOO_MANY_REQUESTS,
    }
}

const FORM: &[u8] = b"application/x-www-form-urlencoded";

/// Keeps a remark, or says why not.
async fn kept(
    state: &PublicState,
    drafts: &Drafts,
    live: &Live,
    typed: &Typed,
) -> hearthcast_store::Result<Result<(), NotTaken>> {
    let now_ms = state.clock.now_ms();
    if state.remarks.take(live.id.clone(), now_ms).is_err() {
        return Ok(Err(NotTaken::Wait));
    }
    let Some(draft) = drafts.read(&live.id).await? else { return Ok(Err(NotTaken::Full)) };
    let remark = match read(&draft, typed, RemarkId::fresh(drafts.ids(), now_ms), now_ms) {
        Ok(remark) => remark,
        Err(why) => return Ok(Err(why)),
    };
    let mut writer = drafts.store().write().await?;
    if remark::count(&mut writer, &live.id).await? >= MAX_REMARKS {
        return Ok(Err(NotTaken::Full));
    }
    remark::add(&mut writer, &remark).await?;
    writer.commit().await?;
    Ok(Ok(()))
}

/// What a form says.
fn typed(sent: &[u8]) -> Typed {
    let mut typed = Typed::default();
    for (field, value) in url::form_urlencoded::parse(sent) {
        match &*field {
            "at" => typed.at = value.into_owned(),
            "name" => typed.name = value.into_owned(),
            "text" => typed.text = value.into_owned(),
            _ => {}
        }
    }
    typed
}

/// The remark that was typed; refused where it says nothing, or is about a moment that the sound does not have.
fn read(draft: &SharedDraft, typed: &Typed, id: RemarkId, created_ms: i64) -> Result<Remark, NotTaken> {
    let at_ms = match typed.at.trim() {
        "" => None,
        at => Some(moment_ms(at).ok_or(NotTaken::NoTime)?),
    };
    if let Some(all_ms) = draft.sound.duration_ms.filter(|all_ms| at_ms.is_some_and(|at_ms| at_ms > *all_ms)) {
        return Err(NotTaken::AfterTheEnd(all_ms));
    }
    let (share, show, episode) = (draft.id.clone(), draft.show.clone(), draft.episode.clone());
    let (name, text) = (typed.name.clone(), typed.text.clone());
    let remark = Remark { id, share, show, episode, at_ms, name, text, created_ms }.bounded();
    if remark.text.is_empty() { Err(NotTaken::Empty) } else { Ok(remark) }
}

/// What a secret opens, or the answer to one that opens nothing (any more).
async fn opened<'a>(state: &'a PublicState, token: &str) -> Result<(&'a Drafts, Arc<Live>), Response> {
    let found = match (ShareToken::parse(token), &state.drafts) {
        (Some(token), Some(drafts)) => drafts.find(&token, state.clock.now_ms()).map(|found| (&**drafts, found)),
        _ => None,
    };
    match found {
        Some((drafts, Found::Live(live))) => Ok((drafts, live)),
        Some((_, Found::Over)) => Err(closed((StatusCode::GONE, Html(ended())).into_response())),
        None => Err(closed(words::not_found().await)),
    }
}

async fn answer(
    state: &PublicState,
    (token, name): (&str, &str),
    remarks: Remarks,
    asked: (&Method, &HeaderMap),
) -> Response {
    let (drafts, live) = match opened(state, token).await {
        Ok(open) => open,
        Err(refusal) => return refusal,
    };
    let file = |named: &str, file: &SharedFile| name == format!("{named}.{}", file.ext);
    let picture = live.picture.as_ref().filter(|picture| file("picture", picture));
    let of_notes = || live.pictures.iter().find(|picture| name_of_picture(picture) == name);
    let copy = || live.picture_sizes.iter().find(|copy| name_of_copy(copy) == name).map(|copy| &copy.file);
    if let Some(wanted) =
        picture.or_else(of_notes).or_else(copy).or_else(|| Some(&live.sound).filter(|sound| file("sound", sound)))
    {
        return closed(give(&live, wanted, asked).await);
    }
    match drafts.read(&live.id).await {
        Ok(Some(draft)) => closed(text(state, &draft, (token, name), &remarks).await),
        Ok(None) => closed((StatusCode::GONE, Html(ended())).into_response()),
        Err(error) => {
            tracing::error!(%error, "a draft could not be read");
            closed(words::out_of_order())
        }
    }
}

async fn text(state: &PublicState, draft: &SharedDraft, (token, name): (&str, &str), remarks: &Remarks) -> Response {
    let base = format!("{}/p/{token}/", state.api.base_url());
    let part = Part::named(draft, name);
    match part.and_then(|part| Some((part.mime(draft), part.text(draft, &base, remarks)?))) {
        Some((mime, text)) => ([(CONTENT_TYPE, mime)], text).into_response(),
        None => words::not_found().await,
    }
}

/// Sound or picture, with ranges; never noted.
async fn give(live: &Live, wanted: &SharedFile, (method, headers): (&Method, &HeaderMap)) -> Response {
    let (path, bytes) = (live.path(wanted), wanted.bytes);
    let opened = tokio::task::spawn_blocking(move || {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        if length == bytes { Ok(file) } else { Err(std::io::Error::other("it has another length than was shared")) }
    });
    let described = Representation::new(bytes, wanted.sha256.as_str(), live.made_ms, &wanted.mime, KEPT_BY_NOBODY);
    match (opened.await, described) {
        (Ok(Ok(file)), Ok(described)) => {
            decide(&RequestFacts::of(method, headers), &described).into_response(Arc::new(file)).map(Body::new)
        }
        (opened, _) => {
            let why = opened.map(|opened| opened.map(|_| ()));
            tracing::error!(?why, "a file of a draft cannot be served");
            words::out_of_order()
        }
    }
}

/// The same answer, kept by nobody, found by nobody, and told to nobody.
fn closed(mut response: Response) -> Response {
    let fields: [(HeaderName, &'static str); 5] = [
        (CACHE_CONTROL, KEPT_BY_NOBODY),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("x-robots-tag"), ROBOTS),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    for (name, value) in fields {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
