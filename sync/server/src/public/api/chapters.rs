//! `/episodes/<id>/chapters/`: chapters and songs as JSON chapters 1.2, with the names of show and episode.

use super::episodes::found;
use super::error::{ApiError, ErrorDocument};
use super::query::{Known, Query};
use super::shelf::{Asked, Shelf};
use super::view::MarkView;
use hearthcast_model::ChapterLocation;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

/// The media type of chapters.
pub(super) const CHAPTERS: &str = "application/json+chapters";

/// Chapters of an episode.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChaptersDocument<'a> {
    /// Version of the format.
    version: &'static str,
    /// Title of the episode.
    title: &'a str,
    /// Title of the show.
    podcast_name: &'a str,
    /// The sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_name: Option<&'a str>,
    /// By start.
    chapters: Vec<ChapterObject<'a>>,
}

/// One chapter.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChapterObject<'a> {
    /// Seconds from the start of the sound.
    #[schema(value_type = f64)]
    start_time: Number,
    /// Seconds from the start of the sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    end_time: Option<Number>,
    /// Title.
    title: &'a str,
    /// Link.
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'a str,
    /// Picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    img: Option<&'a str>,
    /// False for a chapter that is not to be listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    toc: Option<bool>,
    /// The place it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<ChapterPlace<'a>>,
}

/// The place of a chapter.
#[derive(Debug, Serialize, ToSchema)]
struct ChapterPlace<'a> {
    /// Name.
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    /// `geo:` address (RFC 5870).
    #[serde(skip_serializing_if = "str::is_empty")]
    geo: &'a str,
    /// OpenStreetMap: N, W or R and an id.
    #[serde(skip_serializing_if = "str::is_empty")]
    osm: &'a str,
}

/// The chapters of an episode.
#[utoipa::path(get, path = "/episodes/{id}/chapters/", tag = "episodes",
    params(("id" = String, Path, description = "UUID")), responses(
    (status = 200, body = ChaptersDocument<'static>, content_type = "application/json+chapters"),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 410, body = ErrorDocument, content_type = "application/vnd.api+json",
        description = "It left: removed by its author, or at another place now")))]
pub(super) fn list(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    Query::read(asked.query, &Known::default())?;
    let episode = found(shelf, asked.name)?.episode;
    let brief = &episode.attributes.brief;
    let document = ChaptersDocument {
        version: "1.2.0",
        title: &brief.name,
        podcast_name: &brief.podcast_name,
        file_name: brief.audio_url.as_deref(),
        chapters: episode.marks.iter().map(chapter).collect(),
    };
    Ok(serde_json::to_vec(&document).expect("chapters are text and finite numbers"))
}

fn chapter(mark: &MarkView) -> ChapterObject<'_> {
    let chapter = &mark.chapter;
    ChapterObject {
        img: mark.picture.as_deref(),
        start_time: seconds(chapter.start_ms),
        end_time: chapter.end_ms.map(seconds),
        title: &chapter.title,
        url: &chapter.url,
        toc: chapter.hidden.then_some(false),
        location: chapter.location.as_ref().map(place),
    }
}

fn place(location: &ChapterLocation) -> ChapterPlace<'_> {
    let ChapterLocation { name, geo, osm } = location;
    ChapterPlace { name, geo, osm }
}

/// Whole seconds as whole numbers, as front ends know them.
pub(super) fn seconds(ms: i64) -> Number {
    let whole = Number::from(ms / 1000);
    if ms % 1000 == 0 { whole } else { Number::from_f64(ms as f64 / 1000.0).unwrap_or(whole) }
}

#[cfg(test)]
mod tests {
    use super::{ChapterLocation, MarkView, chapter};
    use hearthcast_model::Chapter;
    use serde_json::json;

    #[test]
    fn a_place_is_told_as_the_format_has_it() {
        // jsonChapters.md of the podcast namespace, version 1.2, "More complex example".
        let location = ChapterLocation {
            name: "Eiffel Tower, Paris".into(),
            geo: "geo:42.3417649,-70.9661596".into(),
            osm: String::new(),
        };
        let silent = Chapter {
            start_ms: 4_826_000,
            end_ms: None,
            title: "Paris".into(),
            url: String::new(),
            hidden: true,
            picture: None,
            location: Some(location),
        };
        let mark = MarkView { chapter: silent, picture: Some("https://example.com/images/parisfrance.jpg".into()) };
        let place = json!({"name": "Eiffel Tower, Paris", "geo": "geo:42.3417649,-70.9661596"});
        let expected = json!({"startTime": 4826, "title": "Paris", "img": "https://example.com/images/parisfrance.jpg",
            "toc": false, "location": place});
        assert_eq!(serde_json::to_value(chapter(&mark)).unwrap(), expected);
    }
}
