//! What directories and apps would refuse: facts gathered from the library and from the place listeners use, rules from
//! `hearthcast-checks`. Changes nothing.

use crate::Studio;
use crate::read::{episode_id, show_id};
use crate::sound_findings::leave_out_removed;
use hearthcast_checks::{EpisodeFacts, Facts, Live, OtherShow, groups, report};
use hearthcast_engine::plan::feed_url;
use hearthcast_feed::{FeedInput, Item, categories, render, urls::server_urls};
use hearthcast_library::{accepted, episode, made, show, target};
use hearthcast_model::check::{CheckFix, CheckReport, CheckRule, CheckSource};
use hearthcast_model::directories::Listing;
use hearthcast_model::place::Target;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Code, Episode, EpisodeId, MediaFacts, Record, Result, Sha256, Show, ShowId};
use std::borrow::Cow;
use std::collections::HashMap;

/// What the place of a show said, and of which publication there.
#[derive(Debug, Clone)]
pub(crate) struct Answers {
    of: (Target, Option<i64>),
    live: Live,
}

impl Studio {
    /// Checks a show as it would be published, and asks the place listeners use, where there is one with something
    /// published. A place that does not answer is a finding, not a failure.
    pub async fn check_show(&self, show: &str) -> Result<CheckReport> {
        self.check(show, true).await
    }

    /// The same without asking any network: what the place said when it was last asked still counts, until something is published
    /// there.
    pub async fn check_show_here(&self, show: &str) -> Result<CheckReport> {
        self.check(show, false).await
    }

    /// Every rule there is, in the order they are looked at.
    pub fn check_rules(&self) -> Vec<CheckRule> {
        let listed = groups().iter().flat_map(|group| group.rules.iter().map(move |rule| (group.name, rule)));
        let rule = |(group, rule): (&str, &hearthcast_checks::Rule)| CheckRule {
            code: rule.code(),
            group: group.into(),
            level: rule.level,
            title: rule.title.into(),
            hint: rule.hint.into(),
            source: CheckSource { name: rule.source.name.into(), url: rule.source.url.into() },
            fix: rule.fix.map(|fix| CheckFix { says: fix.says.into(), safe: fix.safe }),
        };
        listed.map(rule).collect()
    }

    async fn check(&self, show: &str, ask: bool) -> Result<CheckReport> {
        let checked = self.gathered(show).await?;
        let live = match &checked.target {
            Some(target) => self.answers_of(&checked, target, ask).await?,
            None => None,
        };
        let target = checked.target.as_ref().map(|target| target.id.clone()).filter(|_| live.is_some());
        let accepted = accepted::all(self.library(), &checked.id).await?;
        checked.with_facts(live.as_ref(), self.now_ms(), |facts| report(checked.id.clone(), target, facts, &accepted))
    }

    /// What the place says, where something is published there: now, or when it was last asked about the same publication.
    async fn answers_of(&self, checked: &Checked, target: &Target, ask: bool) -> Result<Option<Live>> {
        let state = target::state(self.library().readers(), &target.id).await?;
        let of = (target.clone(), state.published_ms);
        let Some(manifest) = state.manifest else { return Ok(None) };
        if !ask {
            let known = self.answers().get(&checked.id).filter(|known| known.of == of).cloned();
            return Ok(known.map(|known| known.live));
        }
        let net = self.net().await?;
        let prefix = checked.record.released.as_ref().map_or("", |released| released.prefix.as_str());
        let live = crate::look_live::look(&net, target, checked.slug(), &manifest, &checked.records, prefix).await;
        self.answers().insert(checked.id.clone(), Answers { of, live: live.clone() });
        Ok(Some(live))
    }

    /// Everything about a show that rules look at, but what its place answers.
    pub(crate) async fn gathered(&self, which: &str) -> Result<Checked> {
        let record = self.show(which).await?;
        let id = show_id(&record)?;
        let mut records = episode::all(self.library(), &id).await?;
        self.without_withdrawn(&id, &mut records).await?;
        let (media, _) = self.facts_of(&record, &records).await?;
        let sounds = records.iter().filter_map(|record| record.body.audio.as_ref());
        let sounds: Vec<Sha256> = sounds.map(|sound| sound.hash.clone()).collect();
        let mut made = made::said(self.library(), sounds.iter()).await?;
        for said in made.values_mut() {
            leave_out_removed(&mut said.recording, &said.timeline);
        }
        let targets = made::targets(self.library(), sounds.iter()).await?;
        let target = self.listeners_target(&record.id).await?;
        let mut others = vec![];
        for row in self.shows().await?.into_iter().filter(|row| row.id != id) {
            if let Some(other) = show::find(self.library(), row.id.as_str()).await? {
                let podcast_guid = other.body.podcast_guid.unwrap_or_default();
                others.push(OtherShow { title: row.title, podcast_guid });
            }
        }
        let listings = self.listings(&id).await?;
        Ok(Checked { id, record, records, media, targets, made, target, others, listings })
    }

