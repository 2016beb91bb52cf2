//! Shows the window in a browser: `hearthcast-host LIBRARY [ui/dist]` prints the address to open. For tests and
//! development; never packaged. `hearthcast-host worker` is its decoding process.

use anyhow::Context as _;
use hearthcast_commands::{Options, Studio, Token, host, worker_main};
use std::path::PathBuf;
use tokio::net::TcpListener;

fn main() -> anyhow::Result<()> {
    let mut words = std::env::args_os().skip(1);
    let first = words.next().context("usage: hearthcast-host LIBRARY [FOLDER OF THE BUILT WINDOW]")?;
    if first == "worker" {
        return Ok(worker_main()?);
    }
    let page = words.next().map(PathBuf::from);
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(first.into(), page))
}

#[expect(clippy::print_stdout, reason = "a program's answer: the address")]
async fn run(library: PathBuf, page: Option<PathBuf>) -> anyhow::Result<()> {
    let studio = Studio::open(Options::new(library)).await?;
    studio.run_jobs();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let token = Token::fresh();
    println!("http://{}/?token={}", listener.local_addr()?, token.as_str());
    Ok(host::serve(listener, studio, token, page).await?)
}
