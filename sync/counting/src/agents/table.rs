//! Hearthcast's own table of agents: reads `table.txt` once. Its format is explained at the head of that file.

use super::AgentKind;
use std::sync::LazyLock;

/// The table in the order of the file; the first line that matches wins.
#[derive(Debug, Default)]
pub(super) struct Table {
    clients: Vec<Line>,
    devices: Vec<Line>,
    services: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    kind: AgentKind,
    name: String,
    terms: Vec<Term>,
}

/// A piece of lower-case text, perhaps tied to the start or the end of the agent.
#[derive(Debug)]
struct Term {
    start: bool,
    end: bool,
    text: String,
}

/// Returns the table of this build.
pub(super) fn own() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| Table::parse(include_str!("table.txt")));
    &TABLE
}

impl Table {
    fn parse(text: &str) -> Self {
        let mut table = Self::default();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let Some((section, line)) = Line::parse(line) else { continue };
            match section {
                "device" => table.devices.push(line),
                "service" => table.services.push(line),
                _ => table.clients.push(line),
            }
        }
        table
    }

    /// Returns name and kind of the client with this agent (in lower case).
    pub(super) fn client(&self, lower: &str) -> Option<(String, AgentKind)> {
        let line = self.clients.iter().find(|line| line.matches(lower))?;
        Some((line.name.clone(), line.kind))
    }

    /// Returns the name of the device with this agent (in lower case).
    pub(super) fn device(&self, lower: &str) -> Option<String> {
        self.devices.iter().find(|line| line.matches(lower)).map(|line| line.name.clone())
    }

    /// Returns the name of the service with this agent (in lower case) that asks for many.
    pub(super) fn service(&self, lower: &str) -> Option<&str> {
        self.services.iter().find(|line| line.matches(lower)).map(|line| line.name.as_str())
    }
}

impl Line {
    /// Reads `kind | name | term or term …`.
    fn parse(line: &str) -> Option<(&str, Self)> {
        let (section, rest) = line.split_once('|')?;
        let (name, terms) = rest.split_once('|')?;
        let kind = match section.trim() {
            "app" | "device" | "service" => AgentKind::App,
            "browser" => AgentKind::Browser,
            "library" => AgentKind::Library,
            "bot" => AgentKind::Bot,
            _ => return None,
        };
        let terms = terms.split(" or ").map(Term::parse).collect();
        Some((section.trim(), Self { kind, name: name.trim().to_owned(), terms }))
    }

    fn matches(&self, lower: &str) -> bool {
        self.terms.iter().any(|term| term.matches(lower))
    }
}

impl Term {
    fn parse(term: &str) -> Self {
        let term = term.trim();
        let text = term.trim_start_matches('^').trim_end_matches('$');
        Self {
            start: term.starts_with('^'),
            end: term.ends_with('$'),
            text: text.to_ascii_lowercase().replace(r"\s", " "),
        }
    }

    fn matches(&self, lower: &str) -> bool {
        match (self.start, self.end) {
            (true, true) => lower == self.text,
            (true, false) => lower.starts_with(&self.text),
            (false, true) => lower.ends_with(&self.text),
            (false, false) => lower.contains(&self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = include_str!("table.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        for line in lines {
            let (_, parsed) = Line::parse(line).unwrap_or_else(|| panic!("not a line of the table: {line}"));
            assert!(!parsed.name.is_empty() && parsed.terms.iter().all(|term| term.text.len() > 1), "{line}");
        }
    }

    #[test]
    fn terms_are_tied_by_anchors() {
        let line = |terms: &str| Line::parse(&format!("app | X | {terms}")).unwrap().1;
        assert!(line("^ab").matches("abc") && !line("^ab").matches("cab"));
        assert!(line("bc$").matches("abc") && !line("bc$").matches("bcd"));
        assert!(line(r"\sb").matches("a b") && !line(r"\sb").matches("ab"));
        assert!(line("^abc$").matches("abc") && !line("^abc$").matches("abcd"));
        assert!(line("zz or B").matches("abc"));
    }
}
