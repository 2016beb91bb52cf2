//! An address that opens one file of a private place in the author's browser, for some minutes. It never stands in a feed.

use crate::Studio;
use hearthcast_engine::documents::chapters_files;
use hearthcast_engine::plan::object_url;
use hearthcast_library::target;
use hearthcast_model::manifest::Manifest;
use hearthcast_model::place::{Location, Remote, Target};
use hearthcast_model::view::FileLink;
use hearthcast_model::{Code, Error, Result};
use hearthcast_storage::StorageKey;
use std::time::Duration;

/// How long such an address works when nobody says otherwise, in seconds.
pub const LINK_SECONDS: u32 = 600;

/// Longest that any storage gives, in seconds: a week.
const MOST_SECONDS: u32 = 7 * 24 * 60 * 60;

impl Studio {
    /// Makes such an address. `file` is a name in storage, its end, or the public address of a file that is published there;
    /// `feed.xml` means the feed.
    pub async fn link_file(&self, name: &str, file: &str, seconds: u32) -> Result<FileLink> {
        let target = self.target(name).await?;
        if seconds == 0 || seconds > MOST_SECONDS {
            return Err(Error::new(Code::UsageInvalid, format!("{seconds} seconds cannot be asked for."))
                .hint("A link lasts from a second to a week."));
        }
        let manifest = target::state(self.library().readers(), &target.id).await?.manifest;
        let key = manifest.as_ref().and_then(|manifest| key_of(&target, manifest, file));
        let key = key.ok_or_else(|| {
            Error::not_found("file", file)
                .hint("Name one that is published there, by its address or the end of its name.")
        })?;
        if !gives_links(&target) {
            return Err(no_links(&target));
        }
        let lasting = Duration::from_secs(u64::from(seconds));
        let address = self.place(&target).await?.signed_link(&key, lasting).await?;
        let until_ms = self.now_ms().saturating_add(i64::from(seconds) * 1000);
        let address = address.ok_or_else(|| no_links(&target))?;
        Ok(FileLink { key: key.to_string(), address, until_ms })
    }
}

/// Whether a target gives such addresses: storages that check a signature of ours do.
pub(crate) fn gives_links(target: &Target) -> bool {
    matches!(target.location, Location::Bucket { .. } | Location::Remote(Remote::Azure { .. } | Remote::Gcs { .. }))
}

/// The one file that is meant.
fn key_of(target: &Target, manifest: &Manifest, file: &str) -> Option<StorageKey> {
    let feed = manifest.feed.key.as_str();
    let public_feed = format!("{}{feed}", target.location.public_url().unwrap_or_default());
    if file == feed || file == "feed.xml" || file == public_feed {
        return StorageKey::parse(feed);
    }
    let exactly =
        |object: &&hearthcast_model::manifest::Object| object.key == file || object_url(target, object) == file;
    if let Some(found) = manifest.objects.iter().find(exactly) {
        return StorageKey::parse(&found.key);
    }
    if let Some(written) = chapters_files(manifest).find(|object| exactly(&object)) {
        return StorageKey::parse(&written.key);
    }
    let end = format!("/{}", file.trim_start_matches('/'));
    let mut ends = manifest.objects.iter().filter(|object| object.key.ends_with(&end));
    match (ends.next(), ends.next()) {
        (Some(only), None) => StorageKey::parse(&only.key),
        _ => None,
    }
}

fn no_links(target: &Target) -> Error {
    let what = format!("\"{}\" gives no addresses that open a file for some minutes.", target.name);
    Error::new(Code::TargetInvalid, what)
        .hint("Buckets of S3, Azure and Google do. Elsewhere, use the public address.")
        .about("target", target.name.clone())
}
