//! Where bytes go in: the fuzzing program and the ordinary test of seeds and findings call the same.

use hearthcast_counting::logs::{Format, Lines, Raw, Reader};
use hearthcast_counting::{address, agents, range, referrer};
use hearthcast_intake::{ReadOptions, read_chapters, read_feed, read_opml};
use hearthcast_text::{chapters, clean_html, transcript};

/// Readers of texts; those of media are in `hearthcast_media::from_bytes`.
pub const TEXTS: [&str; 9] =
    ["chapters", "feed", "headers", "html", "logs", "opml", "spodcat", "transcript", "wordpress"];

/// Every reader.
#[allow(dead_code, reason = "the program asks for one, the test for all")]
pub fn all() -> impl Iterator<Item = &'static str> {
    TEXTS.into_iter().chain(hearthcast_media::from_bytes::READERS)
}

/// Reads the bytes as that; false when there is no such reader. What was read is written again where it can be.
pub fn read(reader: &str, bytes: &[u8]) -> bool {
    match reader {
        "chapters" => {
            if let Ok(found) = read_chapters(bytes) {
                let _ = (chapters::write_json(&found), chapters::write_list(&found));
            }
            let _ = chapters::pictures(bytes);
        }
        "feed" | "wordpress" => drop(options().map(|options| read_feed(bytes, &options))),
        "headers" => String::from_utf8_lossy(bytes).lines().for_each(header),
        "html" => drop(clean_html(&String::from_utf8_lossy(bytes))),
        "logs" => logs(bytes),
        "opml" => drop(read_opml(bytes)),
        "spodcat" => drop(hearthcast_intake::spodcat::SpodcatShow::read(bytes)),
        "transcript" => transcripts(bytes),
        media => return hearthcast_media::from_bytes::read(media, bytes).unwrap_or(true),
    }
    true
}

/// Lines of other servers' logs, in every format.
fn logs(bytes: &[u8]) {
    let lines = Lines::open(bytes).into_iter().flatten().map_while(Result::ok);
    let lines: Vec<String> =
        lines.filter_map(|raw| if let Raw::Line(line) = raw { Some(line) } else { None }).collect();
    for format in Format::ALL {
        let mut reader = Reader::new(format);
        lines.iter().for_each(|line| drop(reader.line(line)));
    }
    let _ = lines.first().and_then(|line| Format::of_line(line));
}

/// What a client says of itself and asks for.
fn header(value: &str) {
    let proxies: Vec<_> = ["127.0.0.0/8", "::/0"].into_iter().filter_map(address::parse_network).collect();
    let peer = std::net::Ipv4Addr::LOCALHOST.into();
    let _ = (address::client(peer, Some(value), &proxies), address::parse_network(value));
    let _ = (agents::classify(value), referrer::host(value));
    let _ = (range::first(value, 1 << 20), range::asked(value, u64::MAX));
}

fn options() -> Option<ReadOptions> {
    let show = hearthcast_model::ShowId::parse("01980000-0000-7000-8000-000000000000")?;
    Some(ReadOptions { show, base: None, now_ms: 1_800_000_000_000 })
}

/// Every form, by its name; what was read is written, and read again.
fn transcripts(bytes: &[u8]) {
    for name in ["a.vtt", "a.srt", "a.json", "a.html", "a.txt", "a"] {
        if let Ok(taken) = transcript::taken(bytes, name, Some(3_600_000)) {
            for format in [transcript::Format::Vtt, transcript::Format::Srt] {
                let _ = transcript::read(transcript::write(format, &taken.cues).as_bytes());
            }
            let _ = transcript::plain(&taken.cues);
        }
    }
}
