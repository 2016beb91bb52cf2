//! Lets somebody hear a draft by a secret address, at the show's server or another place of it, and ends that again.

use crate::Studio;
use crate::read::show_id;
use crate::work::Work;
use hearthcast_engine::line::Line;
use hearthcast_engine::{ProgressSink, draft_place, drafts};
use hearthcast_library::{share, target};
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::share::{MOST_LIVE, Share, ShareKind, ShareView};
use hearthcast_model::{Cancel, Code, Error, JobId, Result, ShareToken, SharedDraft, ShowId};
use hearthcast_storage::Folder;
use std::path::Path;

/// How a draft is to be shared.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sharing<'a> {
    /// For how many days; 7 where nobody says.
    pub days: Option<u32>,
    /// At which target; the show's server, or else its first public place.
    pub target: Option<&'a str>,
}

impl Studio {
    /// Shares an episode as it stands. The address is shown here and nowhere else.
    pub async fn share_draft(
        &self,
        show: &str,
        episode: &str,
        how: Sharing<'_>,
        cancel: &Cancel,
        progress: &ProgressSink,
    ) -> Result<ShareView> {
        let target = self.hearing_target(show, how.target).await?;
        let draft = self.shared_draft(show, episode, how.days).await?;
        self.not_too_many(&draft.show, &target).await?;
        let token = ShareToken::fresh(self.library().ids());
        let share = match &target.location {
            Location::Server { .. } => self.share_at_server(&target, &token, &draft, cancel, progress).await?,
            _ => self.share_at_place(&target, &token, &draft, cancel, progress).await?,
        };
        // It was on its way for a while: the author may have removed the episode, or ended the address.
        let kept = share::of_show(self.library(), &draft.show).await?.into_iter().find(|(kept, _)| kept.id == share.id);
        let ended = kept.is_none_or(|(kept, _)| kept.revoked_ms.is_some());
        if ended || self.episode(show, draft.episode.as_str()).await.is_err() {
            return Err(self.not_shared(share, gone_meanwhile()).await?);
        }
        self.keep_share(&share).await?;
        self.share_view(show, &share.id).await
    }

    /// Begins [`share_draft`](Self::share_draft) in the background. What stands against it is said at once.
    pub async fn start_share_draft(&self, show: &str, episode: &str, how: Sharing<'_>) -> Result<JobId> {
        let target = self.hearing_target(show, how.target).await?;
        let draft = self.shared_draft(show, episode, how.days).await?;
        self.not_too_many(&draft.show, &target).await?;
        let (show, episode) = (draft.show.to_string(), draft.episode.to_string());
        self.begin(Work::Share { show, episode, target: target.id.to_string(), days: how.days }).await
    }

    async fn share_at_server(
        &self,
        target: &Target,
        token: &ShareToken,
        draft: &SharedDraft,
        cancel: &Cancel,
        progress: &ProgressSink,
    ) -> Result<Share> {
        let line = Line::to(target, self.device_key()?, self.net().await?)?;
        drafts::prepare(&line, self.library(), draft, cancel, progress).await?;
        if self.episode(draft.show.as_str(), draft.episode.as_str()).await.is_err() {
            return Err(gone_meanwhile());
        }
        // Kept before the server knows: what is open there is known here, whatever happens in between.
        let mut share = begun(target, draft, ShareKind::Server, vec![]);
        self.keep_share(&share).await?;
        match drafts::share(&line, token, draft).await {
            Ok(address) => {
                share.feed = feed_of(draft, &address);
                share.address = address;
                Ok(share)
            }
            Err(error) => Err(self.not_shared(share, error).await?),
        }
    }

