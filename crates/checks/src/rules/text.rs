//! Rules about lines and addresses wherever they stand.

use crate::Facts;
use crate::rule::{APPLE, Look, PSP1, RSS, Rule, XML};
use crate::told::Told;
use crate::values::{addresses, is_insecure, lines};
use hearthcast_text::chars::is_xml;
use url::Url;

/// Longest value of a tag (PSP-1, "Value lengths").
const MOST_CHARACTERS: usize = 255;
/// What a text shows when it was escaped once too often.
const ESCAPED: [&str; 7] = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&nbsp;", "<![CDATA["];
/// Tags that people put into titles.
const TAGS: [&str; 12] = ["b", "i", "em", "strong", "a", "p", "br", "u", "span", "div", "font", "sup"];

pub(crate) const RULES: &[Rule] = &[
    Rule::warning(
        (
            "text_long",
            PSP1,
            "Titles, names and the copyright line have at most 255 characters.",
            "Shorten it: apps cut it off.",
        ),
        Look::Show(text_long),
    ),
    Rule::warning(
        (
            "text_spaces",
            PSP1,
            "Titles and names begin and end without spaces.",
            "Take the spaces away: some apps sort and show them.",
        ),
        Look::Show(text_spaces),
    )
    .fixed("Takes the spaces at both ends away."),
    Rule::warning(
        (
            "text_control",
            XML,
            "Titles and names have no control characters.",
            "Type it again: the feed leaves such characters out.",
        ),
        Look::Show(text_control),
    )
    .fixed("Puts a space in the place of each control character."),
    Rule::warning(
        (
            "text_escaped",
            RSS,
            "Titles and names are plain text, escaped once, by the feed itself.",
            "Write the character itself, such as & instead of &amp;.",
        ),
        Look::Show(text_escaped),
    ),
    Rule::warning(
        ("text_html", APPLE, "Titles and names are plain text.", "Take the tags out: apps show them as they stand."),
        Look::Show(text_html),
    ),
    Rule::warning(
        ("address_insecure", PSP1, "Addresses are https.", "Use the https address if there is one."),
        Look::Show(address_insecure),
    )
    .fixed("Tries the https address, and takes it where it answers."),
    Rule::warning(
        ("address_unusable", RSS, "Addresses are whole.", "Write the whole address, with https:// at the front."),
        Look::Show(address_unusable),
    ),
];

fn text_long(facts: &Facts, told: &mut Told) {
    for value in lines(facts) {
        let length = value.text.trim().chars().count();
        if length > MOST_CHARACTERS {
            let name = value.field.replace('_', " ");
            let message = format!("The {name} has {length} characters; feeds have room for 255.");
            value.whose.say(facts, told, value.field, message);
        }
    }
}

fn text_spaces(facts: &Facts, told: &mut Told) {
    for value in lines(facts).filter(|value| !value.text.trim().is_empty() && value.text.trim() != value.text) {
        let name = value.field.replace('_', " ");
        value.whose.say(facts, told, value.field, format!("The {name} begins or ends with a space."));
    }
}

fn text_control(facts: &Facts, told: &mut Told) {
    for value in lines(facts).filter(|value| value.text.trim().chars().any(|c| c.is_control() || !is_xml(c))) {
        let name = value.field.replace('_', " ");
        value.whose.say(facts, told, value.field, format!("The {name} has a character that cannot be seen."));
    }
}

fn text_escaped(facts: &Facts, told: &mut Told) {
    for value in lines(facts).filter(|value| is_escaped(value.text)) {
        let (name, text) = (value.field.replace('_', " "), value.text);
        value.whose.say(facts, told, value.field, format!("Apps show the {name} as it stands: {text}."));
    }
}

fn is_escaped(text: &str) -> bool {
    let numbered = || {
        text.split("&#").skip(1).any(|rest| {
            let digits = rest.trim_start_matches(['x', 'X']).trim_start_matches(|c: char| c.is_ascii_hexdigit());
            digits.starts_with(';') && digits.len() < rest.len()
        })
    };
    ESCAPED.iter().any(|escape| text.contains(escape)) || numbered()
}

fn text_html(facts: &Facts, told: &mut Told) {
    for value in lines(facts).filter(|value| has_tag(value.text)) {
        let name = value.field.replace('_', " ");
        value.whose.say(facts, told, value.field, format!("The {name} has HTML in it."));
    }
}

/// Whether a tag of HTML stands in it; `<3` is none.
fn has_tag(text: &str) -> bool {
    text.split('<').skip(1).any(|rest| {
        let Some((tag, _)) = rest.split_once('>') else { return false };
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        TAGS.contains(&name.to_ascii_lowercase().as_str())
    })
}

fn address_insecure(facts: &Facts, told: &mut Told) {
    for value in addresses(facts).iter().filter(|value| is_insecure(value.text)) {
        let link = value.text.trim();
        value.whose.say(facts, told, value.field, format!("{link} is not https."));
    }
}

fn address_unusable(facts: &Facts, told: &mut Told) {
    let usable = |text: &str| Url::parse(text.trim()).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    for value in addresses(facts).iter().filter(|value| !usable(value.text)) {
        let link = value.text.trim();
        value.whose.say(facts, told, value.field, format!("\"{link}\" is no whole web address."));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_escapes_are_told_from_plain_words() {
        for text in ["Salt &amp; Sea", "A&#39;s", "A&#x27;s", "A&nbsp;B", "<![CDATA[A]]>"] {
            assert!(is_escaped(text), "{text}");
        }
        for text in ["Salt & Sea", "R&B; more", "A &# B", "Q&A;", "5 < 6 > 4", "日本 & 中国"] {
            assert!(!is_escaped(text) && !has_tag(text), "{text}");
        }
        assert!(has_tag("<b>Sea</b>") && has_tag("Sea<br/>") && has_tag("<a href='x'>x</a>") && !has_tag("I <3 sea>"));
    }
}
