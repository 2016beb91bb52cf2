//! Colours as every screen understands them: a profile is applied and left behind (sRGB, IEC 61966-2-1).

use super::header::Unusable;
use super::raster::{Raster, Samples};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// Larger profiles are not read; those of print shops have a few megabytes.
const MOST_PROFILE_BYTES: usize = 8 << 20;
/// Steps of a sample by which a profile may differ from sRGB and still pass for it.
const UNSEEN: u8 = 2;

/// What became of the colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colours {
    /// They are what they were.
    AsTheyWere,
    /// A profile was applied.
    Converted,
    /// Print colours without a profile: a guess.
    Guessed,
    /// There is a profile, and it cannot be used.
    ProfileUnusable,
}

/// The same picture in sRGB.
pub fn to_srgb(raster: Raster, profile: Option<&[u8]>) -> Result<(Raster, Colours), Unusable> {
    let Some(profile) = profile else { return Ok(by_guess(raster, Colours::AsTheyWere)) };
    match by_profile(&raster, profile) {
        Some(data) => {
            let (Raster { width, height, .. }, samples) = (raster, Samples::Rgb);
            Ok((Raster { width, height, samples, data }, Colours::Converted))
        }
        None => Ok(by_guess(raster, Colours::ProfileUnusable)),
    }
}

/// Whether a profile shows the colours that sRGB shows.
pub fn is_srgb(profile: &[u8]) -> bool {
    let levels = [0u8, 64, 128, 192, 255];
    let grid: Vec<u8> =
        levels.iter().flat_map(|r| levels.iter().flat_map(move |g| levels.map(|b| [*r, *g, b]))).flatten().collect();
    let raster = Raster { width: 125, height: 1, samples: Samples::Rgb, data: grid };
    let seen = by_profile(&raster, profile);
    seen.is_some_and(|seen| seen.iter().zip(&raster.data).all(|(seen, meant)| seen.abs_diff(*meant) <= UNSEEN))
}

fn by_profile(raster: &Raster, profile: &[u8]) -> Option<Vec<u8>> {
    let profile = ColorProfile::new_from_slice(profile.get(..profile.len().min(MOST_PROFILE_BYTES))?).ok()?;
    let (meant_for, layout) = match raster.samples {
        Samples::Grey => (DataColorSpace::Gray, Layout::Gray),
        Samples::Rgb => (DataColorSpace::Rgb, Layout::Rgb),
        Samples::Ink => (DataColorSpace::Cmyk, Layout::Rgba),
    };
    if profile.color_space != meant_for {
        return None;
    }
    let to = ColorProfile::new_srgb();
    let transform = profile.create_transform_8bit(layout, &to, Layout::Rgb, TransformOptions::default()).ok()?;
    let mut data = vec![0; raster.width as usize * raster.height as usize * 3];
    transform.transform(&raster.data, &mut data).ok()?;
    Some(data)
}

/// Colours without a profile: grey and RGB are taken for sRGB, inks are laid over each other.
fn by_guess(raster: Raster, colours: Colours) -> (Raster, Colours) {
    let Raster { width, height, samples, data } = raster;
    let (data, colours) = match samples {
        Samples::Rgb => (data, colours),
        Samples::Grey => (data.iter().flat_map(|grey| [*grey; 3]).collect(), colours),
        Samples::Ink => (data.chunks_exact(4).flat_map(overprinted).collect(), Colours::Guessed),
    };
    (Raster { width, height, samples: Samples::Rgb, data }, colours)
}

fn overprinted(inks: &[u8]) -> [u8; 3] {
    let light = |ink: u8| 255 - u32::from(ink);
    let black = light(inks[3]);
    [inks[0], inks[1], inks[2]].map(|ink| ((light(ink) * black + 127) / 255) as u8)
}
