//! The pages of an Ogg file as bytes alone (RFC 3533, section 6), for fuzzing: what a demuxer tells of each stream goes to the rule
//! about its ends (`ogg_ends`). Check sums are not looked at, so that changed bytes get that far; and nothing is decoded: a packet
//! is as long as its first byte says.

use super::super::findings::Findings;
use super::ogg_ends::OggEnds;
use super::{Block, codec};
use hearthcast_model::facts::Finding;
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_OPUS, CODEC_ID_VORBIS};
use symphonia::core::formats::Track;
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

/// Samples of a packet for each step of its first byte.
const STEP: u64 = 32;

/// One page.
struct Page<'a> {
    /// A stream begins here.
    begins: bool,
    /// Samples of the stream up to the end of its last packet.
    position: u64,
    /// Packets that end on it.
    packets: Vec<&'a [u8]>,
}

impl Page<'_> {
    /// Samples of each packet.
    fn lengths(&self) -> impl Iterator<Item = u64> {
        self.packets.iter().map(|packet| packet.first().map_or(0, |byte| u64::from(*byte) * STEP))
    }

    /// Whether sound ends on it: heads have no position, and a page without the end of a packet says so by all bits.
    fn is_sound(&self) -> bool {
        (1..u64::MAX).contains(&self.position)
    }
}

/// Goes through all streams; what is to be said of them.
pub(crate) fn walk(bytes: &[u8]) -> Vec<Finding> {
    let (mut ends, mut findings, mut at) = (OggEnds::default(), Findings::default(), 0);
    for stream in pages(bytes).chunk_by(|_, next| !next.begins) {
        let Some(track) = track(stream) else { continue };
        ends.give_way(OggEnds::of(&track), &mut findings);
        at = 0;
        for page in stream.iter().filter(|page| page.is_sound()) {
            for length in page.lengths() {
                at += length;
                let left_out = at.saturating_sub(page.position).min(length);
                let mut packet =
                    Packet::new(0, Timestamp::ZERO, Duration::from(length - left_out), Box::<[u8]>::default());
                packet.trim_end = Duration::from(left_out);
                let left_out = OggEnds::whole(&mut packet);
                let mut block = Block { planes: vec![vec![0.0; usize::try_from(length).unwrap_or(0)]] };
                ends.pass(packet.block_dur(), left_out, &mut block);
            }
        }
    }
    ends.finish(&mut findings, i64::try_from(at).unwrap_or(i64::MAX));
    findings.into_list()
}

/// What the head and the last page of a stream state.
fn track(stream: &[Page<'_>]) -> Option<Track> {
    let head = stream.first()?.packets.first()?;
    let (mut track, mut parameters) = (Track::new(0), AudioCodecParameters::new());
    if head.starts_with(b"OpusHead") {
        let two = head.get(10..12)?.first_chunk()?;
        track.delay = Some(u16::from_le_bytes(*two).into());
        parameters.for_codec(CODEC_ID_OPUS).with_sample_rate(48_000);
    } else if head.starts_with(b"\x01vorbis") {
        let four = head.get(12..16)?.first_chunk()?;
        parameters.for_codec(CODEC_ID_VORBIS).with_sample_rate(u32::from_le_bytes(*four));
    } else {
        return None;
    }
    codec::shape(&parameters).ok()?;
    track.with_codec_params(CodecParameters::Audio(parameters));
    let mut sound = stream.iter().filter(|page| page.is_sound());
    if let Some(first) = sound.next() {
        let place = |samples: u64| i64::try_from(samples).unwrap_or(i64::MAX);
        track.start_ts = Timestamp::new(place(first.position) - place(first.lengths().sum()));
        track.num_frames = Some(sound.next_back().unwrap_or(first).position);
    }
    Some(track)
}

/// All whole pages; what stands between them is passed over.
fn pages(mut bytes: &[u8]) -> Vec<Page<'_>> {
    let mut found = vec![];
    while let Some(at) = bytes.windows(4).position(|four| four == b"OggS") {
        bytes = match page(&bytes[at..]) {
            Some((page, rest)) => {
                found.push(page);
                rest
            }
            None => &bytes[at + 4..],
        };
    }
    found
}

/// The page that these bytes begin with, and what is behind it.
fn page(bytes: &[u8]) -> Option<(Page<'_>, &[u8])> {
    let head = bytes.first_chunk::<27>()?;
    let laces = bytes.get(27..27 + usize::from(head[26]))?;
    let (mut rest, mut packets, mut length) = (bytes.get(27 + laces.len()..)?, vec![], 0);
    for lace in laces {
        length += usize::from(*lace);
        if *lace < 255 {
            let (packet, behind) = rest.split_at_checked(length)?;
            packets.push(packet);
            (rest, length) = (behind, 0);
        }
    }
    let position = u64::from_le_bytes(*head.get(6..14)?.first_chunk()?);
    // What is left is the beginning of a packet that ends on another page.
    Some((Page { begins: head[5] & 2 != 0, position, packets }, rest.get(length..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page; its check sum is not right.
    fn page(begins: bool, position: u64, packets: &[&[u8]]) -> Vec<u8> {
        let flags = if begins { 2 } else { 0 };
        let laces = packets.iter().map(|packet| packet.len() as u8);
        let head = [&b"OggS\0"[..], &[flags], &position.to_le_bytes(), &[0; 12], &[packets.len() as u8]].concat();
        [head, laces.collect(), packets.concat()].concat()
    }

    #[test]
    fn the_rule_about_ends_hears_what_the_pages_say() {
        let head = |pre_skip: u16| [&b"OpusHead\x01\x01"[..], &pre_skip.to_le_bytes(), &[0; 7]].concat();
        // Twenty milliseconds each, half a second a page.
        let packet = [(960 / STEP) as u8, 0];
        let sound = vec![&packet[..]; 25];
        let stream = |pre_skip, last| {
            let pages = [
                page(true, 0, &[&head(pre_skip)]),
                page(false, 0, &[b"OpusTags"]),
                page(false, 24_000, &sound),
                page(false, last, &sound),
            ];
            pages.concat()
        };
        let codes = |bytes: &[u8]| walk(bytes).into_iter().map(|finding| finding.code).collect::<Vec<_>>();
        assert_eq!(codes(&stream(312, 48_000)), Vec::<String>::new(), "all of a second");
        assert_eq!(codes(&stream(312, 40_000)), Vec::<String>::new(), "a sixth of a second is left out at its end");
        assert_eq!(codes(&stream(312, 480_000)), ["media.truncated"], "ten seconds are stated");
        assert_eq!(codes(&stream(40_000, 48_000)), ["media.edits"], "five sixths of it are left out at its beginning");
        // Junk between pages is passed over, a page that is cut gives nothing.
        let whole = stream(312, 480_000);
        assert_eq!(codes(&[&b"junk Og"[..], &whole].concat()), ["media.truncated"]);
        assert_eq!(codes(&whole[..whole.len() - 1]), Vec::<String>::new());
    }
}
