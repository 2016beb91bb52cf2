//! Feeds made to break a reader: refused within limits, or read with nothing of what they wanted.

use crate::scene::{feed, read};
use hearthcast_intake::IntakeError;

#[test]
fn nothing_that_a_document_declares_is_expanded() {
    let mut bomb = String::from("<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY lol0 \"lol\">");
    for n in 1..10 {
        bomb += &format!("<!ENTITY lol{n} \"{}\">", format!("&lol{};", n - 1).repeat(10));
    }
    bomb += "<!ENTITY file SYSTEM \"file:///etc/passwd\"><!ENTITY % web SYSTEM \"http://127.0.0.1:9/x.dtd\">%web;]>";
    let rss = feed("<description>&lol9;&file;</description>");
    let found = read((bomb + rss.split_once("?>").unwrap().1).as_bytes()).unwrap();
    assert_eq!(found.show.description.source, "<p>&amp;lol9;&amp;file;</p>");
}

#[test]
fn endless_nesting_is_refused() {
    for deep in ["<a>".repeat(200_000), format!("{}x{}", "<a>".repeat(200_000), "</a>".repeat(200_000))] {
        let error = read(feed(&format!("<item>{deep}</item>")).as_bytes()).unwrap_err();
        assert_eq!(error, IntakeError::TooMuch { what: "levels of tags inside each other", limit: 64 });
    }
    let deep = "<rss>".repeat(200_000);
    assert!(read(deep.as_bytes()).is_err());
}

#[test]
fn endless_attributes_tags_and_episodes_are_refused() {
    let attributes: String = (0..1_000_000).map(|n| format!(" a{n}=\"\"")).collect();
    let error = read(feed(&format!("<item{attributes}/>")).as_bytes()).unwrap_err();
    assert_eq!(error, IntakeError::TooMuch { what: "attributes in one tag", limit: 256 });
    let prefixes: String = (0..1_000_000).map(|n| format!(" xmlns:a{n}=\"u\"")).collect();
    assert!(matches!(read(format!("<rss{prefixes}/>").as_bytes()), Err(IntakeError::TooMuch { .. })));
    let tags = "<podcast:person>a</podcast:person>".repeat(300_000);
    let error = read(feed(&format!("<item>{tags}</item>")).as_bytes()).unwrap_err();
    assert_eq!(error, IntakeError::TooMuch { what: "tags in one episode", limit: 200_000 });
    let error = read(feed(&tags).as_bytes()).unwrap_err();
    assert_eq!(error, IntakeError::TooMuch { what: "tags about the show", limit: 200_000 });
    let error = read(feed(&"<item/>".repeat(50_001)).as_bytes()).unwrap_err();
    assert_eq!(error, IntakeError::TooMuch { what: "episodes", limit: 50_000 });
}

#[test]
fn sixty_four_mebibytes_are_the_most() {
    let most = 64 * 1024 * 1024;
    assert_eq!(read(&vec![b' '; most + 1]).unwrap_err(), IntakeError::TooMuch { what: "bytes", limit: most });
    let room = most - feed("<copyright></copyright>").len();
    let found = read(feed(&format!("<copyright>{}</copyright>", "x".repeat(room))).as_bytes()).unwrap();
    assert_eq!(found.show.copyright.len(), room);
}

#[test]
fn ampersands_and_brackets_without_end_are_text() {
    let signs = "&".repeat(1_000_000);
    let found = read(feed(&format!("<copyright>{signs}</copyright>")).as_bytes()).unwrap();
    assert_eq!(found.show.copyright, signs);
    let end = "]]&gt;".repeat(10);
    let found = read(feed(&format!("<copyright>{end}</copyright>")).as_bytes()).unwrap();
    assert_eq!(found.show.copyright, "]]>".repeat(10));
    assert!(matches!(read(feed("<copyright><![CDATA[x</copyright>").as_bytes()), Err(IntakeError::Broken { .. })));
}

#[test]
fn repairs_have_an_end() {
    let many: String = (0..30_000).map(|n| format!("<item><title>{n}</title></item>")).collect();
    assert_eq!(read(feed(&many).as_bytes()).unwrap().repairs.len(), 20_000);
}
