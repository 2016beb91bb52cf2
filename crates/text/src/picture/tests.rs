//! Which pictures of notes stay, and where they are found.

use super::*;
use crate::html_notes;
use crate::sanitize::{clean_html, clean_html_with};

fn file(of: &str) -> Attachment {
    Attachment { hash: Sha256::of(of.as_bytes()), name: of.into(), ext: "png".into() }
}

#[test]
fn a_picture_keeps_what_it_is_and_nothing_else() {
    for (html, expected) in [
        (
            "<IMG height=20 alt='a \"b\"' src=https://a.example/p.png width=10 class=x>",
            "<img src=\"https://a.example/p.png\" alt=\"a &quot;b&quot;\" width=\"10\" height=\"20\">",
        ),
        ("<img src='https://a.example/?a=1&amp;b=<2>'>", "<img src=\"https://a.example/?a=1&amp;b=&lt;2&gt;\">"),
        ("<img src='https://a.example/p.png' width='50%' height='20000'>", "<img src=\"https://a.example/p.png\">"),
        (
            "<img src='https://a.example/p.png' width='40px' height='-3'>",
            "<img src=\"https://a.example/p.png\" width=\"40\">",
        ),
        // Without TLS, in somebody's own network, or nowhere: what it shows, in words.
        ("<img src='http://a.example/p.png' alt='The quay'>", "The quay"),
        (
            "<img src='https://192.168.1.1/p.png' alt=a><img src='https://[::1]/p.png' alt=b><img src='https://nas/p.png' alt=c>",
            "abc",
        ),
        ("<img src='https://printer.local/p.png' alt=a><img src='https://u:p@a.example/p.png' alt=b>", "ab"),
        (
            "<img src='/p.png' alt=a><img src='data:image/png;base64,AA==' alt=b><img alt=c><img src='ftp://a.example/x' alt=d>",
            "abcd",
        ),
        ("<img src='media:abc' alt=a>", "a"),
        // Pictures that only count who reads.
        ("<img src='https://a.example/p.gif' width=1 height=1 alt=a>", ""),
        ("<img src='https://a.example/p.gif' width=0><img src='https://a.example/p.gif' height='1px'>", ""),
    ] {
        assert_eq!(clean_html(html).html, expected, "{html}");
    }
}

#[test]
fn what_was_brought_stands_in_the_place_of_what_was_named() {
    let held = [
        NotesPicture { address: "http://a.example/p.png?a=1&b=2".into(), file: Some(file("p")) },
        NotesPicture { address: "/q.png".into(), file: Some(file("q")) },
        NotesPicture { address: "https://a.example/counts.gif".into(), file: None },
    ];
    let html = "<img src='http://a.example/p.png?a=1&amp;b=2' alt=p><img src=' /q.png '><img src='https://a.example/counts.gif' alt=no><img src='https://a.example/other.png'>";
    let clean = clean_html_with(html, &held).html;
    let (p, q) = (&file("p").hash, &file("q").hash);
    assert_eq!(
        clean,
        format!("<img src=\"media:{p}\" alt=\"p\"><img src=\"media:{q}\"><img src=\"https://a.example/other.png\">")
    );
    assert_eq!(clean_html(&clean).html, clean, "a server that does not know the addresses leaves them");
    let address = |file: &Attachment| (file.name == "p").then(|| "https://pods.example/p?x=1&y=\"".to_string());
    assert_eq!(
        with_addresses(&clean, &held, true, address),
        "<img src=\"https://pods.example/p?x=1&amp;y=&quot;\" alt=\"p\"><img src=\"https://a.example/other.png\">"
    );
    assert_eq!(
        with_addresses(&clean, &held, false, address),
        "<img src=\"https://pods.example/p?x=1&amp;y=&quot;\" alt=\"p\">",
    );
    let there =
        |file: &Attachment| Some(format!("https://pods.example/images/{}/{}.png", file.hash.short(), file.name));
    assert_eq!(without_addresses(&with_addresses(&clean, &held, true, there), &held), clean, "there and back");
    assert_eq!(with_addresses(&clean, &[], false, address), "p", "of an unknown file the words stay");
    assert!(matches!(with_addresses("<p>a</p>", &held, true, address), Cow::Borrowed(_)));
}

#[test]
fn every_picture_is_named_whatever_becomes_of_it() {
    let html = "<p><img src='http://a.example/p.png?a&amp;b' alt='x &amp; y'></p><image src=//a.example/q.png><img alt=none>\
                <img src='javascript:x'><img src='https://a.example/1.gif' width=1>&lt;img src=no&gt;";
    let named = |address: &str, alt: Option<&str>, is_point: bool| Named {
        address: address.into(),
        alt: alt.map(str::to_string),
        is_point,
    };
    let wanted = [
        named("http://a.example/p.png?a&b", Some("x & y"), false),
        named("//a.example/q.png", None, false),
        named("https://a.example/1.gif", None, true),
    ];
    assert_eq!(pictures_named(&html_notes(html).unwrap()), wanted);
    let typed = crate::notes("![Fog](https://a.example/f.png) <img src='x.png'>").unwrap();
    let wanted = [named("https://a.example/f.png", Some("Fog"), false), named("x.png", None, false)];
    assert_eq!(pictures_named(&typed), wanted);
    assert_eq!(pictures_named(&html_notes("<p>1 < 2</p>").unwrap()), []);
}
