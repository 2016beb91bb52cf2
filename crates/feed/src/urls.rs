//! Where feed and files will be found by listeners. Filled by whoever knows the place; the feed only looks up.

use hearthcast_model::show::Attachment;
use hearthcast_model::{Episode, Show};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::HashMap;

/// What may stand in a part of a path as it is (RFC 3986, "unreserved").
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Addresses of a feed and of every file it names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UrlMap {
    /// Address of the feed itself.
    pub feed: String,
    /// By content and file name: the same content under two names has two addresses.
    files: HashMap<Attachment, String>,
}

impl UrlMap {
    /// A map without files.
    pub fn new(feed: String) -> Self {
        Self { feed, files: HashMap::new() }
    }
    /// Sets the address of a file.
    pub fn insert(&mut self, file: &Attachment, url: String) {
        self.files.insert(file.clone(), url);
    }
    /// The address of a file, if it has one.
    pub fn get(&self, file: &Attachment) -> Option<&str> {
        self.files.get(file).map(String::as_str)
    }
}

/// Addresses on the bundled server (DESIGN §6.5): feed `<base>/podcasts/<slug>/rss/`, files
/// `<base>/m/<hash>/<name>.<ext>`.
pub fn server_urls<'a>(base_url: &str, show: &Show, episodes: impl Iterator<Item = &'a Episode>) -> UrlMap {
    let base = base_url.trim_end_matches('/');
    let mut urls = UrlMap::new(format!("{base}/podcasts/{}/rss/", part(&show.slug)));
    let mut add = |file: &Attachment| {
        urls.insert(file, format!("{base}/m/{}/{}.{}", file.hash, part(&file.name), part(&file.ext)));
    };
    show.files().for_each(&mut add);
    episodes.flat_map(Episode::files).for_each(&mut add);
    urls
}

fn part(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::Sha256;

    fn file(name: &str) -> Attachment {
        Attachment { hash: Sha256::of(b"abc"), name: name.into(), ext: "mp3".into() }
    }

    #[test]
    fn server_addresses_are_those_of_the_design() {
        let show =
            Show { cover: Some(Attachment { ext: "png".into(), ..file("cover") }), ..Show::new("T", "my-show", 0) };
        let urls = server_urls("https://pod.example/base//", &show, std::iter::empty());
        assert_eq!(urls.feed, "https://pod.example/base/podcasts/my-show/rss/");
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let cover = format!("https://pod.example/base/m/{abc}/cover.png");
        assert_eq!(urls.get(show.cover.as_ref().unwrap()), Some(cover.as_str()));
    }

    #[test]
    fn same_content_under_two_names_has_two_addresses() {
        let mut urls = UrlMap::new("https://pod.example/".into());
        urls.insert(&file("one"), "1".into());
        assert_eq!(urls.get(&file("two")), None);
        urls.insert(&file("two"), "2".into());
        assert_eq!((urls.get(&file("one")), urls.get(&file("two"))), (Some("1"), Some("2")));
    }

    #[test]
    fn hostile_names_stay_one_part_of_the_path() {
        assert_eq!(part("a/../b?c#d é"), "a%2F..%2Fb%3Fc%23d%20%C3%A9");
    }
}
