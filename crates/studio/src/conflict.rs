//! Somebody else's publication at a place, laid beside what is known here and what this library would publish. Looks only,
//! and overwrites nothing: ways out are named, and the person chooses.

use crate::Studio;
use hearthcast_engine::Planned;
use hearthcast_engine::feed_diff::three_way;
use hearthcast_engine::history::public_now;
use hearthcast_engine::line::Line;
use hearthcast_engine::published::PublishedFeed;
use hearthcast_library::history;
use hearthcast_model::history::{Conflict, ConflictItem};
use hearthcast_model::manifest::Manifest;
use hearthcast_model::place::{Location, Target};
use hearthcast_model::{Result, Sha256};

/// What is public at a place: the feed, and whose it is where that can be told.
type Public = (Vec<u8>, Option<Manifest>);

impl Studio {
    /// Whether somebody else published to a target; `None` also where that cannot be seen now.
    pub(crate) async fn conflict(
        &self,
        target: &Target,
        planned: &Planned,
        known: Option<&Manifest>,
        known_feed: Option<&PublishedFeed>,
    ) -> Option<Conflict> {
        if planned.plan.is_empty() {
            return None;
        }
        let (feed, theirs) = self.foreign(target, planned, known).await.ok().flatten()?;
        let pages = match &theirs {
            Some(manifest) => self.documents_of(manifest).await.ok().flatten().unwrap_or_default(),
            None => vec![],
        };
        let items = three_way(known_feed, &PublishedFeed::alone(feed).with_documents(&pages), &planned.feed());
        Some(told(target, known, known_feed.is_some(), theirs, items, self.library().device().as_str()))
    }

    /// What is public at a place and was not published from this library. A folder is looked at each time; others only
    /// after a publication there was given up, because a plan needs no network.
    async fn foreign(&self, target: &Target, planned: &Planned, known: Option<&Manifest>) -> Result<Option<Public>> {
        let local = matches!(target.location, Location::Folder { .. });
        if !local && !history::given_up_last(self.library(), &target.id).await? {
            return Ok(None);
        }
        let known_fence = known.map(|manifest| manifest.fence.as_str());
        if let Location::Server { .. } = target.location {
            let line = Line::to(target, self.device_key()?, self.net().await?)?;
            let found = hearthcast_engine::server::public_now(&line, target).await?;
            return Ok(found.filter(|(_, theirs)| theirs.as_ref().map(|m| m.fence.as_str()) != known_fence));
        }
        let slug = &planned.payload.show.slug;
        let found = public_now(&*self.place(target).await?, target, slug).await?;
        let ours = [known.map(|m| m.feed.sha256.clone()), Some(planned.payload.feed_sha256())];
        Ok(found.filter(|(feed, _)| !ours.contains(&Some(Sha256::of(feed)))))
    }
}

fn told(
    target: &Target,
    known: Option<&Manifest>,
    compared: bool,
    theirs: Option<Manifest>,
    items: Option<Vec<ConflictItem>>,
    here: &str,
) -> Conflict {
    let known_version = known.map_or(0, |manifest| manifest.version);
    let by = match &theirs {
        Some(manifest) if manifest.device.as_str() == here => {
            format!(
                "version {}, published from this computer by a library that this one is an older copy of",
                manifest.version
            )
        }
        Some(manifest) => format!("version {}, published from another computer", manifest.version),
        None => "a feed that Hearthcast did not publish".into(),
    };
    let base = match (known_version, compared) {
        (0, _) => "This library has published nothing there.".to_string(),
        (n, true) => format!("This library knows version {n}."),
        (n, false) => format!("This library knows version {n}, whose feed is not kept, so everything counts as new."),
    };
    let unread = if items.is_none() { " It cannot be read, so it is not compared." } else { "" };
    let items = items.unwrap_or_default();
    let clashes = items.iter().filter(|item| item.clash).count();
    let sentence = format!("\"{}\" shows {by}. {base}{unread} {}", target.name, clash_words(clashes));
    Conflict { sentence, known_version, theirs, items, ways_out: ways_out() }
}

fn clash_words(clashes: usize) -> String {
    match clashes {
        0 => "No episode was changed on both sides.".into(),
        1 => "1 thing was changed on both sides.".into(),
        n => format!("{n} things were changed on both sides."),
    }
}

fn ways_out() -> Vec<String> {
    [
        "Publish from the library that made what is public; it knows its own version.",
        "Look at what changed there; take what you want of it into your episodes (settle --take GUID), then follow their version \
         (settle --follow FENCE): the next publication from here replaces it, and its plan says what that changes.",
        "Publish to another place, and leave this one as it is.",
    ]
    .map(str::to_string)
    .to_vec()
}
