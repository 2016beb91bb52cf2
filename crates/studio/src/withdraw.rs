//! Calls an episode back: out of the feed everywhere, its files deleted, kept feeds that name it deleted, and a report on
//! every address. Written down before anything is done, so that a killed withdrawal goes on; nothing brings it back.

use crate::Studio;
use crate::look_live::status_of;
use crate::purge::all_done;
use crate::read::show_id;
use crate::work::Work;
use hearthcast_engine::ProgressSink;
use hearthcast_engine::apply;
use hearthcast_engine::history::public_now;
use hearthcast_engine::line::Line;
use hearthcast_engine::push;
use hearthcast_engine::said::items_of;
use hearthcast_engine::withdraw::{CalledBack, addresses, from_place, from_server};
use hearthcast_fetch::Net;
use hearthcast_library::withdrawal::{self, Withdrawal};
use hearthcast_library::{episode, history, target};
use hearthcast_model::history::{Recalled, Withdrawn};
use hearthcast_model::manifest::Object;
use hearthcast_model::place::{Location, Target};
use hearthcast_model::record::{Table, to_value};
use hearthcast_model::{Cancel, Code, Episode, EpisodeId, Error, JobId, Progress, Record, Result, Sha256, ShowId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The title of what is left in the library.
const WITHDRAWN: &str = "Withdrawn episode";

/// How far a withdrawal is, as it is written down.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Notes {
    /// Empty once it is scrubbed from everything else.
    title: String,
    /// Empty once nothing is left to do; its hash tells which episode is meant then.
    slug: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    slug_hash: Option<Sha256>,
    /// None once nothing is left to do: their names tell what the episode was called.
    files: Vec<Object>,
    /// Since when its sound was public at somebody else's address, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    elsewhere_since_ms: Option<i64>,
    report: Option<Withdrawn>,
}

impl Notes {
    /// What is kept of a report: nothing that the episode was called, and no file's name once nothing is left to do.
    fn keeping(self, report: &Withdrawn, title_stands_elsewhere: bool) -> Self {
        let anonymous = anonymous(report, &self.files);
        let title = if title_stands_elsewhere { self.title } else { String::new() };
        let notes = Self { title, report: Some(anonymous), ..self };
        match report.complete && !title_stands_elsewhere {
            true => Self { slug: String::new(), files: vec![], ..notes },
            false => notes,
        }
    }

    /// The report of a withdrawal that left nothing to do.
    fn finished(&self) -> Option<&Withdrawn> {
        self.report.as_ref().filter(|report| report.complete && self.slug.is_empty())
    }
}

/// Since when an episode's sound was public at somebody else's address, if it was.
pub(crate) fn elsewhere_since(record: &Record<Episode>) -> Option<i64> {
    let sides = std::iter::once(&record.body).chain(&record.released);
    sides.filter(|episode| episode.remote_audio.is_some()).filter_map(|episode| episode.publish_at_ms).min()
}

/// A slug that cannot be read.
fn hashed(show: &ShowId, slug: &str) -> Sha256 {
    Sha256::of(format!("{show}/{slug}").as_bytes())
}

/// A report without the episode's title, and without the names of its files where they are gone.
fn anonymous(report: &Withdrawn, files: &[Object]) -> Withdrawn {
    let mut kept = Withdrawn { title: WITHDRAWN.into(), ..report.clone() };
    kept.sentence = sentence(&kept);
    if !report.complete {
        return kept;
    }
    let names: BTreeSet<&str> =
        files.iter().filter_map(|file| file.key.rsplit('/').next()?.split('.').next()).collect();
    let blank = |text: &mut String| {
        names.iter().for_each(|name| *text = text.replace(&format!("/{name}."), "/…."));
    };
    for address in &mut kept.addresses {
        blank(&mut address.url);
        blank(&mut address.sentence);
    }
    for purged in &mut kept.purged {
        blank(&mut purged.url);
        blank(&mut purged.sentence);
    }
    kept.cannot_be_recalled.iter_mut().for_each(blank);
    kept
}

