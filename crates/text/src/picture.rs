//! Pictures in notes: which of them stay, how their tags are written, and where their files are found.
//!
//! A clean picture has a source, a description and its size, and nothing else. Its source is an address on the web with TLS, or the
//! name of a file that was brought here: `media:` and the 64 digits of its SHA-256. That name becomes an address where notes are
//! published, and nothing where nobody knows the file.

use crate::pieces::{Piece, pieces};
use ammonia::Url;
use hearthcast_model::html::NotesPicture;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Notes, Sha256};
use std::borrow::Cow;

/// The scheme of files that were brought here.
pub(crate) const SCHEME: &str = "media";
/// Longest address of a picture, in bytes: what browsers and servers take (RFC 9110 §4.1 asks for 8,000).
const MOST_ADDRESS: usize = 8_000;
/// Largest size that is said of a picture, in CSS pixels.
const MOST_PIXELS: u32 = 10_000;
/// Names that lead into somebody's own network, and to nobody's listener (RFC 6761, RFC 6762, RFC 8375).
const INNER: [&str; 6] = [".local", ".localhost", ".internal", ".home.arpa", ".lan", ".invalid"];

/// A picture as notes name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its address, as it stands there.
    pub address: String,
    /// What it shows, for those who do not see it; none where nothing is said.
    pub alt: Option<String>,
    /// Whether its size says that it is one point: it counts who reads, and shows nothing.
    pub is_point: bool,
}

/// An `img` tag of clean HTML, its values as they are written there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Image<'a> {
    pub(crate) src: &'a str,
    pub(crate) alt: Option<&'a str>,
    width: &'a str,
    height: &'a str,
}

impl<'a> Image<'a> {
    /// Reads a tag without its `<` and `>`, written by an HTML serialiser: each value in double quotes.
    pub(crate) fn of(tag: &'a str) -> Option<Self> {
        let mut rest = tag.strip_prefix("img").filter(|rest| rest.is_empty() || rest.starts_with(' '))?;
        let mut image = Self::default();
        while let Some((name, after)) = rest.split_once("=\"") {
            let (value, more) = after.split_once('"').unwrap_or((after, ""));
            match name.trim() {
                "src" => image.src = value,
                "alt" => image.alt = Some(value),
                "width" => image.width = value,
                "height" => image.height = value,
                _ => {}
            }
            rest = more;
        }
        Some(image)
    }

    fn is_point(&self) -> bool {
        [self.width, self.height].into_iter().any(|side| pixels(side).is_some_and(|pixels| pixels <= 1))
    }
}

/// What becomes of a picture.
enum Becomes {
    /// A tag, without `<` and `>`.
    Tag(String),
    /// What it shows, in words.
    Words,
    /// Nothing: it shows nothing.
    Nothing,
}

/// A size as browsers read it: digits, and whatever follows them. Percents are none.
fn pixels(said: &str) -> Option<u32> {
    let said = said.trim();
    let end = said.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(said.len());
    if said[end..].trim_start().starts_with('%') { None } else { said[..end].parse().ok() }
}

/// Writes the pictures of HTML that a serialiser wrote as clean ones; those that may not stay go.
pub(crate) fn with_clean_pictures(html: String, held: &[NotesPicture]) -> String {
    each_image(&html, |image| clean(image, held)).unwrap_or(html)
}

fn clean(image: &Image, held: &[NotesPicture]) -> Becomes {
    if image.is_point() {
        return Becomes::Nothing;
    }
    let address = plain_value(image.src);
    let src = match (file_named(&address, held), hash_of(&address)) {
        (Some(None), _) => return Becomes::Nothing,
        (Some(Some(file)), _) => format!("{SCHEME}:{}", file.hash),
        (None, Some(hash)) => format!("{SCHEME}:{hash}"),
        (None, None) => match open_web(&address) {
            Some(address) => value(address),
            None => return Becomes::Words,
        },
    };
    let mut tag = format!("img src=\"{src}\"");
    if let Some(alt) = image.alt {
        tag.push_str(&format!(" alt=\"{}\"", value(&plain_value(alt))));
    }
    for (name, said) in [("width", image.width), ("height", image.height)] {
        if let Some(pixels) = pixels(said).filter(|pixels| (2..=MOST_PIXELS).contains(pixels)) {
            tag.push_str(&format!(" {name}=\"{pixels}\""));
        }
    }
    Becomes::Tag(tag)
}

/// What is known of a picture that was brought: its file, or that it is not shown.
fn file_named<'a>(address: &str, held: &'a [NotesPicture]) -> Option<Option<&'a Attachment>> {
    let known = held.iter().find(|picture| !picture.address.is_empty() && picture.address == address.trim());
    known.map(|picture| picture.file.as_ref())
}

/// The file that a source names.
fn hash_of(src: &str) -> Option<Sha256> {
    Sha256::parse(src.strip_prefix(SCHEME)?.strip_prefix(':')?)
}

