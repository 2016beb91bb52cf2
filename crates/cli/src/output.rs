//! What is printed: calm text for people, JSON lines for scripts (DESIGN §6.8), and the exit codes.

use hearthcast_model::error::Retry;
use hearthcast_model::{Code, Error, Progress, Result};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// What a verb hands back.
pub struct Done {
    /// Fields of the result line.
    pub fields: Map<String, Value>,
    /// The same for people; may have several lines, or none.
    pub text: String,
    /// Exit code: 0, or 1 when problems were found, or 3 when something is left that is worth another try.
    pub exit: u8,
}

impl Done {
    /// A result whose fields are those of a model type.
    pub fn with(value: &impl Serialize, text: impl Into<String>) -> Result<Self> {
        match serde_json::to_value(value) {
            Ok(Value::Object(fields)) => Ok(Self { fields, text: text.into(), exit: 0 }),
            Ok(_) => Err(Error::new(Code::Internal, "A result that is not an object cannot be printed.")),
            Err(error) => Err(Error::new(Code::Internal, format!("A result cannot be written as JSON: {error}."))),
        }
    }
    /// A result with one named list.
    pub fn list(name: &str, rows: &impl Serialize, text: impl Into<String>) -> Result<Self> {
        Self::with(&json!({ name: rows }), text)
    }
    /// Nothing to say.
    pub fn nothing() -> Self {
        Self { fields: Map::new(), text: String::new(), exit: 0 }
    }
}

/// Where output goes, and how much of it.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    json: bool,
    quiet: bool,
    live: bool,
}

impl Output {
    /// Output as the person asked for it.
    pub fn new(json: bool, quiet: bool) -> Self {
        Self { json, quiet, live: std::io::stderr().is_terminal() }
    }

    /// How far the work is: a JSON line, or a line that is written over where somebody watches.
    pub fn progress(&self, progress: &Progress) {
        if self.quiet {
            return;
        }
        if self.json {
            line(&tagged("progress", fields_of(progress)));
        } else if self.live {
            let _ = write!(std::io::stderr(), "\r\x1b[K{}", crate::words::progress(progress));
        }
    }

    /// The same as a handle that work takes along.
    pub fn sink(&self) -> hearthcast_studio::ProgressSink {
        let told = *self;
        std::sync::Arc::new(move |progress| told.progress(&progress))
    }

    /// Something a person should know.
    pub fn finding(&self, code: &str, message: &str, hint: &str) {
        if self.json {
            line(&json!({"v": 1, "type": "finding", "code": code, "message": message, "hint": hint}));
        } else {
            say(format!("{message} {hint}").trim_end());
        }
    }

    /// Something a check found: the whole finding for scripts, a line for people.
    pub fn checked(&self, finding: &impl Serialize, sentence: &str) {
        if self.json { line(&tagged("finding", fields_of(finding))) } else { say(sentence) }
    }

    /// A sentence on the way, for people only.
    pub fn note(&self, sentence: &str) {
        if !self.json && !self.quiet {
            say(sentence);
        }
    }

