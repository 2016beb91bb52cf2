//! Places on a page that pictures are shown in, and the copies that are made for them: as wide as the place, for screens of
//! one, two and three dots a pixel, and never nearly as wide as the picture itself.

use crate::chapter::Rendition;

/// A place on a page, pixels of the page (CSS).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// What front ends call it.
    pub name: &'static str,
    /// Widest.
    pub width: u32,
    /// Highest.
    pub height: u32,
}

/// The text's full width, and one picture of a gallery.
pub const PAGE: Slot = Slot { name: "page", width: 1110, height: 740 };
/// Beside others in a list or a gallery.
pub const THUMBNAIL: Slot = Slot { name: "thumbnail", width: 120, height: 80 };
/// All of them.
pub const ALL: [Slot; 2] = [PAGE, THUMBNAIL];

/// Dots a pixel that screens have.
const DENSITIES: [u32; 3] = [1, 2, 3];

impl Slot {
    /// How wide a picture is shown here: as wide as the place, or as its height allows. At least one pixel.
    pub fn fitting_width(self, width: u32, height: u32) -> u32 {
        let (across, down) = (u64::from(width.max(1)), u64::from(height.max(1)));
        let (slot_width, slot_height) = (u64::from(self.width), u64::from(self.height));
        if across * slot_height > down * slot_width {
            return self.width;
        }
        let rounded = (slot_height * across + down / 2) / down;
        u32::try_from(rounded).unwrap_or(self.width).clamp(1, self.width)
    }

    /// Widths of the copies of a picture for this place, ascending: none above 0.8 of its own.
    pub fn widths(self, width: u32, height: u32) -> Vec<u32> {
        let fitting = self.fitting_width(width, height);
        DENSITIES.into_iter().map(|density| fitting * density).filter(|copy| is_clearly_smaller(*copy, width)).collect()
    }

    /// What is wider than this is of no use here: three times as wide as the place.
    pub fn widest(self, (width, height): (u32, u32)) -> u32 {
        (self.fitting_width(width, height) + 1) * 3
    }

    /// Which of the copies with this ending are offered here, narrowest first: from as wide as the place to three times
    /// that, one of each width, none nearly as wide as the picture. None where all are too small: the picture itself is.
    pub fn choice<'a>(self, (width, height): (u32, u32), sizes: &'a [Rendition], ext: &str) -> Vec<&'a Rendition> {
        let fitting = self.fitting_width(width, height);
        // A picture made lighter may be a pixel off the shape its copies were made from.
        let range = fitting.saturating_sub(1)..=self.widest((width, height));
        let fits = |wide: u32| range.contains(&wide) && is_offered(wide, width);
        let mut fit: Vec<&Rendition> =
            sizes.iter().filter(|size| size.file.ext == ext && fits(size.width_px)).collect();
        fit.sort_by_key(|size| size.width_px);
        fit.dedup_by_key(|size| size.width_px);
        fit
    }
}

/// Whether a copy is clearly smaller than its picture: no more than 0.8 of it.
pub fn is_clearly_smaller(copy: u32, picture: u32) -> bool {
    u64::from(copy) * 10 <= u64::from(picture) * 8
}

/// Whether a copy is offered beside its picture: earlier versions made some that are nearly as wide. One that is as wide, or
/// wider, was made before the picture was made lighter.
pub fn is_offered(copy: u32, picture: u32) -> bool {
    copy >= picture || is_clearly_smaller(copy, picture)
}

/// Widths of all copies of a picture that any place needs, ascending.
pub fn widths(width: u32, height: u32) -> Vec<u32> {
    let mut all: Vec<u32> = ALL.into_iter().flat_map(|slot| slot.widths(width, height)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sha256;
    use crate::show::Attachment;

    #[test]
    fn copies_are_as_wide_as_their_place() {
        // MEDIA.md §1, "Image renditions": 4000 x 6000 in 120 x 80.
        assert_eq!(THUMBNAIL.widths(4000, 6000), [53, 106, 159]);
        // Wider than the place: its width counts.
        assert_eq!(THUMBNAIL.widths(6000, 4000), [120, 240, 360]);
        assert_eq!(THUMBNAIL.widths(6000, 1000), [120, 240, 360]);
        assert_eq!(PAGE.widths(3000, 3000), [740, 1480, 2220]);
        assert_eq!(widths(3000, 3000), [80, 160, 240, 740, 1480, 2220]);
    }

    #[test]
    fn none_is_nearly_as_wide_as_the_picture() {
        // 0.8 x 1850 = 1480: exactly that is made, one more is not.
        assert_eq!(PAGE.widths(1850, 1850), [740, 1480]);
        assert_eq!(PAGE.widths(1849, 1849), [740]);
        // 0.8 x 1387 = 1109.6.
        assert_eq!(PAGE.widths(1387, 100), Vec::<u32>::new());
        assert_eq!(PAGE.widths(1388, 100), [1110]);
        assert_eq!(widths(60, 60), Vec::<u32>::new(), "nothing is blown up");
    }

    #[test]
    fn slender_and_empty_pictures_have_a_width() {
        assert_eq!(PAGE.fitting_width(1, u32::MAX), 1);
        assert_eq!(PAGE.fitting_width(u32::MAX, 1), 1110);
        assert_eq!(PAGE.fitting_width(0, 0), 740);
        assert_eq!(PAGE.widths(0, 0), Vec::<u32>::new());
    }

    fn copy(width_px: u32, height_px: u32, ext: &str) -> Rendition {
        let file = Attachment { hash: Sha256::of(b""), name: "a".into(), ext: ext.into() };
        Rendition { width_px, height_px, file }
    }

    #[test]
    fn a_place_is_offered_what_fits_it() {
        let all: Vec<Rendition> = [2220, 1480, 1400, 740, 600, 300, 240, 160, 150, 80]
            .into_iter()
            .flat_map(|side| [copy(side, side, "jpg"), copy(side, side, "avif")])
            .chain([copy(740, 740, "jpg")])
            .collect();
        let widths = |slot: Slot, ext| -> Vec<u32> {
            slot.choice((3000, 3000), &all, ext).into_iter().map(|size| size.width_px).collect()
        };
        assert_eq!(widths(PAGE, "jpg"), [740, 1400, 1480, 2220]);
        assert_eq!(widths(THUMBNAIL, "avif"), [80, 150, 160, 240]);
        assert_eq!(widths(PAGE, "webp"), Vec::<u32>::new());
        assert_eq!(PAGE.choice((700, 700), &[copy(300, 300, "jpg")], "jpg"), Vec::<&Rendition>::new(), "too small");
    }

    #[test]
    fn what_earlier_versions_made_nearly_as_wide_is_not_offered() {
        let all = [copy(1400, 1400, "jpg"), copy(740, 740, "jpg")];
        let widths = |side| -> Vec<u32> {
            PAGE.choice((side, side), &all, "jpg").into_iter().map(|size| size.width_px).collect()
        };
        // 0.8 x 1750 = 1400.
        assert_eq!((widths(1750), widths(1749)), (vec![740, 1400], vec![740]));
        // A picture made lighter: its copies were made before.
        assert_eq!((widths(1400), widths(1000)), (vec![740, 1400], vec![740, 1400]));
    }
}
