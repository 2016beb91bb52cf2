//! The project's tasks, as plain Rust: `cargo xtask --help` lists them. Not part of any program people install.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a task talks to the person who started it")]

mod bench;
mod bindings;
mod fuzz;
mod run;
mod sample;
mod setup;
mod shell;
mod test;
mod tidy;

const HELP: &str = "\
cargo xtask <task>

  run [--headless]   set this machine up, build, start the desktop program (without a display: publish a sample show and serve it)
                     (--rehearse: only publish a sample show with what is built, ask every address, stop)
  test               set this machine up and run every check and test, as CI does
                     (--no-setup: the machine is ready; --keep-going: do not stop at the first failure)
  test --slow        only what takes minutes and gigabytes and is left out otherwise: three hours through the workshop,
                     Garage (built once, a quarter of an hour), every point of the kill sweep
  setup [locale]     install what building and testing need (Debian, Ubuntu); `locale` only the locale CI runs under
  tidy               check the house rules: layers, heads, one visibility rule, no decoder on the server, …
  bench [--rounds N] [GROUP…]
                     measure beside nginx, ffmpeg, lame, vips, rclone, aws, s5cmd in turn, and write docs/BENCHMARKS.md (minutes; not part of test)
  fuzz [--seconds N] [READER…]
                     libFuzzer on every own reader (30 s each), with executions and edges; findings go to tests/fixtures/fuzz
                     (--planted: with a fault put in on purpose, to see that it is found)
  bindings [--check] write the window's TypeScript types from the Rust types; --check: fail when they differ
";

const TEST_FLAGS: [&str; 2] = ["--no-setup", "--keep-going"];

fn main() -> std::process::ExitCode {
    match task() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn task() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["run"] => run::run(false),
        ["run", "--headless"] => run::run(true),
        ["run", "--rehearse"] => run::rehearse(),
        ["test", "--slow"] => test::slow(),
        ["test", flags @ ..] if flags.iter().all(|flag| TEST_FLAGS.contains(flag)) => {
            test::run(!flags.contains(&"--no-setup"), flags.contains(&"--keep-going"))
        }
        ["setup"] => setup::all(),
        ["setup", "locale"] => setup::locale(),
        ["tidy"] => tidy::run(),
        ["bench", words @ ..] => bench::run_with(words),
        ["fuzz", words @ ..] => fuzz::fuzz(words),
        ["bindings"] => bindings::write(),
        ["bindings", "--check"] => bindings::check(),
        [] | ["--help" | "-h" | "help"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => anyhow::bail!("unknown task: cargo xtask {}\n\n{HELP}", words.join(" ")),
    }
}
