//! What this test program does when a test starts it again as another process: it works on a library, as app, terminal
//! and timer do. Started as an ordinary test, it does nothing.

use crate::scene::{Counting, NOW, episode, open};
use hearthcast_library::{Library, episode as episodes, show};
use hearthcast_model::clock::FixedClock;
use hearthcast_model::record::Table;
use hearthcast_model::{Error, ShowId};
use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

const ROOT: &str = "HEARTHCAST_TEST_LIBRARY";
const ROLE: &str = "HEARTHCAST_TEST_ROLE";
const SHOW: &str = "HEARTHCAST_TEST_SHOW";

/// The command that starts this program again. `wrap` is what it is started under.
pub fn command(wrap: &[&str], root: &Path, show: &ShowId, role: &str) -> Command {
    let program = std::env::current_exe().expect("this program");
    let mut command = match wrap.split_first() {
        Some((first, rest)) => {
            let mut command = Command::new(first);
            command.args(rest).arg(program);
            command
        }
        None => Command::new(program),
    };
    command.args(["--exact", "child::works_when_started_by_another_test", "--nocapture"]);
    command.env(ROOT, root).env(ROLE, role).env(SHOW, show.as_str());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    command
}

pub fn start(root: &Path, show: &ShowId, role: &str) -> Child {
    command(&[], root, show, role).spawn().expect("this program starts again")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn works_when_started_by_another_test() {
    let (Ok(role), Ok(root), Ok(show)) = (std::env::var(ROLE), std::env::var(ROOT), std::env::var(SHOW)) else {
        return;
    };
    let show = ShowId::parse(&show).expect("a show");
    let root = PathBuf::from(root);
    let ids = Counting::from(u64::from(std::process::id()) << 24);
    let opened = open(&root, Arc::new(FixedClock::at(NOW)), ids).await;
    let (what, rest) = role.split_once(' ').unwrap_or((&role, ""));
    match what {
        "one" => one(opened, &show).await,
        "fill" => fill(opened.expect("it opens"), &show).await,
        "work" => work(opened.expect("it opens"), &show, rest).await,
        other => panic!("no such role: {other}"),
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n= {line}").and_then(|()| out.flush()).expect("the test listens");
}

/// `work <name> <count>`: so many transactions, each a new episode and one more on the show's counter, while readers read.
async fn work(library: Library, show: &ShowId, how: &str) {
    let (name, count) = how.split_once(' ').expect("a name and a count");
    let done = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let readers: Vec<_> = (0..2).map(|_| tokio::spawn(read_on(library.clone(), show.clone(), done.clone()))).collect();
    for n in 0..count.parse::<usize>().expect("a count") {
        let slug = format!("{name}-{n}");
        let mut tx = library.transact().await.expect("the door opens");
        let (mut body, _) = tx.working(Table::Show, show.as_str()).await.expect("read").expect("the show");
        body["counter"] = (body["counter"].as_i64().unwrap_or(0) + 1).into();
        tx.put_value(Table::Show, show.as_str(), body, None).await.expect("counted");
        let mut new = episode(show, n, "notes");
        new.slug = slug.clone();
        let id = hearthcast_model::EpisodeId::fresh(library.ids(), NOW);
        tx.put(id.as_str(), &new).await.expect("an episode");
        tx.commit().await.expect("committed");
        say(&slug);
    }
    done.store(true, std::sync::atomic::Ordering::SeqCst);
    for reader in readers {
        assert!(reader.await.expect("the reader ends") > 0, "it read at least once");
    }
}

/// A reader never sees an episode without its count, because both were written in one transaction.
async fn read_on(library: Library, show: ShowId, done: Arc<std::sync::atomic::AtomicBool>) -> u64 {
    let mut reads = 0;
    // Not as fast as it can: writers shall be the ones who work.
    let mut pace = tokio::time::interval(std::time::Duration::from_millis(2));
    while !done.load(std::sync::atomic::Ordering::SeqCst) {
        pace.tick().await;
        let (counter, episodes): (i64, i64) = sqlx::query_as(
            "SELECT coalesce(json_extract(body, '$.counter'), 0), (SELECT count(*) FROM episode) FROM show WHERE id = $1",
        )
        .bind(show.as_str())
        .fetch_one(library.readers())
        .await
        .expect("a reader is never refused");
        assert_eq!(counter, episodes, "a transaction is seen whole or not at all");
        reads += 1;
    }
    reads
}

/// `one`: one episode; says whether it went in.
async fn one(opened: Result<Library, hearthcast_library::LibraryError>, show: &ShowId) {
    let put = async {
        let library = opened?;
        let mut tx = library.transact().await?;
        let id = hearthcast_model::EpisodeId::fresh(library.ids(), NOW);
        tx.put(id.as_str(), &episode(show, 1, &"n".repeat(20_000))).await?;
        tx.commit().await
    };
    match put.await {
        Ok(_) => say("ok"),
        Err(error) => say(&serde_json::to_string(&Error::from(error)).expect("JSON")),
    }
}

/// `fill`: episodes until the disk is full; says so, waits for a line, and goes on.
async fn fill(library: Library, show: &ShowId) {
    for n in 0.. {
        match put_large(&library, show, n).await {
            Ok(()) => say(&format!("episode-{n}")),
            Err(error) => {
                say(&serde_json::to_string(&Error::from(error)).expect("JSON"));
                let read = episodes::list(&library, show, NOW).await.expect("reading goes on").len();
                assert_eq!(read, n, "what was refused is not there, what was accepted is");
                assert!(show::get(&library, show).await.expect("read").is_some());
                std::io::stdin().lock().read_line(&mut String::new()).expect("the test answers");
                put_large(&library, show, n).await.expect("it goes on when there is room again");
                return say(&format!("episode-{n}"));
            }
        }
    }
}

async fn put_large(library: &Library, show: &ShowId, n: usize) -> Result<(), hearthcast_library::LibraryError> {
    let mut tx = library.transact().await?;
    let id = hearthcast_model::EpisodeId::fresh(library.ids(), NOW);
    tx.put(id.as_str(), &episode(show, n, &"n".repeat(100_000))).await?;
    tx.commit().await?;
    Ok(())
}
