//! The description of the API, reviewed as a snapshot, and answers held against it.

use crate::operations::{operations, talking};
use crate::recorded::act;
use serde_json::{Map, Value};

#[test]
fn the_description_is_as_reviewed() {
    let act = act();
    let reply = act.get("/openapi.json").expect(200);
    assert_eq!(reply.header("content-type"), "application/json");
    insta::assert_json_snapshot!("openapi", reply.json());
}

/// Every answer of every reading operation has exactly the fields that the description names, and of the kinds it says.
#[test]
fn answers_are_as_described() {
    let act = talking();
    let described = act.get("/openapi.json").expect(200).json();
    act.until_found("leuchtturm", &[act.story.episodes[0].id.as_str()]);
    let all = operations(&act, &described);
    for (path, target) in all.iter().flat_map(|one| one.targets.iter().map(move |target| (one, target))) {
        let content = path.described["responses"]["200"]["content"].as_object().unwrap();
        let reply = act.get(target).expect(200);
        let mime = reply.header("content-type").split(';').next().unwrap();
        let (_, content) = content.iter().find(|(name, _)| *name == mime).unwrap_or_else(|| panic!("{target}: {mime}"));
        // A transcript has the form of other people's programs, which `transcripts` holds it against.
        if !(mime.ends_with("json") || mime.contains("json+")) || path.path.contains("/transcript.") {
            continue;
        }
        let fits = fits(&described, &content["schema"], &reply.json());
        assert!(fits.is_ok(), "{target}: {}", fits.unwrap_err());
    }
    let refused = act.get("/podcasts/nosuch/").expect(404).json();
    let schema = &described["paths"]["/podcasts/{slug}/"]["get"]["responses"]["404"]["content"];
    fits(&described, &schema["application/vnd.api+json"]["schema"], &refused).unwrap();
}

/// What of an answer is not as described.
#[derive(Debug)]
struct Misfit(String);

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a value fits a schema, as far as this API's schemas go (JSON Schema 2020-12); strict about unknown members.
fn fits(described: &Value, schema: &Value, value: &Value) -> Result<(), Misfit> {
    if let Some(place) = schema["$ref"].as_str() {
        return fits(described, described.pointer(&place[1..]).ok_or_else(|| Misfit(place.to_string()))?, value);
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(schemas) = schema[choice].as_array() {
            let tried: Vec<_> = schemas.iter().map(|schema| fits(described, schema, value)).collect();
            return if tried.iter().any(Result::is_ok) { Ok(()) } else { Err(Misfit(format!("none of {tried:?}"))) };
        }
    }
    let mut properties = Map::new();
    gather(described, schema, &mut properties);
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let schema = properties.get(name).ok_or_else(|| Misfit(format!("{name} is not described")))?;
                fits(described, schema, member).map_err(|why| Misfit(format!("{name}: {why}")))?;
            }
            Ok(())
        }
        Value::Array(items) => items.iter().try_for_each(|item| fits(described, &schema["items"], item)),
        _ => {
            let types = schema["type"].as_array().cloned().unwrap_or(vec![schema["type"].clone()]);
            let name = match value {
                Value::Null => "null",
                Value::Bool(_) => "boolean",
                Value::String(_) => "string",
                Value::Number(number) if number.is_f64() => "number",
                _ => "integer",
            };
            let good = types.iter().any(|one| one == name || (name == "integer" && one == "number"));
            good.then_some(()).ok_or_else(|| Misfit(format!("{value} is not {types:?}")))
        }
    }
}

/// The properties of an object's schema, those of its parts (`allOf`) included.
fn gather(described: &Value, schema: &Value, into: &mut Map<String, Value>) {
    if let Some(place) = schema["$ref"].as_str() {
        return gather(described, described.pointer(&place[1..]).unwrap(), into);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        gather(described, part, into);
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        into.insert(name.clone(), property.clone());
    }
}
