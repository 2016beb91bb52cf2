//! `hearthcast media image`: a cover, an episode's picture, a banner or an icon made of any picture, as the studio would make it.

use crate::output::{Done, Output};
use crate::{library, words};
use clap::{Args, ValueEnum};
use hearthcast_model::{Code, Error, MediaFacts, Result};
use hearthcast_studio::{Copies, Crop, PictureMade, PictureOrder, Purpose, Studio};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What is to be made of which picture.
#[derive(Debug, Args)]
pub struct Image {
    /// A JPEG, PNG, WebP, GIF or TIFF picture
    pub file: PathBuf,
    /// What it is for
    #[arg(long = "for", value_enum, default_value_t = For::Cover)]
    pub purpose: For,
    /// Which part a cover keeps of a picture that is not square: left,top from 0 to 1
    #[arg(long, value_name = "ACROSS,DOWN", default_value = "0.5,0.5", value_parser = crop)]
    pub crop: Crop,
    /// Also make copies in AVIF, about half as heavy; that takes some seconds for each
    #[arg(long)]
    pub avif: bool,
    /// Write the pictures into this folder; nothing there is written over
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// What a picture is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum For {
    /// The cover of a show: square
    Cover,
    /// An episode: any shape
    Episode,
    /// The banner of a website: three times as wide as high
    Banner,
    /// A favicon or a picture beside a link: small, transparent where it is
    Icon,
}

fn crop(text: &str) -> Result<Crop, std::num::ParseFloatError> {
    let (across, down) = text.split_once(',').unwrap_or((text, text));
    Ok(Crop { across: across.trim().parse()?, down: down.trim().parse()? })
}

/// Makes the pictures, writes them where asked, and says what a person should know. Nothing of the library changes.
pub async fn act(studio: &Studio, what: &Image, output: &Output) -> Result<Done> {
    let purpose = match what.purpose {
        For::Cover => Purpose::Cover,
        For::Episode => Purpose::Episode,
        For::Banner => Purpose::Banner,
        For::Icon => Purpose::Icon,
    };
    let order = PictureOrder { purpose, crop: what.crop, square: None, copies: Copies::Jpeg };
    let cancel = library::cancel_on_interrupt();
    let mut made = studio.make_picture(&what.file, order, cancel.clone()).await?;
    if what.avif {
        made.sizes.extend(studio.make_picture(&what.file, order.in_avif(), cancel).await?.sizes);
    }
    for finding in &made.master.findings {
        output.finding(&finding.code, &finding.message, "");
    }
    let mut fields = json!({
        "master": about(&made.master),
        "picture": about(made.published()),
        "unchanged": made.picture.is_none(),
        "sizes": made.sizes.iter().map(|size| about(&size.facts)).collect::<Vec<_>>(),
    });
    if let Some(folder) = &what.out {
        fields["files"] = json!(write(&made, &what.file, folder)?);
    }
    Done::with(&fields, card(&made))
}

fn about(facts: &MediaFacts) -> Value {
    json!({
        "mime_type": facts.mime,
        "width_px": facts.width_px,
        "height_px": facts.height_px,
        "size_bytes": facts.size_bytes,
        "sha256": facts.sha256,
    })
}

fn card(made: &PictureMade) -> String {
    let picture = format!("{}{}", shown(made.published()), if made.picture.is_none() { ", as it came" } else { "" });
    let sizes = made.sizes.iter().map(|size| shown(&size.facts)).collect::<Vec<_>>().join("; ");
    words::card(&[("made from", shown(&made.master)), ("picture", picture), ("smaller copies", sizes)])
}

fn shown(facts: &MediaFacts) -> String {
    let (width, height) = (facts.width_px.unwrap_or(0), facts.height_px.unwrap_or(0));
    format!("{width} x {height} {}, {}", facts.container.to_uppercase(), words::bytes(facts.size_bytes))
}

/// Writes `picture.jpg` and its smaller copies; a picture that came right is copied.
fn write(made: &PictureMade, master: &Path, folder: &Path) -> Result<Vec<String>> {
    std::fs::create_dir_all(folder).map_err(|e| not_written(folder, &e))?;
    let mut written = vec![];
    let name = format!("picture.{}", made.published().extension());
    match &made.picture {
        Some(picture) => put(folder, &name, &picture.bytes, &mut written)?,
        None => put(folder, &name, &std::fs::read(master).map_err(|e| not_written(master, &e))?, &mut written)?,
    }
    for size in &made.sizes {
        let side = size.facts.width_px.max(size.facts.height_px).unwrap_or(0);
        put(folder, &format!("picture-{side}.{}", size.facts.extension()), &size.bytes, &mut written)?;
    }
    Ok(written)
}

fn put(folder: &Path, name: &str, bytes: &[u8], written: &mut Vec<String>) -> Result<()> {
    use std::io::Write;
    let path = folder.join(name);
    let file = std::fs::File::create_new(&path);
    file.and_then(|mut file| file.write_all(bytes)).map_err(|e| not_written(&path, &e))?;
    written.push(path.to_string_lossy().into_owned());
    Ok(())
}

fn not_written(path: &Path, error: &std::io::Error) -> Error {
    Error::new(Code::UsageInvalid, format!("{} could not be written: {error}.", path.display()))
        .hint("Choose a folder that is empty or not there yet.")
        .about("file", path.display().to_string())
}
