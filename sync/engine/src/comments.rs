//! Comments: the author's decisions go to the server, what visitors wrote comes from it; what an import brought goes there once.
//! What it is not: it decides nothing.

use crate::line::Line;
use hearthcast_library::comment::{self, Mark};
use hearthcast_library::{Library, LibraryError, brought, target};
use hearthcast_model::place::Target;
use hearthcast_model::{Code, Comment, CommentId, Error, Result};
use hearthcast_protocol::comments::{
    BringRequest, CommentsAnswer, DecideAnswer, DecideRequest, Decision, MAX_BROUGHT, MAX_DECISIONS, MAX_ROWS, PATH,
};

/// Before every comment.
const BEGINNING: (i64, &str) = (i64::MIN, "");

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

/// Whether an import brought comments that a server does not have, and its show is published there.
pub async fn any_to_bring(library: &Library, target: &Target) -> Result<bool> {
    let is_there = target::version(library, &target.id).await? > 0;
    Ok(is_there && !brought::missing(library, &target.show, &target.id, BEGINNING, 1).await?.is_empty())
}

/// Gives the server what an import brought, once the show is published there. Returns how many comments it has of them; the
/// others, and all at a server of an earlier release, wait.
pub async fn bring(line: &Line, library: &Library, target: &Target) -> Result<u64> {
    let (mut there, mut after) = (0, (BEGINNING.0, BEGINNING.1.to_string()));
    if !any_to_bring(library, target).await? {
        return Ok(there);
    }
    loop {
        let mut comments =
            brought::missing(library, &target.show, &target.id, (after.0, after.1.as_str()), MAX_BROUGHT).await?;
        comments.truncate(fitting(&comments));
        let Some(last) = comments.last() else { return Ok(there) };
        after = (last.created_ms, last.id.to_string());
        let request = BringRequest { comments };
        let answer: DecideAnswer = match line.ask(&format!("{PATH}/{}/brought", target.show), &request).await {
            Err(error) if error.code == Code::NotFound => return Ok(there),
            answered => answered?,
        };
        let asked = |id: &CommentId| request.comments.iter().any(|one| one.id == *id);
        let own: Vec<_> = answer.comments.into_iter().filter(|one| one.show == target.show && asked(&one.id)).collect();
        let mut tx = library.transact().await?;
        tx.put_comments(&target.id, &own).await?;
        tx.commit().await?;
        there += own.len() as u64;
    }
}

/// How many of these go in one request: as many as the most cautious server takes, at least one.
fn fitting(comments: &[Comment]) -> usize {
    const MOST_BYTES: usize = 900 * 1024;
    let mut bytes = 0;
    let fits = comments.iter().take_while(|one| {
        // Quotes and ends of lines are escaped.
        bytes += 2 * (one.text.len() + one.name.len()) + 400;
        bytes < MOST_BYTES
    });
    fits.count().max(1)
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
        tx.forget_deleted(&target.show).await?;
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
