// Generated from the command list of hearthcast-commands (`cargo xtask bindings`). Do not edit.
import { call } from "../host";
import type { AppPreview } from "./AppPreview";
import type { AuditionAsked } from "./AuditionAsked";
import type { AuditionView } from "./AuditionView";
import type { Breakdown } from "./Breakdown";
import type { ChaptersRead } from "./ChaptersRead";
import type { CheckFixed } from "./CheckFixed";
import type { CheckReport } from "./CheckReport";
import type { CommentId } from "./CommentId";
import type { CommentList } from "./CommentList";
import type { CommentState } from "./CommentState";
import type { DeriveStep } from "./DeriveStep";
import type { DirectoryView } from "./DirectoryView";
import type { EditView } from "./EditView";
import type { EpisodeEdit } from "./EpisodeEdit";
import type { EpisodeId } from "./EpisodeId";
import type { EpisodeRow } from "./EpisodeRow";
import type { EpisodeView } from "./EpisodeView";
import type { ExportMedia } from "./ExportMedia";
import type { FeedListWritten } from "./FeedListWritten";
import type { FileKinds } from "./FileKinds";
import type { FileLink } from "./FileLink";
import type { History } from "./History";
import type { ImportReport } from "./ImportReport";
import type { ImportRequest } from "./ImportRequest";
import type { ImportedFiles } from "./ImportedFiles";
import type { Job } from "./Job";
import type { JobId } from "./JobId";
import type { LegacyPath } from "./LegacyPath";
import type { ListedFeed } from "./ListedFeed";
import type { ListingState } from "./ListingState";
import type { LoudnessCurve } from "./LoudnessCurve";
import type { MediaItem } from "./MediaItem";
import type { MovedIn } from "./MovedIn";
import type { Notes } from "./Notes";
import type { NotesPicture } from "./NotesPicture";
import type { OldAddresses } from "./OldAddresses";
import type { OrphansGone } from "./OrphansGone";
import type { OwnOldFeed } from "./OwnOldFeed";
import type { PageLinks } from "./PageLinks";
import type { Passage } from "./Passage";
import type { PassageKind } from "./PassageKind";
import type { PathsImport } from "./PathsImport";
import type { Peaks } from "./Peaks";
import type { PeaksPart } from "./PeaksPart";
import type { Picture } from "./Picture";
import type { PictureMaster } from "./PictureMaster";
import type { PictureUse } from "./PictureUse";
import type { Plan } from "./Plan";
import type { Poster } from "./Poster";
import type { Preset } from "./Preset";
import type { ProbeReport } from "./ProbeReport";
import type { Redirect } from "./Redirect";
import type { ReleaseCurve } from "./ReleaseCurve";
import type { Remark } from "./Remark";
import type { Replace } from "./Replace";
import type { ReplaceOffer } from "./ReplaceOffer";
import type { Replacement } from "./Replacement";
import type { Report } from "./Report";
import type { ReportSource } from "./ReportSource";
import type { Role } from "./Role";
import type { RuleView } from "./RuleView";
import type { RuleWish } from "./RuleWish";
import type { SearchHit } from "./SearchHit";
import type { Settings } from "./Settings";
import type { Sha256 } from "./Sha256";
import type { ShareId } from "./ShareId";
import type { ShareView } from "./ShareView";
import type { ShowEdit } from "./ShowEdit";
import type { ShowRow } from "./ShowRow";
import type { ShowView } from "./ShowView";
import type { SilencesAsked } from "./SilencesAsked";
import type { SilencesView } from "./SilencesView";
import type { Stats } from "./Stats";
import type { TableFormat } from "./TableFormat";
import type { TagsPlan } from "./TagsPlan";
import type { TagsRefreshed } from "./TagsRefreshed";
import type { TakenInPlace } from "./TakenInPlace";
import type { TakenOver } from "./TakenOver";
import type { TargetView } from "./TargetView";
import type { TranscriptChange } from "./TranscriptChange";
import type { TranscriptLook } from "./TranscriptLook";
import type { TranscriptWritten } from "./TranscriptWritten";
import type { Undone } from "./Undone";
import type { VerifiedFile } from "./VerifiedFile";
import type { VersionDiff } from "./VersionDiff";
import type { VersionFeed } from "./VersionFeed";
import type { Why } from "./Why";
import type { Withdrawn } from "./Withdrawn";

