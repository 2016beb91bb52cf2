//! What belongs to a feed besides itself: its pages and the chapters files that are written for the place, which never change
//! under their address and are in place before anything names them, and the show's further feeds, which are switched just before
//! the feed. A bundled server writes them itself.

use crate::destination::{Observed, Work};
use crate::layout::address;
use crate::names::{key, slug};
use hearthcast_feed::Rendered;
use hearthcast_feed::urls::UrlMap;
use hearthcast_model::feed_shape::VARIANT_NAME;
use hearthcast_model::manifest::{FeedObject, Manifest, Object};
use hearthcast_model::place::{Location, Target};
use hearthcast_model::plan::Step;
use hearthcast_model::{Code, Error, Result, Sha256};
use hearthcast_storage::StorageKey;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The type of a feed, as a place's listing of it says.
const FEED_TYPE: &str = "application/rss+xml";
/// The type of a chapters file.
pub(crate) const CHAPTERS_TYPE: &str = "application/json+chapters";

/// A page of a feed, a further feed or a chapters file, as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Storage key.
    pub key: String,
    /// UTF-8.
    pub text: String,
}

impl Document {
    fn named(&self) -> FeedObject {
        let sha256 = Sha256::of(self.text.as_bytes());
        FeedObject { key: self.key.clone(), sha256, bytes: self.text.len() as u64 }
    }
}

/// Addresses with the folder that pages and further feeds lie in.
pub(crate) fn beside(urls: UrlMap, public_url: &str, slug: &str) -> UrlMap {
    urls.in_folder(format!("{public_url}feeds/{slug}/"))
}

/// The documents of a feed that was rendered for a target: chapters files, pages, oldest first, then further feeds. A server
/// writes its chapters files and cuts its pages by itself; they are in none of its lists.
pub(crate) fn of(target: &Target, slug: &str, rendered: Rendered) -> Result<Vec<Document>> {
    let is_server = matches!(target.location, Location::Server { .. });
    let chapters = rendered.chapters.into_iter().filter(|_| !is_server);
    let chapters = chapters.map(|one| (StorageKey::of(&one.file), one.text.into_bytes()));
    let pages = rendered.pages.into_iter().filter(|_| !is_server);
    let pages = pages.map(|page| (StorageKey::FeedPage(slug.into(), page.content.short().into()), page.bytes));
    let variants = rendered.variants.into_iter();
    let variants = variants.map(|one| (StorageKey::FeedVariant(slug.into(), one.name), one.bytes));
    let document = |(key, bytes): (StorageKey, Vec<u8>)| {
        Ok(Document { key: key.to_string(), text: String::from_utf8(bytes).map_err(|_| not_text())? })
    };
    chapters.chain(pages).chain(variants).map(document).collect()
}

fn not_text() -> Error {
    Error::new(Code::Internal, "The feed writer made something that is not UTF-8.")
}

/// As a manifest names them.
pub(crate) fn named(documents: &[Document]) -> Vec<FeedObject> {
    documents.iter().map(Document::named).collect()
}

/// Puts what is to be done for the documents into a publication's steps: new pages and chapters files before the version is
/// claimed, further feeds between the version's copy and the feed, and those the show has no more last, when nothing leads to
/// them.
pub(crate) fn woven(steps: Vec<Step>, documents: &[Document], before: &[FeedObject]) -> Vec<Step> {
    if !steps.contains(&Step::Claim) {
        return steps;
    }
    let there: BTreeSet<(&str, &Sha256)> = before.iter().map(|one| (one.key.as_str(), &one.sha256)).collect();
    let new = |index: &usize| {
        let one = documents[*index].named();
        !there.contains(&(one.key.as_str(), &one.sha256))
    };
    let (lasting, variants): (Vec<usize>, Vec<usize>) =
        (0..documents.len()).filter(new).partition(|index| is_lasting(&documents[*index].key));
    let each = |of: &[usize]| -> Vec<Step> {
        let written = of.iter().map(|document| Step::Document { document: *document });
        written.chain(of.iter().map(|document| Step::VerifyDocument { document: *document })).collect()
    };
    let stays = |key: &str| documents.iter().any(|one| one.key == key);
    let dropped = before.iter().filter(|one| !is_lasting(&one.key) && !stays(&one.key));
    let dropped: Vec<Step> = dropped.map(|one| Step::Drop { key: one.key.clone() }).collect();
    let mut woven = vec![];
    for step in steps {
        match step {
            Step::Claim => woven.extend(each(&lasting)),
            Step::Switch => woven.extend(each(&variants)),
            Step::Release => woven.extend(dropped.iter().cloned()),
            _ => {}
        }
        woven.push(step);
    }
    woven
}

/// Whether a key is that of a page.
pub fn is_page(text: &str) -> bool {
    matches!(StorageKey::parse(text), Some(StorageKey::FeedPage(..)))
}

/// Whether a key is that of a document that never changes: a page, or a chapters file.
pub fn is_lasting(text: &str) -> bool {
    StorageKey::parse(text).is_some_and(|key| key.names_content())
}

