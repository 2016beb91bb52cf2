//! Values of records in words: notes by their source, files by their names, times as RFC 3339, lists one thing a line.

use serde_json::Value;

/// Longest text shown for one side of a change, in characters.
const SHOWN: usize = 400;

/// Both sides of a change. Of long lists only the part that differs, and what both say in few words is said in more.
pub(super) fn sides(field: &str, before: Option<&Value>, after: Option<&Value>) -> (String, String) {
    let (before_value, after_value) = (before, after);
    let told = |detail| match (list(field, before, detail), list(field, after, detail)) {
        (Some(before), Some(after)) => lists(before, after),
        _ => (shown(before), shown(after)),
    };
    let (before, after) = match told(false) {
        (before, after) if before == after => match (pictures(before_value), pictures(after_value)) {
            (Some(before), Some(after)) => (before, after),
            _ => told(true),
        },
        sides => sides,
    };
    (short(before), short(after))
}

/// The pictures that stand in notes; `None` where it is no notes.
fn pictures(notes: Option<&Value>) -> Option<String> {
    let notes = notes?.as_object().filter(|notes| notes.contains_key("source"))?;
    let files = notes.get("pictures").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let names: Vec<String> = files.iter().filter_map(|one| one.get("file")).map(|file| shown(Some(file))).collect();
    Some(if names.is_empty() { String::new() } else { format!("pictures {}", names.join(", ")) })
}

fn lists(mut before: Vec<String>, mut after: Vec<String>) -> (String, String) {
    let long = |lines: &[String]| lines.iter().map(|line| line.chars().count() + 1).sum::<usize>() > SHOWN;
    if long(&before) || long(&after) {
        let same = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
        before.drain(..same);
        after.drain(..same);
        let same = before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| a == b).count();
        before.truncate(before.len() - same);
        after.truncate(after.len() - same);
    }
    (before.join("\n"), after.join("\n"))
}

/// The things of a list, each in words; `None` when it is none.
fn list(field: &str, value: Option<&Value>, detail: bool) -> Option<Vec<String>> {
    let things = match value {
        None | Some(Value::Null) => return Some(vec![]),
        Some(value) => value.as_array()?,
    };
    let words = |thing: &Value| match field {
        "chapters" => chapter(thing, detail),
        "persons" => person(thing, detail),
        "transcripts" => transcript(thing),
        "funding" => format!("{} <{}>", text(thing, "text"), text(thing, "url")),
        "categories" => [text(thing, "name"), text(thing, "sub")].join("/").trim_end_matches('/').to_string(),
        _ => shown(Some(thing)),
    };
    Some(things.iter().map(words).collect())
}

fn text<'a>(thing: &'a Value, field: &str) -> &'a str {
    thing.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// `1:02:03 The harbour`; with its end, its link, its place and whether it is hidden where those are what changed.
fn chapter(thing: &Value, detail: bool) -> String {
    let at = |field: &str| thing.get(field).and_then(Value::as_i64).map(clock);
    let mut words = format!("{} {}", at("start_ms").unwrap_or_default(), text(thing, "title"));
    if detail {
        words += &at("end_ms").map(|end| format!(" (until {end})")).unwrap_or_default();
        words += if thing.get("hidden") == Some(&Value::Bool(true)) { " (hidden)" } else { "" };
        words += &bracketed(text(thing, "url"));
        words += &thing.get("location").map(place).unwrap_or_default();
    }
    words.trim_end().to_string()
}

/// ` (at Eiffel Tower, geo:48.858093,2.294694)`.
fn place(location: &Value) -> String {
    let said = ["name", "geo", "osm"].map(|field| text(location, field));
    let said: Vec<&str> = said.into_iter().filter(|words| !words.is_empty()).collect();
    if said.is_empty() { String::new() } else { format!(" (at {})", said.join(", ")) }
}

/// `Ada Lund (guest)`; with group, picture and page where those are what changed.
fn person(thing: &Value, detail: bool) -> String {
    let role =
        if detail { ["role", "group"].map(|field| text(thing, field)).join(" ") } else { text(thing, "role").into() };
    let role = if role.trim().is_empty() { role } else { format!(" ({})", role.trim()) };
    let links = if detail { bracketed(text(thing, "img")) + &bracketed(text(thing, "href")) } else { String::new() };
    format!("{}{}{links}", text(thing, "name"), role.trim_end())
}

fn bracketed(link: &str) -> String {
    if link.is_empty() { String::new() } else { format!(" <{link}>") }
}

/// `words.vtt (en, captions)`.
fn transcript(thing: &Value) -> String {
    let captions = if thing.get("captions") == Some(&Value::Bool(true)) { "captions" } else { "" };
    let about: Vec<&str> = [text(thing, "language"), captions].into_iter().filter(|word| !word.is_empty()).collect();
    let about = if about.is_empty() { String::new() } else { format!(" ({})", about.join(", ")) };
    shown(thing.get("file")) + &about
}

