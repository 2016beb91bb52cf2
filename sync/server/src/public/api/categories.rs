//! `/categories/`: Apple's categories under the numbers that spodcat gives them: their place in Apple's list.

use super::error::ApiError;
use super::query::{Known, Query};
use super::shape::{Category, CategoryAttributes, Identifier};
use super::shelf::{Asked, Shelf};
use super::writer::{Writer, paged, whole};
use hearthcast_feed::categories::ALL;

const KNOWN: Known = Known { filters: &[], sorts: &["cat", "sub"], includes: &[], pages: true };
const KNOWN_OF_ONE: Known = Known { filters: &[], sorts: &[], includes: &[], pages: false };
/// The kind's name.
pub(super) const KIND: &str = "category";

/// Every category with its subcategory, in Apple's order.
fn all() -> impl Iterator<Item = CategoryAttributes> {
    ALL.iter().flat_map(|(cat, subs)| {
        let whole = CategoryAttributes { cat, sub: None };
        std::iter::once(whole).chain(subs.iter().map(|sub| CategoryAttributes { cat, sub: Some(sub) }))
    })
}

/// The number of a category; `None` for one that Apple does not know.
pub(super) fn id_of(category: &hearthcast_model::show::Category) -> Option<usize> {
    let found = all().position(|known| known.cat == category.name && known.sub == category.sub.as_deref());
    found.map(|at| at + 1)
}

/// The category with a number.
pub(super) fn resource(id: usize) -> Option<Category> {
    let attributes = all().nth(id.checked_sub(1)?)?;
    Some(Category { kind: KIND, id: id.to_string(), attributes })
}

/// Names a category.
pub(super) fn identifier(id: usize) -> Identifier {
    Identifier { kind: KIND, id: id.to_string() }
}

/// All of Apple's categories.
#[utoipa::path(get, path = "/categories/", tag = "categories", params(super::openapi::ListOfCategories),
    responses((status = 200, body = super::shape::Answer<Vec<Category>>, content_type = "application/vnd.api+json"),
        (status = 400, body = super::error::ErrorDocument, content_type = "application/vnd.api+json"),
        (status = 404, body = super::error::ErrorDocument, content_type = "application/vnd.api+json",
            description = "No such page")))]
pub(super) fn list(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    let query = Query::read(asked.query, &KNOWN)?;
    let mut categories: Vec<Category> = (1..).map_while(resource).collect();
    for (field, down) in query.sort.iter().rev() {
        let key = |one: &Category| if field == "cat" { Some(one.attributes.cat) } else { one.attributes.sub };
        categories.sort_by(|a, b| if *down { key(b).cmp(&key(a)) } else { key(a).cmp(&key(b)) });
    }
    let writer = Writer::new(shelf, &query, &[]);
    paged(asked, &query, &categories, writer, |writer, one| writer.resource(one))
}

/// One category.
#[utoipa::path(get, path = "/categories/{id}/", tag = "categories", params(("id" = u32, Path, description = "Number")),
    responses((status = 200, body = super::shape::Answer<Category>, content_type = "application/vnd.api+json"),
        (status = 404, body = super::error::ErrorDocument, content_type = "application/vnd.api+json")))]
pub(super) fn one(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    let query = Query::read(asked.query, &KNOWN_OF_ONE)?;
    let found = asked.name.parse().ok().and_then(resource).ok_or(ApiError::NoMatch("Category"))?;
    let writer = Writer::new(shelf, &query, &[]);
    whole(writer, |writer| writer.resource(&found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_spodcat() {
        // Recorded: Arts/Books is 2, Technology is 103; its documentation counts 19 with 91 below.
        let category = |name: &str, sub: Option<&str>| hearthcast_model::show::Category {
            name: name.into(),
            sub: sub.map(str::to_string),
        };
        assert_eq!(id_of(&category("Arts", Some("Books"))), Some(2));
        assert_eq!(id_of(&category("Technology", None)), Some(103));
        assert_eq!(id_of(&category("Technology", Some("Books"))), None);
        assert_eq!((1..).map_while(resource).count(), 110);
        assert!(resource(0).is_none());
    }
}
