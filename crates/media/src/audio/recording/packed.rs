//! Packed recordings: FLAC, Ogg (Vorbis, Opus, FLAC), MP4 and QuickTime, Matroska and WebM, CAF and bare AAC, described by
//! symphonia's demuxers and by what `mp4`, `matroska` and `caf` read beside them. `packed_stream` decodes them.

use super::about::{About, Kept};
use super::adts::{AdtsFrames, AdtsHeader};
use super::codec::{self, named, parameters};
use super::comments::{self, read_chapters, read_tags};
use super::window::Window;
use super::{How, Recording, RecordingKind, Refused, Shape, adts, caf, matroska, mp4};
use crate::probe::Source;
use hearthcast_model::facts::Finding;
use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use symphonia::core::audio::{Channels, layouts};
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::CODEC_ID_AAC;
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::default::formats;

/// Where packed sound stands.
#[derive(Debug, Clone)]
pub struct Packed {
    pub(super) kind: RecordingKind,
    /// Bytes before the recording that belong to tags of another kind.
    pub(super) front: u64,
    /// Length of the file as the container states it; a cut file has less.
    pub(super) stated: u64,
    /// Nothing says where the recording ends.
    pub(super) open_ended: bool,
    /// What of the decoded sound is heard, where the container says so.
    pub(super) kept: Kept,
    /// Samples before anything is left out, as the container states them.
    pub(super) declared: Option<u64>,
    /// Rate and channels.
    pub(super) shape: Shape,
    /// Names in the file that the demuxer does not get to see.
    hidden: Arc<[u64]>,
    /// What stands before a place that is asked for is not decoded, but for a second of it.
    pub(super) hasty: bool,
    /// Samples of every packet but the last, and of all, as the table of MP4 states them.
    pub(super) steady: Option<(u64, u64)>,
}

/// A place that is nearer is walked to.
const FAR_SECONDS: u64 = 60;

impl Packed {
    /// Whether it is quicker to search for the place of a sample than to walk there from another one.
    pub(super) fn is_searched(&self, sample: u64, from: u64) -> bool {
        let is_far = sample.saturating_sub(from) > FAR_SECONDS * u64::from(self.shape.sample_rate);
        self.hasty && is_far && (self.kind == RecordingKind::Flac || self.steady.is_some())
    }
}

/// Reads headers and tags of what stands between `front` bytes of tags of another kind and `trailer` bytes of such tags.
pub fn read(source: &mut Source, kind: RecordingKind, front: u64, trailer: u64) -> Result<Recording, Refused> {
    let file = source.file.try_clone().map_err(|error| Refused::plain(format!("it could not be read: {error}")))?;
    let unreadable = |error: io::Error| Refused::plain(format!("its structure could not be read ({error})"));
    let mut about = match kind {
        RecordingKind::Mp4 => mp4::read(source).map_err(unreadable)??,
        RecordingKind::Matroska => matroska::read(source).map_err(unreadable)?,
        RecordingKind::Caf => caf::read(source).map_err(unreadable)??,
        _ => About::of_stream(source.size - trailer, front, trailer),
    };
    let shape = Shape { sample_rate: 1, channels: 1 };
    let (stated, open_ended) = (about.stated, about.open_ended);
    let (kept, declared, hasty, steady) = (Kept::default(), None, false, about.steady);
    let hidden = std::mem::take(&mut about.hidden).into();
    let mut packed = Packed { kind, front, stated, open_ended, kept, declared, shape, hidden, hasty, steady };
    let (track, codec, mime) = match kind {
        RecordingKind::Adts => bare_aac(source, front).map_err(unreadable)??,
        _ => {
            let (mut reader, _) = demuxer(file, source.size, &packed)?;
            let track = reader.default_track(TrackType::Audio).ok_or(Refused::because("there is no sound in it"))?;
            let track = parameters(track)?.clone();
            if kind == RecordingKind::Flac {
                about.length_s = reader
                    .default_track(TrackType::Audio)
                    .and_then(|track| Some(track.num_frames? as f64 / f64::from(parameters(track).ok()?.sample_rate?)));
            }
            if kind == RecordingKind::Flac {
                comments::read_flac(source, front, &mut about.found).map_err(unreadable)?;
            }
            if let Some(group) = reader.chapters().filter(|_| about.found.chapters.is_empty()) {
                read_chapters(group, &mut about.found);
            }
            read_tags(reader.as_mut(), &mut about.found, kind != RecordingKind::Flac);
            let (codec, mime) = named(kind, &track)?;
            (track, codec, mime)
        }
    };
    codec::decoder(&track)?;
    packed.shape = codec::shape(&track)?;
    if packed.shape.channels > 2 && codec != "flac" {
        return Err(Refused::elsewhere(&format!("it has {} channels", packed.shape.channels)));
    }
    packed.kept = about.heard.kept(packed.shape.sample_rate);
    packed.declared = about.length_s.map(|seconds| (seconds * f64::from(packed.shape.sample_rate)).round() as u64);
    about.found.chapters.sort_by_key(|chapter| chapter.start_ms);
    let mut findings = about.findings;
    if about.stated > source.size {
        let missing = about.stated - source.size;
        let message = format!("The file is cut off: the last {missing} bytes that it says it has are missing.");
        findings.push(Finding { code: "media.truncated".into(), message, at_ms: None });
    }
    Ok(Recording {
        path: source.path.path().to_owned(),
        size: source.size,
        container: kind.container(),
        codec: codec.into(),
        mime: about.mime.unwrap_or(mime),
        shape: packed.shape,
        around: about.around,
        film: about.film,
        how: How::Packed(packed),
        found: about.found,
        findings,
    })
}

