//! Visitors leave comments: as the front end of spodcat does it (recorded), and as nobody should.

use crate::golden::{each, pretty};
use crate::http::{self, Reply};
use crate::recorded::{Act, act, fixture, recording};
use crate::scene::Laptop;
use crate::table::rows_of;
use hearthcast_model::{CommentPolicy, CommentState};
use hearthcast_server::logbook::{Entry, Mark, Page};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;

const JSON_API: (&str, &str) = ("Content-Type", "application/vnd.api+json");
const SITE: &str = "https://example.org";

impl Act {
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        http::send(self.scene.addr(), "POST", path, &[JSON_API], body.to_string().as_bytes())
    }

    /// Asks for a sum; its id and what it comes to.
    fn sum(&self) -> (String, i64) {
        let asked = json!({"data": {"type": "challenge", "attributes": {}, "relationships": {"podcast": {"data": {"type": "podcast", "id": "test-podcast"}}}}});
        let data = self.post("/challenges/", &asked).expect(201).json()["data"].clone();
        (data["id"].as_str().unwrap().into(), solved(data["attributes"]["challenge-string"].as_str().unwrap()))
    }

    /// The body of a good comment about the first episode.
    fn comment(&self, name: &str, text: &str) -> Value {
        let (challenge, answer) = self.sum();
        filled_in(&challenge, answer, name, text, self.story.episodes[0].id.as_str())
    }

    /// What the author decides on a laptop.
    fn decide(&self, laptop: &Laptop, decisions: &Value) -> Reply {
        let path = format!("/sync/v1/comments/{}", self.story.id);
        laptop.post(self.scene.addr(), &path, &json!({ "decisions": decisions }))
    }

    /// What a laptop is told.
    fn told(&self, laptop: &Laptop, after: i64) -> Value {
        let path = format!("/sync/v1/comments/{}?after={after}", self.story.id);
        laptop.send(self.scene.addr(), "GET", &path, &[], b"").expect(200).json()
    }

    /// Publishes the story again, changed.
    fn publish_again(&mut self, version: u64) {
        let request = self.story.request(version, self.scene.now_ms());
        crate::scene::publish(&self.scene, &self.laptop, &request).expect(200);
    }
}

fn filled_in(challenge: &str, answer: i64, name: &str, text: &str, about: &str) -> Value {
    json!({"data": {
        "type": "comment",
        "attributes": {"challenge": challenge, "challenge-answer": answer, "name": name, "text": text},
        "relationships": {"podcast-content": {"data": {"type": "episode", "id": about}}},
    }})
}

/// What a reader of English makes of "two plus two".
fn solved(words: &str) -> i64 {
    let numbers = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let number = |word: &str| numbers.iter().position(|one| *one == word).unwrap() as i64;
    let (a, b) = words.split_once(" plus ").unwrap();
    number(a) + number(b)
}

/// A recorded answer with our ids, breaks and instants.
fn expected(name: &str, ours: &Value) -> Value {
    let mut expected: Value = serde_json::from_str(&fixture(recording(name)["body_file"].as_str().unwrap())).unwrap();
    if let Some(id) = ours.pointer("/data/id") {
        expected["data"]["id"] = id.clone();
        for field in ["challenge-string", "created"] {
            if let Some(value) = ours["data"]["attributes"].get(field) {
                expected["data"]["attributes"][field] = value.clone();
            }
        }
    }
    each(&mut expected, &mut |object| {
        if let Some(html) = object.get_mut("text-html") {
            *html = json!(html.as_str().unwrap().replace("<br />", "<br>"));
        }
    });
    expected
}

thread_local! {
    /// The recorded answers that this test compared.
    static COMPARED: RefCell<BTreeSet<String>> = RefCell::default();
}

/// All rows of the table that name this test were compared by it.
fn assert_all_compared(test: &str) {
    let left: Vec<_> = COMPARED.with_borrow(|compared| rows_of(test).difference(compared).cloned().collect());
    assert_eq!(left, Vec::<String>::new(), "the table says that this test compares them");
    assert!(!rows_of(test).is_empty());
}

