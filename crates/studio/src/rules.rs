//! Rules of a target: which kinds of files lie where, under which names. Shown with the names that the show's own files get,
//! so that nobody has to guess; kept only when no two files would get the same one.

use crate::Studio;
use crate::read::show_id;
use hearthcast_engine::Planned;
use hearthcast_engine::apply::{self, TargetLock};
use hearthcast_engine::guard::{Guarded, NewAddresses, of_rules};
use hearthcast_engine::layout::{Named, feed_key, naming};
use hearthcast_engine::unfinished::is_unseen;
use hearthcast_library::{episode, history, show, target};
use hearthcast_model::manifest::Object;
use hearthcast_model::place::{Location, Remote, Role, Target};
use hearthcast_model::rule::{AudioMode, Base, CACHE_FOR_EVER, CACHE_OF_FEED, FileKind, Rule};
use hearthcast_model::view::{RuleExample, RuleView, RuleWish};
use hearthcast_model::{Code, Error, Result};
use hearthcast_storage::Folder;
use std::collections::BTreeSet;
use std::path::Path;

/// How many of a show's files are shown as examples.
const EXAMPLES: usize = 3;

impl Studio {
    /// The rules of a target for every kind of files, with what they do to the show's.
    pub async fn rules(&self, name: &str) -> Result<Vec<RuleView>> {
        let target = self.target(name).await?;
        let naming = self.naming(&target).await?;
        let mut views = vec![];
        for kind in FileKind::ALL {
            views.push(self.rule_view(&target, *kind, &naming).await?);
        }
        Ok(views)
    }

    /// What a rule would do; changes nothing. What is wrong with it stands in the answer.
    pub async fn preview_rule(&self, name: &str, wish: RuleWish) -> Result<RuleView> {
        let target = self.target(name).await?;
        let kind = wish.kind;
        let outcome = match self.rule_of(&target, wish).await {
            Ok(rule) => self.checked_rules(&target, rule).await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok((changed, naming)) => {
                let guarded = self.guarded_rules(&target, &changed).await?;
                let confirm = guarded.word(&self.slug_of(&target).await?);
                let view = self.rule_view(&changed, kind, &naming).await?;
                Ok(RuleView { consequences: guarded.consequences, confirm, ..view })
            }
            Err(problem) => {
                let naming = self.naming(&target).await?;
                let view = self.rule_view(&target, kind, &naming).await?;
                Ok(RuleView { problem: Some(problem), examples: vec![], ..view })
            }
        }
    }

    /// Keeps a rule. Files that are public keep the names they have; `relay` gives them the new ones. Where feeds will name
    /// public sounds by another address, that is confirmed here: whatever is published next, by whomever, does it.
    pub async fn set_rule(&self, name: &str, wish: RuleWish) -> Result<RuleView> {
        let target = self.target(name).await?;
        let (kind, confirm) = (wish.kind, wish.confirm.clone());
        let (refused, _lock) = self.refused_publication(&target).await?.unzip();
        let rule = self.rule_of(&target, wish).await?;
        let store = rule.store.clone();
        let (changed, naming) = self.checked_rules(&target, rule).await?;
        let how = format!("hearthcast target rule {} {kind} …", target.name);
        let guarded = self.guarded_rules(&target, &changed).await?;
        if let Some(refusal) = guarded.refusal(&self.slug_of(&target).await?, confirm.as_deref(), &how) {
            return Err(refusal);
        }
        if let Some(store) = &store {
            let store = self.target(store.as_str()).await?;
            if let Location::Folder { path, .. } = &store.location {
                Folder::open(Path::new(path))?.mark()?;
            }
        }
        let mut tx = self.library().transact().await?;
        if let Some(refused) = &refused {
            tx.end_publication(&refused.plan, false).await?;
        }
        tx.put_target(&changed).await?;
        self.commit(tx, "rule").await?;
        self.rule_view(&changed, kind, &naming).await
    }

