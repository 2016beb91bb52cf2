//! What the window shows in the place of pictures that are on their way.

use crate::Studio;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hearthcast_library::media;
use hearthcast_media::placeholder_png;
use hearthcast_model::{Result, Sha256};
use std::collections::BTreeMap;

/// No window shows more pictures at once.
const MOST: usize = 1000;

impl Studio {
    /// Tiny pictures as `data:` addresses, by the hashes of those they stand for. What has none is left out: a file that nobody
    /// knows, no picture, one of an older version.
    pub async fn placeholders(&self, pictures: &[String]) -> Result<BTreeMap<String, String>> {
        let hashes: Vec<Sha256> = pictures.iter().take(MOST).filter_map(|hash| Sha256::parse(hash)).collect();
        let known = media::facts_among(self.library(), hashes.iter()).await?;
        let drawn = known.into_iter().filter_map(|(hash, facts)| {
            let png = placeholder_png(&facts.thumbhash)?;
            Some((hash.to_string(), format!("data:image/png;base64,{}", STANDARD.encode(png))))
        });
        Ok(drawn.collect())
    }
}
