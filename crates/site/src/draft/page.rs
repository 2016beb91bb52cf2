//! The page: a player that works without script, the notes, chapters and transcript that lead to their moment, and a form for
//! remarks where somebody takes them.

use super::words::Words;
use super::{Part, ROBOTS};
use crate::html::Text;
use hearthcast_model::SharedDraft;
use hearthcast_model::clock::rfc3339;
use hearthcast_model::share::{MAX_NAME_CHARS, MAX_REMARK_CHARS};
use hearthcast_model::show::Attachment;
use hearthcast_text::with_addresses;
use std::fmt::Write;

/// Whether the page takes remarks, and what became of one that was just sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remarks {
    /// Nobody takes any here.
    None,
    /// It takes them.
    Open,
    /// One has arrived.
    Arrived,
    /// One was not taken, and stands in the form again.
    Back(NotTaken, Typed),
}

/// Why a remark was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// It said nothing.
    Empty,
    /// Its time cannot be read.
    NoTime,
    /// Its time is after the end of the sound, which is so long in milliseconds.
    AfterTheEnd(i64),
    /// No more are taken.
    Full,
    /// Too many at once.
    Wait,
}

/// A remark as its form came, nothing left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// The moment.
    pub at: String,
    /// How they want to be called.
    pub name: String,
    /// The remark.
    pub text: String,
}

/// Writes the page. It names what lies beside it by bare names, so it is the same wherever it stands.
pub fn page(draft: &SharedDraft, remarks: &Remarks) -> String {
    let words = Words::of(&draft.language);
    let mut out = String::with_capacity(16 * 1024 + draft.notes.html.len());
    // Writing into a String cannot fail.
    let _ = head(&mut out, draft, words)
        .and_then(|()| player(&mut out, draft, words))
        .and_then(|()| chapters(&mut out, draft, words))
        .and_then(|()| notes(&mut out, draft, words))
        .and_then(|()| form(&mut out, words, remarks))
        .and_then(|()| transcript(&mut out, draft, words))
        .and_then(|()| out.write_str("</main>\n</body>\n</html>\n"));
    out
}

type Written = std::fmt::Result;

fn head(out: &mut String, draft: &SharedDraft, words: &Words) -> Written {
    let lang = words.lang;
    let (title, show) = (Text(&draft.title), Text(&draft.show_title));
    // A storage sends no header fields of ours; what a page can say itself it says. `frame-ancestors` is not among it.
    let policy = super::POLICY.replace("; frame-ancestors 'none'", "");
    writeln!(out, "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")?;
    writeln!(out, "<meta name=\"robots\" content=\"{ROBOTS}\">\n<meta name=\"referrer\" content=\"no-referrer\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} · {show}</title>")?;
    writeln!(out, "<link rel=\"stylesheet\" href=\"page.css\">\n<script src=\"page.js\" defer></script>")?;
    writeln!(out, "</head>\n<body>\n<main>\n<header>")?;
    super::picture::write(out, draft)?;
    let explicit = if draft.explicit { format!(" · {}", words.explicit) } else { String::new() };
    writeln!(out, "<div>\n<p class=\"kind\">{}{explicit}</p>\n<h1 dir=\"auto\">{title}</h1>", words.draft)?;
    writeln!(out, "<p class=\"show\" dir=\"auto\">{show}</p>\n</div>\n</header>")?;
    let until = rfc3339(draft.expires_ms);
    let spoken = until.get(..16).unwrap_or(&until).replace('T', " ");
    let (private, till) = (words.private, words.until);
    writeln!(out, "<p class=\"private\">{private} {till} <time datetime=\"{until}\">{spoken} UTC</time>.</p>")
}

fn player(out: &mut String, draft: &SharedDraft, words: &Words) -> Written {
    let sound = Part::Sound.name(draft).unwrap_or_default();
    let tag = if draft.sound.mime.starts_with("video/") { "video" } else { "audio" };
    writeln!(out, "<{tag} id=\"player\" controls preload=\"metadata\" src=\"{sound}\"></{tag}>")?;
    writeln!(out, "<p class=\"ways\"><a href=\"{sound}\">{}</a>", words.download)?;
    if let Some(feed) = Part::Feed.name(draft) {
        let (name, hint) = (words.feed, words.feed_hint);
        writeln!(out, " · <a href=\"{feed}\" title=\"{hint}\">{name}</a>")?;
    }
    writeln!(out, "</p>")
}

/// A link to a moment: without script the browser's own player opens there (W3C Media Fragments, `t=`).
fn moment(out: &mut String, sound: &str, ms: i64, words: &str) -> Written {
    let seconds = ms.max(0) / 1000;
    write!(out, "<a href=\"{sound}#t={seconds}\" data-at=\"{seconds}\"><span class=\"time\">{}</span>", clock(ms))?;
    write!(out, " <span dir=\"auto\">{}</span></a>", Text(words))
}