/** All shows. */
export const shows = (args: Record<string, never> = {}): Promise<Array<ShowRow>> => call("shows", args);

/** One show, opened. `show` is an id or a slug, here and in all commands. */
export const show_view = (args: { show: string }): Promise<ShowView> => call("show_view", args);

/** Makes a show. */
export const add_show = (args: { title: string; slug: string | null }): Promise<ShowView> => call("add_show", args);

/** Changes fields of a show. */
export const edit_show = (args: { show: string; edit: ShowEdit }): Promise<ShowView> => call("edit_show", args);

/** The episodes of a show, newest first. */
export const episodes = (args: { show: string }): Promise<Array<EpisodeRow>> => call("episodes", args);

/** One episode, opened. */
export const episode_view = (args: { show: string; episode: string }): Promise<EpisodeView> => call("episode_view", args);

/** Makes an episode. */
export const add_episode = (args: { show: string; title: string }): Promise<EpisodeView> => call("add_episode", args);

/** Makes a post: words for the show's website, without sound. */
export const add_post = (args: { show: string; title: string }): Promise<EpisodeView> => call("add_post", args);

/** Changes fields of an episode. */
export const edit_episode = (args: { show: string; episode: string; edit: EpisodeEdit }): Promise<EpisodeView> => call("edit_episode", args);

/** Removes an episode; undo brings it back. */
export const remove_episode = (args: { show: string; episode: string }): Promise<null> => call("remove_episode", args);

/** Changes the same fields of several episodes, as one step; answers how many changed. */
export const edit_episodes = (args: { show: string; episodes: Array<EpisodeId>; edit: EpisodeEdit }): Promise<number> => call("edit_episodes", args);

/** Removes several episodes, as one step; undo brings them back. */
export const remove_episodes = (args: { show: string; episodes: Array<EpisodeId> }): Promise<number> => call("remove_episodes", args);

/** Takes a picture in for a link, a season, a chapter or a song, before an edit names it. */
export const take_in_picture = (args: { path: string; usage: PictureUse }): Promise<Picture> => call("take_in_picture", args);

/** The font of a show's name, in Base64, to show the name in it. */
export const show_font = (args: { show: string }): Promise<string | null> => call("show_font", args);

/** The picture a cover, or an episode's picture, was made from, to choose a part of it. */
export const picture_master = (args: { show: string; episode: string | null }): Promise<PictureMaster | null> => call("picture_master", args);

/** All files of the library, with where each is used; the newest first. */
export const media_items = (args: Record<string, never> = {}): Promise<Array<MediaItem>> => call("media_items", args);

/** Sets the tags of a file, in place of those it has; answers how they are kept. */
export const tag_media = (args: { hash: string; tags: Array<string> }): Promise<Array<string>> => call("tag_media", args);

/** Deletes files that nothing needs: those named, or all of them. They do not come back. */
export const delete_orphans = (args: { only: Array<Sha256> }): Promise<OrphansGone> => call("delete_orphans", args);

/** What would change where if the file at `path` took the place of one of the library. Changes nothing. */
export const plan_replacement = (args: { hash: string; path: string }): Promise<Replacement> => call("plan_replacement", args);

/** Does it, in one step to undo; what is published is not touched. Where listeners hear a sound that is replaced, `replace` says in which of the offered ways. */
export const replace_media = (args: { hash: string; path: string; replace: Replace | null }): Promise<Replacement> => call("replace_media", args);

/** What is missing or outdated of all that is made of the author's files, and why. Changes nothing. */
export const plan_derived = (args: Record<string, never> = {}): Promise<Array<DeriveStep>> => call("plan_derived", args);

/** Makes it again, in the background. What is published stays as it is. */
export const start_derive = (args: Record<string, never> = {}): Promise<JobId> => call("start_derive", args);

/** Tiny pictures to stand in the place of those with these hashes while they are on their way, as `data:` addresses. */
export const placeholders = (args: { pictures: Array<string> }): Promise<{ [key in string]: string }> => call("placeholders", args);

/** Endings of the files that are taken. */
export const file_kinds = (args: Record<string, never> = {}): Promise<FileKinds> => call("file_kinds", args);

/** Takes an audio file in, in the background; with `tracks`, other microphones of the same talk, all of them mixed. Of a live episode `replace` says in which of the offered ways. */
export const start_ingest = (args: { show: string; episode: string; path: string; tracks: Array<string>; replace: Replace | null }): Promise<JobId> => call("start_ingest", args);

