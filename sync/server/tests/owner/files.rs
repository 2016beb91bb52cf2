//! Uploads by offset (tus 1.0): resumed anywhere, finished only when hash and length hold, bounded, nobody else's business.

use crate::http;
use crate::scene::{Laptop, Scene, metadata, sound};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hearthcast_model::Sha256;
use hearthcast_server::owner::files::sweep;
use sha2::Digest;
use std::io::Write;
use std::path::PathBuf;

const DAY_MS: i64 = 86_400_000;

fn parts(scene: &Scene) -> Vec<PathBuf> {
    std::fs::read_dir(scene.data().join("uploads")).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn kept(scene: &Scene, hash: &Sha256) -> Option<Vec<u8>> {
    std::fs::read(scene.data().join("media").join(&hash.as_str()[..2]).join(hash.as_str())).ok()
}

#[test]
fn a_file_arrives_in_parts() {
    let scene = Scene::new();
    let (laptop, to, bytes) = (scene.paired(), scene.addr(), sound(3_000_000, 1));
    let hash = Sha256::of(&bytes);
    let path = laptop.create(to, &bytes, "audio/mpeg");
    assert!(path.starts_with("/sync/v1/files/"), "{path}");
    assert_eq!(laptop.offset(to, &path), 0);
    let one = laptop.patch(to, &path, 0, &bytes[..1_234_567]).expect(204);
    assert_eq!(one.header("upload-offset"), "1234567");
    assert_eq!(one.header("tus-resumable"), "1.0.0");
    assert_eq!(laptop.offset(to, &path), 1_234_567);
    assert!(!laptop.has(to, &hash), "half a file is no file");
    assert_eq!(laptop.patch(to, &path, 0, &bytes[..10]).expect(409).code(), "target.conflict");
    laptop.patch(to, &path, 2_000_000, &bytes[2_000_000..]).expect(409);
    let last = laptop.patch(to, &path, 1_234_567, &bytes[1_234_567..]).expect(204);
    assert_eq!(last.header("upload-offset"), "3000000");
    assert_eq!(kept(&scene, &hash), Some(bytes.clone()));
    let there = laptop.send(to, "HEAD", &format!("/sync/v1/media/{hash}"), &[], b"").expect(200);
    assert_eq!((there.header("content-length"), there.header("content-type")), ("3000000", "audio/mpeg"));
    let whole = laptop.send(to, "GET", &format!("/sync/v1/media/{hash}"), &[], b"").expect(200);
    assert_eq!(Sha256::of(&whole.body), hash);
    // The answer was lost: asking again and sending the last part again are harmless.
    assert_eq!(laptop.offset(to, &path), 3_000_000);
    laptop.patch(to, &path, 3_000_000, b"").expect(204);
    assert!(parts(&scene).is_empty());
}

#[test]
fn the_same_content_is_the_same_upload() {
    let scene = Scene::new();
    let (laptop, to, bytes) = (scene.paired(), scene.addr(), sound(100_000, 2));
    let path = laptop.create(to, &bytes, "audio/mpeg");
    laptop.patch(to, &path, 0, &bytes[..60_000]).expect(204);
    assert_eq!(laptop.create(to, &bytes, "audio/mpeg"), path, "the answer to the creation may be lost");
    laptop.patch(to, &path, 60_000, &bytes[60_000..]).expect(204);
    assert_eq!(laptop.create(to, &bytes, "audio/mpeg"), path);
    // Another laptop has an upload of its own, which is complete at once.
    let other = scene.paired();
    let theirs = other.create(to, &bytes, "audio/mpeg");
    assert_ne!(theirs, path);
    assert_eq!(other.offset(to, &theirs), 100_000);
    // The file was lost on the server: it is asked for again.
    let hash = Sha256::of(&bytes);
    std::fs::remove_file(scene.data().join("media").join(&hash.as_str()[..2]).join(hash.as_str())).unwrap();
    assert!(!laptop.has(to, &hash));
    let again = laptop.create(to, &bytes, "audio/mpeg");
    assert_eq!(laptop.offset(to, &again), 0);
    laptop.patch(to, &again, 0, &bytes).expect(204);
    assert!(laptop.has(to, &hash));
}

#[test]
fn uploads_survive_a_restart() {
    let mut scene = Scene::new();
    let (laptop, bytes) = (scene.paired(), sound(500_000, 3));
    let path = laptop.create(scene.addr(), &bytes, "audio/mpeg");
    laptop.patch(scene.addr(), &path, 0, &bytes[..200_000]).expect(204);
    scene.stop();
    scene.start();
    assert_eq!(laptop.offset(scene.addr(), &path), 200_000);
    laptop.patch(scene.addr(), &path, 200_000, &bytes[200_000..]).expect(204);
    assert!(laptop.has(scene.addr(), &Sha256::of(&bytes)));
}

#[test]
fn a_kill_at_the_end_is_made_up_for() {
    // Killed when the last byte was written but nothing checked; and between renaming and writing down.
    let mut scene = Scene::new();
    let laptop = scene.paired();
    let (unchecked, renamed) = (sound(10_000, 4), sound(10_000, 5));
    let [one, two] = [&unchecked, &renamed].map(|bytes| laptop.create(scene.addr(), bytes, "audio/mpeg"));
    scene.stop();
    let id = one.rsplit('/').next().unwrap();
    std::fs::write(scene.data().join(format!("uploads/{id}.part")), &unchecked).unwrap();
    let hash = Sha256::of(&renamed);
    let place = scene.data().join("media").join(&hash.as_str()[..2]);
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(place.join(hash.as_str()), &renamed).unwrap();
    scene.start();
    for (path, bytes) in [(one, unchecked), (two, renamed)] {
        assert_eq!(laptop.offset(scene.addr(), &path), 10_000);
        assert!(laptop.has(scene.addr(), &Sha256::of(&bytes)));
    }
}

#[test]
fn a_client_that_breaks_off_leaves_what_it_sent() {
    let scene = Scene::new();
    let (laptop, to, bytes) = (scene.paired(), scene.addr(), sound(400_000, 6));
    let path = laptop.create(to, &bytes, "audio/mpeg");
    let bearer = format!("Bearer {}", laptop.token());
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Tus-Resumable", "1.0.0"),
        ("Upload-Offset", "0"),
        ("Content-Type", "application/offset+octet-stream"),
        ("Content-Length", "400000"),
    ];
    let mut stream = http::connect(to);
    stream.write_all(http::head("PATCH", &path, &headers).as_bytes()).unwrap();
    stream.write_all(&bytes[..150_000]).unwrap();
    stream.shutdown(std::net::Shutdown::Both).unwrap();
    scene.until("what arrived is kept", || laptop.offset(to, &path) == 150_000);
    // The broken transfer gives the upload free by itself.
    laptop.patch(to, &path, 150_000, &bytes[150_000..]).expect(204);
    assert_eq!(kept(&scene, &Sha256::of(&bytes)), Some(bytes));
}

