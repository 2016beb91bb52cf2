//! What a person may write about a show's website: links, seasons, songs, videos.

use super::{address, clock, name, not_too_many};
use crate::edit_show::invalid;
use hearthcast_model::{Link, Result, Season, Song, Video};
use std::collections::BTreeSet;

/// Most artists of one song.
const MOST_ARTISTS: usize = 20;
/// Largest number of a season.
const MOST_SEASON: u32 = 9999;

/// Links, each to another address.
pub(crate) fn links(entries: Vec<Link>) -> Result<Vec<Link>> {
    not_too_many("links", entries.len())?;
    let mut seen = BTreeSet::new();
    let mut one = |entry: Link| {
        let url = address("link.url", &entry.url, true)?;
        if !seen.insert(url.clone()) {
            return Err(invalid("links", &format!("two of them lead to {url}"), "Remove one of them."));
        }
        Ok(Link { label: name("link.label", &entry.label, true)?, url, ..entry })
    };
    entries.into_iter().map(&mut one).collect()
}

/// What is said about seasons, by number.
pub(crate) fn seasons(entries: Vec<Season>) -> Result<Vec<Season>> {
    not_too_many("seasons", entries.len())?;
    let one = |entry: Season| {
        if !(1..=MOST_SEASON).contains(&entry.number) {
            return Err(invalid("seasons", "a season has a number from 1 to 9999", "Write the number episodes name."));
        }
        Ok(Season { name: name("season_name", &entry.name, false)?, ..entry })
    };
    let mut seasons: Vec<Season> = entries.into_iter().map(one).collect::<Result<_>>()?;
    seasons.sort_by_key(|season| season.number);
    match seasons.windows(2).find(|two| two[0].number == two[1].number) {
        Some(two) => {
            let why = format!("two of them have the number {}", two[0].number);
            Err(invalid("seasons", &why, "Give each its own number."))
        }
        // One that says nothing is not kept.
        None => Ok(seasons.into_iter().filter(|one| !one.name.is_empty() || one.picture.is_some()).collect()),
    }
}

/// Songs in order and within the sound, as far as its length is known.
pub(crate) fn songs(entries: Vec<Song>, length_ms: Option<i64>) -> Result<Vec<Song>> {
    not_too_many("songs", entries.len())?;
    let mut songs: Vec<Song> = entries.into_iter().map(|entry| song(entry, length_ms)).collect::<Result<_>>()?;
    songs.sort_by_key(|song| song.start_ms);
    Ok(songs)
}

fn song(entry: Song, length_ms: Option<i64>) -> Result<Song> {
    let title = name("song.title", &entry.title, true)?;
    let at = |why: &str| format!("\"{title}\" at {} {why}", clock(entry.start_ms));
    if entry.start_ms < 0 || entry.end_ms.is_some_and(|end| end <= entry.start_ms) {
        return Err(invalid("songs", &at("ends before it begins"), "Correct its times."));
    }
    if length_ms.is_some_and(|length| entry.start_ms >= length || entry.end_ms > Some(length)) {
        let hint = "Move it to where it is heard, or remove it.";
        return Err(invalid("songs", &at("lies beyond the end of the sound"), hint));
    }
    if entry.artists.len() > MOST_ARTISTS {
        return Err(invalid("songs", &at("has more than 20 artists"), "Name those who matter."));
    }
    let artists = entry.artists.iter().map(|artist| name("song.artist", artist, false));
    let artists = artists.filter(|artist| artist.as_ref().map_or(true, |artist| !artist.is_empty()));
    Ok(Song {
        artists: artists.collect::<Result<_>>()?,
        comment: name("song.comment", &entry.comment, false)?,
        url: address("songs", &entry.url, false)?,
        title,
        ..entry
    })
}

/// Videos, each by its id or its address, each once.
pub(crate) fn videos(entries: Vec<Video>) -> Result<Vec<Video>> {
    not_too_many("videos", entries.len())?;
    let mut seen = BTreeSet::new();
    let one = |entry: Video| {
        let video = Video::youtube_id(&entry.video).ok_or_else(|| {
            invalid("videos", "it is no video of YouTube", "Example: https://www.youtube.com/watch?v=dQw4w9WgXcQ.")
        })?;
        Ok(Video { video, title: name("video.title", &entry.title, false)?, ..entry })
    };
    let videos: Vec<Video> = entries.into_iter().map(one).collect::<Result<_>>()?;
    Ok(videos.into_iter().filter(|one| seen.insert(one.video.clone())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn song(start_ms: i64, title: &str) -> Song {
        Song {
            start_ms,
            end_ms: None,
            title: title.into(),
            artists: vec![],
            comment: String::new(),
            url: String::new(),
            picture: None,
        }
    }

    #[test]
    fn songs_are_put_in_order_and_stay_within_the_sound() {
        let kept =
            songs(vec![song(2, "b"), Song { artists: vec![" A ".into(), " ".into()], ..song(1, "a") }], Some(10));
        let kept = kept.unwrap();
        assert_eq!((kept[0].title.as_str(), &kept[0].artists), ("a", &vec!["A".to_string()]));
        for bad in [
            song(10, "late"),
            song(-1, "early"),
            song(1, " "),
            Song { end_ms: Some(11), ..song(1, "long") },
            Song { end_ms: Some(1), ..song(1, "short") },
            Song { url: "javascript:1".into(), ..song(1, "link") },
            Song { artists: vec!["x".into(); 21], ..song(1, "choir") },
        ] {
            assert!(songs(vec![bad.clone()], Some(10)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn videos_are_found_by_their_addresses_and_kept_once() {
        let video = |video: &str| Video { host: Default::default(), video: video.into(), title: String::new() };
        let kept = videos(vec![video("https://youtu.be/dQw4w9WgXcQ"), video("dQw4w9WgXcQ")]).unwrap();
        assert_eq!(kept, [video("dQw4w9WgXcQ")]);
        assert!(videos(vec![video("\"><script>")]).is_err());
    }

    #[test]
    fn links_lead_to_different_places_and_seasons_have_different_numbers() {
        let link = |url: &str| Link {
            url: url.into(),
            label: "Here".into(),
            icon: Default::default(),
            picture: None,
            theme: Default::default(),
        };
        assert_eq!(links(vec![link("https://Example.org")]).unwrap()[0].url, "https://example.org/");
        for bad in [vec![link("https://a.example"), link("https://a.example/")], vec![link("javascript:1")]] {
            assert!(links(bad).is_err());
        }
        let season = |number: u32, name: &str| Season { number, name: name.into(), picture: None };
        let kept = seasons(vec![season(2, "Two"), season(3, ""), season(1, "One")]).unwrap();
        assert_eq!(kept, [season(1, "One"), season(2, "Two")]);
        assert!(seasons(vec![season(0, "x")]).is_err() && seasons(vec![season(1, "x"), season(1, "y")]).is_err());
    }
}
