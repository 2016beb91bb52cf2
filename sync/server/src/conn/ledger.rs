//! The answers of one connection: which are on their way, which of their bytes the kernel took, what the rows say.

use super::Metered;
use super::walk::{Length, Walk};
use crate::logbook::{Logbook, Row, RowId};
use std::collections::VecDeque;
use std::io::IoSlice;
use std::ops::Range;

/// Finished answers kept before the kernel is asked which of them have arrived.
const MIN_UNACKNOWLEDGED: usize = 32;

/// What a connection owes and has paid.
pub(super) struct Ledger {
    /// Not yet wholly written, in order.
    queue: VecDeque<Owed>,
    /// Wholly written, not known to have arrived.
    unacknowledged: VecDeque<Paid>,
    ask_at: usize,
    walk: Walk,
    /// The walk over what is being written now, so that a write taken whole is walked once only.
    ahead: Option<Ahead>,
}

struct Owed {
    length: Length,
    metered: Option<Metered>,
    /// The row, once it was written.
    row: Option<RowId>,
}

struct Paid {
    logbook: Logbook,
    row: RowId,
    body: Range<u64>,
}

struct Ahead {
    walk: Walk,
    bytes: usize,
    ended: Vec<Range<u64>>,
}

impl Ledger {
    pub(super) fn new() -> Self {
        Self {
            queue: VecDeque::new(),
            unacknowledged: VecDeque::new(),
            ask_at: MIN_UNACKNOWLEDGED,
            walk: Walk::new(),
            ahead: None,
        }
    }

    /// Bytes the kernel took, heads included.
    pub(super) fn written(&self) -> u64 {
        self.walk.offset
    }

    /// An answer that will be written after all earlier ones.
    pub(super) fn owe(&mut self, length: Length, metered: Option<Metered>) {
        self.queue.push_back(Owed { length, metered, row: None });
    }

