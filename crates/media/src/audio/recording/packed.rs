//! Packed recordings: FLAC, Ogg (Vorbis, Opus, FLAC) and MP4 (AAC, ALAC), by symphonia's demuxers and decoders.
//!
//! A damaged piece becomes silence of its length and a finding, so that everything after it stays in its place.

use super::super::findings::Findings;
use super::{Block, Broken, How, Recording, RecordingKind, Refused, Shape, mp4};
use crate::probe::Source;
use crate::tags::{FoundTags, clean};
use hearthcast_model::facts::{ChapterMark, Finding};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_ALAC, CODEC_ID_FLAC, CODEC_ID_OPUS, CODEC_ID_VORBIS,
};
use symphonia::core::codecs::audio::{AudioCodecId, AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::RegisterableAudioDecoder;
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::{ChapterGroup, ChapterGroupItem, RawValue, StandardTag};
use symphonia::default::{codecs, formats};

/// Longest silence put in for one damaged piece, samples.
const MOST_SILENCE: u64 = 65_536;

/// Where packed sound stands.
#[derive(Debug, Clone)]
pub struct Packed {
    kind: RecordingKind,
    /// Bytes before the recording that belong to tags of another kind.
    front: u64,
    /// Length of the file as the container states it; a cut file has less.
    stated: u64,
    /// What of the decoded sound is heard, where the container says so: samples to leave out, and how many follow.
    heard: Option<(u64, u64)>,
    /// Rate and channels.
    shape: Shape,
}

/// Reads headers and tags.
pub fn read(source: &mut Source, kind: RecordingKind, front: u64) -> Result<Recording, Refused> {
    let file = source.file.try_clone().map_err(|error| Refused(format!("it could not be read: {error}")))?;
    let unreadable = |error: io::Error| Refused(format!("its structure could not be read ({error})"));
    let about = match kind {
        RecordingKind::Mp4 => mp4::read(source).map_err(unreadable)??,
        _ => mp4::About::of_stream(source.size, front),
    };
    let mut packed =
        Packed { kind, front, stated: about.stated, heard: None, shape: Shape { sample_rate: 1, channels: 1 } };
    let (mut reader, _) = demuxer(file, source.size, &packed)?;
    let track = reader.default_track(TrackType::Audio).ok_or(Refused::because("there is no sound in it"))?.clone();
    let (codec, mime) = named(kind, &track)?;
    packed.shape = shape(&track)?;
    if packed.shape.channels > 2 && codec != "flac" {
        return Err(Refused(format!("it has {} channels", packed.shape.channels)));
    }
    packed.heard = about.heard(packed.shape.sample_rate);
    let mut found = about.found;
    read_tags(reader.as_mut(), &mut found);
    if let Some(group) = reader.chapters().filter(|_| found.chapters.is_empty()) {
        read_chapters(group, &mut found);
    }
    found.chapters.sort_by_key(|chapter| chapter.start_ms);
    let mut findings = vec![];
    if about.stated > source.size {
        let message = "The file is cut off: its last part is missing.";
        findings.push(Finding { code: "media.truncated".into(), message: message.into(), at_ms: None });
    }
    Ok(Recording {
        path: source.path.path().to_owned(),
        size: source.size,
        container: match kind {
            RecordingKind::Flac => "flac",
            RecordingKind::Ogg => "ogg",
            _ => "mp4",
        },
        codec: codec.into(),
        mime,
        shape: packed.shape,
        around: about.around,
        how: How::Packed(packed),
        found,
        findings,
    })
}

/// Name of the codec and the MIME type it is published with.
fn named(kind: RecordingKind, track: &Track) -> Result<(&'static str, &'static str), Refused> {
    let Some(CodecParameters::Audio(parameters)) = &track.codec_params else {
        return Err(Refused::because("its sound is packed in a way Hearthcast cannot decode"));
    };
    match (parameters.codec, kind) {
        (CODEC_ID_FLAC, RecordingKind::Flac) => Ok(("flac", "audio/flac")),
        (CODEC_ID_FLAC, _) => Ok(("flac", "audio/ogg")),
        (CODEC_ID_VORBIS, _) => Ok(("vorbis", "audio/ogg")),
        (CODEC_ID_OPUS, _) => Ok(("opus", "audio/opus")),
        (CODEC_ID_AAC, _) => Ok(("aac", "audio/mp4")),
        (CODEC_ID_ALAC, _) => Ok(("alac", "audio/mp4")),
        _ => Err(Refused::because("its sound is packed in a way Hearthcast cannot decode")),
    }
}

fn shape(track: &Track) -> Result<Shape, Refused> {
    let Some(CodecParameters::Audio(parameters)) = &track.codec_params else {
        return Err(Refused::because("there is no sound in it"));
    };
    // AAC says its channels in its first frame; MP4 repeats them in the header.
    let channels = parameters.channels.as_ref().map_or(2, |channels| channels.count());
    let shape = Shape { sample_rate: parameters.sample_rate.unwrap_or(48_000), channels };
    shape.check()?;
    Ok(shape)
}

type Demuxer = Box<dyn FormatReader>;

fn demuxer(file: File, size: u64, packed: &Packed) -> Result<(Demuxer, Arc<AtomicU64>), Refused> {
    let position = Arc::new(AtomicU64::new(0));
    let window =
        Window { file, front: packed.front, size, stated: packed.stated, at: 0, position: Arc::clone(&position) };
    let stream = MediaSourceStream::new(Box::new(window), MediaSourceStreamOptions::default());
    let options = FormatOptions::default();
    let opened: Result<Demuxer, Error> = match packed.kind {
        RecordingKind::Flac => formats::FlacReader::try_new(stream, options).map(|reader| Box::new(reader) as Demuxer),
        RecordingKind::Mp4 => formats::IsoMp4Reader::try_new(stream, options).map(|reader| Box::new(reader) as Demuxer),
        _ => formats::OggReader::try_new(stream, options).map(|reader| Box::new(reader) as Demuxer),
    };
    opened.map(|reader| (reader, position)).map_err(|error| Refused(format!("its structure is damaged ({error})")))
}

fn decoder(track: &Track) -> Result<Box<dyn AudioDecoder>, Refused> {
    let Some(CodecParameters::Audio(parameters)) = &track.codec_params else {
        return Err(Refused::because("there is no sound in it"));
    };
    let options = AudioDecoderOptions::default();
    let codec: AudioCodecId = parameters.codec;
    let made = match codec {
        CODEC_ID_FLAC => codecs::FlacDecoder::try_registry_new(parameters, &options),
        CODEC_ID_VORBIS => codecs::VorbisDecoder::try_registry_new(parameters, &options),
        CODEC_ID_ALAC => codecs::AlacDecoder::try_registry_new(parameters, &options),
        CODEC_ID_OPUS => symphonia_adapter_libopus::OpusDecoder::try_registry_new(parameters, &options),
        _ => codecs::AacDecoder::try_registry_new(parameters, &options),
    };
    made.map_err(|error| match codec {
        CODEC_ID_AAC => Refused(format!("its AAC is of a kind Hearthcast cannot decode ({error})")),
        _ => Refused(format!("its sound cannot be decoded ({error})")),
    })
}

/// Decodes front to back.
pub struct PackedStream {
    packed: Packed,
    reader: Demuxer,
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    position: Arc<AtomicU64>,
    /// Decoded samples so far, before anything is left out.
    decoded: u64,
    ended: bool,
}

impl PackedStream {
    /// At the beginning.
    pub fn open(source: Source, packed: &Packed) -> Result<Self, Refused> {
        let (reader, position) = demuxer(source.file, source.size, packed)?;
        let track = reader.default_track(TrackType::Audio).ok_or(Refused::because("there is no sound in it"))?;
        let (decoder, track) = (decoder(track)?, track.id);
        Ok(Self { packed: packed.clone(), reader, decoder, track, position, decoded: 0, ended: false })
    }

    /// The next samples; false at the end.
    pub fn read(&mut self, block: &mut Block, findings: &mut Findings, at_ms: i64) -> Result<bool, Broken> {
        while !self.ended {
            match self.reader.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track => {
                    if self.decode(&packet, block, findings, at_ms) {
                        return Ok(true);
                    }
                }
                Ok(Some(_)) => (),
                Ok(None) => self.ended = true,
                Err(Error::ResetRequired) => self.next_file(findings, at_ms),
                Err(Error::IoError(error)) if error.kind() != io::ErrorKind::UnexpectedEof => {
                    return Err(Broken::Io(error));
                }
                Err(_) => {
                    findings.cut(at_ms);
                    self.ended = true;
                }
            }
        }
        Ok(false)
    }

    /// Bytes of the file passed, about.
    pub fn position(&self) -> u64 {
        self.position.load(Ordering::Relaxed)
    }

    /// Decodes one packet; false when nothing of it is heard.
    fn decode(
        &mut self,
        packet: &symphonia::core::packet::Packet,
        block: &mut Block,
        findings: &mut Findings,
        at_ms: i64,
    ) -> bool {
        match self.decoder.decode(packet) {
            Ok(samples) => {
                let (rate, channels) = (samples.spec().rate(), samples.num_planes());
                if (rate, channels) != (self.packed.shape.sample_rate, self.packed.shape.channels) {
                    findings.changes(at_ms);
                    self.ended = true;
                    return false;
                }
                samples.copy_to_vecs_planar(&mut block.planes);
            }
            Err(_) => {
                findings.unreadable_frame(at_ms);
                let silence = vec![0.0; packet.dur.get().min(MOST_SILENCE) as usize];
                block.planes = vec![silence; self.packed.shape.channels];
            }
        }
        self.leave_out(block);
        block.frames() > 0
    }

    /// Cuts what the container says is not heard.
    fn leave_out(&mut self, block: &mut Block) {
        let from = self.decoded;
        self.decoded += block.frames() as u64;
        let Some((skip, length)) = self.packed.heard else { return };
        let inside = |at: u64| usize::try_from(at.clamp(from, self.decoded) - from).unwrap_or(usize::MAX);
        let (first, last) = (inside(skip), inside(skip.saturating_add(length)));
        for plane in &mut block.planes {
            plane.truncate(last);
            plane.drain(..first.min(last));
        }
    }

    /// A second file begins inside an Ogg: it goes on when it has the same shape.
    fn next_file(&mut self, findings: &mut Findings, at_ms: i64) {
        let next = self.reader.default_track(TrackType::Audio).cloned();
        let fits = next.filter(|track| shape(track).is_ok_and(|shape| shape == self.packed.shape));
        match fits.and_then(|track| Some((decoder(&track).ok()?, track.id))) {
            Some((decoder, track)) => {
                findings.joined_ogg(at_ms);
                (self.decoder, self.track) = (decoder, track);
            }
            None => {
                findings.changes(at_ms);
                self.ended = true;
            }
        }
    }
}

