//! Transcripts as files: looked over, turned from any form into any other. The library stays as it is.

use crate::change_transcript::changed;
use crate::studio::task_failed;
use crate::{Studio, texts};
use hearthcast_model::{Code, Error, Result, TranscriptChange, TranscriptFinding, TranscriptLook, TranscriptWritten};
use hearthcast_text::transcript::{
    About, Care, Finding, Form, MAX_BYTES, Note, Place, TranscriptError, findings, handed, losses, speakers,
};
use std::io::Write;
use std::path::Path;

impl Studio {
    /// Looks a file over. `length_ms` is that of the sound it belongs to, where that is known.
    pub async fn look_at_transcript_file(&self, path: &Path, length_ms: Option<i64>) -> Result<TranscriptLook> {
        let bytes = texts::bytes_of(path, MAX_BYTES).await?;
        let named = named(path);
        let look = tokio::task::spawn_blocking(move || look_of(&bytes, named, length_ms, &[]));
        look.await.map_err(|e| task_failed(&e))?
    }

    /// Turns a file into another form, which the new name says, after these changes in their order.
    pub async fn convert_transcript(
        &self,
        from: &Path,
        to: &Path,
        changes: Vec<TranscriptChange>,
        length_ms: Option<i64>,
        force: bool,
    ) -> Result<TranscriptWritten> {
        let form = form_to_write(to)?;
        let (bytes, was) = (texts::bytes_of(from, MAX_BYTES).await?, named(from));
        let title = from.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let made = tokio::task::spawn_blocking(move || converted(&bytes, was, form, &changes, length_ms, &title));
        let (text, mut written) = made.await.map_err(|e| task_failed(&e))??;
        put(to, text.into_bytes(), force).await?;
        written.file = to.display().to_string();
        Ok(written)
    }

    /// Writes a transcript of an episode as a file of another form.
    pub async fn save_transcript(
        &self,
        show: &str,
        which: &str,
        index: u32,
        to: &Path,
        force: bool,
    ) -> Result<TranscriptWritten> {
        let form = form_to_write(to)?;
        let record = self.episode(show, which).await?;
        let cues = self.cues_at(&record.body, index).await?;
        let language = self.show_view(show).await?.show.language;
        let said = &record.body.transcripts[index as usize].language;
        let language = if said.is_empty() { language } else { said.clone() };
        let people: Vec<&str> = record.body.persons.iter().map(|person| person.name.as_str()).collect();
        let about = About { title: &record.body.title, language: &language, people: &people };
        put(to, form.write(&cues, &about).into_bytes(), force).await?;
        let losses = losses(&cues, form).iter().map(|loss| loss.code().to_owned()).collect();
        let (file, form, cues) = (to.display().to_string(), form.ext().to_owned(), cues.len() as u32);
        Ok(TranscriptWritten { file, form, cues, losses, findings: vec![] })
    }
}

fn converted(
    bytes: &[u8],
    named: Option<Form>,
    form: Form,
    changes: &[TranscriptChange],
    length_ms: Option<i64>,
    title: &str,
) -> Result<(String, TranscriptWritten)> {
    let read = handed(bytes, named, length_ms, Care::Taken)?;
    if read.cues.is_empty() {
        return Err(TranscriptError::Empty.into());
    }
    let found = findings(&read.cues, &read.notes, length_ms, &[]);
    let mut cues = read.cues;
    cues.sort_by_key(|cue| cue.start_ms);
    for change in changes {
        cues = changed(&cues, change)?;
    }
    let mut losses: Vec<String> = losses(&cues, form).iter().map(|loss| loss.code().to_owned()).collect();
    if read.notes.contains(&Note::Extras) {
        losses.push("extras".into());
    }
    let about = About { title, ..About::default() };
    let findings = found.iter().map(finding).collect();
    let (file, cues_now) = (String::new(), cues.len() as u32);
    let written = TranscriptWritten { file, form: form.ext().into(), cues: cues_now, losses, findings };
    Ok((form.write(&cues, &about), written))
}

/// What there is to say about a file.
pub(crate) fn look_of(
    bytes: &[u8],
    named: Option<Form>,
    length_ms: Option<i64>,
    people: &[String],
) -> Result<TranscriptLook> {
    let read = handed(bytes, named, length_ms, Care::Looked)?;
    if read.cues.is_empty() {
        return Err(TranscriptError::Empty.into());
    }
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let found = findings(&read.cues, &read.notes, length_ms, &people);
    Ok(TranscriptLook {
        form: read.form.ext().into(),
        cues: read.cues.len() as u32,
        speakers: speakers(&read.cues).into_iter().map(str::to_owned).collect(),
        word_times: read.cues.iter().any(|cue| !cue.words.is_empty()),
        findings: found.iter().map(finding).collect(),
    })
}

fn finding(found: &Finding) -> TranscriptFinding {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let (line, cue, at_ms) = match found.place {
        Place::File => (None, None, None),
        Place::Line(line) => (Some(number(line)), None, None),
        Place::Cue(n, at_ms) => (None, Some(number(n)), Some(at_ms)),
    };
    TranscriptFinding {
        code: found.fault.code().into(),
        message: found.fault.message(&found.about),
        hint: found.fault.hint().into(),
        line,
        cue,
        at_ms,
        about: found.about.clone(),
    }
}

fn named(path: &Path) -> Option<Form> {
    Form::of_name(&path.file_name()?.to_string_lossy())
}

pub(crate) fn form_to_write(path: &Path) -> Result<Form> {
    named(path).ok_or_else(|| {
        let endings = Form::ALL.map(|form| format!(".{}", form.ext())).join(", ");
        let message = format!("{} has no ending of a transcript.", path.display());
        Error::new(Code::UsageInvalid, message).hint(format!("The ending says the form: {endings}."))
    })
}

/// Writes a file whole, or not at all; over another one only when somebody said so.
pub(crate) async fn put(path: &Path, bytes: Vec<u8>, force: bool) -> Result<()> {
    let path = path.to_path_buf();
    let put = move || {
        if path.exists() && !force {
            let message = format!("There is a file at {} already.", path.display());
            return Err(Error::new(Code::Taken, message).hint("Choose another name, or say that it may be replaced."));
        }
        let beside = path.with_extension(format!("{}.part", std::process::id()));
        let write = || {
            let mut file = std::fs::File::create(&beside)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            std::fs::rename(&beside, &path)
        };
        let done = write();
        done.map_err(|error| {
            let _ = std::fs::remove_file(&beside);
            let message = format!("{} could not be written: {error}.", path.display());
            Error::new(Code::LibraryFailed, message).hint("Choose a folder you may write to, with room on its disk.")
        })
    };
    tokio::task::spawn_blocking(put).await.map_err(|e| task_failed(&e))?
}
