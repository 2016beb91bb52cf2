//! Speech of a sound written down by a program of this machine, where there is one. The library stays as it is: what was written is a
//! file, looked over and added like any other.

use crate::Studio;
use crate::studio::task_failed;
use crate::transcript_files::{form_to_write, put};
use hearthcast_media::speech::Speech;
use hearthcast_model::{Cancel, Code, Error, Progress, Result, TranscriptWritten};
use hearthcast_text::transcript::{About, Care, TranscriptError, handed, losses};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

impl Studio {
    /// Writes down what is said in a sound, into a file whose name says the form. `language`: a code such as `de`; it is heard without.
    pub async fn transcribe(
        &self,
        sound: &Path,
        to: &Path,
        language: Option<String>,
        force: bool,
        cancel: Cancel,
        progress: impl Fn(Progress) + Send + 'static,
    ) -> Result<TranscriptWritten> {
        let form = form_to_write(to)?;
        if to.exists() && !force {
            let message = format!("There is a file at {} already.", to.display());
            return Err(Error::new(Code::Taken, message).hint("Choose another name, or say that it may be replaced."));
        }
        if !sound.is_file() {
            let error = Error::new(Code::MediaUnreadable, format!("{} could not be read.", sound.display()));
            return Err(error.hint("Check that it is there and that you may read it."));
        }
        let language = language.map(|tag| language_of(&tag)).transpose()?;
        let settings = self.settings().await?;
        let chosen = |path: &Option<String>| path.as_ref().map(PathBuf::from);
        let (program, model) = (chosen(&settings.speech_program), chosen(&settings.speech_model));
        let sound = sound.to_owned();
        let made = tokio::task::spawn_blocking(move || -> Result<_> {
            let path = std::env::var_os("PATH");
            let speech = Speech::find(program.as_deref(), model.as_deref(), path.as_deref())?;
            let folder = Folder::new()?;
            let bytes = speech.write_down(&sound, language.as_deref(), &folder.0, &cancel, &mut |now| progress(now))?;
            let mut cues = handed(&bytes, None, None, Care::Taken)?.cues;
            if cues.is_empty() {
                return Err(TranscriptError::Empty.into());
            }
            cues.sort_by_key(|cue| cue.start_ms);
            let lost = losses(&cues, form).iter().map(|loss| loss.code().to_owned()).collect::<Vec<_>>();
            Ok((form.write(&cues, &About::default()), cues.len(), lost))
        });
        let (text, cues, losses) = made.await.map_err(|e| task_failed(&e))??;
        put(to, text.into_bytes(), force).await?;
        let (file, form) = (to.display().to_string(), form.ext().to_owned());
        Ok(TranscriptWritten { file, form, cues: cues as u32, losses, findings: vec![] })
    }
}

/// The program knows languages by two or three letters; nothing else is passed on.
fn language_of(tag: &str) -> Result<String> {
    let code = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    if (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase()) {
        return Ok(code);
    }
    Err(Error::new(Code::UsageInvalid, format!("\"{tag}\" is no language code.")).hint("Examples: en, de, pt-br."))
}

/// A folder of its own, gone when this is.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let nth = COUNT.fetch_add(1, Ordering::Relaxed);
        let now_ns = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_nanos());
        let path = std::env::temp_dir().join(format!("hearthcast-speech-{}-{nth}-{now_ns}", std::process::id()));
        let mut builder = std::fs::DirBuilder::new();
        // What is said in a sound may be private until it is published.
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(&path)
            .map_err(|e| Error::new(Code::LibraryFailed, format!("A temporary folder could not be made: {e}.")))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