/** Gives an episode its sound in another format, or a video, beside what it has; in the background. */
export const start_attach = (args: { show: string; episode: string; path: string }): Promise<JobId> => call("start_attach", args);

/** Takes the still of an episode's video anew, or away. */
export const take_poster = (args: { show: string; episode: string; video: Sha256; poster: Poster }): Promise<EpisodeView> => call("take_poster", args);

/** Says what the still of an episode's video shows. */
export const describe_poster = (args: { show: string; episode: string; video: Sha256; alt: string }): Promise<EpisodeView> => call("describe_poster", args);

/** Makes an episode's sound again from its recording with another preset, in the background. `replace` as above. */
export const process_again = (args: { show: string; episode: string; preset: Preset; replace: Replace | null }): Promise<JobId> => call("process_again", args);

/** What is cut out of an episode's recording; nothing where there is no recording here. */
export const recording_edit = (args: { show: string; episode: string }): Promise<EditView | null> => call("recording_edit", args);

/** Says what is cut out or bleeped, on the recording's clock; the whole list. Heard when the sound is made again. */
export const set_passages = (args: { show: string; episode: string; passages: Array<Passage> }): Promise<EditView> => call("set_passages", args);

/** Marks a passage of the present sound, from one of its milliseconds to another. */
export const mark_passage = (args: { show: string; episode: string; from_ms: number; to_ms: number; kind: PassageKind }): Promise<EditView> => call("mark_passage", args);

/** Makes a few seconds of a recording as settings would make them, and as they are, equally loud. One that is still being made is stopped. */
export const audition = (args: { show: string; asked: AuditionAsked }): Promise<AuditionView> => call("audition", args);

/** Stops the audition that is being made. */
export const stop_audition = (args: Record<string, never> = {}): Promise<null> => call("stop_audition", args);

/** Says which silences of a recording settings would shorten, and how long its sound is then. Nothing is made. */
export const silences_told = (args: { show: string; asked: SilencesAsked }): Promise<SilencesView> => call("silences_told", args);

/** The ways to replace the sound of a live episode; none of one that is not live. */
export const replace_offers = (args: { show: string; episode: string }): Promise<Array<ReplaceOffer>> => call("replace_offers", args);

/** What refreshing title, chapters and cover inside an episode's file would mean. Changes nothing. */
export const tags_plan = (args: { show: string; episode: string }): Promise<TagsPlan> => call("tags_plan", args);

/** Refreshes them; every frame of sound is copied. `confirm` is what the plan asks to be typed. */
export const refresh_tags = (args: { show: string; episode: string; replace: Replace | null; confirm: string | null }): Promise<TagsRefreshed> => call("refresh_tags", args);

/** Reads the chapters of a file (JSON chapters, a list of times and titles, or a sound) for an edit. No record changes. */
export const read_chapters = (args: { path: string }): Promise<ChaptersRead> => call("read_chapters", args);

/** Gives an episode a transcript from a file of any form. Without a language it is the show's. */
export const add_transcript = (args: { show: string; episode: string; path: string; language: string | null }): Promise<EpisodeView> => call("add_transcript", args);

/** The text of a transcript, by its place in the episode's list. */
export const transcript_text = (args: { show: string; episode: string; index: number }): Promise<string> => call("transcript_text", args);

/** Writes a transcript anew. */
export const set_transcript_text = (args: { show: string; episode: string; index: number; text: string }): Promise<EpisodeView> => call("set_transcript_text", args);

/** Looks a transcript over: who speaks, and what is to be looked at. */
export const look_at_transcript = (args: { show: string; episode: string; index: number }): Promise<TranscriptLook> => call("look_at_transcript", args);

/** Moves, stretches, joins or divides a transcript, or gives a speaker another name. */
export const change_transcript = (args: { show: string; episode: string; index: number; change: TranscriptChange }): Promise<EpisodeView> => call("change_transcript", args);

/** Writes a transcript as a file of another form, which its name says. A file that is there is written over only on `force`. */
export const save_transcript = (args: { show: string; episode: string; index: number; path: string; force: boolean }): Promise<TranscriptWritten> => call("save_transcript", args);

/** Begins to write down what is said in an episode, as its transcript in a language (the show's without). */
export const start_transcribe = (args: { show: string; episode: string; language: string | null }): Promise<JobId> => call("start_transcribe", args);

