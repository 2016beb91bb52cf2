//! Limits the worker sets itself before it reads a byte, and the time a file of a given size may take.

use std::time::Duration;

/// Address space of the worker beyond what its program has mapped when it starts: the window's own program, which is a
/// worker, too, is linked to hundreds of megabytes of libraries that no file makes larger.
pub const ADDRESS_SPACE_BYTES: u64 = 512 << 20;
/// A program that has more mapped at its start is not believed.
const MOST_MAPPED_BYTES: u64 = 2 << 30;
/// Largest file a worker that only looks could write; it writes none, but its output may be sent to one.
pub const FILE_SIZE_BYTES: u64 = 64 << 20;
/// Largest file a worker that makes one may write: a copy of the largest sound, with tags.
pub const MADE_FILE_BYTES: u64 = crate::probe::MOST_AUDIO_BYTES + FILE_SIZE_BYTES;
/// Open files: what is mixed of 16 recordings is read by four hands, one of which may have two ways through it, each with two pipes
/// where ffmpeg decodes; and room.
pub const OPEN_FILES: u64 = 192;

/// Time that any file may take, and the slowest pace at which a byte may be passed (about 60 times slower than
/// measured in an unoptimised build at the lowest bit rate).
const FLOOR: Duration = Duration::from_secs(120);
const SLOWEST_BYTES_PER_SECOND: u64 = 100_000;

/// A file that is made is decoded and encoded several times.
const PASSES: u32 = 8;

/// Seconds a file of this size may take when so many are made of it, in processor time as on the clock.
pub fn allowance(size_bytes: u64, makes_files: u32) -> Duration {
    let once = FLOOR + Duration::from_secs(size_bytes / SLOWEST_BYTES_PER_SECOND);
    once * (PASSES * makes_files).max(1)
}

/// Limits this process for good. Processor time and files follow with each request.
#[cfg(unix)]
pub fn confine() -> std::io::Result<()> {
    use rustix::process::Resource;
    limit(Resource::As, mapped() + ADDRESS_SPACE_BYTES)?;
    limit(Resource::Nofile, OPEN_FILES)?;
    limit(Resource::Core, 0)
}

/// What this process has mapped, as the kernel counts it; nothing where the kernel does not say.
#[cfg(unix)]
fn mapped() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes =
        status.lines().find_map(|line| line.strip_prefix("VmSize:")?.strip_suffix(" kB")?.trim().parse().ok());
    kilobytes.map_or(0, |kilobytes: u64| kilobytes.saturating_mul(1024)).min(MOST_MAPPED_BYTES)
}

/// Limits the length of files this process may write, for good.
#[cfg(unix)]
pub fn confine_files(most_bytes: u64) -> std::io::Result<()> {
    limit(rustix::process::Resource::Fsize, most_bytes)
}

/// Adds processor time for a file of this size to the `used` seconds allowed before; no more than `most`, where that is
/// said.
#[cfg(unix)]
pub fn allow_cpu(used: &mut u64, size_bytes: u64, makes_files: u32, most: Option<u64>) -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    *used += allowance(size_bytes, makes_files).as_secs().min(most.unwrap_or(u64::MAX));
    let maximum = getrlimit(Resource::Cpu).maximum;
    let current = maximum.map_or(*used, |maximum| maximum.min(*used));
    Ok(setrlimit(Resource::Cpu, Rlimit { current: Some(current), maximum })?)
}

/// Lowers both the limit in force and its ceiling.
#[cfg(unix)]
fn limit(resource: rustix::process::Resource, most: u64) -> std::io::Result<()> {
    use rustix::process::{Rlimit, getrlimit, setrlimit};
    let most = getrlimit(resource).maximum.map_or(most, |maximum| maximum.min(most));
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}

#[cfg(not(unix))]
pub fn confine() -> std::io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
pub fn confine_files(_most_bytes: u64) -> std::io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
pub fn allow_cpu(_used: &mut u64, _size_bytes: u64, _makes_files: u32, _most: Option<u64>) -> std::io::Result<()> {
    Ok(())
}
