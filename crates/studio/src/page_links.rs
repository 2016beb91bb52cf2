//! Links of episodes to pages at the old host, once the show's own server answers there: each old address leads to the page that
//! the show's website has now, and the episode names that page. Links at other hosts stay, guids always.

use crate::Studio;
use crate::old_addresses::Follower;
use crate::read::show_id;
use hearthcast_engine::plan::feed_url;
use hearthcast_library::{episode, target};
use hearthcast_model::legacy::{LegacyPath, Paths};
use hearthcast_model::moving::{OldAddress, OldKind};
use hearthcast_model::page_links::{PageLink, PageLinkState, PageLinks, PagePattern};
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::{Cancel, Code, Episode, EpisodeId, Error, Record, Result, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// Most host names among the links that are asked whether the server answers there.
const MOST_HOSTS: usize = 20;

impl Studio {
    /// Which episodes name a page at a host that the show's server answers now; with a pattern also where each page is, and whether
    /// it is there. Changes nothing.
    pub async fn page_links(&self, show: &str, pattern: Option<&str>, cancel: &Cancel) -> Result<PageLinks> {
        let pattern = pattern.map(PagePattern::parse).transpose()?;
        let server = self.server_of(show).await?;
        Ok(self.looked_links(&server, pattern.as_ref(), cancel).await?.0)
    }

    /// Lets the old addresses of those pages lead to the new ones, and the episodes name them. Listeners see both with the next
    /// publication.
    pub async fn redirect_page_links(&self, show: &str, pattern: &str, cancel: &Cancel) -> Result<PageLinks> {
        let server = self.server_of(show).await?;
        let (mut found, records) = self.looked_links(&server, Some(&PagePattern::parse(pattern)?), cancel).await?;
        let known = self.known_origins(&server).await?;
        let mut tx = self.library().transact().await?;
        // As it is now: asking took a while.
        let server = tx.targets_of_show(&server.show).await?.into_iter().find(|now| now.id == server.id);
        let server = server.filter(|now| now.moved.is_none()).ok_or_else(|| {
            Error::new(Code::TargetConflict, "The show left its server while the pages were looked at.")
                .hint("Look at the pages again.")
        })?;
        let mut paths = Paths::new(&server.paths, &known);
        for link in found.links.iter_mut().filter(|link| link.state == PageLinkState::Ready) {
            let Some(path) = link.path.clone() else { continue };
            let record =
                records.get(&link.episode).ok_or_else(|| Error::not_found("episode", link.episode.as_str()))?;
            // What was typed meanwhile stays.
            let now = tx.read::<Episode>(&record.id).await?.filter(|now| now.body.link == link.old);
            let Some(now) = now else { continue };
            paths.take(path)?;
            let (link_now, changed_ms) = (link.new.clone(), self.now_ms());
            tx.put(&record.id, &Episode { link: link_now, changed_ms, ..now.body }).await?;
            link.state = PageLinkState::Done;
        }
        tx.put_target(&Target { paths: paths.all(), ..server }).await?;
        self.commit(tx, "page_links_many").await?;
        Ok(found)
    }

    /// The server where the show is public.
    async fn server_of(&self, show: &str) -> Result<Target> {
        let record = self.show(show).await?;
        let targets = target::of_show(self.library(), &show_id(&record)?).await?;
        let is_it = |one: &Target| {
            matches!(one.location, Location::Server { .. }) && one.role == Role::Primary && one.moved.is_none()
        };
        targets.into_iter().find(is_it).ok_or_else(|| {
            let what = format!("\"{}\" is at no Hearthcast server, so nothing of ours answers old addresses of pages.", record.body.title);
            Error::new(Code::TargetInvalid, what)
                .hint("The web server that answers there leads them on; hearthcast target redirects writes the lines for files.")
                .about("show", record.id)
        })
    }

    async fn looked_links(
        &self,
        server: &Target,
        pattern: Option<&PagePattern>,
        cancel: &Cancel,
    ) -> Result<(PageLinks, BTreeMap<EpisodeId, Record<Episode>>)> {
        let mut records = BTreeMap::new();
        for record in episode::all(self.library(), &server.show).await? {
            if let Some(id) = EpisodeId::parse(&record.id).filter(|_| record.deleted_ms.is_none()) {
                records.insert(id, record);
            }
        }
        let mut named = BTreeMap::<String, usize>::new();
        for link in records.values().filter_map(|record| Url::parse(&record.body.link).ok()) {
            *named.entry(origin(&link)).or_default() += 1;
        }
        let mut origins: Vec<(String, usize)> = named.into_iter().collect();
        // Those that most episodes name first.
        origins.sort_by_key(|(_, named)| std::cmp::Reverse(*named));
        let own = self.answered_by(server, origins.into_iter().map(|(origin, _)| origin), cancel).await?;
        let mut found = PageLinks { target: server.name.clone(), ..PageLinks::default() };
        let known = self.known_origins(server).await?;
        let mut paths = Paths::new(&server.paths, &known);
        let base = server.base_url.clone().unwrap_or_default();
        for (id, record) in &records {
            let Ok(old) = Url::parse(&record.body.link) else { continue };
            let number = record.body.number.map(|number| number.to_string());
            let new = pattern.and_then(|pattern| pattern.page(&record.body.slug, id, number));
            match (&new, own.contains(&origin(&old))) {
                (Some(new), _) if *new == record.body.link => found.there += 1,
                (_, false) => found.elsewhere += 1,
                (new, true) => {
                    let mut link = told(id, record, new.clone());
                    if pattern.is_some() {
                        weigh(&mut link, &old, (&base, &mut paths));
                    }
                    found.links.push(link);
                }
            }
        }
        found.hosts = own.iter().filter_map(|origin| Some(Url::parse(origin).ok()?.host_str()?.to_string())).collect();
        self.ask_pages(server, &mut found.links, cancel).await?;
        Ok((found, records))
    }

    /// Which of these origins the server answers: its own, and those that give the show's feed as it does.
    async fn answered_by(
        &self,
        server: &Target,
        named: impl Iterator<Item = String>,
        cancel: &Cancel,
    ) -> Result<BTreeSet<String>> {
        let slug = self.released_slug(&server.show).await?;
        let feed = feed_url(server, &slug);
        let Ok(feed) = Url::parse(&feed) else { return Ok(BTreeSet::new()) };
        let published = target::state(self.library().readers(), &server.id).await?.manifest.map(|one| one.feed.sha256);
        let (net, local) = (self.net().await?, self.local_of(&server.show).await?);
        let follower = Follower::over(&net, &local);
        // As it gives it now, or as it was published: an episode's time may have come since.
        let now = follower.feed(feed.as_str()).await.map(|bytes| Sha256::of(&bytes));
        let ours = |bytes: &[u8]| [&published, &now].into_iter().flatten().any(|known| *known == Sha256::of(bytes));
        let (server, others): (Vec<String>, Vec<String>) = named.partition(|one| *one == origin(&feed));
        let mut own: BTreeSet<String> = server.into_iter().collect();
        for one in others.into_iter().take(MOST_HOSTS) {
            cancel.check()?;
            let url = format!("{one}{}", feed.path());
            let answered = follower.ask(&url).await;
            let by_itself = answered.is_there() && answered.leads_to.is_empty();
            if by_itself && follower.feed(&url).await.is_some_and(|bytes| ours(&bytes)) {
                own.insert(one);
            }
        }
        Ok(own)
    }

    /// A page that nobody gives keeps its old address where it is: a redirect to nothing is worse than an old page.
    async fn ask_pages(&self, server: &Target, links: &mut [PageLink], cancel: &Cancel) -> Result<()> {
        let (net, local) = (self.net().await?, self.local_of(&server.show).await?);
        let ready = || links.iter().filter(|link| link.state == PageLinkState::Ready);
        let page = |link: &PageLink| OldAddress {
            kind: OldKind::Page,
            title: link.title.clone(),
            url: link.new.clone(),
            domain: String::new(),
            in_use: true,
            answered: None,
        };
        let mut pages: Vec<OldAddress> = ready().map(page).collect();
        Follower::over(&net, &local).ask_all(&mut pages.iter_mut().collect::<Vec<_>>(), cancel).await?;
        for (link, page) in links.iter_mut().filter(|link| link.state == PageLinkState::Ready).zip(pages) {
            let Some(answered) = page.answered.filter(|answered| !answered.is_there()) else { continue };
            let why = match answered.status {
                0 => format!("The new page does not answer: {}", answered.why),
                status => format!("The new page answers {status}: the website does not show the episode there yet."),
            };
            (link.state, link.why, link.path) = (PageLinkState::Stays, why, None);
        }
        Ok(())
    }
}

fn told(id: &EpisodeId, record: &Record<Episode>, new: Option<String>) -> PageLink {
    PageLink {
        episode: id.clone(),
        title: record.body.title.clone(),
        old: record.body.link.clone(),
        new: new.unwrap_or_default(),
        state: PageLinkState::Open,
        why: String::new(),
        path: None,
    }
}

/// Whether the server's table can lead the old address to the new page.
fn weigh(link: &mut PageLink, old: &Url, (base, paths): (&str, &mut Paths<'_>)) {
    let path = older_path(link, old, base, paths).and_then(|path| paths.take(path.clone()).map(|()| path));
    match path {
        Ok(path) => (link.state, link.path) = (PageLinkState::Ready, Some(path)),
        Err(error) => (link.state, link.why) = (PageLinkState::Stays, error.message),
    }
}

fn older_path(link: &PageLink, old: &Url, base: &str, paths: &Paths<'_>) -> Result<LegacyPath> {
    let stays = |why: String| Error::new(Code::TargetInvalid, why);
    if link.new.is_empty() {
        return Err(stays("The episode has no number, and its page is called by one.".into()));
    }
    if old.query().is_some() {
        return Err(stays("Its address has a question mark: such addresses are told apart by what stands behind it, which the table of older paths does not know.".into()));
    }
    let below = Url::parse(base).map(|base| base.path().trim_end_matches('/').to_string()).unwrap_or_default();
    let from = old.path().strip_prefix(&below).filter(|rest| rest.starts_with('/'));
    let from = from.ok_or_else(|| stays(format!("The server answers below {below}/ only.")))?.to_string();
    // A page below the server's own address is a path there.
    let own = link.new.strip_prefix(base).filter(|rest| !base.is_empty() && rest.starts_with('/'));
    let to = own.unwrap_or(&link.new);
    // One that leads there already stays as it is: only the episode named its old page again.
    match paths.get(&from) {
        Some(known) if known.to != to => {
            Err(stays(format!("The older path \"{from}\" leads to \"{}\" already.", known.to)))
        }
        Some(known) => Ok(known.clone()),
        None => Ok(LegacyPath { from, to: to.to_string(), status: 301 }),
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}
