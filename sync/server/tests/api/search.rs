//! Full-text search: what is found, where and when it is said; and that nothing is found that is not public now.

use crate::http::Reply;
use crate::recorded::{Act, act};
use crate::scene::publish;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Sha256, Transcript};
use hearthcast_store::search;
use hearthcast_text::notes;
use serde_json::{Value, json};

/// A conversation. The second cue has the words that others look for.
pub const TALK: &str = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Ada Lund>Willkommen am Leuchtturm, heute über Brücken.\n\n\
    01:02:03.250 --> 01:02:05.000\n<v Bo>The bridge keeper's ÇAFÉ is <i>closed</i> & \"locked\" on Mondays.\n\n\
    01:02:06.000 --> 01:02:08.000\nNobody knows why.\n";
pub const TALK_SRT: &str = "1\n00:00:07,500 --> 00:00:09,000\nAda: Tervetuloa majakalle\n\n";

impl Act {
    /// Gives an episode a transcript; published with the next version.
    pub fn says(&mut self, n: usize, name: &str, text: &str, language: &str) {
        let (name, ext) = name.split_once('.').unwrap();
        let mime = if ext == "vtt" { "text/vtt" } else { "application/x-subrip" };
        let file = Attachment { hash: Sha256::of(text.as_bytes()), name: name.into(), ext: ext.into() };
        let transcript = Transcript { file, language: language.into(), captions: false };
        self.story.episodes[n].body.transcripts.push(transcript);
        self.story.files.push((crate::scene::facts(text.as_bytes(), mime, None), text.as_bytes().to_vec(), None));
    }

    pub fn release(&self, version: u64) {
        self.story.upload(&self.scene, &self.laptop);
        publish(&self.scene, &self.laptop, &self.story.request(version, self.scene.now_ms())).expect(200);
    }

    fn ask(&self, query: &str) -> Reply {
        self.get(&format!("/api/v1/search/?{query}"))
    }

    /// The places: which episode, where.
    fn places(&self, query: &str) -> Vec<(String, String)> {
        let answer = self.ask(query).expect(200).json();
        let text = |hit: &Value, name: &str| hit[name].as_str().unwrap().to_string();
        answer["hits"].as_array().unwrap().iter().map(|hit| (text(hit, "id"), text(hit, "where"))).collect()
    }

    /// Waits until exactly these have a word.
    pub fn until_found(&self, word: &str, ids: &[&str]) {
        let mut wanted = ids.to_vec();
        wanted.sort_unstable();
        self.scene.until(&format!("{word} is found in {ids:?}"), || {
            let mut found: Vec<String> =
                self.places(&format!("q={word}&page[size]=100")).into_iter().map(|place| place.0).collect();
            found.sort_unstable();
            found.dedup();
            found == wanted
        });
    }

    fn id(&self, n: usize) -> &str {
        self.story.episodes[n].id.as_str()
    }
}

/// The recorded show; its first episode is a conversation.
pub fn talking() -> Act {
    let mut act = act();
    act.says(0, "talk.vtt", TALK, "");
    act.says(0, "talk-fi.srt", TALK_SRT, "fi");
    act.release(2);
    act.until_found("keeper", &[act.id(0)]);
    act
}

#[test]
fn words_are_found_with_their_second() {
    let act = talking();
    let id = act.id(0).to_string();
    let answer = act.ask("q=bridge+keeper").expect(200).json();
    // What was said an hour before does not stand with it.
    let quoted = "The bridge keeper's ÇAFÉ is closed & \"locked\" on Mondays. Nobody knows why.";
    let hit = &answer["hits"][0];
    assert_eq!((&answer["count"], &answer["complete"], &answer["pages"]), (&json!(1), &json!(true), &json!(1)));
    assert_eq!(hit["snippet"]["text"], quoted);
    assert_eq!(hit["snippet"]["marks"], json!([[4, 10], [11, 17]]));
    for (member, value) in [
        ("kind", json!("episode")),
        ("id", json!(id)),
        ("slug", json!("1-episode-1-radio-feeds")),
        ("title", json!("Episode 1: Rådio & <feeds>")),
        ("show", json!("test-podcast")),
        ("where", json!("transcript")),
        ("start_seconds", json!(3723.25)),
        ("speaker", json!("Bo")),
        ("language", json!("en")),
    ] {
        assert_eq!(hit[member], value, "{member}");
    }
    let finnish = act.ask("q=majakalle").expect(200).json();
    assert_eq!((&finnish["hits"][0]["language"], &finnish["hits"][0]["start_seconds"]), (&json!("fi"), &json!(7.5)));
}

