//! The library as a whole, from outside: issue 2, point 2. One file per promise; `scene` makes the scenes, `child` is what
//! this very program does when a test starts it again as another process.

#![expect(clippy::unwrap_used, reason = "a scene that cannot be made ends the test")]

mod child;
mod comments;
mod copies;
mod damage;
mod disk_full;
mod door;
mod fixture;
mod handed;
mod history;
mod imports;
mod kept;
mod list;
mod logs;
mod made;
mod media_files;
mod processes;
mod scene;
mod search;
mod unchanged;
mod undo;
