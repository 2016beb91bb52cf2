//! What the API says about a picture: where it is, how large, of which type.

use crate::shown::Facts;
use hearthcast_feed::urls::UrlMap;
use hearthcast_model::show::Attachment;
use hearthcast_model::{self as model, Notes, Rendition, SafeHtml};
use hearthcast_text::with_addresses;

/// A thumbnail has at least this many pixels the longer way, as front ends expect.
const THUMBNAIL_PX: u32 = 150;

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

    /// The smallest copy that is large enough for a thumbnail; without one the largest copy, without any copy the
    /// picture itself. JPEG and PNG first: every browser shows them.
    pub(super) fn small(&self, whole: Option<&Attachment>, sizes: &[Rendition]) -> Option<Picture> {
        let usual = |size: &&Rendition| matches!(size.file.ext.as_str(), "jpg" | "jpeg" | "png");
        let enough = |size: &&Rendition| size.width_px.max(size.height_px) >= THUMBNAIL_PX;
        let area = |size: &&Rendition| u64::from(size.width_px) * u64::from(size.height_px);
        let known = || sizes.iter().filter(|size| self.whole(&size.file).is_some());
        let best = known().filter(usual).filter(enough).min_by_key(area);
        let best = best.or_else(|| known().filter(enough).min_by_key(area)).or_else(|| known().max_by_key(area));
        let Some(size) = best else { return self.whole(whole?) };
        let picture = self.whole(&size.file)?;
        Some(Picture { width: Some(size.width_px), height: Some(size.height_px), ..picture })
    }
}