    /// To be called before bytes go to the kernel: writes the rows of the answers that these bytes would finish.
    pub(super) fn before_write(&mut self, bytes: &[IoSlice<'_>]) {
        let (mut walk, mut ended) = (self.walk, Vec::new());
        for piece in bytes {
            walk.over(piece, &self.queue, |owed| owed.length, |body| ended.push(body));
        }
        for (owed, body) in self.queue.iter_mut().zip(&ended) {
            owed.note(body.end - body.start);
        }
        self.ahead = Some(Ahead { walk, bytes: bytes.iter().map(|piece| piece.len()).sum(), ended });
    }

    /// To be called after: `taken` of those bytes are the kernel's now.
    pub(super) fn after_write(&mut self, bytes: &[IoSlice<'_>], taken: usize) {
        let ended = match self.ahead.take().filter(|ahead| ahead.bytes == taken) {
            Some(ahead) => {
                self.walk = ahead.walk;
                ahead.ended
            }
            None => self.walk_over(bytes, taken),
        };
        self.walk.answers_left(ended.len());
        for body in ended {
            let Some(Owed { metered: Some(metered), row: Some(row), .. }) = self.queue.pop_front() else { continue };
            if !body.is_empty() {
                self.unacknowledged.push_back(Paid { logbook: metered.logbook, row, body });
            }
        }
    }

    /// Whether it is time to ask the kernel and call [`Ledger::acknowledged`].
    pub(super) fn wants_to_know(&self) -> bool {
        self.unacknowledged.len() >= self.ask_at
    }

    /// Forgets the answers that have arrived; `unsent` bytes of the stream have not.
    pub(super) fn acknowledged(&mut self, unsent: u64) {
        let arrived = self.written().saturating_sub(unsent);
        while self.unacknowledged.front().is_some_and(|paid| paid.body.end <= arrived) {
            self.unacknowledged.pop_front();
        }
        self.ask_at = MIN_UNACKNOWLEDGED.max(2 * self.unacknowledged.len());
    }

    /// Whether every answer was wholly written. `ended_well` tells that hyper has nothing more to say, which ends an
    /// answer that only the end of the connection can end.
    pub(super) fn all_written(&mut self, ended_well: bool) -> bool {
        if ended_well && self.walk.at_rest() && self.queue.front().is_some_and(|o| o.length == Length::UntilClose) {
            self.queue.pop_front();
        }
        self.queue.is_empty()
    }

    /// The connection is over, and `unsent` bytes of the stream were not acknowledged: the rows get their last word.
    /// Settling twice changes nothing.
    pub(super) fn settle(&mut self, unsent: u64) {
        let arrived = self.written().saturating_sub(unsent);
        for paid in self.unacknowledged.drain(..) {
            let sent = arrived.clamp(paid.body.start, paid.body.end) - paid.body.start;
            if sent < paid.body.end - paid.body.start {
                paid.logbook.amend(&paid.row, sent);
            }
        }
        let mut sent = self.walk.body_start().map_or(0, |start| arrived.saturating_sub(start));
        for mut owed in self.queue.drain(..) {
            owed.cut(sent);
            sent = 0;
        }
    }

    fn walk_over(&mut self, bytes: &[IoSlice<'_>], mut taken: usize) -> Vec<Range<u64>> {
        let mut ended = Vec::new();
        for piece in bytes {
            let step = taken.min(piece.len());
            self.walk.over(&piece[..step], &self.queue, |owed| owed.length, |body| ended.push(body));
            taken -= step;
        }
        ended
    }
}

impl Owed {
    /// Writes the row, unless it stands already.
    fn note(&mut self, sent: u64) {
        if let (Some(metered), None) = (&self.metered, &self.row) {
            self.row = metered.logbook.append(&Row { sent, ..metered.row.clone() });
        }
    }

    /// The answer ended early, after `sent` bytes of its body.
    fn cut(&mut self, sent: u64) {
        match (&self.metered, &self.row) {
            (Some(metered), Some(row)) if self.length != Length::Known(sent) => drop(metered.logbook.amend(row, sent)),
            _ => self.note(sent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logbook::{Flags, LogOptions, Mark, Method, read, settled};
    use hearthcast_model::Sha256;
    use hearthcast_model::clock::FixedClock;
    use std::sync::Arc;

    fn row(n: u64) -> Row {
        Row {
            start_ms: 0,
            media: Sha256::of(b""),
            first_byte: n,
            sent: 0,
            status: 200,
            method: Method::Get,
            range: None,
            listener: [0; 16],
            address: [0; 16],
            agent: String::new(),
            referrer: String::new(),
            country: None,
            episode: None,
            flags: Flags::default(),
        }
    }

    /// First byte and delivered bytes of each row.
    type Sent = Vec<(u64, u64)>;

    /// Numbers that look random and are the same every time.
    struct Dice(u64);
    impl Dice {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % limit
        }
    }

    /// One connection: answers of random lengths, handed over in random pieces of which the kernel takes random
    /// parts, broken off anywhere with a random part unacknowledged. Returns (first byte, sent) by the log and by
    /// plain arithmetic over the whole stream.
    fn play(dice: &mut Dice, log: &Logbook) -> (Sent, Sent) {
        let (mut ledger, mut stream, mut bodies) = (Ledger::new(), Vec::new(), Vec::new());
        for n in 0..1 + dice.below(60) {
            let length = [0, 1, 7, dice.below(300)][dice.below(4) as usize];
            let metered = dice.below(4) > 0;
            if dice.below(5) == 0 {
                stream.extend(b"HTTP/1.1 100 Continue\r\n\r\n");
            }
            stream.extend(b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n");
            bodies.push((n, metered, stream.len() as u64, length));
            stream.extend(std::iter::repeat_n(b'\r', length as usize));
            let metered = metered.then(|| Metered { row: row(n), logbook: log.clone() });
            ledger.owe(Length::Known(length), metered);
        }
        let mut acknowledged = 0;
        let (mut at, end) = (0, dice.below(stream.len() as u64 + 1) as usize);
        while at < end {
            let middle = at + dice.below((end - at) as u64 + 1) as usize;
            let pieces = [IoSlice::new(&stream[at..middle]), IoSlice::new(&stream[middle..end])];
            ledger.before_write(&pieces);
            let taken = if dice.below(2) == 0 { end - at } else { dice.below((end - at) as u64 + 1) as usize };
            ledger.after_write(&pieces, taken);
            at += taken;
            if ledger.wants_to_know() {
                acknowledged = (at as u64).saturating_sub(dice.below(200)).max(acknowledged);
                ledger.acknowledged(at as u64 - acknowledged);
            }
        }
        let arrived = (at as u64).saturating_sub(dice.below(200)).max(acknowledged);
        ledger.settle(at as u64 - arrived);
        ledger.settle(0);
        let expected = bodies.into_iter().filter(|(_, metered, ..)| *metered);
        let expected = expected.map(|(n, _, start, length)| (n, arrived.saturating_sub(start).min(length)));
        (logged(log), expected.collect())
    }

    fn logged(log: &Logbook) -> Sent {
        let folder = log.folder().parent().unwrap();
        let entries = read(folder, log.node(), Mark::default()).unwrap();
        let (rows, left) = settled(entries.map(Result::unwrap));
        assert!(left.is_empty());
        rows.into_values().map(|row| (row.first_byte, row.sent)).collect()
    }

    #[test]
    fn rows_say_what_arrived_wherever_a_connection_breaks_off() {
        let mut dice = Dice(20_261_120);
        for round in 0..300 {
            let folder = tempfile::tempdir().unwrap();
            let clock = Arc::new(FixedClock::at(0));
            let log = Logbook::open(folder.path(), "n", clock, LogOptions::default()).unwrap();
            let (logged, expected) = play(&mut dice, &log);
            assert_eq!(logged, expected, "round {round}");
        }
    }
}
