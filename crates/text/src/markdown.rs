//! Markdown as authors type it (CommonMark, no extensions) to notes with safe HTML.

use crate::TextError;
use crate::picture::{SCHEME, pictures_named};
use crate::sanitize::{SANITIZER_VERSION, as_text, clean_html_with, stable};
use hearthcast_model::html::NotesPicture;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Notes, NotesForm, SafeHtml, Sha256};
use pulldown_cmark::{Options, Parser, html};
use std::borrow::Cow;

/// Longest Markdown that is kept, in bytes.
pub const MAX_NOTES_BYTES: usize = 256 * 1024;

/// Longest notes in HTML that are kept, in bytes, imported or edited. Reading it costs no more than its length; Markdown may
/// multiply.
pub const MAX_HTML_BYTES: usize = 4 * 1024 * 1024;

/// Renders Markdown and cleans the result. The source is kept as typed, without characters that XML 1.0 forbids.
///
/// HTML inside the Markdown goes through the same sanitiser; a picture that may not be shown becomes its description. Markdown
/// that would cost a parser out of proportion is shown as it was typed.
pub fn notes(markdown: &str) -> Result<Notes, TextError> {
    if markdown.len() > MAX_NOTES_BYTES {
        return Err(TextError::TooLong { bytes: markdown.len(), limit: MAX_NOTES_BYTES });
    }
    let source = crate::chars::xml_only(markdown).into_owned();
    Ok(made(source, NotesForm::Markdown, vec![]))
}

/// Notes in HTML, as they come from elsewhere; bounded and cleaned like those in Markdown.
pub fn html_notes(html: &str) -> Result<Notes, TextError> {
    if html.len() > MAX_HTML_BYTES {
        return Err(TextError::TooLong { bytes: html.len(), limit: MAX_HTML_BYTES });
    }
    let source = crate::chars::xml_only(html).into_owned();
    Ok(made(source, NotesForm::Html, vec![]))
}

/// The same words with these pictures in the place of those that they name.
pub fn with_pictures(notes: Notes, pictures: Vec<NotesPicture>) -> Notes {
    made(notes.source, notes.form, pictures)
}

fn made(source: String, form: NotesForm, pictures: Vec<NotesPicture>) -> Notes {
    let safe = match form {
        NotesForm::Html => clean_html_with(&source, &pictures),
        NotesForm::Markdown => {
            let html = stable(&to_html(&source), &pictures)
                .unwrap_or_else(|| as_text(&crate::sanitize::without_data(&source)));
            SafeHtml { html, sanitizer_version: SANITIZER_VERSION }
        }
    };
    Notes { source, form, safe, pictures }
}

/// Notes with other words, in what they were written in before; emptied ones begin anew in Markdown. Pictures that the words go on
/// naming stay.
pub fn rewritten(before: &Notes, words: &str) -> Result<Notes, TextError> {
    let after = match before.form {
        NotesForm::Html if !words.trim().is_empty() => html_notes(words)?,
        _ => notes(words)?,
    };
    Ok(keeping(before, after))
}

/// Notes with the pictures of those before that they go on naming.
pub fn keeping(before: &Notes, after: Notes) -> Notes {
    if before.pictures.is_empty() {
        return after;
    }
    let named: Vec<String> = pictures_named(&after).into_iter().map(|named| named.address).collect();
    let by_hash = |picture: &NotesPicture| picture.file.as_ref().map(|file| format!("{SCHEME}:{}", file.hash));
    let is_named = |picture: &&NotesPicture| {
        named.contains(&picture.address) || by_hash(picture).is_some_and(|name| named.contains(&name))
    };
    let pictures: Vec<NotesPicture> = before.pictures.iter().filter(is_named).cloned().collect();
    if pictures.is_empty() { after } else { with_pictures(after, pictures) }
}

/// The same notes with another file in place of one of their pictures, wherever they name it; no other word of them changes.
pub fn with_other_file(notes: &Notes, old: &Sha256, file: &Attachment) -> Notes {
    let is_old = |picture: &NotesPicture| picture.file.as_ref().is_some_and(|held| held.hash == *old);
    if !notes.pictures.iter().any(is_old) {
        return notes.clone();
    }
    let source = notes.source.replace(&format!("{SCHEME}:{old}"), &format!("{SCHEME}:{}", file.hash));
    let other = |picture: &NotesPicture| match is_old(picture) {
        true => NotesPicture { file: Some(file.clone()), ..picture.clone() },
        false => picture.clone(),
    };
    made(source, notes.form, notes.pictures.iter().map(other).collect())
}

