//! Clean HTML as Markdown, beside what was recorded and read back.

use super::*;
use crate::{clean_html, notes};

fn markdown(html: &str) -> String {
    as_markdown(&clean_html(html))
}

#[test]
fn recorded_descriptions_come_out_as_they_were_typed() {
    // Recorded from spodcat 0.11.0, HTML and Markdown side by side.
    let html = "<h1>About</h1>\n<p>A podcast about <em>radio</em> &amp; feeds.</p>\n\
                <p><a target=\"_blank\" href=\"https://example.org/\">site</a></p>";
    assert_eq!(markdown(html), "# About\n\nA podcast about *radio* & feeds.\n\n[site](https://example.org/)");
    let html = "<p>Notes for <strong>episode 1</strong>.</p>\n<p>A <a href=\"https://example.org/1\">link</a> and a \
                list:</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>";
    assert_eq!(
        markdown(html),
        "Notes for **episode 1**.\n\nA [link](https://example.org/1) and a list:\n\n- one\n- two"
    );
}

/// Markdown, read by the reader of the laptop (comrak), gives the HTML it was made from.
#[test]
fn markdown_means_what_the_html_meant() {
    for source in [
        "plain",
        "1\\. not a list, 2 * 3 \\* 4, snake_case, \\[no link\\], a < b & c > d, `co*de`, \\`",
        "# One\n\n## Two\n\ntext\n\n---\n\nmore",
        "- a\n- b\n  - c\n  - d\n- e\n\nend",
        "1. a\n2. b\n3. c",
        "> quote\n>\n> second *part*\n\nend",
        "a  \nb  \nc",
        "```\nfn x() {\n    *y*\n}\n```\n\nend",
        "**bold** and *it* and ***both*** [a *link*](https://a.example/?b=1&c=2) x![y](https://z.example/)",
        "[brackets](<https://a.example/(x)>) R&D AT&amp;T &copy; #hash \\# - dash",
        "see https://example.org/a_b?c=d&e=f and <https://example.org/>, a - b",
        "- loose\n\n- list\n\n  with two\n\nend",
        "\\# no heading\n\n\\- no item\n\n\\+ no item\n\n\\> no quote\n\nwow\\![link](https://a.example/)",
    ] {
        let first = notes(source).unwrap().safe;
        let again = notes(&as_markdown(&first)).unwrap().safe;
        assert_eq!(again.html, first.html, "{source:?} became {:?}", as_markdown(&first));
    }
}

#[test]
fn any_tag_in_any_order_is_survived() {
    for html in ["</ul></li></a></pre></code>x", "<li>a</li><blockquote><pre>x", "<a>b</a><ol><p>c", "", "<hr>"] {
        let _ = markdown(html);
    }
    assert_eq!(markdown("a<hr>b"), "a\n\n---\n\nb");
}

#[test]
fn a_picture_is_written_so_that_it_comes_out_again() {
    for html in [
        "<p>a <img src=\"https://a.example/p(1).png\" alt=\"Fog [no] * &amp; &lt;b&gt;\"> b</p>",
        "<p><a href=\"https://a.example/\"><img src=\"https://a.example/p.png\" alt=\"\"></a></p>",
    ] {
        assert_eq!(notes(&markdown(html)).unwrap().safe.html.trim_end(), html);
    }
    assert_eq!(markdown("<pre>a <img src=\"https://a.example/p.png\" alt=\"b\"></pre>"), "```\na b\n```");
}
