//! The program of libheif that makes a PNG of an AVIF or HEIC picture (`heif-dec`; before version 1.18 it is `heif-convert`), where
//! it is installed. Unlike ffmpeg it puts a telephone's tiles together, turns and cuts the picture as the file says, and keeps what
//! is transparent. It is never required.
//!
//! It runs as a child of the worker, in the worker's own limits, and writes into a folder that the worker's caller made and
//! removes.

use crate::ffmpeg::run_told;
use crate::programs;
use serde::{Deserialize, Serialize};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Where the program is, when it is not to be searched for.
pub const VARIABLE: &str = "HEARTHCAST_HEIF";
/// Newest name first.
const NAMES: [&str; 2] = ["heif-dec", "heif-convert"];
/// Bytes of its words that are read.
const MOST_WORDS: usize = 64 * 1024;

/// Searches for it, as for ffmpeg.
pub fn find() -> Option<PathBuf> {
    programs::find(VARIABLE, &NAMES)
}

/// The program, and where it may write.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Libheif {
    /// The program.
    #[serde(with = "crate::worker::path_text")]
    program: PathBuf,
    /// An empty folder.
    #[serde(with = "crate::worker::path_text")]
    scratch: PathBuf,
}

impl Libheif {
    /// That program, writing into that folder.
    pub fn new(program: PathBuf, scratch: PathBuf) -> Self {
        Self { program, scratch }
    }

    /// The picture of a file as PNG, upright, at most `most` bytes of it; `None` where it does not decode it, or finds several
    /// in it. While it runs, a sign of life is given every few seconds.
    ///
    /// # Errors
    ///
    /// When it cannot be started, or what it made cannot be read.
    pub(crate) fn to_png(&self, file: &Path, most: u64, sign: &mut dyn FnMut()) -> io::Result<Option<Vec<u8>>> {
        let png = self.scratch.join("picture.png");
        let mut command = programs::bare(&self.program);
        command.arg(std::path::absolute(file)?).arg(&png);
        if !run_told(&mut command, MOST_WORDS, sign)?.2 {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        match std::fs::File::open(&png) {
            Ok(written) => written.take(most + 1).read_to_end(&mut bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        std::fs::remove_file(&png)?;
        Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= most))
    }
}
