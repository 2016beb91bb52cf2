//! What was said about settings, and where: flags win over the environment, which wins over the file. Every text is brought
//! into its kind and bounds here; what it means is decided by the parent.

use super::storages::{self, GivenStorages, StorageSetting};
use super::table::{self, Kind, Setting, VARIABLES};
use super::wrong;
use hearthcast_model::{Code, Error, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Settings as somebody said them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    told: BTreeMap<&'static str, Told>,
    storages: GivenStorages,
}

#[derive(Debug, Clone, PartialEq)]
struct Told {
    value: Value,
    source: Source,
}

#[derive(Debug, Clone, PartialEq)]
enum Value {
    Text(String),
    List(Vec<String>),
    Number(u64),
    Switch(bool),
}

/// Where a setting was said.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// By a flag.
    Flag,
    /// In the environment.
    Environment,
    /// In this file.
    File(PathBuf),
}

impl Source {
    /// The place, for an error about a setting.
    pub(super) fn place(&self, setting: &Setting) -> String {
        match self {
            Self::Flag => format!("--{}", setting.flag),
            Self::Environment => setting.variable(),
            Self::File(path) => format!("{} in {}", setting.name, path.display()),
        }
    }
}

/// Variables that mean something else: the file's place, and what a laptop's target named "server" is told.
const OTHER_VARIABLES: &[&str] =
    &["CONFIG", "PAIRING_CODE", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "PASSWORD"];

impl Given {
    /// Reads a TOML file.
    pub fn read(path: &Path) -> Result<Self> {
        let usage = |message: String| Error::new(Code::UsageInvalid, message).about("field", "config");
        let text = std::fs::read_to_string(path)
            .map_err(|e| usage(format!("The settings file {} cannot be read: {e}.", path.display())))?;
        Self::parse(&text, path)
    }

    /// Reads the text of a settings file that lies at `path`.
    pub fn parse(text: &str, path: &Path) -> Result<Self> {
        let usage = |message: String| Error::new(Code::UsageInvalid, message).about("field", "config");
        let table: toml::Table = toml::from_str(text).map_err(|e| {
            usage(format!("The settings file {} is no TOML{}: {}.", path.display(), line(text, &e), e.message()))
        })?;
        let source = Source::File(path.to_path_buf());
        let mut given = Self::default();
        for (name, value) in table {
            if name == "storage" {
                given.storages = GivenStorages::of_toml(&value, &source)?;
                continue;
            }
            let setting = known(&name, &format!("in {}", path.display()))?;
            given.put(setting, of_toml(setting, &value, &source)?, &source);
        }
        // Also where a flag wins: who leaves the flag out next time finds a file that holds.
        for setting in [&table::BIND, &table::METRICS_BIND] {
            given.address(setting)?;
        }
        Ok(given)
    }

    /// Reads what concerns the server from an environment. An empty variable says nothing.
    pub fn environment(variables: impl Iterator<Item = (String, String)>) -> Result<Self> {
        let mut given = Self::default();
        for (variable, text) in variables.filter(|(_, text)| !text.is_empty()) {
            let Some(name) = variable.strip_prefix(VARIABLES).filter(|name| !OTHER_VARIABLES.contains(name)) else {
                continue;
            };
            if let Some(rest) = name.strip_prefix(storages::VARIABLES) {
                given.storages.of_variable(rest, text)?;
                continue;
            }
            let setting = known(&name.to_ascii_lowercase(), &format!("named by {variable}"))?;
            let texts: Vec<String> = match setting.kind {
                Kind::List => text.split(',').map(|one| one.trim().to_string()).collect(),
                _ => vec![text],
            };
            given.tell(setting, &texts, Source::Environment)?;
        }
        Ok(given)
    }

    /// Takes the texts of a flag or a variable; of several for one value the last counts.
    pub fn tell(&mut self, setting: &'static Setting, texts: &[String], source: Source) -> Result<()> {
        if let Some(last) = texts.last() {
            let value = match setting.kind {
                Kind::List => Value::List(texts.iter().filter(|text| !text.is_empty()).cloned().collect()),
                _ => of_text(setting, last, &source)?,
            };
            self.put(setting, value, &source);
        }
        Ok(())
    }

    /// These settings, and where they are silent, those of `other`.
    pub fn or(mut self, other: Given) -> Given {
        other.told.into_iter().for_each(|(name, told)| {
            self.told.entry(name).or_insert(told);
        });
        self.storages = self.storages.or(other.storages);
        self
    }

    fn put(&mut self, setting: &'static Setting, value: Value, source: &Source) {
        self.told.insert(setting.name, Told { value, source: source.clone() });
    }

