//! Rules of a target: where files of each kind lie, under which names and addresses, and how long caches keep them. What it
//! is not: the laying out itself; `engine` does that with the files of a show.

mod kind;
mod sound;
mod template;

pub use kind::FileKind;
pub use sound::{AudioMode, Sound, is_stable_name};
pub use template::{Template, Values, is_safe_name};

use crate::place::Target;
use crate::{Code, Error, Result, TargetId};
use serde::{Deserialize, Serialize};
use url::Url;

/// Longest text of a cache header, in bytes.
const MOST_CACHE_BYTES: usize = 200;

/// How long everybody on the way may keep a file whose address never gets other content (RFC 8246).
pub const CACHE_FOR_EVER: &str = "public, max-age=31536000, immutable";

/// How long everybody on the way may keep a feed.
pub const CACHE_OF_FEED: &str = "public, max-age=60, must-revalidate";

/// Nobody on the way keeps a draft.
pub const CACHE_OF_DRAFT: &str = "private, no-store";

/// What is different for files of one kind at a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Rule {
    /// The kind of files.
    pub kind: FileKind,
    /// The target that keeps them, with its own access; `None` for the place itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub store: Option<TargetId>,
    /// Folder that the names begin with; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<String>"))]
    pub prefix: String,
    /// Template of the names; `None` for Hearthcast's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub path: Option<String>,
    /// `Cache-Control` (RFC 9111); `None` for Hearthcast's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub cache: Option<String>,
    /// The address under which listeners reach the place for these files, ending in `/`; `None` for the place's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub public_url: Option<String>,
    /// How listeners of a Hearthcast server get the sound; only there, and only for sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub mode: Option<AudioMode>,
}

impl Rule {
    /// A rule that changes nothing.
    pub fn of(kind: FileKind) -> Self {
        Self { kind, store: None, prefix: String::new(), path: None, cache: None, public_url: None, mode: None }
    }

    /// Whether nothing is different by it.
    pub fn is_usual(&self) -> bool {
        *self == Self::of(self.kind)
    }

    /// Whether it decides over names or addresses; a rule over caches alone does not.
    pub fn lays_out(&self) -> bool {
        self.store.is_some() || !self.prefix.is_empty() || self.path.is_some() || self.public_url.is_some()
    }

    /// The template of the whole name, prefix and all.
    pub fn template(&self) -> Result<Template> {
        let path = self.path.as_deref().unwrap_or(self.kind.usual_path());
        let whole = if self.prefix.is_empty() { path.to_string() } else { format!("{}/{path}", self.prefix) };
        Template::parse(&whole, self.kind)
    }

    /// The rule with its words brought into their form; refused is what could not be carried out.
    pub fn checked(mut self) -> Result<Self> {
        self.prefix = self.prefix.trim_matches('/').to_string();
        self.path = self.path.map(|path| path.trim().trim_start_matches('/').to_string()).filter(|p| !p.is_empty());
        self.cache = self.cache.map(|cache| cache.trim().to_string()).filter(|cache| !cache.is_empty());
        if self.kind == FileKind::Feed && self.store.is_some() {
            return Err(refused(self.kind, "the feed lies where the show is published, in no other place"));
        }
        if let Some(cache) = &self.cache {
            checked_cache(self.kind, cache)?;
        }
        self.public_url = self.public_url.filter(|url| !url.trim().is_empty()).map(|url| address(&url)).transpose()?;
        self.template()?;
        Ok(self)
    }
}

/// An address that earlier files were published under, beside the place's own, so that they are found again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Base {
    /// The address, ending in `/`.
    pub url: String,
    /// The target behind it; `None` for the place itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub store: Option<TargetId>,
}

