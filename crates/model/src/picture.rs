//! Pictures of a record: the published file with its smaller copies, which part of the picture the author chose, and the
//! file it was made from: enough to choose anew later.

use crate::Sha256;
use crate::chapter::Rendition;
use crate::show::Attachment;
use serde::{Deserialize, Serialize};

/// A square part of a picture, in pixels of the picture as a person sees it (upright).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Square {
    /// First column.
    pub left: u32,
    /// First row.
    pub top: u32,
    /// Columns, and rows; in an edit, 0 means none was chosen.
    pub side: u32,
}

impl Square {
    /// The nearest square that lies inside a picture of this size.
    pub fn inside(self, width: u32, height: u32) -> Self {
        let side = self.side.min(width).min(height).max(1);
        let (most_left, most_top) = (width.saturating_sub(side), height.saturating_sub(side));
        Self { left: self.left.min(most_left), top: self.top.min(most_top), side }
    }
}

/// What a published picture was made from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PictureFrom {
    /// The author's file. It is kept in the library and never published.
    pub master: Sha256,
    /// The part that was chosen; without one a cover is the middle, an episode's picture the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub square: Option<Square>,
}

/// Which still of a video is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Poster {
    /// None.
    #[default]
    None,
    /// The first bright picture at certain places.
    Bright,
    /// The one at so many milliseconds.
    At(i64),
}

/// A picture as a record names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Picture {
    /// The published file.
    pub file: Attachment,
    /// Smaller copies, largest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sizes: Vec<Rendition>,
    /// What it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<PictureFrom>,
    /// What it shows, for those who do not see it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub alt: String,
}

impl Picture {
    /// The file and its smaller copies.
    pub fn files(&self) -> impl Iterator<Item = &Attachment> {
        std::iter::once(&self.file).chain(self.sizes.iter().map(|size| &size.file))
    }

    /// The same, to be changed.
    pub fn files_mut(&mut self) -> impl Iterator<Item = &mut Attachment> {
        std::iter::once(&mut self.file).chain(self.sizes.iter_mut().map(|size| &mut size.file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_is_moved_and_shrunk_into_the_picture() {
        let square = |left, top, side| Square { left, top, side };
        assert_eq!(square(10, 20, 100).inside(300, 200), square(10, 20, 100), "it lies inside already");
        assert_eq!(square(250, 150, 100).inside(300, 200), square(200, 100, 100), "moved");
        assert_eq!(square(50, 50, 900).inside(300, 200), square(50, 0, 200), "shrunk");
        assert_eq!(square(9, 9, 0).inside(1, 1), square(0, 0, 1), "never nothing");
        assert_eq!(square(u32::MAX, u32::MAX, u32::MAX).inside(300, 200), square(100, 0, 200));
    }
}
