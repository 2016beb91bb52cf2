//! Every tag of the podcast namespace with every attribute, at every level where it may stand, as libxml2 finds it. The table is
//! typed by hand from the namespace's document (FEED.md §1); a field of the model that is not looked at here does not compile.

#![expect(clippy::unwrap_used, reason = "a part of the scene that breaks is a failed test")]

#[path = "namespace/full.rs"]
mod full;
#[path = "namespace/partytime.rs"]
mod partytime;
mod scene;
#[path = "namespace/table.rs"]
mod table;

use full::{EVENING_MS, everything, recipient, remote, social};
use hearthcast_feed::FeedError;
use hearthcast_model::namespace::{EpisodeTags, License, ShowTags, SocialInteract, TimeSplitTo};
use hearthcast_model::{Code, Error};
use scene::xpath;
use table::path;

/// Compiles only as long as the table above knows of every field there is.
#[test]
fn no_field_is_left_out() {
    let scene = everything();
    let ShowTags {
        locations,
        license,
        trailers,
        images,
        values,
        social,
        blocks,
        txts,
        remote_items,
        podroll,
        update_frequency,
        uses_podping,
        publisher,
        chat,
        live_items,
        extra: _,
    } = &scene.show.tags;
    let EpisodeTags {
        funding,
        number_display,
        soundbites,
        locations: places,
        license: terms,
        images: pictures,
        alternate_enclosures,
        values: payments,
        content_links,
        social: talk,
        txts: words,
        chat: room,
        extra: _,
    } = &scene.episodes[0].1.tags;
    let filled = [
        !locations.is_empty(),
        license.is_some(),
        !trailers.is_empty(),
        !images.is_empty(),
        !values.is_empty(),
        !social.is_empty(),
        !blocks.is_empty(),
        !txts.is_empty(),
        !remote_items.is_empty(),
        !podroll.is_empty(),
        update_frequency.is_some(),
        uses_podping.is_some(),
        publisher.is_some(),
        chat.is_some(),
        !live_items.is_empty(),
        !funding.is_empty(),
        !number_display.is_empty(),
        !soundbites.is_empty(),
        !places.is_empty(),
        terms.is_some(),
        !pictures.is_empty(),
        !alternate_enclosures.is_empty(),
        !payments.is_empty(),
        !content_links.is_empty(),
        !talk.is_empty(),
        !words.is_empty(),
        room.is_some(),
    ];
    assert!(filled.iter().all(|filled| *filled), "{filled:?}");
    let kept = serde_json::to_value(&scene.show.tags).unwrap();
    assert_eq!(serde_json::from_value::<ShowTags>(kept).unwrap(), scene.show.tags, "nothing is lost by being kept");
}

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
