//! What a file of JSON chapters says and no chapter here keeps: that a route leads from place to place (`waypoints`), words about the
//! episode and the show, places that apps cannot read, members that are not of the format. Named, so that nothing of it is lost
//! without a word.

use super::location::{self, Members as PlaceMembers};
use super::shown;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// Members of the file that say nothing more, or are read.
const READ_OF_FILE: [&str; 2] = ["version", "chapters"];
/// Members of a chapter that are read.
const READ_OF_CHAPTER: [&str; 6] = ["startTime", "endTime", "title", "url", "toc", "img"];
/// The member of a chapter that is read member by member.
const LOCATION: &str = "location";
/// Most names in a sentence.
const MOST_NAMES: usize = 10;

/// What a chapters file says and nothing keeps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Members of chapters, and how many chapters have each.
    pub of_chapters: BTreeMap<String, usize>,
    /// Members of the file itself with their words, as far as they are words.
    pub of_file: BTreeMap<String, String>,
}

impl LeftOut {
    /// The names as a list for a sentence: `2 × location, author`. Words that are known from elsewhere are no loss.
    pub fn named(&self, known: &[&str]) -> String {
        let chapters = self.of_chapters.iter().map(|(name, count)| format!("{count} × {}", shown(name)));
        let new = self.of_file.iter().filter(|(_, words)| words.is_empty() || !known.contains(&words.as_str()));
        let mut names = chapters.chain(new.map(|(name, _)| shown(name)));
        let first = names.by_ref().take(MOST_NAMES).collect::<Vec<_>>().join(", ");
        if names.next().is_some() { format!("{first}, …") } else { first }
    }
}

type Members = BTreeMap<String, Option<Member>>;

/// The value of a member, as far as it matters here.
#[derive(Deserialize)]
#[serde(untagged)]
enum Member {
    Words(String),
    Flag(bool),
    Place(PlaceMembers),
    Other(IgnoredAny),
}

#[derive(Deserialize)]
struct Listed {
    chapters: Vec<Members>,
}

/// What is left out of a text that was read as chapters before.
pub(super) fn of(text: &str) -> LeftOut {
    let file: Members = serde_json::from_str(text).unwrap_or_default();
    let listed: Option<Listed> = serde_json::from_str(text).ok();
    let mut left_out = LeftOut { of_file: saying(file, &READ_OF_FILE).collect(), ..LeftOut::default() };
    for chapter in listed.into_iter().flat_map(|listed| listed.chapters) {
        for name in of_chapter(chapter) {
            *left_out.of_chapters.entry(name).or_default() += 1;
        }
    }
    left_out
}

/// What is left out of a chapter; of its place by both names: `location.country`.
fn of_chapter(mut chapter: Members) -> Vec<String> {
    let of_place: Vec<String> = match chapter.remove(LOCATION) {
        Some(Some(Member::Place(place))) => {
            location::left_out(place).map(|name| format!("{LOCATION}.{name}")).collect()
        }
        Some(other) => {
            chapter.insert(LOCATION.into(), other);
            vec![]
        }
        None => vec![],
    };
    saying(chapter, &READ_OF_CHAPTER).map(|(name, _)| name).chain(of_place).collect()
}

/// Members that are not read and say something: neither null, empty nor false.
fn saying(members: Members, read: &[&str]) -> impl Iterator<Item = (String, String)> {
    let unread = members.into_iter().filter(move |(name, _)| !read.contains(&name.as_str()));
    unread.filter_map(|(name, member)| {
        let words = match member? {
            Member::Words(words) => Some(words.trim().to_string()).filter(|words| !words.is_empty()),
            Member::Flag(says) => says.then(String::new),
            Member::Place(_) | Member::Other(IgnoredAny) => Some(String::new()),
        };
        Some((name, words?))
    })
}

#[cfg(test)]
mod tests {
    use super::super::{LeftOut, left_out};

    /// jsonChapters.md of the podcast namespace, version 1.2, shortened: all members of the file, a place, and two that say more.
    const EXAMPLE: &str = r#"{"version":"1.2.0","author":"John Doe","title":"Episode 7 - Making Progress",
        "podcastName":"John's Awesome Podcast","description":"","fileName":null,"waypoints":true,"chapters":[
        {"startTime":0,"title":"Intro","endTime":1,"toc":false,"url":"https://example.com/","img":"https://example.com/1.jpg"},
        {"startTime":168,"location":{"name":"Eiffel Tower","geo":"geo:48.858093,2.294694","osm":"R10428"}},
        {"startTime":260,"location":{"name":"Here","geo":"1,2","osm":"","country":"PL"},"x-mood":"calm"},{"startTime":270,"location":null},
        {"startTime":280,"location":"Here"}]}"#;

    #[test]
    fn what_no_chapter_keeps_is_named() {
        let found = left_out(EXAMPLE.as_bytes());
        assert_eq!(
            found.named(&[]),
            "1 × location, 1 × location.country, 1 × location.geo, 1 × x-mood, author, podcastName, title, waypoints"
        );
        let known = ["Episode 7 - Making Progress", "John's Awesome Podcast", "John Doe", ""];
        let named = found.named(&known);
        let rest = "1 × location, 1 × location.country, 1 × location.geo, 1 × x-mood, waypoints";
        assert_eq!(named, rest, "the feed says the words already");
    }

    #[test]
    fn nothing_is_named_where_all_is_kept() {
        for text in [
            r#"{"version":"1.2.0","waypoints":false,"chapters":[{"startTime":0,"title":"Intro"}]}"#,
            r#"{"chapters":[{"startTime":0,"location":{"name":"Here","geo":"geo:1,2","osm":"N1"}}]}"#,
            "00:00 Intro",
            "{\"chapters\":",
            "",
        ] {
            assert_eq!(left_out(text.as_bytes()), LeftOut::default(), "{text}");
        }
    }

    #[test]
    fn names_of_others_are_cut() {
        let many: String = (0..1_000).map(|n| format!("\"{}{n}\":1,", "x".repeat(200))).collect();
        let named = left_out(format!("{{{many}\"chapters\":[]}}").as_bytes()).named(&[]);
        assert!(named.len() < 2_000, "it is for a sentence: {} bytes", named.len());
        assert!(named.ends_with(", …"), "that there are more is said: {named}");
    }
}
