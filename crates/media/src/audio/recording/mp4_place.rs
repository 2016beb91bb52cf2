//! A place in MP4 and QuickTime, as the table of packets states it, where all packets but the last are of one length and the
//! decoder makes as many samples of them. Then the number of the packet is the place of its first sample.
//!
//! Symphonia looks the packet up in the same tables by which it goes from packet to packet: what it finds there is what it would
//! have come to. Not in fragments, which have no table of the whole.

use super::flac_place::Place;
use super::packed::{self, Demuxer, Packed};
use super::{codec, skipping};
use crate::probe::Source;
use symphonia::core::formats::{SeekMode, SeekTo, TrackType};
use symphonia::core::packet::Packet;
use symphonia::core::units::Timestamp;

/// A packet that holds fewer samples is no packet.
const LEAST_STEP: u64 = 64;

/// A place at least a second before a sample. `None` where none is sure.
pub fn find(source: &Source, packed: &Packed, sample: u64) -> Option<Place> {
    let (step, whole) = packed.steady.filter(|(step, _)| *step >= LEAST_STEP)?;
    let (mut reader, position) = packed::demuxer(source.file.try_clone().ok()?, source.size, packed).ok()?;
    let track = reader.default_track(TrackType::Audio)?;
    // Symphonia knows the samples of a track whose clock counts samples.
    if track.num_frames != Some(whole) {
        return None;
    }
    let (mut decoder, id) = (codec::decoder(codec::parameters(track).ok()?).ok()?, track.id);
    let first = next(&mut reader, id)?;
    if first.pts != Timestamp::ZERO || decoder.decode(&first).ok()?.frames() as u64 != step {
        return None;
    }
    let at = sample.saturating_sub(skipping::lead(packed.shape.sample_rate)) / step * step;
    let ts = Timestamp::try_from(at).ok()?;
    let reached = reader.seek(SeekMode::Accurate, SeekTo::Timestamp { ts, track_id: id }).ok()?;
    let packet = next(&mut reader, id)?;
    (reached.actual_ts == ts && packet.pts == ts).then_some(Place { reader, packet, at, position })
}

/// The next packet of a track.
fn next(reader: &mut Demuxer, track: u32) -> Option<Packet> {
    loop {
        let packet = reader.next_packet().ok()??;
        if packet.track_id == track {
            return Some(packet);
        }
    }
}
