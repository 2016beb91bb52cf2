//! Rules of every source file: a head, a length, no errors as strings, no skipped tests, one visibility rule.

use super::{Fault, Source};

/// Longest file, in lines; look twice at 500.
const MAX_LINES: usize = 800;

/// The one place that decides who may see what.
const VISIBLE: &str = "crates/model/src/visible.rs";

/// Everything wrong in one file.
pub fn faults(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    let lines = source.text.lines().count();
    if lines > MAX_LINES {
        faults.push(Fault::new(&source.path, format!("{lines} lines: at most {MAX_LINES}; split it by noun or verb")));
    }
    if source.path.ends_with(".rs") {
        faults.extend(rust_faults(source));
    }
    if source.path.ends_with(".rs") || source.path.ends_with(".sql") {
        faults.extend(visibility_faults(source));
    }
    faults
}

fn rust_faults(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    if !source.text.trim_start().starts_with("//!") {
        faults.push(Fault::new(&source.path, "begins without `//!`: say what this file is, and what it is not"));
    }
    let code = blanked(&source.text);
    for at in positions(&code, "Result<") {
        if error_type(&code[at + "Result<".len()..]).is_some_and(is_string) {
            faults.push(Fault::new(place(source, at), "an error as a string: use a typed error"));
        }
    }
    for at in positions(&code, "#[ignore") {
        faults.push(Fault::new(place(source, at), "a skipped test: assert what holds today, or remove it"));
    }
    faults
}

/// Questions about the calendar (when does time change something next?), asked by the scheduler; nothing is shown by them.
const CALENDAR: [&str; 2] = ["crates/library/src/episode_next_time.sql", "crates/library/src/episode_later.sql"];

/// A second opinion about who may see what: a comparison with the publication time, or a rule under another name.
fn visibility_faults(source: &Source) -> Vec<Fault> {
    let elsewhere = source.path.starts_with("xtask/") || source.path.contains("/tests/");
    if source.path == VISIBLE || CALENDAR.contains(&source.path.as_str()) || elsewhere {
        return vec![];
    }
    // SQL stands inside strings, so strings count here; tests at the end of a file do not.
    let code = without_tests(&without_comments(&source.text));
    let mut faults = Vec::new();
    for at in positions(&code, "publish_at_ms") {
        if compares(statement(&code, at)) {
            faults.push(Fault::new(
                place(source, at),
                "decides visibility by itself: ask model::visible or model::visible::released_by",
            ));
        }
    }
    for name in ["fn visible", "fn is_visible", "fn is_public", "fn is_released", "fn released_by", "fn may_see"] {
        for at in positions(&code, name) {
            if decides(&code[at + name.len()..]) {
                faults.push(Fault::new(place(source, at), format!("a second visibility rule; the one is {VISIBLE}")));
            }
        }
    }
    faults
}

/// Whether a function with such a name, given what follows it, is asked about a record or a time.
fn decides(rest: &str) -> bool {
    let signature = rest.split('{').next().unwrap_or(rest);
    signature.starts_with(['(', '<'])
        && ["Episode", "Record", "Viewer", "as_of", "now", "_ms"].iter().any(|w| signature.contains(w))
}

/// The text around `at` up to the nearest end of a statement or block, at most 200 bytes each way.
fn statement(code: &str, at: usize) -> &str {
    let ends = |c: char| matches!(c, ';' | '{' | '}');
    let mut from = at.saturating_sub(200);
    while !code.is_char_boundary(from) {
        from -= 1;
    }
    let mut to = (at + 200).min(code.len());
    while !code.is_char_boundary(to) {
        to += 1;
    }
    let start = code[from..at].rfind(ends).map_or(from, |i| from + i + 1);
    let end = code[at..to].find(ends).map_or(to, |i| at + i);
    &code[start..end]
}

/// Whether a statement compares by order; rustfmt sets operators between spaces, generic brackets not.
fn compares(statement: &str) -> bool {
    ["<=", ">="].iter().any(|op| statement.contains(op)) || [" < ", " > "].iter().any(|op| statement.contains(op))
}

/// The second argument of `Result<…>`, given what follows the opening bracket.
fn error_type(rest: &str) -> Option<&str> {
    let mut depth = 0_i32;
    let mut from = None;
    let mut before = ' ';
    for (at, c) in rest.char_indices() {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' if before == '-' => {}
            '>' | ')' | ']' if depth == 0 => return from.map(|f: usize| rest[f..at].trim()),
            '>' | ')' | ']' => depth -= 1,
            ',' if depth == 0 && from.is_none() => from = Some(at + 1),
            ';' | '{' => return None,
            _ => {}
        }
        before = c;
    }
    None
}

fn is_string(error: &str) -> bool {
    let bare = error.trim_end_matches(',').trim();
    matches!(bare, "String" | "&str" | "&'static str" | "std::string::String" | "Cow<'static, str>")
}

fn positions(code: &str, wanted: &str) -> Vec<usize> {
    let inside_a_word =
        |at: usize| wanted.starts_with("Result") && code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    code.match_indices(wanted).map(|(at, _)| at).filter(|at| !inside_a_word(*at)).collect()
}