/// An address that any listener's app can ask without telling everybody on the way: on the web, with TLS, by a name.
fn open_web(address: &str) -> Option<&str> {
    let address = address.trim();
    let is_plain = address.len() <= MOST_ADDRESS && !address.contains(char::is_control);
    let url = Url::parse(address).ok().filter(|url| url.scheme() == "https" && is_plain)?;
    let host = url.domain()?.trim_end_matches('.').to_ascii_lowercase();
    let is_open = host.contains('.') && !INNER.iter().any(|end| host.ends_with(end));
    (is_open && url.username().is_empty() && url.password().is_none()).then_some(address)
}

/// A value of a tag as it is meant.
pub(crate) fn plain_value(written: &str) -> String {
    let mut plain = written.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
    plain = plain.replace("&nbsp;", "\u{A0}");
    plain.replace("&amp;", "&")
}

/// A value as the serialiser writes it, with both brackets, so that the first `>` ends the tag.
fn value(plain: &str) -> String {
    let text = plain.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('\u{A0}', "&nbsp;")
}

/// Every picture that HTML or Markdown names, in its order, those that do not stay too.
pub fn pictures_named(notes: &Notes) -> Vec<Named> {
    let html = crate::markdown::raw_html(notes);
    if !might_have_images(&html) || crate::weight::is_heavy(&html) {
        return vec![];
    }
    let written = crate::sanitize::parsed(&html);
    let named = pieces(&written).filter_map(|piece| match piece {
        Piece::Tag(tag) => Image::of(tag).filter(|image| !image.src.is_empty()),
        Piece::Words(_) => None,
    });
    let named = named.map(|image| Named {
        address: plain_value(image.src).trim().to_string(),
        alt: image.alt.map(plain_value),
        is_point: image.is_point(),
    });
    named.collect()
}

fn might_have_images(html: &str) -> bool {
    html.as_bytes().windows(4).any(|four| four.eq_ignore_ascii_case(b"<img") || four.eq_ignore_ascii_case(b"<ima"))
}

/// Clean HTML with the addresses that the files of its pictures have where it is read. A picture whose file has none goes; what it
/// shows stays, in words. `others` says whether pictures at other people's addresses stay.
pub fn with_addresses<'a>(
    html: &'a str,
    pictures: &[NotesPicture],
    others: bool,
    address: impl Fn(&Attachment) -> Option<String>,
) -> Cow<'a, str> {
    let of_hash = |hash: &Sha256| {
        let mut files = pictures.iter().filter_map(|picture| picture.file.as_ref());
        files.find(|file| file.hash == *hash).and_then(&address)
    };
    let placed = |image: &Image| match hash_of(image.src).map(|hash| of_hash(&hash)) {
        Some(Some(url)) => Becomes::Tag(written(image, &value(&url))),
        None if others => Becomes::Tag(written(image, image.src)),
        Some(None) | None => Becomes::Words,
    };
    each_image(html, placed).map_or(Cow::Borrowed(html), Cow::Owned)
}

/// HTML that was published, with the names of these files in the place of the addresses that they had there: each has the beginning of
/// the file's hash in it.
pub fn without_addresses(html: &str, pictures: &[NotesPicture]) -> String {
    let named = |image: &Image| {
        let mut files = pictures.iter().filter_map(|picture| picture.file.as_ref());
        let held = files.find(|file| image.src.contains(file.hash.short()));
        Becomes::Tag(written(image, &held.map_or(image.src.to_string(), |file| format!("{SCHEME}:{}", file.hash))))
    };
    each_image(html, named).unwrap_or_else(|| html.to_string())
}

fn written(image: &Image, src: &str) -> String {
    let mut tag = format!("img src=\"{src}\"");
    for (name, value) in [("alt", image.alt.unwrap_or_default()), ("width", image.width), ("height", image.height)] {
        if !value.is_empty() || (name == "alt" && image.alt.is_some()) {
            tag.push_str(&format!(" {name}=\"{value}\""));
        }
    }
    tag
}

/// HTML with other tags of pictures. Nothing where it has no picture.
fn each_image(html: &str, becomes: impl Fn(&Image) -> Becomes) -> Option<String> {
    if !html.contains("<img") {
        return None;
    }
    let mut out = String::with_capacity(html.len());
    for piece in pieces(html) {
        match piece {
            Piece::Words(words) => out.push_str(words),
            Piece::Tag(tag) => match Image::of(tag).map(|image| (image, becomes(&image))) {
                None => put(&mut out, tag),
                Some((_, Becomes::Tag(tag))) => put(&mut out, &tag),
                Some((image, Becomes::Words)) => out.push_str(image.alt.unwrap_or_default()),
                Some((_, Becomes::Nothing)) => {}
            },
        }
    }
    Some(out)
}

fn put(out: &mut String, tag: &str) {
    out.push('<');
    out.push_str(tag);
    out.push('>');
}

#[cfg(test)]
mod tests;
