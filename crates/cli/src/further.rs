//! Further feeds as words of the terminal: `variants.NAME=last:10`, `variants.NAME="season:2 A title"`, `variants.NAME=` takes
//! one out.

use crate::fields::pair;
use hearthcast_model::view::ShowEdit;
use hearthcast_model::{Code, Error, FeedPart, FeedVariant, Result};

/// What such a word begins with.
pub const PREFIX: &str = "variants.";

/// The list of further feeds with those of the words in it; the others stay, in their order.
pub fn named(kept: &[FeedVariant], edit: &ShowEdit, words: &[String]) -> Result<Vec<FeedVariant>> {
    if edit.feed_variants.is_some() {
        return Err(wrong("\"feed_variants\" is the whole list: give either that or single feeds.".into()));
    }
    let mut all = kept.to_vec();
    for word in words {
        let (key, value) = pair(word)?;
        let name = key.strip_prefix(PREFIX).unwrap_or_default();
        let at = all.iter().position(|variant| variant.name == name);
        if value.trim().is_empty() {
            let at = at.ok_or_else(|| wrong(format!("There is no further feed \"{name}\".")))?;
            all.remove(at);
            continue;
        }
        let (part, title) = value.trim().split_once(char::is_whitespace).unwrap_or((value.trim(), ""));
        let part = FeedPart::parse(part).ok_or_else(|| wrong(format!("\"{part}\" is no part of a show.")))?;
        let variant = FeedVariant { name: name.to_string(), title: title.trim().to_string(), part };
        match at {
            Some(at) => all[at] = variant,
            None => all.push(variant),
        }
    }
    Ok(all)
}

/// A further feed as one word.
pub fn word(variant: &FeedVariant) -> String {
    format!("{} ({})", variant.name, variant.part)
}

fn wrong(what: String) -> Error {
    Error::new(Code::UsageInvalid, what)
        .hint("Write variants.NAME=last:10, variants.NAME=season:2 or variants.NAME=format:audio/opus; nothing after = takes it out.")
        .about("field", "feed_variants")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(kept: &[FeedVariant], words: &[&str]) -> Result<Vec<FeedVariant>> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_string()).collect();
        named(kept, &ShowEdit::default(), &words)
    }

    #[test]
    fn one_feed_is_set_changed_and_taken_out() {
        let two = after(&[], &["variants.new=last:10", "variants.two=season:2 The second season"]).unwrap();
        assert_eq!(two.iter().map(word).collect::<Vec<_>>(), ["new (last:10)", "two (season:2)"]);
        assert_eq!((two[0].title.as_str(), two[1].title.as_str()), ("", "The second season"));
        let changed = after(&two, &["variants.new=format:audio/opus", "variants.two="]).unwrap();
        assert_eq!(changed.iter().map(word).collect::<Vec<_>>(), ["new (format:audio/opus)"]);
        for bad in ["variants.x=", "variants.x=all", "variants.x"] {
            assert_eq!(after(&two, &[bad]).unwrap_err().code, Code::UsageInvalid, "{bad}");
        }
    }
}
