//! Pixels in memory: cut, scaled and turned upright.

use super::header::{PictureShape, Unusable};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

/// What the samples of a pixel mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Samples {
    /// One: grey.
    Grey,
    /// Three: red, green, blue.
    Rgb,
    /// Four: cyan, magenta, yellow, black; 255 is full ink.
    Ink,
}

impl Samples {
    /// Samples of a pixel, one byte each.
    pub fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
            Self::Ink => 4,
        }
    }

    fn pixel_type(self) -> PixelType {
        match self {
            Self::Grey => PixelType::U8,
            Self::Rgb => PixelType::U8x3,
            Self::Ink => PixelType::U8x4,
        }
    }
}

/// Pixels, row by row from the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// What they consist of.
    pub samples: Samples,
    /// All samples.
    pub data: Vec<u8>,
}

/// A part of a raster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// First column.
    pub left: u32,
    /// First row.
    pub top: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Raster {
    /// A region of it in another size; the same size copies.
    pub fn scaled(&self, region: Region, width: u32, height: u32) -> Result<Self, Unusable> {
        let failed = |_| Unusable::because("it could not be scaled");
        let kind = self.samples.pixel_type();
        let source = ImageRef::new(self.width, self.height, &self.data, kind).map_err(failed)?;
        let mut scaled = Image::new(width, height, kind);
        let Region { left, top, width: across, height: down } = region;
        // The fourth sample of ink is no transparency.
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
            .crop(left.into(), top.into(), across.into(), down.into())
            .use_alpha(false);
        let done = Resizer::new().resize(&source, &mut scaled, &options);
        done.map_err(|_| Unusable::because("it could not be scaled"))?;
        Ok(Self { width, height, samples: self.samples, data: scaled.into_vec() })
    }

    /// All of it in another size.
    pub fn all_scaled(&self, width: u32, height: u32) -> Result<Self, Unusable> {
        self.scaled(Region { left: 0, top: 0, width: self.width, height: self.height }, width, height)
    }

    /// Turned and mirrored as EXIF orientation 1..=8 asks.
    pub fn upright(self, orientation: u8) -> Self {
        if !(2..=8).contains(&orientation) {
            return self;
        }
        let stored = PictureShape { width: self.width, height: self.height, orientation };
        let (width, height) = stored.upright_size();
        let count = self.samples.count();
        let mut data = Vec::with_capacity(self.data.len());
        for y in 0..height {
            for x in 0..width {
                let (column, row) = stored.stored_at(x, y);
                let at = (row as usize * self.width as usize + column as usize) * count;
                data.extend_from_slice(&self.data[at..at + count]);
            }
        }
        Self { width, height, samples: self.samples, data }
    }
}

impl PictureShape {
    /// Width and height as a person sees them.
    pub fn upright_size(&self) -> (u32, u32) {
        if self.orientation >= 5 { (self.height, self.width) } else { (self.width, self.height) }
    }

    /// Where the pixel that a person sees at (x, y) is stored (EXIF 2.32, tag 274).
    fn stored_at(&self, x: u32, y: u32) -> (u32, u32) {
        let (right, bottom) = (self.width - 1, self.height - 1);
        match self.orientation {
            2 => (right - x, y),
            3 => (right - x, bottom - y),
            4 => (x, bottom - y),
            5 => (y, x),
            6 => (y, bottom - x),
            7 => (right - y, bottom - x),
            8 => (right - y, x),
            _ => (x, y),
        }
    }

    /// Where a region that a person sees is stored.
    pub fn stored_region(&self, seen: Region) -> Region {
        let first = self.stored_at(seen.left, seen.top);
        let last = self.stored_at(seen.left + seen.width - 1, seen.top + seen.height - 1);
        let (left, top) = (first.0.min(last.0), first.1.min(last.1));
        Region { left, top, width: first.0.abs_diff(last.0) + 1, height: first.1.abs_diff(last.1) + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_found_where_it_is_stored() {
        // 4 x 2 stored, seen 2 x 4 after a turn to the right: the top left of what is seen is the bottom left stored.
        let shape = PictureShape { width: 4, height: 2, orientation: 6 };
        let seen = Region { left: 0, top: 0, width: 2, height: 2 };
        assert_eq!(shape.upright_size(), (2, 4));
        assert_eq!(shape.stored_region(seen), Region { left: 0, top: 0, width: 2, height: 2 });
        let seen = Region { left: 0, top: 2, width: 1, height: 2 };
        assert_eq!(shape.stored_region(seen), Region { left: 2, top: 1, width: 2, height: 1 });
    }

    #[test]
    fn turning_keeps_every_pixel() {
        let raster = Raster { width: 3, height: 2, samples: Samples::Grey, data: vec![1, 2, 3, 4, 5, 6] };
        for (orientation, seen) in [
            (1, [1, 2, 3, 4, 5, 6]),
            (2, [3, 2, 1, 6, 5, 4]),
            (3, [6, 5, 4, 3, 2, 1]),
            (4, [4, 5, 6, 1, 2, 3]),
            (5, [1, 4, 2, 5, 3, 6]),
            (6, [4, 1, 5, 2, 6, 3]),
            (7, [6, 3, 5, 2, 4, 1]),
            (8, [3, 6, 2, 5, 1, 4]),
        ] {
            assert_eq!(raster.clone().upright(orientation).data, seen, "{orientation}");
        }
    }
}
