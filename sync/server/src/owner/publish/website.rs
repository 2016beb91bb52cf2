//! What a publication says about the show's website, checked: links that lead somewhere, videos with real ids, a font that a
//! style sheet can name. Everything else in it is text, and goes out as JSON.

use crate::owner::refusal::{Answer, Refusal};
use hearthcast_model::{Episode, Show, Video};
use url::Url;

/// Most links, seasons, songs or videos of one record.
const MOST_ENTRIES: usize = 100;
/// Longest line of text, bytes.
const MOST_LINE_BYTES: usize = 1000;
/// Longest address, bytes.
const MOST_URL_BYTES: usize = 2000;

/// Checks what a show says.
pub fn show(show: &Show) -> Answer<()> {
    few("links", show.links.len())?;
    few("seasons", show.seasons.len())?;
    for link in &show.links {
        line("links", &link.label)?;
        address("links", &link.url)?;
    }
    show.seasons.iter().try_for_each(|season| line("seasons", &season.name))?;
    line("tagline", &show.tagline)?;
    line("cover_alt", &show.cover_alt)?;
    show.banner.iter().try_for_each(|banner| line("banner", &banner.alt))?;
    prefix(&show.prefix)?;
    match &show.font {
        Some(font) if !is_family(&font.family) || !(1..=1000).contains(&font.weight) => {
            Err(Refusal::field("font", "The font's name cannot stand in a style sheet."))
        }
        _ => Ok(()),
    }
}

/// Checks what an episode or a post says.
pub fn episode(episode: &Episode) -> Answer<()> {
    line("image_alt", &episode.image_alt)?;
    few("songs", episode.songs.len())?;
    few("videos", episode.videos.len())?;
    for song in &episode.songs {
        few("songs", song.artists.len())?;
        [&song.title, &song.comment].into_iter().chain(&song.artists).try_for_each(|text| line("songs", text))?;
        if !song.url.is_empty() {
            address("songs", &song.url)?;
        }
    }
    for video in &episode.videos {
        line("videos", &video.title)?;
        if Video::youtube_id(&video.video).as_ref() != Some(&video.video) {
            return Err(Refusal::field("videos", "A video has no id of YouTube."));
        }
    }
    Ok(())
}

/// What is put before sounds' addresses is as the laptop keeps it.
fn prefix(text: &str) -> Answer<()> {
    let kept = hearthcast_model::prefix::checked(text).is_ok_and(|kept| kept == text);
    kept.then_some(()).ok_or_else(|| Refusal::field("prefix", "The prefix of the sounds' addresses cannot be used."))
}

/// Letters, digits, `-`, `_` and spaces: nothing that ends a word in quotes.
fn is_family(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= 256 && text.chars().all(|c| c.is_alphanumeric() || "-_ ".contains(c))
}

fn few(field: &str, count: usize) -> Answer<()> {
    let fits = count <= MOST_ENTRIES;
    fits.then_some(()).ok_or_else(|| Refusal::field(field, format!("There are more than 100 {field}.")))
}

fn line(field: &str, text: &str) -> Answer<()> {
    let fits = text.len() <= MOST_LINE_BYTES && !text.chars().any(char::is_control);
    fits.then_some(()).ok_or_else(|| Refusal::field(field, format!("A text in {field} is too long or no single line.")))
}

fn address(field: &str, text: &str) -> Answer<()> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let fits = url.is_some() && text.len() <= MOST_URL_BYTES;
    fits.then_some(()).ok_or_else(|| Refusal::field(field, format!("An address in {field} is not one of the web.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_one_the_laptop_would_keep() {
        for good in ["", "https://op3.dev/e/"] {
            assert!(prefix(good).is_ok(), "{good}");
        }
        for bad in ["https://op3.dev/e", "javascript:alert(1)//", "https://10.0.0.1/", "x"] {
            assert!(prefix(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_family_ends_no_word_in_quotes() {
        for good in ["Limelight", "Über Font_2-x"] {
            assert!(is_family(good), "{good}");
        }
        for bad in ["", " ", "a\"b", "a;}", "a\nb", "a\\", "</style>"] {
            assert!(!is_family(bad), "{bad}");
        }
    }
}
