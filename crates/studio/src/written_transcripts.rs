//! Transcripts that are written from others: JSON and pages for apps that read those. Nobody corrects them; they follow the
//! captions of their language in every change, and go with the last of them.

use crate::follow_recording::cues_in;
use crate::studio::task_failed;
use crate::texts::Kept;
use crate::{Studio, texts};
use hearthcast_library::files;
use hearthcast_model::{Episode, Result, Transcript};
use hearthcast_text::published;
use hearthcast_text::transcript::{About, Cue, Form, Format, MAX_BYTES, write};

/// Whether a transcript is written from others; it has no life of its own.
pub(crate) fn is_written(transcript: &Transcript) -> bool {
    Format::of_ext(&transcript.file.ext).is_some_and(|format| !format.is_captions())
}

/// Takes those away whose captions are gone; they come back.
pub(crate) fn without_orphans(transcripts: &mut Vec<Transcript>) -> Vec<Transcript> {
    let captions: Vec<String> =
        transcripts.iter().filter(|one| !is_written(one)).map(|one| one.language.clone()).collect();
    transcripts.extract_if(.., |one| is_written(one) && !captions.contains(&one.language)).collect()
}

/// What was written from captions goes along with them into another language, unless that has one of this form or others stay behind.
pub(crate) fn go_along(before: &[Transcript], now: &mut [Transcript]) {
    for index in 0..now.len() {
        let one = now[index].clone();
        let stays = |other: &Transcript| !is_written(other) && other.language == one.language;
        if !is_written(&one) || now.iter().any(stays) {
            continue;
        }
        let left = |other: &&Transcript| {
            !is_written(other) && before.iter().any(|was| was.file == other.file && was.language == one.language)
        };
        let Some(language) = now.iter().find(left).map(|other| other.language.clone()) else { continue };
        let moved = Transcript { language, ..one };
        if !now.iter().any(|other| other.stands_for(&moved)) {
            now[index] = moved;
        }
    }
}

/// The file: a page says its language, where the transcript does.
fn text_of(format: Format, cues: &[Cue], language: &str) -> String {
    match format {
        Format::Html => Form::Html.write(cues, &About { language, ..About::default() }),
        other => write(other, cues),
    }
}

impl Studio {
    /// Writes anew what is written from captions; new files come back. Captions that are not on this disk change nothing.
    pub(crate) async fn write_forms(&self, episode: &mut Episode) -> Result<Vec<(Kept, String)>> {
        without_orphans(&mut episode.transcripts);
        let (mut all, mut gone) = (vec![], vec![]);
        for index in 0..episode.transcripts.len() {
            let Transcript { file, language, .. } = &episode.transcripts[index];
            let Some(format) = Format::of_ext(&file.ext).filter(|format| !format.is_captions()) else { continue };
            let captions = episode.transcripts.iter().filter(|one| one.language == *language && !is_written(one));
            // WebVTT has the times of words, SubRip has none.
            let Some(source) = captions.min_by_key(|one| one.file.ext != Format::Vtt.ext()) else { continue };
            let Ok(bytes) = texts::bytes_of(&files::path(self.root(), &source.file.hash), MAX_BYTES).await else {
                continue;
            };
            let language = language.clone();
            // What cannot be written, or not be read again, is not offered; old words must not stay in it.
            let written = tokio::task::spawn_blocking(move || {
                let text = text_of(format, &cues_in(&bytes).ok()?, &language);
                published(format.mime(), text.as_bytes()).is_ok().then_some(text)
            });
            let Some(text) = written.await.map_err(|e| task_failed(&e))? else {
                gone.push(index);
                continue;
            };
            let kept = self.keep_text(text.into_bytes(), format.mime()).await?;
            if kept.facts.sha256 != file.hash {
                let name = file.name.clone();
                episode.transcripts[index].file = kept.attachment(&name);
                all.push((kept, "written from captions".to_owned()));
            }
        }
        for index in gone.into_iter().rev() {
            episode.transcripts.remove(index);
        }
        Ok(all)
    }
}
