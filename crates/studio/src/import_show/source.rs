//! Where a feed comes from: an address with its further pages (RFC 5005), or a file. What it is not: the reader; `intake` is.

use crate::studio::task_failed;
use crate::{Studio, texts};
use hearthcast_fetch::Foreign;
use hearthcast_intake::spodcat::SpodcatShow;
use hearthcast_intake::{IntakeError, ReadFeed, ReadOptions, Subscription, read_feed, read_opml};
use hearthcast_model::import::{ImportNote, ImportRequest};
use hearthcast_model::{Cancel, Code, Error, Result, ShowId};
use std::collections::HashSet;
use std::path::Path;
use url::Url;

/// Longest feed, bytes.
pub(crate) const MOST_BYTES: usize = 64 << 20;

/// Most bytes of all further pages of a feed: what stands in them is kept until all are read.
pub(crate) const MOST_BYTES_OF_PAGES: usize = 128 << 20;
/// Most repairs that are told.
const MOST_REPAIRS: usize = 20_000;
/// What of a file is looked at to see whether it is a list, bytes.
const LOOKED_AT: usize = 4096;
/// Most pages of one feed.
const MOST_PAGES: usize = 500;

/// Most episodes of all pages together.
const MOST_EPISODES: usize = 50_000;

/// Where a feed is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// At an address.
    Address(Url),
    /// In a file.
    File(String),
}

impl Place {
    /// What a person means by a word.
    pub(crate) fn of(source: &str) -> Result<Self> {
        let source = source.trim();
        if source.is_empty() {
            return Err(Error::new(Code::UsageInvalid, "Nothing was named to import.")
                .hint("Name the address of a feed, or a file with it."));
        }
        // Directories and apps hand out addresses with schemes of their own.
        let web = ["feed:", "podcast:", "pcast:", "itpc:"].iter().find_map(|scheme| source.strip_prefix(scheme));
        let source = match web {
            Some(rest) if rest.starts_with("http") => rest.to_string(),
            Some(rest) => format!("https:{}{rest}", if rest.starts_with("//") { "" } else { "//" }),
            None => source.to_string(),
        };
        match Url::parse(&source) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => {
                if !url.username().is_empty() || url.password().is_some() {
                    return Err(Error::new(Code::UsageInvalid, "The address has a name or a password in it.")
                        .hint("Save the feed with a browser, and import the file."));
                }
                Ok(Self::Address(url))
            }
            _ => {
                let path = std::fs::canonicalize(&source).map_err(|error| {
                    Error::new(Code::UsageInvalid, format!("{source} cannot be imported: {error}."))
                        .hint("Name the address of a feed (https://…), or a file with it.")
                        .about("file", source.as_str())
                })?;
                Ok(Self::File(path.display().to_string()))
            }
        }
    }

    /// Whether it may be a list of subscriptions: by its name, or as a file begins.
    async fn may_be_list(&self) -> bool {
        let is_named = |path: &str| path.to_ascii_lowercase().ends_with(".opml");
        match self {
            Self::Address(url) => is_named(url.path()),
            Self::File(path) if is_named(path) => true,
            Self::File(path) => texts::bytes_of(Path::new(path), LOOKED_AT)
                .await
                .is_ok_and(|head| head.to_ascii_lowercase().windows(5).any(|part| part == b"<opml")),
        }
    }

    /// The name under which it is remembered.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Address(url) => url.as_str(),
            Self::File(path) => path,
        }
    }
}

/// A feed, all its pages as one.
pub(crate) struct Feed {
    pub(crate) read: ReadFeed,
    /// Where its address leads for good; empty when nowhere else.
    pub(crate) moved: String,
    /// What could not be read.
    pub(crate) problems: Vec<ImportNote>,
}

