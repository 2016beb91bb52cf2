//! Chapters in XML: Podlove Simple Chapters (<https://podlove.org/simple-chapters>), in a feed or in a file of their own, and the
//! markers of Hindenburg.

use crate::feed::ChapterImage;
use crate::node::Node;
use crate::space::Space;
use crate::tag::{Reading, Scheme, Tag};
use hearthcast_model::Chapter;
use hearthcast_text::chapters::{self, ChaptersError};
use url::Url;

/// The chapters of an item, and where their pictures are.
pub(crate) fn of_item(item: &Node, reading: &mut Reading) -> (Vec<Chapter>, Vec<ChapterImage>) {
    // Further lists are ignored, as the format says.
    item.first(Space::Podlove, "chapters").map_or_else(Default::default, |list| of_list(list, reading))
}

/// Reads a chapters file of any kind: Podlove Simple Chapters, a session of Hindenburg, and all that
/// [`hearthcast_text::chapters::read`] knows.
pub fn read_chapters(bytes: &[u8]) -> Result<Vec<Chapter>, ChaptersError> {
    Ok(read_marks(bytes, None)?.0)
}

/// The same, with the addresses of the chapters' pictures, ascending; what is not whole in them is read against `base`.
pub fn read_marks(bytes: &[u8], base: Option<&Url>) -> Result<(Vec<Chapter>, Vec<ChapterImage>), ChaptersError> {
    if bytes.len() > chapters::MAX_BYTES {
        return Err(ChaptersError::TooLarge { bytes: bytes.len(), limit: chapters::MAX_BYTES });
    }
    let mut reading = Reading { base: base.cloned(), ..Reading::default() };
    let is_xml = |bytes: &[u8]| bytes.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'<');
    let marked = [&b"\xEF\xBB\xBF"[..], b"\xFF\xFE", b"\xFE\xFF"].iter().find_map(|mark| bytes.strip_prefix(*mark));
    if !is_xml(marked.unwrap_or(bytes)) && marked.is_none_or(|rest| rest.get(1) != Some(&b'<')) {
        return Ok((chapters::read(bytes)?, pictures(bytes, &mut reading)));
    }
    let text = crate::encoding::text_of(bytes, &mut reading.repairs);
    let root = crate::document::whole(&text, &mut reading.repairs)
        .map_err(|error| ChaptersError::Xml { reason: error.to_string() })?;
    let (found, images) = match podlove_list(&root) {
        Some(list) => of_list(list, &mut reading),
        None => (hindenburg(&root, &mut reading), vec![]),
    };
    if found.is_empty() {
        return Err(ChaptersError::Xml { reason: "there are no chapters in it".into() });
    }
    Ok((chapters::checked(found)?, images))
}

/// Pictures of a file that is not XML.
fn pictures(bytes: &[u8], reading: &mut Reading) -> Vec<ChapterImage> {
    let found = chapters::pictures(bytes).into_iter().filter_map(|(start_ms, text)| {
        reading.address(&text, Scheme::Web, "a chapter's picture").map(|url| ChapterImage { start_ms, url })
    });
    let mut images: Vec<ChapterImage> = found.collect();
    images.sort_by_key(|image| image.start_ms);
    images
}

/// The list of a file: its root, or what an item of a feed holds.
fn podlove_list(root: &Node) -> Option<&Node> {
    if root.is(Space::Podlove, "chapters") || (root.bound.uri.is_empty() && root.name.eq_ignore_ascii_case("chapters"))
    {
        return Some(root);
    }
    root.first(Space::Podlove, "chapters").or_else(|| root.children().find_map(podlove_list))
}

/// Markers of a session of Hindenburg: `<Marker Name="…" Time="1:02.500"/>`, wherever they stand in it.
fn hindenburg(root: &Node, reading: &mut Reading) -> Vec<Chapter> {
    let own = root.children().filter(|node| node.name.eq_ignore_ascii_case("marker")).collect::<Vec<_>>();
    let mut found: Vec<Chapter> = own.into_iter().filter_map(|node| marker(node, reading)).collect();
    for node in root.children() {
        found.extend(hindenburg(node, reading));
    }
    found
}

fn marker(node: &Node, reading: &mut Reading) -> Option<Chapter> {
    let mut tag = Tag::new(node, "a marker", reading);
    let (start_ms, title) = (tag.time("Time")?, tag.words("Name", chapters::MAX_TITLE));
    let url = tag.web("Url");
    Some(Chapter { url, ..Chapter::new(start_ms, title) })
}

