//! What Hearthcast has no field for: elements of namespaces of others are kept, Atom's in RSS and those of broadcasts as well;
//! what cannot be kept is named.

use crate::scene::{feed, item_with_repairs, read};
use hearthcast_model::ForeignElement;
use hearthcast_model::namespace::LiveItem;

const ATOM: &str = "http://www.w3.org/2005/Atom";

/// Prefix of Atom, name and relation of those that were kept.
fn names(kept: &[ForeignElement]) -> Vec<String> {
    let rel = |one: &ForeignElement| {
        let rel = one.attributes.iter().find(|attribute| attribute.name == "rel");
        rel.map_or_else(String::new, |rel| format!(" {}", rel.value))
    };
    let prefix = |one: &ForeignElement| if one.namespace == ATOM { "atom:" } else { "" };
    kept.iter().map(|one| format!("{}{}{}", prefix(one), one.name, rel(one))).collect()
}

/// A broadcast with these tags beside those that it needs, and what was told.
fn live(tags: &str) -> (LiveItem, Vec<(&'static str, String)>) {
    let xml = format!(
        "<podcast:liveItem status=\"live\" start=\"2026-11-21T19:00:00Z\"><title>Quay</title>{tags}\
        <podcast:contentLink href=\"https://video.example/quay\">Watch</podcast:contentLink></podcast:liveItem>"
    );
    let mut found = read(feed(&xml).as_bytes()).unwrap();
    let told = found.repairs.into_iter().map(|repair| (repair.code, repair.message)).collect();
    (found.show.tags.live_items.remove(0), told)
}

#[test]
fn elements_of_atom_are_kept_in_a_show_and_in_an_episode() {
    // Podlove deep links, RFC 4287 §4.2.3, rel=payment of the IANA registry.
    let others = "<atom:contributor><atom:name>Ada</atom:name></atom:contributor><atom:author><atom:name>Bo</atom:name></atom:author>\
        <atom:link rel=\"payment\" href=\"https://a.example/give\" title=\"Give\"/>\
        <atom:link rel=\"http://podlove.org/deep-link\" href=\"https://a.example/1\"/>";
    let ours = "<atom:link rel=\"http://www.iana.org/assignments/relation/alternate\" href=\"https://a.example/\"/>\
        <atom:link href=\"https://a.example/\"/><atom:id>urn:x</atom:id><atom:updated>2026-11-20T06:00:00Z</atom:updated>";
    let expected = ["atom:contributor", "atom:author", "atom:link payment", "atom:link http://podlove.org/deep-link"];

    let (found, codes) = item_with_repairs(&[others, ours].concat());
    assert_eq!((names(&found.episode.foreign), codes), (expected.map(String::from).to_vec(), vec![]));
    let person = &found.episode.foreign[0].inside;
    assert!(matches!(&person[..], [hearthcast_model::ForeignNode::Element(name)] if name.name == "name"), "{person:?}");

    let of_show = [others, ours, "<atom:link rel=\"self\" href=\"https://a.example/feed\"/>"].concat();
    let found = read(feed(&of_show).as_bytes()).unwrap();
    assert_eq!(names(&found.show.foreign), expected);
    assert_eq!(found.repairs, []);
}

#[test]
fn a_link_to_the_sound_is_not_kept_beside_the_sound() {
    let link = |href: &str| format!("<atom:link rel=\"enclosure\" href=\"{href}\"/>");
    let (found, codes) =
        item_with_repairs(&[link("https://media.example/1.mp3"), link("https://a.example/2")].concat());
    assert_eq!((names(&found.episode.foreign).len(), codes), (1, vec![]));
    assert_eq!(found.episode.foreign[0].attributes[1].value, "https://a.example/2");
}

#[test]
fn links_of_atom_lead_where_they_led() {
    let hrefs = |kept: &[ForeignElement]| {
        let all = kept.iter().flat_map(|one| &one.attributes).filter(|attribute| attribute.name == "href");
        all.map(|href| href.value.clone()).collect::<Vec<_>>()
    };
    let link = |href: &str| format!("<atom:link rel=\"license\" href=\"{href}\"/>");
    let links =
        ["/license", "terms#a", "//b.example/x", "https://c.example/A b", "mailto:me@a.example"].map(link).concat();
    let item = format!(
        "<item><title>One</title><guid isPermaLink=\"false\">g1</guid><pubDate>Fri, 20 Nov 2026 06:00:00 +0000</pubDate>\
         <enclosure url=\"https://a.example/1.mp3\" length=\"99\" type=\"audio/mpeg\"/>\
         <atom:link rel=\"enclosure\" href=\"/1.mp3\"/>{links}</item>"
    );
    let tags = format!("<atom:link rel=\"self\" href=\"https://a.example/feeds/rss\"/>{links}{item}");
    let found = read(feed(&tags).as_bytes()).unwrap();
    // RFC 3986 §5.2; what is whole stays as it stood.
    let whole = [
        "https://a.example/license",
        "https://a.example/feeds/terms#a",
        "https://b.example/x",
        "https://c.example/A b",
        "mailto:me@a.example",
    ];
    assert_eq!(hrefs(&found.show.foreign), whole);
    // The one to the sound goes, relative or not.
    assert_eq!(hrefs(&found.items[0].episode.foreign), whole);
    let mut told = vec![("link_relative", ""); 3];
    told.extend([("link_relative", "One"); 4]);
    let codes: Vec<_> = found.repairs.iter().map(|repair| (repair.code, repair.episode.as_str())).collect();
    assert_eq!(codes, told);

    // Nobody knows where the feed stood: the words stay.
    let found = read(feed(&link("/license")).as_bytes()).unwrap();
    assert_eq!((hrefs(&found.show.foreign), found.repairs), (vec!["/license".to_string()], vec![]));
}

#[test]
fn elements_of_atom_are_bounded_as_those_of_others() {
    let many = "<atom:contributor/>".repeat(2_001);
    let deep = ["<atom:contributor>".repeat(40), "</atom:contributor>".repeat(40)].concat();
    for (tags, kept) in [(&many, 2_000), (&deep, 0)] {
        let found = read(feed(tags).as_bytes()).unwrap();
        assert_eq!(found.show.foreign.len(), kept);
        let told = "Left out: the tag atom:contributor because there is too much of its kind.";
        assert_eq!(found.repairs.iter().map(|repair| repair.message.as_str()).collect::<Vec<_>>(), [told]);
    }
}

#[test]
fn tags_of_wordpress_outside_its_export_are_kept() {
    let (found, codes) = item_with_repairs(
        "<wp:post_id xmlns:wp=\"http://wordpress.org/export/1.1/\">7</wp:post_id>\
        <e:encoded xmlns:e=\"http://wordpress.org/export/1.2/excerpt/\">Short.</e:encoded>",
    );
    assert_eq!((names(&found.episode.foreign), codes), (vec!["post_id".into(), "encoded".into()], vec![]));
}

#[test]
fn what_is_left_out_is_named_as_feeds_write_it() {
    let told = |tags: &str| {
        let found = read(feed(&format!("<item><title>One</title>{tags}</item>")).as_bytes()).unwrap();
        let left = found.repairs.into_iter().filter(|repair| repair.code == "tag_left_out");
        left.map(|repair| repair.message).collect::<Vec<_>>()
    };
    for (tag, name) in [
        ("<itunes:mood>calm</itunes:mood>", "Left out: the tag itunes:mood, for which"),
        (
            "<atom:link rel=\"next-archive\" href=\"https://a.example/\"/>",
            "Left out: the tag atom:link (next-archive),",
        ),
        ("<podcast:person/>", "Left out: a person (podcast:person) has no name."),
        ("<podcast:license>my own</podcast:license>", "Left out: the licence (podcast:license) is none"),
    ] {
        let told = told(tag);
        assert!(told.len() == 1 && told[0].starts_with(name), "{told:?}");
    }
    let deep = ["<m:m xmlns:m=\"urn:x\">".repeat(40), "</m:m>".repeat(40)].concat();
    assert_eq!(told(&deep), ["Left out: the tag m (urn:x) because there is too much of its kind."]);
}

#[test]
fn what_a_broadcast_says_besides_is_kept_or_told_once() {
    let tags = "<guid isPermaLink=\"false\">l</guid><pubDate>Fri, 20 Nov 2026 06:00:00 GMT</pubDate>\
        <itunes:duration>60</itunes:duration><podcast:season>2</podcast:season><podcast:episode display=\"x\">3</podcast:episode>\
        <psc:chapters xmlns:psc=\"http://podlove.org/simple-chapters\"/><atom:contributor/>\
        <x:mood xmlns:x=\"http://ports.example/ns#\">calm</x:mood>";
    let (live, told) = live(&[tags, "<itunes:duration>61</itunes:duration>"].concat());
    assert_eq!(names(&live.foreign), ["atom:contributor", "mood"]);
    let expected = ["pubDate", "itunes:duration", "podcast:season", "podcast:episode", "psc:chapters"].map(|name| {
        let told = format!("Left out: the tag {name} of a broadcast, for which Hearthcast has no field.");
        ("tag_left_out", told)
    });
    assert_eq!(told, expected);
}

#[test]
fn a_broadcasts_guid_and_stream_stay_as_they_were() {
    for (guid, is_permalink, codes) in [
        ("<guid isPermaLink=\"false\">https://a.example/live</guid>", false, &[][..]),
        ("<guid isPermaLink=\"true\">https://a.example/live</guid>", true, &[]),
        ("<guid>https://a.example/live</guid>", true, &[]),
        ("<guid>l</guid>", false, &[]),
        ("<guid isPermaLink=\"true\">l</guid>", false, &["guid_no_address"]),
    ] {
        let (live, told) = live(guid);
        assert_eq!(live.guid_is_permalink, is_permalink, "{guid}");
        assert_eq!(told.iter().map(|(code, _)| *code).collect::<Vec<_>>(), codes, "{guid}");
    }
    // An Icecast server as it comes, without TLS.
    let stream = "<guid isPermaLink=\"false\">l</guid><enclosure url=\"http://a.example:8000/quay\" length=\"0\" type=\"audio/mpeg\"/>";
    let (found, told) = live(stream);
    assert_eq!((found.stream_url.as_str(), told), ("http://a.example:8000/quay", vec![]));
}

#[test]
fn the_page_of_a_broadcast_without_one_is_https() {
    let xml = "<podcast:liveItem status=\"live\" start=\"2026-11-21T19:00:00Z\"><title>Quay</title><guid isPermaLink=\"false\">l</guid>\
        <enclosure url=\"http://a.example:8000/quay\" length=\"0\" type=\"audio/mpeg\"/></podcast:liveItem>";
    let found = read(feed(xml).as_bytes()).unwrap();
    let live = &found.show.tags.live_items[0];
    assert_eq!(live.stream_url, "http://a.example:8000/quay");
    assert_eq!(live.tags.content_links[0].href, "https://a.example:8000/quay");
    assert_eq!(found.repairs.iter().map(|repair| repair.code).collect::<Vec<_>>(), ["link_insecure", "live_page"]);
}
