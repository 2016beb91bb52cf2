//! What the API says about a picture: where it is, how large, of which type.

use super::v1::{PictureV1, SlotV1, SourceV1};
use crate::shown::Facts;
use hearthcast_feed::urls::UrlMap;
use hearthcast_model::show::Attachment;
use hearthcast_model::{self as model, Notes, Rendition, SafeHtml, slot};
use hearthcast_text::with_addresses;
use std::fmt::Write;

/// A thumbnail has at least this many pixels the longer way, as front ends expect.
const THUMBNAIL_PX: u32 = 150;

/// Kinds of copies that browsers are offered, the lightest first: they take the first one that they can show.
const OFFERED: [&str; 4] = ["avif", "webp", "png", "jpg"];

/// Where pictures are looked up.
pub(super) struct Pictures<'a> {
    /// What is known about files; a file nobody told about is not public.
    pub(super) facts: &'a Facts,
    /// Where files are.
    pub(super) urls: &'a UrlMap,
}

/// A picture; all fields are empty where there is none.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) url: Option<String>,
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
    pub(super) mime: Option<String>,
}

/// Whether a picture is hardly larger than a thumbnail: no copy is made that is nearly as large as its picture.
fn hardly_larger(picture: &Picture) -> bool {
    let longest = picture.width.max(picture.height).unwrap_or(0);
    longest >= THUMBNAIL_PX && !slot::is_clearly_smaller(THUMBNAIL_PX, longest)
}

impl Pictures<'_> {
    /// Notes with their pictures where these are found.
    pub(super) fn notes(&self, notes: &Notes) -> SafeHtml {
        let url = |file: &Attachment| self.facts.get(&file.hash).and_then(|_| Some(self.urls.get(file)?.into_owned()));
        let html = with_addresses(&notes.safe.html, &notes.pictures, true, url).into_owned();
        SafeHtml { html, ..notes.safe }
    }

    /// A picture as it is.
    pub(super) fn whole(&self, file: &Attachment) -> Option<Picture> {
        let facts = self.facts.get(&file.hash)?;
        Some(Picture {
            url: Some(self.urls.get(file)?.to_string()),
            width: facts.width_px,
            height: facts.height_px,
            mime: Some(facts.mime.clone()),
        })
    }

    /// A picture as it is, and its thumbnail.
    pub(super) fn both(&self, picture: Option<&model::Picture>) -> (Picture, Picture) {
        let Some(picture) = picture else { return Default::default() };
        let small = self.small(Some(&picture.file), &picture.sizes).unwrap_or_default();
        (self.whole(&picture.file).unwrap_or_default(), small)
    }

    /// The smallest copy that is large enough for a thumbnail; without one the picture itself, where it is hardly larger than
    /// that, or the largest copy; without any copy the picture itself. JPEG and PNG first: every browser shows them.
    pub(super) fn small(&self, whole: Option<&Attachment>, sizes: &[Rendition]) -> Option<Picture> {
        let usual = |size: &&Rendition| matches!(size.file.ext.as_str(), "jpg" | "jpeg" | "png");
        let enough = |size: &&Rendition| size.width_px.max(size.height_px) >= THUMBNAIL_PX;
        let area = |size: &&Rendition| u64::from(size.width_px) * u64::from(size.height_px);
        let known = || sizes.iter().filter(|size| self.whole(&size.file).is_some());
        let best = known().filter(usual).filter(enough).min_by_key(area);
        let best = best.or_else(|| known().filter(enough).min_by_key(area));
        let itself = whole.and_then(|file| self.whole(file)).filter(hardly_larger);
        if best.is_none() && itself.is_some() {
            return itself;
        }
        let Some(size) = best.or_else(|| known().max_by_key(area)) else { return self.whole(whole?) };
        let picture = self.whole(&size.file)?;
        Some(Picture { width: Some(size.width_px), height: Some(size.height_px), ..picture })
    }

    /// A picture with everything that `<picture>` and `srcset` are made of (HTML, 4.8.4): for each place, each kind of copy.
    pub(super) fn offered(&self, file: &Attachment, sizes: &[Rendition], alt: &str) -> Option<PictureV1> {
        let facts = self.facts.get(&file.hash)?;
        let whole = (facts.width_px?, facts.height_px?);
        let known: Vec<Rendition> = sizes.iter().filter(|size| self.whole(&size.file).is_some()).cloned().collect();
        Some(PictureV1 {
            url: self.urls.get(file)?.into_owned(),
            mime: facts.mime.clone(),
            width: whole.0,
            height: whole.1,
            alt: (!alt.is_empty()).then(|| alt.to_string()),
            thumbhash: (!facts.thumbhash.is_empty()).then(|| facts.thumbhash.clone()),
            slots: slot::ALL.into_iter().map(|place| self.slot(place, file, whole, &known)).collect(),
        })
    }

    fn slot(&self, place: slot::Slot, file: &Attachment, whole: (u32, u32), known: &[Rendition]) -> SlotV1 {
        let source = |ext: &str| {
            let mut fit = place.choice(whole, known, ext);
            if fit.is_empty() {
                // A picture as small as its place has one copy of another kind, in its own size.
                fit.extend(
                    known.iter().filter(|size| size.file.ext == ext && (size.width_px, size.height_px) == whole),
                );
            }
            let mime = self.facts.get(&fit.first()?.file.hash)?.mime.clone();
            let widest = fit.last()?.width_px;
            let mut srcset = String::new();
            for size in fit {
                let separator = if srcset.is_empty() { "" } else { ", " };
                // Writing into a String cannot fail.
                let _ = write!(srcset, "{separator}{} {}w", self.urls.get(&size.file)?, size.width_px);
            }
            if file.ext == ext && widest < whole.0 && whole.0 <= place.widest(whole) {
                // No copy comes near to it: wide screens get the picture itself.
                let _ = write!(srcset, ", {} {}w", self.urls.get(file)?, whole.0);
            }
            Some(SourceV1 { mime, srcset })
        };
        SlotV1 {
            name: place.name,
            sizes: format!("{}px", place.fitting_width(whole.0, whole.1).min(whole.0)),
            sources: OFFERED.into_iter().filter_map(source).collect(),
        }
    }
}
