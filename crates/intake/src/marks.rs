//! Podlove Simple Chapters (<https://podlove.org/simple-chapters>), in a feed or in a file of their own.

use crate::feed::{ChapterImage, IntakeError};
use crate::node::Node;
use crate::space::Space;
use crate::tag::{Reading, Scheme, Tag};
use hearthcast_model::Chapter;
use hearthcast_text::chapters;

/// The chapters of an item, and where their pictures are.
pub(crate) fn of_item(item: &Node, reading: &mut Reading) -> (Vec<Chapter>, Vec<ChapterImage>) {
    // Further lists are ignored, as the format says.
    item.first(Space::Podlove, "chapters").map_or_else(Default::default, |list| of_list(list, reading))
}

/// Reads a file with Podlove Simple Chapters.
pub fn read_simple_chapters(text: &str) -> Result<Vec<Chapter>, IntakeError> {
    let mut reading = Reading::default();
    let root = crate::document::whole(text, &mut reading.repairs)?;
    let list = if root.is(Space::Podlove, "chapters") || root.name.eq_ignore_ascii_case("chapters") {
        Some(&root)
    } else {
        root.first(Space::Podlove, "chapters")
    };
    match list {
        Some(list) => Ok(of_list(list, &mut reading).0),
        None => Err(IntakeError::NoFeed("there are no chapters in it".into())),
    }
}

fn of_list(list: &Node, reading: &mut Reading) -> (Vec<Chapter>, Vec<ChapterImage>) {
    let (mut marks, mut images) = (vec![], vec![]);
    let found =
        list.children().filter(|node| node.name.eq_ignore_ascii_case("chapter")).take(chapters::MAX_CHAPTERS + 1);
    for (n, node) in found.enumerate() {
        if n == chapters::MAX_CHAPTERS {
            reading.left_out::<()>("chapters", "after the first 2,000");
            break;
        }
        if let Some((chapter, image)) = chapter(node, reading) {
            images.extend(image.map(|url| ChapterImage { start_ms: chapter.start_ms, url }));
            marks.push(chapter);
        }
    }
    // Stable: of two marks at one time the first stays the first.
    marks.sort_by_key(|chapter| chapter.start_ms);
    images.sort_by_key(|image| image.start_ms);
    (marks, images)
}

fn chapter(node: &Node, reading: &mut Reading) -> Option<(Chapter, Option<String>)> {
    let mut tag = Tag::new(node, "a chapter", reading);
    let Some(start_ms) = tag.time("start") else {
        return tag.left_out("does not say when it begins");
    };
    let title = tag.words("title", chapters::MAX_TITLE).split_whitespace().collect::<Vec<_>>().join(" ");
    let url = tag.web("href");
    let image = node.attribute("image").and_then(|image| reading.address(image, Scheme::Web, "a chapter's picture"));
    Some((Chapter { start_ms, end_ms: None, title, url, hidden: false, picture: None }, image))
}