impl Studio {
    /// Withdraws an episode. Run again, it goes on where it stopped.
    pub async fn withdraw(
        &self,
        show: &str,
        which: &str,
        cancel: &Cancel,
        progress: ProgressSink,
    ) -> Result<Withdrawn> {
        let record = self.show(show).await?;
        let id = show_id(&record)?;
        let (episode, notes) = match self.begun_withdrawal(&id, which).await? {
            Some(begun) => begun,
            None => self.begin_withdrawal(show, &id, which).await?,
        };
        if let Some(report) = notes.finished() {
            return Ok(report.clone());
        }
        let mut targets = target::of_show(self.library(), &id).await?;
        // The feed at a place that the show left is that of the place where it is.
        targets.sort_by_key(|target| target.moved.is_some());
        let mut report = Withdrawn {
            episode: episode.clone(),
            title: if notes.title.is_empty() { WITHDRAWN.into() } else { notes.title.clone() },
            sentence: String::new(),
            complete: true,
            addresses: vec![],
            cannot_be_recalled: cannot_be_recalled(),
            purged: vec![],
        };
        // Nobody hears it as a draft either.
        report.complete &= self.end_shares_of(&id, Some(&episode)).await?;
        for (at, target) in targets.iter().enumerate() {
            cancel.check()?;
            progress(Progress::new("withdraw", at as u64, targets.len() as u64));
            if let Err(error) = self.withdraw_at(target, &episode, &notes, cancel, &progress, &mut report).await {
                report.complete = false;
                report.cannot_be_recalled.insert(0, unreached(target, &error));
            }
        }
        report.complete &= report.addresses.iter().all(|address| address.gone) && all_done(&report.purged);
        report.sentence = sentence(&report);
        let first = notes.report.is_none();
        self.forget_words(&id, &report.episode, &notes.title).await?;
        let mut rests = false;
        for target in &targets {
            rests |= apply::unfinished(self.library(), &target.id).await?.is_some();
        }
        self.note_withdrawal(&id, &episode, notes.keeping(&report, rests)).await?;
        if report.complete || first {
            self.write_anew().await;
        }
        Ok(report)
    }

    /// Begins [`withdraw`](Self::withdraw) in the background.
    pub async fn start_withdraw(&self, show: &str, which: &str) -> Result<JobId> {
        let record = self.show(show).await?;
        let id = show_id(&record)?;
        let episode = match self.begun_withdrawal(&id, which).await? {
            Some((episode, _)) => episode.to_string(),
            None => self.episode(show, which).await?.id,
        };
        self.begin(Work::Withdraw { show: id.to_string(), episode }).await
    }

    /// What became of withdrawn episodes, newest first.
    pub async fn withdrawn(&self, show: &str) -> Result<Vec<Withdrawn>> {
        let id = show_id(&self.show(show).await?)?;
        let all = withdrawal::of_show(self.library(), &id).await?;
        let report = |withdrawal: Withdrawal| serde_json::from_str::<Notes>(&withdrawal.body).ok()?.report;
        Ok(all.into_iter().rev().filter_map(report).collect())
    }

    /// A withdrawal of this episode that was begun before.
    async fn begun_withdrawal(&self, show: &ShowId, which: &str) -> Result<Option<(EpisodeId, Notes)>> {
        for begun in withdrawal::of_show(self.library(), show).await? {
            let notes: Notes = serde_json::from_str(&begun.body)
                .map_err(|e| Error::new(Code::LibraryFailed, format!("A withdrawal cannot be read: {e}.")))?;
            let slug = notes.slug == which || notes.slug_hash.as_ref() == Some(&hashed(show, which));
            if begun.episode.as_str() == which || slug {
                return Ok(Some((begun.episode, notes)));
            }
        }
        Ok(None)
    }

    /// Writes down what is to be called back, and takes the episode out of the working copy, without a way back.
    async fn begin_withdrawal(&self, show: &str, id: &ShowId, which: &str) -> Result<(EpisodeId, Notes)> {
        let record = self.episode(show, which).await?;
        let episode = crate::read::episode_id(&record)?;
        for target in target::of_show(self.library(), id).await? {
            hearthcast_engine::history::rebuild(self.library(), &target).await?;
        }
        let files = self.files_ever(id, &episode).await?;
        let (title, slug) = (record.body.title.clone(), record.body.slug.clone());
        let elsewhere_since_ms = elsewhere_since(&record);
        let notes = Notes { slug_hash: Some(hashed(id, &slug)), title, slug, files, elsewhere_since_ms, report: None };
        let mut tx = self.library().transact().await?;
        tx.put_withdrawal(id, &episode, &written(&notes)?, false).await?;
        // What stays is that there was one: a server is told of that, and forgets the rest.
        let body = &record.body;
        let empty = Episode::new(body.show.clone(), &body.guid, WITHDRAWN, "withdrawn", body.created_ms);
        tx.put_value(Table::Episode, &record.id, to_value(&empty)?, Some(self.now_ms())).await?;
        self.commit_own(tx).await?;
        Ok((episode, notes))
    }

