//! A transcript in every form that somebody asks for: files for podcast apps, the Podlove Web Player, a page, words to read. All of
//! them are written from cues, and all of them are read.

use super::json_out::{dote, json, podlove};
use super::{Cue, Format, one_line, plain, write};
use std::fmt::Write as _;

/// A paragraph of a page ends with the cue that makes it this long, in bytes, even if nobody else speaks.
const LONG: usize = 600;

/// What a transcript can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// WebVTT.
    Vtt,
    /// SubRip.
    Srt,
    /// JSON of the podcast namespace (transcripts.md, "JSON").
    Json,
    /// JSON of the Podlove Web Player 5.
    Podlove,
    /// JSON of DOTe.
    Dote,
    /// A page, marked up as the podcast namespace asks (transcripts.md, "HTML").
    Html,
    /// Words to read.
    Text,
}

/// What some forms tell besides the words.
#[derive(Debug, Clone, Copy, Default)]
pub struct About<'a> {
    /// Title of the episode.
    pub title: &'a str,
    /// Language tag.
    pub language: &'a str,
    /// Names of people by their number from 1, which is how the player knows them.
    pub people: &'a [&'a str],
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Vtt, Self::Srt, Self::Json, Self::Podlove, Self::Dote, Self::Html, Self::Text];

    /// The ending of its file's name.
    pub fn ext(self) -> &'static str {
        match self {
            Self::Vtt => "vtt",
            Self::Srt => "srt",
            Self::Json => "json",
            Self::Podlove => "podlove.json",
            Self::Dote => "dote.json",
            Self::Html => "html",
            Self::Text => "txt",
        }
    }

    /// The form that an ending stands for, in small letters and without dot.
    pub fn of_ext(ext: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.ext() == ext)
    }

    /// The form that a file's name stands for, in any letters: `talk.podlove.json`, `Talk.HTM`.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let long = [Self::Podlove, Self::Dote].into_iter().find(|form| name.ends_with(&format!(".{}", form.ext())));
        long.or_else(|| match name.rsplit_once('.')?.1 {
            "htm" | "xhtml" => Some(Self::Html),
            "text" | "md" => Some(Self::Text),
            ext => Self::of_ext(ext),
        })
    }

    /// The type it is sent with, without parameters.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Vtt => Format::Vtt.mime(),
            Self::Srt => Format::Srt.mime(),
            Self::Json | Self::Podlove | Self::Dote => "application/json",
            Self::Html => "text/html",
            Self::Text => "text/plain",
        }
    }

    /// Writes cues. Equal cues give equal bytes.
    pub fn write(self, cues: &[Cue], about: &About) -> String {
        match self {
            Self::Vtt => write(Format::Vtt, cues),
            Self::Srt => write(Format::Srt, cues),
            Self::Json => json(cues),
            Self::Podlove => podlove(cues, about),
            Self::Dote => dote(cues),
            Self::Html => html(cues, about),
            Self::Text => plain(cues) + "\n",
        }
    }
}

fn html(cues: &[Cue], about: &About) -> String {
    // What is no tag of a language says nothing, and pages of ours have nothing else there (`own_page`).
    let is_tag = about.language.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let (title, language) = (escaped(about.title), if is_tag { about.language } else { "" });
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n<body>\n"
    );
    let mut speaker = "";
    for turn in turns(cues) {
        let (first, words) = (&turn[0], turn.iter().map(|cue| one_line(&cue.text)).collect::<Vec<_>>().join(" "));
        if first.speaker != speaker && !first.speaker.is_empty() {
            let _ = writeln!(out, "<cite>{}:</cite>", escaped(&first.speaker));
        }
        speaker = &first.speaker;
        let (s, ms) = (first.start_ms / 1000, first.start_ms % 1000);
        let _ = writeln!(out, "<time datetime=\"PT{s}.{ms:03}S\">{}</time>\n<p>{}</p>", short(s), escaped(&words));
    }
    out + "</body>\n</html>\n"
}

/// `1:03`, `1:02:03`.
fn short(s: i64) -> String {
    let (hours, minutes, seconds) = (s / 3600, s / 60 % 60, s % 60);
    if hours == 0 { format!("{minutes}:{seconds:02}") } else { format!("{hours}:{minutes:02}:{seconds:02}") }
}

