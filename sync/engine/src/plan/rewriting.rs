//! The same records written by another version of the feed writer: the plan says so, because the feed's bytes change and
//! nobody edited anything.

use hearthcast_feed::{RENDERER, news_since};
use hearthcast_model::Sha256;
use hearthcast_model::manifest::{Manifest, SOMEBODY_ELSE};
use hearthcast_model::plan::{Change, ChangeKind, FieldChange};
use hearthcast_model::record::Table;

/// The feed is written by another version than the one before.
pub(super) struct Rewriting {
    before: u32,
    /// What readers notice of it.
    news: Vec<&'static str>,
}

impl Rewriting {
    /// Whether a version would be followed by other bytes of another writer. A newer one that writes the same records as before
    /// is nobody's news: then the bytes differ because somebody edited something.
    pub(super) fn of(current: Option<&Manifest>, feed: &str) -> Option<Self> {
        let before =
            current.filter(|m| m.renderer != RENDERER && m.feed.sha256 != Sha256::of(feed.as_bytes()))?.renderer;
        let news = if before == SOMEBODY_ELSE { vec![] } else { news_since(before, feed) };
        (before > RENDERER || before == SOMEBODY_ELSE || !news.is_empty()).then_some(Self { before, news })
    }

    /// Who writes now.
    pub(super) fn by(&self) -> &'static str {
        match self.before {
            SOMEBODY_ELSE => "Hearthcast, in the place of another program",
            before if before < RENDERER => "a newer Hearthcast",
            _ => "an older Hearthcast",
        }
    }

    /// Adds it to what listeners see, as a change of the show.
    pub(super) fn tell(&self, changes: &mut Vec<Change>, id: &str, title: &str) {
        let news = self.news.join("; ");
        let mark = if news.is_empty() { "" } else { ": " };
        let after = format!("written anew by {}{mark}{news}", self.by());
        let field = FieldChange { field: "feed".into(), before: String::new(), after };
        match changes.iter_mut().find(|change| change.table == Table::Show && change.kind == ChangeKind::Changed) {
            Some(change) => change.fields.push(field),
            None => {
                let (id, title, fields) = (id.into(), title.into(), vec![field]);
                let kind = ChangeKind::Changed;
                changes.insert(
                    0,
                    Change { table: Table::Show, id, title, kind, fields, at_ms: None, zone: None, post: false },
                );
            }
        }
    }
}
