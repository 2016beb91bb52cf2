//! What a person writes into shows and episodes: kept, refused with a sentence, taken back.

use crate::scene::Scene;
use hearthcast_model::view::{EpisodeEdit, ShowEdit};
use hearthcast_model::{Chapter, ChapterLocation, Code, Funding, Person, Preset};

#[tokio::test(flavor = "multi_thread")]
async fn a_show_keeps_preset_medium_people_and_ways_to_give() {
    let scene = Scene::new().await;
    let ada = Person {
        name: " Ada ".into(),
        role: "Host".into(),
        href: "https://example.org/ada".into(),
        ..Default::default()
    };
    let edit = ShowEdit {
        preset: Some(Preset::Music192),
        medium: Some("Music".into()),
        funding: Some(vec![Funding { url: "https://example.org/give".into(), text: "Give".into() }]),
        persons: Some(vec![ada]),
        ..Default::default()
    };
    let show = scene.studio.edit_show("harbour", edit).await.unwrap().show;
    assert_eq!((show.preset, show.medium.as_str()), (Preset::Music192, "music"));
    assert_eq!((show.persons[0].name.as_str(), show.persons[0].role.as_str()), ("Ada", "host"));
    for (bad, word) in [
        (ShowEdit { medium: Some("radio".into()), ..Default::default() }, "medium"),
        (
            ShowEdit {
                funding: Some(vec![Funding { url: "give.me".into(), text: String::new() }]),
                ..Default::default()
            },
            "give",
        ),
        (ShowEdit { persons: Some(vec![Person::default()]), ..Default::default() }, "person"),
    ] {
        let error = scene.studio.edit_show("harbour", bad).await.unwrap_err();
        assert!(error.code.as_str() == "field.invalid" && error.message.contains(word), "{error:?}");
        assert!(!error.hint.is_empty(), "{error:?}");
    }
    scene.studio.undo().await.unwrap().unwrap();
    assert_eq!(scene.studio.show_view("harbour").await.unwrap().show.persons, vec![]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_show_that_is_refused_a_field_is_not_made_at_all() {
    let scene = Scene::new().await;
    let shows = async || scene.studio.shows().await.unwrap().into_iter().map(|row| row.slug).collect::<Vec<_>>();
    let before = shows().await;
    for bad in [
        ShowEdit { cover: Some("missing.jpg".into()), ..Default::default() },
        ShowEdit { banner: Some("missing.jpg".into()), ..Default::default() },
        ShowEdit { language: Some("Klingon, please".into()), ..Default::default() },
    ] {
        scene.studio.add_show_with("The Pier", None, bad).await.unwrap_err();
        assert_eq!(shows().await, before);
    }
    let good = ShowEdit { author: Some("Ada".into()), ..Default::default() };
    let made = scene.studio.add_show_with("The Pier", None, good).await.unwrap().show;
    assert_eq!((made.slug.as_str(), made.author.as_str()), ("the-pier", "Ada"), "the name was not taken by them");
    scene.studio.undo().await.unwrap().unwrap();
    assert_eq!(shows().await, before, "made in one step");
}

#[tokio::test(flavor = "multi_thread")]
async fn chapters_become_the_file_that_players_load() {
    let scene = Scene::new().await;
    scene.episode("Talk").await;
    let edit = |chapters: Vec<Chapter>| EpisodeEdit { chapters: Some(chapters), ..Default::default() };
    let set = edit(vec![Chapter::new(90_500, "Later"), Chapter::new(0, "Start")]);
    let view = scene.studio.edit_episode("harbour", "talk", set).await.unwrap();
    let file = view.episode.chapters_file.clone().expect("a file");
    assert_eq!((file.name.as_str(), file.ext.as_str()), ("talk", "json"));
    let bytes = std::fs::read(scene.media(file.hash.as_str())).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(json["version"], "1.2.0");
    assert_eq!(json["chapters"][1]["startTime"], 90.5);
    assert_eq!(json["chapters"][0]["title"], "Start", "in order");
    let (_, mime) = scene.studio.media_file(file.hash.as_str()).await.unwrap();
    assert_eq!(mime, "application/json+chapters");

    scene.attach("talk", &scene.wav("x.wav", 5)).await;
    let beyond =
        scene.studio.edit_episode("harbour", "talk", edit(vec![Chapter::new(6_000, "Too late")])).await.unwrap_err();
    assert!(beyond.message.contains("Too late") && beyond.message.contains("beyond the end"), "{}", beyond.message);
    let none = scene.studio.edit_episode("harbour", "talk", edit(vec![])).await.unwrap();
    assert_eq!((none.episode.chapters_file, none.episode.chapters.len()), (None, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_place_of_a_chapter_is_kept_refused_and_taken_back() {
    let scene = Scene::new().await;
    scene.episode("Talk").await;
    let at = |geo: &str| {
        let location = ChapterLocation { name: " Pier  7 ".into(), geo: geo.into(), osm: String::new() };
        let placed = Chapter { location: Some(location), ..Chapter::new(0, "Start") };
        EpisodeEdit { chapters: Some(vec![placed]), ..Default::default() }
    };
    let refused = scene.studio.edit_episode("harbour", "talk", at("54.35,18.65")).await.unwrap_err();
    assert_eq!(refused.message, "Chapter 1 has coordinates that apps cannot read: \"54.35,18.65\".");
    let view = scene.studio.edit_episode("harbour", "talk", at("geo:54.35,18.65")).await.unwrap();
    let file = view.episode.chapters_file.clone().expect("a file");
    let bytes = std::fs::read(scene.media(file.hash.as_str())).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let pier = serde_json::json!({"name": "Pier 7", "geo": "geo:54.35,18.65"});
    assert_eq!(json["chapters"][0]["location"], pier);

    scene.studio.undo().await.unwrap().unwrap();
    assert_eq!(scene.view("talk").await.episode.chapters, []);
    scene.studio.redo().await.unwrap().unwrap();
    let again = scene.view("talk").await.episode;
    assert_eq!((again.chapters, again.chapters_file), (view.episode.chapters.clone(), Some(file)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_for_apple_and_a_summary_are_kept_where_they_say_something_else() {
    let scene = Scene::new().await;
    scene.episode("Talk").await;
    let edit = |title: &str, summary: &str| {
        let edit =
            EpisodeEdit { itunes_title: Some(title.into()), summary: Some(summary.into()), ..Default::default() };
        scene.studio.edit_episode("harbour", "talk", edit)
    };
    let set = edit(" 1: Talk ", "In short.\r\n\r\nAnd more. ").await.unwrap().episode;
    assert_eq!((set.itunes_title.as_str(), set.summary.as_str()), ("1: Talk", "In short.\n\nAnd more."));
    for (title, summary, field) in
        [("x".repeat(1_001), String::new(), "itunes_title"), (String::new(), "x".repeat(4_001), "summary")]
    {
        let refused = edit(&title, &summary).await.unwrap_err();
        assert_eq!((refused.code, refused.subject.map(|subject| subject.id)), (Code::FieldInvalid, Some(field.into())));
    }
    let cleared = edit("Talk", "").await.unwrap().episode;
    assert_eq!((cleared.itunes_title.as_str(), cleared.summary.as_str()), ("", ""), "the title is no other one");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_that_edit_other_fields_lose_nothing() {
    let scene = Scene::new().await;
    scene.episode("Talk").await;
    let (one, two) = (scene.studio.clone(), scene.other().await);
    let titles = tokio::spawn(async move {
        for n in 0..20 {
            let edit = EpisodeEdit { link: Some(format!("https://example.org/{n}")), ..Default::default() };
            one.edit_episode("harbour", "talk", edit).await.unwrap();
        }
    });
    for n in 0..20 {
        let edit = EpisodeEdit { season_name: Some(format!("Season {n}")), ..Default::default() };
        two.edit_episode("harbour", "talk", edit).await.unwrap();
    }
    titles.await.unwrap();
    let episode = scene.view("talk").await.episode;
    assert_eq!((episode.link.as_str(), episode.season_name.as_str()), ("https://example.org/19", "Season 19"));
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_and_redo_survive_a_restart() {
    let scene = Scene::new().await;
    scene.episode("Talk").await;
    let edit = EpisodeEdit { notes: Some("Written".into()), ..Default::default() };
    scene.studio.edit_episode("harbour", "talk", edit).await.unwrap();
    let later = scene.other().await;
    assert_eq!(later.undo().await.unwrap().unwrap().reason, "edit");
    assert_eq!(scene.view("talk").await.episode.notes.source, "");
    assert_eq!(scene.other().await.redo().await.unwrap().unwrap().reason, "edit");
    assert_eq!(scene.view("talk").await.episode.notes.source, "Written");
    assert!(later.redo().await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_shows_where_the_word_stands() {
    let scene = Scene::new().await;
    scene.episode("Talk").await;
    let notes = format!("{} the Köhlbrand bridge {}", "before ".repeat(40), "after ".repeat(40));
    let edit = EpisodeEdit { notes: Some(notes), ..Default::default() };
    scene.studio.edit_episode("harbour", "talk", edit).await.unwrap();
    let hits = scene.studio.search("kohlbrand").await.unwrap();
    assert_eq!((hits.len(), hits[0].kind.as_str(), hits[0].show.as_str()), (1, "episode", "harbour"));
    assert!(hits[0].excerpt.contains("the Köhlbrand bridge"), "{}", hits[0].excerpt);
}