/** Offers a transcript to apps in another form as well (`vtt`, `srt`, `json`, `html`). */
export const offer_transcript = (args: { show: string; episode: string; index: number; form: string }): Promise<EpisodeView> => call("offer_transcript", args);

/** Takes a transcript away from an episode. */
export const remove_transcript = (args: { show: string; episode: string; index: number }): Promise<EpisodeView> => call("remove_transcript", args);

/** Shows and episodes with all these words in titles, notes, chapters or names; the last word may be unfinished. */
export const search = (args: { text: string }): Promise<Array<SearchHit>> => call("search", args);

/** The waveform of an audio file, by its hash. */
export const peaks = (args: { media: string }): Promise<Peaks> => call("peaks", args);

/** A part of it, from one time to another in milliseconds, as fine as so many slices need. */
export const waveform = (args: { media: string; from_ms: number; to_ms: number; slices: number }): Promise<PeaksPart> => call("waveform", args);

/** How loud a sound is from second to second, by the hash of its file. */
export const loudness_curve = (args: { media: string }): Promise<LoudnessCurve> => call("loudness_curve", args);

/** How each podcast app shows an episode as it stands, with the rules that make it so. */
export const in_apps = (args: { show: string; episode: string }): Promise<Array<AppPreview>> => call("in_apps", args);

/** Notes as the public will read them; `html`: they are written in HTML; `pictures`: those that were brought for them. */
export const preview_notes = (args: { markdown: string; html: boolean | null; pictures: Array<NotesPicture> | null }): Promise<Notes> => call("preview_notes", args);

/** Notes in HTML as they would be in Markdown; changes nothing. */
export const notes_as_markdown = (args: { html: string; pictures: Array<NotesPicture> | null }): Promise<Notes> => call("notes_as_markdown", args);

/** Says what an import would make or change; changes nothing. */
export const preview_import = (args: { request: ImportRequest }): Promise<ImportReport> => call("preview_import", args);

/** Imports a show from its feed, or brings it up to date; its files follow in the background. */
export const start_import = (args: { request: ImportRequest }): Promise<ImportReport> => call("start_import", args);

/** Takes a show out into a folder, in the background. */
export const start_export = (args: { show: string; folder: string; media: ExportMedia }): Promise<JobId> => call("start_export", args);

/** The feeds in a list of subscriptions (OPML) that is named instead of a feed; nothing of every other source. */
export const listed_feeds = (args: { request: ImportRequest }): Promise<Array<ListedFeed> | null> => call("listed_feeds", args);

/** Writes the public feeds of all shows into a file, as a list of subscriptions (OPML). A file that is there is written over only on `force`. */
export const save_feed_list = (args: { path: string; force: boolean }): Promise<FeedListWritten> => call("save_feed_list", args);

/** Opens the folder that an export wrote, in the system's file manager. */
export const show_export = (args: { job: JobId }): Promise<null> => call("show_export", args);

/** How far the files of an imported show are. */
export const imported_files = (args: { show: string }): Promise<ImportedFiles> => call("imported_files", args);

/** Adds a place to publish to; a server needs its pairing code. */
export const add_target = (args: { show: string; name: string; url: string; public_url: string | null; pairing_code: string | null; role: Role; allow_insecure: boolean }): Promise<TargetView> => call("add_target", args);

/** Keeps the access key of a bucket, or the password of a folder on another machine, in the system's keychain. */
export const set_access_key = (args: { target: string; access_key_id: string; secret_access_key: string }): Promise<null> => call("set_access_key", args);

/** Tries what a place can do: writes, reads and removes a few small files there. */
export const probe_target = (args: { target: string }): Promise<ProbeReport> => call("probe_target", args);

/** What the last trial found; nothing when the place was never tried. */
export const last_probe = (args: { target: string }): Promise<ProbeReport | null> => call("last_probe", args);

/** Files that are public at a place, with the addresses under which they were read back. */
export const verified_files = (args: { target: string }): Promise<Array<VerifiedFile>> => call("verified_files", args);

/** An address that opens a file of a private place (its public address, or `feed.xml`) for ten minutes. */
export const link_file = (args: { target: string; file: string }): Promise<FileLink> => call("link_file", args);

/** Forgets a place; what is public there stays. */
export const remove_target = (args: { target: string }): Promise<null> => call("remove_target", args);

/** What directories and apps would refuse; asks the place listeners use as well. */
export const check_show = (args: { show: string }): Promise<CheckReport> => call("check_show", args);

