//! A site of spodcat: its public API is asked for the show, then for each episode and post; the feed that it names is read like any
//! other, and what the API says besides is put over it.

use super::source::{Feed, MOST_BYTES, MOST_BYTES_OF_PAGES, note, read};
use crate::Studio;
use hearthcast_fetch::Foreign;
use hearthcast_intake::ReadOptions;
use hearthcast_intake::spodcat::{SHOW, SpodcatShow};
use hearthcast_model::error::Retry;
use hearthcast_model::{Cancel, Code, Error, Result, ShowId};
use url::Url;

/// Longest answer about one episode: a picture of its loudness stands in it.
const MOST_ANSWER: usize = 4 << 20;
/// Most answers in a row that do not come before nobody asks on.
const MOST_MISSES: usize = 3;

impl Studio {
    /// The show at an address of the API. What cannot be had of an episode is told; its feed counts.
    pub(crate) async fn spodcat_at(
        &self,
        url: &Url,
        foreign: &Foreign<'_>,
        show: &ShowId,
        cancel: &Cancel,
    ) -> Result<Feed> {
        let mut at = url.clone();
        at.set_query(None);
        at.set_fragment(None);
        at.set_path(&format!("{}/", url.path().trim_end_matches('/')));
        let below = |root: &Url, path: &str| root.join(path).map_err(|_| unknown(url));
        let whole = foreign.get(&below(&at, SHOW)?, MOST_BYTES).await?;
        let told = SpodcatShow::read(&whole.body).ok_or_else(|| unknown(url))?;
        let feed_url = at.join(&told.feed).map_err(|_| unknown(url))?;
        let got = foreign.get(&feed_url, MOST_BYTES).await?;
        let options = ReadOptions { show: show.clone(), base: Some(got.url), now_ms: self.now_ms() };
        let mut feed = read(got.body, options.clone(), feed_url.as_str()).await?;
        let root = below(&at, "../../")?;
        let (mut answers, mut problems, mut bytes, mut misses) = (vec![], vec![], 0, 0);
        for path in &told.contents {
            cancel.check()?;
            let address = below(&root, path)?;
            match foreign.get(&address, MOST_ANSWER).await {
                Ok(got) => {
                    bytes += got.body.len();
                    misses = 0;
                    answers.push(got.body);
                }
                Err(error) => {
                    let error = Error::from(error);
                    let later = error.retry == Retry::Later;
                    problems.push(note(error.code.as_str(), address.as_str(), error.message, later));
                    misses += 1;
                }
            }
            if misses >= MOST_MISSES {
                let message =
                    "The site does not answer any more; what it says of the other episodes is left as it was.";
                problems.push(note("pages", url.as_str(), message.into(), true));
                break;
            }
            if bytes > MOST_BYTES_OF_PAGES {
                let message = "The answers of the site have more than 128 MiB; the others were left out.";
                problems.push(note("pages", url.as_str(), message.into(), false));
                break;
            }
        }
        told.put_over(&mut feed, &answers, &options);
        Ok(Feed { read: feed, moved: String::new(), problems })
    }
}

fn unknown(url: &Url) -> Error {
    Error::new(Code::ImportUnreadable, format!("What lies at {url} is no show of spodcat that can be read."))
        .hint("Name the show's address at the API, as https://backend.example/podcasts/my-show/, or its feed.")
        .about("file", url.as_str())
}
