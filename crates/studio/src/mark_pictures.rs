//! Pictures of chapters inside a sound: each is taken in once, and stands with every chapter that the file gives it to.

use crate::Studio;
use crate::import_folder::ends_all;
use crate::pictures::Picture;
use hearthcast_media::{PictureOrder, Probed};
use hearthcast_model::facts::Finding;
use hearthcast_model::{Chapter, Result, Sha256};

/// Where such a picture is from, for lists.
const FROM_CHAPTERS: &str = "chapter's picture from the audio file";

/// Code of what is said of those that cannot be used; the probe says it of what is no picture.
pub(crate) const UNUSABLE: &str = "media.chapter_picture_unusable";

/// Most pictures of one sound's chapters that are taken in.
const MOST: usize = 300;

/// What became of the pictures of a sound's chapters.
#[derive(Default)]
pub(crate) struct MarkPictures {
    /// To be noted with the record that names them.
    pub(crate) taken: Vec<Picture>,
    /// What is said of others, which cannot be used.
    pub(crate) left_out: Vec<Finding>,
}

impl Studio {
    /// Gives chapters of a sound the pictures that stand with them in it, published under `name`. One that cannot be used is left
    /// out: the chapters count.
    pub(crate) async fn take_mark_pictures(
        &self,
        probed: &Probed,
        name: &str,
        chapters: &mut [Chapter],
    ) -> Result<MarkPictures> {
        let mut found = MarkPictures::default();
        for picture in probed.chapter_pictures.iter().take(MOST) {
            let hash = Sha256::of(&picture.bytes);
            let marks = probed.facts.chapters.iter().filter(|mark| mark.picture.as_ref() == Some(&hash));
            let starts_ms: Vec<i64> = marks.map(|mark| mark.start_ms).collect();
            let free = |chapter: &&mut Chapter| chapter.picture.is_none() && starts_ms.contains(&chapter.start_ms);
            let mut of_it: Vec<&mut Chapter> = chapters.iter_mut().filter(free).collect();
            if of_it.is_empty() {
                continue;
            }
            let path = self.keep_bytes(picture.bytes.clone()).await?;
            match self.keep_picture(&path, FROM_CHAPTERS.into(), PictureOrder::episode()).await {
                Ok(taken) => {
                    for chapter in &mut of_it {
                        chapter.picture = Some(taken.as_named(name));
                    }
                    found.taken.push(taken);
                }
                Err(error) if ends_all(&error) => return Err(error),
                Err(error) => {
                    let message = format!("A picture of its chapters was left out. {}", error.message);
                    found.left_out.push(left_out(message, starts_ms.first().copied()));
                }
            }
        }
        if probed.chapter_pictures.len() > MOST {
            let all = probed.chapter_pictures.len();
            let message = format!("Its chapters have {all} pictures, and the first {MOST} of them are taken.");
            found.left_out.push(left_out(message, None));
        }
        Ok(found)
    }
}

fn left_out(message: String, at_ms: Option<i64>) -> Finding {
    Finding { code: UNUSABLE.into(), message, at_ms }
}