    /// What the episode said goes from the library's own notes, too, but from a publication that is still to be finished.
    async fn forget_words(&self, show: &ShowId, episode: &EpisodeId, title: &str) -> Result<()> {
        let mut tx = self.library().transact().await?;
        tx.scrub_episode(show, episode, title).await?;
        self.commit_own(tx).await
    }

    /// Nothing that was deleted stays readable in the database's file.
    async fn write_anew(&self) {
        // Somebody reads at this moment: what was deleted is written over by and by.
        if let Err(error) = self.library().compact().await {
            tracing::warn!(%error, "the database could not be written anew after a withdrawal");
        }
    }

    /// Every file the episode ever had in public.
    pub(crate) async fn files_ever(&self, show: &ShowId, episode: &EpisodeId) -> Result<Vec<Object>> {
        let mut files = BTreeMap::new();
        for target in target::of_show(self.library(), show).await? {
            let state = target::state(self.library().readers(), &target.id).await?;
            let kept = history::of_target(self.library(), &target.id).await?.into_iter().map(|kept| kept.manifest);
            let named = kept.chain(state.manifest).flat_map(|manifest| manifest.objects);
            // What was sent before its time lies at the place, too, and no version names it.
            for object in named.chain(state.handed.into_iter().flat_map(|handed| handed.objects)) {
                if object.episode.as_ref() == Some(episode) {
                    files.insert(object.key.clone(), object);
                }
            }
        }
        Ok(files.into_values().collect())
    }

    async fn withdraw_at(
        &self,
        target: &Target,
        episode: &EpisodeId,
        notes: &Notes,
        cancel: &Cancel,
        progress: &ProgressSink,
        report: &mut Withdrawn,
    ) -> Result<()> {
        let state = target::state(self.library().readers(), &target.id).await?;
        if state.manifest.is_none() {
            return Ok(());
        }
        // The item leaves the feed by a publication like any other.
        let (show, only) = (target.show.to_string(), std::slice::from_ref(episode));
        self.publish(&show, Some(target.id.as_str()), only, cancel, ProgressSink::clone(progress)).await?;
        let (slug, called_back) = self.call_back(target, episode, &notes.files, notes.elsewhere_since_ms).await?;
        self.forget_versions(target, episode).await?;
        // Caches before the place go on answering until they are told.
        report.purged.extend(self.purge_addresses(target, &addresses(target, &slug, &called_back)).await?);
        let net = self.net().await?;
        look_from_outside(&net, target, &slug, &called_back, report).await;
        Ok(())
    }

    /// Deletes an episode's files and traces at a place whose feed does not name it any more.
    pub(crate) async fn call_back(
        &self,
        target: &Target,
        episode: &EpisodeId,
        files: &[Object],
        elsewhere_since_ms: Option<i64>,
    ) -> Result<(String, CalledBack)> {
        let public = target::state(self.library().readers(), &target.id).await?.manifest;
        let public = public.ok_or_else(|| Error::new(Code::Internal, "A publication left no version."))?;
        let slug = hearthcast_engine::names::slug(&public)?;
        let called_back = match &target.location {
            Location::Server { .. } => {
                let line = Line::to(target, self.device_key()?, self.net().await?)?;
                // The working copies there hold its words, too, until the empty record comes.
                push::hello(&line, self.library()).await?;
                push::push(&line, self.library(), target).await?;
                let stores = self.stores(target).await?;
                from_server(&line, stores.as_deref(), (&target.show, episode), files, &public, elsewhere_since_ms)
                    .await?
            }
            _ => {
                let place = self.place(target).await?;
                from_place(&*place, &slug, episode, files, &public, elsewhere_since_ms).await?
            }
        };
        Ok((slug, called_back))
    }

    async fn forget_versions(&self, target: &Target, episode: &EpisodeId) -> Result<()> {
        let mut tx = self.library().transact().await?;
        tx.strike_from_history(&target.show, episode).await?;
        self.commit_own(tx).await
    }

    async fn note_withdrawal(&self, show: &ShowId, episode: &EpisodeId, notes: Notes) -> Result<()> {
        let complete = notes.report.as_ref().is_some_and(|report| report.complete);
        let mut tx = self.library().transact().await?;
        tx.put_withdrawal(show, episode, &written(&notes)?, complete).await?;
        self.commit_own(tx).await
    }

