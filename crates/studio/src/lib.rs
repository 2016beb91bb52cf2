//! The verbs: one file per act. Window, terminal and scheduler do everything through a [`Studio`].
//!
//! A verb reads, decides and writes through the library's one door; every change can be undone and tells what to refresh.
//! What it is not: it draws nothing and parses no command line.

mod accept_finding;
mod access;
mod add_episode;
mod add_show;
mod add_target;
mod app_previews;
mod attach_alternate;
mod audition_setting;
mod avif_copies;
mod bring_tags;
mod change_transcript;
mod chapters;
mod check_show;
mod checked;
mod comments;
mod conflict;
mod cut_recording;
mod derive_media;
mod directories;
mod disk;
mod doctor;
mod due;
mod edit_episode;
mod edit_episodes;
mod edit_show;
mod end_old_feed;
mod export_show;
mod exported;
mod file_kinds;
mod find_derived;
mod fix_show;
mod follow_notes;
mod follow_recording;
mod hearing_apps;
mod history;
mod import_folder;
mod import_logs;
mod import_show;
mod ingest_audio;
mod jobs;
mod known_sound;
mod leases;
mod link_file;
mod list_feeds;
mod look_at_video;
mod look_live;
mod lost_pictures;
mod make_audio;
mod make_plan;
mod mark_pictures;
mod media_library;
mod metered;
mod mix_recordings;
mod move_in;
mod move_show;
mod old_addresses;
mod older_paths;
mod on_metered;
mod page_links;
mod picture_copies;
mod picture_master;
mod pictures;
mod placeholders;
mod probe_target;
mod process_media;
mod publish;
mod purge;
mod qr;
mod read;
mod read_curves;
mod read_stats;
mod refresh_tags;
mod relay;
mod remove_episode;
mod remove_show;
mod replace_audio;
mod replace_media;
mod reports;
mod rollback;
mod rules;
mod runner;
mod search;
mod settings;
mod settle;
mod share_draft;
mod shared_draft;
mod shares;
mod show_export;
mod show_recipe;
mod silences_told;
mod sound_findings;
mod sound_tags;
mod stats_table;
mod studio;
mod swap_notes;
mod sync;
mod take_over;
mod take_theirs;
mod take_video;
mod tell_hubs;
mod texts;
mod transcribe;
mod transcript_files;
mod transcripts;
mod try_prefix;
mod turns;
mod unchanged;
mod undo;
mod website;
mod withdraw;
mod work;
mod written_transcripts;

pub use accept_finding::Meant;
pub use access::secret_name;
pub use add_target::NewTarget;
pub use doctor::{Copy, Examination, examine, salvage, use_copy};
pub use hearthcast_intake::Subscription;
pub use hearthcast_media::process::{
    AuditionRequest, Auditioned, FoundSilences, Further, ProcessRequest, Processed, SilencesRequest, TagsToWrite,
    needs_encoding,
};
pub use hearthcast_media::video::{Poster, Video, VideoFacts};
pub use history::AsOf;
pub use import_folder::folder_of;
pub use import_logs::{LogOptions, LogReadAgain};
pub use link_file::LINK_SECONDS;
pub use list_feeds::FeedList;
pub use media_library::MediaWish;
pub use move_show::GRACE_DAYS;
pub use publish::Asked;
pub use qr::qr_text;
pub use share_draft::Sharing;
pub use stats_table::{csv as stats_csv, rows as stats_rows, shared as stats_shared};
pub use studio::{Options, Studio};
pub use sync::{Held, Synced};
pub use take_over::TakeOver;

pub use hearthcast_engine::{Planned, ProgressSink};
pub use hearthcast_media::{Copies, Crop, MadePicture, PictureMade, PictureOrder, Purpose};
pub use hearthcast_serve as serve;
pub use hearthcast_site as site;

/// The body of the verb `worker`: looks at files in this process, on request from standard input, until it closes.
pub fn worker_main() -> std::io::Result<()> {
    hearthcast_media::worker::serve(std::io::BufReader::new(std::io::stdin()), std::io::stdout())
}
