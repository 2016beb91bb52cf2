//! Device tokens: only the device's own signature, for this server, of this moment. Forgeries read alike.

use crate::http::{self, Reply};
use crate::scene::{Laptop, Scene, url64};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hearthcast_protocol::hello::{Compatibility, HelloAnswer};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};

fn hello_with(scene: &Scene, token: &str, laptop: &Laptop) -> Reply {
    let body = json!({"proto": [1], "schema": 1, "device": laptop.device, "outbox_last": 0});
    let bearer = format!("Bearer {token}");
    http::send(scene.addr(), "POST", "/sync/v1/hello", &[("Authorization", &bearer)], body.to_string().as_bytes())
}

#[test]
fn hello_says_what_the_server_speaks() {
    let scene = Scene::new();
    let laptop = scene.paired();
    let answer: HelloAnswer = hello_with(&scene, &laptop.token(), &laptop).expect(200).read();
    assert_eq!((answer.proto, answer.schema, answer.compatibility), (1, 1, Compatibility::Ok));
    assert_eq!((answer.head_seq, answer.device_last, answer.server_time_ms), (0, 0, scene.now_ms()));
    assert_eq!(answer.base_url, "https://pod.example");
    let other = json!({"proto": [9], "schema": 1, "device": laptop.device, "outbox_last": 0});
    let answer: HelloAnswer = laptop.post(scene.addr(), "/sync/v1/hello", &other).expect(200).read();
    assert_eq!(answer.compatibility, Compatibility::Upgrade);
    let stranger = json!({"proto": [1], "schema": 1, "device": Laptop::new(&scene).device, "outbox_last": 0});
    assert_eq!(laptop.post(scene.addr(), "/sync/v1/hello", &stranger).expect(403).code(), "auth.refused");
}

#[test]
fn forged_tokens_are_refused_alike() {
    let scene = Scene::new();
    let (laptop, thief) = (scene.paired(), Laptop::new(&scene));
    let header = json!({"alg": "EdDSA", "typ": "JWT", "kid": laptop.device});
    let changed = |field: &str, value: Value| {
        let mut claims = laptop.claims();
        claims[field] = value;
        laptop.signed(&header, &claims)
    };
    let now = scene.now_ms() / 1000;
    let good = laptop.token();
    let unsigned = good.rsplit_once('.').unwrap().0;
    let none = json!({"alg": "none", "typ": "JWT", "kid": laptop.device});
    let forgeries = [
        ("nothing", String::new()),
        ("no token", "x.y.z".into()),
        ("another key", thief.signed(&header, &laptop.claims())),
        ("alg none", format!("{}.{}.", url64(&none), url64(&laptop.claims()))),
        ("no signature", format!("{unsigned}.")),
        ("the public key as a shared secret", hs256(&laptop)),
        ("an unknown device", thief.signed(&json!({"alg": "EdDSA", "kid": thief.device}), &thief.claims())),
        ("no kid", laptop.signed(&json!({"alg": "EdDSA"}), &laptop.claims())),
        ("speaks for another", changed("iss", json!(thief.device))),
        ("for another server", changed("aud", json!("another"))),
        ("for several servers, not this one", changed("aud", json!(["a", "b"]))),
        ("over", {
            let mut c = laptop.claims();
            c["iat"] = json!(now - 600);
            c["exp"] = json!(now - 300);
            laptop.signed(&header, &c)
        }),
        ("not begun", {
            let mut c = laptop.claims();
            c["iat"] = json!(now + 600);
            c["exp"] = json!(now + 700);
            laptop.signed(&header, &c)
        }),
        ("made for an hour", changed("exp", json!(now + 3600))),
        (
            "other claims under the signature",
            format!(
                "{}.{}.{}",
                url64(&header),
                url64(&json!({"iss": laptop.device, "aud": laptop.server_id, "iat": now, "exp": now + 299})),
                good.rsplit_once('.').unwrap().1
            ),
        ),
        ("too long", format!("{good}{}", "A".repeat(5_000))),
    ];
    hello_with(&scene, &good, &laptop).expect(200);
    let first = hello_with(&scene, "", &laptop).expect(401);
    assert_eq!(first.header("www-authenticate"), "Bearer");
    for (why, token) in forgeries {
        let refused = hello_with(&scene, &token, &laptop);
        assert_eq!((refused.status, &refused.body), (401, &first.body), "{why}");
    }
}

/// RS256/HS256 confusion: the public key, which everybody may know, used as an HMAC secret.
fn hs256(laptop: &Laptop) -> String {
    let text = format!("{}.{}", url64(&json!({"alg": "HS256", "kid": laptop.device})), url64(&laptop.claims()));
    let key = URL_SAFE_NO_PAD.decode(laptop.public_key()).unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
    mac.update(text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

#[test]
fn every_address_but_pairing_needs_a_token() {
    let scene = Scene::new();
    scene.paired();
    for (method, path) in [
        ("POST", "/sync/v1/hello"),
        ("POST", "/sync/v1/push"),
        ("POST", "/sync/v1/publish"),
        ("POST", "/sync/v1/files"),
        ("OPTIONS", "/sync/v1/files"),
        ("HEAD", "/sync/v1/files/x"),
        ("PATCH", "/sync/v1/files/x"),
        ("DELETE", "/sync/v1/files/x"),
        ("GET", "/sync/v1/metrics"),
        ("GET", "/sync/v1/media/x"),
        ("GET", "/sync/v1/shows/x/version"),
        ("GET", "/sync/v1/nothing"),
        ("GET", "/sync/v1/pair/../metrics"),
        ("GET", "/sync/v1/metrics?x=/sync/v1/pair"),
    ] {
        let reply = http::send(scene.addr(), method, path, &[("Tus-Resumable", "1.0.0")], b"");
        assert_eq!(reply.status, 401, "{method} {path}");
        assert_eq!(reply.header("cache-control"), "no-store", "{method} {path}");
    }
}

#[test]
fn a_removed_laptop_is_out_at_once() {
    let scene = Scene::new();
    let laptop = scene.paired();
    let token = laptop.token();
    hello_with(&scene, &token, &laptop).expect(200);
    scene.runtime.block_on(async {
        let mut writer = scene.store().write().await.unwrap();
        let gone = hearthcast_store::device::revoke(&mut writer, laptop.device.as_str(), scene.now_ms()).await.unwrap();
        assert!(gone);
        writer.commit().await.unwrap();
    });
    hello_with(&scene, &token, &laptop).expect(401);
}

#[test]
fn an_answer_names_no_secret_and_says_what_to_do() {
    let scene = Scene::new();
    let error = http::send(scene.addr(), "GET", "/sync/v1/metrics", &[], b"").expect(401).json();
    assert_eq!((error["v"].as_u64(), error["retry"].as_str()), (Some(1), Some("after_action")));
    assert!(error["hint"].as_str().unwrap().contains("hearthcast-server pair"));
}