fn same(name: &str, reply: &Reply, ids: &[(&str, &str)]) {
    COMPARED.with_borrow_mut(|compared| compared.insert(name.to_string()));
    let recorded = recording(name);
    assert_eq!(u64::from(reply.status), recorded["status"].as_u64().unwrap(), "{name}");
    assert_eq!(
        reply.header("content-type"),
        recorded["headers"]["content-type"].as_str().unwrap_or_default(),
        "{name}"
    );
    if recorded["body_bytes"] == 0 {
        return assert!(reply.body.is_empty(), "{name}");
    }
    let ours = reply.json();
    let mut text = expected(name, &ours).to_string();
    ids.iter().for_each(|(recorded, own)| text = text.replace(recorded, own));
    let expected: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(pretty(&ours), pretty(&expected), "{name}");
}

#[test]
pub fn the_recorded_conversation_comes_out_the_same() {
    let act = act();
    let (path, body) = (
        |name: &str| recording(name)["request"]["path"].as_str().unwrap().to_string(),
        |name: &str| recording(name)["request"]["body"].clone(),
    );
    let asked = act.post(&path("challenge-create"), &body("challenge-create"));
    same("challenge-create", &asked, &[]);
    let data = asked.json()["data"].clone();
    let (id, sum) = (data["id"].as_str().unwrap(), solved(data["attributes"]["challenge-string"].as_str().unwrap()));
    let (recorded_id, recorded_episode) =
        ("eec2dcf3-efc1-44a1-af53-183bb63f4a51", "64456abe-6890-55b2-9b4a-c96d852be85d");
    let ours = |name: &str, answer: i64| {
        let text = body(name).to_string().replace(recorded_id, id);
        let text = text.replace(recorded_episode, act.story.episodes[0].id.as_str());
        let mut body: Value = serde_json::from_str(&text).unwrap();
        body["data"]["attributes"]["challenge-answer"] = json!(answer);
        body
    };
    let ids = [(recorded_id, id)];
    same("challenge-get", &act.get(&format!("/challenges/{id}/")), &ids);
    same("comment-create-wrong-answer", &act.post("/comments/", &ours("comment-create-wrong-answer", 99)), &ids);
    same("comment-create-missing", &act.post("/comments/", &body("comment-create-missing")), &ids);
    same("comment-create", &act.post("/comments/", &ours("comment-create", sum)), &ids);
    same("comment-create-replay", &act.post("/comments/", &ours("comment-create-replay", sum)), &ids);
    let (second, _) = act.sum();
    same("challenge-delete", &http::send(act.scene.addr(), "DELETE", &format!("/challenges/{second}/"), &[], b""), &[]);
    act.get(&format!("/challenges/{second}/")).expect(404);
    let plain = recording("comment-create-plain-json");
    let (mime, body) =
        (plain["request"]["headers"]["Content-Type"].as_str().unwrap(), plain["request"]["body"].as_str());
    let headers = [("Content-Type", mime)];
    same(
        "comment-create-plain-json",
        &http::send(act.scene.addr(), "POST", "/comments/", &headers, body.unwrap().as_bytes()),
        &[],
    );
    same("comments-list", &act.get("/comments/"), &[]);
    assert_all_compared("visitors::the_recorded_conversation_comes_out_the_same");
}

