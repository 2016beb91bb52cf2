//! Where each file of a show lies at a target, by the rules of the target. Pure. What is public keeps the name it has, also
//! when rules or numbers change; only a move lays everything out anew.

use crate::plan::{lies_elsewhere, urls};
use hearthcast_feed::urls::{UrlMap, server_urls};
use hearthcast_model::manifest::Object;
use hearthcast_model::place::{Location, Target};
use hearthcast_model::rule::{FileKind, Template, Values};
use hearthcast_model::show::Attachment;
use hearthcast_model::{Code, Episode, EpisodeId, Error, Record, Result, Sha256, Show};
use hearthcast_protocol::publish::ReleasedEpisode;
use hearthcast_storage::StorageKey;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A file with its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Laid {
    pub(crate) file: Attachment,
    pub(crate) kind: FileKind,
    /// `None` for the show's own.
    pub(crate) episode: Option<EpisodeId>,
    /// Its name in storage.
    pub(crate) key: String,
    /// `Cache-Control`, where a rule says another one than is usual.
    pub(crate) cache: Option<String>,
}

/// The rules of a target, ready for use.
pub(crate) struct Layout<'a> {
    target: &'a Target,
    slug: String,
    templates: BTreeMap<FileKind, Template>,
    usual: bool,
    /// Names that files have already, by content and episode.
    fixed: HashMap<(&'a Sha256, Option<&'a EpisodeId>), Vec<&'a str>>,
}

impl<'a> Layout<'a> {
    /// The rules of a target for a show. `public` are files whose names stay.
    pub(crate) fn of(target: &'a Target, slug: &str, public: impl Iterator<Item = &'a Object>) -> Result<Self> {
        let server = matches!(target.location, Location::Server { .. });
        // A server names its own files by itself; a rule says which sound lies in a storage beside it, and how it is named there.
        let rules = target.rules.iter().filter(|rule| rule.kind != FileKind::Feed && rule.lays_out());
        let rules = rules.filter(|rule| !server || rule.store.is_some());
        let templates: BTreeMap<_, _> = rules.map(|rule| Ok((rule.kind, rule.template()?))).collect::<Result<_>>()?;
        let mut layout = Self { target, slug: slug.into(), templates, usual: true, fixed: HashMap::new() };
        let public: Vec<&Object> = public.collect();
        // A rule of the past may have named what is public.
        layout.usual = layout.templates.is_empty() && public.iter().all(|object| StorageKey::is_usual(&object.key));
        if !layout.usual {
            for object in public {
                layout.fixed.entry((&object.sha256, object.episode.as_ref())).or_default().push(&object.key);
            }
        }
        Ok(layout)
    }

    /// Whether every file has the name it has everywhere.
    pub(crate) fn is_usual(&self) -> bool {
        self.usual
    }

    /// Every file of a show and of some of its episodes, each once.
    pub(crate) fn files(&self, show: &Show, episodes: &[&ReleasedEpisode]) -> Result<Vec<Laid>> {
        let (mut laid, mut seen) = (vec![], HashMap::new());
        let of_show = show.kinds_of_files().map(|(kind, file)| (kind, file, None));
        let own = episodes.iter().flat_map(|e| e.body.kinds_of_files().map(move |(kind, file)| (kind, file, Some(*e))));
        for (kind, file, episode) in of_show.chain(own) {
            let one = self.lay(kind, file, episode.map(|e| (&e.id, &e.body)))?;
            // Two contents under one name are both kept, so that somebody notices.
            if seen.insert(one.key.clone(), one.file.hash.clone()).is_none_or(|hash| hash != one.file.hash) {
                laid.push(one);
            }
        }
        Ok(laid)
    }

