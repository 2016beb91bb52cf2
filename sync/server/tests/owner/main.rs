//! The owner's end over real HTTP: a whole server in this process, its own folder and clock, and a client of bare sockets.

#![expect(clippy::unwrap_used, reason = "a part of the scene that breaks is a failed test")]

mod counting;
mod files;
mod http;
mod pairing;
mod program;
mod publishing;
mod pushing;
mod scene;
mod standing;
mod tokens;
mod versions;