fn of_list(list: &Node, reading: &mut Reading) -> (Vec<Chapter>, Vec<ChapterImage>) {
    let (mut marks, mut images) = (vec![], vec![]);
    let found =
        list.children().filter(|node| node.name.eq_ignore_ascii_case("chapter")).take(chapters::MAX_CHAPTERS + 1);
    for (n, node) in found.enumerate() {
        if n == chapters::MAX_CHAPTERS {
            reading.left_out::<()>("chapters", "after the first 2,000");
            break;
        }
        if let Some((chapter, image)) = chapter(node, reading) {
            images.extend(image.map(|url| ChapterImage { start_ms: chapter.start_ms, url }));
            marks.push(chapter);
        }
    }
    // Stable: of two marks at one time the first stays the first.
    marks.sort_by_key(|chapter| chapter.start_ms);
    images.sort_by_key(|image| image.start_ms);
    (marks, images)
}

fn chapter(node: &Node, reading: &mut Reading) -> Option<(Chapter, Option<String>)> {
    let mut tag = Tag::new(node, "a chapter", reading);
    let Some(start_ms) = tag.time("start") else {
        return tag.left_out("does not say when it begins");
    };
    let title = tag.words("title", chapters::MAX_TITLE).split_whitespace().collect::<Vec<_>>().join(" ");
    let url = tag.web("href");
    let image = node.attribute("image").and_then(|image| reading.address(image, Scheme::Web, "a chapter's picture"));
    Some((Chapter { url, ..Chapter::new(start_ms, title) }, image))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(i64, String, String)> {
        read_chapters(text.as_bytes()).unwrap().into_iter().map(|c| (c.start_ms, c.title, c.url)).collect()
    }

    fn mark(start_ms: i64, title: &str, url: &str) -> (i64, String, String) {
        (start_ms, title.into(), url.into())
    }

    #[test]
    fn the_example_of_podlove_is_read() {
        // podlove.org/simple-chapters, "Example", with a chapter out of order.
        let list = "<psc:chapters version=\"1.2\" xmlns:psc=\"http://podlove.org/simple-chapters\">\
            <psc:chapter start=\"3:07\" title=\"Podlove\" href=\"http://podlove.org/\" />\
            <psc:chapter start=\"0\" title=\"Welcome\" />\
            <psc:chapter start=\"8:26.250\" title=\"Resumée\" /></psc:chapters>";
        let expected =
            [mark(0, "Welcome", ""), mark(187_000, "Podlove", "http://podlove.org/"), mark(506_250, "Resumée", "")];
        assert_eq!(read(list), expected);
        let bare = list.replace("psc:", "").replace(":psc", "");
        assert_eq!(read(&format!("<?xml version=\"1.0\"?>\n{bare}")), expected);
        let utf16: Vec<u8> = format!("\u{FEFF}{list}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read_chapters(&utf16).unwrap().len(), 3);
    }

    #[test]
    fn pictures_of_json_chapters_are_told_apart() {
        // The namespace's example, shortened, with a picture whose address is not whole.
        let file = r#"{"version":"1.2.0","chapters":[{"startTime":168,"title":"Hearing","img":"https://example.com/h.jpg"},
            {"startTime":0,"title":"Intro"},{"startTime":260.5,"title":"Fog","img":"fog.png"},{"startTime":300,"title":"x","img":"ftp://x/y"}]}"#;
        let base = Url::parse("https://pod.example/c/1.json").unwrap();
        let (marks, images) = read_marks(file.as_bytes(), Some(&base)).unwrap();
        let image = |start_ms, url: &str| ChapterImage { start_ms, url: url.into() };
        assert_eq!(marks.len(), 4);
        assert_eq!(
            images,
            [image(168_000, "https://example.com/h.jpg"), image(260_500, "https://pod.example/c/fog.png")]
        );
    }

    #[test]
    fn markers_of_hindenburg_are_read() {
        let session = "<?xml version=\"1.0\" encoding=\"utf-8\"?><Session Samplerate=\"44100\" Version=\"2.01\"><Tracks><Track Name=\"A\">\
            <Region Ref=\"1\" Name=\"x\" Start=\"1.0\" Length=\"2.0\"/></Track></Tracks><Markers><Marker Id=\"1\" Name=\"Intro\" Time=\"0\"/>\
            <Marker Id=\"2\" Name=\"Fog &amp; ships\" Time=\"1:02.500\"/></Markers></Session>";
        assert_eq!(read(session), [mark(0, "Intro", ""), mark(62_500, "Fog & ships", "")]);
    }

    #[test]
    fn what_is_no_chapters_file_is_named_and_lists_are_lists() {
        assert_eq!(read("00:01:02.500 Fog"), [mark(62_500, "Fog", "")]);
        for text in ["<html/>", "<Session/>", "<psc:chapters", &"<a>".repeat(100_000)] {
            assert!(matches!(read_chapters(text.as_bytes()), Err(ChaptersError::Xml { .. })));
        }
        assert!(matches!(read_chapters(&vec![b'<'; chapters::MAX_BYTES + 1]), Err(ChaptersError::TooLarge { .. })));
    }
}
