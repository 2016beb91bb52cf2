//! What `/api/v1` tells of an episode besides: its picture, its people, its transcripts, how large its sound is.

use crate::public::api::picture::Pictures;
use crate::public::api::v1::{PersonV1, PictureV1, TranscriptV1};
use hearthcast_model::{Episode, Show};

/// What players and pages show besides.
#[derive(Debug)]
pub(in crate::public::api) struct MoreView {
    /// The episode's people, or where it names none, the show's.
    pub(in crate::public::api) persons: Vec<PersonV1>,
    pub(in crate::public::api) transcripts: Vec<TranscriptV1>,
    /// The episode's picture, or the show's.
    pub(in crate::public::api) picture: Option<PictureV1>,
    /// Bytes of the sound.
    pub(in crate::public::api) size_bytes: u64,
    /// Web page of the episode; empty where there is none.
    pub(in crate::public::api) link: String,
}

pub(super) fn more(show: &Show, body: &Episode, size_bytes: u64, pictures: &Pictures) -> MoreView {
    let persons = if body.persons.is_empty() { &show.persons } else { &body.persons };
    let or = |text: &str, usual: &str| if text.is_empty() { usual.to_string() } else { text.to_string() };
    let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
    let person = |person: &hearthcast_model::Person| PersonV1 {
        name: person.name.clone(),
        role: or(&person.role, "host"),
        group: or(&person.group, "cast"),
        image: some(&person.img),
        url: some(&person.href),
    };
    let transcript = |one: &hearthcast_model::Transcript| {
        let facts = pictures.facts.get(&one.file.hash)?;
        Some(TranscriptV1 {
            url: pictures.urls.get(&one.file)?.into_owned(),
            mime: facts.mime.clone(),
            language: or(&one.language, &show.language),
            captions: one.captions,
        })
    };
    let own = body.image.as_ref().and_then(|image| pictures.offered(image, &body.image_sizes, &body.image_alt));
    MoreView {
        picture: own.or_else(|| pictures.offered(show.cover.as_ref()?, &show.cover_sizes, &show.cover_alt)),
        persons: persons.iter().map(person).collect(),
        transcripts: body.transcripts.iter().filter_map(transcript).collect(),
        size_bytes,
        link: body.link.clone(),
    }
}
