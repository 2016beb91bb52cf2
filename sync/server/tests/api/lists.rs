//! Several shows side by side: order, filters, pages.

use crate::recorded::{Act, act};
use crate::scene::{Story, publish, sound};
use hearthcast_model::clock::parse_rfc3339;
use hearthcast_text::notes;
use serde_json::Value;

/// The recorded show, and a second one with two episodes.
fn two_shows() -> Act {
    let act = act();
    let laptop = act.scene.paired();
    let mut story = Story::new(&act.scene, &laptop, "aviary");
    story.show.title = "an aviary".into();
    for (title, at, number) in
        [("Wren", "2026-10-31T12:00:00Z", None), ("Änderung", "2026-10-31T05:00:00Z", Some("2.5"))]
    {
        story.episode(title, parse_rfc3339(at).unwrap(), sound(900, title.len()), Some(60_500));
        let body = &mut story.episodes.last_mut().unwrap().body;
        body.number = number.and_then(|text: &str| text.parse().ok());
        body.season = Some(1);
        body.notes = notes("Songs of *birds*\n\nin the morning").unwrap();
    }
    story.upload(&act.scene, &laptop);
    publish(&act.scene, &laptop, &story.request(1, act.scene.now_ms())).expect(200);
    act
}

fn names(act: &Act, target: &str) -> Vec<String> {
    let answer = act.get(target).expect(200).json();
    let name = |one: &Value| one["attributes"]["name"].as_str().unwrap().split(':').next().unwrap().to_string();
    answer["data"].as_array().unwrap().iter().map(name).collect()
}

#[test]
fn shows_stand_by_name_and_episodes_newest_first() {
    let act = two_shows();
    assert_eq!(names(&act, "/podcasts/"), ["an aviary", "The 3 & Co. Podcast"]);
    assert_eq!(names(&act, "/podcasts/?sort=-name"), ["The 3 & Co. Podcast", "an aviary"]);
    assert_eq!(names(&act, "/episodes/"), ["Episode 3", "Wren", "Episode 2", "Änderung", "Episode 1"]);
    assert_eq!(names(&act, "/episodes/?sort=number,name"), ["Wren", "Episode 1", "Episode 2", "Änderung", "Episode 3"]);
    let between = act.get("/episodes/?filter[episode]=anderung").expect(200).json();
    assert_eq!(between["data"][0]["attributes"]["number"], 2.5);
    assert_eq!(names(&act, "/episodes/?sort=-duration-seconds")[..2], ["Episode 3", "Wren"], "ties keep their order");
}

#[test]
fn filters_choose() {
    let act = two_shows();
    assert_eq!(names(&act, "/episodes/?filter[podcast]=aviary"), ["Wren", "Änderung"]);
    assert_eq!(names(&act, "/episodes/?filter[podcast]=nosuch"), [""; 0]);
    assert_eq!(names(&act, "/episodes/?filter[freetext]=BIRDS+morning"), ["Wren", "Änderung"]);
    assert_eq!(names(&act, "/episodes/?filter[freetext]=birds+wren"), ["Wren"], "all words, each anywhere");
    assert_eq!(names(&act, "/episodes/?filter[freetext]=%C3%84NDERUNG"), ["Änderung"]);
    assert_eq!(names(&act, "/episodes/?filter[freetext]=first+season"), ["Episode 1"]);
    assert_eq!(names(&act, "/episodes/?filter[freetext]=em"), [""; 0], "markup is no text");
    let (first, third) = (&act.story.episodes[0].id, &act.story.episodes[2].id);
    assert_eq!(names(&act, &format!("/episodes/?filter[id]={first},%20{third}")), ["Episode 3", "Episode 1"]);
    let both = format!("/episodes/?filter[id]={first}&filter[podcast]=aviary");
    assert_eq!(names(&act, &both), [""; 0], "filters add up");
    let hidden = &act.story.episodes[3].id;
    assert_eq!(names(&act, &format!("/episodes/?filter[episode]={hidden}")), [""; 0], "its time has not come");
}

#[test]
fn pages_join_to_the_whole() {
    let act = two_shows();
    let mut found = vec![];
    let mut next = Some("https://pod.example/episodes/?page[size]=2&sort=-published".to_string());
    while let Some(url) = next {
        let target = url.strip_prefix("https://pod.example").unwrap().to_string();
        found.extend(names(&act, &target));
        let answer = act.get(&target).expect(200).json();
        assert_eq!(
            (&answer["meta"]["pagination"]["count"], &answer["meta"]["pagination"]["pages"]),
            (&5.into(), &3.into())
        );
        next = answer["links"]["next"].as_str().map(str::to_string);
    }
    assert_eq!(found, names(&act, "/episodes/?sort=-published"));
    let categories = act.get("/categories/?page[size]=1000").expect(200).json();
    assert_eq!(categories["data"].as_array().unwrap().len(), 100, "at most a hundred on a page");
    assert_eq!(categories["meta"]["pagination"]["count"], 110);
}

#[test]
fn the_same_number_is_another_season_in_another_show() {
    let act = two_shows();
    let answer = act.get("/podcasts/?include=seasons").expect(200).json();
    let seasons = answer["included"].as_array().unwrap();
    assert_eq!(seasons.len(), 3, "two of the one, one of the other, all with ids of their own");
}
