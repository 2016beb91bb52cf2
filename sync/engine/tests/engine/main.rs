//! The engine against a real library: plans, a folder, and a store that lies, forgets and is killed.

mod folder;
mod plan;
mod scene;
mod simulated;
mod store;
