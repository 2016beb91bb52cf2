//! The feeds of all shows as a list of subscriptions (OPML), as podcast apps take it.

use crate::Studio;
use hearthcast_engine::plan::feed_url;
use hearthcast_intake::{Subscription, write_opml};
use hearthcast_library::{show, target};
use hearthcast_model::Result;
use hearthcast_model::place::Role;

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
}
