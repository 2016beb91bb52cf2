//! The words of Markdown, as CommonMark divides them: without code, with what begins a line.

use super::link::{Leads, fragments, leads};
use super::{Opens, Run, Runs, html_runs};
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

/// Reads it.
pub(super) fn read(source: &str, own: &[String]) -> Runs {
    let mut runs = Runs::default();
    let (mut opens, mut elsewhere, mut code) = (Opens::Line, false, false);
    for (event, place) in Parser::new_ext(source, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(TagEnd::CodeBlock) => code = false,
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                let inline = matches!(link_type, LinkType::Inline | LinkType::Autolink);
                match leads(&dest_url, own) {
                    Leads::Own if inline => runs.fragments.extend(fragments(source, place)),
                    // What is said elsewhere in the notes cannot be told from other links to it.
                    Leads::Own | Leads::Elsewhere => elsewhere = true,
                    Leads::Nowhere => {}
                }
            }
            // Words about a picture are no list.
            Event::Start(Tag::Image { .. }) => elsewhere = true,
            Event::End(TagEnd::Link | TagEnd::Image) => elsewhere = false,
            Event::Start(Tag::Emphasis | Tag::Strong) | Event::End(TagEnd::Emphasis | TagEnd::Strong) => {}
            Event::Start(_) | Event::End(_) | Event::HardBreak => opens = Opens::Line,
            Event::InlineHtml(tag) if tag.trim_start().to_ascii_lowercase().starts_with("<br") => opens = Opens::Line,
            Event::SoftBreak => opens = Opens::Wrapped,
            Event::Html(_) => {
                let inner = html_runs::read(source, place, own);
                runs.words.extend(inner.words);
                runs.fragments.extend(inner.fragments);
            }
            Event::Text(_) if !code => {
                let blank = source.get(place.clone()).is_none_or(|text| text.trim().is_empty());
                runs.words.push(Run { place, opens, elsewhere });
                if !blank {
                    opens = Opens::Not;
                }
            }
            Event::Code(_) => opens = Opens::Not,
            _ => {}
        }
    }
    runs
}