/// `2:05`, `1:02:03`, `2:05.500`.
fn clock(ms: i64) -> String {
    let (s, ms) = (ms / 1000, ms % 1000);
    let (h, m, s) = (s / 3600, s / 60 % 60, s % 60);
    let whole = if h > 0 { format!("{h}:{m:02}:{s:02}") } else { format!("{m}:{s:02}") };
    if ms > 0 { format!("{whole}.{ms:03}") } else { whole }
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(n)) if n.as_i64().is_some_and(|ms| ms > 100_000_000_000) => {
            hearthcast_model::clock::rfc3339(n.as_i64().unwrap_or_default())
        }
        Some(Value::Object(map)) => match (map.get("source"), map.get("name"), map.get("ext")) {
            (Some(Value::String(source)), _, _) => source.clone(),
            (_, Some(Value::String(name)), Some(Value::String(ext))) => format!("{name}.{ext}"),
            _ => Value::Object(map.clone()).to_string(),
        },
        Some(other) => other.to_string(),
    }
}

fn short(text: String) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => text[..end].into(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::sides;
    use serde_json::{Value, json};

    fn told(field: &str, before: Value, after: Value) -> (String, String) {
        sides(field, Some(&before), Some(&after))
    }

    fn pair(before: &str, after: &str) -> (String, String) {
        (before.into(), after.into())
    }

    #[test]
    fn lists_are_told_in_words() {
        let chapters = json!([{"start_ms": 0, "title": "Intro"}, {"start_ms": 3_723_500, "title": "Harbour"}]);
        assert_eq!(sides("chapters", None, Some(&chapters)), pair("", "0:00 Intro\n1:02:03.500 Harbour"));
        let people = json!([{"name": "Ada Lund"}, {"name": "Mara Voss", "role": "guest"}]);
        assert_eq!(told("persons", people.clone(), json!([])), pair("Ada Lund\nMara Voss (guest)", ""));
        let words = json!([{"file": {"hash": "00", "name": "e", "ext": "vtt"}, "language": "en", "captions": true}]);
        assert_eq!(told("transcripts", Value::Null, words), pair("", "e.vtt (en, captions)"));
        let give = json!([{"url": "https://a.example/", "text": "Give"}]);
        assert_eq!(told("funding", json!([]), give), pair("", "Give <https://a.example/>"));
        let categories = json!([{"name": "Arts", "sub": "Books"}, {"name": "History", "sub": null}]);
        assert_eq!(told("categories", json!([]), categories), pair("", "Arts/Books\nHistory"));
    }

    #[test]
    fn what_sounds_the_same_is_told_in_full() {
        let one = |url: &str| json!([{"start_ms": 0, "title": "Intro", "url": url}]);
        assert_eq!(
            told("chapters", one("https://a.example/1"), one("https://a.example/2")),
            pair("0:00 Intro <https://a.example/1>", "0:00 Intro <https://a.example/2>")
        );
        let ada = |group: &str| json!([{"name": "Ada", "group": group, "href": "https://a.example/"}]);
        assert_eq!(
            told("persons", ada("cast"), ada("writing")),
            pair("Ada (cast) <https://a.example/>", "Ada (writing) <https://a.example/>")
        );
        let until = |ms: i64| json!([{"start_ms": 0, "title": "a", "end_ms": ms, "hidden": true}]);
        assert_eq!(
            told("chapters", until(1000), until(2000)),
            pair("0:00 a (until 0:01) (hidden)", "0:00 a (until 0:02) (hidden)")
        );
        let at = |location: Value| json!([{"start_ms": 0, "title": "a", "location": location}]);
        assert_eq!(
            told("chapters", at(Value::Null), at(json!({"name": "Pier 7", "osm": "N5"}))),
            pair("0:00 a", "0:00 a (at Pier 7, N5)")
        );
    }

    #[test]
    fn of_the_same_words_the_pictures_are_told() {
        let notes = |pictures: Value| json!({"source": "<p>Fog</p>", "safe": {"html": ""}, "pictures": pictures});
        let fog = json!([{"address": "https://a.example/", "file": {"hash": "00", "name": "fog", "ext": "png"}}, {"address": "x"}]);
        assert_eq!(told("notes", notes(json!([])), notes(fog)), pair("", "pictures fog.png"));
    }

    #[test]
    fn of_long_lists_only_what_differs_is_told() {
        let many = |odd: &str| {
            let title = |n: i64| if n == 150 { odd.to_string() } else { format!("Part {n}") };
            (0..200).map(|n| json!({"start_ms": n * 60_000, "title": title(n)})).collect::<Value>()
        };
        assert_eq!(told("chapters", many("Fog"), many("Salt")), pair("2:30:00 Fog", "2:30:00 Salt"));
    }

    #[test]
    fn hostile_values_are_told_shortly() {
        let (before, after) = told("chapters", json!("x"), json!([1, {"start_ms": "soon"}, "ä".repeat(1_000)]));
        assert_eq!((before.as_str(), after.chars().count() <= 400), ("x", true));
    }
}
