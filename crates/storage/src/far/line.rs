//! A connection that stays open: made when it is needed, made again when it was lost, lent to whoever works on it, and
//! counted. What it is not: a protocol; each [`Way`] speaks its own.

use super::session::{Session, Way};
use crate::StorageError;
use crate::refusal::{AccessTo, Meaning};
use crate::tally::Tally;
use hearthcast_fetch::{FetchError, Net, Patience};
use hearthcast_model::place::Login;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio::sync::{Mutex, MutexGuard};

/// What all connections of one place share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) net: Net,
    pub(crate) tally: Arc<Tally>,
    pub(crate) about: AccessTo,
}

impl Shared {
    pub(crate) fn new(about: AccessTo, net: Net) -> Self {
        let tally = Arc::new(Tally::new(Arc::clone(net.clock())));
        Self { net, tally, about }
    }

    pub(crate) fn error(&self, meaning: Meaning) -> StorageError {
        self.about.error(meaning)
    }

    /// A connection to the machine of a folder, as the author set that machines are reached.
    pub(crate) async fn connect(&self, login: &Login) -> Result<TcpStream, StorageError> {
        match self.net.connect(&login.host, login.port).await {
            Ok(socket) => Ok(socket),
            Err(FetchError::Offline { why, .. }) => Err(self.lost(&why)),
            Err(error) => {
                self.tally.note_failure(&error);
                Err(StorageError::Fetch(error))
            }
        }
    }

    /// The line was lost, or nobody answers.
    pub(crate) fn lost(&self, why: &str) -> StorageError {
        let error = FetchError::Offline { origin: self.about.origin.clone(), why: shown(why) };
        self.tally.note_failure(&error);
        StorageError::Fetch(error)
    }
}

/// A sentence of the other side, in one short line.
pub(crate) fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// The way to one folder, with its connection.
pub(crate) struct Line<W: Way> {
    way: W,
    shared: Shared,
    open: Mutex<Option<Numbered<W::Session>>>,
}

/// A connection, told apart from the one that was there before it.
pub(crate) struct Numbered<S> {
    number: u64,
    session: S,
}

/// The connection while somebody uses it.
pub(crate) enum Open<'a, W: Way> {
    /// Nobody else does.
    Alone(MutexGuard<'a, Option<Numbered<W::Session>>>),
    /// Others may, too.
    Among(&'a Line<W>, Numbered<W::Session>),
}

impl<W: Way> Open<'_, W> {
    pub(crate) fn get(&mut self) -> &mut W::Session {
        match self {
            Self::Alone(open) => &mut open.as_mut().expect("it is made before it is lent").session,
            Self::Among(_, own) => &mut own.session,
        }
    }

    /// It is of no use any more. One that somebody else has made meanwhile stays.
    pub(crate) async fn let_go(self) {
        match self {
            Self::Alone(mut open) => *open = None,
            Self::Among(line, own) => {
                let mut open = line.open.lock().await;
                open.take_if(|there| there.number == own.number);
            }
        }
    }
}

impl<W: Way> std::fmt::Debug for Line<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line").field("about", &self.shared.about).finish_non_exhaustive()
    }
}

impl<W: Way> Line<W> {
    pub(crate) fn to(way: W, about: AccessTo, net: Net) -> Self {
        Self { way, shared: Shared::new(about, net), open: Mutex::default() }
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.shared.tally
    }

    pub(crate) fn patience(&self) -> &Patience {
        self.shared.net.patience()
    }

    pub(crate) fn error(&self, meaning: Meaning) -> StorageError {
        self.shared.error(meaning)
    }

    /// The connection, made now where there is none any more.
    pub(crate) async fn session(&self) -> Result<Open<'_, W>, StorageError> {
        let mut open = self.open.lock().await;
        if open.as_ref().is_none_or(|open| open.session.is_over()) {
            let session = self.connected().await?;
            *open = Some(Numbered { number: self.tally().requests(), session });
        }
        let among = open.as_ref().and_then(|open| Some((open.number, open.session.among_others()?)));
        Ok(match among {
            Some((number, session)) => Open::Among(self, Numbered { number, session }),
            None => Open::Alone(open),
        })
    }

    /// Tries a few times where nobody answers; a refusal is final.
    async fn connected(&self) -> Result<W::Session, StorageError> {
        let mut tried = 1;
        loop {
            self.tally().count(false);
            let error = match tokio::time::timeout(W::CONNECT, self.way.connect(&self.shared)).await {
                Ok(Ok(session)) => return Ok(session),
                Ok(Err(error)) => error,
                Err(_) => self.shared.lost("it takes too long"),
            };
            match error.may_pass() {
                Some(asked) if self.patience().again(tried, asked).await => tried += 1,
                _ => return Err(error),
            }
        }
    }
}

/// Does what may be done twice; again on a new connection where the old one was lost. `$line` lends the connection. Whoever
/// cannot be connected to is not asked more often for it.
macro_rules! again {
    ($line:expr, $session:ident, $work:expr) => {{
        let mut tried = 1;
        loop {
            let mut open = $line.session().await?;
            let outcome = {
                let $session = open.get();
                $work
            };
            let error = match outcome {
                Ok(done) => break Ok::<_, StorageError>(done),
                Err(error) => error,
            };
            let Some(asked) = error.may_pass() else { break Err(error) };
            open.let_go().await;
            if !$line.patience().again(tried, asked).await {
                break Err(error);
            }
            tried += 1;
        }
    }};
}
pub(crate) use again;
