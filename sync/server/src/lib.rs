//! The public end: the program `hearthcast-server`.

pub mod conn;
pub mod logbook;
pub mod public;
