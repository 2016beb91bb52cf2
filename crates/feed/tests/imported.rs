//! What an imported feed said is said again: elements of others' namespaces, sound at others' addresses, guids that are
//! addresses. libxml2 reads it; expected values are what was put in.

#[path = "imported/atom.rs"]
mod atom;
mod scene;

use hearthcast_feed::xml::foreign::{Unwritable, unwritable};
use hearthcast_feed::{FeedError, urls::UrlMap};
use hearthcast_model::{Code, Error, ForeignAttribute, ForeignElement, ForeignNode, RemoteAudio};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use scene::{Scene, xpath};

const MEDIA: &str = "http://search.yahoo.com/mrss/";
const ATOM: &str = "http://www.w3.org/2005/Atom";
const HOUSE: &str = "https://house.example/ns#";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

fn element(namespace: &str, name: &str) -> ForeignElement {
    ForeignElement { namespace: namespace.into(), name: name.into(), ..ForeignElement::default() }
}

fn attribute(namespace: &str, name: &str, value: &str) -> ForeignAttribute {
    ForeignAttribute { namespace: namespace.into(), name: name.into(), value: value.into() }
}

fn text(words: &str) -> ForeignNode {
    ForeignNode::Text(words.into())
}

/// A link of Atom.
fn link(rel: &str) -> ForeignElement {
    let attributes = vec![attribute("", "rel", rel), attribute("", "href", "https://house.example/?a&b")];
    ForeignElement { attributes, ..element(ATOM, "link") }
}

/// `media:group` with a text, an attribute of a third namespace, one of XML's, and elements of two others and of none.
fn group() -> ForeignElement {
    ForeignElement {
        attributes: vec![
            attribute("", "kind", "a \"b\" & <c>\n"),
            attribute(HOUSE, "rank", "7"),
            attribute(XML, "lang", "pl"),
        ],
        inside: vec![
            text(" before "),
            ForeignNode::Element(ForeignElement { inside: vec![text("5 < 6 ]]> \r")], ..element(HOUSE, "straße") }),
            ForeignNode::Element(element("", "bare")),
            ForeignNode::Element(element("http://www.itunes.com/dtds/podcast-1.0.dtd", "inner")),
            text("after"),
        ],
        ..element(MEDIA, "group")
    }
}

#[test]
fn elements_of_other_namespaces_are_written_as_they_were() {
    let mut scene = Scene::new();
    let access = ForeignElement { inside: vec![text("open")], ..element("https://access.acast.com/schema/1.0/", "x") };
    scene.show.foreign = vec![access, element(HOUSE, "one"), element("urn:other:thing", "two")];
    scene.episode("One").foreign = vec![group(), element(MEDIA, "thumbnail")];
    let feed = scene.render().unwrap();

    let at = |ns: &str, name: &str| format!("*[local-name()='{name}' and namespace-uri()='{ns}']");
    let group = format!("//item/{}", at(MEDIA, "group"));
    let house = at(HOUSE, "straße");
    for (path, expected) in [
        (format!("string(//channel/{})", at("https://access.acast.com/schema/1.0/", "x")), "open"),
        ("name(//channel/*[local-name()='x'])".into(), "podaccess:x"),
        ("name(//channel/*[local-name()='one'])".into(), "ns1:one"),
        (format!("name(//channel/{})", at("urn:other:thing", "two")), "ns1:two"),
        ("name(//channel/item/preceding-sibling::*[1])".into(), "ns1:two"),
        (format!("name({group})"), "media:group"),
        (format!("string({group}/@kind)"), "a \"b\" & <c>\n"),
        (format!("string({group}/@*[local-name()='rank' and namespace-uri()='{HOUSE}'])"), "7"),
        (format!("string({group}/@xml:lang)"), "pl"),
        (format!("string({group}/text()[1])"), " before "),
        (format!("string({group}/{house})"), "5 < 6 ]]> \r"),
        (format!("count({group}/bare)"), "1"),
        (format!("count({group}/{})", at("http://www.itunes.com/dtds/podcast-1.0.dtd", "inner")), "1"),
        (format!("string({group}/text()[last()])"), "after"),
        (format!("count({group}/node())"), "5"),
        ("name(//item/*[last()])".into(), "media:thumbnail"),
    ] {
        let found = xpath(&feed, &path);
        assert_eq!(found.strip_suffix('\n').unwrap_or(&found), expected.trim_end_matches('\n'), "{path}");
    }
}

