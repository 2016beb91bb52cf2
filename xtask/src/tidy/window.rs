//! Rules of the window's sources: one door to Tauri, colours only as tokens.

use super::{Fault, Source};

const HOST: &str = "ui/src/host/tauri.ts";

/// Everything wrong in one file of `ui/src`.
pub fn faults(source: &Source) -> Vec<Fault> {
    if !source.path.starts_with("ui/src/") {
        return vec![];
    }
    let mut faults = Vec::new();
    for (number, line) in source.text.lines().enumerate() {
        let place = || format!("{}:{}", source.path, number + 1);
        if source.path != HOST && line.contains("@tauri-apps/") {
            faults.push(Fault::new(place(), format!("only {HOST} may know Tauri")));
        }
        if !source.path.starts_with("ui/src/tokens") && has_hex_colour(line) {
            faults.push(Fault::new(place(), "a colour stands here: colours are tokens (ui/src/tokens)"));
        }
    }
    faults
}

/// Whether a line holds `#abc`, `#abcd`, `#aabbcc` or `#aabbccdd` where a colour can stand.
fn has_hex_colour(line: &str) -> bool {
    line.match_indices('#').any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + 1..]);
        let digits = after.chars().take_while(char::is_ascii_hexdigit).count();
        let ends = !after[digits..].starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
        matches!(digits, 3 | 4 | 6 | 8) && ends && can_begin_a_colour(before)
    })
}

/// Not part of an address, an HTML character, a Svelte block, or a private field of a class (`this.#feed`).
fn can_begin_a_colour(before: &str) -> bool {
    let address = ["href=\"", "href='", "url(", "url(\"", "url('"].iter().any(|end| before.ends_with(end));
    let opener = before.chars().next_back().is_none_or(|c| c.is_whitespace() || "\"'`(:,[>=".contains(c));
    opener && !address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        faults(&Source { path: path.into(), text: text.into() }).len()
    }

    #[test]
    fn a_planted_tauri_import_is_found() {
        let import = "import { invoke } from \"@tauri-apps/api/core\";\n";
        assert_eq!(count("ui/src/views/plan.svelte", import), 1);
        assert_eq!(count("ui/src/host/tauri.ts", import), 0);
    }

    #[test]
    fn a_planted_colour_is_found() {
        for line in ["color: #fff;", "  background:#1a2b3c", "const c = \"#AABBCCDD\";", "stroke=\"#abc\""] {
            assert_eq!(count("ui/src/views/plan.svelte", line), 1, "{line}");
            assert_eq!(count("ui/src/tokens/tokens.css", line), 0, "{line}");
        }
    }

    #[test]
    fn other_uses_of_the_sign_pass() {
        for line in
            ["{#each rows as row}", "<a href=\"#feed\">", "&#123;", "this.#feed()", "fill: url(#abc)", "// #12345"]
        {
            assert_eq!(count("ui/src/views/plan.svelte", line), 0, "{line}");
        }
    }
}