/** The same without asking any network: at once. */
export const check_show_here = (args: { show: string }): Promise<CheckReport> => call("check_show_here", args);

/** Puts right what was found, by codes, or `all-safe`. One step for undo; nothing becomes public. */
export const fix_show = (args: { show: string; codes: Array<string> }): Promise<CheckFixed> => call("fix_show", args);

/** Takes one finding as it is: of a rule, about the show or an episode, in these words. Changes nothing that listeners get. */
export const accept_finding = (args: { show: string; code: string; subject: string; message: string }): Promise<CheckReport> => call("accept_finding", args);

/** Takes that back. */
export const reconsider_finding = (args: { show: string; code: string; subject: string; message: string }): Promise<CheckReport> => call("reconsider_finding", args);

/** What a publication would change. `only` limits it to these episodes; empty takes all. */
export const plan = (args: { show: string; target: string | null; only: Array<EpisodeId> }): Promise<Plan> => call("plan", args);

/** Publishes, in the background. `only` as for `plan`; `confirm` is what the plan asked to be typed. */
export const start_publish = (args: { show: string; target: string | null; only: Array<EpisodeId>; confirm: string | null }): Promise<JobId> => call("start_publish", args);

/** Every published version at a place, newest first. */
export const history = (args: { show: string; target: string | null }): Promise<History> => call("history", args);

/** The feed of a version as it was published, compared with its hash. */
export const version_feed = (args: { show: string; target: string | null; version: number }): Promise<VersionFeed> => call("version_feed", args);

/** The feed that was public at an instant, Unix milliseconds. */
export const feed_as_of = (args: { show: string; target: string | null; at_ms: number }): Promise<VersionFeed> => call("feed_as_of", args);

/** How two versions differ. */
export const diff = (args: { show: string; target: string | null; from: number; to: number }): Promise<VersionDiff> => call("diff", args);

/** What going back to a version would change for listeners. */
export const plan_rollback = (args: { show: string; target: string | null; version: number }): Promise<Plan> => call("plan_rollback", args);

/** Goes back to a version, in the background, like a publication. `confirm` is what its plan asks to be typed, where it asks. */
export const start_rollback = (args: { show: string; target: string | null; version: number; confirm: string | null }): Promise<JobId> => call("start_rollback", args);

/** Takes what the other side's feed says of an episode (its guid) into the working copy here. */
export const take_theirs = (args: { show: string; target: string | null; guid: string }): Promise<TakenOver> => call("take_theirs", args);

/** Follows the version another computer published, when it is still the one that was looked at. */
export const follow_theirs = (args: { show: string; target: string | null; fence: string }): Promise<null> => call("follow_theirs", args);

/** What moving a show from one target to another would do. */
export const plan_move = (args: { show: string; from: string; to: string }): Promise<Plan> => call("plan_move", args);

/** Moves a show, in the background: every file, the feed, then the old feed. `confirm` is what its plan asks to be typed. */
export const start_move = (args: { show: string; from: string; to: string; confirm: string | null }): Promise<JobId> => call("start_move", args);

/** What taking a show over at a place that serves it already, by another program, would keep. `feed`: the address that listeners subscribe to, where it is not the imported one. */
export const plan_take_over = (args: { show: string; target: string; feed: string | null }): Promise<TakenInPlace> => call("plan_take_over", args);

/** Takes it over, in the background. */
export const start_take_over = (args: { show: string; target: string; feed: string | null }): Promise<JobId> => call("start_take_over", args);

/** What letting an imported show be here from now on would mean. */
export const plan_move_in = (args: { show: string; target: string | null }): Promise<MovedIn> => call("plan_move_in", args);

/** Lets it be here, in the background. `confirm` is what its plan asks to be typed. */
export const start_move_in = (args: { show: string; target: string | null; confirm: string | null }): Promise<JobId> => call("start_move_in", args);

/** Every address the show had before; with `look` each is asked, as apps do. */
export const old_addresses = (args: { show: string; look: boolean }): Promise<OldAddresses> => call("old_addresses", args);

/** Episodes whose page is at a host that the show's server answers now; with `page` (`https://…/{slug}/`) where each page is, and whether it is there. */
export const page_links = (args: { show: string; page: string | null }): Promise<PageLinks> => call("page_links", args);

