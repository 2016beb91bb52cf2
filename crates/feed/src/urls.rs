//! Where feed and files will be found by listeners. Told by whoever knows the place; the feed only looks up.

use hearthcast_model::rule::Sound;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Episode, EpisodeId, Sha256, Show};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use std::borrow::Cow;
use std::collections::HashMap;

/// What may stand in a part of a path as it is (RFC 3986, "unreserved").
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Addresses of a feed and of every file it names.
#[derive(Debug, Clone)]
pub struct UrlMap {
    /// Address of the feed itself.
    pub feed: String,
    /// What the addresses of all files begin with, and how the rest is made.
    rule: Option<(String, Rule)>,
    /// The folder that the feed's further documents lie in; `None` where they lie under the feed's own address.
    folder: Option<String>,
    /// Files with an address of their own, by content and file name: the same content under two names has two addresses.
    files: HashMap<Attachment, String>,
}

/// Appends what is special of a file's address to what all begin with.
pub type Rule = fn(&mut String, &Attachment);

impl UrlMap {
    /// A map without files.
    pub fn new(feed: String) -> Self {
        Self { feed, rule: None, folder: None, files: HashMap::new() }
    }
    /// A map of a place where addresses follow a rule: nothing is kept for each of a hundred thousand files.
    pub fn by_rule(feed: String, base: impl Into<String>, rule: Rule) -> Self {
        Self { feed, rule: Some((base.into(), rule)), folder: None, files: HashMap::new() }
    }
    /// The same, of a place that is a folder of files: further feeds are `<folder><name>.xml`, and a page, which never changes
    /// there, is `<folder>p/<content>.xml`. Elsewhere they are `<feed><name>/` and `<feed>page/<number>/`.
    pub fn in_folder(self, folder: String) -> Self {
        Self { folder: Some(folder), ..self }
    }
    /// Whether files that nobody knew of when the map was made have addresses, too: then what is written for the place can lie
    /// there.
    pub(crate) fn knows_any_file(&self) -> bool {
        self.rule.is_some()
    }
    /// The address of a further feed.
    pub fn variant(&self, name: &str) -> String {
        match &self.folder {
            Some(folder) => format!("{folder}{}.xml", part(name)),
            None => format!("{}/{}/", self.feed.trim_end_matches('/'), part(name)),
        }
    }
    /// The address of a page of the feed.
    pub fn page(&self, number: u32, content: &Sha256) -> String {
        match &self.folder {
            Some(folder) => format!("{folder}p/{}.xml", content.short()),
            None => format!("{}/page/{number}/", self.feed.trim_end_matches('/')),
        }
    }
    /// Sets the address of a file.
    pub fn insert(&mut self, file: &Attachment, url: String) {
        self.files.insert(file.clone(), url);
    }
    /// Sets the address of a file that has none of its own yet, if there is one.
    pub fn extend_with(&mut self, file: &Attachment, url: impl FnOnce() -> Option<String>) {
        if !self.files.contains_key(file)
            && let Some(url) = url()
        {
            self.insert(file, url);
        }
    }
    /// The address of a file, if it has one.
    pub fn get(&self, file: &Attachment) -> Option<Cow<'_, str>> {
        if let Some(own) = self.own(file) {
            return Some(Cow::Borrowed(own));
        }
        let mut url = String::new();
        self.put(&mut url, file).map(|()| Cow::Owned(url))
    }
    /// Appends the address of a file, if it has one.
    pub fn put(&self, to: &mut String, file: &Attachment) -> Option<()> {
        if let Some(own) = self.own(file) {
            to.push_str(own);
            return Some(());
        }
        let (base, rule) = self.rule.as_ref()?;
        to.reserve(base.len() + file.name.len() + 80);
        to.push_str(base);
        rule(to, file);
        Some(())
    }
    fn own(&self, file: &Attachment) -> Option<&str> {
        let own = if self.files.is_empty() { None } else { self.files.get(file) };
        own.map(String::as_str)
    }
}

/// Addresses on the bundled server (DESIGN §6.5): feed `<base>/podcasts/<slug>/rss/`, files
/// `<base>/m/<hash>/<name>.<ext>`.
pub fn server_urls(base_url: &str, show: &Show) -> UrlMap {
    let base = base_url.trim_end_matches('/');
    let mut feed = format!("{base}/podcasts/");
    feed.extend(part(&show.slug));
    feed.push_str("/rss/");
    UrlMap::by_rule(feed, format!("{base}/m/"), |url, file| {
        url.push_str(file.hash.as_str());
        url.push('/');
        url.extend(part(&file.name));
        url.push('.');
        url.extend(part(&file.ext));
    })
}

/// The same, with the sound of these episodes where its mode puts it. The same sound in two episodes has one address, that of
/// the first.
pub fn server_urls_with<'a>(
    base_url: &str,
    show: &Show,
    sound: &Sound,
    episodes: impl Iterator<Item = (&'a EpisodeId, &'a Episode)>,
) -> UrlMap {
    let mut urls = server_urls(base_url, show);
    if !sound.mode.is_usual() {
        for (id, episode) in episodes {
            let Some(audio) = &episode.audio else { continue };
            urls.extend_with(audio, || sound.heard_at(base_url, id, episode.audio_edition, audio));
        }
    }
    urls
}

fn part(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, UNRESERVED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> Attachment {
        Attachment { hash: Sha256::of(b"abc"), name: name.into(), ext: "mp3".into() }
    }

    #[test]
    fn server_addresses_are_those_of_the_design() {
        let show =
            Show { cover: Some(Attachment { ext: "png".into(), ..file("cover") }), ..Show::new("T", "my-show", 0) };
        let urls = server_urls("https://pod.example/base//", &show);
        assert_eq!(urls.feed, "https://pod.example/base/podcasts/my-show/rss/");
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let cover = format!("https://pod.example/base/m/{abc}/cover.png");
        assert_eq!(urls.get(show.cover.as_ref().unwrap()).as_deref(), Some(cover.as_str()));
    }

    #[test]
    fn same_content_under_two_names_has_two_addresses() {
        let mut urls = UrlMap::new("https://pod.example/".into());
        urls.insert(&file("one"), "1".into());
        assert_eq!(urls.get(&file("two")), None);
        urls.insert(&file("two"), "2".into());
        assert_eq!((urls.get(&file("one")).as_deref(), urls.get(&file("two")).as_deref()), (Some("1"), Some("2")));
        let mut urls = server_urls("https://pod.example", &Show::new("T", "my-show", 0));
        urls.insert(&file("two"), "2".into());
        assert_eq!(urls.get(&file("two")).as_deref(), Some("2"));
        assert!(urls.get(&file("one")).unwrap().ends_with("/one.mp3"));
    }

    #[test]
    fn hostile_names_stay_one_part_of_the_path() {
        assert_eq!(part("a/../b?c#d é").to_string(), "a%2F..%2Fb%3Fc%23d%20%C3%A9");
    }
}
