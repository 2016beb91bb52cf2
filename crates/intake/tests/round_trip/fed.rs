//! What a feed holds of a show and its episodes: the same, except where a line here says otherwise.

use crate::make::{NOW_MS, Scene};
use hearthcast_feed::urls::UrlMap;
use hearthcast_intake::{ChapterImage, ReadItem, RemoteFile};
use hearthcast_model::comment::CommentPolicy;
use hearthcast_model::font::NameSize;
use hearthcast_model::namespace::{AlternateEnclosure, EpisodeTags, Image, Integrity, IntegrityKind, Source};
use hearthcast_model::prefix::prefixed;
use hearthcast_model::show::Attachment;
use hearthcast_model::{
    Chapter, Episode, FeedHtml, MediaFacts, Notes, NotesForm, Picture, Preset, RemoteAudio, Show, Transcript,
};
use hearthcast_text::{clean_html, plain_of};
use std::collections::HashSet;

pub fn show(scene: &Scene, urls: &UrlMap) -> Show {
    let show = scene.show.clone();
    let _ = urls;
    Show {
        title: show.title,
        slug: show.slug,
        description: plain_notes(&show.description),
        author: show.author,
        // Public together with the address, or not at all.
        owner_name: if show.owner_email.is_empty() { String::new() } else { show.owner_name },
        owner_email: show.owner_email,
        language: show.language,
        link: show.link,
        categories: show.categories,
        explicit: show.explicit,
        kind: show.kind,
        copyright: show.copyright,
        // Files are addresses: `ReadFeed::cover_url`.
        cover: None,
        podcast_guid: show.podcast_guid,
        locked: show.locked,
        medium: show.medium,
        funding: show.funding,
        persons: show.persons,
        blocked: show.blocked,
        complete: show.complete,
        tags: show.tags,
        foreign: show.foreign,
        hub: show.hub,
        // Every episode's notes have it.
        notes_suffix: Notes::default(),
        // `ReadFeed::moved_to`.
        new_feed_url: String::new(),
        new_variants_url: String::new(),
        verifying: None,
        // What the website, the workshop and the writer of feeds need; no feed has it.
        cover_alt: alt(&show.cover_alt),
        cover_sizes: vec![],
        cover_from: None,
        preset: Preset::default(),
        id3: Default::default(),
        formats: vec![],
        recipe: Default::default(),
        tagline: String::new(),
        banner: None,
        favicon: None,
        links: vec![],
        seasons: vec![],
        font: None,
        name_size: NameSize::default(),
        comments: CommentPolicy::default(),
        prefix: String::new(),
        feed_html: FeedHtml::default(),
        feed_page: 0,
        feed_variants: vec![],
        changed_ms: NOW_MS,
        extra: Default::default(),
    }
}

/// Directories want plain words about a show; their lines and paragraphs stay.
fn plain_notes(notes: &Notes) -> Notes {
    let words = plain_of(&notes.safe);
    if words.is_empty() {
        return Notes::default();
    }
    let escaped = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let paragraphs: Vec<String> =
        escaped.split("\n\n").map(|one| format!("<p>{}</p>", one.replace('\n', "<br>\n"))).collect();
    html_notes(&paragraphs.join("\n"))
}

fn html_notes(html: &str) -> Notes {
    match html.trim() {
        "" => Notes::default(),
        html => Notes { source: html.into(), form: NotesForm::Html, safe: clean_html(html), pictures: vec![] },
    }
}

/// The items, newest first; of one instant the greater id, which is the later one.
pub fn items(scene: &Scene, urls: &UrlMap) -> Vec<ReadItem> {
    let mut all: Vec<(usize, &Episode)> = scene.episodes.iter().enumerate().collect();
    all.sort_by_key(|(n, episode)| std::cmp::Reverse((episode.publish_at_ms, *n)));
    let mut slugs = HashSet::new();
    all.into_iter().map(|(_, episode)| item(scene, episode, urls, &mut slugs)).collect()
}

fn item(scene: &Scene, episode: &Episode, urls: &UrlMap, slugs: &mut HashSet<String>) -> ReadItem {
    let url = |file: &Attachment| urls.get(file).unwrap().into_owned();
    let marks: Vec<Chapter> =
        episode.marks().into_iter().filter(|mark| !mark.hidden && !mark.title.is_empty()).collect();
    let images = marks
        .iter()
        .filter_map(|mark| Some(ChapterImage { start_ms: mark.start_ms, url: url(&mark.picture.as_ref()?.file) }));
    let transcript = |Transcript { file, language, captions }: &Transcript| RemoteFile {
        url: url(file),
        mime: if file.ext == "vtt" { "text/vtt" } else { "application/x-subrip" }.into(),
        language: language.clone(),
        captions: *captions,
    };
    ReadItem {
        image_url: episode.image.as_ref().map(url).unwrap_or_default(),
        chapters: episode.chapters_file.as_ref().map(|file| RemoteFile {
            url: url(file),
            mime: "application/json+chapters".into(),
            ..RemoteFile::default()
        }),
        chapter_images: images.collect(),
        transcripts: episode.transcripts.iter().map(transcript).collect(),
        comments: vec![],
        partial: false,
        episode: fed(scene, episode.clone(), urls, marks, slugs),
    }
}

