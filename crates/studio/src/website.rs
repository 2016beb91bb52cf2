//! What a show's website shows of it besides its words: banner, favicon, pictures of links and seasons, the font of its name.
//! Files are taken in here; nothing is public before a publication.

use crate::edit_show::invalid;
use crate::studio::task_failed;
use crate::texts::bytes_of;
use crate::{Studio, checked};
use base64::Engine as _;
use hearthcast_library::{WriteTx, files, media};
use hearthcast_media::PictureOrder;
use hearthcast_model::facts::MediaKind;
use hearthcast_model::show::Attachment;
use hearthcast_model::view::{PictureUse, ShowEdit};
use hearthcast_model::{Font, MediaFacts, Picture, Result, Show};
use std::collections::BTreeSet;
use std::path::Path;

/// Largest font file: those with all the world's letters are larger, and no website should send them.
const MOST_FONT_BYTES: usize = 4 << 20;

/// Fonts by their first bytes (OpenType 1.9 "Font file structure"; WOFF 1.0 and 2.0 §4): ending and media type (RFC 8081).
const FONTS: [(&[u8], &str, &str); 5] = [
    (b"\0\x01\0\0", "ttf", "font/ttf"),
    (b"true", "ttf", "font/ttf"),
    (b"OTTO", "otf", "font/otf"),
    (b"wOFF", "woff", "font/woff"),
    (b"wOF2", "woff2", "font/woff2"),
];

/// The endings of those fonts, for dialogs.
pub(crate) const FONT_ENDINGS: [&str; 4] = ["ttf", "otf", "woff", "woff2"];

/// Files that an edit of a show brings: `None` where it says nothing, an inner `None` takes away.
#[derive(Default)]
pub(crate) struct WebsiteFiles {
    banner: Option<Option<Taken<Picture>>>,
    favicon: Option<Option<Taken<Picture>>>,
    font: Option<Option<Taken<Font>>>,
}

/// Something that was taken in, with the facts of its files.
struct Taken<T> {
    kept: T,
    facts: Vec<(MediaFacts, String)>,
}

impl WebsiteFiles {
    /// Notes all files.
    pub(crate) async fn note(&self, tx: &mut WriteTx) -> Result<()> {
        let pictures = [&self.banner, &self.favicon].into_iter().flatten().flatten().flat_map(|taken| &taken.facts);
        let fonts = self.font.iter().flatten().flat_map(|taken| &taken.facts);
        for (facts, from) in pictures.chain(fonts) {
            tx.put_media(facts, from).await?;
        }
        Ok(())
    }
}

impl Studio {
    /// Takes a picture in for a link, a season, a chapter or a song, before the record names it.
    pub async fn take_in_picture(&self, path: &Path, usage: PictureUse) -> Result<Picture> {
        let (order, name) = match usage {
            PictureUse::LinkIcon => (PictureOrder::icon(), "link"),
            PictureUse::Season => (PictureOrder::episode(), "season"),
            PictureUse::Chapter => (PictureOrder::episode(), "chapter"),
        };
        let taken = self.taken_in(path, order, name).await?;
        let mut tx = self.library().transact().await?;
        for (facts, from) in &taken.facts {
            tx.put_media(facts, from).await?;
        }
        self.commit_own(tx).await?;
        Ok(taken.kept)
    }

    /// The font of a show's name as it lies in the library, in Base64, for a preview; nothing where the show has none, or
    /// where the file is no font that would be taken in.
    pub async fn show_font(&self, show: &str) -> Result<Option<String>> {
        let Some(font) = self.show(show).await?.body.font else { return Ok(None) };
        let (path, _) = self.media_file(font.file.hash.as_str()).await?;
        let bytes = bytes_of(&path, MOST_FONT_BYTES).await?;
        let is_font = bytes.len() <= MOST_FONT_BYTES && FONTS.iter().any(|(magic, _, _)| bytes.starts_with(magic));
        Ok(is_font.then(|| base64::engine::general_purpose::STANDARD.encode(bytes)))
    }

    /// Takes the files of an edit in.
    pub(crate) async fn website_files(&self, edit: &ShowEdit) -> Result<WebsiteFiles> {
        let mut files = WebsiteFiles::default();
        for (path, order, name, field) in [
            (&edit.banner, PictureOrder::banner(), "banner", &mut files.banner),
            (&edit.favicon, PictureOrder::icon(), "favicon", &mut files.favicon),
        ] {
            match path.as_deref() {
                None => {}
                Some("") => *field = Some(None),
                Some(path) => *field = Some(Some(self.taken_in(Path::new(path), order, name).await?)),
            }
        }
        match edit.font.as_deref() {
            None => {}
            Some("") => files.font = Some(None),
            Some(path) => files.font = Some(Some(self.take_font(Path::new(path)).await?)),
        }
        Ok(files)
    }

