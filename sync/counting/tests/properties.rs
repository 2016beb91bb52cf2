//! What must hold for any set of rows: order, batches and repetition do not matter, and the numbers add up.

use hearthcast_counting::agents::Classifier;
use hearthcast_counting::rule::{DayTally, Days, Delivery, Flags, MediaVersion, Method, Settings, count};
use hearthcast_model::stats::DropReason;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const DAY_MS: i64 = 86_400_000;
const AGENTS: [&str; 4] = ["AntennaPod/3.4.0", "curl/8.0", "", "Somebody/1"];

/// Two episodes; the first has two files, one of which is too short for a minute.
fn media() -> BTreeMap<String, MediaVersion> {
    let version = |episode: &str, size, duration_ms| MediaVersion {
        episode: episode.into(),
        size,
        header: 10,
        trailer: 5,
        duration_ms,
        published_ms: 1_000,
    };
    BTreeMap::from([
        ("a".into(), version("one", 1_000, Some(120_000))),
        ("b".into(), version("one", 300, None)),
        ("c".into(), version("two", 2_000, Some(600_000))),
    ])
}

prop_compose! {
    fn delivery()(
        (id, start_ms, file) in (0u32..60, 0..3 * DAY_MS, 0usize..3),
        (person, house, agent) in (0u8..4, 0u8..2, 0usize..4),
        (get, status) in (prop::bool::weighted(0.9), prop::sample::select(vec![200u16, 206, 206, 206, 304])),
        range_len in prop::option::of(0u64..500),
        (first_byte, sent) in (0u64..1_200, 0u64..1_200),
        (excluded, allowed) in (prop::bool::weighted(0.1), prop::bool::weighted(0.1)),
    ) -> Delivery {
        Delivery {
            row: id.to_string(),
            start_ms,
            media: ["a", "b", "c"][file].into(),
            listener: [person + 10 * house; 16],
            address: [house; 16],
            agent: AGENTS[agent].into(),
            method: if get { Method::Get } else { Method::Other },
            status,
            range_len,
            first_byte,
            sent,
            referrer: None,
            country: None,
            flags: Flags { excluded, allowed, ..Flags::default() },
        }
    }
}

/// Rows with ids of their own: the place in the list.
fn rows() -> impl Strategy<Value = Vec<Delivery>> {
    let number = |(index, row): (usize, Delivery)| Delivery { row: index.to_string(), ..row };
    prop::collection::vec(delivery(), 0..40).prop_map(move |rows| rows.into_iter().enumerate().map(number).collect())
}

fn counted(rows: Vec<Delivery>, settings: &Settings) -> Days {
    count(rows, &media(), settings, &Classifier::default())
}

fn settings() -> impl Strategy<Value = Settings> {
    let build =
        |(max_downloads_per_ip_per_day, redirect_mode)| Settings { max_downloads_per_ip_per_day, redirect_mode };
    (prop::option::of(0u64..4), prop::bool::weighted(0.2)).prop_map(build)
}

