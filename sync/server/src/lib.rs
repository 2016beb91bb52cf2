//! The public end: answers listeners from memory, takes publications from paired laptops, notes and counts deliveries.
//!
//! Nothing here decodes media or trusts a laptop's hash or HTML. [`start`] runs a whole server in this process; the program
//! `hearthcast-server` is a door around it.

pub mod app;
pub mod code;
pub mod conn;
pub mod countries;
pub mod departed;
pub mod drafts;
pub mod front;
pub mod jobs;
pub mod logbook;
pub mod metrics;
pub mod owner;
pub mod public;
pub mod settings;
pub mod shown;
mod start;
pub mod storages;
pub mod user_agents;

pub use settings::{Given, LogFormat, Settings};
pub use start::{Running, start};
