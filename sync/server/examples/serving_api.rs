//! The JSON:API alone, for measuring: one show with as many episodes as asked for, on loopback, no database, no laptop.
//!
//! `cargo run --example serving_api -- EPISODES LOG_FOLDER` prints the addresses and serves until it is killed.
#![expect(clippy::print_stdout, reason = "its addresses are what it is asked for")]

use hearthcast_feed::urls::UrlMap;
use hearthcast_model::clock::{Clock, SystemClock};
use hearthcast_model::id::RandomIds;
use hearthcast_model::{Episode, EpisodeId, Show, ShowId};
use hearthcast_protocol::publish::ReleasedEpisode;
use hearthcast_server::conn::{ConnOptions, serve};
use hearthcast_server::logbook::{LogOptions, Logbook};
use hearthcast_server::public::api::ShowView;
use hearthcast_server::public::{Catalogue, Feed, Networks, PublicState, Salts, router};
use hearthcast_server::shown::Facts;
use hearthcast_store::released::Released;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    let (Some(count), Some(log)) = (words.next(), words.next().map(PathBuf::from)) else {
        anyhow::bail!("usage: serving_api EPISODES LOG_FOLDER");
    };
    let released = released(count.parse()?);
    let mut catalogue = Catalogue::default();
    let view = ShowView::of(&released, &Facts::new(), &UrlMap::new("https://pod.example/feed".into()), i64::MAX);
    catalogue.add_show(Arc::new(view));
    catalogue.add_feed("show", Arc::new(Feed::new("<rss/>".repeat(1_000).into(), 0)?));
    let clock = Arc::new(SystemClock);
    let log = Logbook::open(&log, "bench", clock.clone(), LogOptions::default())?;
    let state = Arc::new(PublicState::new(log, Arc::new(Salts::default()), Networks::default(), clock));
    state.show(Arc::new(catalogue));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    for path in ["podcasts/", "episodes/", "podcasts/show/?include=contents,links,seasons", "podcasts/show/rss/"] {
        println!("{origin}/{path}");
    }
    serve(listener, router(state), ConnOptions::default(), CancellationToken::new()).await?;
    Ok(())
}

/// A show whose episodes have notes of some length.
fn released(count: i64) -> Released {
    let (now_ms, show) = (SystemClock.now_ms(), ShowId::fresh(&RandomIds, SystemClock.now_ms()));
    let episode = |n: i64| {
        let id = EpisodeId::fresh(&RandomIds, now_ms);
        let mut body = Episode::new(show.clone(), &n.to_string(), &format!("Episode {n}"), &format!("e-{n}"), now_ms);
        body.notes.safe = hearthcast_text::clean_html(&"<p>What was said, and <em>where</em>.</p>".repeat(20));
        (body.season, body.publish_at_ms) = (Some(n as u32 / 50 + 1), Some(now_ms - n));
        ReleasedEpisode { id, body }
    };
    let episodes = (0..count).map(episode).collect();
    Released {
        heard: None,
        standing: None,
        id: show.clone(),
        version: 1,
        effective_at: now_ms,
        show: Show::new("Show", "show", now_ms),
        episodes,
        restores: None,
        sound: Default::default(),
        paths: vec![],
    }
}
