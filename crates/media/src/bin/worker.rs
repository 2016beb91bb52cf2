//! Development only: the worker's own end as a program, for the tests of this crate. Packaged is `hearthcast worker`.

use std::io::{self, BufReader};

fn main() -> io::Result<()> {
    hearthcast_media::worker::serve(BufReader::new(io::stdin()), io::stdout().lock())
}
