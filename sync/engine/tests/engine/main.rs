//! The engine against a real library: plans, a folder, and a store that lies, forgets and is killed.

#![expect(clippy::unwrap_used, reason = "a scene that cannot be built is a failed test")]

mod ahead;
mod chapters;
mod documents;
mod folder;
mod plan;
mod rollback;
mod rules;
mod scene;
mod simulated;
mod store;
mod wire;