#[test]
fn titles_come_before_notes_and_notes_before_what_is_said() {
    let mut act = talking();
    act.story.episodes[1].body.title = "The keepers".into();
    act.story.episodes[2].body.notes = notes("About **keepers** <b>and</b> lamps").unwrap();
    act.release(3);
    act.until_found("keeper", &[act.id(0), act.id(1), act.id(2)]);
    let expected =
        [(1, "title"), (2, "notes"), (0, "transcript")].map(|(n, place)| (act.id(n).to_string(), place.to_string()));
    assert_eq!(act.places("q=keeper"), expected);
    let notes = act.ask("q=keepers+lamps").expect(200).json();
    assert_eq!(notes["hits"][0]["snippet"]["text"], "About keepers and lamps", "plain text");
    assert_eq!(act.places("q=post+text").len(), 1, "posts are found, too");
    // In pages.
    let page = act.ask("q=keeper&page[size]=2&page[number]=2").expect(200).json();
    assert_eq!((&page["page"], &page["pages"], &page["count"]), (&json!(2), &json!(2), &json!(3)));
    assert_eq!(page["hits"].as_array().unwrap().len(), 1);
    act.ask("q=keeper&page[size]=2&page[number]=3").expect(404);
    assert_eq!(act.places(&format!("q=keeper&episode={}", act.id(2))).len(), 1);
    assert_eq!(act.places("q=keeper&podcast=test-podcast").len(), 3);
    assert!(act.places("q=keeper&podcast=nosuch").is_empty());
}

#[test]
fn accents_and_capitals_do_not_matter() {
    let act = talking();
    for (question, found) in [
        ("cafe", true),
        ("Caf%C3%A9", true),
        ("BRUCKEN", true),
        ("brucke", true),
        ("radio", true),
        // Folding takes marks off letters, it does not know German spelling.
        ("bruecken", false),
        ("ridge", false),
        ("lund", false),
        ("keeper+nosuchword", false),
    ] {
        assert_eq!(!act.places(&format!("q={question}")).is_empty(), found, "{question}");
    }
}

#[test]
fn any_question_is_answered_or_refused() {
    let act = talking();
    let long = format!("q={}", "a".repeat(501));
    let many = format!("q={}", "a+".repeat(17));
    let often = "q=a&".repeat(17);
    for query in [
        "",
        "q=",
        "q=%20",
        "q=*",
        "q=%22",
        "q=%ff%fe",
        "x=1",
        "q=a&x=1",
        "q=a&page[size]=0",
        "q=a&page[size]=x",
        "q=a&episode=1",
        &long,
        &many,
        &often,
        "q=a&page[number]=0",
        "q=a&page[number]=99999999999999999999",
    ] {
        let status = act.ask(query).status;
        assert!(matches!(status, 400 | 404), "{status}: {query}");
    }
    for query in [
        "q=a%22",
        "q=NEAR(a+b)",
        "q=a+NOT+b",
        "q=title:a",
        "q=^a",
        "q=a*",
        "q=a%00b",
        "q=a'%3b--",
        "q=a+AND",
        "q=OR+a",
        "q={title}%20:%20a",
        "q=-a",
        "q=a%2Bb",
        "q=%E2%80%AEa",
        "q=%F0%9D%84%9E1",
        "q=a&podcast=%27",
        "q=%CC%88a",
        "q=a&page[size]=100000",
    ] {
        act.ask(query).expect(200);
    }
}

