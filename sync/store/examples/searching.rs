//! Full-text search among many transcripts, for measuring: fills a database and asks it what visitors ask.
//!
//! `cargo run --release -p hearthcast-store --example searching -- EPISODES FOLDER`: an hour of speech each, words drawn by
//! Zipf's law from 50,000; a folder that was filled before is only asked.
#![expect(clippy::print_stdout, reason = "the figures are what it is run for")]

use hearthcast_model::id::RandomIds;
use hearthcast_store::Store;
use hearthcast_store::search::{self, CueMark, Item, Passage, Within, Words};
use std::path::PathBuf;
use std::time::Instant;

/// Words of an hour, and of a passage.
const HOUR: usize = 9_000;
const PASSAGE: usize = 85;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    let (Some(count), Some(folder)) = (words.next(), words.next().map(PathBuf::from)) else {
        anyhow::bail!("usage: searching EPISODES FOLDER");
    };
    let store = Store::open(&folder, &RandomIds).await?;
    if search::kept(&mut *store.read().await?).await?.is_empty() {
        fill(&store, count.parse()?).await?;
    }
    println!("{} bytes", std::fs::metadata(folder.join("server.sqlite"))?.len());
    for question in ["w1", "w2 w3", "w17 w900", "w4", "w45", "w4567", "w30000 w20000", "zzz"] {
        ask(&store, question).await?;
    }
    Ok(())
}

async fn fill(store: &Store, count: u64) -> anyhow::Result<()> {
    let start = Instant::now();
    let mut numbers = Numbers(1);
    for batch in 0..count.div_ceil(32) {
        let mut writer = store.write().await?;
        for n in batch * 32..count.min(batch * 32 + 32) {
            search::put(&mut writer, &item(n, &mut numbers)).await?;
        }
        writer.commit().await?;
    }
    println!("filled in {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn item(n: u64, numbers: &mut Numbers) -> Item {
    let passage = |numbers: &mut Numbers| {
        let text = (0..PASSAGE).map(|_| numbers.word()).collect::<Vec<_>>().join(" ");
        let cues = (0..10).map(|n| CueMark { at: n * 40, start_ms: n as i64 * 3_000, speaker: "Ada".into() }).collect();
        Passage { language: "en".into(), text, cues }
    };
    Item {
        id: format!("{n}"),
        show: "show".into(),
        hash: "h".into(),
        title: format!("Episode {n}"),
        notes: (0..200).map(|_| numbers.word()).collect::<Vec<_>>().join(" "),
        passages: (0..HOUR / PASSAGE).map(|_| passage(numbers)).collect(),
    }
}

/// A question as the server asks it: all places, then a page of twenty with its words.
async fn ask(store: &Store, question: &str) -> anyhow::Result<()> {
    let (words, within) = (Words::of(question).ok_or_else(|| anyhow::anyhow!("no words"))?, Within::default());
    let mut times = vec![];
    let mut found = 0;
    for _ in 0..20 {
        let start = Instant::now();
        let mut reader = store.read().await?;
        search::titles(&mut reader, &words, &within, 1_000).await?;
        search::items(&mut reader, &words, &within, 1_000).await?;
        let places = search::passages(&mut reader, &words, &within, 1_000).await?.found;
        for place in places.iter().take(20) {
            search::passage(&mut reader, &words, place.n).await?;
        }
        (found, _) = (places.len(), times.push(start.elapsed().as_secs_f64() * 1000.0));
    }
    times.sort_by(f64::total_cmp);
    println!("{question:16} {found:5} places, median {:7.2} ms, most {:7.2} ms", times[10], times[19]);
    Ok(())
}

/// Numbers that look drawn, the same ones each time (xorshift).
struct Numbers(u64);

impl Numbers {
    /// A word; the one numbered k comes about 1/k as often as the first.
    fn word(&mut self) -> String {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let drawn = (self.0 >> 11) as f64 / (1u64 << 53) as f64;
        format!("w{}", (50_000f64.powf(drawn)) as u64)
    }
}