    /// Prints the outcome and says how the program ends.
    pub fn finish(&self, outcome: Result<Done>) -> ExitCode {
        if self.live && !self.json && !self.quiet {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
        match outcome {
            Ok(done) => {
                if self.json {
                    line(&tagged("result", done.fields));
                } else if !self.quiet || done.exit != 0 {
                    say(&done.text);
                }
                ExitCode::from(done.exit)
            }
            Err(error) => {
                self.error(&error);
                ExitCode::from(exit_code(&error))
            }
        }
    }

    fn error(&self, error: &Error) {
        if self.json {
            line(&tagged("error", fields_of(error)));
        }
        let hint = if error.hint.is_empty() { String::new() } else { format!("\n{}", error.hint) };
        let told = format!("{}{hint}", error.message);
        let _ = writeln!(std::io::stderr(), "{}", without_commands(&told, false));
    }
}

/// 1 failed, 2 wrong use, 3 worth a retry.
pub fn exit_code(error: &Error) -> u8 {
    match (error.code, error.retry) {
        (Code::UsageInvalid | Code::FieldInvalid | Code::TargetInvalid, _) => 2,
        (_, Retry::Later) => 3,
        _ => 1,
    }
}

/// Words that are not understood, or a question for help; clap has the sentence.
pub fn misunderstood(error: &clap::Error) -> ExitCode {
    let wrong = error.use_stderr();
    if wrong && std::env::args_os().any(|word| word == "--json") {
        let first = error.to_string().lines().next().unwrap_or_default().trim_start_matches("error: ").to_string();
        let told = Error::new(Code::UsageInvalid, first).hint("hearthcast --help lists what it understands.");
        line(&tagged("error", fields_of(&told)));
    }
    let _ = error.print();
    ExitCode::from(if wrong { 2 } else { 0 })
}

/// A JSON line: the fields, with `v` and `type`, which no field may be called.
fn tagged(kind: &str, mut fields: Map<String, Value>) -> Value {
    fields.insert("v".into(), json!(1));
    fields.insert("type".into(), json!(kind));
    Value::Object(fields)
}

fn fields_of(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// A reader that went away is no fault of this program: what cannot be written is dropped.
fn line(value: &Value) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{}", without_commands(&value.to_string(), true));
    let _ = out.flush();
}

fn say(text: &str) {
    if !text.is_empty() {
        let _ = writeln!(std::io::stdout().lock(), "{}", without_commands(text.trim_end(), false));
    }
}

/// A text as a terminal may have it. Somebody else's words may hold characters that are commands to it (C0 and C1, of which
/// U+009B is as good as `ESC [`): they are written as escapes, which JSON knows too.
fn without_commands(text: &str, json: bool) -> Cow<'_, str> {
    let is_command = |c: char| c.is_control() && (json || !matches!(c, '\n' | '\t'));
    if !text.contains(is_command) {
        return Cow::Borrowed(text);
    }
    let written = |c: char| match is_command(c) {
        true => format!("\\u{:04x}", u32::from(c)),
        false => c.to_string(),
    };
    let line = |line: &str| line.chars().map(written).collect::<String>();
    // Tables for spreadsheets end their lines so (RFC 4180).
    Cow::Owned(if json { line(text) } else { text.split("\r\n").map(line).collect::<Vec<_>>().join("\r\n") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_the_contract() {
        for (code, expected) in [
            (Code::NotFound, 1),
            (Code::MediaUnusable, 1),
            (Code::TargetConflict, 1),
            (Code::UsageInvalid, 2),
            (Code::FieldInvalid, 2),
            (Code::Busy, 3),
            (Code::TargetOffline, 3),
        ] {
            assert_eq!(exit_code(&Error::new(code, "x")), expected, "{}", code.as_str());
        }
    }

    #[test]
    fn commands_to_the_terminal_are_written_as_escapes() {
        assert_eq!(without_commands("fog\tand\nsea \u{fc}", false), "fog\tand\nsea \u{fc}");
        assert_eq!(
            without_commands("a\u{1b}[2J\u{9b}31m\u{85}\r\u{7f}", false),
            "a\\u001b[2J\\u009b31m\\u0085\\u000d\\u007f"
        );
        assert_eq!(without_commands("a,b\r\nc\r,d\r\n", false), "a,b\r\nc\\u000d,d\r\n", "lines of a table");
        let told = json!({"title": "\u{9b}31mred\n"});
        let written = without_commands(&told.to_string(), true).into_owned();
        assert!(!written.contains(char::is_control), "{written}");
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), told, "it is the same JSON");
    }

    #[test]
    fn a_line_carries_version_and_kind() {
        let line = tagged("error", fields_of(&Error::not_found("show", "x")));
        assert_eq!(
            (&line["v"], &line["type"], &line["code"]),
            (&json!(1), &json!("error"), &json!("library.not_found"))
        );
        assert_eq!(line["retry"], "no");
    }
}
