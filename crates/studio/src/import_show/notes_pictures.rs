//! Pictures in notes that imports bring: which addresses are wanted, and how they stand beside words that a feed says anew, which
//! never hold any. Pure.

use super::source::note;
use super::three_way::Fields;
use hearthcast_model::html::NotesPicture;
use hearthcast_model::import::ImportNote;
use hearthcast_model::{Episode, Notes, Show};
use hearthcast_text::{keeping, pictures_named, with_pictures};
use std::collections::BTreeSet;
use url::Url;

/// Most pictures of one text that are brought.
const MOST: usize = 100;

/// The addresses of the pictures of a text, each once; and what there is to know of those that are left out.
pub(crate) fn addresses(notes: &Notes, page: &str, title: &str) -> (Vec<Url>, Vec<ImportNote>) {
    let (mut urls, mut left, mut points) = (BTreeSet::new(), 0_usize, vec![]);
    for named in pictures_named(notes) {
        let Some(url) = whole(&named.address, page) else { continue };
        if named.is_point {
            points.push(url);
        } else if urls.len() < MOST || urls.contains(&url) {
            urls.insert(url);
        } else {
            left += 1;
        }
    }
    let mut told: Vec<ImportNote> = points.first().map(|url| point(url, title)).into_iter().collect();
    if left > 0 {
        let message =
            format!("Its notes have more than {MOST} pictures: {left} are not brought, and stay where they are.");
        told.push(ImportNote { episode: title.into(), ..note("notes_pictures_many", "", message, false) });
    }
    (urls.into_iter().collect(), told)
}

/// A picture of one point.
pub(crate) fn point(url: &Url, title: &str) -> ImportNote {
    let message = "A picture of one point in the notes only counts who reads them: it is left out.";
    ImportNote { episode: title.into(), ..note("notes_point", url.as_str(), message.into(), false) }
}

