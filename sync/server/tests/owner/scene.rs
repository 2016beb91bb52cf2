//! The scene: a server, a paired laptop with its key, and a show ready to be published.

use crate::http::{self, Reply};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hearthcast_feed::urls::server_urls_with;
use hearthcast_feed::{FeedInput, Item, RENDERER, render};
use hearthcast_model::clock::{FixedClock, parse_rfc3339};
use hearthcast_model::facts::MediaKind;
use hearthcast_model::id::{Ids, RandomIds};
use hearthcast_model::legacy::LegacyPath;
use hearthcast_model::manifest::{FORMAT, FeedObject, Manifest, Object};
use hearthcast_model::rule::Sound;
use hearthcast_model::show::{Attachment, Category};
use hearthcast_model::{Clock, DeviceId, Episode, EpisodeId, MediaFacts, Sha256, Show, ShowId};
use hearthcast_protocol::publish::{PublishRequest, ReleasedEpisode};
use hearthcast_server::{Running, Settings, code, start};
use hearthcast_store::{Store, pairing};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub const NOON: &str = "2026-11-20T12:00:00Z";

/// A server in this process.
pub struct Scene {
    pub folder: tempfile::TempDir,
    pub clock: Arc<FixedClock>,
    pub runtime: tokio::runtime::Runtime,
    pub reserve_bytes: u64,
    pub api_origins: Vec<String>,
    running: Option<Running>,
}

impl Scene {
    pub fn new() -> Self {
        Self::with_reserve(0)
    }

    pub fn with_reserve(reserve_bytes: u64) -> Self {
        Self::with(reserve_bytes, &[])
    }

    #[allow(dead_code, reason = "the API's tests use this scene, too")]
    pub fn with_origins(api_origins: &[&str]) -> Self {
        Self::with(0, api_origins)
    }

    fn with(reserve_bytes: u64, api_origins: &[&str]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let clock = Arc::new(FixedClock::at(parse_rfc3339(NOON).unwrap()));
        let folder = tempfile::tempdir().unwrap();
        let api_origins = api_origins.iter().map(ToString::to_string).collect();
        let mut scene = Self { folder, clock, runtime, reserve_bytes, api_origins, running: None };
        scene.start();
        scene
    }

