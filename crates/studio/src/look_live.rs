//! Asks the place listeners use, as an app or a directory would. What it hears is judged by `hearthcast-checks`.

use bytes::Bytes;
use hearthcast_checks::{Live, Outcome, Question, Seen};
use hearthcast_engine::plan::feed_url;
use hearthcast_fetch::{FetchError, HttpMethod, Net, Owned};
use hearthcast_model::hash::Hasher;
use hearthcast_model::manifest::{Manifest, Object};
use hearthcast_model::place::{Location, Target};
use hearthcast_model::{Episode, Record, Sha256};
use http_body_util::{BodyExt, Empty};
use std::collections::BTreeMap;
use std::time::Duration;
use url::Url;

/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// Most bytes read of a feed; of anything else a few are enough.
const MOST_FEED_BYTES: u64 = 64 << 20;
const FEW_BYTES: u64 = 4096;
/// Longest header field that is kept, in characters.
const MOST_FIELD: usize = 500;
/// Most header fields that are kept.
const MOST_FIELDS: usize = 100;
/// Another site, as browsers name it.
const OTHER_SITE: &str = "https://player.example";

/// Asks for the feed, a sound, the cover and a text of what was published last.
pub(crate) async fn look(
    net: &Net,
    target: &Target,
    slug: &str,
    manifest: &Manifest,
    records: &[Record<Episode>],
) -> Live {
    let mut looking = Looking { net, target, seen: vec![], silent: false };
    let feed = feed_url(target, slug);
    looking.feed(&feed, manifest).await;
    if let Some(sound) = newest_sound(manifest, records) {
        looking.object(Question::AudioHead, sound).await;
        looking.object(Question::AudioRange, sound).await;
    }
    // The first picture without an episode is the cover; its smaller copies follow it.
    if let Some(cover) = manifest.objects.iter().find(|o| o.episode.is_none() && o.mime.starts_with("image/")) {
        looking.object(Question::CoverHead, cover).await;
    }
    if let Some(text) = manifest.objects.iter().find(|o| is_text(&o.mime)) {
        looking.object(Question::TextHead, text).await;
    }
    Live { target: target.name.clone(), seen: looking.seen }
}

fn is_text(mime: &str) -> bool {
    matches!(mime, "text/vtt" | "application/x-subrip" | "application/json+chapters")
}

/// The sound of the episode that became public last.
fn newest_sound<'a>(manifest: &'a Manifest, records: &[Record<Episode>]) -> Option<&'a Object> {
    let published = |object: &Object| {
        let id = object.episode.as_ref()?;
        let record = records.iter().find(|record| record.id == id.as_str())?;
        record.released.as_ref()?.publish_at_ms
    };
    manifest.objects.iter().filter(|object| object.mime.starts_with("audio/")).max_by_key(|object| published(object))
}

/// The conversation so far.
struct Looking<'a> {
    net: &'a Net,
    target: &'a Target,
    seen: Vec<Seen>,
    /// The place did not answer once: it is not asked again.
    silent: bool,
}