    /// A publication that was planned by the rules of before and has not ended. One of which nobody has seen anything makes room
    /// for the next: it may be just the rule that kept it from going on.
    async fn refused_publication(&self, target: &Target) -> Result<Option<(Planned, TargetLock)>> {
        let Some(open) = apply::unfinished(self.library(), &target.id).await? else { return Ok(None) };
        let lock = TargetLock::take(self.library(), &target.id)?;
        if is_unseen(self.library(), &open).await? {
            return Ok(Some((open, lock)));
        }
        let what = format!("A publication to \"{}\" is not finished yet.", target.name);
        Err(Error::new(Code::Busy, what)
            .hint("Finish it first, then change the rule.")
            .about("target", target.name.clone()))
    }

    /// Refuses to forget a place that keeps files of another one.
    pub(crate) async fn not_a_store_in_use(&self, store: &Target) -> Result<()> {
        for other in target::of_show(self.library(), &store.show).await? {
            if other.id != store.id && other.bases().any(|base| base.store.as_ref() == Some(&store.id)) {
                let what = format!("\"{}\" keeps files that are published at \"{}\".", store.name, other.name);
                return Err(Error::new(Code::TargetInvalid, what)
                    .hint(format!("Forget \"{}\" first.", other.name))
                    .about("target", store.name.clone()));
            }
        }
        Ok(())
    }

    /// A wish as a rule: names become ids, words get their form.
    async fn rule_of(&self, target: &Target, wish: RuleWish) -> Result<Rule> {
        let refused = |why: &str, hint: &str| {
            let what = format!("\"{}\" has no rules: {why}.", target.name);
            Err(Error::new(Code::TargetInvalid, what).hint(hint).about("target", target.name.clone()))
        };
        let server = matches!(target.location, Location::Server { .. });
        if server && wish.kind != FileKind::Audio {
            return refused(
                "the Hearthcast server keeps its files and their addresses itself, all but the sound",
                "Use a bucket or a folder, or set the rule for audio.",
            );
        }
        if !server && wish.mode.is_some() {
            return refused("only a Hearthcast server can send listeners on", "Leave --mode away.");
        }
        if server && wish.store.is_none() && (!wish.prefix.is_empty() || wish.path.is_some() || wish.cache.is_some()) {
            return refused(
                "the Hearthcast server names its own files itself",
                "Say which place keeps the sound: --store",
            );
        }
        if server && wish.store.is_none() && (wish.mode == Some(AudioMode::Direct) || wish.public_url.is_some()) {
            return refused("its own sound has no other address", "Say which place keeps the sound: --store");
        }
        if target.role == Role::Store {
            return refused(
                "it only keeps files for other places",
                "Set the rule at the place that publishes the feed.",
            );
        }
        let mut rule = Rule {
            prefix: wish.prefix,
            path: wish.path,
            cache: wish.cache,
            public_url: wish.public_url,
            // That the server is to send it itself is said of sound which lies, or lay, somewhere else.
            mode: wish.mode.filter(|mode| !mode.is_usual() || wish.store.is_some() || target.bases().next().is_some()),
            ..Rule::of(wish.kind)
        };
        if let Some(name) = wish.store.filter(|name| !name.trim().is_empty()) {
            let store = self.store(target, &name).await?;
            rule.public_url = rule.public_url.or_else(|| store.location.public_url().map(str::to_string));
            rule.store = Some(store.id);
            if server {
                rule.mode.get_or_insert(AudioMode::Redirect);
            }
        }
        let mut rule = rule.checked()?;
        if rule.store.is_none() && rule.public_url.as_deref() == target.location.public_url() {
            rule.public_url = None;
        }
        self.keeps_headers(target, &rule).await?;
        Ok(rule)
    }

