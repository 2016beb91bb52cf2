//! What is not public is nowhere: an episode and a post to come, and one that was withdrawn, each full of a word that no public
//! answer may say. Every route of the description is asked with every id and name there is, and every address in an answer is
//! followed.

use crate::recorded::{Act, act};
use crate::scene::publish;
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::id::RandomIds;
use hearthcast_model::{
    Chapter, ChapterLocation, Episode, EpisodeId, FeedPart, FeedVariant, Person, Sha256, ShareId, ShareToken, Song,
    Video,
};
use hearthcast_text::notes;
use serde_json::json;
use std::collections::{BTreeSet, VecDeque};

/// The word.
const CANARY: &str = "zanzibarcanary";
/// The recorded video's id with the word's length: letters only.
const VIDEO: &str = "zanzibarcan";

/// Fills a record with the word, wherever a person may write.
fn fill(body: &mut Episode) {
    body.title = format!("To come {CANARY}");
    body.guid = format!("{CANARY}-{}", body.guid);
    body.notes = notes(&format!("Words of {CANARY}, [there](https://example.org/{CANARY})")).unwrap();
    body.link = format!("https://example.org/{CANARY}");
    body.season_name = CANARY.into();
    body.persons = vec![Person { name: CANARY.into(), ..Person::default() }];
    body.videos = vec![Video { host: Default::default(), video: VIDEO.into(), title: CANARY.into() }];
    if body.kind != EpisodeKind::Post {
        let (title, url) = (CANARY.to_string(), format!("https://example.org/{CANARY}"));
        body.chapters = vec![Chapter {
            start_ms: 0,
            end_ms: None,
            title: title.clone(),
            url,
            hidden: false,
            picture: None,
            location: Some(ChapterLocation { name: title.clone(), ..ChapterLocation::default() }),
        }];
        body.songs = vec![Song {
            start_ms: 1,
            end_ms: None,
            title: title.clone(),
            artists: vec![title.clone()],
            comment: title,
            url: String::new(),
            picture: None,
        }];
    }
}

/// The recorded show with an episode and a post to come; its second episode, which was public, is full of the word too.
fn with_secrets() -> Act {
    let mut act = act();
    let mut later = act.story.episodes.iter().find(|one| one.body.is_post()).unwrap().clone();
    later.id = EpisodeId::parse("01a2c0de-0000-7000-8000-00000000cafe").unwrap();
    later.body.slug = "to-come".into();
    later.body.publish_at_ms = act.story.episodes[3].body.publish_at_ms;
    act.story.episodes.push(later);
    for n in [1, 3, act.story.episodes.len() - 1] {
        fill(&mut act.story.episodes[n].body);
    }
    for (n, name) in [(1, "gone.vtt"), (3, "later.vtt")] {
        act.says(n, name, &format!("WEBVTT\n\nNOTE {name}\n\n00:01.000 --> 00:02.000\n<v Ada>{CANARY}\n"), "");
    }
    // Its feed in pages, and one beside it with all of them: they are found by the addresses in the feed.
    act.story.show.feed_page = 1;
    let part = FeedPart::Last { episodes: 100 };
    act.story.show.feed_variants = vec![FeedVariant { name: "all".into(), title: String::new(), part }];
    act.release(2);
    act
}

/// Calls the second episode back. Returns the addresses that its sound had.
fn withdraw(act: &mut Act) -> Vec<String> {
    let gone = act.story.episodes.remove(1);
    let sound = gone.body.audio.as_ref().unwrap();
    act.story.files.retain(|(facts, _, _)| facts.sha256 != sound.hash);
    publish(&act.scene, &act.laptop, &act.story.request(3, act.scene.now_ms())).expect(200);
    let file = format!("{}.{}", sound.name, sound.ext);
    let files = json!([{"sha256": sound.hash, "name": file}]);
    let request = json!({"show": act.story.id, "episode": gone.id, "files": files});
    act.laptop.post(act.scene.addr(), "/sync/v1/withdraw", &request).expect(200);
    let (id, hash) = (gone.id, &sound.hash);
    vec![
        format!("/m/{hash}/{file}"),
        format!("/m/{}/{file}", hash.short()),
        format!("/episodes/{id}/"),
        format!("/episodes/{id}/chapters/"),
        format!("/episodes/{id}/audio/"),
        format!("/e/{id}/audio.mp3"),
    ]
}

/// Lets somebody hear a draft full of the word; returns its address and the ids that its records have.
fn let_hear(act: &mut Act) -> (String, Vec<String>) {
    let (now, bytes) = (act.scene.now_ms(), b"a draft that nobody else hears".to_vec());
    act.laptop.upload(act.scene.addr(), &bytes, "audio/mpeg");
    let (id, episode) = (ShareId::fresh(&RandomIds, now), EpisodeId::fresh(&RandomIds, now));
    let token = ShareToken::fresh(&RandomIds);
    let draft = json!({
        "id": id, "show": act.story.id, "episode": episode, "show_title": CANARY, "author": CANARY, "language": "en", "title": CANARY,
        "notes": {"html": format!("<p>{CANARY}</p>"), "sanitizer_version": 1},
        "chapters": [{"start_ms": 0, "title": CANARY}], "transcript": [{"start_ms": 0, "end_ms": 9, "speaker": CANARY, "text": CANARY}],
        "sound": {"sha256": Sha256::of(&bytes), "bytes": bytes.len(), "mime": "audio/mpeg", "ext": "mp3"},
        "made_ms": now, "expires_ms": now + 86_400_000,
    });
    act.laptop
        .post(act.scene.addr(), "/sync/v1/drafts", &json!({"token_sha256": token.hash(), "draft": draft}))
        .expect(200);
    let hash = Sha256::of(&bytes);
    (format!("/p/{}/", token.reveal()), vec![id.to_string(), episode.to_string(), hash.to_string()])
}

