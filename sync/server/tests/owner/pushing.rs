//! Push: all or nothing, applied once however often and however cut it is sent, conflicts shown and never overwritten.

use crate::http::Reply;
use crate::scene::{Laptop, Scene};
use hearthcast_model::hash::body_hash;
use hearthcast_protocol::push::PushAnswer;
use serde_json::{Value, json};

const ONE: &str = "019a0000-0000-7000-8000-000000000001";
const TWO: &str = "019a0000-0000-7000-8000-000000000002";

fn op(laptop: &Laptop, n: i64, id: &str, before: Option<&Value>, set: Value) -> Value {
    let base = before.map(|body| body_hash(body).to_string());
    let op = json!({"v": 1, "op": format!("{}:{n}", laptop.device), "table": "show", "id": id, "base_hash": base,
        "set": set, "del": false});
    json!({"n": n, "op": op})
}

fn push(scene: &Scene, laptop: &Laptop, key: i64, ops: &[Value]) -> Reply {
    let key = format!("{}:{key}", laptop.device);
    let body = json!({ "ops": ops }).to_string();
    laptop.send(scene.addr(), "POST", "/sync/v1/push", &[("Idempotency-Key", &key)], body.as_bytes())
}

/// (revision, sequence number) of each result.
fn numbers(reply: Reply) -> Vec<(i64, i64)> {
    let answer: PushAnswer = reply.expect(200).read();
    answer.results.iter().map(|result| (result.rev, result.seq)).collect()
}

#[test]
fn a_push_is_applied_once_however_often_it_is_sent() {
    let scene = Scene::new();
    let laptop = scene.paired();
    let ops = [op(&laptop, 1, ONE, None, json!({"a": 1})), op(&laptop, 2, TWO, None, json!({"b": 1}))];
    let first = push(&scene, &laptop, 2, &ops).expect(200);
    let again = push(&scene, &laptop, 2, &ops).expect(200);
    assert_eq!(first.body, again.body);
    assert_eq!(numbers(first), [(1, 1), (1, 2)]);
    // The answer was lost and the laptop cut its batch anew.
    let before = json!({"a": 1});
    let longer = [ops[0].clone(), ops[1].clone(), op(&laptop, 3, ONE, Some(&before), json!({"a": 2}))];
    assert_eq!(numbers(push(&scene, &laptop, 3, &longer)), [(1, 1), (1, 2), (2, 3)]);
    let hello = json!({"proto": [1], "schema": 1, "device": laptop.device, "outbox_last": 3});
    let hello = laptop.post(scene.addr(), "/sync/v1/hello", &hello).expect(200).json();
    assert_eq!((hello["head_seq"].as_i64(), hello["device_last"].as_i64()), (Some(3), Some(3)));
}

#[test]
fn the_same_key_for_something_else_is_refused() {
    let scene = Scene::new();
    let laptop = scene.paired();
    push(&scene, &laptop, 1, &[op(&laptop, 1, ONE, None, json!({"a": 1}))]).expect(200);
    let other = push(&scene, &laptop, 1, &[op(&laptop, 1, ONE, None, json!({"a": 2}))]).expect(422);
    assert_eq!(other.code(), "field.invalid");
    // Also under another key: number 1 of this laptop is taken.
    push(&scene, &laptop, 99, &[op(&laptop, 1, ONE, None, json!({"a": 2}))]).expect(422);
    // Another laptop's keys and numbers are its own.
    let second = scene.paired();
    push(&scene, &second, 1, &[op(&second, 1, TWO, None, json!({"a": 2}))]).expect(200);
}

#[test]
fn a_conflict_applies_nothing_and_shows_the_other_side() {
    let scene = Scene::new();
    let (one, two) = (scene.paired(), scene.paired());
    let start = json!({"title": "T"});
    push(&scene, &one, 1, &[op(&one, 1, ONE, None, start.clone())]).expect(200);
    push(&scene, &one, 2, &[op(&one, 2, ONE, Some(&start), json!({"title": "one"}))]).expect(200);
    let mine = [op(&two, 1, TWO, None, json!({"x": 1})), op(&two, 2, ONE, Some(&start), json!({"title": "two"}))];
    let answer: PushAnswer = push(&scene, &two, 2, &mine).expect(409).read();
    assert_eq!(answer.results[0].seq, 0, "nothing of the batch was applied");
    assert!(answer.results[0].conflict.is_none());
    let conflict = answer.results[1].conflict.as_ref().unwrap();
    assert_eq!((conflict.rev, &conflict.body, &conflict.by), (2, &json!({"title": "one"}), &one.device.to_string()));
    // After the merge the same numbers may be used: they were never applied.
    let seen = json!({"title": "one"});
    let merged = [mine[0].clone(), op(&two, 3, ONE, Some(&seen), json!({"title": "two"}))];
    assert_eq!(
        numbers(push(&scene, &two, 3, &merged)),
        [(1, 3), (3, 4)],
        "record two is new: it was not applied before"
    );
}

