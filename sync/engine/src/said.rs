//! What a feed says of one item, as far as an author could take it over into an episode. What it is not: an import; foreign
//! feeds are read only as far as they speak of an episode that is here.

use crate::feed_tree::{FeedItem, FeedTree, Tag, Tags};
use hearthcast_feed::summary::of_html;
use hearthcast_model::EpisodeNumber;
use hearthcast_model::clock::parse_rfc2822;
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::person::Person;

/// What a feed says of one item.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// Title.
    pub title: String,
    /// Title for Apple, where it is another one; may be empty.
    pub itunes_title: String,
    /// What it is about in plain words, where that is something else than the notes; empty where it is the notes or where neither is
    /// there, and `None` where nothing tells the two apart.
    pub summary: Option<String>,
    /// A description without full notes beside it that `itunes:summary` says, too, in plain words: the summary of an episode without
    /// notes, or the notes in a feed without HTML.
    pub lone: Option<String>,
    /// Whether any item of the feed has full notes (`content:encoded`): it is written with HTML, then.
    pub has_full_notes: bool,
    /// Notes: HTML, as it stands in the feed; Markdown takes it as it is.
    pub notes: String,
    /// Season.
    pub season: Option<u32>,
    /// Name of the season; may be empty.
    pub season_name: String,
    /// Number.
    pub number: Option<EpisodeNumber>,
    /// Full, trailer or bonus.
    pub kind: EpisodeKind,
    /// Explicit; `None` where that is left to the show.
    pub explicit: Option<bool>,
    /// Web page; empty when there is none.
    pub link: String,
    /// When it came out, Unix milliseconds; feeds know whole seconds.
    pub at_ms: Option<i64>,
    /// People, without those that have no name.
    pub persons: Vec<Person>,
    /// Address of the sound.
    pub audio: Option<String>,
    /// Address of the picture.
    pub image: Option<String>,
    /// Address of the chapters.
    pub chapters: Option<String>,
    /// Transcripts.
    pub transcripts: Vec<SaidTranscript>,
}

/// A transcript as a feed names it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SaidTranscript {
    /// Its address.
    pub url: String,
    /// Its language; empty means the show's.
    pub language: String,
    /// Whether it is closed captions.
    pub captions: bool,
}

/// How an item is told from others, and its date as it stands there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SaidItem {
    /// Its guid; its enclosure's address, or its title, where it has none.
    pub guid: String,
    /// Title.
    pub title: String,
    /// `pubDate`, as it stands there; empty where there is none.
    pub date: String,
}

/// The items of a feed, in their order; `None` for what is no feed.
pub fn items_of(feed: &[u8]) -> Option<Vec<SaidItem>> {
    let said = |item: FeedItem| SaidItem {
        date: first(&item, "pubDate").map(|tag| tag.text.clone()).unwrap_or_default(),
        guid: item.guid,
        title: item.title,
    };
    Some(FeedTree::read(feed)?.items.into_iter().map(said).collect())
}

/// Where a feed says that it is now (`itunes:new-feed-url`).
pub fn new_feed_url(feed: &[u8]) -> Option<String> {
    let tags = FeedTree::read(feed)?.tags;
    Some(tags.get("itunes:new-feed-url")?.first()?.text.trim().to_string())
}

/// Tags whose attributes are addresses.
const ADDRESSES: &[(&str, &[&str])] = &[
    ("atom:link", &["href"]),
    ("enclosure", &["url"]),
    ("itunes:image", &["href"]),
    ("podcast:chapters", &["url"]),
    ("podcast:funding", &["url"]),
    ("podcast:image", &["href"]),
    ("podcast:person", &["href", "img"]),
    ("podcast:trailer", &["url"]),
    ("podcast:transcript", &["url"]),
];
/// Tags whose text is an address.
const ADDRESS_TEXTS: &[&str] = &["comments", "itunes:new-feed-url", "link"];
/// Most letters of such an address that are told.
const MOST_TOLD: usize = 200;

