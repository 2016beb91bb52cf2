//! What directories and apps refuse: pure rules over a [`Facts`] value.
//!
//! Nothing here reads a file, a library or a network: whoever asks gathers the facts.