    async fn store(&self, target: &Target, name: &str) -> Result<Target> {
        let store = self.target(name).await?;
        let why = match () {
            () if store.show != target.show => "it belongs to another show",
            () if store.id == target.id => "it is the place itself",
            () if store.role != Role::Store => "a feed is published there",
            () if matches!(store.location, Location::Server { .. }) => "a Hearthcast server keeps its own files only",
            () => return Ok(store),
        };
        Err(Error::new(Code::TargetInvalid, format!("\"{name}\" cannot keep files of \"{}\": {why}.", target.name))
            .hint("Add the place for them first: hearthcast target add SHOW NAME URL --role store")
            .about("target", name))
    }

    /// A cache header is kept only by storages that keep headers.
    async fn keeps_headers(&self, target: &Target, rule: &Rule) -> Result<()> {
        let place = match &rule.store {
            Some(store) => self.target(store.as_str()).await?,
            None => target.clone(),
        };
        let kept = matches!(
            place.location,
            Location::Bucket { .. } | Location::Remote(Remote::Azure { .. } | Remote::Gcs { .. })
        );
        if kept || rule.cache.is_none() {
            return Ok(());
        }
        let what = format!("\"{}\" keeps no headers, so Cache-Control cannot be set there.", place.name);
        Err(Error::new(Code::TargetInvalid, what)
            .hint("Set it in the web server that shows the folder.")
            .about("target", place.name))
    }

    /// The target with a rule, if it can be carried out with the show's files.
    async fn checked_rules(&self, target: &Target, rule: Rule) -> Result<(Target, Vec<Named>)> {
        let kind = rule.kind;
        let mut changed = target.clone();
        let published = self.files_ever_at(target).await?;
        for base in target.bases() {
            let used = published.keys().any(|key| key.starts_with(&format!("{}/", base.url)));
            if used && !changed.past_bases.contains(&base) {
                changed.past_bases.push(base);
            }
        }
        changed.rules.retain(|known| known.kind != kind);
        if !rule.is_usual() {
            changed.rules.push(rule);
            changed.rules.sort_by_key(|rule| rule.kind);
        }
        let now: BTreeSet<String> = changed.rules.iter().filter_map(|rule| rule.public_url.clone()).collect();
        let known: Vec<Base> = changed.bases().collect();
        one_place_for_each_address(&known)?;
        changed.past_bases.retain(|base| !now.contains(&base.url));
        if kind == FileKind::Feed {
            self.feed_may_be_named(target, &changed).await?;
        }
        let naming = self.naming(&changed).await?;
        if let Some(refused) = naming.iter().find_map(|named| named.refused.clone()) {
            return Err(refused);
        }
        Ok((changed, naming))
    }

    /// What other rules make of the addresses of public sounds, as far as they do at once.
    async fn guarded_rules(&self, target: &Target, changed: &Target) -> Result<Guarded> {
        let there = self.named_there(target).await?;
        self.guarded_places(target, changed, &there).await
    }

    /// What becomes of the addresses of sounds that are public at a target, under the rules of another one. `fixed` are files whose
    /// names stay.
    pub(crate) async fn guarded_places(&self, now: &Target, then: &Target, fixed: &[Object]) -> Result<Guarded> {
        let Some(manifest) = target::state(self.library().readers(), &now.id).await?.manifest else {
            return Ok(Guarded::default());
        };
        let Some(feed) = history::feed(self.library(), &manifest.feed.sha256).await? else {
            return Ok(Guarded::default());
        };
        let show = self.show(now.show.as_str()).await?;
        let episodes = episode::all(self.library(), &show_id(&show)?).await?;
        let (show, episodes, now_ms) = (&show, episodes.as_slice(), self.now_ms());
        let before = (now, manifest.objects.as_slice());
        of_rules(&NewAddresses { feed: &feed, before, there: fixed, after: then, show, episodes, now_ms })
    }

    async fn named_there(&self, target: &Target) -> Result<Vec<Object>> {
        let state = target::state(self.library().readers(), &target.id).await?;
        Ok(state.manifest.into_iter().flat_map(|manifest| manifest.objects).collect())
    }