#[test]
fn an_edit_after_a_lost_answer_is_no_conflict_with_oneself() {
    let scene = Scene::new();
    let (laptop, other) = (scene.paired(), scene.paired());
    // Number 1 was applied, its answer lost; the laptop edits on and still starts from nothing.
    push(&scene, &laptop, 1, &[op(&laptop, 1, ONE, None, json!({"title": "a", "notes": "n"}))]).expect(200);
    assert_eq!(numbers(push(&scene, &laptop, 2, &[op(&laptop, 2, ONE, None, json!({"title": "b"}))])), [(2, 2)]);
    let seen = json!({"title": "b"});
    assert_eq!(numbers(push(&scene, &laptop, 3, &[op(&laptop, 3, ONE, Some(&seen), json!({"title": "c"}))])), [(3, 3)]);
    // Lost again, twice; "notes" was written and taken back in between.
    let lost = json!({"title": "d", "notes": "x"});
    push(&scene, &laptop, 4, &[op(&laptop, 4, ONE, Some(&json!({"title": "c"})), lost)]).expect(200);
    push(&scene, &laptop, 5, &[op(&laptop, 5, ONE, Some(&json!({"title": "c"})), json!({"title": "e"}))]).expect(200);
    push(&scene, &laptop, 6, &[op(&laptop, 6, ONE, Some(&json!({"title": "c"})), json!({"title": "f"}))]).expect(200);
    // What stands is exactly the laptop's record: another one that starts from it meets no conflict.
    let stands = json!({"title": "f"});
    push(&scene, &other, 1, &[op(&other, 1, ONE, Some(&stands), json!({"title": "g"}))]).expect(200);
    // Once somebody else wrote, starting from the old state is a conflict again.
    push(&scene, &laptop, 7, &[op(&laptop, 7, ONE, Some(&json!({"title": "c"})), json!({"title": "h"}))]).expect(409);
    push(&scene, &laptop, 8, &[op(&laptop, 8, ONE, Some(&stands), json!({"title": "h"}))]).expect(409);
}

#[test]
fn a_record_the_server_lost_is_asked_for_whole() {
    let scene = Scene::new();
    let laptop = scene.paired();
    let change = [op(&laptop, 5, ONE, Some(&json!({"a": 1})), json!({"a": 2}))];
    let answer: PushAnswer = push(&scene, &laptop, 5, &change).expect(409).read();
    let conflict = answer.results[0].conflict.as_ref().unwrap();
    assert_eq!((conflict.rev, &conflict.body), (0, &Value::Null));
}

#[test]
fn limits_and_nonsense_are_refused() {
    let scene = Scene::new();
    let laptop = scene.paired();
    let many: Vec<Value> = (1..=501).map(|n| op(&laptop, n, ONE, None, json!({}))).collect();
    push(&scene, &laptop, 501, &many).expect(400);
    push(&scene, &laptop, 1, &[]).expect(400);
    push(&scene, &laptop, 1, &[op(&laptop, 1, ONE, None, json!({"a": "x".repeat(1024 * 1024)}))]).expect(413);
    push(&scene, &laptop, 2, &[op(&laptop, 2, ONE, None, json!({})), op(&laptop, 1, TWO, None, json!({}))]).expect(422);
    push(&scene, &laptop, 1, &[op(&laptop, 1, "../../etc/passwd", None, json!({}))]).expect(422);
    let deep = "[".repeat(100_000);
    laptop.send(scene.addr(), "POST", "/sync/v1/push", &[("Idempotency-Key", "k")], deep.as_bytes()).expect(400);
    laptop.send(scene.addr(), "POST", "/sync/v1/push", &[], b"{\"ops\":[]}").expect(400);
}
