//! `/openapi.json`: the API described for programs, from the types and functions that answer.

use super::shape::Included;
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayItems, Schema};
use utoipa::{IntoParams, Modify, OpenApi, ToSchema};

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
        description = "The public JSON:API of a Hearthcast server, in the shapes of spodcat 0.11.0. Visitors may leave comments; all else is read only."
    ),
    paths(
        super::podcasts::list,
        super::podcasts::one,
        super::episodes::list,
        super::episodes::one,
        super::chapters::list,
        super::posts::list,
        super::posts::one,
        super::links::list,
        super::links::one,
        super::v1::episode,
        super::v1::player,
        super::v1::oembed,
        super::search::answer,
        super::transcript::written,
        super::root::collections,
        super::root::font_faces,
        super::pings::of_post,
        super::categories::list,
        super::categories::one,
        super::comments::list,
        super::comments::one,
        super::desk::comment,
        super::desk::challenge,
        super::desk::asked_before,
        super::desk::not_needed,
        super::pings::of_show,
        super::pings::of_episode
    ),
    components(schemas(Included<'static>)),
    modifiers(&SparseFields)
)]
struct Described;

/// `fields[…]` leaves out whatever was not asked for, and the members that hold nothing then (JSON:API 1.1 §7.2.2): no front end
/// can count on them being there.
struct SparseFields;

impl Modify for SparseFields {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let schemas = document.components.iter_mut().flat_map(|parts| &mut parts.schemas);
        for (name, schema) in schemas.filter(|(name, _)| !name.starts_with("New")) {
            let RefOr::T(schema) = schema else { continue };
            resources(schema);
            if let Schema::Object(object) = schema
                && ["Attributes", "Brief", "Relationships"].iter().any(|end| name.ends_with(end))
            {
                object.required.clear();
            }
        }
    }
}

/// Takes the members that may be missing out of the required ones of every resource in `schema`.
fn resources(schema: &mut Schema) {
    match schema {
        Schema::Object(object) => {
            if object.properties.contains_key("attributes") {
                object.required.retain(|member| !["attributes", "relationships"].contains(&member.as_str()));
            }
            object.properties.values_mut().filter_map(written_here).for_each(resources);
        }
        Schema::Array(list) => {
            if let ArrayItems::RefOrSchema(items) = &mut list.items {
                written_here(items).into_iter().for_each(resources);
            }
        }
        Schema::OneOf(either) => either.items.iter_mut().filter_map(written_here).for_each(resources),
        _ => {}
    }
}

/// A schema that is not named elsewhere.
fn written_here(schema: &mut RefOr<Schema>) -> Option<&mut Schema> {
    match schema {
        RefOr::T(schema) => Some(schema),
        RefOr::Ref(_) => None,
    }
}

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

/// Parameters of `/comments/`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the description only")]
pub(super) struct ListOfComments {
    /// Wanted fields of comments, with commas.
    #[param(rename = "fields[comment]")]
    fields: Option<String>,
    /// Any of `created`, `id`, `name`, with commas; `-` before a field reverses it.
    sort: Option<String>,
    /// Which page, from 1.
    #[param(rename = "page[number]")]
    page_number: Option<u32>,
    /// Comments on a page, at most 100; without it all are answered.
    #[param(rename = "page[size]")]
    page_size: Option<u32>,
}

/// Body of `POST /challenges/`.
#[derive(Serialize, ToSchema)]
pub(super) struct NewChallenge {
    data: NewChallengeData,
}

#[derive(Serialize, ToSchema)]
struct NewChallengeData {
    /// `challenge`.
    #[serde(rename = "type")]
    #[schema(pattern = "^challenge$")]
    kind: String,
    relationships: NewChallengeRelationships,
}

#[derive(Serialize, ToSchema)]
struct NewChallengeRelationships {
    /// The show whose visitor asks; its id is its slug.
    podcast: Related,
}

/// Body of `POST /comments/`.
#[derive(Serialize, ToSchema)]
pub(super) struct NewComment {
    data: NewCommentData,
}

#[derive(Serialize, ToSchema)]
struct NewCommentData {
    /// `comment`.
    #[serde(rename = "type")]
    #[schema(pattern = "^comment$")]
    kind: String,
    attributes: NewCommentAttributes,
    relationships: NewCommentRelationships,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
struct NewCommentAttributes {
    /// What the sum comes to.
    challenge_answer: i64,
    /// How the visitor wants to be called.
    #[schema(min_length = 1, max_length = 50)]
    name: String,
    /// Markdown; what looks like HTML is taken out.
    #[schema(min_length = 1, max_length = 10000)]
    text: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
struct NewCommentRelationships {
    /// The sum that was asked.
    challenge: Related,
    /// The episode or post it is about.
    podcast_content: Related,
}

/// Names a resource.
#[derive(Serialize, ToSchema)]
struct Related {
    data: RelatedIdentifier,
}

#[derive(Serialize, ToSchema)]
struct RelatedIdentifier {
    #[serde(rename = "type")]
    kind: String,
    id: String,
}

/// Parameters of `/posts/<id>/`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the description only")]
pub(super) struct OnePost {
    /// Any of `comments`, `podcast`, `podcast.categories`, `podcast.contents`, `podcast.links`, `podcast.seasons`, `videos`,
    /// with commas.
    include: Option<String>,
    /// Wanted fields of posts, with commas; the same for every other kind.
    #[param(rename = "fields[post]")]
    fields: Option<String>,
}

/// Parameters of `/posts/`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the description only")]
pub(super) struct ListOfPosts {
    /// Ids, with commas.
    #[param(rename = "filter[id]")]
    id: Option<String>,
    /// Name of a show in addresses.
    #[param(rename = "filter[podcast]")]
    podcast: Option<String>,
    /// Id of a post or its name in addresses; answers everything about it.
    #[param(rename = "filter[post]")]
    post: Option<String>,
    /// Words that must all be found in name or text.
    #[param(rename = "filter[freetext]")]
    freetext: Option<String>,
    /// As for one post; it has an effect where `filter[post]` is given.
    include: Option<String>,
    /// Wanted fields of posts, with commas; the same for every other kind.
    #[param(rename = "fields[post]")]
    fields: Option<String>,
    /// Any of `published`, `created`, `name`, `slug`, with commas; `-` before a field reverses it.
    sort: Option<String>,
    /// Which page, from 1.
    #[param(rename = "page[number]")]
    page_number: Option<u32>,
    /// Posts on a page, at most 100; without it all are answered.
    #[param(rename = "page[size]")]
    page_size: Option<u32>,
}

/// Parameters of `/podcast-links/`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the description only")]
pub(super) struct ListOfLinks {
    /// Ids, with commas.
    #[param(rename = "filter[id]")]
    id: Option<String>,
    /// Any of `label`, `theme`, `url`, with commas; `-` before a field reverses it.
    sort: Option<String>,
    /// Which page, from 1.
    #[param(rename = "page[number]")]
    page_number: Option<u32>,
    /// Links on a page, at most 100; without it all are answered.
    #[param(rename = "page[size]")]
    page_size: Option<u32>,
}
