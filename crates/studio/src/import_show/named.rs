//! Files that tags name at somebody else's address: trailers, `podcast:image`, pictures of people, of the show, its episodes and its
//! broadcasts. The feed goes on naming them there, and each address is asked for once, to see that it is there. Pure.

use super::alternates::{is_web, measured};
use hearthcast_fetch::Hop;
use hearthcast_library::import::File;
use hearthcast_model::import::{ImportKind, ImportedFile};
use hearthcast_model::namespace::Image;
use hearthcast_model::person::Person;
use hearthcast_model::{Episode, Show};
use std::collections::{BTreeMap, HashSet};

/// Most of these of an episode, or of the show, that are asked for.
const MOST: usize = 50;

/// A file, and what is said of it.
type Address<'a> = (ImportKind, &'a str, ImportedFile);

/// Addresses that tags name, with what is said of each, and the ids of the episodes that name it; an empty one is the show.
#[derive(Default)]
pub(crate) struct Named(BTreeMap<(ImportKind, String), (ImportedFile, Vec<String>)>);

impl Named {
    /// What the source says of the show, and the show as it will be says, too.
    pub(crate) fn show(&mut self, said: &Show, body: &Show) {
        self.both("", by_show(said), &by_show(body));
    }

    /// What the source says of an episode, and the episode as it will be says, too.
    pub(crate) fn episode(&mut self, id: &str, said: &Episode, body: &Episode) {
        self.both(id, by_episode(said), &by_episode(body));
    }

    fn both(&mut self, id: &str, said: Vec<Address<'_>>, body: &[Address<'_>]) {
        let stays: HashSet<(ImportKind, &str)> = body.iter().map(|(kind, url, _)| (*kind, *url)).collect();
        for (kind, url, about) in said.into_iter().filter(|(kind, url, _)| stays.contains(&(*kind, *url))).take(MOST) {
            let (_, by) = self.0.entry((kind, url.into())).or_insert_with(|| (about, vec![]));
            if by.last().is_none_or(|last| last != id) {
                by.push(id.into());
            }
        }
    }

    /// Each address once: it is noted for the show where that names it, else for the episode it is noted for already, else for the
    /// first one.
    pub(crate) fn each(
        self,
        is_noted: impl Fn(&(String, ImportKind, String)) -> bool,
    ) -> Vec<((String, ImportKind, String), ImportedFile)> {
        let one = |((kind, url), (about, mut by)): ((ImportKind, String), (ImportedFile, Vec<String>))| {
            let noted = by.iter().position(|id| is_noted(&(id.clone(), kind, url.clone())));
            let at = by.iter().position(String::is_empty).or(noted).unwrap_or_default();
            // Nothing is noted that nobody names.
            (at < by.len()).then(|| ((by.swap_remove(at), kind, url), about))
        };
        self.0.into_iter().filter_map(one).collect()
    }
}

/// What the server of a file says that the show names; says whether it still does.
pub(crate) fn found_of_show(file: &mut File, show: &Show, hop: &Hop) -> bool {
    found(file, &by_show(show), "", hop)
}

/// What the server of a file says that an episode names; says whether it still does.
pub(crate) fn found_of_episode(file: &mut File, episode: &Episode, hop: &Hop) -> bool {
    found(file, &by_episode(episode), &episode.title, hop)
}

fn found(file: &mut File, named: &[Address<'_>], title: &str, hop: &Hop) -> bool {
    let wanted = named.iter().any(|(kind, url, _)| *kind == file.kind && *url == file.url);
    if wanted {
        measured(file, title, hop);
    }
    wanted
}

fn by_show(show: &Show) -> Vec<Address<'_>> {
    let tags = &show.tags;
    let trailers = tags.trailers.iter().map(|one| {
        let (size_bytes, mime) = (one.length_bytes.unwrap_or_default(), one.mime.clone());
        (ImportKind::Trailer, one.url.as_str(), ImportedFile { size_bytes, mime, ..ImportedFile::default() })
    });
    let broadcasts = tags.live_items.iter().flat_map(|live| pictures(&live.tags.images, &live.persons));
    let all = trailers.chain(pictures(&tags.images, &show.persons)).chain(broadcasts);
    all.filter(|(_, url, _)| is_web(url)).collect()
}

fn by_episode(episode: &Episode) -> Vec<Address<'_>> {
    pictures(&episode.tags.images, &episode.persons).filter(|(_, url, _)| is_web(url)).collect()
}

fn pictures<'a>(images: &'a [Image], people: &'a [Person]) -> impl Iterator<Item = Address<'a>> {
    let picture = |(url, mime): (&'a str, &'a str)| {
        (ImportKind::TagPicture, url, ImportedFile { mime: mime.into(), ..ImportedFile::default() })
    };
    let images = images.iter().map(|image| (image.href.as_str(), image.mime.as_str()));
    images.chain(people.iter().map(|person| (person.img.as_str(), ""))).map(picture)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::ShowId;

    fn with_person(img: &str) -> Episode {
        let show = ShowId::parse("01900000-0000-7000-8000-000000000001").unwrap();
        let person = Person { name: "Ada".into(), img: img.into(), ..Person::default() };
        Episode { persons: vec![person], ..Episode::new(show, "g", "t", "s", 1) }
    }

    #[test]
    fn an_address_is_noted_once_for_the_show_or_for_the_episode_of_before() {
        let (ada, bo) = (with_person("https://a.example/ada.jpg"), with_person("https://a.example/bo.jpg"));
        let show = Show { persons: ada.persons.clone(), ..Show::new("Sea", "sea", 1) };
        let key =
            |id: &str, name: &str| (id.to_string(), ImportKind::TagPicture, format!("https://a.example/{name}.jpg"));
        for (before, noted) in [(None, "new"), (Some("old"), "old"), (Some("other"), "new")] {
            let mut named = Named::default();
            for (id, episode) in [("new", &bo), ("old", &bo), ("old", &ada)] {
                named.episode(id, episode, episode);
            }
            named.show(&show, &show);
            let before = before.map(|id| key(id, "bo"));
            let keys: Vec<_> = named.each(|key| before.as_ref() == Some(key)).into_iter().map(|(key, _)| key).collect();
            assert_eq!(keys, [key("", "ada"), key(noted, "bo")]);
        }
        // What the author put in its place is nobody else's.
        let mut named = Named::default();
        named.episode("one", &ada, &bo);
        named.episode("two", &with_person("ipfs://QmX"), &with_person("ipfs://QmX"));
        assert_eq!(named.each(|_| false), []);
    }
}
