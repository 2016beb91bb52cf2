//! The one sanitiser. What leaves it contains only tags that podcast apps render, and links to the open web.

use crate::chars::xml_only;
use crate::weight::is_heavy;
use ammonia::{Builder, UrlRelative};
use hearthcast_model::SafeHtml;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Version of the rules below. Grows with every change of them; HTML of another version is cleaned again.
pub const SANITIZER_VERSION: u32 = 1;

const TAGS: [&str; 19] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "u",
    "ul",
];
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];
/// A text that still changes after this many cleanings is shown as plain text.
const MAX_PASSES: usize = 4;

static RULES: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut rules = Builder::empty();
    rules
        .tags(HashSet::from(TAGS))
        .clean_content_tags(HashSet::from(["script", "style", "title", "template", "noscript", "iframe", "xmp"]))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .url_schemes(HashSet::from(SCHEMES))
        .url_relative(UrlRelative::Deny)
        .strip_comments(true)
        .link_rel(None);
    rules
});

/// Cleans HTML from anywhere. Cleaning the result again changes nothing.
///
/// HTML that would cost a parser much more than its length (see `weight`) is not parsed: it is shown as text.
pub fn clean_html(html: &str) -> SafeHtml {
    let html = stable(html).unwrap_or_else(|| as_text(html));
    SafeHtml { html, sanitizer_version: SANITIZER_VERSION }
}

/// Cleans until nothing changes any more: browsers parse the result once again, and must see what was checked here.
pub fn stable(html: &str) -> Option<String> {
    let mut text = xml_only(html).into_owned();
    for _ in 0..MAX_PASSES {
        if is_heavy(&text) {
            return None;
        }
        let next = once(&text);
        if next == text {
            return Some(text);
        }
        text = next;
    }
    None
}

/// One pass. Numeric references (`&#1;`, `&#13;`) become characters in it, so these are sorted out after it. The line
/// breaks after `<pre>` go because every parser drops the first of them, each time.
fn once(html: &str) -> String {
    let cleaned = RULES.clean(html).to_string().replace('\r', "\n");
    let mut parts = cleaned.split("<pre>");
    let mut out = xml_only(parts.next().unwrap_or_default()).into_owned();
    for part in parts {
        out.push_str("<pre>");
        out.push_str(&xml_only(part.trim_start_matches('\n')));
    }
    out
}