/// Origins that may be local, as the author named them.
pub(crate) fn local(request: &ImportRequest, place: &Place) -> Result<Vec<Url>> {
    let named = request.local.iter().map(|text| {
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        url.ok_or_else(|| {
            Error::new(Code::UsageInvalid, format!("\"{text}\" is no origin."))
                .hint("Example: --allow-local=http://192.168.1.5:8000")
        })
    });
    let own = match place {
        Place::Address(url) if request.allow_local => vec![Ok(url.clone())],
        _ => vec![],
    };
    own.into_iter().chain(named).map(|url| url.map(|url| origin_of(&url))).collect()
}

fn origin_of(url: &Url) -> Url {
    url.join("/").unwrap_or_else(|_| url.clone())
}

impl Studio {
    /// The feeds in a list of subscriptions (a file, or an address that ends with `.opml`); `None` for everything else.
    pub async fn subscriptions(&self, request: &ImportRequest) -> Result<Option<Vec<Subscription>>> {
        let place = Place::of(&request.source)?;
        if !place.may_be_list().await {
            return Ok(None);
        }
        let bytes = match &place {
            Place::File(path) => texts::bytes_of(Path::new(path), MOST_BYTES).await?,
            Place::Address(url) => {
                let (net, own) = (self.net().await?, local(request, &place)?);
                let foreign = Foreign::over(&net, &own);
                foreign.get(url, MOST_BYTES).await.map_err(|error| not_got(error, url))?.body
            }
        };
        let read = tokio::task::spawn_blocking(move || read_opml(&bytes)).await.map_err(|e| task_failed(&e))?;
        match read {
            // A feed may have such a name, too.
            Err(IntakeError::NoFeed(_)) => Ok(None),
            read => read.map(Some).map_err(|error| unreadable(&error, place.name())),
        }
    }

    /// Reads a feed and its further pages. A page that cannot be had is told; what came before it counts.
    pub(crate) async fn feed_at(&self, place: &Place, own: &[Url], show: &ShowId, cancel: &Cancel) -> Result<Feed> {
        let net = self.net().await?;
        let foreign = Foreign::over(&net, own);
        let mut feed = self.first_page(place, &foreign, show, cancel).await?;
        let mut seen: HashSet<String> = HashSet::from([place.name().to_string()]);
        let mut known: HashSet<String> =
            feed.read.items.iter().map(|item| item.episode.guid.trim().to_string()).collect();
        let mut bytes = 0usize;
        let mut next = std::mem::take(&mut feed.read.next_page);
        while !next.is_empty() {
            cancel.check()?;
            let wrong = match () {
                () if !seen.insert(next.clone()) => Some("The pages of the feed lead round in a circle."),
                () if seen.len() > MOST_PAGES => Some("The feed has more than 500 pages; the others were left out."),
                () if feed.read.items.len() >= MOST_EPISODES => Some("The feed has more than 50,000 episodes."),
                () => None,
            };
            if let Some(message) = wrong {
                feed.problems.push(note("pages", &next, message.into(), false));
                break;
            }
            match page(&next, &foreign, show, self.now_ms()).await {
                Ok((more, length)) => {
                    bytes += length;
                    if bytes > MOST_BYTES_OF_PAGES {
                        let message = "The pages of the feed have more than 128 MiB; the others were left out.";
                        feed.problems.push(note("pages", &next, message.into(), false));
                        break;
                    }
                    next = more.next_page;
                    // Pages move on while they are read: an item that is on two of them is one.
                    feed.read.items.extend(
                        more.items.into_iter().filter(|item| known.insert(item.episode.guid.trim().to_string())),
                    );
                    feed.read.repairs.extend(more.repairs);
                    feed.read.repairs.truncate(MOST_REPAIRS);
                }
                Err(error) => {
                    let later = error.retry == hearthcast_model::error::Retry::Later;
                    feed.problems.push(note(error.code.as_str(), &next, error.message, later));
                    break;
                }
            }
        }
        Ok(feed)
    }