#[test]
fn what_would_break_the_feed_or_speak_for_it_is_left_out() {
    let mut deep = element(HOUSE, "deep");
    for _ in 0..40 {
        deep = ForeignElement { inside: vec![ForeignNode::Element(deep)], ..element(HOUSE, "deep") };
    }
    let with = |attributes| ForeignElement { attributes, ..element(HOUSE, "x") };
    let within = |inner| ForeignElement { inside: vec![ForeignNode::Element(inner)], ..element(HOUSE, "x") };
    let faulty = [
        (element("", "managingEditor"), Unwritable::OwnNamespace),
        (element("http://www.itunes.com/dtds/podcast-1.0.dtd", "author"), Unwritable::OwnNamespace),
        (element("https://podcastindex.org/namespace/1.0", "locked"), Unwritable::OwnNamespace),
        (
            element("https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md", "locked"),
            Unwritable::OwnNamespace,
        ),
        (element("http://podlove.org/simple-chapters", "chapters"), Unwritable::OwnNamespace),
        (element(ATOM, "link"), Unwritable::OwnNamespace),
        (link("self"), Unwritable::OwnNamespace),
        (link(" HUB "), Unwritable::OwnNamespace),
        (link("prev-archive"), Unwritable::OwnNamespace),
        (link("http://www.iana.org/assignments/relation/next"), Unwritable::OwnNamespace),
        (element(ATOM, "id"), Unwritable::OwnNamespace),
        (element(ATOM, "updated"), Unwritable::OwnNamespace),
        (element(ATOM, "published"), Unwritable::OwnNamespace),
        (element(ATOM, "entry"), Unwritable::OwnNamespace),
        (element("http://purl.org/rss/1.0/modules/content/", "encoded"), Unwritable::OwnNamespace),
        (element(HOUSE, ""), Unwritable::Name),
        (element(HOUSE, "a b"), Unwritable::Name),
        (element(HOUSE, "a:b"), Unwritable::Name),
        (element(HOUSE, "1a"), Unwritable::Name),
        (element(HOUSE, "a><script"), Unwritable::Name),
        (within(element(HOUSE, "-a")), Unwritable::Name),
        (with(vec![attribute("", "xmlns", "http://www.itunes.com/dtds/podcast-1.0.dtd")]), Unwritable::Name),
        (with(vec![attribute("", "a=\"\" b", "")]), Unwritable::Name),
        (element("house", "x"), Unwritable::Namespace),
        (element("https://house.example/a b", "x"), Unwritable::Namespace),
        (element("https://house.example/\"", "x"), Unwritable::Namespace),
        (element("https://höuse.example/", "x"), Unwritable::Namespace),
        (element("https://house.example/%zz", "x"), Unwritable::Namespace),
        (element("http://www.w3.org/2000/xmlns/", "x"), Unwritable::Namespace),
        (element(XML, "x"), Unwritable::Namespace),
        (with(vec![attribute("http://www.w3.org/2000/xmlns/", "a", "b")]), Unwritable::Namespace),
        (with(vec![attribute("", "a", "1"), attribute("", "a", "2")]), Unwritable::AttributeTwice),
        (with(vec![attribute(MEDIA, "a", "1"), attribute(MEDIA, "a", "2")]), Unwritable::AttributeTwice),
        (deep, Unwritable::TooDeep),
    ];
    let mut scene = Scene::new();
    scene.episode("One");
    let without = scene.render().unwrap();
    for (element, why) in faulty {
        assert_eq!(unwritable(&element), Some(why), "{element:?}");
        scene.show.foreign.push(element.clone());
        scene.episodes[0].1.foreign.push(element);
    }
    assert_eq!(scene.render().unwrap(), without);
}

/// Names and addresses as nobody should write them, and as everybody does.
fn piece() -> impl Strategy<Value = String> {
    let known = vec![
        "",
        "a",
        "media",
        "xml",
        "xmlns",
        "ns1",
        "a:b",
        "a b",
        "1",
        "-",
        "é",
        "\u{300}",
        "\u{FFFF}",
        "\u{0}",
        "<",
        "&",
        "\"",
        MEDIA,
        HOUSE,
        XML,
        "http://www.w3.org/2000/xmlns/",
        "http://www.spotify.com/ns/rss",
        "urn:a:b",
        "https://x/%2F",
        "http:",
        "https://x/#a#b",
        "mailto:a@b",
        "https://[::1]/",
        "a/b?c",
        "//x",
        "https://x:99999/",
        "https://x/{}",
        "http://x/'",
    ];
    let known = prop::sample::select(known).prop_map(str::to_owned);
    prop_oneof![4 => known, 1 => any::<String>(), 4 => "[a-zA-Z_]{1,4}", 4 => "https://[a-z]{1,3}/[!-~]{0,4}"]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-zA-Z_é]{1,3}", 1 => piece()]
}

fn namespace() -> impl Strategy<Value = String> {
    let good =
        prop::sample::select(vec![MEDIA, HOUSE, ATOM, "urn:a:b", "https://x/%2F", "http://www.spotify.com/ns/rss"]);
    prop_oneof![4 => good.prop_map(str::to_owned), 1 => piece()]
}

