//! What becomes of the services that count on the way, before an import is planned. Pure.

use super::services::counted;
use super::source::note;
use hearthcast_intake::ReadFeed;
use hearthcast_model::import::{ImportNote, ImportPrefix, ImportService};
use hearthcast_model::prefix;
use std::collections::BTreeMap;

/// The services of a feed, and what a person should know about them.
pub(crate) struct Found {
    pub(crate) services: Vec<ImportService>,
    pub(crate) wish: ImportPrefix,
    /// What was wanted the time before.
    pub(crate) before: ImportPrefix,
    pub(crate) finding: Option<ImportNote>,
}

/// Does with the services what is wanted; tells which there are, the most used first, and what was wanted `before`.
pub(crate) fn settle(read: &mut ReadFeed, before: ImportPrefix, wish: ImportPrefix) -> Found {
    let mut by_prefix: BTreeMap<String, ImportService> = BTreeMap::new();
    let remotes = read.items.iter().filter_map(|item| item.episode.remote_audio.as_ref());
    for chain in remotes.filter_map(|remote| counted(&remote.url)) {
        let names = chain.names.iter().map(ToString::to_string).collect();
        let service = ImportService { prefix: chain.prefix.clone(), names, episodes: 0 };
        by_prefix.entry(chain.prefix).or_insert(service).episodes += 1;
    }
    let mut services: Vec<ImportService> = by_prefix.into_values().collect();
    services.sort_by_key(|service| std::cmp::Reverse(service.episodes));
    let finding = services.first().and_then(|most| match wish {
        ImportPrefix::AsFound => Some(told("prefix_found", &format!(
            "Downloads are counted on the way by {}. Sounds that are brought here are not, unless you say --prefix keep; --prefix drop leaves the service out everywhere.",
            most.names.join(", ")
        ))),
        ImportPrefix::Keep => match prefix::checked(&most.prefix) {
            Ok(kept) => {
                read.show.prefix = kept;
                None
            }
            Err(error) => Some(told("prefix_left", &error.message)),
        },
        ImportPrefix::Drop => None,
    });
    // Kept, a sound that stays elsewhere keeps the way it had: the feed puts the show's prefix before our own addresses only.
    if wish == ImportPrefix::Drop {
        for remote in read.items.iter_mut().filter_map(|item| item.episode.remote_audio.as_mut()) {
            if let Some(chain) = counted(&remote.url) {
                remote.url = chain.inner;
            }
        }
    }
    Found { services, wish, before, finding }
}

fn told(code: &str, message: &str) -> ImportNote {
    note(code, "", message.into(), false)
}
