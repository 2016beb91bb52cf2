//! A library with 10,000 published episodes, for `cargo xtask bench`; not a test.
//!
//! `make FOLDER ENDPOINT` makes it, with a bucket `pods` at that address as its target: the records, the media files and the
//! manifest stand as after a publication, but nothing was sent. `one FOLDER ENDPOINT FILE` makes one with a single episode,
//! unpublished, whose sound is that file; `none FOLDER` a show without episodes. `ask FOLDER` prints, as JSON, how long lists and searches take.

use hearthcast_library::target::TargetState;
use hearthcast_library::{Library, WriteTx, files};
use hearthcast_model::clock::SystemClock;
use hearthcast_model::facts::{MediaFacts, MediaKind};
use hearthcast_model::id::RandomIds;
use hearthcast_model::place::{Role, Target, parse_location};
use hearthcast_model::show::{Attachment, Category};
use hearthcast_model::{Clock as _, Code, Episode, EpisodeId, Error, Result, Sha256, Show, ShowId, TargetId};
use hearthcast_studio::{MediaWish, Options, Studio};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

const EPISODES: usize = 10_000;
const DAY_MS: i64 = 86_400_000;

/// Words of the notes; every episode has its own mixture.
const WORDS: [&str; 24] = [
    "harbour",
    "lighthouse",
    "salt",
    "paper",
    "fog",
    "letters",
    "breakwater",
    "gulls",
    "keeper",
    "winter",
    "story",
    "map",
    "stair",
    "rope",
    "tide",
    "lantern",
    "café",
    "Übersee",
    "night",
    "listener",
    "island",
    "ferry",
    "storm",
    "answer",
];

#[tokio::main]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["make", folder, endpoint] => many(Path::new(folder), endpoint).await,
        ["one", folder, endpoint, file] => one(Path::new(folder), endpoint, Path::new(file)).await,
        ["none", folder] => none(Path::new(folder)).await,
        ["ask", folder] => ask(Path::new(folder)).await,
        _ => Err(Error::new(
            Code::UsageInvalid,
            "make FOLDER ENDPOINT, one FOLDER ENDPOINT FILE, none FOLDER, ask FOLDER",
        )),
    }
}

async fn many(folder: &Path, endpoint: &str) -> Result<()> {
    let library = Library::open(folder, Arc::new(SystemClock), Arc::new(RandomIds)).await?;
    let now_ms = SystemClock.now_ms();
    let mut tx = library.transact().await?;
    let show = put_show(&mut tx, folder).await?;
    for n in 0..EPISODES {
        let (sound, facts) = file(folder, &format!("episode-{n}"), "mp3")?;
        tx.put_media(&facts, &format!("Episode {n}.wav")).await?;
        let episode = body_of_episode(&show, n, sound, now_ms - (EPISODES - n) as i64 * DAY_MS)?;
        tx.put(EpisodeId::fresh(&RandomIds, now_ms).as_str(), &episode).await?;
    }
    let target = put_target(&mut tx, show, endpoint).await?;
    tx.commit().await?;
    release(folder, &library, &target).await
}

async fn one(folder: &Path, endpoint: &str, sound: &Path) -> Result<()> {
    let library = Library::open(folder, Arc::new(SystemClock), Arc::new(RandomIds)).await?;
    let failed = |e| Error::new(Code::LibraryFailed, format!("{}: {e}", sound.display()));
    let hash = files::take_in(folder, sound).map_err(failed)?;
    let bytes = std::fs::metadata(sound).map_err(failed)?.len();
    let plain = MediaFacts::unmeasured(MediaKind::Audio, "mp3", "audio/mpeg", bytes, hash.clone());
    let mut tx = library.transact().await?;
    let show = put_show(&mut tx, folder).await?;
    tx.put_media(&MediaFacts { duration_ms: Some(30_000_000), ..plain }, "one.mp3").await?;
    let sound = Attachment { hash, name: "one".into(), ext: "mp3".into() };
    let episode = body_of_episode(&show, 1, sound, SystemClock.now_ms() - DAY_MS)?;
    tx.put(EpisodeId::fresh(&RandomIds, SystemClock.now_ms()).as_str(), &episode).await?;
    put_target(&mut tx, show, endpoint).await?;
    tx.commit().await?;
    Ok(())
}

async fn none(folder: &Path) -> Result<()> {
    let library = Library::open(folder, Arc::new(SystemClock), Arc::new(RandomIds)).await?;
    let mut tx = library.transact().await?;
    put_show(&mut tx, folder).await?;
    tx.commit().await?;
    Ok(())
}

async fn put_show(tx: &mut WriteTx, folder: &Path) -> Result<ShowId> {
    let id = ShowId::fresh(&RandomIds, SystemClock.now_ms());
    let (cover, facts) = file(folder, "cover", "jpg")?;
    tx.put_media(&facts, "cover.jpg").await?;
    tx.put(id.as_str(), &body_of_show(cover, SystemClock.now_ms())?).await?;
    Ok(id)
}

async fn put_target(tx: &mut WriteTx, show: ShowId, endpoint: &str) -> Result<Target> {
    let url = format!("s3://pods/big?endpoint={endpoint}&region=us-east-1&path_style=true");
    let id = TargetId::fresh(&RandomIds, SystemClock.now_ms());
    let location = parse_location(&url, Some(&format!("{endpoint}/pods/big/")), false)?;
    let target = Target::new(id, show, "pods", &url, location, Role::Primary);
    tx.put_target(&target).await?;
    Ok(target)
}

