//! Elements of Atom that an imported feed had, at every place where they are kept.

use crate::scene::{Scene, xpath};
use crate::{ATOM, element, link, text};
use hearthcast_model::namespace::{ContentLink, LiveItem};
use hearthcast_model::{ForeignElement, ForeignNode};

/// `atom:contributor` with a name, and a Podlove deep link.
fn of_atom() -> Vec<ForeignElement> {
    let name = ForeignElement { inside: vec![text("Ada & Bo")], ..element(ATOM, "name") };
    let contributor = ForeignElement { inside: vec![ForeignNode::Element(name)], ..element(ATOM, "contributor") };
    vec![contributor, link("http://podlove.org/deep-link")]
}

#[test]
fn elements_of_atom_are_written_at_a_show_an_episode_and_a_broadcast() {
    let mut scene = Scene::new();
    let mut live = LiveItem {
        guid: "live-1".into(),
        guid_is_permalink: true,
        title: "Quay".into(),
        stream_url: "http://stream.example:8000/quay".into(),
        foreign: of_atom(),
        ..LiveItem::default()
    };
    live.tags.content_links = vec![ContentLink { href: "https://video.example/".into(), text: "Watch".into() }];
    scene.show.tags.live_items = vec![live];
    scene.show.foreign = of_atom();
    let wordpress = element("http://wordpress.org/export/1.2/", "post_id");
    scene.episode("One").foreign = [of_atom(), vec![wordpress]].concat();
    let feed = scene.render().unwrap();
    let deep = "*[name()='atom:link'][@rel='http://podlove.org/deep-link']";
    for at in ["//channel", "//item", "//*[name()='podcast:liveItem']"] {
        let expected = "Ada & Bo https://house.example/?a&b";
        let path = format!("concat({at}/*[name()='atom:contributor']/*[name()='atom:name'], ' ', {at}/{deep}/@href)");
        assert_eq!(xpath(&feed, &path), expected, "{at}");
        assert_eq!(xpath(&feed, &format!("namespace-uri({at}/{deep})")), ATOM, "{at}");
    }
    assert_eq!(xpath(&feed, "name(//item/*[last()])"), "wp:post_id");
    let of_live =
        "concat(//*[name()='podcast:liveItem']/enclosure/@url, ' ', //*[name()='podcast:liveItem']/guid/@isPermaLink)";
    assert_eq!(xpath(&feed, of_live), "http://stream.example:8000/quay false", "its guid is no address");
    let declared = String::from_utf8(feed).unwrap().matches("xmlns:atom=").count();
    assert_eq!(declared, 1, "at the root alone");
}