    /// A feed's address is never changed under listeners, and never shared.
    async fn feed_may_be_named(&self, target: &Target, changed: &Target) -> Result<()> {
        let slug = self.slug_of(target).await?;
        let (before, after) = (feed_key(target, &slug), feed_key(changed, &slug));
        if before == after {
            return Ok(());
        }
        if target::version(self.library(), &target.id).await? > 0 {
            let what = format!("The feed at \"{}\" is public, so its address stays: apps know it.", target.name);
            return Err(Error::new(Code::TargetInvalid, what)
                .hint("Add the place once more under another name, set the feed's rule there, and move: hearthcast target move")
                .about("target", target.name.clone()));
        }
        for row in show::list(self.library()).await? {
            for other in target::of_show(self.library(), &row.id).await? {
                let same = other.id != target.id && other.location.is_same_place(&target.location);
                if same && feed_key(&other, &self.slug_of(&other).await?).split().1 == after.split().1 {
                    let what = format!("\"{}\" has its feed under that name in the same place.", other.name);
                    return Err(Error::new(Code::Taken, what)
                        .hint("Use {show} in the feed's path.")
                        .about("target", other.name));
                }
            }
        }
        Ok(())
    }

    async fn slug_of(&self, target: &Target) -> Result<String> {
        let record = self.show(target.show.as_str()).await?;
        Ok(record.released.map_or(record.body.slug, |released| released.slug))
    }

    /// Every file of the show with the name it has, or would get, at a target.
    async fn naming(&self, target: &Target) -> Result<Vec<Named>> {
        let show = self.show(target.show.as_str()).await?;
        let episodes = episode::all(self.library(), &show_id(&show)?).await?;
        let there = self.named_there(target).await?;
        naming(target, &show.body, &episodes, &there, &self.taken(target).await?)
    }

    async fn rule_view(&self, target: &Target, kind: FileKind, naming: &[Named]) -> Result<RuleView> {
        let rule = target.rule(kind).cloned().unwrap_or_else(|| Rule::of(kind));
        let usual = rule.is_usual();
        let store = match &rule.store {
            Some(id) => Some(self.target(id.as_str()).await?),
            None => None,
        };
        let keeper = store.as_ref().unwrap_or(target);
        let usual_public_url = keeper.location.public_url().map(str::to_string);
        let of_kind = || naming.iter().filter(|named| named.kind == kind);
        let examples = of_kind().take(EXAMPLES);
        let mut examples: Vec<RuleExample> = examples.map(example).collect();
        if kind == FileKind::Feed {
            let slug = self.slug_of(target).await?;
            let address = hearthcast_engine::plan::feed_url(target, &slug);
            examples = vec![RuleExample { title: String::new(), address, public: None }];
        }
        let usual_cache = if kind == FileKind::Feed { CACHE_OF_FEED } else { CACHE_FOR_EVER };
        Ok(RuleView {
            kind,
            usual,
            store: store.map(|store| store.name),
            prefix: rule.prefix,
            path: rule.path,
            usual_path: kind.usual_path().into(),
            cache: rule.cache,
            usual_cache: usual_cache.into(),
            public_url: rule.public_url.filter(|url| usual_public_url.as_ref() != Some(url)),
            usual_public_url,
            mode: rule.mode,
            files: of_kind().count() as u64,
            older_names: of_kind().filter(|named| named.public.is_some()).count() as u64,
            examples,
            consequences: vec![],
            confirm: None,
            problem: None,
        })
    }
}

fn example(named: &Named) -> RuleExample {
    RuleExample { title: named.title.clone(), address: named.address.clone(), public: named.public.clone() }
}

/// An address leads to one place.
fn one_place_for_each_address(bases: &[Base]) -> Result<()> {
    let clash = bases.iter().find(|one| bases.iter().any(|other| one.url == other.url && one.store != other.store));
    match clash {
        None => Ok(()),
        Some(base) => {
            Err(Error::new(Code::TargetInvalid, format!("Files of another place lie under {} already.", base.url))
                .hint("Give each place an address of its own."))
        }
    }
}
