//! The stream that comes out: what several encoders wrote, as one. Each one's frames are taken from where they mean the same
//! as those of the encoder before it; without such a place one encoder writes all the rest.

use crate::MediaError;
use crate::process::info_frame::CheckSum;
use crate::process::logical::Encoded;
use crate::process::segments::{Amount, BEFORE};
use hearthcast_model::facts::Finding;

/// What was written.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    /// Frames and bytes; the padding is what it should be for that many.
    pub frames: u64,
    /// Bytes.
    pub bytes: u64,
    /// Check sum of the bytes.
    pub sum: CheckSum,
    /// The limiter's largest reduction in dB, and the share of the sound it worked in.
    pub limited: (f64, f64),
    /// Encoders side by side did not agree: one went on to the end by itself.
    pub alone: bool,
}

impl Written {
    /// Whether it is what was expected; else the recording changed while it was read.
    pub fn is(&self, amount: &Amount) -> bool {
        (self.frames, self.bytes) == (amount.frames, amount.bytes)
    }

    /// What a person should know of how it was written.
    pub fn finding(&self) -> Option<Finding> {
        let message = "One encoder went through the sound from front to back, which takes longer: several side by side do \
                       not come to agree here. What is heard is the same.";
        let finding = Finding { code: "media.encoded_alone".into(), message: message.into(), at_ms: None };
        self.alone.then_some(finding)
    }
}

/// The stream so far.
pub struct Joined<'a> {
    write: &'a mut dyn FnMut(&[u8]) -> Result<(), MediaError>,
    /// Frames and bytes written.
    at: u64,
    bytes: u64,
    sum: CheckSum,
    /// The last segment; its end is not written yet.
    held: Option<Encoded>,
    alone: bool,
}

impl<'a> Joined<'a> {
    /// Nothing yet; `write` takes the bytes in order. `alone`: there could be more encoders than the one that there is.
    pub fn new(write: &'a mut dyn FnMut(&[u8]) -> Result<(), MediaError>, alone: bool) -> Self {
        Self { write, at: 0, bytes: 0, sum: CheckSum::default(), held: None, alone }
    }

    /// The frame where the last segment's encoder began.
    pub fn held_from(&self) -> u64 {
        self.held.as_ref().map_or(0, |held| held.frames().start)
    }

    /// The frame where `encoded` can go on, before the frame where it must.
    fn meeting(&self, encoded: &Encoded, until: u64) -> Option<u64> {
        let Some(held) = &self.held else { return Some(0) };
        held.meets(encoded, self.at.max(encoded.frames().start)..until, BEFORE / 2)
    }

    /// Whether `encoded` can go on before that frame.
    pub fn meets(&self, encoded: &Encoded, until: u64) -> bool {
        self.meeting(encoded, until).is_some()
    }

    /// Goes on with `encoded`, which meets what is here; its frames from `sure` on are not written yet.
    pub fn append(&mut self, encoded: Encoded, until: u64, sure: u64) -> Result<(), MediaError> {
        let cut = self.meeting(&encoded, until).unwrap_or(until);
        if let Some(held) = self.held.take() {
            self.put(held.bytes(self.at..cut))?;
            self.at = cut;
        }
        self.put(encoded.bytes(self.at..sure))?;
        self.at = sure.max(self.at);
        self.held = Some(encoded);
        Ok(())
    }

    /// From here on one encoder writes ([`Self::go_on`]).
    pub fn goes_on_alone(&mut self) {
        (self.held, self.alone) = (None, true);
    }

    /// Goes on with those of the frames that are not written yet.
    pub fn go_on(&mut self, encoded: &Encoded) -> Result<(), MediaError> {
        let end = encoded.frames().end.max(self.at);
        self.put(encoded.bytes(self.at..end))?;
        self.at = end;
        Ok(())
    }

    /// What was written, and what the limiter did.
    pub fn written(&self, limited: (f64, f64)) -> Written {
        let Self { at: frames, bytes, sum, alone, .. } = *self;
        Written { frames, bytes, sum, limited, alone }
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), MediaError> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.sum.add(bytes);
        self.bytes += bytes.len() as u64;
        (self.write)(bytes)
    }
}
