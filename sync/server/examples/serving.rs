//! The public routes alone, for measuring: one sound and one feed on loopback, no database, no laptop.
//!
//! `cargo run --example serving -- SOUND FEED LOG_FOLDER [off]` prints the addresses and serves until it is killed. Put beside
//! nginx it gives the rows of docs/BENCHMARKS.md.
#![expect(clippy::print_stdout, reason = "its addresses are what it is asked for")]

use hearthcast_model::clock::{Clock, SystemClock, utc_day};
use hearthcast_model::{Sha256, ShowId};
use hearthcast_server::conn::{ConnOptions, serve};
use hearthcast_server::logbook::{LogOptions, Logbook};
use hearthcast_server::public::{Catalogue, Feed, MediaFile, MediaUse, Networks, PublicState, Salts, router};
use std::path::PathBuf;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut paths = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(sound), Some(feed), Some(log)) = (paths.next(), paths.next(), paths.next()) else {
        anyhow::bail!("usage: serving SOUND FEED LOG_FOLDER [off]");
    };
    let off = paths.next().is_some_and(|word| word.as_os_str() == "off");
    let (bytes, feed) = (std::fs::read(&sound)?, std::fs::read(feed)?);
    let used = MediaUse {
        show: ShowId::fresh(&hearthcast_model::id::RandomIds, SystemClock.now_ms()),
        episode: None,
        published_ms: 0,
        name: "sound.mp3".into(),
    };
    let (hash, names) = (Sha256::of(&bytes), vec!["sound.mp3".to_string()]);
    let mut catalogue = Catalogue::default();
    catalogue.add_feed("show", Arc::new(Feed::new(feed.into(), 0)?));
    let media = MediaFile::new(hash.clone(), sound, bytes.len() as u64, "audio/mpeg", 0, names, vec![used])?;
    catalogue.add_media(Arc::new(media));
    drop(bytes);
    let salts = Arc::new(Salts::default());
    salts.insert(&utc_day(SystemClock.now_ms()), [7; 32]);
    let clock = Arc::new(SystemClock);
    let log = Logbook::open(&log, "bench", clock.clone(), LogOptions { off, ..LogOptions::default() })?;
    let state = Arc::new(PublicState::new(log, salts, Networks::default(), clock));
    state.show(Arc::new(catalogue));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    println!("{origin}/podcasts/show/rss/\n{origin}/m/{hash}/sound.mp3");
    serve(listener, router(state), ConnOptions::default(), CancellationToken::new()).await?;
    Ok(())
}