    pub fn settings(&self) -> Settings {
        let mut settings = Settings::new(self.data());
        settings.clock = self.clock.clone();
        settings.reserve_bytes = self.reserve_bytes;
        settings.api_origins = self.api_origins.clone();
        // Another port after a restart must not change the feed.
        settings.base_url = Some("https://pod.example".into());
        settings
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn start(&mut self) {
        self.running = Some(self.runtime.block_on(start(self.settings())).unwrap());
    }

    /// Stops, and starts again with other settings.
    #[allow(dead_code, reason = "the API's tests use this scene, too")]
    pub fn start_again(&mut self, change: impl FnOnce(&mut Settings)) {
        self.stop();
        self.start_with(change);
    }

    /// Starts with other settings.
    #[allow(dead_code, reason = "the API's tests use this scene, too")]
    pub fn start_with(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.settings();
        change(&mut settings);
        self.running = Some(self.runtime.block_on(start(settings)).unwrap());
    }

    pub fn stop(&mut self) {
        let running = self.running.take().unwrap();
        self.runtime.block_on(running.stop()).unwrap();
    }

    pub fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    pub fn addr(&self) -> SocketAddr {
        self.running().addr
    }

    pub fn store(&self) -> &Store {
        &self.running().app.store
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// What `hearthcast-server pair` does.
    pub fn code(&self) -> String {
        let code = code::fresh(&RandomIds);
        let hash = code::hash(&self.running().app.identity.server_id, &code).unwrap();
        self.runtime.block_on(async {
            let mut writer = self.store().write().await.unwrap();
            pairing::open(&mut writer, &hash, self.now_ms()).await.unwrap();
            writer.commit().await.unwrap();
        });
        code
    }

    pub fn paired(&self) -> Laptop {
        let laptop = Laptop::new(self);
        laptop.pair(self.addr(), &self.code()).expect(200);
        laptop
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        http::send(self.addr(), "GET", path, headers, b"")
    }

    /// Polls until `what` is seen.
    pub fn until(&self, why: &str, mut what: impl FnMut() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !what() {
            assert!(Instant::now() < deadline, "{why}");
            std::thread::yield_now();
        }
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let _ = self.runtime.block_on(running.stop());
        }
    }
}

/// A laptop with its key.
pub struct Laptop {
    pub device: DeviceId,
    pub key: Ed25519KeyPair,
    pub server_id: String,
    pub clock: Arc<FixedClock>,
}

impl Laptop {
    pub fn new(scene: &Scene) -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new()).unwrap();
        Self {
            device: DeviceId::fresh(&RandomIds, scene.now_ms()),
            key: Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap(),
            server_id: scene.running().app.identity.server_id.clone(),
            clock: scene.clock.clone(),
        }
    }

    pub fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.key.public_key())
    }

    pub fn pair_request(&self, code: &str) -> Value {
        json!({"proto": 1, "code": code, "device": self.device, "device_name": "Desk", "public_key": self.public_key()})
    }

    pub fn pair(&self, to: SocketAddr, code: &str) -> Reply {
        http::send(to, "POST", "/sync/v1/pair", &[], self.pair_request(code).to_string().as_bytes())
    }

    pub fn claims(&self) -> Value {
        let now = self.clock.now_ms() / 1000;
        json!({"iss": self.device, "aud": self.server_id, "iat": now, "exp": now + 300})
    }

    pub fn token(&self) -> String {
        self.signed(&json!({"alg": "EdDSA", "typ": "JWT", "kid": self.device}), &self.claims())
    }

    /// A JWT made by hand (RFC 7519), so that wrong ones can be made too.
    pub fn signed(&self, header: &Value, claims: &Value) -> String {
        let text = format!("{}.{}", url64(header), url64(claims));
        let signature = self.key.sign(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    pub fn send(&self, to: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let bearer = format!("Bearer {}", self.token());
        let mut all = vec![("Authorization", bearer.as_str())];
        all.extend_from_slice(headers);
        http::send(to, method, path, &all, body)
    }

    pub fn post(&self, to: SocketAddr, path: &str, body: &Value) -> Reply {
        self.send(to, "POST", path, &[("Content-Type", "application/json")], body.to_string().as_bytes())
    }

    pub fn tus(&self, to: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut all = vec![("Tus-Resumable", "1.0.0")];
        all.extend_from_slice(headers);
        self.send(to, method, path, &all, body)
    }

    /// Makes an upload and returns its path.
    pub fn create(&self, to: SocketAddr, bytes: &[u8], mime: &str) -> String {
        let (length, metadata) = (bytes.len().to_string(), metadata(bytes, mime));
        let headers = [("Upload-Length", length.as_str()), ("Upload-Metadata", metadata.as_str())];
        let made = self.tus(to, "POST", "/sync/v1/files", &headers, b"").expect(201);
        made.header("location").to_string()
    }

    pub fn patch(&self, to: SocketAddr, path: &str, offset: usize, bytes: &[u8]) -> Reply {
        let offset = offset.to_string();
        let headers = [("Upload-Offset", offset.as_str()), ("Content-Type", "application/offset+octet-stream")];
        self.tus(to, "PATCH", path, &headers, bytes)
    }

    pub fn offset(&self, to: SocketAddr, path: &str) -> usize {
        self.tus(to, "HEAD", path, &[], b"").expect(200).header("upload-offset").parse().unwrap()
    }

    pub fn upload(&self, to: SocketAddr, bytes: &[u8], mime: &str) {
        let path = self.create(to, bytes, mime);
        if self.offset(to, &path) == 0 {
            self.patch(to, &path, 0, bytes).expect(204);
        }
    }

    pub fn has(&self, to: SocketAddr, hash: &Sha256) -> bool {
        match self.send(to, "HEAD", &format!("/sync/v1/media/{hash}"), &[], b"").status {
            200 => true,
            404 => false,
            other => panic!("{other}"),
        }
    }
}

pub fn url64(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

pub fn metadata(bytes: &[u8], mime: &str) -> String {
    format!("sha256 {},type {}", STANDARD.encode(Sha256::of(bytes).as_str()), STANDARD.encode(mime))
}

pub fn sound(length: usize, seed: usize) -> Vec<u8> {
    (0..length).map(|i| (i * 7 + i / 251 + seed) as u8).collect()
}

/// A show with its files, as a laptop would publish it.
pub struct Story {
    pub id: ShowId,
    pub show: Show,
    pub episodes: Vec<ReleasedEpisode>,
    pub files: Vec<(MediaFacts, Vec<u8>, Option<EpisodeId>)>,
    pub epoch: String,
    pub device: DeviceId,
    /// How listeners get the sound.
    pub sound: Sound,
    /// Older paths.
    pub paths: Vec<LegacyPath>,
}

impl Story {
    pub fn new(scene: &Scene, laptop: &Laptop, slug: &str) -> Self {
        let mut story = Self {
            id: ShowId::fresh(&RandomIds, scene.now_ms()),
            show: Show::new("The keeper’s stair", slug, scene.now_ms()),
            episodes: vec![],
            files: vec![],
            epoch: scene.running().app.identity.epoch.clone(),
            device: laptop.device.clone(),
            sound: Sound::default(),
            paths: vec![],
        };
        let cover = sound(2_000, slug.len());
        story.show.cover = Some(Attachment { hash: Sha256::of(&cover), name: "cover".into(), ext: "png".into() });
        story.show.categories = vec![Category { name: "Technology".into(), sub: None }];
        story.show.author = "A. Keeper".into();
        story.show.link = "https://pod.example/".into();
        story.show.podcast_guid = Some("9b024349-ccf0-5f69-a609-6b82873eab3c".into());
        story.files.push((facts(&cover, "image/png", None), cover, None));
        story
    }

    pub fn episode(&mut self, title: &str, at_ms: i64, bytes: Vec<u8>, duration_ms: Option<i64>) -> EpisodeId {
        let id = EpisodeId::fresh(&RandomIds, at_ms);
        let slug = hearthcast_model::slug::slug(title, "episode");
        let mut body = Episode::new(self.id.clone(), &RandomIds.v4().to_string(), title, &slug, at_ms);
        body.publish_at_ms = Some(at_ms);
        body.audio = Some(Attachment { hash: Sha256::of(&bytes), name: slug, ext: "mp3".into() });
        self.episodes.push(ReleasedEpisode { id: id.clone(), body });
        self.files.push((facts(&bytes, "audio/mpeg", duration_ms), bytes, Some(id.clone())));
        id
    }

    pub fn upload(&self, scene: &Scene, laptop: &Laptop) {
        for (facts, bytes, _) in &self.files {
            if self.sound.elsewhere.contains_key(&facts.sha256) {
                continue;
            }
            laptop.upload(scene.addr(), bytes, &facts.mime);
        }
    }

    /// The feed as the laptop renders it.
    pub fn feed(&self, as_of_ms: i64) -> Vec<u8> {
        let named = self.episodes.iter().map(|episode| (&episode.id, &episode.body));
        let urls = server_urls_with("https://pod.example", &self.show, &self.sound, named);
        let items: Vec<Item> = self.episodes.iter().map(|e| Item { id: &e.id, episode: &e.body }).collect();
        let facts: HashMap<Sha256, MediaFacts> =
            self.files.iter().map(|(facts, _, _)| (facts.sha256.clone(), facts.clone())).collect();
        let input = FeedInput { show: &self.show, items: &items, facts: &facts, urls: &urls, as_of_ms };
        render(&input).unwrap()
    }

    /// The name a file is published under.
    fn name_of(&self, hash: &Sha256) -> String {
        let attached = self.episodes.iter().flat_map(|episode| episode.body.files());
        let file = self.show.files().chain(attached).find(|file| file.hash == *hash);
        file.map_or("x".into(), |file| format!("{}.{}", file.name, file.ext))
    }

    pub fn request(&self, version: u64, as_of_ms: i64) -> PublishRequest {
        let feed = self.feed(as_of_ms);
        let object = |(facts, _, episode): &(MediaFacts, Vec<u8>, Option<EpisodeId>)| Object {
            key: match self.sound.elsewhere.get(&facts.sha256) {
                Some(key) => key.clone(),
                None => format!("media/{}/{}", facts.sha256.short(), self.name_of(&facts.sha256)),
            },
            sha256: facts.sha256.clone(),
            bytes: facts.size_bytes,
            mime: facts.mime.clone(),
            kind: "audio".into(),
            episode: episode.clone(),
        };
        PublishRequest {
            manifest: Manifest {
                format: FORMAT,
                show: self.id.clone(),
                epoch: self.epoch.clone(),
                version,
                parent: version - 1,
                effective_at: as_of_ms,
                device: self.device.clone(),
                fence: RandomIds.v4().to_string(),
                renderer: RENDERER,
                feed: FeedObject {
                    key: format!("feeds/{}/feed.xml", self.show.slug),
                    sha256: Sha256::of(&feed),
                    bytes: feed.len() as u64,
                },
                objects: self.files.iter().map(object).collect(),
                documents: vec![],
                restores: None,
                slug: None,
                paths: None,
                audio: None,
            },
            show: self.show.clone(),
            episodes: self.episodes.clone(),
            facts: self.files.iter().map(|(facts, _, _)| facts.clone()).collect(),
            feed: None,
            audio: self.sound.mode,
            paths: self.paths.clone(),
        }
    }
}

pub fn facts(bytes: &[u8], mime: &str, duration_ms: Option<i64>) -> MediaFacts {
    let kind = if mime.starts_with("image/") { MediaKind::Image } else { MediaKind::Audio };
    let text = json!({
        "kind": kind, "container": "mp3", "codec": "mp3", "type": mime, "size_bytes": bytes.len(),
        "sha256": Sha256::of(bytes), "header_bytes": 0, "trailer_bytes": 0, "duration_ms": duration_ms,
        "sample_rate_hz": 44100, "channels": 2, "bit_rate": 128000, "loudness": null, "width_px": 1400,
        "height_px": 1400, "orientation": null, "chapters": [], "tags": {}, "findings": [], "analyzer_version": 1,
    });
    serde_json::from_value(text).unwrap()
}

pub fn publish(scene: &Scene, laptop: &Laptop, request: &PublishRequest) -> Reply {
    laptop.post(scene.addr(), "/sync/v1/publish", &serde_json::to_value(request).unwrap())
}
