//! SERVE.md §4, "Bytes delivered", line by line: which test holds each. A test that is renamed does not compile here, and one
//! that does not run is found.

use crate::{early, proxied};
use std::process::Command;

/// A line's words, and the names of its tests. Each is also taken as a function, so that it exists.
macro_rules! lines {
    ($($line:literal => [$($test:path),+ $(,)?],)+) => {
        const LINES: &[(&str, &[&str])] = &[$(($line, &[$(stringify!($test)),+])),+];
        const _: &[fn()] = &[$($($test),+),+];
    };
}

lines! {
    "method: a record per answer, the end of each head found, body bytes counted" =>
        [crate::a_whole_file_is_whole_in_the_log, crate::an_interim_answer_is_not_taken_for_the_answer],
    "the row before the last byte" => [crate::the_row_stands_before_the_last_byte_arrives],
    "an amendment when bytes of finished answers were not acknowledged" =>
        [crate::an_answer_wholly_in_the_kernel_is_amended_when_the_client_leaves],
    "reads 100 kB, receive buffer 16 KiB" =>
        [crate::a_client_that_reads_a_little_and_closes, early::a_client_with_a_small_or_a_big_buffer_got_what_its_kernel_took],
    "reads 100 kB, automatic buffer" => [
        crate::a_client_with_automatic_buffers_that_reads_a_little_and_closes,
        early::a_client_that_leaves_at_once_or_late_got_what_its_kernel_took,
    ],
    "reads 100 kB, buffer 256 KiB" => [early::a_client_with_a_small_or_a_big_buffer_got_what_its_kernel_took],
    "reads 1 kB, 1 MB, 5 MB as fast as it can" => [early::a_client_that_leaves_at_once_or_late_got_what_its_kernel_took],
    "slow reader (1.6 MB/s), 1 MB" => [early::a_slow_reader_that_leaves_got_what_its_kernel_took],
    "reset by linger 0 after 100 kB: the value survives a reset" => [crate::a_client_that_resets],
    "killed after 250 kB" => [early::a_program_that_is_killed_got_what_its_kernel_took],
    "3rd answer on a kept connection, cut: first ones exact" =>
        [crate::earlier_answers_of_a_kept_connection_are_exact_when_the_last_is_cut],
    "5th of a pipeline, cut: first ones exact" => [crate::the_fifth_of_a_pipeline_is_cut],
    "50 pipelined tiny ranges: 50 rows" => [crate::fifty_pipelined_tiny_ranges_are_fifty_rows],
    "HEAD: 0" => [crate::answers_without_a_body_are_noted_with_nothing_sent],
    "closed at once" => [crate::a_client_that_is_gone_at_once_got_next_to_nothing],
    "stalled after 150 kB: a row at the server's limit" =>
        [crate::a_stalled_client_is_cut_and_gets_not_a_byte_more_than_the_log_says],
    "64-400 kB range wholly in the kernel, 30 kB read: row whole first, then amended" => [
        crate::an_answer_wholly_in_the_kernel_is_amended_when_the_client_leaves,
        early::a_range_that_its_kernel_holds_is_amended_to_what_the_client_got,
    ],
    "limits of the queue serve prompt rows, also for those who came before them" =>
        [crate::who_connected_while_the_server_was_starting_has_no_longer_queue_than_others],
    "close() still delivers the queue: linger 0 after an unfinished answer" => [
        crate::a_stalled_client_is_cut_and_gets_not_a_byte_more_than_the_log_says,
        crate::a_stop_does_not_wait_for_ever,
        crate::a_reader_that_stops_for_good_after_the_last_write_is_cut_too,
    ],
    "a slow reader that moves is no stall" => [crate::a_slow_client_that_moves_is_not_cut],
    "trap: Connection: close, slow reader" =>
        [crate::a_slow_reader_is_not_under_counted_when_the_connection_closes_after_the_answer],
    "trap: HTTP/1.0, slow reader" => [crate::nor_with_http_1_0],
    "trap: the third case, a kept connection that the server ends" =>
        [crate::nor_when_the_kept_connection_lies_idle_past_its_time],
    "and the real early close still caught" =>
        [crate::a_client_that_leaves_before_the_end_is_noticed_with_connection_close_too],
    "half-closing clients get everything" => [crate::nor_when_it_closes_its_own_half_first],
    "behind a proxy: no buffering and sndbuf=128k; the row is flagged" =>
        [proxied::who_leaves_early_behind_the_proxy_of_the_guide_is_not_taken_for_a_listener],
    "audio by HTTP/1.1 only" => [early::sound_goes_out_by_http_1_only],
}

/// Lines that ask for nothing that could be tested here, and why.
const NOT_OURS: &[(&str, &str)] = &[
    ("what nginx logs", "another program's numbers; docs/BENCHMARKS.md measures beside it"),
    ("SO_SNDBUF is not needed for the count", "it is not set: conn/socket.rs, tests"),
    (
        "estimate of what the program read, from TCP_INFO",
        "not worth the call by the same line: acknowledged bytes are kept",
    ),
    (
        "through to the number: 100 KB of 10 MB counts 0",
        "tests/owner/counting.rs, from the socket to what the laptop pulls",
    ),
];

#[test]
fn every_line_has_tests_that_run() {
    let listed = |more: &[&str]| {
        let me = std::env::current_exe().unwrap();
        let output = Command::new(me).args(["--list", "--format", "terse"]).args(more).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let (all, skipped) = (listed(&[]), listed(&["--ignored"]));
    for (line, tests) in LINES {
        for test in *tests {
            let row = format!("{}: test", test.trim_start_matches("crate::"));
            assert!(all.lines().any(|one| one == row), "{line}: {test} is no test");
            assert!(!skipped.lines().any(|one| one == row), "{line}: {test} does not run");
        }
    }
    assert!(NOT_OURS.iter().all(|(line, reason)| !line.is_empty() && !reason.is_empty()));
}