#[test]
fn a_comment_waits_for_the_author_and_leaves_when_told_to() {
    let act = act();
    let laptop = act.scene.paired();
    let seen = || act.get("/comments/").expect(200).json()["data"].as_array().unwrap().len();
    let kept = act.post("/comments/", &act.comment("Dave", "Hello\nthere")).expect(201).json();
    let number = kept["data"]["id"].as_str().unwrap().to_string();
    act.get(&format!("/comments/{number}/")).expect(404);
    assert_eq!(seen(), 3, "nobody sees it");
    let told = act.told(&laptop, 0);
    let comment = told["comments"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["state"] == "waiting" && one["name"] == "Dave")
        .unwrap();
    assert_eq!(
        (&comment["text"], &comment["number"]),
        (&json!("Hello\nthere"), &json!(number.parse::<i64>().unwrap()))
    );
    let decision = |state: &str, at_ms: i64| json!([{"id": comment["id"], "state": state, "at_ms": at_ms}]);
    let now = act.scene.now_ms();
    act.decide(&laptop, &decision("approved", now)).expect(200);
    let public = act.get(&format!("/comments/{number}/")).expect(200).json();
    assert_eq!(public["data"]["attributes"]["text-html"], "<p>Hello<br>\nthere</p>");
    let episode = format!("/episodes/{}/?include=comments", act.story.episodes[0].id);
    let with = act.get(&episode).expect(200).json();
    assert_eq!(with["data"]["relationships"]["comments"]["meta"]["count"], 2);
    assert_eq!(with["included"].as_array().unwrap().len(), 2);
    let changed = act.told(&laptop, told["next"].as_i64().unwrap());
    assert_eq!(changed["comments"][0]["state"], "approved", "another laptop sees it");
    // A decision made earlier on a laptop without a network changes nothing any more, and that laptop is told.
    let late = act.decide(&act.scene.paired(), &decision("rejected", now - 60_000)).expect(200).json();
    assert_eq!(late["comments"][0]["state"], "approved");
    act.decide(&laptop, &decision("deleted", now + 1_000_000)).expect(200);
    assert_eq!(seen(), 3, "an instant of the future is now, and later than before");
}