/// Every address there is to ask for: each route of the description with every id and name, and with every parameter that
/// brings more.
fn addresses(act: &Act, ids: &[String]) -> Vec<String> {
    let described = act.get("/openapi.json").expect(200).json();
    let more = [
        "",
        "?include=contents,links,seasons,categories",
        "?include=comments,podcast.contents,season,songs.artists,videos",
        "?include=comments,podcast.contents,videos",
        "?filter[freetext]=zanzibar",
        "?q=zanzibar",
        "?q=zanzibar&page[size]=1&page[number]=2",
        "?filter[podcast]=test-podcast",
        "?sort=-published&page[size]=100",
    ];
    let mut all = vec!["/podcasts/test-podcast/rss/".to_string(), "/font-faces/".into(), "/".into()];
    for (path, methods) in described["paths"].as_object().unwrap() {
        if methods.get("get").is_none() {
            continue;
        }
        for (n, id) in ids.iter().map(String::as_str).chain(["1", "test-podcast"]).enumerate() {
            let form = ["vtt", "srt", "json", "podlove.json", "html", "txt"][n % 6];
            let path = path.replace("{id}", id).replace("{slug}", "test-podcast").replace("{form}", form);
            all.extend(more.iter().map(|query| format!("{path}{query}")));
        }
    }
    for id in ids {
        for kind in ["episodes", "posts"] {
            let one = kind.trim_end_matches('s');
            all.extend([format!("/{kind}/?filter[id]={id}"), format!("/{kind}/?filter[{one}]={id}")]);
        }
        all.extend([format!("/episodes/{id}/audio/"), format!("/e/{id}/audio.mp3")]);
    }
    for file in act.story.episodes.iter().flat_map(|episode| episode.body.files()) {
        all.push(format!("/m/{}/{}.{}", file.hash, file.name, file.ext));
    }
    all
}

/// Asks for everything and follows every address in an answer; tells where the word is said, and how many answers there were.
fn said(act: &Act, ids: &[String]) -> (BTreeSet<String>, usize) {
    let mut waiting: VecDeque<String> = addresses(act, ids).into();
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let (mut said, mut answered) = (BTreeSet::new(), 0);
    while let Some(target) = waiting.pop_front() {
        let reply = act.get(&target);
        answered += usize::from(reply.status == 200);
        assert!(reply.status < 500, "{}: {target}", reply.status);
        let text = format!("{:?} {}", reply.headers, String::from_utf8_lossy(&reply.body));
        if text.to_lowercase().contains(CANARY) || text.contains(VIDEO) {
            said.insert(target);
        }
        let named = text.split(['"', '<', '>', ' ', '\\']).filter_map(|word| word.strip_prefix("https://pod.example"));
        for next in named.filter(|next| next.starts_with('/')) {
            if seen.insert(next.to_string()) {
                waiting.push_back(next.to_string());
            }
        }
    }
    (said, answered)
}

#[test]
fn what_is_not_public_is_said_nowhere() {
    let mut act = with_secrets();
    let ids: Vec<String> = act.story.episodes.iter().map(|episode| episode.id.to_string()).collect();
    act.until_found("zanzibar", &[&ids[1]]);
    let (before, _) = said(&act, &ids);
    assert!(
        before.contains("/podcasts/test-podcast/rss/all/")
            && before.iter().any(|target| target.starts_with("/podcasts/test-podcast/rss/page/"))
            && before.len() > 20,
        "the search finds what is public: {before:?}"
    );
    for hidden in [&ids[3], ids.last().unwrap()] {
        assert!(before.iter().all(|target| !target.contains(hidden)), "{hidden} is to come: {before:?}");
    }
    let gone = withdraw(&mut act);
    let (heard, of_draft) = let_hear(&mut act);
    assert!(
        String::from_utf8_lossy(&act.get(&heard).expect(200).body).contains(CANARY),
        "those with the address read it"
    );
    let ids: Vec<String> = ids.into_iter().chain(of_draft).collect();
    let (after, answered) = said(&act, &ids);
    assert_eq!(after, BTreeSet::new());
    assert!(answered > 100, "{answered} answers");
    for target in gone {
        let reply = act.get(&target);
        assert!(matches!(reply.status, 404 | 410), "{}: {target}", reply.status);
    }
    for name in ["sound.mp3", "picture.jpg", "0.mp3"] {
        act.get(&format!("/m/{}/{name}", ids.last().unwrap())).expect(404);
    }
    // At its minute what was to come is there, and is found by the same search.
    act.scene.clock.advance(40 * 86_400_000);
    act.scene.stop();
    act.scene.start();
    act.until_found("zanzibar", &[&ids[ids.len() - 4], &ids[3]]);
    let (then, _) = said(&act, &ids);
    assert!(then.contains("/podcasts/test-podcast/rss/") && then.contains("/posts/"), "{then:?}");
}
