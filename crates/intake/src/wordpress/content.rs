//! The content of a post as WordPress shows it: in the older editor, blank lines make paragraphs and line breaks are lines; plugins
//! put players where a word stands in brackets.

/// Words in brackets that stand for players and lists, which say nothing without their plugin.
const PLAYERS: [&str; 12] = [
    "powerpress",
    "powerpress_playlist",
    "powerpress_subscribe",
    "podlove-episode-web-player",
    "podlove-web-player",
    "podlove-episode-contributor-list",
    "podlove-episode-downloads",
    "ss_player",
    "ss_podcast",
    "podcast_episode",
    "audio",
    "gallery",
];

/// Tags that paragraphs are not put around.
const BLOCKS: [&str; 22] = [
    "address",
    "article",
    "blockquote",
    "div",
    "dl",
    "fieldset",
    "figure",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "iframe",
    "li",
    "ol",
    "p",
    "pre",
    "table",
    "ul",
];

/// Content as HTML. What has paragraphs already stays as it is.
pub(super) fn as_shown(content: &str) -> String {
    let text = without_players(content);
    let has_paragraphs = text.contains("<!-- wp:") || text.contains("<p>") || text.contains("<p ");
    if has_paragraphs || !text.contains('\n') {
        return text;
    }
    let text = text.replace("\r\n", "\n");
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let made = paragraphs.map(|paragraph| match begins_with_block(paragraph) {
        true => paragraph.to_string(),
        false => format!("<p>{}</p>", paragraph.replace('\n', "<br>\n")),
    });
    made.collect::<Vec<_>>().join("\n")
}

fn begins_with_block(paragraph: &str) -> bool {
    let Some(rest) = paragraph.strip_prefix('<') else { return false };
    let name = rest.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    BLOCKS.iter().any(|block| block.eq_ignore_ascii_case(name))
}

/// Without `[powerpress …]` and its like; of `[caption]` and `[embed]` the words stay.
fn without_players(content: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(content.len()), content);
    while let Some(at) = rest.find('[') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match mark(rest) {
            Some(length) => rest = &rest[length..],
            None => {
                out.push('[');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

/// How long a mark is that stands here, if one does. Marks are one line and short.
fn mark(text: &str) -> Option<usize> {
    let end = text.bytes().take(2_000).take_while(|byte| *byte != b'\n').position(|byte| byte == b']')?;
    let inside = text[1..end].trim_start_matches('/');
    let name = inside.split([' ', '/']).next()?;
    let known = PLAYERS.contains(&name) || matches!(name, "caption" | "embed");
    known.then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_of_the_older_editor_are_paragraphs() {
        // What wpautop makes of it, by the handbook of WordPress.
        let typed = "Fog & <b>ships</b>\r\nby night.\r\n\r\n<h2>Links</h2>\r\n\r\nOne";
        assert_eq!(as_shown(typed), "<p>Fog & <b>ships</b><br>\nby night.</p>\n<h2>Links</h2>\n<p>One</p>");
        for same in ["<!-- wp:paragraph -->\n<p>a</p>\n\n<p>b</p>", "one line", "<p class=\"x\">a</p>\n\nb"] {
            assert_eq!(as_shown(same), same);
        }
    }

    #[test]
    fn players_go_and_words_in_brackets_stay() {
        let typed = "a [powerpress url=\"x\"] [1] [caption id=\"y\"]b[/caption] [audio src=\"z\"][/audio]c [a\n";
        assert_eq!(as_shown(typed), "<p>a  [1] b c [a</p>");
        assert_eq!(as_shown(&"[".repeat(100_000)).len(), 100_000);
    }
}
