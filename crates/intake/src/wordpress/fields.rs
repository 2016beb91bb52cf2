//! Fields of a post (`wp:postmeta`): what podcast plugins know of an episode.
//!
//! WordPress itself and PowerPress keep the sound in `enclosure` as lines: address, length, type, and from PowerPress a list as PHP
//! writes it. Seriously Simple Podcasting has a field for each thing; Podlove keeps the feed's guid in one.

use crate::node::Node;
use crate::space::{Bound, Space};
use std::collections::HashMap;

/// Longest field that is read, bytes.
const MAX_FIELD: usize = 64 * 1024;
/// Most fields of a post.
const MAX_FIELDS: usize = 1_000;

/// The fields of a post by name; of several with one name the first counts.
pub(super) struct Fields(HashMap<String, String>);

impl Fields {
    pub(super) fn of(post: &Node) -> Self {
        let mut fields = HashMap::new();
        for meta in post.all(Space::Wordpress, "postmeta").take(MAX_FIELDS) {
            let Some(key) = meta.text_of(Space::Wordpress, "meta_key") else { continue };
            let value = meta.text_of(Space::Wordpress, "meta_value").filter(|value| value.len() <= MAX_FIELD);
            fields.entry(key).or_insert(value.unwrap_or_default());
        }
        Self(fields)
    }

    /// A field that says something.
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// The sound of an episode, and what stands beside it.
    pub(super) fn sound(&self) -> Option<Sound> {
        let mut lines =
            self.one("enclosure").or_else(|| self.of_channel()).unwrap_or_default().splitn(4, '\n').map(str::trim);
        let mut line = || lines.next().filter(|line| !line.is_empty()).map(str::to_string);
        let (url, length, mime, list) = (line(), line(), line(), line());
        let url = url.or_else(|| self.one("audio_file").map(str::to_string)).filter(|url| !url.is_empty())?;
        let mut said = list.map(|list| php_list(&list)).unwrap_or_default();
        for (plain, field) in [
            ("duration", "duration"),
            ("episode_no", "itunes_episode_number"),
            ("season", "itunes_season_number"),
            ("episode_type", "itunes_episode_type"),
            ("explicit", "explicit"),
            ("block", "block"),
            ("itunes_image", "cover_image"),
            ("size", "filesize_raw"),
        ] {
            if let (None, Some(value)) = (said.get(plain), self.one(field)) {
                said.insert(plain.into(), value.into());
            }
        }
        Some(Sound { url, length: length.or_else(|| said.get("size").cloned()), mime, said })
    }

    /// PowerPress calls the fields of further channels `_channel:enclosure`.
    fn of_channel(&self) -> Option<&str> {
        let mut names: Vec<&String> = self.0.keys().filter(|name| name.ends_with(":enclosure")).collect();
        names.sort();
        names.into_iter().find_map(|name| self.one(name))
    }
}

/// The sound of an episode.
#[derive(Debug)]
pub(super) struct Sound {
    url: String,
    length: Option<String>,
    mime: Option<String>,
    said: HashMap<String, String>,
}

impl Sound {
    /// What a feed says instead.
    pub(super) fn nodes(self) -> Vec<Node> {
        let said = |name: &str| self.said.get(name).map(String::as_str).filter(|value| !value.is_empty());
        let itunes = |name: &str, text: &str| {
            Node::new(Bound::of("http://www.itunes.com/dtds/podcast-1.0.dtd"), name).with_text(text)
        };
        let enclosure = Node::new(Bound::none(), "enclosure").with("url", self.url.as_str());
        let enclosure = enclosure.with("length", self.length.as_deref().unwrap_or("0"));
        let mut nodes = vec![match &self.mime {
            Some(mime) => enclosure.with("type", mime.as_str()),
            None => enclosure,
        }];
        for (name, plain) in
            [("duration", "duration"), ("episode", "episode_no"), ("season", "season"), ("episodeType", "episode_type")]
        {
            nodes.extend(said(plain).map(|text| itunes(name, text)));
        }
        // PowerPress: 1 is yes, 2 is clean, 0 is nothing said. Seriously Simple: on.
        let explicit = said("explicit").and_then(|text| match text {
            "1" | "on" | "yes" | "true" => Some("true"),
            "2" | "clean" | "no" | "false" => Some("false"),
            _ => None,
        });
        nodes.extend(explicit.map(|text| itunes("explicit", text)));
        nodes.extend(said("block").filter(|text| matches!(*text, "1" | "on" | "yes")).map(|_| itunes("block", "Yes")));
        let image = said("itunes_image").or(said("image")).filter(|text| text.contains("://"));
        nodes.extend(image.map(|url| itunes("image", "").with("href", url)));
        nodes
    }
}

/// A list as PHP writes it (`serialize`): `a:1:{s:8:"duration";s:5:"12:34";}`. Names and their texts and numbers; where
/// it breaks off, or goes deeper, what came before counts.
fn php_list(text: &str) -> HashMap<String, String> {
    let mut list = HashMap::new();
    let Some((_, mut rest)) = text.split_once(":{").filter(|(head, _)| head.starts_with("a:")) else { return list };
    while let Some((name, after)) = php_value(rest) {
        let Some((value, after)) = php_value(after) else { break };
        list.insert(name, value);
        rest = after;
    }
    list
}

/// A value, and what follows it. Lengths count bytes; what changed on the way ends at its quote.
fn php_value(text: &str) -> Option<(String, &str)> {
    let kind = text.get(..2)?;
    let rest = &text[2..];
    match kind {
        "s:" => {
            let (length, rest) = rest.split_once(":\"")?;
            let length: usize = length.parse().ok()?;
            let fits = rest.get(length..).is_some_and(|after| after.starts_with("\";"));
            let end = if fits { length } else { rest.find("\";")? };
            Some((rest[..end].to_string(), &rest[end + 2..]))
        }
        "i:" | "b:" | "d:" => {
            let (value, rest) = rest.split_once(';')?;
            Some((value.to_string(), rest))
        }
        "N;" => Some((String::new(), rest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_php_are_read() {
        // php > echo serialize(['duration' => '12:34', 'explicit' => 1, 'summary' => 'Fähre; "x"', 'no' => null, 'deep' => [1], 'after' => 'x']);
        let list = "a:6:{s:8:\"duration\";s:5:\"12:34\";s:8:\"explicit\";i:1;s:7:\"summary\";s:11:\"Fähre; \"x\"\";s:2:\"no\";N;s:4:\"deep\";a:1:{i:0;i:1;}s:5:\"after\";s:1:\"x\";}";
        let read = php_list(list);
        assert_eq!(
            (read["duration"].as_str(), read["explicit"].as_str(), read["summary"].as_str()),
            ("12:34", "1", "Fähre; \"x\"")
        );
        assert_eq!(read.len(), 4, "{read:?}");
        assert_eq!(
            php_list("a:1:{s:8:\"duration\";s:9:\"12:34\";}")["duration"],
            "12:34",
            "a length that does not fit"
        );
        for broken in ["", "a:", "a:1:{", "a:1:{s:99999999999999999999:\"x\";", "x", "a:1:{s:1:\"ä\";i:1;}"] {
            assert!(php_list(broken).len() <= 1, "{broken}");
        }
    }
}