/// Cues in paragraphs: of one speaker, and not endless.
fn turns(cues: &[Cue]) -> Vec<&[Cue]> {
    let (mut turns, mut from, mut bytes) = (vec![], 0, 0);
    for (n, cue) in cues.iter().enumerate() {
        bytes += cue.text.len();
        let last = cues.get(n + 1).is_none_or(|next| next.speaker != cue.speaker);
        if last || bytes >= LONG {
            turns.push(&cues[from..=n]);
            (from, bytes) = (n + 1, 0);
        }
    }
    turns
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(start_ms: i64, end_ms: i64, speaker: &str, text: &str) -> Cue {
        Cue { start_ms, end_ms, speaker: speaker.into(), text: text.into(), words: vec![] }
    }

    fn cues() -> Vec<Cue> {
        vec![
            cue(500, 750, "Darth Vader", "I"),
            cue(750, 1_000, "Darth Vader", "am <your>\nfather & \"friend\""),
            cue(3_723_250, 3_724_000, "", "No"),
        ]
    }

    fn about() -> About<'static> {
        About { title: "A & B", language: "en", people: &["Luke", "Darth Vader"] }
    }

    #[test]
    fn json_is_as_the_namespace_says() {
        // The beginning is the example of transcripts.md.
        let expected = "{\"version\":\"1.0.0\",\"segments\":[{\"speaker\":\"Darth Vader\",\"startTime\":0.5,\"endTime\":0.75,\"body\":\"I\"},\
            {\"speaker\":\"Darth Vader\",\"startTime\":0.75,\"endTime\":1.0,\"body\":\"am <your>\\nfather & \\\"friend\\\"\"},\
            {\"startTime\":3723.25,\"endTime\":3724.0,\"body\":\"No\"}]}";
        assert_eq!(Form::Json.write(&cues(), &about()), expected);
    }

    #[test]
    fn the_player_knows_people_by_number() {
        let expected = "[{\"start\":\"00:00:00.500\",\"start_ms\":500,\"end\":\"00:00:00.750\",\"end_ms\":750,\
            \"speaker\":\"2\",\"voice\":\"Darth Vader\",\"text\":\"I\"}]";
        assert_eq!(Form::Podlove.write(&cues()[..1], &about()), expected);
        assert!(
            Form::Podlove.write(&cues()[2..], &about()).contains("\"speaker\":\"\",\"voice\":\"\",\"text\":\"No\"")
        );
    }

    #[test]
    fn a_page_has_turns_with_their_times() {
        let expected = "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>A &amp; B</title></head>\n<body>\n\
            <cite>Darth Vader:</cite>\n<time datetime=\"PT0.500S\">0:00</time>\n\
            <p>I am &lt;your&gt; father &amp; &quot;friend&quot;</p>\n\
            <time datetime=\"PT3723.250S\">1:02:03</time>\n<p>No</p>\n</body>\n</html>\n";
        assert_eq!(Form::Html.write(&cues(), &about()), expected);
        let long: Vec<Cue> = (0..100).map(|n| cue(n, n + 1, "Ada", "twenty letters of it")).collect();
        let page = Form::Html.write(&long, &about());
        assert_eq!((page.matches("<cite>").count(), page.matches("<p>").count()), (1, 4), "30 cues make 600 bytes");
    }

    #[test]
    fn every_form_has_its_ending() {
        for form in Form::ALL {
            assert_eq!(Form::of_ext(form.ext()), Some(form));
        }
        assert_eq!(Form::of_ext("pdf"), None);
        for (name, form) in [
            ("a.VTT", Form::Vtt),
            ("a.b.podlove.json", Form::Podlove),
            ("a.htm", Form::Html),
            ("a.dote.json", Form::Dote),
        ] {
            assert_eq!(Form::of_name(name), Some(form), "{name}");
        }
        assert_eq!((Form::of_name("json"), Form::of_name("a.pdf")), (None, None));
        let text = Form::Text.write(&cues(), &About::default());
        assert_eq!(text, "Darth Vader: I am <your> father & \"friend\"\n\nNo\n");
    }
}