fn chapters(out: &mut String, draft: &SharedDraft, words: &Words) -> Written {
    if draft.chapters.is_empty() {
        return Ok(());
    }
    let sound = Part::Sound.name(draft).unwrap_or_default();
    writeln!(out, "<section>\n<h2>{}</h2>\n<ol class=\"moments\">", words.chapters)?;
    for chapter in &draft.chapters {
        out.write_str("<li>")?;
        moment(out, &sound, chapter.start_ms, &chapter.title)?;
        out.write_str("</li>\n")?;
    }
    writeln!(out, "</ol>\n</section>")
}

fn notes(out: &mut String, draft: &SharedDraft, words: &Words) -> Written {
    let beside = |file: &Attachment| Some(format!("{}.{}", file.name, file.ext));
    let html = with_addresses(draft.notes.html.trim(), &super::pictures(draft), false, beside);
    if html.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>{}</h2>\n<div class=\"notes\" dir=\"auto\">\n{html}\n</div>\n</section>", words.notes)
}

/// What became of the remark, in words.
fn said(words: &Words, remarks: &Remarks) -> String {
    match remarks {
        Remarks::None | Remarks::Open => String::new(),
        Remarks::Arrived => words.thanks.into(),
        Remarks::Back(why, typed) => match why {
            NotTaken::Empty => words.empty.into(),
            NotTaken::NoTime => words.no_time.replace("{}", typed.at.trim()),
            NotTaken::AfterTheEnd(all_ms) => {
                words.after_the_end.replacen("{}", typed.at.trim(), 1).replacen("{end}", &clock(*all_ms), 1)
            }
            NotTaken::Full => words.full.into(),
            NotTaken::Wait => words.wait.into(),
        },
    }
}

fn form(out: &mut String, words: &Words, remarks: &Remarks) -> Written {
    let (wrong, typed) = match remarks {
        Remarks::None => return Ok(()),
        Remarks::Open | Remarks::Arrived => (None, &Typed::default()),
        Remarks::Back(why, typed) => (Some(why), typed),
    };
    // Where to look first, without script: the field that has to be changed.
    let mark = |mine: bool| if mine { " aria-invalid=\"true\" autofocus" } else { "" };
    let bad_at = mark(matches!(wrong, Some(NotTaken::NoTime | NotTaken::AfterTheEnd(_))));
    let bad_text = mark(matches!(wrong, Some(NotTaken::Empty)));
    let status = if wrong.is_some() { "alert" } else { "status" };
    let (said, was_at, was_name, was_text) =
        (said(words, remarks), Text(&typed.at), Text(&typed.name), Text(&typed.text));
    writeln!(out, "<section id=\"remarks\">\n<h2>{}</h2>", words.remarks)?;
    writeln!(out, "<p role=\"{status}\">{}</p>\n<p class=\"hint\">{}</p>", Text(&said), words.remarks_hint)?;
    writeln!(out, "<form method=\"post\" action=\"remarks#remarks\" accept-charset=\"utf-8\">")?;
    let Words { at, at_hint, text, name, send, now, .. } = words;
    writeln!(
        out,
        "<p><label for=\"at\">{at}</label> <input id=\"at\" name=\"at\" size=\"9\" maxlength=\"12\" autocomplete=\"off\" inputmode=\"numeric\" aria-describedby=\"at-hint\" value=\"{was_at}\"{bad_at}>"
    )?;
    writeln!(
        out,
        "<button type=\"button\" id=\"now\" hidden>{now}</button> <span class=\"hint\" id=\"at-hint\">{at_hint}</span></p>"
    )?;
    // A text area drops the first line break after its tag (HTML §13.2.6.4.7), so one that is not typed stands there.
    writeln!(
        out,
        "<p><label for=\"text\">{text}</label> <textarea id=\"text\" name=\"text\" rows=\"5\" maxlength=\"{MAX_REMARK_CHARS}\" required{bad_text}>\n{was_text}</textarea></p>"
    )?;
    writeln!(
        out,
        "<p><label for=\"name\">{name}</label> <input id=\"name\" name=\"name\" maxlength=\"{MAX_NAME_CHARS}\" autocomplete=\"nickname\" value=\"{was_name}\"></p>"
    )?;
    writeln!(out, "<p><button>{send}</button></p>\n</form>\n</section>")
}

fn transcript(out: &mut String, draft: &SharedDraft, words: &Words) -> Written {
    if draft.transcript.is_empty() {
        return Ok(());
    }
    let sound = Part::Sound.name(draft).unwrap_or_default();
    writeln!(out, "<details>\n<summary>{}</summary>\n<ol class=\"moments\">", words.transcript)?;
    for cue in &draft.transcript {
        out.write_str("<li>")?;
        let said = match cue.speaker.as_str() {
            "" => cue.text.clone(),
            speaker => format!("{speaker}: {}", cue.text),
        };
        moment(out, &sound, cue.start_ms, &said)?;
        out.write_str("</li>\n")?;
    }
    writeln!(out, "</ol>\n</details>")
}

/// `1:02:03`, `2:03`.
fn clock(ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, minutes, seconds) => format!("{minutes}:{seconds:02}"),
        (hours, minutes, seconds) => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}