/// The pages and chapters files of a version, as files that have to be there.
pub(crate) fn lasting(manifest: &Manifest) -> impl Iterator<Item = Object> {
    manifest.documents.iter().filter(|one| is_lasting(&one.key)).map(|one| Object {
        key: one.key.clone(),
        sha256: one.sha256.clone(),
        bytes: one.bytes,
        mime: if is_page(&one.key) { FEED_TYPE } else { CHAPTERS_TYPE }.into(),
        kind: "text".into(),
        episode: None,
    })
}

/// The chapters files of a version that were written for its place, as files that lie there. A server writes them itself.
pub fn chapters_files(manifest: &Manifest) -> impl Iterator<Item = Object> {
    lasting(manifest).filter(|object| !is_page(&object.key))
}

/// A version's further feeds.
pub fn further(manifest: &Manifest) -> impl Iterator<Item = &FeedObject> {
    let is_variant = |one: &&FeedObject| matches!(StorageKey::parse(&one.key), Some(StorageKey::FeedVariant(..)));
    manifest.documents.iter().filter(is_variant)
}

/// The addresses of a version's further feeds at a target, in the same order.
pub fn variants<'a>(target: &'a Target, manifest: &'a Manifest) -> impl Iterator<Item = String> + 'a {
    let server = match &target.location {
        Location::Server { origin } => Some(target.base_url.as_deref().unwrap_or(origin).trim_end_matches('/')),
        _ => None,
    };
    let slug = slug(manifest).unwrap_or_default();
    further(manifest).filter_map(move |one| {
        let key = StorageKey::parse(&one.key)?;
        match (&key, server) {
            (StorageKey::FeedVariant(_, name), Some(base)) => Some(format!("{base}/podcasts/{slug}/rss/{name}/")),
            (StorageKey::FeedVariant(..), None) => Some(address(target, &key)),
            _ => None,
        }
    })
}

/// The address of all further feeds at a target, with the place of their names.
pub fn variants_url(target: &Target, slug: &str) -> String {
    match &target.location {
        Location::Server { origin } => {
            let base = target.base_url.as_deref().unwrap_or(origin).trim_end_matches('/');
            format!("{base}/podcasts/{slug}/rss/{VARIANT_NAME}/")
        }
        location => format!("{}feeds/{slug}/{VARIANT_NAME}.xml", location.public_url().unwrap_or_default()),
    }
}

/// A document of a publication with its key.
pub(crate) fn wanted(work: Work<'_>, index: usize) -> Result<(StorageKey, &Document)> {
    let document = work.payload.documents.get(index);
    let document = document.ok_or_else(|| {
        Error::new(
            Code::Internal,
            "A plan in the library cannot be carried out: it has a step for a feed it does not name.",
        )
    })?;
    Ok((key(&document.key)?, document))
}

/// What bytes at a place are to a document.
pub(crate) fn compared(found: Option<&[u8]>, document: &Document) -> Observed {
    match found {
        None => Observed::Before,
        Some(bytes) if bytes == document.text.as_bytes() => Observed::AsWanted,
        Some(_) => Observed::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(key: &str, text: &str) -> Document {
        Document { key: key.into(), text: text.into() }
    }

    #[test]
    fn pages_are_there_before_the_version_and_further_feeds_before_the_feed() {
        let page = |n: u8| format!("feeds/s/p/{n:032x}.xml");
        let chapters = |n: u8| format!("text/{n:032x}/one.json");
        let documents = [
            document(&chapters(1), "1"),
            document(&chapters(2), "2"),
            document(&page(1), "1"),
            document(&page(2), "2"),
            document("feeds/s/a.xml", "a"),
            document("feeds/s/b.xml", "b"),
        ];
        let before = named(&[
            document(&chapters(1), "1"),
            document(&chapters(9), "9"),
            document(&page(1), "1"),
            document(&page(9), "9"),
            document("feeds/s/a.xml", "old"),
            document("feeds/s/b.xml", "b"),
            document("feeds/s/c.xml", "c"),
        ]);
        let steps = vec![Step::Claim, Step::FeedCopy, Step::Switch, Step::VerifyFeed, Step::Release];
        let (write, verify) = (|document| Step::Document { document }, |document| Step::VerifyDocument { document });
        let expected = vec![
            write(1),
            write(3),
            verify(1),
            verify(3),
            Step::Claim,
            Step::FeedCopy,
            write(4),
            verify(4),
            Step::Switch,
            Step::VerifyFeed,
            Step::Drop { key: "feeds/s/c.xml".into() },
            Step::Release,
        ];
        assert_eq!(woven(steps.clone(), &documents, &before), expected);
        assert_eq!(woven(steps.clone(), &[], &[]), steps);
        let server = vec![Step::Push, Step::Switch, Step::VerifyFeed, Step::Release];
        assert_eq!(woven(server.clone(), &documents, &before), server);
    }
}
