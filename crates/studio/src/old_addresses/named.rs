//! Files at other addresses that the tags of a show and its episodes name: trailers, pictures, pictures of people, other files of
//! an episode, and what a broadcast has. What no import brought stays where it is, and the feed of today goes on naming it. Pure.

use hearthcast_library::import::File;
use hearthcast_model::import::ImportKind;
use hearthcast_model::moving::OldKind;
use hearthcast_model::namespace::{EpisodeTags, Image, LiveItem};
use hearthcast_model::person::Person;
use hearthcast_model::{Episode, Show};
use url::Url;

/// What a file is, and where it lies.
pub(super) type Named<'a> = (OldKind, &'a str);

/// Those that the show itself names.
pub(super) fn by_show(show: &Show) -> Vec<Named<'_>> {
    let tags = &show.tags;
    let mut all: Vec<Named<'_>> = tags.trailers.iter().map(|one| (OldKind::Sound, one.url.as_str())).collect();
    all.extend(of_images(&tags.images));
    all.extend(of_people(&show.persons));
    all.extend(tags.live_items.iter().flat_map(of_broadcast));
    all.retain(|(_, url)| is_web(url));
    all
}

/// Those that an episode names.
pub(super) fn by_episode(episode: &Episode) -> Vec<Named<'_>> {
    let mut all = of_tags(&episode.tags);
    all.extend(of_people(&episode.persons));
    all.retain(|(_, url)| is_web(url));
    all
}

/// What an imported file is.
pub(super) fn kind_of(file: &File) -> OldKind {
    match file.kind {
        ImportKind::Sound | ImportKind::Elsewhere | ImportKind::Trailer => OldKind::Sound,
        ImportKind::Further | ImportKind::Alternate => of_type(&file.about.mime),
        ImportKind::Cover
        | ImportKind::Picture
        | ImportKind::ChapterPicture
        | ImportKind::NotesPicture
        | ImportKind::TagPicture => OldKind::Picture,
        ImportKind::Chapters | ImportKind::Transcript => OldKind::Text,
    }
}

fn of_tags(tags: &EpisodeTags) -> Vec<Named<'_>> {
    let mut all: Vec<Named<'_>> = of_images(&tags.images).collect();
    for other in &tags.alternate_enclosures {
        all.extend(other.sources.iter().map(|source| (of_type(source.mime_in(other)), source.uri.as_str())));
    }
    all
}

fn of_broadcast(live: &LiveItem) -> Vec<Named<'_>> {
    let mut all = of_tags(&live.tags);
    all.extend(of_people(&live.persons));
    all.extend(live.transcripts.iter().map(|one| (OldKind::Text, one.url.as_str())));
    all.push((OldKind::Text, live.chapters_url.as_str()));
    all.push((OldKind::Sound, live.stream_url.as_str()));
    all
}

fn of_images(images: &[Image]) -> impl Iterator<Item = Named<'_>> {
    images.iter().map(|image| (OldKind::Picture, image.href.as_str()))
}

fn of_people(people: &[Person]) -> impl Iterator<Item = Named<'_>> {
    people.iter().map(|person| (OldKind::Picture, person.img.as_str()))
}

/// Another file of an episode is heard, or seen as a film, unless its type says otherwise.
fn of_type(mime: &str) -> OldKind {
    match mime {
        "application/pdf" | "application/epub+zip" => OldKind::Text,
        text if text.starts_with("text/") => OldKind::Text,
        picture if picture.starts_with("image/") => OldKind::Picture,
        _ => OldKind::Sound,
    }
}

/// Nobody is asked for what is found by `ipfs:` or `magnet:`, and no account holds it.
fn is_web(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::ShowId;
    use hearthcast_model::namespace::{AlternateEnclosure, RemoteTranscript, Source, Trailer};

    fn person(img: &str) -> Person {
        Person { name: "Ada".into(), img: img.into(), ..Person::default() }
    }

    fn image(href: &str) -> Image {
        Image { href: href.into(), ..Image::default() }
    }

    fn other(mime: &str, sources: &[(&str, &str)]) -> AlternateEnclosure {
        let source = |(uri, mime): &(&str, &str)| Source { uri: (*uri).into(), mime: (*mime).into() };
        let sources = sources.iter().map(source).collect();
        AlternateEnclosure { mime: mime.into(), sources, ..AlternateEnclosure::default() }
    }

    #[test]
    fn every_file_that_an_episode_names_is_found_and_nothing_without_an_address() {
        let show = ShowId::parse("01900000-0000-7000-8000-000000000001").unwrap();
        let mut episode = Episode::new(show, "g", "t", "s", 1);
        assert_eq!(by_episode(&episode), []);
        episode.persons = vec![person("https://a.example/ada.jpg"), person("")];
        episode.tags.images = vec![image("https://a.example/wide.jpg")];
        episode.tags.alternate_enclosures = vec![
            other("audio/opus", &[("https://a.example/1.opus", ""), ("ipfs://QmX", "")]),
            other("video/mp4", &[("http://b.example/1.mp4", "")]),
            other("audio/mpeg", &[("https://b.example/words", "text/html")]),
            other("application/pdf", &[("https://b.example/1.pdf", "")]),
        ];
        let wanted = [
            (OldKind::Picture, "https://a.example/wide.jpg"),
            (OldKind::Sound, "https://a.example/1.opus"),
            (OldKind::Sound, "http://b.example/1.mp4"),
            (OldKind::Text, "https://b.example/words"),
            (OldKind::Text, "https://b.example/1.pdf"),
            (OldKind::Picture, "https://a.example/ada.jpg"),
        ];
        assert_eq!(by_episode(&episode), wanted);
    }

    #[test]
    fn a_show_names_trailers_pictures_people_and_what_its_broadcasts_have() {
        let mut show = Show::new("Sea", "sea", 1);
        assert_eq!(by_show(&show), []);
        show.persons = vec![person("https://a.example/ada.jpg")];
        show.tags.images = vec![image("https://a.example/banner.jpg")];
        show.tags.trailers = vec![Trailer { url: "https://a.example/soon.mp3".into(), ..Trailer::default() }];
        let transcript = RemoteTranscript { url: "https://a.example/live.vtt".into(), ..RemoteTranscript::default() };
        show.tags.live_items = vec![LiveItem {
            persons: vec![person("https://a.example/bo.jpg")],
            transcripts: vec![transcript],
            stream_url: "https://a.example/live.mp3".into(),
            ..LiveItem::default()
        }];
        let wanted = [
            (OldKind::Sound, "https://a.example/soon.mp3"),
            (OldKind::Picture, "https://a.example/banner.jpg"),
            (OldKind::Picture, "https://a.example/ada.jpg"),
            (OldKind::Picture, "https://a.example/bo.jpg"),
            (OldKind::Text, "https://a.example/live.vtt"),
            (OldKind::Sound, "https://a.example/live.mp3"),
        ];
        assert_eq!(by_show(&show), wanted);
    }
}