impl Looking<'_> {
    async fn feed(&mut self, url: &str, manifest: &Manifest) {
        // A server goes on publishing by itself what was scheduled.
        let published = match self.target.location {
            Location::Server { .. } => None,
            _ => Some(&manifest.feed.sha256),
        };
        self.ask(Question::FeedHead, url, None, "", &[], None).await;
        self.ask(Question::Feed, url, None, "", &[], published).await;
        let Some(Seen { outcome: Outcome::Answer { status: 200, headers, .. }, .. }) = self.seen.last() else { return };
        let again = [("etag", "if-none-match"), ("last-modified", "if-modified-since")];
        let known = again.into_iter().find_map(|(said, asked)| Some((asked, headers.get(said)?.clone())));
        if let Some((asked, value)) = known {
            self.ask(Question::FeedAgain, url, None, "", &[(asked, value.as_str())], None).await;
        }
    }

    async fn object(&mut self, question: Question, object: &Object) {
        let Some(url) = address(self.target, object) else { return };
        let fields: &[(&'static str, &str)] = match question {
            Question::AudioRange => &[("range", "bytes=0-1")],
            Question::TextHead => &[("origin", OTHER_SITE)],
            _ => &[],
        };
        self.ask(question, &url, Some(object.bytes), &object.mime, fields, None).await;
    }

    async fn ask(
        &mut self,
        question: Question,
        url: &str,
        expected_bytes: Option<u64>,
        expected_type: &str,
        fields: &[(&'static str, &str)],
        published: Option<&Sha256>,
    ) {
        if self.silent {
            return;
        }
        let head = !matches!(question, Question::Feed | Question::FeedAgain | Question::AudioRange);
        let method = if head { HttpMethod::HEAD } else { HttpMethod::GET };
        let most = if published.is_some() || question == Question::Feed { MOST_FEED_BYTES } else { FEW_BYTES };
        let asked = tokio::time::timeout(PATIENCE, exchange(self.net, method, url, fields, most, published)).await;
        let outcome = match asked {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => Outcome::Silence(format!("{error}.")),
            Err(_) => Outcome::Silence(format!("it did not answer within {} seconds.", PATIENCE.as_secs())),
        };
        self.silent = matches!(outcome, Outcome::Silence(_));
        let (url, expected_type) = (url.to_string(), expected_type.to_string());
        self.seen.push(Seen { question, url, expected_bytes, expected_type, outcome });
    }
}

/// The status anybody gets at an address; `None` where nobody answers.
pub(crate) async fn status_of(net: &Net, url: &str) -> Option<u16> {
    let asked = tokio::time::timeout(PATIENCE, exchange(net, HttpMethod::HEAD, url, &[], FEW_BYTES, None)).await;
    match asked {
        Ok(Ok(Outcome::Answer { status, .. })) => Some(status),
        _ => None,
    }
}

/// One request as anybody could send it; at most `most` bytes of the answer are read.
async fn exchange(
    net: &Net,
    method: HttpMethod,
    url: &str,
    fields: &[(&'static str, &str)],
    most: u64,
    published: Option<&Sha256>,
) -> Result<Outcome, FetchError> {
    let address = Url::parse(url).map_err(|_| FetchError::ForeignOrigin(url.into()))?;
    // Nothing secret is sent, so plain http is asked like any listener would.
    let fetch = Owned::over(net, std::slice::from_ref(&address), true, None)?;
    let mut request =
        http::Request::builder().method(method).uri(address.as_str()).header("accept-encoding", "identity");
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    let request = request.body(Empty::<Bytes>::new()).map_err(|_| FetchError::ForeignOrigin(url.into()))?;
    let answer = fetch.exchange(request).await?;
    let (status, headers) = (answer.status().as_u16(), named(answer.headers()));
    let (mut body, mut bytes, mut hasher) = (answer.into_body(), 0u64, Hasher::new());
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            bytes += data.len() as u64;
            hasher.update(&data);
        }
        if bytes > most {
            break;
        }
    }
    let as_published = published.filter(|_| bytes <= most).map(|published| hasher.finish() == *published);
    Ok(Outcome::Answer { status, headers, bytes, as_published })
}

fn named(headers: &http::HeaderMap) -> BTreeMap<String, String> {
    let shown = |value: &http::HeaderValue| {
        let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
        text.chars().filter(|c| !c.is_control()).take(MOST_FIELD).collect::<String>()
    };
    headers.iter().take(MOST_FIELDS).map(|(name, value)| (name.as_str().to_string(), shown(value))).collect()
}

/// Where listeners find an object.
fn address(target: &Target, object: &Object) -> Option<String> {
    match &target.location {
        Location::Server { origin } => {
            let base = target.base_url.as_deref().unwrap_or(origin).trim_end_matches('/');
            let name = object.key.rsplit('/').next()?;
            Some(format!("{base}/m/{}/{name}", object.sha256))
        }
        other => Some(format!("{}{}", other.public_url()?, object.key)),
    }
}