/// The same notes written in another form: HTML as Markdown that reads the same as far as Markdown can say it, or the HTML that
/// Markdown makes. What is written so already stays.
pub fn in_form(before: &Notes, form: NotesForm) -> Result<Notes, TextError> {
    let after = match form {
        form if form == before.form => return Ok(before.clone()),
        NotesForm::Markdown => notes(&crate::as_markdown(&before.safe))?,
        NotesForm::Html => html_notes(before.safe.html.trim())?,
    };
    Ok(keeping(before, after))
}

/// What notes are before they are cleaned.
pub(crate) fn raw_html(notes: &Notes) -> Cow<'_, str> {
    match notes.form {
        NotesForm::Html => crate::sanitize::without_data(&notes.source),
        NotesForm::Markdown => Cow::Owned(to_html(&notes.source)),
    }
}

fn to_html(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len() + markdown.len() / 4);
    html::push_html(&mut out, Parser::new_ext(markdown, Options::empty()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html_of(markdown: &str) -> String {
        notes(markdown).unwrap().safe.html.trim_end().to_string()
    }

    #[test]
    fn commonmark_examples_come_out_as_the_standard_says() {
        // Examples of the CommonMark specification 0.31.2, by number.
        for (markdown, expected) in [
            ("# foo", "<h1>foo</h1>"),                                                                // 62
            ("***\n---\n___", "<hr>\n<hr>\n<hr>"),                                                    // 43, HTML syntax
            ("*foo bar*", "<p><em>foo bar</em></p>"),                                                 // 350
            ("**foo bar**", "<p><strong>foo bar</strong></p>"),                                       // 378
            ("`foo`", "<p><code>foo</code></p>"),                                                     // 328
            ("- foo\n- bar", "<ul>\n<li>foo</li>\n<li>bar</li>\n</ul>"),                              // 301, one marker
            ("    a simple\n      code\n", "<pre><code>a simple\n  code\n</code></pre>"),             // 107
            ("<http://foo.bar.baz>", "<p><a href=\"http://foo.bar.baz\">http://foo.bar.baz</a></p>"), // 594
            ("foo  \nbaz", "<p>foo<br>\nbaz</p>"), // 633, HTML syntax
        ] {
            assert_eq!(html_of(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn notes_that_came_as_html_stay_html() {
        let imported = html_notes("<p>a</p>\n    <p>b <i>c</i></p>").unwrap();
        let edited = rewritten(&imported, "<p>a</p>\n\n    <p>d</p>").unwrap();
        // As Markdown, what stands four blanks in would be code.
        assert_eq!((edited.form, edited.safe.html.as_str()), (NotesForm::Html, "<p>a</p>\n\n    <p>d</p>"));
        let emptied = rewritten(&imported, " ").unwrap();
        assert_eq!(
            (emptied.form, rewritten(&emptied, "*a*").unwrap().safe.html.as_str()),
            (NotesForm::Markdown, "<p><em>a</em></p>\n")
        );
        let long = html_notes(&"x ".repeat(MAX_HTML_BYTES / 2)).unwrap();
        assert_eq!(rewritten(&imported, &long.source).unwrap(), long, "what was imported can be edited");
        assert!(html_notes(&"x".repeat(MAX_HTML_BYTES + 1)).is_err());
    }

    #[test]
    fn html_becomes_markdown_that_reads_the_same() {
        let html = "<p>Fog &amp; <strong>ships</strong>: <a href=\"https://a.example/?b=1\">here</a> 2 * 3</p><ul><li>one</li><li>two</li></ul><script>x</script>";
        let imported = html_notes(html).unwrap();
        let made = in_form(&imported, NotesForm::Markdown).unwrap();
        assert_eq!(made.source, "Fog & **ships**: [here](https://a.example/?b=1) 2 \\* 3\n\n- one\n- two");
        let bare = |html: &str| html.replace('\n', "");
        assert_eq!((made.form, bare(&made.safe.html)), (NotesForm::Markdown, bare(&imported.safe.html)));
        assert_eq!(in_form(&made, NotesForm::Markdown).unwrap(), made);
        assert_eq!(in_form(&made, NotesForm::Html).unwrap().safe.html, made.safe.html.trim_end());
        // What looks like markup in words stays words.
        let odd = in_form(
            &html_notes("<p>&lt;script&gt;x&lt;/script&gt; [a](javascript:b) # 1. *c*</p>").unwrap(),
            NotesForm::Markdown,
        );
        assert_eq!(crate::plain_of(&odd.unwrap().safe), "<script>x</script> [a](javascript:b) # 1. *c*");
    }

    #[test]
    fn extensions_are_off() {
        assert_eq!(html_of("~~no~~"), "<p>~~no~~</p>");
        assert_eq!(html_of("|a|\n|-|\n|b|"), "<p>|a|\n|-|\n|b|</p>");
    }

    #[test]
    fn html_in_markdown_is_cleaned() {
        assert_eq!(html_of("a <u onclick=x>b</u> <script>c</script>"), "<p>a <u>b</u> </p>");
        assert_eq!(html_of("[a](javascript:alert(1)) [b](<java\tscript:x>)"), "<p><a>a</a> <a>b</a></p>");
    }

    #[test]
    fn a_picture_stays_or_becomes_its_description() {
        let tower = "<p><img src=\"https://a.example/t.png\" alt=\"The old tower\"></p>";
        assert_eq!(html_of("![The *old* tower](https://a.example/t.png)"), tower);
        assert_eq!(html_of("![The *old* tower](http://a.example/t.png)"), "<p>The old tower</p>");
    }

    #[test]
    fn pictures_that_are_here_stay_as_long_as_the_words_name_them() {
        let file = hearthcast_model::show::Attachment {
            hash: hearthcast_model::Sha256::of(b"abc"),
            name: "t".into(),
            ext: "png".into(),
        };
        let picture = NotesPicture { address: "http://a.example/t.png".into(), file: Some(file.clone()) };
        let imported = html_notes("<p><img src='http://a.example/t.png' alt='Tower'></p>").unwrap();
        assert_eq!(imported.safe.html, "<p>Tower</p>", "nobody asks for it without TLS");
        let brought = with_pictures(imported.clone(), vec![picture.clone()]);
        let tag = format!("<p><img src=\"media:{}\" alt=\"Tower\"></p>", file.hash);
        assert_eq!((brought.source.as_str(), brought.safe.html.as_str()), (imported.source.as_str(), tag.as_str()));
        let edited = rewritten(&brought, "<p>New: <img src='http://a.example/t.png' alt='Tower'></p>").unwrap();
        assert_eq!(edited.pictures, std::slice::from_ref(&picture));
        let typed = in_form(&brought, NotesForm::Markdown).unwrap();
        assert_eq!(typed.source, format!("![Tower](media:{})", file.hash));
        assert_eq!((typed.pictures.as_slice(), typed.safe.html.trim_end()), (&[picture][..], tag.as_str()));
        assert_eq!(rewritten(&typed, "None any more.").unwrap().pictures, []);
    }

    #[test]
    fn another_file_takes_the_place_of_one_in_notes_by_address_and_by_content() {
        let file = |text: &[u8]| Attachment { hash: Sha256::of(text), name: "t".into(), ext: "png".into() };
        let (old, new, beside) = (file(b"old"), file(b"new"), file(b"beside"));
        let held =
            |address: &str, file: &Attachment| NotesPicture { address: address.into(), file: Some(file.clone()) };
        let words = "<p>Quay <img src='http://a.example/t.png' alt='T'><img src='b.png' alt='B'></p>";
        let pictures = vec![held("http://a.example/t.png", &old), held("b.png", &beside)];
        let notes = with_pictures(html_notes(words).unwrap(), pictures);
        let after = with_other_file(&notes, &old.hash, &new);
        assert_eq!(after.source, notes.source, "the words name it as their author did");
        assert_eq!(after.safe.html, notes.safe.html.replace(old.hash.as_str(), new.hash.as_str()));
        assert_eq!(after.pictures, [held("http://a.example/t.png", &new), held("b.png", &beside)]);
        let typed = in_form(&notes, NotesForm::Markdown).unwrap();
        let after = with_other_file(&typed, &old.hash, &new);
        assert!(after.source.contains(new.hash.as_str()) && !after.source.contains(old.hash.as_str()), "{after:?}");
        assert!(after.source.contains(beside.hash.as_str()), "{after:?}");
        assert_eq!(with_other_file(&notes, &new.hash, &old), notes, "what it has not stays as it is");
    }

    #[test]
    fn a_text_over_the_limit_is_refused() {
        assert!(notes(&"x".repeat(MAX_NOTES_BYTES)).is_ok());
        let error = notes(&"x".repeat(MAX_NOTES_BYTES + 1)).unwrap_err();
        assert_eq!(error, TextError::TooLong { bytes: 262_145, limit: 262_144 });
    }

    #[test]
    fn markdown_that_multiplies_is_shown_as_typed() {
        let made = notes(&">".repeat(MAX_NOTES_BYTES)).unwrap();
        assert_eq!(made.safe.html, "&gt;".repeat(MAX_NOTES_BYTES));
    }

    #[test]
    fn forbidden_characters_leave_source_and_html() {
        let made = notes("a\u{1}b&#2;c").unwrap();
        assert_eq!((made.source.as_str(), made.safe.html.trim_end()), ("ab&#2;c", "<p>abc</p>"));
    }
}
