//! A name server (RFC 1035) that answers as a test says, the second time otherwise than the first if need be.

use std::net::{Ipv4Addr, UdpSocket};
use std::sync::{Arc, Mutex};

/// Names asked for, in their order, with what was answered.
type Heard = Arc<Mutex<Vec<(String, Vec<Ipv4Addr>)>>>;

/// The server.
pub struct NameServer {
    heard: Heard,
}

impl NameServer {
    /// Answers questions for addresses (A) at a socket's address. `says` is told the name and how often it was asked before.
    pub fn start_at(address: &str, says: impl Fn(&str, usize) -> Vec<Ipv4Addr> + Send + 'static) -> Self {
        let socket = UdpSocket::bind(address).expect("the port of names is free");
        let heard = Heard::default();
        let told = Arc::clone(&heard);
        std::thread::spawn(move || {
            let mut asked = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut asked) {
                if let Some(answer) = answer(&asked[..length], &says, &told) {
                    let _ = socket.send_to(&answer, from);
                }
            }
        });
        Self { heard }
    }

    /// What was answered for a name, in order.
    pub fn answered(&self, name: &str) -> Vec<Vec<Ipv4Addr>> {
        let heard = self.heard.lock().expect("no panic");
        heard.iter().filter(|(asked, _)| asked == name).map(|(_, said)| said.clone()).collect()
    }
}

/// A message (RFC 1035 §4.1): the header, the question again, and the addresses; none for other questions than A.
fn answer(asked: &[u8], says: &impl Fn(&str, usize) -> Vec<Ipv4Addr>, heard: &Heard) -> Option<Vec<u8>> {
    let (mut at, mut labels) = (12, vec![]);
    loop {
        let length = usize::from(*asked.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        labels.push(String::from_utf8_lossy(asked.get(at..at + length)?).to_ascii_lowercase());
        at += length;
    }
    let kind = asked.get(at..at + 2)?;
    let (name, question) = (labels.join("."), asked.get(12..at + 4)?);
    let said = if kind == [0, 1] {
        let mut heard = heard.lock().ok()?;
        let before = heard.iter().filter(|(known, _)| *known == name).count();
        let said = says(&name, before);
        heard.push((name, said.clone()));
        said
    } else {
        vec![]
    };
    let mut out = asked.get(..2)?.to_vec();
    // An answer, with recursion, without error; one question, so many answers.
    out.extend([0x81, 0x80, 0, 1, 0, u8::try_from(said.len()).ok()?, 0, 0, 0, 0]);
    out.extend(question);
    for address in said {
        // The name of the question; A, IN; to be kept for no time; four bytes.
        out.extend([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
        out.extend(address.octets());
    }
    Some(out)
}
