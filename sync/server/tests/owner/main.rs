//! The owner's end over real HTTP: a whole server in this process, its own folder and clock, and a client of bare sockets.

#![expect(clippy::unwrap_used, reason = "a part of the scene that breaks is a failed test")]

mod audio_modes;
mod chapters;
mod counting;
mod drafts;
mod files;
mod http;
mod older_paths;
mod pairing;
mod program;
mod publishing;
mod pushing;
mod readers;
mod scene;
mod standing;
mod storages;
mod thirty_days;
mod tokens;
mod vectors;
mod versions;
