//! The list of commands. Each calls one verb; everything else is made from this file.

use crate::declare::commands;
use hearthcast_model::app::AppPreview;
use hearthcast_model::audition::{AuditionAsked, AuditionView};
use hearthcast_model::check::{CheckFixed, CheckReport};
use hearthcast_model::course::{LoudnessCurve, PeaksPart};
use hearthcast_model::derived::DeriveStep;
use hearthcast_model::directories::{DirectoryView, ListingState};
use hearthcast_model::edit::EditView;
use hearthcast_model::facts::Peaks;
use hearthcast_model::feed_list::{FeedListWritten, ListedFeed};
use hearthcast_model::history::{History, VersionDiff, VersionFeed, Withdrawn};
use hearthcast_model::html::NotesPicture;
use hearthcast_model::import::{ImportReport, ImportRequest, ImportedFiles};
use hearthcast_model::job::Job;
use hearthcast_model::legacy::{LegacyPath, PathsImport};
use hearthcast_model::media_library::{MediaItem, OrphansGone};
use hearthcast_model::media_replace::Replacement;
use hearthcast_model::moving::{MovedIn, OldAddresses, OwnOldFeed};
use hearthcast_model::page_links::PageLinks;
use hearthcast_model::picture::Poster;
use hearthcast_model::place::Role;
use hearthcast_model::plan::Plan;
use hearthcast_model::probe::ProbeReport;
use hearthcast_model::report::{Report, ReportSource};
use hearthcast_model::settings::Settings;
use hearthcast_model::share::ShareView;
use hearthcast_model::silences::{SilencesAsked, SilencesView};
use hearthcast_model::stats::{Breakdown, ReleaseCurve, Stats, TableFormat, Why};
use hearthcast_model::taking::TakenInPlace;
use hearthcast_model::view::{
    EpisodeEdit, EpisodeRow, EpisodeView, FileKinds, FileLink, PictureMaster, PictureUse, Redirect, RuleView, RuleWish,
    SearchHit, ShowEdit, ShowRow, ShowView, TagsPlan, TagsRefreshed, TakenOver, TargetView, Undone, VerifiedFile,
};
use hearthcast_model::{
    Cancel, ChaptersRead, CommentId, CommentList, CommentState, EpisodeId, ExportMedia, JobId, Notes, Passage,
    PassageKind, Picture, Preset, Remark, Replace, ReplaceOffer, Sha256, ShareId, TranscriptChange, TranscriptLook,
    TranscriptWritten,
};
use hearthcast_studio::{AsOf, Asked, GRACE_DAYS, LINK_SECONDS, Meant, NewTarget, Sharing, TakeOver};
use std::collections::BTreeMap;

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
    /// Makes a post: words for the show's website, without sound.
    fn add_post(studio, show: String, title: String) -> EpisodeView { studio.add_post(&show, &title).await }
    /// Changes fields of an episode.
    fn edit_episode(studio, show: String, episode: String, edit: EpisodeEdit) -> EpisodeView {
        studio.edit_episode(&show, &episode, edit).await
    }
    /// Removes an episode; undo brings it back.
    fn remove_episode(studio, show: String, episode: String) -> () {
        let id = studio.episode_view(&show, &episode).await?.id;
        studio.remove_episode(&show, &episode).await?;
        crate::lan::end_of(&[id]);
        Ok(())
    }

    /// Changes the same fields of several episodes, as one step; answers how many changed.
    fn edit_episodes(studio, show: String, episodes: Vec<EpisodeId>, edit: EpisodeEdit) -> u32 {
        studio.edit_episodes(&show, &episodes, edit).await
    }
    /// Removes several episodes, as one step; undo brings them back.
    fn remove_episodes(studio, show: String, episodes: Vec<EpisodeId>) -> u32 {
        let removed = studio.remove_episodes(&show, &episodes).await?;
        crate::lan::end_of(&episodes);
        Ok(removed)
    }
    /// Takes a picture in for a link, a season, a chapter or a song, before an edit names it.
    fn take_in_picture(studio, path: String, usage: PictureUse) -> Picture {
        studio.take_in_picture(path.as_ref(), usage).await
    }
    /// The font of a show's name, in Base64, to show the name in it.
    fn show_font(studio, show: String) -> Option<String> { studio.show_font(&show).await }
    /// The picture a cover, or an episode's picture, was made from, to choose a part of it.
    fn picture_master(studio, show: String, episode: Option<String>) -> Option<PictureMaster> {
        studio.picture_master(&show, episode.as_deref()).await
    }
    /// All files of the library, with where each is used; the newest first.
    fn media_items(studio) -> Vec<MediaItem> { studio.media_items().await }
    /// Sets the tags of a file, in place of those it has; answers how they are kept.
    fn tag_media(studio, hash: String, tags: Vec<String>) -> Vec<String> { studio.tag_media(&hash, &tags).await }
    /// Deletes files that nothing needs: those named, or all of them. They do not come back.
    fn delete_orphans(studio, only: Vec<Sha256>) -> OrphansGone { studio.delete_orphans(&only).await }
    /// What would change where if the file at `path` took the place of one of the library. Changes nothing.
    fn plan_replacement(studio, hash: String, path: String) -> Replacement {
        studio.plan_replacement(&hash, path.as_ref()).await
    }
    /// Does it, in one step to undo; what is published is not touched. Where listeners hear a sound that is replaced, `replace`
    /// says in which of the offered ways.
    fn replace_media(studio, hash: String, path: String, replace: Option<Replace>) -> Replacement {
        studio.replace_media(&hash, path.as_ref(), replace, &Cancel::default(), |_| ()).await
    }
    /// What is missing or outdated of all that is made of the author's files, and why. Changes nothing.
    fn plan_derived(studio) -> Vec<DeriveStep> { studio.plan_derived("").await }
    /// Makes it again, in the background. What is published stays as it is.
    fn start_derive(studio) -> JobId { studio.start_derive("").await }
    /// Tiny pictures to stand in the place of those with these hashes while they are on their way, as `data:` addresses.
    fn placeholders(studio, pictures: Vec<String>) -> BTreeMap<String, String> { studio.placeholders(&pictures).await }
    /// Endings of the files that are taken.
    fn file_kinds(studio) -> FileKinds { Ok(studio.file_kinds()) }

    /// Takes an audio file in, in the background; with `tracks`, other microphones of the same talk, all of them mixed. Of a live
    /// episode `replace` says in which of the offered ways.
    fn start_ingest(studio, show: String, episode: String, path: String, tracks: Vec<String>, replace: Option<Replace>) -> JobId {
        studio.start_ingest(&show, &episode, path.into(), tracks.into_iter().map(Into::into).collect(), replace).await
    }
    /// Gives an episode its sound in another format, or a video, beside what it has; in the background.
    fn start_attach(studio, show: String, episode: String, path: String) -> JobId {
        studio.start_attach(&show, &episode, path.as_ref()).await
    }
    /// Takes the still of an episode's video anew, or away.
    fn take_poster(studio, show: String, episode: String, video: Sha256, poster: Poster) -> EpisodeView {
        studio.take_poster(&show, &episode, &video, poster, Cancel::default()).await
    }
    /// Says what the still of an episode's video shows.
    fn describe_poster(studio, show: String, episode: String, video: Sha256, alt: String) -> EpisodeView {
        studio.describe_poster(&show, &episode, &video, &alt).await
    }
    /// Makes an episode's sound again from its recording with another preset, in the background. `replace` as above.
    fn process_again(studio, show: String, episode: String, preset: Preset, replace: Option<Replace>) -> JobId {
        studio.process_again(&show, &episode, preset, replace).await
    }
    /// What is cut out of an episode's recording; nothing where there is no recording here.
    fn recording_edit(studio, show: String, episode: String) -> Option<EditView> { studio.edit_of(&show, &episode).await }
    /// Says what is cut out or bleeped, on the recording's clock; the whole list. Heard when the sound is made again.
    fn set_passages(studio, show: String, episode: String, passages: Vec<Passage>) -> EditView {
        studio.set_passages(&show, &episode, &passages).await
    }
    /// Marks a passage of the present sound, from one of its milliseconds to another.
    fn mark_passage(studio, show: String, episode: String, from_ms: i64, to_ms: i64, kind: PassageKind) -> EditView {
        studio.mark_passage(&show, &episode, (from_ms, to_ms), kind).await
    }
    /// Makes a few seconds of a recording as settings would make them, and as they are, equally loud. One that is still being made
    /// is stopped.
    fn audition(studio, show: String, asked: AuditionAsked) -> AuditionView { studio.audition(&show, asked).await }
    /// Stops the audition that is being made.
    fn stop_audition(studio) -> () {
        studio.stop_audition();
        Ok(())
    }
    /// Says which silences of a recording settings would shorten, and how long its sound is then. Nothing is made.
    fn silences_told(studio, show: String, asked: SilencesAsked) -> SilencesView { studio.silences_told(&show, asked).await }
    /// The ways to replace the sound of a live episode; none of one that is not live.
    fn replace_offers(studio, show: String, episode: String) -> Vec<ReplaceOffer> {
        studio.replace_offers(&show, &episode).await
    }
    /// What refreshing title, chapters and cover inside an episode's file would mean. Changes nothing.
    fn tags_plan(studio, show: String, episode: String) -> TagsPlan { studio.tags_plan(&show, &episode).await }
    /// Refreshes them; every frame of sound is copied. `confirm` is what the plan asks to be typed.
    fn refresh_tags(
        studio,
        show: String,
        episode: String,
        replace: Option<Replace>,
        confirm: Option<String>,
    ) -> TagsRefreshed {
        studio.refresh_tags(&show, &episode, replace, confirm.as_deref(), &Cancel::default()).await
    }
    /// Reads the chapters of a file (JSON chapters, a list of times and titles, or a sound) for an edit. No record changes.
    fn read_chapters(studio, path: String) -> ChaptersRead { studio.read_chapters(path.as_ref()).await }
    /// Gives an episode a transcript from a file of any form. Without a language it is the show's.
    fn add_transcript(studio, show: String, episode: String, path: String, language: Option<String>) -> EpisodeView {
        studio.add_transcript(&show, &episode, path.as_ref(), language.as_deref()).await
    }
    /// The text of a transcript, by its place in the episode's list.
    fn transcript_text(studio, show: String, episode: String, index: u32) -> String {
        studio.transcript_text(&show, &episode, index).await
    }
    /// Writes a transcript anew.
    fn set_transcript_text(studio, show: String, episode: String, index: u32, text: String) -> EpisodeView {
        studio.set_transcript_text(&show, &episode, index, &text).await
    }
    /// Looks a transcript over: who speaks, and what is to be looked at.
    fn look_at_transcript(studio, show: String, episode: String, index: u32) -> TranscriptLook {
        studio.look_at_transcript(&show, &episode, index).await
    }
    /// Moves, stretches, joins or divides a transcript, or gives a speaker another name.
    fn change_transcript(studio, show: String, episode: String, index: u32, change: TranscriptChange) -> EpisodeView {
        studio.change_transcript(&show, &episode, index, &change).await
    }
    /// Writes a transcript as a file of another form, which its name says. A file that is there is written over only on `force`.
    fn save_transcript(studio, show: String, episode: String, index: u32, path: String, force: bool) -> TranscriptWritten {
        studio.save_transcript(&show, &episode, index, path.as_ref(), force).await
    }
    /// Begins to write down what is said in an episode, as its transcript in a language (the show's without).
    fn start_transcribe(studio, show: String, episode: String, language: Option<String>) -> JobId {
        studio.start_transcribe(&show, &episode, language).await
    }
    /// Offers a transcript to apps in another form as well (`vtt`, `srt`, `json`, `html`).
    fn offer_transcript(studio, show: String, episode: String, index: u32, form: String) -> EpisodeView {
        studio.offer_transcript(&show, &episode, index, &form).await
    }
    /// Takes a transcript away from an episode.
    fn remove_transcript(studio, show: String, episode: String, index: u32) -> EpisodeView {
        studio.remove_transcript(&show, &episode, index).await
    }
    /// Shows and episodes with all these words in titles, notes, chapters or names; the last word may be unfinished.
    fn search(studio, text: String) -> Vec<SearchHit> { studio.search(&text).await }
    /// The waveform of an audio file, by its hash.
    fn peaks(studio, media: String) -> Peaks { studio.peaks(&media).await }
    /// A part of it, from one time to another in milliseconds, as fine as so many slices need.
    fn waveform(studio, media: String, from_ms: i64, to_ms: i64, slices: u32) -> PeaksPart {
        studio.waveform(&media, from_ms, to_ms, slices).await
    }
    /// How loud a sound is from second to second, by the hash of its file.
    fn loudness_curve(studio, media: String) -> LoudnessCurve { studio.loudness_curve(&media).await }
    /// How each podcast app shows an episode as it stands, with the rules that make it so.
    fn in_apps(studio, show: String, episode: String) -> Vec<AppPreview> { studio.in_apps(&show, &episode).await }
    /// Notes as the public will read them; `html`: they are written in HTML; `pictures`: those that were brought for them.
    fn preview_notes(studio, markdown: String, html: Option<bool>, pictures: Option<Vec<NotesPicture>>) -> Notes {
        studio.preview_notes(&markdown, html == Some(true), pictures.unwrap_or_default())
    }
    /// Notes in HTML as they would be in Markdown; changes nothing.
    fn notes_as_markdown(studio, html: String, pictures: Option<Vec<NotesPicture>>) -> Notes {
        studio.notes_as_markdown(&html, pictures.unwrap_or_default())
    }

    /// Says what an import would make or change; changes nothing.
    fn preview_import(studio, request: ImportRequest) -> ImportReport {
        studio.preview_import(&request, &Cancel::default()).await
    }
    /// Imports a show from its feed, or brings it up to date; its files follow in the background.
    fn start_import(studio, request: ImportRequest) -> ImportReport { studio.start_import(&request).await }
    /// Takes a show out into a folder, in the background.
    fn start_export(studio, show: String, folder: String, media: ExportMedia) -> JobId {
        studio.start_export(&show, folder.as_ref(), media).await
    }
    /// The feeds in a list of subscriptions (OPML) that is named instead of a feed; nothing of every other source.
    fn listed_feeds(studio, request: ImportRequest) -> Option<Vec<ListedFeed>> { studio.listed_feeds(&request).await }
    /// Writes the public feeds of all shows into a file, as a list of subscriptions (OPML). A file that is there is written over only on
    /// `force`.
    fn save_feed_list(studio, path: String, force: bool) -> FeedListWritten {
        studio.save_feed_list(path.as_ref(), force).await
    }
    /// Opens the folder that an export wrote, in the system's file manager.
    fn show_export(studio, job: JobId) -> () { studio.show_export(&job).await }
    /// How far the files of an imported show are.
    fn imported_files(studio, show: String) -> ImportedFiles { studio.imported_files(&show).await }

    /// Adds a place to publish to; a server needs its pairing code.
    fn add_target(
        studio,
        show: String,
        name: String,
        url: String,
        public_url: Option<String>,
        pairing_code: Option<String>,
        role: Role,
        allow_insecure: bool,
    ) -> TargetView {
        let new = NewTarget { name, url, public_url, role, pairing_code, allow_insecure };
        studio.add_target(&show, new).await
    }
    /// Keeps the access key of a bucket, or the password of a folder on another machine, in the system's keychain.
    fn set_access_key(studio, target: String, access_key_id: String, secret_access_key: String) -> () {
        studio.set_access_key(&target, &access_key_id, &secret_access_key).await
    }
    /// Tries what a place can do: writes, reads and removes a few small files there.
    fn probe_target(studio, target: String) -> ProbeReport { studio.probe_target(&target).await }
    /// What the last trial found; nothing when the place was never tried.
    fn last_probe(studio, target: String) -> Option<ProbeReport> { studio.last_probe(&target).await }
    /// Files that are public at a place, with the addresses under which they were read back.
    fn verified_files(studio, target: String) -> Vec<VerifiedFile> { studio.verified_files(&target).await }
    /// An address that opens a file of a private place (its public address, or `feed.xml`) for ten minutes.
    fn link_file(studio, target: String, file: String) -> FileLink {
        studio.link_file(&target, &file, LINK_SECONDS).await
    }
    /// Forgets a place; what is public there stays.
    fn remove_target(studio, target: String) -> () { studio.remove_target(&target).await }
    /// What directories and apps would refuse; asks the place listeners use as well.
    fn check_show(studio, show: String) -> CheckReport { studio.check_show(&show).await }
    /// The same without asking any network: at once.
    fn check_show_here(studio, show: String) -> CheckReport { studio.check_show_here(&show).await }
    /// Puts right what was found, by codes, or `all-safe`. One step for undo; nothing becomes public.
    fn fix_show(studio, show: String, codes: Vec<String>) -> CheckFixed { studio.fix_show(&show, &codes).await }
    /// Takes one finding as it is: of a rule, about the show or an episode, in these words. Changes nothing that listeners get.
    fn accept_finding(studio, show: String, code: String, subject: String, message: String) -> CheckReport {
        let meant = Meant { code: &code, subject: Some(&subject), message: Some(&message) };
        studio.accept_findings(&show, meant).await
    }
    /// Takes that back.
    fn reconsider_finding(studio, show: String, code: String, subject: String, message: String) -> CheckReport {
        let meant = Meant { code: &code, subject: Some(&subject), message: Some(&message) };
        studio.reconsider_findings(&show, meant).await
    }
    /// What a publication would change. `only` limits it to these episodes; empty takes all.
    fn plan(studio, show: String, target: Option<String>, only: Vec<EpisodeId>) -> Plan {
        studio.plan(&show, target.as_deref(), &only).await
    }
    /// Publishes, in the background. `only` as for `plan`; `confirm` is what the plan asked to be typed.
    fn start_publish(
        studio,
        show: String,
        target: Option<String>,
        only: Vec<EpisodeId>,
        confirm: Option<String>,
    ) -> JobId {
        let asked = Asked { only: &only, confirm: confirm.as_deref(), ..Asked::default() };
        studio.start_publish(&show, target.as_deref(), asked).await
    }

    /// Every published version at a place, newest first.
    fn history(studio, show: String, target: Option<String>) -> History {
        studio.history(&show, target.as_deref()).await
    }
    /// The feed of a version as it was published, compared with its hash.
    fn version_feed(studio, show: String, target: Option<String>, version: u64) -> VersionFeed {
        studio.version_feed(&show, target.as_deref(), AsOf::Version(version)).await
    }
    /// The feed that was public at an instant, Unix milliseconds.
    fn feed_as_of(studio, show: String, target: Option<String>, at_ms: i64) -> VersionFeed {
        studio.version_feed(&show, target.as_deref(), AsOf::Instant(at_ms)).await
    }
    /// How two versions differ.
    fn diff(studio, show: String, target: Option<String>, from: u64, to: u64) -> VersionDiff {
        studio.diff_versions(&show, target.as_deref(), from, to).await
    }
    /// What going back to a version would change for listeners.
    fn plan_rollback(studio, show: String, target: Option<String>, version: u64) -> Plan {
        studio.plan_rollback(&show, target.as_deref(), version).await
    }
    /// Goes back to a version, in the background, like a publication.
    /// `confirm` is what its plan asks to be typed, where it asks.
    fn start_rollback(studio, show: String, target: Option<String>, version: u64, confirm: Option<String>) -> JobId {
        studio.start_rollback(&show, target.as_deref(), (version, confirm)).await
    }
    /// Takes what the other side's feed says of an episode (its guid) into the working copy here.
    fn take_theirs(studio, show: String, target: Option<String>, guid: String) -> TakenOver {
        studio.take_theirs(&show, target.as_deref(), &guid).await
    }
    /// Follows the version another computer published, when it is still the one that was looked at.
    fn follow_theirs(studio, show: String, target: Option<String>, fence: String) -> () {
        studio.follow_theirs(&show, target.as_deref(), &fence).await
    }
    /// What moving a show from one target to another would do.
    fn plan_move(studio, show: String, from: String, to: String) -> Plan {
        studio.plan_move(&show, &from, &to, GRACE_DAYS).await
    }
    /// Moves a show, in the background: every file, the feed, then the old feed.
    /// `confirm` is what its plan asks to be typed.
    fn start_move(studio, show: String, from: String, to: String, confirm: Option<String>) -> JobId {
        studio.start_move(&show, &from, &to, (GRACE_DAYS, confirm)).await
    }
    /// What taking a show over at a place that serves it already, by another program, would keep. `feed`: the address that listeners
    /// subscribe to, where it is not the imported one.
    fn plan_take_over(studio, show: String, target: String, feed: Option<String>) -> TakenInPlace {
        studio.plan_take_over(&show, TakeOver::at(target, feed), &Cancel::default()).await
    }
    /// Takes it over, in the background.
    fn start_take_over(studio, show: String, target: String, feed: Option<String>) -> JobId {
        studio.start_take_over(&show, &target, feed).await
    }
    /// What letting an imported show be here from now on would mean.
    fn plan_move_in(studio, show: String, target: Option<String>) -> MovedIn {
        studio.plan_move_in(&show, target.as_deref(), &Cancel::default()).await
    }
    /// Lets it be here, in the background. `confirm` is what its plan asks to be typed.
    fn start_move_in(studio, show: String, target: Option<String>, confirm: Option<String>) -> JobId {
        studio.start_move_in(&show, target.as_deref(), confirm).await
    }
    /// Every address the show had before; with `look` each is asked, as apps do.
    fn old_addresses(studio, show: String, look: bool) -> OldAddresses {
        studio.old_addresses(&show, look, &Cancel::default()).await
    }
    /// Episodes whose page is at a host that the show's server answers now; with `page` (`https://…/{slug}/`) where each page is, and
    /// whether it is there.
    fn page_links(studio, show: String, page: Option<String>) -> PageLinks {
        studio.page_links(&show, page.as_deref(), &Cancel::default()).await
    }
    /// Lets the old addresses of those pages lead to the new ones, with the next publication.
    fn redirect_page_links(studio, show: String, page: String) -> PageLinks {
        studio.redirect_page_links(&show, &page, &Cancel::default()).await
    }
    /// Ends the old feed at a target that the show left; `confirm` is the show's address name.
    fn end_old_feed(studio, target: String, confirm: Option<String>) -> OwnOldFeed {
        studio.end_old_feed(&target, confirm.as_deref()).await
    }
    /// Directories, and how far a show is with each.
    fn directories(studio, show: String) -> Vec<DirectoryView> { studio.directories(&show).await }
    /// Notes how far a show is with a directory.
    fn set_listing(
        studio,
        show: String,
        directory: String,
        state: Option<ListingState>,
        url: Option<String>,
    ) -> Vec<DirectoryView> {
        studio.set_listing(&show, &directory, state, url.as_deref()).await
    }
    /// Lets the feed show the owner's e-mail address for some days; none take it out.
    fn verify_at(studio, show: String, directory: String, email: String, days: Option<u32>) -> ShowView {
        studio.verify_at(&show, &directory, &email, days).await
    }
    /// Where files of each kind lie at a target, and under which names.
    fn rules(studio, target: String) -> Vec<RuleView> { studio.rules(&target).await }
    /// What a rule would do with the show's files; what is wrong with it stands in the answer.
    fn preview_rule(studio, target: String, wish: RuleWish) -> RuleView { studio.preview_rule(&target, wish).await }
    /// Keeps a rule. Files that are public keep the names they have.
    fn set_rule(studio, target: String, wish: RuleWish) -> RuleView { studio.set_rule(&target, wish).await }
    /// The older paths of a show at a Hearthcast server: each leads on where nothing of the server's own answers.
    fn older_paths(studio, target: String) -> Vec<LegacyPath> { studio.older_paths(&target).await }
    /// Keeps an older path, and answers all. `was` is the one it stands for, where that had another name.
    fn set_older_path(studio, target: String, was: Option<String>, path: LegacyPath) -> Vec<LegacyPath> {
        studio.set_older_path(&target, was.as_deref(), path).await
    }
    /// Forgets an older path, and answers the others.
    fn remove_older_path(studio, target: String, from: String) -> Vec<LegacyPath> {
        studio.remove_older_path(&target, &from).await
    }
    /// Keeps these older paths and no others: takes an import back.
    fn replace_older_paths(studio, target: String, paths: Vec<LegacyPath>) -> Vec<LegacyPath> {
        studio.replace_older_paths(&target, paths).await
    }
    /// What the table of older paths in a CSV file would do; changes nothing.
    fn preview_older_paths(studio, target: String, path: String) -> PathsImport {
        studio.preview_older_paths(&target, path.as_ref()).await
    }
    /// Keeps the older paths of a CSV file: all of them or, when refused lines are left out, the others.
    fn import_older_paths(studio, target: String, path: String, leave_out_refused: bool) -> PathsImport {
        studio.import_older_paths(&target, path.as_ref(), leave_out_refused).await
    }
    /// What giving public files the names of today's rules would do.
    fn plan_relay(studio, target: String) -> Plan { studio.plan_relay(&target, GRACE_DAYS).await }
    /// Gives public files the names of today's rules, in the background; `confirm` is what the plan asked to be typed.
    fn start_relay(studio, target: String, confirm: Option<String>) -> JobId {
        studio.start_relay(&target, GRACE_DAYS, confirm.as_deref()).await
    }
    /// Where each address that was ever published at a target leads now.
    fn redirects(studio, target: String) -> Vec<Redirect> { studio.redirects(&target).await }
    /// Calls an episode back, in the background: out of the feed, and its files deleted everywhere.
    fn start_withdraw(studio, show: String, episode: String) -> JobId { studio.start_withdraw(&show, &episode).await }
    /// What removing a whole show from listeners would change, place by place.
    fn plan_removal(studio, show: String) -> Vec<Plan> { studio.plan_removal(&show).await }
    /// Removes a whole show from listeners, in the background; its files go after so many days.
    fn start_remove_show(studio, show: String, days: u32) -> JobId { studio.start_remove_show(&show, days).await }
    /// Brings a removed show back, in the background.
    fn start_restore_show(studio, show: String) -> JobId { studio.start_restore_show(&show).await }
    /// What became of withdrawn episodes, newest first.
    fn withdrawn(studio, show: String) -> Vec<Withdrawn> { studio.withdrawn(&show).await }

    /// All jobs that are not long over.
    fn jobs(studio) -> Vec<Job> { studio.jobs().await }
    /// Stops a job at its next safe point, whichever program works on it.
    fn cancel_job(studio, job: JobId) -> () { studio.cancel_job(&job).await }
    /// Holds a job at its next safe point.
    fn pause_job(studio, job: JobId) -> () { studio.pause_job(&job).await }
    /// Lets a held job go on, or begins a stopped or failed one again.
    fn resume_job(studio, job: JobId) -> () { studio.resume_job(&job).await }
    /// Holds everything that runs or waits; answers how many.
    fn pause_jobs(studio) -> u32 { studio.pause_jobs().await }
    /// Lets everything that is held go on, and tries at once what waits to be tried again; answers how many.
    fn resume_jobs(studio) -> u32 { studio.resume_jobs().await }
    /// Stops everything that runs, waits or is held; answers how many.
    fn cancel_jobs(studio) -> u32 { studio.cancel_jobs().await }
    /// The numbers of a show between two UTC days (`2026-11-20`), both included; without them, of all days.
    fn stats(studio, show: String, from: Option<String>, to: Option<String>) -> Stats {
        studio.stats_between(&show, from.as_deref(), to.as_deref()).await
    }
    /// Why the number of an episode on a UTC day is what it is.
    fn why(studio, show: String, episode: String, day: String) -> Why { studio.why(&show, &episode, &day).await }
    /// The same numbers as a file for other programs. `shared`: names of fewer than five downloads are told as "other".
    fn export_stats(
        studio,
        show: String,
        from: Option<String>,
        to: Option<String>,
        by: Breakdown,
        format: TableFormat,
        shared: bool,
    ) -> String {
        studio.export_stats(&show, (from.as_deref(), to.as_deref()), by, format, shared).await
    }
    /// Downloads of the newest published episodes, each by day.
    fn release_curves(studio, show: String) -> Vec<ReleaseCurve> { studio.release_curves(&show).await }
    /// What visitors wrote about a show, in one state, newest first.
    fn comments(studio, show: String, state: CommentState) -> CommentList { studio.comments(&show, state).await }
    /// Drafts of a show, or of one episode, that somebody may hear by a secret address, newest first; those in this computer's own
    /// network before them.
    fn shares(studio, show: String, episode: Option<String>) -> Vec<ShareView> {
        let mut all = crate::lan::opened(studio, &show, episode.as_deref()).await?;
        all.extend(studio.shares(&show, episode.as_deref()).await?);
        Ok(all)
    }
    /// Lets somebody hear a draft, in the background: makes a secret address at a target, for so many days.
    fn start_share_draft(studio, show: String, episode: String, target: Option<String>, days: Option<u32>) -> JobId {
        studio.start_share_draft(&show, &episode, Sharing { days, target: target.as_deref() }).await
    }
    /// Lets those in this computer's own network hear a draft, until it is ended or the program closes.
    fn share_draft_here(studio, show: String, episode: String) -> ShareView {
        crate::lan::keep_open(studio, &show, &episode).await
    }
    /// Ends a secret address; answers what was ended.
    fn unshare_draft(studio, show: String, share: ShareId) -> Vec<ShareView> {
        match crate::lan::end(&share) {
            Some(view) => Ok(vec![view]),
            None => studio.unshare(&show, share.as_str()).await,
        }
    }
    /// What those who heard an episode's draft remarked, in the order of its moments.
    fn remarks(studio, show: String, episode: String) -> Vec<Remark> { studio.remarks(&show, &episode).await }
    /// Decides about comments; answers how each was before that was in another state.
    fn decide_comments(studio, show: String, decisions: Vec<(CommentId, CommentState)>) -> Vec<(CommentId, CommentState)> {
        studio.decide_comments(&show, &decisions).await
    }
    /// Tells a show's servers what was decided; answers how many decisions they did not know yet.
    fn send_decisions(studio, show: String) -> u64 { studio.send_decisions(&show).await }
    /// Fetches new numbers, in the background; without a show for all.
    fn sync(studio, show: Option<String>) -> JobId { studio.start_sync(show.as_deref()).await }
    /// Takes the last change back, also one made before a restart; nothing when there is none.
    fn undo(studio) -> Option<Undone> { studio.undo().await }
    /// Takes the change that was taken back last again; nothing when there is none.
    fn redo(studio) -> Option<Undone> { studio.redo().await }

    /// How the program goes about on the network.
    fn settings(studio) -> Settings { studio.settings().await }
    /// Keeps other settings; what runs keeps to them at once.
    fn set_settings(studio, settings: Settings) -> Settings { studio.set_settings(settings).await }
    /// Whether the connection is metered, as far as the system tells.
    fn is_metered(studio) -> bool { Ok(studio.is_metered().await) }

    /// The author's saved reports.
    fn reports(studio) -> Vec<Report> { studio.reports().await }
    /// What reports can ask, with columns.
    fn report_sources(studio) -> Vec<ReportSource> { studio.report_sources().await }
    /// Saves a report under its name.
    fn save_report(studio, name: String, sql: String) -> Vec<Report> { studio.save_report(&name, &sql).await }
    /// Forgets a report.
    fn remove_report(studio, name: String) -> Vec<Report> { studio.remove_report(&name).await }
}
