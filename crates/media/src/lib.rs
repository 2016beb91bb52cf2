//! A file in, what is known about it out: recognised by content, measured by decoding, its tags read. And a recording
//! in, the file listeners get out ([`process`]).
//!
//! The way of an MP3 through the folders: [`mod@probe`] (opened, recognised, or refused by name) → `audio` (tags around
//! it measured, frames walked, decoded, loudness and peaks) → `tags` (title, cover, chapters). Recordings of other kinds
//! go through `audio/recording`. Pictures for covers go through `image`. [`worker`] runs all this in a process of its
//! own, because every file is hostile until checked.
//!
//! Video files are looked at by [`video`]; nothing of them is encoded here.
//!
//! [`speech`] asks a program of this machine to write down what is said, where there is one.
//!
//! Nothing here knows the library or uses the network, and only `process` writes a file: the one it was told to make.
//! Everything is blocking; memory does not grow with the length of the sound.

mod audio;
mod error;
pub mod ffmpeg;
#[doc(hidden)]
pub mod from_bytes;
mod image;
pub mod libheif;
pub mod probe;
pub mod process;
mod programs;
pub mod speech;
mod tags;
pub mod video;
pub mod worker;

pub use audio::damaged_ms;
pub use error::MediaError;
pub use hearthcast_model::facts::Peaks;
pub use hearthcast_model::{Cancel, MediaFacts, Progress};
pub use image::{
    Copies, Crop, LEAST_COVER_SIDE, LIGHT_BYTES, MOST_SIDE, MadePicture, PictureMade, PictureOrder, Purpose,
    placeholder_png, said_pixels,
};
pub use probe::{Cover, Probed, probe};

/// Version of this analysis; stored with every [`MediaFacts`], raised when the same bytes would give other facts.
pub const ANALYZER_VERSION: u32 = 4;