impl Target {
    /// The rule for a kind of files, if any.
    pub fn rule(&self, kind: FileKind) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.kind == kind)
    }

    /// How listeners get the sound of a show that this server publishes.
    pub fn audio_mode(&self) -> AudioMode {
        self.rule(FileKind::Audio).and_then(|rule| rule.mode).unwrap_or_default()
    }

    /// Every address beside the place's own that files of this target lie or lay under.
    pub fn bases(&self) -> impl Iterator<Item = Base> + '_ {
        let now = self.rules.iter().filter_map(|rule| {
            let url = rule.public_url.clone()?;
            Some(Base { url, store: rule.store.clone() })
        });
        now.chain(self.past_bases.iter().cloned())
    }
}

/// An address listeners use, ending in a slash.
fn address(text: &str) -> Result<String> {
    let invalid = |why: &str| {
        Error::new(Code::TargetInvalid, format!("\"{text}\" cannot be an address of files: {why}."))
            .hint("Listeners need one like https://cdn.example.org/podcast/.")
    };
    let url = Url::parse(text.trim()).map_err(|error| invalid(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
        return Err(invalid("listeners need a plain http or https address"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::new(Code::TargetInvalid, "An address of files must not contain a name or password."));
    }
    if url.path().contains("//") {
        return Err(invalid("it has two slashes in a row"));
    }
    let mut url = url.to_string();
    if !url.ends_with('/') {
        url.push('/');
    }
    Ok(url)
}

/// Directives of RFC 9111 §5.2: tokens, some with a number or a quoted word.
fn checked_cache(kind: FileKind, text: &str) -> Result<()> {
    let token = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let directive = |text: &str| match text.split_once('=') {
        Some((name, value)) => token(name) && token(value.trim_matches('"')),
        None => token(text),
    };
    if text.len() > MOST_CACHE_BYTES || !text.split(',').all(|part| directive(part.trim())) {
        return Err(refused(kind, &format!("\"{text}\" is no Cache-Control")).hint("One is: public, max-age=86400"));
    }
    Ok(())
}

fn refused(kind: FileKind, why: &str) -> Error {
    Error::new(Code::TargetInvalid, format!("The rule for {kind} cannot be kept: {why}.")).about("kind", kind.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_brought_into_its_form() {
        let rule = Rule {
            prefix: "/sound/".into(),
            path: Some(" {show}/{slug}.{ext}".into()),
            cache: Some("public, max-age=86400".into()),
            public_url: Some("https://cdn.example.org/a".into()),
            ..Rule::of(FileKind::Audio)
        };
        let rule = rule.checked().unwrap();
        assert_eq!((rule.prefix.as_str(), rule.path.as_deref()), ("sound", Some("{show}/{slug}.{ext}")));
        assert_eq!(rule.public_url.as_deref(), Some("https://cdn.example.org/a/"));
        let empty =
            Rule { path: Some(" ".into()), cache: Some("".into()), prefix: "/".into(), ..Rule::of(FileKind::Cover) };
        assert!(empty.checked().unwrap().is_usual());
    }

    #[test]
    fn what_cannot_be_carried_out_is_refused() {
        let cache = |text: &str| Rule { cache: Some(text.into()), ..Rule::of(FileKind::Audio) };
        let public = |text: &str| Rule { public_url: Some(text.into()), ..Rule::of(FileKind::Audio) };
        for ok in ["no-store", "public, max-age=60, stale-while-revalidate=30", "private=\"x-me\""] {
            assert!(cache(ok).checked().is_ok(), "{ok}");
        }
        for bad in ["a b", "max-age=", "x\r\nSet-Cookie: a=b", "public;max-age=1", &"a".repeat(201)] {
            assert!(cache(bad).checked().is_err(), "{bad}");
        }
        for bad in ["ftp://example.org/", "https://me:word@example.org/", "https://e.org/?a", "https://e.org/a//b"] {
            assert!(public(bad).checked().is_err(), "{bad}");
        }
        let id = TargetId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
        assert!(Rule { store: Some(id), ..Rule::of(FileKind::Feed) }.checked().is_err());
        assert!(Rule { prefix: "../up".into(), ..Rule::of(FileKind::Audio) }.checked().is_err());
    }
}