    /// The place listeners use; none is no failure here.
    async fn listeners_target(&self, show: &str) -> Result<Option<Target>> {
        match self.choose_target(show, None).await {
            Ok(target) => Ok(Some(target)),
            Err(error) if error.code == Code::PublishIncomplete => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A show with everything that rules look at.
pub(crate) struct Checked {
    pub(crate) id: ShowId,
    pub(crate) record: Record<Show>,
    pub(crate) records: Vec<Record<Episode>>,
    media: HashMap<Sha256, MediaFacts>,
    /// What loudness files were made for.
    targets: HashMap<Sha256, f64>,
    /// What is said of how sounds were made, by the sound's hash.
    made: HashMap<Sha256, made::Said>,
    target: Option<Target>,
    others: Vec<OtherShow>,
    listings: Vec<Listing>,
}

impl Checked {
    /// The name in the addresses that listeners know.
    fn slug(&self) -> &str {
        self.record.released.as_ref().map_or(&self.record.body.slug, |released| &released.slug)
    }

    /// Hands the facts to somebody. Drafts and what is deleted are left out.
    pub(crate) fn with_facts<T>(&self, live: Option<&Live>, now_ms: i64, then: impl FnOnce(&Facts) -> T) -> Result<T> {
        let body = &self.record.body;
        let alive = self.records.iter().filter(|record| record.deleted_ms.is_none() && !record.body.draft);
        let known: Vec<(EpisodeId, &Record<Episode>)> =
            alive.map(|record| Ok((episode_id(record)?, record))).collect::<Result<_>>()?;
        let episodes: Vec<EpisodeFacts> = known.iter().map(|(id, record)| self.facts_of(id, record)).collect();
        let strange = body.categories.iter().filter(|category| !categories::is_known(category));
        let unknown_categories: Vec<String> = strange.map(categories::written).collect();
        let feed = self.target.as_ref().map(|target| feed_url(target, self.slug()));
        Ok(then(&Facts {
            id: &self.id,
            show: body,
            released: self.record.released.as_ref(),
            cover: self.of_file(body.cover.as_ref()),
            media: &self.media,
            others: &self.others,
            unknown_categories: &unknown_categories,
            episodes: &episodes,
            listings: &self.listings,
            feed_url: feed.as_deref(),
            feed_bytes: self.feed_bytes(&known, now_ms),
            live,
            now_ms,
        }))
    }

    fn facts_of<'a>(&'a self, id: &'a EpisodeId, record: &'a Record<Episode>) -> EpisodeFacts<'a> {
        let audio = record.body.audio.as_ref();
        let said = audio.and_then(|file| self.made.get(&file.hash));
        EpisodeFacts {
            id,
            episode: &record.body,
            released: record.released.as_ref(),
            audio: self.of_file(audio),
            target_lufs: audio.and_then(|file| self.targets.get(&file.hash)).copied(),
            recording: said.map(|said| said.recording.as_slice()).unwrap_or_default(),
            remarks: said.map(|said| said.remarks.as_slice()).unwrap_or_default(),
            image: self.of_file(record.body.image.as_ref()),
        }
    }

    fn of_file(&self, file: Option<&Attachment>) -> Option<&MediaFacts> {
        file.and_then(|file| self.media.get(&file.hash))
    }

    /// About how long the feed would be, with addresses of a usual length; `None` where it cannot be written yet.
    fn feed_bytes(&self, known: &[(EpisodeId, &Record<Episode>)], now_ms: i64) -> Option<u64> {
        // What was never published comes out now.
        let dated: Vec<(&EpisodeId, Cow<Episode>)> = known
            .iter()
            .map(|(id, record)| match record.body.publish_at_ms {
                Some(_) => (id, Cow::Borrowed(&record.body)),
                None => (id, Cow::Owned(Episode { publish_at_ms: Some(now_ms), ..record.body.clone() })),
            })
            .collect();
        let items: Vec<Item> = dated.iter().map(|(id, episode)| Item { id, episode }).collect();
        let (show, facts) = (&self.record.body, &self.media);
        let urls = server_urls("https://pods.example.org", show);
        let feed = render(&FeedInput { show, items: &items, facts, urls: &urls, as_of_ms: now_ms }).ok()?;
        u64::try_from(feed.len()).ok()
    }
}
