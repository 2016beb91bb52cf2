//! The feeds of all shows as a list of subscriptions (OPML), as podcast apps take it.

use crate::Studio;
use crate::transcript_files::put;
use hearthcast_engine::plan::feed_url;
use hearthcast_intake::{Subscription, write_opml};
use hearthcast_library::{show, target};
use hearthcast_model::Result;
use hearthcast_model::feed_list::{FeedListWritten, ListedFeed};
use hearthcast_model::import::ImportRequest;
use hearthcast_model::place::Role;
use std::path::{Path, PathBuf};

/// A list, and which shows are in it.
pub struct FeedList {
    /// OPML 2.0.
    pub opml: Vec<u8>,
    /// Shows with a public feed, in the list's order.
    pub listed: Vec<Subscription>,
    /// Titles of shows that are public nowhere, and are not in it.
    pub unpublished: Vec<String>,
}

impl Studio {
    /// The public feeds of all shows, each at its primary place.
    pub async fn feed_list(&self) -> Result<FeedList> {
        let (mut listed, mut unpublished) = (vec![], vec![]);
        for row in show::list(self.library()).await? {
            let record = self.show(row.id.as_str()).await?;
            let body = record.released.unwrap_or(record.body);
            let mut public = vec![];
            for target in target::of_show(self.library(), &row.id).await? {
                let state = target::state(self.library().readers(), &target.id).await?;
                let listeners = matches!(target.role, Role::Primary | Role::Mirror) && target.moved.is_none();
                if listeners && state.manifest.is_some() {
                    public.push((target.role != Role::Primary, feed_url(&target, &body.slug)));
                }
            }
            public.sort();
            match public.into_iter().next() {
                Some((_, feed_url)) => {
                    listed.push(Subscription { title: body.title, feed_url, page_url: body.link });
                }
                None => unpublished.push(body.title),
            }
        }
        Ok(FeedList { opml: write_opml("Hearthcast", &listed), listed, unpublished })
    }

    /// Writes that list into a file, whole or not at all; over another file only on `force`.
    pub async fn save_feed_list(&self, path: &Path, force: bool) -> Result<FeedListWritten> {
        let path = file_of(&std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()));
        let FeedList { opml, listed, unpublished } = self.feed_list().await?;
        put(&path, opml, force).await?;
        let feeds = listed.into_iter().map(told).collect();
        Ok(FeedListWritten { file: path.display().to_string(), feeds, unpublished })
    }

    /// The feeds in a list that is named instead of a feed; `None` of every other source.
    pub async fn listed_feeds(&self, request: &ImportRequest) -> Result<Option<Vec<ListedFeed>>> {
        let feeds = self.subscriptions(request).await?;
        Ok(feeds.map(|feeds| feeds.into_iter().map(told).collect()))
    }
}

fn told(Subscription { title, feed_url, page_url }: Subscription) -> ListedFeed {
    ListedFeed { title, feed_url, page_url }
}

/// The file that is meant: in a folder one of our name; a name without an ending gets that of a list. A link is followed.
fn file_of(path: &Path) -> PathBuf {
    let path = match () {
        () if path.is_dir() => path.join("hearthcast.opml"),
        () if path.extension().is_none() => path.with_extension("opml"),
        () => path.to_path_buf(),
    };
    if path.is_symlink() { std::fs::canonicalize(&path).unwrap_or(path) } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_gets_its_ending() {
        for (typed, meant) in [("/nowhere/feeds", "/nowhere/feeds.opml"), ("/nowhere/a.xml", "/nowhere/a.xml")] {
            assert_eq!(file_of(Path::new(typed)), Path::new(meant), "{typed}");
        }
        let folder = std::env::temp_dir();
        assert_eq!(file_of(&folder), folder.join("hearthcast.opml"));
    }
}
