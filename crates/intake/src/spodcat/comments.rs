//! Comments as spodcat's API tells them. Taken is what a server here would take from a visitor: a name of one line and Markdown
//! without HTML, both bounded. The HTML that was made of it there is not looked at.

use super::{included, related};
use crate::feed::ReadComment;
use hearthcast_model::clock::parse_rfc3339;
use hearthcast_model::comment::{MAX_NAME_CHARS, MAX_TEXT_CHARS};
use hearthcast_text::{comment_line, comment_text};
use serde_json::Value;
use std::collections::HashSet;

/// Most comments that are taken about one episode or post.
const MOST: usize = 1_000;
/// Longest id of a comment; spodcat's are numbers.
const MOST_ID_BYTES: usize = 64;

/// What visitors wrote about one episode or post.
#[derive(Debug, Default)]
pub(super) struct Comments {
    /// In the site's order.
    pub(super) taken: Vec<ReadComment>,
    /// How many more the answer speaks of.
    pub(super) left_out: usize,
    /// How many of the taken ones were longer.
    pub(super) cut: usize,
}

impl Comments {
    /// Those of an answer about an episode or post.
    pub(super) fn of(answer: &Value, now_ms: i64) -> Self {
        let (mut comments, mut seen) = (Self::default(), HashSet::new());
        for told in included(answer, "comment").filter(|told| told["id"].as_str().is_none_or(|id| seen.insert(id))) {
            match comment(told, now_ms) {
                Some((comment, is_cut)) if comments.taken.len() < MOST => {
                    comments.taken.push(comment);
                    comments.cut += usize::from(is_cut);
                }
                _ => comments.left_out += 1,
            }
        }
        // Some may only be named.
        let named = related(&answer["data"], "comments").count();
        comments.left_out = comments.left_out.max(named.saturating_sub(comments.taken.len()));
        comments
    }
}

/// A comment that everybody could read there, and whether it was longer.
fn comment(told: &Value, now_ms: i64) -> Option<(ReadComment, bool)> {
    let said = &told["attributes"];
    let id = told["id"].as_str().filter(|id| !id.is_empty() && id.len() <= MOST_ID_BYTES)?;
    if said["is-approved"].as_bool() == Some(false) {
        return None;
    }
    let name: String = comment_line(said["name"].as_str()?).chars().take(MAX_NAME_CHARS).collect();
    let whole = comment_text(said["text"].as_str()?);
    let text: String = whole.chars().take(MAX_TEXT_CHARS).collect();
    let (is_cut, text) = (text.len() < whole.len(), text.trim_end().to_string());
    if name.is_empty() || text.is_empty() {
        return None;
    }
    let created_ms = said["created"].as_str().and_then(parse_rfc3339).unwrap_or(now_ms);
    Some((ReadComment { id: id.into(), name, text, created_ms }, is_cut))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW_MS: i64 = 1_795_154_400_000;

    fn told(id: Value, name: &str, text: &str) -> Value {
        json!({"type": "comment", "id": id, "attributes": {
            "is-approved": true, "name": name, "text": text, "text-html": "<script>x</script>", "created": "2026-10-30T08:00:00Z",
        }})
    }

    fn of(comments: &[Value]) -> Comments {
        Comments::of(&json!({"data": {"type": "episode"}, "included": comments}), NOW_MS)
    }

    #[test]
    fn hostile_comments_are_plain_and_bounded() {
        let long = "x".repeat(MAX_TEXT_CHARS + 1);
        let mut hidden = told(json!("8"), "Eve", "Not yet");
        hidden["attributes"]["is-approved"] = json!(false);
        let read = of(&[
            told(json!("1"), "<b>Ada</b>\n Lund", "One<script>alert(1)</script>\r\n<!-- two -->\u{0}"),
            told(json!("2"), &"n".repeat(80), &long),
            told(json!("2"), "Twice", "The same id"),
            told(json!("3"), "<i></i>", "No name"),
            told(json!("4"), "No text", "<p></p>"),
            told(json!("5".repeat(65)), "Ada", "An endless id"),
            told(json!(6), "Ada", "An id that is none"),
            json!({"type": "comment", "id": "7"}),
            hidden,
        ]);
        assert_eq!((read.taken.len(), read.left_out, read.cut), (2, 6, 1), "{:?}", read.taken);
        let [first, second] = &read.taken[..] else { panic!("two") };
        assert_eq!((first.name.as_str(), first.text.as_str()), ("Ada Lund", "Onealert(1)"));
        // 2026-10-30T08:00:00Z by GNU date.
        assert_eq!(first.created_ms, 1_793_347_200_000);
        assert_eq!((second.name.len(), second.text.len()), (MAX_NAME_CHARS, MAX_TEXT_CHARS));
    }

    #[test]
    fn a_thousand_are_taken_and_those_that_are_only_named_are_counted() {
        let many: Vec<Value> = (0..1_003).map(|n| told(json!(n.to_string()), "Ada", "Hi")).collect();
        let read = of(&many);
        assert_eq!((read.taken.len(), read.left_out), (MOST, 3));
        let named = json!([{"type": "comment", "id": "1"}, {"type": "comment", "id": "2"}]);
        let only_named = json!({"data": {"relationships": {"comments": {"data": named}}}, "included": [many[0]]});
        assert_eq!(Comments::of(&only_named, NOW_MS).left_out, 1);
        let undated = json!({"included": [{"type": "comment", "id": "1", "attributes": {"name": "Ada", "text": "Hi", "created": "soon"}}]});
        assert_eq!(Comments::of(&undated, NOW_MS).taken[0].created_ms, NOW_MS);
        assert_eq!(Comments::of(&json!([]), NOW_MS).taken, []);
    }
}
