//! Requests for feeds and pages: from the log to the database, and from there to the numbers of a day.

use super::{Counter, ROWS, first_open_day, stopped};
use crate::logbook::{Page, RowId, View};
use hearthcast_counting::agents::Classifier;
use hearthcast_counting::listener::Key;
use hearthcast_counting::readers::{self, FeedTally, Reader};
use hearthcast_model::clock::utc_day;
use hearthcast_model::stats::{FeedDay, PageKind};
use hearthcast_model::{Code, Error, Result, ShowId};
use hearthcast_store::log_row::LogMark;
use hearthcast_store::view_row::{self, ViewRow};
use hearthcast_store::{Writer, feed_day};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The page's name in the database of a feed.
const FEED: &str = "feed";

/// What a row says beside its key.
#[derive(Debug, Serialize, Deserialize)]
struct Content {
    address: String,
    agent: String,
    excluded: bool,
    allowed: bool,
}

/// Keeps a request. Returns its day; `None` for one that is known already, or whose kind nobody counts.
pub(super) async fn keep(writer: &mut Writer, id: &RowId, view: &View, show: &ShowId) -> Result<Option<String>> {
    let Some(page) = name(view.page) else { return Ok(None) };
    let content = Content {
        address: hex(&view.address),
        // Of pages only how many is counted.
        agent: if view.page == Page::Feed { view.agent.clone() } else { String::new() },
        excluded: view.flags.excluded,
        allowed: view.flags.allowed,
    };
    let content = serde_json::to_string(&content).map_err(|error| unreadable(&error))?;
    let (day, show, listener) = (utc_day(view.start_ms), show.to_string(), hex(&view.listener));
    let row = ViewRow { day, show, page: page.into(), listener, requests: 1, content };
    let at = LogMark { segment_n: id.segment.n, segment_start_ms: id.segment.start_ms, read_to: id.offset };
    Ok(view_row::add(writer, &row, &id.node, at).await?.then_some(row.day))
}

/// Counts a day again, some rows at a time.
pub(super) async fn count_day(counter: &Counter, writer: &mut Writer, day: &str, now_ms: i64) -> Result<()> {
    let (mut counting, mut pages) =
        (readers::Counting::new(counter.settings.max_downloads_per_ip_per_day), BTreeMap::<String, Pages>::new());
    let mut last: Option<ViewRow> = None;
    loop {
        let mut rows = view_row::of_day_after(writer, day, last.as_ref(), ROWS).await?;
        let classifier = Arc::clone(&counter.classifier);
        let added = move || -> Result<_> {
            rows.iter().try_for_each(|row| take(row, &mut counting, &mut pages, &classifier))?;
            Ok((counting, pages, rows.pop()))
        };
        (counting, pages, last) = tokio::task::spawn_blocking(added).await.map_err(|_| stopped())??;
        if last.is_none() {
            break;
        }
    }
    let mut feeds = counting.finish();
    let provisional = day >= first_open_day(now_ms).as_str();
    let shows: BTreeSet<String> = feeds.keys().chain(pages.keys()).cloned().collect();
    for name in shows {
        let Some(show) = ShowId::parse(&name) else { continue };
        let tally = feeds.remove(&name).unwrap_or_default();
        let pages = pages.remove(&name).unwrap_or_default();
        feed_day::put(writer, &day_row(show, day.into(), provisional, tally, pages)).await?;
    }
    Ok(())
}

type Pages = BTreeMap<PageKind, u64>;

fn take(
    row: &ViewRow,
    readers: &mut readers::Counting,
    pages: &mut BTreeMap<String, Pages>,
    classifier: &Classifier,
) -> Result<()> {
    if row.page == FEED {
        readers.add(&reader(row)?, classifier);
    } else if let Some(kind) = kind(&row.page) {
        *pages.entry(row.show.clone()).or_default().entry(kind).or_default() += row.requests;
    }
    Ok(())
}

fn day_row(show: ShowId, day: String, provisional: bool, tally: FeedTally, pages: Pages) -> FeedDay {
    let FeedTally { requests, dropped, readers, by_services, browsers, by_app } = tally;
    FeedDay { show, day, version: 0, provisional, requests, dropped, readers, by_services, browsers, by_app, pages }
}

fn reader(row: &ViewRow) -> Result<Reader> {
    let content: Content = serde_json::from_str(&row.content).map_err(|error| unreadable(&error))?;
    let (Some(listener), Some(address)) = (key(&row.listener), key(&content.address)) else {
        return Err(unreadable(&"no pseudonym"));
    };
    Ok(Reader {
        show: row.show.clone(),
        listener,
        address,
        agent: content.agent,
        requests: row.requests,
        excluded: content.excluded && !content.allowed,
        allowed: content.allowed,
    })
}

/// Which kind of page it is, for those that are counted as pages.
fn page_kind(page: Page) -> Option<PageKind> {
    match page {
        Page::Show => Some(PageKind::ShowView),
        Page::Episode => Some(PageKind::EpisodeView),
        Page::Post => Some(PageKind::PostView),
        Page::ShowAsked => Some(PageKind::Show),
        Page::EpisodeAsked => Some(PageKind::Episode),
        Page::PostAsked => Some(PageKind::Post),
        Page::Player => Some(PageKind::Player),
        Page::OlderPath => Some(PageKind::OlderPath),
        Page::Feed | Page::Other => None,
    }
}

fn name(page: Page) -> Option<&'static str> {
    if page == Page::Feed { Some(FEED) } else { page_kind(page).map(PageKind::as_str) }
}

fn kind(name: &str) -> Option<PageKind> {
    serde_json::from_value(serde_json::Value::String(name.into())).ok()
}

fn hex(key: &Key) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn key(text: &str) -> Option<Key> {
    u128::from_str_radix(text, 16).ok().filter(|_| text.len() == 32).map(u128::to_be_bytes)
}

fn unreadable(why: &dyn std::fmt::Display) -> Error {
    Error::new(Code::LibraryDamaged, format!("A row of the feed's readers cannot be read: {why}."))
}
