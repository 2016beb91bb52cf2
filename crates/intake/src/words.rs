//! What is said in words: notes, and what stands beside them. Of an item a description of its own is kept as the summary; what says
//! something else and has no field is told.
//!
//! Many hosts say the same three times, as HTML, as text, and cut off: that is nothing else.

use crate::node::Node;
use crate::notes::notes;
use crate::space::Space;
use crate::tag::Reading;
use hearthcast_model::episode::MAX_SUMMARY_BYTES;
use hearthcast_model::{Episode, Notes};
use hearthcast_text::{chars, plain, plain_of};
use std::borrow::Cow;

/// Where words stand.
type Places = [(Space, &'static str)];

/// Longest text that is read as Markdown to see whether it is the notes with their marks.
const MAX_MARKDOWN_BYTES: usize = 100_000;
/// What a picture in HTML begins with.
const PICTURE: &str = "<img ";

/// What an item says: its notes, the fullest of all; its summary; and what is told of the rest.
pub(crate) fn of_item(node: &Node, episode: &mut Episode, reading: &mut Reading) {
    let places = [
        (Space::Content, "encoded"),
        (Space::Rss, "description"),
        (Space::Itunes, "summary"),
        (Space::Google, "description"),
        (Space::Itunes, "subtitle"),
    ];
    let long = first_of(node, &places).unwrap_or_default();
    episode.notes = notes(&long, reading);
    let mut said = said_by(&episode.title, &episode.notes);
    let beside = [(Space::Rss, "description"), (Space::Itunes, "summary")];
    let short = first_of(node, &[(Space::Content, "encoded")]).and_then(|_| first_of(node, &beside));
    if let Some(short) = short.filter(|short| short.trim() != long.trim() && !is_said(short, &said)) {
        let text = plain_of(&notes(&short, reading).safe);
        said.push(bare(&text));
        episode.summary = summary(&text, reading);
    }
    let left = |reading: &mut Reading, name: &str, why: &str| {
        let told = format!("Left out: itunes:{name} of episodes, {why}.");
        reading.repairs.once_for("tag_left_out", &format!("item {name}"), told);
    };
    for (name, why) in [
        ("summary", "where it says something else than the notes and the description"),
        ("subtitle", "where it says something else than title and notes: apps do not show it any more"),
    ] {
        if first_of(node, &[(Space::Itunes, name)]).is_some_and(|text| !is_said(&text, &said)) {
            left(reading, name, why);
        }
    }
    if node.text_of(Space::Itunes, "keywords").is_some() {
        left(reading, "keywords", "which apps do not read any more");
    }
    if let Some(author) = node.text_of(Space::Itunes, "author") {
        reading.heard_author(author);
    }
}

/// What the show is about. A feed without a description says its title there, because RSS asks for one. What the channel says
/// besides is told.
pub(crate) fn of_show(node: &Node, title: &str, reading: &mut Reading) -> Notes {
    let places = [
        (Space::Rss, "description"),
        (Space::Content, "encoded"),
        (Space::Itunes, "summary"),
        (Space::Google, "description"),
    ];
    let found = places.iter().filter_map(|(space, name)| node.first(*space, name)).map(Node::inner_html);
    let says_more = |html: &Cow<'_, str>| !html.trim().is_empty() && html.trim() != title;
    let description = notes(found.into_iter().find(says_more).as_deref().unwrap_or_default(), reading);
    let said = said_by(title, &description);
    for (space, name, written) in
        [(Space::Content, "encoded", "content:encoded"), (Space::Itunes, "summary", "itunes:summary")]
    {
        if first_of(node, &[(space, name)]).is_some_and(|text| !is_said(&text, &said)) {
            let told = format!("Left out: {written} of the show, which says something else than its description.");
            reading.repairs.once_for("tag_left_out", &format!("show {name}"), told);
        }
    }
    if node.text_of(Space::Itunes, "keywords").is_some() {
        let told = "Left out: itunes:keywords of the show, which apps do not read any more.";
        reading.repairs.once_for("tag_left_out", "show keywords", told);
    }
    description
}

/// Tells authors of episodes who are not the show's. Its own tag may stand behind the episodes.
pub(crate) fn other_authors(author: &str, reading: &mut Reading) {
    if reading.authors.iter().any(|other| other != author) {
        let told = "Left out: itunes:author of episodes, where it is another than the show's: people of an episode are \
                    podcast:person.";
        reading.repairs.once_for("tag_left_out", "item author", told);
    }
}

/// The first of these places that says something.
fn first_of<'a>(node: &'a Node, places: &Places) -> Option<Cow<'a, str>> {
    let found = places.iter().filter_map(|(space, name)| node.first(*space, name)).map(Node::inner_html);
    found.into_iter().find(|html| !html.trim().is_empty())
}

fn summary(text: &str, reading: &mut Reading) -> String {
    let cut = chars::cut(text, MAX_SUMMARY_BYTES).trim_end();
    if cut.len() < text.len() {
        reading.repairs.tell("text_cut", "Its summary is longer than 4,000 bytes; it was cut.");
    }
    cut.to_string()
}

/// Whether one of these texts begins with it, be it text, HTML, or Markdown with its marks.
fn is_said(found: &str, said: &[String]) -> bool {
    let found = chars::cut(found, hearthcast_text::MAX_HTML_BYTES);
    let begins = |words: &str| said.iter().any(|all| all.starts_with(words));
    let as_markdown = || {
        let read = (found.len() <= MAX_MARKDOWN_BYTES).then(|| hearthcast_text::notes(found).ok()).flatten();
        read.is_some_and(|read| begins(&words_of_html(&read.safe.html)))
    };
    begins(&bare(found)) || begins(&words_of_html(found)) || as_markdown()
}

/// What a title and notes say; these with what their pictures show, and without: not every text beside them has it.
fn said_by(title: &str, notes: &Notes) -> Vec<String> {
    let bare_source = notes.source.contains(PICTURE).then(|| words_of_html(&notes.source));
    [bare(title), bare(&plain_of(&notes.safe))].into_iter().chain(bare_source).collect()
}

/// The words of HTML, without what its pictures show.
fn words_of_html(html: &str) -> String {
    let mut pieces = html.split(PICTURE);
    let mut words = pieces.next().unwrap_or_default().to_string();
    for piece in pieces {
        words += piece.split_once('>').map_or("", |(_, rest)| rest);
    }
    bare(&plain(&words))
}

/// A text without what is set otherwise from host to host: white space, and punctuation with the marks of lists and cuts.
fn bare(text: &str) -> String {
    let is_set = |c: char| c.is_whitespace() || c.is_ascii_punctuation() || "…•·–—‘’“”".contains(c);
    text.chars().filter(|c| !is_set(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_only_set_otherwise_or_cut_off_says_nothing_else() {
        let said = [bare("Fog & ships — and more. 1 < 2")];
        for same in [
            "Fog & ships - and  more. 1 < 2",
            "<p>Fog &amp; <b>ships</b></p>",
            "**Fog** & [ships](https://ports.example/s)",
            "Fog & ships […]",
            "Fog & shi...",
            "<img src=\"https://ports.example/p.png\" alt=\"A pier\">Fog",
            " \n",
        ] {
            assert!(is_said(same, &said), "{same}");
        }
        for other in ["Ships & fog", "Fog & ships — and more. 1 < 2. And 3", "🌊", "<p>more</p>"] {
            assert!(!is_said(other, &said), "{other}");
        }
    }
}
