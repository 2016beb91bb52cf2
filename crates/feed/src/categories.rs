//! Apple's podcast categories: 19 with 91 below them.

use crate::FeedError;
use hearthcast_model::show::Category;

/// All categories with their subcategories, as Apple writes them.
pub const ALL: [(&str, &[&str]); 19] = [
    ("Arts", &["Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"]),
    ("Business", &["Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"]),
    ("Comedy", &["Comedy Interviews", "Improv", "Stand-Up"]),
    ("Education", &["Courses", "How To", "Language Learning", "Self-Improvement"]),
    ("Fiction", &["Comedy Fiction", "Drama", "Science Fiction"]),
    ("Government", &[]),
    ("History", &[]),
    ("Health & Fitness", &["Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality"]),
    ("Kids & Family", &["Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"]),
    (
        "Leisure",
        &["Animation & Manga", "Automotive", "Aviation", "Crafts", "Games", "Hobbies", "Home & Garden", "Video Games"],
    ),
    ("Music", &["Music Commentary", "Music History", "Music Interviews"]),
    (
        "News",
        &[
            "Business News",
            "Daily News",
            "Entertainment News",
            "News Commentary",
            "Politics",
            "Sports News",
            "Tech News",
        ],
    ),
    (
        "Religion & Spirituality",
        &["Buddhism", "Christianity", "Hinduism", "Islam", "Judaism", "Religion", "Spirituality"],
    ),
    (
        "Science",
        &[
            "Astronomy",
            "Chemistry",
            "Earth Sciences",
            "Life Sciences",
            "Mathematics",
            "Natural Sciences",
            "Nature",
            "Physics",
            "Social Sciences",
        ],
    ),
    ("Society & Culture", &["Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"]),
    (
        "Sports",
        &[
            "Baseball",
            "Basketball",
            "Cricket",
            "Fantasy Sports",
            "Football",
            "Golf",
            "Hockey",
            "Rugby",
            "Running",
            "Soccer",
            "Swimming",
            "Tennis",
            "Volleyball",
            "Wilderness",
            "Wrestling",
        ],
    ),
    ("Technology", &[]),
    ("True Crime", &[]),
    ("TV & Film", &["After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"]),
];

/// Whether a category stands on the list, letter for letter.
pub fn is_known(category: &Category) -> bool {
    let subs = ALL.iter().find(|(name, _)| *name == category.name).map(|(_, subs)| subs);
    subs.is_some_and(|subs| category.sub.as_deref().is_none_or(|sub| subs.contains(&sub)))
}

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
    fn there_are_110_names() {
        // The count Apple and the W3C validator give: 19 categories of 110 in all.
        let subs: usize = ALL.iter().map(|(_, subs)| subs.len()).sum();
        assert_eq!((ALL.len(), ALL.len() + subs), (19, 110));
    }

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
