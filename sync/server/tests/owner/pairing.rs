//! Pairing: a code lets one laptop in, once, for a quarter of an hour, and cannot be guessed.

use crate::http;
use crate::scene::{Laptop, Scene};
use hearthcast_protocol::pair::PairAnswer;
use serde_json::json;

const MINUTE_MS: i64 = 60_000;

#[test]
fn a_code_lets_one_laptop_in_once() {
    let scene = Scene::new();
    let (laptop, code) = (Laptop::new(&scene), scene.code());
    let typed = code.to_lowercase().replace('-', " ");
    let answer: PairAnswer = laptop.pair(scene.addr(), &typed).expect(200).read();
    assert_eq!(answer.base_url, "https://pod.example");
    assert_eq!(answer.server_id, laptop.server_id);
    let other = Laptop::new(&scene);
    let refused = other.pair(scene.addr(), &code).expect(403);
    assert_eq!(refused.code(), "auth.refused");
    assert_eq!(other.post(scene.addr(), "/sync/v1/hello", &json!({})).status, 401);
}

#[test]
fn a_code_ends_after_fifteen_minutes() {
    let scene = Scene::new();
    let code = scene.code();
    scene.clock.advance(15 * MINUTE_MS);
    Laptop::new(&scene).pair(scene.addr(), &code).expect(403);
    let code = scene.code();
    scene.clock.advance(15 * MINUTE_MS - 1);
    Laptop::new(&scene).pair(scene.addr(), &code).expect(200);
}

#[test]
fn five_wrong_guesses_end_all_open_codes() {
    let scene = Scene::new();
    let (one, two) = (scene.code(), scene.code());
    let laptop = Laptop::new(&scene);
    for guess in 0..4 {
        laptop.pair(scene.addr(), &format!("0000-0000-000{guess}")).expect(403);
    }
    laptop.pair(scene.addr(), &one).expect(200);
    laptop.pair(scene.addr(), "0000-0000-0009").expect(403);
    let refused = laptop.pair(scene.addr(), &two).expect(403);
    let guessed = laptop.pair(scene.addr(), "0000-0000-0009").expect(403);
    assert_eq!(refused.body, guessed.body, "the answer does not tell a right code from a wrong one");
    Laptop::new(&scene).pair(scene.addr(), &scene.code()).expect(200);
}

#[test]
fn a_broken_request_does_not_use_the_code_up() {
    let scene = Scene::new();
    let (laptop, code) = (Laptop::new(&scene), scene.code());
    let with = |field: &str, value| {
        let mut request = laptop.pair_request(&code);
        request[field] = value;
        http::send(scene.addr(), "POST", "/sync/v1/pair", &[], request.to_string().as_bytes()).status
    };
    assert_eq!(with("proto", json!(2)), 426);
    assert_eq!(with("public_key", json!("AAAA")), 422);
    assert_eq!(with("device", json!("../../etc")), 422);
    assert_eq!(with("device_name", json!("x".repeat(201))), 422);
    assert_eq!(with("code", json!(7)), 400);
    let large = vec![b' '; 17 * 1024];
    http::send(scene.addr(), "POST", "/sync/v1/pair", &[], &large).expect(413);
    laptop.pair(scene.addr(), &code).expect(200);
}

#[test]
fn pairing_again_replaces_the_key() {
    let scene = Scene::new();
    let old = scene.paired();
    let new = Laptop { device: old.device.clone(), ..Laptop::new(&scene) };
    new.pair(scene.addr(), &scene.code()).expect(200);
    assert_eq!(old.post(scene.addr(), "/sync/v1/hello", &json!({})).status, 401);
    assert_eq!(new.post(scene.addr(), "/sync/v1/hello", &json!({})).status, 400, "let in, but the question is empty");
}