#[test]
fn only_what_is_public_now_is_found() {
    let mut act = talking();
    act.story.episodes[1].body.notes = notes("quokkafirst").unwrap();
    act.story.episodes[3].body.notes = notes("quokkalater").unwrap();
    act.says(3, "later.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nquokkaspoken\n", "");
    act.release(3);
    act.until_found("quokka", &[act.id(1)]);
    // Other words take the place of the first ones: at no moment are those found again.
    act.story.episodes[1].body.notes = notes("quokkasecond").unwrap();
    act.release(4);
    assert!(act.places("q=quokkafirst").is_empty());
    act.until_found("quokkasecond", &[act.id(1)]);
    // An episode that is called back is gone from answers and from the database.
    let gone = act.story.episodes.remove(0);
    act.story.files.retain(|(facts, _, _)| gone.body.files().all(|file| file.hash != facts.sha256));
    act.release(5);
    assert!(act.places("q=keeper").is_empty());
    let files: Vec<Value> = gone
        .body
        .files()
        .map(|file| json!({"sha256": file.hash, "name": format!("{}.{}", file.name, file.ext)}))
        .collect();
    let request = json!({"show": act.story.id, "episode": gone.id, "files": files});
    act.laptop.post(act.scene.addr(), "/sync/v1/withdraw", &request).expect(200);
    assert!(act.places("q=keeper").is_empty());
    act.scene.until("nothing of it is kept", || !kept(&act).contains(&gone.id.to_string()));
    // At its minute what was to come is found.
    assert!(!kept(&act).contains(&act.id(2).to_string()), "what is to come is not even read");
    act.scene.clock.advance(40 * 86_400_000);
    act.until_found("quokkalater", &[act.id(2)]);
    assert_eq!(act.ask("q=quokkaspoken").expect(200).json()["hits"][0]["start_seconds"], 1.0);
}

/// Ids of what search can find.
fn kept(act: &Act) -> Vec<String> {
    let kept = act.scene.runtime.block_on(async { search::kept(&mut *act.scene.store().read().await?).await }).unwrap();
    kept.into_keys().collect()
}

#[test]
fn an_older_servers_words_are_read_at_its_start() {
    let mut act = talking();
    act.scene.runtime.block_on(async {
        let mut writer = act.scene.store().write().await.unwrap();
        for id in search::kept(&mut writer).await.unwrap().keys() {
            search::forget(&mut writer, id).await.unwrap();
        }
        writer.commit().await.unwrap();
    });
    assert!(kept(&act).is_empty());
    act.scene.stop();
    act.scene.start();
    act.until_found("keeper", &[act.id(0)]);
    assert_eq!(kept(&act).len(), 4, "three episodes and a post");
}

#[test]
fn a_kept_answer_needs_no_database() {
    let act = talking();
    let first = act.ask("q=keeper").expect(200);
    let tag = first.header("etag").to_string();
    assert_eq!(first.header("cache-control"), "public, no-cache");
    act.scene.runtime.block_on(act.scene.store().close()).unwrap();
    std::fs::rename(act.scene.data().join("server.sqlite"), act.scene.folder.path().join("away.sqlite")).unwrap();
    assert_eq!(act.ask("q=keeper").expect(200).body, first.body);
    act.scene.get("/api/v1/search/?q=keeper", &[("If-None-Match", &tag)]).expect(304);
    let head = crate::http::send(
        act.scene.addr(),
        "HEAD",
        "/api/v1/search/?q=keeper",
        &[("Origin", "https://example.org")],
        b"",
    )
    .expect(200);
    assert_eq!(head.header("access-control-allow-origin"), "https://example.org");
    assert!(head.body.is_empty());
    // What was not asked before cannot be found now, and the server says so.
    let refused = act.ask("q=majakalle").expect(503).json();
    assert_eq!(refused["errors"][0]["code"], "unavailable");
}