/// The first address in a feed that is no whole one, so that apps do not know where it begins.
pub fn relative_of(feed: &[u8]) -> Option<String> {
    let tree = FeedTree::read(feed)?;
    let mut tags = std::iter::once(&tree.tags).chain(tree.items.iter().map(|item| &item.tags));
    let found = tags.find_map(|tags| addresses(tags).find(|address| is_relative(address)))?;
    Some(found.chars().take(MOST_TOLD).collect())
}

fn addresses(tags: &Tags) -> impl Iterator<Item = &str> {
    let named = ADDRESSES.iter().flat_map(move |(name, attributes)| {
        let all = tags.get(*name).into_iter().flatten();
        all.flat_map(move |tag| attributes.iter().filter_map(move |attribute| tag.attribute(attribute)))
    });
    let texts = ADDRESS_TEXTS.iter().flat_map(move |name| tags.get(*name).into_iter().flatten());
    named.chain(texts.map(|tag| tag.text.as_str()))
}

fn is_relative(address: &str) -> bool {
    let address = address.trim();
    !address.is_empty() && url::Url::parse(address) == Err(url::ParseError::RelativeUrlWithoutBase)
}

/// What a feed says of the item with a guid.
pub fn said_of(feed: &[u8], guid: &str) -> Option<Said> {
    let items = FeedTree::read(feed)?.items;
    let has_full_notes = items.iter().any(|item| text(item, "content:encoded").is_some());
    let item = items.into_iter().find(|item| item.guid == guid)?;
    let number = |podcast: &str, itunes: &str| text(&item, podcast).or_else(|| text(&item, itunes));
    let address = |name: &str, attribute: &str| first(&item, name)?.attribute(attribute).map(str::to_string);
    Some(Said {
        title: item.title.clone(),
        itunes_title: text(&item, "itunes:title").filter(|own| *own != item.title.trim()).unwrap_or_default(),
        summary: summary(&item),
        lone: lone(&item),
        has_full_notes,
        notes: text(&item, "content:encoded").or_else(|| text(&item, "description")).unwrap_or_default(),
        season: number("podcast:season", "itunes:season").and_then(|text| text.parse().ok()),
        season_name: address("podcast:season", "name").unwrap_or_default(),
        number: number("podcast:episode", "itunes:episode").and_then(|text| text.parse().ok()),
        kind: kind(text(&item, "itunes:episodeType").as_deref()),
        explicit: text(&item, "itunes:explicit").and_then(|text| explicit(&text)),
        link: text(&item, "link").unwrap_or_default(),
        at_ms: text(&item, "pubDate").and_then(|text| parse_rfc2822(&text)),
        persons: all(&item, "podcast:person").iter().filter_map(person).collect(),
        audio: address("enclosure", "url"),
        image: address("itunes:image", "href"),
        chapters: address("podcast:chapters", "url"),
        transcripts: all(&item, "podcast:transcript").iter().filter_map(transcript).collect(),
    })
}

/// When an item says that it came out, Unix milliseconds, and as it stands there.
pub(crate) fn date_of(item: &FeedItem) -> (Option<i64>, String) {
    let said = text(item, "pubDate").unwrap_or_default();
    (parse_rfc2822(&said), said)
}

fn all<'a>(item: &'a FeedItem, name: &str) -> &'a [Tag] {
    item.tags.get(name).map_or(&[], Vec::as_slice)
}

fn first<'a>(item: &'a FeedItem, name: &str) -> Option<&'a Tag> {
    all(item, name).first()
}

fn text(item: &FeedItem, name: &str) -> Option<String> {
    first(item, name).map(|tag| tag.text.trim().to_string()).filter(|text| !text.is_empty())
}

/// The description beside full notes, where it is not the same once more.
fn summary(item: &FeedItem) -> Option<String> {
    match (text(item, "content:encoded"), text(item, "description")) {
        (None, None) => Some(String::new()),
        (Some(notes), Some(description)) if notes == description => Some(String::new()),
        (Some(_), Some(description)) => {
            Some(said_twice(item, &description).unwrap_or_else(|| of_html(&description).into_owned()))
        }
        (Some(_), None) | (None, Some(_)) => None,
    }
}