/** Lets the old addresses of those pages lead to the new ones, with the next publication. */
export const redirect_page_links = (args: { show: string; page: string }): Promise<PageLinks> => call("redirect_page_links", args);

/** Ends the old feed at a target that the show left; `confirm` is the show's address name. */
export const end_old_feed = (args: { target: string; confirm: string | null }): Promise<OwnOldFeed> => call("end_old_feed", args);

/** Directories, and how far a show is with each. */
export const directories = (args: { show: string }): Promise<Array<DirectoryView>> => call("directories", args);

/** Notes how far a show is with a directory. */
export const set_listing = (args: { show: string; directory: string; state: ListingState | null; url: string | null }): Promise<Array<DirectoryView>> => call("set_listing", args);

/** Lets the feed show the owner's e-mail address for some days; none take it out. */
export const verify_at = (args: { show: string; directory: string; email: string; days: number | null }): Promise<ShowView> => call("verify_at", args);

/** Where files of each kind lie at a target, and under which names. */
export const rules = (args: { target: string }): Promise<Array<RuleView>> => call("rules", args);

/** What a rule would do with the show's files; what is wrong with it stands in the answer. */
export const preview_rule = (args: { target: string; wish: RuleWish }): Promise<RuleView> => call("preview_rule", args);

/** Keeps a rule. Files that are public keep the names they have. */
export const set_rule = (args: { target: string; wish: RuleWish }): Promise<RuleView> => call("set_rule", args);

/** The older paths of a show at a Hearthcast server: each leads on where nothing of the server's own answers. */
export const older_paths = (args: { target: string }): Promise<Array<LegacyPath>> => call("older_paths", args);

/** Keeps an older path, and answers all. `was` is the one it stands for, where that had another name. */
export const set_older_path = (args: { target: string; was: string | null; path: LegacyPath }): Promise<Array<LegacyPath>> => call("set_older_path", args);

/** Forgets an older path, and answers the others. */
export const remove_older_path = (args: { target: string; from: string }): Promise<Array<LegacyPath>> => call("remove_older_path", args);

/** Keeps these older paths and no others: takes an import back. */
export const replace_older_paths = (args: { target: string; paths: Array<LegacyPath> }): Promise<Array<LegacyPath>> => call("replace_older_paths", args);

/** What the table of older paths in a CSV file would do; changes nothing. */
export const preview_older_paths = (args: { target: string; path: string }): Promise<PathsImport> => call("preview_older_paths", args);

/** Keeps the older paths of a CSV file: all of them or, when refused lines are left out, the others. */
export const import_older_paths = (args: { target: string; path: string; leave_out_refused: boolean }): Promise<PathsImport> => call("import_older_paths", args);

/** What giving public files the names of today's rules would do. */
export const plan_relay = (args: { target: string }): Promise<Plan> => call("plan_relay", args);

/** Gives public files the names of today's rules, in the background; `confirm` is what the plan asked to be typed. */
export const start_relay = (args: { target: string; confirm: string | null }): Promise<JobId> => call("start_relay", args);

/** Where each address that was ever published at a target leads now. */
export const redirects = (args: { target: string }): Promise<Array<Redirect>> => call("redirects", args);

/** Calls an episode back, in the background: out of the feed, and its files deleted everywhere. */
export const start_withdraw = (args: { show: string; episode: string }): Promise<JobId> => call("start_withdraw", args);

/** What removing a whole show from listeners would change, place by place. */
export const plan_removal = (args: { show: string }): Promise<Array<Plan>> => call("plan_removal", args);

/** Removes a whole show from listeners, in the background; its files go after so many days. */
export const start_remove_show = (args: { show: string; days: number }): Promise<JobId> => call("start_remove_show", args);

/** Brings a removed show back, in the background. */
export const start_restore_show = (args: { show: string }): Promise<JobId> => call("start_restore_show", args);

/** What became of withdrawn episodes, newest first. */
export const withdrawn = (args: { show: string }): Promise<Array<Withdrawn>> => call("withdrawn", args);

/** All jobs that are not long over. */
export const jobs = (args: Record<string, never> = {}): Promise<Array<Job>> => call("jobs", args);

/** Stops a job at its next safe point, whichever program works on it. */
export const cancel_job = (args: { job: JobId }): Promise<null> => call("cancel_job", args);

/** Holds a job at its next safe point. */
export const pause_job = (args: { job: JobId }): Promise<null> => call("pause_job", args);

