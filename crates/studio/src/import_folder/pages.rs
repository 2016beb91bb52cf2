//! Files of an exported show that are called pages: a web host would show a foreign one in the name of the show's website.

use hearthcast_model::export::ExportedShow;
use hearthcast_model::facts::MediaKind;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Whether every file that is called a page is in the list as one, with its bytes, which are looked at before they are taken.
pub(super) fn are_pages(exported: &ExportedShow) -> bool {
    let is_page = |kind, mime: &str| kind == MediaKind::Text && mime == "text/html";
    let listed = exported.files.iter().filter(|file| file.path.is_some() && is_page(file.facts.kind, &file.facts.mime));
    let pages: BTreeSet<&str> = listed.map(|file| file.facts.sha256.as_str()).collect();
    let records = std::iter::once(&exported.show).chain(&exported.episodes);
    let mut bodies = records.flat_map(|record| std::iter::once(&record.body).chain(&record.released));
    bodies.all(|body| are_known(body, &pages))
}

fn are_known(fields: &Map<String, Value>, pages: &BTreeSet<&str>) -> bool {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let called = text("ext").is_some_and(|ext| ext.eq_ignore_ascii_case("html"));
    let known = !called || text("hash").is_some_and(|hash| pages.contains(hash));
    known && fields.values().all(|value| is_known(value, pages))
}

fn is_known(value: &Value, pages: &BTreeSet<&str>) -> bool {
    match value {
        Value::Array(all) => all.iter().all(|one| is_known(one, pages)),
        Value::Object(fields) => are_known(fields, pages),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::are_known;
    use serde_json::json;
    use std::collections::BTreeSet;

    #[test]
    fn a_file_that_is_called_a_page_must_be_in_the_list_as_one() {
        let page = "a".repeat(64);
        let body = json!({"audio": {"hash": "b", "name": "x", "ext": "mp3"}, "transcripts": [{"file": {"hash": page, "name": "x", "ext": "HTML"}}]});
        let fields = body.as_object().expect("an object");
        assert!(are_known(fields, &BTreeSet::from([page.as_str()])));
        assert!(!are_known(fields, &BTreeSet::new()), "a sound that is called a page");
    }
}