    /// Changes what the website shows.
    pub(crate) async fn edit_website(&self, show: &mut Show, edit: &ShowEdit, files: &WebsiteFiles) -> Result<()> {
        if let Some(tagline) = &edit.tagline {
            show.tagline = crate::edit_show::checked_text("tagline", tagline, false)?;
        }
        if let Some(suffix) = &edit.notes_suffix {
            show.notes_suffix = hearthcast_text::notes(suffix)?;
            if show.notes_suffix.source.trim().is_empty() {
                show.notes_suffix = Default::default();
            }
        }
        show.name_size = edit.name_size.unwrap_or(show.name_size);
        if let Some(links) = &edit.links {
            show.links = checked::website::links(links.clone())?;
            self.all_taken_in("links", show.links.iter().filter_map(|link| link.picture.as_ref())).await?;
        }
        if let Some(seasons) = &edit.seasons {
            show.seasons = checked::website::seasons(seasons.clone())?;
            self.all_taken_in("seasons", show.seasons.iter().filter_map(|season| season.picture.as_ref())).await?;
        }
        if let Some(banner) = &files.banner {
            show.banner = banner.as_ref().map(|taken| taken.kept.clone());
        }
        if let (Some(banner), Some(alt)) = (&mut show.banner, &edit.banner_alt) {
            banner.alt = checked::alt("banner_alt", alt)?;
        }
        if let Some(favicon) = &files.favicon {
            show.favicon = favicon.as_ref().map(|taken| taken.kept.clone());
        }
        if let Some(font) = &files.font {
            show.font = font.as_ref().map(|taken| taken.kept.clone());
        }
        Ok(())
    }

    /// Refuses pictures that are not in this library: nobody could publish them.
    pub(crate) async fn all_taken_in(&self, field: &str, pictures: impl Iterator<Item = &Picture>) -> Result<()> {
        let hashes: BTreeSet<_> = pictures.flat_map(Picture::files).map(|file| file.hash.clone()).collect();
        let known = media::facts_among(self.library(), hashes.iter()).await?;
        if hashes.iter().all(|hash| known.contains_key(hash)) {
            return Ok(());
        }
        Err(invalid(field, "a picture among them is not in this library", "Choose the picture's file again."))
    }

    async fn taken_in(&self, path: &Path, order: PictureOrder, name: &str) -> Result<Taken<Picture>> {
        let picture = self.take_picture(path, order).await?;
        let kept = picture.as_named(name);
        Ok(Taken {
            kept,
            facts: picture.all_facts().map(|facts| (facts.clone(), crate::pictures::file_name(path))).collect(),
        })
    }

    async fn take_font(&self, path: &Path) -> Result<Taken<Font>> {
        let (bytes, ext, mime) = read_font(path).await?;
        let size = bytes.len() as u64;
        let root = self.root().to_path_buf();
        let kept = tokio::task::spawn_blocking(move || files::take_in_from(&root, &mut bytes.as_slice()));
        let hash = kept.await.map_err(|e| task_failed(&e))?.map_err(|e| crate::disk::not_written("the font", &e))?;
        let facts = MediaFacts::unmeasured(MediaKind::Font, ext, mime, size, hash.clone());
        let family = family(path);
        let name = hearthcast_model::slug::slug(&family, "font");
        let font = Font { family, file: Attachment { hash, name, ext: ext.into() }, weight: 400 };
        Ok(Taken { kept: font, facts: vec![(facts, crate::pictures::file_name(path))] })
    }
}

/// A font file with its ending and its type; what is none is refused.
pub(crate) async fn read_font(path: &Path) -> Result<(Vec<u8>, &'static str, &'static str)> {
    let bytes = bytes_of(path, MOST_FONT_BYTES).await?;
    if bytes.len() > MOST_FONT_BYTES {
        let hint = "Choose one with fewer letters, or as WOFF2, which is smaller.";
        return Err(invalid("font", "the file is larger than 4 MiB", hint));
    }
    let found = FONTS.iter().find(|(magic, _, _)| bytes.starts_with(magic));
    let Some((_, ext, mime)) = found else {
        return Err(invalid("font", "the file is no font", "Choose a TTF, OTF, WOFF or WOFF2 file."));
    };
    Ok((bytes, *ext, *mime))
}

/// A name for style sheets out of a file's name: letters, digits, `-`, `_` and single spaces.
fn family(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let plain: String =
        stem.chars().map(|c| if c.is_alphanumeric() || "-_".contains(c) { c } else { ' ' }).take(64).collect();
    let name = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() { "Name".into() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_safe_in_a_style_sheet() {
        for (file, called) in
            [("/x/Limelight.ttf", "Limelight"), ("Böses \"}; body{ Ding.woff2", "Böses body Ding"), ("...", "Name")]
        {
            assert_eq!(family(Path::new(file)), called);
        }
    }
}
