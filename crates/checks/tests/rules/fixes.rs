//! Fixes: after one the finding is gone, nothing else is found, and nothing else has changed.

use crate::faults::{faulty, listed};
use crate::scene::{Scene, good, part};
use hearthcast_checks::{Mended, groups, insecure_addresses, mend, rule};
use hearthcast_model::show::ShowKind;
use std::collections::BTreeMap;

/// Rules that only the studio can mend: it makes the cover again.
const STUDIOS: [&str; 6] =
    ["cover_not_square", "cover_large", "picture_format", "picture_ending", "picture_turned", "picture_print_colours"];

fn mended(scene: &Scene, code: &str) -> (Mended, Scene) {
    let secure: BTreeMap<String, String> = scene.with(|facts| {
        insecure_addresses(facts).into_iter().map(|url| (url.clone(), url.replacen("http:", "https:", 1))).collect()
    });
    let mended = scene.with(|facts| mend(facts, &[code.to_string()], &secure));
    let mut after = scene.clone();
    if let Some(show) = &mended.show {
        after.show = show.clone();
    }
    for (id, episode) in &mended.episodes {
        after.parts.iter_mut().find(|part| part.id == *id).unwrap().body = episode.clone();
    }
    (mended, after)
}

#[test]
fn point_4_each_fix_mends_what_it_says() {
    let (mut tried, mut wrong) = (0, vec![]);
    for (fault, id) in listed().into_iter().filter(|(_, id)| !STUDIOS.contains(id)) {
        let scene = faulty(fault);
        let offered = scene.findings().iter().any(|finding| finding.fix.is_some());
        let (mended, after) = mended(&scene, id);
        if !offered {
            assert!(mended.show.is_none() && mended.episodes.is_empty(), "{fault}: something changed without an offer");
            continue;
        }
        tried += 1;
        if !after.found().is_empty() {
            wrong.push(format!("{fault}: {:?}", after.found()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried >= 20, "{tried} fixes were tried");
}

#[test]
fn every_rule_with_a_fix_offers_it_for_a_listed_fault_or_a_scene_below() {
    let described = faulty("description-empty");
    assert!(described.findings()[0].fix.is_none(), "there are no words under the name");
    let mut words = described;
    words.show.tagline = "About *ships*.".into();
    assert!(words.findings()[0].fix.is_some());
    let (_, after) = mended(&words, "description_missing");
    assert_eq!(after.show.description.safe.html.trim(), "<p>About <em>ships</em>.</p>");
    assert_eq!(after.found(), []);
    for rule in groups().iter().flat_map(|group| group.rules).filter(|rule| rule.fix.is_some()) {
        let of_rule = listed().into_iter().filter(|(_, id)| *id == rule.id);
        let offered = of_rule.flat_map(|(fault, _)| faulty(fault).findings()).any(|finding| finding.fix.is_some());
        assert!(offered || rule.id == "description_missing", "{} offers its fix for nothing", rule.id);
    }
}

#[test]
fn a_correct_show_stays_as_it_is_whatever_is_asked_for() {
    let codes: Vec<String> = groups().iter().flat_map(|group| group.rules).map(|rule| rule.code()).collect();
    let unasked: Vec<String> = codes
        .into_iter()
        .filter(|code| {
            // These do as they are told; the studio asks for them only where they are offered.
            !matches!(rule(code).unwrap().id, "explicit_show" | "feed_large" | "notes_html" | "description_missing")
        })
        .collect();
    let scene = good();
    let mended = scene.with(|facts| mend(facts, &unasked, &BTreeMap::new()));
    assert_eq!(mended, Mended { show: None, episodes: vec![] });
}

#[test]
fn numbers_go_on_where_they_ended_by_season_and_date() {
    let mut scene = good();
    scene.show.kind = ShowKind::Serial;
    scene.parts = (1..=5).map(|number| part(number, "Part")).collect();
    // The later one stands first; one of another season begins anew.
    scene.parts.swap(3, 4);
    for (index, number, season) in [(0, Some(7), 1), (1, None, 1), (2, None, 2), (3, None, 1), (4, None, 1)] {
        scene.parts[index].body.number = number.map(u32::into);
        scene.parts[index].body.season = Some(season);
    }
    let (_, after) = mended(&scene, "number_missing");
    let numbers: Vec<String> = after.parts.iter().map(|part| part.body.number.unwrap().to_string()).collect();
    assert_eq!(numbers, ["7", "8", "1", "10", "9"]);
}

#[test]
fn addresses_change_where_they_are_addresses_and_nowhere_else() {
    let mut scene = good();
    scene.parts[0].body.guid = "http://example.org/1".into();
    scene.parts[0].body.link = "http://example.org/1".into();
    scene.parts[0].body.notes.source = "http://example.org/1".into();
    let (_, after) = mended(&scene, "address_insecure");
    let one = &after.parts[0].body;
    assert_eq!(
        (one.link.as_str(), one.guid.as_str(), one.notes.source.as_str()),
        ("https://example.org/1", "http://example.org/1", "http://example.org/1"),
        "a guid is a name and never changes"
    );
}