#[test]
fn comments_from_elsewhere_come_once_and_what_was_decided_here_holds() {
    let act = act();
    let laptop = act.scene.paired();
    let path = |show: &str| format!("/sync/v1/comments/{show}/brought");
    let comment = |n: u32, about: &str| {
        json!({
            "id": format!("019a0000-0000-5000-8000-{n:012}"), "number": 0, "show": act.story.id, "about": about, "name": "<i>Ada</i>",
            "text": "Then <script>as</script> *now*", "created_ms": 1_700_000_000_000_i64, "state": "approved",
        })
    };
    let bring = |show: &str, comments: Value| {
        let answer = laptop.post(act.scene.addr(), &path(show), &json!({ "comments": comments })).expect(200).json();
        answer["comments"].as_array().unwrap().clone()
    };
    let (show, first) = (act.story.id.as_str(), act.story.episodes[0].id.as_str());
    let nowhere = "018f0000-0000-7000-8000-000000000001";
    let kept = bring(show, json!([comment(1, first), comment(2, nowhere), comment(3, show), comment(1, first)]));
    assert_eq!(kept.len(), 2, "what is about no episode of the show is left out: {kept:?}");
    assert_eq!(kept[0], kept[1], "and what is sent twice is one");
    assert_eq!((&kept[0]["name"], &kept[0]["text"]), (&json!("Ada"), &json!("Then as *now*")));
    let page = format!("/comments/{}/", kept[0]["number"]);
    let told = act.get(&page).expect(200).json()["data"]["attributes"].clone();
    assert_eq!((&told["created"], &told["is-approved"]), (&json!("2023-11-14T22:13:20Z"), &json!(true)));
    assert_eq!(told["text-html"], "<p>Then as <em>now</em></p>");

    act.decide(&laptop, &json!([{"id": kept[0]["id"], "state": "rejected", "at_ms": act.scene.now_ms()}])).expect(200);
    act.get(&page).expect(404);
    let again = bring(show, json!([comment(1, first)]));
    assert_eq!((&again[0]["state"], &again[0]["number"]), (&json!("rejected"), &kept[0]["number"]));
    act.get(&page).expect(404);
    let mut hidden = comment(4, first);
    (hidden["state"], hidden["decided_ms"]) = (json!("rejected"), json!(act.scene.now_ms() + 1_000_000));
    let hidden = bring(show, json!([hidden])).remove(0);
    act.get(&format!("/comments/{}/", hidden["number"])).expect(404);
    assert!(hidden["decided_ms"].as_i64().unwrap() <= act.scene.now_ms(), "an instant of the future is now");

    let mut empty = [comment(5, first), comment(6, first), comment(7, first)];
    (empty[0]["text"], empty[1]["state"], empty[2]["id"]) = (json!("<b></b>"), json!("deleted"), json!("../x"));
    assert_eq!(bring(show, json!(empty)), Vec::<Value>::new());
    assert_eq!(bring(nowhere, json!([comment(8, first)])), Vec::<Value>::new(), "not by way of another show");
    let many = json!({"comments": vec![comment(9, first); 51]});
    laptop.post(act.scene.addr(), &path(show), &many).expect(400);
    http::send(act.scene.addr(), "POST", &path(show), &[], br#"{"comments":[]}"#).expect(401);
}

#[test]
fn where_nobody_approves_a_comment_is_there_at_once() {
    let mut act = act();
    act.story.show.comments = CommentPolicy::Open;
    act.publish_again(2);
    let show = act.get("/podcasts/test-podcast/").expect(200).json();
    assert_eq!(show["data"]["attributes"]["enable-comments"], true);
    assert_eq!(show["data"]["attributes"]["require-comment-approval"], false);
    let kept = act.post("/comments/", &act.comment("Dave", "Hi")).expect(201).json();
    assert_eq!(kept["data"]["attributes"]["is-approved"], true);
    act.get(&format!("/comments/{}/", kept["data"]["id"].as_str().unwrap())).expect(200);
    // One that was written elsewhere years before stands before it, though its number is larger.
    let laptop = act.scene.paired();
    let older = json!({
        "id": "019a0000-0000-5000-8000-000000000001", "number": 0, "show": act.story.id, "about": act.story.episodes[0].id,
        "name": "Ada", "text": "First!", "created_ms": 1_400_000_000_000_i64, "state": "approved",
    });
    let path = format!("/sync/v1/comments/{}/brought", act.story.id);
    let there = laptop.post(act.scene.addr(), &path, &json!({ "comments": [older] })).expect(200).json();
    let (ada, dave) = (there["comments"][0]["number"].to_string(), kept["data"]["id"].as_str().unwrap());
    let ends = |told: &Value| {
        let ids: Vec<&str> = told.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        [ids.first().unwrap().to_string(), ids.last().unwrap().to_string()]
    };
    assert_eq!(ends(&act.get("/comments/").expect(200).json()["data"]), [&ada, dave]);
    let episode = act.get(&format!("/episodes/{}/", act.story.episodes[0].id)).expect(200).json();
    assert_eq!(ends(&episode["data"]["relationships"]["comments"]["data"]), [&ada, dave]);
}

#[test]
fn nothing_is_taken_where_nothing_may_be_said() {
    let mut act = act();
    let laptop = act.scene.paired();
    let (challenge, answer) = act.sum();
    let content = |about: &str, kind: &str| {
        let mut body = filled_in(&challenge, answer, "Dave", "Hi", about);
        body["data"]["relationships"]["podcast-content"]["data"]["type"] = json!(kind);
        let refused = act.post("/comments/", &body).expect(400).json();
        assert_eq!(refused["errors"][0]["source"]["pointer"], "/data/relationships/podcast-content");
        refused["errors"][0]["code"].as_str().unwrap().to_string()
    };
    let (first, future) = (act.story.episodes[0].id.to_string(), act.story.episodes[3].id.to_string());
    // A future episode is told like one that never was.
    for about in [future.as_str(), "018f0000-0000-7000-8000-000000000001", "x", "", "../episodes"] {
        assert_eq!(content(about, "episode"), "does_not_exist", "{about}");
    }
    assert_eq!(content(&first, "podcast"), "incorrect_type");
    act.story.show.comments = CommentPolicy::Off;
    act.publish_again(2);
    let off = |path: &str, body: &Value| act.post(path, body).expect(400).json()["errors"][0]["code"].clone();
    assert_eq!(off("/comments/", &filled_in(&challenge, answer, "Dave", "Hi", &first)), "does_not_exist");
    let ask = json!({"data": {"type": "challenge", "relationships": {"podcast": {"data": {"type": "podcast", "id": "test-podcast"}}}}});
    assert_eq!(off("/challenges/", &ask), "does_not_exist");
    assert_eq!(act.get("/comments/").expect(200).json()["data"], json!([]), "nor is anything shown");
    let episode = act.get(&format!("/episodes/{first}/?include=comments")).expect(200).json();
    assert_eq!(
        (&episode["data"]["relationships"]["comments"]["meta"]["count"], &episode["included"]),
        (&json!(0), &json!([]))
    );
    let left = act.told(&laptop, 0)["comments"].as_array().unwrap().len();
    assert_eq!(left, 6, "and nothing is lost");
}

#[test]
fn a_sum_is_good_for_one_comment_about_its_own_show() {
    let act = act();
    let laptop = act.scene.paired();
    let mut other = crate::scene::Story::new(&act.scene, &laptop, "other");
    other.show.comments = CommentPolicy::Open;
    other.episode("One", act.scene.now_ms() - 1000, crate::scene::sound(2_000, 3), None);
    other.upload(&act.scene, &laptop);
    crate::scene::publish(&act.scene, &laptop, &other.request(1, act.scene.now_ms())).expect(200);
    let (challenge, answer) = act.sum();
    let elsewhere = filled_in(&challenge, answer, "Dave", "Hi", other.episodes[0].id.as_str());
    let refused = act.post("/comments/", &elsewhere).expect(400).json();
    assert_eq!(refused["errors"][0]["source"]["pointer"], "/data/relationships/challenge");
    assert_eq!(refused["errors"][0]["code"], "does_not_exist");
    let first = act.story.episodes[0].id.as_str();
    for _ in 0..5 {
        act.post("/comments/", &filled_in(&challenge, answer + 1, "Dave", "Hi", first)).expect(400);
    }
    let guessed = act.post("/comments/", &filled_in(&challenge, answer, "Dave", "Hi", first)).expect(400).json();
    assert_eq!(guessed["errors"][0]["code"], "does_not_exist", "five wrong answers end a sum");
    act.scene.clock.advance(10 * 60_000);
    let (challenge, answer) = act.sum();
    act.scene.clock.advance(2 * 60 * 60_000);
    act.get(&format!("/challenges/{challenge}/")).expect(404);
    let late = act.post("/comments/", &filled_in(&challenge, answer, "Dave", "Hi", first)).expect(400).json();
    assert_eq!(late["errors"][0]["code"], "does_not_exist", "two hours end it, too");
}

#[test]
fn one_address_may_not_flood() {
    let act = act();
    let flooded = (0..200).find_map(|_| {
        let ask = json!({"data": {"type": "challenge", "relationships": {"podcast": {"data": {"type": "podcast", "id": "test-podcast"}}}}});
        Some(act.post("/challenges/", &ask)).filter(|reply| reply.status != 201)
    });
    let refused = flooded.unwrap().expect(429);
    assert_eq!(refused.json()["errors"][0]["code"], "throttled");
    assert_eq!(refused.header("content-type"), "application/vnd.api+json");
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=5).contains(&wait));
    act.scene.clock.advance(wait * 1000);
    act.sum();
    act.scene.clock.advance(60 * 60_000);
    let comments: Vec<u16> = (0..12).map(|_| act.post("/comments/", &act.comment("Dave", "Hi")).status).collect();
    assert_eq!(comments, [&[201; 10][..], &[429; 2]].concat());
}

