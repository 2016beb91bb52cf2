//! `/openapi.json`: the API described for programs, from the types and functions that answer.

use super::shape::Included;
use utoipa::{IntoParams, OpenApi};

/// The description; `base_url` is where listeners find this server.
pub(super) fn document(base_url: &str) -> Vec<u8> {
    let mut document = Described::openapi();
    document.servers = Some(vec![utoipa::openapi::Server::new(if base_url.is_empty() { "/" } else { base_url })]);
    serde_json::to_vec_pretty(&document).expect("the description is text and finite numbers")
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hearthcast",
        version = "1",
        description = "The public JSON:API of a Hearthcast server, in the shapes of spodcat 0.11.0. Read only."
    ),
    paths(
        super::podcasts::list,
        super::podcasts::one,
        super::episodes::list,
        super::episodes::one,
        super::chapters::list,
        super::categories::list,
        super::categories::one
    ),
    components(schemas(Included<'static>))
)]
struct Described;

/// Parameters of `/podcasts/<slug>/`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the description only")]
pub(super) struct OnePodcast {
    /// Any of `categories`, `contents`, `links`, `seasons`, with commas.
    include: Option<String>,
    /// Wanted fields of shows, with commas; the same for every other kind.
    #[param(rename = "fields[podcast]")]
    fields: Option<String>,
}

/// Parameters of `/podcasts/`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the description only")]
pub(super) struct ListOfPodcasts {
    /// Any of `categories`, `contents`, `links`, `seasons`, with commas.
    include: Option<String>,
    /// Wanted fields of shows, with commas; the same for every other kind.
    #[param(rename = "fields[podcast]")]
    fields: Option<String>,
    /// Any of `name`, `slug`, `language`, with commas; `-` before a field reverses it.
    sort: Option<String>,
    /// Which page, from 1.
    #[param(rename = "page[number]")]
    page_number: Option<u32>,
    /// Shows on a page, at most 100; without it all are answered.
    #[param(rename = "page[size]")]
    page_size: Option<u32>,
}

/// Parameters of `/episodes/<id>/`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the description only")]
pub(super) struct OneEpisode {
    /// Any of `comments`, `podcast`, `podcast.categories`, `podcast.contents`, `podcast.links`, `podcast.seasons`,
    /// `season`, `songs`, `songs.artists`, `videos`, with commas; `season` without it.
    include: Option<String>,
    /// Wanted fields of episodes, with commas; the same for every other kind.
    #[param(rename = "fields[episode]")]
    fields: Option<String>,
}

/// Parameters of `/episodes/`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the description only")]
pub(super) struct ListOfEpisodes {
    /// Ids, with commas.
    #[param(rename = "filter[id]")]
    id: Option<String>,
    /// Name of a show in addresses.
    #[param(rename = "filter[podcast]")]
    podcast: Option<String>,
    /// Id of an episode or its name in addresses; answers everything about it.
    #[param(rename = "filter[episode]")]
    episode: Option<String>,
    /// Words that must all be found in name, notes, chapters or season.
    #[param(rename = "filter[freetext]")]
    freetext: Option<String>,
    /// As for one episode; only `season` has an effect, unless `filter[episode]` is given.
    include: Option<String>,
    /// Wanted fields of episodes, with commas; the same for every other kind.
    #[param(rename = "fields[episode]")]
    fields: Option<String>,
    /// Any of `published`, `created`, `number`, `name`, `slug`, `duration-seconds`, with commas; `-` before a field
    /// reverses it.
    sort: Option<String>,
    /// Which page, from 1.
    #[param(rename = "page[number]")]
    page_number: Option<u32>,
    /// Episodes on a page, at most 100; without it all are answered.
    #[param(rename = "page[size]")]
    page_size: Option<u32>,
}

/// Parameters of `/categories/`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the description only")]
pub(super) struct ListOfCategories {
    /// Either of `cat`, `sub`; `-` before a field reverses it.
    sort: Option<String>,
    /// Which page, from 1.
    #[param(rename = "page[number]")]
    page_number: Option<u32>,
    /// Categories on a page, at most 100; without it all are answered.
    #[param(rename = "page[size]")]
    page_size: Option<u32>,
}
