//! One client's connection: request after request to the server and back, each with its fault, if one is due.

use super::http::{self, Head};
use super::{Fault, Shared};
use socket2::SockRef;
use std::io::{self, BufReader, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A connection that is read with a buffer and written without.
struct Side {
    reader: BufReader<TcpStream>,
    writer: TcpStream,
}

impl Side {
    fn of(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { reader: BufReader::new(stream.try_clone()?), writer: stream })
    }

    fn end(&self) {
        // The other side may have ended it already.
        let _ = self.writer.shutdown(Shutdown::Both);
    }
}

/// How things stand after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Holds,
    Ends,
    /// Ends without a word: what is on the way is thrown away (RST).
    Resets,
}

impl Line {
    fn that_holds(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Ends }
    }
}

/// Serves a client until it leaves or a fault ends the line.
pub(crate) fn connection(shared: &Shared, client: TcpStream) -> io::Result<()> {
    let (number, mut client) = (shared.enter(client.try_clone()?), Side::of(client)?);
    let outcome = requests(shared, &mut client);
    shared.leave(number);
    if !matches!(outcome, Ok(Line::Resets)) {
        client.end();
    }
    outcome.map(drop)
}

fn requests(shared: &Shared, client: &mut Side) -> io::Result<Line> {
    let stream = TcpStream::connect(shared.server)?;
    let (number, mut server) = (shared.enter(stream.try_clone()?), Side::of(stream)?);
    let outcome = loop {
        match one(shared, client, &mut server) {
            Ok(Line::Holds) => {}
            other => break other,
        }
    };
    shared.leave(number);
    server.end();
    outcome
}

/// One request and its answer.
fn one(shared: &Shared, client: &mut Side, server: &mut Side) -> io::Result<Line> {
    let Some(head) = Head::read(&mut client.reader)? else { return Ok(Line::Ends) };
    if shared.is_spared(&head) {
        up(client, server, &head, |_| Ok(()))?;
        return down(client, server, &head, as_it_came, u64::MAX);
    }
    shared.asked.fetch_add(1, Ordering::SeqCst);
    match shared.due(&head) {
        None => {
            up(client, server, &head, |piece| shared.count(piece))?;
            down(client, server, &head, as_it_came, u64::MAX)
        }
        Some(fault) => fail(shared, client, server, &head, fault),
    }
}

fn fail(shared: &Shared, client: &mut Side, server: &mut Side, head: &Head, fault: Fault) -> io::Result<Line> {
    let count = |piece: &[u8]| shared.count(piece);
    match fault {
        Fault::Delay(time) => {
            std::thread::park_timeout(time);
            up(client, server, head, count)?;
            down(client, server, head, as_it_came, u64::MAX)
        }
        Fault::Throttle(rate) => {
            up(client, server, head, |piece| {
                std::thread::park_timeout(Duration::from_secs_f64(piece.len() as f64 / rate.max(1) as f64));
                count(piece)
            })?;
            down(client, server, head, as_it_came, u64::MAX)
        }
        Fault::CutUp(bytes) => {
            let mut left = bytes;
            up(client, server, head, |piece| {
                count(piece)?;
                left = left.checked_sub(piece.len() as u64).ok_or(io::ErrorKind::ConnectionAborted)?;
                Ok(())
            })?;
            // A body that was shorter is cut at its end.
            Ok(Line::Ends)
        }
        Fault::CutDown(bytes) => {
            up(client, server, head, count)?;
            down(client, server, head, as_it_came, bytes)?;
            Ok(Line::Ends)
        }
        Fault::Reset => {
            SockRef::from(&client.writer).set_linger(Some(Duration::ZERO))?;
            Ok(Line::Resets)
        }
        Fault::Swallow => {
            up(client, server, head, count)?;
            answer_of(server, head)?;
            Ok(Line::Ends)
        }
        Fault::Replay => replay(shared, client, server, head),
        Fault::Answer(reply) => {
            http::body(&mut client.reader, head.of_request(), count)?;
            http::answer(&mut client.writer, head.method(), &reply)?;
            Ok(Line::Ends)
        }
        Fault::Skew(seconds) => {
            up(client, server, head, count)?;
            down(client, server, head, |head| moved(head, seconds), u64::MAX)
        }
    }
}

fn as_it_came(head: Head) -> Head {
    head
}

/// The request, its body piece by piece after `before`.
fn up(
    client: &mut Side,
    server: &mut Side,
    head: &Head,
    mut before: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    server.writer.write_all(head.bytes())?;
    http::body(&mut client.reader, head.of_request(), |piece| {
        before(piece)?;
        server.writer.write_all(piece)
    })
}

/// The answer, of which at most so many bytes pass.
fn down(
    client: &mut Side,
    server: &mut Side,
    request: &Head,
    change: impl Fn(Head) -> Head,
    most: u64,
) -> io::Result<Line> {
    let mut head = Head::read(&mut server.reader)?;
    // "Go on" and the like stand before the answer.
    while let Some(interim) = head.take_if(|head| head.is_interim()) {
        client.writer.write_all(interim.bytes())?;
        head = Head::read(&mut server.reader)?;
    }
    let Some(head) = head else { return Ok(Line::Ends) };
    let length = head.of_answer(request.method());
    let head = change(head);
    let mut left = most;
    let mut pass = |piece: &[u8]| {
        let count = piece.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        left -= count as u64;
        client.writer.write_all(&piece[..count])?;
        if count < piece.len() { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    };
    pass(head.bytes())?;
    http::body(&mut server.reader, length, pass)?;
    let closes = |head: &Head| head.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    Ok(Line::that_holds(length != http::Length::ToTheEnd && !closes(&head) && !closes(request)))
}

/// Reads an answer to its end and keeps it from the client.
fn answer_of(server: &mut Side, request: &Head) -> io::Result<()> {
    let mut head = Head::read(&mut server.reader)?;
    while head.take_if(|head| head.is_interim()).is_some() {
        head = Head::read(&mut server.reader)?;
    }
    let Some(head) = head else { return Ok(()) };
    http::body(&mut server.reader, head.of_answer(request.method()), |_| Ok(()))
}

/// The same bytes twice, each over a connection of its own.
fn replay(shared: &Shared, client: &mut Side, server: &mut Side, head: &Head) -> io::Result<Line> {
    let mut body = vec![];
    http::body(&mut client.reader, head.of_request(), |piece| {
        body.extend_from_slice(piece);
        shared.count(piece)
    })?;
    let mut first = Side::of(TcpStream::connect(shared.server)?)?;
    first.writer.write_all(head.bytes())?;
    first.writer.write_all(&body)?;
    answer_of(&mut first, head)?;
    first.end();
    server.writer.write_all(head.bytes())?;
    server.writer.write_all(&body)?;
    down(client, server, head, as_it_came, u64::MAX)
}

/// The head with its date moved; one without a date stays as it is.
fn moved(head: Head, seconds: i64) -> Head {
    let Some(date) = head.header("date").and_then(|date| httpdate::parse_http_date(date).ok()) else { return head };
    let by = Duration::from_secs(seconds.unsigned_abs());
    head.with("date", &httpdate::fmt_http_date(if seconds < 0 { date - by } else { date + by }))
}
