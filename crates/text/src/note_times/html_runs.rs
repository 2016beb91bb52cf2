//! The words of HTML as it came, with what begins a line. What it is not: a sanitiser; it only finds places, and whatever changes
//! there goes through the sanitiser again.

use super::link::{Leads, fragments, leads};
use super::{Opens, Run, Runs};
use std::ops::Range;

/// Tags that begin no line.
const INLINE: [&str; 18] = [
    "a", "abbr", "b", "big", "cite", "del", "em", "font", "i", "ins", "mark", "s", "small", "span", "strong", "time",
    "tt", "u",
];
/// Tags with no words for readers.
const SILENT: [&str; 5] = ["script", "style", "title", "code", "textarea"];

/// Reads a part of some words.
pub(super) fn read(source: &str, part: Range<usize>, own: &[String]) -> Runs {
    let mut runs = Runs::default();
    let (mut opens, mut elsewhere, mut silent) = (Opens::Line, false, None::<String>);
    let mut at = part.start;
    while at < part.end {
        let text_end = source[at..part.end].find('<').map_or(part.end, |found| at + found);
        if text_end > at {
            if silent.is_none() {
                runs.words.push(Run { place: at..text_end, opens, elsewhere });
                if !source[at..text_end].replace("&nbsp;", " ").trim().is_empty() {
                    opens = Opens::Not;
                }
            }
            at = text_end;
            continue;
        }
        let end = tag_end(source, at, part.end);
        let tag = source[at + 1..end].trim_end_matches('>');
        let (closes, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        match &silent {
            Some(inside) if closes && *inside == name => silent = None,
            Some(_) => {}
            None if !closes && SILENT.contains(&name.as_str()) => (silent, opens) = (Some(name), Opens::Not),
            None if name == "a" => {
                let leads = if closes { Leads::Nowhere } else { leads(&target(tag), own) };
                elsewhere = leads == Leads::Elsewhere;
                if leads == Leads::Own {
                    runs.fragments.extend(fragments(source, at..end));
                }
            }
            None if name.is_empty() || INLINE.contains(&name.as_str()) => {}
            None => opens = Opens::Line,
        }
        at = end;
    }
    runs
}

/// Behind the end of the tag or comment that begins here.
fn tag_end(source: &str, at: usize, limit: usize) -> usize {
    let rest = &source[at..limit];
    if rest.starts_with("<!--") {
        return rest.find("-->").map_or(limit, |end| at + end + 3);
    }
    if !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
        return at + 1;
    }
    let mut quote = None;
    for (offset, c) in rest.char_indices() {
        match (quote, c) {
            (None, '>') => return at + offset + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    limit
}

/// Where a link leads, as its tag says.
fn target(tag: &str) -> String {
    let lower = tag.to_ascii_lowercase();
    let Some(at) = lower.find("href") else { return String::new() };
    let value = tag[at + 4..].trim_start().trim_start_matches('=').trim_start();
    let end = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => return value[1..].split(quote).next().unwrap_or_default().trim().into(),
        _ => value.find(char::is_whitespace).unwrap_or(value.len()),
    };
    value[..end].into()
}
