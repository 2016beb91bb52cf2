//! The nouns and rules of Hearthcast: shows, episodes, media facts, records, plans, numbers, errors.
//!
//! Nothing here does I/O, knows a database, a network or a clock of its own. Every other crate speaks in these
//! types; the window's TypeScript types are generated from them (feature `bindings`).

pub mod cancel;
pub mod chapter;
pub mod check;
pub mod clock;
pub mod comment;
pub mod episode;
pub mod error;
pub mod facts;
pub mod font;
pub mod hash;
pub mod history;
pub mod html;
pub mod id;
pub mod job;
pub mod legacy;
pub mod link;
pub mod manifest;
pub mod merge;
pub mod namespace;
pub mod number;
pub mod person;
pub mod picture;
pub mod place;
pub mod plan;
pub mod prefix;
pub mod probe;
pub mod purge;
pub mod reach;
pub mod record;
pub mod report;
pub mod rule;
pub mod season;
pub mod settings;
pub mod show;
pub mod slug;
pub mod song;
pub mod stats;
pub mod view;
pub mod visible;
pub mod workshop;

pub use cancel::{Cancel, FileProgress, Progress};
pub use chapter::{Chapter, Rendition, Transcript};
pub use clock::Clock;
pub use comment::{Comment, CommentList, CommentPolicy, CommentRow, CommentState};
pub use episode::Episode;
pub use error::{Code, Error, Result};
pub use facts::MediaFacts;
pub use font::{Font, NameSize};
pub use hash::Sha256;
pub use html::{Notes, SafeHtml};
pub use id::{CommentId, DeviceId, EpisodeId, JobId, PublicationId, ShowId, TargetId};
pub use link::{Link, LinkIcon, LinkTheme};
pub use number::EpisodeNumber;
pub use person::{Funding, Person};
pub use picture::{Picture, PictureFrom, Square};
pub use record::{Record, Table};
pub use season::Season;
pub use show::Show;
pub use song::{Song, Video};
pub use visible::{Viewer, visible};
pub use workshop::{Preset, ProcessReport};
