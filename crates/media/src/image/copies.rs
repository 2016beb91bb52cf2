//! Smaller copies of a picture: for places on pages ([`slot`]), and a few plain sizes besides. JPEG at once; AVIF when it is
//! asked for, because that takes long.

use super::header::Unusable;
use super::make::within;
use super::raster::Raster;
use super::{MadePicture, encode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hearthcast_model::slot;

/// Longest sides of the plain sizes: for large screens and tags, pages, lists, and thumbnails.
const SIZES: [u32; 4] = [1400, 600, 300, 150];
/// No picture has more copies of one kind: the plain sizes, and three densities of each place.
pub const MOST_COPIES: usize = SIZES.len() + 3 * slot::ALL.len();
/// A copy is made of the smallest one that is so many times as wide: from one hardly larger it would be soft.
const LARGE_ENOUGH: u32 = 2;
/// Longest side that a placeholder is computed from.
const HASHED_SIDE: u32 = 100;

/// JPEG copies, largest first: none above 0.8 of the picture, unless those are wanted that earlier versions made.
pub fn jpeg(base: &Raster, former: bool) -> Result<Vec<MadePicture>, Unusable> {
    let whole = (base.width, base.height);
    let mut made = vec![];
    // What is not kept is scaled all the same: smaller ones are made of it, and stay what they were, to the byte.
    each(base, &sizes(base.width, base.height), |raster| {
        if former || is_kept((raster.width, raster.height), whole) {
            made.extend(MadePicture::of(encode::small(raster)?));
        }
        Ok::<_, Unusable>(())
    })?;
    Ok(made)
}

/// AVIF copies for the places of a page, largest first; without any, the picture in its own size. Before each, `go_on` is
/// asked with how many of them there are, and how many are done.
pub fn avif<Stop: From<Unusable>>(
    base: &Raster,
    mut go_on: impl FnMut(usize, usize) -> Result<(), Stop>,
) -> Result<Vec<MadePicture>, Stop> {
    let widths = slot::widths(base.width, base.height);
    let mut wanted: Vec<(u32, u32)> = widths.into_iter().rev().map(|width| (width, height(base, width))).collect();
    if wanted.is_empty() {
        wanted.push((base.width, base.height));
    }
    let mut made = vec![];
    each(base, &wanted, |raster| {
        go_on(made.len(), wanted.len())?;
        made.extend(MadePicture::of(encode::avif(raster)?));
        Ok::<_, Stop>(())
    })?;
    Ok(made)
}

/// What the picture looks like while it is on its way: a ThumbHash in Base64.
pub fn thumbhash(base: &Raster) -> Result<String, Unusable> {
    let (width, height) = within(base.width, base.height, HASHED_SIDE);
    let small = base.all_scaled(width, height)?;
    let opaque: Vec<u8> = small.data.chunks_exact(3).flat_map(|rgb| [rgb[0], rgb[1], rgb[2], 255]).collect();
    Ok(STANDARD.encode(thumbhash::rgba_to_thumb_hash(width as usize, height as usize, &opaque)))
}

/// Whether a copy of this size is kept. The side it was measured by decides: the other one is rounded.
fn is_kept((width, height): (u32, u32), whole: (u32, u32)) -> bool {
    slot::is_clearly_smaller(width, whole.0) || slot::is_clearly_smaller(width.max(height), whole.0.max(whole.1))
}

/// Sizes that JPEG copies are scaled in, largest first: none as large as the picture.
fn sizes(width: u32, height: u32) -> Vec<(u32, u32)> {
    let plain = SIZES.into_iter().filter(|side| *side < width.max(height)).map(|side| within(width, height, side));
    let base = (width, height);
    let fitting = slot::widths(width, height).into_iter().map(|width| (width, scaled_height(base, width)));
    let mut all: Vec<(u32, u32)> = plain.chain(fitting).collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    all.dedup();
    all
}

fn height(base: &Raster, width: u32) -> u32 {
    scaled_height((base.width, base.height), width)
}

/// How high a copy of this width is.
fn scaled_height((across, down): (u32, u32), width: u32) -> u32 {
    let (across, down) = (u64::from(across.max(1)), u64::from(down));
    u32::try_from((u64::from(width) * down + across / 2) / across).unwrap_or(1).max(1)
}

/// Scales to each size, the larger ones first, and hands it on.
fn each<Stop: From<Unusable>>(
    base: &Raster,
    sizes: &[(u32, u32)],
    mut take: impl FnMut(&Raster) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut larger: Vec<Raster> = vec![];
    for (width, height) in sizes {
        let enough = larger.iter().rev().find(|raster| raster.width >= width * LARGE_ENOUGH);
        let raster = enough.unwrap_or(base).all_scaled(*width, *height)?;
        take(&raster)?;
        larger.push(raster);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::raster::Samples;
    use super::*;

    #[test]
    fn plain_sizes_and_places_largest_first() {
        let widths = |width, height| sizes(width, height).into_iter().map(|size| size.0).collect::<Vec<_>>();
        assert_eq!(widths(3000, 3000), [2220, 1480, 1400, 740, 600, 300, 240, 160, 150, 80]);
        assert_eq!(sizes(60, 60), []);
        assert_eq!(sizes(1, 3000), [(1, 1400), (1, 600), (1, 300), (1, 150)]);
        assert!(sizes(3000, 2000).len() <= MOST_COPIES);
    }

    #[test]
    fn none_is_nearly_as_large_as_the_picture() {
        let kept = |width, height| -> Vec<(u32, u32)> {
            sizes(width, height).into_iter().filter(|size| is_kept(*size, (width, height))).collect()
        };
        let widths = |side| kept(side, side).into_iter().map(|size| size.0).collect::<Vec<_>>();
        assert_eq!(widths(3000), [2220, 1480, 1400, 740, 600, 300, 240, 160, 150, 80]);
        // 0.8 x 1750 = 1400, 0.8 x 1500 = 1200, 0.8 x 187 = 149.6.
        assert_eq!(widths(1750), [1400, 740, 600, 300, 240, 160, 150, 80]);
        assert_eq!(widths(1500), [740, 600, 300, 240, 160, 150, 80]);
        assert_eq!(widths(187), [80]);
        // All that places need stay, however their heights are rounded.
        for (width, height) in [(10, 12), (1388, 100), (68, 100), (1110, 1391), (53, 80)] {
            let all = kept(width, height);
            assert!(slot::widths(width, height).into_iter().all(|one| all.iter().any(|size| size.0 == one)));
        }
    }

    #[test]
    fn copies_are_the_same_with_and_without_those_of_earlier_versions() {
        let noise = (0..700 * 700 * 3u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8);
        let base = Raster { width: 700, height: 700, samples: Samples::Rgb, data: noise.collect() };
        let made = |former| jpeg(&base, former).unwrap();
        let (all, kept) = (made(true), made(false));
        // 300 is made of 600, which is 0.86 of the picture.
        assert_eq!((all[0].facts.width_px, kept[0].facts.width_px), (Some(600), Some(300)));
        assert_eq!(all[1..], kept);
    }

    #[test]
    fn a_placeholder_is_short() {
        // evanw.github.io/thumbhash: at most 25 bytes, and five of them and a half a byte's header say the mean colour.
        let red = Raster { width: 300, height: 200, samples: Samples::Rgb, data: [255, 0, 0].repeat(60_000) };
        let hash = STANDARD.decode(thumbhash(&red).unwrap()).unwrap();
        let (r, g, b, a) = thumbhash::thumb_hash_to_average_rgba(&hash).unwrap();
        assert!(hash.len() <= 25 && r > 0.95 && g < 0.05 && b < 0.05 && a == 1.0, "{r} {g} {b}");
    }
}