/// The recording inside the file, as long as its container states.
struct Window {
    file: File,
    front: u64,
    size: u64,
    stated: u64,
    at: u64,
    position: Arc<AtomicU64>,
}

impl Read for Window {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.seek(SeekFrom::Start(self.front + self.at))?;
        let read = self.file.read(buffer)?;
        self.at += read as u64;
        self.position.store((self.front + self.at).min(self.size), Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Window {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => (self.stated - self.front).checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

impl MediaSource for Window {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.stated - self.front)
    }
}

/// Chapters that symphonia found itself (in Vorbis comments, too); one level of groups.
fn read_chapters(group: &ChapterGroup, found: &mut FoundTags) {
    for item in group.items.iter().take(super::MOST_CHAPTERS) {
        if let ChapterGroupItem::Chapter(chapter) = item {
            let title = chapter.tags.iter().find_map(|tag| match &tag.std {
                Some(StandardTag::ChapterTitle(title) | StandardTag::TrackTitle(title)) => Some(title.as_str()),
                _ => None,
            });
            let start_ms = i64::try_from(chapter.start_time.as_millis()).unwrap_or(0);
            found.chapters.push(ChapterMark { start_ms, title: clean(title.unwrap_or_default(), 500) });
        }
    }
}

/// Vorbis comments and pictures, as FLAC and Ogg carry them. (MP4's are read by `mp4`.)
fn read_tags(reader: &mut dyn FormatReader, found: &mut FoundTags) {
    let mut metadata = reader.metadata();
    let Some(revision) = metadata.skip_to_latest() else { return };
    let tracks = revision.per_track.iter().map(|track| &track.metadata);
    for container in std::iter::once(&revision.media).chain(tracks) {
        for tag in &container.tags {
            if let RawValue::String(value) = &tag.raw.value {
                found.add_comment(&tag.raw.key, value);
            }
        }
        if let Some(visual) = container.visuals.first() {
            found.take_cover(visual.data.to_vec());
        }
    }
    found.finish_comments();
}