fn bare_element() -> impl Strategy<Value = ForeignElement> {
    let of = prop_oneof![2 => Just(String::new()), 1 => namespace()];
    let attribute = (of, name(), piece());
    let attribute = attribute.prop_map(|(namespace, name, value)| ForeignAttribute { namespace, name, value });
    let bare = (namespace(), name(), prop::collection::vec(attribute, 0..3));
    bare.prop_map(|(namespace, name, attributes)| ForeignElement { namespace, name, attributes, inside: vec![] })
}

fn any_element() -> impl Strategy<Value = ForeignElement> {
    bare_element().prop_recursive(3, 8, 3, |inner| {
        let node = prop_oneof![inner.prop_map(ForeignNode::Element), piece().prop_map(ForeignNode::Text)];
        let inside = prop::collection::vec(node, 0..3);
        (bare_element(), inside).prop_map(|(element, inside)| ForeignElement { inside, ..element })
    })
}

#[test]
fn whatever_stands_in_the_records_libxml2_reads_the_feed() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[6; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let drawn = |runner: &mut TestRunner| any_element().new_tree(runner).expect("nothing is rejected").current();
    let mut scene = Scene::new();
    let all: Vec<ForeignElement> = (0..4_000).map(|_| drawn(&mut runner)).collect();
    let written = all.iter().filter(|element| unwritable(element).is_none()).count();
    assert!(written > 500 && written < all.len(), "{written} of {}: the test sees both", all.len());
    scene.episode("One").foreign = all;
    let bare = xpath(
        &{
            let mut scene = Scene::new();
            scene.episode("One");
            scene.render().unwrap()
        },
        "count(//item/*)",
    );
    let bare: usize = bare.parse().unwrap();
    assert_eq!(xpath(&scene.render().unwrap(), "count(//item/*)"), (bare + written).to_string());
}

fn remote() -> RemoteAudio {
    RemoteAudio {
        url: "https://Old.example:443/a/../Sound%20one.MP3?x=1&y='2'".into(),
        size_bytes: 0,
        mime: "audio/x-mp3".into(),
        duration_ms: Some(61_500),
    }
}

#[test]
fn sound_at_somebody_elses_address_is_told_as_it_was_found() {
    let mut scene = Scene::new();
    scene.show.prefix = "https://op3.dev/e/".into();
    let episode = scene.episode("Elsewhere");
    (episode.audio, episode.remote_audio) = (None, Some(remote()));
    scene.facts.clear();
    let mut urls = UrlMap::new("https://cast.example/feed".into());
    urls.insert(scene.show.cover.as_ref().unwrap(), "https://cast.example/cover.jpg".into());
    let feed = scene.render_with(&urls).unwrap();
    let told = "concat(//enclosure/@url, ' ', //enclosure/@length, ' ', //enclosure/@type, ' ', \
                //item/*[name()='itunes:duration'])";
    let expected = "https://Old.example:443/a/../Sound%20one.MP3?x=1&y='2' 0 audio/x-mp3 62";
    assert_eq!(xpath(&feed, told), expected, "no prefix, no file, no facts");

    let unknown = scene.episodes[0].1.remote_audio.as_mut().unwrap();
    (unknown.size_bytes, unknown.duration_ms) = (5_000_000_000, None);
    let feed = scene.render_with(&urls).unwrap();
    assert_eq!(xpath(&feed, "concat(//enclosure/@length, count(//*[name()='itunes:duration']))"), "50000000000");
}

#[test]
fn a_file_of_ones_own_comes_before_somebody_elses_address() {
    let mut scene = Scene::new();
    scene.episode("Both");
    let own = scene.render().unwrap();
    scene.episodes[0].1.remote_audio = Some(remote());
    assert_eq!(scene.render().unwrap(), own);
}

#[test]
fn an_address_that_is_none_is_refused_by_name() {
    for url in ["javascript:alert(1)", "", "/one.mp3", "ftp://old.example/one.mp3"] {
        let mut scene = Scene::new();
        let episode = scene.episode("Elsewhere");
        (episode.audio, episode.remote_audio) = (None, Some(RemoteAudio { url: url.into(), ..remote() }));
        let error = scene.render().unwrap_err();
        assert!(matches!(&error, FeedError::SoundUnusable { url: found, .. } if found == url), "{error:?}");
        let told = Error::from(error);
        assert_eq!((told.code, told.message.contains("\"Elsewhere\"")), (Code::FieldInvalid, true), "{}", told.message);
    }
}

#[test]
fn a_guid_that_is_an_address_says_so() {
    let mut scene = Scene::new();
    scene.episode("One").guid = "https://old.example/?p=1&x=<2>".into();
    scene.episodes[0].1.guid_is_permalink = true;
    scene.episode("Two");
    let feed = scene.render().unwrap();
    assert_eq!(xpath(&feed, "string(//item[title='One']/guid[@isPermaLink='true'])"), "https://old.example/?p=1&x=<2>");
    assert_eq!(xpath(&feed, "string(//item[title='Two']/guid/@isPermaLink)"), "false");
}
