//! Scenes for journeys: the real programs on folders of their own, sounds made on the spot, and listeners that read as
//! slowly and stop as early as listeners do. No product code stands here, and none is called: journeys see only what
//! people and podcast apps see.

mod bucket;
mod chance;
mod elsewhere;
pub mod harbour;
mod laptop;
mod left;
mod listener;
mod name_server;
mod network_manager;
mod programs;
pub mod readers;
mod search;
mod server;
mod small_disk;
pub mod sound;
mod visitor;
mod watch;
mod web_folder;
pub mod wordpress;

pub use bucket::BucketScene;
pub use chance::Chance;
pub use elsewhere::{Asked, Elsewhere};
pub use laptop::{Laptop, Spoken};
pub use left::{Left, lost};
pub use listener::{Answer, Listener};
pub use name_server::NameServer;
pub use network_manager::SystemBus;
pub use programs::{built, file_url, output, scratch, sri, tools, until};
pub use search::{Needle, files_below};
pub use server::{Server, free_port};
pub use small_disk::SmallDisk;
pub use visitor::{curl, visitor_writes};
pub use watch::{Poller, Report, Web, enclosures};
pub use web_folder::WebFolder;