#[test]
fn two_requests_cannot_send_the_same_upload() {
    let scene = Scene::new();
    let (laptop, to, bytes) = (scene.paired(), scene.addr(), sound(300_000, 7));
    let path = laptop.create(to, &bytes, "audio/mpeg");
    let bearer = format!("Bearer {}", laptop.token());
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Tus-Resumable", "1.0.0"),
        ("Upload-Offset", "0"),
        ("Content-Type", "application/offset+octet-stream"),
        ("Content-Length", "300000"),
    ];
    let mut slow = http::connect(to);
    slow.write_all(http::head("PATCH", &path, &headers).as_bytes()).unwrap();
    slow.write_all(&bytes[..100]).unwrap();
    scene.until("the first request is running", || parts(&scene).len() == 1);
    laptop.tus(to, "DELETE", &path, &[], b"").expect(423);
    let busy = laptop.patch(to, &path, 0, &bytes).expect(423);
    assert_eq!(busy.header("retry-after"), "2");
    slow.write_all(&bytes[100..]).unwrap();
    http::read(slow).expect(204);
    assert_eq!(kept(&scene, &Sha256::of(&bytes)), Some(bytes));
}

#[test]
fn another_file_than_announced_is_dropped() {
    let scene = Scene::new();
    let (laptop, to, bytes) = (scene.paired(), scene.addr(), sound(50_000, 8));
    let path = laptop.create(to, &bytes, "audio/mpeg");
    let mut other = bytes.clone();
    other[25_000] ^= 1;
    assert_eq!(laptop.patch(to, &path, 0, &other).expect(460).code(), "target.mismatch");
    laptop.tus(to, "HEAD", &path, &[], b"").expect(404);
    assert!(parts(&scene).is_empty() && !laptop.has(to, &Sha256::of(&bytes)) && !laptop.has(to, &Sha256::of(&other)));
}

