//! The crate against files made by foreign programs (sox, lame, ffmpeg) and judged by foreign programs.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod again;
mod analysis;
mod auditions;
mod beside;
mod covers;
mod fixtures;
mod formats;
mod hostile;
mod inks;
mod inside;
mod judge;
mod late;
mod layout;
mod leveller;
mod levels;
mod m4a;
mod m4a_inside;
mod making;
mod mixing;
mod nasty;
mod noise;
mod pictures;
mod process;
mod profiles;
mod recipes;
mod recordings;
mod refusals;
mod renditions;
mod safety;
mod sound;
mod spoken;
mod tags;
mod vbr;
mod video;
mod worker;