#[test]
fn what_a_visitor_types_is_text_and_nothing_else() {
    let act = act();
    let laptop = act.scene.paired();
    let name = "<img src=x onerror=alert(1)>Mal\u{202e}lory <b>&amp;</b>";
    let text =
        "<script>alert(1)</script>[go](javascript:alert(1)) [fine](https://a.example) <iframe src=x>\n# Big\u{0}\u{8}";
    let kept = act.post("/comments/", &act.comment(name, text)).expect(201).json();
    let attributes = &kept["data"]["attributes"];
    assert_eq!(attributes["name"], "Mal\u{202e}lory &amp;");
    assert_eq!(attributes["text"], "alert(1)[go](javascript:alert(1)) [fine](https://a.example) \n# Big");
    let html = attributes["text-html"].as_str().unwrap();
    assert!(html.contains("<a rel=\"nofollow ugc\" href=\"https://a.example\">fine</a>"), "{html}");
    for bad in ["<script", "javascript:", "<iframe", "<h1", "onerror", "\0"] {
        assert!(!html.contains(bad), "{bad} in {html}");
    }
    let told = act.told(&laptop, 0).to_string();
    assert!(!told.contains("<script") && !told.contains("<img"), "{told}");
}

#[test]
fn whatever_is_sent_is_refused_in_words_or_taken() {
    let act = act();
    let (challenge, answer) = act.sum();
    let first = act.story.episodes[0].id.to_string();
    let good = || filled_in(&challenge, answer, "Dave", "Hi", &first);
    let with = |path: &str, value: Value| {
        let mut body = good();
        *body.pointer_mut(path).unwrap() = value;
        body.to_string()
    };
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    let cases = [
        (String::new(), 400),
        ("null".into(), 400),
        ("[]".into(), 400),
        ("{".into(), 400),
        ("\u{feff}{}".into(), 400),
        (deep, 400),
        (r#"{"data":[]}"#.into(), 400),
        (r#"{"data":{}}"#.into(), 409),
        (r#"{"data":{"type":"episode"}}"#.into(), 409),
        (r#"{"data":{"type":"comment","attributes":[],"relationships":{}}}"#.into(), 400),
        (r#"{"data":{"type":"comment","attributes":{},"relationships":[]}}"#.into(), 400),
        (with("/data/attributes/challenge-answer", json!("x")), 400),
        (with("/data/attributes/challenge-answer", json!(1e300)), 400),
        (with("/data/attributes/challenge-answer", json!([answer])), 400),
        (with("/data/attributes/challenge", json!({"$ne": null})), 400),
        (with("/data/attributes/challenge", json!("' OR 1=1 --")), 400),
        (with("/data/attributes/challenge", json!(null)), 400),
        (with("/data/attributes/name", json!("")), 400),
        (with("/data/attributes/name", json!(" <b></b> \n ")), 400),
        (with("/data/attributes/name", json!("x".repeat(51))), 400),
        (with("/data/attributes/name", json!(["Dave"])), 400),
        (with("/data/attributes/text", json!("ä".repeat(10_001))), 400),
        (with("/data/attributes/text", json!("\u{0}\u{1}")), 400),
        (with("/data/attributes/text", json!({})), 400),
        (with("/data/relationships/podcast-content", json!([])), 400),
        (with("/data/relationships/podcast-content/data", json!([{"type": "episode", "id": first}])), 400),
        (with("/data/relationships/podcast-content/data", json!({"type": "episode"})), 400),
        (with("/data/relationships/podcast-content/data/id", json!(7)), 400),
        (with("/data/attributes/text", json!("x".repeat(70_000))), 413),
    ];
    for (body, status) in cases {
        for path in ["/comments/", "/challenges/"] {
            let reply = http::send(act.scene.addr(), "POST", path, &[JSON_API], body.as_bytes());
            let shown = &body[..body.len().min(80)];
            if path == "/comments/" {
                assert_eq!(reply.status, status, "{shown}");
            }
            assert!((400..500).contains(&reply.status), "{path} {} {shown}", reply.status);
            assert_eq!(reply.header("content-type"), "application/vnd.api+json", "{shown}");
            for error in reply.json()["errors"].as_array().unwrap() {
                assert_eq!(error["status"], reply.status.to_string());
                assert!(
                    error["detail"].is_string() && error["code"].is_string() && error["source"]["pointer"].is_string()
                );
            }
        }
    }
    for mime in ["", "application/json", "text/plain", "multipart/form-data; boundary=x", "application/vnd.api+jsonx"] {
        http::send(act.scene.addr(), "POST", "/comments/", &[("Content-Type", mime)], b"{}").expect(415);
    }
    for id in ["x", "0", "-1", "1/", "%00", "9999999999999999999999", "018f0000-0000-7000-8000-000000000001"] {
        assert!((400..500).contains(&act.get(&format!("/comments/{id}/")).status), "{id}");
        assert_eq!(act.get(&format!("/challenges/{id}/")).status, 404, "{id}");
        assert_eq!(http::send(act.scene.addr(), "DELETE", &format!("/challenges/{id}/"), &[], b"").status, 404, "{id}");
    }
    let longest = with("/data/attributes/text", json!("ä".repeat(10_000)));
    http::send(act.scene.addr(), "POST", "/comments/", &[JSON_API], longest.as_bytes()).expect(201);
}

#[test]
fn a_form_of_a_web_page_is_taken_too() {
    let act = act();
    let (challenge, answer) = act.sum();
    let about = json!({"type": "episode", "id": act.story.episodes[0].id}).to_string();
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("challenge", &challenge)
        .append_pair("challenge_answer", &answer.to_string())
        .append_pair("name", "123")
        .append_pair("text", "Zwei Worte & mehr")
        .append_pair("podcast_content", &about)
        .finish();
    let headers = [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")];
    let kept = http::send(act.scene.addr(), "POST", "/comments/", &headers, form.as_bytes()).expect(201).json();
    assert_eq!(kept["data"]["attributes"]["name"], "123");
    assert_eq!(kept["data"]["attributes"]["text-html"], "<p>Zwei Worte &amp; mehr</p>");
}

#[test]
fn browsers_of_named_sites_may_leave_something() {
    let act = act();
    for (path, methods) in [
        ("/comments/", "GET, HEAD, POST"),
        ("/challenges/", "POST"),
        ("/challenges/018f0000-0000-7000-8000-000000000001/", "GET, HEAD, DELETE"),
    ] {
        let asked = [
            ("Origin", SITE),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "content-type"),
        ];
        let answer = http::send(act.scene.addr(), "OPTIONS", path, &asked, b"").expect(204);
        assert_eq!(answer.header("access-control-allow-origin"), SITE);
        assert_eq!(answer.header("access-control-allow-methods"), methods);
        assert!(answer.header("access-control-allow-headers").contains("content-type"));
    }
    let reply = http::send(act.scene.addr(), "POST", "/comments/", &[JSON_API, ("Origin", SITE)], b"{}").expect(400);
    assert_eq!(reply.header("access-control-allow-origin"), SITE, "a page can show what was wrong");
    let other = [JSON_API, ("Origin", "https://evil.example")];
    let reply = http::send(act.scene.addr(), "POST", "/comments/", &other, b"{}").expect(400);
    assert_eq!(reply.header("access-control-allow-origin"), "");
    let reply = http::send(act.scene.addr(), "PUT", "/comments/", &[], b"").expect(405);
    assert_eq!(reply.header("allow"), "GET, HEAD, POST, OPTIONS");
}

#[test]
fn a_restarted_server_shows_the_same_comments_and_knows_its_sums() {
    let mut act = act();
    let before = act.get("/comments/").expect(200).json();
    let (challenge, answer) = act.sum();
    act.scene.stop();
    act.scene.start();
    assert_eq!(act.get("/comments/").expect(200).json(), before);
    act.post("/comments/", &filled_in(&challenge, answer, "Dave", "Hi", act.story.episodes[0].id.as_str())).expect(201);
}

#[test]
pub fn a_page_tells_that_it_was_seen_and_that_is_no_download() {
    let act = act();
    let first = act.story.episodes[0].id.to_string();
    let agent = ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
    let headers =
        [agent, ("Referer", "https://example.org/show?secret=1"), ("Content-Type", "text/plain;charset=UTF-8")];
    let ping = |path: &str, body: &[u8]| http::send(act.scene.addr(), "POST", path, &headers, body);
    same("podcast-ping", &ping("/podcasts/test-podcast/ping/", b""), &[]);
    same("episode-ping", &ping(&format!("/episodes/{first}/ping/"), b"whatever"), &[]);
    let post = act.story.episodes.iter().find(|one| one.body.is_post()).unwrap().id.to_string();
    same("post-ping", &ping(&format!("/posts/{post}/ping/"), b""), &[]);
    same("podcast-ping-get", &act.get("/podcasts/test-podcast/ping/"), &[]);
    assert_all_compared("visitors::a_page_tells_that_it_was_seen_and_that_is_no_download");
    let future = &act.story.episodes[3].id;
    for path in [format!("/episodes/{future}/ping/"), "/episodes/x/ping/".into(), "/podcasts/nosuch/ping/".into()] {
        assert_eq!(ping(&path, b"").expect(404).header("content-type"), "application/vnd.api+json", "{path}");
    }
    let log = || hearthcast_server::logbook::read(&act.scene.data().join("log"), "main", Mark::default()).unwrap();
    let entries: Vec<Entry> = log().map(|entry| entry.unwrap().1).collect();
    let [Entry::View(show), Entry::View(episode), Entry::View(of_post)] = &entries[..] else { panic!("{entries:?}") };
    assert_eq!((show.page, show.of.as_str()), (Page::Show, act.story.id.as_str()));
    assert_eq!((episode.page, episode.of.as_str()), (Page::Episode, first.as_str()));
    assert_eq!((of_post.page, of_post.of.as_str()), (Page::Post, post.as_str()));
    assert_eq!((episode.referrer.as_str(), episode.agent.as_str()), ("example.org", agent.1));
    assert_eq!(episode.listener, show.listener);
    assert!(!format!("{entries:?}").contains("127.0.0.1"));
    let metrics = act.laptop.send(act.scene.addr(), "GET", "/sync/v1/metrics", &[], b"").expect(200).json();
    assert_eq!(metrics["rows"], json!([]), "nobody downloaded anything");
    let flood = (0..200).filter(|_| ping("/podcasts/test-podcast/ping/", b"").status == 200).count();
    assert_eq!((flood, log().count()), (200, 120), "one address fills no disk");
}

#[test]
fn only_the_owner_reads_and_decides() {
    let act = act();
    let laptop = act.scene.paired();
    let path = format!("/sync/v1/comments/{}", act.story.id);
    http::send(act.scene.addr(), "GET", &path, &[], b"").expect(401);
    http::send(act.scene.addr(), "POST", &path, &[], br#"{"decisions":[]}"#).expect(401);
    let all = act.told(&laptop, 0);
    let id = &all["comments"][0]["id"];
    let other = "/sync/v1/comments/018f0000-0000-7000-8000-000000000001";
    let one = json!({"decisions": [{"id": id, "state": "deleted", "at_ms": 5}]});
    let done = laptop.post(act.scene.addr(), other, &one).expect(200).json();
    assert_eq!(done["comments"], json!([]), "not by way of another show");
    assert_eq!(act.told(&laptop, 0), all);
    for (path, body) in [
        (path.as_str(), json!({"decisions": [{"id": id, "state": "burnt", "at_ms": 5}]})),
        (path.as_str(), json!({"decisions": vec![json!({"id": id, "state": "approved", "at_ms": 5}); 501]})),
        ("/sync/v1/comments/x", json!({"decisions": []})),
    ] {
        let status = laptop.post(act.scene.addr(), path, &body).status;
        assert!((400..500).contains(&status), "{status}");
    }
    let states: Vec<&str> = CommentState::ALL.into_iter().map(CommentState::name).collect();
    assert_eq!(states, ["waiting", "approved", "rejected", "deleted"]);
}
