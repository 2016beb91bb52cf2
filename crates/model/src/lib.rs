//! The nouns and rules of Hearthcast: shows, episodes, media facts, records, plans, numbers, errors.
//!
//! Nothing here does I/O, knows a database, a network or a clock of its own. Every other crate speaks in these
//! types; the window's TypeScript types are generated from them (feature `bindings`).

pub mod cancel;
pub mod chapter;
pub mod check;
pub mod clock;
pub mod episode;
pub mod error;
pub mod facts;
pub mod hash;
pub mod history;
pub mod html;
pub mod id;
pub mod job;
pub mod manifest;
pub mod merge;
pub mod person;
pub mod picture;
pub mod place;
pub mod plan;
pub mod probe;
pub mod purge;
pub mod record;
pub mod report;
pub mod rule;
pub mod settings;
pub mod show;
pub mod slug;
pub mod stats;
pub mod view;
pub mod visible;
pub mod workshop;

pub use cancel::{Cancel, FileProgress, Progress};
pub use chapter::{Chapter, Rendition, Transcript};
pub use clock::Clock;
pub use episode::Episode;
pub use error::{Code, Error, Result};
pub use facts::MediaFacts;
pub use hash::Sha256;
pub use html::{Notes, SafeHtml};
pub use id::{DeviceId, EpisodeId, JobId, PublicationId, ShowId, TargetId};
pub use person::{Funding, Person};
pub use picture::{PictureFrom, Square};
pub use record::{Record, Table};
pub use show::Show;
pub use visible::{Viewer, visible};
pub use workshop::{Preset, ProcessReport};
