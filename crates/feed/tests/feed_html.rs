//! Which HTML of the notes a feed has, as the show says. libxml2 reads it.

#![expect(clippy::unwrap_used, reason = "a part of the scene that breaks is a failed test")]

mod scene;

use hearthcast_model::FeedHtml;
use scene::{Scene, xpath};

fn of(html: FeedHtml, path: &str) -> String {
    let mut scene = Scene::new();
    scene.show.feed_html = html;
    scene.show.notes_suffix = hearthcast_text::notes("> Give & take").unwrap();
    scene.episode("One").notes =
        hearthcast_text::notes("## Salt\n\nSee [the *map*](https://ports.example/?a=1&b=2), `ls`.\n\n1. quay").unwrap();
    xpath(&scene.render().unwrap(), path)
}

const DESCRIPTION: &str = "string(//item/description)";
const ENCODED: &str = "string(//item/*[name()='content:encoded'])";
const SUMMARY: &str = "string(//item/*[name()='itunes:summary'])";

#[test]
fn all_of_it_only_what_directories_name_or_none() {
    let map = "<a href=\"https://ports.example/?a=1&amp;b=2\">the <em>map</em></a>";
    let list = "<ol>\n<li>quay</li>\n</ol>";
    let full = format!(
        "<h2>Salt</h2>\n<p>See {map}, <code>ls</code>.</p>\n{list}\n<blockquote>\n<p>Give &amp; take</p>\n</blockquote>"
    );
    assert_eq!(of(FeedHtml::Full, DESCRIPTION), full);
    assert_eq!(of(FeedHtml::Full, ENCODED), full);
    let named = of(FeedHtml::Directories, DESCRIPTION);
    let lines: Vec<&str> = named.lines().filter(|line| !line.is_empty()).collect();
    let see = format!("<p>See {map}, ls.</p>");
    assert_eq!(
        lines,
        ["<p><strong>Salt</strong></p>", &see, "<ol>", "<li>quay</li>", "</ol>", "<p>Give &amp; take</p>"]
    );
    assert_eq!(of(FeedHtml::Directories, ENCODED), named);
    let words = "Salt\n\nSee the map (https://ports.example/?a=1&b=2), ls.\n\n- quay\n\nGive & take";
    assert_eq!(of(FeedHtml::Plain, DESCRIPTION), words);
    assert_eq!(of(FeedHtml::Plain, "count(//*[name()='content:encoded'])"), "0");
    for html in [FeedHtml::Full, FeedHtml::Directories, FeedHtml::Plain] {
        assert_eq!(
            of(html, SUMMARY),
            "Salt\n\nSee the map, ls.\n\n- quay\n\nGive & take",
            "the summary is always text"
        );
    }
}

#[test]
fn a_summary_of_its_own_stands_beside_the_notes() {
    let with = |html: FeedHtml, notes: &str, path: &str| {
        let mut scene = Scene::new();
        scene.show.feed_html = html;
        let episode = scene.episode("One");
        episode.notes = hearthcast_text::notes(notes).unwrap();
        episode.summary = " Salt & <water>\n\nIn short. ".into();
        xpath(&scene.render().unwrap(), path)
    };
    let words = "Salt & <water>\n\nIn short.";
    // Where apps are given HTML, they read the description as such.
    let in_html = "<p>Salt &amp; &lt;water&gt;</p><p>In short.</p>";
    for html in [FeedHtml::Full, FeedHtml::Directories] {
        assert_eq!(with(html, "The *quay*.", DESCRIPTION), in_html);
        assert_eq!(with(html, "The *quay*.", ENCODED).trim(), "<p>The <em>quay</em>.</p>");
        assert_eq!(with(html, "The *quay*.", SUMMARY), words);
    }
    // Without HTML nothing but the description has room for the notes.
    assert_eq!(with(FeedHtml::Plain, "The *quay*.", DESCRIPTION), "The quay.");
    assert_eq!(with(FeedHtml::Plain, "The *quay*.", SUMMARY), words);
    for (html, description) in [(FeedHtml::Full, in_html), (FeedHtml::Directories, in_html), (FeedHtml::Plain, words)] {
        assert_eq!(with(html, "", DESCRIPTION), description);
        assert_eq!(with(html, "", SUMMARY), words);
        assert_eq!(with(html, "", "count(//*[name()='content:encoded'])"), "0");
    }
}
