//! `key=value` words into the edits of the model; the model's own names and types decide what is allowed.

use hearthcast_model::view::PictureUse;
use hearthcast_model::{AudioFormat, Code, EpisodeNumber, Error, Id3Version, Preset, Result};
use hearthcast_studio::Studio;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Reads `key=value` words into an edit. `key=@file` takes the text of a file. Pictures in lists are taken in before: `"picture": "FILE"` in links, seasons, songs and chapters.
pub async fn edit<T: DeserializeOwned>(studio: &Studio, words: &[String]) -> Result<T> {
    let mut fields = read(words)?;
    for (key, usage) in [
        ("links", PictureUse::LinkIcon),
        ("seasons", PictureUse::Season),
        ("songs", PictureUse::Chapter),
        ("chapters", PictureUse::Chapter),
    ] {
        for entry in fields.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten() {
            let Some(picture) = entry.get_mut("picture") else { continue };
            let Some(path) = picture.as_str() else { continue };
            let taken = studio.take_in_picture(std::path::Path::new(path), usage).await?;
            *picture = serde_json::to_value(taken).map_err(|error| wrong(key, &error.to_string()))?;
        }
    }
    typed_as(fields)
}

fn read(words: &[String]) -> Result<Map<String, Value>> {
    let mut fields = Map::new();
    for word in words {
        let (key, value) = pair(word)?;
        let key = if key == "category" { "categories" } else { key };
        if let Some(tag) = key.strip_prefix("tags.") {
            let tags = fields.entry("tags").or_insert_with(|| Value::Object(Map::new()));
            tags[tag] = json(key, value)?;
            continue;
        }
        if fields.insert(key.to_string(), typed(key, value)?).is_some() {
            return Err(wrong(key, &format!("\"{key}\" stands there twice.")));
        }
    }
    Ok(fields)
}

fn typed_as<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T> {
    let known = || "Fields and their values are listed in docs/guide/terminal.md.";
    serde_json::from_value(Value::Object(fields))
        .map_err(|error| Error::new(Code::UsageInvalid, format!("That cannot be set: {error}.")).hint(known()))
}

/// Splits `key=value`.
pub fn pair(word: &str) -> Result<(&str, &str)> {
    word.split_once('=').filter(|(key, _)| !key.is_empty()).ok_or_else(|| {
        Error::new(Code::UsageInvalid, format!("\"{word}\" is not of the form key=value."))
            .hint("Write for example: title=\"A new title\"")
    })
}

fn typed(key: &str, value: &str) -> Result<Value> {
    match key {
        "explicit" | "locked" | "draft" | "blocked" | "complete" => truth(key, value),
        "season" | "feed_page" => number(key, value),
        "number" => episode_number(key, value),
        "preset" => preset(key, value),
        "formats" => formats(key, value),
        "id3" => id3(key, value),
        "persons" | "funding" | "chapters" | "transcripts" | "links" | "seasons" | "songs" | "videos"
        | "feed_variants" => list(key, value),
        _ => text(key, value),
    }
}

fn truth(key: &str, value: &str) -> Result<Value> {
    match value {
        "true" | "yes" => Ok(true.into()),
        "false" | "no" => Ok(false.into()),
        _ => Err(wrong(key, &format!("\"{key}\" is true or false, not \"{value}\"."))),
    }
}

fn number(key: &str, value: &str) -> Result<Value> {
    if value.is_empty() {
        return Ok(0.into());
    }
    let read = value.parse::<u32>();
    read.map(Value::from).map_err(|_| wrong(key, &format!("\"{key}\" is a whole number, not \"{value}\".")))
}

fn episode_number(key: &str, value: &str) -> Result<Value> {
    let read = if value.is_empty() { Ok(EpisodeNumber::default()) } else { value.parse::<EpisodeNumber>() };
    let why = || {
        format!("\"{key}\" is a number such as 7 or 7.5, with three digits after the point at most, not \"{value}\".")
    };
    let number = read.map_err(|_| wrong(key, &why()))?;
    serde_json::to_value(number).map_err(|error| wrong(key, &format!("The number could not be read: {error}.")))
}

