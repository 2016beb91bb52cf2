//! Work on a connection that stays open: done again on a new one where the old one was lost. What it is not: the connection;
//! each kind of place that has one makes it in its own `line`.

/// Does what may be done twice. `$line` lends the connection (`session`), which can be looked at (`get`) and given up
/// (`let_go`). Whoever cannot be connected to is not asked more often for it.
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
            drop(open);
            if !$line.patience().again(tried, asked).await {
                break Err(error);
            }
            tried += 1;
        }
    }};
}
pub(crate) use again;
