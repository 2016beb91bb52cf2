//! Comments: the author's decisions go to the server, what visitors wrote comes from it. What it is not: it decides nothing.

use crate::line::Line;
use hearthcast_library::comment::{self, Mark};
use hearthcast_library::{Library, LibraryError};
use hearthcast_model::place::Target;
use hearthcast_model::{Code, Error, Result};
use hearthcast_protocol::comments::{
    CommentsAnswer, DecideAnswer, DecideRequest, Decision, MAX_DECISIONS, MAX_ROWS, PATH,
};

/// Tells the server what was decided here. Returns how many decisions there were.
pub async fn tell(line: &Line, library: &Library, target: &Target) -> Result<u64> {
    let mut told = 0;
    loop {
        let unsent = comment::unsent(library, &target.id, MAX_DECISIONS).await?;
        if unsent.is_empty() {
            return Ok(told);
        }
        let decision = |one: &comment::Unsent| Decision { id: one.id.clone(), state: one.state, at_ms: one.at_ms };
        let request = DecideRequest { decisions: unsent.iter().map(decision).collect() };
        // Sent once: what does not arrive is told the next time.
        let answer: DecideAnswer = match line.post(&format!("{PATH}/{}", target.show), &request).await {
            // A server of an earlier release: what was decided waits for a newer one.
            Err(error) if error.code == Code::NotFound => return Ok(told),
            answered => answered?,
        };
        let own: Vec<_> = answer.comments.into_iter().filter(|one| one.show == target.show).collect();
        let mut tx = library.transact().await?;
        tx.comments_told(&target.id, &unsent, &own).await?;
        tx.commit().await?;
        told += unsent.len() as u64;
    }
}

/// Fetches what changed since the last time. Returns how many comments that were; none at a server of an earlier release.
pub async fn pull(line: &Line, library: &Library, target: &Target) -> Result<u64> {
    let (mut rows, mut begun_again) = (0, false);
    loop {
        let mark = comment::mark(library, &target.id).await?;
        let after = mark.as_ref().map_or(0, |mark| mark.next);
        let path = format!("{PATH}/{}?after={after}&limit={MAX_ROWS}", target.show);
        let answer: CommentsAnswer = match line.get(&path).await {
            Err(error) if error.code == Code::NotFound => return Ok(rows),
            answered => answered?,
        };
        let another = mark.is_some_and(|mark| mark.epoch != answer.epoch);
        if another && begun_again {
            return Err(confused(target));
        }
        begun_again |= another;
        take(library, target, after, &answer, another).await?;
        if another {
            continue;
        }
        rows += answer.comments.len() as u64;
        if !answer.more {
            return Ok(rows);
        }
        if answer.next <= after {
            return Err(confused(target));
        }
    }
}

async fn take(
    library: &Library,
    target: &Target,
    after: i64,
    answer: &CommentsAnswer,
    another: bool,
) -> Result<(), LibraryError> {
    let next = if another { 0 } else { answer.next.max(after) };
    let mut tx = library.transact().await?;
    if another {
        // The server was restored or replaced: its numbers begin again.
        tx.forget_comments(&target.id).await?;
    } else {
        let own: Vec<_> = answer.comments.iter().filter(|one| one.show == target.show).cloned().collect();
        tx.put_comments(&target.id, &own).await?;
    }
    tx.put_comment_mark(&target.id, &Mark { epoch: answer.epoch.clone(), next }).await?;
    tx.commit().await?;
    Ok(())
}

fn confused(target: &Target) -> Error {
    Error::new(Code::TargetRefused, "The server's comments do not follow each other; they were not all taken.")
        .hint("Bring laptop and server to the same version.")
        .about("target", target.name.clone())
}
