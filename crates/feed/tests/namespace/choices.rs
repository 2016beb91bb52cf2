//! Every choice that a tag has, with the word of the namespace, typed by hand; a new one does not compile until its word stands here.
//! And that tags are kept as they are.

use super::full::everything;
use super::table::path;
use crate::scene::{Scene, xpath};
use hearthcast_model::namespace::{ChatProtocol, EpisodeTags, IntegrityKind, LiveStatus, LocationRel, ShowTags};

/// Every choice of one kind with its word, typed by hand from the namespace's document.
macro_rules! choices {
    ($of:ident { $($choice:ident: $word:literal),* $(,)? }) => {{
        let word = |choice: $of| match choice {
            $($of::$choice => $word),*
        };
        [$($of::$choice),*].map(|choice| (choice, word(choice)))
    }};
}

/// What libxml2 finds at a path after a change.
fn written(short: &str, change: impl FnOnce(&mut ShowTags)) -> String {
    let mut scene = everything();
    change(&mut scene.show.tags);
    xpath(&scene.render().unwrap(), &format!("string({})", path(short)))
}

#[test]
fn every_choice_has_the_word_of_the_namespace() {
    for (rel, word) in choices!(LocationRel { Subject: "subject", Creator: "creator" }) {
        assert_eq!(written("/rss/channel/p:location[1]/@rel", |tags| tags.locations[0].rel = rel), word);
    }
    for (status, word) in choices!(LiveStatus { Pending: "pending", Live: "live", Ended: "ended" }) {
        assert_eq!(written("/rss/channel/p:liveItem/@status", |tags| tags.live_items[0].status = status), word);
    }
    for (protocol, word) in choices!(ChatProtocol { Irc: "irc", Xmpp: "xmpp", Nostr: "nostr", Matrix: "matrix" }) {
        let change = |tags: &mut ShowTags| tags.chat.as_mut().unwrap().protocol = protocol;
        assert_eq!(written("/rss/channel/p:chat/@protocol", change), word);
    }
    for (kind, word) in choices!(IntegrityKind { Sri: "sri", PgpSignature: "pgp-signature" }) {
        let integrity = "/rss/channel/p:liveItem/p:alternateEnclosure[1]/p:integrity/@type";
        let change = |tags: &mut ShowTags| {
            tags.live_items[0].tags.alternate_enclosures[0].integrity.as_mut().unwrap().kind = kind;
        };
        assert_eq!(written(integrity, change), word);
    }
}

#[test]
fn nothing_of_the_tags_is_lost_by_being_kept() {
    let Scene { show, episodes, .. } = everything();
    let kept = serde_json::to_value(&show.tags).unwrap();
    assert_eq!(serde_json::from_value::<ShowTags>(kept).unwrap(), show.tags);
    let kept = serde_json::to_value(&episodes[0].1.tags).unwrap();
    assert_eq!(serde_json::from_value::<EpisodeTags>(kept).unwrap(), episodes[0].1.tags);
}