fn preset(key: &str, value: &str) -> Result<Value> {
    let names = || Preset::ALL.map(Preset::name).join(", ");
    let preset = Preset::parse(value).ok_or_else(|| {
        wrong(key, &format!("There is no preset \"{value}\".")).hint(format!("Presets: {}.", names()))
    })?;
    serde_json::to_value(preset).map_err(|error| wrong(key, &format!("The preset could not be read: {error}.")))
}

fn id3(key: &str, value: &str) -> Result<Value> {
    let version = Id3Version::parse(value).ok_or_else(|| wrong(key, "It is 2.3, which every app reads, or 2.4."))?;
    serde_json::to_value(version).map_err(|error| wrong(key, &format!("The version could not be read: {error}.")))
}

/// Formats by their names with commas between; nothing empties the list.
fn formats(key: &str, value: &str) -> Result<Value> {
    let names = || AudioFormat::ALL.map(AudioFormat::ext).join(", ");
    let one = |name: &str| {
        AudioFormat::parse(name).ok_or_else(|| {
            wrong(key, &format!("There is no format \"{name}\".")).hint(format!("Formats: {}.", names()))
        })
    };
    let read = value.split(',').filter(|name| !name.trim().is_empty()).map(one).collect::<Result<Vec<_>>>()?;
    serde_json::to_value(read).map_err(|error| wrong(key, &format!("The formats could not be read: {error}.")))
}

/// A whole list as JSON; nothing empties it.
fn list(key: &str, value: &str) -> Result<Value> {
    let text = match value.strip_prefix('@') {
        Some(path) => file_text(std::path::Path::new(path))?,
        None if value.trim().is_empty() => "[]".into(),
        None => value.into(),
    };
    let example = || "Example: persons='[{\"name\": \"Ada\", \"role\": \"host\"}]'";
    let read: Value = serde_json::from_str(&text)
        .map_err(|error| wrong(key, &format!("\"{key}\" is no JSON: {error}.")).hint(example()))?;
    if !read.is_array() {
        return Err(wrong(key, &format!("\"{key}\" is a list in JSON, in square brackets.")).hint(example()));
    }
    Ok(read)
}

/// A tag of the podcast namespace as JSON; nothing takes it away.
fn json(key: &str, value: &str) -> Result<Value> {
    let text = match value.strip_prefix('@') {
        Some(path) => file_text(std::path::Path::new(path))?,
        None if value.trim().is_empty() => return Ok(Value::Null),
        None => value.into(),
    };
    let example = || "Example: tags.license='{\"id\": \"cc-by-4.0\"}'";
    serde_json::from_str(&text).map_err(|error| wrong(key, &format!("\"{key}\" is no JSON: {error}.")).hint(example()))
}

fn text(key: &str, value: &str) -> Result<Value> {
    // Paths of pictures are not read here: the studio looks at the file itself.
    match value.strip_prefix('@').filter(|_| !matches!(key, "cover" | "image" | "banner" | "favicon" | "font")) {
        Some(path) => file_text(std::path::Path::new(path)).map(Value::from),
        None => Ok(value.into()),
    }
}

/// Most bytes of a text file (notes, a description).
const MAX_TEXT_BYTES: u64 = 1024 * 1024;

/// Reads a text file that a person named.
pub fn file_text(path: &std::path::Path) -> Result<String> {
    let shown = path.display();
    let failed =
        |why: String| Error::new(Code::FieldInvalid, format!("\"{shown}\" {why}.")).about("file", shown.to_string());
    let size = std::fs::metadata(path).map_err(|error| failed(format!("could not be read ({error})")))?.len();
    if size > MAX_TEXT_BYTES {
        return Err(failed("is too big for a text: at most 1 MiB is read".into()));
    }
    let bytes = std::fs::read(path).map_err(|error| failed(format!("could not be read ({error})")))?;
    String::from_utf8(bytes).map_err(|_| failed("is not a text in UTF-8".into()))
}