/// The first frame says what the sound is.
fn bare_aac(source: &mut Source, front: u64) -> io::Result<Result<Track, Refused>> {
    let bytes = source.range(front, adts::MOST_JUNK)?;
    let is_whole = source.size <= front + adts::MOST_JUNK;
    let first = adts::find(&bytes, is_whole).and_then(|at| AdtsHeader::parse(&bytes[at..]));
    Ok(first.ok_or(Refused::because("there is no sound in it")).map(|first| (bare(&first), "aac", "audio/aac")))
}

/// What is known of a track: its parameters, the name of its codec, its MIME type.
type Track = (AudioCodecParameters, &'static str, &'static str);

/// AAC as an ADTS header describes it.
pub fn bare(header: &AdtsHeader) -> AudioCodecParameters {
    let mut parameters = AudioCodecParameters::new();
    let channels: Channels = match header.channels() {
        1 => layouts::CHANNEL_LAYOUT_MONO,
        2 => layouts::CHANNEL_LAYOUT_STEREO,
        many => Channels::Discrete(many as u16),
    };
    parameters.for_codec(CODEC_ID_AAC).with_sample_rate(header.sample_rate).with_channels(channels);
    parameters
}

/// A demuxer of symphonia's.
pub type Demuxer = Box<dyn FormatReader>;

/// Opens the file again, at its beginning; counts the bytes passed.
pub fn demuxer(file: File, size: u64, packed: &Packed) -> Result<(Demuxer, Arc<AtomicU64>), Refused> {
    let (window, position) = Window::new(file, packed.front, packed.stated, size);
    let window = window.hiding(&packed.hidden);
    // The index at the end of Matroska would be asked for first, and a cut file has none.
    let window =
        if packed.kind == RecordingKind::Matroska && packed.stated > size { window.straight() } else { window };
    let stream = MediaSourceStream::new(Box::new(window), MediaSourceStreamOptions::default());
    let options = FormatOptions::default();
    let opened: Result<Demuxer, Error> = match packed.kind {
        RecordingKind::Flac => formats::FlacReader::try_new(stream, options).map(|reader| Box::new(reader) as Demuxer),
        RecordingKind::Mp4 => formats::IsoMp4Reader::try_new(stream, options).map(|reader| Box::new(reader) as Demuxer),
        RecordingKind::Matroska => {
            formats::MkvReader::try_new(stream, options).map(|reader| Box::new(reader) as Demuxer)
        }
        RecordingKind::Caf => formats::CafReader::try_new(stream, options).map(|reader| Box::new(reader) as Demuxer),
        _ => formats::OggReader::try_new(stream, options).map(|reader| Box::new(reader) as Demuxer),
    };
    opened
        .map(|reader| (reader, position))
        .map_err(|error| Refused::plain(format!("its structure is damaged ({error})")))
}

/// Frames of bare AAC, at the beginning; counts the bytes passed.
pub fn frames(file: File, size: u64, packed: &Packed) -> (AdtsFrames<Window>, Arc<AtomicU64>) {
    let (window, position) = Window::new(file, packed.front, packed.stated, size);
    (AdtsFrames::new(window), position)
}
