//! Drafts that somebody may hear: listed, ended, and what was remarked about them. What is over at a storage is taken away by
//! the next sync; a server ends it by itself.

use crate::Studio;
use crate::hearing_apps::hearing_apps;
use crate::qr::svg;
use crate::read::show_id;
use hearthcast_engine::line::Line;
use hearthcast_engine::{draft_place, drafts};
use hearthcast_library::{episode, share, target};
use hearthcast_model::place::Target;
use hearthcast_model::share::{Share, ShareKind, ShareView};
use hearthcast_model::{Code, EpisodeId, Error, Remark, Result, ShareId, ShareToken, SharedDraft, ShowId};
use std::collections::BTreeMap;

/// A sharing that has no address after so long was given up.
const DAY_MS: i64 = 86_400_000;

impl Studio {
    /// The sharings of a show's drafts, newest first; of one episode where one is named.
    pub async fn shares(&self, show: &str, of: Option<&str>) -> Result<Vec<ShareView>> {
        let id = show_id(&self.show(show).await?)?;
        let of = match of {
            Some(which) => Some(self.episode(show, which).await?.id),
            None => None,
        };
        let targets: BTreeMap<_, String> =
            target::of_show(self.library(), &id).await?.into_iter().map(|target| (target.id, target.name)).collect();
        let mut views = vec![];
        for (share, remarks) in share::of_show(self.library(), &id).await? {
            // One without an address was never shared.
            if share.address.is_empty() || of.as_ref().is_some_and(|of| of != share.episode.as_str()) {
                continue;
            }
            let name = share.target.as_ref().and_then(|target| targets.get(target)).cloned().unwrap_or_default();
            views.push(self.viewed(share, name, remarks).await?);
        }
        Ok(views)
    }

    /// One of them.
    pub(crate) async fn share_view(&self, show: &str, id: &ShareId) -> Result<ShareView> {
        let found = self.shares(show, None).await?.into_iter().find(|view| view.share.id == *id);
        found.ok_or_else(|| unknown(id.as_str()))
    }

    /// Ends sharings: one by its id or address, or all of an episode that can be heard. Where a place does not answer, the next
    /// sync ends them there. Returns those that were ended.
    pub async fn unshare(&self, show: &str, which: &str) -> Result<Vec<ShareView>> {
        let now_ms = self.now_ms();
        let all = self.shares(show, None).await?;
        let named = |view: &&ShareView| view.share.id.as_str() == which || view.share.address == which;
        let mut chosen: Vec<Share> = all.iter().filter(named).map(|view| view.share.clone()).collect();
        if chosen.is_empty() {
            let episode = self.episode(show, which).await.map_err(|_| unknown(which))?.id;
            let live = all.iter().filter(|view| view.share.episode.as_str() == episode && view.live);
            chosen = live.map(|view| view.share.clone()).collect();
        }
        let mut ended = vec![];
        for mut share in chosen {
            share.revoked_ms = share.revoked_ms.or(Some(now_ms));
            self.keep_share(&share).await?;
            if let Err(error) = self.end_share(&mut share).await {
                tracing::info!(code = error.code.as_str(), "a draft's place does not know yet that it ended");
            }
            ended.push(self.share_view(show, &share.id).await?);
        }
        Ok(ended)
    }

    /// What was remarked about an episode, in the order of its moments.
    pub async fn remarks(&self, show: &str, which: &str) -> Result<Vec<Remark>> {
        let id = self.episode(show, which).await?.id;
        let id = EpisodeId::parse(&id).ok_or_else(|| Error::not_found("episode", &id))?;
        let remarks = share::remarks(self.library(), &id).await?;
        Ok(remarks.into_iter().map(Remark::bounded).collect())
    }

    /// A draft that is to be heard in this computer's own network, for a day at most.
    pub async fn lan_draft(&self, show: &str, which: &str) -> Result<(ShareToken, SharedDraft)> {
        Ok((ShareToken::fresh(self.library().ids()), self.shared_draft(show, which, Some(1)).await?))
    }