/// A whole address on the web. Others lead on from the page, or, without one, to the web with TLS (`//host/path`).
fn whole(address: &str, page: &str) -> Option<Url> {
    let base = Url::parse(page).or_else(|_| Url::parse("https://")).ok();
    let url = Url::options().base_url(base.as_ref()).parse(address).ok();
    let url = url.or_else(|| address.starts_with("//").then(|| Url::parse(&format!("https:{address}")).ok()).flatten());
    url.filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// Puts what lies at an address into the notes, wherever they name it; says whether they do.
pub(crate) fn put(notes: &mut Notes, page: &str, url: &str, picture: &NotesPicture) -> bool {
    let named: BTreeSet<String> = pictures_named(notes)
        .into_iter()
        .map(|named| named.address)
        .filter(|address| whole(address, page).is_some_and(|whole| whole.as_str() == url))
        .collect();
    if named.is_empty() {
        return false;
    }
    let mut pictures = std::mem::take(&mut notes.pictures);
    pictures.retain(|known| !named.contains(&known.address));
    pictures.extend(named.into_iter().map(|address| NotesPicture { address, ..picture.clone() }));
    *notes = with_pictures(std::mem::take(notes), pictures);
    true
}

/// Notes of a record, by their names in it.
pub(crate) trait HasNotes {
    /// The same notes, to be changed.
    fn notes_mut(&mut self) -> Vec<(&'static str, &mut Notes)>;
}

impl HasNotes for Episode {
    fn notes_mut(&mut self) -> Vec<(&'static str, &mut Notes)> {
        vec![("notes", &mut self.notes)]
    }
}

impl HasNotes for Show {
    fn notes_mut(&mut self) -> Vec<(&'static str, &mut Notes)> {
        vec![("description", &mut self.description), ("notes_suffix", &mut self.notes_suffix)]
    }
}

/// Notes are the same by their words: what cleaning made of them, and the pictures that were brought, are no change. Gives all three
/// sides the same notes where their words are the same.
pub(crate) fn by_words<T: HasNotes>(base: &Fields, mine: &mut T, theirs: &mut T) {
    for ((name, mine), (_, theirs)) in mine.notes_mut().into_iter().zip(theirs.notes_mut()) {
        let before = base.get(name).and_then(|value| serde_json::from_value::<Notes>(value.clone()).ok());
        if let Some(before) = before.filter(|before| !before.source.is_empty()) {
            for side in [&mut *mine, &mut *theirs] {
                if is_same(&before, side) {
                    side.clone_from(&before);
                }
            }
        }
        if is_same(mine, theirs) {
            theirs.clone_from(mine);
        }
    }
}

/// Gives notes the pictures back that those of before had, where they still name them.
pub(crate) fn put_back<T: HasNotes + Clone>(now: &mut T, before: &T) {
    let mut before = before.clone();
    for ((_, now), (_, before)) in now.notes_mut().into_iter().zip(before.notes_mut()) {
        *now = if is_same(now, before) { before.clone() } else { keeping(before, std::mem::take(now)) };
    }
}

fn is_same(one: &Notes, other: &Notes) -> bool {
    (&one.source, one.form) == (&other.source, other.form)
}

#[cfg(test)]
mod tests {
    use super::super::three_way::{bring, fields_of};
    use super::*;
    use hearthcast_model::show::Attachment;
    use hearthcast_model::{Sha256, ShowId};
    use hearthcast_text::html_notes;

    const HTML: &str = r#"<p><img src="http://a.example/p.png" alt="Quay"> <img src="q.png"></p>"#;
    const PAGE: &str = "https://pod.example/one/";

    fn episode(html: &str) -> Episode {
        let show = ShowId::parse("01900000-0000-7000-8000-000000000001").unwrap();
        Episode { notes: html_notes(html).unwrap(), ..Episode::new(show, "g", "t", "s", 1) }
    }

    fn picture() -> NotesPicture {
        let file = Attachment { hash: Sha256::of(b"p"), name: "p".into(), ext: "png".into() };
        NotesPicture { address: String::new(), file: Some(file) }
    }

    #[test]
    fn addresses_are_whole_and_each_is_wanted_once() {
        let many: String = (0..1000).map(|n| format!("<img src='https://a.example/{n}.png'>")).collect();
        let (urls, told) = addresses(&html_notes(&many).unwrap(), "", "One");
        assert_eq!((urls.len(), told.len()), (100, 1));
        assert!(told[0].message.contains("900 are not brought"), "{told:?}");
        let html = "<img src='//b.example/q.png'><img src=/p.png><img src=https://a.example/p.png><img src=https://a.example/p.png>\
                    <img src=data:image/png;base64,AA><img src=javascript:x><img src=ftp://a.example/x><img src='https://t.example/1.gif' height=1>";
        let (urls, told) = addresses(&html_notes(html).unwrap(), PAGE, "One");
        let urls: Vec<&str> = urls.iter().map(Url::as_str).collect();
        assert_eq!(urls, ["https://a.example/p.png", "https://b.example/q.png", "https://pod.example/p.png"]);
        assert_eq!(
            (told.len(), told[0].code.as_str(), told[0].url.as_str()),
            (1, "notes_point", "https://t.example/1.gif")
        );
        let (urls, _) = addresses(&html_notes(html).unwrap(), "no page", "One");
        assert_eq!(urls.len(), 2, "what has no page is nowhere");
    }

    #[test]
    fn what_came_is_no_change_of_the_words() {
        let said = episode(HTML);
        let mut mine = said.clone();
        assert!(put(&mut mine.notes, PAGE, "http://a.example/p.png", &picture()));
        assert!(put(&mut mine.notes, PAGE, "https://pod.example/one/q.png", &picture()));
        assert!(!put(&mut mine.notes, PAGE, "https://pod.example/other.png", &picture()));
        assert_eq!((mine.notes.pictures.len(), mine.notes.source.as_str()), (2, HTML));
        // What an older version cleaned: no picture.
        let mut old = said.clone();
        old.notes.safe.html = "<p> </p>".into();
        old.notes.safe.sanitizer_version = 1;
        for base in [&said, &old] {
            let base = fields_of(base).unwrap();
            let (mut bare, mut theirs) = (mine.clone(), said.clone());
            by_words(&base, &mut bare, &mut theirs);
            let mut brought = bring(&base, &bare, &theirs).unwrap();
            put_back(&mut brought.body, &mine);
            assert_eq!((brought.fields.len(), brought.body), (0, mine.clone()));
        }
        // Other words: the picture they still name stays.
        let (mut bare, mut theirs) = (mine.clone(), episode(r#"<p>New <img src="q.png"></p>"#));
        let base = fields_of(&said).unwrap();
        by_words(&base, &mut bare, &mut theirs);
        let mut brought = bring(&base, &bare, &theirs).unwrap();
        put_back(&mut brought.body, &mine);
        assert_eq!((brought.fields.len(), brought.body.notes.pictures.len()), (1, 1));
        assert!(brought.body.notes.safe.html.contains("New <img src=\"media:"), "{}", brought.body.notes.safe.html);
        // Own words win.
        let own = Episode { notes: html_notes("<p>Mine</p>").unwrap(), ..mine.clone() };
        let (mut bare, mut theirs) = (own.clone(), episode("<p>New</p>"));
        by_words(&base, &mut bare, &mut theirs);
        let mut brought = bring(&base, &bare, &theirs).unwrap();
        put_back(&mut brought.body, &own);
        assert_eq!((brought.body, brought.fields[0].kept), (own, true));
    }
}
