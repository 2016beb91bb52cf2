//! Development only: the worker as a program, for the tests of this crate. Packaged is `hearthcast worker`.

fn main() -> std::io::Result<()> {
    hearthcast_studio::worker_main()
}
