//! A further format that another program makes must not stop an episode: where that program is missing or fails, the format is
//! left out, and said.

use super::m4a;
use crate::MediaError;
use crate::ffmpeg::NoFfmpeg;
use hearthcast_model::AudioFormat;
use hearthcast_model::facts::Finding;
use std::path::Path;

/// There is no program for it.
pub fn no_program(source: &Path, why: &NoFfmpeg) -> MediaError {
    let why = format!("an M4A is made by the program ffmpeg, and {why}");
    MediaError::Encoder { path: source.to_string_lossy().into(), why }
}

/// Whether the others are made without this format.
pub fn may_be(format: AudioFormat, why: &MediaError) -> bool {
    format == AudioFormat::M4a && matches!(why, MediaError::Encoder { .. } | MediaError::Undecodable { .. })
}

/// What is said of it.
pub fn finding(format: AudioFormat, why: &MediaError) -> Finding {
    let reason = match (m4a::available(), why) {
        (Err(missing), _) => format!("it is made by the program ffmpeg, and {missing}"),
        (Ok(()), MediaError::Encoder { why, .. }) => why.clone(),
        (Ok(()), why) => why.to_string().trim_end_matches('.').to_owned(),
    };
    let message = format!("The format {} was left out: {reason}.", format.ext().to_uppercase());
    Finding { code: "media.format_left_out".into(), message, at_ms: None }
}
