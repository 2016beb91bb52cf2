//! The S3 server in a process of its own, so that its memory and its processor time are nobody else's. Prints its address,
//! its key, the key's secret and its bucket; ends when its input does. After each line of input it prints how many requests
//! came since the last one, and how many of them were listings.
#![expect(clippy::print_stdout, reason = "this is what the program is for")]

use hearthcast_testkit::{ACCESS_KEY_ID, BUCKET, S3Server, SECRET_ACCESS_KEY};
use std::io::BufRead as _;
use std::path::Path;

fn main() {
    let folder = std::env::args_os().nth(1).expect("the folder that holds the buckets");
    let server = S3Server::start(Path::new(&folder));
    println!("{}\n{ACCESS_KEY_ID}\n{SECRET_ACCESS_KEY}\n{BUCKET}", server.origin());
    for _line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let asked = server.asked();
        let listed = asked.iter().filter(|asked| asked.path.contains("list-type=")).count();
        println!("{} {listed}", asked.len());
    }
}
