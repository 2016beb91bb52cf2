//! Chapters and transcripts as the server takes them: bounded, UTF-8, and what players can read. They are served as they
//! came; nothing is made of them here.

use crate::app::App;
use crate::owner::refusal::{Answer, Refusal};
use hearthcast_model::manifest::Object;
use hearthcast_model::{Code, Error};
use hearthcast_text::transcript::{self, Format};
use hearthcast_text::{chapters, published};

/// Whether a file of this type is read before it is published.
pub fn is_text(mime: &str) -> bool {
    limit(mime).is_some()
}

/// Longest file of a type.
fn limit(mime: &str) -> Option<u64> {
    let transcript = Format::of_mime(mime).map(|_| transcript::MAX_BYTES);
    let limit = transcript.or_else(|| (mime == chapters::MIME).then_some(chapters::MAX_BYTES));
    limit.map(|bytes| bytes as u64)
}

/// Reads a file that is to be published.
pub async fn check(app: &App, object: &Object) -> Answer<()> {
    if limit(&object.mime).is_none_or(|limit| object.bytes > limit) {
        return Err(refused(object, "it is longer than any chapters or transcript"));
    }
    let (place, mime) = (app.folders.media(&object.sha256), object.mime.clone());
    // Sixteen mebibytes take a moment: not on a thread that answers listeners.
    let read = tokio::task::spawn_blocking(move || Ok::<_, std::io::Error>(published(&mime, &std::fs::read(place)?)));
    let read = read.await.map_err(|_| Error::new(Code::Internal, "The server stopped while it read a file."))??;
    read.map_err(|error| refused(object, &error.to_string()))
}

fn refused(object: &Object, why: &str) -> Refusal {
    let error = Error::new(Code::FieldInvalid, format!("{} cannot be published: {why}", object.key));
    error.hint("Add the file to the episode again.").about("media", object.sha256.as_str()).into()
}