    /// One file.
    pub(crate) fn lay(
        &self,
        kind: FileKind,
        file: &Attachment,
        episode: Option<(&EpisodeId, &Episode)>,
    ) -> Result<Laid> {
        let cache = self.target.rule(kind).and_then(|rule| rule.cache.clone());
        let id = episode.map(|(id, _)| id);
        let key = match self.fixed(file, id) {
            Some(key) => key.to_string(),
            None => self.named(kind, file, episode.map(|(_, body)| body))?,
        };
        Ok(Laid { file: file.clone(), kind, episode: id.cloned(), key, cache })
    }

    fn fixed(&self, file: &Attachment, episode: Option<&EpisodeId>) -> Option<&str> {
        let keys = self.fixed.get(&(&file.hash, episode))?;
        let usual = StorageKey::of(file).to_string();
        let same_kind = |key: &&&str| key.rsplit_once('.').is_some_and(|(_, ext)| ext == file.ext);
        keys.iter().find(|key| **key == usual).or_else(|| keys.iter().find(same_kind)).copied()
    }

    fn named(&self, kind: FileKind, file: &Attachment, episode: Option<&Episode>) -> Result<String> {
        let Some(template) = self.templates.get(&kind) else {
            return Ok(StorageKey::of(file).to_string());
        };
        let name = template.expand(&Values {
            show: &self.slug,
            name: &file.name,
            ext: &file.ext,
            hash: &file.hash,
            episode,
        })?;
        let key = StorageKey::parse(&name).ok_or_else(|| unusable(kind, &name))?;
        Ok(match self.target.rule(kind).and_then(|rule| rule.public_url.as_deref()) {
            Some(base) => key.at(base).to_string(),
            None => key.to_string(),
        })
    }
}

/// The name of a show's feed at a target without a program of its own.
pub fn feed_key(target: &Target, slug: &str) -> StorageKey {
    let usual = || StorageKey::Feed(slug.to_string());
    let Some(rule) = target.rule(FileKind::Feed).filter(|rule| rule.lays_out()) else { return usual() };
    let hash = Sha256::of(b"");
    let values = Values { show: slug, name: slug, ext: "xml", hash: &hash, episode: None };
    let named = rule.template().and_then(|template| template.expand(&values)).ok();
    let key = named.and_then(|name| StorageKey::parse(&name)).unwrap_or_else(usual);
    match &rule.public_url {
        Some(base) => key.at(base),
        None => key,
    }
}

/// The address under which listeners get what lies under a name at a place without a program of its own.
pub(crate) fn address(target: &Target, key: &StorageKey) -> String {
    let (base, key) = key.split();
    format!("{}{key}", base.or(target.location.public_url()).unwrap_or_default())
}

/// Some disks do not tell capital letters from small ones.
fn folded(key: &str) -> String {
    key.to_ascii_lowercase()
}

/// Files that would get the name of another one: of this publication, or of any content that was ever public there under it.
pub(crate) fn collisions(files: &[Laid], taken: &BTreeMap<String, Sha256>, feed: &StorageKey) -> Vec<Error> {
    refusals(files, taken, feed).into_iter().map(|(_, error)| error).collect()
}

/// The same, each with the name.
fn refusals(files: &[Laid], taken: &BTreeMap<String, Sha256>, feed: &StorageKey) -> Vec<(String, Error)> {
    let mut first: HashMap<String, &Laid> = HashMap::new();
    let taken: HashMap<String, &Sha256> = taken.iter().map(|(key, hash)| (folded(key), hash)).collect();
    let (mut refused, mut told) = (vec![], BTreeSet::new());
    for one in files {
        let key = folded(&one.key);
        let why = match (first.get(&key), taken.get(&key)) {
            _ if key == folded(&feed.to_string()) => Some("The feed lies there"),
            (Some(other), _) if other.file.hash != one.file.hash => Some("Two different files would get that name"),
            (_, Some(hash)) if **hash != one.file.hash => Some("Another content was published under that name"),
            _ => None,
        };
        first.entry(key).or_insert(one);
        if let Some(why) = why
            && told.insert(&one.key)
        {
            refused.push((one.key.clone(), collision(one, why)));
        }
    }
    refused
}