/// The description without full notes, where it is said twice.
fn lone(item: &FeedItem) -> Option<String> {
    let description = text(item, "description").filter(|_| text(item, "content:encoded").is_none())?;
    said_twice(item, &description)
}

/// What `itunes:summary` says, where that is the description once more: it is plain text, whose spaces HTML does not keep.
fn said_twice(item: &FeedItem, description: &str) -> Option<String> {
    let is_same = |said: &String| said.split_whitespace().eq(of_html(description).split_whitespace());
    text(item, "itunes:summary").filter(is_same)
}

fn kind(word: Option<&str>) -> EpisodeKind {
    match word.map(str::to_ascii_lowercase).as_deref() {
        Some("trailer") => EpisodeKind::Trailer,
        Some("bonus") => EpisodeKind::Bonus,
        _ => EpisodeKind::Full,
    }
}

/// The words Apple takes, and those it took before.
fn explicit(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "explicit" => Some(true),
        "false" | "no" | "clean" => Some(false),
        _ => None,
    }
}

fn person(tag: &Tag) -> Option<Person> {
    let name = tag.text.trim().to_string();
    let of = |attribute: &str| tag.attribute(attribute).unwrap_or_default().trim().to_string();
    (!name.is_empty()).then(|| Person { name, role: of("role"), group: of("group"), img: of("img"), href: of("href") })
}