/// What a publication leaves behind in the library.
async fn release(folder: &Path, library: &Library, target: &Target) -> Result<()> {
    let plan = Studio::open(Options::new(folder)).await?.planned("ports", target, &[]).await?.plan;
    if let Some(blocker) = plan.blockers.into_iter().next() {
        return Err(blocker);
    }
    let mut tx = library.transact().await?;
    for release in &plan.releases {
        tx.release(release.table, &release.id, release.body.as_ref()).await?;
        if let Some(body) = &release.body {
            tx.put_value(release.table, &release.id, body.clone(), None).await?;
        }
    }
    let state = TargetState { manifest: plan.manifest, published_ms: Some(tx.now_ms()), ..TargetState::default() };
    tx.put_target_state(&target.id, &state).await?;
    tx.commit().await?;
    Ok(())
}

/// A small file of its own in the media folder, and what the library knows of it.
fn file(folder: &Path, name: &str, ext: &str) -> Result<(Attachment, MediaFacts)> {
    let content = format!("{name}: not a sound, but nobody listens");
    let hash = Sha256::of(content.as_bytes());
    let path = files::path(folder, &hash);
    let written = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&path, &content));
    written.map_err(|e| Error::new(Code::LibraryFailed, format!("{}: {e}", path.display())))?;
    let (kind, mime) = if ext == "mp3" { (MediaKind::Audio, "audio/mpeg") } else { (MediaKind::Image, "image/jpeg") };
    let plain = MediaFacts::unmeasured(kind, ext, mime, content.len() as u64, hash.clone());
    let facts = MediaFacts { duration_ms: (ext == "mp3").then_some(2_500_000), ..plain };
    Ok((Attachment { hash, name: name.into(), ext: ext.into() }, facts))
}

fn body_of_show(cover: Attachment, now_ms: i64) -> Result<Show> {
    let mut show = Show::new("Ports & Harbours", "ports", now_ms);
    show.description = hearthcast_text::notes("Stories from **the sea**.")?;
    show.author = "Ada Lund".into();
    show.link = "https://ports.example/".into();
    show.categories = vec![Category { name: "Society & Culture".into(), sub: None }];
    show.cover = Some(cover);
    Ok(show)
}

/// About 1,200 bytes of notes.
fn body_of_episode(show: &ShowId, n: usize, sound: Attachment, at_ms: i64) -> Result<Episode> {
    let word = |k: usize| WORDS[(n * 7 + k * k + n / 24) % WORDS.len()];
    let title = format!("Episode {n}: {} and {}", word(0), word(5));
    let mut episode = Episode::new(show.clone(), &format!("guid-{n}"), &title, &format!("episode-{n}"), at_ms);
    let notes: Vec<&str> = (0..170).map(word).collect();
    episode.notes = hearthcast_text::notes(&format!("{}\n\nnumber{n}", notes.join(" ")))?;
    episode.audio = Some(sound);
    (episode.season, episode.number) = (Some(n as u32 / 50 + 1), Some((n as u32 % 50 + 1).into()));
    episode.publish_at_ms = Some(at_ms);
    Ok(episode)
}

/// Asks each question some times over; what comes is written as JSON, as a window gets it.
async fn ask(folder: &Path) -> Result<()> {
    let studio = Studio::open(Options::new(folder)).await?;
    let mut lists = Times::default();
    for _ in 0..60 {
        lists.of(studio.episodes("ports")).await?;
        lists.of(studio.shows()).await?;
        lists.of(studio.verified_files("pods")).await?;
    }
    let mut media = Times::default();
    for _ in 0..60 {
        media.of(studio.media_found(&MediaWish::default())).await?;
    }
    let mut searches = Times::default();
    for _ in 0..10 {
        for question in QUESTIONS {
            searches.of(studio.search(question)).await?;
        }
    }
    #[expect(clippy::print_stdout, reason = "this is what the program is for")]
    {
        println!(
            "{}",
            serde_json::json!({"lists": lists.figures(), "media": media.figures(), "searches": searches.figures()})
        );
    }
    Ok(())
}

/// Letters that stand everywhere, words, titles, and what nobody wrote.
const QUESTIONS: [&str; 10] = [
    "e",
    "ha",
    "harbour",
    "Episode 77",
    "number4711",
    "nobody",
    "lighthouse story",
    "uberse",
    "cafe night st",
    "a e s",
];

/// How long answers took, and what the processor did for them.
#[derive(Default)]
struct Times {
    wall_ms: Vec<f64>,
    cpu_ms: f64,
}

impl Times {
    async fn of<T: serde::Serialize>(&mut self, question: impl Future<Output = Result<T>>) -> Result<()> {
        let (cpu, begin) = (processor_ms(), Instant::now());
        serde_json::to_vec(&question.await?).map_err(|e| Error::new(Code::Internal, e.to_string()))?;
        self.wall_ms.push(begin.elapsed().as_secs_f64() * 1000.0);
        self.cpu_ms += processor_ms() - cpu;
        Ok(())
    }

    fn figures(mut self) -> serde_json::Value {
        self.wall_ms.sort_by(f64::total_cmp);
        let p95_ms = self.wall_ms[(self.wall_ms.len() * 95).div_ceil(100) - 1];
        serde_json::json!({"p95_ms": p95_ms, "cpu_ms": self.cpu_ms / self.wall_ms.len() as f64})
    }
}

/// Time this process had a processor, all its threads together, by the kernel's count; 0 where there is none.
fn processor_ms() -> f64 {
    let of = |path: std::path::PathBuf| -> Option<f64> {
        std::fs::read_to_string(path.join("schedstat")).ok()?.split(' ').next()?.parse().ok()
    };
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    tasks.filter_map(|task| of(task.path())).sum::<f64>() / 1e6
}