fn wrong(key: &str, sentence: &str) -> Error {
    Error::new(Code::UsageInvalid, sentence).about("field", key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::view::{EpisodeEdit, ShowEdit};

    fn edit<T: DeserializeOwned>(words: &[String]) -> Result<T> {
        typed_as(read(words)?)
    }

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|w| (*w).to_string()).collect()
    }

    #[test]
    fn values_get_the_types_of_the_model() {
        let edit: EpisodeEdit =
            edit(&words(&["title=A=B", "number=7.5", "explicit=no", "kind=bonus", "season="])).unwrap();
        assert_eq!(edit.title.as_deref(), Some("A=B"));
        assert_eq!((edit.season, edit.explicit), (Some(0), Some(false)));
        assert_eq!(edit.number, "7.5".parse().ok());
        let number = |text: &str| super::tests::edit::<EpisodeEdit>(&words(&[text])).map(|edit| edit.number);
        assert_eq!(number("number=7").unwrap(), Some(7.into()));
        assert_eq!(number("number=").unwrap(), Some(0.into()), "nothing clears");
        for wrong in ["number=7.1234", "number=-1", "number=seven"] {
            assert!(number(wrong).unwrap_err().message.contains("such as 7 or 7.5"), "{wrong}");
        }
        assert_eq!(edit.kind, Some(hearthcast_model::episode::EpisodeKind::Bonus));
    }

    #[test]
    fn what_the_model_does_not_know_is_wrong_use() {
        for bad in ["colour=red", "title", "=x", "explicit=maybe", "kind=weekly"] {
            let error = edit::<ShowEdit>(&words(&[bad])).unwrap_err();
            assert_eq!(error.code, Code::UsageInvalid, "{bad}");
        }
        assert!(edit::<ShowEdit>(&words(&["title=a", "title=b"])).is_err());
    }

    #[test]
    fn lists_are_json_and_presets_go_by_their_names() {
        let show: ShowEdit = edit(&words(&[
            "preset=Speech mono 96k",
            r#"persons=[{"name":"Ada","role":"host"},{"name":"Bo"}]"#,
            "funding=",
        ]))
        .unwrap();
        assert_eq!(show.preset, Some(Preset::SpeechMono96));
        assert_eq!(show.persons.map(|p| (p.len(), p[1].name.clone())), Some((2, "Bo".into())));
        assert_eq!(show.funding, Some(vec![]), "nothing empties a list");
        for bad in ["preset=loud", "persons=Ada", r#"persons={"name":"Ada"}"#, r#"persons=[{"nick":"Ada"}]"#] {
            let error = edit::<ShowEdit>(&words(&[bad])).unwrap_err();
            assert_eq!(error.code, Code::UsageInvalid, "{bad}");
        }
    }

    #[test]
    fn categories_are_plain_words_under_both_names() {
        for word in ["category=Technology, Arts/Books", "categories=Technology, Arts/Books"] {
            let show: ShowEdit = edit(&words(&[word])).unwrap();
            assert_eq!(show.categories.as_deref(), Some("Technology, Arts/Books"), "{word}");
        }
        let twice = edit::<ShowEdit>(&words(&["category=Arts", "categories=Arts"])).unwrap_err();
        assert!(twice.message.contains("twice"), "{}", twice.message);
    }

    #[test]
    fn text_may_stand_in_a_file() {
        let folder = std::env::temp_dir().join(format!("hearthcast-fields-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("notes.md");
        std::fs::write(&file, "Hello *there*").unwrap();
        let edit: EpisodeEdit = edit(&words(&[&format!("notes=@{}", file.display())])).unwrap();
        assert_eq!(edit.notes.as_deref(), Some("Hello *there*"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