    /// The storages, checked.
    pub(super) fn storages(&self) -> Result<Vec<StorageSetting>> {
        self.storages.check()
    }

    pub(super) fn text(&self, setting: &Setting) -> Option<&str> {
        match &self.told.get(setting.name)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn list(&self, setting: &Setting) -> &[String] {
        match self.told.get(setting.name).map(|told| &told.value) {
            Some(Value::List(texts)) => texts,
            _ => &[],
        }
    }

    pub(super) fn number(&self, setting: &Setting) -> Option<u64> {
        match self.told.get(setting.name)?.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    #[allow(dead_code, reason = "the table has no switch at times")]
    pub(super) fn switch(&self, setting: &Setting) -> Option<bool> {
        match self.told.get(setting.name)?.value {
            Value::Switch(on) => Some(on),
            _ => None,
        }
    }

    /// An error about what was said: which setting, which value, where, why.
    pub(super) fn wrong(&self, setting: &Setting, value: &str, why: &str) -> Error {
        let source = self.told.get(setting.name).map(|told| &told.source);
        wrong(setting, value, source, why)
    }
}

/// The setting with this name.
fn known(name: &str, place: &str) -> Result<&'static Setting> {
    if let Some(setting) = table::ALL.iter().find(|setting| setting.name == name) {
        return Ok(setting);
    }
    let near = table::ALL.iter().map(|setting| (strsim::damerau_levenshtein(name, setting.name), setting.name)).min();
    let hint = match near {
        Some((steps, near)) if steps <= 2.max(name.chars().count() / 3) => format!("Perhaps {near} was meant."),
        _ => "docs/guide/server.md names them all; so does `hearthcast-server serve --help`.".to_string(),
    };
    let message = format!("There is no setting \"{name}\" ({place}).");
    Err(Error::new(Code::UsageInvalid, message).hint(hint).about("field", name))
}

fn of_toml(setting: &Setting, value: &toml::Value, source: &Source) -> Result<Value> {
    let shown = || match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let found = match (setting.kind, value) {
        (Kind::Text, toml::Value::String(text)) => return of_text(setting, text, source),
        (Kind::List, toml::Value::Array(values)) => {
            let texts = values.iter().map(|one| one.as_str().map(str::to_string));
            texts.collect::<Option<Vec<String>>>().map(Value::List)
        }
        (Kind::Number { .. }, toml::Value::Integer(number)) => {
            return bounded(setting, u64::try_from(*number).ok(), &shown(), source);
        }
        (Kind::Switch, toml::Value::Boolean(on)) => Some(Value::Switch(*on)),
        _ => None,
    };
    found.ok_or_else(|| wrong(setting, &shown(), Some(source), &shape(setting.kind)))
}

fn of_text(setting: &Setting, text: &str, source: &Source) -> Result<Value> {
    match (setting.kind, text.trim()) {
        (Kind::Number { .. }, number) => bounded(setting, number.parse().ok(), text, source),
        (Kind::Switch, "true" | "yes" | "on" | "1") => Ok(Value::Switch(true)),
        (Kind::Switch, "false" | "no" | "off" | "0") => Ok(Value::Switch(false)),
        (Kind::Switch, _) => Err(wrong(setting, text, Some(source), &shape(setting.kind))),
        (Kind::Text, "") => Err(wrong(setting, text, Some(source), "it says nothing: leave the setting out instead")),
        (Kind::Text | Kind::List, _) => Ok(Value::Text(text.to_string())),
    }
}

fn bounded(setting: &Setting, number: Option<u64>, shown: &str, source: &Source) -> Result<Value> {
    let within = |number: &u64| match setting.kind {
        Kind::Number { least, most } => (least..=most).contains(number),
        _ => true,
    };
    let number = number.filter(within).map(Value::Number);
    number.ok_or_else(|| wrong(setting, shown, Some(source), &shape(setting.kind)))
}

/// What a value must be.
fn shape(kind: Kind) -> String {
    match kind {
        Kind::Text => "it must be one text in quotes".into(),
        Kind::List => "it must be a list of texts: [\"one\", \"two\"]".into(),
        Kind::Number { least, most } => format!("it must be a whole number from {least} to {most}"),
        Kind::Switch => "it must be true or false".into(),
    }
}

/// ` (line 3)`, where the parser tells a place.
fn line(text: &str, error: &toml::de::Error) -> String {
    let at = error.span().and_then(|span| text.get(..span.start));
    at.map(|before| format!(" (line {})", before.matches('\n').count() + 1)).unwrap_or_default()
}