fn transcript(tag: &Tag) -> Option<SaidTranscript> {
    let language = tag.attribute("language").unwrap_or_default().to_string();
    let captions = tag.attribute("rel") == Some("captions");
    tag.attribute("url").map(|url| SaidTranscript { url: url.to_string(), language, captions })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_an_author_can_take_is_read() {
        let feed = br#"<rss><channel><item><title>The stair</title><guid>g1</guid><link>https://a.example/1</link>
            <pubDate>Fri, 21 Nov 1997 09:55:06 -0600</pubDate><itunes:season>1</itunes:season>
            <podcast:season name="Salt">2</podcast:season><itunes:episode>7</itunes:episode>
            <itunes:episodeType>Bonus</itunes:episodeType><itunes:explicit>clean</itunes:explicit>
            <itunes:title>1: The stair</itunes:title><description>In short</description>
            <content:encoded><![CDATA[<p>Words</p>]]></content:encoded>
            <podcast:person role="guest" href="https://a.example/m">Mara</podcast:person><podcast:person> </podcast:person>
            <enclosure url="https://a.example/1.mp3" length="5" type="audio/mpeg"/><itunes:image href="https://a.example/1.jpg"/>
            <podcast:chapters url="https://a.example/1.json" type="application/json+chapters"/>
            <podcast:transcript url="https://a.example/1.vtt" type="text/vtt" language="de" rel="captions"/>
            <podcast:transcript type="text/vtt"/></item></channel></rss>"#;
        let said = said_of(feed, "g1").unwrap();
        assert_eq!((said.itunes_title.as_str(), said.summary.as_deref()), ("1: The stair", Some("In short")));
        assert_eq!((said.season, said.season_name.as_str(), said.number), (Some(2), "Salt", Some(7.into())));
        assert_eq!(
            (said.kind, said.explicit, said.link.as_str()),
            (EpisodeKind::Bonus, Some(false), "https://a.example/1")
        );
        // RFC 2822, appendix A.1.1, in Unix time.
        assert_eq!((said.at_ms, said.notes.as_str()), (Some(880_127_706_000), "<p>Words</p>"));
        let mara = Person {
            name: "Mara".into(),
            role: "guest".into(),
            href: "https://a.example/m".into(),
            ..Person::default()
        };
        assert_eq!(said.persons, [mara]);
        let at = |name: &str| Some(format!("https://a.example/1.{name}"));
        assert_eq!((said.audio, said.image, said.chapters), (at("mp3"), at("jpg"), at("json")));
        let captions = SaidTranscript { url: "https://a.example/1.vtt".into(), language: "de".into(), captions: true };
        assert_eq!(said.transcripts, [captions]);
        assert_eq!(said_of(feed, "g2"), None);
    }

    #[test]
    fn what_is_said_twice_is_neither_another_title_nor_a_summary() {
        let feed = b"<rss><channel><item><title>T</title><itunes:title>T</itunes:title><guid>g</guid>\
            <description><![CDATA[<p>Words</p>]]></description>\
            <content:encoded><![CDATA[<p>Words</p>]]></content:encoded></item></channel></rss>";
        let said = said_of(feed, "g").unwrap();
        assert_eq!((said.itunes_title.as_str(), said.summary.as_deref(), said.lone), ("", Some(""), None));
    }

    #[test]
    fn a_summary_is_read_in_the_words_that_it_was_written_of() {
        let said = |words: &str| {
            let feed = format!("<rss><channel><item><title>T</title><guid>g</guid>{words}</item></channel></rss>");
            let said = said_of(feed.as_bytes(), "g").unwrap();
            (said.summary, said.lone)
        };
        let description =
            "<description><![CDATA[<p>Use &lt;main&gt; first.</p><p>Then  &lt;nav&gt;.</p>]]></description>";
        let text = "<itunes:summary>Use &lt;main&gt; first.\n\nThen  &lt;nav&gt;.</itunes:summary>";
        let notes = "<content:encoded>Words</content:encoded>";
        let words = |spaces: &str| Some(format!("Use <main> first.\n\nThen{spaces}<nav>."));
        assert_eq!(said(&[description, notes].concat()), (words(" "), None));
        assert_eq!(said(&[description, text, notes].concat()), (words("  "), None));
        assert_eq!(said(&[description, text].concat()), (None, words("  ")));
        // One of the two may be the notes.
        assert_eq!(said(&[description, "<itunes:summary>Else</itunes:summary>"].concat()), (None, None));
        assert_eq!(said(description), (None, None));
    }

    #[test]
    fn an_address_that_is_no_whole_one_is_found_wherever_it_stands() {
        let feed = |channel: &str, item: &str| {
            format!(
                "<rss><channel><title>T</title><link>https://a.example/</link>{channel}<item><guid>one.mp3</guid>\
                 <enclosure url=\"https://a.example/1.mp3\" length=\"5\" type=\"audio/mpeg\"/>{item}</item></channel></rss>"
            )
        };
        let found = |channel: &str, item: &str| relative_of(feed(channel, item).as_bytes());
        assert_eq!(found("", ""), None);
        // Whole ones of any scheme, and what is no address at all.
        assert_eq!(found("<podcast:funding url=\"mailto:a@a.example\"/>", "<link>https://</link><link/>"), None);
        for (channel, item, address) in [
            ("<itunes:image href=\"cover.jpg\"/>", "", "cover.jpg"),
            ("<atom:link rel=\"self\" href=\"/feed.xml\"/>", "", "/feed.xml"),
            ("<itunes:new-feed-url>feed.xml</itunes:new-feed-url>", "", "feed.xml"),
            ("", "<enclosure url=\"//cdn.example/2.mp3\"/>", "//cdn.example/2.mp3"),
            ("", "<podcast:transcript url=\"../1.vtt\"/>", "../1.vtt"),
            ("", "<podcast:person href=\"https://a.example/\" img=\"ada.jpg\">Ada</podcast:person>", "ada.jpg"),
            ("", "<link>episodes/one</link>", "episodes/one"),
        ] {
            assert_eq!(found(channel, item).as_deref(), Some(address));
        }
        assert_eq!(relative_of(b"<html></html>"), None);
    }

    #[test]
    fn what_is_left_out_or_nonsense_is_nothing() {
        let feed = b"<rss><channel><item><title>T</title><guid>g</guid><itunes:episode>many</itunes:episode>\
            <pubDate>soon</pubDate><itunes:explicit>perhaps</itunes:explicit></item></channel></rss>";
        let nothing = Said { title: "T".into(), summary: Some(String::new()), ..Said::default() };
        assert_eq!(said_of(feed, "g").unwrap(), nothing);
    }
}
