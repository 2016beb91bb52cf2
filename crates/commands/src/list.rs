//! The list of commands. Each calls one verb; everything else is made from this file.

use crate::declare::commands;
use hearthcast_model::facts::Peaks;
use hearthcast_model::job::Job;
use hearthcast_model::plan::Plan;
use hearthcast_model::report::{Report, ReportSource};
use hearthcast_model::stats::{ReleaseCurve, Stats};
use hearthcast_model::view::{EpisodeEdit, EpisodeRow, EpisodeView, ShowEdit, ShowRow, ShowView, TargetView, Undone};
use hearthcast_model::{EpisodeId, JobId, Notes};
use hearthcast_studio::NewTarget;

commands! {
    /// All shows.
    fn shows(studio) -> Vec<ShowRow> { studio.shows().await }
    /// One show, opened. `show` is an id or a slug, here and in all commands.
    fn show_view(studio, show: String) -> ShowView { studio.show_view(&show).await }
    /// Makes a show.
    fn add_show(studio, title: String, slug: Option<String>) -> ShowView { studio.add_show(&title, slug.as_deref()).await }
    /// Changes fields of a show.
    fn edit_show(studio, show: String, edit: ShowEdit) -> ShowView { studio.edit_show(&show, edit).await }

    /// The episodes of a show, newest first.
    fn episodes(studio, show: String) -> Vec<EpisodeRow> { studio.episodes(&show).await }
    /// One episode, opened.
    fn episode_view(studio, show: String, episode: String) -> EpisodeView { studio.episode_view(&show, &episode).await }
    /// Makes an episode.
    fn add_episode(studio, show: String, title: String) -> EpisodeView { studio.add_episode(&show, &title).await }
    /// Changes fields of an episode.
    fn edit_episode(studio, show: String, episode: String, edit: EpisodeEdit) -> EpisodeView {
        studio.edit_episode(&show, &episode, edit).await
    }
    /// Removes an episode; undo brings it back.
    fn remove_episode(studio, show: String, episode: String) -> () { studio.remove_episode(&show, &episode).await }

    /// Takes an audio file in, in the background.
    fn start_ingest(studio, show: String, episode: String, path: String) -> JobId {
        studio.start_ingest(&show, &episode, path.into()).await
    }
    /// The waveform of an audio file, by its hash.
    fn peaks(studio, media: String) -> Peaks { studio.peaks(&media).await }
    /// Notes as the public will read them.
    fn preview_notes(studio, markdown: String) -> Notes { studio.preview_notes(&markdown) }

    /// Adds a place to publish to; a server needs its pairing code.
    fn add_target(
        studio,
        show: String,
        name: String,
        url: String,
        public_url: Option<String>,
        pairing_code: Option<String>,
        allow_insecure: bool,
    ) -> TargetView {
        let new = NewTarget { name, url, public_url, pairing_code, allow_insecure, ..NewTarget::default() };
        studio.add_target(&show, new).await
    }
    /// Forgets a place; what is public there stays.
    fn remove_target(studio, target: String) -> () { studio.remove_target(&target).await }
    /// What a publication would change. `only` limits it to these episodes; empty takes all.
    fn plan(studio, show: String, target: Option<String>, only: Vec<EpisodeId>) -> Plan {
        studio.plan(&show, target.as_deref(), &only).await
    }
    /// Publishes, in the background. `only` as for `plan`.
    fn start_publish(studio, show: String, target: Option<String>, only: Vec<EpisodeId>) -> JobId {
        studio.start_publish(&show, target.as_deref(), &only).await
    }

    /// All jobs that are not long over.
    fn jobs(studio) -> Vec<Job> { studio.jobs().await }
    /// Stops a job at its next safe point.
    fn cancel_job(studio, job: JobId) -> () {
        studio.cancel_job(&job);
        Ok(())
    }
    /// The numbers of a show.
    fn stats(studio, show: String) -> Stats { studio.stats(&show).await }
    /// The numbers of a show from a UTC day (`2026-11-20`) on.
    fn stats_since(studio, show: String, since: String) -> Stats { studio.stats_since(&show, Some(&since)).await }
    /// Downloads of the newest published episodes, each by day.
    fn release_curves(studio, show: String) -> Vec<ReleaseCurve> { studio.release_curves(&show).await }
    /// Fetches new numbers, in the background; without a show for all.
    fn sync(studio, show: Option<String>) -> JobId { studio.start_sync(show.as_deref()).await }
    /// Takes the last change back; nothing when there is none.
    fn undo(studio) -> Option<Undone> { studio.undo().await }

    /// The author's saved reports.
    fn reports(studio) -> Vec<Report> { studio.reports().await }
    /// What reports can ask, with columns.
    fn report_sources(studio) -> Vec<ReportSource> { studio.report_sources().await }
    /// Saves a report under its name.
    fn save_report(studio, name: String, sql: String) -> Vec<Report> { studio.save_report(&name, &sql).await }
    /// Forgets a report.
    fn remove_report(studio, name: String) -> Vec<Report> { studio.remove_report(&name).await }
}