    /// Whether the old feed at a place without a server of ours still names an episode that was called back: then it has to be
    /// written once more, also where its author ended it.
    pub(crate) async fn names_withdrawn(&self, target: &Target) -> Result<bool> {
        let withdrawn = withdrawal::of_show(self.library(), &target.show).await?;
        if withdrawn.is_empty() || matches!(target.location, Location::Server { .. }) {
            return Ok(false);
        }
        let place = self.place(target).await?;
        let slug = self.released_slug(&target.show).await?;
        let Some((feed, _)) = public_now(&*place, target, &slug).await? else { return Ok(false) };
        let named: BTreeSet<String> = items_of(&feed).unwrap_or_default().into_iter().map(|item| item.guid).collect();
        for one in &withdrawn {
            let record = episode::get(self.library(), &one.episode).await?;
            let bodies = record.iter().flat_map(|record| std::iter::once(&record.body).chain(&record.released));
            if bodies.into_iter().any(|body| named.contains(&body.guid)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Refuses episodes that were withdrawn; takes them out of what a plan is made from.
    pub(crate) async fn without_withdrawn(
        &self,
        show: &ShowId,
        records: &mut Vec<hearthcast_model::Record<hearthcast_model::Episode>>,
    ) -> Result<()> {
        let withdrawn = withdrawal::of_show(self.library(), show).await?;
        // One that is still released has to be seen by the plan, to be taken out of the feed.
        records
            .retain(|record| record.released.is_some() || !withdrawn.iter().any(|w| w.episode.as_str() == record.id));
        for record in records.iter_mut().filter(|r| withdrawn.iter().any(|w| w.episode.as_str() == r.id)) {
            record.deleted_ms.get_or_insert(self.now_ms());
        }
        Ok(())
    }
}

/// Asks every address as anybody could.
async fn look_from_outside(net: &Net, target: &Target, slug: &str, called_back: &CalledBack, report: &mut Withdrawn) {
    for url in addresses(target, slug, called_back) {
        let status = status_of(net, &url).await;
        let gone = matches!(status, Some(403 | 404 | 410));
        let sentence = match (status, gone) {
            (Some(status), true) => format!("{url} is gone (the answer is {status})."),
            (Some(status), false) => {
                format!("{url} still answers {status}: a cache before the place may have kept it.")
            }
            (None, _) => format!("{url} could not be asked."),
        };
        report.addresses.push(Recalled { target: target.name.clone(), url, status, gone, sentence });
    }
    for object in &called_back.kept {
        let what =
            format!("{} stays at \"{}\": something else that is public uses the same file.", object.key, target.name);
        report.cannot_be_recalled.push(what);
    }
}

fn written(notes: &Notes) -> Result<String> {
    serde_json::to_string(notes)
        .map_err(|e| Error::new(Code::Internal, format!("A withdrawal could not be written down: {e}.")))
}

/// A withdrawal that is to be run again.
pub(crate) fn incomplete(report: &Withdrawn) -> Error {
    // It is kept with the job, where no title of it is to stand.
    Error::new(Code::TargetOffline, sentence(&Withdrawn { title: WITHDRAWN.into(), ..report.clone() }))
        .hint("Withdraw it again: it goes on where it stopped.")
        .about("episode", report.episode.as_str())
}

fn unreached(target: &Target, error: &Error) -> String {
    format!("\"{}\" could not be reached: {} Withdraw the episode again when it can.", target.name, error.message)
}

fn cannot_be_recalled() -> Vec<String> {
    [
        "Listeners who downloaded the episode keep it; apps are not told to delete anything.",
        "Directories, archives and caches show what they copied until they ask again. Files were sent with leave to keep \
         them for a year, so a cache (CDN) before a place may go on answering until it is emptied.",
        "Your own files stay on this computer, and so do copies of the library and of the places that were made before.",
    ]
    .map(str::to_string)
    .to_vec()
}

fn sentence(report: &Withdrawn) -> String {
    let (all, gone) = (report.addresses.len(), report.addresses.iter().filter(|a| a.gone).count());
    match report.complete {
        true => format!("\"{}\" is withdrawn: all {all} addresses were asked and are gone.", report.title),
        false if all == gone && !all_done(&report.purged) => {
            format!("\"{}\" is withdrawn, and a cache could not be told to forget it.", report.title)
        }
        false => format!("\"{}\" is out of what could be reached: {gone} of {all} addresses are gone.", report.title),
    }
}

impl Studio {
    /// Whether a withdrawal is unfinished for a show, so that a round of sync goes on with it.
    pub(crate) async fn unfinished_withdrawals(&self, show: &ShowId) -> Result<Vec<EpisodeId>> {
        let all = withdrawal::of_show(self.library(), show).await?;
        let open = all.into_iter().filter(|w| w.finished_ms.is_none());
        let mut known = vec![];
        for withdrawal in open {
            if episode::get(self.library(), &withdrawal.episode).await?.is_some() {
                known.push(withdrawal.episode);
            }
        }
        Ok(known)
    }
}