proptest! {
    /// Also when rows share an id and differ, which no log of ours does.
    #[test]
    fn order_does_not_matter(rows in prop::collection::vec(delivery(), 0..40), settings in settings(), seed in any::<u64>()) {
        let mut shuffled = rows.clone();
        shuffled.sort_by_key(|row| (u64::from(row.row.parse::<u32>().unwrap()) ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut reversed = rows.clone();
        reversed.reverse();
        let plain = counted(rows, &settings);
        prop_assert_eq!(&counted(shuffled, &settings), &plain);
        prop_assert_eq!(&counted(reversed, &settings), &plain);
    }

    /// The same rows again, in any number of batches, change the count of replays and nothing else.
    #[test]
    fn the_same_rows_twice_are_the_same_count(rows in rows(), settings in settings(), cut in 0usize..40) {
        let batch = rows[..cut.min(rows.len())].to_vec();
        let mut twice = counted([batch.clone(), rows.clone(), batch.clone()].concat(), &settings);
        let mut replayed = 0;
        for tally in twice.values_mut() {
            let replays = tally.funnel.dropped.remove(&DropReason::ReplayedLogRow).unwrap_or(0);
            tally.funnel.requests -= replays;
            replayed += replays;
        }
        prop_assert_eq!(replayed, 2 * batch.len() as u64);
        prop_assert_eq!(twice, counted(rows, &settings));
    }

    /// Days do not know of each other: counted one by one they give what they give together.
    #[test]
    fn days_are_independent(rows in rows(), settings in settings()) {
        let mut apart = Days::new();
        for day in 0..3 {
            apart.extend(counted(rows.iter().filter(|row| row.start_ms / DAY_MS == day).cloned().collect(), &settings));
        }
        prop_assert_eq!(apart, counted(rows, &settings));
    }

    /// A request cut in pieces by the client's range requests covers what it covered.
    #[test]
    fn a_range_in_pieces_is_the_same_download(rows in rows(), at in 1u64..1_200) {
        let plain = Settings::default();
        let piece = |row: &Delivery, part: &str, skip: u64, sent: u64| Delivery {
            row: format!("{}{part}", row.row), first_byte: row.first_byte + skip, sent, ..row.clone()
        };
        let pieces = rows.iter().flat_map(|row| {
            let first = row.sent.min(at);
            [piece(row, "a", 0, first), piece(row, "b", first, row.sent - first)]
        });
        let downloads = |days: &Days| days.iter().map(|(at, tally)| (at.clone(), tally.funnel.downloads)).collect::<Vec<_>>();
        prop_assert_eq!(downloads(&counted(pieces.collect(), &plain)), downloads(&counted(rows, &plain)));
    }

    /// Never more downloads than (day, listener, episode), and every breakdown adds up to the downloads.
    #[test]
    fn numbers_add_up(rows in rows(), settings in settings()) {
        let media = media();
        let triples: BTreeSet<_> = rows.iter().map(|row| (row.start_ms / DAY_MS, row.listener, &media[&row.media].episode)).collect();
        let days = counted(rows.clone(), &settings);
        let found: u64 = days.values().map(|tally| tally.funnel.downloads + tally.unverified).sum();
        prop_assert!(found <= triples.len() as u64);
        prop_assert_eq!(days.values().map(|tally| tally.funnel.requests).sum::<u64>(), rows.len() as u64);
        for tally in days.values() {
            let downloads = tally.funnel.downloads;
            prop_assert_eq!(tally.by_hour.iter().sum::<u64>(), downloads);
            prop_assert_eq!(tally.by_app.values().sum::<u64>(), downloads);
            prop_assert_eq!(tally.by_device.values().sum::<u64>(), downloads);
            prop_assert_eq!(tally.listeners.len() as u64, downloads);
            prop_assert!(downloads == 0 || !settings.redirect_mode);
        }
    }

    /// One more row never takes a download away (there is no cap here, which may).
    #[test]
    fn more_rows_never_mean_fewer_downloads(rows in rows(), more in delivery()) {
        let total = |rows: Vec<Delivery>| counted(rows, &Settings::default()).values().map(|tally| tally.funnel.downloads).sum::<u64>();
        let before = total(rows.clone());
        let after = total(rows.into_iter().chain([Delivery { row: "more".into(), ..more }]).collect());
        prop_assert!(after >= before && after <= before + 1, "{before} -> {after}");
    }
}

/// A whole fetch of the first file, at 13:00 UTC of 1970-01-02.
fn whole(row: &str) -> Delivery {
    Delivery {
        row: row.into(),
        start_ms: DAY_MS + 13 * 3_600_000,
        media: "a".into(),
        listener: [1; 16],
        address: [1; 16],
        agent: AGENTS[0].into(),
        method: Method::Get,
        status: 200,
        range_len: None,
        first_byte: 0,
        sent: 1_000,
        referrer: None,
        country: None,
        flags: Flags::default(),
    }
}

/// The tally of the first episode on 1970-01-02.
fn tally(rows: Vec<Delivery>) -> DayTally {
    counted(rows, &Settings::default()).remove(&("1970-01-02".to_owned(), "one".to_owned())).unwrap_or_default()
}

#[test]
fn rows_of_unknown_media_belong_to_no_episode() {
    let elsewhere = Delivery { media: "elsewhere".into(), ..whole("1") };
    assert!(counted(vec![elsewhere], &Settings::default()).is_empty());
}

#[test]
fn a_preview_never_counts() {
    let preview = Delivery { flags: Flags { preview: true, ..Flags::default() }, ..whole("2") };
    let tally = tally(vec![whole("1"), preview]);
    assert_eq!((tally.funnel.downloads, tally.funnel.dropped[&DropReason::Unpublished]), (1, 1));
}

#[test]
fn the_hour_is_that_of_the_first_kept_request() {
    let earlier = Delivery { start_ms: DAY_MS + 3_599_999, ..whole("b") };
    let dropped = Delivery { start_ms: DAY_MS, method: Method::Other, ..whole("c") };
    assert_eq!(tally(vec![whole("a")]).by_hour[13], 1);
    assert_eq!(tally(vec![whole("a"), earlier]).by_hour[0], 1);
    assert_eq!(tally(vec![whole("a"), dropped]).by_hour[13], 1);
}

#[test]
fn repeats_are_kept_rows_beyond_the_first_of_a_download() {
    let little = |row: &str, listener| Delivery { listener: [listener; 16], sent: 1, ..whole(row) };
    let head = Delivery { method: Method::Other, ..whole("5") };
    let funnel = tally(vec![whole("1"), whole("2"), little("3", 1), little("4", 2), little("6", 2), head]).funnel;
    assert_eq!((funnel.requests, funnel.repeats, funnel.downloads), (6, 2, 1));
    assert_eq!(funnel.dropped, BTreeMap::from([(DropReason::BelowMinute, 1), (DropReason::Method, 1)]));
}

#[test]
fn of_rows_that_share_an_id_the_one_with_the_fewest_bytes_stands() {
    let little = Delivery { sent: 1, ..whole("1") };
    for rows in [vec![whole("0"), whole("1"), little.clone()], vec![little, whole("1"), whole("0")]] {
        let funnel = tally(rows).funnel;
        assert_eq!((funnel.downloads, funnel.repeats, funnel.dropped[&DropReason::ReplayedLogRow]), (1, 1, 1));
    }
    let funnel = tally(vec![whole("1"), Delivery { sent: 1, ..whole("1") }]).funnel;
    assert_eq!((funnel.downloads, funnel.dropped[&DropReason::BelowMinute]), (0, 1));
}

/// Somebody who was redirected is counted as unverified, beside those who were served, and never twice.
#[test]
fn redirects_among_deliveries_are_unverified() {
    let redirect = |row: &str, listener| Delivery {
        listener: [listener; 16],
        status: 302,
        sent: 0,
        flags: Flags { redirected: true, ..Flags::default() },
        ..whole(row)
    };
    let tally = tally(vec![whole("1"), redirect("2", 1), redirect("3", 2), redirect("4", 2)]);
    assert_eq!((tally.funnel.downloads, tally.unverified, tally.funnel.repeats), (1, 1, 2));
    let elsewhere = Delivery { status: 302, ..whole("5") };
    assert_eq!(self::tally(vec![elsewhere]).funnel.dropped[&DropReason::Status], 1, "nobody says it was a redirect");
}
