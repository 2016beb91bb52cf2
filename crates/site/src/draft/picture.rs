//! The picture at the head of the page, in the lightest form that a browser shows (HTML, 4.8.4): AVIF where there is some, JPEG
//! for the others, as large as its place for screens of one, two and three dots a pixel.

use super::{Part, name_of_copy};
use crate::html::Text;
use hearthcast_model::SharedDraft;
use hearthcast_model::share::SharedCopy;
use std::fmt::Write;

/// Sides of its place, pixels of the page: 7rem, as `page.css` says.
const PLACE: u32 = 112;
/// Kinds of copies in the order browsers are offered them, with their types; JPEG goes with the picture itself.
const LIGHTER: [(&str, &str); 2] = [("avif", "image/avif"), ("webp", "image/webp")];

/// Writes it; nothing for a draft without a picture.
pub fn write(out: &mut String, draft: &SharedDraft) -> std::fmt::Result {
    let Some(name) = Part::Picture.name(draft) else { return Ok(()) };
    let width = shown_width(&draft.picture_sizes);
    out.write_str("<picture>")?;
    for (ext, mime) in LIGHTER {
        let srcset = srcset(&draft.picture_sizes, ext);
        if !srcset.is_empty() {
            write!(out, "<source type=\"{mime}\" srcset=\"{srcset}\" sizes=\"{width}px\">")?;
        }
    }
    let srcset = srcset(&draft.picture_sizes, "jpg");
    let usual = if srcset.is_empty() { srcset } else { format!(" srcset=\"{srcset}\" sizes=\"{width}px\"") };
    let alt = Text(&draft.picture_alt);
    writeln!(out, "<img src=\"{name}\"{usual} alt=\"{alt}\" width=\"{PLACE}\" height=\"{PLACE}\"></picture>")
}

/// How wide the picture lies there: it fills a square, so what is wider than high lies wider.
fn shown_width(copies: &[SharedCopy]) -> u64 {
    // The largest copy has the truest shape.
    let Some(copy) = copies.iter().max_by_key(|copy| copy.width_px) else { return PLACE.into() };
    let (width, height) = (u64::from(copy.width_px.max(1)), u64::from(copy.height_px.max(1)));
    if width > height { (u64::from(PLACE) * width).div_ceil(height) } else { PLACE.into() }
}

/// `picture-150.jpg 150w, picture-300.jpg 300w`, narrowest first.
fn srcset(copies: &[SharedCopy], ext: &str) -> String {
    let mut these: Vec<&SharedCopy> = copies.iter().filter(|copy| copy.file.ext == ext).collect();
    these.sort_by_key(|copy| copy.width_px);
    these.dedup_by_key(|copy| copy.width_px);
    let one = |copy: &&SharedCopy| format!("{} {}w", name_of_copy(copy), copy.width_px);
    these.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Whether a copy of this size is of use there: at least as large as the place, and not larger than three times that.
pub fn is_of_use(width: u32, height: u32) -> bool {
    (PLACE..=3 * PLACE).contains(&width.min(height))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::Sha256;
    use hearthcast_model::share::SharedFile;

    fn copy(width_px: u32, height_px: u32, ext: &str) -> SharedCopy {
        let sha256 = Sha256::of(ext.as_bytes());
        let file = SharedFile { sha256, bytes: 1, mime: String::new(), ext: ext.into(), duration_ms: None };
        SharedCopy { width_px, height_px, file }
    }

    #[test]
    fn candidates_are_told_narrowest_first_and_once() {
        let copies = [copy(300, 300, "jpg"), copy(240, 240, "avif"), copy(150, 150, "jpg"), copy(300, 300, "jpg")];
        assert_eq!(srcset(&copies, "jpg"), "picture-150.jpg 150w, picture-300.jpg 300w");
        assert_eq!((srcset(&copies, "avif").as_str(), srcset(&copies, "webp").as_str()), ("picture-240.avif 240w", ""));
    }

    #[test]
    fn a_wide_picture_lies_wider_than_its_place() {
        // 16 to 9, 112 high: 199.1 across.
        assert_eq!((shown_width(&[copy(320, 180, "jpg")]), shown_width(&[copy(180, 320, "jpg")])), (200, 112));
        assert_eq!(shown_width(&[]), 112);
        assert_eq!(
            [(112, 500), (111, 500), (336, 336), (900, 337)].map(|(w, h)| is_of_use(w, h)),
            [true, false, true, false]
        );
    }
}
