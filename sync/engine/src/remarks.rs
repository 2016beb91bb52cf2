//! Remarks: what those who heard a draft wrote comes to the laptop. What it is not: nothing of them goes back.

use crate::line::Line;
use hearthcast_library::share::{self, Mark};
use hearthcast_library::{Library, LibraryError};
use hearthcast_model::place::Target;
use hearthcast_model::{Code, Error, Remark, Result};
use hearthcast_protocol::drafts::{MAX_ROWS, PATH, RemarksAnswer};

/// Fetches what came since the last time. Returns how many remarks that were; none at a server of an earlier release.
pub async fn pull(line: &Line, library: &Library, target: &Target) -> Result<u64> {
    let (mut rows, mut begun_again) = (0, false);
    loop {
        let mark = share::mark(library, &target.id).await?;
        let after = mark.as_ref().map_or(0, |mark| mark.next);
        let path = format!("{PATH}/{}/remarks?after={after}&limit={MAX_ROWS}", target.show);
        let answer: RemarksAnswer = match line.get(&path).await {
            Err(error) if error.code == Code::NotFound => return Ok(rows),
            answered => answered?,
        };
        // A server that was restored or replaced counts anew; what came from it before stays, each under its own id.
        let another = mark.is_some_and(|mark| mark.epoch != answer.epoch);
        if another && begun_again {
            return Err(confused(target));
        }
        begun_again |= another;
        take(library, target, after, &answer, another).await?;
        if another {
            continue;
        }
        rows += answer.remarks.len() as u64;
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
    answer: &RemarksAnswer,
    another: bool,
) -> Result<(), LibraryError> {
    let mut tx = library.transact().await?;
    if !another {
        // A server is not trusted to have bounded what strangers wrote, nor to speak of this show only.
        let own = answer.remarks.iter().filter(|one| one.show == target.show).cloned().map(Remark::bounded);
        tx.put_remarks(&own.collect::<Vec<_>>()).await?;
    }
    let next = if another { 0 } else { answer.next.max(after) };
    tx.put_remark_mark(&target.id, &Mark { epoch: answer.epoch.clone(), next }).await?;
    tx.commit().await?;
    Ok(())
}

fn confused(target: &Target) -> Error {
    Error::new(Code::TargetRefused, "The server's remarks do not follow each other; they were not all taken.")
        .hint("Bring laptop and server to the same version.")
        .about("target", target.name.clone())
}
