//! `/api/v1/episodes/<id>/transcript.<form>`: the published transcript, in the form that a page, a player or a program reads.
//! The file that was published is sent as it is; other forms are written from its cues.

use super::error::{ApiError, ErrorDocument};
use super::shelf::{Asked, Found, Shelf};
use super::thing::TextFile;
use super::view::EpisodeView;
use super::{PublicState, reading};
use axum::Router;
use hearthcast_text::transcript::{About, Form, read};
use serde::Serialize;
use std::sync::Arc;
use url::form_urlencoded;
use utoipa::{IntoParams, ToSchema};

/// Most parameters looked at.
const MAX_PARAMETERS: usize = 16;

/// The forms of API version 1. DOTe is a form of files between programs; nobody asks a website for it.
const FORMS: [Form; 6] = [Form::Vtt, Form::Srt, Form::Json, Form::Podlove, Form::Html, Form::Text];

/// A transcript in one form.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TranscriptFormV1<'a> {
    /// Address.
    url: String,
    /// Type.
    #[serde(rename = "type")]
    mime: &'static str,
    /// Language tag.
    language: &'a str,
}

/// The routes.
pub(super) fn router() -> Router<Arc<PublicState>> {
    let at = |form: Form| format!("/api/v1/episodes/{{id}}/transcript.{}", form.ext());
    let add = |router: Router<_>, form: Form| router.route(&at(form), reading(written, served(form)));
    FORMS.into_iter().fold(Router::new(), add)
}

/// The type with its coding; JSON always is UTF-8 (RFC 8259 §8.1).
fn served(form: Form) -> &'static str {
    match form {
        Form::Vtt => "text/vtt; charset=utf-8",
        Form::Srt => "application/x-subrip; charset=utf-8",
        Form::Json | Form::Podlove | Form::Dote => "application/json",
        Form::Html => "text/html; charset=utf-8",
        Form::Text => "text/plain; charset=utf-8",
    }
}

/// Every form of an episode's transcripts.
pub(super) fn forms<'a>(base_url: &str, episode: &'a EpisodeView) -> Vec<TranscriptFormV1<'a>> {
    let of = |(n, text): (usize, &'a TextFile)| {
        FORMS.map(|form| {
            let (mime, language) = (form.mime(), text.language.as_str());
            TranscriptFormV1 { url: url(base_url, episode, form, (n > 0).then_some(language)), mime, language }
        })
    };
    episode.found_by.texts.iter().enumerate().flat_map(of).collect()
}

/// Address of the first transcript as WebVTT.
pub(super) fn as_vtt(base_url: &str, episode: &EpisodeView) -> Option<String> {
    episode.found_by.texts.first().map(|_| url(base_url, episode, Form::Vtt, None))
}

fn url(base_url: &str, episode: &EpisodeView, form: Form, language: Option<&str>) -> String {
    let plain = format!("{base_url}/api/v1/episodes/{}/transcript.{}", episode.id, form.ext());
    let query = |tag| form_urlencoded::Serializer::new(String::new()).append_pair("language", tag).finish();
    match language {
        Some(language) => format!("{plain}?{}", query(language)),
        None => plain,
    }
}

/// Parameters of a transcript.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the description only")]
pub(super) struct TranscriptParameters {
    /// Language tag of the transcript; the first one without it.
    language: Option<String>,
}

/// The transcript of an episode in one form.
#[utoipa::path(get, path = "/api/v1/episodes/{id}/transcript.{form}", tag = "v1",
    params(("id" = String, Path, description = "UUID"),
        ("form" = String, Path, description = "One of `vtt`, `srt`, `json`, `podlove.json`, `html`, `txt`",
            pattern = "^(vtt|srt|json|podlove[.]json|html|txt)$"),
        TranscriptParameters),
    responses(
    (status = 200, description = "In the form asked for", content(
        (String = "text/vtt"), (String = "application/x-subrip"), (serde_json::Value = "application/json"),
        (String = "text/html"), (String = "text/plain"))),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json",
        description = "No such episode, or it has no transcript (in this language)"),
    (status = 410, body = ErrorDocument, content_type = "application/vnd.api+json",
        description = "It left: removed by its author, or at another place now"),
    (status = 503, body = ErrorDocument, content_type = "application/vnd.api+json",
        description = "The file cannot be read at the moment")))]
fn written(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    let wanted = language(asked.query)?;
    let Found { episode, .. } = super::episodes::found(shelf, asked.name)?;
    let form = asked.path.rsplit_once("/transcript.").and_then(|(_, ext)| Form::of_ext(ext));
    let form = form.ok_or(ApiError::NotFound)?;
    let fits = |text: &&TextFile| wanted.as_ref().is_none_or(|tag| tag.eq_ignore_ascii_case(&text.language));
    let text = episode.found_by.texts.iter().find(fits).ok_or(ApiError::NoMatch("Transcript"))?;
    let people: Vec<&str> = episode.more.persons.iter().map(|person| person.name.as_str()).collect();
    let about = About { title: &episode.attributes.brief.name, language: &text.language, people: &people };
    made(asked, text, form, &about).ok_or(ApiError::Unable)
}

/// The bytes; `None` where the file cannot be read.
fn made(asked: &Asked, text: &TextFile, form: Form, about: &About) -> Option<Vec<u8>> {
    let file = asked.catalogue.media(&text.sha256)?;
    let bytes = std::fs::read(&file.path)
        .inspect_err(|error| tracing::error!(%error, "a published transcript cannot be read"))
        .ok()?;
    let transcript = read(&bytes).ok()?;
    let same = transcript.format.ext() == form.ext();
    Some(if same { bytes } else { form.write(&transcript.cues, about).into_bytes() })
}

fn language(query: &str) -> Result<Option<String>, ApiError> {
    let mut language = None;
    for (n, (name, value)) in form_urlencoded::parse(query.as_bytes()).enumerate() {
        match &*name {
            _ if n >= MAX_PARAMETERS => return Err(ApiError::TooMany),
            "language" if value.is_empty() || value.len() > 100 => {
                return Err(ApiError::about(ApiError::Value, "language"));
            }
            "language" => language = Some(value.into_owned()),
            _ => return Err(ApiError::about(ApiError::Parameter, &name)),
        }
    }
    Ok(language)
}
