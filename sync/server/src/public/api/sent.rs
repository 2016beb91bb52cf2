//! What a visitor's page sends: one JSON:API resource, or the fields of a form. Read within bounds and strictly; what it
//! means is not known here.

use super::document::JSON_API;
use super::error::{ApiError, Wrong};
use axum::body::Body;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body_util::{BodyExt, Limited};
use serde_json::{Map, Value};
use std::time::Duration;
use url::form_urlencoded;

/// Most bytes of a body.
const MAX_BODY_BYTES: usize = 64 * 1024;
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// Most fields of a form.
const MAX_FIELDS: usize = 32;
const FORM: &str = "application/x-www-form-urlencoded";

/// Fields and relationships by their names with dashes. Where front ends differ (spodcat itself takes `challenge` as
/// either), both are found under one name.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Sent {
    fields: Map<String, Value>,
}

impl Sent {
    /// Reads a body that must be about a `kind`.
    pub(super) async fn read(kind: &'static str, headers: &HeaderMap, body: Body) -> Result<Self, ApiError> {
        let mime = headers.get(CONTENT_TYPE).map(|mime| String::from_utf8_lossy(mime.as_bytes())).unwrap_or_default();
        let essence = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if essence != JSON_API && essence != FORM {
            return Err(ApiError::about(ApiError::MediaType, &mime));
        }
        let whole = tokio::time::timeout(PATIENCE, Limited::new(body, MAX_BODY_BYTES).collect()).await;
        let bytes = match whole.map_err(|_| ApiError::Parse("The request did not arrive in time."))? {
            Ok(whole) => whole.to_bytes(),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => return Err(ApiError::TooLarge),
            Err(_) => return Err(ApiError::Parse("The request broke off before its end.")),
        };
        if essence == FORM { Self::form(&bytes) } else { Self::resource(kind, &bytes) }
    }

    fn resource(kind: &'static str, bytes: &[u8]) -> Result<Self, ApiError> {
        let document: Value =
            serde_json::from_slice(bytes).map_err(|_| ApiError::Parse("JSON parse error - this is not JSON."))?;
        let Some(data) = document.get("data").and_then(Value::as_object) else {
            return Err(ApiError::Parse("Received document does not contain primary data"));
        };
        if data.get("type").and_then(Value::as_str) != Some(kind) {
            return Err(ApiError::Kind(kind));
        }
        let mut fields = object(data.get("attributes"))?;
        for (name, relationship) in object(data.get("relationships"))? {
            fields.insert(name, relationship.get("data").cloned().unwrap_or(Value::Null));
        }
        Ok(Self { fields })
    }

    fn form(bytes: &[u8]) -> Result<Self, ApiError> {
        let mut fields = Map::new();
        for (name, value) in form_urlencoded::parse(bytes).take(MAX_FIELDS) {
            // A relationship is an identifier in JSON there.
            let identifier = serde_json::from_str(&value).ok().filter(Value::is_object);
            fields.insert(name.replace('_', "-"), identifier.unwrap_or_else(|| value.into()));
        }
        Ok(Self { fields })
    }

    /// A field; `None` when it is not there, or null.
    fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    /// A text of one character at least and at most `limit`, as `clean` leaves it.
    pub(super) fn text(
        &self,
        name: &str,
        pointer: &'static str,
        limit: usize,
        clean: fn(&str) -> String,
    ) -> Result<String, Wrong> {
        let typed = match self.get(name).ok_or_else(|| required(pointer))? {
            Value::String(text) => text,
            _ => return Err(Wrong::new(pointer, "invalid", "Not a valid string.")),
        };
        let text = clean(typed);
        if text.is_empty() {
            return Err(Wrong::new(pointer, "blank", "This field may not be blank."));
        }
        // What was typed counts, too: a visitor is told before words are lost.
        if typed.trim().chars().count() > limit {
            let detail = format!("Ensure this field has no more than {limit} characters.");
            return Err(Wrong::new(pointer, "max_length", detail));
        }
        Ok(text)
    }

    /// A whole number, also written as text.
    pub(super) fn integer(&self, name: &str, pointer: &'static str) -> Result<i64, Wrong> {
        let number = match self.get(name).ok_or_else(|| required(pointer))? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) if text.len() < 20 => text.trim().parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| Wrong::new(pointer, "invalid", "A valid integer is required."))
    }

    /// The id that a relationship names, of one of these kinds; a bare text is an id, too.
    pub(super) fn id(&self, name: &str, pointer: &'static str, kinds: &[&str]) -> Result<&str, Wrong> {
        let named = self.get(name).ok_or_else(|| required(pointer))?;
        let incorrect = || Wrong::new(pointer, "incorrect_type", "Incorrect type.");
        match named {
            Value::String(id) => Ok(id),
            Value::Object(identifier) => {
                let kind = identifier.get("type").and_then(Value::as_str).ok_or_else(incorrect)?;
                let id = identifier.get("id").and_then(Value::as_str).ok_or_else(incorrect)?;
                if kinds.contains(&kind) { Ok(id) } else { Err(incorrect()) }
            }
            _ => Err(incorrect()),
        }
    }
}

/// An object, or nothing at all.
fn object(value: Option<&Value>) -> Result<Map<String, Value>, ApiError> {
    match value {
        None => Ok(Map::new()),
        Some(Value::Object(members)) => Ok(members.clone()),
        Some(_) => Err(ApiError::Parse("attributes and relationships are objects")),
    }
}

fn required(pointer: &'static str) -> Wrong {
    Wrong::new(pointer, "required", "This field is required.")
}

/// What a relationship names is not there, or nobody may see it.
pub(super) fn does_not_exist(pointer: &'static str, id: &str) -> Wrong {
    let id = &id[..id.floor_char_boundary(100)];
    Wrong::new(pointer, "does_not_exist", format!("Invalid pk \"{id}\" - object does not exist."))
}
