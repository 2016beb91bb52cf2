//! Apple's podcast categories as people type them. The list itself is the model's.

use crate::FeedError;
use hearthcast_model::show::Category;

pub use hearthcast_model::category::{ALL, is_known};

/// Reads what a person types: `Technology, Arts/Books`. Small and capital letters are the same; an empty text is no
/// category at all.
pub fn parse(text: &str) -> Result<Vec<Category>, FeedError> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(parse_one).collect()
}

/// Writes a category as it is typed (`Arts/Books`).
pub fn written(category: &Category) -> String {
    match &category.sub {
        Some(sub) => format!("{}/{sub}", category.name),
        None => category.name.clone(),
    }
}

fn parse_one(text: &str) -> Result<Category, FeedError> {
    let (top, sub) = match text.split_once('/') {
        Some((top, sub)) => (top.trim(), Some(sub.trim())),
        None => (text, None),
    };
    let unknown = || FeedError::CategoryUnknown { name: text.to_string() };
    let (name, subs) = ALL.iter().find(|(name, _)| name.eq_ignore_ascii_case(top)).ok_or_else(unknown)?;
    let sub = match sub {
        Some(sub) => Some(subs.iter().find(|s| s.eq_ignore_ascii_case(sub)).ok_or_else(unknown)?.to_string()),
        None => None,
    };
    Ok(Category { name: name.to_string(), sub })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_categories_are_read() {
        let read = parse(" technology, Arts / books ,,Kids & Family/Stories for Kids").unwrap();
        let names: Vec<String> = read.iter().map(written).collect();
        assert_eq!(names, ["Technology", "Arts/Books", "Kids & Family/Stories for Kids"]);
        assert!(read.iter().all(is_known));
        assert_eq!(parse(" ").unwrap(), []);
    }

    #[test]
    fn unknown_categories_are_named() {
        for text in ["Podcasts", "Arts/Golf", "Technology/", "/", "Books"] {
            assert_eq!(parse(text), Err(FeedError::CategoryUnknown { name: text.into() }));
        }
        assert!(!is_known(&Category { name: "arts".into(), sub: None }), "the feed needs Apple's letters");
    }
}