#[test]
fn a_part_with_a_checksum_is_taken_only_if_it_holds() {
    let scene = Scene::new();
    let (laptop, to, bytes) = (scene.paired(), scene.addr(), sound(50_000, 9));
    let path = laptop.create(to, &bytes, "audio/mpeg");
    let part = |offset: usize, checksum: &str, bytes: &[u8]| {
        let offset = offset.to_string();
        let headers = [
            ("Upload-Offset", offset.as_str()),
            ("Upload-Checksum", checksum),
            ("Content-Type", "application/offset+octet-stream"),
        ];
        laptop.tus(to, "PATCH", &path, &headers, bytes)
    };
    let sha1 = |bytes: &[u8]| format!("sha1 {}", STANDARD.encode(sha1::Sha1::digest(bytes)));
    let sha256 = |bytes: &[u8]| format!("sha256 {}", STANDARD.encode(sha2::Sha256::digest(bytes)));
    part(0, &sha1(&bytes[..20_000]), &bytes[..20_000]).expect(204);
    part(20_000, &sha1(b"something else"), &bytes[20_000..30_000]).expect(460);
    assert_eq!(laptop.offset(to, &path), 20_000, "the part is dropped, what was there stays");
    part(20_000, "md5 AAAA", &bytes[20_000..]).expect(400);
    part(20_000, &sha256(&bytes[20_000..]), &bytes[20_000..]).expect(204);
    assert_eq!(kept(&scene, &Sha256::of(&bytes)), Some(bytes));
}

#[test]
fn creation_may_bring_bytes_and_need_not_tell_anything() {
    let scene = Scene::new();
    let (laptop, to, bytes) = (scene.paired(), scene.addr(), sound(9_000, 10));
    let headers =
        [("Upload-Length", "9000"), ("Upload-Metadata", ""), ("Content-Type", "application/offset+octet-stream")];
    let made = laptop.tus(to, "POST", "/sync/v1/files", &headers, &bytes[..4_000]).expect(201);
    assert_eq!(made.header("upload-offset"), "4000");
    assert!(made.header("upload-expires").ends_with("GMT"));
    let path = made.header("location").to_string();
    // A client without PATCH says so (tus: X-HTTP-Method-Override).
    let headers = [
        ("X-HTTP-Method-Override", "PATCH"),
        ("Upload-Offset", "4000"),
        ("Content-Type", "application/offset+octet-stream"),
    ];
    laptop.tus(to, "POST", &path, &headers, &bytes[4_000..]).expect(204);
    assert!(laptop.has(to, &Sha256::of(&bytes)), "named by what it is");
}