/** Lets a held job go on, or begins a stopped or failed one again. */
export const resume_job = (args: { job: JobId }): Promise<null> => call("resume_job", args);

/** Holds everything that runs or waits; answers how many. */
export const pause_jobs = (args: Record<string, never> = {}): Promise<number> => call("pause_jobs", args);

/** Lets everything that is held go on, and tries at once what waits to be tried again; answers how many. */
export const resume_jobs = (args: Record<string, never> = {}): Promise<number> => call("resume_jobs", args);

/** Stops everything that runs, waits or is held; answers how many. */
export const cancel_jobs = (args: Record<string, never> = {}): Promise<number> => call("cancel_jobs", args);

/** The numbers of a show between two UTC days (`2026-11-20`), both included; without them, of all days. */
export const stats = (args: { show: string; from: string | null; to: string | null }): Promise<Stats> => call("stats", args);

/** Why the number of an episode on a UTC day is what it is. */
export const why = (args: { show: string; episode: string; day: string }): Promise<Why> => call("why", args);

/** The same numbers as a file for other programs. `shared`: names of fewer than five downloads are told as "other". */
export const export_stats = (args: { show: string; from: string | null; to: string | null; by: Breakdown; format: TableFormat; shared: boolean }): Promise<string> => call("export_stats", args);

/** Downloads of the newest published episodes, each by day. */
export const release_curves = (args: { show: string }): Promise<Array<ReleaseCurve>> => call("release_curves", args);

/** What visitors wrote about a show, in one state, newest first. */
export const comments = (args: { show: string; state: CommentState }): Promise<CommentList> => call("comments", args);

/** Drafts of a show, or of one episode, that somebody may hear by a secret address, newest first; those in this computer's own network before them. */
export const shares = (args: { show: string; episode: string | null }): Promise<Array<ShareView>> => call("shares", args);

/** Lets somebody hear a draft, in the background: makes a secret address at a target, for so many days. */
export const start_share_draft = (args: { show: string; episode: string; target: string | null; days: number | null }): Promise<JobId> => call("start_share_draft", args);

/** Lets those in this computer's own network hear a draft, until it is ended or the program closes. */
export const share_draft_here = (args: { show: string; episode: string }): Promise<ShareView> => call("share_draft_here", args);

/** Ends a secret address; answers what was ended. */
export const unshare_draft = (args: { show: string; share: ShareId }): Promise<Array<ShareView>> => call("unshare_draft", args);

/** What those who heard an episode's draft remarked, in the order of its moments. */
export const remarks = (args: { show: string; episode: string }): Promise<Array<Remark>> => call("remarks", args);

/** Decides about comments; answers how each was before that was in another state. */
export const decide_comments = (args: { show: string; decisions: Array<[CommentId, CommentState]> }): Promise<Array<[CommentId, CommentState]>> => call("decide_comments", args);

/** Tells a show's servers what was decided; answers how many decisions they did not know yet. */
export const send_decisions = (args: { show: string }): Promise<number> => call("send_decisions", args);

/** Fetches new numbers, in the background; without a show for all. */
export const sync = (args: { show: string | null }): Promise<JobId> => call("sync", args);

/** Takes the last change back, also one made before a restart; nothing when there is none. */
export const undo = (args: Record<string, never> = {}): Promise<Undone | null> => call("undo", args);

/** Takes the change that was taken back last again; nothing when there is none. */
export const redo = (args: Record<string, never> = {}): Promise<Undone | null> => call("redo", args);

/** How the program goes about on the network. */
export const settings = (args: Record<string, never> = {}): Promise<Settings> => call("settings", args);

/** Keeps other settings; what runs keeps to them at once. */
export const set_settings = (args: { settings: Settings }): Promise<Settings> => call("set_settings", args);

/** Whether the connection is metered, as far as the system tells. */
export const is_metered = (args: Record<string, never> = {}): Promise<boolean> => call("is_metered", args);

/** The author's saved reports. */
export const reports = (args: Record<string, never> = {}): Promise<Array<Report>> => call("reports", args);

/** What reports can ask, with columns. */
export const report_sources = (args: Record<string, never> = {}): Promise<Array<ReportSource>> => call("report_sources", args);

/** Saves a report under its name. */
export const save_report = (args: { name: string; sql: string }): Promise<Array<Report>> => call("save_report", args);

/** Forgets a report. */
export const remove_report = (args: { name: string }): Promise<Array<Report>> => call("remove_report", args);
