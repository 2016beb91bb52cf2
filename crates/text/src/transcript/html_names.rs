//! Character references as pages hold them: the few that captions know, and the 2,231 names of HTML.

use super::references::resolved_with;
use std::collections::HashMap;

/// Most names that are looked up for one page: as many as HTML has, and some that it has not. A parser is asked for each.
const MAX_NAMES: usize = 2_500;
/// Longest name, in bytes: `CounterClockwiseContourIntegral` has 31.
const MAX_NAME: usize = 31;

/// Names that were met in a page, and what they stand for; nothing where HTML does not know them.
#[derive(Default)]
pub(super) struct HtmlNames(HashMap<String, Option<String>>);

impl HtmlNames {
    /// A text with its references resolved, each once: `&amp;eacute;` is `&eacute;`.
    pub(super) fn decoded(&mut self, raw: &str) -> String {
        let mut out = String::with_capacity(raw.len());
        resolved_with(raw, &mut out, |from| self.named(from));
        out
    }

    /// What a name stands for, and how many bytes it takes, where a text begins with one behind its `&`.
    fn named(&mut self, from: &str) -> Option<(String, usize)> {
        let letters = from.bytes().take(MAX_NAME).take_while(u8::is_ascii_alphanumeric).count();
        let length = letters + usize::from(from[letters..].starts_with(';'));
        let name = &from[..length];
        if letters == 0 || !self.0.contains_key(name) && self.0.len() == MAX_NAMES {
            return None;
        }
        let known = self.0.entry(name.into()).or_insert_with(|| looked_up(name));
        known.clone().map(|text| (text, length))
    }
}

/// Between two dashes: a space alone would be none, and letters behind a name could be its own.
fn looked_up(name: &str) -> Option<String> {
    let text = crate::plain(&format!("-&{name}-"));
    let text = text.strip_prefix('-')?.strip_suffix('-')?;
    (text.strip_prefix('&') != Some(name)).then(|| text.to_owned())
}
