//! Every tag of the podcast namespace with every attribute, at every level where it may stand, as libxml2 finds it. The table is
//! typed by hand from the namespace's document (FEED.md §1); a field of the model that is not looked at here does not compile.

#![expect(clippy::unwrap_used, reason = "a part of the scene that breaks is a failed test")]

#[path = "namespace/choices.rs"]
mod choices;
#[path = "namespace/fields.rs"]
mod fields;
#[path = "namespace/full.rs"]
mod full;
#[path = "namespace/partytime.rs"]
mod partytime;
mod scene;
#[path = "namespace/table.rs"]
mod table;

use full::{EVENING_MS, everything, recipient, remote, social};
use hearthcast_feed::FeedError;
use hearthcast_model::namespace::{License, ShowTags, SocialInteract, TimeSplitTo};
use hearthcast_model::{Code, Error};
use scene::xpath;
use table::path;

fn refused(change: impl FnOnce(&mut ShowTags)) -> FeedError {
    let mut scene = everything();
    change(&mut scene.show.tags);
    scene.render().expect_err("the tag cannot be read")
}

#[test]
fn what_no_app_could_read_is_refused_by_name() {
    let long = "x".repeat(129);
    let told = |error: FeedError| Error::from(error);
    for error in [
        refused(|tags| tags.locations[0].name = long.clone()),
        refused(|tags| tags.locations[0].geo = "54.3,18.6".into()),
        refused(|tags| tags.locations[0].osm = "1234".into()),
        refused(|tags| tags.locations[0].country = "POL".into()),
        refused(|tags| tags.license = Some(License { id: "my own".into(), url: String::new() })),
        refused(|tags| tags.trailers[0].url = "http://ports.example/t.mp3".into()),
        refused(|tags| tags.images[0].href = "ftp://ports.example/x.jpg".into()),
        refused(|tags| tags.values[0].recipients = vec![recipient("fee", 1, true)]),
        refused(|tags| tags.values[0].suggested = "much".into()),
        refused(|tags| tags.values[0].time_splits[1].to = TimeSplitTo::default()),
        refused(|tags| tags.social[0].uri = String::new()),
        refused(|tags| tags.blocks[1].id = "Amazon Music".into()),
        refused(|tags| tags.txts[0].text = "x".repeat(4001)),
        refused(|tags| tags.podroll[0].medium = "radio".into()),
        refused(|tags| tags.publisher = Some(remote())),
        refused(|tags| tags.update_frequency.as_mut().unwrap().dtstart_ms = None),
        refused(|tags| tags.chat.as_mut().unwrap().server = " ".into()),
        refused(|tags| tags.live_items[0].tags.content_links.clear()),
        refused(|tags| tags.live_items[0].end_ms = Some(EVENING_MS)),
        refused(|tags| tags.live_items[0].tags.alternate_enclosures[0].sources.clear()),
        refused(|tags| tags.live_items[0].tags.alternate_enclosures[0].sources[0].uri = "javascript:alert(1)".into()),
    ] {
        let error = told(error);
        assert_eq!(error.code, Code::FieldInvalid, "{error:?}");
        assert!(error.message.contains("the show \"Ports & Harbours\""), "{}", error.message);
    }
}

#[test]
fn a_show_that_wants_no_talk_says_only_that() {
    let mut scene = everything();
    scene.show.tags.social = vec![SocialInteract { protocol: "disabled".into(), ..social() }];
    let feed = scene.render().unwrap();
    let all = format!("count({}/@*)", path("/rss/channel/p:socialInteract"));
    assert_eq!(xpath(&feed, &all), "1");
}