    /// The same as lists and screens show it. `base` is its address, which ends in a slash.
    pub fn lan_view(&self, draft: &SharedDraft, base: &str) -> ShareView {
        let feed = draft.picture.as_ref().map_or_else(String::new, |_| format!("{base}feed.xml"));
        let share = Share {
            id: draft.id.clone(),
            show: draft.show.clone(),
            episode: draft.episode.clone(),
            target: None,
            kind: ShareKind::Lan,
            address: base.into(),
            feed,
            made_ms: draft.made_ms,
            expires_ms: draft.expires_ms,
            revoked_ms: None,
            gone: false,
            keys: vec![],
        };
        self.as_shown(share, draft.title.clone(), String::new(), 0)
    }

    /// Ends at a target what was ended here or is over.
    pub(crate) async fn end_shares(&self, target: &Target) -> Result<()> {
        let (now_ms, mut failed) = (self.now_ms(), None);
        for mut share in share::open_at(self.library(), &target.id).await? {
            // One that was killed half-way has no address: nobody sees it, and nobody else would end it.
            let lost = share.address.is_empty() && now_ms.saturating_sub(share.made_ms) > DAY_MS;
            if (lost || !share.is_live(now_ms))
                && let Err(error) = self.end_share(&mut share).await
            {
                failed = failed.or(Some(error));
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// Ends what can be heard of a show, or of one of its episodes, at once. Says whether every place knows it; where one does
    /// not, the next sync tells it.
    pub(crate) async fn end_shares_of(&self, show: &ShowId, of: Option<&EpisodeId>) -> Result<bool> {
        let (now_ms, mut all) = (self.now_ms(), true);
        for (mut share, _) in share::of_show(self.library(), show).await? {
            if share.gone || of.is_some_and(|of| *of != share.episode) {
                continue;
            }
            share.revoked_ms = share.revoked_ms.or(Some(now_ms));
            self.keep_share(&share).await?;
            all &= self.end_share(&mut share).await.is_ok();
        }
        Ok(all)
    }

    /// Refuses to forget a target where a draft can still be heard: nobody could end it any more, and at a storage nothing would.
    pub(crate) async fn nobody_hears_at(&self, target: &Target) -> Result<()> {
        let now_ms = self.now_ms();
        let heard = |share: &Share| share.kind == ShareKind::Place || share.is_live(now_ms);
        if !share::open_at(self.library(), &target.id).await?.iter().any(heard) {
            return Ok(());
        }
        let what = format!("A draft can still be heard at \"{}\".", target.name);
        Err(Error::new(Code::TargetInvalid, what)
            .hint("End it first: hearthcast episode shares SHOW, then episode unshare.")
            .about("target", target.name.clone()))
    }

    /// Takes away what is left of one, and notes that nothing is.
    pub(crate) async fn end_share(&self, share: &mut Share) -> Result<()> {
        if let Some(id) = share.target.clone().filter(|_| !share.gone) {
            let target = self.target(id.as_str()).await?;
            match share.kind {
                ShareKind::Server => {
                    let line = Line::to(&target, self.device_key()?, self.net().await?)?;
                    drafts::end(&line, &share.show, &share.id).await?;
                }
                ShareKind::Place => {
                    let place = self.place(&target).await?;
                    draft_place::end(&*place, self.library(), &target.id, &share.keys).await?;
                }
                ShareKind::Lan => {}
            }
        }
        share.gone = true;
        self.keep_share(share).await
    }

    async fn viewed(&self, share: Share, target_name: String, remarks: u32) -> Result<ShareView> {
        let title = episode::get(self.library(), &share.episode).await?.map(|record| record.body.title);
        Ok(self.as_shown(share, title.unwrap_or_default(), target_name, remarks))
    }

    fn as_shown(&self, share: Share, title: String, target_name: String, remarks: u32) -> ShareView {
        let live = share.is_live(self.now_ms());
        ShareView {
            title,
            target_name,
            live,
            waits: share.revoked_ms.is_some() && !share.gone,
            remarks,
            qr_svg: if live { svg(&share.address) } else { String::new() },
            apps: hearing_apps(share.kind, !share.feed.is_empty()),
            share,
        }
    }
}

fn unknown(which: &str) -> Error {
    Error::not_found("shared draft", which).hint("\"hearthcast episode shares SHOW\" lists them.")
}
