//! Asks the place listeners use, as an app or a directory would. What it hears is judged by `hearthcast-checks`.
//!
//! Everything goes through the guarded client: the place's own origins, and public addresses where it leads elsewhere. Answers
//! are bounded in bytes, in time and in redirects; a place that does not answer is not asked again.

mod follow;

use follow::{Asked, follow};
use hearthcast_checks::{Found, Item, Live, Outcome, Question, Seen};
use hearthcast_engine::documents::chapters_files;
use hearthcast_engine::plan::{feed_url, object_url};
use hearthcast_engine::said::{items_of, relative_of};
use hearthcast_fetch::{HttpMethod, Net, header::HeaderMap};
use hearthcast_media::said_pixels;
use hearthcast_model::hash::Hasher;
use hearthcast_model::manifest::{Manifest, Object};
use hearthcast_model::place::{Location, Target};
use hearthcast_model::prefix::prefixed;
use hearthcast_model::{Episode, Record, Sha256};

/// Most bytes read of a feed and of a cover; of anything else a few are enough.
const MOST_FEED_BYTES: u64 = 64 << 20;
const MOST_COVER_BYTES: u64 = 16 << 20;
const FEW_BYTES: u64 = 4096;
/// First bytes of a body that rules look at.
const START: usize = 64;

/// Asks for the feed, a sound, the cover, a transcript and chapters of what was published last, and for a sound that lies at
/// somebody else's address.
pub(crate) async fn look(
    net: &Net,
    target: &Target,
    slug: &str,
    manifest: &Manifest,
    records: &[Record<Episode>],
    prefix: &str,
) -> Live {
    let live = Live { target: target.name.clone(), ..Live::default() };
    let mut looking = Looking { net, target, live, silent: false };
    looking.feed(&feed_url(target, slug), manifest).await;
    let sound = newest_sound(manifest, records);
    if let Some(sound) = sound {
        looking.sound(sound).await;
    }
    // The first picture without an episode is the cover; its smaller copies follow it.
    if let Some(cover) = manifest.objects.iter().find(|o| o.episode.is_none() && o.mime.starts_with("image/")) {
        looking.object(Question::CoverHead, cover).await;
        looking.object(Question::Cover, cover).await;
    }
    let text = |wanted: fn(&str) -> bool| manifest.objects.iter().find(move |object| wanted(&object.mime));
    if let Some(transcript) = text(|mime| matches!(mime, "text/vtt" | "application/x-subrip")) {
        looking.object(Question::TextHead, transcript).await;
    }
    // Where there are some that were written for the place, the feed names those.
    let written = chapters_files(manifest).next();
    if let Some(chapters) = written.as_ref().or(text(|mime| mime == "application/json+chapters")) {
        looking.object(Question::ChaptersHead, chapters).await;
    }
    if let Some(sound) = sound.filter(|_| !prefix.is_empty()) {
        looking.led(prefix, sound).await;
    }
    looking.remote(records).await;
    looking.live
}

/// What an episode became public with.
fn published_ms(record: &Record<Episode>) -> Option<i64> {
    record.released.as_ref()?.publish_at_ms
}

/// The sound of the episode that became public last.
fn newest_sound<'a>(manifest: &'a Manifest, records: &[Record<Episode>]) -> Option<&'a Object> {
    let published = |object: &Object| {
        let id = object.episode.as_ref()?;
        published_ms(records.iter().find(|record| record.id == id.as_str())?)
    };
    let is_sound = |object: &&Object| object.mime.starts_with("audio/") || object.mime.starts_with("video/");
    manifest.objects.iter().filter(is_sound).max_by_key(|object| published(object))
}

/// The conversation so far.
struct Looking<'a> {
    net: &'a Net,
    target: &'a Target,
    live: Live,
    /// The place did not answer once: it is not asked again.
    silent: bool,
}

/// What is asked for, and what is known about it.
#[derive(Clone, Copy, Default)]
struct Wanted<'a> {
    bytes: Option<u64>,
    mime: &'a str,
    sha256: Option<&'a Sha256>,
}

