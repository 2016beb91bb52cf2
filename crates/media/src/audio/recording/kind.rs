//! The kinds of recordings: those decoded here, and those that the program ffmpeg decodes.

/// A kind of recording, known by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordingKind {
    /// RIFF, RF64, BW64.
    Wav,
    /// AIFF, AIFC.
    Aiff,
    /// FLAC.
    Flac,
    /// Ogg with Vorbis, Opus or FLAC.
    Ogg,
    /// MP4 and QuickTime with AAC, ALAC or plain samples.
    Mp4,
    /// AAC in frames with headers of their own (ADTS).
    Adts,
    /// Apple's Core Audio Format.
    Caf,
    /// Matroska and WebM.
    Matroska,
    /// What ffmpeg decodes.
    Foreign(&'static ForeignKind),
}

/// A kind of recording that only ffmpeg decodes.
#[derive(Debug, PartialEq, Eq)]
pub struct ForeignKind {
    /// With its article.
    pub words: &'static str,
    /// ffmpeg's name of the demuxer. It is always named, so that no file is read as another kind, such as a playlist.
    pub demuxer: &'static str,
    /// MIME type.
    pub mime: &'static str,
    /// Endings of such files, lower case.
    pub endings: &'static [&'static str],
    /// Where its magic bytes stand, and which.
    pub magic: (usize, &'static [u8]),
}

const fn foreign(
    words: &'static str,
    demuxer: &'static str,
    mime: &'static str,
    endings: &'static [&'static str],
    magic: (usize, &'static [u8]),
) -> ForeignKind {
    ForeignKind { words, demuxer, mime, endings, magic }
}

/// Those kinds. What ffmpeg decodes without being asked here (subtitles, playlists, devices, hosts) is not in the list.
pub static FOREIGN: [ForeignKind; 20] = [
    foreign(
        "a Windows Media file (WMA or WMV)",
        "asf",
        "audio/x-ms-wma",
        &["wma", "wmv", "asf"],
        (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    ),
    foreign("an AVI video", "avi", "video/x-msvideo", &["avi"], (8, b"AVI ")),
    foreign("a Speex recording", "ogg", "audio/ogg", &["spx"], (28, b"Speex   ")),
    foreign("an Ogg video", "ogg", "video/ogg", &["ogv"], (28, b"\x80theora")),
    foreign("a Monkey's Audio recording", "ape", "audio/x-ape", &["ape"], (0, b"MAC ")),
    foreign("a WavPack recording", "wv", "audio/x-wavpack", &["wv"], (0, b"wvpk")),
    foreign("a TTA recording", "tta", "audio/x-tta", &["tta"], (0, b"TTA1")),
    foreign("a DSD recording", "dsf", "audio/x-dsf", &["dsf"], (0, b"DSD ")),
    foreign("a Musepack recording", "mpc8", "audio/x-musepack", &["mpc"], (0, b"MPCK")),
    foreign("an AMR recording", "amr", "audio/amr", &["amr"], (0, b"#!AMR")),
    foreign("an AU recording", "au", "audio/basic", &["au", "snd"], (0, b".snd")),
    foreign("a Flash video", "flv", "video/x-flv", &["flv"], (0, b"FLV\x01")),
    foreign("an MPEG video", "mpeg", "video/mpeg", &["mpg", "mpeg", "vob"], (0, b"\0\0\x01\xba")),
    foreign("a RealMedia file", "rm", "application/vnd.rn-realmedia", &["rm", "ra"], (0, b".RMF")),
    foreign("a Wave64 recording", "w64", "audio/x-w64", &["w64"], (0, b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb")),
    foreign("an AC-3 recording", "ac3", "audio/ac3", &["ac3"], (0, b"\x0b\x77")),
    foreign("a DTS recording", "dts", "audio/vnd.dts", &["dts"], (0, b"\x7f\xfe\x80\x01")),
    foreign("an MPEG transport stream", "mpegts", "video/mp2t", &["ts", "mts", "m2ts"], (0, b"G")),
    foreign("an MPEG layer II recording (MP2)", "mp3", "audio/mpeg", &["mp2"], (0, b"\xff\xfd")),
    foreign("a Creative Voice recording", "voc", "audio/x-voc", &["voc"], (0, b"Creative Voice File\x1a")),
];

impl ForeignKind {
    /// The kind whose magic bytes stand there.
    pub fn of(front: &[u8]) -> Option<&'static Self> {
        FOREIGN.iter().find(|kind| {
            let (at, magic) = kind.magic;
            // One letter is little: it stands before every packet of 188 bytes, on cameras' cards after a clock of four.
            let packets = |from: usize, step: usize| (0..4).all(|at| front.get(from + at * step) == Some(&b'G'));
            if kind.demuxer == "mpegts" {
                return packets(0, 188) || packets(4, 192);
            }
            let stands = front.get(at..at + magic.len()) == Some(magic);
            stands
                && match kind.demuxer {
                    "avi" => front.starts_with(b"RIFF"),
                    "ogg" => front.starts_with(b"OggS"),
                    // Layers I and III share the first byte; the frame header says more, when there is no layer III.
                    "mp3" => false,
                    _ => true,
                }
        })
    }

    /// MPEG layer II: recognised by its frames, once it is certain that there are none of layer III.
    pub fn layer_two() -> Option<&'static Self> {
        FOREIGN.iter().find(|kind| kind.demuxer == "mp3")
    }
}

impl RecordingKind {
    /// Those that are decoded here.
    pub const ALL: [Self; 8] =
        [Self::Wav, Self::Aiff, Self::Flac, Self::Ogg, Self::Mp4, Self::Adts, Self::Caf, Self::Matroska];

    /// Endings of such files, lower case.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Wav => &["wav", "wave", "bwf", "rf64"],
            Self::Aiff => &["aif", "aiff", "aifc"],
            Self::Flac => &["flac"],
            Self::Ogg => &["ogg", "oga", "opus"],
            Self::Mp4 => &["m4a", "m4b", "mp4", "m4v", "mov", "3gp"],
            Self::Adts => &["aac"],
            Self::Caf => &["caf"],
            Self::Matroska => &["webm", "mka", "mkv"],
            Self::Foreign(kind) => kind.endings,
        }
    }

    /// With its article.
    pub fn words(self) -> &'static str {
        match self {
            Self::Wav => "a WAV recording",
            Self::Aiff => "an AIFF recording",
            Self::Flac => "a FLAC recording",
            Self::Ogg => "an Ogg recording",
            Self::Mp4 => "an MP4 recording",
            Self::Adts => "a raw AAC recording",
            Self::Caf => "a CAF recording",
            Self::Matroska => "a Matroska or WebM file",
            Self::Foreign(kind) => kind.words,
        }
    }

    /// Its name in the facts.
    pub fn container(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Aiff => "aiff",
            Self::Flac => "flac",
            Self::Ogg => "ogg",
            Self::Mp4 => "mp4",
            Self::Adts => "aac",
            Self::Caf => "caf",
            Self::Matroska => "matroska",
            Self::Foreign(kind) if kind.demuxer == "mp3" => "mp2",
            Self::Foreign(kind) => kind.demuxer,
        }
    }

    /// ffmpeg's name of its demuxer.
    pub fn demuxer(self) -> &'static str {
        match self {
            Self::Mp4 => "mov",
            Self::Foreign(kind) => kind.demuxer,
            other => other.container(),
        }
    }
}
