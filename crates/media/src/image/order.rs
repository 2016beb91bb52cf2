//! What a picture is to become, and what was made of it.

use hearthcast_model::{MediaFacts, Square};
use serde::{Deserialize, Serialize};

/// What a picture is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A show's cover: always square.
    Cover,
    /// An episode's picture: any shape.
    Episode,
    /// The wide picture of a show's website: three times as wide as high.
    Banner,
    /// A favicon, or a picture beside a link: small, and transparent where it is.
    Icon,
    /// A picture in notes: any shape, as it came where browsers show it so.
    Notes,
}

/// Which part of a picture of another shape a cover or a banner keeps: 0 is the left or upper end, 1 the other, 0.5 the middle.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Crop {
    /// From left to right.
    pub across: f32,
    /// From top to bottom.
    pub down: f32,
}

impl Default for Crop {
    fn default() -> Self {
        Self { across: 0.5, down: 0.5 }
    }
}

/// What is made of a picture.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Copies {
    /// What is published, and smaller copies, in JPEG.
    #[default]
    Jpeg,
    /// The same, and copies nearly as large as the picture, which earlier versions made.
    Former,
    /// Copies for the places of a page in AVIF, and nothing else: that takes long.
    Avif,
}

/// What a picture is to become.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PictureOrder {
    /// What it is for.
    pub purpose: Purpose,
    /// Which part a cover keeps.
    #[serde(default)]
    pub crop: Crop,
    /// The part the author chose; counts more than `crop`.
    #[serde(default)]
    pub square: Option<Square>,
    /// What is made.
    #[serde(default)]
    pub copies: Copies,
}

impl PictureOrder {
    fn whole(purpose: Purpose) -> Self {
        Self { purpose, crop: Crop::default(), square: None, copies: Copies::Jpeg }
    }

    /// A cover of the middle.
    pub fn cover() -> Self {
        Self::whole(Purpose::Cover)
    }

    /// An episode's picture, whole.
    pub fn episode() -> Self {
        Self::whole(Purpose::Episode)
    }

    /// A banner of the middle.
    pub fn banner() -> Self {
        Self::whole(Purpose::Banner)
    }

    /// A small picture, whole.
    pub fn icon() -> Self {
        Self::whole(Purpose::Icon)
    }

    /// A picture in notes, whole.
    pub fn notes() -> Self {
        Self::whole(Purpose::Notes)
    }

    /// Copies in AVIF of what the same order publishes.
    pub fn in_avif(self) -> Self {
        Self { copies: Copies::Avif, ..self }
    }

    /// With all copies that earlier versions made.
    pub fn as_formerly(self) -> Self {
        Self { copies: Copies::Former, ..self }
    }

    /// Of this part of the picture, or as usual.
    pub fn part(self, square: Option<Square>) -> Self {
        Self { square, ..self }
    }
}

/// A picture file that was made, or is published as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct MadePicture {
    /// Facts of these bytes.
    pub facts: MediaFacts,
    /// The file.
    pub bytes: Vec<u8>,
}

/// What was made of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct PictureMade {
    /// Facts of the file given. Its findings say what a person should know about what was made.
    pub master: MediaFacts,
    /// What is published; `None` when that is the file as it came.
    pub picture: Option<MadePicture>,
    /// Smaller copies, largest first.
    pub sizes: Vec<MadePicture>,
}

impl PictureMade {
    /// What the published picture looks like while it is on its way.
    pub(crate) fn looks_like(&mut self, thumbhash: String) {
        self.picture.as_mut().map_or(&mut self.master, |made| &mut made.facts).thumbhash = thumbhash;
    }

    /// Facts of what is published.
    pub fn published(&self) -> &MediaFacts {
        self.picture.as_ref().map_or(&self.master, |made| &made.facts)
    }
}
