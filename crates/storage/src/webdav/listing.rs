//! What lies in a folder, by PROPFIND (RFC 4918 §9.1). Folders are read one by one: many servers refuse to list a tree at
//! once.

use super::line::{Ask, Line};
use crate::StorageError;
use crate::far::Entry;
use crate::place::Listed;
use crate::refusal::Meaning;
use crate::walk::{MOST_LISTED, Walk};
use bytes::Bytes;
use hearthcast_fetch::HttpStatus;
use hearthcast_fetch::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use percent_encoding::percent_decode_str;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Most bytes of one folder's listing.
const LIMIT: usize = 64 * 1024 * 1024;

/// What is asked about each file.
const WANTED: &[u8] = b"<?xml version=\"1.0\" encoding=\"utf-8\"?><propfind xmlns=\"DAV:\"><prop><resourcetype/><getcontentlength/></prop></propfind>";

/// The files whose keys begin with `prefix`, in order of their keys.
pub(super) async fn below(line: &Line, prefix: &str) -> Result<Vec<Listed>, StorageError> {
    let mut walk = Walk::to(prefix);
    while let Some(folder) = walk.next() {
        let entries = read(line, &format!("{folder}/")).await?.unwrap_or_default();
        if !walk.take(&folder, entries) {
            return Err(line.error(Meaning::Unreadable(format!("it lists more than {MOST_LISTED} files"))));
        }
    }
    Ok(walk.found())
}

/// What lies in one folder, without itself; `None` where there is none.
pub(super) async fn read(line: &Line, folder: &str) -> Result<Option<Vec<Entry>>, StorageError> {
    let mut headers =
        HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/xml; charset=utf-8"))]);
    headers.insert("depth", HeaderValue::from_static("1"));
    let ask = Ask { method: "PROPFIND", path: folder, headers, body: Bytes::from_static(WANTED), awaited: &[] };
    let answer = line.ask(ask, LIMIT).await?;
    match answer.status {
        HttpStatus::NOT_FOUND => Ok(None),
        HttpStatus::MULTI_STATUS => {
            let own = path_of(&line.address(folder));
            entries(&answer.body, &own).map(Some).ok_or_else(|| unreadable(line, folder))
        }
        _ => Err(unreadable(line, folder)),
    }
}

fn unreadable(line: &Line, folder: &str) -> StorageError {
    line.error(Meaning::Unreadable(format!("the listing of {folder}")))
}

/// Reads a multistatus; `None` when it is none. `own` is the folder's path: what does not lie right below it is left out.
fn entries(body: &[u8], own: &str) -> Option<Vec<Entry>> {
    let mut reader = Reader::from_reader(body);
    let (mut found, mut now, mut inside, mut seen) = (vec![], Entry::default(), String::new(), false);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                inside = tag.local_name().as_ref().to_ascii_lowercase();
                match inside.as_str() {
                    "multistatus" => seen = true,
                    "response" => now = Entry::default(),
                    "collection" => now.is_folder = true,
                    _ => {}
                }
            }
            Event::Empty(tag) => now.is_folder |= tag.local_name().as_ref() == "collection",
            Event::Text(text) => match inside.as_str() {
                "href" => now.name += text.trim(),
                "getcontentlength" => now.bytes = text.trim().parse().unwrap_or(now.bytes),
                _ => {}
            },
            // `&amp;` in an address, which ours never have: such a file is not ours.
            Event::GeneralRef(_) if inside == "href" => now.name.push('&'),
            Event::End(tag) => {
                inside.clear();
                if tag.local_name().as_ref() == "response" {
                    found.extend(named(std::mem::take(&mut now), own));
                }
            }
            Event::Eof => return seen.then_some(found),
            _ => {}
        }
    }
}

/// An entry with its name in the folder.
fn named(entry: Entry, own: &str) -> Option<Entry> {
    let path = path_of(&entry.name);
    let name = path.strip_prefix(own)?.trim_end_matches('/');
    let plain = !name.is_empty() && !name.contains('/');
    plain.then(|| Entry { name: name.to_string(), ..entry })
}

/// The readable path of an address or of a path.
fn path_of(text: &str) -> String {
    let path = match text.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => text,
    };
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Apache's mod_dav writes it: another prefix, addresses with `%20`, an answer for the folder itself.
    #[test]
    fn listings_of_other_servers_are_read() {
        let text = br#"<?xml version="1.0" encoding="utf-8"?>
<D:multistatus xmlns:D="DAV:" xmlns:ns0="DAV:">
<D:response xmlns:lp1="DAV:"><D:href>/my%20pods/media/</D:href><D:propstat><D:prop><lp1:resourcetype><D:collection/></lp1:resourcetype></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>
<D:response xmlns:lp1="DAV:"><D:href>/my%20pods/media/0011/</D:href><D:propstat><D:prop><lp1:resourcetype><D:collection></D:collection></lp1:resourcetype></D:prop></D:propstat></D:response>
<D:response xmlns:lp1="DAV:"><D:href>https://dav.example.org/my%20pods/media/a.mp3</D:href><D:propstat><D:prop><lp1:resourcetype/><lp1:getcontentlength> 42 </lp1:getcontentlength></D:prop></D:propstat></D:response>
<D:response><D:href>/elsewhere/b.mp3</D:href></D:response>
<D:response><D:href>/my%20pods/media/deep/er.mp3</D:href></D:response>
</D:multistatus>"#;
        let found = entries(text, "/my pods/media/").unwrap();
        let entry = |name: &str, is_folder, bytes| Entry { name: name.into(), is_folder, bytes };
        assert_eq!(found, [entry("0011", true, 0), entry("a.mp3", false, 42)]);
        assert_eq!(entries(b"<html><body>log in</body></html>", "/"), None);
        assert_eq!(entries(b"<a><b></a>", "/"), None);
    }
}
