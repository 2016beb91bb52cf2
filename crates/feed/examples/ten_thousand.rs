//! Writes the feed of a show with 10,000 episodes and prints `[processor ms, wall ms]` of the one `render`; with a file name
//! behind it, keeps the feed. Part of `cargo xtask bench`; not a test.

use hearthcast_feed::urls::{UrlMap, server_urls};
use hearthcast_feed::{FeedInput, Item, render};
use hearthcast_model::chapter::{Chapter, Transcript};
use hearthcast_model::facts::{MediaFacts, MediaKind};
use hearthcast_model::person::{Funding, Person};
use hearthcast_model::show::Attachment;
use hearthcast_model::{Episode, EpisodeId, Sha256, Show, ShowId};
use std::collections::HashMap;
use std::error::Error;
use std::time::Instant;

/// Chapters of an episode.
const CHAPTERS: i64 = 8;
const EPISODES: usize = 10_000;
const NOW_MS: i64 = 1_795_154_400_000;

/// About what a weekly show writes under an episode: 1,100 bytes of HTML.
const NOTES: &str = "This week we walk the old breakwater with **Mara Voss**, who has kept the light there for thirty \
    years, and ask what the sea takes & what it gives back.\n\nIn this episode:\n\n- the stair that nobody counts twice\n\
    - [a map of the harbour](https://ports.example/map?year=1894&sheet=2), and why it is wrong\n- fog, salt and paper\n\
    - letters from listeners: \"Is it true that…?\"\n\nRead the [whole story](https://ports.example/stories/breakwater), \
    see [the pictures](https://ports.example/pictures/breakwater), or write to us. Thanks to everybody who gives: you \
    keep the lamp lit.\n\nMusic by the *Harbour Band*. Recorded on the mole, in the wind; sorry about the gulls.";

fn main() -> Result<(), Box<dyn Error>> {
    let material = Material::new()?;
    let items: Vec<Item> = material.episodes.iter().map(|(id, episode)| Item { id, episode }).collect();
    let input = FeedInput {
        show: &material.show,
        items: &items,
        facts: &material.facts,
        urls: &material.urls,
        as_of_ms: NOW_MS,
    };
    let (cpu, wall) = (processor_ms()?, Instant::now());
    let feed = render(&input)?;
    let (cpu, wall) = (processor_ms()? - cpu, wall.elapsed().as_secs_f64() * 1000.0);
    if let Some(path) = std::env::args_os().nth(1) {
        std::fs::write(path, &feed)?;
    }
    #[expect(clippy::print_stdout, reason = "this is what the program is for")]
    {
        println!("[{cpu:.3}, {wall:.3}]");
    }
    Ok(())
}

/// Time this thread had a processor, by the kernel's own count; the wall's where there is none.
fn processor_ms() -> Result<f64, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split(' ').next().ok_or("schedstat is empty")?.parse::<f64>()? / 1e6)
}

struct Material {
    show: Show,
    episodes: Vec<(EpisodeId, Episode)>,
    facts: HashMap<Sha256, MediaFacts>,
    urls: UrlMap,
}

impl Material {
    fn new() -> Result<Self, Box<dyn Error>> {
        let show = show()?;
        let id = ShowId::parse("018f0000-0000-7000-8000-0000000000ff").ok_or("an id")?;
        let (mut episodes, mut facts) = (vec![], HashMap::new());
        for n in 0..EPISODES {
            let (episode_id, made) = (EpisodeId::parse(&format!("018f0000-0000-7000-8000-{n:012x}")), episode(&id, n)?);
            if let Some(audio) = &made.audio {
                facts.insert(audio.hash.clone(), sound(&audio.hash, n));
            }
            episodes.push((episode_id.ok_or("an id")?, made));
        }
        let urls = server_urls("https://cast.example", &show);
        Ok(Self { show, episodes, facts, urls })
    }
}

fn file(name: &str, n: usize, ext: &str) -> Attachment {
    let hash = Sha256::of(format!("{name} {n} {ext}").as_bytes());
    Attachment { hash, name: format!("{name}-{n}"), ext: ext.into() }
}

fn show() -> Result<Show, Box<dyn Error>> {
    let mut show = Show::new("Ports & Harbours", "ports", NOW_MS);
    show.description = hearthcast_text::notes("Stories from **the sea**.")?;
    show.cover = Some(file("cover", 0, "jpg"));
    show.medium = "podcast".into();
    show.funding = vec![Funding { url: "https://ports.example/give".into(), text: "Keep the lamp lit".into() }];
    Ok(show)
}

fn episode(show: &ShowId, n: usize) -> Result<Episode, Box<dyn Error>> {
    let title = format!("Episode {n}: salt & paper");
    let mut episode = Episode::new(show.clone(), &format!("guid-{n}"), &title, &format!("e-{n}"), NOW_MS);
    episode.notes = hearthcast_text::notes(NOTES)?;
    episode.audio = Some(file("sound", n, "mp3"));
    episode.image = Some(file("picture", n, "jpg"));
    episode.link = format!("https://ports.example/episodes/{n}");
    episode.season = Some(n as u32 / 50 + 1);
    episode.season_name = "The long winter".into();
    episode.number = Some((n as u32 + 1).into());
    episode.publish_at_ms = Some(NOW_MS - n as i64 * 86_400_000);
    episode.chapters_file = Some(file("chapters", n, "json"));
    episode.chapters = (0..CHAPTERS).map(chapter).collect();
    for ext in ["vtt", "srt"] {
        let file = file("transcript", n, ext);
        episode.transcripts.push(Transcript { file, language: "en".into(), captions: ext == "vtt" });
    }
    for (name, role) in [("Ada Lund", "host"), ("Mara Voss", "guest")] {
        let href = format!("https://ports.example/people/{role}");
        episode.persons.push(Person { name: name.into(), role: role.into(), href, ..Person::default() });
    }
    Ok(episode)
}

fn chapter(n: i64) -> Chapter {
    Chapter::new(n * 312_500, format!("Part {n}: the tide & the lamp"))
}

fn sound(hash: &Sha256, n: usize) -> MediaFacts {
    let size = 40_000_000 + n as u64;
    let plain = MediaFacts::unmeasured(MediaKind::Audio, "mp3", "audio/mpeg", size, hash.clone());
    MediaFacts { duration_ms: Some(2_500_000 + n as i64), ..plain }
}