/// A text that is no HTML, written as HTML.
pub fn as_text(html: &str) -> String {
    let unix = xml_only(html).replace("\r\n", "\n").replace('\r', "\n");
    unix.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\u{A0}', "&nbsp;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn clean(html: &str) -> String {
        clean_html(html).html
    }

    /// Reads the result with plain string work, not with the parser that made it: every `<` must begin one of the
    /// allowed tags, written exactly so.
    fn assert_harmless(html: &str) {
        for (index, _) in html.match_indices('<') {
            let end = html[index..].find('>').expect("every tag is closed") + index;
            let tag = &html[index + 1..end];
            let name = tag.strip_prefix('/').unwrap_or(tag);
            let href = name.strip_prefix("a href=\"").and_then(|rest| rest.strip_suffix('"'));
            match href {
                Some(url) => assert!(
                    ["http:", "https:", "mailto:"].iter().any(|s| url.trim_start().to_ascii_lowercase().starts_with(s))
                        && !url.contains('"'),
                    "{tag} in {html}"
                ),
                None => assert!(TAGS.contains(&name), "<{tag}> in {html}"),
            }
        }
        assert!(html.chars().all(crate::chars::is_xml), "{html:?}");
    }

    #[test]
    fn known_attacks_do_nothing() {
        // OWASP's XSS filter evasion cheat sheet, one of each kind, and mutation attacks on other sanitisers.
        for attack in [
            "<SCRIPT SRC=https://xss.example/x.js></SCRIPT>",
            "<a href=\"jav&#x09;ascript:alert(1)\">x</a>",
            "<a href=\" &#14; javascript:alert(1)\">x</a>",
            "<a href='data:text/html,<script>1</script>'>x</a>",
            "<a href=//evil.example>x</a>",
            "<IMG SRC=x onerror=alert(1)>",
            "<b onmouseover=alert(1)>x</b>",
            "<<SCRIPT>alert(1);//\\<</SCRIPT>",
            "<svg/onload=alert(1)>",
            "<svg><style><!--</style><a title=\"--><img src=x onerror=alert(1)>\">",
            "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
            "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
            "<template><b>x</b></template><iframe srcdoc='<b>'></iframe><!-- x --><![CDATA[<b>x]]>",
            "<p style=\"background:url(javascript:1)\" class=x id=y>z</p>",
            "<a href=\"https://a.example/?q=<script>\" target=_blank rel=opener>x</a>",
        ] {
            let cleaned = clean(attack);
            assert_harmless(&cleaned);
            assert_eq!(clean(&cleaned), cleaned, "{attack}");
            assert!(!cleaned.contains("<script") && !cleaned.contains("alert(1)>"), "{cleaned}");
        }
    }

    #[test]
    fn good_html_stays_as_it_is() {
        for html in [
            "<p>a <b>b</b> <strong>c</strong> <i>d</i> <em>e</em> <u>f</u> <code>g</code><br>h</p>",
            "<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><hr><blockquote>e</blockquote>",
            "<ul><li>a</li></ul><ol><li>b</li></ol><pre>c\n\nd</pre>",
            "<a href=\"https://a.example/?b=1&amp;c=2\">x</a> <a href=\"mailto:me@a.example\">y</a>",
            "1 &lt; 2 &amp; 3 &gt; 2&nbsp;!",
        ] {
            assert_eq!(clean(html), html);
        }
    }

    #[test]
    fn words_in_unknown_tags_stay() {
        assert_eq!(clean("<div><font color=red>a</font> <h6>b</h6></div>"), "a b");
    }

    #[test]
    fn line_breaks_at_the_start_of_pre_go_once_and_for_all() {
        assert_eq!(clean("<pre>\n\n\n\n\n\n\nx</pre>"), "<pre>x</pre>");
    }

    #[test]
    fn references_to_forbidden_characters_go() {
        assert_eq!(clean("a&#0;&#1;&#11;&#xFFFE;&#13;b"), "a\u{FFFD}\nb");
    }

    #[test]
    fn heavy_html_is_shown_as_text() {
        let heavy = "<b x=1>".repeat(30_000);
        let cleaned = clean(&heavy);
        assert!(cleaned.starts_with("&lt;b x=1&gt;&lt;b"));
        assert_eq!(clean(&cleaned), cleaned);
    }

    fn piece() -> impl Strategy<Value = String> {
        let fixed = prop::sample::select(vec![
            "<p>",
            "</p>",
            "<a href=\"",
            "<a href='https://x/'>",
            "</a>",
            "\">",
            "'",
            "<script>",
            "</script>",
            "<pre>\n",
            "</pre>",
            "<b",
            " onclick=",
            "<svg>",
            "<math>",
            "<style>",
            "</style>",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<ul>",
            "<li>",
            "<table>",
            "<td>",
            "<select>",
            "<template>",
            "&#1;",
            "&#13;",
            "&lt;",
            "&amp;",
            "&",
            "<",
            ">",
            "/",
            "\r",
            "\u{0}",
            "\u{FFFF}",
            "javascript:",
            "<h1>",
            "<hr>",
            "<br/>",
            "</br>",
            "<plaintext>",
            "<textarea>",
            "<mtext>",
            "<mglyph>",
            "<title>",
            "<noscript>",
            "<form>",
            "<u>",
            "</u>",
            "<code>",
            "<i>",
            "</i>",
        ]);
        prop_oneof![8 => fixed.prop_map(str::to_owned), 2 => any::<String>(), 1 => "[a-z ]{1,8}"]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn anything_becomes_harmless_and_stays_so(pieces in prop::collection::vec(piece(), 0..24)) {
            let cleaned = clean(&pieces.concat());
            assert_harmless(&cleaned);
            prop_assert_eq!(clean(&cleaned), cleaned);
        }
    }
}
