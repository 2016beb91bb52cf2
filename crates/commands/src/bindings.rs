//! Writes the window's TypeScript: all types that travel, and a function for every command. Only with the feature
//! `bindings`; run by the test `export`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use ts_rs::{Config, ExportError, TS, TypeVisitor};

/// The TypeScript could not be written.
#[derive(Debug, thiserror::Error)]
pub enum BindingsError {
    /// A type has no TypeScript shape, or its file could not be written.
    #[error("a type could not be written: {0}")]
    Type(#[from] ExportError),
    /// The client could not be written.
    #[error("the client could not be written: {0}")]
    Client(#[from] std::io::Error),
}

/// Writes all types and `client.ts` into a folder.
pub fn export(folder: &Path) -> Result<(), BindingsError> {
    let mut writer = Writer::new(folder);
    crate::list::describe(&mut writer);
    writer.news::<hearthcast_model::view::Event>();
    writer.news::<hearthcast_model::Error>();
    if let Some(error) = writer.failed {
        return Err(error.into());
    }
    Ok(std::fs::write(folder.join("client.ts"), writer.client())?)
}

/// Collects commands while [`crate::list::describe`] walks the list.
pub(crate) struct Writer {
    config: Config,
    functions: String,
    imports: BTreeSet<String>,
    open: Option<Open>,
    failed: Option<ExportError>,
}

/// The command that is being described.
struct Open {
    name: &'static str,
    doc: &'static str,
    arguments: Vec<String>,
}

impl Writer {
    fn new(folder: &Path) -> Self {
        let config = Config::new().with_large_int("number").with_out_dir(folder);
        Self { config, functions: String::new(), imports: BTreeSet::new(), open: None, failed: None }
    }

    /// Begins a command.
    pub(crate) fn command(&mut self, name: &'static str, doc: &'static str) {
        self.open = Some(Open { name, doc: doc.trim(), arguments: vec![] });
    }

    /// Notes an argument of the command.
    pub(crate) fn argument<T: TS + 'static>(&mut self, name: &str) {
        let kind = self.learn::<T>();
        if let Some(open) = &mut self.open {
            open.arguments.push(format!("{name}: {kind}"));
        }
    }

    /// Ends the command with its answer.
    pub(crate) fn answer<T: TS + 'static>(&mut self) {
        let kind = self.learn::<T>();
        let Some(Open { name, doc, arguments }) = self.open.take() else { return };
        let none = if arguments.is_empty() { " = {}" } else { "" };
        let takes = if arguments.is_empty() {
            "Record<string, never>".into()
        } else {
            format!("{{ {} }}", arguments.join("; "))
        };
        let _ = write!(
            self.functions,
            "\n/** {doc} */\nexport const {name} = (args: {takes}{none}): Promise<{kind}> => call(\"{name}\", args);\n"
        );
    }

    /// Writes a type that no command names, but that reaches the window.
    fn news<T: TS + 'static>(&mut self) {
        match T::export_all(&self.config) {
            Err(ExportError::CannotBeExported(_)) => T::visit_generics(&mut Inner(self)),
            Err(error) => self.failed = Some(error),
            Ok(()) => {}
        }
    }

    /// Writes a type and those it is made of, and remembers what the client must import.
    fn learn<T: TS + 'static>(&mut self) -> String {
        self.news::<T>();
        let kind = T::name(&self.config);
        for word in kind.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| is_named_type(w)) {
            self.imports.insert(word.to_string());
        }
        kind
    }

    fn client(&self) -> String {
        let mut text = String::from(
            "// Generated from the command list of hearthcast-commands (`cargo xtask bindings`). Do not edit.\n\
             import { call } from \"../host\";\n",
        );
        for name in &self.imports {
            let _ = writeln!(text, "import type {{ {name} }} from \"./{name}\";");
        }
        text + &self.functions
    }
}

/// Types of our own begin with a capital; `Array`, `Record` and the like are the language's.
fn is_named_type(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase()) && !matches!(word, "Array" | "Record" | "Promise")
}

/// Writes what lists and options hold.
struct Inner<'a>(&'a mut Writer);

impl TypeVisitor for Inner<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        match T::export_all(&self.0.config) {
            Err(ExportError::CannotBeExported(_)) | Ok(()) => {}
            Err(error) => self.0.failed = Some(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes `ui/src/bindings` anew. `cargo xtask bindings --check` compares it with what is committed.
    #[test]
    fn export_writes_every_command() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/bindings");
        super::export(&folder).expect("all types have a TypeScript shape");
        let client = std::fs::read_to_string(folder.join("client.ts")).expect("the client was written");
        for name in crate::NAMES {
            assert!(client.contains(&format!("call(\"{name}\"")), "{name} has no function");
        }
    }
}
