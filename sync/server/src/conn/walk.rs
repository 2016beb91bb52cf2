//! Where in the stream of answers a connection stands. Pure: bytes in, ends of answers out.

use std::collections::VecDeque;
use std::ops::Range;

/// How an answer's body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// After so many bytes.
    Known(u64),
    /// With the connection: nothing can follow it.
    UntilClose,
}

/// A position in the stream: in the head or the body of the first answer that is not finished.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk {
    /// Bytes walked over.
    pub(super) offset: u64,
    at: At,
    /// Index of the current answer in the queue.
    answer: usize,
}

#[derive(Debug, Clone, Copy)]
enum At {
    Head(Head),
    Body {
        start: u64,
        left: u64,
    },
    /// Nothing of what comes can be told apart: a body that ends with the connection, or a refusal by hyper itself.
    Rest,
}

/// Looks for the empty line, and keeps the first digit of the status.
#[derive(Debug, Clone, Copy, Default)]
struct Head {
    seen: usize,
    class: u8,
    matched: u8,
}

/// Index of the status in `HTTP/1.1 200`.
const STATUS_AT: usize = 9;

impl Walk {
    pub(super) fn new() -> Self {
        Self { offset: 0, at: At::Head(Head::default()), answer: 0 }
    }

    /// Walks over bytes that are about to be, or were, written; tells the body range of every answer that ends.
    pub(super) fn over<T>(
        &mut self,
        mut bytes: &[u8],
        queue: &VecDeque<T>,
        length: impl Fn(&T) -> Length,
        mut ended: impl FnMut(Range<u64>),
    ) {
        while !bytes.is_empty() {
            let step = match &mut self.at {
                At::Head(head) => head.find_end(bytes),
                At::Body { left, .. } => {
                    let step = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    *left -= step as u64;
                    step
                }
                At::Rest => bytes.len(),
            };
            self.offset += step as u64;
            bytes = &bytes[step..];
            self.turn(queue.get(self.answer).map(&length), &mut ended);
        }
    }

    /// After answers were taken from the front of the queue.
    pub(super) fn answers_left(&mut self, count: usize) {
        self.answer -= count;
    }

    /// Where the body of the current answer began; `None` before its end of head was seen.
    pub(super) fn body_start(&self) -> Option<u64> {
        match self.at {
            At::Body { start, .. } => Some(start),
            At::Head(_) | At::Rest => None,
        }
    }

    /// Whether the current answer is one that only the end of the connection ends.
    pub(super) fn at_rest(&self) -> bool {
        matches!(self.at, At::Rest)
    }

    /// Goes from a head that ended to its body, and from a body that ended to the next head.
    fn turn(&mut self, current: Option<Length>, ended: &mut impl FnMut(Range<u64>)) {
        if let At::Head(head) = self.at
            && head.matched == 4
        {
            self.at = match (head.class, current) {
                // An interim answer (100 Continue): the answer proper is still to come (RFC 9110 §15.2).
                (b'1', _) => At::Head(Head::default()),
                (_, Some(Length::Known(left))) => At::Body { start: self.offset, left },
                (_, Some(Length::UntilClose) | None) => At::Rest,
            };
        }
        if let At::Body { start, left: 0 } = self.at {
            ended(start..self.offset);
            self.answer += 1;
            self.at = At::Head(Head::default());
        }
    }
}

impl Head {
    /// Returns how many bytes belong to the head; its end was found when `matched` is 4.
    fn find_end(&mut self, bytes: &[u8]) -> usize {
        for (i, byte) in bytes.iter().enumerate() {
            if self.seen + i == STATUS_AT {
                self.class = *byte;
            }
            self.matched = match (self.matched, byte) {
                (0 | 2, b'\r') | (1 | 3, b'\n') => self.matched + 1,
                (_, b'\r') => 1,
                _ => 0,
            };
            if self.matched == 4 {
                return i + 1;
            }
        }
        self.seen += bytes.len();
        bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Walks over `stream` cut into pieces of `size` bytes; returns the text of each body that ended.
    fn bodies(stream: &str, lengths: &[Length], size: usize) -> Vec<String> {
        let queue: VecDeque<Length> = lengths.iter().copied().collect();
        let (mut walk, mut ends) = (Walk::new(), Vec::new());
        for piece in stream.as_bytes().chunks(size) {
            walk.over(piece, &queue, |length| *length, |body| ends.push(body));
        }
        assert_eq!(walk.offset, stream.len() as u64);
        ends.iter().map(|body| stream[body.start as usize..body.end as usize].to_string()).collect()
    }

    #[test]
    fn answers_are_told_apart_however_the_stream_is_cut() {
        use Length::Known;
        let stream = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX: \r\r\n\r\nabc\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n\
                      HTTP/1.0 206 Partial Content\r\nA: b\r\n\r\n12HTTP/1.1 404 Not Found\r\n\r\nunfin";
        for size in 1..stream.len() {
            let found = bodies(stream, &[Known(7), Known(0), Known(2), Known(6)], size);
            assert_eq!(found, ["abc\r\n\r\n", "", "12"], "pieces of {size}");
        }
    }

    #[test]
    fn nothing_is_told_apart_after_a_body_that_ends_with_the_connection() {
        let stream = "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\nab";
        assert_eq!(bodies(stream, &[Length::UntilClose, Length::Known(2)], 5), [""; 0]);
        assert_eq!(bodies("HTTP/1.1 400 Bad Request\r\n\r\nHTTP", &[], 3), [""; 0], "hyper's own refusal");
    }
}
