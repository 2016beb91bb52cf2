//! What the library knows of a sound already, so that nobody listens to the same bytes twice.

use crate::Studio;
use crate::studio::task_failed;
use hearthcast_library::{course, media};
use hearthcast_media::Probed;
use hearthcast_media::probe::Known;
use hearthcast_model::course::{LoudnessCurve, PeaksPart, zoomed};
use hearthcast_model::hash::Hasher;
use hearthcast_model::{Cancel, Error, Result, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

impl Studio {
    /// What an earlier listening found in these bytes, as far as today's analysis would find the same.
    pub(crate) async fn known_sound(&self, hash: &Sha256) -> Result<Option<Known>> {
        let found = (
            media::get(self.library(), hash).await?,
            media::peaks(self.library(), hash).await?,
            course::get(self.library(), hash).await?,
        );
        let (Some(known), Some(peaks), Some(course)) = found else { return Ok(None) };
        Ok(Some(Known::new(known.facts, peaks, &course)).filter(Known::is_of_today))
    }

    /// The same of a file anywhere. It is hashed only when the library knows a sound as long as it.
    pub(crate) async fn known_file(&self, path: &Path, cancel: &Cancel) -> Result<Option<Known>> {
        let about = std::fs::metadata(path).ok().filter(|about| about.is_file() && about.len() > 0);
        let Some(about) = about else { return Ok(None) };
        if !media::knows_sound_of(self.library(), about.len()).await? {
            return Ok(None);
        }
        let (path, stopped) = (path.to_path_buf(), cancel.clone());
        let hash = tokio::task::spawn_blocking(move || hash_of_file(&path, &stopped)).await;
        match hash.map_err(|e| task_failed(&e))? {
            Some(hash) => self.known_sound(&hash).await,
            None => Ok(None),
        }
    }

    /// How loud a sound is from second to second.
    pub async fn loudness_curve(&self, hash: &str) -> Result<LoudnessCurve> {
        let hash = crate::read::parse_hash(hash)?;
        course::curve(self.library(), &hash).await?.ok_or_else(|| Error::not_found("loudness curve", hash.as_str()))
    }

    /// The part of a sound's waveform between two times, of the zoom that fits so many slices there.
    pub async fn waveform(&self, hash: &str, from_ms: i64, to_ms: i64, slices: u32) -> Result<PeaksPart> {
        let ordinary = self.peaks(hash).await?;
        let fine = course::fine(self.library(), &crate::read::parse_hash(hash)?).await?;
        Ok(zoomed(fine.as_ref(), &ordinary, from_ms, to_ms, slices))
    }
}

/// Keeps what was found in a sound beside its facts.
pub(crate) async fn keep_sound(tx: &mut hearthcast_library::WriteTx, probed: &Probed) -> Result<()> {
    let hash = &probed.facts.sha256;
    if let Some(peaks) = &probed.peaks {
        tx.put_peaks(hash, peaks).await?;
    }
    if let Some(course) = &probed.course {
        tx.put_course(hash, course).await?;
    }
    Ok(())
}

/// `None` where it cannot be read: who looks at it says why.
fn hash_of_file(path: &PathBuf, stopped: &Cancel) -> Option<Sha256> {
    let (mut file, mut hasher) = (File::open(path).ok()?, Hasher::new());
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer).ok()? {
            0 => return Some(hasher.finish()),
            _ if stopped.is_cancelled() => return None,
            read => hasher.update(&buffer[..read]),
        }
    }
}
