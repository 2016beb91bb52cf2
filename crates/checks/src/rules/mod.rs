//! All rules, in the order they are listed and looked at.

mod directories;
mod episode;
mod feed;
mod files;
mod flaws;
mod live;
pub(crate) mod namespace;
mod picture;
mod show;
mod sound;
mod text;

use crate::rule::{Group, Rule};

/// Every group of rules.
pub fn groups() -> &'static [Group] {
    const {
        &[
            Group { name: "show", rules: show::RULES },
            Group { name: "words and addresses", rules: text::RULES },
            Group { name: "feed", rules: feed::RULES },
            Group { name: "pictures", rules: picture::RULES },
            Group { name: "episodes", rules: episode::RULES },
            Group { name: "sound", rules: sound::RULES },
            Group { name: "text files", rules: files::RULES },
            Group { name: "podcast namespace", rules: namespace::RULES },
            Group { name: "broadcasts", rules: namespace::broadcast::RULES },
            Group { name: "directories", rules: directories::RULES },
            Group { name: "place", rules: live::RULES },
            Group { name: "feed at the place", rules: live::feed::RULES },
            Group { name: "files at the place", rules: live::files::RULES },
            Group { name: "parts of files at the place", rules: live::ranges::RULES },
        ]
    }
}

/// The rule with an id or a code.
pub fn rule(id: &str) -> Option<&'static Rule> {
    let id = id.strip_prefix("check.").unwrap_or(id);
    groups().iter().flat_map(|group| group.rules).find(|rule| rule.id == id)
}