    pub(crate) async fn first_page(
        &self,
        place: &Place,
        foreign: &Foreign<'_>,
        show: &ShowId,
        cancel: &Cancel,
    ) -> Result<Feed> {
        let now_ms = self.now_ms();
        let (bytes, base, moved) = match place {
            Place::File(path) => (texts::bytes_of(Path::new(path), MOST_BYTES).await?, None, String::new()),
            Place::Address(url) => {
                let got = foreign.get(url, MOST_BYTES).await.map_err(|error| not_got(error, url))?;
                if SpodcatShow::read(&got.body).is_some() {
                    return self.spodcat_at(&got.url, foreign, show, cancel).await;
                }
                (got.body, Some(got.url), got.moved.map(String::from).unwrap_or_default())
            }
        };
        if bytes.len() > MOST_BYTES {
            return Err(Error::new(Code::ImportUnreadable, "The file is longer than 64 MiB: that is no feed.")
                .about("file", place.name()));
        }
        let options = ReadOptions { show: show.clone(), base, now_ms };
        Ok(Feed { read: read(bytes, options, place.name()).await?, moved, problems: vec![] })
    }
}

/// A further page, and how many bytes it had.
async fn page(address: &str, foreign: &Foreign<'_>, show: &ShowId, now_ms: i64) -> Result<(ReadFeed, usize)> {
    let url = Url::parse(address)
        .map_err(|_| Error::new(Code::ImportUnreadable, "The address of the feed's next page cannot be read."))?;
    let got = foreign.get(&url, MOST_BYTES).await?;
    let length = got.body.len();
    let read = read(got.body, ReadOptions { show: show.clone(), base: Some(got.url), now_ms }, address).await?;
    Ok((read, length))
}

/// Megabytes of hostile text are read beside the runtime, not in it.
pub(crate) async fn read(bytes: Vec<u8>, options: ReadOptions, name: &str) -> Result<ReadFeed> {
    let read = tokio::task::spawn_blocking(move || read_feed(&bytes, &options)).await.map_err(|e| task_failed(&e))?;
    read.map_err(|error| unreadable(&error, name))
}

fn unreadable(error: &IntakeError, name: &str) -> Error {
    Error::new(Code::ImportUnreadable, format!("What lies at {name} cannot be imported: {error}."))
        .hint("Open it in a browser: a feed begins with <rss> or <feed>. Of a web page, look for its link to the feed.")
        .about("file", name)
}

fn not_got(error: hearthcast_fetch::FetchError, url: &Url) -> Error {
    let is_inner = matches!(error, hearthcast_fetch::FetchError::NotPublic(_));
    let error = Error::from(error).about("file", url.as_str());
    match is_inner {
        true => error.hint("If it is a server of your own, say so: --allow-local."),
        false => error,
    }
}

pub(crate) fn note(code: &str, url: &str, message: String, later: bool) -> ImportNote {
    ImportNote { code: code.into(), episode: String::new(), url: url.into(), message, later }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_apps_are_addresses() {
        for (typed, meant) in [
            (" https://pod.example/feed ", "https://pod.example/feed"),
            ("feed://pod.example/feed", "https://pod.example/feed"),
            ("feed:https://pod.example/feed", "https://pod.example/feed"),
            ("podcast://pod.example/feed", "https://pod.example/feed"),
            ("HTTP://pod.example", "http://pod.example/"),
        ] {
            assert_eq!(Place::of(typed).unwrap().name(), meant, "{typed}");
        }
        for bad in ["", "https://ada:word@pod.example/", "ftp://pod.example/feed", "/no/such/file"] {
            assert_eq!(Place::of(bad).unwrap_err().code, Code::UsageInvalid, "{bad}");
        }
    }

    #[test]
    fn only_named_origins_are_local() {
        let place = Place::of("http://10.0.0.1:8000/a/feed.xml").unwrap();
        let plain = ImportRequest::default();
        assert_eq!(local(&plain, &place).unwrap(), []);
        let own = ImportRequest { allow_local: true, local: vec!["http://nas.local".into()], ..plain.clone() };
        let names: Vec<String> = local(&own, &place).unwrap().into_iter().map(String::from).collect();
        assert_eq!(names, ["http://10.0.0.1:8000/", "http://nas.local/"]);
        let bad = ImportRequest { local: vec!["file:///".into()], ..plain };
        assert!(local(&bad, &place).is_err());
    }
}