    async fn share_at_place(
        &self,
        target: &Target,
        token: &ShareToken,
        draft: &SharedDraft,
        cancel: &Cancel,
        progress: &ProgressSink,
    ) -> Result<Share> {
        self.first_in_folder(target).await?;
        let place = self.place(target).await?;
        let keys = draft_place::keys(token, draft).into_iter().map(|(_, name)| name).collect();
        let mut share = begun(target, draft, ShareKind::Place, keys);
        self.keep_share(&share).await?;
        let sent = draft_place::share(&*place, self.library(), target, (token, draft), cancel, progress).await;
        match sent {
            Ok(address) => {
                share.feed = feed_of(draft, address.strip_suffix("index.html").unwrap_or(&address));
                share.address = address;
                Ok(share)
            }
            Err(error) => Err(self.not_shared(share, error).await?),
        }
    }

    /// What could not be shared is taken away; where that fails, the next sync does it.
    async fn not_shared(&self, mut share: Share, error: Error) -> Result<Error> {
        share.revoked_ms = Some(self.now_ms());
        self.keep_share(&share).await?;
        if let Err(later) = self.end_share(&mut share).await {
            tracing::info!(code = later.code.as_str(), "what was left of a draft is taken away by the next sync");
        }
        Ok(error)
    }

    /// A folder into which nothing was put yet is taken into use; one that should have our mark is not.
    async fn first_in_folder(&self, target: &Target) -> Result<()> {
        let Location::Folder { path, .. } = &target.location else { return Ok(()) };
        let published = target::state(self.library().readers(), &target.id).await?.manifest.is_some();
        if !published && share::open_at(self.library(), &target.id).await?.is_empty() {
            Folder::open(Path::new(path))?.mark()?;
        }
        Ok(())
    }

    /// Where a draft is heard: the target that was named, the show's server, or a place with a public address.
    async fn hearing_target(&self, show: &str, name: Option<&str>) -> Result<Target> {
        if name.is_some() {
            return self.choose_target(show, name).await;
        }
        let id = show_id(&self.show(show).await?)?;
        let mut targets = target::of_show(self.library(), &id).await?;
        targets.retain(|target| target.role != Role::Store && target.moved.is_none());
        let server = targets.iter().position(|target| matches!(target.location, Location::Server { .. }));
        let nowhere = || {
            Error::new(Code::PublishIncomplete, "There is no place where somebody could hear it.")
                .hint("Add your Hearthcast server or a storage to the show, or let those in your own network hear it from this computer: --lan.")
                .about("show", show)
        };
        if targets.is_empty() { Err(nowhere()) } else { Ok(targets.swap_remove(server.unwrap_or(0))) }
    }

    async fn not_too_many(&self, show: &ShowId, target: &Target) -> Result<()> {
        let now_ms = self.now_ms();
        let known = share::of_show(self.library(), show).await?;
        let here = known.iter().filter(|(share, _)| share.target.as_ref() == Some(&target.id) && share.is_live(now_ms));
        if here.count() < MOST_LIVE {
            return Ok(());
        }
        let what = format!("{MOST_LIVE} drafts of this show can be heard at \"{}\" already.", target.name);
        Err(Error::new(Code::UsageInvalid, what)
            .hint("End one that nobody needs any more: hearthcast episode unshare")
            .about("target", target.name.clone()))
    }

    pub(crate) async fn keep_share(&self, share: &Share) -> Result<()> {
        let mut tx = self.library().transact().await?;
        tx.put_share(share).await?;
        self.commit_own(tx).await
    }
}

fn begun(target: &Target, draft: &SharedDraft, kind: ShareKind, keys: Vec<String>) -> Share {
    Share {
        id: draft.id.clone(),
        show: draft.show.clone(),
        episode: draft.episode.clone(),
        target: Some(target.id.clone()),
        kind,
        address: String::new(),
        feed: String::new(),
        made_ms: draft.made_ms,
        expires_ms: draft.expires_ms,
        revoked_ms: None,
        gone: false,
        keys,
    }
}

/// The feed lies beside the page.
fn feed_of(draft: &SharedDraft, base: &str) -> String {
    draft.picture.as_ref().map_or_else(String::new, |_| format!("{base}feed.xml"))
}

/// Somebody else's change came in between.
fn gone_meanwhile() -> Error {
    Error::new(
        Code::Cancelled,
        "The episode was removed, or its address was ended, while it was on its way; nobody hears it.",
    )
}
