//! The commands of the window, declared once: the dispatcher, the list of names and the TypeScript client all come
//! from `list.rs`. Also the loopback address for sound and pictures, and, for tests in a browser, a local HTTP host.
//!
//! A command unpacks its arguments and calls one verb of `hearthcast-studio`. No rule and no I/O of its own.

#[cfg(feature = "bindings")]
pub mod bindings;
mod declare;
#[cfg(feature = "http-host")]
pub mod host;
pub mod lan;
mod list;
mod loopback;
mod token;

pub use declare::Answering;
pub use hearthcast_studio::{Options, Studio, worker_main};
pub use list::{NAMES, dispatch};
pub use loopback::{Loopback, LoopbackError};
pub use token::Token;

/// Says that anything may have changed, to a window that missed what did.
pub fn everything_changed() -> hearthcast_model::view::Event {
    let kinds = ["show", "episode", "target", "stats"];
    let subject = |kind: &str| hearthcast_model::error::Subject { kind: kind.into(), id: String::new() };
    hearthcast_model::view::Event::Changed { subjects: kinds.map(subject).into() }
}