pub(super) fn place(source: &Source, at: usize) -> String {
    format!("{}:{}", source.path, source.text[..at].matches('\n').count() + 1)
}

/// The text with comments and the insides of strings blanked, byte for byte, so that places stay where they are.
pub(super) fn blanked(text: &str) -> String {
    let mut code = without_comments(text);
    code = code.lines().map(blank_strings).collect::<Vec<_>>().join("\n");
    code
}

/// Blanks what stands between plain quotes on one line; good enough for rules that people can read.
fn blank_strings(line: &str) -> String {
    let mut inside = false;
    let mut escaped = false;
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        let quote = c == '"' && !escaped;
        escaped = inside && c == '\\' && !escaped;
        if quote {
            inside = !inside;
        }
        if inside && !quote { out.extend(std::iter::repeat_n(' ', c.len_utf8())) } else { out.push(c) }
    }
    out
}

/// Blanks line comments (`//`, and `--` never: SQL comments do not compare).
fn without_comments(text: &str) -> String {
    let blank = |line: &str| match line.find("//").filter(|at| !line[..*at].ends_with(':')) {
        Some(at) => format!("{}{}", &line[..at], " ".repeat(line.len() - at)),
        None => line.to_string(),
    };
    text.lines().map(blank).collect::<Vec<_>>().join("\n")
}

/// The text before its test module, which stands last in a file.
fn without_tests(text: &str) -> String {
    let end = text.match_indices("#[cfg(test)]").map(|(at, m)| (at, at + m.len()));
    let module = end.filter(|(_, to)| text[*to..].trim_start().starts_with("mod ")).map(|(at, _)| at).next();
    text[..module.unwrap_or(text.len())].to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, text: &str) -> Vec<String> {
        faults(&Source { path: path.into(), text: text.into() }).into_iter().map(|f| f.rule).collect()
    }

    fn red(text: &str) -> usize {
        rules("crates/studio/src/x.rs", &format!("//! X.\n{text}\n")).len()
    }

    #[test]
    fn a_missing_head_is_found() {
        assert_eq!(rules("a.rs", "use std::fs;\n").len(), 1);
        assert_eq!(rules("a.rs", "//! What it is.\n").len(), 0);
    }

    #[test]
    fn a_long_file_is_found() {
        assert_eq!(rules("ui/src/a.svelte", &"x\n".repeat(801)).len(), 1);
        assert_eq!(rules("ui/src/a.svelte", &"x\n".repeat(800)).len(), 0);
    }

    #[test]
    fn errors_as_strings_are_found() {
        for planted in [
            "fn a() -> Result<(), String> {}",
            "fn a() -> Result<Vec<(u8, u8)>, &'static str> {}",
            "fn a() -> Result<\n    u8,\n    String,\n> {}",
            "type R = std::result::Result<fn(u8) -> u8, String>;",
        ] {
            assert_eq!(red(planted), 1, "{planted}");
        }
        for fine in [
            "fn a() -> Result<String> {}",
            "fn a() -> Result<String, Error> {}",
            "fn a() -> Result<HashMap<u8, String>, Error> {}",
            "// Result<u8, String> is what we do not write",
            "let t = \"Result<u8, String>\";",
        ] {
            assert_eq!(red(fine), 0, "{fine}");
        }
    }

    #[test]
    fn a_skipped_test_is_found() {
        assert_eq!(red("#[test]\n#[ignore]\nfn a() {}"), 1);
        assert_eq!(red("#[ignore = \"slow\"]"), 1);
    }

    #[test]
    fn a_second_visibility_rule_is_found() {
        for planted in [
            "if episode.publish_at_ms <= Some(now) {}",
            "let seen = body.publish_at_ms.is_some_and(|at| at <= now);",
            "let seen = body\n    .publish_at_ms\n    .is_some_and(|at| now >= at);",
            "let sql = \"select * from episode where publish_at_ms <= $1\";",
            "let due = at.publish_at_ms.unwrap_or(0) < now;",
            "fn is_public(episode: &Episode) -> bool {}",
            "fn visible(episode: &Episode) -> bool {}",
        ] {
            assert_eq!(red(planted), 1, "{planted}");
        }
        assert_eq!(rules("migrations/library/1.sql", "select id from e where publish_at_ms < ?1 ;").len(), 1);
    }

    #[test]
    fn using_the_time_is_no_rule() {
        for fine in [
            "let e = Episode { publish_at_ms: Some(at), ..e };",
            "rows.sort_by_key(|row| row.publish_at_ms);",
            "let at: Option<i64> = episode.publish_at_ms;",
            "if !released_by(&episode, now) {}",
            "fn visible(&mut self, letter: char) {}",
            "#[cfg(test)]\nmod tests {\n    fn t() { assert!(e.publish_at_ms <= Some(3)); }\n}",
        ] {
            assert_eq!(red(fine), 0, "{fine}");
        }
        assert_eq!(rules(VISIBLE, "//! X.\nfn visible() { a.publish_at_ms <= b }").len(), 0);
    }
}
