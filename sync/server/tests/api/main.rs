//! The public JSON:API over real HTTP: a whole server in this process, published to by a laptop that knows only the wire.

#![expect(clippy::unwrap_used, reason = "a part of the scene that breaks is a failed test")]

mod attacks;
mod browser;
mod canary;
mod described;
mod feed;
mod golden;
mod hostile;
#[allow(dead_code, reason = "shared with the tests of the owner's end")]
#[path = "../owner/http.rs"]
mod http;
mod lists;
mod manners;
mod operations;
mod pages;
mod recorded;
#[allow(dead_code, reason = "shared with the tests of the owner's end")]
#[path = "../owner/scene.rs"]
mod scene;
mod schemathesis;
mod search;
mod table;
mod transcripts;
mod unasked;
mod visitors;