impl Looking<'_> {
    async fn feed(&mut self, url: &str, manifest: &Manifest) {
        // A server goes on publishing by itself what was scheduled.
        let sha256 = match self.target.location {
            Location::Server { .. } => None,
            _ => Some(&manifest.feed.sha256),
        };
        self.ask(Question::FeedHead, url, Wanted::default(), &[]).await;
        self.ask(Question::Feed, url, Wanted { sha256, ..Wanted::default() }, &[]).await;
        let Some(Seen { outcome: Outcome::Answer { status: 200, headers, .. }, .. }) = self.live.seen.last() else {
            return;
        };
        let again = [("etag", "if-none-match"), ("last-modified", "if-modified-since")];
        let known = again.into_iter().find_map(|(said, asked)| Some((asked, headers.get(said)?.clone())));
        if let Some((asked, value)) = known {
            self.ask(Question::FeedAgain, url, Wanted::default(), &[(asked, value.as_str())]).await;
        }
        self.ask(Question::FeedGzip, url, Wanted::default(), &[("accept-encoding", "gzip")]).await;
    }

    /// The forms in which players ask; the finer ones only where the first one is answered with a part.
    async fn sound(&mut self, sound: &Object) {
        self.object(Question::AudioHead, sound).await;
        self.object(Question::AudioRange, sound).await;
        let is_part = |seen: &Seen| matches!(seen.outcome, Outcome::Answer { status: 206, .. });
        if self.live.seen.last().is_some_and(is_part) {
            for question in [Question::AudioOpen, Question::AudioSuffix, Question::AudioPast, Question::AudioBeyond] {
                self.object(question, sound).await;
            }
        }
        self.object(Question::AudioStart, sound).await;
    }

    async fn object(&mut self, question: Question, object: &Object) {
        let url = object_url(self.target, object);
        let range = question.range(object.bytes);
        let mut fields = vec![];
        fields.extend(range.as_deref().map(|range| ("range", range)));
        if matches!(question, Question::TextHead | Question::ChaptersHead) {
            fields.push(("origin", Question::OTHER_SITE));
        }
        let sha256 = (question == Question::Cover).then_some(&object.sha256);
        self.ask(question, &url, Wanted { bytes: Some(object.bytes), mime: &object.mime, sha256 }, &fields).await;
    }

    /// The sound as the feed names it, behind the services that count on the way. They take HEAD for no request.
    async fn led(&mut self, prefix: &str, sound: &Object) {
        let url = prefixed(prefix, &object_url(self.target, sound));
        let wanted = Wanted { bytes: Some(sound.bytes), mime: &sound.mime, sha256: None };
        self.silent = false;
        self.ask(Question::AudioHead, &url, wanted, &[]).await;
    }

    /// The newest sound at somebody else's address; that place is not ours, and its silence is none of ours.
    async fn remote(&mut self, records: &[Record<Episode>]) {
        let alive = records.iter().filter(|record| record.deleted_ms.is_none());
        let newest =
            alive.filter(|r| r.body.audio.is_none() && r.body.remote_audio.is_some()).max_by_key(|r| published_ms(r));
        let Some(remote) = newest.and_then(|record| record.body.remote_audio.as_ref()) else { return };
        self.silent = false;
        let wanted = Wanted { bytes: Some(remote.size_bytes), mime: &remote.mime, sha256: None };
        self.ask(Question::RemoteHead, &remote.url, wanted, &[]).await;
    }

    async fn ask(&mut self, question: Question, url: &str, wanted: Wanted<'_>, fields: &[(&'static str, &str)]) {
        if self.silent {
            return;
        }
        let most = match question {
            Question::Feed => MOST_FEED_BYTES,
            Question::Cover => MOST_COVER_BYTES,
            _ => FEW_BYTES,
        };
        let method = if question.is_head() { HttpMethod::HEAD } else { HttpMethod::GET };
        let asked = Asked { method, fields, most, own: self.owns(question, url) };
        let followed = follow(self.net, url, &asked).await;
        let outcome = match followed.outcome {
            Ok(answer) => {
                self.live.certificate_until_ms = self.live.certificate_until_ms.or(answer.certificate_until_ms);
                judged(question, wanted, answer, most)
            }
            Err(outcome) => outcome,
        };
        self.silent = matches!(outcome, Outcome::Silence(_) | Outcome::Untrusted(_));
        self.live.seen.push(Seen {
            question,
            url: url.to_string(),
            hops: followed.hops,
            expected_bytes: wanted.bytes,
            expected_type: wanted.mime.to_string(),
            outcome,
        });
    }

    /// Whether an address is the owner's, who may have it anywhere. Another's is, while all of it is tried out on one machine.
    fn owns(&self, question: Question, url: &str) -> bool {
        let here = |url: &str| url::Url::parse(url).is_ok_and(|url| hearthcast_model::place::is_loopback(&url));
        question != Question::RemoteHead || (here(url) && here(&feed_url(self.target, "x")))
    }
}

/// What rules need to know of an answer.
fn judged(question: Question, wanted: Wanted, answer: follow::Answered, most: u64) -> Outcome {
    let whole = answer.bytes <= most;
    let body = answer.body;
    let is_same = |sha256: &Sha256| {
        let mut hasher = Hasher::new();
        hasher.update(&body);
        hasher.finish() == *sha256
    };
    let as_published = wanted.sha256.filter(|_| whole && answer.status == 200).map(is_same);
    let items = (question == Question::Feed && whole).then(|| items_of(&body)).flatten();
    let items = items.map(|items| {
        items.into_iter().map(|item| Item { guid: item.guid, title: item.title, date: item.date }).collect()
    });
    let found = Found {
        start: body.iter().take(START).copied().collect(),
        pixels: (question == Question::Cover).then(|| said_pixels(&body)).flatten(),
        items,
        relative: (question == Question::Feed && whole).then(|| relative_of(&body)).flatten(),
    };
    Outcome::Answer { status: answer.status, headers: answer.headers, bytes: answer.bytes, as_published, found }
}

/// The status anybody gets at an address; `None` where nobody answers.
pub(crate) async fn status_of(net: &Net, url: &str) -> Option<u16> {
    follow::once(net, url, HttpMethod::HEAD, HeaderMap::new()).await
}