fn fed(scene: &Scene, episode: Episode, urls: &UrlMap, marks: Vec<Chapter>, slugs: &mut HashSet<String>) -> Episode {
    let wanted = hearthcast_model::slug::slug(&episode.title, "episode");
    let slug = hearthcast_model::slug::free_slug(&wanted, |slug| slugs.contains(slug));
    slugs.insert(slug.clone());
    let still = |still: &Picture| Image {
        href: urls.get(&still.file).unwrap().into_owned(),
        alt: still.alt.clone(),
        purpose: "poster".into(),
        ..Image::default()
    };
    let stills: Vec<Image> =
        episode.tags.alternate_enclosures.iter().filter_map(|one| one.poster.as_ref()).map(still).collect();
    let stills = stills.into_iter();
    Episode {
        show: episode.show,
        guid: episode.guid,
        guid_is_permalink: episode.guid_is_permalink,
        title: episode.title,
        itunes_title: episode.itunes_title,
        summary: episode.summary,
        slug,
        notes: html_notes(&format!("{}\n{}", episode.notes.safe.html.trim(), scene.show.notes_suffix.safe.html.trim())),
        season: episode.season,
        season_name: episode.season_name,
        number: episode.number,
        kind: episode.kind,
        explicit: episode.explicit,
        link: episode.link,
        publish_at_ms: episode.publish_at_ms,
        persons: episode.persons,
        blocked: episode.blocked,
        foreign: episode.foreign,
        tags: EpisodeTags {
            images: stills.chain(episode.tags.images.clone()).collect(),
            alternate_enclosures: episode
                .tags
                .alternate_enclosures
                .into_iter()
                .map(|one| alternate(scene, one, urls))
                .collect(),
            ..episode.tags
        },
        // Sound and pictures of our own are addresses in a feed.
        remote_audio: episode.remote_audio.or_else(|| sound(scene, episode.audio.as_ref()?, urls)),
        audio: None,
        // A feed has the address only.
        audio_edition: 0,
        image: None,
        // Songs stand among the chapters; hidden ones and those without a title are in the file alone.
        chapters: marks
            .into_iter()
            .map(|mark| Chapter { end_ms: None, picture: None, location: None, ..mark })
            .collect(),
        songs: vec![],
        chapters_file: None,
        transcripts: vec![],
        // An instant has no zone in RSS.
        zone: None,
        // What is in a feed is out.
        draft: false,
        // Words about a picture stand in the feed with the picture alone.
        image_alt: if episode.image.is_some() { alt(&episode.image_alt) } else { String::new() },
        image_sizes: vec![],
        image_from: None,
        videos: vec![],
        created_ms: NOW_MS,
        changed_ms: NOW_MS,
        extra: Default::default(),
    }
}

fn sound(scene: &Scene, file: &Attachment, urls: &UrlMap) -> Option<RemoteAudio> {
    let MediaFacts { size_bytes, mime, duration_ms, .. } = &scene.facts[&file.hash];
    let own = urls.get(file)?.into_owned();
    let url = if scene.show.prefix.is_empty() { own } else { prefixed(&scene.show.prefix, &own) };
    Some(RemoteAudio { url, size_bytes: *size_bytes, mime: mime.clone(), duration_ms: *duration_ms })
}

/// A file of our own is an address with its type, length and hash.
fn alternate(scene: &Scene, one: AlternateEnclosure, urls: &UrlMap) -> AlternateEnclosure {
    let Some(file) = &one.file else { return one };
    let facts = &scene.facts[&file.hash];
    let own = Source { uri: urls.get(file).unwrap().into_owned(), mime: String::new() };
    // `printf abc | openssl dgst -sha256 -binary | base64`
    let value = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=".into();
    AlternateEnclosure {
        mime: facts.mime.clone(),
        length_bytes: Some(facts.size_bytes),
        sources: std::iter::once(own).chain(one.sources.clone()).collect(),
        integrity: one.integrity.clone().or(Some(Integrity { kind: IntegrityKind::Sri, value })),
        file: None,
        poster: None,
        ..one
    }
}

/// Words about a picture as servers take them: one line of at most 1,000 bytes.
fn alt(text: &str) -> String {
    let mut kept = String::new();
    for letter in text.chars() {
        if kept.len() + letter.len_utf8() > 1000 {
            break;
        }
        kept.push(letter);
    }
    kept.replace(char::is_control, " ").trim().to_string()
}