#[test]
fn the_protocol_is_insisted_on() {
    let scene = Scene::new();
    let (laptop, to, bytes) = (scene.paired(), scene.addr(), sound(1_000, 11));
    let old = laptop.send(to, "POST", "/sync/v1/files", &[("Upload-Length", "5")], b"").expect(412);
    assert_eq!((old.header("tus-version"), old.header("tus-resumable")), ("1.0.0", "1.0.0"));
    let can = laptop.send(to, "OPTIONS", "/sync/v1/files", &[], b"").expect(204);
    assert_eq!(can.header("tus-extension"), "creation,creation-with-upload,checksum,termination,expiration");
    assert_eq!((can.header("tus-checksum-algorithm"), can.header("tus-max-size")), ("sha1,sha256", "4294967296"));
    laptop.tus(to, "POST", "/sync/v1/files", &[], b"").expect(400);
    laptop.tus(to, "POST", "/sync/v1/files", &[("Upload-Length", "-1")], b"").expect(400);
    laptop.tus(to, "POST", "/sync/v1/files", &[("Upload-Length", "0")], b"").expect(422);
    let large = laptop.tus(to, "POST", "/sync/v1/files", &[("Upload-Length", "4294967297")], b"").expect(413);
    assert_eq!(large.code(), "media.too_large");
    let path = laptop.create(to, &bytes, "audio/mpeg");
    laptop.tus(to, "PATCH", &path, &[("Upload-Offset", "0"), ("Content-Type", "audio/mpeg")], &bytes).expect(415);
    laptop.tus(to, "PATCH", &path, &[("Content-Type", "application/offset+octet-stream")], &bytes).expect(400);
    laptop.patch(to, &path, 0, &sound(1_001, 0)).expect(413);
    assert_eq!(laptop.offset(to, &path), 0);
    let seen = laptop.tus(to, "HEAD", &path, &[], b"").expect(200);
    assert_eq!((seen.header("upload-length"), seen.header("cache-control")), ("1000", "no-store"));
    assert_eq!(seen.header("upload-metadata"), metadata(&bytes, "audio/mpeg"));
}

#[test]
fn uploads_belong_to_the_laptop_that_made_them() {
    let scene = Scene::new();
    let (laptop, other, to, bytes) = (scene.paired(), scene.paired(), scene.addr(), sound(1_000, 12));
    let path = laptop.create(to, &bytes, "audio/mpeg");
    other.tus(to, "HEAD", &path, &[], b"").expect(404);
    other.patch(to, &path, 0, &bytes).expect(404);
    other.tus(to, "DELETE", &path, &[], b"").expect(404);
    for odd in ["..%2f..%2fserver.sqlite", "%00", "x.part", "..", "a%2fb"] {
        let status = laptop.tus(to, "HEAD", &format!("/sync/v1/files/{odd}"), &[], b"").status;
        assert!(matches!(status, 404 | 400), "{odd}: {status}");
    }
    laptop.tus(to, "DELETE", &path, &[], b"").expect(204);
    laptop.tus(to, "HEAD", &path, &[], b"").expect(404);
}

#[test]
fn old_uploads_and_orphans_go() {
    let scene = Scene::new();
    let (laptop, to, bytes) = (scene.paired(), scene.addr(), sound(1_000, 13));
    let old = laptop.create(to, &bytes, "audio/mpeg");
    laptop.patch(to, &old, 0, &bytes[..500]).expect(204);
    scene.clock.advance(4 * DAY_MS);
    let young = laptop.create(to, &sound(1_000, 14), "audio/mpeg");
    laptop.patch(to, &young, 0, &[1; 500]).expect(204);
    std::fs::write(scene.data().join("uploads/orphan.part"), b"x").unwrap();
    scene.clock.advance(3 * DAY_MS);
    laptop.tus(to, "HEAD", &old, &[], b"").expect(404);
    scene.runtime.block_on(sweep(&scene.running().app)).unwrap();
    let id = young.rsplit('/').next().unwrap();
    assert_eq!(parts(&scene), [scene.data().join(format!("uploads/{id}.part"))]);
}

#[test]
fn a_full_disk_is_said_before_anything_is_sent() {
    let scene = Scene::with_reserve(u64::MAX / 2);
    let laptop: Laptop = scene.paired();
    let headers = [("Upload-Length", "1000")];
    let refused = laptop.tus(scene.addr(), "POST", "/sync/v1/files", &headers, b"").expect(507);
    assert_eq!((refused.code().as_str(), refused.json()["retry"].as_str()), ("target.full", Some("after_action")));
}