fn collision(one: &Laid, why: &str) -> Error {
    let address = one.key.rsplit_once("//").map_or(one.key.as_str(), |(_, name)| name);
    let what = format!("{address} cannot be published: {why}, and a published name never gets other content.");
    Error::new(Code::TargetInvalid, what)
        .hint(format!("Add {{hash8}} to the path template of {}; nothing that is public changes by it.", one.kind))
        .about("kind", one.kind.as_str())
}

fn unusable(kind: FileKind, name: &str) -> Error {
    Error::new(Code::TargetInvalid, format!("\"{name}\" cannot be a name in storage."))
        .hint("Names under feeds/ are Hearthcast's own; choose another folder.")
        .about("kind", kind.as_str())
}

/// One of a show's files with the address it has, or would get, at a target.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// What it is.
    pub kind: FileKind,
    /// Title of its episode; of the show for the show's own.
    pub title: String,
    /// Where listeners get it, by the rules of today.
    pub address: String,
    /// Where it is public now, if that is elsewhere.
    pub public: Option<String>,
    /// Why it cannot have that name.
    pub refused: Option<Error>,
}

/// The addresses of a server's own files.
fn at_server(target: &Target, show: &Show) -> Option<UrlMap> {
    let Location::Server { origin } = &target.location else { return None };
    Some(server_urls(target.base_url.as_deref().unwrap_or(origin), show))
}

/// Names for the working copies of a show and its episodes, newest first; `there` are the files that are public.
pub fn naming(
    target: &Target,
    show: &Show,
    episodes: &[Record<Episode>],
    there: &[Object],
    taken: &BTreeMap<String, Sha256>,
) -> Result<Vec<Named>> {
    let (today, anew) = (Layout::of(target, &show.slug, there.iter())?, Layout::of(target, &show.slug, [].iter())?);
    let all: Vec<ReleasedEpisode> = episodes
        .iter()
        .filter(|record| record.deleted_ms.is_none())
        .filter_map(|record| Some(ReleasedEpisode { id: EpisodeId::parse(&record.id)?, body: record.body.clone() }))
        .collect();
    let all: Vec<&ReleasedEpisode> = all.iter().rev().collect();
    let files = today.files(show, &all)?;
    let refused: BTreeMap<String, Error> = match today.is_usual() {
        true => BTreeMap::new(),
        false => refusals(&files, taken, &feed_key(target, &show.slug)).into_iter().collect(),
    };
    let heard = match target.location {
        Location::Server { .. } => {
            let laid = anew.files(show, &all)?;
            Some(urls(target, show, &anew, &laid, all.iter().map(|one| (&one.id, &one.body))))
        }
        _ => None,
    };
    let titles: HashMap<&EpisodeId, &ReleasedEpisode> = all.iter().map(|one| (&one.id, *one)).collect();
    files
        .iter()
        .map(|one| {
            let episode = one.episode.as_ref().and_then(|id| titles.get(id));
            let fresh = anew.lay(one.kind, &one.file, episode.map(|one| (&one.id, &one.body)))?;
            let stored = |key: &str| StorageKey::parse(key).map(|key| address(target, &key)).unwrap_or_default();
            let at = match &heard {
                Some(urls) => urls.get(&one.file).unwrap_or_default().into_owned(),
                None => stored(&fresh.key),
            };
            let public = (fresh.key != one.key).then(|| match at_server(target, show) {
                Some(urls) if !lies_elsewhere(&one.key) => urls.get(&one.file).unwrap_or_default().into_owned(),
                _ => stored(&one.key),
            });
            let title = episode.map_or(&show.title, |episode| &episode.body.title).clone();
            let refused = refused.get(&one.key).cloned();
            Ok(Named { kind: one.kind, title, address: at, public, refused })
        })
        .collect()
}
