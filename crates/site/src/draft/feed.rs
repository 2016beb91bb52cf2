//! The draft's feed, for podcast apps: one episode, kept out of every directory, and never to be taken for the real one.

use hearthcast_feed::urls::UrlMap;
use hearthcast_feed::{FeedError, FeedInput, Item, render};
use hearthcast_model::facts::{MediaFacts, MediaKind};
use hearthcast_model::namespace::Block;
use hearthcast_model::share::SharedFile;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Episode, Notes, Sha256, SharedDraft, Show, Transcript};
use hearthcast_text::with_addresses;
use std::collections::HashMap;

/// The guid of a draft in its own feed. The real episode's was made before and is foreign text or a UUID by itself; this one
/// is a name of its own kind with an id made when the draft was shared. So no app that ever sees both takes them for one, marks
/// the real episode as heard, or keeps the draft's sound for it. Two sharings of one draft differ, too.
pub fn guid(draft: &SharedDraft) -> String {
    format!("urn:hearthcast:draft:{}", draft.id)
}

/// Writes the feed. `base` is the secret prefix, with a slash at its end. Fails where the draft has no picture.
pub fn feed(draft: &SharedDraft, base: &str) -> Result<String, FeedError> {
    let mut urls = UrlMap::new(format!("{base}feed.xml"));
    let mut facts = HashMap::new();
    let mut file = |file: &SharedFile, name: &str, kind| {
        let at = Attachment { hash: file.sha256.clone(), name: name.into(), ext: file.ext.clone() };
        urls.insert(&at, format!("{base}{name}.{}", file.ext));
        let known = MediaFacts::unmeasured(kind, &file.ext, &file.mime, file.bytes, file.sha256.clone());
        facts.insert(file.sha256.clone(), MediaFacts { duration_ms: file.duration_ms, ..known });
        at
    };
    let sound = file(&draft.sound, "sound", MediaKind::Audio);
    let picture = draft.picture.as_ref().map(|picture| file(picture, "picture", MediaKind::Image));
    let mut text = |name: &str, ext: &str, mime: &str| {
        let hash = Sha256::of(name.as_bytes());
        let at = Attachment { hash: hash.clone(), name: name.into(), ext: ext.into() };
        urls.insert(&at, format!("{base}{name}.{ext}"));
        facts.insert(hash.clone(), MediaFacts::unmeasured(MediaKind::Text, ext, mime, 1, hash));
        at
    };
    let mut episode = episode(draft, sound);
    if !draft.chapters.is_empty() {
        episode.chapters_file = Some(text("chapters", "json", "application/json+chapters"));
    }
    if !draft.transcript.is_empty() {
        let file = text("transcript", "vtt", "text/vtt");
        episode.transcripts = vec![Transcript { file, language: String::new(), captions: false }];
    }
    // What lies elsewhere would tell others who reads.
    let here =
        with_addresses(&draft.notes.html, &super::pictures(draft), false, |file| Some(format!("media:{}", file.hash)));
    episode.notes.safe.html = here.into_owned();
    for (shared, picture) in draft.pictures.iter().zip(super::pictures(draft)) {
        if let Some(at) = &picture.file {
            urls.insert(at, format!("{base}{}", super::name_of_picture(shared)));
        }
        episode.notes.pictures.push(picture);
    }
    let show = show(draft, picture);
    let id = &draft.episode;
    let items = [Item { id, episode: &episode }];
    let input = FeedInput { show: &show, items: &items, facts: &facts, urls: &urls, as_of_ms: draft.made_ms };
    render(&input).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Nothing of the real show but its name: no guid, no owner, no links by which an app or a directory could take one for the
/// other.
fn show(draft: &SharedDraft, cover: Option<Attachment>) -> Show {
    let title = format!("{} (draft)", draft.show_title);
    let mut show = Show::new(&title, "draft", draft.made_ms);
    show.author.clone_from(&draft.author);
    show.language.clone_from(&draft.language);
    show.explicit = draft.explicit;
    show.cover = cover;
    show.cover_alt.clone_from(&draft.picture_alt);
    show.blocked = true;
    show.tags.blocks = vec![Block { id: String::new(), blocked: true }];
    show
}

fn episode(draft: &SharedDraft, sound: Attachment) -> Episode {
    let mut episode = Episode::new(draft.show.clone(), &guid(draft), &draft.title, "draft", draft.made_ms);
    episode.notes = Notes { safe: draft.notes.clone(), ..Notes::default() };
    episode.audio = Some(sound);
    episode.chapters.clone_from(&draft.chapters);
    episode.publish_at_ms = Some(draft.made_ms);
    episode.blocked = true;
    episode
}
