//! What a person should know of the files an episode was given, said after they were taken in.

use crate::output::Output;
use crate::words;
use hearthcast_model::ChaptersRead;
use hearthcast_model::facts::Finding;
use hearthcast_model::view::EpisodeView;

/// Of its sound: of the file, of how it was made, and of the recording.
pub fn of_sound(view: &EpisodeView, output: &Output) {
    let Some(audio) = &view.audio else { return };
    audio.facts.findings.iter().for_each(|finding| say(finding, &finding.message, output));
    let Some(made) = &audio.made else { return };
    made.report.remarks.iter().for_each(|finding| say(finding, &finding.message, output));
    for finding in &made.findings {
        say(finding, &format!("In the recording: {}", finding.message), output);
    }
}

/// Of its further files, by their names.
pub fn of_further(view: &EpisodeView, output: &Output) {
    let files = view.episode.tags.alternate_enclosures.iter().filter_map(|other| other.file.as_ref());
    for file in files {
        let said = view.further.iter().filter(|further| further.hash == file.hash);
        for finding in said.flat_map(|further| &further.findings) {
            let named = finding.clone().of_file(&format!("{}.{}", file.name, file.ext));
            say(&named, &named.message, output);
        }
    }
}

/// Of a file that its chapters were read from.
pub fn of_chapters(read: &ChaptersRead, output: &Output) {
    read.findings.iter().for_each(|finding| say(finding, &finding.message, output));
}

fn say(finding: &Finding, message: &str, output: &Output) {
    let place = finding.at_ms.map_or_else(String::new, |at| format!("It is at {}.", words::duration(Some(at))));
    output.finding(&finding.code, message, &place);
}
